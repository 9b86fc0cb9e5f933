"""Step 4: what the templates look for in a page, found in one pass over its tree.

A selector costs the same whether one element fits it or none: a pass over all elements of the page. So all that any
template looks for is asked for at once, and sorted by class, id and tag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

# What holds teasers of other pages.
CARD_CLASSES = frozenset({"related-content", "related-posts", "wp-block-related-content", "collection-result"})
CARD_TAGS = frozenset({"aside", "footer"})
# By parts of attributes alone, and then by whole names in Python: the parser compares an attribute four times as fast
# as a tag, and twice as fast as a class.
ASKED = ", ".join(
    (
        *('[class*="content"]', '[class*="-meta"]', '[class*="tags"]', '[class*="officials-name"]', "[alt]"),
        *('[id*="title"]', '[id*="date_"]', '[id="centerblock"]', '[id^="post-"]'),
        *("[rel]", "[property]", '[type="application/ld+json"]'),
    )
)


class Marks:
    """The elements that ASKED finds, in page order, by `.class`, `#id` and tag."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.tree = tree
        self._found: dict[str, list[LexborNode]] = {}
        # one that fits two selectors is given twice
        for node in {node.mem_id: node for node in tree.css(ASKED)}.values():
            attributes = node.attributes
            classes = (attributes.get("class") or "").split()
            for name in {node.tag or "", f"#{attributes.get('id')}", *(f".{one}" for one in classes)}:
                self._found.setdefault(name, []).append(node)

    def all(self, *names: str) -> list[LexborNode]:
        """Those of the names, the first name's first."""
        return [node for name in names for node in self._found.get(name, ())]

    def like(self, part: str) -> list[LexborNode]:
        """Those with a class that holds the part; an element of two such classes stands once."""
        found = {node.mem_id: node for name, nodes in self._found.items() if part in name for node in nodes}
        return list(found.values())

    def own(self, *names: str) -> list[LexborNode]:
        """Those of the names that stand in no card of another page."""
        return [node for node in self.all(*names) if not any(map(_is_card, ancestors(node)))]


def _is_card(node: LexborNode) -> bool:
    return node.tag in CARD_TAGS or not CARD_CLASSES.isdisjoint((node.attributes.get("class") or "").split())


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def is_inside(node: LexborNode, ids: set[int]) -> bool:
    """Whether the node lies in one of the elements with those ids (mem_id); the node itself does not count."""
    return bool(ids) and any(ancestor.mem_id in ids for ancestor in ancestors(node))
