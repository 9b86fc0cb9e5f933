"""Step 6: stage directions. Standoff: the words stay in the text, a comment says what and where.

The kinds and their patterns are data: crawler/data/comments.toml. A bracket that no pattern fits ("(USAID)") is speech.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from crawler.data import load
from crawler.items import Comment

# "(Laughter.)", "[inaudible]", "(Via interpreter)"; brackets do not nest on these pages
BRACKETED = re.compile(r"\([^()\n]{1,200}\)|\[[^\[\]\n]{1,200}\]")
# "(Applause.) (Laughter.)", “(Video is played.)”, "(Inaudible.)."
ALL_BRACKETS = re.compile(r"\A[“\"]?\s?(?:(?:\([^()]{1,300}+\)|\[[^\[\]]{1,300}+\])[\s–—-]*+)++[.”\"]*+")


@cache
def _kinds() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """Kind, whether it begins with a capital letter, and its pattern."""
    data = load("comments")
    language = f"(?:{'|'.join(map(re.escape, data['languages']))})"
    return tuple(
        (
            row["kind"],
            row.get("capital", False),
            re.compile(rf"\A(?:{row['pattern'].replace('LANGUAGE', language)})", re.IGNORECASE | re.DOTALL),
        )
        for row in data["comment"]
    )


@lru_cache(maxsize=4096)
def kind_of(bracketed: str) -> str | None:
    """The kind of "(…)" or "[…]"; None where it is an abbreviation or an aside of the speaker."""
    inner = " ".join(bracketed[1:-1].split())
    inner = inner.rstrip(".!? ") or inner
    for kind, capital, pattern in _kinds():
        if pattern.fullmatch(inner) and (not capital or inner[:1].isupper()):
            return kind
    return None


def find_comments(text: str) -> tuple[Comment, ...]:
    """The stage directions in a turn's text, in order."""
    if "(" not in text and "[" not in text:
        return ()
    return tuple(
        Comment(kind=kind, text=match[0], offset=match.start())
        for match in BRACKETED.finditer(text)
        if (kind := kind_of(match[0]))
    )


def is_all_brackets(line: str) -> bool:
    """Whether a line holds nothing but brackets: "(A video is played.)"."""
    return ALL_BRACKETS.fullmatch(line) is not None


def brackets_of(line: str) -> list[str]:
    """The brackets of a line that holds nothing else, each by itself."""
    return [match[0] for match in BRACKETED.finditer(line)]
