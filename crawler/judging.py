"""Step 2 and 3: every answer is judged once, and a host that refuses is asked nothing more. Scrapy middlewares.

660 Gate     lets nothing through to a host that is closed: its requests end as Refused(Waiting) at the errback
545 Judge    has what came, after all repetitions, read once, in a process of its own (rebuild/reader.py), and tells
             the run's sentinel; the spider takes it from read_of()
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from crawler.errors import Waiting
from crawler.middlewares import NotArchived, Refused, answer_of, is_ours
from crawler.run import run_of
from crawler.sentinel import is_of_the_host
from crawler.stopping import stop

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.items import Capture
    from crawler.rebuild.reading import Reading
    from crawler.rebuild.records import Answer
    from crawler.sentinel import Sentinel

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
        if (words := sentinel.closed.get(host_of(request))) is not None:
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
            self.sentinel.answered(host_of(request))
        else:
            self.refused(host_of(request), str(refusal))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, IgnoreRequest | DownloadCancelledError) and not is_ours(exception):
            self.refused(host_of(request), f"no answer: {request.url}: {type(exception).__name__}")

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


def host_of(request: Request) -> str:
    return urlsplit(request.url).hostname or ""
