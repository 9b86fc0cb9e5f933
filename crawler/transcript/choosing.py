"""Step 6, first half: which lines of a page begin with a speaker label. Pure; looks at the page as a whole.

A label is evidence weighed: capitals, boldness, the words it is made of, the page's byline and title, the page's other
labels. Mixed-case labels on one page ("Agence Borealis:") and run-in headings on another ("Side Events:") look alike
letter by letter; the page's style tells them apart. The weights were set on real labels and headings of 2021-22.

No candidate is dropped in silence: where the reasons for or against are weak, `Labels.doubts` quotes the line.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.transcript import colonless
from crawler.transcript.colonless import find_bare
from crawler.transcript.labels import (
    Opening,
    Shape,
    find_opening,
    has_verb,
    is_honorific,
    is_office_word,
    is_particle,
    is_vocative,
    looks_like_heading,
    shape,
)
from crawler.transcript.names import is_domain, words
from crawler.transcript.outside import RELEASE_NUMBER, is_index_line, is_short_line

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crawler.items import Block
    from crawler.transcript.colonless import Bare

# Enough weight for a label; see _Page.weigh.
ENOUGH = 4
# No name has more words.
MOST_NAME = 6
# So much of a doubtful line is quoted.
QUOTED = 80
# "HALE", "TERN": five letters may be an abbreviation ("NATO", "USAID"); more are a word or a name.
LONGEST_ABBREVIATION = 5
# Labels of people without a title ("Ada Fenwick:", "Tom:") are told by their return: so many lines, by so many people.
LEAST_LINES = 4
LEAST_PEOPLE = 2
# Speech that was cut goes on so: "— and the river", "(laughter)"
TAKEN_UP = re.compile(r"\A(?:—|–|--|…|\(|\[)")
# Speech begins so behind a label; "Mr. President: thank you" goes on.
SPEECH = re.compile(r"\A\W{0,20}+(?:[^\W_a-z]|\Z)")
CLOSING = re.compile(r"[”\"]")
HYPHENED = re.compile(r"[^\W\d_]++(?:[-’'][^\W\d_]++)*+")
# Parts that a sentence may begin with: "Question: will it hold?"
RHETORICAL = frozenset({"question", "answer", "q", "a", "video", "all", "host", "group", "voice", "official", "guest"})
Key = tuple[int, int]
"""Which line it is: the block's id() and the line's offset in it."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is looked at of a line."""

    text: str
    block: Block | None
    offset: int

    @property
    def key(self) -> Key:
        return id(self.block), self.offset


@dataclass(frozen=True, slots=True)
class Candidate:
    """An opening on a page, with what is weighed."""

    opening: Opening
    shape: Shape
    bold: bool
    line: Line
    number: int
    """Of the line on the page."""

    @property
    def rest(self) -> str:
        return self.line.text[self.opening.end :]


@dataclass(frozen=True, slots=True)
class Context:
    """What the page says of itself."""

    names: frozenset[str]
    """Folded words of byline and title."""
    written: bool
    """The page's type is a written one."""
    given: Collection[str]
    """Given names that there are, plain."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a page, and what is doubtful of them."""

    names: frozenset[str] = frozenset()
    """As printed, with a colon."""
    bare: frozenset[tuple[str, str]] = frozenset()
    """As printed without one, and how (colonless.py)."""
    quoted: frozenset[Key] = frozenset()
    """Lines that begin with such a label and quote another conversation."""
    doubts: tuple[str, ...] = ()
    """Problems, each with its line."""
    nobody: str | None = None
    """Why nobody can be said to speak the words of a page without labels."""

    def __bool__(self) -> bool:
        return bool(self.names or self.bare)


