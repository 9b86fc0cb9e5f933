"""Step 7: a remark as evidence, and one sign that speaks for a person. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from crawler.roster import roster
from crawler.transcript.addresses import given_names
from crawler.transcript.bylines import people
from crawler.transcript.countries import HOME, country_of
from crawler.transcript.labels import is_office_word
from crawler.transcript.names import capitalised, clean, in_small_letters, known_given_names, name_words, same_given
from crawler.transcript.plain import plain
from crawler.transcript.speakers import pairs
from crawler.transcript.speakers.interviews import interviewers
from crawler.transcript.speakers.label_names import take_apart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.items import Remark
    from crawler.roster import Person, Term

# A headline is not longer.
LONGEST_TITLE = 600
WORD = re.compile(r"[^\W\d_]{5,}")
# The place between "Rubio" and "With"
LINK = re.compile(r"(?<=[a-zà-ž])(?=(?:With|And|At|Before|After|On|To|During|Following) )")
AND = re.compile(r"\A([A-Z][^\W\d_]{1,60})and")
COUNTRY_BEGINS = frozenset({"Republic", "Kingdom", "United", "Federal", "Prime", "Vice"})
# An ambassador of some years ago is still printed under his own name; a namesake of another age is none.
YEARS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing that speaks for a person."""

    name: str
    office: str | None
    organization: str | None
    method: str
    weight: float
    words: str
    """For the evidence."""
    person: Person | None = None
    """Of the roster."""
    kind: str | None = None
    """Of the roster's office."""


def unglued(title: str) -> str:
    """The title with a blank where a lost line break left none: "RubioWith", "Toshimitsuand Republic of Korea"."""
    words = LINK.sub(" ", title).split(" ")
    for number, (word, after) in enumerate(pairwise(words)):
        family = AND.fullmatch(word)
        begins = is_office_word(after) or country_of(after) is not None or after in COUNTRY_BEGINS
        if family and begins and country_of(word) is None and not word.endswith(("land", "rand")):
            words[number] = f"{family[1]} and"
    return " ".join(words)


class Source:
    """A remark as evidence: each part is read once, and only when it is asked for."""

    def __init__(self, remark: Remark) -> None:
        self.remark = remark
        self.byline = people(remark.page.byline)
        self.title = unglued(clean((remark.page.title or "")[:LONGEST_TITLE]))
        self.interviewers = interviewers(self.title, said=remark.page.type == "Interview")

    @cached_property
    def folded_title(self) -> str:
        return plain(self.title)

    @cached_property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.remark.page.date or "")
        except ValueError:
            return None

    @cached_property
    def countries(self) -> frozenset[str]:
        """Of the places and the title."""
        found = (country_of(place) for place in (*self.remark.page.places, self.title))
        return frozenset(country for country in found if country)

    @cached_property
    def addresses(self) -> Mapping[str, Mapping[str, int]]:
        """Label -> given names said to its speaker."""
        return given_names(self.remark.utterances, known_given_names(), self._is_others)

    def _is_others(self, given: str, label: str | None) -> bool:
        """Whether the one who speaks so turns to somebody of the byline, or says a family name of the page.

        "Tony, thank you" turns to Antony Field, unless it is he who says it.
        """
        if plain(given) in self._families:
            return True
        says = take_apart(label or "").name
        return any(
            same_given(plain(given), words[0]) and words[-1:] != says[-1:]
            for person in self.byline
            if (words := name_words(person.name))
        )

    @cached_property
    def _families(self) -> frozenset[str]:
        labels = {turn.label for turn in self.remark.utterances if turn.label}
        return frozenset(name[-1] for label in labels if len(name := take_apart(label).name) == 1)

    @cached_property
    def pairs(self) -> Mapping[str, str]:
        """Label -> given name of who was greeted together with another whom the page names."""
        return pairs.given_names(self.remark.utterances, known_given_names())

    @cached_property
    def capitalised(self) -> frozenset[str]:
        """The plain words of five letters or more that the text prints with a capital and does not print in small."""
        words = Counter(word for _, text, _ in self.texts for word in WORD.findall(text))
        return frozenset(plain(word) for word in words if word[0].isupper() and word.lower() not in words)

    @cached_property
    def texts(self) -> tuple[tuple[str | None, str, str], ...]:
        """Label, text and plain text of each utterance and note."""
        spoken = [(turn.label, turn.text) for turn in self.remark.utterances]
        notes = [(None, note.comment.text) for note in self.remark.notes]
        return tuple((label, text, plain(text)) for label, text in (*spoken, *notes))


def sign(
    source: Source,
    name: str,
    office: str | None,
    organization: str | None,
    method: str,
    weight: float,
    words: str,
    kind: str | None = None,
) -> Sign:
    """The sign, with the roster's person where exactly one of that name held an office on the day, or ever."""
    name, office = capitalised(name), office and in_small_letters(office)
    person = _on_roster(name, source.day) if organization in (None, HOME) and kind is None else None
    person = person or _of_double_surname(name, source.day, organization)
    return Sign(
        name=name,
        office=office,
        organization=organization,
        method=method,
        weight=weight,
        words=words,
        person=person,
        kind=kind,
    )


def _on_roster(name: str, day: date | None) -> Person | None:
    """The one person of the name on the roster whose time it was, from some years before to some years after."""
    known = roster().person_by_name(name)
    known = tuple(person for person in known if any(_is_near(term, day) for term in roster().terms_of(person)))
    if len(known) > 1 and day is not None:
        known = tuple(person for person in known if roster().offices_of(person, day))
    return known[0] if len(known) == 1 else None


def _of_double_surname(name: str, day: date | None, body: str | None) -> Person | None:
    """Of "Pakistani Foreign Minister Bhutto Zardari", which looks like a full name, who held an office there then."""
    held = roster().terms_of_surname(name) if " " in name and body else ()
    found = {
        term.person.id: term.person for term in held if day and term.office.organisation == body and term.covers(day)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _is_near(term: Term, day: date | None) -> bool:
    """Of the United States, and of that age."""
    if term.office.elsewhere or day is None:
        return not term.office.elsewhere
    end = term.end or day
    return term.start.year - YEARS <= day.year <= end.year + YEARS
