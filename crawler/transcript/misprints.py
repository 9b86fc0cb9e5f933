"""Step 6: turns whose printed label cannot be right. Pure; the label stays, nobody is named for the turn, it is told.

QUESTION is printed twice, and the second turn is the answer; a reporter's or a host's words stand under SECRETARY.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from crawler.transcript.bylines import people
from crawler.transcript.labels import ASIDE, WORD, is_honorific, is_office_word, part_of, role_of
from crawler.transcript.names import capitalised, ends_with, name_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.items import Page, Utterance

# "Is it open?”", "Is it open? (Laughter.)"
ASKED = re.compile(r"\?[”\"’)\]]*+(?:\s*+\([^()]{1,40}+\))?\s*+$")
# "But I —", "And the —": cut off
CUT = re.compile(r"(?:—|–|--|…)\s*+$")
BRACKETED = re.compile(r"\([^()]{0,80}+\)|\[[^\[\]]{0,80}+\]")
# Two reporters who talk at the same time print short turns. Of 102 pairs of QUESTION on 210 pages two had a second turn
# so long and without a question mark behind a question; both were the answer.
LEAST_ANSWER = 12
LEAST_SHORT_ANSWER = 4
# "I just wanted to ask", "Can I —", "a quick question": another one asks, and no mark tells it
ASKS_ON = re.compile(
    r"\b(?:(?:can|could|may) i\b|i (?:just |was )?(?:want(?:ed)? to ask|wonder(?:ed|ing)?)\b|my (?:\w{1,20} )?question|"
    r"(?:a|an|one|two|three|another|few|quick|couple) (?:of )?(?:\w{1,20} )?questions?\b|follow[- ]?up|do you)",
    re.I,
)
# "Madam Secretary, thank you so much for joining us", "Mr. Ambassador, we’ll be right back"
TO_OFFICE = re.compile(
    r"\b(?:mr\.?|madam|madame) (?:(?:under|deputy|assistant|vice|prime|foreign) ){0,2}"
    r"(secretary|ambassador|minister|president|spokes\w{3,6})\b(?! (?:of|general)\b)",
    re.I,
)
THANKS = re.compile(
    r"\b(?:thank you|thanks)\b|\b(?:joins?|joining|joined) us\b|\bbeing (?:with us|here)\b|\bright back\b|"
    r"\bafter (?:the|this|a) break\b",
    re.I,
)
# "Ada Fenwick, the Counselor, joined us from Port Alder"
JOINED = re.compile(r"\b(?:joins?|joining|joined) us\b")
# The host's thanks have not so many characters; a speech may thank another Secretary.
MOST_CLOSING = 400
# "Thanks, Ada, why"
GREETING = 40
# Shorter names are words, too.
LEAST_NAME = 3


def mark(turns: Sequence[Utterance], page: Page) -> tuple[tuple[Utterance, ...], list[str]]:
    """The turns, those with a wrong label with their doubt, and the problems that tell them."""
    found = dict(_answers(turns)) | dict(_strangers(turns, page))
    if not found:
        return tuple(turns), []
    marked = tuple(replace(turn, doubt=found.get(at, turn.doubt)) for at, turn in enumerate(turns))
    problems = [
        f"wrong_label: turn {at + 1} is printed under {turns[at].label!r}: {turns[at].text[:80]!r}: {why}"
        for at, why in sorted(found.items())
    ]
    return marked, problems


def _answers(turns: Sequence[Utterance]) -> Iterator[tuple[int, str]]:
    for at, (one, two) in enumerate(pairwise(turns), start=1):
        if not _is_again(one.label or "", two.label or "") or not ASKED.search(one.text):
            continue
        said = BRACKETED.sub(" ", two.text)
        size = len(said.split())
        more = turns[at + 1] if at + 1 < len(turns) else None
        asked_next = more is None or role_of(more.label or "") in ("press", "moderator")
        plain = "?" not in said and not ASKS_ON.search(said) and not CUT.search(two.text)
        if plain and (size >= LEAST_ANSWER or (size >= LEAST_SHORT_ANSWER and asked_next)):
            yield at, "it follows a question under the same label, and seems to be the answer"


def _is_again(one: str, two: str) -> bool:
    """Whether both are of one who asks; an aside or a typing error makes no other of QUESTION."""
    return role_of(one) == "press" and (one == two or (part_of(one) is not None and part_of(one) == part_of(two)))


def _strangers(turns: Sequence[Utterance], page: Page) -> Iterator[tuple[int, str]]:
    """Words to or about the one who is said to speak."""
    labels = {turn.label: WORD.findall(ASIDE.sub(" ", turn.label)) for turn in turns if turn.label}
    holders = _holders(labels, page)
    for at, turn in enumerate(turns):
        holder = holders.get(turn.label or "")
        if holder is None:
            continue
        if holder.is_named(turn.text):
            yield at, "its words speak of the one who is said to speak"
        elif holder.is_thanked(turn.text) or holder.is_parted_with(turn.text):
            yield at, "it thanks the one who is said to speak"


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who a label names, as far as somebody else would."""

    name: str
    office: str | None
    """None where another label of the page has it, too."""
    given: str | None
    """Of the one person of the byline who has the name."""
    courtesy: str | None = None
    """"Ms" where that is all that stands before the name."""

    def is_named(self, text: str) -> bool:
        """Whether it says "Secretary Fenwick", "Secretary of State Ada Fenwick", or begins "Ada, why"."""
        if self.given is not None and f"{self.given}, " in text[:GREETING] and self._is_greeted(text):
            return True
        if self.office is None or self.name not in text or self.office not in text:
            return False
        spoken = rf"\b{re.escape(self.office)} (?:of State )?(?:[A-Z][\w.’-]{{0,30}}+ ){{0,3}}{re.escape(self.name)}\b"
        return re.compile(spoken).search(text) is not None

    def _is_greeted(self, text: str) -> bool:
        before = text.partition(f"{self.given}, ")[0].split()
        return not before or (len(before) == 1 and before[0][:1].isupper())

    def is_thanked(self, text: str) -> bool:
        if self.office is None or len(text) > MOST_CLOSING or not THANKS.search(text):
            return False
        addressed = TO_OFFICE.search(text)
        return addressed is not None and addressed[1].casefold() == self.office.casefold()

    def is_parted_with(self, text: str) -> bool:
        """Whether it thanks "Ms. Fenwick", or says that "Ada Fenwick joined us"."""
        if len(text) > MOST_CLOSING or self.name not in text or not (thanks := THANKS.search(text)):
            return False
        behind = text[thanks.start() :]
        if self.courtesy and any(f"{self.courtesy}{dot} {self.name}" in behind for dot in (".", "")):
            return True
        return self.given is not None and f"{self.given} {self.name}, " in text and JOINED.search(text) is not None


def _holders(labels: Mapping[str, Sequence[str]], page: Page) -> dict[str, _Holder]:
    """Whom each label names that has a title; no part in the event."""
    byline = people(page.byline)
    counts = Counter(word for words in labels.values() for word in set(words))
    found = {}
    for label, words in labels.items():
        if len(words) < 2 or is_office_word(words[-1]) or len(words[-1]) < LEAST_NAME or role_of(label) is not None:
            continue
        titles = [word for word in words[:-1] if is_office_word(word)][-1:]
        only = bool(titles) and counts[titles[0]] == 1
        family = name_words(words[-1])
        given = [person.name.split()[0] for person in byline if ends_with(family, person.name)]
        found[label] = _Holder(
            name=capitalised(words[-1].strip(".,’'")),
            office=titles[0].title() if only else None,
            given=given[0] if len(given) == 1 and len(given[0]) >= LEAST_NAME else None,
            courtesy=words[0].strip(".").title() if len(words) == 2 and is_honorific(words[0]) else None,
        )
    return found
