"""Step 4, second half: a body's container -> blocks. Touches the parsed tree and nothing else.

One walk over the container's tags and texts (tokens.py), without recursion (pages nest as deep as they like). A block
ends where a block-level element begins or ends; inline nodes are joined without inserted spaces, so a label cut by tags
is whole again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crawler.items import Block
from crawler.web.limits import VOID_TAGS, Token, attributes, end_of, folded, plain, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborNode

_BLOCK = """
address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section summary table tbody td tfoot th
thead tr ul
"""
BLOCK_TAGS = frozenset(_BLOCK.split())
# Never text for a reader.
_UNSEEN = """
script style noscript template svg math iframe object embed audio video canvas head title select textarea datalist
map
"""
UNSEEN_TAGS = frozenset(_UNSEEN.split())
# Printed for screen readers beside an icon: "(opens in a new tab)", seen at external links.
UNSEEN_CLASSES = frozenset({"screen-reader-text", "sr-only", "visually-hidden", "icon-external"})
BOLD_TAGS = frozenset({"strong", "b", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
# style="display: none", style="visibility:hidden"
UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# style="font-weight: 400;" inside <b>, style="font-weight:bold"
WEIGHT_STYLE = re.compile(r"font-weight\s*:\s*(bold|bolder|[1-9]00|normal)", re.I)
# "#post-9001-footnote-1", "#footnote1", "#ftn2", "https://…/view#_edn1"; not "#…-footnote-ref-1", which leads back
FOOTNOTE_LINK = re.compile(r"#(?:\w{1,40}-){0,9}_?(?:(?:foot|end)note-?|ftn|edn|fn)\d+$")
# name="_ednref1": a mark whose note may be missing
NOTE_REFERENCE = re.compile(r"_(?:edn|ftn)ref\d+")
# <sup><a href="#post-9001-footnote-1">1</a></sup>: a mark, not a word; "57<sup>th</sup>" is one
FOOTNOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[ivx]{1,5}|[*†‡]+)?[\])]?")
# <sup>[i]</sup>: no word is printed so
BRACKETED_MARK = re.compile(r"[\[(](?:\d{1,3}|[ivx]{1,5}|[*†‡]+)[\])]")
# The mark of a block that is a footnote by what leads to it.
FOOTNOTE = frozenset({"footnote"})
# Between an anchor and the link beside it no more tags and texts stand than these.
NEAR = 4

# The deepest nesting of a body seen is 9.
MOST_DEPTH = 500


class TooDeep(ValueError):
    """A body whose elements nest as no page's do."""


class _Tag(NamedTuple):
    """What an opening tag says, however often it stands."""

    marks: frozenset[str]
    is_block: bool
    is_unseen: bool
    may_be_note: bool
    bold: bool | None
    href: str | None
    anchor: str | None


class _Element(NamedTuple):
    """An open element: what its text inherits."""

    name: str
    marks: frozenset[str]
    bold: bool
    href: str | None


