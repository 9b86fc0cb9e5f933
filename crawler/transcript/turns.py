"""Step 6: blocks -> turns. Pure. Every line of the body ends in exactly one turn or in exactly one note.

The order of work: lines, labels of the page as a whole (labels.py), then one pass that gives each line to the speaker
whose label stands before it, unless it belongs to nobody (outside.py).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.discovery.types import holds_speech
from crawler.items import Block, Comment, Note, Page, Remark, Utterance
from crawler.transcript import outside
from crawler.transcript.bylines import has_person
from crawler.transcript.comments import find_comments
from crawler.transcript.labels import (
    Candidate,
    Context,
    Opening,
    candidates,
    choose,
    looks_like_label,
    opening_of,
    shape,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Unlabelled prose before the first label is speech of the byline if it is at least so long; a shorter piece is an
# editor's introduction or a clip (the shortest real speech before questions in the evidence has 8 paragraphs).
LEAST_PRELUDE_WORDS = 60
SURNAME = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the body that may begin with a label."""

    text: str
    block: Block | None
    offset: int = 0
    """Of the line in its block's text."""


@dataclass(slots=True)
class _Turn:
    label: str | None
    paragraphs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    """What the pass has gathered."""

    turns: list[_Turn] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def note(self, kind: str, text: str) -> None:
        self.notes.append(Note(after=len(self.turns), comment=Comment(kind=kind, text=text)))


def split(page: Page) -> Remark:
    """The remark with its turns, before anybody is identified."""
    lines = list(_lines(page.blocks))
    labels = _labels(lines, page)
    units = list(_unglue(_join(lines, labels), labels))
    draft = _walk(units, labels, page) if labels else _unlabelled(units, page)
    utterances = tuple(_utterance(turn) for turn in draft.turns)
    return Remark(
        page=page,
        utterances=utterances,
        notes=tuple(draft.notes),
        problems=tuple(_problems(utterances, draft, page)),
        text="\n\n".join(block.text for block in page.blocks if block.text),
    )


def _lines(blocks: Sequence[Block]) -> Iterator[Line]:
    for block in blocks:
        offset = 0
        for text in block.text.split("\n"):
            yield Line(text, block, offset)
            offset += len(text) + 1


def _labels(lines: Sequence[Line], page: Page) -> frozenset[str]:
    found = candidates((line.text, line.block, line.offset) for line in lines)
    return choose(found, _context(found, page))


def _context(found: Sequence[Candidate | None], page: Page) -> Context:
    names = SURNAME.findall(" ".join((*page.byline, page.title or "")))
    return Context(
        names=frozenset(name.casefold() for name in names),
        written=holds_speech(page.type) is False,
        count=Counter(c.opening.label for c in found if c),
    )


def _opening(line: Line, labels: frozenset[str]) -> Opening | None:
    return opening_of(line.text, labels, line.block, line.offset)


def _join(lines: Sequence[Line], labels: frozenset[str]) -> Iterator[Line]:
    """A block's lines are one paragraph again, but for those after an empty one or that begin with a label."""
    held: Line | None = None
    for line in lines:
        if line.offset and not line.text:
            yield from [held] if held is not None else []
            held = None
            continue
        if held is not None and line.offset and not _opening(line, labels):
            held = Line(f"{held.text}\n{line.text}", held.block, held.offset)
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _unglue(lines: Iterator[Line], labels: frozenset[str]) -> Iterator[Line]:
    """Parts "…saying goodbye.SECRETARY POWELL: Look, …": a lost line break (2003-04), for labels of this page only."""
    telling = [label for label in labels if shape(label).caps and len(label) > 5]
    if not telling:
        yield from lines
        return
    # a sentence's end, then a label of this page and its colon
    names = "|".join(re.escape(label).replace(r"\ ", r"\s+") for label in sorted(telling, key=len, reverse=True))
    glued = re.compile(rf"(?<=[.?!…”)\]—-])\s*(?=(?:{names})\s*:\s)")
    for line in lines:
        cuts = [m for m in glued.finditer(line.text) if m.start() > 0] if line.text.count(":") > 1 else []
        start = 0
        for cut in cuts:
            yield Line(line.text[start : cut.start()], line.block, line.offset + start)
            start = cut.end()
        yield Line(line.text[start:], line.block, line.offset + start) if cuts else line


