"""Keeps the run's account: counts what Scrapy counts, names what failed, closes the books when the spider is done."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, cast

from scrapy import signals

from crawler.errors import Crashed
from crawler.fetch.middlewares import stored_of
from crawler.fetch.stop import is_stopping, stop
from crawler.runs.run import run_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from crawler.discovery.walk import Walk
    from crawler.runs.run import Run
    from crawler.spiders.remarks import RemarksSpider

# Ends of a crawl that are no fault: done, or stopped by a person.
SOUND_ENDS = frozenset({"finished", "shutdown"})


class Account:
    """A fault in a callback or a pipeline fails the run, though Scrapy itself would end with status 0."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        account = cls(crawler)
        crawler.signals.connect(account.spider_error, signals.spider_error)
        crawler.signals.connect(account.item_error, signals.item_error)
        crawler.signals.connect(account.closed, signals.spider_closed)
        return account

    def spider_error(self, failure: Failure, response: Any) -> None:
        """`response` is the failure itself where an errback failed."""
        request = getattr(response, "request", None)
        url = getattr(response, "url", None) or getattr(request, "url", "a request")
        assert failure.value is not None
        words = f"{url}: {type(failure.value).__name__}: {failure.getErrorMessage()}"
        if isinstance(failure.value, sqlite3.Error | OSError):
            stop(self.crawler, "store_failed", words)
        elif request is not None and not run_of(self.crawler).books.order.failed:
            run_of(self.crawler).crash(Crashed.by(str(url), failure.value), stored_of(request))
        elif not is_stopping(self.crawler):
            self.fault(words)

    def item_error(self, item: Any, failure: Failure) -> None:
        self.fault(f"{item!r}: {failure.getErrorMessage()}")

    def fault(self, words: str) -> None:
        """Of this program; where it is in storing, nothing more can be stored in this run."""
        if run_of(self.crawler).books.order.failed:
            stop(self.crawler, "store_failed", words)
        else:
            run_of(self.crawler).fault(words)

    def closed(self, spider: Spider, reason: str) -> None:
        run = run_of(self.crawler)
        stats = self.crawler.stats
        run.requests = stats.get_value("downloader/request_count", 0)
        run.bytes = stats.get_value("downloader/response_bytes", 0)
        if fatal := stats.get_value("remarks/fatal"):
            run.fault(fatal)
        if reason not in SOUND_ENDS and not run.faults:
            run.fault(f"the crawl ended early: {reason}")
        run.told, run.ended = True, reason == "finished"
        walks = cast("RemarksSpider", self.crawler.spider).walks
        if reason == "shutdown":
            run.refusals.append("stopped by a signal before the end")
        if run.ended:
            tell_unread(run, walks)
        run.notices += notices(walks)


def tell_unread(run: Run, walks: Iterable[Walk]) -> None:
    """Hosts of which nothing was read: none of the indexes that were guessed is there, or their time is over."""
    for walk in walks:
        host = walk.site.host
        if walk.is_closed:
            run.closed.append(host)
        elif walk.asked and not walk.read and host not in run.holes:
            run.index_failed(host)
            run.refusals.append(f"bad_index: https://{host}/: none of its indexes is where it was expected")


def notices(walks: Iterable[Walk]) -> Iterator[str]:
    """What the indexes held that this version does not know or does not read."""
    for walk in walks:
        for label, items in walk.unknown_types.items():
            yield f"{walk.site.host}: type {label!r} is not known: {items} items, fetched all the same"
        if walk.outside:
            yield f"{walk.site.host}: {walk.outside} listed pages lie in no folder that was asked for (data/scope.toml)"
        if walk.passed_edits:
            yield f"{walk.site.host}: {walk.passed_edits} pages were edited that are older than asked for and not held"
        if walk.passed_sitemaps:
            yield f"{walk.site.host}: {walk.passed_sitemaps} sitemaps of other kinds of pages were not read"
