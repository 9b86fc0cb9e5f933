"""How a fault that no page is to blame for (a full disk, a broken database) ends the crawl: at once, with its words."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from scrapy import Spider
from scrapy.exceptions import CloseSpider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy.crawler import Crawler

S = TypeVar("S", bound=Spider)
P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

FATAL: Final = "remarks/fatal"
_closing: set[asyncio.Task[None]] = set()


def is_stopping(crawler: Crawler) -> bool:
    return crawler.stats.get_value(FATAL) is not None


def stop(crawler: Crawler, reason: str, words: str, *, loud: bool = True) -> None:
    """Closes the spider as `reason`; `words` stand in the stats under FATAL. The first fault counts.

    loud: told at once, and not at the end alone.

    Not awaited: the engine closes once the request or item that found the fault has left it.
    """
    if is_stopping(crawler):
        return
    logger.log(logging.CRITICAL if loud else logging.INFO, "The run stops: %s", words)
    crawler.stats.set_value(FATAL, f"{reason}: {words}")
    if crawler.engine is not None:
        task = asyncio.get_running_loop().create_task(crawler.engine.close_spider_async(reason=reason))
        _closing.add(task)
        task.add_done_callback(_closing.discard)


@contextmanager
def ending(crawler: Crawler, url: str) -> Iterator[None]:
    """In a callback: a fault of the disk or the database ends the run with a clear word, without a traceback."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        stop(crawler, "store_failed", f"{url}: cannot be stored: {error}")
        raise CloseSpider("store_failed") from error


def guarded(callback: Callable[Concatenate[S, P], Iterator[T]]) -> Callable[Concatenate[S, P], Iterator[T]]:
    """A spider's callback or errback, a generator, within `ending`."""

    @wraps(callback)
    def guard(spider: S, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        with ending(spider.crawler, str(args[0])):
            yield from callback(spider, *args, **kwargs)

    return guard
