"""Step 6, first half: which blocks begin with a speaker label. Pure; looks at the page as a whole.

A label is evidence weighed: capitals, boldness, the words it is made of, the page's byline and title, the page's other
labels. Mixed-case labels on one page ("Agence Borealis:") and run-in headings on another ("Side Events:") look alike
letter by letter; the page's style tells them apart. The weights were set on real labels and headings of 2021-22.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crawler.transcript.outside import is_index_line

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence

    from crawler.items import Block

# "SECRETARY HALE : Yes", "(As Translated)FOREIGN MINISTER IVO: ", "`MR MARSH: ", "-QUESTION:", "ANNOUNCEMENT*: Please"
# Not "At 10:30 a.m.", not "https://".
OPENING = re.compile(
    r"\A(?P<aside>(?:[(\[][^()\[\]]{1,60}[)\]]\s*+)?)(?P<stray>[`'‘’\"“•·*\[–-]*+\s*+)"
    r"(?P<label>[^\W\d_][^:：\n!?;“”\"…—]{0,98}?)\s*+(?P<colon>[:：]+)(?!/|(?<=\d:)\d)"
)
WORD = re.compile(r"[^\s,]+")
# "MR FENWICK (via video):": the aside is printed with the label and tells nothing of its form
ASIDE = re.compile(r"\([^()]*\)|(?<=.)\[[^\[\]]*\]")
ARTICLES = frozenset({"the", "a", "an"})
# "McKEON", "DeSOTO", "FitzGERALD", "al-THANI", "d’ARCY", "O’DONNELL": lower case before capitals
LOWER_PREFIX = re.compile(r"^(?:[A-Z][a-z]{1,3}|al-|Al-|el-|El-|[A-Za-z]['’])(?=[A-Z]{2})")
# Enough weight for a label; see _Page.weigh.
ENOUGH = 4
# Longest labels seen: "Irene Braam, Executive Director of the Bertelsmann Foundation" (9 words), background
# officials with a number (6).
MOST_WORDS = 12


@cache
def _words(group: str) -> frozenset[str]:
    data = tomllib.loads(files("crawler.data").joinpath("labels.toml").read_text("utf-8"))
    return frozenset(data["words"][group])


@cache
def role_words() -> dict[str, str]:
    """Label in lower case -> role, for the labels that name no person."""
    data = tomllib.loads(files("crawler.data").joinpath("labels.toml").read_text("utf-8"))
    return {_fold_label(name): role for role, names in data["roles"].items() for name in names}


@dataclass(frozen=True, slots=True)
class Opening:
    """A possible label at the start of a block."""

    label: str
    """As printed, without the colon."""
    start: int
    """Where the label begins in the block's text (after an aside or a stray sign)."""
    end: int
    """Where the speech begins: after the colon and white space."""
    aside: str | None = None
    """Printed before the label: (As Translated)."""


def find_opening(text: str) -> Opening | None:
    return _find_opening(text) if ":" in text or "：" in text else None


