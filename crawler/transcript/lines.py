"""Step 6: blocks -> lines that may begin with a label. Pure; takes apart and joins, drops nothing."""

from __future__ import annotations

import itertools
import re
from bisect import bisect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.transcript.choosing import opening_of
from crawler.transcript.labels import find_opening, is_title_word, looks_like_label, role_of, shape
from crawler.transcript.outside import CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.items import Block
    from crawler.transcript.choosing import Labels
    from crawler.transcript.labels import Opening

# ---- topics ----
# Step 6: the index of topics above a briefing. Pure; marks lines, drops none.
#
# Where the topics are links, is_index_line() knows each of them by itself. On the hosts of 1997-2017 they are plain
# lines between the word "INDEX" and the transcript, run over lines, and some look like a label ("Treaty in Three
# D's:").


# "INDEX:", "I N D E X", "Index for Today's Briefing", "Table of Contents", "TOPICS DISCUSSED:"
HEADING = re.compile(
    r"(?:i\s?n\s?d\s?e\s?x|index (?:for|of|to) .{3,40}|table of contents|topics(?: discussed)?)\s*:?", re.I
)
# "(ON THE RECORD UNLESS OTHERWISE NOTED)", "TRANSCRIPT:", "Transcript"
BEGINNING = re.compile(r"\(?on the record unless otherwise noted\)?\.?|transcript\s*:?", re.I)


def mark_topics(lines: Sequence[Line]) -> list[Line]:
    """The lines, those of an index of topics marked as such."""
    first = _first(lines)
    if first is None:
        return list(lines)
    end = _end(lines, first)
    return [replace(line, topic=first <= number < end) for number, line in enumerate(lines)]


def _first(lines: Sequence[Line]) -> int | None:
    """The heading of the index; it stands before anybody speaks."""
    for number, line in enumerate(lines):
        if HEADING.fullmatch(line.text.strip()):
            return number
        if looks_like_label(line.text):
            return None
    return None


def _end(lines: Sequence[Line], first: int) -> int:
    """The last line before the first question that begins a transcript; without one the first label."""
    after = range(first + 1, len(lines))
    question = next((number for number in after if _asks(lines[number].text)), len(lines))
    signs = [number for number in after if number < question and _is_sign(lines[number].text)]
    labels = (number for number in after if looks_like_label(lines[number].text))
    return signs[-1] if signs else next(labels, first + 1)


def _asks(text: str) -> bool:
    opening = find_opening(text)
    return opening is not None and role_of(opening.label) == "press"


def _is_sign(text: str) -> bool:
    return CLOCK.fullmatch(text.strip()) is not None or BEGINNING.fullmatch(text.strip()) is not None


