"""A search as it stands in an address -> SQL -> what was found.

Every form of the answer (page, JSON, CSV, Atom) comes from here, so that one address means one thing.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from datasette.database import QueryInterrupted

from crawler.publish.site import filters, hits, marks
from crawler.publish.site.query import BadQuery, Query, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.publish.site.filters import Filters
    from crawler.publish.site.held import Held, Row

FIELDS = ("q", "in", "speaker", "role", "office", "type", "host", "since", "until", "sort", "size", "page")
ROLES = ["official", "spokesperson", "guest", "press", "moderator", "interpreter", "staff", "audience", "unknown"]
SIZE, MOST_SIZE, MOST_PAGES = 20, 1000, 500
#: A count that takes longer is not shown.
COUNT_MS = 40
START, END = "\x02", "\x03"


@dataclass(frozen=True, slots=True)
class Asked:
    """A search that was understood; None is a filter that is not set."""

    query: Query | None
    given: Mapping[str, str]
    """The parameters as they stand in the address, without empty ones."""
    scope: str = "turns"
    """turns or remarks."""
    sort: str = "relevance"
    """relevance or date."""
    size: int = SIZE
    page: int = 1

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    @property
    def index(self) -> str:
        """The full-text index that is asked."""
        return "utterances_fts" if self.scope == "turns" else "remarks_fts"

    @property
    def begun(self) -> bool:
        """Whether the beginning of a word is looked for."""
        return self.query is not None and self.query.begun

    @property
    def match(self) -> str | None:
        """For MATCH: in turns, what is said and not the labels."""
        if self.query is None:
            return None
        return f"text : {self.query.fts}" if self.scope == "turns" else self.query.fts


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found."""

    rows: list[Row]
    more: bool
    count: int | None
    """None where counting takes too long."""
    ranked: bool = True
    """False where relevance was asked and too much was found to rank it."""
    notes: list[str] = field(default_factory=list)


def read(args: Mapping[str, str], *, size: int = SIZE) -> Asked:
    """Parameters of the address -> a search; raises BadQuery. Unknown parameters are left alone."""
    given = {name: value.strip() for name in FIELDS if (value := args.get(name)) and value.strip()}
    for name in ("since", "until"):
        if name in given:
            _day(given[name])
    if given.get("role") not in (None, *ROLES):
        raise BadQuery(f"There is no role “{given['role']}”. The roles are: {', '.join(ROLES)}.")
    query = parse(given["q"]) if "q" in given else None
    turns = query or any(name in given for name in ("speaker", "role", "office"))
    scope = _choice(given, "in", ("turns", "remarks"), "turns" if turns else "remarks")
    sort = _choice(given, "sort", ("relevance", "date"), "relevance" if query else "date")
    size = _number(given, "size", size, MOST_SIZE)
    return Asked(query, given, scope, sort if query else "date", size, _number(given, "page", 1, MOST_PAGES))


def _day(text: str) -> None:
    try:
        right = date.fromisoformat(text).isoformat() == text  # 20220501 is one to Python, but not to SQL
    except ValueError:
        right = False
    if not right:
        raise BadQuery(f"“{text}” is no date. Write it as year-month-day, like 2022-05-01.")


