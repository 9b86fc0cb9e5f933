"""A good guest with many hands: one request at a time and a delay apart on each host, however many workers there are.

A Scrapy downloader middleware of the worker. A lock of redis-py a host; its time to live is the lease while the host is
being asked, and the delay once it has answered (Scrapy counts from the question; machines have no clock in common).
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from socket import gethostname
from typing import TYPE_CHECKING, Final

import redis.asyncio
from redis.exceptions import LockError
from scrapy import signals
from scrapy.exceptions import DownloadFailedError

from crawler.distributed.tickets import HOST, META_TICKET, Ticket
from crawler.web.urls import host_of

if TYPE_CHECKING:
    from typing import Self

    from redis.asyncio.lock import Lock
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

META_LEASE: Final = "remarks_lease"
LOOK_SECONDS: Final = 0.02


class Lease:
    """A worker that is killed keeps its host for the rest of the lease, longer than any request may take."""

    def __init__(self, crawler: Crawler) -> None:
        self.redis = redis.asyncio.from_url(crawler.settings["REMARKS_REDIS_URL"])
        # So that Redis tells who asks a host just now, and for what.
        self.name = f"{gethostname()}:{os.getpid()}"

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        lease = cls(crawler)
        crawler.signals.connect(lease.redis.aclose, signals.engine_stopped)
        return lease

    async def process_request(self, request: Request) -> None:
        """Raises DownloadFailedError where the host is not free within a lease: the run will have given up."""
        ticket: Ticket = request.meta[META_TICKET]
        host = host_of(request.url)
        lock = self.redis.lock(
            HOST + host,
            timeout=ticket.lease_seconds,
            sleep=LOOK_SECONDS,
            blocking_timeout=ticket.lease_seconds,
            thread_local=False,
        )
        if not await lock.acquire(token=f"{self.name}:{secrets.token_hex(4)} {request.url}"):
            raise DownloadFailedError(f"{host} was being asked by another worker all the time")
        request.meta[META_LEASE] = lock

    async def process_response(self, request: Request, response: Response) -> Response:
        await self._let_go(request)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        await self._let_go(request)

    async def _let_go(self, request: Request) -> None:
        lock: Lock | None = request.meta.pop(META_LEASE, None)
        if lock is None:
            return
        delay = request.meta[META_TICKET].delay_seconds
        with suppress(LockError):  # the lease was over before
            await (lock.extend(delay, replace_ttl=True) if delay else lock.release())
