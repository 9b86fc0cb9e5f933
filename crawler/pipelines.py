"""Step 9 as an item pipeline: what was read is stored. What was refused never becomes an item."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from crawler.fetch.stop import is_stopping, stop
from crawler.rebuild.damaged import explained
from crawler.runs.run import run_of

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.items import Capture, Remark


Span = tuple["date | None", "date | None"]


@dataclass(frozen=True, slots=True)
class Work:
    """What travels from the spider: a capture and what steps 4-8 have made of it (rebuild/reading.py)."""

    capture: Capture
    remark: Remark

    def __repr__(self) -> str:
        return f"Work({self.capture.url})"


class Store:
    """A fault of the disk or the database ends the run with a clear word."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Work) -> Work:
        if is_stopping(self.crawler):
            raise DropItem("the run is stopping", log_level="DEBUG")
        try:
            run_of(self.crawler).save(item.remark, item.capture)
        except (sqlite3.Error, OSError) as error:
            stop(self.crawler, "store_failed", f"{item.capture.url}: cannot be stored: {explained(error)}")
            raise DropItem(str(error), log_level="DEBUG") from error
        return item
