"""Step 7: what a byline says. Pure; a line is "Ada Field, Secretary of State", or an office without a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# "Office of the Spokesperson", "U.S. Embassy Algiers", "Global Engagement Center": a body, not a person
BODY = re.compile(
    r"\b(?:office|bureau|department|center|centre|council|committee|agency|secretariat|commission|task force|team|"
    r"division|embassy|mission|consulate|government|united states|white house|media note)\b",
    re.I,
)
# "Idris Okoye, Jr., President of Valmora": the suffix belongs to the name
SUFFIX = re.compile(r",\s*(?=(?:Jr|Sr|II|III|IV|Ph\.?D|M\.?D|Esq)\b\.?)")


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the byline."""

    name: str
    office: str | None
    """As printed after the name."""


def people(byline: Sequence[str]) -> tuple[Person, ...]:
    """The persons of a byline, in printed order; lines that name only an office are left out."""
    found = []
    for line in byline:
        name, _, office = SUFFIX.sub(" ", line).partition(",")
        name, office = " ".join(name.split()), " ".join(office.split())
        if name and not BODY.search(name) and len(name.split()) > 1:
            found.append(Person(name, office or None))
    return tuple(found)


def has_person(byline: Sequence[str]) -> bool:
    return bool(people(byline))
