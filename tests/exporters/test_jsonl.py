"""remarks.jsonl follows the database through every way in which the two can part."""

import json

import pytest

from crawler.exporters.jsonl.files import Repair, publish, repair
from crawler.exporters.sqlite.store import Store

from .made import assert_published_once, full_remark, remark, turns


@pytest.fixture
def filled(box):
    """Four revisions of two remarks, all published."""
    box.save(full_remark())
    box.save(remark(path="/accord/", wp_id=2), 1)
    box.save(remark(turns(("QUESTION", "Is it?")), path="/accord/", wp_id=2), 2)
    box.save(remark(turns(("QUESTION", "Was it?")), path="/accord/", wp_id=2), 3)
    assert box.publish() == 4
    return box


def test_a_line_says_what_the_rows_say(box):
    saved = box.save(full_remark())
    assert box.publish() == 1
    (line,) = box.lines()
    row = box.db.table("remarks").get(saved.remark_id)
    for name in line.keys() & row.keys() - {"tags", "problems"}:
        assert line[name] == row[name], name
    assert line["schema_version"] == 2
    assert (line["tags"], line["problems"]) == (["Ruritania", "Harbors & Seas"], ["same_label_twice: MS FIELD"])
    assert line["notes"] == [{"kind": "clock", "text": "2:06 p.m. EST", "offset": None}]
    assert line["utterances"] == [
        {
            "id": f"{saved.remark_id}-1",
            "position": 1,
            "label": "MS FIELD",
            "speaker_role": "spokesperson",
            "person": "Ada Field",
            "office": "Spokesperson",
            "organization": None,
            "method": "byline",
            "confidence": 0.9,
            "evidence": "the byline names one Field",
            "language": None,
            "interpreted": False,
            "prev_id": None,
            "next_id": None,
            "text": "Good afternoon. (Laughter.) All is well.",
            "comments": [{"kind": "laughter", "text": "(Laughter.)", "offset": 16}],
            "corrections": [],
        },
        {
            "id": f"{saved.remark_id}-2",
            "position": 2,
            "label": "FOREIGN MINISTER ÅS",
            "speaker_role": "guest",
            "person": None,
            "office": None,
            "organization": None,
            "method": None,
            "confidence": None,
            "evidence": None,
            "language": None,
            "interpreted": True,
            "prev_id": None,
            "next_id": None,
            "text": "(Via interpreter) Thank you.\n\nAnd good day.",
            "comments": [{"kind": "interpretation", "text": "(Via interpreter)", "offset": 0}],
            "corrections": [],
        },
    ]


def test_more_lines_than_one_sync_takes_are_written_by_a_store_that_was_just_opened(filled, monkeypatch):
    """Rows are still being read when the first batch is recorded."""
    monkeypatch.setattr("crawler.exporters.jsonl.files.LINES_A_SYNC", 2)
    path = filled.jsonl.with_name("again.jsonl")
    with Store(filled.store.path, parser_version="1") as store:
        assert publish(store, path) == 4
    assert path.read_bytes() == filled.jsonl.read_bytes()


def test_nothing_new_writes_nothing(filled):
    before = filled.jsonl.read_bytes()
    filled.save(full_remark(), 9)
    assert filled.publish() == 0
    assert filled.jsonl.read_bytes() == before
    assert not repair(filled.store, filled.jsonl)


def test_a_line_tells_of_its_revision_even_if_written_late(filled):
    """Two revisions pass before the first is written: both lines stand, each as it was."""
    filled.save(remark(turns(("QUESTION", "One?")), path="/accord/", wp_id=2), 4)
    filled.save(remark(turns(("QUESTION", "Two?")), path="/accord/", wp_id=2), 5)
    assert filled.publish() == 2
    assert [line["utterances"][0]["text"] for line in filled.lines()[-2:]] == ["One?", "Two?"]
    assert_published_once(filled.store, filled.jsonl)


def test_no_file_without_lines(box):
    assert box.publish() == 0
    assert not box.jsonl.exists()
    assert repair(box.store, box.jsonl) == Repair()


def cut(data, lines):
    return b"".join(data.splitlines(keepends=True)[:lines])