def choose(lines: Sequence[Line], context: Context) -> Labels:
    """The labels of the page. Every other line that has a colon is speech or a heading."""
    found = list(_candidates(lines))
    quoted = _quotations(found)
    page = _Page([c for c in found if c.line.key not in quoted], context, lines)
    if page.style is None and not context.written:
        page.take_people()
    if page.style is None and not context.written:
        return _without_colon(page, lines, context)
    if page.style is None or (context.written and not page.is_exchange()):
        return Labels()
    told = _second_hand(found, lines, page)
    names, doubts = page.decide()
    bare, more = page.decide_bare(names)
    return Labels(
        names=names,
        bare=bare,
        quoted=frozenset(quoted | told.keys()),
        doubts=(*doubts, *more, *(one for one in told.values() if one)),
    )


def _without_colon(page: _Page, lines: Sequence[Line], context: Context) -> Labels:
    """A page of speech on which nothing with a colon is a label by itself."""
    regular = colonless.regular([(line.text, line.block, line.offset) for line in lines], context.names, context.given)
    if regular.labels:
        return Labels(bare=regular.labels, doubts=(*page.doubts_of_speech(), *regular.doubts))
    doubts = page.doubts_of_speech()
    why = "several lines begin as labels do, and the page has none that is one" if len(doubts) > 1 else None
    return Labels(doubts=(*doubts, *regular.doubts), nobody=regular.nobody or why)


def _candidates(lines: Sequence[Line]) -> list[Candidate]:
    found = []
    for number, line in enumerate(lines):
        opening = find_opening(line.text)
        if opening is None or is_index_line(line.block) or RELEASE_NUMBER.fullmatch(line.text):
            continue
        own = shape(opening.label)
        if line.text[: opening.start].lstrip()[:1].isdigit() and not (own.role or own.titled):
            continue  # an item of a list
        begin = line.offset + opening.start
        bold = line.block is not None and _is_bold(line.block, begin, begin + len(opening.label))
        found.append(Candidate(opening, own, bold, line, number))
    return found


def _is_bold(block: Block, start: int, end: int) -> bool:
    """More than half of the span is printed bold."""
    covered = sum(max(0, min(end, b) - max(start, a)) for a, b in block.bold)
    return covered * 2 > end - start


def _quotations(found: Sequence[Candidate]) -> set[Key]:
    """Lines in quotation marks: “QUESTION: Is it open?” it said. One mark alone is a slip."""
    return {
        c.line.key
        for c in found
        if not c.bold and c.line.text[: c.opening.start].endswith(("“", '"')) and CLOSING.search(c.rest)
    }


def _second_hand(found: Sequence[Candidate], lines: Sequence[Line], page: _Page) -> dict[Key, str]:
    """Lines that have a label and are not bold, on a page whose labels are: of a transcript that is read out.

    They stand in a <blockquote>, or behind "Last week it said:". Each with the problem that tells it, one a passage.
    """
    if not page.bold & page.strong:
        return {}
    told: dict[Key, str] = {}
    by_line = {c.number: c for c in found if not c.bold}
    boxed = {c.number for c in found if c.line.block is not None and "blockquote" in c.line.block.marks}
    if boxed and not any(c.bold and c.number not in boxed for c in found):
        boxed = set()  # the whole page stands in one
    last = -2
    for number, c in by_line.items():
        before = lines[number - 1].text.rstrip() if number else ""
        introduced = before.endswith(":") and find_opening(before + " ") is not None and " " in before.rstrip(":")
        introduced = introduced and not page.is_label_alone(before)
        if number in boxed or introduced or last == number - 1:
            first = last != number - 1
            told[c.line.key] = _doubt(False, c.line.text, "another conversation seems to be quoted") if first else ""
            last = number
    return told


def _doubt(taken: bool, text: str, why: str) -> str:
    return f"{'taken' if taken else 'not_taken'}_for_label: {text[:QUOTED]!r}: {why}"


def _begins(rest: str) -> bool:
    return SPEECH.match(rest) is not None or TAKEN_UP.match(rest) is not None


