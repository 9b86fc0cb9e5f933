"""Step 4: text whose lines are wrapped by hand -> paragraphs. Pure.

For plain text (hard_wrapped.py) and for what stands in `<pre>` on the pages of 1997-2009.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crawler.controls import readable
from crawler.items import Block, Removal
from crawler.transcript.labels import looks_like_label
from crawler.web.blocks import read_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborNode

# "                 - 12 -", "        12" far to the right: a page's number on a line of its own
PAGE_NUMBER = re.compile(r"\A(?:\s*+-\s*+\d{1,3}\s*+-\s*+|\s{20,}+(?:page )?\d{1,3}\s*+)", re.I)
SENTENCE_END = re.compile(r"[.?!…][”\"’')\]]*$")
# A line this much further to the right than the one before begins a paragraph.
LEAST_INDENT = 3
# Nobody wraps a line wider than this by hand, and the lines of a paragraph are at least so wide.
WIDEST, NARROWEST = 90, 45
# A text with fewer lines of that width is none that was wrapped.
LEAST_LINES = 5


def is_wrapped(text: str) -> bool:
    """Whether no line is wide and many are as wide as a paragraph's."""
    widths = [len(line.rstrip()) for line in text.splitlines() if line.strip()]
    wide = sum(NARROWEST <= width <= WIDEST for width in widths)
    return max(widths, default=0) <= WIDEST and wide >= LEAST_LINES


def paragraphs(text: str) -> tuple[list[str], tuple[Removal, ...]]:
    """Lines that belong together, line ends kept; and the page numbers, at which a sentence may run on."""
    found: list[list[str]] = [[]]
    removed: list[Removal] = []
    turned = False
    lines = readable(text).replace("\r\n", "\n").replace("\r", "\n").expandtabs(8).split("\n")
    margin = _margin(lines)
    for line in lines:
        if PAGE_NUMBER.fullmatch(line):
            removed.append(Removal(rule="page_number", text=line.strip()))
            turned = True
        elif not line.strip():
            found.append([])
        else:
            held = _held(found, line, margin, turned=turned)
            held.append(line)
            turned = False
    return ["\n".join(lines) for lines in found if lines], tuple(removed)


def _held(found: list[list[str]], line: str, margin: int, *, turned: bool) -> list[str]:
    """The lines that this one goes on with: those of its paragraph, or of a sentence of the page before."""
    if turned and (before := next((lines for lines in reversed(found) if lines), None)):
        runs_on = SENTENCE_END.search(before[-1].rstrip()) is None and not looks_like_label(line.strip())
        if runs_on:
            return before
    if found[-1] and _begins(line, found[-1], margin):
        found.append([])
    return found[-1]


def _begins(line: str, held: Sequence[str], margin: int) -> bool:
    """Whether a line begins a paragraph: a label, further in than the last one, or as far in where that was short."""
    before, own = _indent(held[-1]), _indent(line)
    ended = own >= margin + LEAST_INDENT and own == before and len(held[-1].rstrip()) < NARROWEST
    return own - before >= LEAST_INDENT or ended or looks_like_label(line.strip())


def _margin(lines: Sequence[str]) -> int:
    """How far in most lines stand."""
    counts = Counter(_indent(line) for line in lines if line.strip())
    return max(counts, key=lambda indent: (counts[indent], -indent), default=0)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def as_block(part: str, *, tag: str) -> Block:
    """A paragraph as a block: prose in one line, short lines (a head, a poem) as they stand."""
    lines = [" ".join(line.split()) for line in part.split("\n")]
    prose = len(lines) > 1 and len(max(lines[:-1], key=len)) >= NARROWEST
    return Block(text=(" " if prose or looks_like_label(lines[0]) else "\n").join(lines), tag=tag)


def blocks_of(container: LexborNode) -> tuple[tuple[Block, ...], tuple[Removal, ...]]:
    """The blocks of a body as read_blocks() has them, but for those in `<pre>`, which are taken apart by their lines.

    With the page numbers that stood between them. Raises TooDeep.
    """
    blocks = read_blocks(container)
    texts = [text for node in container.css("pre") if (text := node.text()).strip()]
    if not texts or len(texts) != sum(block.tag == "pre" for block in blocks):
        return blocks, ()
    found: list[Block] = []
    removed: list[Removal] = []
    for block in blocks:
        if block.tag != "pre":
            found.append(block)
            continue
        parts, numbers = paragraphs(texts.pop(0))
        found += [as_block(part, tag="pre") for part in parts]
        removed += numbers
    return tuple(found), tuple(removed)
