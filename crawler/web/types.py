"""Step 1: which type labels hold speech. The labels are data: crawler/data/types.toml, each with where it was seen."""

from __future__ import annotations

import re
from functools import cache

from crawler.data import load
from crawler.web.markup import fold

SPEECH = "speech"
ALL = "all"
# What WordPress makes a hyphen of.
NOT_SLUG = re.compile(r"[^a-z0-9]+")


def holds_speech(type: str | None) -> bool | None:
    """Whether pages of this type are transcripts; None for a label that the data does not know, and for none."""
    return None if type is None else _known().get(_fold(type))


def wanted(type: str | None, mode: str) -> bool:
    """Whether to fetch a page that an index lists under this type.

    `mode` is "speech", "all", or labels separated by commas, in which these two words may stand too. What cannot be
    told before the page is read is wanted: a missing label always, a label that the data does not know with "speech".
    """
    return type is None or any(_fits(_fold(type), part) for part in _parts(mode))


def label_of_slug(slug: str) -> str | None:
    """The label that WordPress made this slug of ("press-statement"); None for one that the data does not know."""
    return _slugs().get(slug)


def unknown_labels(mode: str) -> tuple[str, ...]:
    """The labels of a mode that the data does not know, most likely typing errors. Raises ValueError for no labels."""
    return tuple(part for part in _parts(mode) if part not in (SPEECH, ALL) and part not in _known())


def _fits(label: str, part: str) -> bool:
    if part == SPEECH:
        return _known().get(label, True)
    return part in (ALL, label)


@cache
def _parts(mode: str) -> tuple[str, ...]:
    parts = tuple(folded for part in mode.split(",") if (folded := _fold(part)))
    if not parts:
        raise ValueError("no types asked for")
    return parts


@cache
def _known() -> dict[str, bool]:
    return {_fold(label): speaks for label, speaks in _entries()}


@cache
def _entries() -> tuple[tuple[str, bool], ...]:
    """The labels as printed, each with whether its pages hold speech."""
    data = load("types")
    return tuple((entry["label"], name == SPEECH) for name in (SPEECH, "written") for entry in data[name])


@cache
def _slugs() -> dict[str, str]:
    return {NOT_SLUG.sub("-", label.lower()).strip("-"): label for label, _ in _entries()}


def _fold(label: str) -> str:
    return fold(label).casefold()
