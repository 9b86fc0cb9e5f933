"""Step 1: the bytes of an index -> its links, by the reader of its kind. Pure; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.discovery.feed import read_feed
from crawler.discovery.listing import read_listing
from crawler.discovery.old_index import read_old_index
from crawler.discovery.rest import number, read_rest
from crawler.discovery.sitemap import read_sitemap
from crawler.discovery.wayback import links_of, read_cdx
from crawler.errors import BadIndex
from crawler.items import IndexPage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.health import Expected

EXPECT: dict[str, Expected] = {
    "listing": "html",
    "index": "html",
    "feed": "xml",
    "sitemap": "xml",
    "rest": "json",
    "cdx": "json",
}
"""Kinds of indexes, and what their answers must be."""


def read_index(source: str, url: str, body: bytes, headers: Mapping[str, str]) -> IndexPage:
    """source: a kind of EXPECT; names in headers are lower case. Raises BadIndex."""
    if source == "listing":
        return read_listing(body, url)
    if source == "index":
        return read_old_index(body, url, headers.get("content-type"))
    if source == "feed":
        return read_feed(body, url)
    if source == "sitemap":
        return read_sitemap(body, url)
    if source == "rest":
        return read_rest(body, url, headers.get("content-type"), number(headers.get("x-wp-totalpages")))
    if source == "cdx":
        return IndexPage(links=links_of(read_cdx(body, url)))
    raise BadIndex(url, f"no reader for a {source}")