def _walk(lines: Sequence[Line], labels: frozenset[str], page: Page) -> _Draft:
    draft = _Draft()
    first = next(n for n, line in enumerate(lines) if _opening(line, labels))
    _prelude(lines[:first], draft, page)
    starred = any(outside.STAR_IN_TEXT.search(line.text) for line in lines)
    foot: str | None = None
    after_rule = False
    for line in lines[first:]:
        if not line.text:
            after_rule = True
            continue
        if opening := _opening(line, labels):
            foot, after_rule = None, False
            if opening.aside:
                draft.note("interpretation", opening.aside)
            draft.turns.append(_Turn(opening.label, [line.text[opening.end :]]))
            continue
        if foot is None and outside.is_footnote(line.text, line.block, after_rule=after_rule, starred=starred):
            foot = "footnote"
        kind = foot or outside.between(line.text, line.block)
        if kind is None:
            draft.turns[-1].paragraphs.append(line.text)
            continue
        draft.note(kind, line.text)
        if kind == "closer":
            foot = "foot"
    return draft


def _prelude(lines: Sequence[Line], draft: _Draft, page: Page) -> None:
    """What stands before the first label: head matter, or the byline's speech where it is long enough."""
    kinds = [_head_kind(line, page) for line in lines]
    prose = [line.text for line, kind in zip(lines, kinds, strict=True) if kind is None]
    spoken = (
        sum(len(text.split()) for text in prose) >= LEAST_PRELUDE_WORDS
        and has_person(page.byline)
        and holds_speech(page.type) is not False
    )
    for line, kind in zip(lines, kinds, strict=True):
        if not line.text:
            continue
        if kind is None and spoken:
            if not draft.turns:
                draft.turns.append(_Turn(None))
            draft.turns[-1].paragraphs.append(line.text)
        else:
            draft.note(kind or "prelude", line.text)


def _head_kind(line: Line, page: Page) -> str | None:
    if not line.text:
        return "rule"
    if outside.is_index_line(line.block):
        return "index"
    kind = outside.head_line(line.text, page) or outside.between(line.text, line.block)
    return "head" if kind is None and outside.is_short_line(line.text) else kind


def _unlabelled(lines: Sequence[Line], page: Page) -> _Draft:
    """A page without labels: the byline's speech, or a written release in which nobody speaks."""
    draft = _Draft()
    if holds_speech(page.type) is False or not has_person(page.byline):
        return draft
    turn = _Turn(None)
    starred = any(outside.STAR_IN_TEXT.search(line.text) for line in lines)
    foot: str | None = None
    after_rule = False
    for line in lines:
        if not line.text:
            after_rule = True
            continue
        kind = foot
        if kind is None and turn.paragraphs:
            footnote = outside.is_footnote(line.text, line.block, after_rule=after_rule, starred=starred)
            kind = "footnote" if footnote else outside.between(line.text, line.block)
        elif kind is None:
            kind = _head_kind(line, page)
        if kind is None:
            if not turn.paragraphs:
                draft.turns.append(turn)
            turn.paragraphs.append(line.text)
            continue
        draft.note(kind, line.text)
        if kind in ("closer", "footnote"):
            foot = "foot" if kind == "closer" else kind
    return draft


def _utterance(turn: _Turn) -> Utterance:
    text = "\n\n".join(part for paragraph in turn.paragraphs if (part := paragraph.strip()))
    return Utterance(label=turn.label, text=text, comments=find_comments(text))


def _problems(utterances: Sequence[Utterance], draft: _Draft, page: Page) -> Iterator[str]:
    """What a reader should check: the page, not the program, is the likely cause."""
    for position, (one, two) in enumerate(itertools.pairwise(utterances), start=1):
        if one.label is not None and one.label == two.label and not shape(one.label).role:
            between = [n.comment.text for n in draft.notes if n.after == position]
            if not between:
                yield (
                    f"same_label_twice: {one.label!r} is printed at turns {position} and {position + 1}; "
                    "a turn between them seems to be missing"
                )
    for position, utterance in enumerate(utterances, start=1):
        if not utterance.text:
            yield f"empty_turn: {utterance.label!r} is printed at turn {position} without a word"
        for paragraph in utterance.text.split("\n\n"):
            if looks_like_label(paragraph):
                yield f"label_in_turn: turn {position} has a paragraph that begins like a label: {paragraph[:60]!r}"
    if not utterances and holds_speech(page.type) is not False:
        yield "no_turns: the type holds speech, but nobody is named who speaks"
