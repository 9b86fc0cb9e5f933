"""Step 7: what page and roster say of who is behind a label. Pure; gathers candidates, decides nothing.

Best first, with the weight of each: the chance that such a sign, taken alone, is right. The weights were set on
marked transcripts (one half of them; the other confirmed them) and only their order matters much: confidences that
are published come from weighing.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING

from crawler.roster import roster
from crawler.transcript import mentions
from crawler.transcript.addresses import given_names
from crawler.transcript.bylines import people
from crawler.transcript.countries import HOME, country_of, home_of
from crawler.transcript.interviews import interviewers, is_person
from crawler.transcript.label_names import COURTESY, same_title
from crawler.transcript.names import (
    bears,
    capitalised,
    clean,
    ends_with,
    is_misspelt,
    is_name,
    name_words,
    nicknames,
    stop_words,
)
from crawler.transcript.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.items import Remark
    from crawler.roster import Person, Term
    from crawler.transcript.label_names import LabelName

BYLINE, BYLINE_INNER, BYLINE_MISSPELT = 0.99, 0.95, 0.9
TITLE, TITLE_BARE = 0.97, 0.9
BY_SELF, INTRODUCED, WITH_OFFICE, NAMED_ONLY = 0.97, 0.9, 0.85, 0.6
SINGLE_OFFICE, AT_POST, AMBASSADOR, OTHER_OFFICE = 0.97, 0.9, 0.75, 0.5
LABEL, LABEL_ONLY = 0.85, 0.6
ADDRESSED_AGAIN, ADDRESSED = 0.9, 0.8
# An ambassador of some years ago is still printed under his own name; a namesake of another age is none.
YEARS = 6
# "Lea Marsh", "Maya de la Cruz"
NAME = r"((?:[^\W\d_a-z][\w’'-]+ ){1,3}[^\W\d_a-z][\w’'-]+)"
# "Thanks very much. Lea Marsh with the Borealis News."
HIMSELF = re.compile(rf"(?:^|[.,!–—-] |I[’']m |this is ){NAME},? (?:with|from|of|for|at) (?:the )?[A-Z]")
FIRST_WORDS = 120
# A headline is not longer.
LONGEST_TITLE = 600
# Offices whose holder a label of that day means, if nothing speaks against it.
TELLING = frozenset(
    {
        "secretary",
        "deputy_secretary",
        "under_secretary",
        "assistant_secretary",
        "spokesperson",
        "deputy_spokesperson",
        "counselor",
    }
)
SPOKESPERSONS = frozenset({"spokesperson", "deputy_spokesperson"})
MISSIONS = frozenset({"chief_of_mission", "charge"})


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


class Source:
    """A remark as evidence: each part is read once, and only when it is asked for."""

    def __init__(self, remark: Remark) -> None:
        self.remark = remark
        self.byline = people(remark.page.byline)
        self.title = clean((remark.page.title or "")[:LONGEST_TITLE])
        self.interviewers = interviewers(self.title)

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
        return given_names(self.remark.utterances, given_names_known())

    @cached_property
    def texts(self) -> tuple[tuple[str | None, str, str], ...]:
        """Label, text and plain text of each utterance and note."""
        spoken = [(turn.label, turn.text) for turn in self.remark.utterances]
        notes = [(None, note.comment.text) for note in self.remark.notes]
        return tuple((label, text, plain(text)) for label, text in (*spoken, *notes))


def of_page_head(label: LabelName, source: Source) -> Iterator[Sign]:
    """From byline and title."""
    for person in source.byline:
        if bears(label.name, person.name, titled=not label.courtesy) and same_title(label, person.office or "") and not _is_spouse(label):
            inner = not ends_with(label.name, person.name)
            words = f"the byline names {person.name!r}"
            country = home_of(person.office or "")
            yield sign(source, person.name, person.office, country, "byline", BYLINE_INNER if inner else BYLINE, words)
    for asker in source.interviewers:
        if bears(label.name, asker.name, titled=False) and not label.heads:
            words = f"the title names {asker.name!r} of {asker.outlet!r} as the one who asks"
            yield sign(source, asker.name, None, asker.outlet, "title", TITLE, words, kind="press")
            return
    for found in mentions.find(label.name, source.title, title=True):
        if found.name and is_name(found.name) and same_title(label, found.office or ""):
            telling = bool(found.office) or not label.heads
            words = f"the title has {found.quote!r}"
            country = home_of(found.office or "")
            yield sign(source, found.name, found.office, country, "title", TITLE if telling else TITLE_BARE, words)


def _is_spouse(label: LabelName) -> bool:
    """State's house style has no MRS for an official."""
    return label.title.split(" ")[0] in ("mrs", "miss")


