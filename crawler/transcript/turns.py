"""Step 6: blocks -> turns. Pure. Every line of the body ends in exactly one turn or in exactly one note.

The order of work: lines, labels of the page as a whole (labels.py), then one pass that gives each line to the speaker
whose label stands before it, unless it belongs to nobody (outside.py).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.items import Comment, Note, Page, Remark, Utterance
from crawler.transcript import misprints, outside
from crawler.transcript.bylines import has_person
from crawler.transcript.choosing import Context, Labels, choose
from crawler.transcript.choosing import Line as Looked
from crawler.transcript.comments import brackets_of, find_comments, is_all_brackets, kind_of
from crawler.transcript.labels import looks_like_heading, role_of, shape
from crawler.transcript.lines import Line, join, mark_topics, opening, read_lines, unglue
from crawler.transcript.names import known_given_names
from crawler.web.types import holds_speech

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# Unlabelled prose before the first label is speech of the byline if it is at least so long; a shorter piece is an
# editor's introduction or a clip (the shortest real speech before questions in the evidence has 8 paragraphs).
LEAST_PRELUDE_WORDS = 60
# Unlabelled words before the first label or after the end are looked at by a person if they are as many.
LEAST_SENTENCE = 12
# "Thank you.", "So —", "(Applause.)", "fully*": so end 280 real pages, and none that was cut off in a sentence
ENDED = re.compile(r"(?:[.?!…—–-]|[)\]])[\s”\"’')\]*†‡\d]{0,12}+$")
MOST_END, QUOTED_END = 40, 60
# Nobody says a paragraph of so many words twice.
LEAST_REPEATED = 12
# So many of them are quoted.
MOST_QUOTED = 6
# After such a line, lines without a label are foot matter of this kind.
FOOT = {"closer": "foot", "footnote": "footnote"}
BEHIND_CLIP = "it stands behind a played clip, and no label tells who speaks again"
SURNAME = re.compile(r"[^\W\d_]{3,}")


@dataclass(slots=True)
class _Turn:
    label: str | None
    text: str = ""
    """Paragraphs joined by a blank line."""
    marks: list[int] = field(default_factory=list)
    """Offsets of footnote marks in it."""
    doubt: str | None = None
    """Why nobody is named for it."""

    def add(self, line: Line, start: int = 0) -> None:
        """The line from `start` on, as a paragraph."""
        said = line.text[start:]
        if not (paragraph := said.strip()):
            return
        begin = len(self.text) + 2 if self.text else 0
        self.text += ("\n\n" if self.text else "") + paragraph
        first = line.offset + start + len(said) - len(said.lstrip())
        notes = line.block.notes if line.block is not None else ()
        self.marks += [begin + note - first for note in notes if 0 < note - first <= len(paragraph)]


@dataclass(slots=True)
class _Draft:
    """What the pass has gathered."""

    turns: list[_Turn] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    problems: list[str] = field(default_factory=list)

    def note(self, kind: str, text: str) -> None:
        self.notes.append(Note(after=len(self.turns), comment=Comment(kind=kind, text=text)))

    def told(self, kind: str | None, text: str) -> str | None:
        """The kind of a line at the foot; of one that may be a tag, or the speaker's last words, it is told."""
        if kind not in ("doubt", "listed"):
            return kind
        what = "is given to nobody" if kind == "doubt" else "is left in it"
        self.problems.append(f"foot_line: {text[:80]!r} stands below the last turn, and {what}")
        return "foot" if kind == "doubt" else None

    def line(self, kind: str, text: str) -> None:
        """A line that nobody spoke; "(A video is played.) (Applause.)" is two."""
        brackets = brackets_of(text) if is_all_brackets(text) else []
        if len(brackets) < 2:
            self.note(kind, text)
        for bracket in brackets if len(brackets) > 1 else ():
            self.note(kind_of(bracket) or "event", bracket)


