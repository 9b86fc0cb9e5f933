"""Step 9: which turn of a new revision is which turn of the old one. Pure.

Part of the rule of identity (identity.py): a turn that is matched keeps its id. In this order:

1. turns of which there is one on each side, equal (label and text, then text alone) or nearly so, wherever they stand;
   the most of them that keep their order frame what follows, the others were moved, if they are long enough;
2. between those, equal turns in the order of the page, then equal ones that were moved;
3. between those the ones with like text, and the parts of a turn that was split or joined;
4. one turn against one under the same label, with other words.

Two turns are never one: what becomes of the id of a turn that is not matched, forwarding.py says.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

from crawler.exporters.sqlite.words import common_runs, word_bag, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

Turn = tuple[str | None, str]
"""Label and text."""
Pair = tuple[int, int]
"""Place in the old and in the new sequence, from 0."""
Stretch = tuple[list[int], list[int]]
"""Places in the old and in the new sequence that face each other between two matches, without those that are taken."""

ALIKE = 0.6
"""Share of common words from which two turns are one turn, corrected."""
ALIKE_SAME_LABEL = 0.4
"""The same where the label is the same, too."""
ALIKE_MOVED = 0.8
"""The same for a turn that crosses others."""
SAME_LABEL_BONUS = 0.1
"""What the same label adds when two old turns are alike to one new turn."""
PART_WORDS = 3
"""Fewest words by which a turn is known as a part of another."""
MOVED_WORDS = 4
"""Fewest words by which an equal turn is known elsewhere: "Yes." and "Thank you." are said again and again."""
MOVED_ALIKE_WORDS = 8
"""The same for one that was corrected or taken apart, too."""
MOST_MOVED = 200
"""Beyond so many on either side nobody moved them one by one: the page was written anew."""
BAND = 50
"""How many turns from its place a corrected turn is looked for: keeps a page of thousands of new turns affordable."""

KEYS: tuple[Callable[[Turn], Hashable], ...] = (lambda turn: turn, lambda turn: turn[1])


def align(old: Sequence[tuple[str, str | None, str]], new: Sequence[Turn]) -> list[str | None]:
    """For each new turn (label, text) the id of the old one (id, label, text) that it is; None for an added turn."""
    matching = _Matching([(label, text) for _, label, text in old], new)
    for key in KEYS:
        matching.unique(key)
    matching.nearly_unique()
    matching.put_in_order()
    for key in KEYS:
        matching.equal(key)
        matching.moved(key)
    matching.alike()
    matching.alone()
    ids: list[str | None] = [None] * len(new)
    for i, j in matching.all():
        ids[j] = old[i][0]
    return ids


class _Matching:
    """The pairs found so far: `ordered` never cross each other, `crossing` are the turns that were moved."""

    def __init__(self, old: Sequence[Turn], new: Sequence[Turn]) -> None:
        self.old, self.new = old, new
        self.ordered: list[Pair] = []
        self.crossing: list[Pair] = []

    def all(self) -> list[Pair]:
        return self.ordered + self.crossing

    def unique(self, key: Callable[[Turn], Hashable]) -> None:
        """Equal turns of which there is one on each side."""
        olds, news = self._free()
        old_places, new_places = (_places(turns, at, key) for turns, at in ((self.old, olds), (self.new, news)))
        for value, here in old_places.items():
            there = new_places.get(value, [])
            if len(here) == len(there) == 1:
                self.crossing.append((here[0], there[0]))

    def nearly_unique(self) -> None:
        """Turns that were corrected in few words, or are a part of the other."""
        olds, news = self._free(MOVED_ALIKE_WORDS)
        both = {self.old[i][1] for i in olds} & {self.new[j][1] for j in news}  # said several times: their order tells
        olds = [i for i in olds if self.old[i][1] not in both]
        news = [j for j in news if self.new[j][1] not in both]
        if len(olds) > MOST_MOVED or len(news) > MOST_MOVED:
            return
        near = _likenesses([self.old[i] for i in olds], [self.new[j] for j in news], band=MOST_MOVED)
        taken: tuple[set[int], set[int]] = (set(), set())
        for likeness, a, b in sorted(near, key=lambda found: (-found[0], abs(found[1] - found[2]), found[1:])):
            is_part = _is_part(plain(self.old[olds[a]][1]), plain(self.new[news[b]][1]))
            if (likeness >= ALIKE_MOVED or is_part) and a not in taken[0] and b not in taken[1]:
                taken[0].add(a)
                taken[1].add(b)
                self.crossing.append((olds[a], news[b]))

    def put_in_order(self) -> None:
        """Of the pairs found, the most that do not cross each other."""
        pairs = sorted(self.crossing)
        self.ordered = _longest_in_order(pairs)
        kept = set(self.ordered)
        self.crossing = [pair for pair in pairs if pair not in kept and _has_words(self.new[pair[1]][1], MOVED_WORDS)]

    def equal(self, key: Callable[[Turn], Hashable]) -> None:
        for olds, news in self._stretches():
            found = _equal([key(self.old[i]) for i in olds], [key(self.new[j]) for j in news])
            self._add((olds[a], news[b]) for a, b in found)

    def moved(self, key: Callable[[Turn], Hashable]) -> None:
        olds, news = self._free(MOVED_WORDS)
        places = _places(self.old, olds, key)
        for j in news:
            if here := places.get(key(self.new[j])):
                self.crossing.append((here.pop(0), j))

    def alike(self) -> None:
        for olds, news in self._stretches():
            found = _alike([self.old[i] for i in olds], [self.new[j] for j in news])
            self._add((olds[a], news[b]) for a, b in found)

    def alone(self) -> None:
        for olds, news in self._stretches():
            if len(olds) == len(news) == 1 and self.old[olds[0]][0] == self.new[news[0]][0]:
                self._add(iter([(olds[0], news[0])]))

    def _add(self, pairs: Iterator[Pair]) -> None:
        self.ordered = sorted([*self.ordered, *pairs])

    def _free(self, least_words: int = 0) -> Stretch:
        """The places that are not matched yet, of turns with so many words."""
        taken = [{pair[side] for pair in self.all()} for side in (0, 1)]
        olds, news = (
            [
                place
                for place, (_, text) in enumerate(turns)
                if place not in taken[side] and (not least_words or _has_words(text, least_words))
            ]
            for side, turns in enumerate((self.old, self.new))
        )
        return olds, news

    def _stretches(self) -> list[Stretch]:
        """The free places that face each other between the ordered pairs."""
        olds, news = self._free()
        stretches = []
        for (i, j), (i_end, j_end) in _gaps(self.ordered, len(self.old), len(self.new)):
            here = (_between(olds, i, i_end), _between(news, j, j_end))
            if all(here):
                stretches.append(here)
        return stretches


def _has_words(text: str, least: int) -> bool:
    return len(words_of(text)) >= least


def _places(turns: Sequence[Turn], at: list[int], key: Callable[[Turn], Hashable]) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = defaultdict(list)
    for place in at:
        places[key(turns[place])].append(place)
    return places


def _longest_in_order(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest run of pairs, sorted by their first, of which the second rises, too (patience sorting)."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (_, j) in enumerate(pairs):
        place = bisect_left(ends, j)
        before.append(last[place - 1] if place else -1)
        ends[place : place + 1] = [j]
        last[place : place + 1] = [at]
    found, at = [], last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _between(places: list[int], begin: int, end: int) -> list[int]:
    return places[bisect_left(places, begin) : bisect_left(places, end)]


def _equal(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Pair]:
    """Equal ends are matched first: among equal neighbours difflib alone may pair a turn with the wrong one."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    yield from ((n, n) for n in range(head))
    yield from ((len(old) - n, len(new) - n) for n in range(tail, 0, -1))
    for i, j, size in common_runs(old[head : len(old) - tail], new[head : len(new) - tail]):
        yield from ((head + i + n, head + j + n) for n in range(size))


