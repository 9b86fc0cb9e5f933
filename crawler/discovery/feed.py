"""Step 1: an RSS feed (`/rss-feed/<name>/feed/`), newest first. Pure; no I/O.

Used to discover only: the bodies in it have lost everything in square brackets. It holds the newest ten items, while
up to twenty a day were published (March 2022); what it misses, the listings have.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from crawler.discovery.dates import feed_day, feed_time
from crawler.discovery.mending import is_torn, read_entries, readable
from crawler.errors import BadIndex
from crawler.items import IndexPage, Link
from crawler.web.markup import fold, plain
from crawler.web.urls import canonical, is_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
# the 245633 of https://www.state.gov/?page_id=245633
WP_ID = re.compile(r"\d{1,9}")
# https://www.state.gov/releases/preview/705645/: the guid of 2026
PREVIEW_ID = re.compile(r"/releases/preview/(\d{1,9})/?$")
# <p class="article-meta doctype-meta">Readout</p>, in the description since 2026
TYPE = re.compile(
    r"""<p[^<>]{0,200}\bclass=["'][^"'<>]{0,200}\bdoctype-meta\b[^"'<>]{0,200}["'][^<>]{0,200}>([^<>]{1,200})</p>"""
)


def read_feed(body: bytes, url: str) -> IndexPage:
    """The items of an RSS 2.0 feed. An item whose pubDate cannot be read keeps date None; it is told in `unsure`.

    Raises BadIndex for what is no RSS, a feed without items, or an item without a link.
    """
    root, lost = read_entries(body, url)
    if root.tag != "rss":
        raise BadIndex(url, f"no feed: the root element is {root.tag!r}")
    items = root.findall("channel/item")
    if not items:
        raise BadIndex(url, "no items")
    links: list[Link] = []
    skipped, torn, unsure = [], [], list[str]()
    for number, item in enumerate(items, start=1):
        address = (item.findtext("link") or "").strip()
        if not address:
            raise BadIndex(url, f"item {number} ({item.findtext('title')!r}) has no link")
        if is_torn(address):
            torn.append(f"item {number} ({item.findtext('title')!r}) has a damaged address: {address!r}")
        elif is_page(address):
            links.append(link := _link(item, address))
            unsure += _unsure(item, link)
        else:
            skipped.append(address)
    if not links and not skipped:
        raise BadIndex(url, f"no item can be read: {torn[0]}")
    return IndexPage(links=tuple(links), skipped=tuple(skipped), lost=(*lost, *torn), unsure=tuple(unsure))


def _unsure(item: Element, link: Link) -> Iterator[str]:
    printed = (item.findtext("pubDate") or "").strip()
    if link.date is None:
        yield f"{link.url}: no date in {printed!r}"
    if link.title is None and (title := item.findtext("title")):
        yield f"{link.url}: no title in {title!r}"


def _link(item: Element, address: str) -> Link:
    return Link(
        url=canonical(address),
        source="feed",
        title=readable(plain(item.findtext("title") or "")),
        type=_type(item.findtext("description") or ""),
        date=feed_day(item.findtext("pubDate") or ""),
        byline=readable(fold(item.findtext(CREATOR) or "") or None),
        published_at=feed_time(item.findtext("pubDate") or ""),
        wp_id=_wp_id(item.findtext("guid") or ""),
    )


def _type(description: str) -> str | None:
    """The type label in the release's head, which the description repeats; None where it does not."""
    match = TYPE.search(description)
    return plain(match[1]) or None if match else None


def _wp_id(guid: str) -> int | None:
    """From `?page_id=N`, `?post_type=state_briefing&p=N`, `?p=N` or `/releases/preview/N/`; None for any other guid."""
    try:
        parts = urlsplit(unescape(guid).strip())
        query = parse_qs(parts.query)
    except ValueError:
        return None
    if match := PREVIEW_ID.search(parts.path):
        return int(match[1])
    numbers = query.get("page_id") or query.get("p") or [""]
    return int(numbers[0]) if WP_ID.fullmatch(numbers[0]) else None