@lru_cache(maxsize=8192)
def _find_opening(text: str) -> Opening | None:
    match = OPENING.match(text)
    if match is None or len(match["label"].split()) > MOST_WORDS:
        return None
    end = match.end()
    while end < len(text) and text[end].isspace():
        end += 1
    start = match.start("label")
    if match["label"].rstrip().endswith("]") and text[:start].endswith("["):
        start -= 1  # "[SENIOR STATE DEPARTMENT OFFICIAL]:" is printed so
    label = " ".join(text[start : match.end("label")].split())
    return Opening(label, start, end, match["aside"].strip() or None)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the letters and words of a label tell, without the page."""

    caps: bool
    """Every word in capitals, but for particles and Mc/Mac/Al-."""
    role: bool
    """Names a part in the event ("QUESTION", "Senior State Department Official Two")."""
    titled: bool
    """An honorific or office and a name ("MR PRICE", "Deputy Secretary Sherman")."""
    name_like: bool
    """Capitalised words only, as a name or an outlet has."""
    sentence: bool
    """Holds a word that no label has, or begins like a heading."""
    surname: str
    """The last word, folded, for comparing."""


def _fold_label(label: str) -> str:
    return " ".join(_fold_word(word) for word in WORD.findall(label))


def _fold_word(word: str) -> str:
    return word.strip(".,*'’`()[]").lower()


def _is_caps(word: str) -> bool:
    bare = LOWER_PREFIX.sub("", word)
    letters = [c for c in bare if c.isalpha()]
    return bool(letters) and all(not c.islower() for c in letters)


@lru_cache(maxsize=4096)
def shape(label: str) -> Shape:
    words = WORD.findall(ASIDE.sub(" ", label))
    folded = [_fold_word(word) for word in words]
    particles, offices = _words("particles"), _words("offices")
    lettered = [word for word in words if any(c.isalpha() for c in word)]
    weighty = [word for word in lettered if _fold_word(word) not in particles or _is_caps(word)]
    # "The FSOT:" begins a sentence; "THE PRESS:" is a label
    if lettered and _fold_word(lettered[0]) in ARTICLES and not lettered[0].isupper():
        weighty = lettered
    # Arabic, Hindi, Chinese have no capitals: there a word is as good as a capitalised one, and no more
    caseless = not any(c.islower() or c.isupper() for c in label)
    caps = (
        bool(weighty)
        and not caseless
        and all(_is_caps(word) for word in weighty)
        and any(len(_fold_word(w)) > 1 for w in weighty)
    )
    name_like = (
        bool(words)
        and (words[0][:1].isupper() or caseless)
        and all(
            word[:1].isupper() or caseless or _fold_word(word) in particles or not word[:1].isalpha() for word in words
        )
    )
    titled = len(words) > 1 and (
        folded[0] in _words("honorifics") or any(word in offices or word.rstrip("s") in offices for word in folded[:-1])
    )
    lower_words = {f for w, f in zip(words, folded, strict=True) if not _is_caps(w) or len(f) == 1}
    sentence = bool((lower_words - particles) & _words("sentence")) or bool(
        not titled and set(folded) & _words("headings")
    )
    return Shape(
        caps,
        _role(folded) is not None,
        (titled and name_like) or (titled and caps),
        name_like,
        sentence,
        folded[-1] if folded else "",
    )


@lru_cache(maxsize=4096)
def role_of(label: str) -> str | None:
    """The role that a label names without naming a person; a number may follow it. None for a person's label."""
    return _role([_fold_word(word) for word in WORD.findall(ASIDE.sub(" ", label))])


def _role(folded: Sequence[str]) -> str | None:
    numbers = _words("numbers")
    core = [word for word in folded if word and word not in numbers and not word.isdigit() and not word.startswith("#")]
    return role_words().get(" ".join(core))


def is_office_word(word: str) -> bool:
    return _fold_word(word) in _words("offices")


def is_honorific(word: str) -> bool:
    return _fold_word(word) in _words("honorifics")


def office_words() -> frozenset[str]:
    return _words("offices")


def looks_like_label(text: str) -> bool:
    """Whether a line begins with something that is a label by its own letters, whatever the page."""
    opening = find_opening(text)
    if opening is None:
        return False
    own = shape(opening.label)
    return (own.role and (own.caps or own.name_like)) or (own.titled and not own.sentence and own.caps)


