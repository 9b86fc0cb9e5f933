"""What both WordPress forms share: the <head>, the meta lines, the date. Used by wordpress_2019 and wordpress_2025."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.errors import TemplateBroken
from crawler.items import Capture, Page
from crawler.templates.parts import first_text, language_of, outermost
from crawler.web.blocks import read_blocks
from crawler.web.dates import AHEAD, FIRST_YEAR, read_date
from crawler.web.marks import ancestors, is_inside
from crawler.web.markup import fold
from crawler.web.urls import canonical, is_page
from crawler.web.whole import End

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from crawler.items import Block
    from crawler.web.marks import Marks

# ---- translations ----
# Step 4: what a courtesy translation says of its original. Pure.
#
# Hosts www.state.gov and its archives, under /translations/<language>/ Oddities the last lines name the English
# original ("Véase el contenido original en: <address>"); speaker labels are translated (data/labels.toml); the date is
# printed in English or in the page's language (foreign_dates.py)


FOLDER = "/translations/"
# The original is named among the last lines.
LAST_BLOCKS = 8
# "https://www.state.gov/secretary-fenwick-remarks/" in a line of text
ADDRESS = re.compile(r"https?://[^\s<>()\"“”«»]+[^\s<>()\"“”«».,;:]")


def is_translation(url: str, language: str | None) -> bool:
    return FOLDER in urlsplit(url).path or not (language or "en").lower().startswith("en")


def original_of(blocks: Sequence[Block], url: str, language: str | None) -> str | None:
    """The canonical address of the English original that a translation names in its last lines, the first of them."""
    if not is_translation(url, language):
        return None
    for block in [block for block in blocks if block.text][-LAST_BLOCKS:]:
        for address in (*(href for _, _, href in block.links), *ADDRESS.findall(block.text)):
            if _is_original(address, url):
                return canonical(address)
    return None


def _is_original(address: str, url: str) -> bool:
    if not address.startswith(("http://", "https://")) or not is_page(address) or FOLDER in address:
        return False
    return canonical(address) != canonical(url)


BODY = ".entry-content"
# All pages of 2019-2026 that were seen end in "</body>", "</html>" and at most a comment of their cache.
END = End(text=(BODY,))
HEADLINE = ".featured-content__headline"
TYPE = ".doctype-meta"
BYLINE = ".article-meta__author-bureau"
# The room, the building or the event ("Treaty Room", "NATO Summit"); the line may be there and empty.
VENUE = ".article-meta__audience"
PLACE = ".article-meta__location"
DATE = ".article-meta__publish-date"
# The meta lines as they are printed, from the top.
LINES = (TYPE, BYLINE, VENUE, PLACE, DATE)
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


def headlines(marks: Marks) -> tuple[list[LexborNode], list[LexborNode]]:
    """The page's headlines before (outside) and inside the body; where it has none, its meta lines."""
    bodies = {node.mem_id for node in marks.all(BODY)}
    found = marks.all(HEADLINE) or marks.all(".article-meta")
    inside = [is_inside(node, bodies) for node in found]
    return (
        [node for node, inner in zip(found, inside, strict=True) if not inner],
        [node for node, inner in zip(found, inside, strict=True) if inner],
    )


def read(marks: Marks, capture: Capture, name: str) -> Page:
    """The page; raises TemplateBroken naming the part that is missing."""
    bodies = outermost(marks.all(BODY))
    if len(bodies) != 1:
        raise TemplateBroken(capture.url, f"{name}: {len(bodies)} elements {BODY}, one expected")
    blocks = read_blocks(bodies[0])
    if not any(block.text for block in blocks):
        raise TemplateBroken(capture.url, f"{name}: {BODY} holds no text")
    language = language_of(marks)
    meta = _Meta(marks, capture, name)
    printed = meta.one(DATE)
    day = read_date(printed, capture, name, language)
    published, modified = _times(marks)
    ahead = _ahead(modified, capture)
    byline, unread = meta.lines(BYLINE), meta.unread()
    if not byline and unread:
        raise TemplateBroken(capture.url, f"{name}: no byline, but meta lines not understood: {unread}")
    venues = meta.lines(VENUE)
    wp_id, conflict = _wp_id(marks)
    return Page(
        url=_address(marks, capture),
        template=name,
        title=first_text(marks.all(HEADLINE), HEADLINE, capture, name),
        type=meta.one(TYPE),
        date=day.isoformat(),
        date_printed=printed,
        published_at=published,
        modified_at=None if ahead else modified,
        byline=byline,
        places=tuple(dict.fromkeys((*venues, *meta.lines(PLACE)))),
        venues=venues,
        tags=_tags(marks),
        wp_id=wp_id,
        language=language,
        original_url=original_of(blocks, capture.url, language),
        blocks=blocks,
        unread=unread + conflict + _distance(day, published) + ahead,
    )


