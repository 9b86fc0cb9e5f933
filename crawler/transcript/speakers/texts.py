"""Step 7: signs of the text: introductions, what speakers say of themselves, forms of address, outlets. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.transcript.countries import home_of
from crawler.transcript.labels import is_office_word
from crawler.transcript.names import bears, capitalised, is_name, name_words, same_person, stop_words
from crawler.transcript.speakers import mentions
from crawler.transcript.speakers.interviews import is_person
from crawler.transcript.speakers.label_names import RANKS, same_title
from crawler.transcript.speakers.source import sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.transcript.speakers.label_names import LabelName
    from crawler.transcript.speakers.source import Sign, Source

# The chance that such a sign, taken alone, is right.
BY_SELF, INTRODUCED, WITH_OFFICE, NAMED_ONLY = 0.97, 0.9, 0.85, 0.62
# A given name alone is never enough: it may be meant for somebody else.
ADDRESSED_AGAIN, ADDRESSED, PAIRED, ADDRESSED_OFFICER = 0.75, 0.62, 0.75, 0.5
# So often more the page says the given name of one who was addressed by it, without another family name.
SAID_AGAIN = 2
# In place of how often: never alone, once in a pair.
PAIRED_ONLY = 0
# "Lea Marsh", "Maya de la Cruz"
NAME = r"((?:[^\W\d_a-z][\w’'-]{1,40} ){1,3}[^\W\d_a-z][\w’'-]{1,40})"
# "Thanks very much. Lea Marsh with the Borealis News."
HIMSELF = re.compile(rf"(?:^|[.,!–—-] |I[’']m |this is ){NAME},? (?:with|from|of|for|at) (?:the )?[A-Z]")
FIRST_WORDS = 120
# "the IOM", "the Tern Fund", behind an office and "of"
BODY = re.compile(r"(?:the )?(?P<body>[A-Z][\w’'&-]*(?: [A-Z][\w’'&-]*){0,5})")
# "Secretary Field and his wonderful wife Lida", "her husband, Ole"
SPOUSE = re.compile(
    r"\b(?:[Hh]is|[Hh]er|[Yy]our|[Mm]y) (?:[a-z-]+ ){0,3}(?:wife|husband|spouse),? "
    r"(?P<given>[A-Z][^\W\d_]+)\b(?! [A-Z])"
)
# State's house style prints these before a name: of whom the text calls "Senator Holm" or "former Secretary of State
# Holm", the label is no MR HOLM. Not of whom it calls president of a company, or Under Secretary.
STYLED = re.compile(
    r"\b(?:minister|senator|congress(?:wo)?man|governor|king|queen|prince|princess)\b|^(?:the |former )*president$|"
    r"^(?:the |former |u\.?s\.? )*secretary(?: of (?:state|defense|the treasury|commerce|energy))?$",
    re.I,
)


def of_text(label: LabelName, source: Source, label_printed: str) -> Iterator[Sign]:
    """From introductions and forms of address; what the label's own speaker says of himself counts most."""
    ranked = _of_rank(label, source)
    for printed, text, folded in source.texts:
        if label.name and label.name[-1] not in folded.replace("’", "").replace("'", ""):
            continue
        for found in mentions.find(label.name, text, folded):
            if found.name is None or not is_name(found.name) or not same_title(label, found.office or ""):
                continue
            if ranked and not any(same_person(found.name, name) for name in ranked):
                continue  # "Governor Karl Holm and his brother, Professor Emil Holm", of PROFESSOR HOLM
            own = printed == label_printed
            if own and not found.by_self:
                continue  # "the Amir, Sheikh Nawaf Al-Sabah" in the words of another of that name
            weight = BY_SELF if own else _text_weight(label, found)
            country = home_of(found.office or "")
            yield sign(source, found.name, found.office, country, "text", weight, f"the text has {found.quote!r}")


def _of_rank(label: LabelName, source: Source) -> frozenset[str]:
    """Whom the text calls by the very rank of the label: PROFESSOR HOLM is "Professor Emil Holm"."""
    if label.title not in RANKS or label.heads:
        return frozenset()
    found = (found for _, text, folded in source.texts for found in mentions.find(label.name, text, folded))
    return frozenset(one.name for one in found if one.name and one.rank == label.title)