def of_roster(label: LabelName, source: Source) -> Iterator[Sign]:
    """From office and date."""
    if source.day is None or not label.name:
        return
    for term in roster().terms_of_surname(" ".join(label.name)):
        if term.covers(source.day) and (weight := _weight(label, term, source)):
            words = f"{term.person.name} was {term.office.name} on {source.day}"
            yield Sign(
                name=term.person.name,
                office=term.office.name,
                organization="United States",
                method="office_date",
                weight=weight,
                words=words + (" (acting)" if term.acting else ""),
                person=term.person,
                kind=term.office.kind,
            )


def _weight(label: LabelName, term: Term, source: Source) -> float:
    """How much the roster's term says; 0 where the label's title speaks against it."""
    office = term.office
    fits = any(_fits(label, words) for words in office.label_words)
    if label.heads and not fits:
        return 0
    if office.kind in MISSIONS:
        here = office.country is not None and country_of(office.country) in source.countries
        return AT_POST if here else AMBASSADOR if label.title == "ambassador" else 0
    if not fits or office.kind not in TELLING:
        return OTHER_OFFICE if not label.heads else AMBASSADOR
    if not label.heads and office.kind not in SPOKESPERSONS:
        return OTHER_OFFICE  # "MR BURNS" need not be the Under Secretary
    return SINGLE_OFFICE


def _fits(label: LabelName, words: str) -> bool:
    """Whether the label prints these words: "DEPUTY SECRETARY", also as "Deputy Secretary of State" or without "ACTING"."""
    mine = [word for word in label.title.split() if word not in ("acting", "of", "state", "us", "designate", "for")]
    theirs = [word for word in plain(words).split() if word not in ("acting", "of", "state")]
    return mine == theirs or (set(mine) <= COURTESY and set(theirs) <= COURTESY)


def of_text(label: LabelName, source: Source, label_printed: str) -> Iterator[Sign]:
    """From introductions and forms of address; what the label's own speaker says of himself counts most."""
    for printed, text, folded in source.texts:
        if label.name and label.name[-1] not in folded.replace("’", "").replace("'", ""):
            continue
        for found in mentions.find(label.name, text, folded):
            if found.name is None or not is_name(found.name) or not same_title(label, found.office or ""):
                continue
            own = printed == label_printed
            if own and not found.by_self:
                continue  # "the Amir, Sheikh Nawaf Al-Sabah" in the words of another of that name
            weight = BY_SELF if own else _text_weight(label, found)
            country = home_of(found.office or "")
            yield sign(source, found.name, found.office, country, "text", weight, f"the text has {found.quote!r}")


def _text_weight(label: LabelName, found: mentions.Mention) -> float:
    if label.heads and found.office and same_title(label, found.office):
        return INTRODUCED
    if found.introduced:
        return INTRODUCED
    return WITH_OFFICE if found.office else NAMED_ONLY


def of_itself(label: LabelName, source: Source) -> Iterator[Sign]:
    """A label that is a full name. Without a title it may be a paper's ("Agence Borealis"): a known given name tells."""
    if label.full is None or not is_person(label.full):
        return
    known = label.title or label.after or label.name[0] in given_names_known()
    name = label.full.title() if label.full.isupper() else label.full
    weight = LABEL if known else LABEL_ONLY
    yield sign(source, name, label.after, home_of(label.after or ""), "label", weight, "the label is a full name")


