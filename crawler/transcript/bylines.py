"""Step 7: what a byline says. Pure; a line is "Ada Field, Secretary of State", or an office without a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.transcript.labels import is_office_word
from crawler.transcript.names import clean, is_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# "Office of the Spokesperson", "U.S. Embassy Algiers", "Global Engagement Center": a body, not a person
BODY = re.compile(
    r"\b(?:office|bureau|department|center|centre|council|committee|agency|secretariat|commission|task force|team|"
    r"division|embassy|mission|consulate|government|united states|white house|media note)\b",
    re.I,
)
# "Idris Okoye, Jr., President of Valmora": the suffix belongs to the name
SUFFIX = re.compile(r",\s*(?=(?:Jr|Sr|II|III|IV|Ph\.?D|M\.?D|Esq)\b\.?)")


# "Acting Assistant SecretaryBureau of Ports": a line break of the page that a feed lost
GLUED = re.compile(r"(?<=[a-z])(?=(?:Bureau|Office|Department) of )")


# The comma between name and office, in other scripts: "أنتوني بلينكن، وزير الخارجية"
COMMA = re.compile(r"[،，]")
# "Dr. S. Jaishankar", "Sheikh Mohammed bin Zayed", "The Honorable Ada Field": no part of a name
STYLE = re.compile(
    r"^(?:(?:the honorable|his excellency|her excellency|h\.e\.|dr\.?|sheikh|shaikh|sir|dame|lord|lady|"
    r"baroness|mr\.?|mrs\.?|ms\.?)\s+)+",
    re.I,
)
# No real byline has more lines or a longer one (with "Office to Monitor and Combat Trafficking in Persons": 200).
MOST_LINES = 60
LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the byline."""

    name: str
    office: str | None
    """As printed after the name, or before it."""


def people(byline: Sequence[str]) -> tuple[Person, ...]:
    """The persons of a byline, in printed order.

    Left out are lines that name only an office, and lines in which name and office cannot be told apart.
    """
    found = (_person(line) for line in _lines(byline))
    return tuple(person for person in found if person and is_name(person.name))


def unread(byline: Sequence[str]) -> tuple[str, ...]:
    """The lines that name somebody, but do not tell name and office apart: "Secretary Ada Field and Minister Bo Ås"."""
    return tuple(line for line in _lines(byline) if not people([line]) and has_person([line]))


def _lines(byline: Sequence[str]) -> Iterator[str]:
    return (clean(COMMA.sub(", ", line)) for line in byline[:MOST_LINES] if len(line) <= LONGEST_LINE)


def has_person(byline: Sequence[str]) -> bool:
    """Whether anybody is named, even where the name cannot be told from the office."""
    return any(not BODY.search(line.partition(",")[0]) and _name_words(line.partition(",")[0]) for line in byline)


def _person(line: str) -> Person | None:
    name, _, office = STYLE.sub("", GLUED.sub(", ", SUFFIX.sub(" ", line))).partition(",")
    words = name.split()
    if BODY.search(name) or len(name.replace("·", " ").split()) < 2:
        return None
    if is_office_word(words[0]):
        before, rest = _part(words)
        return Person(" ".join(rest), " ".join(before)) if rest and not office.strip() else None
    return Person(" ".join(words), " ".join(office.split()) or None)


def _part(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Office and name of "Deputy Secretary of State Ada Field"; no name where that cannot be told."""
    end = 0
    while end < len(words) and (is_office_word(words[end]) or words[end] in ("of", "State")):
        end += 1
    rest = words[end:]
    plain = 2 <= len(rest) <= 4 and all(word[:1].isupper() for word in rest)
    return (words[:end], rest) if plain else (words, ())


def _name_words(text: str) -> list[str]:
    return [word for word in text.split() if not is_office_word(word) and word[:1].isupper() and word != "State"]
