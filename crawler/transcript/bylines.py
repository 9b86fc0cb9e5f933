"""Step 7: what a byline says. Pure; a line is "Ada Field, Secretary of State", or an office without a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.transcript.countries import country_words
from crawler.transcript.labels import is_office_word
from crawler.transcript.names import clean, is_domain, is_name, is_particle
from crawler.transcript.plain import plain

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
    r"baroness|prince|princess|mr\.?|mrs\.?|ms\.?)\s+)+",
    re.I,
)
# Words of an office that are names, too: "Dean Hale", "John Major"
ALSO_NAMES = frozenset({"dean", "major"})
# "Second Gentleman Ole Brandt", "King Emre II": no words of labels' offices, but of a byline's
ALSO_OFFICES = frozenset({"king", "queen", "emir", "sultan", "first", "second", "lady", "gentleman"})
LINKS = frozenset({"of", "for", "to", "on", "in", "and", "the", "&"})
# In the letters of _kind: a country, known or not; words of an office; what it is about, known to its last word or
# ending in an office. "Valmoran Vice President and Foreign Minister", "Under Secretary for Arms Control"
OFFICE = re.compile(r"(?:[UK](?:[LUK]{0,4}[UK])?)?O(?:[OK]|L(?:[UKL]{0,8}O|L{0,2}K))*+")
MOST_OFFICE_WORDS = 24
# "Faisal bin Farhan Al Saud"
FULL_NAME = re.compile(r"[UK][UKP]{0,5}[UK]")
MOST_NAME_WORDS = 7
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
    words, office = name.split(), " ".join(office.split())
    if len(name.replace("·", " ").split()) < 2:
        return None
    if any(map(_is_office, words[:-1])):
        end = _end_of_office(words)
        return Person(STYLE.sub("", " ".join(words[end:])), office or " ".join(words[:end])) if end else None
    if BODY.search(name):
        return None
    own, _, outlet = name.partition(" of ")  # "Lida Holm of Valmora News", who asks
    return Person(" ".join(own.split()), office or None) if outlet else Person(" ".join(words), office or None)


def _end_of_office(words: Sequence[str]) -> int:
    """How many words of "Japanese Foreign Minister Ada Field" are the office; 0 where nobody can say."""
    kinds = "".join(map(_kind, words))
    for end in range(min(len(words) - 2, MOST_OFFICE_WORDS), 0, -1):
        if OFFICE.fullmatch(kinds[:end]) and _is_full_name(words[end:], kinds[end:], surely=kinds[end - 1] == "O"):
            return end
    return 0


def _kind(word: str) -> str:
    """O a word of an office, K one that offices are known to be about, L a link, P a particle, U unknown, x no name."""
    if _is_office(word):
        return "O"
    folded = plain(word).strip(",")
    if folded in LINKS:
        return "L"
    if folded in country_words() or is_domain(word):
        return "K"
    if is_particle(word):
        return "P"
    return "U" if word[:1].isupper() else "x"


def _is_office(word: str) -> bool:
    first = word.lower().partition("-")[0]  # "Ambassador-designate"
    return (is_office_word(word) or is_office_word(first) or first in ALSO_OFFICES) and first not in ALSO_NAMES


def _is_full_name(words: Sequence[str], kinds: str, *, surely: bool) -> bool:
    """Two words or more. Behind a topic the first of three could be one of it, unless the second is "M." or "van"."""
    inner = zip(words[1:-1], kinds[1:-1], strict=True)
    return (
        FULL_NAME.fullmatch(kinds) is not None
        and len(words) <= MOST_NAME_WORDS
        and (surely or all(kind == "P" or len(word.rstrip(".")) == 1 for word, kind in inner))
    )


def _name_words(text: str) -> list[str]:
    return [word for word in text.split() if not is_office_word(word) and word[:1].isupper() and word != "State"]
