"""Step 7: who speaks. Pure; by the page's own byline. NULL rather than a wrong name, and the evidence in words."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crawler.transcript.bylines import Person, people
from crawler.transcript.labels import is_office_word, role_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.items import Remark, Utterance

# One person of the byline bears the name that the label prints.
NAMED = 0.95
# No label is printed and the byline names one person.
ALONE = 0.9
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "ph", "d", "phd", "md", "esq"})
NAME_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def identify(remark: Remark) -> Remark:
    """The remark with role, person, office and evidence for each utterance."""
    named = people(remark.page.byline)
    labels = {u.label for u in remark.utterances if u.label is not None}
    labelled = {person.name for person in named for label in labels if _bears(person, label)}
    return replace(remark, utterances=tuple(_identify(u, named, labelled) for u in remark.utterances))


def _identify(utterance: Utterance, named: Sequence[Person], labelled: set[str]) -> Utterance:
    if utterance.label is None:
        return _unlabelled(utterance, named, labelled)
    if role := role_of(utterance.label):
        return replace(utterance, role=role)
    bearers = [person for person in named if _bears(person, utterance.label)]
    if len(bearers) == 1:
        return _as(utterance, bearers[0], NAMED, f"the byline names {bearers[0].name!r} and nobody else of that name")
    evidence = f"the byline names {len(bearers)} people of that name" if bearers else None
    return replace(utterance, role=_role_of(utterance.label, "labels"), evidence=evidence)


def _unlabelled(utterance: Utterance, named: Sequence[Person], labelled: set[str]) -> Utterance:
    if len(named) != 1:
        return replace(utterance, evidence=f"no label is printed and the byline names {len(named)} people")
    if named[0].name in labelled:
        return replace(utterance, evidence=f"no label is printed, and elsewhere the page labels {named[0].name!r}")
    return _as(utterance, named[0], ALONE, "no label is printed and the byline names one person")


def _as(utterance: Utterance, person: Person, confidence: float, evidence: str) -> Utterance:
    return replace(
        utterance,
        role=_role_of(person.office or "", "byline"),
        person=person.name,
        office=person.office,
        method="byline",
        confidence=confidence,
        evidence=evidence,
    )


def _bears(person: Person, label: str) -> bool:
    """Whether the label ends with the person's surname and its title does not speak against the office.

    "FOREIGN MINISTER LE DRIAN", "Jean-Yves Le Drian"; but "CONGRESSMAN FIELD" is not "Ada Field, Deputy Secretary of
    State", and State's house style has no MRS for an official.
    """
    name_words, label_words = _words(person.name), _words(label)
    last = [word for word in name_words if word not in SUFFIXES]
    if not last or not label_words or label_words[-1] != last[-1] or label_words[0] in ("mrs", "miss"):
        return False
    titles = {word for word in label_words[:-1] if is_office_word(word)}
    return not titles or person.office is None or bool(titles & set(_words(person.office)))


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """Words without accents and apostrophes, in lower case: labels drop the one and turn the other."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return tuple(NAME_WORD.findall(plain.replace("ı", "i").replace("’", "'").replace("'", "").casefold()))


@cache
def _roles() -> tuple[tuple[str, str, tuple[re.Pattern[str], ...]], ...]:
    data = tomllib.loads(files("crawler.data").joinpath("roles.toml").read_text("utf-8"))
    return tuple(
        (row["name"], row["told_by"], tuple(re.compile(p, re.IGNORECASE) for p in row["patterns"]))
        for row in data["role"]
    )


@cache
def _role_of(words: str, told_by: str) -> str:
    """`told_by`: byline (the office printed there) or labels."""
    for role, source, patterns in _roles():
        if source in (told_by, "both") and any(pattern.search(words) for pattern in patterns):
            return role
    return "unknown"
