"""Steps 2 and 3, fetch and archive: thin Scrapy downloader middlewares. They touch the network's answers and warc/.

Their numbers decide what each sees; an answer passes them from the highest number down:

    950 ArchiveMiddleware           writes every answer to the WARC file, as it came, before anything looks at it
    650 OffsiteRedirectMiddleware   refuses redirects off State's hosts, before RedirectMiddleware (600) follows them
    590 ContentEncodingMiddleware   in place of HttpCompressionMiddleware: the decoding that a reparse uses too
    550 BackoffRetryMiddleware      in place of RetryMiddleware: waits before it asks again
"""

from __future__ import annotations

import logging
from http.client import responses as REASONS
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.responsetypes import responsetypes

from crawler.archive.encodings import ACCEPTED, undo
from crawler.archive.memento import as_states
from crawler.archive.reader import digest_of
from crawler.archive.writer import Archive, Exchange
from crawler.discovery.wayback import ARCHIVE_HOST
from crawler.errors import Crashed, Offsite, Refusal, TooLarge, Unreachable
from crawler.fetch.retry import BackoffRetryMiddleware
from crawler.fetch.stop import is_stopping, stop
from crawler.items import Capture
from crawler.rebuild.records import Answer, read_span
from crawler.runs.run import WARC, attached
from crawler.web.exchange import cut_words, now
from crawler.web.urls import is_state_host, joined

if TYPE_CHECKING:
    from datetime import date

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response
    from scrapy.settings import BaseSettings

    from crawler.archive.writer import Stored
    from crawler.web.exchange import Earlier

__all__ = [
    "ArchiveMiddleware",
    "BackoffRetryMiddleware",
    "ContentEncodingMiddleware",
    "NotArchived",
    "OffsiteRedirectMiddleware",
    "Refused",
    "answer_of",
    "archive_of",
    "capture_of",
    "headers_of",
    "is_ours",
    "refusal_of",
    "stored_of",
    "validators",
    "via_of",
]

logger = logging.getLogger(__name__)

META_STORED: Final = "remarks_stored"
META_VIA: Final = "remarks_via"
META_TYPE: Final = "remarks_listed_type"
META_EARLIER: Final = "remarks_earlier"
META_INDEX: Final = "index"
META_SPAN: Final = "remarks_span"
META_CUT: Final = "remarks_cut"
META_ROBOTS: Final = "remarks_robots"
"""Of a request for a robots.txt, also where redirects have led it to another address."""


class Refused(IgnoreRequest):
    """Carries a refusal to the errback of its request."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class NotArchived(IgnoreRequest):
    """The answer could not be written to the WARC file, so nobody sees it; the run is closing."""


def stored_of(request: Request) -> Stored | None:
    """Where the answer to this request lies; None where there was no answer."""
    stored: Stored | None = request.meta.get(META_STORED)
    return stored if stored is not None and stored.url == request.url.partition("#")[0] else None


def capture_of(response: Response, request: Request | None = None) -> Capture:
    """The capture that read_captures() gives for the same answer.

    Raises ValueError for an answer that did not come through ArchiveMiddleware.
    """
    request = request or response.request  # which Scrapy sets behind the middlewares
    stored = stored_of(request) if request is not None else None
    if request is None or stored is None:
        raise ValueError(f"{response.url}: is not archived")
    content_type = response.headers.get("Content-Type")
    memento = response.headers.get("Memento-Datetime")
    capture = Capture(
        url=response.url,
        fetched_at=stored.fetched_at,
        status=response.status,
        body=response.body,
        digest=digest_of(response.body),
        content_type=content_type.decode("latin-1") if content_type is not None else None,
        via=via_of(request),
        listed_type=request.meta.get(META_TYPE),
        requested_url=_requested_url(request),
        cut=request.meta.get(META_CUT),
        warc_file=stored.file,
        warc_offset=stored.offset,
        id=stored.number,
    )
    return as_states(capture, memento.decode("latin-1") if memento else None)


def answer_of(request: Request, response: Response) -> Answer:
    """The answer that rebuild/records.py finds in the archive."""
    return Answer(
        capture=capture_of(response, request),
        asked=_asked(request),
        span=read_span(request.meta.get(META_SPAN)),
        headers=headers_of(response),
        size=len(response.body),
        against=_against(request) if response.status == 304 else None,
    )


def _against(request: Request) -> int | None:
    earlier: Earlier | None = request.meta.get(META_EARLIER)
    return 0 if earlier is None else earlier.number


def headers_of(response: Response) -> dict[str, str]:
    """Names lower case."""
    names = [name.decode("latin-1").lower() for name in response.headers]
    return {name: (response.headers.get(name) or b"").decode("latin-1") for name in names}


def validators(response: Response) -> dict[str, str | None]:
    """The headers by which an unchanged answer is not sent again, as columns of captures."""
    named = {"etag": response.headers.get("ETag"), "last_modified": response.headers.get("Last-Modified")}
    return {name: value.decode("latin-1") if value else None for name, value in named.items()}


def refusal_of(request: Request, error: BaseException) -> Refusal | None:
    """What an errback's error means for the page; None for NotArchived, which is a fault of ours."""
    if isinstance(error, NotArchived):
        return None
    if isinstance(error, Refused):
        return error.refusal
    if isinstance(error, DownloadCancelledError):  # DOWNLOAD_MAXSIZE, by Content-Length or while receiving
        return TooLarge(request.url, "more than DOWNLOAD_MAXSIZE bytes")
    if is_ours(error):
        return Crashed.by(request.url, error)
    return Unreachable(request.url, f"{type(error).__name__}: {error}".removesuffix(": "))


