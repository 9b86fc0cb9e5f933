"""Text with marked stretches -> HTML whose every character is escaped. Pure."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Span(NamedTuple):
    """A stretch of a text, by characters, end excluded."""

    start: int
    end: int
    element: str
    """mark for a hit, em for a stage direction."""


def begun(text: str, most: int = 280) -> str:
    """A text of more than `most` characters up to its last whole word among them."""
    if len(text) <= most:
        return text
    words, _, _ = text[: most + 1].rpartition(" ")
    return f"{words or text[:most]} …"


def pieces(text: str, start: str, end: str) -> list[tuple[str, bool]]:
    """What snippet() gave, with its marks before and behind hits -> (text, whether it is a hit)."""
    found: list[tuple[str, bool]] = []
    for i, part in enumerate(text.split(start)):
        hit, _, rest = part.partition(end) if i else ("", "", part)
        found += [(words, is_hit) for words, is_hit in ((hit, True), (rest, False)) if words]
    return found


def hits(text: str, highlighted: str, start: str, end: str) -> list[Span]:
    """Where the hits stand in a text, from what highlight() made of it."""
    spans, at, opened = [], 0, 0
    for character in highlighted:
        if at < len(text) and character == text[at] and character not in (start, end):
            at += 1
        elif character == start:
            opened = at
        elif character == end:
            spans.append(Span(opened, at, "mark"))
    return [span for span in spans if span.start < span.end]


def paragraphs(text: str, spans: Iterable[Span]) -> list[Markup]:
    """The paragraphs of a text, with every span as an element; a span of two paragraphs is one in each."""
    ordered = sorted(spans)
    made, at = [], 0
    for paragraph in text.split("\n\n"):
        end = at + len(paragraph)
        inside = [
            Span(max(span.start, at) - at, min(span.end, end) - at, span.element)
            for span in ordered
            if span.start < end and span.end > at
        ]
        made.append(_marked(paragraph, inside))
        at = end + 2
    return [paragraph for paragraph in made if paragraph.strip()]


def _marked(text: str, spans: Sequence[Span]) -> Markup:
    """Nested where spans overlap: cut at every edge, so that elements never cross."""
    edges = sorted({0, len(text), *(edge for span in spans for edge in span[:2])})
    made = Markup("")
    for start, end in itertools.pairwise(edges):
        part = escape(text[start:end])
        for element in sorted({span.element for span in spans if span.start <= start and span.end >= end}):
            part = Markup("<{0}>{1}</{0}>").format(Markup(element), part)  # noqa: S704
        made += part
    return made.replace("\n", Markup("<br>"))
