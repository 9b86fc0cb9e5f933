"""However a search finds its hits, they are the same in the same order: on an invented corpus, with common words."""

import asyncio
import sqlite3
from contextlib import closing, contextmanager

import pytest
import yaml
from datasette.app import Datasette

from benchmarks.corpus import build
from crawler.commands.browse import PUBLISH
from crawler.publish.site import hits, search
from crawler.publish.site.held import Held
from crawler.publish.site.plugin import turns_with

ALL = 10**9


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    path = tmp_path_factory.mktemp("hits") / "remarks.db"
    build(path, 400)
    with closing(sqlite3.connect(path)) as db:
        db.execute("update remarks set date = null where rowid % 50 = 7")
        db.commit()
    return path


@contextmanager
def opened(path):
    """Datasette leaves connections and threads open: after some hundreds nothing can be opened any more."""
    datasette = Datasette([str(path)], settings={"sql_time_limit_ms": 20_000})
    try:
        yield datasette
    finally:
        datasette.executor.shutdown()
        for database in datasette.databases.values():
            database.close()


def found(path, **given):
    async def find():
        return await search.find(await Held.find(datasette), search.read(given))

    with opened(path) as datasette:
        return asyncio.run(find())


QUERIES = ("the", "the of", "ka*", '"of the" OR will', "the NOT of")
FILTERS = (
    {},
    {"type": "Interview"},
    {"since": "2001-01-01", "until": "2012-12-31"},
    {"speaker": "p0"},
    {"speaker": "p0", "host": "www.state.gov", "since": "2003-05-01"},
    {"role": "press"},
    {"office": "o1"},
)


@pytest.mark.parametrize("scope", ["turns", "remarks"])
@pytest.mark.parametrize("given", FILTERS, ids=str)
def test_what_is_found_often_is_found_the_same_way_as_what_is_not(invented, monkeypatch, scope, given):
    for q in QUERIES:
        for page in ("1", "3"):
            asked = {"q": q, "in": scope, "sort": "date", "size": "7", "page": page, **given}
            monkeypatch.setattr(hits, "MOST_RANKED", ALL)
            right = found(invented, **asked)
            monkeypatch.setattr(hits, "MOST_RANKED", 3)
            for windows in ((), (1,), (3, 9)):
                monkeypatch.setattr(hits, "WINDOWS", windows)
                seen = found(invented, **asked)
                assert [row["remark_id"] for row in seen.rows] == [row["remark_id"] for row in right.rows]
                assert (seen.rows, seen.more) == (right.rows, right.more)


@pytest.mark.parametrize("begun", [False, True])
def test_a_window_of_the_newest_is_enough_for_common_words(invented, monkeypatch, begun):
    monkeypatch.setattr(hits, "MOST_RANKED", 3)
    monkeypatch.setattr(hits, "WINDOWS", (3,))
    monkeypatch.setattr(hits, "_joined", None)  # all hits are not looked at
    assert len(found(invented, q="t*" if begun else "the", size="5", sort="date").rows) == 5


def test_the_best_come_first_as_the_index_ranks_them(invented):
    rows = found(invented, q="benka* OR will", size="50").rows
    sql = "select rowid from utterances_fts where utterances_fts match ? order by rank, rowid limit 50"
    with closing(sqlite3.connect(invented)) as db:
        numbers = [n for (n,) in db.execute(sql, ['text : ("benka" * OR "will")'])]
        ids = dict(db.execute("select rowid, id from utterances"))
    assert [row["id"] for row in rows] == [ids[n] for n in numbers]


def test_more_than_can_be_ranked_is_told_and_newest_first(invented, monkeypatch):
    monkeypatch.setattr(hits, "MOST_RANKED", 3)
    common = found(invented, q="the")
    assert (common.count, common.ranked) == (None, False)
    dates = [row["date"] for row in common.rows]
    assert dates == sorted(dates, reverse=True)


def test_filters_read_no_texts(invented):
    """The dates and speakers of all hits come from indexes that cover them."""
    plans = []

    class Watched(Held):
        async def rows(self, sql, **values):
            with closing(sqlite3.connect(invented)) as db:
                plans.append([row[3] for row in db.execute(f"explain query plan {sql}", values)])
            return await super().rows(sql, **values)

    async def run():
        held = await Watched.find(datasette)
        asked = search.read({"q": "will", "speaker": "p0", "since": "2003-05-01"})
        await search.find(held, asked)

    with opened(invented) as datasette:
        asyncio.run(run())
    (plan,) = [plan for plan in plans if any("u USING" in step for step in plan) and any("VIRTUAL" in s for s in plan)]
    assert any("u USING COVERING INDEX utterances_filtered" in step for step in plan)
    assert any("r USING COVERING INDEX remarks_counts" in step for step in plan)


@pytest.mark.parametrize("name", ["said_about", "answers_on_topic", "questions_to"])
@pytest.mark.parametrize("person", ["", " 2", "nobody"])
def test_canned_queries_find_common_words_as_they_find_others(invented, name, person):
    described = yaml.safe_load((PUBLISH / "metadata.yaml").read_text("utf-8"))
    sql = described["databases"]["remarks"]["queries"][name]["sql"]
    assert "20000 <" in sql
    with closing(sqlite3.connect(invented)) as db:
        db.create_function("turns_with", 1, turns_with, deterministic=True)
        for topic in ("the", "the -of", "t*"):
            asked = {"topic": topic, "person": person}
            rows = [
                db.execute(sql.replace("20000 <", few).replace("limit 500", "limit 12"), asked).fetchall()
                for few in ("3 <", f"{ALL} <")
            ]
            assert rows[0] == rows[1]
            assert rows[0] or person == "nobody"
