"""Step 2, fetch: where the pages of a host go that refuses us. To the Internet Archive, or to a later run."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crawler.errors import Refusal, Unreachable, Waiting
from crawler.fetch.middlewares import META_TYPE
from crawler.items import Link
from crawler.runs.sentinel import is_of_the_host
from crawler.spiders.wayback import Wayback
from crawler.web.urls import canonical, host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request

    from crawler.pipelines import Span
    from crawler.spiders.remarks import RemarksSpider


class Fallback:
    """REMARKS_FALLBACK says which of the two."""

    def __init__(self, spider: RemarksSpider) -> None:
        self.spider = spider
        self.run = spider.run
        self.is_on = spider.settings["REMARKS_FALLBACK"] == "wayback"
        self.refused: defaultdict[str, list[tuple[Link, Span | None]]] = defaultdict(list)
        """Pages that a host refused before it was closed."""
        self.archives: dict[str, Wayback] = {}

    def page_refused(self, request: Request, refusal: Refusal, span: Span | None) -> Iterator[Request]:
        """The page again from elsewhere, if its host is closed; now, or as soon as that is so."""
        host = host_of(request.url)
        asked = (request.meta.get("redirect_urls") or [request.url])[0]
        page = Link(url=canonical(asked), source="refused", type=request.meta.get(META_TYPE)), span
        if isinstance(refusal, Waiting):
            yield from self.host_refused(host)
            yield from self._elsewhere(host, *page)
        elif is_of_the_host(refusal) or isinstance(refusal, Unreachable):
            self.refused[host].append(page)
            yield from self.host_refused(host)

    def host_refused(self, host: str) -> Iterator[Request]:
        """Begins to ask the Archive for the host, once that is closed."""
        walk = next((walk for walk in self.spider.walks if walk.site.host == host), None)
        if not self.is_on or walk is None or host not in self.run.sentinel.closed:
            return
        if host not in self.archives:
            self.archives[host] = Wayback(self.spider, walk)
            yield from self.archives[host].start()
        for link, span in self.refused.pop(host, ()):
            yield from self.archives[host].want(link, span)

    def _elsewhere(self, host: str, link: Link, span: Span | None) -> Iterator[Request]:
        if host in self.archives:
            yield from self.archives[host].want(link, span)
        else:
            self.run.wait(link.url, link.type)
