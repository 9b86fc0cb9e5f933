"""Step 1: which index to ask next and which pages to fetch, for one host. A pure state machine; no Scrapy, no clock.

Listings come first: they alone print each item's type, and pages are chosen by type. When every listing is done, the
indexes that print no type (feed, sitemap, REST) are asked; an address that only they name is fetched, and its own
page tells its type. So every page is chosen by a printed type, and two sources that do not lean on each other are
compared.

The older hosts have trees of hand-kept index pages instead, without types: there scope.py tells by the folder which
pages are wanted and which indexes may lead to some.

A run that goes on from an earlier one reads as little as it can. First it asks REST, where the host has it, for what
was edited or put up since: two answers tell both. Then it reads the listing, newest first, until it comes to a page on
which everything already stood when the last run ended that read it all. Below that nothing can hide: what is put up
later under an earlier date is in REST's answer. Where REST gives none (a host without, a block), the listing is read
over the whole overlap by the first run of a day, and the feed besides.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from crawler.discovery.listing import listing_url, page_number
from crawler.discovery.rest import rest_url
from crawler.discovery.scope import leads_to_speech, wants_address
from crawler.discovery.window import Ask, Window
from crawler.errors import BadIndex
from crawler.web.types import holds_speech, wanted
from crawler.web.urls import canonical, is_page, work_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.items import IndexPage, Link
    from crawler.web.sites import Site

# ---- past ----
# Step 1: what the walk has to know of earlier runs. Pure; runs/past.py answers it from the database.


class Past(Protocol):
    """What was known when the last run ended that read all of the host's indexes."""

    def listed(self, url: str) -> tuple[str | None] | None:
        """The type that a listing printed for the address; None where none had it."""
        ...

    def held(self, url: str) -> bool:
        """Whether the page of that address had been read."""
        ...


class NoPast:
    """Before the first run, and for a span that a person chose."""

    def listed(self, url: str) -> None:
        return None

    def held(self, url: str) -> bool:
        return False


# "state_briefing-sitemap.xml", "state_press_release-sitemap3.xml"; page-sitemaps list the whole site without a type
RELEASE_SITEMAP = re.compile(r"/state_[a-z_]+-sitemap\d*\.xml")


# Indexes that a walk begins with, over and above the most pages of one.
MOST_STARTS = 20


