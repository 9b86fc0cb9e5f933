"""Step 7: who speaks. Pure; by the page's own byline. NULL rather than a wrong name, and the evidence in words."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crawler.transcript.bylines import Person, people
from crawler.transcript.labels import role_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.items import Remark, Utterance

# One person of the byline bears the name that the label prints.
NAMED = 0.95
# No label is printed and the byline names one person.
ALONE = 0.9
NAME_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def identify(remark: Remark) -> Remark:
    """The remark with role, person, office and evidence for each utterance."""
    named = people(remark.page.byline)
    return replace(remark, utterances=tuple(_identify(u, named) for u in remark.utterances))


def _identify(utterance: Utterance, named: Sequence[Person]) -> Utterance:
    if utterance.label is None:
        if len(named) != 1:
            return replace(utterance, evidence=f"no label is printed and the byline names {len(named)} people")
        return _as(utterance, named[0], ALONE, "no label is printed and the byline names one person")
    if role := role_of(utterance.label):
        return replace(utterance, role=role)
    bearers = [person for person in named if _bears(person.name, utterance.label)]
    if len(bearers) == 1:
        return _as(utterance, bearers[0], NAMED, f"the byline names {bearers[0].name!r} and nobody else of that name")
    evidence = f"the byline names {len(bearers)} people of that name" if bearers else None
    return replace(utterance, role=_role_of_office(utterance.label), evidence=evidence)


def _as(utterance: Utterance, person: Person, confidence: float, evidence: str) -> Utterance:
    return replace(
        utterance,
        role=_role_of_office(person.office or ""),
        person=person.name,
        office=person.office,
        method="byline",
        confidence=confidence,
        evidence=evidence,
    )


def _bears(name: str, label: str) -> bool:
    """Whether the label ends with the name's last word or words: "FOREIGN MINISTER LE DRIAN", "Jean-Yves Le Drian"."""
    name_words, label_words = _name_words(name), _name_words(label)
    if not name_words or not label_words:
        return False
    last = name_words[:-1] if name_words[-1] in {"jr", "sr", "ii", "iii", "iv"} else name_words
    return bool(last) and label_words[-1] == last[-1]


def _name_words(text: str) -> list[str]:
    """Words of a name without accents, in lower case: the diacritic is sometimes dropped in labels."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return NAME_WORD.findall(plain.casefold())


@cache
def _roles() -> tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]:
    data = tomllib.loads(files("crawler.data").joinpath("roles.toml").read_text("utf-8"))
    return tuple((row["name"], tuple(re.compile(p, re.IGNORECASE) for p in row["patterns"])) for row in data["role"])


@cache
def _role_of_office(office: str) -> str:
    return next((role for role, patterns in _roles() if any(p.search(office) for p in patterns)), "unknown")
