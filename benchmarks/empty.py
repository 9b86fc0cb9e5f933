"""A spider that does nothing, run by plain Scrapy: what a crawl of the same pages costs before anybody reads them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response


class Empty(Spider):
    name = "empty"
    addresses: str
    """A file of them."""

    async def start(self) -> AsyncIterator[Any]:
        for url in Path(self.addresses).read_text().split():
            yield Request(url, callback=self.nothing)

    def nothing(self, response: Response) -> None:
        """Nothing is read."""