class _Meta:
    """The meta lines of the page: those in the smallest element that holds both type and date, nearest the headline.

    Cards of other pages have such lines, too.
    """

    def __init__(self, marks: Marks, capture: Capture, name: str) -> None:
        self.marks, self.capture, self.name = marks, capture, name
        own = {line: marks.own(line) for line in (TYPE, DATE)}
        for line, nodes in own.items():
            if not nodes:
                raise TemplateBroken(capture.url, f"{name}: {line} is missing or empty")
        headline = next(iter(marks.all(HEADLINE)), None)
        above = {ancestor.mem_id for ancestor in ancestors(headline)} if headline else set()
        date = max(own[DATE], key=lambda node: sum(one.mem_id in above for one in ancestors(node)))
        types = {ancestor.mem_id for node in marks.all(TYPE) for ancestor in (node, *ancestors(node))}
        self.box = next((one for one in (date, *ancestors(date)) if one.mem_id in types), date)

    def all(self, line: str) -> list[LexborNode]:
        return self._in_box(self.marks.all(line))

    def _in_box(self, nodes: Iterable[LexborNode]) -> list[LexborNode]:
        box = {self.box.mem_id}
        return [node for node in nodes if node.mem_id in box or is_inside(node, box)]

    def one(self, line: str) -> str:
        return first_text(self.all(line), line, self.capture, self.name)

    def lines(self, line: str) -> tuple[str, ...]:
        """The lines of all such elements, <br> ending a line; a line that stands twice is taken once."""
        texts = (block.text for node in self.all(line) for block in read_blocks(node))
        return tuple(dict.fromkeys(fold(part) for text in texts for part in text.split("\n") if part.strip()))

    def unread(self) -> tuple[str, ...]:
        """Meta lines of a class that this form is not known to have, as `class: text`."""
        found = []
        for node in self._in_box(self.marks.like("article-meta")):
            names = {name.removeprefix("article-meta__") for name in (node.attributes.get("class") or "").split()}
            if not names & READ_META and (text := fold(node.text(deep=True))):
                found.append(f"meta {' '.join(sorted(names))}: {text}")
        return tuple(found)


def _wp_id(marks: Marks) -> tuple[int | None, tuple[str, ...]]:
    """The WordPress id and, where the page contradicts itself, a line saying so."""
    found = list(dict.fromkeys(_ids(marks)))
    if len(found) > 1:
        return None, (f"wp_id: the page names {', '.join(map(str, found))}",)
    return (found[0] if found else None), ()


def _ids(marks: Marks) -> Iterator[int]:
    """As <body>, <article> and <link> tell it, each by the first that has one."""
    body = [marks.tree.body] if marks.tree.body is not None else []
    articles = [node for node in marks.own("article") if (node.attributes.get("id") or "").startswith("post-")]
    links = marks.own("link")
    short = [node for node in links if node.attributes.get("rel") == "shortlink"]
    rest = [node for node in links if node.attributes.get("type") == "application/json"]
    places = (
        (body, "class", BODY_ID),
        (articles, "id", ARTICLE_ID),
        (short, "href", SHORTLINK_ID),
        (rest, "href", REST_ID),
    )
    for nodes, attribute, pattern in places:
        if nodes and (match := pattern.search(nodes[0].attributes.get(attribute) or "")):
            yield int(match[1])


def _address(marks: Marks, capture: Capture) -> str:
    """The page's own canonical address where it is one of State's; else the one that answered."""
    named = [node.attributes.get("href") for node in marks.all("link") if node.attributes.get("rel") == "canonical"]
    for address in (*named[:1], *_property(marks, "og:url")[:1]):
        try:
            found = canonical(address or "")
        except ValueError:
            continue
        if is_page(found):
            return found
    return capture.url


def _property(marks: Marks, name: str) -> list[str]:
    nodes = [node for node in marks.all("meta") if node.attributes.get("property") == name]
    return [content for node in nodes if (content := node.attributes.get("content"))]


def _times(marks: Marks) -> tuple[str | None, str | None]:
    """Published and modified, from JSON-LD, else from the Open Graph tags."""
    graphs = [node for node in marks.all("script") if node.attributes.get("type") == "application/ld+json"]
    nodes = [node for script in graphs for node in _graph(script.text())]
    found: list[str | None] = []
    for key, tag in (("datePublished", "published_time"), ("dateModified", "modified_time")):
        values = [node[key] for node in nodes if isinstance(node.get(key), str)]
        values += _property(marks, f"article:{tag}")[:1]
        found.append(next((utc for value in values if (utc := _utc(value))), None))
    return found[0], found[1]


def _ahead(modified: str | None, capture: Capture) -> tuple[str, ...]:
    latest = datetime.fromisoformat(capture.fetched_at).date() + AHEAD
    if modified is None or modified[:10] <= latest.isoformat():
        return ()
    return (f"date: modified {modified}, which lies ahead of {capture.fetched_at}",)


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
        if moment.tzinfo is None or moment.year < FIRST_YEAR:
            return None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):  # 9999-12-31T23:59:59-05:00
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _tags(marks: Marks) -> tuple[str, ...]:
    boxes = marks.all(".related-tags__pills") or marks.all(".wp-block-tags-block", ".tags-block")
    return tuple(dict.fromkeys(text for box in boxes for node in box.css("a") if (text := fold(node.text()))))
