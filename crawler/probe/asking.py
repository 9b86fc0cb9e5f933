"""Asks what plan.py says, politely, and keeps every answer in one WARC file with nothing private in it.

The middlewares are the crawl's own (robots.txt, five seconds, repetitions, redirects, encodings) but for those that
keep a run's account: a probe has no database, takes no lock and touches no output.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import scrapy
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from crawler.archive.encodings import undo
from crawler.archive.writer import Archive
from crawler.discovery.indexes import EXPECT, read_index
from crawler.discovery.window import Ask
from crawler.errors import Blocked, Refusal, Waiting
from crawler.exporters.sqlite.settle import foreseen
from crawler.fetch.answers import ANSWERS, request_of
from crawler.fetch.middlewares import META_INDEX, META_ROBOTS, ArchiveMiddleware, Refused, headers_of
from crawler.probe.plan import MOST_REQUESTS
from crawler.runs.sentinel import Sentinel, is_of_the_host
from crawler.web import health
from crawler.web.urls import fetch_address, is_state_host

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import Settings
    from twisted.python.failure import Failure

    from crawler.archive.writer import Stored
    from crawler.items import Link
    from crawler.probe.plan import Visit
    from crawler.web.exchange import Earlier, Exchange, HeaderPairs

#: What keeps the account of a crawl.
ACCOUNT: Final = (
    "crawler.fetch.judge.Judge",
    "crawler.fetch.judge.Gate",
    "crawler.fetch.network.Network",
    "crawler.fetch.judge.Ledger",
)
ACCOUNT_EXTENSIONS: Final = (
    "crawler.extensions.account.Account",
    "crawler.extensions.drift.DriftSentinel",
    "crawler.extensions.progress.Progress",
)
#: Fewer than in a crawl: a person waits, and one look is enough.
SETTINGS: Final = {"REMARKS_RETRIES": 1, "DOWNLOAD_TIMEOUT": 30, "DOWNLOAD_MAXSIZE": 5_000_000}

#: Headers that tell of the answer and not of who asked; cookies, addresses and marks of a session are left out.
KEPT_SENT: Final = frozenset({b"accept", b"accept-encoding", b"accept-language", b"host"})
KEPT_RECEIVED: Final = frozenset(
    b"""cache-control content-encoding content-language content-length content-type date etag expires last-modified
    location retry-after server transfer-encoding vary x-wp-total x-wp-totalpages""".split()
)
# "state-remarks/0.1" of "state-remarks/0.1 (archive of public remarks; contact: ada@example.org)"
PRODUCT: Final = re.compile(rb"\A[\w.-]{1,40}/[\d.]{1,20}(?=\s|\Z)")
# "203.0.113.7", "2001:db8::7": block pages print the visitor's
ADDRESS: Final = re.compile(
    rb"\b(?:\d{1,3}\.){3}\d{1,3}\b|(?<![\w:])(?:[0-9A-Fa-f]{1,4}:+){3,7}[0-9A-Fa-f]{1,4}(?![\w:])"
)
#: What an exception means, by its name or that of a class above it; its own words may name a proxy of this machine.
MEANS: Final = {
    "CannotResolveHostError": "its name is not known",
    "DownloadConnectionRefusedError": "the connection is refused",
    "DownloadTimeoutError": "no answer in time",
    "TunnelError": "a proxy on the way refuses",
    "ResponseDataLossError": "the connection broke off",
    "DownloadFailedError": "the connection broke off, or is not secure",
    "DownloadCancelledError": f"more than {SETTINGS['DOWNLOAD_MAXSIZE']:,} bytes",
    "ConnectError": "no connection",
}


def set_up(settings: Settings) -> None:
    """The crawl's settings without its account; what is given on the command line stays."""
    for name, value in SETTINGS.items():
        settings.set(name, value, priority="spider")
    for name, taken in (("DOWNLOADER_MIDDLEWARES", ACCOUNT), ("EXTENSIONS", ACCOUNT_EXTENSIONS)):
        kept = {**settings.getdict(name), **dict.fromkeys(taken)}
        settings.set(name, kept, priority="cmdline")
    own = {**settings.getdict("DOWNLOADER_MIDDLEWARES"), "crawler.fetch.middlewares.ArchiveMiddleware": None}
    own["crawler.probe.asking.Recorder"] = 950
    settings.set("DOWNLOADER_MIDDLEWARES", own, priority="cmdline")
    settings.set("ITEM_PIPELINES", {}, priority="cmdline")


