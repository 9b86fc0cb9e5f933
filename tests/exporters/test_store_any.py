"""Whatever is saved in whatever order: rows, search and JSON lines tell the same, and a second time the same again."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.exporters.sqlite.store import Store

from .made import Box, assert_published_once, assert_sound, remark, turns

WORDS = ["accord", "harbor", "noon", "pier", "toll"]
TURN = st.tuples(st.sampled_from(["QUESTION", "MS FIELD", None]), st.sampled_from(WORDS))
PAGES = st.builds(
    remark,
    st.lists(TURN, max_size=4).map(lambda said: turns(*said)),
    host=st.sampled_from(["www.state.gov", "2021-2025.state.gov"]),
    path=st.sampled_from(["/one/", "/two/"]),
    wp_id=st.sampled_from([1, 2, None]),
    title=st.sampled_from(["One", "Two", None]),
    date=st.sampled_from(["2026-03-04", "2026-03-05"]),
)
VISITS = st.lists(st.tuples(PAGES, st.integers(0, 23)), max_size=7)


def saved(visits, folder):
    with Store(folder / "remarks.db", parser_version="1", durable=False) as store:
        box = Box(store, folder)
        ids = [set()]
        for page, hour in visits:
            box.save(page, hour)
            ids.append({id_ for (id_,) in box.rows("SELECT utterance_id FROM utterance_versions")})
            assert ids[-2] <= ids[-1]
            box.publish()
        check(box)
        return [
            line for line in box.db.iterdump() if "_sqlite_migrations" not in line
        ], box.jsonl.exists() and box.lines()


def check(box):
    assert_sound(box.db)
    newest = {}
    if box.jsonl.exists():
        assert_published_once(box.store, box.jsonl)
        newest = {line["id"]: line for line in box.lines()}
    assert newest.keys() == {id_ for (id_,) in box.rows("SELECT id FROM remarks")}
    for id_, line in newest.items():
        row = box.db.table("remarks").get(id_)
        same = line.keys() & row.keys() - {"tags", "problems", "url", "host", "status"}
        assert {name: line[name] for name in same} == {name: row[name] for name in same}
        rows = box.rows("SELECT id, position, label, text FROM utterances WHERE remark_id = ? ORDER BY position", id_)
        assert [(u["id"], u["position"], u["label"], u["text"]) for u in line["utterances"]] == rows
        assert [position for _, position, _, _ in rows] == list(range(1, len(rows) + 1))
        versions = (
            "SELECT utterance_id, position, label, text FROM utterance_versions WHERE remark_id = ? AND revision = ?"
        )
        assert box.rows(f"{versions} ORDER BY position", id_, line["revision"]) == rows
    for word in WORDS:
        found = box.rows("SELECT rowid FROM utterances_fts WHERE utterances_fts MATCH ? ORDER BY 1", word)
        assert found == box.rows("SELECT rowid FROM utterances WHERE text = ? ORDER BY 1", word)


@settings(max_examples=25, deadline=None)
@given(VISITS)
def test_any_visits(visits):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        assert saved(visits, Path(one)) == saved(visits, Path(two))
