"""Step 6: the index of topics above a briefing. Pure; marks lines, drops none.

Where the topics are links, is_index_line() knows each of them by itself. On the hosts of 1997-2017 they are plain lines
between the word "INDEX" and the transcript, run over lines, and some look like a label ("Treaty in Three D's:").
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.transcript.labels import find_opening, looks_like_label, role_of
from crawler.transcript.outside import CLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.transcript.lines import Line

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
