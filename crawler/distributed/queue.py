"""The queue of scrapy-redis's scheduler: in Redis, but for requests that only this process can understand.

An index belongs to a walk, which goes on in this process; a page is a page wherever its request has been.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redis.exceptions import RedisError
from scrapy.utils.misc import build_from_crawler, load_object
from scrapy_redis.queue import PriorityQueue

from crawler.fetch.middlewares import META_INDEX
from crawler.fetch.stop import stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request, Spider
    from scrapy.pqueues import ScrapyPriorityQueue

#: How a run ends whose Redis went away.
LOST: Final = "redis_lost"


class Queue(PriorityQueue):  # type: ignore[misc]
    """What is in Redis comes first: those are pages, which a run asks for before the next index."""

    def __init__(self, server: Any, spider: Spider, key: str, serializer: Any = None) -> None:
        super().__init__(server, spider, key, serializer)
        self.own = scrapys_own(spider)
        self.shared = 0
        """How many should be in Redis."""

    def __len__(self) -> int:
        return len(self.own) + self.shared

    def push(self, request: Request) -> None:
        if is_own(request, self.spider):
            self.own.push(request)
        else:
            self._safely(lambda: super(Queue, self).push(request))
            self.shared += 1

    def pop(self, timeout: int = 0) -> Request | None:
        if not self.shared:
            return self.own.pop()
        request: Request | None = self._safely(super().pop)
        if request is None:
            stop(self.spider.crawler, LOST, f"Redis has lost {self.shared} requests; the next run asks for them")
            self.shared = 0
        else:
            self.shared -= 1
        return request

    def clear(self) -> None:
        self.own = scrapys_own(self.spider)
        self.shared = 0
        self._safely(super().clear)

    def _safely(self, deed: Callable[[], Any]) -> Any:
        """A fault of Redis ends the run with a clear word; the engine would wait for ever."""
        try:
            return deed()
        except RedisError as error:
            stop(self.spider.crawler, LOST, f"Redis: {error}")
            return None


def scrapys_own(spider: Spider) -> ScrapyPriorityQueue:
    """The queue in memory that Scrapy's own scheduler makes, so that indexes are read in the order that they are."""
    settings = spider.crawler.settings
    queue: ScrapyPriorityQueue = build_from_crawler(
        load_object(settings["SCHEDULER_PRIORITY_QUEUE"]),
        spider.crawler,
        downstream_queue_cls=load_object(settings["SCHEDULER_MEMORY_QUEUE"]),
        key="",
        start_queue_cls=load_object(settings["SCHEDULER_START_MEMORY_QUEUE"]),
    )
    return queue


def is_own(request: Request, spider: Spider) -> bool:
    """Whether the request means something to objects of this process."""
    called = (request.callback, request.errback)
    return META_INDEX in request.meta or any(getattr(deed, "__self__", spider) is not spider for deed in called)