def _gaps(pairs: Sequence[Pair], old: int, new: int) -> Iterator[tuple[Pair, Pair]]:
    """The unmatched stretches between pairs, as (begin, end)."""
    begin = (0, 0)
    for i, j in (*sorted(pairs), (old, new)):
        if i > begin[0] and j > begin[1]:
            yield begin, (i, j)
        begin = (i + 1, j + 1)


def _alike(old: Sequence[Turn], new: Sequence[Turn]) -> list[Pair]:
    """The most alike pairs first, then whatever keeps the order."""
    pairs: list[Pair] = []
    near = _likenesses(old, new, band=BAND)
    for _, i, j in sorted(near, key=lambda found: (-found[0], abs(found[1] - found[2]), found[1:])):
        at = bisect_left(pairs, (i, j))
        before, after = pairs[at - 1 : at] or [(-1, -1)], pairs[at : at + 1] or [(len(old), len(new))]
        if before[0][0] < i < after[0][0] and before[0][1] < j < after[0][1]:
            pairs.insert(at, (i, j))
    return pairs


def _likenesses(old: Sequence[Turn], new: Sequence[Turn], *, band: int) -> Iterator[tuple[float, int, int]]:
    old_bags, new_bags = ([word_bag([text]) for _, text in turns] for turns in (old, new))
    old_sizes, new_sizes = ([bag.total() for bag in bags] for bags in (old_bags, new_bags))
    old_lines, new_lines = ([plain(text) for _, text in turns] for turns in (old, new))
    for i, (label, _) in enumerate(old):
        place = i * len(new) // len(old)
        for j in range(max(0, place - band), min(len(new), place + band + 1)):
            both = old_sizes[i] + new_sizes[j]
            if not both:
                continue
            same = label == new[j][0]
            least = ALIKE_SAME_LABEL if same else ALIKE
            most = 2 * min(old_sizes[i], new_sizes[j]) / both
            likeness = 2 * (old_bags[i] & new_bags[j]).total() / both if most >= least else 0.0
            if likeness < least and _is_part(old_lines[i], new_lines[j]):
                likeness = most
            elif likeness < least:
                continue
            yield likeness + SAME_LABEL_BONUS * same, i, j


def plain(text: str) -> str:
    """The words of a text, lower case, each between blanks: so that one text can be looked for in another."""
    return f" {' '.join(words_of(text.lower()))} "


def _is_part(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return shorter.count(" ") > PART_WORDS and shorter in longer
