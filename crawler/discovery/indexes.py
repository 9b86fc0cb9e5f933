"""Step 1: the bytes of an index -> its links, by the reader of its kind. Pure; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.discovery.feed import read_feed
from crawler.discovery.listing import read_listing
from crawler.discovery.old_index import read_old_index
from crawler.discovery.rest import read_rest
from crawler.discovery.sitemap import read_sitemap
from crawler.discovery.wayback import links_of, read_cdx
from crawler.errors import BadIndex
from crawler.items import IndexPage
from crawler.templates import whole

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
    """source: a kind of EXPECT; names in headers are lower case. Raises BadIndex.

    XML and JSON that were cut off are none; a web page must show its end, or what it no longer lists would be missed.
    """
    if EXPECT.get(source) == "html":
        text = body[-whole.END_CHARACTERS :].decode("latin-1")
        if (missing := whole.missing_in_markup(whole.End(unclosed=source == "index"), text)) is not None:
            raise BadIndex(url, f"the end is missing: {missing}")
    if source == "listing":
        return read_listing(body, url)
    if source == "index":
        return read_old_index(body, url, headers.get("content-type"))
    if source == "feed":
        return read_feed(body, url)
    if source == "sitemap":
        return read_sitemap(body, url)
    if source == "rest":
        pages = headers.get("x-wp-totalpages")
        total = int(pages) if pages and pages.isdigit() else None
        return read_rest(body, url, headers.get("content-type"), total)
    if source == "cdx":
        return IndexPage(links=links_of(read_cdx(body, url)))
    raise BadIndex(url, f"no reader for a {source}")