def split(page: Page) -> Remark:
    """The remark with its turns, before anybody is identified."""
    lines = mark_topics(list(read_lines(page.blocks)))
    labels = _labels(lines, page)
    units = list(unglue(join(lines, labels), labels))
    draft = _walk(units, labels, page) if labels else _unlabelled(units, page)
    draft = _without_empty(draft)
    utterances, wrong = misprints.mark([_utterance(turn, labels.nobody) for turn in draft.turns], page)
    return Remark(
        page=page,
        utterances=utterances,
        notes=tuple(draft.notes),
        problems=(*labels.doubts, *draft.problems, *wrong, *_problems(utterances, draft, page)),
        text="\n\n".join(block.text for block in page.blocks if block.text),
    )


def _labels(lines: Sequence[Line], page: Page) -> Labels:
    names = SURNAME.findall(" ".join((*page.byline, page.title or "")))
    context = Context(
        names=frozenset(name.casefold() for name in names),
        written=holds_speech(page.type) is False,
        given=known_given_names(),
    )
    return choose([Looked(line.text, line.block, line.offset) for line in lines if not line.topic], context)


def _walk(lines: Sequence[Line], labels: Labels, page: Page) -> _Draft:
    draft = _Draft()
    openings = [opening(line, labels) for line in lines]
    labelled = [number for number, found in enumerate(openings) if found]
    if not labelled:
        return _unlabelled(lines, page)
    _prelude(lines[: labelled[0]], draft, page)
    foot = _Foot(lines, last=labelled[-1])
    clips = _clips(lines, draft)
    behind_clip = False
    for number in range(labelled[0], len(lines)):
        line, found = lines[number], openings[number]
        if number in clips:  # whether somebody is labelled in it
            behind_clip = (behind_clip and number - 1 in clips) or found is not None
        elif found:
            behind_clip = False
        if (clip := clips.get(number)) is not None and not found:
            draft.line(clip, line.text)
            continue
        if found:
            foot.forget()
            if number in clips:
                draft.problems.append(f"clip: a played clip is printed with a label: {line.text[:60]!r}")
            if found.aside:
                draft.note(kind_of(found.aside) or "event", found.aside)
            draft.turns.append(_Turn(found.label))
            draft.turns[-1].add(line, found.end)
            continue
        asks = role_of(draft.turns[-1].label or "") == "press"
        kind = "clip" if asks and outside.is_clip(line.text) else foot.kind(number)
        # a label on a line of its own, then "(Off-mike.)": that is the turn
        waits = not draft.turns[-1].text and (kind_of(line.text) is not None or number in foot.below)
        kind = kind if waits else draft.told(kind, line.text)
        if kind is None or waits:
            if behind_clip:
                draft.turns.append(_Turn(None, doubt=BEHIND_CLIP))
                draft.problems.append(f"clip: {line.text[:60]!r}: {BEHIND_CLIP}")
            draft.turns[-1].add(line)
        elif line.text:
            draft.line(kind, line.text)
    return draft


def _clips(lines: Sequence[Line], draft: _Draft) -> dict[int, str]:
    """Number of a line of a played clip -> kind of its note. A clip whose end is not printed is told and left."""
    signs = [(number, sign) for number, line in enumerate(lines) if (sign := outside.clip_sign(line.text))]
    found: dict[int, str] = {}
    for (begin, sign), (end, follows) in itertools.pairwise([*signs, (len(lines), "")]):
        if sign == "begins" and follows == "ends" and end - begin <= outside.MOST_CLIP_LINES:
            found |= {begin: "event", end: "event"} | dict.fromkeys(range(begin + 1, end), "clip")
        elif sign == "begins" and outside.STARTS.match(lines[begin].text):
            draft.problems.append(f"clip: {lines[begin].text[:60]!r} begins, and no line says where it ends")
    return found


