"""Step 8: is this a remark that may be stored? Pure; finds problems and invents no cure."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from crawler.data import load
from crawler.errors import Empty, TemplateBroken
from crawler.transcript.boilerplate import is_furniture
from crawler.web.types import holds_speech

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.items import Remark

# Of 214 real pages the shortest written release has 54 words, the shortest page of a type that holds speech 89.
LEAST_WORDS = 5
LEAST_SPEECH_WORDS = 25
# A furniture line is short; longer paragraphs are not compared.
LONGEST_FURNITURE = 160


@cache
def severities() -> dict[str, str]:
    """Name of a problem -> `note`, `doubt` or `fault`; problems.toml tells what each means."""
    data = load("problems")
    return {name: entry["severity"] for name, entry in data.items()}


def severity(problem: str) -> str:
    """Of one text of `problems`; a name that another version gave is a doubt."""
    return severities().get(problem.split(":", 1)[0], "doubt")


def doubtful(problems: Iterable[str]) -> list[str]:
    """Those that are more than a note: what a person should look at."""
    return [problem for problem in problems if severity(problem) != "note"]


def validate(remark: Remark) -> Remark:
    """The remark with its problems complete.

    Raises Empty where it would be a row without content, TemplateBroken where a page of speech holds next to nothing:
    its text is then somewhere that the template does not look.
    """
    if not remark.text.strip():
        raise Empty(remark.page.url, "nothing is left of the page when its furniture is taken away")
    if not remark.utterances:
        least = LEAST_SPEECH_WORDS if holds_speech(remark.page.type) else LEAST_WORDS
        if (words := len(remark.text.split())) < least:
            raise TemplateBroken(
                remark.page.url, f"{remark.page.template}: nobody speaks and the body holds {words} words"
            )
    return replace(remark, problems=remark.problems + tuple(_problems(remark)))


def _problems(remark: Remark) -> Iterator[str]:
    page = remark.page
    for name in ("title", "date"):
        if getattr(page, name) is None:
            yield f"no_{name}: the page has no place for it"
    for line in page.unread:
        yield f"unread: {line}"
    for removal in page.removed:
        if removal.rule == "outside_body":
            yield f"unknown_box: left out as no part of the text: {removal.text[:80]!r}"
    for position, utterance in enumerate(remark.utterances, start=1):
        for paragraph in utterance.text.split("\n\n"):
            if len(paragraph) <= LONGEST_FURNITURE and is_furniture(paragraph):
                yield f"furniture_in_turn: turn {position} has the line {paragraph!r}"
