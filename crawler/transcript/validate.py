"""Step 8: is this a remark that may be stored? Pure; finds problems and invents no cure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.errors import Empty
from crawler.transcript.boilerplate import is_furniture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.items import Remark

# A furniture line is short; longer paragraphs are not compared.
LONGEST_FURNITURE = 160


def validate(remark: Remark) -> Remark:
    """The remark with its problems complete. Raises Empty where it would be a row without content."""
    if not remark.text.strip():
        raise Empty(remark.page.url, "nothing is left of the page when its furniture is taken away")
    return replace(remark, problems=remark.problems + tuple(_problems(remark)))


def _problems(remark: Remark) -> Iterator[str]:
    page = remark.page
    for name in ("title", "date"):
        if getattr(page, name) is None:
            yield f"no_{name}: the page has no place for it"
    for line in page.unread:
        yield f"unread: {line}"
    for position, utterance in enumerate(remark.utterances, start=1):
        for paragraph in utterance.text.split("\n\n"):
            if len(paragraph) <= LONGEST_FURNITURE and is_furniture(paragraph):
                yield f"furniture_in_turn: turn {position} has the line {paragraph!r}"
