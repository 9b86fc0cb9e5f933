"""Steps 1-2 from the Internet Archive: its listing of one host, then the newest good capture of each page.

Used for `source=wayback`, and by a live run for a host that refuses; then the pages that were in its queue come here
too (`want`). The reading of listings and addresses is discovery/wayback.py's, the judging of answers fetch/judge.py's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import scrapy

from crawler.discovery.scope import wants_address
from crawler.discovery.wayback import Snapshot, cdx_url
from crawler.discovery.window import Ask
from crawler.errors import BadIndex, Moved, NoCapture, Refusal, Unreachable, Unread, Waiting
from crawler.exporters.sqlite.settle import foreseen
from crawler.fetch.answers import ANSWERS, index_of, request_of
from crawler.fetch.judge import read_of
from crawler.fetch.middlewares import META_INDEX, META_SPAN, META_TYPE, META_VIA, span_words
from crawler.fetch.stop import is_stopping
from crawler.items import Link
from crawler.pipelines import Span, Work
from crawler.web.exchange import now
from crawler.web.types import wanted
from crawler.web.urls import canonical, is_page, work_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.discovery.walk import Walk
    from crawler.discovery.wayback import CdxPage
    from crawler.exporters.sqlite.store import Known
    from crawler.items import Capture
    from crawler.spiders.remarks import RemarksSpider

#: Captures of a page that are tried, newest first, where the Archive captured a refusal.
MOST_TRIES = 3
#: Outcomes after which a page is not fetched again unless the Archive has a newer capture.
SETTLED = frozenset({"ok", "unchanged", "not_remarks"})
# After the pages of State's own hosts, of which there may be some left.
PRIORITY = 5


class Wayback:
    """The Archive's part in the walk over one host."""

    def __init__(self, spider: RemarksSpider, walk: Walk) -> None:
        self.spider = spider
        self.run = spider.run
        self.walk = walk
        self.snapshots: dict[str, list[Snapshot]] = {}
        """The newest captures of each page, newest first."""
        self.queue: dict[str, tuple[Link, Span | None]] = {}
        """Pages that came before the listing was read."""
        self.listed = False
        self.asked: set[str] = set()

    @property
    def is_fallback(self) -> bool:
        return self.spider.arguments.source == "live"

    def start(self) -> Iterator[Request]:
        # A page is never captured before it is put up; a day for the clocks of two zones.
        since = self.walk.window.since
        yield self._listing(cdx_url(self.walk.site.host, since and since - timedelta(days=1)))

    def want(self, link: Link, span: Span | None) -> Iterator[Request]:
        """A page that its own host does not give."""
        if self.listed:
            yield from self._page(link, span)
        else:
            self.queue[link.url] = (link, span)

    def _listing(self, url: str) -> Request:
        ask = Ask("cdx", url, self.walk.site.host)
        meta = {"handle_httpstatus_list": ANSWERS, META_VIA: "wayback", META_INDEX: {"ask": ask}}
        return scrapy.Request(url, self.parse_listing, errback=self.failed_listing, meta=meta, dont_filter=True)

    def parse_listing(self, response: Response) -> Iterator[Request]:
        if is_stopping(self.spider.crawler):
            return
        capture = self.spider.answers.record(response, "index")
        try:
            with foreseen(response.url):
                page = self._read_listing(response, capture)
        except Refusal as refusal:
            yield from self._refused_listing(refusal, capture)
        else:
            yield from [self._listing(page.next_url)] if page.next_url else self._all_listed()

    def _read_listing(self, response: Response, capture: Capture) -> CdxPage:
        """Raises the refusal that the answer is, or BadIndex where it cannot be all."""
        links, page = index_of(response).links, read_of(response).reading.cdx
        assert page is not None
        self.run.books.listed(capture, links)
        for snapshot in page.snapshots:
            self._note(snapshot)
        self.run.notices += [f"{response.url}: {n} rows passed over: {why}" for why, n in page.skipped.items()]
        if page.cut:
            raise BadIndex(response.url, f"{page.rows} rows, all that were asked for, and no key to go on with")
        if page.next_url is None and not self.snapshots and self.walk.window.since is None:
            raise BadIndex(response.url, f"no capture of {self.walk.site.host} at all")
        return page

    def failed_listing(self, failure: Failure) -> Iterator[Request]:
        refusal = self.spider.answers.refusal(failure)
        if refusal is not None:
            yield from self._refused_listing(refusal, self.spider.answers.record_failure(failure))

    def _refused_listing(self, refusal: Refusal, capture: Capture) -> Iterator[Request]:
        """What was listed before and what was queued is asked for all the same."""
        assert capture.id is not None
        self.run.refuse(refusal, capture.id)
        self.run.index_failed(self.walk.site.host)
        yield from self._all_listed()

    def _note(self, snapshot: Snapshot) -> None:
        held = self.snapshots.setdefault(snapshot.url, [])
        held.append(snapshot)
        held.sort(key=lambda one: one.timestamp, reverse=True)
        del held[MOST_TRIES:]

    def _all_listed(self) -> Iterator[Request]:
        self.listed = True
        for link, span in self.queue.values():
            yield from self._page(link, span)
        self.queue.clear()
        window = self.walk.window
        for url, captures in list(self.snapshots.items()):
            before = self.walk.listed.get(work_path(url))
            kind = before.type if before else None
            is_wanted = wanted(kind, window.types) if kind else wants_address(url, window.types)
            in_span = before is None or window.takes(before)
            if is_wanted and in_span and not self._is_known(url, captures[0]):
                dated = before is not None and before.date is not None
                link = Link(url=url, source="wayback", type=kind)
                yield from self._page(link, None if dated else (window.since, window.until))

    def _is_known(self, url: str, newest: Snapshot) -> bool:
        """Whether the page need not be fetched; on a run over a span a capture younger than what is held is."""
        if url in self.spider.settled or url in self.spider.requested:
            return True
        known = self.run.store.known(url)
        if known is None:
            return False
        settled = self._is_settled(known) and not (
            self.walk.window.deep and newest.archived_at > (known.fetched_at or "")
        )
        self.run.counts["known"] += settled
        return settled or (known.outcome == "out_of_span" and not self.walk.window.deep)

    def _is_settled(self, known: Known) -> bool:
        if known.outcome == "not_remarks" and self.spider.arguments.types != "speech":
            return False
        return known.outcome in SETTLED

    def _page(self, link: Link, span: Span | None) -> Iterator[Request]:
        if link.url in self.asked:
            return
        self.asked.add(link.url)
        captures = self.snapshots.get(link.url)
        if captures is None:
            known = self.run.store.known(link.url)
            if known is not None and known.outcome == "waiting":  # asked for before; a new capture would be listed
                self.run.wait(link.url, link.type)
                return
            timestamp = "".join(char for char in now() if char.isdecimal())
            captures = [Snapshot(url=link.url, original=link.url, timestamp=timestamp)]
        self.run.counts["asked_pages"] += link.url not in self.spider.requested
        self.spider.requested.add(link.url)
        yield self._capture(link, span, captures)

    def _capture(self, link: Link, span: Span | None, captures: list[Snapshot]) -> Request:
        context: dict[str, Any] = {"link": link, "span": span, "captures": captures}
        return scrapy.Request(
            captures[0].archive_url,
            self.parse_capture,
            errback=self.failed_capture,
            cb_kwargs=context,
            meta={
                "handle_httpstatus_list": ANSWERS,
                META_VIA: "wayback",
                META_TYPE: link.type,
                META_SPAN: span_words(span),
                "capture": context,
            },
            priority=PRIORITY,
            dont_filter=True,
        )

    def parse_capture(
        self, response: Response, link: Link, span: Span | None, captures: list[Snapshot]
    ) -> Iterator[Work | Request]:
        if is_stopping(self.spider.crawler):
            return
        self.run.counts["fetched_pages"] += 1
        capture = self.spider.answers.record(response, "fetched")
        assert capture.id is not None
        reading = read_of(response).reading
        refusal = reading.refusal
        if reading.outcome is not None:
            refusal = Unreachable(response.url, f"status {response.status}")
        if reading.remark is not None:
            yield Work(capture, reading.remark)
        elif isinstance(refusal, Moved):
            yield from self._follow_stub(capture, link, span, refusal.target)
        elif refusal is not None and reading.came:
            self.run.refuse(refusal, capture.id, reading.template)
        elif refusal is not None:
            yield from self._refused(refusal, capture, link, span, captures)

    def _follow_stub(self, stub: Capture, link: Link, span: Span | None, target: str) -> Iterator[Request]:
        """The page that a captured meta refresh leads to."""
        assert stub.id is not None
        self.run.refuse(Moved(stub.url, target), stub.id)
        if is_page(target):
            yield from self.want(Link(url=canonical(target), source="wayback", type=link.type), span)

    def failed_capture(self, failure: Failure) -> Iterator[Request]:
        refusal = self.spider.answers.refusal(failure)
        context = request_of(failure).meta["capture"]
        if isinstance(refusal, Waiting):
            self.run.wait(context["link"].url, context["link"].type)
        elif refusal is not None:
            yield from self._refused(refusal, self.spider.answers.record_failure(failure), **context)

    def _refused(
        self, refusal: Refusal, capture: Capture, link: Link, span: Span | None, captures: list[Snapshot]
    ) -> Iterator[Request]:
        """The next older capture; after the last one the page is refused, or left for its own host."""
        assert capture.id is not None
        if len(captures) > 1 and not isinstance(refusal, Unread):
            self.run.pass_over(refusal, capture.id)
            yield self._capture(link, span, captures[1:])
        elif self.is_fallback and isinstance(refusal, NoCapture):
            self.run.pass_over(refusal, capture.id)
            self.run.wait(link.url, link.type)
        else:
            self.run.refuse(refusal, capture.id)
