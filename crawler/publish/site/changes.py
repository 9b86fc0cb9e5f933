"""What State changed after publication: every revision but the first, with its differences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound, Response

from crawler.publish.site import differences
from crawler.publish.site.held import Held, Row, page
from crawler.publish.site.query import BadQuery

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

KINDS = ("text", "label", "title", "metadata", "parser")
SIZE = 20
#: So many changed turns of a revision are shown in the list; its own page shows all.
MOST_TURNS = 4
LIST = """
select v.*, r.title as title_now, r.type, r.date as date_now, r.host, r.url, r.status, b.seen_at as seen_before,
  b.title as title_before, b.date as date_before, b.id as before_id
from revisions v join remarks r on r.id = v.remark_id
left join revisions b on b.remark_id = v.remark_id and b.revision = v.revision - 1
where v.change <> 'new' and {where} order by v.seen_at desc, v.id desc limit :limit offset :offset
"""
VERSION = "select * from utterance_versions where remark_id = :id and revision = :revision order by position"
#: What the published line tells of a page beside its turns.
METADATA = ("title", "type", "date", "place", "venue", "byline", "language", "url", "tags", "published_at")
GONE = """
select id, title, type, date, host, status, last_seen_at as seen_at, null as reason from remarks
where status in ('gone', 'restored') order by last_seen_at desc limit 50
"""
#: The same in databases that note every change of standing.
STATUSES = """
select r.id, r.title, r.type, r.date, r.host, s.status, s.seen_at, s.reason from statuses s
join remarks r on r.id = s.remark_id where s.status in ('gone', 'restored') order by s.seen_at desc limit 50
"""


async def listed(held: Held, request: Request) -> Response:
    """`/changes?kind=<one of KINDS>&page=<n>`; what only a better program read otherwise is left out unless asked."""
    kind, number = request.args.get("kind") or "", request.args.get("page") or "1"
    if kind not in ("", *KINDS):
        raise BadQuery(f"There is no kind of change “{kind}”. The kinds are: {', '.join(KINDS)}.")
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= 10_000):
        raise BadQuery(f"“page” can be a number from 1 to 10000, not “{number}”.")
    rows = await newest(held, kind, SIZE + 1, (int(number) - 1) * SIZE)
    counts = await held.rows("select change, count(*) as n from revisions where change <> 'new' group by change")
    values = {
        "rows": rows[:SIZE],
        "more": len(rows) > SIZE,
        "number": int(number),
        "kind": kind,
        "kinds": KINDS,
        "counts": {row["change"]: row["n"] for row in counts},
        "gone": await held.rows(STATUSES if "statuses" in held.tables else GONE) if number == "1" else [],
    }
    return await page(held, request, "changes", values)


async def newest(held: Held, kind: str, limit: int, offset: int = 0) -> list[Row]:
    """Revisions with their differences shortened; the newest first."""
    where = "v.change = :kind" if kind else "v.change <> 'parser'"
    rows = await held.rows(LIST.format(where=where), kind=kind, limit=limit, offset=offset)
    for row in rows[:SIZE]:
        await _compare(held, row)
        row["left_out"] = max(0, len(row["turns"]) - MOST_TURNS)
        row["turns"] = row["turns"][:MOST_TURNS]
    return rows


async def one(held: Held, request: Request) -> Response:
    """`/changes/<remark id>/<revision>`: the whole difference to the revision before."""
    sql = LIST.format(where="v.remark_id = :id and v.revision = :revision")
    row = await held.row(sql, id=request.url_vars["id"], revision=int(request.url_vars["revision"]), limit=1, offset=0)
    if row is None:
        raise NotFound("There is no such revision, or it is the first.")
    await _compare(held, row)
    return await page(held, request, "change", {"row": row})


async def _compare(held: Held, row: Row) -> None:
    """Adds turns (that differ), metadata (name, pieces) and body (pieces, where nobody speaks) to the row."""
    old, new = [
        await held.rows(VERSION, id=row["remark_id"], revision=revision)
        for revision in (row["revision"] - 1, row["revision"])
    ]
    row["turns"] = differences.turns(old, new)
    before, after = await _line(held, row["before_id"]), await _line(held, row["id"])
    head = {"title": (row["title_before"], row["title"]), "date": (row["date_before"], row["date"])}
    head |= {name: (before.get(name), after.get(name)) for name in METADATA if name in before and name in after}
    row["metadata"] = [
        (name, differences.words(_text(a), _text(b))) for name, (a, b) in head.items() if _text(a) != _text(b)
    ]
    row["body"] = []
    if not row["turns"] and before.get("text") != after.get("text"):
        row["body"] = differences.words(before.get("text") or "", after.get("text") or "")


async def _line(held: Held, revision_id: int | None) -> Row:
    """The line of remarks.jsonl as it was then; empty where the database has none."""
    if revision_id is None or "lines" not in held.tables:
        return {}
    line = await held.value("select line from lines where revision_id = :id", id=revision_id)
    return dict(json.loads(line)) if line else {}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
