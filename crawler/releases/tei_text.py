"""TEI: what was said on one page. Pure.

The words stand as printed. A stage direction is an element where it stands, its words in it; so the text of a turn is
that of its segments, parted by a blank line, without the notes that have a `place` (those are printed elsewhere).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.releases.tei_xml import NO_NAME, add, characters, language, xml_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lxml.etree import _Element as Element

    from crawler.releases.snapshot import Row

BLANK_LINE = "\n\n"


class Mark(NamedTuple):
    """An element in a turn's text."""

    start: int
    end: int
    """As start where its words are not part of the text."""
    kind: str
    text: str


@cache
def _elements() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("crawler.data").joinpath("tei.toml").read_text("utf-8"))


def body(remark: Row, turns: Sequence[Row], comments: Iterable[Row], corrections: Iterable[Row]) -> Element:
    """<text> with a <u> a turn, or with the paragraphs of a written release."""
    text = add(None, "text", lang=language(remark["language"]))
    division = add(add(text, "body"), "div", type="debateSection" if turns else "release")
    if not turns:
        for paragraph in remark["text"].split(BLANK_LINE):
            add(division, "p", paragraph)
        return text
    inside, outside = _sorted(comments, corrections)
    for comment in outside.get(0, []):
        division.append(_element(comment["kind"], comment["text"]))
    for turn in turns:
        if turn["label"]:
            add(division, "note", turn["label"], type="speaker")
        division.append(utterance(turn, inside.get(turn["id"], [])))
        for comment in outside.get(turn["position"], []):
            division.append(_element(comment["kind"], comment["text"]))
    return text


def _sorted(comments: Iterable[Row], corrections: Iterable[Row]) -> tuple[dict[str, list[Any]], dict[int, list[Any]]]:
    """The comments of each turn, and the lines after each position that belong to none."""
    inside: dict[str, list[Any]] = {}
    outside: dict[int, list[Any]] = {}
    for comment in comments:
        if comment["utterance_id"] is None:
            outside.setdefault(comment["after"], []).append(comment)
        else:
            inside.setdefault(comment["utterance_id"], []).append(dict(comment))
    for row in corrections:
        end = row["offset"] + len(row["said"] or "")
        note = {"offset": end, "kind": "correction", "text": row["corrected"], "beside": True}
        inside.setdefault(row["utterance_id"], []).append(note)
    return inside, outside


def utterance(turn: Row, comments: Iterable[Mapping[str, Any]]) -> Element:
    """<u> with a <seg> a paragraph."""
    ana = [f"#role-{turn['speaker_role']}", *(["#interpreted"] if turn["interpreted"] else [])]
    if turn["office_id"]:
        ana.append("#" + xml_id("o", turn["office_id"]))
    speech = add(
        None,
        "u",
        "\n",
        id=xml_id("u", turn["id"]),
        who=turn["person_id"] and "#" + xml_id("p", turn["person_id"]),
        ana=" ".join(ana),
        cert=None if turn["confidence"] is None else str(turn["confidence"]),
        lang=language(turn["language"]),
        prev=turn["prev_id"] and "#" + xml_id("u", turn["prev_id"]),
        next=turn["next_id"] and "#" + xml_id("u", turn["next_id"]),
    )
    marks, start = list(_marks(turn["text"], comments)), 0
    paragraphs = turn["text"].split(BLANK_LINE)
    for number, paragraph in enumerate(paragraphs, start=1):
        end = start + len(paragraph)
        last = number == len(paragraphs)
        mine = [mark for mark in marks if start <= mark.start and (last or mark.start < end + len(BLANK_LINE))]
        marks = marks[len(mine) :]
        segment = add(speech, "seg", id=f"{xml_id('u', turn['id'])}.{number}")
        segment.tail = "\n"
        _fill(segment, paragraph, [_within(mark, start, end) for mark in mine])
        start = end + len(BLANK_LINE)
    return speech


def _within(mark: Mark, start: int, end: int) -> Mark:
    """Counted from the paragraph's start; one that goes beyond its end stands beside."""
    return mark._replace(start=mark.start - start, end=(mark.end if mark.end <= end else mark.start) - start)


def _marks(text: str, comments: Iterable[Mapping[str, Any]]) -> Iterator[Mark]:
    """In order and apart: words that do not stand there, or lie in another mark, stand beside."""
    free = 0
    placed = [(len(text) if comment["offset"] is None else comment["offset"], comment) for comment in comments]
    for offset, comment in sorted(placed, key=lambda pair: pair[0]):
        words, at = comment["text"], max(offset, free)
        there = at == offset and not comment.get("beside") and text.startswith(words, at)
        end = at + len(words) if there else at
        yield Mark(at, end, comment["kind"], words)
        free = end


def _fill(segment: Element, text: str, marks: Sequence[Mark]) -> None:
    """The paragraph's words, with the marks among them."""
    text, last, at = characters(text), None, 0
    for mark in (*marks, None):
        piece = text[at : mark.start] if mark else text[at:]
        if last is None:
            segment.text = (segment.text or "") + piece
        else:
            last.tail = (last.tail or "") + piece
        if mark:
            last = _element(mark.kind, mark.text, beside=mark.start == mark.end)
            segment.append(last)
            at = max(at, mark.end)


def _element(kind: str, text: str, *, beside: bool = False) -> Element:
    known = _elements().get(kind)
    if beside or known is None:
        return add(None, "note", text, type=NO_NAME.sub("_", kind), place="beside" if beside else None)
    element = add(None, known["element"], **{name: value for name, value in known.items() if name != "element"})
    add(element, "desc", text)
    return element
