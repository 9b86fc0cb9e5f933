"""A search as it stands in an address -> SQL -> what was found.

Every form of the answer (page, JSON, CSV, Atom) comes from here, so that one address means one thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from datasette.database import QueryInterrupted

from crawler.publish.site.marks import pieces
from crawler.publish.site.query import BadQuery, Query, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.publish.site.held import Held, Row

FIELDS = ("q", "in", "speaker", "role", "office", "type", "host", "since", "until", "sort", "size", "page")
ROLES = ["official", "spokesperson", "guest", "press", "moderator", "interpreter", "staff", "audience", "unknown"]
SIZE, MOST_SIZE, MOST_PAGES = 20, 1000, 500
#: Above so many hits the ranking would take longer than anyone waits; then they come newest first.
MOST_RANKED = 50_000
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
        date.fromisoformat(text)
    except ValueError:
        raise BadQuery(f"“{text}” is no date. Write it as year-month-day, like 2022-05-01.") from None


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
    notes: list[str] = []
    where, values = await _filters(held, asked, notes)
    if asked.query is None:
        hits, ranked = await _listed(held, asked, where, values), True
        count = await _count(held, asked, where, values)
    else:
        values["match"] = f"text : {asked.query.fts}" if asked.scope == "turns" else asked.query.fts
        matches = await _matches(held, asked, values)
        ranked = matches <= MOST_RANKED
        sql = _hits(asked if ranked else replace(asked, sort="date"), where)
        hits = await held.rows(f"{sql} limit :size offset :offset", **values, **_window(asked))
        count = await _count(held, asked, where, values) if where else matches if ranked else None
    rows = await _details(held, asked, hits[: asked.size], values)
    return Found(rows, len(hits) > asked.size, count, ranked or asked.sort == "date", notes)


def _window(asked: Asked) -> Row:
    return {"size": asked.size + 1, "offset": asked.offset}


async def _matches(held: Held, asked: Asked, values: Row) -> int:
    """How many rows hold the words, whatever the filters; more than MOST_RANKED are not counted."""
    table = _index(asked)
    sql = f"select count(*) from (select 1 from {table} where {table} match :match limit {MOST_RANKED + 1})"  # noqa: S608
    return int(await held.value(sql, match=values["match"]))


def _index(asked: Asked) -> str:
    return "utterances_fts" if asked.scope == "turns" else "remarks_fts"


async def _filters(held: Held, asked: Asked, notes: list[str]) -> tuple[list[str], Row]:
    """Conditions on u (utterances) and r (remarks), and their values."""
    given = asked.given
    conditions = {"type": "r.type = :type", "host": "r.host = :host"}
    conditions |= {"since": "r.date >= :since", "until": "r.date <= :until"}
    turns = {"role": "u.speaker_role = :role", "office": "u.office_id = :office"}
    values: Row = {name: given[name] for name in (*conditions, *turns) if name in given}
    where = [condition for name, condition in conditions.items() if name in given]
    own = [condition for name, condition in turns.items() if name in given]
    if "office" in given:
        sql = "select id from offices where id = :office or name = :office collate nocase limit 1"
        values["office"] = await held.value(sql, office=given["office"]) or given["office"]
    if "speaker" in given:
        condition, values["speaker"], note = await _speaker(held, given["speaker"])
        own.append(condition)
        notes += [note] if note else []
    if own and asked.scope == "remarks":
        where.append(f"exists (select 1 from utterances u where u.remark_id = r.id and {' and '.join(own)})")  # noqa: S608
        own = []
    return where + own, values


async def _speaker(held: Held, typed: str) -> tuple[str, str, str | None]:
    """A person by id or name, or else whoever is printed so: the condition, its value, and what to tell the reader."""
    people = await held.rows(
        "select id, name from people where id = :typed or name = :typed collate nocase or name like :part escape '\\' "
        "order by id = :typed desc, name = :typed collate nocase desc, name limit 6",
        typed=typed,
        part=f"%{_literal(typed)}%",
    )
    exact = people and typed.casefold() in (people[0]["id"].casefold(), people[0]["name"].casefold())
    if exact or len(people) == 1:
        return "u.person_id = :speaker", people[0]["id"], None
    names = ", ".join(person["name"] for person in people)
    known = (
        f"Several people have that name ({names}); choose one of them." if names else "No person of that name is known."
    )
    note = f"{known} Shown is whoever is printed in the transcript as “{typed}”."
    return "u.label like :speaker escape '\\'", f"%{_literal(typed)}%", note


def _literal(text: str) -> str:
    """For LIKE: % and _ stand for themselves."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _hits(asked: Asked, where: list[str]) -> str:
    """SQL that gives the row numbers of all hits in order, as n; with snippets where the order is that of the index."""
    tests = " and ".join([f"{_index(asked)} match :match", *where])
    ranked = asked.sort == "relevance"
    order = "rank" if ranked else "r.date desc, n"
    joins = ""
    if any(test.startswith("u.") for test in where):
        joins += " join utterances u on u.rowid = f.rowid"
    if "r." in f"{order} {tests}":
        joins += f" join remarks r on r.rowid = {'f.rowid / 1000000' if asked.scope == 'turns' else 'f.rowid'}"
    columns = f"f.rowid as n, {_snippet(asked)} as snippet" if ranked else "f.rowid as n"
    return f"select {columns} from {_index(asked)} f{joins} where {tests} order by {order}"  # noqa: S608


