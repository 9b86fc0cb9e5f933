"""Step 9: which turn of a new revision is which turn of the old one. Pure.

Part of the rule of identity (identity.py): a turn that is matched keeps its id. Turns that are equal are matched first;
between them those with equal text under another label; between those the ones with like text. No match crosses another.
"""

from __future__ import annotations

from bisect import bisect_left
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from crawler.exporters.words import word_bag

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

Turn = tuple[str | None, str]
"""Label and text."""
Pair = tuple[int, int]
"""Place in the old and in the new sequence, from 0."""

ALIKE = 0.6
"""Share of common words from which two turns are one turn, corrected."""
ALIKE_SAME_LABEL = 0.4
"""The same where the label is the same, too."""
SAME_LABEL_BONUS = 0.1
"""What the same label adds when two old turns are alike to one new turn."""
BAND = 50
"""How many turns from its place a corrected turn is looked for: keeps a page of thousands of new turns affordable."""

KEYS: tuple[Callable[[Turn], Hashable], ...] = (lambda turn: turn, lambda turn: turn[1])


def align(old: Sequence[tuple[str, str | None, str]], new: Sequence[Turn]) -> list[str | None]:
    """For each new turn (label, text) the id of the old one (id, label, text) that it is; None for an added turn."""
    turns = [(label, text) for _, label, text in old]
    ids: list[str | None] = [None] * len(new)
    for i, j in _matches(turns, new, KEYS):
        ids[j] = old[i][0]
    return ids


def _matches(old: Sequence[Turn], new: Sequence[Turn], keys: Sequence[Callable[[Turn], Hashable]]) -> Iterator[Pair]:
    """Pairs of turns with equal first key; between them those of the next keys; between those, alike ones."""
    if not old or not new:
        return
    if not keys:
        yield from _alike(old, new)
        return
    here = list(_equal([keys[0](turn) for turn in old], [keys[0](turn) for turn in new]))
    yield from here
    for (i, j), (i_end, j_end) in _gaps(here, len(old), len(new)):
        for a, b in _matches(old[i:i_end], new[j:j_end], keys[1:]):
            yield i + a, j + b


def _equal(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Pair]:
    """Equal ends are matched first: among equal neighbours SequenceMatcher alone may pair a turn with the wrong one."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    yield from ((n, n) for n in range(head))
    yield from ((len(old) - n, len(new) - n) for n in range(tail, 0, -1))
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    for i, j, size in matcher.get_matching_blocks():
        yield from ((head + i + n, head + j + n) for n in range(size))


def _gaps(pairs: Sequence[Pair], old: int, new: int) -> Iterator[tuple[Pair, Pair]]:
    """The unmatched stretches between pairs, as (begin, end)."""
    begin = (0, 0)
    for i, j in (*sorted(pairs), (old, new)):
        if i > begin[0] and j > begin[1]:
            yield begin, (i, j)
        begin = (i + 1, j + 1)


def _alike(old: Sequence[Turn], new: Sequence[Turn]) -> list[Pair]:
    """The most alike pairs first, then whatever keeps the order; last, one turn against one under the same label."""
    pairs: list[Pair] = []
    for _, i, j in sorted(_likenesses(old, new), key=lambda found: (-found[0], abs(found[1] - found[2]), found[1:])):
        at = bisect_left(pairs, (i, j))
        before, after = pairs[at - 1 : at] or [(-1, -1)], pairs[at : at + 1] or [(len(old), len(new))]
        if before[0][0] < i < after[0][0] and before[0][1] < j < after[0][1]:
            pairs.insert(at, (i, j))
    for (i, j), end in list(_gaps(pairs, len(old), len(new))):
        if end == (i + 1, j + 1) and old[i][0] == new[j][0]:
            pairs.append((i, j))
    return pairs


def _likenesses(old: Sequence[Turn], new: Sequence[Turn]) -> Iterator[tuple[float, int, int]]:
    old_bags, new_bags = ([word_bag([text]) for _, text in turns] for turns in (old, new))
    old_sizes, new_sizes = ([bag.total() for bag in bags] for bags in (old_bags, new_bags))
    for i, (label, _) in enumerate(old):
        place = i * len(new) // len(old)
        for j in range(max(0, place - BAND), min(len(new), place + BAND + 1)):
            least, bonus = (ALIKE_SAME_LABEL, SAME_LABEL_BONUS) if label == new[j][0] else (ALIKE, 0.0)
            both = old_sizes[i] + new_sizes[j]
            if not both or 2 * min(old_sizes[i], new_sizes[j]) / both < least:
                continue
            likeness = 2 * (old_bags[i] & new_bags[j]).total() / both
            if likeness >= least:
                yield likeness + bonus, i, j
