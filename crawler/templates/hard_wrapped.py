"""Hard-wrapped plain text, above all daily briefings, as the department put it on its first servers.

Hosts     1997-2001.state.gov, as text/plain or in one <pre> (html_1997.py)
Marks     "DPB #38", or "DAILY PRESS BRIEFING" with "(ON THE RECORD UNLESS OTHERWISE NOTED)" or "I N D E X"; for other
          texts lines no wider than 90 characters and a date among the first of them (free_head.py)
Head      an index first: "I N D E X", the day, "BRIEFER: James P. Rubin", topics with the numbers of their pages; then
          "U.S. DEPARTMENT OF STATE / DAILY PRESS BRIEFING / DPB #38 / WEDNESDAY, APRIL 26, 2000, 12:02 P.M. /
          (ON THE RECORD UNLESS OTHERWISE NOTED)"
Body      lines of 60 to 80 characters; a paragraph begins after an empty line, with an indent, or with a label
Oddities  topics run over lines and may hold a colon ("Treaty in Three D's:"); page numbers between paragraphs
Fixtures  the briefings of 1997-2001.state.gov in crawler/sample
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery.scope import type_by_address
from crawler.errors import TemplateBroken
from crawler.items import Block, Page
from crawler.templates import head_lines
from crawler.templates.free_head import read_free
from crawler.templates.preformatted import as_block, is_wrapped, paragraphs
from crawler.transcript.labels import looks_like_label
from crawler.web.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.items import Capture

NAME = "hard_wrapped"
NUMBERED = re.compile(r"^[^\S\n]*+DPB\s*+#\s*+\d++[^\S\n]*+$", re.M)
BRIEFING = re.compile(r"^[^\S\n]*+(?:DAILY|DEPARTMENT|REGULAR) PRESS BRIEFING[^\S\n]*+$", re.M | re.I)
# "(ON THE RECORD UNLESS OTHERWISE NOTED)", "I N D E X"
ON_RECORD = re.compile(r"^[^\S\n]*+\(?ON THE RECORD UNLESS OTHERWISE NOTED\)?[^\S\n]*+$", re.M | re.I)
INDEX = re.compile(r"^[^\S\n]*+I\s*+N\s*+D\s*+E\s*+X[^\S\n]*+$", re.M)
# The mark of the lines of a topic index; the boilerplate rule topic_index takes them.
TOPICS = frozenset({"topic-index"})


def matches(text: str, content_type: str | None) -> bool:
    """`text` without markup; `content_type` as sent."""
    declared = (content_type or "").split(";")[0].strip().lower()
    if declared not in ("", "text/plain"):
        return False
    return is_briefing(text) or (is_wrapped(text) and _has_date(text))


def is_briefing(text: str) -> bool:
    signs = ON_RECORD.search(text) or INDEX.search(text)
    return NUMBERED.search(text) is not None or (BRIEFING.search(text) is not None and signs is not None)


def _has_date(text: str) -> bool:
    blocks = [as_block(part, tag="text") for part in paragraphs(text)[0]]
    return any(head_lines.date_in(line.text) for line in head_lines.head_of(blocks))


def read(text: str, capture: Capture) -> Page:
    """Raises TemplateBroken where no line above the first label holds a date."""
    return _briefing(text, capture) if is_briefing(text) else _statement(text, capture)


def _statement(text: str, capture: Capture) -> Page:
    """Anything but a briefing: its head is title, people, place and date in lines of their own."""
    parts, removed = paragraphs(text)
    blocks = tuple(as_block(part, tag="text") for part in parts)
    return replace(read_free(blocks, capture, NAME), removed=removed)


def _briefing(text: str, capture: Capture) -> Page:
    parts, removed = paragraphs(text)
    start = _start(parts)
    lines = [line.strip() for part in parts[:start] for line in part.split("\n") if line.strip()]
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
        blocks=(*_topics(parts[:start]), *(Block(text=_joined(part), tag="text") for part in parts[start:])),
    )


def _tells(line: str) -> bool:
    """Whether a line of the head may name a day or a briefer; a topic may look like a place or a person."""
    return head_lines.date_in(line) is not None or head_lines.BRIEFER.fullmatch(line) is not None


def _start(parts: Sequence[str]) -> int:
    """The paragraph in which the speech begins: the one after the words "on the record", else the first label."""
    for number, part in enumerate(parts):
        if ON_RECORD.search(part):
            return number + 1
    for number, part in enumerate(parts):
        if looks_like_label(_joined(part)) and not head_lines.BRIEFER.match(part.strip()):
            return number
    return len(parts)


def _topics(parts: Sequence[str]) -> Iterator[Block]:
    for part in parts:
        for line in part.split("\n"):
            if text := " ".join(line.split()):
                yield Block(text=text, tag="text", marks=TOPICS)


def _joined(part: str) -> str:
    return " ".join(part.split())