# what a label may follow in the middle of a paragraph
SENTENCE_END = re.compile(r"[.?!…—–-][”\"’')\]]*$|[)\]]$")
LEAST_WORDS = 2
# "SENIOR STATE DEPARTMENT<br>OFFICIAL ONE:"
LONGEST_TITLE = 60
QUOTED = re.compile("“[^“”]*+”")
# The sign of the end behind the last words: "Thank you. ###"
END_BEHIND = re.compile(r"(?<=[.?!)\]”\"])\s*+(?:#\s*+){2,}+\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the body that may begin with a label."""

    text: str
    block: Block | None
    offset: int = 0
    """Of the line in its block's text."""
    topic: bool = False
    """Belongs to an index of topics."""


def read_lines(blocks: Sequence[Block]) -> Iterator[Line]:
    for block in blocks:
        offset = 0
        for text in _whole_labels(block.text.split("\n")):
            yield from _cut(Line(text, block, offset), sorted(_inner_labels(text, block, offset)))
            offset += len(text) + 1


def _inner_labels(text: str, block: Block, offset: int) -> Iterator[int]:
    """Where a line break was lost before a label in bold capitals: "… goodbye.<b>SECRETARY HALE:</b> Look, …"."""
    for start, end in block.bold if ":" in text else ():
        at = start - offset
        before = text[:at].rstrip() if 0 < at < len(text) else ""
        words = before.split()
        # "MR. <b>HALE:</b>", "1. <b>QUESTION:</b>"
        if len(words) < LEAST_WORDS or not SENTENCE_END.search(before) or is_title_word(words[-1]):
            continue
        found = find_opening(text[at:])
        if found is not None and offset + at + len(found.label) <= end and shape(found.label).caps:
            yield at


def _whole_labels(texts: list[str]) -> Iterator[str]:
    """The lines of a block; a <br> in the middle of a label is a space: "MR.<br>HALE:"."""
    held = ""
    for text, more in itertools.zip_longest(texts, texts[1:], fillvalue=""):
        whole = f"{held}{text} {more}"
        if ":" in more and ":" not in text and len(text) < LONGEST_TITLE and _is_broken(whole, more):
            held = f"{held}{text} "
        else:
            yield held + text
            held = ""


def _is_broken(whole: str, more: str) -> bool:
    """Whether two lines are a label together, and the second none by itself."""
    one, other = find_opening(whole), find_opening(more)
    if one is None or other is None or not one.label.endswith(other.label):
        return False
    own, end = shape(one.label), shape(other.label)
    if own.caps and own.role and end.role:  # "SENIOR STATE DEPARTMENT<br>OFFICIAL ONE:"
        return shape(whole.removesuffix(more)).caps
    return own.caps and (own.role or own.titled) and not (end.role or end.titled)


def opening(line: Line, labels: Labels) -> Opening | None:
    return None if line.topic else opening_of(line.text, labels, line.block, line.offset)


def join(lines: Sequence[Line], labels: Labels) -> Iterator[Line]:
    """A block's lines are one paragraph again, but for those after an empty one or that begin with a label."""
    held: Line | None = None
    for line in lines:
        if line.topic or (line.offset and not line.text):
            yield from [held] if held is not None else []
            held = None
            if line.topic:
                yield line
            continue
        if held is not None and line.offset and not opening(line, labels):
            gap = line.block.text[held.offset + len(held.text) : line.offset] if line.block is not None else "\n"
            held = Line(f"{held.text}{gap}{line.text}", held.block, held.offset)
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def unglue(lines: Iterator[Line], labels: Labels) -> Iterator[Line]:
    """Parts paragraphs that hold a second label of this page.

    "…saying goodbye.SECRETARY HALE: Look, …" is a line break that was lost (2003-04): the label stands after a
    sentence's end. In the middle of one, only a label printed in bold with its colon counts.
    """
    telling = [label for label in labels.names if shape(label).caps and len(label) > 5]
    names = "|".join(re.escape(label).replace(r"\ ", r"\s+") for label in sorted(telling, key=len, reverse=True))
    # a sentence's end, then a label of this page and its colon
    glued = re.compile(rf"(?<=[.?!…”)\]—-])\s*(?=(?:{names})\s*:\s)") if telling else None
    for line in lines:
        own = opening(line, labels)
        cuts = {match.start() for match in [END_BEHIND.search(line.text)] if match}
        if not line.topic and line.text.count(":") + line.text.count("：") > (own is not None):
            found = {match.end() for match in glued.finditer(line.text)} if glued else set()
            cuts |= _unquoted(line.text, found) | set(_bold_labels(line, labels))
            if own is not None and (again := find_opening(line.text[own.end :])) and again.label in labels.names:
                cuts.add(own.end)  # "QUESTION: QUESTION: Why?"
            cuts -= {own.start} if own is not None else set()  # "1. <b>QUESTION:</b>"
        yield from _cut(line, sorted(cut for cut in cuts if cut > 0)) if cuts else [line]


def _unquoted(text: str, cuts: set[int]) -> set[int]:
    """Those that stand in no quotation marks: “QUESTION: None? MR. HALE: None.”"""
    quoted = [match.span() for match in QUOTED.finditer(text)]
    starts = [start for start, _ in quoted]
    return {cut for cut in cuts if (at := bisect(starts, cut)) == 0 or cut >= quoted[at - 1][1]}


def _bold_labels(line: Line, labels: Labels) -> Iterator[int]:
    """Where labels printed in bold begin, the colon in the bold or behind it."""
    for start, end in line.block.bold if line.block else ():
        if start <= line.offset:
            continue
        printed = line.text[start - line.offset : end - line.offset].strip()
        colon = printed.endswith(":") or line.text[end - line.offset :].lstrip()[:1] == ":"
        if colon and " ".join(printed.rstrip(": ").split()) in labels.names:
            yield start - line.offset


def _cut(line: Line, cuts: list[int]) -> Iterator[Line]:
    for start, end in zip([0, *cuts], [*cuts, len(line.text)], strict=True):
        yield Line(line.text[start:end].rstrip(), line.block, line.offset + start)
