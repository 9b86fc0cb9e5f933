"""Step 7: questions and their answers. Pure; by the roles, the order and the words of the turns.

A question is a turn of the press or the audience that asks or says something. Its answer is the next turn of an
official, a spokesperson or a guest, if only moderators, interpreters or staff speak between; a question that another
one follows was talked over and has none. It is a follow-up where the same person asks on: one who is printed by name,
the one who asks in an interview, or one who takes up the answer ("But —") before anybody else is called.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.items import Exchange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.items import Utterance

ASKING = frozenset({"press", "audience"})
ANSWERING = frozenset({"official", "spokesperson", "guest"})
BETWEEN = frozenset({"moderator", "interpreter", "staff", "unknown"})
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
COURTESY = (
    r"(?:thanks|thank you|okay|ok|all right|right|great|hi|hello|yes|yeah|sure|good (?:morning|afternoon|evening))\b"
)
# "Thank you.", "Thanks, Ned.", "Okay.", "Right. Thank you very much."
NO_QUESTION = re.compile(
    rf"\A(?:\W*+{COURTESY}(?>(?:,? (?:very|so) much\b)?)"
    rf"(?>(?:,? (?:mr\.?|ms\.?|madam|madame) secretary\b|,? ma[’']am\b|,? (?!{COURTESY})[A-Z]\w++)?))++\W*+",
    re.I,
)
# "But —", "And so", "— do you expect", "Just to follow up", "Right, but", "So you’re saying"
TAKES_UP = re.compile(
    r"\A(?=\W*?(?:—|–|--))|"
    r"\A\W*+(?:(?:but|and|so|or|because|right|okay|no|wait|well|then|yeah|yes|sorry|why|do you|is that|are you|"
    r"have you|did you|you[’']re|you said|what about|on that)\b|does (?:that|he|she)\b|how (?:so|long|many|much)\b|"
    r"(?:a |one |quick |if i (?:may|could|can) )*follow(?:ing)?[- ]?up|to follow up|can i (?:just )?follow|"
    r"just (?:to|on|a) (?:follow|clarify|that|quick follow)|what do you mean|in other words)",
    re.I,
)
# the end of an answer that calls the next one: "Matt.", "Yes, please.", "Go ahead.", "In the back."
CALLS = re.compile(
    r"(?:^|[.?!—–]\s)\s*(?:[A-Z][a-z]+|in the (?:back|front|middle)[^.?!]{0,30}|"
    r"(?:yes|yeah|okay|sure|please|let[’']s go to|we[’']ll go to|go ahead|over to|next question)\b[^.?!]{0,40})"
    r"[.?!—]?\s*$"
)


def exchanges(turns: Sequence[Utterance]) -> tuple[Exchange, ...]:
    """The exchanges of a remark, positions from 1."""
    found: list[Exchange] = []
    for at, turn in enumerate(turns):
        if not _asks(turn):
            continue
        answer = _answer(turns, at)
        before = found[-1] if found else None
        follows = before is not None and _goes_on(turns, before, at)
        found.append(
            Exchange(
                question=at + 1,
                answer=None if answer is None else answer + 1,
                follow_up_of=before.question if before is not None and follows else None,
            )
        )
    return tuple(found) if any(one.answer for one in found) else ()


def _asks(turn: Utterance) -> bool:
    if turn.role not in ASKING:
        return False
    words = BRACKETS.sub(" ", turn.text).strip()
    return bool(words) and not NO_QUESTION.fullmatch(words)


def _answer(turns: Sequence[Utterance], at: int) -> int | None:
    for number in range(at + 1, len(turns)):
        if turns[number].role in ANSWERING:
            return number
        if turns[number].role not in BETWEEN:
            return None
    return None


def _goes_on(turns: Sequence[Utterance], before: Exchange, at: int) -> bool:
    """Whether the asker of the exchange before asks on, with nobody else's turn between but the answer's."""
    asked = turns[before.question - 1]
    if before.answer is None or any(turn.role == "moderator" for turn in turns[before.question : at]):
        return False
    if asked.person is not None or not _is_anybody(asked):
        return asked.label == turns[at].label
    if asked.label != turns[at].label or before.answer != at:
        return False
    return bool(TAKES_UP.match(turns[at].text)) and not CALLS.search(turns[at - 1].text[-80:])


def _is_anybody(turn: Utterance) -> bool:
    """Whether the label may be somebody else's at each turn: QUESTION, PARTICIPANT."""
    return turn.label is None or " " not in turn.label.strip()
