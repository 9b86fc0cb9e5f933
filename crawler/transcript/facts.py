"""Step 7: what relates the turns of a remark, once it is known who speaks. Pure.

languages.py      another language than the page's          corrections.py    what the page itself corrects
interruptions.py  a speech that was cut and goes on         exchanges.py      questions and their answers
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from crawler.data import load
from crawler.items import Correction, Exchange
from crawler.transcript.comments import kind_of
from crawler.transcript.labels import role_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.items import Remark, Utterance

# ---- exchanges ----
# Step 7: questions and their answers. Pure; by the roles, the order and the words of the turns.
#
# A question is a turn of the press or the audience that asks or says something. Its answer is the next turn of an
# official, a spokesperson or a guest, if only moderators, interpreters or staff speak between; a question that another
# one follows was talked over and has none. It is a follow-up where the same person asks on: one who is printed by
# name, the one who asks in an interview, or one who takes up the answer ("But —") before anybody else is called.


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


# ---- interruptions ----
# Step 7: a speech cut by an interruption and taken up again. Pure.
#
# State marks both ends: "MR MARSH: We have, as I said --" "QUESTION: But why?" "MR MARSH: -- always wanted that."
# Since 2019 the dash is an em dash, before that two hyphens.


# "— between the parties.", "-- do you expect", "(Laughter.) — and", "– that is"
TAKEN_UP = re.compile(r"(?:\([^()]{1,40}\)\s*)?(?:—|–|--)\s*\w")
# "Yeah, but Ned —", "as I said -- (laughter.)"
CUT = re.compile(r"(?:—|–|--|- )\s*+(?:\([^()]{1,40}\)\.?\s*+)?$")
# So many turns may lie between: two people who talk at the same time make three.
MOST_BETWEEN = 3


def links(turns: Sequence[Utterance]) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Position -> position of the part before, and of the part after."""
    previous: dict[int, int] = {}
    following: dict[int, int] = {}
    for at, turn in enumerate(turns):
        if not TAKEN_UP.match(turn.text):
            continue
        for before in range(at - 1, max(-1, at - 2 - MOST_BETWEEN), -1):
            if _same_speaker(turns[before], turn):
                if CUT.search(turns[before].text) and before + 1 not in following:
                    previous[at + 1], following[before + 1] = before + 1, at + 1
                break
    return previous, following


def _same_speaker(one: Utterance, other: Utterance) -> bool:
    if one.person is not None and other.person is not None:
        return one.person == other.person
    return one.label == other.label


# ---- languages ----
# Step 7: turns in another language than the page's. Pure; "(In Spanish.)" at the beginning of a turn.


# What may stand before it: "(Laughter.) (In German.)"
BEFORE = re.compile(r"(?:\s|\([^()]{1,60}\)|\[[^\[\]]{1,60}\])*")


@cache
def _codes() -> dict[str, str]:
    """Name in lower case -> BCP 47."""
    data = load("languages")
    return {name.lower(): code for code, names in data["languages"].items() for name in names}


@cache
def _names() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _codes()), key=len, reverse=True))})\b")


def spoken(turn: Utterance, page: str | None) -> str | None:
    """BCP 47 of the first language that the turn is said to be in, where it begins so; None for the page's own."""
    for comment in turn.comments:
        if comment.offset is None or not BEFORE.fullmatch(turn.text[: comment.offset]):
            return None
        if comment.kind == "language" and (match := _names().search(comment.text.lower())):
            code = _codes()[match[0]]
            return None if page is not None and page.lower().split("-")[0] == code.split("-")[0] else code
    return None


# ---- corrections ----
# Step 7: words that the page itself corrects. Pure; the words stay as printed, the correction stands beside them.
#
# footnote: a mark in the text, linked to a note at the foot ("internationally ↑"). asterisk: "framework for*" and
# "*of" at the foot. bracket: the editor's word in the sentence ("the presidents [prime ministers] of both").


# "fully*, and", "for**"
STAR = re.compile(r"(?<=[\w’”\")])([*†‡]+)")
# "* of", "[1] great", "2 internationally ↑", "Correction: …", "↑ great"
LEAD = re.compile(
    r"^(?:[*†‡]+|\[?\d{1,2}[\].]?(?=\s)|\[[ivx]{1,5}\]|↑)?\s*(?:(?:correction|clarification)\s*:\s*)?", re.I
)
BACK = re.compile(r"(?:(?<!\s)\s++)?[↑↩⤴]\ufe0e?\s*+$")
STARS = re.compile(r"[*†‡]+")
# "[W]e hope" is a quotation's capital, "[Senior State Department Official]" a name withheld
BRACKET = re.compile(r"\[([^\W\d_][^\[\]\n]{1,60})\]")
WITHHELD = re.compile(
    r"\b(?:official|name|redacted|moderator|reporter|journalist|title|country|organization|sic)\b", re.I
)
WORD = re.compile(r"\S+")
EDGES = " ,.;:!?–—\"“”’'"
# Alike enough to be what was said instead (of 100), word for word.
ALIKE = 55
# A longer note corrects a statement, not a word of it.
MOST_SAID = 12


