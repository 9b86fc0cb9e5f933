"""Step 7: forms of address. Pure; "Thank you, Tom" after a turn of MR SMALL makes him Tom Small.

A speaker turns to the one who spoke before him. The first given name that stands alone, at the beginning of his turn,
is taken for such an address, if it is said to one label of the page only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import chain, islice
from typing import TYPE_CHECKING

from crawler.transcript.labels import is_honorific, is_office_word, role_of
from crawler.transcript.names import is_domain, stop_words
from crawler.transcript.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence, Set

    from crawler.items import Utterance

# "Thank you, Tom.", "Thanks very much, Judy and Bernie.", "Uzra, thank you so much."
THANKS = re.compile(
    r"(?:\b[Tt]hank(?:s| you)(?:,? (?:so|very|very,? very) much)?(?: again)?,? "
    r"(?P<name>[A-Z][a-z]+)(?: and (?P<other>[A-Z][a-z]+))?(?=[,.!?]| –|$)"
    r"|(?:^|[.,)] (?:and )?)(?P<first>[A-Z][a-z]+), (?=thank))"
)
# "and Tom, thank you", "Elizabeth, it is so wonderful", ", Tim, ", "with you Judy and Bernie."; only known given names
VOCATIVE = re.compile(
    r"(?:^|\n|[,.)] (?:and |but |well, |so )?|\bwith you,? |\b[Gg]o ahead, |\bto you, )"
    r"(?P<name>[A-Z][a-z]+)(?:(?: and (?P<other>[A-Z][a-z]+))(?=[.!,])|(?=[,.!?]))"
)
# "Tony, it’s great to be with you." at the beginning of a later paragraph
LATER = re.compile(r"\n\n(?P<name>[A-Z][a-z]+), (?=it[’']s |it is |thank )")
# So many characters from the beginning of a turn an address to the speaker before is looked for.
BEGINNING = 260
# An address is said to one label: so many of its uses follow it.
SHARE = 0.75
# Capitalised words that stand between commas and are nobody's name.
OTHERS = frozenset(
    {
        "god",
        "sir",
        "madam",
        "madame",
        "maam",
        "guys",
        "folks",
        "everyone",
        "everybody",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "europe",
        "asia",
        "africa",
        "congress",
        "nato",
        "covid",
        "christmas",
        "ramadan",
        "easter",
        "washington",
        "moscow",
        "beijing",
        "kyiv",
        "jerusalem",
        "brussels",
        "geneva",
        "london",
        "paris",
        "berlin",
        "baghdad",
        "kabul",
        "gaza",
        "again",
        "anyway",
        "listen",
        "hey",
        "all",
        "friends",
        "team",
        "however",
        "therefore",
        "obviously",
        "absolutely",
        "exactly",
        "right",
        "great",
        "look",
        "indeed",
        "correct",
        "clearly",
        "unfortunately",
        "fine",
        "maybe",
        "perhaps",
        "certainly",
        "course",
        "frankly",
        "hopefully",
        "actually",
        "importantly",
        "similarly",
    }
)


def given_names(
    turns: Sequence[Utterance], known: Set[str], is_others: Callable[[str, str | None], bool] = lambda *_: False
) -> Mapping[str, Counter[str]]:
    """Label -> given names by which its speaker is addressed, with how often; only names said to that label alone.

    `known`: plain given names that there are; others count only in thanks. `is_others`: whether a name, said under a
    label, is that of somebody else of the page.
    """
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for before, turn, after in zip(turns, turns[1:], [*turns[2:], None], strict=False):
        named = before.label is not None and role_of(before.label) is None
        gives_floor = after is not None and role_of(after.label or "") == "press"  # "Matt, go ahead."
        if named and turn.label != before.label and not gives_floor and role_of(turn.label or "") != "moderator":
            # who is thanked second is somebody else
            for name in islice(chain(_names(turn.text[:BEGINNING], known), _later(turn.text, known)), 1):
                if not is_others(name, turn.label):
                    said[name][str(before.label)] += 1
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, labels in said.items():
        label, count = labels.most_common(1)[0]
        if count >= SHARE * labels.total():
            found[label][name] = count
    return found


def _names(text: str, known: Set[str]) -> Iterator[str]:
    """In the order in which they stand."""
    matches = sorted([*THANKS.finditer(text), *VOCATIVE.finditer(text)], key=lambda match: match.start())
    for match in matches:
        free = match.re is THANKS
        yield from (name for name in match.groups() if name and (free or plain(name) in known) and _is_given_name(name))


def _later(text: str, known: Set[str]) -> Iterator[str]:
    yield from (match["name"] for match in LATER.finditer(text) if plain(match["name"]) in known)


def _is_given_name(word: str) -> bool:
    bare = plain(word)
    return not (
        bare in OTHERS
        or bare in stop_words()
        or is_domain(word)
        or is_office_word(word)
        or is_honorific(word)
        or bare.endswith("ly")
    )
