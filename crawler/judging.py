"""Step 2 and 3: every answer is judged once, and a host that refuses is asked nothing more. Scrapy middlewares.

660 Gate     lets nothing through to a host that is closed: its requests end as Refused(Waiting) at the errback
545 Judge    judges what came, after all repetitions, and tells the run's sentinel; the spider reads refusal_in()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from crawler import health
from crawler.discovery.wayback import read_address
from crawler.errors import Refusal, Waiting
from crawler.memento import judge_memento, of_a_capture
from crawler.middlewares import META_ROBOTS, Refused, via_of
from crawler.run import run_of
from crawler.sentinel import is_of_the_host

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.sentinel import Sentinel

META_EXPECT: Final = "remarks_expect"
META_REFUSAL: Final = "remarks_refusal"


class Gate:
    """Nearer to the network than the waiting before a repetition, so that nothing slips by meanwhile."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        sentinel = run_of(self.crawler).sentinel
        if (words := sentinel.closed.get(host_of(request))) is not None:
            raise Refused(Waiting(request.url, words))


class Judge:
    """REMARKS_BLOCK_AFTER refusals in a row close a host."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.most_bytes = crawler.settings.getint("REMARKS_MAX_PAGE_BYTES")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        judge = cls(crawler)
        judge.sentinel.most = crawler.settings.getint("REMARKS_BLOCK_AFTER")
        return judge

    @property
    def sentinel(self) -> Sentinel:
        return run_of(self.crawler).sentinel

    def process_response(self, request: Request, response: Response) -> Response:
        refusal = self.judge(request, response)
        request.meta[META_REFUSAL] = refusal
        if refusal is None or not is_of_the_host(refusal):
            self.sentinel.answered(host_of(request))
        else:
            self.refused(host_of(request), str(refusal))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, IgnoreRequest | DownloadCancelledError):
            self.refused(host_of(request), f"no answer: {request.url}: {type(exception).__name__}")

    def judge(self, request: Request, response: Response) -> Refusal | None:
        """What is wrong with the answer; None where it can be read as what was asked for."""
        if response.status == 304:
            return None
        names = [name.decode("latin-1").lower() for name in response.headers]
        headers = {name: (response.headers.get(name) or b"").decode("latin-1") for name in names}
        robots = META_ROBOTS in request.meta
        plain = headers.get("content-type", "").lower().startswith("text/plain")
        expect = request.meta.get(META_EXPECT) or ("text" if robots or plain else "html")
        try:
            health.judge(
                response.url,
                response.status,
                headers,
                response.body,
                expect=cast("health.Expected", expect),
                max_bytes=self.most_bytes,
            )
            judge_memento(response.url, via_of(request), headers)
            if robots:
                health.judge_robots(response.body, url=response.url)
        except Refusal as refusal:
            return of_a_capture(refusal, headers) if read_address(response.url) else refusal
        return None

    def refused(self, host: str, words: str) -> None:
        if not self.sentinel.refused(host, words):
            return
        run_of(self.crawler).host_closed(host, words)
        engine = self.crawler.engine
        slot = engine.downloader.slots.get(host) if engine is not None else None
        while slot is not None and slot.queue:  # those that passed the gate and wait for the delay
            request, waiting = slot.queue.popleft()
            waiting.errback(Refused(Waiting(request.url, words)))


def refusal_in(response: Response) -> Refusal | None:
    found: Refusal | None = response.meta.get(META_REFUSAL)
    return found


def host_of(request: Request) -> str:
    return urlsplit(request.url).hostname or ""
