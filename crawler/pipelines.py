"""Steps 4-9 as item pipelines: thin adapters round the functions of flow.STEPS, in the order they run.

An item is a Work: the capture and what the steps so far have made of it. A Refusal ends it: the capture's row gets the
outcome, the run counts it, the bytes are in the archive.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import DropItem

from crawler import flow
from crawler.discovery.types import wanted
from crawler.errors import NotRemarks, NotText, OutOfSpan, Refusal, Thinner
from crawler.items import Page
from crawler.run import run_of
from crawler.stopping import is_stopping, stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.items import Capture, Remark


Span = tuple["date | None", "date | None"]


@dataclass(frozen=True, slots=True)
class Work:
    """What travels through the pipelines."""

    capture: Capture
    result: Capture | Page | Remark
    span: Span | None = None
    """First and last date wanted, where only the page itself can tell its date."""

    def __repr__(self) -> str:
        return f"Work({self.capture.url}, {type(self.result).__name__})"


class Adapter:
    """A pipeline that holds its crawler."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)


class Step(Adapter):
    """Applies one function of flow.STEPS."""

    function: ClassVar[Callable[..., Any]]

    def process_item(self, item: Work) -> Work:
        try:
            return self.apply(item)
        except Refusal as refusal:
            template = item.result.template if isinstance(item.result, Page) else None
            run_of(self.crawler).refuse(refusal, _id(item.capture), template)
            raise DropItem(str(refusal), log_level="DEBUG") from refusal

    def apply(self, item: Work) -> Work:
        return replace(item, result=type(self).function(item.result))


class ParsePage(Step):
    """Also turns away pages whose own type was not asked for (an index without types named them)."""

    function = staticmethod(flow.STEPS[0])

    def apply(self, item: Work) -> Work:
        work = super().apply(item)
        page = work.result
        assert isinstance(page, Page)
        run = run_of(self.crawler)
        if not wanted(page.type, run.arguments.types):
            run.counts["passed"] += 1
            raise NotRemarks(page.url, f"type {page.type!r} was not asked for")
        if work.span is not None and not _within(page.date, work.span):
            run.counts["passed"] += 1
            raise OutOfSpan(page.url, f"date {page.date} was not asked for")
        return work


class StripBoilerplate(Step):
    function = staticmethod(flow.STEPS[1])


class SplitTurns(Step):
    function = staticmethod(flow.STEPS[2])


class IdentifySpeakers(Step):
    function = staticmethod(flow.STEPS[3])


class Validate(Step):
    function = staticmethod(flow.STEPS[4])


class Store(Adapter):
    """Step 9. A fault of the disk or the database ends the run with a clear word."""

    def process_item(self, item: Work) -> Work:
        run = run_of(self.crawler)
        if is_stopping(self.crawler):
            raise DropItem("the run is stopping", log_level="DEBUG")
        try:
            run.save(item.result, item.capture)  # type: ignore[arg-type]
        except Thinner as thinner:
            run.refuse(thinner, _id(item.capture))
            raise DropItem(str(thinner), log_level="DEBUG") from thinner
        except ValueError as error:  # text that no database keeps: NUL, half a surrogate pair
            refusal = NotText(item.capture.url, str(error))
            run.refuse(refusal, _id(item.capture))
            raise DropItem(str(refusal), log_level="DEBUG") from error
        except (sqlite3.Error, OSError) as error:
            stop(self.crawler, "store_failed", f"{item.capture.url}: cannot be stored: {error}")
            raise DropItem(str(error), log_level="DEBUG") from error
        return item


def _within(day: str | None, span: Span) -> bool:
    since, until = span
    if day is None:
        return True
    return (since is None or day >= since.isoformat()) and (until is None or day <= until.isoformat())


def _id(capture: Capture) -> int:
    assert capture.id is not None
    return capture.id
