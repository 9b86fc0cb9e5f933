"""How a fault that no page is to blame for (a full disk, a broken database) ends the crawl: at once, with its words."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

FATAL: Final = "remarks/fatal"
_closing: set[asyncio.Task[None]] = set()


def is_stopping(crawler: Crawler) -> bool:
    return crawler.stats.get_value(FATAL) is not None


def stop(crawler: Crawler, reason: str, words: str) -> None:
    """Closes the spider as `reason`; `words` stand in the stats under FATAL. The first fault counts.

    Not awaited: the engine closes once the request or item that found the fault has left it.
    """
    if is_stopping(crawler):
        return
    logger.critical("The run stops: %s", words)
    crawler.stats.set_value(FATAL, f"{reason}: {words}")
    if crawler.engine is not None:
        task = asyncio.get_running_loop().create_task(crawler.engine.close_spider_async(reason=reason))
        _closing.add(task)
        task.add_done_callback(_closing.discard)
