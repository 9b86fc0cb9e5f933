"""What a probe asks of one host: an index of each kind, then the newest and the oldest pages that they name. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.discovery.listing import listing_url
from crawler.discovery.rest import rest_url
from crawler.discovery.scope import leads_to_speech, wants_address
from crawler.discovery.walk import RELEASE_SITEMAP
from crawler.discovery.window import YEAR, Ask
from crawler.web.types import SPEECH, holds_speech, wanted
from crawler.web.urls import canonical, is_index, work_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.items import IndexPage, Link
    from crawler.web.sites import Site

#: Requests of a whole probe: robots.txt, repetitions and redirects count.
MOST_REQUESTS: Final = 60
#: Of one host, however few are asked.
MOST_A_HOST: Final = 20
#: Of these one host can be asked for everything that it has.
GENEROUS: Final = 14
PAGES: Final = 4
MOST_PAGES: Final = 8
#: Pages that are kept free while hand-kept indexes are followed.
LEAST_PAGES: Final = 3
#: Hand-kept indexes asked first, the home page among them.
FIRST_INDEXES: Final = 4
#: Further ones, to which these lead.
MOST_FOLLOWED: Final = 6
#: So many pages at either end count as the newest or the oldest.
FIRST_OF_MANY: Final = 10


def shares(sites: Sequence[Site]) -> dict[str, int]:
    """Requests that each host may have, robots.txt among them; together no more than MOST_REQUESTS."""
    each = MOST_REQUESTS // len(sites)
    if each >= GENEROUS:
        return {site.host: min(each, MOST_A_HOST) for site in sites}
    found = {site.host: 1 + kinds(site) + PAGES for site in sites if not site.indexes}
    old = [site.host for site in sites if site.indexes]
    left = MOST_REQUESTS - sum(found.values())
    return found | {host: (left + number) // len(old) for number, host in enumerate(reversed(old))}


def kinds(site: Site) -> int:
    """Indexes of a WordPress host, one of each kind; the sitemap index leads to a sitemap."""
    return len(site.listings[:1]) + len(site.feeds[:1]) + 2 * bool(site.sitemap) + len(site.rest_types[:1])


def first_asks(site: Site, *, generous: bool = False) -> list[Ask]:
    """The indexes that are asked whatever comes."""
    many = None if generous else 1
    found = [Ask("listing", url, url) for url in site.listings[:1]]
    found += [Ask("feed", url, url) for url in site.feeds[:1]]
    found += [Ask("sitemap", site.sitemap, site.sitemap)] if site.sitemap else []
    found += [Ask("rest", rest_url(site.host, name, 1), name) for name in site.rest_types[:many]]
    indexes = site.indexes if generous else site.indexes[:FIRST_INDEXES]
    return found + [Ask("index", url, canonical(url)) for url in indexes]


@dataclass(slots=True)
class Visit:
    """The state of the questions to one host."""

    site: Site
    left: int
    """Requests that it may still have; robots.txt is none of them."""
    generous: bool = False
    waiting: list[Ask] = field(default_factory=list)
    read: dict[Ask, IndexPage | None] = field(default_factory=dict)
    """Each index asked, and what it held; None where it could not be read."""
    followed: int = 0
    """Hand-kept indexes that others led to."""
    sought: int = 0
    """Hand-kept indexes asked because one below them is missing."""
    pages: list[Link] = field(default_factory=list)
    """Pages asked for."""

    @classmethod
    def of(cls, site: Site, share: int) -> Visit:
        generous = share >= GENEROUS
        return cls(site, share - 1, generous, first_asks(site, generous=generous))

    def next(self) -> Ask | Link | None:
        """What to ask next; None at the end."""
        if self.left <= 0:
            return None
        link = self._next_page() if not self.waiting else None
        index = self._next_index() if link is None or self.left > LEAST_PAGES else None
        if index is not None:
            self.read[index] = None
        elif link is not None:
            self.pages.append(link)
        else:
            return None
        self.left -= 1
        return index or link

    def answer(self, ask: Ask, page: IndexPage) -> None:
        """page: what the index held; not called for one that could not be read."""
        self.read[ask] = page
        if ask.source == "sitemap" and ask.url == self.site.sitemap:
            self.waiting += [Ask("sitemap", url, url) for url in page.indexes if RELEASE_SITEMAP.search(url)][:1]
        if ask.source == "listing" and ask.number == 1 and self.generous and page.total and page.links:
            last = -(-page.total // (len(page.links) + len(page.skipped)))
            if last > 1:
                self.waiting.append(replace(ask, url=listing_url(ask.first, last), number=last))

    def _next_page(self) -> Link | None:
        """The newest and the oldest in turn."""
        if len(self.pages) >= MOST_PAGES:
            return None
        return pick(merged(self.read.values()).values(), self.pages, newest=len(self.pages) % 2 == 0)

    def _next_index(self) -> Ask | None:
        if self.waiting:
            return self.waiting.pop(0)
        url = self._named_nearby() or self._below() or self._below(oldest=True)
        return Ask("index", url, canonical(url)) if url is not None else None

    def _named_nearby(self) -> str | None:
        """An index above one that is not where it was thought to be: does the host still lead there?"""
        missing = [ask.url for ask, page in self.read.items() if page is None]
        found = next((url for url in self._unasked() if any(lies_above(url, other) for other in missing)), None)
        if found is None or self.sought >= (MOST_FOLLOWED if self.generous else MOST_FOLLOWED // 3):
            return None
        self.sought += 1
        return found

    def _below(self, *, oldest: bool = False) -> str | None:
        """The next index on the way to the newest pages, or to the oldest."""
        if self.followed >= (MOST_FOLLOWED if oldest or self.generous else MOST_FOLLOWED // 2):
            return None
        found = [url for url in self._unasked() if leads_to_speech(url, SPEECH)]
        found = [url for url in found if _years(url)] or found
        if not found:
            return None
        self.followed += 1
        return min(found, key=_age) if oldest or self.followed % 4 == 0 else max(found, key=_age)

    def _unasked(self) -> list[str]:
        asked = {ask.first for ask in self.read}
        named = (url for page in self.read.values() if page is not None for url in page.indexes)
        return [url for url in dict.fromkeys(named) if is_index(url) and canonical(url) not in asked]


def lies_above(index: str, other: str) -> bool:
    """Whether the folder of an index holds another one, or that itself."""
    return urlsplit(other).path.startswith(urlsplit(index).path.rpartition("/")[0] + "/")


def _years(url: str) -> list[str]:
    return YEAR.findall(urlsplit(url).path)  # hosts have years in their names, too


def _age(url: str) -> tuple[int, int, str]:
    """By the year in the address; of one year the longer one, which lies deeper."""
    years = _years(url)
    return (int(years[-1]) if years else 0, url.count("/"), url)


def merged(pages: Iterable[IndexPage | None]) -> dict[str, Link]:
    """What the indexes say of each page, by its path; what one does not tell, another may."""
    found: dict[str, Link] = {}
    for page in pages:
        for link in page.links if page is not None else ():
            path = work_path(link.url)
            before = found.get(path, link)
            found[path] = replace(
                before,
                title=before.title or link.title,
                type=before.type or link.type,
                date=before.date or link.date,
                byline=before.byline or link.byline,
                modified_at=before.modified_at or link.modified_at,
            )
    return found


def pick(links: Iterable[Link], asked: Sequence[Link], *, newest: bool) -> Link | None:
    """The newest or the oldest that was not asked for: speech before all else, of several a type not seen yet."""
    known = {link.url for link in asked}
    left = [link for link in links if link.url not in known]
    pool = [link for link in left if _is_speech(link)] or left
    ends = sorted(pool, key=_day, reverse=newest)[:FIRST_OF_MANY]
    types = {link.type for link in asked}
    return next((link for link in ends if link.type not in types), ends[0] if ends else None)


def _is_speech(link: Link) -> bool:
    if link.source == "index":
        return wants_address(link.url, SPEECH)
    return wanted(link.type, SPEECH) if link.type is None else holds_speech(link.type) is True


def _day(link: Link) -> tuple[str, str]:
    """Its date, else that of its last edit, else the year in its address."""
    years = _years(link.url)
    return link.date or (link.modified_at or "")[:10] or (years[-1] if years else "0"), link.url
