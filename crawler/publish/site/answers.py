"""The search page and its other forms: JSON, CSV, Atom; and the feeds."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from datasette.utils.asgi import Response
from markupsafe import Markup

from crawler.publish.site import changes, search
from crawler.publish.site.feeds import Entry, atom
from crawler.publish.site.held import Held, Row, page
from crawler.publish.site.hits import MOST_RANKED
from crawler.publish.site.marks import begun

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

#: In the order of the columns of the CSV form.
COLUMNS = {
    "turns": "id remark_id position date type title host url label speaker_role person_id person office "
    "word_count snippet",
    "remarks": "remark_id date type title host url byline status utterance_count word_count snippet",
}
FILTERS = ("speaker", "role", "office", "type", "host", "since", "until")
LARGER, FEED = 100, 40


async def show(held: Held, request: Request) -> Response:
    """`/search?...`: fields left empty are taken out of the address, so that it can be shared."""
    if any(name in search.FIELDS and not value.strip() for name, value in _pairs(request)):
        kept = [(name, value) for name, value in _pairs(request) if value.strip()]
        return Response.redirect(held.datasette.urls.path("/search" + (f"?{urlencode(kept)}" if kept else "")))
    asked = search.read(request.args)
    begun = bool(asked.given)
    found = await search.find(held, asked) if begun else None
    values = {
        "asked": asked,
        "found": found,
        "begun": begun,
        "address": _address(asked),
        "choices": await _choices(held, asked.given.get("office")),
        "chosen": any(name in asked.given for name in FILTERS),
        "most_ranked": MOST_RANKED,
    }
    return await page(held, request, "search", values)


async def as_json(held: Held, request: Request) -> Response:
    """`/search.json?...`"""
    asked = search.read(request.args, size=LARGER)
    found = await search.find(held, asked)
    onward = held.datasette.urls.path(f"/search.json?{_address(asked, page=asked.page + 1)}") if found.more else None
    body = {
        "query": dict(asked.given),
        "count": found.count,
        "ranked": found.ranked and asked.sort == "relevance",
        "notes": found.notes,
        "next": held.datasette.absolute_url(request, onward) if onward else None,
        "rows": [_flat(row, asked.scope) for row in found.rows],
    }
    return Response.json(body)


async def as_csv(held: Held, request: Request) -> Response:
    """`/search.csv?...`: up to MOST_SIZE rows a page; words are as printed, also where they begin with = or -."""
    asked = search.read(request.args, size=search.MOST_SIZE)
    found = await search.find(held, asked)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS[asked.scope].split())
    writer.writeheader()
    writer.writerows(_flat(row, asked.scope) for row in found.rows)
    headers = {"content-disposition": 'attachment; filename="search.csv"'}
    if found.more:
        onward = held.datasette.urls.path(f"/search.csv?{_address(asked, page=asked.page + 1)}")
        headers["link"] = f'<{held.datasette.absolute_url(request, onward)}>; rel="next"'
    return Response(out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


async def as_atom(held: Held, request: Request) -> Response:
    """`/search.atom?...`: the newest hits, whatever order the address asks for."""
    asked = search.read({**dict(_pairs(request)), "sort": "date"}, size=FEED)
    found = await search.find(held, asked)
    entries = [_entry(row) for row in found.rows]
    title = f"State remarks: {asked.given.get('q') or 'search'}"
    return atom(held, request, title, f"/search?{_address(asked)}", entries)


async def latest_feed(held: Held, request: Request) -> Response:
    """`/latest.atom`: remarks in the order in which they were first seen."""
    rows = await held.rows(
        "select id as remark_id, title, type, date, byline, first_seen_at, last_seen_at, utterance_count, "
        "substr(text, 1, 501) as snippet from remarks order by rowid desc limit :limit",
        limit=FEED,
    )
    return atom(
        held,
        request,
        "State remarks: latest",
        "/",
        [_entry({**row, "snippet": begun(row["snippet"], 500)}) for row in rows],
    )


async def changes_feed(held: Held, request: Request) -> Response:
    """`/changes.atom`: revisions after the first."""
    rows = await changes.newest(held, "", changes.SIZE)
    entries = [
        Entry(
            id=f"revision/{row['remark_id']}/{row['revision']}",
            path=f"/changes/{row['remark_id']}/{row['revision']}",
            title=f"{row['title'] or row['type'] or 'Remarks'}: {row['change']} changed",
            updated=_time(row["seen_at"]),
            summary=_told(row),
        )
        for row in rows
    ]
    return atom(held, request, "State remarks: changes after publication", "/changes", entries)


def _told(row: Row) -> str | Markup:
    """What went and what came, as HTML."""
    pieces = [piece for turn in row["turns"] for piece in (*turn.label, *turn.text)] + list(row["body"])
    pieces += [piece for _, words in row["metadata"] for piece in words]
    elements = {"removed": Markup("<del>{}</del>"), "added": Markup("<ins>{}</ins>")}
    said = [elements[p.kind].format(p.text.strip()[:500]) for p in pieces if p.kind in elements]
    return Markup(" ").join(said[:40]) or f"{row['words_added']} words came, {row['words_removed']} went."


def _entry(row: Row) -> Entry:
    turn = row.get("id")
    head = f"{row['label']}: " if turn and row["label"] else ""
    when = f" ({row['date']})" if row["date"] else ""
    return Entry(
        id=f"turn/{turn}" if turn else f"remark/{row['remark_id']}",
        path=f"/u/{turn}" if turn else f"/r/{row['remark_id']}",
        title=f"{head}{row['title'] or row['type'] or 'Remarks'}{when}",
        updated=_time(row["first_seen_at"]),
        summary=row["snippet"],
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _flat(row: Row, scope: str) -> Row:
    return {name: row[name] for name in COLUMNS[scope].split()}


def _pairs(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name in request.args for value in request.args.getlist(name)]


def _address(asked: search.Asked, **other: object) -> str:
    return urlencode({**asked.given, **other})


#: All values of an indexed column, by one step of the index for each.
DISTINCT = """
with recursive found(value) as (select min({column}) from remarks union all
  select (select min({column}) from remarks where {column} > value) from found where value is not null)
select value from found where value is not null
"""
OFFICES = """
select id, name from offices where exists (select 1 from utterances where office_id = offices.id)
order by name limit 300
"""


async def _choices(held: Held, office: str | None) -> Row:
    """What the filters offer."""
    offices, people = [
        tuple((row["id"], row["name"]) for row in await held.counted(sql))
        for sql in (OFFICES, "select name as id, '' as name from people order by name limit 1000")
    ]
    return {
        "roles": search.ROLES,
        "types": [row["value"] for row in await held.counted(DISTINCT.format(column="type"))],
        "hosts": [row["value"] for row in await held.counted(DISTINCT.format(column="host"))],
        "offices": _options(offices, office),
        "people": _options(people, None),
    }


@lru_cache(100)
def _options(choices: tuple[tuple[str, str], ...], chosen: str | None) -> Markup:
    """The options of a list; kept, as filling in a thousand took half of the time of a search."""
    option, picked = Markup('<option value="{}">{}</option>'), Markup('<option value="{}" selected>{}</option>')
    return Markup("").join((picked if id_ == chosen else option).format(id_, begun(name, 60)) for id_, name in choices)
