"""Step 1: the bytes of an index -> its links, by the reader of its kind. Pure; no I/O."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery.dates import is_ahead
from crawler.discovery.feed import read_feed
from crawler.discovery.listing import read_listing
from crawler.discovery.old_index import read_old_index
from crawler.discovery.rest import number, read_rest
from crawler.discovery.sitemap import read_sitemap
from crawler.discovery.wayback import links_of, read_cdx
from crawler.errors import BadIndex
from crawler.items import IndexPage
from crawler.web import whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.web.health import Expected

EXPECT: dict[str, Expected] = {
    "listing": "html",
    "index": "html",
    "feed": "xml",
    "sitemap": "xml",
    "rest": "json",
    "cdx": "json",
}
"""Kinds of indexes, and what their answers must be."""


def read_index(
    source: str, url: str, body: bytes, headers: Mapping[str, str], *, asked_at: str | None = None
) -> IndexPage:
    """source: a kind of EXPECT; names in headers are lower case; asked_at: UTC, ISO 8601. Raises BadIndex.

    A date or an edit that lies ahead of asked_at is none.
    """
    page = _read(source, url, body, headers)
    return page if asked_at is None else _without_what_is_ahead(page, asked_at)


def _without_what_is_ahead(page: IndexPage, asked_at: str) -> IndexPage:
    links, unsure = [], list(page.unsure)
    for link in page.links:
        date = None if is_ahead(link.date, asked_at) else link.date
        modified = None if is_ahead(link.modified_at, asked_at) else link.modified_at
        if (date, modified) != (link.date, link.modified_at):
            unsure.append(f"{link.url}: its date lies ahead and is none: {link.date or ''} {link.modified_at or ''}")
            link = replace(link, date=date, modified_at=modified)
        links.append(link)
    return replace(page, links=tuple(links), unsure=tuple(unsure))


def _read(source: str, url: str, body: bytes, headers: Mapping[str, str]) -> IndexPage:
    """A web page must show its end, or what it no longer lists would be missed; XML and JSON cut off are none."""
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
        return read_rest(body, url, headers.get("content-type"), number(headers.get("x-wp-totalpages")))
    if source == "cdx":
        return IndexPage(links=links_of(read_cdx(body, url)))
    raise BadIndex(url, f"no reader for a {source}")
