"""Step 1: which index to ask next and which pages to fetch, for one host. A pure state machine; no Scrapy, no clock.

Listings come first: they alone print each item's type, and pages are chosen by type. When every listing is done, the
indexes that print no type (feed, sitemap, REST) are asked; an address that only they name is fetched, and its own
page tells its type. So every page is chosen by a printed type, and two sources that do not lean on each other are
compared.

The older hosts have trees of hand-kept index pages instead, without types: there scope.py tells by the folder which
pages are wanted and which indexes may lead to some.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crawler.discovery.listing import listing_url, page_number
from crawler.discovery.rest import rest_url
from crawler.discovery.scope import leads_to_speech, wants_address
from crawler.discovery.types import holds_speech, wanted
from crawler.discovery.urls import canonical, is_page, work_path
from crawler.errors import BadIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from crawler.items import IndexPage, Link
    from crawler.sites import Site

# "state_briefing-sitemap.xml", "state_press_release-sitemap3.xml"; page-sitemaps list the whole site without a type
RELEASE_SITEMAP = re.compile(r"/state_[a-z_]+-sitemap\d*\.xml")
# the year of "/secretary/remarks/2016/07/index.htm", "/r/pa/prs/appt/2009appt/index.htm", "/briefings/2000_index.html"
YEAR = re.compile(r"(?<!\d)(?:199[5-9]|20[0-4]\d)(?!\d)")


# Indexes that a walk begins with, over and above the most pages of one.
MOST_STARTS = 20


@dataclass(frozen=True, slots=True)
class Ask:
    """An index to fetch."""

    source: str
    """listing, index, feed, sitemap or rest."""
    url: str
    first: str
    """The index that this is a page of: a listing's base address, a REST list's post type, an old index itself."""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Window:
    """Which items are wanted."""

    since: date | None
    """None: from the beginning."""
    until: date | None
    types: str
    deep: bool
    """A span was asked for: every source of the host is read. Otherwise the first listing and feed do."""

    def takes(self, link: Link) -> bool:
        """An item without a date is taken: its page tells."""
        if link.date is None:
            return True
        return not self.is_older(link) and (self.until is None or link.date <= self.until.isoformat())

    def may_list(self, index: str) -> bool:
        """Whether an old index may list items of the span: its address may tell its year."""
        years = [int(year) for year in YEAR.findall(index)]
        too_old = bool(years) and self.since is not None and years[-1] < self.since.year
        return not too_old and not (years and self.until is not None and years[-1] > self.until.year)

    def is_older(self, link: Link) -> bool:
        return self.since is not None and link.date is not None and link.date < self.since.isoformat()


@dataclass(slots=True)
class Walk:
    """The state of the walk over one host's indexes."""

    site: Site
    window: Window
    most_pages: int
    open: set[tuple[str, str]] = field(default_factory=set)
    """Indexes being walked: (source, first)."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    """All that were ever opened: an index may name itself, or another one twice."""
    listed: dict[str, Link] = field(default_factory=dict)
    """Path of every page that an index with types names, whether wanted or not."""
    unlisted: dict[str, Link] = field(default_factory=dict)
    """Path of pages that only an index without types names, so far."""
    chosen: set[str] = field(default_factory=set)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown_types: Counter[str] = field(default_factory=Counter)
    passed_sitemaps: int = 0
    outside: int = 0
    """Pages that an old index lists and that lie in no folder of scope.toml that was asked for."""
    read: int = 0
    """Indexes that were read."""
    listings_done: bool = False
    done: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether all that was asked for is younger than anything on the host."""
        last, since = self.site.last_year, self.window.since
        return last is not None and since is not None and since.year > last

    def start(self) -> Iterator[Ask]:
        if self.is_closed:
            self.done = True
            return
        bases = self.site.listings if self.window.deep else self.site.listings[:1]
        yield from self._open(Ask("listing", base, base) for base in bases)
        yield from self._open(Ask("index", url, canonical(url)) for url in self.site.indexes)

    def answer(self, ask: Ask, page: IndexPage) -> Iterator[Ask | Link]:
        """What to fetch after this answer. Raises BadIndex where the walk cannot be complete."""
        self.read += 1
        self.counts[ask.source, ask.first] += len(page.links) + len(page.skipped)
        if ask.source == "listing":
            yield from self._read_listing(page)
        elif ask.source == "index":
            yield from self._read_old_index(page)
        else:
            self._read_untyped(page)
        yield from self._open(self._below(ask, page))
        following = self._next(ask, page)
        if following is not None:
            yield following
        else:
            self._check_total(ask, page)
            yield from self.close(ask)

    def close(self, ask: Ask) -> Iterator[Ask | Link]:
        """Ends the walk of an index, because it is done or because it failed."""
        self.open.discard((ask.source, ask.first))
        if self.open:
            return
        if not self.listings_done:
            self.listings_done = True
            yield from self._open(self._untyped())
        if not self.open and not self.done:
            self.done = True
            yield from self._leftovers()

    def _open(self, asks: Iterable[Ask]) -> list[Ask]:
        """Those that were not asked before. Raises BadIndex where there are more than the most allowed."""
        unique = {(ask.source, ask.first): ask for ask in asks}
        found = [ask for key, ask in unique.items() if key not in self.asked]
        if found and len(self.asked) + len(found) > self.most_pages + MOST_STARTS:
            raise BadIndex(found[0].url, f"{len(self.asked)} indexes asked for, the most allowed, and there are more")
        self.asked.update((ask.source, ask.first) for ask in found)
        self.open.update((ask.source, ask.first) for ask in found)
        return found

    def _untyped(self) -> Iterator[Ask]:
        site, deep = self.site, self.window.deep
        yield from (Ask("feed", url, url) for url in (site.feeds if deep else site.feeds[:1]))
        if deep and site.sitemap:
            yield Ask("sitemap", site.sitemap, site.sitemap)
        if deep:
            for post_type in site.rest_types:
                yield Ask("rest", rest_url(site.host, post_type, 1), post_type)

    def _below(self, ask: Ask, page: IndexPage) -> Iterator[Ask]:
        for url in page.indexes:
            if ask.source == "index":
                if leads_to_speech(url, self.window.types) and self.window.may_list(url):
                    yield Ask("index", url, canonical(url))
            elif RELEASE_SITEMAP.search(url):
                yield Ask("sitemap", url, url)
            else:
                self.passed_sitemaps += 1

    def _next(self, ask: Ask, page: IndexPage) -> Ask | None:
        if page.next_url is None or (ask.source == "listing" and self._is_past(page)):
            return None
        if ask.number >= self.most_pages:
            raise BadIndex(ask.url, f"{ask.number} pages read, the most allowed, and the index goes on")
        number = ask.number + 1
        if ask.source != "listing":
            return replace(ask, url=page.next_url, number=number)
        if page_number(page.next_url) != number:
            raise BadIndex(ask.url, f"page {ask.number} names {page.next_url} as the next one")
        return replace(ask, url=listing_url(ask.first, number), number=number)

    def _is_past(self, page: IndexPage) -> bool:
        """Every dated item of the page is older than the window: listings are newest first."""
        dated = [link for link in page.links if link.date]
        return bool(dated) and all(self.window.is_older(link) for link in dated)

    def _check_total(self, ask: Ask, page: IndexPage) -> None:
        read = self.counts[ask.source, ask.first]
        if page.next_url is None and page.total is not None and read < page.total:
            raise BadIndex(ask.url, f"the index says {page.total} items, its pages hold {read}")

    def _read_listing(self, page: IndexPage) -> Iterator[Link]:
        for link in page.links:
            self.listed.setdefault(work_path(link.url), link)
            if not wanted(link.type, self.window.types) or not self.window.takes(link):
                continue
            if link.type and holds_speech(link.type) is None:
                self.unknown_types[link.type] += 1
            yield from self._choose(link)

    def _read_old_index(self, page: IndexPage) -> Iterator[Link]:
        for link in page.links:
            self.listed.setdefault(work_path(link.url), link)
            if not wants_address(link.url, self.window.types):
                self.outside += 1
            elif self.window.takes(link):
                yield from self._choose(link)

    def _choose(self, link: Link) -> Iterator[Link]:
        if (path := work_path(link.url)) not in self.chosen:
            self.chosen.add(path)
            yield link

    def _read_untyped(self, page: IndexPage) -> None:
        for link in page.links:
            if is_page(link.url):
                path = work_path(link.url)
                before = self.unlisted.get(path, link)
                # a sitemap knows the last edit, a REST list the date, too
                self.unlisted[path] = replace(
                    before, date=before.date or link.date, modified_at=before.modified_at or link.modified_at
                )

    def _leftovers(self) -> Iterator[Link]:
        """Pages that no listing named; and chosen pages once more, with the time of their last edit."""
        for path, link in self.unlisted.items():
            if path in self.chosen and path in self.listed and link.modified_at:
                yield replace(link, type=self.listed[path].type)
            if path in self.chosen or path in self.listed or not self.window.takes(link):
                continue
            # The last edit is never before publication: what was last edited before the window lies before it.
            if self.window.since and link.modified_at and link.modified_at[:10] < self.window.since.isoformat():
                continue
            self.chosen.add(path)
            yield link
