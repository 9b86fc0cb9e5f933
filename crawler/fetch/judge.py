"""Step 2 and 3: every answer is judged once, and a host that refuses is asked nothing more. Scrapy middlewares.

660 Gate     lets nothing through to a host that is closed: its requests end as Refused(Waiting) at the errback
545 Judge    has what came, after all repetitions, read once, in a process of its own (rebuild/reader.py), and tells
             the run's sentinel; the spider takes it from read_of()
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Final, NamedTuple

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from crawler.errors import Waiting
from crawler.fetch.middlewares import META_ROBOTS, NotArchived, Refused, answer_of, is_ours, stored_of, validators
from crawler.fetch.retry import most_retries
from crawler.fetch.stop import stop
from crawler.runs.run import run_of
from crawler.runs.sentinel import is_of_the_host
from crawler.web.urls import host_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.items import Capture
    from crawler.rebuild.reading import Reading
    from crawler.rebuild.records import Answer
    from crawler.runs.sentinel import Sentinel

# ---- ledger ----
# A row of captures for the answers that no callback sees: redirects, which Scrapy follows by itself, and robots.txt.
#
# A downloader middleware between OffsiteRedirectMiddleware (650) and RedirectMiddleware (600).


class Ledger:
    """What a robots.txt means is fetch/robots.py's matter."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        try:
            return self.enter(request, response)
        except (sqlite3.Error, OSError) as error:
            stop(self.crawler, "store_failed", f"{request.url}: {error}")
            raise NotArchived(f"{request.url}: {error}") from error

    def enter(self, request: Request, response: Response) -> Response:
        if 300 <= response.status < 400 and response.headers.get("Location"):
            self.record(request, response, "redirect")
        elif META_ROBOTS in request.meta and not self.comes_again(request, response):
            self.record(request, response, "robots")
        return response

    def comes_again(self, request: Request, response: Response) -> bool:
        """Whether BackoffRetryMiddleware will ask once more."""
        settings = self.crawler.settings
        tries: int = request.meta.get("retry_times", 0)
        most = most_retries(self.crawler, request)
        return response.status in map(int, settings.getlist("RETRY_HTTP_CODES")) and tries < most

    def record(self, request: Request, response: Response, outcome: str) -> Capture:
        run, stored = run_of(self.crawler), stored_of(request)
        assert stored is not None  # ArchiveMiddleware saw it first
        return run.record(run.books.archived(stored), outcome, **validators(response))


META_READ: Final = "remarks_read"


class Read(NamedTuple):
    """An answer, and what was read from it."""

    capture: Capture
    reading: Reading


class Gate:
    """Nearer to the network than the waiting before a repetition, so that nothing slips by meanwhile."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        sentinel = run_of(self.crawler).sentinel
        if (words := sentinel.closed.get(host_of(request.url))) is not None:
            raise Refused(Waiting(request.url, words))


class Judge:
    """REMARKS_BLOCK_AFTER refusals in a row close a host."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        judge = cls(crawler)
        judge.sentinel.most = crawler.settings.getint("REMARKS_BLOCK_AFTER")
        return judge

    @property
    def sentinel(self) -> Sentinel:
        return run_of(self.crawler).sentinel

    async def process_response(self, request: Request, response: Response) -> Response:
        answer = answer_of(request, response)
        reading = await read_aside(self.crawler, answer)
        request.meta[META_READ] = Read(answer.capture, reading)
        refusal = reading.refusal
        if refusal is None or reading.came or not is_of_the_host(refusal):
            self.sentinel.answered(host_of(request.url))
        else:
            self.refused(host_of(request.url), str(refusal))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, IgnoreRequest | DownloadCancelledError) and not is_ours(exception):
            self.refused(host_of(request.url), f"no answer: {request.url}: {type(exception).__name__}")

    def refused(self, host: str, words: str) -> None:
        if not self.sentinel.refused(host, words):
            return
        run_of(self.crawler).host_closed(host, words)
        engine = self.crawler.engine
        slot = engine.downloader.slots.get(host) if engine is not None else None
        while slot is not None and slot.queue:  # those that passed the gate and wait for the delay
            request, waiting = slot.queue.popleft()
            waiting.errback(Refused(Waiting(request.url, words)))


async def read_aside(crawler: Crawler, answer: Answer) -> Reading:
    """Meanwhile everything else goes on: other hosts, signals. Where nothing can be read any more, the run stops."""
    run = run_of(crawler)
    if not run.reader.is_apart(answer):  # at once: a host that refuses is asked nothing meanwhile
        return run.reader.read(answer, run.arguments.types)
    try:
        return await asyncio.to_thread(run.reader.read, answer, run.arguments.types)
    except OSError as error:
        stop(crawler, "reader_failed", f"{answer.capture.url}: {error}")
        raise NotArchived(f"{answer.capture.url}: {error}") from error


def read_of(response: Response) -> Read:
    """What the judge read. Raises KeyError for a response that did not come through it."""
    read: Read = response.meta[META_READ]
    return read