class _Foot:
    """Tells which unlabelled lines are nobody's. After the end of the event nobody speaks, unless a label follows."""

    def __init__(self, lines: Sequence[Line], last: int) -> None:
        self.lines = lines
        self.last = last
        self.starred = any(outside.has_star(line.text) for line in lines)
        wholly = [line.text for line in lines if line.block and line.text and outside.is_wholly_bold(line.block)]
        said = any(not text.endswith(":") and not outside.is_short_line(text) for text in wholly)
        self.bold_page = said and len(wholly) * 3 > len(lines)
        self.below = _below(lines, last)
        self.forget()

    def forget(self) -> None:
        self.after_rule = False
        self.state: str | None = None

    def kind(self, number: int) -> str | None:
        """The kind of a line that nobody spoke; `rule` for <hr>; None for speech."""
        line = self.lines[number]
        if not line.text:
            self.after_rule = True
            return "rule"
        near_end = number > self.last and len(self.lines) - number <= outside.LAST_LINES
        if outside.is_footnote(
            line.text, line.block, after_rule=self.after_rule, near_end=near_end, starred=self.starred
        ):
            kind: str | None = "footnote"
        elif near_end and outside.EDITORIAL.match(line.text):
            kind = "editorial"
        else:
            kind = outside.between(line.text, None if self.bold_page else line.block) or self.state
        kind = kind or self.below.get(number)
        if kind == self.state and number < self.last and not outside.is_short(line.text):
            self.state = None  # a statement was read out and ended with "# # #": its reader goes on
            return None
        if kind in FOOT:
            self.after_rule = True
            self.state = FOOT[kind]
        return kind


def _below(lines: Sequence[Line], last: int) -> dict[int, str]:
    """Number of a line below the last label -> foot, doubt or listed; from the end up to the first line of speech.

    Listed is what may be of a list of tags, or of the speaker's.
    """
    found: dict[int, str] = {}
    for number in range(len(lines) - 1, last, -1):
        line = lines[number]
        if not line.text:
            continue
        kind = None if line.offset else outside.foot_line(line.text, line.block)
        if kind and line.block is not None and line.block.tag == "li":
            kind = "listed"
        if outside.STARRED.match(line.text) and not outside.STARRED.match(lines[number - 1].text):
            kind = kind or "listed"  # "* The Secretary meant Valmora.", and no star in the text
        if kind is None and not outside.between(line.text, None):
            break
        if kind:
            found[number] = kind
    return found


def _prelude(lines: Sequence[Line], draft: _Draft, page: Page) -> None:
    """What stands before the first label: head matter, or the byline's speech where it is long enough."""
    kinds = [_head_kind(line, page) for line in lines]
    prose = [line.text for line, kind in zip(lines, kinds, strict=True) if kind is None]
    spoken = (
        sum(len(text.split()) for text in prose) >= LEAST_PRELUDE_WORDS
        and has_person(page.byline)
        and holds_speech(page.type) is not False
    )
    for line, kind in zip(lines, kinds, strict=True):
        if not line.text:
            continue
        if kind is None and spoken:
            if not draft.turns:
                draft.turns.append(_Turn(None))
            draft.turns[-1].add(line)
        else:
            draft.note(kind or "prelude", line.text)


def _head_kind(line: Line, page: Page) -> str | None:
    if not line.text:
        return "rule"
    if line.topic or outside.is_index_line(line.block):
        return "index"
    if looks_like_heading(line.text):
        return "head"
    kind = outside.head_line(line.text, page) or outside.between(line.text, line.block)
    return "head" if kind is None and outside.is_short_line(line.text) and not outside.is_spoken(line.text) else kind


