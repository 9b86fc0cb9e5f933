"""A row of captures for the answers that no callback sees: redirects, which Scrapy follows by itself, and robots.txt.

A downloader middleware between OffsiteRedirectMiddleware (650) and RedirectMiddleware (600).
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.backoff import most_retries
from crawler.judging import read_aside
from crawler.middlewares import NotArchived, headers_of, stored_of, validators
from crawler.rebuild.records import Answer
from crawler.run import run_of
from crawler.stopping import stop

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.items import Capture


class Ledger:
    """A robots.txt that is a refusal in disguise is named: read as a rule, it would allow everything."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        try:
            return await self.enter(request, response)
        except (sqlite3.Error, OSError) as error:
            stop(self.crawler, "store_failed", f"{request.url}: {error}")
            raise NotArchived(f"{request.url}: {error}") from error

    async def enter(self, request: Request, response: Response) -> Response:
        if 300 <= response.status < 400 and response.headers.get("Location"):
            self.record(request, response, "redirect")
        elif urlsplit(request.url).path == "/robots.txt" and not self.comes_again(request, response):
            await self.judge_robots(self.record(request, response, "robots"), headers_of(response))
        return response

    def comes_again(self, request: Request, response: Response) -> bool:
        """Whether BackoffRetryMiddleware will ask once more."""
        settings = self.crawler.settings
        tries: int = request.meta.get("retry_times", 0)
        most = most_retries(self.crawler, request)
        return response.status in map(int, settings.getlist("RETRY_HTTP_CODES")) and tries < most

    async def judge_robots(self, capture: Capture, headers: dict[str, str]) -> None:
        run = run_of(self.crawler)
        assert capture.id is not None
        run.robots.add(urlsplit(capture.url).hostname or "")
        answer = Answer(capture=capture, asked="robots", headers=headers, size=len(capture.body))
        reading = await read_aside(self.crawler, answer)
        if reading.refusal is not None:
            run.refuse(reading.refusal, capture.id)

    def record(self, request: Request, response: Response, outcome: str) -> Capture:
        run, stored = run_of(self.crawler), stored_of(request)
        assert stored is not None  # ArchiveMiddleware saw it first
        return run.record(run.books.archived(stored), outcome, **validators(response))
