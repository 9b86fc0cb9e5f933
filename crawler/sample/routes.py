"""What stands at each address of the sample site: Asked + Library -> Answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.sample import indexes, listings, old_indexes, shells, wayback
from crawler.sample.answers import Answer, Asked, page, redirect, validated
from crawler.sample.documents import Document, Edition, load

# The crawl-delay stands above the first User-agent line, as it does on State's hosts.
ROBOTS = """crawl-delay: 5
# START YOAST BLOCK
User-agent: *
Disallow:

Sitemap: https://{host}/sitemap_index.xml
# END YOAST BLOCK
"""
# The hosts before WordPress: no sitemap, and their copies of an older server are no robot's business.
OLD_ROBOTS = """User-agent: *
Disallow: /www/
"""
RSS = "application/rss+xml; charset=UTF-8"
XML = "text/xml; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
# "/rss-feed/press-releases/feed/"
FEED = re.compile(r"/rss-feed/([a-z-]+)/feed/")
# "/state_briefing-sitemap.xml"
SITEMAP = re.compile(r"/(\w+)-sitemap\.xml")
# "/wp-json/wp/v2/state_briefing", "/wp-json/wp/v2/state_briefing/9001", "/wp-json/wp/v2/types"
REST = re.compile(r"/wp-json/wp/v2/(\w+)(?:/(\d+))?/?")


@dataclass(frozen=True, slots=True)
class Library:
    """The documents that the site shows now."""

    edition: Edition = "latest"
    decoy: bool = False
    documents: tuple[Document, ...] | None = None
    """Others than the sample's own, newest first."""

    def on(self, host: str) -> list[Document]:
        """The host's documents, newest first."""
        hosted = (document for document in self.documents or load(self.edition) if self.decoy or not document.decoy)
        return [document for document in hosted if any(urlsplit(url).hostname == host for url in document.served)]

    def at(self, host: str, path: str) -> Document | None:
        address = f"https://{host}{path}"
        return next((document for document in self.on(host) if address in document.served), None)


def answer(asked: Asked, library: Library) -> Answer:
    """502 for a host that is none of shells.HOSTS, 404 for an address with nothing at it."""
    if asked.host == wayback.HOST:
        return wayback.answer(asked, library)
    if asked.host not in shells.HOSTS:
        return page("no such host here", status=502, content_type="text/plain")
    if asked.scheme == "http":
        return redirect(f"https://{asked.host}{asked.target}")
    for route in OLD_ROUTES if asked.host in shells.OLDER else ROUTES:
        if found := route(asked, library):
            return found
    return page(listings.not_found(asked.host), status=404)


def _robots(asked: Asked, library: Library) -> Answer | None:
    if asked.path != "/robots.txt":
        return None
    text = OLD_ROBOTS if asked.host in shells.OLDER else ROBOTS.format(host=asked.host)
    return page(text, content_type="text/plain; charset=UTF-8")


def _document(asked: Asked, library: Library) -> Answer | None:
    static = asked.host == shells.MIRROR  # made of files, with and without their name
    document = library.at(asked.host, asked.path.removesuffix("index.html") if static else asked.path)
    if document is None:
        return None
    body, content_type = shells.served(document, asked.host)
    shown = Answer(body=body, content_type=content_type)
    return shown if document.decoy else validated(shown, document.modified)


def _without_slash(asked: Asked, library: Library) -> Answer | None:
    slashed = asked.path + "/"
    known = library.at(asked.host, slashed) or listings.read_address(slashed) or FEED.fullmatch(slashed)
    if asked.path.endswith("/") or not known:
        return None
    query = urlsplit(asked.target).query
    return redirect(f"https://{asked.host}{slashed}{'?' if query else ''}{query}")


def _listing(asked: Asked, library: Library) -> Answer | None:
    """A query is not heeded: `?page=2` shows the first page."""
    address = listings.read_address(asked.path)
    if address is None:
        return None
    section, number = address
    documents = listings.in_section(section, library.on(asked.host))
    text = listings.listing(documents, asked.host, section, number)
    return page(text) if text is not None else None


def _feed(asked: Asked, library: Library) -> Answer | None:
    match = FEED.fullmatch(asked.path)
    if not match or match[1] not in indexes.FEED_SECTIONS:
        return None
    documents = library.on(asked.host)
    text = indexes.feed(documents, asked.host, match[1])
    return validated(page(text, content_type=RSS), max(document.modified for document in documents))


def _sitemap(asked: Asked, library: Library) -> Answer | None:
    documents = library.on(asked.host)
    if asked.path == "/sitemap_index.xml":
        return page(indexes.sitemap_index(documents, asked.host), content_type=XML)
    match = SITEMAP.fullmatch(asked.path)
    text = indexes.sitemap(documents, asked.host, match[1]) if match else None
    return page(text, content_type=XML) if text is not None else None


def _rest(asked: Asked, library: Library) -> Answer | None:
    match = REST.fullmatch(asked.path)
    if not match or asked.host == shells.MIRROR:
        return None
    documents = library.on(asked.host)
    if match[1] == "types":
        found = indexes.rest_types()
    elif match[2]:
        found = indexes.rest_one(documents, asked.host, match[1], int(match[2]))
    else:
        found = indexes.rest_list(documents, asked.host, match[1], asked.query)
    counts = (("X-WP-Total", found.total), ("X-WP-TotalPages", found.pages))
    headers = tuple((name, str(count)) for name, count in counts if count is not None)
    return Answer(status=found.status, content_type=JSON, body=found.text.encode(), headers=headers)


def _old_index(asked: Asked, library: Library) -> Answer | None:
    text = old_indexes.index(library.on(asked.host), asked.host, asked.path)
    return Answer(content_type="text/html", body=text.encode("cp1252")) if text is not None else None


def _stub(asked: Asked, library: Library) -> Answer | None:
    target = old_indexes.STUBS.get(f"https://{asked.host}{asked.path}")
    return page(old_indexes.stub(target), content_type="text/html") if target else None


Route = Callable[[Asked, Library], Answer | None]
ROUTES: tuple[Route, ...] = (_robots, _document, _without_slash, _listing, _feed, _sitemap, _rest)
OLD_ROUTES: tuple[Route, ...] = (_robots, _document, _old_index, _stub)
