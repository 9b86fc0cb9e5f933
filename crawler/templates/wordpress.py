"""What both WordPress forms share: the <head>, the meta lines, the date. Used by wordpress_2019 and wordpress_2025."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from crawler.discovery.markup import fold
from crawler.discovery.urls import canonical, is_page
from crawler.errors import TemplateBroken
from crawler.items import Capture, Page
from crawler.templates.dates import FIRST_YEAR, read_date
from crawler.templates.translations import original_of
from crawler.transcript.blocks import read_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

BODY = ".entry-content"
HEADLINE = ".featured-content__headline"
TYPE = ".doctype-meta"
DATE = ".article-meta__publish-date"
# What holds teasers of other pages.
CARDS = ".related-content, .related-posts, .wp-block-related-content, .collection-result, aside, footer"
# A page is put up within days of its printed date; a larger distance wants a look.
MOST_DAYS_APART = 30
# The meta lines, by the last part of their class; "" is the wrapper and the bare first line.
READ_META = frozenset(
    {
        "author-bureau",
        "location",
        "publish-date",
        "audience",
        "doctype-meta",
        "date",
        "article-meta",
        "stars-above",
    }
)
# <body class="state_briefing-template-default single postid-9001">, <body class="page page-id-9001">
BODY_ID = re.compile(r"\b(?:postid|page-id)-(\d{1,12})\b")
# <article id="post-9001">
ARTICLE_ID = re.compile(r"post-(\d{1,12})(?!\d)")
# <link rel='shortlink' href='https://www.state.gov/?p=9001' />
SHORTLINK_ID = re.compile(r"[?&](?:p|page_id)=(\d{1,12})\b")
# <link rel="alternate" type="application/json" href="https://www.state.gov/wp-json/wp/v2/state_briefing/9001" />
REST_ID = re.compile(r"/wp-json/wp/v2/[\w-]+/(\d{1,12})(?!\d)")


def body_of(tree: LexborHTMLParser) -> list[LexborNode]:
    """The outermost body containers."""
    nodes = tree.css(BODY)
    return [node for node in nodes if not _inside(node, {other.mem_id for other in nodes})]


def _inside(node: LexborNode, ids: set[int]) -> bool:
    return any(ancestor.mem_id in ids for ancestor in _ancestors(node))


def headlines(tree: LexborHTMLParser) -> tuple[list[LexborNode], list[LexborNode]]:
    """The page's headlines before (outside) and inside the body; where it has none, its meta lines."""
    inner = {node.mem_id for node in tree.css(BODY)}
    marks = tree.css(HEADLINE) or tree.css(".article-meta")
    outside = [node for node in marks if not _inside(node, inner)]
    return outside, [node for node in marks if _inside(node, inner)]


def read(tree: LexborHTMLParser, capture: Capture, name: str) -> Page:
    """The page; raises TemplateBroken naming the part that is missing."""
    bodies = body_of(tree)
    if len(bodies) != 1:
        raise TemplateBroken(capture.url, f"{name}: {len(bodies)} elements {BODY}, one expected")
    blocks = read_blocks(bodies[0])
    if not any(block.text for block in blocks):
        raise TemplateBroken(capture.url, f"{name}: {BODY} holds no text")
    meta = _meta(tree, capture, name)
    printed = _one(meta, DATE, capture, name)
    day = read_date(printed, capture, name, _language(tree))
    published, modified = _times(tree)
    byline = _lines(meta, ".article-meta__author-bureau")
    unread = _unread_meta(meta)
    if not byline and unread:
        raise TemplateBroken(capture.url, f"{name}: no byline, but meta lines not understood: {unread}")
    wp_id, conflict = _wp_id(tree)
    language = _language(tree)
    return Page(
        url=_address(tree, capture),
        template=name,
        title=_one(tree, HEADLINE, capture, name),
        type=_one(meta, TYPE, capture, name),
        date=day.isoformat(),
        date_printed=printed,
        published_at=published,
        modified_at=modified,
        byline=byline,
        places=_lines(meta, ".article-meta__location"),
        tags=_tags(tree),
        wp_id=wp_id,
        language=language,
        original_url=original_of(blocks, capture.url, language),
        blocks=blocks,
        unread=unread + conflict + _distance(day, published),
    )


def _meta(tree: LexborHTMLParser, capture: Capture, name: str) -> LexborNode:
    """The smallest element that holds both the page's type and date; cards of other pages have such lines, too."""
    cards = {node.mem_id for node in tree.css(CARDS)}
    own = {line: [node for node in tree.css(line) if not _inside(node, cards)] for line in (TYPE, DATE)}
    for line, nodes in own.items():
        if not nodes:
            raise TemplateBroken(capture.url, f"{name}: {line} is missing or empty")
    node = max(own[DATE], key=lambda node: _depth_shared(node, tree.css_first(HEADLINE)))
    while node.css_first(TYPE) is None and node.parent is not None:
        node = node.parent
    return node