def _choice(given: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    if (value := given.get(name, default)) not in allowed:
        raise BadQuery(f"“{name}” can be {' or '.join(allowed)}, not “{value}”.")
    return value


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        raise BadQuery(f"“{name}” can be a number from 1 to {most}, not “{text}”.")
    return int(text)


async def find(held: Held, asked: Asked) -> Found:
    """Raises QueryInterrupted where it takes longer than the server allows."""
    chosen = await filters.read(held, asked.given, asked.scope)
    if asked.query is None:
        found, count = await asyncio.gather(_listed(held, asked, chosen), _count_listed(held, asked, chosen))
        rows = await _details(held, asked, found[: asked.size])
        return Found(rows, len(found) > asked.size, count, notes=chosen.notes)
    chosen.values["match"] = asked.match
    matches = await hits.matches(held, asked, str(asked.match))
    many = matches > hits.MOST_RANKED
    ranked = asked.sort == "relevance" and not many
    found, count = await asyncio.gather(
        hits.ranked(held, asked, chosen) if ranked else hits.newest(held, asked, chosen, many=many),
        _count(held, asked, chosen, matches),
    )
    rows = await _details(held, asked, found[: asked.size])
    return Found(rows, len(found) > asked.size, count, ranked or asked.sort == "date", chosen.notes)


async def _count(held: Held, asked: Asked, chosen: Filters, matches: int) -> int | None:
    if chosen:
        return await hits.count(held, asked, chosen, COUNT_MS)
    return matches if matches <= hits.MOST_RANKED else None


async def _count_listed(held: Held, asked: Asked, chosen: Filters) -> int | None:
    table = "remarks r" if asked.scope == "remarks" else "utterances u join remarks r on r.id = u.remark_id"
    sql = f"select count(*) as found from {table} where {' and '.join(chosen.all) or 'true'}"  # noqa: S608
    try:
        rows = await held.rows_within(COUNT_MS, sql, chosen.values)
    except QueryInterrupted:
        return None
    return int(rows[0]["found"])


async def _listed(held: Held, asked: Asked, chosen: Filters) -> list[Row]:
    """Row numbers without words to look for, newest first."""
    tests = " and ".join(chosen.all) or "true"
    if asked.scope == "remarks":
        sql = f"select r.rowid as n from remarks r where {tests} order by r.date desc, r.rowid desc"  # noqa: S608
    elif filters.PERSON in chosen.turns:
        # the newest transcripts of the person first: each has a turn, so no more are needed
        sql = (
            "with held as (select r.id, r.date from (select distinct remark_id from utterances u where "  # noqa: S608
            "u.person_id = :speaker) join remarks r on r.id = remark_id order by r.date desc limit :size + :offset) "
            f"select u.rowid as n from held join remarks r using (id) join utterances u on u.remark_id = r.id "
            f"where {tests} order by r.date desc, u.rowid"
        )
        if len(chosen.all) > 1:
            sql = sql.replace(" limit :size + :offset)", ")")
    else:
        sql = (
            "select u.rowid as n from remarks r cross join utterances u on u.remark_id = r.id "  # noqa: S608
            f"where {tests} order by r.date desc, r.rowid, u.position"
        )
    window = {"size": asked.size + 1, "offset": asked.offset}
    return await held.rows(f"{sql} limit :size offset :offset", **chosen.values, **window)


TURNS = """
select u.rowid as n, u.id, u.remark_id, u.position, u.label, u.speaker_role, u.person_id, p.name as person,
  o.name as office, r.date, r.type, r.title, r.host, r.url, r.status, r.first_seen_at, u.word_count,
  substr(u.text, 1, 281) as snippet
from utterances u join remarks r on r.id = u.remark_id
left join people p on p.id = u.person_id left join offices o on o.id = u.office_id where u.rowid in ({numbers})
"""
REMARKS = """
select r.rowid as n, r.id as remark_id, r.date, r.type, r.title, r.host, r.url, r.first_seen_at, r.word_count,
  r.utterance_count, r.byline, r.status, substr(r.text, 1, 281) as snippet from remarks r where r.rowid in ({numbers})
"""
#: The words round the hits: each row asked for by its number.
SNIPPETS = """
select f.rowid as n, {snippet} as snippet from json_each(:numbers) cross join {table} f
where {table} match :match and f.rowid = value
"""
#: For the beginning of a word one pass over all hits is faster: the + keeps SQLite from searching by rowid.
SNIPPETS_BEGUN = """
select f.rowid as n, {snippet} as snippet from {table} f where {table} match :match
and f.rowid between :first and :last and +f.rowid in (select value from json_each(:numbers))
"""


async def _details(held: Held, asked: Asked, found: list[Row]) -> list[Row]:
    """The rows of a page, with the words round the hits, in the order in which they were found."""
    if not found:
        return []
    numbers = [int(row["n"]) for row in found]
    sql = (TURNS if asked.scope == "turns" else REMARKS).format(numbers=", ".join(map(str, numbers)))
    rows, snippets = await asyncio.gather(held.rows(sql), _snippets(held, asked, numbers))
    for row in rows:
        row["pieces"] = marks.pieces(snippets.get(row["n"]) or marks.begun(row["snippet"]), START, END)
        row["snippet"] = "".join(text for text, _ in row["pieces"])
    place = {n: at for at, n in enumerate(numbers)}
    return sorted(rows, key=lambda row: place[row.pop("n")])


async def _snippets(held: Held, asked: Asked, numbers: list[int]) -> dict[int, str]:
    """Row number -> the words round the hits, with START and END round each; empty without words to look for."""
    if asked.query is None:
        return {}
    column = 0 if asked.scope == "turns" else -1
    snippet = f"snippet({asked.index}, {column}, char(2), char(3), ' … ', 40)"
    sql = (SNIPPETS_BEGUN if asked.begun else SNIPPETS).format(snippet=snippet, table=asked.index)
    places = {"first": min(numbers), "last": max(numbers), "numbers": json.dumps(numbers)}
    return {row["n"]: row["snippet"] for row in await held.rows(sql, match=asked.match, **places)}