HALF = b'{"schema_version":1,"id":"ab'
# what the file becomes, what the repair should say, whether the old file is kept
DAMAGE = {
    "half a line": (lambda data: data + HALF, Repair(cut_bytes=len(HALF)), False),
    "zeros after a loss of power": (lambda data: data + bytes(64), Repair(cut_bytes=64), False),
    "missing": (lambda data: None, Repair(rewritten=4), False),
    "empty": (lambda data: b"", Repair(rewritten=4), False),
    "shorter by a line": (lambda data: cut(data, 3), Repair(rewritten=4), False),
    "shorter by half a line": (lambda data: data[:-9], Repair(rewritten=4), False),
    "last line overwritten": (lambda data: data[:-20] + b"x" * 19 + b"\n", Repair(rewritten=4), True),
    "a stranger's line": (lambda data: data + b'{"id": "mine"}\n', Repair(rewritten=4), True),
    "another file": (lambda data: b'{"id": "mine"}\n' * 4000, Repair(rewritten=4), True),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damage_is_mended_and_said(filled, case):
    damage, wanted, kept = DAMAGE[case]
    whole = filled.jsonl.read_bytes()
    broken = damage(whole)
    filled.jsonl.unlink() if broken is None else filled.jsonl.write_bytes(broken)
    mended = repair(filled.store, filled.jsonl)
    assert mended
    assert (mended.adopted, mended.cut_bytes, mended.rewritten) == (0, wanted.cut_bytes, wanted.rewritten)
    assert filled.jsonl.read_bytes() == whole
    assert (mended.kept.read_bytes() == broken) if kept else mended.kept is None
    assert not repair(filled.store, filled.jsonl)
    assert filled.publish() == 0
    assert str(mended)


def test_publish_mends_a_file_of_wrong_length_by_itself(filled):
    whole = filled.jsonl.read_bytes()
    filled.jsonl.write_bytes(whole + HALF)
    filled.save(remark(path="/pier/", wp_id=3), 4)
    assert filled.publish() == 1
    assert filled.jsonl.read_bytes().startswith(whole)
    assert_published_once(filled.store, filled.jsonl)


@pytest.mark.parametrize("beyond", [0, 1, 2, 3])
@pytest.mark.parametrize("torn", [0, 1, 50])
def test_lines_written_but_not_recorded_are_taken_over(filled, tmp_path, beyond, torn):
    """Killed between the file and the record of its length."""
    recorded = filled.db.table("published").get("remarks.jsonl")
    for hour in range(4, 7):
        filled.save(remark(turns(("QUESTION", f"At {hour}?")), path="/accord/", wp_id=2), hour)
    publish(filled.store, filled.jsonl)
    whole = filled.jsonl.read_bytes()
    filled.db.table("published").upsert(recorded, pk="name")
    last = whole.splitlines(keepends=True)[4 + beyond : 5 + beyond]
    rest = b"".join(last)[:torn]
    filled.jsonl.write_bytes(cut(whole, 4 + beyond) + rest)
    assert repair(filled.store, filled.jsonl) == Repair(adopted=beyond, cut_bytes=len(rest))
    assert filled.publish() == 3 - beyond
    assert filled.jsonl.read_bytes() == whole
    assert_published_once(filled.store, filled.jsonl)


def test_a_new_database_takes_over_the_file_that_it_would_write(filled, tmp_path):
    """After a rebuild from the captures: nothing recorded, the file as it was."""
    filled.db.table("published").delete("remarks.jsonl")
    whole = filled.jsonl.read_bytes()
    assert repair(filled.store, filled.jsonl) == Repair(adopted=4)
    assert filled.jsonl.read_bytes() == whole


def test_files_put_aside_do_not_overwrite_each_other(filled):
    for n in (1, 2):
        filled.jsonl.write_text(f'{{"mine": {n}}}\n')
        assert repair(filled.store, filled.jsonl).kept.name == f"remarks.jsonl.{n}"


def test_no_character_can_break_a_line(box):
    text = "".join(map(chr, [*range(1, 0x20), 0x22, 0x5C, 0x7F, 0x85, 0x2028, 0x2029, 0xFEFF, 0x1F600]))
    box.save(remark(turns(("QUESTION", text))))
    box.publish()
    assert len(box.jsonl.read_text("utf-8").splitlines()) == 1
    assert json.loads(box.jsonl.read_bytes())["utterances"][0]["text"] == text
