"""The transcript page: everything that is known of one remark, in the order in which it is printed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound, Response

from crawler.publish.site import marks
from crawler.publish.site.held import Held, Row, page
from crawler.publish.site.query import BadQuery, Query, parse
from crawler.publish.site.search import END, START
from crawler.transcript.validate import doubtful

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from datasette.utils.asgi import Request
    from markupsafe import Markup

#: Colours for speakers in the style sheet; a page with more of them begins again.
COLOURS = 10
ASKING = ("press", "audience")
TURNS = """
select u.*, p.name as person, o.name as office from utterances u left join people p on p.id = u.person_id
left join offices o on o.id = u.office_id where u.remark_id = :id order by u.position
"""
CAPTURE = """
select c.* from revisions v join captures c on c.id = v.capture_id
where v.remark_id = :id order by v.revision desc limit 1
"""
TRANSLATIONS = """
select * from translations where id = :id and original_url is not null
union all
select * from translations where original_url in (select url from urls where remark_id = :id)
"""
HITS = """
select u.position, highlight(utterances_fts, 0, char(2), char(3)) as marked from utterances_fts f
join utterances u on u.rowid = f.rowid
where utterances_fts match :match and f.rowid between :number * 1000000 and :number * 1000000 + 999999
"""
#: Turns that State changed or added after publication, and the newest revision in which it did.
CHANGED = """
select v.utterance_id as id, max(v.revision) as revision, max(b.utterance_id is null) as added from revisions s
join utterance_versions v on v.remark_id = s.remark_id and v.revision = s.revision
left join utterance_versions b on b.utterance_id = v.utterance_id and b.revision = v.revision - 1
where s.remark_id = :id and s.change not in ('new', 'parser')
  and (b.utterance_id is null or b.text <> v.text or b.label is not v.label) group by 1
"""

TURNS_NAMED = re.compile(r"\bturns? (\d+)(?: and (\d+))?\b")
#: Words of the page in a problem, which may have the word, too.
QUOTED = re.compile(r"(?<=[\s:])(?:'[^']*'|\"[^\"]*\")")


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as it is shown."""

    row: Row
    paragraphs: list[Markup]
    notes: list[Row]
    """Lines of their own behind it."""
    corrections: list[Row]
    colour: int | None
    """None for whoever asks."""
    asks: bool
    hit: int | None
    """1 for the first turn with a hit."""
    changed: Row | None
    """The revision that changed or added it after publication."""
    doubts: list[str]
    """Problems that name the turn and are more than a note."""


async def show(held: Held, request: Request) -> Response:
    """`/r/<remark id>?q=<words to mark>`."""
    remark = await _remark(held, request.url_vars["id"])
    typed = (request.args.get("q") or "").strip()
    sorry, query = None, None
    try:
        query = parse(typed) if typed else None
    except BadQuery as bad:
        sorry = str(bad)
    found = await _hits(held, remark, query)
    comments = await held.rows("select * from comments where remark_id = :id order by rowid", id=remark["id"])
    turns = await _turns(held, remark, comments, found)
    values = {
        "remark": remark,
        "turns": turns,
        "hits": [turn for turn in turns if turn.hit],
        "before": [note for note in comments if note["after"] == 0],
        "paragraphs": await _plain(held, remark, query) if not turns else [],
        "participants": participants(turns),
        "capture": await held.row(CAPTURE, id=remark["id"]),
        "addresses": await held.rows(
            "select url from urls where remark_id = :id order by canonical desc, url", id=remark["id"]
        ),
        "revisions": await held.rows(
            "select revision, seen_at, change from revisions where remark_id = :id order by revision", id=remark["id"]
        ),
        "translations": await _translations(held, remark),
        "problems": json.loads(remark["problems"] or "[]"),
        "q": typed,
        "sorry": sorry,
    }
    return await page(held, request, "transcript", values)


async def as_json(held: Held, request: Request) -> Response:
    """`/r/<remark id>.json`: the newest line of remarks.jsonl of the remark."""
    remark = await _remark(held, request.url_vars["id"])
    sql = (
        "select line from lines join revisions v on v.id = revision_id where v.remark_id = :id "
        "order by v.revision desc limit 1"
    )
    line = await held.value(sql, id=remark["id"]) if "lines" in held.tables else None
    if line is None:
        raise NotFound("This remark's line is not held.")
    return Response(line, content_type="application/json; charset=utf-8")


