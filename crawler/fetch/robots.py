"""Step 2, fetch: nothing is asked of a host before its robots.txt has been read, and nothing that it forbids.

A Scrapy downloader middleware in place of Scrapy's own (2.19), of which only the first two requests that wait for one
robots.txt get its answer. It stands before everything else (100), so that repetitions, redirects to other hosts, meta
refreshes and requests that workers send pass it as well.
"""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import SETTINGS_PRIORITIES
from w3lib.url import safe_url_string

from crawler.archive.reader import read_at
from crawler.archive.records import BrokenRecord
from crawler.errors import Blocked, TooLarge, Waiting
from crawler.fetch.judge import META_READ, read_aside
from crawler.fetch.middlewares import META_ROBOTS, NotArchived, Refused, refusal_of, stored_of
from crawler.fetch.stop import is_stopping, stop
from crawler.rebuild.records import Answer
from crawler.runs.run import attached
from crawler.web import robots
from crawler.web.robots import Verdict
from crawler.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.fetch.judge import Read
    from crawler.runs.run import Run
    from crawler.web.robots import Rules

#: Before pages and indexes, and before what waits to be repeated.
PRIORITY: Final = 1000
EARLIER: Final = """
SELECT fetched_at, status, warc_file, warc_offset FROM captures
WHERE (url = :url OR requested_url = :url) AND outcome = 'robots' AND fetched_at >= :since AND warc_file IS NOT NULL
ORDER BY id DESC
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for the requests to one host."""

    rules: Rules | None
    """None: nothing is forbidden."""
    closed: str | None
    """Why nothing of the host is asked, in words."""
    until: float
    """time.monotonic() at which the host is asked for its robots.txt again."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A robots.txt of before."""

    fetched_at: str
    rules: Rules | None
    """None: there was none."""


class RobotsMiddleware:
    """Asks each host once a day, in a task of its own for which every request to that host waits."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.token = robots.token_of(crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"])
        self._asked: dict[str, asyncio.Task[Standing]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if META_ROBOTS in request.meta or urlsplit(request.url).scheme not in ("http", "https"):
            return
        try:
            standing = await self._standing(origin_of(request.url))
        except (sqlite3.Error, OSError) as error:
            stop(self.crawler, "store_failed", f"{request.url}: {error}")
            raise NotArchived(f"{request.url}: {error}") from error
        if standing.closed is not None:
            raise Refused(Waiting(request.url, standing.closed))
        if standing.rules is not None and not standing.rules.allow(request.url):
            self.crawler.stats.inc_value("robotstxt/forbidden")
            if (run := attached(self.crawler)) is not None:
                run.forbidden[host_of(request.url)] += 1
            raise Refused(Blocked(request.url, "robots.txt forbids it"))

    async def _standing(self, origin: str) -> Standing:
        task = self._asked.get(origin)
        if task is None or _is_old(task):
            task = self._asked[origin] = asyncio.ensure_future(self._ask(origin))
        return await asyncio.shield(task)  # whoever is cancelled does not end it for the others

    async def _ask(self, origin: str) -> Standing:
        """Raises NotArchived where the run is stopping."""
        url = origin + robots.PATH
        request, response, verdict = await self._answer(url)
        rules, earlier = None, None
        if verdict.kind == "rules":
            assert response is not None
            rules = robots.read_rules(response.body, self.token)
        elif verdict.kind != "none" and (earlier := await self._earlier(url)) is not None:
            rules = earlier.rules
        closed = verdict.kind == "unanswered" and earlier is None
        consequence = None if verdict.kind == "rules" else "nothing is forbidden"
        if closed:
            consequence = "nothing of the host is asked"
        elif earlier is not None:
            consequence = f"the one of {earlier.fetched_at} holds"
        words = "; ".join(filter(None, [verdict.words, consequence, *self._notes(host_of(url), rules)]))
        if (run := attached(self.crawler)) is not None:
            run.robots[host_of(url)] = words
            told = f"{host_of(url)}: asked nothing more in this run" if closed else consequence
            _refuse(run, verdict, told, request, answered=response is not None)
            if closed:
                run.sentinel.closed[host_of(url)] = f"{url}: {verdict.words}"
        return Standing(rules, f"{url}: {verdict.words}" if closed else None, monotonic() + robots.FRESH_SECONDS)

    async def _answer(self, url: str) -> tuple[Request, Response | None, Verdict]:
        """The last answer of a chain of redirects; one that leaves State's hosts is not followed."""
        asked = url
        hops: list[str] = []
        engine = self.crawler.engine
        assert engine is not None
        while True:
            meta = {META_ROBOTS: True, "dont_redirect": True, "redirect_urls": list(hops)}
            request = Request(asked, priority=PRIORITY, meta=meta, callback=NO_CALLBACK)
            try:
                response = await engine.download_async(request)
            except NotArchived:
                raise
            except Exception as error:
                if is_stopping(self.crawler):
                    raise NotArchived(f"{asked}: the run is stopping") from error
                return request, None, _no_answer(request, error)
            request = response.request or request  # a repetition of it
            location = response.headers.get("Location")
            if location is None or not 300 <= response.status < 400:
                return request, response, _verdict(request, response)
            hops.append(asked)
            if len(hops) > robots.MOST_REDIRECTS:
                return Request(url), None, robots.too_many_redirects(url)  # each hop has its row, as a redirect
            asked = urljoin(asked, safe_url_string(location))

    async def _earlier(self, url: str) -> Earlier | None:
        """The last good one that our own archive has."""
        if (run := attached(self.crawler)) is None:
            return None
        since = f"{datetime.now(UTC) - timedelta(days=robots.LAST_GOOD_DAYS):%Y-%m-%dT%H:%M:%SZ}"
        rows = run.store.db.execute(EARLIER, {"url": url, "since": since}).fetchall()
        for fetched_at, status, file, offset in rows:
            try:
                capture = read_at(run.books.folder / file, offset)
            except (OSError, BrokenRecord):
                continue
            answer = Answer(capture=capture, asked="robots", size=len(capture.body))
            if (await read_aside(self.crawler, answer)).refusal is None:
                rules = robots.read_rules(capture.body, self.token) if status not in robots.MISSING else None
                return Earlier(fetched_at, rules)
        return None

    def _notes(self, host: str, rules: Rules | None) -> Iterator[str]:
        """What else a reader of the report should know."""
        if rules is None:
            return
        if rules.cut:
            yield f"only the first {robots.MOST_BYTES:,} bytes are read"
        settings = self.crawler.settings
        delay = settings.getfloat("DOWNLOAD_DELAY")
        if rules.crawl_delay is None or rules.crawl_delay <= delay:
            return
        if (settings.getpriority("DOWNLOAD_DELAY") or 0) >= SETTINGS_PRIORITIES["cmdline"]:
            yield f"it asks for {rules.crawl_delay:g} seconds between requests, DOWNLOAD_DELAY={delay:g} was given"
            return
        granted = min(rules.crawl_delay, settings.getfloat("REMARKS_RETRY_AFTER_MAX_SECONDS"))
        self._slow_down(host, granted)
        yield f"{granted:g} seconds between requests, of {rules.crawl_delay:g} that it asks for"

    def _slow_down(self, host: str, seconds: float) -> None:
        engine = self.crawler.engine
        assert engine is not None
        downloader = engine.downloader
        downloader.per_slot_settings.setdefault(host, {})["delay"] = seconds  # a slot that idles is made anew
        if (slot := downloader.slots.get(host)) is not None:
            slot.delay = seconds


