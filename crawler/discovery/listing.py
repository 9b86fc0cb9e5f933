"""Step 1: a WordPress listing (`/press-releases/page/N/` and the sections), newest first. Pure; no I/O.

Selectors   seen June 2026 (one item) and in public readers of 2019-2026
Type        p.collection-result__date: it holds the type, in spite of its name
Date        the last span of .collection-result-meta; a span before it is the byline
Ids         data-returned-posts of the list, or id="post-22944" of the item (2019-2023)
Traps       `?page=N` silently gives page 1; a block page with status 200 has no list; the listings mix transcripts
            with notes about them, so only the type tells them apart
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.discovery.dates import printed_day
from crawler.errors import BadIndex
from crawler.items import IndexPage, Link
from crawler.web.markup import fold, read_html
from crawler.web.urls import canonical, is_page, joined

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# https://www.state.gov/press-releases/page/7/
PAGE_PATH = re.compile(r"/page/([1-9]\d{0,5})/?$")
# <li id="post-22944" class="collection-result">
ITEM_ID = re.compile(r"post-(\d{1,9})")
# <ul class="collection-results" data-returned-posts="[22944, 22951]">
WP_ID = re.compile(r"\d{1,9}")
# <span class="collection-info__number">11,104</span>, <span class="page-numbers current">1,111</span>
COUNT = re.compile(r"\d[\d,]{0,11}")


def read_listing(body: bytes, url: str) -> IndexPage:
    """The items of a listing page; `url` is the address that answered.

    An item whose date cannot be read keeps date None, one without a type label type None (its page tells); one that
    leads elsewhere is in `skipped`. Raises BadIndex where there is no list, no item, an item without a link, no type
    label or no date at all, or where the page is not the one that was asked for.
    """
    tree = read_html(body.decode("utf-8", "replace"), url)
    results = tree.css_first("#col_json_result, .collection-results")
    if results is None:
        title = tree.css_first("title")
        raise BadIndex(url, f"no list; page title {fold(title.text()) if title else None!r}")
    total = _total(tree, url)
    rows = _rows(results)
    if not rows:
        raise BadIndex(url, "no items" if total is None else f"{total} items listed, none shown")
    _check_current(tree, url)
    links, skipped = _read_rows(rows, _wp_ids(results, rows), url)
    if links and all(link.type is None for link in links):
        raise BadIndex(url, "no item has a type label")
    if links and all(link.date is None for link in links):
        raise BadIndex(url, "no item has a date that can be read")
    next_url = _next_url(tree, url)
    if next_url is None and (last := _last_number(tree)) > page_number(url):
        raise BadIndex(url, f"page {page_number(url)} of {last}, and no link to the next one")
    return IndexPage(links=links, next_url=next_url, total=total, skipped=skipped)


def page_number(url: str) -> int:
    """The N of `/page/N/`; 1 for any other address, also for `?page=N`, which is answered with page 1."""
    match = PAGE_PATH.search(urlsplit(url).path)
    return int(match[1]) if match else 1


def listing_url(base: str, number: int) -> str:
    """The address of a page of a listing, counted from 1; `base` may be any of its pages."""
    if number < 1:
        raise ValueError(f"no page number: {number}")
    first = canonical(base)
    first = PAGE_PATH.sub("/", first)
    return first if number == 1 else f"{first}page/{number}/"


def _rows(results: LexborNode) -> list[LexborNode]:
    """The items: whatever is in the list, so that an item with another class is missed loudly, not silently."""
    direct = [node for node in results.iter() if node.tag == "li"]
    return direct or results.css(".collection-result")


def _read_rows(rows: list[LexborNode], ids: list[int | None], url: str) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    links, skipped = [], []
    for number, (row, wp_id) in enumerate(zip(rows, ids, strict=True), start=1):
        anchor = row.css_first("a.collection-result__link") or row.css_first("a[href]")
        href = (anchor.attributes.get("href") or "").strip() if anchor else ""
        title = fold(anchor.text()) if anchor else fold(row.text())
        if not href:
            raise BadIndex(url, f"item {number} ({title!r}) has no link")
        address = _join(url, href)
        if is_page(address):
            links.append(_link(row, canonical(address), title, wp_id))
        else:
            skipped.append(address)
    return tuple(links), tuple(skipped)


def _link(row: LexborNode, address: str, title: str, wp_id: int | None) -> Link:
    label = row.css_first(".collection-result__date")
    byline, date = _meta(row)
    return Link(
        url=address,
        source="listing",
        title=title or None,
        type=(fold(label.text()) or None) if label else None,
        date=date,
        byline=byline,
        wp_id=wp_id,
    )


def _meta(row: LexborNode) -> tuple[str | None, str | None]:
    """Byline and ISO date."""
    spans = [
        fold(span.text())
        for span in row.css(".collection-result-meta span")
        if span.parent is None or span.parent.tag != "span"
    ]
    byline = "; ".join(text for text in spans[:-1] if text)
    return byline or None, printed_day(spans[-1]) if spans else None


def _wp_ids(results: LexborNode, rows: list[LexborNode]) -> list[int | None]:
    listed = [int(number) for number in WP_ID.findall(results.attributes.get("data-returned-posts") or "")]
    own = [ITEM_ID.fullmatch(row.attributes.get("id") or "") for row in rows]
    by_place: list[int | None] = [*listed] if len(listed) == len(rows) else [None] * len(rows)
    return [int(match[1]) if match else wp_id for match, wp_id in zip(own, by_place, strict=True)]


def _total(tree: LexborHTMLParser, url: str) -> int | None:
    node = tree.css_first(".collection-info__total > .collection-info__number")
    text = fold(node.text()) if node else ""
    if not text:
        return None
    if not COUNT.fullmatch(text):
        raise BadIndex(url, f"total {text!r} is no number")
    return int(text.replace(",", ""))


def _last_number(tree: LexborHTMLParser) -> int:
    """The highest page number that the page controls show; 0 without any."""
    shown = (fold(node.text()) for node in tree.css(".page-numbers"))
    return max((int(text.replace(",", "")) for text in shown if COUNT.fullmatch(text)), default=0)


def _check_current(tree: LexborHTMLParser, url: str) -> None:
    asked = page_number(url)
    for node in tree.css(".page-numbers.current"):
        match = COUNT.search(node.text())
        if match and int(match[0].replace(",", "")) != asked:
            raise BadIndex(url, f"asked for page {asked}, got page {match[0]}")


def _next_url(tree: LexborHTMLParser, url: str) -> str | None:
    node = tree.css_first("a.next.page-numbers")
    if node is None:
        return None
    address = _join(url, (node.attributes.get("href") or "").strip())
    expected = page_number(url) + 1
    try:
        following = canonical(address)
    except ValueError as error:
        raise BadIndex(url, f"the next link is none: {error}") from None
    same_host = urlsplit(following).netloc == urlsplit(canonical(url)).netloc
    if page_number(following) != expected or not same_host:
        raise BadIndex(url, f"the next link leads to {address}, not to page {expected}")
    return following


def _join(url: str, href: str) -> str:
    """The absolute address, or the href as printed where it cannot be one."""
    try:
        return joined(url, href)
    except ValueError:
        return href