def _unlabelled(lines: Sequence[Line], page: Page) -> _Draft:
    """A page without labels: the byline's speech, or a written release in which nobody speaks."""
    draft = _Draft()
    if holds_speech(page.type) is False or not has_person(page.byline):
        return draft
    turn = _Turn(None)
    foot = _Foot(lines, last=-1)
    clips = _clips(lines, draft)
    if 2 * sum(kind == "clip" for kind in clips.values()) > len(lines):
        draft.problems.append("clip: most of the page stands between the beginning and the end of a played clip")
        clips = {number: kind for number, kind in clips.items() if kind != "clip"}
    elif "clip" in clips.values():
        first = next(number for number, kind in clips.items() if kind == "clip")
        draft.problems.append(f"clip: the words of a played clip are in no turn: {lines[first].text[:60]!r}")
    for number, line in enumerate(lines):
        kind = foot.kind(number) if turn.text else _head_kind(line, page)
        if turn.text and number in clips:
            kind = clips[number]
        kind = draft.told(kind, line.text)
        if kind is None:
            if not turn.text:
                draft.turns.append(turn)
            turn.add(line)
        elif line.text:
            draft.line(kind, line.text)
    return draft


def _without_empty(draft: _Draft) -> _Draft:
    """A label without a word is no turn: it is kept as a note."""
    if all(turn.text for turn in draft.turns):
        return draft
    kept = _Draft()
    notes = iter([*draft.notes, None])
    note = next(notes)
    for position, turn in enumerate([*draft.turns, None]):
        while note is not None and note.after <= position:
            kept.note(note.comment.kind, note.comment.text)
            note = next(notes)
        if turn is not None and turn.text:
            kept.turns.append(turn)
        elif turn is not None:
            kept.note("empty_turn", turn.label or "")
    return kept


def _utterance(turn: _Turn, nobody: str | None) -> Utterance:
    return Utterance(
        label=turn.label,
        text=turn.text,
        comments=find_comments(turn.text),
        marks=tuple(turn.marks),
        doubt=turn.doubt or nobody,
    )


def _printed_twice(utterances: Sequence[Utterance]) -> Iterator[str]:
    """Long paragraphs that stand twice on the page; nobody says so many words again by chance."""
    seen: set[str] = set()
    for paragraph in (part for turn in utterances for part in turn.text.split("\n\n")):
        if paragraph.count(" ") + 1 < LEAST_REPEATED:
            continue
        if paragraph in seen:
            yield paragraph
        seen.add(paragraph)


def _problems(utterances: Sequence[Utterance], draft: _Draft, page: Page) -> Iterator[str]:
    """What a reader should check: the page, not the program, is the likely cause."""
    for position, (one, two) in enumerate(itertools.pairwise(utterances), start=1):
        if one.label is not None and one.label == two.label and not shape(one.label).role:
            between = [n.comment.text for n in draft.notes if n.after == position]
            if not between:
                yield (
                    f"same_label_twice: {one.label!r} is printed at turns {position} and {position + 1}; "
                    "a turn between them seems to be missing"
                )
    for paragraph in _printed_twice(utterances):
        yield f"printed_twice: {paragraph[:80]!r} is printed again; both are kept"
    for note in draft.notes:
        if note.comment.kind == "empty_turn":
            yield f"empty_turn: {note.comment.text!r} is printed after turn {note.after} without a word"
    for kind in ("prelude", "foot"):
        left = [
            n.comment.text for n in draft.notes if n.comment.kind == kind and not outside.is_furniture(n.comment.text)
        ]
        words = len(" ".join(left).split())
        if words >= LEAST_SENTENCE or any(map(outside.is_spoken, left)):
            quoted = ", ".join(repr(text[:60]) for text in left[:MOST_QUOTED])
            yield f"{kind}: {words} words are in no turn: {quoted}"
    if utterances and not ENDED.search(utterances[-1].text[-MOST_END:]):
        yield f"unfinished: the last turn ends in {utterances[-1].text[-QUOTED_END:]!r}; the rest may be missing"
    if len(utterances) > 1 and utterances[0].label is None:
        yield "unlabelled_opening: the first turn is printed without a label"
    if not utterances and holds_speech(page.type) is not False:
        yield "no_turns: the type holds speech, but nobody is named who speaks"
