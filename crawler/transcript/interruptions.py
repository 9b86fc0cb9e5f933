"""Step 7: a speech cut by an interruption and taken up again. Pure.

State marks both ends: "MR MARSH: We have, as I said --" "QUESTION: But why?" "MR MARSH: -- always wanted that." Since
2019 the dash is an em dash, before that two hyphens.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.items import Utterance

# "— between the parties.", "-- do you expect", "(Laughter.) — and", "– that is"
TAKEN_UP = re.compile(r"(?:\([^()]{1,40}\)\s*)?(?:—|–|--)\s*\w")
# "Yeah, but Ned —", "as I said -- (laughter.)"
CUT = re.compile(r"(?:—|–|--|- )\s*+(?:\([^()]{1,40}\)\.?\s*+)?$")
# So many turns may lie between: two people who talk at the same time make three.
MOST_BETWEEN = 3


def links(turns: Sequence[Utterance]) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Position -> position of the part before, and of the part after."""
    previous: dict[int, int] = {}
    following: dict[int, int] = {}
    for at, turn in enumerate(turns):
        if not TAKEN_UP.match(turn.text):
            continue
        for before in range(at - 1, max(-1, at - 2 - MOST_BETWEEN), -1):
            if _same_speaker(turns[before], turn):
                if CUT.search(turns[before].text) and before + 1 not in following:
                    previous[at + 1], following[before + 1] = before + 1, at + 1
                break
    return previous, following


def _same_speaker(one: Utterance, other: Utterance) -> bool:
    if one.person is not None and other.person is not None:
        return one.person == other.person
    return one.label == other.label
