"""`scrapy status --verify`: whatever is not as it was written is named, and nothing else."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from support import ROOT
from test_over_years import cut_at_a_record, damaged, deleted, emptied, moved, renamed, touched, warcs

from crawler.rebuild import verify
from crawler.rebuild.verify import Verification, told


@pytest.fixture
def output(whole, tmp_path):
    return shutil.copytree(whole.output, tmp_path / "output", copy_function=shutil.copy2)


def wrong(output, **more):
    with closing(sqlite3.connect(f"file:{output}/remarks.db?mode=ro", uri=True)) as db:
        return told(Verification(output, db, lambda *_, **__: None, **more).run())


def command(output):
    line = [sys.executable, "-m", "scrapy", "status", "--verify", "-s", f"REMARKS_OUTPUT={output}"]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True)


def change(output, *statements):
    """As somebody does who knows SQL and not the record."""
    with closing(sqlite3.connect(output / "remarks.db")) as db, db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("PRAGMA recursive_triggers = ON")
        for statement in statements:
            assert db.execute(statement).rowcount, statement


def test_what_is_as_it_was_is_one_line(output):
    done = command(output)
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    assert "all is as it was written" in line
    assert not (output / verify.STATE).exists()


def test_what_is_wrong_is_named_with_status_3(output):
    (path, *_) = warcs(output)
    damaged(path)
    done = command(output)
    assert done.returncode == 3
    assert f"remarks: warc/{path.name}: byte " in done.stderr
    assert re.search(r"capture \d+ should begin there", done.stderr)


@pytest.mark.parametrize("deed", [deleted, damaged, cut_at_a_record, emptied])
def test_files_of_the_archive(deed, output):
    (path, *_) = warcs(output)
    deed(path)
    found = wrong(output)
    assert found
    assert all(line.startswith(f"warc/{path.name}: ") for line in found)
    (output / "warc" / "elsewhere.txt").write_text(path.name)
    assert wrong(output) == []


@pytest.mark.parametrize("deed", [renamed, moved, touched])
def test_the_same_file_is_sound_wherever_it_lies(deed, output):
    deed(warcs(output)[0])
    assert wrong(output) == []


def test_damage_that_leaves_length_and_time_as_they_were(output):
    (path, *_) = warcs(output)
    before = path.stat()
    damaged(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert wrong(output)


TURN = "(SELECT id FROM utterances WHERE text NOT LIKE '%(%' ORDER BY rowid LIMIT 1)"
REMARK = "(SELECT id FROM remarks WHERE utterance_count > 2 ORDER BY rowid LIMIT 1)"
DEEDS = {
    "a turn is gone": [f"DELETE FROM utterances WHERE id = {TURN}"],
    "all turns of a remark": [f"DELETE FROM utterances WHERE remark_id = {REMARK}"],
    "turns without remark": [f"DELETE FROM remarks WHERE id = {REMARK}"],
    "a turn says something else": [f"UPDATE utterances SET text = 'Nobody said this.' WHERE id = {TURN}"],
    "a label": ["UPDATE utterances SET label = 'MR. NOBODY' WHERE label = 'QUESTION'"],
    "a role": [f"UPDATE utterances SET speaker_role = 'staff' WHERE id = {TURN}"],
    "two turns change places": [
        f"UPDATE utterances SET position = -position WHERE remark_id = {REMARK} AND position < 3",
        f"UPDATE utterances SET position = 3 + position WHERE remark_id = {REMARK} AND position < 0",
    ],
    "nobody speaks": ["UPDATE utterances SET person_id = NULL WHERE person_id IS NOT NULL"],
    "attributions": ["DELETE FROM attributions WHERE rank = 1"],
    "comments": ["DELETE FROM comments"],
    "exchanges": ["DELETE FROM exchanges"],
    "a title": ["UPDATE remarks SET title = 'Another title' WHERE rowid = 1"],
    "a date": ["UPDATE remarks SET date = '2001-01-01' WHERE rowid = 2"],
    "a text": ["UPDATE remarks SET text = text || ' And more.' WHERE rowid = 1"],
    "how many turns": ["UPDATE remarks SET utterance_count = utterance_count + 1 WHERE rowid = 1"],
    "the newest revision": ["DELETE FROM revisions WHERE id = (SELECT max(id) FROM revisions)"],
    "the first revision": ["DELETE FROM revisions WHERE id = 1"],
    "a line": ["DELETE FROM lines WHERE revision_id = 3"],
    "the last line": ["DELETE FROM lines WHERE revision_id = (SELECT max(revision_id) FROM lines)"],
    "a line says something else": ["UPDATE lines SET line = replace(line, 'the', 'teh') WHERE revision_id = 2"],
    "versions": ["DELETE FROM utterance_versions WHERE revision = 1 AND position = 1"],
    "a capture": ["DELETE FROM captures WHERE id = 5"],
    "the last capture": ["DELETE FROM captures WHERE id = (SELECT max(id) FROM captures)"],
    "what a capture showed": ["UPDATE captures SET digest = 'sha256:00' WHERE id = 6"],
    "where a capture lies": ["UPDATE captures SET warc_offset = warc_offset + 1 WHERE id = 6"],
    "an address": ["DELETE FROM urls WHERE canonical = 1"],
    "an event": ["DELETE FROM events WHERE id = 2"],
    "an event's line": ["DELETE FROM event_lines WHERE event_id = 2"],
    "a run": ["DELETE FROM runs WHERE id = 1"],
    "a person": ["DELETE FROM people WHERE id IN (SELECT person_id FROM utterances)"],
    "the index": ["INSERT INTO utterances_fts(utterances_fts) VALUES ('delete-all')"],
    "the index of titles": ["DROP TRIGGER remarks_fts_update", "UPDATE remarks SET title = 'Zebra' WHERE rowid = 1"],
}


@pytest.mark.parametrize("deed", DEEDS)
def test_rows_that_somebody_changed(deed, output):
    with closing(sqlite3.connect(output / "remarks.db")) as db, db:
        db.execute("PRAGMA foreign_keys = OFF")
        for statement in DEEDS[deed]:
            db.execute(statement)
            assert statement.startswith(("INSERT", "DROP")) or db.execute("SELECT changes()").fetchone()[0]
    assert wrong(output)


def lines_of(path):
    return path.read_bytes().splitlines(keepends=True)


def equal_length(lines):
    lines[1] = lines[1].replace(b"e", b"i", 1)


def removed(lines):
    del lines[1]


def last_removed(lines):
    del lines[-1]


def swapped(lines):
    lines[0], lines[1] = lines[1], lines[0]


def twice(lines):
    lines.insert(1, lines[0])


def added(lines):
    lines.append(lines[0])


def half(lines):
    lines[-1] = lines[-1][:20]


def joined(lines):
    lines[0] = lines[0].rstrip(b"\n") + b" "


@pytest.mark.parametrize("name", ["remarks.jsonl", "events.jsonl"])
@pytest.mark.parametrize("deed", [equal_length, removed, last_removed, swapped, twice, added, half, joined])
def test_lines_that_somebody_changed(deed, name, output):
    lines = lines_of(output / name)
    deed(lines)
    (output / name).write_bytes(b"".join(lines))
    found = wrong(output)
    assert found
    assert all(line.startswith(f"{name}: ") for line in found)
    (output / name).unlink()
    assert wrong(output) == [f"{name}: is not there"]


class Stop(BaseException):
    """Ctrl-C."""


@pytest.mark.parametrize("after", [1, 2, 4, 8, 13, 16])
def test_what_was_stopped_goes_on_where_it_was(after, output, monkeypatch):
    monkeypatch.setattr(verify, "PART_BYTES", 20_000)
    (path, *_) = warcs(output)
    damaged(path)
    change(output, f"UPDATE utterances SET text = 'Nobody said this.' WHERE id = {TURN}")
    whole = wrong(output)
    read = []

    def advance(done, at):
        read.append(at)
        if len(read) == after:
            raise Stop

    with closing(sqlite3.connect(f"file:{output}/remarks.db?mode=ro", uri=True)) as db, pytest.raises(Stop):
        Verification(output, db, advance).run()
    before = json.loads((output / verify.STATE).read_text())
    read.clear()
    after = 0
    with closing(sqlite3.connect(f"file:{output}/remarks.db?mode=ro", uri=True)) as db:
        job = Verification(output, db, advance)
        state = job.run()
    assert sorted(told(state)) == sorted(whole)
    assert not set(before["checked"]) & set(read)
    assert not (output / verify.STATE).exists()


def test_what_changed_meanwhile_is_read_again(output, monkeypatch):
    def stop(done, at):
        if at == "turns":
            raise Stop

    with closing(sqlite3.connect(f"file:{output}/remarks.db?mode=ro", uri=True)) as db, pytest.raises(Stop):
        Verification(output, db, stop).run()
    damaged(warcs(output)[0])
    assert wrong(output)


def test_a_state_that_cannot_be_read_means_nothing(output):
    for text in ("", "[]", '{"form": 0}', '{"what": 1}', "null"):
        (output / verify.STATE).write_text(text)
        assert wrong(output) == []


def test_an_interrupt_says_how_to_go_on(output):
    line = [sys.executable, "-c", INTERRUPTED, "status", "--verify", "-s", f"REMARKS_OUTPUT={output}"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "goes on from there" in done.stderr
    assert "Traceback" not in done.stderr
    assert command(output).returncode == 0


# A background job ignores the signal: it is listened to whatever started the tests.
INTERRUPTED = f"""
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from crawler.rebuild import verify
from scrapy.cmdline import execute
verify.Verification._database = lambda _: os.kill(os.getpid(), {signal.SIGINT:d}) or __import__("time").sleep(9)
execute(["scrapy", *sys.argv[1:]])
"""
