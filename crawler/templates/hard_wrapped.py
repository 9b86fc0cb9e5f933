"""Daily briefings as hard-wrapped plain text: what the department put on its first servers, and Gopher before them.

Hosts     1997-2001.state.gov, as text/plain or in one <pre> (html_1997.py)
Marks     "DPB #38", or "DAILY PRESS BRIEFING" with "(ON THE RECORD UNLESS OTHERWISE NOTED)" or "I N D E X"
Head      an index first: "I N D E X", the day, "BRIEFER: James P. Rubin", topics with the numbers of their pages; then
          "U.S. DEPARTMENT OF STATE / DAILY PRESS BRIEFING / DPB #38 / WEDNESDAY, APRIL 26, 2000, 12:02 P.M. /
          (ON THE RECORD UNLESS OTHERWISE NOTED)"
Body      lines of 60 to 80 characters; a paragraph begins after an empty line, with an indent, or with a label
Oddities  topics run over lines and may hold a colon ("Treaty in Three D's:"); page numbers between paragraphs
Fixtures  the briefings of 1997-2001.state.gov in crawler/sample
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.discovery.scope import type_by_address
from crawler.errors import TemplateBroken
from crawler.items import Block, Page, Removal
from crawler.templates import head_lines
from crawler.templates.dates import read_date
from crawler.transcript.labels import looks_like_label
from crawler.transcript.outside import SENTENCE_END

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.items import Capture

NAME = "hard_wrapped"
NUMBERED = re.compile(r"^\s*DPB\s*#\s*\d+\s*$", re.M)
BRIEFING = re.compile(r"^\s*(?:DAILY|DEPARTMENT|REGULAR) PRESS BRIEFING\s*$", re.M | re.I)
# "(ON THE RECORD UNLESS OTHERWISE NOTED)", "I N D E X"
ON_RECORD = re.compile(r"^\s*\(?ON THE RECORD UNLESS OTHERWISE NOTED\)?\s*$", re.M | re.I)
INDEX = re.compile(r"^\s*I\s*N\s*D\s*E\s*X\s*$", re.M)
# The lines above the first one of speech that hold no topic.
HEADING = re.compile(r"U\. ?S\. DEPARTMENT OF STATE|(?:DAILY|DEPARTMENT|REGULAR) PRESS BRIEFING|DPB\s*#\s*\d+", re.I)
# "                 - 12 -", "        12" far to the right: a page's number on a line of its own
PAGE_NUMBER = re.compile(r"\s*-\s*\d{1,3}\s*-\s*|\s{20,}(?:page )?\d{1,3}\s*", re.I)
# A line this much further to the right than the one before begins a paragraph.
LEAST_INDENT = 3
# The mark of the lines of a topic index; the boilerplate rule topic_index takes them.
TOPICS = frozenset({"topic-index"})


def matches(text: str, content_type: str | None) -> bool:
    """`text` without markup; `content_type` as sent."""
    declared = (content_type or "").split(";")[0].strip().lower()
    if declared not in ("", "text/plain"):
        return False
    return NUMBERED.search(text) is not None or (
        BRIEFING.search(text) is not None and (ON_RECORD.search(text) or INDEX.search(text)) is not None
    )


def read(text: str, capture: Capture) -> Page:
    """Raises TemplateBroken where no line above the first label holds a date."""
    paragraphs, removed = _paragraphs(text)
    start = _start(paragraphs)
    lines = [line.strip() for part in paragraphs[:start] for line in part.split("\n") if line.strip()]
    head = head_lines.read_head([line for line in lines if _tells(line)])
    if head.date is None:
        shown = " | ".join(lines)[:200]
        raise TemplateBroken(capture.url, f"{NAME}: no line above the first label is a date: {shown!r}")
    title = next((line for line in lines if BRIEFING.fullmatch(line)), None)
    return Page(
        url=capture.url,
        template=NAME,
        title=title,
        type=type_by_address(capture.url) or "Daily Press Briefing",
        date=read_date(head.date, capture, NAME).isoformat(),
        date_printed=head.date,
        byline=head.byline,
        removed=removed,
        blocks=(*_topics(paragraphs[:start]), *(Block(text=_joined(part), tag="text") for part in paragraphs[start:])),
    )


def _tells(line: str) -> bool:
    """Whether a line of the head may name a day or a briefer; a topic may look like a place or a person."""
    return head_lines.date_in(line) is not None or head_lines.BRIEFER.fullmatch(line) is not None


def _start(paragraphs: Sequence[str]) -> int:
    """The paragraph in which the speech begins: the one after the words "on the record", else the first label."""
    for number, part in enumerate(paragraphs):
        if ON_RECORD.search(part):
            return number + 1
    for number, part in enumerate(paragraphs):
        if looks_like_label(_joined(part)) and not head_lines.BRIEFER.match(part.strip()):
            return number
    return len(paragraphs)


def _topics(parts: Sequence[str]) -> Iterator[Block]:
    for part in parts:
        for line in part.split("\n"):
            if text := " ".join(line.split()):
                yield Block(text=text, tag="text", marks=TOPICS)


def _paragraphs(text: str) -> tuple[list[str], tuple[Removal, ...]]:
    """Lines that belong together, line ends kept; and the page numbers, at which a sentence may run on."""
    found: list[list[str]] = [[]]
    removed: list[Removal] = []
    turned = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(8).split("\n"):
        if PAGE_NUMBER.fullmatch(line):
            removed.append(Removal(rule="page_number", text=line.strip()))
            turned = True
        elif not line.strip():
            found.append([])
        else:
            held = _held(found, line, turned=turned)
            held.append(line)
            turned = False
    return ["\n".join(lines) for lines in found if lines], tuple(removed)


def _held(found: list[list[str]], line: str, *, turned: bool) -> list[str]:
    """The lines that this one goes on with: those of its paragraph, or of a sentence of the page before."""
    if turned and (before := next((lines for lines in reversed(found) if lines), None)):
        runs_on = SENTENCE_END.search(before[-1].rstrip()) is None and not looks_like_label(line.strip())
        if runs_on:
            return before
    if found[-1] and _begins(line, found[-1]):
        found.append([])
    return found[-1]


def _begins(line: str, held: Sequence[str]) -> bool:
    """Whether a line begins a paragraph: it stands further in than the last line, or with a label."""
    return _indent(line) - _indent(held[-1]) >= LEAST_INDENT or looks_like_label(line.strip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _joined(part: str) -> str:
    return " ".join(part.split())