class ProbeSpider(scrapy.Spider):
    """One request at a time to each host; the next one is chosen when the one before is answered."""

    name = "probe"

    def __init__(self, visits: Sequence[Visit], archive: Archive, advance: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.visits = visits
        self.archive = archive
        self.advance = advance
        self.sentinel = Sentinel()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.sentinel.most = crawler.settings.getint("REMARKS_BLOCK_AFTER")
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for visit in self.visits:
            for request in self.go_on(visit):
                yield request

    def go_on(self, visit: Visit) -> Iterator[Request]:
        if visit.site.host in self.sentinel.closed or (what := visit.next()) is None:
            return
        meta: dict[str, Any] = {"handle_httpstatus_list": ANSWERS}
        if isinstance(what, Ask):
            meta[META_INDEX] = {"ask": what}
        yield scrapy.Request(
            what.url if isinstance(what, Ask) else fetch_address(what.url),
            self.parse,
            errback=self.failed,
            cb_kwargs={"visit": visit, "what": what},
            meta=meta,
            dont_filter=True,
        )

    def parse(self, response: Response, visit: Visit, what: Ask | Link) -> Iterator[Request]:
        host = visit.site.host
        try:
            with foreseen(response.url):
                self.judge(response, visit, what)
        except Refusal as refusal:
            if is_of_the_host(refusal):
                self.sentinel.refused(host, str(refusal))
        else:
            self.sentinel.answered(host)
        yield from self.go_on(visit)

    def judge(self, response: Response, visit: Visit, what: Ask | Link) -> None:
        """Raises Refusal; an index that can be read tells what is asked next."""
        headers, expect = headers_of(response), EXPECT[what.source] if isinstance(what, Ask) else "html"
        most = self.crawler.settings.getint("REMARKS_MAX_PAGE_BYTES")
        if isinstance(what, Ask) or not headers.get("content-type", "").lower().startswith("text/plain"):
            health.judge(response.url, response.status, headers, response.body, expect=expect, max_bytes=most)
        if isinstance(what, Ask):
            visit.answer(what, read_index(what.source, response.url, response.body, headers))

    def failed(self, failure: Failure) -> Iterator[Request]:
        """What did not reach the network is noted here, what did by the Recorder."""
        request, error = request_of(failure), failure.value
        visit: Visit = request.cb_kwargs["visit"]
        if isinstance(error, Refused):
            note_failure(self.archive, request, _words(error.refusal))
        if not (isinstance(error, Refused) and isinstance(error.refusal, Blocked)):  # robots.txt forbids single pages
            self.sentinel.refused(visit.site.host, "no answer")
        if isinstance(error, Refused) and isinstance(error.refusal, Waiting):  # so would every other request to it
            self.sentinel.closed.setdefault(visit.site.host, error.refusal.reason)
        yield from self.go_on(visit)


class Recorder(ArchiveMiddleware):
    """Nearest to the network: counts what is really asked, and writes down what came or why nothing did."""

    def __init__(self, archive: Archive, crawler: Crawler, advance: Callable[[], None]) -> None:
        super().__init__(archive, crawler)
        self.advance = advance
        self.asked = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        spider = crawler.spider
        assert isinstance(spider, ProbeSpider)
        return cls(spider.archive, crawler, spider.advance)

    def process_request(self, request: Request) -> None:
        super().process_request(request)
        if self.asked >= MOST_REQUESTS:
            raise Refused(Waiting(request.url, f"{MOST_REQUESTS} requests were made, the most of a probe"))
        self.asked += 1
        self.advance()

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, IgnoreRequest) or isinstance(exception, DownloadCancelledError):
            note_failure(self._archive, request, meaning(exception))


