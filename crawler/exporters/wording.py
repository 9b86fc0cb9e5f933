"""What changed between two texts, word by word. Pure.

Words are what white space parts; punctuation belongs to its word, as it does for a reader who compares two printings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: So many unchanged words are shown before and after a change.
CONTEXT_WORDS = 6
#: Texts with more words than this in all that differs are told as a whole: comparing them takes minutes, and where so
#: much is another text, word by word says nothing.
MOST_WORDS = 20_000
ELLIPSIS = "…"
PARAGRAPH = "¶"
"""Stands in what is shown for the blank line between two paragraphs."""
BLANK_LINE = re.compile(r" ?\n\n ?")
# a word, or the blank line between two paragraphs
TOKEN = re.compile(r"\n\n|\S+")


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch that was taken away, added, or both."""

    removed: str
    """An empty text where nothing was."""
    added: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two texts compared."""

    shown: str
    """The changed words with some around them: "the Eritrean [-forces-] {+refugees+} in …"."""
    edits: tuple[Edit, ...]


def compare(old: str, new: str, context: int = CONTEXT_WORDS) -> Difference:
    """Without edits, and with nothing to show, where only white space differs."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    shown, edits = [], []
    stretches = list(_stretches(before, after))
    for number, (a, b) in enumerate(stretches):
        if a == b:
            shown.append(_shorten(a, context, first=number == 0, last=number == len(stretches) - 1))
            continue
        edits.append(Edit(_join(a), _join(b)))
        shown += [f"[-{_join(a)}-]"] * bool(a) + [f"{{+{_join(b)}+}}"] * bool(b)
    line = BLANK_LINE.sub(f" {PARAGRAPH} ", " ".join(shown)).strip()
    return Difference(line if edits else "", tuple(edits))


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Equal and unequal stretches in turn, as (old, new)."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    if head:
        yield old[:head], new[:head]
    yield from _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    if tail:
        yield old[len(old) - tail :], new[len(new) - tail :]


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    if not old and not new:
        return
    if len(old) + len(new) > MOST_WORDS:
        yield old, new
        return
    for _, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield old[i:i_end], new[j:j_end]


def _shorten(words: Sequence[str], context: int, *, first: bool, last: bool) -> str:
    """The words next to a change: the end of the first stretch, the beginning of the last, both of one between."""
    if first:
        return _join(words) if len(words) <= context else f"{ELLIPSIS} {_join(words[-context:])}"
    if last:
        return _join(words) if len(words) <= context else f"{_join(words[:context])} {ELLIPSIS}"
    if len(words) <= 2 * context:
        return _join(words)
    return f"{_join(words[:context])} {ELLIPSIS} {_join(words[-context:])}"


def _join(words: Sequence[str]) -> str:
    return " ".join(words).replace(" \n\n ", "\n\n")
