"""Step 7: signs of office and date: who held what the label prints, by the roster. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from crawler.roster import roster
from crawler.roster.model import CONGRESS
from crawler.transcript.countries import country_of
from crawler.transcript.labels import is_office_word
from crawler.transcript.names import is_addressed, is_misspelt, name_words
from crawler.transcript.plain import plain
from crawler.transcript.speakers import mentions
from crawler.transcript.speakers.label_names import COURTESY
from crawler.transcript.speakers.source import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.roster import Office, Term
    from crawler.transcript.speakers.label_names import LabelName
    from crawler.transcript.speakers.source import Source

# The chance that such a sign, taken alone, is right.
SINGLE_OFFICE, AT_POST, AMBASSADOR, OTHER_OFFICE = 0.97, 0.9, 0.75, 0.5
# The one person of the name who ever held the office the label prints.
ANY_DAY = 0.9
# "THE SECRETARY", without a name
UNNAMED = 0.8
ALONE = {"secretary": "secretary-of-state", "president": "president", "vice president": "vice-president"}
# "presidents holm and marsh", "president holm" of a headline in plain letters
TITLED = {title: re.compile(rf"\b{title}s? [a-z’'-]") for title in ALONE}
# "MR INDERFURTH", where in thirty years of the roster one person bears that name, and is in office.
RARE = 0.72
# An ambassador in some country, and another person of the surname in office.
AMBIGUOUS = 0.6
TWO = 2
# Offices whose holder a label of that day means, if nothing speaks against it.
TELLING = frozenset(
    {
        "military",
        "first_lady",
        "secretary",
        "deputy_secretary",
        "under_secretary",
        "assistant_secretary",
        "spokesperson",
        "deputy_spokesperson",
    }
    | {"counselor", "president", "vice_president", "cabinet_secretary"}
)
SPOKESPERSONS = frozenset({"spokesperson", "deputy_spokesperson"})
# "Special Representative for Iran", "Special Envoy to Monitor and Combat Antisemitism"
TOPIC = re.compile(r" (?:for|to Monitor and Combat|to the|on) (?:the )?")
# "Daily Press Briefing", "Department Press Briefing – July 10, 2025"
DAILY = re.compile(r"\b(?:daily|department)(?: press)? briefing\b|\bdaily press conference\b", re.I)
# Words of a label's title that the roster's has not: "SPECIAL PRESIDENTIAL ENVOY", "ACTING ASSISTANT SECRETARY"
IGNORED = frozenset({"acting", "of", "state", "us", "designate", "for", "presidential"})
# Offices whose holders take the podium for the spokesperson.
PODIUM = frozenset({"assistant-secretary-for-public-affairs", "director-of-the-press-office"})
FIRST_LADY = "first_lady"
NEVER_COURTESY = frozenset({"president", "vice_president", "secretary"})
MISSIONS = frozenset({"chief_of_mission", "charge"})


def of_roster(label: LabelName, source: Source) -> Iterator[Sign]:
    """From office and date; on a page without a date from the one person of the name who ever held the office."""
    if not label.name:
        return
    if source.day is None:
        yield from _of_any_day(label)
        return
    yield from _apart(list(_of_terms(_with_title(label, source), source)))


def _of_any_day(label: LabelName) -> Iterator[Sign]:
    terms = [
        term
        for term in roster().terms_of_surname(" ".join(label.name))
        if label.heads and term.office.kind in TELLING and any(_fits(label, words) for words in term.office.label_words)
    ]
    if len({term.person.id for term in terms}) == 1:
        term = terms[-1]
        words = f"the page has no date; {term.person.name} is the only one of that name who was {term.office.name}"
        yield _sign(term, ANY_DAY, words)


def _apart(signs: list[Sign]) -> list[Sign]:
    """An ambassador somewhere else is not meant for sure, where another of the surname is in office."""
    if len({sign.name for sign in signs}) < TWO:
        return signs
    return [replace(sign, weight=min(sign.weight, AMBIGUOUS)) if sign.weight == AMBASSADOR else sign for sign in signs]


def _of_terms(label: LabelName, source: Source) -> Iterator[Sign]:
    day = source.day or date.min
    for term in roster().terms_of_surname(" ".join(label.name)):
        if not is_asked_last(term.office) and term.covers(day) and (weight := _weight(label, term, source)):
            words = f"{term.person.name} was {term.office.name} on {source.day}"
            yield _sign(term, weight, words + (" (acting)" if term.acting else ""))


def of_office(label: LabelName, source: Source) -> Iterator[Sign]:
    """From a label that is an office and no name, "THE SECRETARY", "THE PRESIDENT": its holder of that day.

    Not where the headline names another of that title ("... with President Osmani of Kosovo").
    """
    office = ALONE.get(label.title)
    if source.day is None or office is None:
        return
    terms = roster().holders(office, source.day)
    surnames = {plain(surname) for term in terms for surname in term.person.surnames}
    titled = TITLED[label.title].search(source.folded_title)
    if office != "secretary-of-state" and not surnames & set(source.folded_title.split()) and titled:
        return
    for term in terms:
        words = f"the label names no person; {term.person.name} was {term.office.name} on {source.day}"
        yield _sign(term, UNNAMED, words)


def _sign(term: Term, weight: float, words: str) -> Sign:
    return Sign(
        name=term.person.name,
        office=term.office.name,
        organization="United States",
        method="office_date",
        weight=weight,
        words=words,
        person=term.person,
        kind=term.office.kind,
    )


def is_asked_last(office: Office) -> bool:
    """Whether elsewhere.py weighs it, with what the page says of where."""
    return office.elsewhere or office.kind == CONGRESS


def is_daily(source: Source) -> bool:
    """Whether it is the department's daily briefing."""
    return DAILY.search(f"{source.remark.page.type} {source.title}") is not None