def correct(remark: Remark) -> Mapping[int, tuple[Correction, ...]]:
    """Position of the turn -> its corrections, in the order of the text."""
    notes = [note.comment.text for note in remark.notes if note.comment.kind == "footnote"]
    found: dict[int, dict[int, Correction]] = {}
    for position, correction in [*_footnotes(remark, notes), *_asterisks(remark, notes), *_brackets(remark)]:
        found.setdefault(position, {}).setdefault(correction.offset, correction)
    return {position: tuple(rows[at] for at in sorted(rows)) for position, rows in found.items()}


def _footnotes(remark: Remark, notes: list[str]) -> Iterator[tuple[int, Correction]]:
    """Marks and notes in the order of the page; none where they are not as many: which belongs to which is a guess."""
    marks = [(position, mark) for position, turn in enumerate(remark.utterances, 1) for mark in turn.marks]
    plain = notes if len(marks) == len(notes) else [note for note in notes if not STARS.match(note)]
    if len(marks) != len(plain):
        return
    for (position, mark), note in zip(marks, plain, strict=True):
        if correction := _at(remark.utterances[position - 1].text, mark, note, "footnote"):
            yield position, correction


def _asterisks(remark: Remark, notes: list[str]) -> Iterator[tuple[int, Correction]]:
    starred = {match[0]: note for note in notes if (match := STARS.match(note))}
    for position, turn in enumerate(remark.utterances, 1):
        for match in STAR.finditer(turn.text) if starred else ():
            note = starred.get(match[0])
            if note and (correction := _at(turn.text, match.start(), note, "asterisk")):
                yield position, correction


def _brackets(remark: Remark) -> Iterator[tuple[int, Correction]]:
    for position, turn in enumerate(remark.utterances, 1):
        for match in BRACKET.finditer(turn.text):
            inner = match[1].strip()
            follows = turn.text[match.end() : match.end() + 1]
            if kind_of(match[0]) or role_of(inner) or WITHHELD.search(inner) or follows.isalpha():
                continue
            said = _said(turn.text, match.start(), inner, exact=True)
            at = match.start() if said is None else match.start() - len(turn.text[: match.start()]) + said[0]
            words = said[1] if said else None
            yield position, Correction(offset=at, said=words, corrected=inner, how="bracket")


def _at(text: str, mark: int, note: str, how: str) -> Correction | None:
    corrected = BACK.sub("", LEAD.sub("", note, count=1)).strip()
    if not corrected:
        return None
    said = _said(text, mark, corrected)
    offset, words = said if said else (mark, None)
    return Correction(offset=offset, said=words, corrected=corrected, how=how)


def _said(text: str, end: int, corrected: str, *, exact: bool = False) -> tuple[int, str] | None:
    """Where the words begin that end at `end` and are corrected, and the words.

    As many words as the correction has, if they are like it; else the last word, or with `exact` none.
    """
    words = list(WORD.finditer(text[max(0, end - 400) : end]))
    start = max(0, end - 400)
    size = len(corrected.split())
    if not words or size > MOST_SAID * 3:
        return None
    if size <= min(MOST_SAID, len(words)):
        chosen = text[start + words[-size].start() : end].strip(EDGES)
        if chosen and fuzz.ratio(chosen.lower(), corrected.lower()) >= ALIKE:
            return text.rindex(chosen, 0, end), chosen
    last = words[-1][0].strip(EDGES)
    return None if exact or not last else (text.rindex(last, 0, end), last)


def relate(remark: Remark) -> Remark:
    """The remark with languages, links between the parts of a cut speech, corrections and exchanges."""
    previous, following = links(remark.utterances)
    corrections = correct(remark)
    turns = []
    for position, turn in enumerate(remark.utterances, start=1):
        told: dict[str, Any] = {
            "language": spoken(turn, remark.page.language),
            "previous": previous.get(position),
            "following": following.get(position),
            "corrections": corrections.get(position, ()),
        }
        turns.append(replace(turn, **told) if any(told.values()) else turn)
    return replace(remark, utterances=tuple(turns), exchanges=exchanges(turns))