def _snippet(asked: Asked) -> str:
    return f"snippet({_index(asked)}, {0 if asked.scope == 'turns' else -1}, char(2), char(3), ' … ', 40)"


async def _listed(held: Held, asked: Asked, where: list[str], values: Row) -> list[Row]:
    """Row numbers without words to look for, newest first."""
    tests = " and ".join(where) or "true"
    if asked.scope == "remarks":
        sql = f"select r.rowid as n from remarks r where {tests} order by r.date desc, r.rowid desc"  # noqa: S608
    elif any(test.startswith("u.person_id") for test in where):
        # the newest transcripts of the person first: each has a turn, so no more are needed
        sql = (
            "with held as (select r.id, r.date from (select distinct remark_id from utterances u where "  # noqa: S608
            "u.person_id = :speaker) join remarks r on r.id = remark_id order by r.date desc limit :size + :offset) "
            f"select u.rowid as n from held join remarks r using (id) join utterances u on u.remark_id = r.id "
            f"where {tests} order by r.date desc, u.rowid"
        )
        if len(where) > 1:
            sql = sql.replace(" limit :size + :offset)", ")")
    else:
        sql = (
            "select u.rowid as n from remarks r cross join utterances u on u.remark_id = r.id "  # noqa: S608
            f"where {tests} order by r.date desc, r.rowid, u.position"
        )
    return await held.rows(f"{sql} limit :size offset :offset", **values, **_window(asked))


TURNS = """
select u.rowid as n, u.id, u.remark_id, u.position, u.label, u.speaker_role, u.person_id, p.name as person,
  o.name as office, r.date, r.type, r.title, r.host, r.url, r.first_seen_at, u.word_count,
  substr(u.text, 1, 280) as snippet
from utterances u join remarks r on r.id = u.remark_id
left join people p on p.id = u.person_id left join offices o on o.id = u.office_id where u.rowid in ({numbers})
"""
REMARKS = """
select r.rowid as n, r.id as remark_id, r.date, r.type, r.title, r.host, r.url, r.first_seen_at, r.word_count,
  r.utterance_count, r.byline, r.status, substr(r.text, 1, 280) as snippet from remarks r where r.rowid in ({numbers})
"""
#: One pass over all hits is faster than a search for each row: the + keeps SQLite from searching by rowid.
SNIPPETS = """
select f.rowid as n, {snippet} as snippet from {table} f
where {table} match :match and f.rowid between {first} and {last} and +f.rowid in ({numbers})
"""


async def _details(held: Held, asked: Asked, hits: list[Row], values: Row) -> list[Row]:
    """The rows of a page, with the words round the hits, in the order of the hits."""
    if not hits:
        return []
    found = [int(row["n"]) for row in hits]
    numbers = ", ".join(map(str, found))
    rows = await held.rows((TURNS if asked.scope == "turns" else REMARKS).format(numbers=numbers))
    if asked.query and "snippet" not in hits[0]:
        sql = SNIPPETS.format(
            snippet=_snippet(asked), table=_index(asked), first=min(found), last=max(found), numbers=numbers
        )
        hits = await held.rows(sql, match=values["match"])
    snippets: dict[int, str] = {row["n"]: row["snippet"] for row in hits if "snippet" in row}
    for row in rows:
        row["pieces"] = pieces(str(snippets.get(row["n"], row["snippet"])), START, END)
        row["snippet"] = "".join(text for text, _ in row["pieces"])
    return sorted(rows, key=lambda row: found.index(row.pop("n")))


async def _count(held: Held, asked: Asked, where: list[str], values: Row) -> int | None:
    if asked.query:
        inner = _hits(replace(asked, sort="date"), where).removesuffix(" order by r.date desc, n")
    elif asked.scope == "remarks":
        inner = f"select 1 from remarks r where {' and '.join(where) or 'true'}"  # noqa: S608
    else:
        inner = f"select 1 from utterances u join remarks r on r.id = u.remark_id where {' and '.join(where)}"  # noqa: S608
    try:
        rows = await held.rows_within(COUNT_MS, f"select count(*) as found from ({inner})", values)  # noqa: S608
    except QueryInterrupted:
        return None
    return int(rows[0]["found"])
