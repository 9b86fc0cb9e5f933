"""Step 2, fetch: whether there is a network at all. A Scrapy downloader middleware, nearer to it than the repetitions.

A host that cannot be reached is asked again, for a minute and more. Where none can be, that says nothing of the hosts:
as long as nothing has answered in this run, each host of it and the Internet Archive is tried once, and where no
connection is made to any of them, the run stops.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError
from scrapy.http.request import NO_CALLBACK
from twisted.internet.error import ConnectError

from crawler.discovery.wayback import ARCHIVE_HOST
from crawler.fetch.middlewares import META_ROBOTS, NotArchived
from crawler.fetch.stop import is_stopping, stop
from crawler.runs.run import run_of
from crawler.web.robots import PATH
from crawler.web.urls import host_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: No connection to the host came about: its name is not known, it or the proxy refuses, no way leads there.
UNCONNECTED: Final = (CannotResolveHostError, DownloadConnectionRefusedError, ConnectError, TunnelError)
NO_NETWORK: Final = "no_network"


class Network:
    """Once anything has answered, it looks at nothing any more."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.answered = False
        self.asked: set[str] = set()
        self.dead: dict[str, str] = {}
        """Hosts without a connection, and why."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        self.asked.add(host_of(request.url))

    def process_response(self, request: Request, response: Response) -> Response:
        self.answered = True
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises NotArchived where there is no network: nothing is said of what was asked for."""
        if self.answered or not isinstance(exception, UNCONNECTED):
            return
        self.dead[host_of(request.url)] = str(exception) or type(exception).__name__
        for host in self.hosts():
            if host not in self.asked:
                await self._try(host)
        if self.answered or not self.dead.keys() >= set(self.hosts()):
            return  # one of them answers, or is being asked just now
        stop(
            self.crawler,
            NO_NETWORK,
            f"no connection to {', '.join(self.dead)}: {self.dead[host_of(request.url)]}",
            loud=False,
        )
        raise NotArchived("no network")

    def hosts(self) -> list[str]:
        """Those that this run may ask."""
        arguments = run_of(self.crawler).arguments
        if arguments.source != "live":
            return [ARCHIVE_HOST]
        fallback = self.crawler.settings["REMARKS_FALLBACK"] == "wayback"
        return [*arguments.hosts, *([ARCHIVE_HOST] if fallback else [])]

    async def _try(self, host: str) -> None:
        engine = self.crawler.engine
        if self.answered or engine is None or is_stopping(self.crawler):
            return
        self.asked.add(host)
        meta = {META_ROBOTS: True, "dont_retry": True, "dont_redirect": True}
        with suppress(Exception):  # process_exception has seen it
            await engine.download_async(Request(f"https://{host}{PATH}", meta=meta, callback=NO_CALLBACK))