def _is_old(task: asyncio.Task[Standing]) -> bool:
    """Not where it failed: a fault of ours is no reason to ask the host for each page."""
    sound = task.done() and not task.cancelled() and task.exception() is None
    return sound and task.result().until < monotonic()


def _refuse(run: Run, verdict: Verdict, consequence: str | None, request: Request, *, answered: bool) -> None:
    """Tells what is wrong, in one line with what follows from it."""
    if verdict.refusal is None:
        return
    refusal = type(verdict.refusal)(verdict.refusal.url, f"{verdict.refusal.reason}; {consequence}")
    stored = stored_of(request)
    if stored is None or stored.number is None:
        run.count_refusal(refusal, degrades=True)
        return
    if not answered:  # ledger.py has not seen it: a redirect that was not let through
        run.record(run.books.archived(stored), "unreachable")
    run.refuse(refusal, stored.number)


def _verdict(request: Request, response: Response) -> Verdict:
    """What the judge read; a robots.txt that this program could not read is as good as none that came."""
    read: Read | None = request.meta.get(META_READ)
    if read is None:  # a crawler that the crawl command did not start
        whole = "partial" not in response.flags
        return robots.judge(response.url, response.status, response.body, whole=whole)
    refusal = read.reading.refusal
    return read.reading.robots or Verdict("unanswered", refusal.reason if refusal else "", refusal)


def _no_answer(request: Request, error: Exception) -> Verdict:
    refusal = refusal_of(request, error)
    assert refusal is not None  # NotArchived went its own way
    if isinstance(refusal, TooLarge):  # something is there
        return Verdict("unreadable", refusal.reason, refusal)
    return Verdict("unanswered", refusal.reason, refusal)


def origin_of(url: str) -> str:
    """`https://www.state.gov`, with its port where it has one."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