def office_beside(label: LabelName, source: Source) -> tuple[str, str | None] | None:
    """Office and body of one whose given name the text lacks: "the director general of the Tern Fund, Mr. Holm"."""
    for printed, text, folded in source.texts:
        for found in mentions.find(label.name, text, folded) if printed is None or label.printed not in printed else ():
            if found.name is not None or not found.office or not same_title(label, found.office):
                continue
            if any(is_office_word(word) for word in found.office.split()):
                office, _, body = found.office.partition(" of ")
                named = BODY.match(body) or re.compile(rf"(?i:{re.escape(office)}) of {BODY.pattern}").search(text)
                office = office.title() if office.islower() else office
                return office, home_of(found.office) or (named["body"].strip() if named else None)
    return None


def of_spouse(label: LabelName, source: Source) -> Iterator[Sign]:
    """Of MRS HOLM beside Secretary Holm, whom the text calls "his wife Lida"."""
    if not label.courtesy or not label.title or not any(bears(label.name, p.name, titled=False) for p in source.byline):
        return
    for _, text, _ in source.texts:
        for match in SPOUSE.finditer(text):
            name = f"{match['given']} {capitalised(label.printed)}"
            if is_person(name):
                words = f"the text has {match[0]!r}"
                yield sign(source, name, None, None, "text", INTRODUCED, words, kind="spouse")


def _text_weight(label: LabelName, found: mentions.Mention) -> float:
    if label.title and label.courtesy and found.office and STYLED.search(found.office):
        return NAMED_ONLY
    if label.heads and found.office and same_title(label, found.office):
        return INTRODUCED
    if found.introduced:
        return INTRODUCED
    return WITH_OFFICE if found.office else NAMED_ONLY


def of_address(label: LabelName, source: Source, label_printed: str) -> Iterator[Sign]:
    """From forms of address: "Thank you, Tom", after a turn of MR SMALL."""
    if not label.name or label.full:
        return
    family = next(
        (found for _, text, folded in source.texts if (found := mentions.spelling(label.name, text, folded))), None
    )
    family = family or capitalised(label.printed)
    said = dict(source.addresses.get(label_printed, {}))
    if not said and label_printed in source.pairs:
        said = {source.pairs[label_printed]: PAIRED_ONLY}
    for given, count in said.items():
        fuller = re.compile(rf"\b{given} (?:[A-Z]\. )?(?!{re.escape(family)})(?-i:[A-Z])[^\W\d_]+")
        if any(fuller.search(text) for _, text, _ in source.texts) or fuller.search(source.title):
            continue  # "Erin Barclay" is somebody else
        alone = re.compile(rf"\b{given}\b")
        if count == 1 and sum(len(alone.findall(text)) for _, text, _ in source.texts) > SAID_AGAIN:
            count = SAID_AGAIN
        words = f"addressed as {given!r} by who speaks next" + (f", {count} times" if count > 1 else "")
        if count == PAIRED_ONLY:
            words = f"greeted as {given!r} together with another whom the page names in full"
        yield sign(source, f"{given} {family}", None, None, "text", _address_weight(label, count), words)


def _address_weight(label: LabelName, count: int) -> float:
    if label.heads:  # "Ros." after a minister calls on somebody else as often
        return ADDRESSED_OFFICER
    return PAIRED if count == PAIRED_ONLY else ADDRESSED_AGAIN if count > 1 else ADDRESSED


@lru_cache(maxsize=1024)
def _called_for(outlet: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A name before the outlet's ("Lea Marsh of Agence Borealis"), and behind it."""
    printed = re.escape(outlet)
    return (
        re.compile(rf"{NAME}(?:,| –| from| of| with| at| for) (?:the )?{printed}\b"),
        re.compile(rf"\b{printed}(?:,| –|:) {NAME}(?=[.,?!])"),
    )


def of_outlet(label: LabelName, source: Source, label_printed: str) -> Iterator[Sign]:
    """A label that is a paper's or station's name: who is called on for it, or says so first.

    "Agence Borealis, Lea Marsh.", "Lea Marsh of Agence Borealis, please.", "Thanks. Lea Marsh with Agence Borealis."
    """
    if label.title or not label.name:
        return
    behind, before = _called_for(label.printed)
    for printed, text, _ in source.texts:
        if printed == label_printed:
            found = [match[1] for match in [HIMSELF.search(text[:FIRST_WORDS])] if match]
        elif label.printed in text:
            found = [match[1] for pattern in (behind, before) for match in pattern.finditer(text)]
        else:
            continue
        for name in found:
            if is_name(name) and is_person(name) and not set(name_words(name)) & stop_words():
                words = f"{name!r} speaks for {label.printed!r}"
                yield sign(source, name, None, label.printed, "text", INTRODUCED, words, kind="press")
