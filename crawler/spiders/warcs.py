"""Steps 1-3 from WARC files of anybody (`source=warc:PATTERN`): no network, one record after the other, flat memory.

Every record that is a State page within what was asked for, and that the database has not, is copied into our own
archive, gets its row, is judged and goes on to the pipelines; every other one is passed over and counted, by reason.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crawler.archive.reader import read_captures
from crawler.discovery.scope import wants_address
from crawler.discovery.wayback import read_address
from crawler.fetch.judge import read_aside
from crawler.fetch.middlewares import NotArchived, span_words
from crawler.fetch.stop import is_stopping
from crawler.pipelines import Span, Work
from crawler.rebuild.records import Answer
from crawler.web.exchange import Exchange
from crawler.web.urls import canonical, is_page, is_state_host

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from crawler.archive.reader import BrokenRecord, Revisit
    from crawler.items import Capture
    from crawler.spiders.remarks import RemarksSpider

PREFIX: Final = "warc:"
ENDINGS: Final = (".warc", ".warc.gz", ".warc.zst")
#: Works that are under way in the pipelines at a time: Scrapy itself does not hold start() back for items.
MOST_UNDER_WAY: Final = 4
#: After so many records in a row that gave nothing the loop looks round: a signal, a stop.
LOOK_ROUND: Final = 200


def files_of(source: str) -> list[Path]:
    """The WARC files that `warc:PATTERN` names, sorted; a folder means all in it and below."""
    found: set[Path] = set()
    for name in glob(source.removeprefix(PREFIX), recursive=True):  # noqa: PTH207 - patterns may be absolute
        path = Path(name)
        inside = path.rglob("*") if path.is_dir() else [path]
        found.update(one for one in inside if one.is_file() and (one == path or one.name.endswith(ENDINGS)))
    return sorted(found)


class Warcs:
    """The files of one run."""

    def __init__(self, spider: RemarksSpider) -> None:
        self.spider = spider
        self.run = spider.run
        self.asked = spider.arguments
        self.passed: Counter[str] = Counter()
        self.records = 0
        settings = spider.settings
        self.most_bytes = settings.getint("REMARKS_MAX_PAGE_BYTES")

    async def works(self) -> AsyncIterator[Work]:
        try:
            for path in files_of(self.asked.source):
                async for work in self._of_file(path):
                    yield work
        finally:
            told = ", ".join(f"{count} {reason}" for reason, count in self.passed.most_common())
            self.run.notices.append(f"{self.records} records with an answer; passed over: {told or 'none'}")

    async def _of_file(self, path: Path) -> AsyncIterator[Work]:
        captures = read_captures(
            [path], on_problem=self._broken, on_revisit=self._revisit, only=self._wants, max_bytes=self.most_bytes
        )
        while (capture := await self._next(captures)) is not None:
            if is_stopping(self.spider.crawler):
                return
            work = await self._work(capture)
            if work is not None:
                yield work
                await self._under_way()

    async def _next(self, captures: object) -> Capture | None:
        await asyncio.sleep(0)
        found: Capture | None = next(captures, None)  # type: ignore[call-overload]
        return found

    async def _under_way(self) -> None:
        engine = self.spider.crawler.engine
        slot = engine.scraper.slot if engine is not None else None
        while slot is not None and slot.itemproc_size >= MOST_UNDER_WAY:
            await asyncio.sleep(0)

    def _wants(self, url: str, status: int) -> bool:
        """By address and status alone, before the body is read."""
        self.records += 1
        reason = self._why_not(url, status)
        if reason is not None:
            self.passed[reason] += 1
        return reason is None

    def _why_not(self, url: str, status: int) -> str | None:
        archived = read_address(url)
        try:
            states = canonical(archived.original if archived else url)
        except ValueError:
            return "no address of a page"
        host = states.split("/")[2]
        if not is_state_host(host):
            return "other host"
        if host not in self.asked.hosts:
            return "host not asked for"
        if status != 200:
            return f"status {status}"
        if not is_page(states):
            return "no address of a page"
        return None if wants_address(states, self.asked.types) else "folder not asked for"

    async def _work(self, capture: Capture) -> Work | None:
        capture = replace(capture, url=canonical(capture.url), via="warc")
        if self.run.store.has_capture(capture):
            self.run.counts["known"] += 1
            return None
        self.run.counts["fetched_pages"] += 1
        span = (self.asked.since, self.asked.until)
        wanted = span if any(span) else None
        capture = self.run.record(self._copied(capture, wanted))
        headers = {"content-type": capture.content_type} if capture.content_type else {}
        answer = Answer(capture=capture, asked="page", span=wanted, headers=headers, size=len(capture.body))
        try:
            reading = await read_aside(self.spider.crawler, answer)
        except NotArchived:  # the run stops
            return None
        if reading.remark is not None:
            return Work(capture, reading.remark)
        assert capture.id is not None
        assert reading.refusal is not None
        self.run.refuse(reading.refusal, capture.id, reading.template)
        return None

    def _copied(self, capture: Capture, span: Span | None) -> Capture:
        """The capture as it lies in our own archive, so that everything can be made again from that alone."""
        archive = self.run.books.archive
        if archive is None:
            return capture
        stored = archive.write(exchange_of(capture, span))
        return replace(capture, warc_file=stored.file, warc_offset=stored.offset, id=stored.number)

    def _broken(self, problem: BrokenRecord) -> None:
        self.run.counts["broken_records"] += 1
        self.run.refusals.append(f"broken: {problem}")

    def _revisit(self, revisit: Revisit) -> None:
        self.passed["revisit: the page is held by an earlier record"] += 1


def exchange_of(capture: Capture, span: Span | None) -> Exchange:
    """The capture for our own archive: the body as it is read, under the address that it came from."""
    kind = capture.content_type
    return Exchange(
        url=capture.archive_url or capture.url,
        status=capture.status,
        reason="OK",
        response_headers=((b"Content-Type", kind.encode("latin-1", "replace")),) if kind else (),
        body=capture.body,
        fetched_at=capture.fetched_at,
        via=capture.via,
        listed_type=capture.listed_type,
        requested_url=capture.requested_url,
        asked="page",
        cut=capture.cut,
        span=span_words(span),
    )