async def _remark(held: Held, id_: str) -> Row:
    remark = await held.row("select * from remarks where id = :id", id=id_)
    if remark is None:
        raise NotFound(f"No remark has the id {id_}.")
    return remark


async def _hits(held: Held, remark: Row, query: Query | None) -> dict[int, str]:
    """Position of each turn with a hit -> its text with the hits marked."""
    if query is None:
        return {}
    rows = await held.rows(HITS, match=f"text : {query.fts}", number=remark["rowid"])
    return {row["position"]: row["marked"] for row in rows}


async def _turns(held: Held, remark: Row, comments: list[Row], found: dict[int, str]) -> list[Turn]:
    rows = await held.rows(TURNS, id=remark["id"])
    corrections = await held.rows(
        "select c.* from corrections c join utterances u on u.id = c.utterance_id "
        'where u.remark_id = :id order by "offset"',
        id=remark["id"],
    )
    changed = {row["id"]: row for row in await held.rows(CHANGED, id=remark["id"])} if remark["revision"] > 1 else {}
    inside = _grouped(comments, "utterance_id")
    behind = _grouped(comments, "after")
    corrected = _grouped(corrections, "utterance_id")
    doubts = by_turn(json.loads(remark["problems"] or "[]"))
    colours: dict[str, int] = {}
    turns = []
    for row in rows:
        asks = row["speaker_role"] in ASKING
        spans = _spans(row, inside.get(row["id"], ()), found.get(row["position"]))
        turns.append(
            Turn(
                row,
                marks.paragraphs(row["text"], spans),
                behind.get(row["position"], []),
                corrected.get(row["id"], []),
                None if asks else colours.setdefault(row["person_id"] or row["label"] or "", len(colours)) % COLOURS,
                asks,
                sum(position <= row["position"] for position in found) if row["position"] in found else None,
                changed.get(row["id"]),
                doubts.get(row["position"], []),
            )
        )
    return turns


def by_turn(problems: Iterable[str]) -> dict[int, list[str]]:
    """Position of a turn -> the doubts that name it: "wrong_label: turn 4 is ...", "... at turns 4 and 5; ..."."""
    found: dict[int, list[str]] = {}
    for problem in doubtful(problems):
        if named := TURNS_NAMED.search(QUOTED.sub("", problem)):
            for position in filter(None, named.groups()):
                found.setdefault(int(position), []).append(problem)
    return found


def _spans(row: Row, comments: Iterable[Row], marked: str | None) -> list[marks.Span]:
    spans = [marks.Span(c["offset"], c["offset"] + len(c["text"]), "em") for c in comments if c["offset"] is not None]
    return spans + (marks.hits(row["text"], marked, START, END) if marked else [])


async def _translations(held: Held, remark: Row) -> list[Row]:
    """What the release is a translation of, and its translations, in databases that know."""
    if "translations" not in held.tables:
        return []
    return await held.rows(TRANSLATIONS, id=remark["id"])


async def _plain(held: Held, remark: Row, query: Query | None) -> list[Markup]:
    """The paragraphs of a written release, in which nobody speaks."""
    marked = None
    if query:
        sql = (
            "select highlight(remarks_fts, 1, char(2), char(3)) from remarks_fts "
            "where remarks_fts match :match and rowid = :n"
        )
        marked = await held.value(sql, match=query.fts, n=remark["rowid"])
    return marks.paragraphs(remark["text"], marks.hits(remark["text"], marked, START, END) if marked else [])


def participants(turns: Sequence[Turn]) -> list[Row]:
    """Who speaks here, in the order of their first turn; those who ask are one."""
    found: dict[str, Row] = {}
    for turn in turns:
        row = turn.row
        key = (
            "asking" if turn.asks and not row["person_id"] else row["person_id"] or row["label"] or row["speaker_role"]
        )
        one = found.setdefault(key, {**row, "turns": 0, "words": 0, "colour": turn.colour, "asks": key == "asking"})
        one["turns"] += 1
        one["words"] += row["word_count"]
    return list(found.values())


def _grouped(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups
