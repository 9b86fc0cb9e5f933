"""Steps 1-2: asks the hosts for their indexes and pages, and hands every answer on with its judgement.

What to ask is decided by discovery/walk.py, what an answer is by web/health.py; this file only carries between them,
Scrapy and the run's account.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import scrapy

from crawler.discovery.window import Ask
from crawler.errors import Gone, Moved, Offsite, Refusal, Unreachable, Waiting
from crawler.exporters.sqlite.identity import alike, normalised
from crawler.exporters.sqlite.settle import foreseen
from crawler.exporters.sqlite.validators import conditions, objection
from crawler.fetch.answers import ANSWERS, Answers, index_of, request_of
from crawler.fetch.judge import read_of
from crawler.fetch.middlewares import META_EARLIER, META_INDEX, META_SPAN, META_TYPE, span_words, validators
from crawler.fetch.stop import guarded, is_stopping
from crawler.pipelines import Span, Work
from crawler.runs.arguments import read_arguments
from crawler.runs.run import run_of
from crawler.spiders.agenda import LOOK, REFUSED, Agenda
from crawler.spiders.fallback import Fallback
from crawler.spiders.warcs import PREFIX, Warcs
from crawler.spiders.wayback import Wayback
from crawler.web.urls import canonical, fetch_address, is_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.discovery.walk import Walk
    from crawler.exporters.sqlite.store import Known
    from crawler.items import Capture, Link
    from crawler.runs.run import Run
    from crawler.web.exchange import Earlier

# Pages before the next index, so that a run that is cut short has stored what it came by.
PAGE_PRIORITY = 10
# Outcomes after which an address is not asked for again before something says that it changed.
SETTLED = frozenset({"ok", "unchanged"})


class RemarksSpider(scrapy.Spider):
    """`scrapy crawl remarks`."""

    name = "remarks"

    def __init__(self, *args: Any, **kwargs: str) -> None:
        super().__init__(*args)
        self.arguments = read_arguments(kwargs)
        self.requested: set[str] = set()
        self.settled: set[str] = set()
        self.walks: list[Walk] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.answers = Answers(crawler, run_of(crawler))
        spider.fallback = Fallback(spider)
        return spider

    answers: Answers
    fallback: Fallback

    @property
    def run(self) -> Run:
        return run_of(self.crawler)

    async def start(self) -> AsyncIterator[Request | Work]:
        if self.arguments.source.startswith(PREFIX):
            async for work in Warcs(self).works():
                yield work
            return
        agenda = Agenda(self.run, self.settings)
        for host in self.arguments.hosts:
            walk = agenda.walk(host)
            self.walks.append(walk)
            again = self.again(agenda, walk)
            from_host = self.arguments.source == "live"
            found = self.follow(walk, chain(again, walk.start())) if from_host else self.from_archive(walk, again)
            for request in found:
                yield request

    def from_archive(self, walk: Walk, again: Iterator[Link]) -> Iterator[Request]:
        if walk.is_closed:
            return
        archive = Wayback(self, walk)
        yield from archive.start()
        for link in again:
            yield from archive.want(link, None)

    def again(self, agenda: Agenda, walk: Walk) -> Iterator[Link]:
        """Pages that are due again."""
        for link, due in agenda.again(walk):
            if due:
                yield link
            else:
                self.settled.add(link.url)
                self.run.counts["waiting"] += 1

    def follow(self, walk: Walk, wanted: Iterable[Ask | Link]) -> Iterator[Request]:
        for what in wanted:
            if isinstance(what, Ask):
                yield self.index_request(walk, what)
            elif (request := self.page_request(walk, what)) is not None:
                yield request

    def index_request(self, walk: Walk, ask: Ask) -> Request:
        context = {"walk": walk, "ask": ask}
        return scrapy.Request(
            ask.url,
            self.parse_index,
            errback=self.failed_index,
            cb_kwargs=context,
            meta={"handle_httpstatus_list": ANSWERS, META_INDEX: context},
            dont_filter=True,
        )

    def page_request(self, walk: Walk, link: Link) -> Request | None:
        """None where the page is held and nothing says that it changed since, or where its next try is not due."""
        address = fetch_address(link.url)
        if address in self.requested:
            return None
        known = self.run.store.known(address)
        if known is not None and link.source != LOOK and self.is_settled(known, link):
            self.run.counts["known"] += address not in self.settled
            self.settled.add(address)
            return None
        if address in self.settled:
            if known is None or known.outcome not in SETTLED:
                return None
            self.run.counts["known"] -= 1  # another index says that it was edited
        self.requested.add(address)
        self.run.counts["asked_pages"] += 1
        # Where no index told the date, the page's own one decides.
        told = link.date is not None or link.source in (REFUSED, LOOK)
        span = None if told else (walk.window.since, walk.window.until)
        return self.page(address, span, page_meta(link.type), self.earlier(address, known))

    def earlier(self, address: str, known: Known | None) -> Earlier | None:
        """The capture that an unchanged page need not be sent again for; only of pages whose last look was good."""
        if known is None or known.remark_id is None or known.outcome not in SETTLED:
            return None
        return self.run.store.proof(address)

    def page(self, address: str, span: Span | None, meta: dict[str, Any], earlier: Earlier | None = None) -> Request:
        headers = conditions(earlier) if earlier else {}
        meta = {**meta, META_SPAN: span_words(span)} | ({META_EARLIER: earlier} if headers else {})
        return scrapy.Request(
            address,
            self.parse_page,
            errback=self.failed_page,
            headers=headers,
            cb_kwargs={"span": span},
            meta=meta,
            priority=PAGE_PRIORITY,
            dont_filter=True,
        )

    def is_settled(self, known: Known, link: Link) -> bool:
        """Whether the page was read, and no index says that it was edited since."""
        if known.outcome == "not_remarks" and self.arguments.types != "speech":
            return False
        if known.outcome not in SETTLED and known.outcome != "not_remarks":
            return False
        if is_another(known, link):
            return False
        before = known.modified_at or known.fetched_at
        return not (link.modified_at and before and link.modified_at > before)

    @guarded
    def parse_index(self, response: Response, walk: Walk, ask: Ask) -> Iterator[Request]:
        if is_stopping(self.crawler):
            return
        capture = self.answers.record(response, "index")
        try:
            with foreseen(response.url):
                page = index_of(response)
                self.run.books.listed(capture, page.links)
                yield from self.follow(walk, walk.answer(ask, page))
        except Refusal as refusal:
            yield from self.refused_index(refusal, capture, walk, ask)
        else:
            self.run.counts["index"] += 1
            self.run.note_index(ask.url, page)

    def refused_index(self, refusal: Refusal, capture: Capture, walk: Walk, ask: Ask) -> Iterator[Request]:
        assert capture.id is not None
        yield from self.fallback.host_refused(walk.site.host)
        if isinstance(refusal, Gone) and not walk.site.seen and not self.run.store.was_index(capture.id):
            self.run.pass_over(refusal, capture.id)
        else:
            self.run.refuse(refusal, capture.id)
            self.run.index_failed(walk.site.host)
        yield from self.follow(walk, walk.fail(ask))

    @guarded
    def failed_index(self, failure: Failure) -> Iterator[Request]:
        context, refusal = request_of(failure).meta[META_INDEX], self.answers.refusal(failure)
        if isinstance(refusal, Waiting):
            yield from self.fallback.host_refused(context["walk"].site.host)
            self.run.index_failed(context["walk"].site.host)
            yield from self.follow(context["walk"], context["walk"].fail(context["ask"]))
        elif refusal is not None:
            yield from self.refused_index(refusal, self.answers.record_failure(failure), **context)

    @guarded
    def parse_page(self, response: Response, span: Span | None) -> Iterator[Work | Request | None]:
        if is_stopping(self.crawler):
            return
        self.run.counts["fetched_pages"] += 1
        assert response.request is not None
        capture = self.answers.record(response, "fetched")
        earlier: Earlier | None = response.request.meta.get(META_EARLIER)
        if response.status == 304 and earlier is not None:
            yield from self.not_modified(response, capture, span, earlier)
            return
        reading = read_of(response).reading
        refusal = reading.refusal
        assert capture.id is not None
        if reading.outcome is not None:  # a 300 that names where to look
            refusal = Unreachable(response.url, f"status {response.status}")
        if reading.remark is not None:
            yield Work(capture, reading.remark)
        elif isinstance(refusal, Moved):
            yield self.follow_stub(response, capture, span, refusal.target)
        elif refusal is not None:
            self.run.refuse(refusal, capture.id, reading.template)
            if not reading.came:
                yield from self.fallback.page_refused(response.request, refusal, span)

    def not_modified(
        self, response: Response, capture: Capture, span: Span | None, earlier: Earlier
    ) -> Iterator[Request]:
        """Asks for the page whole where its 304 tells nothing of what is held."""
        assert earlier.number is not None
        assert response.request is not None
        self.run.confirm(capture, earlier.number)
        if objection(earlier, response.url, **validators(response)) is not None:
            meta = response.request.meta
            asked = (meta.get("redirect_urls") or [response.request.url])[0]
            yield self.page(asked, span, page_meta(meta.get(META_TYPE)))

    def follow_stub(self, response: Response, capture: Capture, span: Span | None, target: str) -> Request | None:
        """A request for the page that a meta refresh leads to; its capture names the stub as the address asked for."""
        assert capture.id is not None
        assert response.request is not None
        hops = response.request.meta.get("redirect_urls", [])
        refusal: Refusal = Moved(response.url, target)
        if not is_page(target):
            refusal = Offsite(response.url, f"a meta refresh leads to {target}")
        elif len(hops) >= self.settings.getint("REDIRECT_MAX_TIMES"):
            refusal = Unreachable(response.url, f"{len(hops)} redirects, and one more to {target}")
        if not isinstance(refusal, Moved):
            self.run.refuse_by_itself(refusal, capture.id)
            return None
        self.run.refuse(refusal, capture.id)
        meta = {**page_meta(response.request.meta.get(META_TYPE)), "redirect_urls": [*hops, response.url]}
        return self.page(fetch_address(canonical(target)), span, meta)

    @guarded
    def failed_page(self, failure: Failure) -> Iterator[Request]:
        request, refusal = request_of(failure), self.answers.refusal(failure)
        if refusal is None:
            return
        if not isinstance(refusal, Waiting):
            self.run.counts["fetched_pages"] += 1
            capture = self.answers.record_failure(failure)
            assert capture.id is not None
            self.run.refuse(refusal, capture.id)
        yield from self.fallback.page_refused(request, refusal, request.cb_kwargs["span"])


def is_another(known: Known, link: Link) -> bool:
    """Whether the index names another document than was seen at the address: it was taken over.

    Hand-kept indexes have titles of their own.
    """
    if link.source == "index":
        return False
    if known.wp_id is not None and link.wp_id is not None:
        return known.wp_id != link.wp_id
    if known.title is None or link.title is None or normalised(known.title) == normalised(link.title):
        return False
    # titles begin alike ("Secretary Field Before His Meeting with ..."): the day tells
    return not alike(known.title, link.title) or (None not in (known.date, link.date) and known.date != link.date)


def page_meta(listed_type: str | None) -> dict[str, Any]:
    return {"handle_httpstatus_list": ANSWERS, META_TYPE: listed_type}
