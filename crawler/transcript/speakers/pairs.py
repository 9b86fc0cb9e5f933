"""Step 7: two who are greeted in one breath. Pure; "Good to be with you, Judy and Bernie." where two have asked.

Which of the two bears which name the page must tell for one of them, by printing it in full ("this is Judy Marsh",
MS. MARSH); the other name is then the other's. Nobody is named where more than two have spoken with the speaker, where
the page tells neither name or both, or where the second name is printed with another family name.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from crawler.transcript.addresses import THANKS, VOCATIVE
from crawler.transcript.labels import role_of
from crawler.transcript.plain import plain
from crawler.transcript.speakers.label_names import take_apart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

    from crawler.items import Utterance

TWO = 2


def given_names(turns: Sequence[Utterance], known: Set[str]) -> Mapping[str, str]:
    """Label -> given name, for the one of a greeted pair whom the page does not name. `known`: plain given names."""
    found: dict[str, str] = {}
    before: dict[str, None] = {}
    for turn in turns:
        others = [label for label in before if label != turn.label]
        for one, other in _greeted(turn.text, known) if len(others) == TWO else ():
            found.update(_told(one, other, others, turns))
        if turn.label and not role_of(turn.label) and take_apart(turn.label).name:
            before[turn.label] = None
    return found


def _greeted(text: str, known: Set[str]) -> Iterator[tuple[str, str]]:
    for match in chain(THANKS.finditer(text), VOCATIVE.finditer(text)):
        one, other = match["name"], match["other"]
        if one and other and one != other and {plain(one), plain(other)} <= known:
            yield one, other


def _told(one: str, other: str, labels: Sequence[str], turns: Sequence[Utterance]) -> Iterator[tuple[str, str]]:
    """The label that is left over, with the name that is left over."""
    bearers = [(name, label) for name in (one, other) for label in labels if _is_printed(name, label, turns)]
    if len(bearers) == 1:
        ((name, label),) = bearers
        yield next(left for left in labels if left != label), other if name == one else one


def _is_printed(given: str, label: str, turns: Sequence[Utterance]) -> bool:
    """Whether a turn has given and family name together: "this is Judy Marsh"."""
    family = re.escape(take_apart(label).name[-1])
    full = re.compile(rf"\b{re.escape(plain(given))} (?:[a-z]\. )?(?:[a-z’'-]+ )?{family}\b")
    return any(given in turn.text and full.search(plain(turn.text)) for turn in turns)
