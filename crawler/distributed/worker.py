"""Step 2, fetch, on another machine: sends what a run hands over, and gives back what came. A Scrapy spider.

It decides nothing, keeps nothing, and looks at nothing: no redirect is followed, no encoding undone, no status judged,
no header added. The run has asked robots.txt before, and archives what comes before it looks.
"""

from __future__ import annotations

import asyncio
import pickle
from typing import TYPE_CHECKING, Any, Final

import scrapy
from redis.exceptions import RedisError
from scrapy_redis.connection import from_settings
from scrapy_redis.queue import FifoQueue

from crawler.distributed.tickets import HANDED, META_TICKET, TICKET, Answer, Ticket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure

LOOK_SECONDS: Final = 0.02


class Worker(scrapy.Spider):
    """`scrapy worker`. Takes no more than it can send at once, so that a kill loses no more."""

    name = "worker"
    custom_settings = {  # noqa: RUF012 - as Scrapy declares it
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
            "crawler.distributed.lease.Lease": 900,
        },
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "EXTENSIONS": {},
        "ITEM_PIPELINES": {},
        "DOWNLOAD_DELAY": 0,  # the lease keeps the run's
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trouble: str | None = None
        """Why it ended, where nobody told it to."""

    async def start(self) -> AsyncIterator[Request]:
        self.server = from_settings(self.settings)
        queue = FifoQueue(self.server, self, HANDED)
        try:
            while self.trouble is None:
                request = None if self._is_full() else queue.pop()
                if request is None:
                    await asyncio.sleep(LOOK_SECONDS)
                elif self.server.delete(TICKET + request.meta[META_TICKET].id):  # somebody waits for it still
                    yield request.replace(callback=self.came, errback=self.failed)
        except Exception as error:  # noqa: BLE001 - a request of another version, too: it would end as if told to
            self.trouble = f"Redis: {error}"

    def _is_full(self) -> bool:
        engine = self.crawler.engine
        return engine is None or engine.needs_backout()

    def came(self, response: Response) -> None:
        assert response.request is not None
        behind_proxy = response.ip_address is None or response.request.meta.get("proxy")
        self._give_back(
            response.request,
            status=response.status,
            headers={name: list(values) for name, values in response.headers.items()},
            body=response.body,
            protocol=response.protocol,
            ip=None if behind_proxy else str(response.ip_address),
        )

    def failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        kind = type(failure.value)
        self._give_back(request, failure=(f"{kind.__module__}.{kind.__qualname__}", str(failure.value)))

    def _give_back(self, request: Request, **what: Any) -> None:
        ticket: Ticket = request.meta[META_TICKET]
        try:
            self.server.rpush(ticket.answers, pickle.dumps(Answer(ticket=ticket.id, **what)))
            self.server.expire(ticket.answers, int(2 * ticket.lease_seconds) + 1)  # a run that is gone takes none
        except RedisError as error:
            self.trouble = f"Redis: {error}"
