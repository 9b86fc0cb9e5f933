"""What stands around every page of the sample, in the real markup: furniture/<name>.html. Touches those files only."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template


def piece(name: str, **values: str) -> str:
    """The piece, its `$name` marks filled in; raises KeyError for a mark without a value."""
    return Template(_text(name)).substitute(values) if values else _text(name)


@cache
def _text(name: str) -> str:
    return (files("crawler.sample") / "furniture" / f"{name}.html").read_text("utf-8").rstrip("\n")