@dataclass(slots=True)
class _Buffer:
    """The block being gathered. Offsets are into its folded text."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    space: bool = True  # the text so far ends in white space, or is empty
    bold: list[tuple[int, int]] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    is_note: bool = False

    def add(self, written: str, element: _Element) -> None:
        text = folded(written)
        if self.space:
            text = text.removeprefix(" ")
        if not text:
            return
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        self.space = text.endswith(" ")
        if element.bold:
            self._extend_bold(start)
        if element.href is not None:
            self.links.append((start, self.length, element.href))

    def _extend_bold(self, start: int) -> None:
        # "\n" of a <br> may stand between
        if self.bold and start - self.bold[-1][1] <= 1 and (start == self.bold[-1][1] or self.parts[-2][-1:] == "\n"):
            self.bold[-1] = (self.bold[-1][0], self.length)
        else:
            self.bold.append((start, self.length))

    def line_break(self) -> None:
        if not self.parts:
            return
        trimmed = self.parts[-1].rstrip(" ")
        cut = len(self.parts[-1]) - len(trimmed)
        if cut and self.bold and self.bold[-1][1] == self.length:
            self.bold[-1] = (self.bold[-1][0], self.length - cut)
        self.length += 1 - cut
        self.parts[-1] = trimmed + "\n"
        self.space = True

    def block(self, tag: str, marks: frozenset[str]) -> Block | None:
        text = "".join(self.parts).rstrip()
        if not text and tag != "hr":
            return None
        end = len(text)
        return Block(
            text=text,
            tag=tag,
            bold=tuple([(a, min(b, end)) for a, b in self.bold if a < end]),
            links=tuple([(a, min(b, end), href) for a, b, href in self.links if a < end]),
            marks=marks | FOOTNOTE if self.is_note else marks,
            anchors=tuple(self.anchors),
            notes=tuple([min(n, end) for n in self.notes]),
        )


def read_blocks(container: LexborNode) -> tuple[Block, ...]:
    """The blocks in the container, in page order; `<hr>` is a block without text.

    The container's own id and classes are not among the marks. Raises TooDeep.
    """
    return _Walk(tokens(container)).run()


@lru_cache(maxsize=4096)
def _tag(name: str, written: str) -> _Tag:
    own = attributes(written)
    classes, style = own.get("class", "").split(), own.get("style", "")
    id_ = own.get("id")
    unseen = name in UNSEEN_TAGS or not UNSEEN_CLASSES.isdisjoint(classes) or UNSEEN_STYLE.search(style) is not None
    return _Tag(
        marks=frozenset([*(f".{one}" for one in classes), name, *([f"#{id_}"] if id_ else [])]),
        is_block=name in BLOCK_TAGS,
        is_unseen=unseen and name != "br",
        may_be_note=name in ("sup", "a"),
        bold=_bold(name, style),
        href=own.get("href") if name == "a" else None,
        anchor=id_ or own.get("name") or None,
    )


@lru_cache(maxsize=4096)
def _both(outer: frozenset[str], inner: frozenset[str]) -> frozenset[str]:
    return outer | inner


class _Walk:
    """State of one walk: the open elements, the block being gathered, the blocks done."""

    def __init__(self, found: Sequence[Token]) -> None:
        self.tokens = found
        self.pairs = _pairs(found)
        self.blocks: list[Block] = []
        self.buffer = _Buffer()
        self.open: list[_Element] = [_Element("", frozenset(), False, None)]
        self.block_tags: list[str] = ["p"]

    def run(self) -> tuple[Block, ...]:
        number, end = 0, len(self.tokens)
        while number < end:
            _, closing, name, written, text = self.tokens[number]
            if text:
                self.buffer.add(text, self.open[-1])
            elif closing:
                self.leave(name)
            elif name == "br":
                self.buffer.line_break()
            elif name and not self.enter(name, _tag(name, written), number):
                number = end_of(self.tokens, number)
            number += 1
        self.flush()
        return tuple(self.blocks)

    def enter(self, name: str, tag: _Tag, number: int) -> bool:
        """Opens the element; False where what is in it is not read."""
        if tag.is_unseen:
            return False
        if tag.may_be_note and self.is_footnote_mark(name, tag, number):
            if self.buffer.notes[-1:] != [self.buffer.length]:  # <a id="_ednref1"></a><sup>[i]</sup> is one
                self.buffer.notes.append(self.buffer.length)
            if tag.anchor:
                self.buffer.anchors.append(tag.anchor)
            return False
        if tag.is_block:
            self.flush()
            self.block_tags.append(name)
        self.buffer.is_note |= number in self.pairs.notes
        if tag.anchor:
            self.buffer.anchors.append(tag.anchor)
        if len(self.open) > MOST_DEPTH:
            raise TooDeep(f"more than {MOST_DEPTH} elements inside one another")
        outer = self.open[-1]
        bold = outer.bold if tag.bold is None else tag.bold
        href = tag.href if name == "a" else outer.href
        self.open.append(_Element(name, _both(outer.marks, tag.marks), bold, href))
        if name in VOID_TAGS:
            self.leave(name)
        return True

    def leave(self, name: str) -> None:
        if name in BLOCK_TAGS:
            self.flush(horizontal_rule=name == "hr")
            self.block_tags.pop()
        self.open.pop()

    def flush(self, *, horizontal_rule: bool = False) -> None:
        """Ends the block. Ids without text stand before the next one (`<a id=…></a>` on a line of its own)."""
        if not self.buffer.parts and not horizontal_rule:
            return
        tag = "hr" if horizontal_rule else self.block_tags[-1]
        block = self.buffer.block(tag, self.open[-1].marks)
        anchors = self.buffer.anchors if block is None else []
        if block is not None:
            self.blocks.append(block)
        self.buffer = _Buffer(anchors=anchors)

    def is_footnote_mark(self, name: str, tag: _Tag, number: int) -> bool:
        if number in self.pairs.marks:
            return True
        named = FOOTNOTE_LINK.search(tag.href or "") or NOTE_REFERENCE.fullmatch(tag.anchor or "")
        if name == "a" and (self.open[-1].name == "sup" or not named):
            return False
        inner = self.tokens[number + 1 : end_of(self.tokens, number)]
        text = _text_of(inner)
        if name == "a":  # <a id="…-footnote-ref-1" href="#…-footnote-1"></a>, no <sup> round it
            return FOOTNOTE_MARK.fullmatch(text) is not None
        outer = self.open[-1]
        linked = any(token[2] == "a" for token in inner) or (outer.name == "a" and "#" in (outer.href or ""))
        return (FOOTNOTE_MARK if linked else BRACKETED_MARK).fullmatch(text) is not None


class _Pairs(NamedTuple):
    """Footnotes that no name tells, by the numbers of the tokens that open them."""

    marks: frozenset[int] = frozenset()
    """Marks in the text."""
    notes: frozenset[int] = frozenset()
    """Links back in a note, and list items that are notes."""


def _pairs(found: Sequence[Token]) -> _Pairs:
    """Marks and notes that lead to each other, whatever their ids; else bare marks and the list at the foot.

    `<a id="ref1"></a><a href="#ref2">[1]</a>` … `<p><a id="ref2"></a><a href="#ref1">[1]</a> Partnership</p>`; or
    `<sup>1</sup>` … `<ol><li>Partnership</li></ol>`, where the list has as many items as there are marks.
    """
    links = [number for number, token in enumerate(found) if token[2] == "a" and 'href="#' in token[3]]
    if not links:
        return _listed(found)
    ids: dict[str, int] = {}
    for number, token in enumerate(found):
        if "id=" in token[3] or "name=" in token[3]:
            own = attributes(token[3])
            for name in (own.get("id"), own.get("name")):
                ids.setdefault(name or "", number)
    aims = {number: ids.get(attributes(found[number][3])["href"][1:]) for number in links}
    bare = {number: at for number, at in aims.items() if at is not None and _is_mark(found, number)}
    backs = {number: at for number, at in bare.items() if at < number}
    pairs = {
        mark: back
        for mark, at in bare.items()
        if at > mark + NEAR
        for back in range(at - NEAR, at + NEAR + 1)
        if back in backs and abs(backs[back] - mark) <= NEAR
    }
    return _Pairs(frozenset(pairs), frozenset(pairs.values())) if pairs else _listed(found)


def _listed(found: Sequence[Token]) -> _Pairs:
    marks = [number for number, token in enumerate(found) if token[2] == "sup" and not token[1]]
    marks = [number for number in marks if _text_of(found[number : end_of(found, number)]).isdigit()] if marks else []
    notes = [number for number in marks if _begins_block(found, number)]
    if notes:
        marks = [number for number in marks if number < notes[0]]
        same = [_text_of(found[n : end_of(found, n)]) for n in marks] == [
            _text_of(found[n : end_of(found, n)]) for n in notes
        ]
        return _Pairs(frozenset(marks), frozenset(notes)) if same else _Pairs()
    start = next((number for number in range(len(found) - 1, -1, -1) if found[number][2] == "ol"), -1)
    if not marks or start < marks[-1]:
        return _Pairs()
    end = start
    start = next(number for number in range(end, -1, -1) if found[number][2] == "ol" and not found[number][1])
    items = [number for number in range(start, end) if found[number][2] == "li" and not found[number][1]]
    printed = [_text_of(found[number : end_of(found, number)]) for number in marks]
    fits = printed == [str(number) for number in range(1, len(items) + 1)] and not _text_of(found[end:])
    return _Pairs(frozenset(marks), frozenset(items)) if fits else _Pairs()


def _begins_block(found: Sequence[Token], number: int) -> bool:
    """Whether no word stands before it in its paragraph."""
    for before in range(number - 1, -1, -1):
        _, _, name, _, text = found[before]
        if text and plain(text).strip():
            return False
        if name in BLOCK_TAGS or name == "br":
            return True
    return True


def _is_mark(found: Sequence[Token], number: int) -> bool:
    return FOOTNOTE_MARK.fullmatch(_text_of(found[number : end_of(found, number)])) is not None


def _text_of(found: Sequence[Token]) -> str:
    return "".join(plain(token[4]).strip() for token in found)


def _bold(name: str, style: str) -> bool | None:
    """Whether the element prints bold; None where it prints as what is round it."""
    if style and (weight := WEIGHT_STYLE.search(style)):
        value = weight[1].lower()
        return value in ("bold", "bolder") or (value.isdigit() and int(value) >= 600)
    return True if name in BOLD_TAGS else None