@cache
def given_names_known() -> frozenset[str]:
    """Of the roster's people, with their short forms."""
    names = {words[0] for person in roster().people.values() if (words := name_words(person.name))}
    return frozenset(names | {name for group in nicknames() for name in group})


def of_address(label: LabelName, source: Source, label_printed: str) -> Iterator[Sign]:
    """From forms of address: "Thank you, Tom", after a turn of MR SMALL."""
    if not label.name or label.full:
        return
    family = next(
        (found for _, text, folded in source.texts if (found := mentions.spelling(label.name, text, folded))), None
    )
    family = family or capitalised(label.printed)
    for given, count in source.addresses.get(label_printed, {}).items():
        fuller = re.compile(rf"\b{given} (?:[A-Z]\. )?(?!{re.escape(family)})(?-i:[A-Z])[^\W\d_]+")
        if any(fuller.search(text) for _, text, _ in source.texts) or fuller.search(source.title):
            continue  # "Erin Barclay" is somebody else
        words = f"addressed as {given!r} by who speaks next or before" + (f", {count} times" if count > 1 else "")
        weight = ADDRESSED_AGAIN if count > 1 else ADDRESSED
        yield sign(source, f"{given} {family}", None, None, "text", weight, words)


def of_misspelt(label: LabelName, source: Source) -> Iterator[tuple[tuple[str, ...], str]]:
    """Names of byline, title and office holders that the label's may be with a typing error, and where they stand."""
    size = len(label.name)
    for person in source.byline:
        if is_misspelt(label.name, name_words(person.name)[-size:]):
            yield name_words(person.name)[-size:], "the byline"
    words = name_words(source.title)
    for at in range(len(words) - size + 1):
        if is_misspelt(label.name, words[at : at + size]):
            yield words[at : at + size], "the title"
    if source.day is None:
        return
    for office in ("secretary-of-state", "spokesperson", "principal-deputy-spokesperson", "deputy-secretary-of-state"):
        for term in roster().holders(office, source.day):
            for surname in term.person.surnames:
                if any(_fits(label, w) for w in term.office.label_words) and is_misspelt(
                    label.name, name_words(surname)
                ):
                    yield name_words(surname), f"the {term.office.name} of that day"


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
    person = _on_roster(name, source.day) if organization in (None, HOME) and kind is None else None
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
    if day is not None:
        known = tuple(person for person in known if any(_near(term, day) for term in roster().terms_of(person)))
    if len(known) > 1 and day is not None:
        known = tuple(person for person in known if roster().offices_of(person, day))
    return known[0] if len(known) == 1 else None


def _near(term: Term, day: date) -> bool:
    end = term.end or day
    return term.start.year - YEARS <= day.year <= end.year + YEARS


def of_outlet(label: LabelName, source: Source, label_printed: str) -> Iterator[Sign]:
    """A label that is a paper's or station's name: who is called on for it, or says so first.

    "Agence Borealis, Lea Marsh.", "Lea Marsh of Agence Borealis, please.", "Thanks. Lea Marsh with Agence Borealis."
    """
    if label.title or not label.name:
        return
    outlet = re.escape(label.printed)
    for printed, text, _ in source.texts:
        if printed == label_printed:
            found = [match[1] for match in [HIMSELF.search(text[:FIRST_WORDS])] if match]
        else:
            found = [m[1] for m in re.finditer(rf"{NAME}(?:,| –| from| of| with| at| for) (?:the )?{outlet}\b", text)]
            found += [m[1] for m in re.finditer(rf"\b{outlet}(?:,| –|:) {NAME}(?=[.,?!])", text)]
        for name in found:
            if is_name(name) and is_person(name) and not set(name_words(name)) & stop_words():
                words = f"{name!r} speaks for {label.printed!r}"
                yield sign(source, name, None, label.printed, "text", INTRODUCED, words, kind="press")
