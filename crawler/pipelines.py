"""Steps 4-9 as item pipelines: thin adapters round the functions of flow.STEPS, in the order they run.

An item is a Work: the capture and what the steps so far have made of it. A Refusal ends it: the capture's row gets the
outcome, the run counts it, the bytes are in the archive.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import DropItem

from crawler import flow
from crawler.crashes import foreseen
from crawler.errors import NotRemarks, OutOfSpan, Refusal
from crawler.items import Page, Remark
from crawler.rebuild.damaged import explained
from crawler.rebuild.reading import check_scope
from crawler.run import run_of
from crawler.stopping import is_stopping, stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.items import Capture


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

    @contextmanager
    def ending(self, item: Work) -> Iterator[None]:
        """A fault of the disk or the database ends the run with a clear word."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            stop(self.crawler, "store_failed", f"{item.capture.url}: cannot be stored: {explained(error)}")
            raise DropItem(str(error), log_level="DEBUG") from error


class Step(Adapter):
    """Applies one function of flow.STEPS."""

    function: ClassVar[Callable[..., Any]]

    def process_item(self, item: Work) -> Work:
        try:
            with foreseen(item.capture.url):
                return self.apply(item)
        except Refusal as refusal:
            read = item.result.page if isinstance(item.result, Remark) else item.result
            template = read.template if isinstance(read, Page) else None
            run, id_ = run_of(self.crawler), _id(item.capture)
            with self.ending(item):
                run.refuse(refusal, id_, template)
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
        try:
            check_scope(page, run.arguments.types, work.span)
        except (NotRemarks, OutOfSpan):
            run.counts["passed"] += 1
            raise
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
    """Step 9."""

    def process_item(self, item: Work) -> Work:
        if is_stopping(self.crawler):
            raise DropItem("the run is stopping", log_level="DEBUG")
        with self.ending(item):
            run_of(self.crawler).save(item.result, item.capture)  # type: ignore[arg-type]
        return item


def _id(capture: Capture) -> int:
    assert capture.id is not None
    return capture.id