class DiscreetArchive(Archive):
    """Writes exchanges as `discreet` leaves them."""

    def write(self, exchange: Exchange, *, refers_to: Earlier | None = None) -> Stored:
        return super().write(discreet(exchange), refers_to=refers_to)


def note_failure(archive: Archive, request: Request, words: str) -> None:
    index = request.meta.get(META_INDEX)
    asked = "robots" if META_ROBOTS in request.meta else index["ask"].source if index else "page"
    first = (request.meta.get("redirect_urls") or [request.url])[0]
    archive.note({"failure": {"url": first, "asked": asked, "words": words}}, url=first)


def meaning(exception: BaseException) -> str:
    """Why there was no answer, in words that tell nothing of this machine."""
    names = [cls.__name__ for cls in type(exception).__mro__]
    return next((MEANS[name] for name in names if name in MEANS), names[0])


def _words(refusal: Refusal) -> str:
    if isinstance(refusal, Blocked):
        return refusal.reason
    if isinstance(refusal, Waiting):
        return (
            "nothing is asked while its robots.txt is not answered"
            if "robots.txt" in refusal.reason
            else refusal.reason
        )
    return f"{refusal.outcome}: a redirect that is not followed"


def discreet(exchange: Exchange) -> Exchange:
    """Without what tells who asked: cookies, session headers, the contact in the User-Agent, addresses of machines."""
    sent = tuple(pair for pair in exchange.request_headers if pair[0].lower() in KEPT_SENT)
    agents = [value for name, value in exchange.request_headers if name.lower() == b"user-agent"]
    product = PRODUCT.match(agents[0]) if agents else None
    received = tuple(
        (name, _location(value) if name.lower() == b"location" else value)
        for name, value in exchange.response_headers
        if name.lower() in KEPT_RECEIVED
    )
    body, received = _without_addresses(exchange, received)
    sent = (*sent, (b"User-Agent", product[0] if product else b"(left out)"))
    return replace(exchange, request_headers=sent, response_headers=received, body=body, ip=None)


def _location(value: bytes) -> bytes:
    """Where a redirect leads off State's hosts, its host alone: a login page on the way has more in its address."""
    try:
        parts = urlsplit(value.decode("latin-1"))
    except ValueError:
        return b"(no address)"
    if not parts.netloc or is_state_host(parts.netloc):
        return value
    host = parts.hostname or ""
    named = "(an address)" if ADDRESS.fullmatch(host.encode("latin-1")) else host
    return f"{parts.scheme}://{named}/".encode("latin-1")


def _without_addresses(exchange: Exchange, headers: HeaderPairs) -> tuple[bytes, HeaderPairs]:
    """The body of a refusal without the visitor's address, which it may print; any other body as it came."""
    encodings = [value.decode("latin-1") for name, value in headers if name.lower() == b"content-encoding"]
    plain, trouble = undo(exchange.body, encodings, max_bytes=SETTINGS["DOWNLOAD_MAXSIZE"])
    refused = exchange.status >= 400 or (exchange.status < 300 and _is_decoy(exchange.url, plain))
    if trouble or not refused or not ADDRESS.search(plain):
        return exchange.body, headers
    told = (b"content-encoding", b"content-length", b"transfer-encoding")
    return ADDRESS.sub(b"(address)", plain), tuple(pair for pair in headers if pair[0].lower() not in told)


def _is_decoy(url: str, body: bytes) -> bool:
    try:
        with foreseen(url):
            return health.find_decoy(url, body) is not None
    except Refusal:
        return False
