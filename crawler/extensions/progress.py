"""What a person at a terminal sees while a crawl runs: host, pages done and known, time left. Silent under cron."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as Bar
from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.runs.run import run_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.spiders.remarks import RemarksSpider

PERIOD_SECONDS = 0.5
# On fewer columns the words need all the room.
BAR_COLUMNS = 100
# After so many pages the pace is known better than the delay tells.
SOME_PAGES = 5


class Progress:
    """A line on standard error, if that is a terminal."""

    def __init__(self, crawler: Crawler, console: Console) -> None:
        self.crawler = crawler
        bars = [BarColumn(bar_width=20)] if console.width >= BAR_COLUMNS else []
        words = TextColumn("{task.fields[host]}  {task.fields[words]}", markup=False)
        self.bar = Bar(SpinnerColumn(), *bars, words, console=console, transient=True)
        self.task = self.bar.add_task("", total=None, host="", words="")
        self.loop = create_looping_call(self.show)
        self.host = ""
        self.begun: float | None = None
        """When the first page was asked for."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not sys.stderr.isatty():
            raise NotConfigured("standard error is no terminal")
        progress = cls(crawler, Console(stderr=True))
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.sent, signals.request_reached_downloader)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self) -> None:
        self.bar.start()
        self.loop.start(PERIOD_SECONDS)

    def sent(self, request: Request) -> None:
        self.host = urlsplit(request.url).hostname or ""

    def closed(self) -> None:
        if self.loop.running:
            self.loop.stop()
        self.show()
        self.bar.stop()

    def show(self) -> None:
        counts = run_of(self.crawler).counts
        done, asked = counts["fetched_pages"], counts["asked_pages"]
        if asked and self.begun is None:
            self.begun = time.monotonic()
        words = f"{counts['index']:,} lists read, {counts['known']:,} pages known"
        if done and not asked:  # of WARC files
            words = f"{done:,} pages read, {counts['known']:,} known"
        elif asked:
            words = ", ".join(filter(None, (f"{done:,} of {asked:,} pages, {counts['known']:,} known", self.left())))
        self.bar.update(self.task, completed=done, total=asked or None, host=self.host, words=words)

    def left(self) -> str:
        """By the pace so far, or the delay where few pages have come; "at least" while lists may name more pages."""
        run = run_of(self.crawler)
        done, asked = run.counts["fetched_pages"], run.counts["asked_pages"]
        pace = self.crawler.settings.getfloat("DOWNLOAD_DELAY") / max(1, len(run.arguments.hosts))
        if done >= SOME_PAGES and self.begun is not None:
            pace = (time.monotonic() - self.begun) / done
        walks = cast("RemarksSpider", self.crawler.spider).walks
        is_listed = done >= SOME_PAGES and bool(walks) and all(walk.done for walk in walks)
        return time_left((asked - done) * pace, "about" if is_listed else "at least")


def time_left(seconds: float, how: str = "about") -> str:
    """In words ("about 12 min left"); an empty string where nothing is to be waited for."""
    if seconds < 1:
        return ""
    if seconds < 90:
        return f"{how} {seconds:.0f} s left"
    return f"{how} {seconds / 60:.0f} min left" if seconds < 90 * 60 else f"{how} {seconds / 3600:.1f} hours left"
