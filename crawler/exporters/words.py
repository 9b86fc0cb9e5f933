"""Step 9: how words are counted. Pure."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# "(Laughter.)", "[sic]"
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
# the five words of "That’s U.S.-Ruritania co-operation, don't"
WORD = re.compile(r"\w+(?:[’'\-.]\w+)*")


@lru_cache(maxsize=1024)  # a turn's words are asked for three times while it is stored
def count_words(text: str) -> int:
    """Words outside (round) and [square] brackets."""
    return len(WORD.findall(BRACKETS.sub(" ", text)))


def words_of(text: str) -> list[str]:
    """All words in order, brackets and all."""
    return WORD.findall(text)


def word_bag(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in the texts, regardless of case."""
    return Counter(word for text in texts for word in words_of(text.lower()))
