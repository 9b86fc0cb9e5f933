"""Where turns begin, and whose words they hold. Pure.

Words are compared in lower case without punctuation and without what stands in brackets. A turn begins right where its
first word and its label are the marked ones; a word is wrong where it is lost, added, or given to another turn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from crawler.exporters.sqlite.words import BRACKETS, WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Turn = tuple[str | None, str]
"""Label and text."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one document."""

    marked: int
    """Turns marked by hand."""
    found: int
    hit: int
    """Turns that begin where they should, with their label."""
    words: int
    wrong: int

    @property
    def exact(self) -> bool:
        return self.wrong == 0 and self.hit == self.marked == self.found


def count(marked: Mapping[str, Any], found: Sequence[Turn]) -> Counts:
    """A document's marks against what was found."""
    gold = _Stream([(turn["label"], " ".join(turn["text"])) for turn in marked["turns"]])
    ours = _Stream(found)
    to_gold = _aligned(ours.words, gold.words)
    stands_for = _turns(gold, ours, to_gold)
    right = sum(stands_for.get(ours.turn_of[a]) == gold.turn_of[b] for a, b in to_gold.items())
    quoted = Counter(word for text in marked.get("quoted", ()) for word in spoken_words(text))
    extra = Counter(word for at, word in enumerate(ours.words) if at not in to_gold) - quoted
    wrong = len(gold.words) - right + extra.total()
    return Counts(len(gold.starts), len(ours.starts), len(stands_for), len(gold.words), wrong)


class _Stream:
    """The words of all turns in one row."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self.words: list[str] = []
        self.turn_of: list[int] = []
        self.starts: list[tuple[int, str | None]] = []
        for number, (label, text) in enumerate(turns):
            self.starts.append((len(self.words), printed_label(label)))
            words = spoken_words(text)
            self.words += words
            self.turn_of += [number] * len(words)


def _aligned(ours: Sequence[str], gold: Sequence[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, ours, gold, autojunk=False).get_matching_blocks()
    return {a + n: b + n for a, b, size in blocks for n in range(size)}


def _turns(gold: _Stream, ours: _Stream, to_gold: Mapping[int, int]) -> dict[int, int]:
    """Which marked turn each of ours stands for, where it begins right."""
    free: dict[tuple[int, str | None], list[int]] = {}
    for number, start in reversed(list(enumerate(gold.starts))):
        free.setdefault(start, []).append(number)
    found = {}
    for number, (at, label) in enumerate(ours.starts):
        place = to_gold.get(at, len(gold.words) if at == len(ours.words) else -1)
        if numbers := free.get((place, label)):
            found[number] = numbers.pop()
    return found


def spoken_words(text: str) -> tuple[str, ...]:
    """In lower case, without punctuation and what stands in brackets."""
    return tuple(word.lower().replace("’", "'") for word in WORD.findall(BRACKETS.sub(" ", text)))


def printed_label(label: str | None) -> str | None:
    return " ".join((label or "").split()).rstrip(": ") or None