def _depth_shared(node: LexborNode, headline: LexborNode | None) -> int:
    """How deep in the page the smallest element lies that holds both: the headline's own meta lines are nearest."""
    above = {ancestor.mem_id for ancestor in _ancestors(headline)} if headline else set()
    return sum(ancestor.mem_id in above for ancestor in _ancestors(node))


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _one(tree: LexborHTMLParser | LexborNode, selector: str, capture: Capture, name: str) -> str:
    for node in tree.css(selector):
        if text := fold(node.text()):
            return text
    raise TemplateBroken(capture.url, f"{name}: {selector} is missing or empty")


def _lines(tree: LexborNode, selector: str) -> tuple[str, ...]:
    """The lines of all such elements, <br> ending a line; a line that stands twice is taken once."""
    texts = (block.text for node in tree.css(selector) for block in read_blocks(node))
    return tuple(dict.fromkeys(fold(line) for text in texts for line in text.split("\n") if line.strip()))


def _unread_meta(tree: LexborNode) -> tuple[str, ...]:
    """Meta lines of a class that this form is not known to have, as `class: text`."""
    found = []
    for node in tree.css('[class*="article-meta"]'):
        names = {name.removeprefix("article-meta__") for name in (node.attributes.get("class") or "").split()}
        if not names & READ_META and (text := fold(node.text(deep=True))):
            found.append(f"meta {' '.join(sorted(names))}: {text}")
    return tuple(found)


def _wp_id(tree: LexborHTMLParser) -> tuple[int | None, tuple[str, ...]]:
    """The WordPress id and, where the page contradicts itself, a line saying so."""
    found = list(dict.fromkeys(_ids(tree)))
    if len(found) > 1:
        return None, (f"wp_id: the page names {', '.join(map(str, found))}",)
    return (found[0] if found else None), ()


def _ids(tree: LexborHTMLParser) -> Iterator[int]:
    places = (
        ("body", "class", BODY_ID),
        ('article[id^="post-"]', "id", ARTICLE_ID),
        ('link[rel="shortlink"]', "href", SHORTLINK_ID),
        ('link[type="application/json"]', "href", REST_ID),
    )
    cards = {node.mem_id for node in tree.css(CARDS)}
    for selector, attribute, pattern in places:
        node = next((node for node in tree.css(selector) if not _inside(node, cards)), None)
        if node and (match := pattern.search(node.attributes.get(attribute) or "")):
            yield int(match[1])


def _address(tree: LexborHTMLParser, capture: Capture) -> str:
    """The page's own canonical address where it is one of State's; else the one that answered."""
    for selector, attribute in (
        ('link[rel="canonical"]', "href"),
        ('meta[property="og:url"]', "content"),
    ):
        node = tree.css_first(selector)
        address = node.attributes.get(attribute) if node else None
        if not address:
            continue
        try:
            found = canonical(address)
        except ValueError:
            continue
        if is_page(found):
            return found
    return capture.url


def _times(tree: LexborHTMLParser) -> tuple[str | None, str | None]:
    """Published and modified, from JSON-LD, else from the Open Graph tags."""
    nodes = [n for script in tree.css('script[type="application/ld+json"]') for n in _graph(script.text())]
    found: list[str | None] = []
    for key, tag in (("datePublished", "published_time"), ("dateModified", "modified_time")):
        meta = tree.css_first(f'meta[property="article:{tag}"]')
        values = [n[key] for n in nodes if isinstance(n.get(key), str)]
        if meta and meta.attributes.get("content"):
            values.append(meta.attributes["content"])
        found.append(next((utc for value in values if (utc := _utc(value))), None))
    return found[0], found[1]


def _distance(day: date, published: str | None) -> tuple[str, ...]:
    if published is None or abs((day - date.fromisoformat(published[:10])).days) <= MOST_DAYS_APART:
        return ()
    return (f"date: printed {day}, put up {published}",)


def _graph(text: str) -> list[dict[str, Any]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if isinstance(data, dict):
        data = data.get("@graph", [data])
    return [node for node in data if isinstance(node, dict)] if isinstance(data, list) else []


def _utc(value: str) -> str | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.year < FIRST_YEAR:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _tags(tree: LexborHTMLParser) -> tuple[str, ...]:
    nodes = tree.css(".related-tags__pills a") or tree.css(".wp-block-tags-block a, .tags-block a")
    return tuple(dict.fromkeys(text for node in nodes if (text := fold(node.text()))))


def _language(tree: LexborHTMLParser) -> str | None:
    root = tree.css_first("html")
    return (root.attributes.get("lang") or None) if root else None
