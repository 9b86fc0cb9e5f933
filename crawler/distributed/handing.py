"""Step 2, fetch, in a run with workers: a Scrapy download handler that hands requests over and waits for the answers.

All that stands before it (robots.txt, hosts that are closed, waiting before a repetition) and behind it (archive,
judgement, redirects, repetitions) is the run's own, as without workers.
"""

from __future__ import annotations

import asyncio
import pickle
import secrets
from typing import TYPE_CHECKING, Final

import redis.asyncio
from redis.exceptions import RedisError
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, IgnoreRequest
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from scrapy.utils.misc import load_object
from scrapy_redis.connection import from_settings
from scrapy_redis.queue import FifoQueue

from crawler.distributed.queue import LOST
from crawler.distributed.tickets import ANSWERS, HANDED, META_TICKET, TICKET, Answer, Ticket
from crawler.fetch.middlewares import NotArchived
from crawler.fetch.stop import is_stopping, stop

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

#: Of a request's meta or else of the run's settings, what its worker must keep to.
PASSED_ON: Final = ("download_timeout", "download_maxsize", "download_warnsize")
LOOK_ROUND_SECONDS: Final = 1.0
CANCELLED: Final = f"{DownloadCancelledError.__module__}.{DownloadCancelledError.__qualname__}"


class WorkerLost(DownloadFailedError, IgnoreRequest):
    """No answer: asked again as for any failure, but no host is closed for it (fetch/judge.py)."""


class Handing(BaseDownloadHandler):
    """A request that a worker does not answer in time fails as one without an answer, and is asked again as such.

    That is how the run gets over a worker that was killed. Where no worker takes a request at all, or Redis goes away,
    the run stops.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        assert crawler.spider is not None
        url = crawler.settings["REMARKS_REDIS_URL"]
        self.lease_seconds = crawler.settings.getfloat("REMARKS_LEASE_SECONDS")
        # A lease that a killed worker left behind, and then the request itself.
        self.patience_seconds = 2 * self.lease_seconds
        self.server = from_settings(crawler.settings)
        self.queue = FifoQueue(self.server, crawler.spider, HANDED)
        self.redis = redis.asyncio.from_url(url)
        self.answers = ANSWERS + secrets.token_hex(8)
        self.waiting: dict[str, asyncio.Future[Answer]] = {}
        self.reader: asyncio.Task[None] | None = None

    async def download_request(self, request: Request) -> Response:
        if is_stopping(self.crawler):
            raise NotArchived("the run is stopping")
        self.reader = self.reader or asyncio.create_task(self._read())
        ticket = self._ticket(request)
        answer = self.waiting[ticket.id] = asyncio.get_running_loop().create_future()
        try:
            self.server.set(TICKET + ticket.id, 1, ex=int(self.patience_seconds) + 1)
            self.queue.push(handed(request, ticket, self.crawler.settings))
            return response_of(request, await asyncio.wait_for(answer, self.patience_seconds), self.crawler.settings)
        except TimeoutError:
            raise self._given_up(ticket) from None
        except RedisError as error:
            raise self._lost(error) from error
        finally:
            del self.waiting[ticket.id]

    async def close(self) -> None:
        if self.reader is not None:
            self.reader.cancel()
        await self.redis.aclose()
        self.server.close()

    def _ticket(self, request: Request) -> Ticket:
        engine = self.crawler.engine
        slot = engine.downloader.slots.get(request.meta.get("download_slot", "")) if engine is not None else None
        return Ticket(
            id=secrets.token_hex(8),
            answers=self.answers,
            delay_seconds=slot.delay if slot is not None else self.crawler.settings.getfloat("DOWNLOAD_DELAY"),
            lease_seconds=self.lease_seconds,
        )

    async def _read(self) -> None:
        try:
            while not is_stopping(self.crawler):
                popped = await self.redis.blpop([self.answers], timeout=LOOK_ROUND_SECONDS)
                if popped:
                    self._came(pickle.loads(popped[1]))  # type: ignore[arg-type]  # noqa: S301 - see tickets.py
        except Exception as error:  # noqa: BLE001 - an answer of another version, too: nobody else would hear of it
            self._lost(error)
        for answer in self.waiting.values():
            if not answer.done():
                answer.set_exception(NotArchived("the run is stopping"))

    def _came(self, answer: Answer) -> None:
        """One that is no longer waited for is let go: it was asked for again, or is by the next run."""
        waiting = self.waiting.get(answer.ticket)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def _given_up(self, ticket: Ticket) -> Exception:
        try:
            taken = not self.server.delete(TICKET + ticket.id)
        except RedisError as error:
            return self._lost(error)
        words = f"within {self.patience_seconds:g} seconds"
        if taken:
            return WorkerLost(f"a worker took the request and did not answer {words}")
        stop(self.crawler, "no_worker", f"no worker took a request {words}: start one with `scrapy worker`")
        return NotArchived("no worker")

    def _lost(self, error: Exception) -> Exception:
        stop(self.crawler, LOST, f"Redis: {error}")
        return NotArchived(f"Redis: {error}")


def handed(request: Request, ticket: Ticket, settings: BaseSettings) -> Request:
    """What the worker is to send: nothing is added on its side."""
    meta = {name: request.meta.get(name, settings.getfloat(name.upper())) for name in PASSED_ON}
    return Request(
        request.url,
        method=request.method,
        headers=request.headers,
        body=request.body,
        meta=meta | {META_TICKET: ticket},
        dont_filter=True,
    )


def response_of(request: Request, answer: Answer, settings: BaseSettings) -> Response:
    """The answer as Scrapy's own handler gives it; raises what that raises."""
    if answer.failure is not None:
        name, words = answer.failure
        known = [CANCELLED, *(one for one in settings.getlist("RETRY_EXCEPTIONS") if isinstance(one, str))]
        raise load_object(name)(words) if name in known else DownloadFailedError(f"{name}: {words}")
    headers = Headers(answer.headers)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=answer.body)
    return kind(
        url=request.url,
        status=answer.status,
        headers=headers,
        body=answer.body,
        protocol=answer.protocol,
        ip_address=answer.ip,  # type: ignore[arg-type]
    )
