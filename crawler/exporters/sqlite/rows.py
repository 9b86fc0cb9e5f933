"""Step 9: a remark as rows and as a line of remarks.jsonl. Pure: ids are given, nothing is looked up."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.exporters.sqlite import relations
from crawler.exporters.sqlite.schema import UTTERANCES_PER_REMARK
from crawler.exporters.sqlite.words import count_words
from crawler.items import CommentLine, RemarkLine, UtteranceLine
from crawler.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.items import Capture, Comment, CorrectionLine, ExchangeLine, Remark, Utterance

Row = dict[str, Any]

SCHEMA_VERSION = 2
"""Of the JSON lines; rises when a field comes, goes or changes its meaning. 2: evidence, links, exchanges."""
# What JSON lets stand in a string, but programs that split text into lines may take for a line end.
LINE_ENDS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """What the database has given a remark."""

    remark_id: str
    rowid: int
    revision: int
    utterances: Sequence[str]
    """In the order of the turns."""
    people: Mapping[str, str]
    """Id of each name."""
    offices: Mapping[str, str]
    status: str = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A remark as of one revision."""

    remark: Row
    """What is read from the page; saving.py adds what is known of the work."""
    utterances: list[Row]
    comments: list[Row]
    attributions: list[Row]
    corrections: list[Row]
    exchanges: list[Row]
    line: str
    """Of remarks.jsonl, without its line end."""


def build(remark: Remark, capture: Capture, ids: Ids) -> Rows:
    utterances = _utterance_rows(remark, ids)
    row = _remark_row(remark, capture) | {"id": ids.remark_id, "revision": ids.revision}
    line = _json_line(remark, row | {"status": ids.status}, ids)
    return Rows(
        remark=row,
        utterances=utterances,
        comments=_comment_rows(remark, ids),
        attributions=relations.attribution_rows(remark, ids.utterances, ids.people, ids.offices),
        corrections=relations.correction_rows(remark, ids.utterances),
        exchanges=relations.exchange_rows(remark, ids.utterances, ids.remark_id),
        line=line,
    )


def content_digest(remark: Remark) -> str:
    """Of what State can change and a reader would call a change; not of tags and times, which change by themselves."""
    page = remark.page
    content = [
        page.title,
        page.type,
        page.date,
        page.byline,
        page.places,
        [(turn.label, turn.text) for turn in remark.utterances],
        [(note.after, note.comment.kind, note.comment.text) for note in remark.notes],
        remark.text,
    ]
    return "sha256:" + hashlib.sha256(json.dumps(content).encode()).hexdigest()


# "Treaty Room", "Fairmont Hotel Georgetown", "Ministry of Foreign Affairs": inside a city, not one
ROOM = re.compile(
    r"\b(?:room|hall|hotel|building|embassy|consulate|palace|residence|headquarters|ministry|university|center|centre|"
    r"studio|house|auditorium|theat(?:er|re)|museum|library|chancery|airport|school|college|club|institute)\b",
    re.I,
)


def place_and_venue(places: Sequence[str], venues: Sequence[str] = ()) -> tuple[str | None, str | None]:
    """City and room. What the page marks as a venue is no city; of two unmarked lines the one with a comma is the city.

    "Via Teleconference" is no place, and a lone "Treaty Room" is a room.
    """
    somewhere = [place for place in places if not place.lower().startswith("via ") and place not in venues]
    if len(somewhere) == 1 and ", " not in somewhere[0] and ROOM.search(somewhere[0]):
        somewhere = []
    with_comma = [place for place in somewhere if ", " in place]
    place = with_comma[0] if len(with_comma) == 1 else somewhere[0] if somewhere else None
    return place, "; ".join(other for other in places if other != place) or None


def words_and_turns(remark: Remark) -> tuple[int, int]:
    """The remark's word_count and utterance_count."""
    turns = remark.utterances
    return sum(count_words(turn.text) for turn in turns) if turns else count_words(remark.text), len(turns)


def _remark_row(remark: Remark, capture: Capture) -> Row:
    page = remark.page
    place, venue = place_and_venue(page.places, page.venues)
    words, turns = words_and_turns(remark)
    return {
        "url": page.url,
        "host": page.host,
        "home": host_of(capture.url),
        "title": page.title,
        "type": page.type,
        "date": page.date,
        "date_printed": page.date_printed,
        "published_at": page.published_at,
        "modified_at": page.modified_at,
        "place": place,
        "venue": venue,
        "byline": "; ".join(page.byline) or None,
        "tags": _list(page.tags),
        "language": page.language,
        "original_url": page.original_url,
        "text": remark.text,
        "word_count": words,
        "utterance_count": turns,
        "via": capture.via,
        "archived_at": capture.archived_at,
        "archive_url": capture.archive_url,
        "template": page.template,
        "problems": _list(remark.problems),
    }


def _list(texts: Sequence[str]) -> str | None:
    return json.dumps(texts, ensure_ascii=False) if texts else None


class Unstorable(ValueError):
    """A text that no database gives back as it was."""


def check(remark: Remark) -> None:
    """Raises Unstorable, naming page and field, for text that the database could not give back, and for ''.

    Half a surrogate pair has no UTF-8. A NUL would go in, but ends the text for length(), for the sqlite3 shell and for
    a dump made by it: words would be lost unnoticed. That absent is NULL, never '', is the contract's.
    """
    for where, text in _texts(remark):
        if text is not None and (fault := _fault(text)):
            raise Unstorable(f"{remark.page.url}: {where}: {fault}")


