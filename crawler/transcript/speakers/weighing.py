"""Step 7: from signs to a person. Pure; nobody rather than a wrong name, and two where two are as likely.

Signs that name the same person add up (as if independent). A person is taken whose evidence is enough and clearly
better than the next one's: of a better kind (byline, title, introduction, office and date), or of much more weight.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crawler.items import Candidate
from crawler.transcript.names import name_words, same_person, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.transcript.speakers.source import Sign

ENOUGH = 0.7
"""Least chance with which a name is given."""
MOST = 0.99
"""No attribution is certain."""
# Of kinds of evidence; office and date beat a bare mention in the text, not an introduction.
RANK = {"byline": 4, "title": 3, "text": 2, "office_date": 2, "label": 2}
# So much likelier (as odds) must one of two be whose evidence is of one kind.
CLEARLY = 6.0
# So many signs are put into words.
MOST_WORDS = 3


@dataclass(slots=True)
class Weighed:
    """The signs for one person."""

    signs: list[Sign] = field(default_factory=list)

    @property
    def chance(self) -> float:
        """That one of the signs is right, each kind and office counted once."""
        best: dict[str, float] = {}
        for sign in self.signs:
            best[sign.method] = max(best.get(sign.method, 0), sign.weight)
        wrong = 1.0
        for weight in best.values():
            wrong *= 1 - weight
        if "text" in best and sum(sign.method == "text" for sign in self.signs) > 1:
            wrong *= 0.75  # the text names the person again
        return min(MOST, 1 - wrong)

    @property
    def best(self) -> Sign:
        return max(self.signs, key=lambda sign: (RANK[sign.method] * (sign.weight >= ENOUGH), sign.weight))

    @property
    def offices(self) -> frozenset[str]:
        """The plain words of all offices that the signs give the person."""
        return frozenset(word for sign in self.signs if sign.office for word in words(sign.office))

    @property
    def rank(self) -> int:
        return RANK[self.best.method] if self.best.weight >= ENOUGH else 0

    @property
    def name(self) -> str:
        """The roster's, else the fullest of those that the best kind of evidence prints."""
        for sign in self.signs:
            if sign.person is not None:
                return sign.person.name
        same = [sign.name for sign in self.signs if sign.method == self.best.method]
        return max(same, key=lambda name: len(name_words(name)))

    def candidate(self) -> Candidate:
        words = list(dict.fromkeys(sign.words for sign in sorted(self.signs, key=lambda sign: -RANK[sign.method])))
        organizations = [sign.organization for sign in self.signs if sign.organization]
        return Candidate(
            person=self.name,
            office=self.office,
            organization=organizations[0] if organizations else None,
            method=self.best.method,
            confidence=round(self.chance, 3),
            evidence="; ".join(words[:MOST_WORDS]),
        )

    @property
    def office(self) -> str | None:
        """As the best evidence prints it, else the roster's."""
        ranked = sorted(self.signs, key=lambda sign: -RANK[sign.method])
        printed = [sign.office for sign in ranked if sign.office]
        # "Secretary Colin L. Powell" of the byline: the roster says of what
        fuller = [office for office in printed if office.startswith(f"{printed[0]} of ")]
        return next(iter(fuller or printed), None)


def weigh(signs: Iterable[Sign]) -> list[Weighed]:
    """One entry a person, likeliest first."""
    found: list[Weighed] = []
    for sign in _telling(sorted(signs, key=lambda sign: (-RANK[sign.method], -sign.weight, -len(sign.name)))):
        for one in found:
            if _is_same(one.signs, sign):
                one.signs.append(sign)
                break
        else:
            found.append(Weighed([sign]))
    return sorted(found, key=lambda one: (-one.rank, -one.chance))


def _telling(signs: Iterable[Sign]) -> Iterator[Sign]:
    """Without those that say once more what others said: that it was said twice counts, and three places are quoted."""
    said: dict[Sign, list[str]] = {}
    for sign in signs:
        words = said.setdefault(replace(sign, words=""), [])
        if len(words) < 2 or (sign.words not in words and len(words) <= MOST_WORDS):
            words.append(sign.words)
            yield sign


def _is_same(signs: Sequence[Sign], sign: Sign) -> bool:
    known = {id(one.person) for one in signs if one.person is not None}
    if sign.person is not None and known:
        return id(sign.person) in known
    names = [sign.name, *(sign.person.alternative_names if sign.person else ())]
    return any(same_person(one.name, name) for one in signs for name in names) or any(
        same_person(other, sign.name) for one in signs if one.person for other in one.person.alternative_names
    )


def decide(weighed: Sequence[Weighed]) -> Weighed | None:
    """Whom to name; None where nobody is likely enough, or two are about as likely."""
    if not weighed or weighed[0].chance < ENOUGH:
        return None
    if len(weighed) > 1 and weighed[1].chance >= ENOUGH:
        first, second = weighed[0], weighed[1]
        odds = (1 - second.chance) / max(1 - first.chance, 0.001)
        if first.rank == second.rank and odds < CLEARLY:
            return None
    return weighed[0]