class _Page:
    """The candidates of a page, weighed together."""

    def __init__(self, found: Sequence[Candidate], context: Context, lines: Sequence[Line]) -> None:
        self.context = context
        self.lines = lines
        self.found = found
        self.count = Counter(c.opening.label for c in found)
        self.first: dict[str, Candidate] = {}
        for c in found:
            self.first.setdefault(c.opening.label, c)
        self.shapes = {label: c.shape for label, c in self.first.items()}
        self.bold = {c.opening.label for c in found if c.bold}
        self.lead = self._lead()
        self.strong = {label for label in self.shapes if self.is_strong(label)}
        self.surnames = {self.shapes[label].surname for label in self.strong}
        self.style = self._style()

    def _lead(self) -> str | None:
        """The label of the first line of speech."""
        for number, line in enumerate(self.lines):
            if line.text and not is_short_line(line.text) and not looks_like_heading(line.text):
                return next((c.opening.label for c in self.found if c.number == number), None)
        return None

    def weigh(self, label: str) -> int:
        """The weight of a label by itself.

        A role word or a titled name in capitals is enough without bold (107 labels in 10 pages are not bold). In
        mixed case a role word needs bold or repetition, and a titled name bold: "To Secretary Fenwick:" is how a
        reporter turns to somebody. A name of the byline or title counts as much as capitals.
        """
        own, bold = self.shapes[label], label in self.bold
        weight = 3 * own.role + 2 * own.titled + 2 * own.caps + bold
        weight -= 2 * (not own.role and not own.caps and not bold)
        weight += self.repeated(label) + 2 * self.is_named(own)
        return weight - 4 * (own.sentence and not own.role)

    def is_named(self, own: Shape) -> bool:
        """Byline or title have the label's last word."""
        return own.surname in self.context.names and (own.titled or own.caps or own.name_like)

    def is_strong(self, label: str) -> bool:
        """Enough by itself, and of a form that only labels have."""
        own = self.shapes[label]
        telling = own.role or own.titled or (own.caps and self.is_named(own))
        if telling and self.weigh(label) >= ENOUGH and not self._is_printed_otherwise(label):
            return True
        if own.caps and label == self.lead and self._is_glued(label, titled=True):
            return True
        # "Deputy Secretary Marsh: Good morning." as the first words of the page
        return label == self.lead and own.titled and not own.sentence and self.speaks(label) and not is_vocative(label)

    def _is_printed_otherwise(self, label: str) -> bool:
        """Whether it has small letters and is not bold, where the parts of the event are in bold capitals."""
        parts = (one for one, own in self.shapes.items() if own.role and own.caps)
        return not self.shapes[label].caps and label not in self.bold and not self.bold.isdisjoint(parts)

    def repeated(self, label: str) -> bool:
        return self.count[label] > 1

    def speaks(self, label: str) -> bool:
        """Whether a sentence begins behind it, or goes on that was cut."""
        return _begins(self.first[label].rest)

    def _style(self) -> str | None:
        """`caps` or `mixed`, by the strong labels; None where the page has none."""
        caps = sum(self.count[label] for label in self.strong if self.shapes[label].caps)
        mixed = sum(self.count[label] for label in self.strong) - caps
        if caps == mixed == 0:
            return None
        return "caps" if caps >= mixed else "mixed"

    def take_people(self) -> None:
        """Names without a title are labels where they take turns: "Ada Fenwick:", "Tom:", "ADA:"."""
        people = {
            label
            for label, own in self.shapes.items()
            if self.repeated(label) and (own.role or (not own.sentence and (own.titled or self.is_person_like(label))))
        }
        lines = sum(self.count[label] for label in people)
        if len(people) >= LEAST_PEOPLE and lines >= LEAST_LINES:
            self.strong = people
            self.surnames = {self.shapes[label].surname for label in people}
            self.style = self._style()

    def is_exchange(self) -> bool:
        """Two parties that speak, one of them in a part of the event: a transcript put up under a written type."""
        turns = sum(self.count[label] for label in self.strong)
        return len(self.strong) > 1 and turns > 3 and any(self.shapes[label].role for label in self.strong)

    def is_person_like(self, label: str) -> bool:
        """Words that may be a name, none of which is what an office is for ("Human Rights")."""
        own = self.shapes[label]
        parts = [part for part in label.split() if not is_particle(part)]
        if not own.name_like and not own.caps:
            return False
        return len(parts) <= 4 and not any(is_domain(w) or is_office_word(w) or any(map(str.isdigit, w)) for w in parts)

    def is_short_name(self, label: str) -> bool:
        """A few words, most of them with a capital: "Ambassad or de la Roche"."""
        parts = [part for part in label.split() if not is_particle(part)]
        return 1 < len(parts) <= MOST_NAME and 3 * sum(part[:1].isupper() for part in parts) >= 2 * len(parts)

    def is_label_alone(self, text: str) -> bool:
        opening = find_opening(text)
        return opening is not None and opening.label in self.strong and not text[opening.end :]

    def decide(self) -> tuple[frozenset[str], list[str]]:
        """The labels with a colon, and the doubts."""
        taken, doubts = set(), []
        for label in self.shapes:
            yes, why = (True, None) if label in self.strong else self._decide(label)
            if yes:
                taken.add(label)
            if why:
                doubts.append(_doubt(yes, self.first[label].line.text, why))
        return frozenset(taken), doubts

    def _decide(self, label: str) -> tuple[bool, str | None]:
        """Whether a label that is not enough by itself is one among the strong ones; why that is doubtful."""
        own, bold = self.shapes[label], label in self.bold
        if own.sentence and not own.role:
            like = bold and own.caps and self.style == "caps" and self._is_behind_first(label) and self.speaks(label)
            odd = bold and bool(self.bold & self.strong) and self.is_short_name(label) and self.speaks(label)
            return False, "it is printed like the labels, and has a word of headings" if like or odd else None
        if bold and not own.caps and not own.name_like and self._is_in_small_letters(label):
            return True, "it is in small letters"
        if bold and (own.titled or own.role):
            return True, None  # "Mr. Hale:", "Moderator:" among labels in capitals
        if own.caps:
            return self._decide_caps(label, bold=bold)
        unbold_page = not self.bold & self.strong
        if own.name_like and bold:
            return self._decide_name(label)
        if self.style == "mixed" and own.name_like and unbold_page and own.titled and self.repeated(label):
            return True, None
        if bold and not unbold_page:
            return False, "it is bold and has a colon, as the labels of the page"
        return self._decide_plain(label, unbold_page=unbold_page)

    def _decide_caps(self, label: str, *, bold: bool) -> tuple[bool, str | None]:
        # "SAUERBREY:" beside "MS SAUERBREY:", "ERT:", "ANNOUNCEMENT*:"
        own = self.shapes[label]
        unbold_page = not self.bold & self.strong
        lone = " " not in label and not self.repeated(label)
        if own.surname in self.surnames or own.role or self.is_named(own) or self._is_glued(label):
            return True, None
        if has_verb(label):
            return False, "it is printed in bold and in capitals" if bold else None
        known = self._is_name_of_page(label)
        if bold:
            return True, None if known or self.repeated(label) else "no other line of the page has this name"
        if any(map(str.isdigit, label)) or not self.speaks(label):
            return False, None
        if known or (unbold_page and self.style == "caps" and not lone):
            return True, None
        if not self.is_person_like(label) or (lone and len(label) <= LONGEST_ABBREVIATION and "-" not in label):
            return False, "it is in capitals, and may be a name or an abbreviation"
        return (
            True,
            "no other line of the page has this name, and it is not bold" if not unbold_page else "it stands once",
        )

    def _is_glued(self, label: str, *, titled: bool = False) -> bool:
        """Whether a space was lost: "SECRETARYFENWICK"; `titled`: whether an office must stand before the name."""
        own = label.casefold()
        return " " not in label and any(
            own != name and own.endswith(name) and (not titled or is_office_word(own.removesuffix(name)))
            for name in self.context.names
            if len(name) > 4
        )

    def _is_name_of_page(self, label: str) -> bool:
        """Whether the text has the name in small letters: "Hale" for "HALE"; "NATO" stands in capitals everywhere."""
        last = HYPHENED.findall(label)[-1:]
        return bool(last) and len(last[0]) > 3 and any(last[0].title() in line.text for line in self.lines)

    def _decide_name(self, label: str) -> tuple[bool, str | None]:
        """A bold name without a title, not in capitals."""
        own = self.shapes[label]
        if self.style == "mixed" or (self.repeated(label) and " " in label):
            return True, None  # "Politico:", "Alexandra de Hoop Scheffer:"; a run-in heading stands once
        first = (words(label) or ("",))[0]
        if self.is_named(own) or own.surname in self.surnames:
            return True, None
        if not self.is_person_like(label) or not self.speaks(label):
            return False, None  # "Ada Marsh: for a school in the hills"
        if " " in label and first in self.context.given:
            return True, "it is a name in bold, and not printed like the other labels"
        return False, "it is bold, and may be a name or a heading"

    def _decide_plain(self, label: str, *, unbold_page: bool) -> tuple[bool, str | None]:
        """Neither bold nor in capitals: "Deputy Secretary Marsh:", "Moderator:", "Ivo Marsh:"."""
        own = self.shapes[label]
        if not self.speaks(label) or self.first[label].rest[:1].isdigit() or self._heads_list(label):
            return False, None
        if own.role and not unbold_page and self.is_read_out(label):
            return False, "questions and answers seem to be read out"
        if own.role and self.repeated(label):
            return True, None if unbold_page else "it is not printed like the other labels"
        if own.role:
            like = label.casefold() not in RHETORICAL or label.casefold() in map(str.casefold, self.strong)
            return like, "it is not printed like the other labels"
        if own.titled and own.name_like and not is_vocative(label):
            like = unbold_page and self.style == "mixed"
            return True, None if like else "it is not printed like the other labels"
        if own.name_like and self.is_person_like(label):
            if unbold_page and self.repeated(label):
                return True, None if self.is_named(own) else "it is a name without a title"
            return False, "it may begin with a name"
        return False, None

    def _is_behind_first(self, label: str) -> bool:
        """Whether a label that is one stands before it."""
        return any(self.first[other].number < self.first[label].number for other in self.strong)

    def _is_in_small_letters(self, label: str) -> bool:
        """Whether it is a label of the page but for its letters, or "mr. hale"."""
        return is_honorific(label.split()[0]) or any(label.casefold() == other.casefold() for other in self.strong)

    def is_read_out(self, label: str) -> bool:
        """Whether it is one of "Question:" and "Answer:", both of them printed in small letters and not bold."""
        small = {one.casefold() for one in self.shapes if one not in self.bold and not self.shapes[one].caps}
        return any(label.casefold() in pair <= small for pair in ({"question", "answer"}, {"q", "a"}))

    def _heads_list(self, label: str) -> bool:
        """Whether a list follows it: "Panelists:"."""
        c = self.first[label]
        following = next((line for line in self.lines[c.number + 1 :] if line.text), None)
        return not c.rest and following is not None and following.block is not None and following.block.tag == "li"

    def decide_bare(self, names: frozenset[str]) -> tuple[frozenset[tuple[str, str]], list[str]]:
        """The labels whose colon was forgotten, on a page whose labels have one, and the doubts."""
        labelled_lines = {c.number for c in self.found if c.opening.label in names}
        rows = [
            (n, bare)
            for n, line in enumerate(self.lines)
            if n not in labelled_lines and (bare := find_bare(line.text, line.block, line.offset))
        ]
        labelled = min((c.number for c in self.found if c.opening.label in self.strong), default=0)
        count = Counter(b.label for _, b in rows)
        taken, doubts = set(), {}
        for number, bare in rows:
            yes, why = self._decide_bare(bare, before=number < labelled, count=count[bare.label])
            yes = yes or (bare.form == "bold" and bare.label in names and _begins(bare.rest))
            if yes:
                taken.add((bare.label, bare.form))
            if why and bare.label not in doubts:
                doubts[bare.label] = _doubt(yes, self.lines[number].text, why)
        told = {number for number, b in rows if (b.label, b.form) in taken or b.label in doubts}
        return frozenset(taken), [*doubts.values(), *self._known_names(names, told | labelled_lines)]

    def _known_names(self, names: frozenset[str], seen: Collection[int]) -> list[str]:
        """Lines that begin with a label and have no colon: "Mr. Marsh Thank you.", "MR. MARSH NATO is"."""
        small = [label for label in sorted(names) if self.shapes[label].titled or self.shapes[label].role]
        doubts = []
        for number, line in enumerate(self.lines) if small else ():
            label = next((label for label in small if line.text.startswith(f"{label} ")), None)
            if label and number not in seen and SPEECH.match(line.text[len(label) + 1 :]):
                doubts.append(_doubt(False, line.text, "it begins with a label of the page, and has no colon"))
        return doubts

    def _decide_bare(self, bare: Bare, *, before: bool, count: int) -> tuple[bool, str | None]:
        own, label = shape(bare.label), bare.label
        telling = own.role or (own.titled and not own.sentence)
        if not bare.rest:
            return False, None
        if not _begins(bare.rest):
            return False, "it is a label of the page without its colon" if label in self.strong else None
        single = own.role and len(label) == 1 and label != "A"
        if bare.form == "bold":
            clear = own.caps and (telling or self.is_named(own))
            if label in self.strong or clear or (single and count > 1):
                return True, None
            name = not own.sentence and bool(self.bold & self.strong)
            name = name and (own.caps or (own.name_like and self.is_short_name(label)))
            name = name and not any(map(is_domain, label.split()))
            return False, "it is bold like a label, and has no colon" if telling or name else None
        if label in self.strong and own.caps:
            return True, None
        if before and not own.role:
            return False, None
        if len(label) == 1:
            return single and count > 1, None
        return (True, "it has no colon") if own.caps and telling else (False, None)

    def _may_be_somebody(self, label: str) -> bool:
        """A name that returns, or whose given name is known."""
        own, parts = self.shapes[label], words(label)
        known = len(parts) > 1 and parts[0] in self.context.given
        return (own.name_like or own.caps) and (known or self.repeated(label)) and self.is_person_like(label)

    def doubts_of_speech(self) -> tuple[str, ...]:
        """Lines of a speech that nobody else is printed in, and that begin as a label does."""
        doubtful = []
        for label, own in self.shapes.items():
            telling = own.role or (own.titled and not is_vocative(label)) or self._may_be_somebody(label)
            if telling and not (own.sentence and not own.role) and (own.caps or self.speaks(label)):
                doubtful.append(_doubt(False, self.first[label].line.text, "the page has no other label"))
        return tuple(doubtful)


def opening_of(text: str, labels: Labels, block: Block | None = None, offset: int = 0) -> Opening | None:
    """The opening of a line, if its label is one of the page's; also where its colon was forgotten."""
    if is_index_line(block):
        return None
    opening = find_opening(text)
    if opening is not None and opening.label in labels.names:
        return None if (id(block), offset) in labels.quoted else opening
    if labels.bare and (bare := find_bare(text, block, offset)) and (bare.label, bare.form) in labels.bare:
        return Opening(bare.label, bare.start, bare.end)
    return None