def _with_title(label: LabelName, source: Source) -> LabelName:
    """With the office that the headline prints before the surname: MR. HOLM, "Briefing by Assistant Secretary Holm"."""
    if label.heads or plain(label.printed) not in source.folded_title:
        return label
    told = [found.office for found in mentions.find(label.name, source.title, title=True) if not found.name]
    office = next((office for office in told if office and is_office_word(office.split(" ")[-1])), None)
    return replace(label, title=plain(office).replace(".", "")) if office else label


def _weight(label: LabelName, term: Term, source: Source) -> float:
    """How much the roster's term says; 0 where the label's title speaks against it."""
    office = term.office
    fits = any(_fits(label, words) for words in office.label_words)
    if label.heads and not fits:
        return 0
    if office.kind not in SPOKESPERSONS and not is_addressed(label.title, term.person.name):
        return 0
    if office.id in PODIUM and fits:
        return SINGLE_OFFICE if is_daily(source) else AT_POST
    if office.kind in MISSIONS:
        here = office.country is not None and country_of(office.country) in source.countries
        return AT_POST if here else AMBASSADOR if label.title == "ambassador" else 0
    if (label.courtesy or not (label.heads or fits)) and office.kind not in SPOKESPERSONS:
        return _of_courtesy(label, term, source, fits)
    return SINGLE_OFFICE if fits and office.kind in TELLING else AMBASSADOR


def _of_courtesy(label: LabelName, term: Term, source: Source, fits: bool) -> float:
    """The same for "MR BURNS", who need not be the Under Secretary, and for a rank that goes with another office."""
    if term.office.kind == FIRST_LADY and label.title == "mrs":
        return AT_POST
    if term.office.kind in NEVER_COURTESY or label.title in ("mrs", "miss"):  # MRS is a spouse in State's house style
        return 0
    if fits and (topic := _topic(term.office)) and topic in source.folded_title:
        return AT_POST  # MR. HOLM, "On the Six-Party Talks"
    rare = roster().bearers(" ".join(label.name)) == 1 and not term.doubtful(source.day or term.start)
    return RARE if rare and label.title and source.remark.page.type != "Interview" else OTHER_OFFICE


def _topic(office: Office) -> str:
    """What an envoy is for, plain: "Sudan" of the Special Envoy for Sudan."""
    parts = TOPIC.split(office.name)
    return plain(parts[-1]) if len(parts) > 1 else ""


def _fits(label: LabelName, words: str) -> bool:
    """Whether the label prints these words: "DEPUTY SECRETARY", also as "Deputy Secretary of State", "ACTING ..."."""
    mine = [word for word in label.title.split() if word not in IGNORED]
    theirs = [word for word in plain(words).split() if word not in ("acting", "of", "state")]
    return mine == theirs or (set(mine) <= COURTESY and set(theirs) <= COURTESY)


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
    for word in source.capitalised if size == 1 else ():
        if is_misspelt(label.name, (word,)):
            yield (word,), "the text"
    if source.day is None:
        return
    for office in ("secretary-of-state", "spokesperson", "principal-deputy-spokesperson", "deputy-secretary-of-state"):
        for term in roster().holders(office, source.day):
            for surname in term.person.surnames:
                if any(_fits(label, w) for w in term.office.label_words) and is_misspelt(
                    label.name, name_words(surname)
                ):
                    yield name_words(surname), f"the {term.office.name} of that day"
