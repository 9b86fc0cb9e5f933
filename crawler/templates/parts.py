"""Step 4: what the forms before 2019 share in finding the parts of a page. Touches the parsed tree and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.errors import TemplateBroken
from crawler.web.blocks import read_blocks
from crawler.web.marks import is_inside
from crawler.web.markup import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from crawler.items import Capture
    from crawler.web.marks import Marks

# A cell beside the text with fewer words is a menu or a picture's caption.
LEAST_WORDS = 30


def outermost(nodes: Iterable[LexborNode]) -> list[LexborNode]:
    """Those that lie in none of the others, in page order."""
    held = list(nodes)
    ids = {node.mem_id for node in held}
    return [node for node in held if not is_inside(node, ids)]


def single_body(tree: LexborHTMLParser, selectors: Sequence[str], capture: Capture, name: str) -> LexborNode:
    """The body's container, by the first selector that has one with text.

    Raises TemplateBroken where there is none, or where two hold text: nobody could say which is the page.
    """
    for selector in selectors:
        nodes = [node for node in outermost(tree.css(selector)) if fold(node.text())]
        if len(nodes) > 1:
            long = [node for node in nodes if len(node.text(separator=" ").split()) >= LEAST_WORDS]
            nodes = long or nodes
        if len(nodes) > 1:
            raise TemplateBroken(capture.url, f"{name}: {len(nodes)} elements {selector} with text, one expected")
        if nodes:
            return nodes[0]
    raise TemplateBroken(capture.url, f"{name}: {' or '.join(selectors)} is missing or empty")


def first_text(nodes: Iterable[LexborNode], selector: str, capture: Capture, name: str) -> str:
    """The text of the first that has one, <br> as a blank; raises TemplateBroken where none has."""
    for node in nodes:
        if text := fold(" ".join(block.text for block in read_blocks(node))):
            return text
    raise TemplateBroken(capture.url, f"{name}: {selector} is missing or empty")


def language_of(marks: Marks) -> str | None:
    root = marks.tree.root
    return (root.attributes.get("lang") or None) if root else None


def title_tag(marks: Marks) -> str | None:
    node = marks.tree.css_first("title")
    return (fold(node.text()) or None) if node else None
