"""Step 9: where the id of a turn leads that is no longer a turn of its own. Pure.

A turn that State joins to another one, or takes apart so that every part of it goes to a turn that has an id already,
loses its row; its words are still there. `forward` finds the turn that holds them, and the table redirects sends the
old id there. A turn whose words are gone from the page leads nowhere: its text stands in utterance_versions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crawler.exporters.alignment import PART_WORDS, plain
from crawler.exporters.words import word_bag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Version = tuple[str, str | None, str]
"""Id, label and text of a turn in one revision."""

HELD = 0.8
"""Share of a turn's words from which another turn holds it, where the words were corrected on the way."""
HELD_WORDS = 8
"""Fewest words for that."""


class Forward(NamedTuple):
    """A redirect."""

    new_id: str
    kind: str
    """merge: the turn is a part of that one now; split: that one is the largest part of it."""


def forward(old: Sequence[Version], new: Sequence[Version]) -> Mapping[str, Forward]:
    """For each turn of the old revision that is none of the new one, though its words are there: who holds them."""
    kept = {id_ for id_, _, _ in new}
    gone = [turn for turn in old if turn[0] not in kept]
    if not gone:
        return {}
    before = {id_: plain(text) for id_, _, text in old}
    grown = [turn for turn in new if before.get(turn[0]) != plain(turn[2])]
    found = {id_: _holder(plain(text), text, grown, before) for id_, _, text in gone}
    return {id_: holder for id_, holder in found.items() if holder is not None}


def _holder(line: str, text: str, grown: Sequence[Version], before: Mapping[str, str]) -> Forward | None:
    """Turns that are as they were hold nothing of another one."""
    if line.count(" ") <= PART_WORDS:
        return None
    for id_, _, other in grown:
        if line in plain(other):
            return Forward(id_, "merge")
    parts = [(len(plain(other)), id_) for id_, _, other in grown if _is_part(plain(other), line)]
    if parts:
        return Forward(max(parts, key=lambda part: part[0])[1], "split")
    return _nearly(text, grown, before)


def _is_part(line: str, whole: str) -> bool:
    return line.count(" ") > PART_WORDS and line in whole


def _nearly(text: str, grown: Sequence[Version], before: Mapping[str, str]) -> Forward | None:
    """Joined and corrected at once: what the other turn has gained is nearly all of these words."""
    bag = word_bag([text])
    if bag.total() < HELD_WORDS:
        return None
    best, best_share = None, HELD
    for id_, _, other in grown:
        gained = word_bag([other]) - word_bag([before.get(id_, "")])
        share = (gained & bag).total() / bag.total()
        if share >= best_share and (best is None or share > best_share):
            best, best_share = id_, share
    return Forward(best, "merge") if best else None