def is_ours(error: BaseException) -> bool:
    """Whether it tells of this program: what the network raises is OSError, or of Twisted or Scrapy."""
    return type(error).__module__ == "builtins" and not isinstance(error, OSError)


class ArchiveMiddleware:
    """Writes each answer (redirects, refusals and robots.txt too) and puts a Stored into the request's meta.

    The request's meta may say META_VIA, META_TYPE and, as an archive.Earlier, META_EARLIER. Where the file cannot be
    written, the answer goes no further and the run is closed as `archive_write_failed`.
    """

    def __init__(self, archive: Archive, crawler: Crawler) -> None:
        self._archive = archive
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        run = attached(crawler)
        if run is not None and run.books.archive is not None:
            return cls(run.books.archive, crawler)  # the run closes it, after its last note
        archive = archive_of(crawler.settings)
        crawler.signals.connect(archive.close, signal=signals.engine_stopped)
        return cls(archive, crawler)

    def process_request(self, request: Request) -> None:
        request.meta.pop(META_CUT, None)
        request.meta.pop(META_STORED, None)  # of the redirect or the failed attempt that led here

    def process_response(self, request: Request, response: Response) -> Response:
        if is_stopping(self._crawler):
            raise NotArchived(f"{request.url}: came when the run was stopping")
        exchange = _exchange(request, response)
        try:
            stored = self._archive.write(exchange, refers_to=request.meta.get(META_EARLIER))
        except OSError as error:
            stop(self._crawler, "archive_write_failed", f"the WARC file cannot be written: {error}")
            raise NotArchived(f"{request.url}: {error}") from error
        request.meta[META_STORED] = stored
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in exchange.response_headers}
        received = len(exchange.body)
        request.meta[META_CUT] = cut_words(response.status, headers, received, partial=exchange.partial)
        stats = self._crawler.stats
        stats.inc_value("remarks/archive/records")
        stats.inc_value("remarks/archive/bytes", len(exchange.body))
        return response


def archive_of(settings: BaseSettings) -> Archive:
    """The archive that the settings ask for."""
    return Archive(
        Path(settings.get("REMARKS_OUTPUT", "output")) / WARC,
        max_bytes=settings.getint("REMARKS_WARC_MAX_BYTES", 1_000_000_000),
        software=f"state-remarks/{version('state-remarks')} Scrapy/{version('scrapy')}",
        contact=settings.get("REMARKS_CONTACT"),
        robots="obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
    )


