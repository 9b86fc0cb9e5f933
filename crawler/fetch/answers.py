"""Between Scrapy and the run's account: an answer, or the want of one, as a capture with its row and as a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.memento import as_states
from crawler.errors import Refusal, TooLarge, Unreachable
from crawler.fetch.judge import read_of
from crawler.fetch.middlewares import META_TYPE, refusal_of, stored_of, validators, via_of
from crawler.fetch.stop import is_stopping
from crawler.items import Capture, IndexPage
from crawler.web.exchange import now

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.runs.run import Run

# Statuses that are answers to judge; redirects are followed.
ANSWERS = [300, 304, 305, 306, *range(400, 600)]


class Answers:
    """What came back, for one run."""

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self.crawler = crawler
        self.run = run
        self.most_bytes = crawler.settings.getint("REMARKS_MAX_PAGE_BYTES")

    def record(self, response: Response, outcome: str) -> Capture:
        return self.run.record(read_of(response).capture, outcome, **validators(response))

    def record_failure(self, failure: Failure) -> Capture:
        """A row also where there was no answer, or one that was not let through; its bytes, if any, are archived."""
        request = request_of(failure)
        stored = stored_of(request)
        if stored is not None and stored.number is not None:
            return self.run.books.record_archived(stored, "unreachable")
        capture = Capture(
            url=(request.meta.get("redirect_urls") or [request.url])[0],
            fetched_at=now(),
            status=0,
            body=b"",
            digest="",
            via=via_of(request),
            listed_type=request.meta.get(META_TYPE),
        )
        return self.run.record(as_states(capture, None), "unreachable")

    def refusal(self, failure: Failure) -> Refusal | None:
        """What it means that a request had no answer; None where the fault is ours, or the run is stopping anyway."""
        if is_stopping(self.crawler):
            return None
        request = request_of(failure)
        assert failure.value is not None
        refusal = refusal_of(request, failure.value)
        if isinstance(refusal, TooLarge):
            return TooLarge(request.url, f"more than {self.most_bytes} bytes")
        return refusal


def index_of(response: Response) -> IndexPage:
    """What was read from an index. Raises the refusal that it is."""
    reading = read_of(response).reading
    if reading.refusal is not None:
        raise reading.refusal
    if reading.index is None:  # a 300 that names where to look, of which no callback is told otherwise
        raise Unreachable(response.url, f"status {response.status}")
    return reading.index


def request_of(failure: Failure) -> Request:
    request: Request = failure.request  # type: ignore[attr-defined]
    return request