def _texts(remark: Remark) -> Iterator[tuple[str, str | None]]:
    """Every text that goes into a column, and its place."""
    page = remark.page
    for name in ("title", "type", "date", "date_printed", "published_at", "modified_at", "language", "template"):
        yield name, getattr(page, name)
    for name, texts in (("byline", page.byline), ("places", page.places), ("tags", page.tags)):
        yield from ((f"{name} {number}", text) for number, text in enumerate(texts, 1))
    yield from ((f"problem {number}", text) for number, text in enumerate(remark.problems, 1))
    for number, turn in enumerate(remark.utterances, 1):
        for name in ("label", "text", "person", "office", "method", "evidence"):
            yield f"turn {number}, {name}", getattr(turn, name)
        yield from ((f"turn {number}, {name}", text) for name, text in relations.texts(turn))
        yield from ((f"turn {number}, comment", comment.text) for comment in turn.comments)
    yield from ((f"note {number}", note.comment.text) for number, note in enumerate(remark.notes, 1))
    yield "text", remark.text


def _fault(text: str) -> str | None:
    if not text:
        return "empty text; what is absent is None"
    if "\0" in text:
        return f"NUL at {text.index(chr(0))}"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"half a surrogate pair, U+{ord(text[error.start]):04X}, at {error.start}"
    return None


def _utterance_rows(remark: Remark, ids: Ids) -> list[Row]:
    return [
        {
            "id": id_,
            "rowid": ids.rowid * UTTERANCES_PER_REMARK + int(id_.rpartition("-")[2]),
            "remark_id": ids.remark_id,
            "position": position,
            "label": turn.label,
            "speaker_role": turn.role,
            "person_id": ids.people.get(turn.person or ""),
            "office_id": ids.offices.get(turn.office or ""),
            "organization": turn.organization,
            "text": turn.text,
            "word_count": count_words(turn.text),
            "language": turn.language,
            "interpreted": int(turn.interpreted),
            "prev_id": relations.id_at(ids.utterances, turn.previous),
            "next_id": relations.id_at(ids.utterances, turn.following),
        }
        for position, (id_, turn) in enumerate(zip(ids.utterances, remark.utterances, strict=True), 1)
    ]


def _comment_rows(remark: Remark, ids: Ids) -> list[Row]:
    rows = [
        _comment_row(f"{id_}.{number}", ids, comment, utterance_id=id_, after=None)
        for id_, turn in zip(ids.utterances, remark.utterances, strict=True)
        for number, comment in enumerate(turn.comments, 1)
    ]
    return rows + [
        _comment_row(f"{ids.remark_id}.{number}", ids, note.comment, utterance_id=None, after=note.after)
        for number, note in enumerate(remark.notes, 1)
    ]


def _comment_row(id_: str, ids: Ids, comment: Comment, *, utterance_id: str | None, after: int | None) -> Row:
    return {
        "id": id_,
        "remark_id": ids.remark_id,
        "utterance_id": utterance_id,
        "after": after,
        "offset": comment.offset,
        "kind": comment.kind,
        "text": comment.text,
        "revision": ids.revision,
    }


def _json_line(remark: Remark, row: Row, ids: Ids) -> str:
    head = {name: row[name] for name in RemarkLine.__dataclass_fields__ if name in row}
    line = RemarkLine(
        **head
        | {
            "schema_version": SCHEMA_VERSION,
            "tags": list(remark.page.tags),
            "utterances": [
                _utterance_line(id_, position, turn, ids)
                for position, (id_, turn) in enumerate(zip(ids.utterances, remark.utterances, strict=True), 1)
            ],
            "notes": [_comment_line(note.comment) for note in remark.notes],
            "exchanges": relations.exchange_lines(remark, ids.utterances),
            "problems": list(remark.problems),
        }
    )
    return as_line(line)


def as_line(line: RemarkLine | Row) -> str:
    """One line of JSON for any program that splits text into lines."""
    text = json.dumps(line, default=_fields, ensure_ascii=False, separators=(",", ":"))
    for character, escape in LINE_ENDS.items():
        text = text.replace(character, escape)
    return text


def _fields(item: RemarkLine | UtteranceLine | CommentLine | CorrectionLine | ExchangeLine) -> Row:
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def _utterance_line(id_: str, position: int, turn: Utterance, ids: Ids) -> UtteranceLine:
    return UtteranceLine(
        id=id_,
        position=position,
        label=turn.label,
        speaker_role=turn.role,
        person=turn.person,
        office=turn.office,
        organization=turn.organization,
        method=turn.method,
        confidence=turn.confidence,
        evidence=turn.evidence,
        language=turn.language,
        interpreted=turn.interpreted,
        prev_id=relations.id_at(ids.utterances, turn.previous),
        next_id=relations.id_at(ids.utterances, turn.following),
        text=turn.text,
        comments=[_comment_line(comment) for comment in turn.comments],
        corrections=relations.correction_lines(turn),
    )


def _comment_line(comment: Comment) -> CommentLine:
    return CommentLine(kind=comment.kind, text=comment.text, offset=comment.offset)
