"""Step 7: turns in another language than the page's. Pure; "(In Spanish.)" at the beginning of a turn."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.items import Utterance

# What may stand before it: "(Laughter.) (In German.)"
BEFORE = re.compile(r"(?:\s|\([^()]{1,60}\)|\[[^\[\]]{1,60}\])*")


@cache
def _codes() -> dict[str, str]:
    """Name in lower case -> BCP 47."""
    data = tomllib.loads(files("crawler.data").joinpath("languages.toml").read_text("utf-8"))
    return {name.lower(): code for code, names in data["languages"].items() for name in names}


@cache
def _names() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _codes()), key=len, reverse=True))})\b")


def spoken(turn: Utterance, page: str | None) -> str | None:
    """BCP 47 of the first language that the turn is said to be in, where it begins so; None for the page's own."""
    for comment in turn.comments:
        if comment.offset is None or not BEFORE.fullmatch(turn.text[: comment.offset]):
            return None
        if comment.kind == "language" and (match := _names().search(comment.text.lower())):
            code = _codes()[match[0]]
            return None if page is not None and page.lower().split("-")[0] == code.split("-")[0] else code
    return None
