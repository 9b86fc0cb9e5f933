"""Step 7: signs of office and date for other governments, chairs of committees, and hosts on the air. Pure.

Asked last, for a label that byline, title and text leave open: "FOREIGN MINISTER LAVROV" on a page that names Russia is
who held that office on that day. A surname and a date are not enough; the country, the committee or the programme must
stand on the page, and the label must print the office.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.roster import roster
from crawler.roster.model import CONGRESS
from crawler.transcript.countries import HOME, country_of, names_body
from crawler.transcript.names import is_addressed
from crawler.transcript.plain import plain
from crawler.transcript.speakers.holders import is_asked_last
from crawler.transcript.speakers.label_names import BETWEEN, COURTESY
from crawler.transcript.speakers.source import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.roster import Office, Term
    from crawler.transcript.speakers.label_names import LabelName
    from crawler.transcript.speakers.source import Source

# The chance that such a sign, taken alone, is right: country in title or place, or only in the text, or nowhere.
IN_HEAD, IN_TEXT, NOWHERE = 0.92, 0.85, 0.4
# Nowhere, but one person in thirty years bears that name.
RARE = 0.75
# The title names the programme, or only the station.
PROGRAMME, STATION = 0.96, 0.75
# Words before an office that make it another one: "DEPUTY FOREIGN MINISTER"
OTHER = frozenset({"deputy", "vice", "former", "assistant", "alternate", "shadow", "elect"})
# "Host of Meet the Press"
PROGRAMME_OF = re.compile(r"^\w+ of (?:the )?(?P<name>.+)$", re.I)
# Where a chairman of a committee of Congress speaks.
AT_CONGRESS = re.compile(r"\b(?:congress\w*|senate|senators?|house|committee|subcommittee|hearing|testi\w+|capitol)\b")


def of_elsewhere(label: LabelName, source: Source) -> Iterator[Sign]:
    """From office, date, and what the page says of where."""
    if source.day is None or not label.name:
        return
    for term in roster().terms_of_surname(" ".join(label.name)):
        office = term.office
        if not is_asked_last(office) or not term.covers(source.day):
            continue
        if (
            is_addressed(label.title, term.person.name)
            and _fits(label, office)
            and (weight := _weight(label, office, source))
        ):
            yield _sign(term, weight, f"{term.person.name} was {office.name} on {source.day}")


def _sign(term: Term, weight: float, words: str) -> Sign:
    office = term.office
    return Sign(
        name=term.person.name,
        office=office.name,
        organization=HOME if office.kind == CONGRESS else office.organisation,
        method="office_date",
        weight=weight,
        words=words,
        person=term.person,
        kind=office.kind,
    )


def _fits(label: LabelName, office: Office) -> bool:
    """Whether the label's title ends with the office's words; of whoever asks on the air, that it has no other."""
    title = label.title.rpartition(" and ")[2]
    mine = [w for w in title.split() if w not in BETWEEN and w not in ("acting", "us") and not country_of(w)]
    if office.kind == "press":
        return set(mine) <= COURTESY
    printed = [[word for word in plain(words).split() if word not in BETWEEN] for words in office.label_words]
    if OTHER & set(mine):
        return mine in printed
    return any(mine == theirs or (len(theirs) > 1 and mine[-len(theirs) :] == theirs) for theirs in printed)


def _weight(label: LabelName, office: Office, source: Source) -> float:
    head = plain(" ".join((source.title, *source.remark.page.places, *source.remark.page.byline)))
    if office.kind == "press":
        programme = PROGRAMME_OF.match(office.name)
        name = plain(programme["name"]) if programme else ""
        if name.removesuffix(" news") != plain(office.organisation) and names_body(name or " ", head):
            return PROGRAMME
        return STATION if names_body(office.organisation, head) else 0
    if office.kind == CONGRESS:
        return IN_TEXT if AT_CONGRESS.search(head) else NOWHERE
    if names_body(office.organisation, head):
        return IN_HEAD
    if any(names_body(office.organisation, folded) for _, _, folded in source.texts):
        return IN_TEXT
    return RARE if roster().bearers(" ".join(label.name)) == 1 else NOWHERE
