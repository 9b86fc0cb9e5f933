"""What a person at a terminal sees while a crawl runs: pages done and known, rate, time left. Silent under cron."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.runs.run import run_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

PERIOD_SECONDS = 0.5


class Progress:
    """A bar on standard error, if that is a terminal."""

    def __init__(self, crawler: Crawler, console: Console) -> None:
        self.crawler = crawler
        self.bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.fields[phase]}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("pages, {task.fields[known]} known, {task.fields[rate]}, {task.fields[left]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self.task = self.bar.add_task("", total=None, phase="listings", known=0, rate="", left="")
        self.loop = create_looping_call(self.show)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not sys.stderr.isatty():
            raise NotConfigured("standard error is no terminal")
        progress = cls(crawler, Console(stderr=True))
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self) -> None:
        self.bar.start()
        self.loop.start(PERIOD_SECONDS)

    def closed(self) -> None:
        if self.loop.running:
            self.loop.stop()
        self.show()
        self.bar.stop()

    def show(self) -> None:
        counts = run_of(self.crawler).counts
        done, asked = counts["fetched_pages"], counts["asked_pages"]
        elapsed = self.bar.tasks[0].elapsed or 0.0
        delay = self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        hosts = max(1, len(run_of(self.crawler).arguments.hosts))
        self.bar.update(
            self.task,
            completed=done,
            total=asked or None,
            phase="pages" if asked else "listings",
            known=counts["known"],
            rate=f"{done / elapsed * 60:.0f} a minute" if elapsed > 1 else "",
            left=time_left((asked - done) * delay / hosts if delay else 0),
        )


def time_left(seconds: float) -> str:
    """In words ("about 12 min left"); an empty string where nothing is to be waited for."""
    if seconds < 1:
        return ""
    return f"about {seconds / 60:.0f} min left" if seconds >= 90 else f"about {seconds:.0f} s left"