def looks_like_heading(text: str) -> bool:
    """Whether it is a line of an announcement: "WHAT: On-the-record briefing", "BRIEFER: Ada Field"."""
    opening = find_opening(text)
    return (
        opening is not None
        and len(opening.label.split()) <= 3
        and shape(opening.label).caps
        and shape(opening.label).sentence
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """An opening on a page, with what is weighed."""

    opening: Opening
    shape: Shape
    bold: bool


def candidates(lines: Iterable[tuple[str, Block | None, int]]) -> list[Candidate | None]:
    """One entry a line (text, its block, offset of the line in the block's text); None where no label can be."""
    found: list[Candidate | None] = []
    for text, block, offset in lines:
        opening = find_opening(text)
        if opening is None or is_index_line(block):
            found.append(None)
            continue
        bold = block is not None and _is_bold(
            block, offset + opening.start, offset + opening.start + len(opening.label)
        )
        found.append(Candidate(opening, shape(opening.label), bold))
    return found


def _is_bold(block: Block, start: int, end: int) -> bool:
    """More than half of the span is printed bold."""
    covered = sum(max(0, min(end, b) - max(start, a)) for a, b in block.bold)
    return covered * 2 > end - start


@dataclass(frozen=True, slots=True)
class Context:
    """What the page as a whole says of its labels."""

    names: frozenset[str]
    """Folded words of byline and title."""
    written: bool
    """The page's type is a written one."""
    count: Counter[str]
    """How often each label text stands at the start of a line."""


def choose(found: Sequence[Candidate | None], context: Context) -> frozenset[str]:
    """The labels of the page, as printed. Everything else that has a colon is speech or a heading."""
    page = _Page([c for c in found if c], context)
    if page.style is None or (context.written and not page.is_exchange()):
        return frozenset()
    return frozenset(page.strong | {label for label in page.shapes if page.fits(label)})


class _Page:
    """The candidates of a page, weighed together."""

    def __init__(self, found: Sequence[Candidate], context: Context) -> None:
        self.context = context
        self.shapes = {c.opening.label: c.shape for c in found}
        self.bold = {c.opening.label for c in found if c.bold}
        self.strong = {label for label in self.shapes if self.is_strong(label)}
        self.surnames = {self.shapes[label].surname for label in self.strong}
        self.style = self._style()

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
        return telling and self.weigh(label) >= ENOUGH

    def repeated(self, label: str) -> bool:
        return self.context.count[label] > 1

    def _style(self) -> str | None:
        """`caps` or `mixed`, by the strong labels; None where the page has none."""
        caps = sum(self.context.count[label] for label in self.strong if self.shapes[label].caps)
        mixed = sum(self.context.count[label] for label in self.strong) - caps
        if caps == mixed == 0:
            return None
        return "caps" if caps >= mixed else "mixed"

    def is_exchange(self) -> bool:
        """Two parties that speak, one of them in a part of the event: a transcript put up under a written type."""
        turns = sum(self.context.count[label] for label in self.strong)
        return len(self.strong) > 1 and turns > 3 and any(self.shapes[label].role for label in self.strong)

    def fits(self, label: str) -> bool:
        """Whether a label that is not enough by itself is one among the strong labels of its page."""
        own, bold = self.shapes[label], label in self.bold
        unbold_page = not self.bold & self.strong
        if own.sentence:
            return False
        if own.caps:
            # "SAUERBREY:" beside "MS SAUERBREY:", "ERT:", "ANNOUNCEMENT*:"
            # "NATO: we are for it." on a page without bold is speech
            lone = " " not in label and not self.repeated(label)
            alike = unbold_page and self.style == "caps" and not lone
            return own.surname in self.surnames or own.role or bold or alike
        if self.style == "mixed":
            # "Politico:", "Alexandra de Hoop Scheffer:", "Peter Stano, Moderator:"
            return own.name_like and (bold or (unbold_page and own.titled and self.repeated(label)))
        # "Lena Ortiz:" twice and in bold on a page in capitals; a run-in heading stands once
        return own.name_like and bold and self.repeated(label) and " " in label


def opening_of(text: str, labels: frozenset[str], block: Block | None = None, offset: int = 0) -> Opening | None:
    """The opening of a line, if its label is one of the page's.

    A label whose colon was forgotten is taken where exactly its words are bold: `<b>MS MARSH</b> Thank you`.
    """
    if is_index_line(block):
        return None
    opening = find_opening(text)
    if opening is not None and opening.label in labels:
        return opening
    span = next(((a - offset, b - offset) for a, b in (block.bold if block else ()) if a == offset), None)
    if span is None or span[1] >= len(text):
        return None
    label = " ".join(text[: span[1]].split()).rstrip(";., ")
    return Opening(label, 0, span[1]) if label in labels and text[span[1] :].strip() else None