def _exchange(request: Request, response: Response) -> Exchange:
    # behind a proxy the address is the proxy's
    ip = None if request.meta.get("proxy") or response.ip_address is None else str(response.ip_address)
    return Exchange(
        url=response.url,
        method=request.method,
        request_headers=_pairs(request.headers),
        status=response.status,
        reason=REASONS.get(response.status, ""),
        protocol=response.protocol or "HTTP/1.1",
        response_headers=_pairs(response.headers),
        body=response.body,
        fetched_at=now(),
        ip=ip,
        via=via_of(request),
        listed_type=request.meta.get(META_TYPE),
        requested_url=_requested_url(request),
        asked=_asked(request),
        partial=not {"partial", "dataloss"}.isdisjoint(response.flags),
        span=request.meta.get(META_SPAN),
    )


def span_words(span: tuple[date | None, date | None] | None) -> str | None:
    """First and last date wanted, as the archive keeps them."""
    return None if span is None else "/".join(day.isoformat() if day else "" for day in span)


def _asked(request: Request) -> str:
    """What the archive says that the address was asked for as: page, robots, or a kind of discovery.indexes.EXPECT."""
    if META_ROBOTS in request.meta:
        return "robots"
    index = request.meta.get(META_INDEX)
    return index["ask"].source if index else "page"


def _pairs(headers: Headers) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name, value) for name, values in headers.items() for value in values)


def via_of(request: Request) -> str:
    return str(request.meta.get(META_VIA, "live"))


def _requested_url(request: Request) -> str | None:
    """The address first asked for, where redirects led to this one."""
    hops: list[str] = request.meta.get("redirect_urls", [])
    return hops[0] if hops else None


class OffsiteRedirectMiddleware:
    """Nothing is asked of a host that is none of State's six, web.archive.org or in REMARKS_EXTRA_HOSTS.

    A redirect there, or from https to http, ends as Refused(Offsite) at the errback and is not followed.
    """

    def __init__(self, extra_hosts: frozenset[str], crawler: Crawler) -> None:
        self._extra_hosts = extra_hosts
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(frozenset(crawler.settings.getlist("REMARKS_EXTRA_HOSTS")), crawler)

    def process_request(self, request: Request) -> None:
        # a second lock: whatever way a request came about
        if not self._allowed(request.url):
            raise self._refuse(request.url, "its host is none of State's")

    def process_response(self, request: Request, response: Response) -> Response:
        location = response.headers.get("Location")
        if location is None or not 300 <= response.status < 400:
            return response
        printed = location.decode("utf-8", "replace")
        try:
            target = joined(request.url, printed)
        except ValueError as error:
            raise self._refuse(request.url, f"redirect to {printed}: {error}") from None
        if via_of(request) == "wayback" and urlsplit(target).hostname != ARCHIVE_HOST:
            raise self._refuse(request.url, f"redirect out of the Archive, to {target}")
        if not self._allowed(target):
            raise self._refuse(request.url, f"redirect to {target}")
        if urlsplit(request.url).scheme == "https" and urlsplit(target).scheme != "https":
            raise self._refuse(request.url, f"redirect to an unencrypted address: {target}")
        if ":" in urlsplit(printed).netloc:
            response.headers["Location"] = target  # without the usual port
        return response

    def _allowed(self, url: str) -> bool:
        """By host and port: `https://www.state.gov:8443/` is another server."""
        try:
            place = urlsplit(joined(url, url))
        except ValueError:
            return False
        return is_state_host(place.netloc) or place.netloc == ARCHIVE_HOST or place.hostname in self._extra_hosts

    def _refuse(self, url: str, reason: str) -> Refused:
        self._crawler.stats.inc_value("remarks/fetch/offsite")
        return Refused(Offsite(url, reason))


class ContentEncodingMiddleware:
    """Undoes gzip, deflate, br and zstd with the function that a reparse uses.

    A body that cannot be undone goes on as it came, with its Content-Encoding header and the flag `undecodable`;
    health.judge() refuses it. More than DOWNLOAD_MAXSIZE decoded bytes are cut after the first one too many.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        sent = [value.decode("latin-1") for value in response.headers.getlist("Content-Encoding")]
        if not sent:
            return response
        body, trouble = undo(response.body, sent, max_bytes=self._max_bytes)
        headers = response.headers.copy()
        flags = list(response.flags)
        if trouble is None:
            del headers["Content-Encoding"]
        else:
            logger.info("%s: %s", request.url, trouble)
            self._crawler.stats.inc_value("remarks/fetch/undecodable")
            flags.append("undecodable")
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, body=body, headers=headers, flags=flags)
