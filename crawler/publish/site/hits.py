"""Which turns or releases hold the words, in order: row numbers from the full-text index.

No text is read for it: dates and speakers of hits come from covering indexes (exporters/sqlite/schema.py). On a million
turns that takes 20 ms, where reading the texts took 400.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.database import QueryInterrupted

from crawler.publish.site.filters import PERSON

if TYPE_CHECKING:
    from crawler.publish.site.filters import Filters
    from crawler.publish.site.held import Held, Row
    from crawler.publish.site.search import Asked

#: Above so many hits ranking takes longer than anyone waits, and tells little; then they come newest first.
MOST_RANKED = 20_000
#: What is found often is looked for in so many of the newest releases for each row that is wanted, before it is in all.
WINDOWS = (10, 100)
#: Finding the day on which such a window begins may take so long.
WINDOW_MS = 25
#: That day.
BEGINS = "select r.date from remarks r where {tests} order by r.date desc limit 1 offset :window"


async def matches(held: Held, asked: Asked, match: str) -> int:
    """How many rows hold the words, whatever the filters; MOST_RANKED + 1 where they are more."""
    table = asked.index
    sql = f"select count(*) from (select 1 from {table} where {table} match :match limit {MOST_RANKED + 1})"  # noqa: S608
    return int(await held.value(sql, match=match))


async def ranked(held: Held, asked: Asked, filters: Filters) -> list[Row]:
    """The best first."""
    return await _page(held, asked, filters, f"{_joined(held, asked, filters)} order by bm25({asked.index}), n")


async def newest(held: Held, asked: Asked, filters: Filters, *, many: bool) -> list[Row]:
    """The newest first; the same rows, found in another way, where there are `many`."""
    for window in (size * (asked.offset + asked.size + 1) for size in WINDOWS if many):
        day = await _day(held, filters, window)
        if day is None:
            break
        recent = _recent(held, asked, filters, walk=window < 1000 and not asked.begun)
        values = {**filters.values, "day": day}
        found = await _page(held, asked, filters, f"{recent} order by r.date desc, n", values)
        if len(found) > asked.size:
            return found
    return await _page(held, asked, filters, f"{_joined(held, asked, filters, dated=True)} order by r.date desc, n")


async def count(held: Held, asked: Asked, filters: Filters, limit_ms: int) -> int | None:
    """None where counting takes longer."""
    sql = f"select count(*) as found from ({_joined(held, asked, filters)})"  # noqa: S608
    try:
        rows = await held.rows_within(limit_ms, sql, filters.values)
    except QueryInterrupted:
        return None
    return int(rows[0]["found"])


async def _page(held: Held, asked: Asked, filters: Filters, sql: str, values: Row | None = None) -> list[Row]:
    """One more than are shown, to know whether there is another page."""
    window = {"size": asked.size + 1, "offset": asked.offset}
    return await held.rows(f"{sql} limit :size offset :offset", **(values or filters.values), **window)


def _joined(held: Held, asked: Asked, filters: Filters, *, dated: bool = False) -> str:
    """All hits, as n. The order of the tables is given: the planner knows nothing of how many hits there are."""
    joins = " cross join utterances u on u.rowid = f.rowid" if filters.turns else ""
    if filters.releases or dated:
        joins += f" cross join remarks r{_covered(held)} on r.rowid = {_number(asked)}"
    tests = " and ".join([f"{asked.index} match :match", *filters.all])
    return f"select f.rowid as n from {asked.index} f{joins} where {tests}"  # noqa: S608


def _recent(held: Held, asked: Asked, filters: Filters, *, walk: bool) -> str:
    """The hits since a day: from release to release (`walk`), or else all hits with a look at where they are.

    A walk asks the index once a release. That is fast unless it must first gather all words with one beginning.
    """
    match = f"{asked.index} match :match"
    if walk:
        whole = "f.rowid = r.rowid"
        inside = "f.rowid between r.rowid * 1000000 and r.rowid * 1000000 + 999999"
        tests = ["r.date >= :day", inside if asked.scope == "turns" else whole, match, *filters.releases]
        if filters.turns:  # joined, SQLite would first read all turns for a Bloom filter
            own = " and ".join(["u.rowid = f.rowid", *filters.turns])
            tests.append(f"exists (select 1 from utterances u where {own})")  # noqa: S608
        return f"select f.rowid as n from remarks r cross join {asked.index} f where {' and '.join(tests)}"  # noqa: S608
    turns = " cross join utterances u on u.rowid = f.rowid" if filters.turns else ""
    tests = [match, *filters.all]
    releases = " and ".join(["r.date >= :day", *filters.releases])
    joins = f"{turns} cross join remarks r{_covered(held)} on r.rowid = {_number(asked)}"
    held_then = f"+{_number(asked)} in (select r.rowid from remarks r where {releases})"  # noqa: S608
    return f"select f.rowid as n from {asked.index} f{joins} where {' and '.join([held_then, *tests])}"  # noqa: S608


async def _day(held: Held, filters: Filters, window: int) -> str | None:
    """None where fewer releases than the window come into question, or finding them takes too long."""
    tests = [*filters.releases, "r.date is not null"]
    if PERSON in filters.turns:
        tests.append(f"exists (select 1 from utterances u where u.remark_id = r.id and {PERSON})")  # noqa: S608
    sql = BEGINS.format(tests=" and ".join(tests))
    try:
        rows = await held.rows_within(WINDOW_MS, sql, {**filters.values, "window": window})
    except QueryInterrupted:
        return None
    return rows[0]["date"] if rows else None


def _number(asked: Asked) -> str:
    """The row number of the release of a hit."""
    return "f.rowid / 1000000" if asked.scope == "turns" else "f.rowid"


def _covered(held: Held) -> str:
    """For the planner, which takes the index that is unique, and then reads whole releases for their dates."""
    return " indexed by remarks_counts" if "remarks_counts" in held.tables else ""
