"""What a heap of questions is about: the names in them, of countries, people, bodies, treaties. Pure.

Questions to the State Department are about somebody or something with a name; what else comes often in them ("follow up
on that") is how one asks. A name is a word with a capital, or several, that does not begin a sentence.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST, FEWEST = 14, 2
# "Saudi Arabia", "JCPOA" and "Vladimir Putin" of "On Saudi Arabia and the JCPOA, has Vladimir Putin replied?"
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*")
# "’s" of "Iran’s"
_GENITIVE = re.compile(r"[’'](?:s)?$")
#: Stand before or behind names, or are in every question: titles, the Department itself, the calendar.
UNTELLING = frozenset(
    (
        *(
            "i",
            "secretary",
            "president",
            "minister",
            "foreign",
            "prime",
            "mr",
            "mrs",
            "ms",
            "sir",
            "madam",
            "ambassador",
        ),
        *("general", "senator", "special", "envoy", "spokesperson", "deputy", "assistant", "king", "crown", "prince"),
        *("state", "department", "united", "states", "u.s", "us", "american", "americans", "america", "administration"),
        *("government", "congress", "okay", "yes", "no", "god", "tv"),
        *(name.casefold() for name in (*calendar.month_name, *calendar.day_name) if name),
    )
)


def topics(questions: Iterable[str], name: str) -> list[dict[str, Any]]:
    """{topic, questions}, what comes in most questions first; the name of whoever is asked is no topic."""
    ignored = UNTELLING.union(name.casefold().split())
    counts = Counter(topic for text in questions for topic in _names(text, ignored))
    found = [(topic, count) for topic, count in counts.items() if count >= FEWEST]
    return [{"topic": t, "questions": n} for t, n in sorted(found, key=lambda pair: (-pair[1], pair[0]))[:MOST]]


def _names(text: str, ignored: frozenset[str]) -> set[str]:
    names = set()
    for printed in _NAME.findall(text):
        words = [_GENITIVE.sub("", word) for word in printed.split(" ")]
        while words and _ignored(words[0], ignored):
            words.pop(0)
        while words and _ignored(words[-1], ignored):
            words.pop()
        if words:
            names.add(" ".join(words))
    return names


def _ignored(word: str, ignored: frozenset[str]) -> bool:
    return len(word) < 2 or word.casefold() in ignored or word[:2] in ("I’", "I'")
