"""Step 4, second half: a body's container -> blocks. Touches the parsed tree and nothing else.

One walk over the container, without recursion (pages nest as deep as they like). A block ends where a block-level
element begins or ends; inline nodes are joined without inserted spaces, so a label cut by tags is whole again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.items import Block

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
# Never text for a reader.
UNSEEN_TAGS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "canvas",
        "head",
        "title",
        "select",
        "textarea",
        "datalist",
        "map",
        "-comment",
        "!doctype",
    ]
)
# Printed for screen readers beside an icon: "(opens in a new tab)", seen at external links.
UNSEEN_CLASSES = frozenset({"screen-reader-text", "sr-only", "visually-hidden", "icon-external"})
BOLD_TAGS = frozenset({"strong", "b", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
# style="display: none", style="visibility:hidden"
UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# style="font-weight: 400;" inside <b>, style="font-weight:bold"
WEIGHT_STYLE = re.compile(r"font-weight\s*:\s*(bold|bolder|[1-9]00|normal)", re.I)
# "Mr.\xa0 Secretary", zero-width joints of mail clients
SPACE = re.compile(r"\s+")
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\x00-\x08\x0e-\x1f]")
# "#post-9001-footnote-1", "#footnote1", "#ftn2"; not "#post-9001-footnote-ref-1", which leads back
FOOTNOTE_LINK = re.compile(r"#(?:\w+-)*_?(?:(?:foot|end)note-?|ftn|edn|fn)\d+")
# <sup><a href="#post-9001-footnote-1">1</a></sup>: a mark, not a word; "57<sup>th</sup>" is one
FOOTNOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡]+)?[\])]?")


# The deepest nesting of a body seen is 9.
MOST_DEPTH = 500


class TooDeep(ValueError):
    """A body whose elements nest as no page's do."""


@dataclass(slots=True)
class _Element:
    """An open element: what its text inherits."""

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

    def add(self, raw: str, element: _Element) -> None:
        text = SPACE.sub(" ", INVISIBLE.sub("", raw))
        if self.space:
            text = text.lstrip(" ")
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
            bold=tuple((a, min(b, end)) for a, b in self.bold if a < end),
            links=tuple((a, min(b, end), href) for a, b, href in self.links if a < end),
            marks=marks,
            anchors=tuple(self.anchors),
            notes=tuple(min(n, end) for n in self.notes),
        )


def read_blocks(container: LexborNode) -> tuple[Block, ...]:
    """The blocks in the container, in page order; `<hr>` is a block without text.

    The container's own id and classes are not among the marks. Raises TooDeep.
    """
    return _Walk().run(container)


@lru_cache(maxsize=4096)
def _own_marks(tag: str, id_: str | None, classes: str | None) -> frozenset[str]:
    names = {f".{name}" for name in (classes or "").split()}
    return frozenset(names | {tag} | ({f"#{id_}"} if id_ else set()))


class _Walk:
    """State of one walk: the open elements, the block being gathered, the blocks done."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.buffer = _Buffer()
        self.open: list[_Element] = [_Element(frozenset(), False, None)]
        self.block_tags: list[str] = ["p"]

    def run(self, container: LexborNode) -> tuple[Block, ...]:
        todo: list[tuple[LexborNode, bool]] = []
        if container.first_child is not None:
            todo.append((container.first_child, False))
        while todo:
            node, leaving = todo.pop()
            if leaving:
                self.leave(node.tag or "")
                continue
            if node.next is not None:
                todo.append((node.next, False))
            if node.is_text_node:
                self.buffer.add(node.text_content or "", self.open[-1])
            elif self.enter(node):
                todo.append((node, True))
                if node.first_child is not None:
                    todo.append((node.first_child, False))
        self.flush()
        return tuple(self.blocks)

    def enter(self, node: LexborNode) -> bool:
        """Opens the element; False where what is in it is not read."""
        tag = node.tag or ""
        if tag in UNSEEN_TAGS:
            return False
        if tag == "br":
            self.buffer.line_break()
            return False
        attributes = node.attributes
        classes, style = attributes.get("class"), attributes.get("style") or ""
        if UNSEEN_CLASSES.intersection((classes or "").split()) or (style and UNSEEN_STYLE.search(style)):
            return False
        if tag in ("sup", "a") and self.is_footnote_mark(node):
            self.buffer.notes.append(self.buffer.length)
            if tag == "sup":
                return False
        if tag in BLOCK_TAGS:
            self.flush()
            self.block_tags.append(tag)
        if anchor := attributes.get("id") or attributes.get("name"):
            self.buffer.anchors.append(anchor)
        if len(self.open) > MOST_DEPTH:
            raise TooDeep(f"more than {MOST_DEPTH} elements inside one another")
        parent = self.open[-1]
        own = _own_marks(tag, attributes.get("id"), classes)
        href = attributes.get("href") if tag == "a" else parent.href
        self.open.append(_Element(parent.marks | own, _bold(tag, style, parent.bold), href))
        return True

    def leave(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.flush(horizontal_rule=tag == "hr")
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

    @staticmethod
    def is_footnote_mark(node: LexborNode) -> bool:
        if node.tag == "a":  # <a id="…-footnote-ref-1" href="#…-footnote-1"></a>, no <sup> round it
            href = node.attributes.get("href") or ""
            outside = node.parent is None or node.parent.tag != "sup"
            return outside and FOOTNOTE_LINK.fullmatch(href) is not None and not node.text(strip=True)
        linked = node.css_first("a") is not None or "#" in ((node.parent and node.parent.attributes.get("href")) or "")
        return linked and FOOTNOTE_MARK.fullmatch(node.text(strip=True)) is not None


def _bold(tag: str, style: str, inherited: bool) -> bool:
    if style and (weight := WEIGHT_STYLE.search(style)):
        value = weight[1].lower()
        return value in ("bold", "bolder") or (value.isdigit() and int(value) >= 600)
    return inherited or tag in BOLD_TAGS