@dataclass(slots=True)
class Walk:
    """The state of the walk over one host's indexes."""

    site: Site
    window: Window
    most_pages: int
    past: Past = field(default_factory=NoPast)
    asks_edits: bool = True
    """Whether REST may be asked for what was edited."""
    open: set[tuple[str, str]] = field(default_factory=set)
    """Indexes being walked: (source, first)."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    """All that were ever opened: an index may name itself, or another one twice."""
    listed: dict[str, Link] = field(default_factory=dict)
    """Path of every page that an index with types names, whether wanted or not."""
    unlisted: dict[str, Link] = field(default_factory=dict)
    """Path of pages that only an index without types names, so far."""
    chosen: set[str] = field(default_factory=set)
    answered: set[Ask] = field(default_factory=set)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown_types: Counter[str] = field(default_factory=Counter)
    totals: dict[str, int] = field(default_factory=dict)
    """How many items each listing said that it has, when last asked."""
    unasked: list[Ask] = field(default_factory=list)
    """REST lists still to be asked for edits, one after the other: after a refusal the rest are not."""
    sees_edits: bool = False
    """REST told all that was edited or put up since."""
    passed_edits: int = 0
    """Pages older than the window and not held that REST names as edited."""
    passed_sitemaps: int = 0
    outside: int = 0
    """Pages that an old index lists and that lie in no folder of scope.toml that was asked for."""
    read: int = 0
    """Indexes that were read."""
    begun: bool = False
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
        if self.asks_edits and not self.window.deep and self.window.since is not None:
            since = f"{self.window.since}T00:00:00Z"
            kinds = self.site.rest_types
            self.unasked = [Ask("rest", rest_url(self.site.host, kind, 1, since), kind) for kind in kinds]
            self.sees_edits = bool(kinds)
        yield from self._begin()

    def _begin(self) -> Iterator[Ask]:
        """The next REST list; after the last one the listings."""
        if self.unasked:
            yield from self._open([self.unasked.pop(0)])
            return
        self.begun = True
        bases = self.site.listings if self.window.deep else self.site.listings[:1]
        yield from self._open(Ask("listing", base, base) for base in bases)
        yield from self._open(Ask("index", url, canonical(url)) for url in self.site.indexes)

    def answer(self, ask: Ask, page: IndexPage) -> Iterator[Ask | Link]:
        """What to fetch after this answer. Raises BadIndex where the walk cannot be complete."""
        self.read += 1
        self.counts[ask.source, ask.first] += (len(page.links) + len(page.skipped)) * (ask not in self.answered)
        self.answered.add(ask)
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
        """Ends the walk of an index."""
        self.open.discard((ask.source, ask.first))
        if self.open:
            return
        if not self.begun:
            yield from self._begin()
        elif not self.listings_done:
            self.listings_done = True
            yield from self._open(self._untyped())
        if not self.open and not self.done:
            self.done = True
            yield from self._leftovers()

    def fail(self, ask: Ask) -> Iterator[Ask | Link]:
        """Ends the walk of an index that could not be read."""
        if ask.source == "rest" and not self.begun:
            self.sees_edits = False
            self.unasked.clear()
        yield from self.close(ask)

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
        if not self.sees_edits:
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
        if ask.source == "listing" and (back := self._moved_up(ask, page)):
            number = max(1, ask.number - back)
            return replace(ask, url=listing_url(ask.first, number), number=number)
        if page.next_url is None or (ask.source == "listing" and (self._is_past(page) or self._is_known(page))):
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

    def _is_known(self, page: IndexPage) -> bool:
        """Everything on the page stood there when the last complete run ended; what this run stored tells nothing."""
        if self.window.deep or not (self.sees_edits or not self.window.thorough):
            return False
        return bool(page.links) and all(self.past.listed(link.url) == (link.type,) for link in page.links)

    def _moved_up(self, ask: Ask, page: IndexPage) -> int:
        """How many pages back items may stand that moved up, because others were taken away since the page before.

        What is put up meanwhile moves items down, to a page that is still to be read.
        """
        before, size = self.totals.get(ask.first), len(page.links) + len(page.skipped)
        if page.total is not None:
            self.totals[ask.first] = page.total
        if ask.number == 1 or before is None or page.total is None or not size:
            return 0
        return max(0, -(-(before - page.total) // size))

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
                # a sitemap knows the last edit, a REST list the date and the type, too
                self.unlisted[path] = replace(
                    before,
                    date=before.date or link.date,
                    modified_at=before.modified_at or link.modified_at,
                    type=before.type or link.type,
                )

    def _leftovers(self) -> Iterator[Link]:
        """Pages that no listing named; and pages that are held or chosen, with the time of their last edit."""
        for path, link in self.unlisted.items():
            if path in self.listed:
                if link.modified_at and (path in self.chosen or self.past.held(link.url)):
                    yield replace(link, type=self.listed[path].type)
            elif link.modified_at and self.past.held(link.url):
                yield link
            elif self._is_wanted(link):
                self.chosen.add(path)
                yield link

    def _is_wanted(self, link: Link) -> bool:
        """Of pages that no listing of this walk named: feed, REST or earlier listings may have told the type."""
        if not wanted(link.type, self.window.types):
            return False
        before = self.past.listed(link.url)
        if before is not None and not wanted(before[0], self.window.types):
            return False
        # The last edit is never before publication: what was last edited before the window lies before it.
        since = self.window.since
        edited_before = since and link.modified_at and link.modified_at[:10] < since.isoformat()
        if self.window.takes(link) and not edited_before:
            return True
        self.passed_edits += self.sees_edits
        return False
