"""Step 7: words that the page itself corrects. Pure; the words stay as printed, the correction stands beside them.

footnote: a mark in the text, linked to a note at the foot ("internationally ↑"). asterisk: "framework for*" and "*of"
at the foot. bracket: the editor's word in the sentence ("the presidents [prime ministers] of both").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from crawler.items import Correction
from crawler.transcript.comments import kind_of
from crawler.transcript.labels import role_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.items import Remark

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
