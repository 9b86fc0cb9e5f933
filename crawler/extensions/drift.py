"""The drift sentinel: when the spider is done, the newest pages are held against those before (drift.py).

The days without news are held against the usual ones (runs/silence.py).
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from scrapy import signals

from crawler.exporters.sqlite.status import LIVE_HOST
from crawler.runs.figures import drifts
from crawler.runs.run import run_of
from crawler.runs.silence import silences

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.runs.run import Run


class DriftSentinel:
    """What it finds makes the run degraded, and stands in its line."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.since = str(crawler.settings["REMARKS_DRIFT_SINCE"])
        self.silence_days = crawler.settings.getfloat("REMARKS_SILENCE_DAYS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        sentinel = cls(crawler)
        crawler.signals.connect(sentinel.closed, signals.spider_closed)
        return sentinel

    def closed(self) -> None:
        run = run_of(self.crawler)
        if run.faults:  # a full disk, a broken database: nothing can be told
            return
        try:
            run.drift += drifts(run.store.db.conn, run.id, self.since)
            if LIVE_HOST in run.arguments.hosts:
                self.listen(run)
        except sqlite3.Error as error:
            run.fault(f"drift: the figures cannot be read: {error}")

    def listen(self, run: Run) -> None:
        """Silences past the floor are drifts; shorter ones stand in the report."""
        for silence in silences(run.store.db.conn, self.since):
            if silence.degrades(self.silence_days):
                run.drift.append(silence)
            else:
                run.notices.append(str(silence).replace("drift: ", "quiet: ", 1))
