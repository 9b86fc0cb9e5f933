"""Step 1: text and trees out of what the indexes are written in. Pure; no I/O.

Feeds and sitemaps are read with defusedxml and not with feedparser: 0.4 ms against 15.6 ms a feed of ten releases
with their bodies, 6 ms against 57 ms to import, and every real feed that was checked (41 of 41) is well-formed XML,
so that feedparser's repairs have nothing to do; a feed that is not XML is a block page, which must be refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from defusedxml.ElementTree import ParseError, fromstring

from crawler.controls import readable
from crawler.errors import BadIndex, NotText
from crawler.web.health import C1_AS_WINDOWS_1252
from crawler.web.limits import tree_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from selectolax.lexbor import LexborHTMLParser

# Elements whose text nobody sees.
HIDDEN = ["script", "style", "template", "svg"]
# A UTF-8 byte order mark and white space: WordPress plugins leave blank lines before the XML declaration.
BEFORE_XML = b"\xef\xbb\xbf \t\r\n"
# How much of a refused body an error shows.
SHOWN_BYTES = 40


def fold(text: str) -> str:
    """White space of any kind as single spaces, none at the ends; nothing that no reader sees (controls.py)."""
    return " ".join(readable(text).split())


def read_html(text: str, url: str) -> LexborHTMLParser:
    """The tree without the elements whose text nobody sees. Raises BadIndex where there is too much of it."""
    try:
        # A lone surrogate (JSON can spell one) has no bytes.
        tree = tree_of(text.encode("utf-8", "replace").decode(), url)
    except NotText as error:
        raise BadIndex(url, error.reason) from None
    tree.strip_tags(HIDDEN)
    return tree


def plain(markup: str) -> str | None:
    """A title as it is seen: entities resolved, tags gone, white space folded; None where no title is left."""
    try:
        body = read_html(f"<body>{markup}", "a title").body
    except BadIndex:  # the page itself tells
        return None
    # such controls are windows-1252 that was taken for Latin-1: before they go as unseen
    return (fold(body.text().translate(C1_AS_WINDOWS_1252)) or None) if body else None


def read_xml(body: bytes, url: str) -> Element:
    """The root element; raises BadIndex for what is not well-formed XML or declares entities."""
    try:
        root: Element = fromstring(body.lstrip(BEFORE_XML))
    except (ParseError, ValueError, LookupError) as error:
        # ValueError: declared entities, impossible encodings; LookupError: unknown encodings.
        raise BadIndex(url, f"no XML: {error}: {body[:SHOWN_BYTES]!r}") from None
    return root


def local_name(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2]
