"""The drift sentinel: when the spider is done, the newest pages are held against those before (drift.py)."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from scrapy import signals

from crawler.exporters.figures import drifts
from crawler.run import run_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class DriftSentinel:
    """What it finds makes the run degraded, and stands in its line."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.since = str(crawler.settings["REMARKS_DRIFT_SINCE"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        sentinel = cls(crawler)
        crawler.signals.connect(sentinel.closed, signals.spider_closed)
        return sentinel

    def closed(self) -> None:
        run = run_of(self.crawler)
        if run.faults:  # a full disk, a broken database: nothing can be told
            return
        run.books.order.finish()
        try:
            run.drift = drifts(run.store.db.conn, run.id, self.since)
        except sqlite3.Error as error:
            run.fault(f"drift: the figures cannot be read: {error}")
