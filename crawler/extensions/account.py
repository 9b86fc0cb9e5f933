"""Keeps the run's account: counts what Scrapy counts, names what failed, closes the books when the spider is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import signals

from crawler.run import run_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

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
        run_of(self.crawler).fault(f"{response.url}: {failure.getErrorMessage()}")

    def item_error(self, item: Any, failure: Failure) -> None:
        run_of(self.crawler).fault(f"{item!r}: {failure.getErrorMessage()}")

    def closed(self, spider: Spider, reason: str) -> None:
        run = run_of(self.crawler)
        stats = self.crawler.stats
        run.requests = stats.get_value("downloader/request_count", 0)
        run.bytes = stats.get_value("downloader/response_bytes", 0)
        if fatal := stats.get_value("remarks/fatal"):
            run.fault(fatal)
        if reason not in SOUND_ENDS and not run.faults:
            run.fault(f"the crawl ended early: {reason}")
        elif reason == "shutdown":
            run.refusals.append("stopped by a signal before the end")
