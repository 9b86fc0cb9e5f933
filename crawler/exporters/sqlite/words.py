"""Step 9: how words are counted. Pure."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

# "(Laughter.)", "[sic]"
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
# the five words of "That’s U.S.-Ruritania co-operation, don't"
WORD = re.compile(r"\w+(?:[’'\-.]\w+)*")


# A stretch of 2,000 words of prose has 30,000 pairs of equal ones with another; of 200 turns, all alike, 40,000.
MOST_PAIRS = 50_000


@lru_cache(maxsize=1024)  # a turn's words are asked for three times while it is stored
def count_words(text: str) -> int:
    """Words outside (round) and [square] brackets."""
    return len(WORD.findall(BRACKETS.sub(" ", text)))


def repeats_itself(old: Iterable[Hashable], new: Iterable[Hashable], most: int = MOST_PAIRS) -> bool:
    """Whether so many things of one are equal to things of the other that difflib would need very long."""
    here, there = Counter(old), Counter(new)
    return sum(count * there[one] for one, count in here.items()) > most


def common_runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int, int]]:
    """Where both are equal: place in the old and in the new one, and length; the last one is empty.

    By difflib, which prefers long runs; where these repeat themselves by the longest common subsequence, in C.
    """
    if repeats_itself(old, new):
        yield from ((run.a, run.b, run.size) for run in Indel.opcodes(old, new).as_matching_blocks())
    else:
        yield from SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()


def words_of(text: str) -> list[str]:
    """All words in order, brackets and all."""
    return WORD.findall(text)


def word_bag(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in the texts, regardless of case."""
    return Counter(word for text in texts for word in words_of(text.lower()))
