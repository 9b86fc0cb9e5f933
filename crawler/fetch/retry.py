"""Step 2, fetch: what is worth asking again is asked again, later. A Scrapy middleware and its arithmetic."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Self

from scrapy.downloadermiddlewares.retry import RetryMiddleware, get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.response import response_status_message

from crawler.runs.run import attached
from crawler.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_NOT_BEFORE: Final = "remarks_not_before"
#: Longest sleep at a time, so that a held request notices that the run is closing.
_NAP_SECONDS: Final = 1.0


class BackoffRetryMiddleware(RetryMiddleware):
    """Asks again, at most REMARKS_RETRIES times, after RETRY_HTTP_CODES and RETRY_EXCEPTIONS, and waits before.

    Where the host says Retry-After, all requests to that host wait for it; where it asks for more than
    REMARKS_RETRY_AFTER_MAX_SECONDS it is not asked again. Otherwise that request alone waits
    REMARKS_BACKOFF_SECONDS, doubled each time, less a random part of up to a half.
    """

    def __init__(self, crawler: Crawler, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self._sleep = sleep
        self._base = crawler.settings.getfloat("REMARKS_BACKOFF_SECONDS", 10.0)
        self._longest = crawler.settings.getfloat("REMARKS_RETRY_AFTER_MAX_SECONDS", 300.0)
        self._host_not_before: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Holds a request until its time; its place in the downloader is not taken meanwhile."""
        own: float = request.meta.pop(_NOT_BEFORE, 0.0)
        while (wait := max(own, self._host_not_before.get(host_of(request.url), 0.0)) - monotonic()) > 0:
            if self._closing():
                raise IgnoreRequest(f"{request.url}: the run is closing")
            await self._sleep(min(wait, _NAP_SECONDS))

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if response.status not in self.retry_http_codes or request.meta.get("dont_retry"):
            return response
        asked = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if asked is not None:
            self._rest(request, min(asked, self._longest))
        if asked is not None and asked > self._longest:
            return response
        again = self._again(request, response_status_message(response.status), asked)
        if again is not None and (run := attached(self.crawler)) is not None:
            run.books.retried(request.meta.get("remarks_stored"), response.status)
        return again or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        if not isinstance(exception, self.exceptions_to_retry) or request.meta.get("dont_retry"):
            return None
        return self._again(request, exception, None)

    def _again(self, request: Request, reason: str | Exception, asked: float | None) -> Request | None:
        spider: Any = self.crawler.spider
        most = most_retries(self.crawler, request)
        again = get_retry_request(request, spider=spider, reason=reason, max_retry_times=most)
        if again is not None and asked is None:
            again.meta[_NOT_BEFORE] = monotonic() + backoff(again.meta["retry_times"], self._base)
        return again

    def _rest(self, request: Request, seconds: float) -> None:
        """Holds back the host's other requests, those too that already stand in the downloader's queue."""
        until = monotonic() + seconds
        self._host_not_before[host_of(request.url)] = until
        engine = self.crawler.engine
        slot = engine.downloader.slots.get(request.meta.get("download_slot", "")) if engine else None
        if slot is not None:
            # the slot sends its next request one delay, give or take the jitter, after lastseen
            slot.lastseen = max(slot.lastseen, until - slot.delay * (1 - slot.jitter))

    def _closing(self) -> bool:
        engine = self.crawler.engine
        return engine is None or not engine.running or self.crawler.stats.get_value("remarks/fatal") is not None


def most_retries(crawler: Crawler, request: Request) -> int:
    """REMARKS_RETRIES, or fewer for a host that has begun to refuse."""
    most = crawler.settings.getint("REMARKS_RETRIES", 3)
    run = attached(crawler)
    return run.sentinel.retries(host_of(request.url), most) if run is not None else most


def retry_after(value: bytes | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (a number or an HTTP date); None without or with another one."""
    text = (value or b"").decode("latin-1").strip()
    if text.isdecimal() and text.isascii():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
        return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds())
    except (ValueError, OverflowError):
        return None


def backoff(attempt: int, base_seconds: float) -> float:
    """Seconds before the attempt-th repetition (1 is the first)."""
    return base_seconds * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311
