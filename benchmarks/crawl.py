"""A whole crawl on loopback without delay, against an empty Scrapy spider that only fetches the same pages.

Both processes read from the same server, which is a third one. Then the run without news: how much it asks for.
"""

from __future__ import annotations

import gzip
import shutil
import sys
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import empty
from benchmarks.pages import WEIGHT, documents, weighty
from benchmarks.rounds import finish, told
from crawler.sample import SampleSite
from crawler.sample.answers import Answer
from crawler.sample.routes import Library
from crawler.sample.shells import CURRENT, served

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawler.sample import Document
    from crawler.sample.answers import Asked

PAGES, QUICK_PAGES = 600, 40
ROUNDS, QUICK_ROUNDS = 3, 1
MOST_REQUESTS = 6
GZIP = (("Content-Encoding", "gzip"),)


class Made(SampleSite):
    """The sample site with invented documents of real weight, their pages made beforehand."""

    def __init__(self, made: Sequence[Document]) -> None:
        super().__init__()
        self._library = Library(documents=tuple(reversed(made)))
        self.pages = {
            document.served[0]: Answer(
                body=gzip.compress(weighty(body, WEIGHT)), content_type=content_type, headers=GZIP
            )
            for document in made
            for body, content_type in [served(document, CURRENT)]
        }

    @property
    def library(self) -> Library:
        return self._library

    def answer(self, asked: Asked) -> tuple[Answer, str | None]:
        page = self.pages.get(f"{asked.scheme}://{asked.host}{asked.target}")
        return (page, None) if page else super().answer(asked)


def run(quick: bool, folder: Path) -> Iterator[str]:
    made = list(documents(QUICK_PAGES if quick else PAGES, turns=False, hosts=(CURRENT,)))
    output, rounds = folder / "crawl", QUICK_ROUNDS if quick else ROUNDS
    with Made(made) as site:
        addresses = folder / "addresses.txt"
        addresses.write_text("\n".join(site.pages))
        taken: dict[str, list[float]] = {"ours": [], "empty": []}
        for _ in range(rounds):
            shutil.rmtree(output, ignore_errors=True)
            taken["ours"].append(finish(_crawl(output, "-a", "since=all", "-a", "types=all"), site.environment).seconds)
            taken["empty"].append(finish(_empty(addresses), site.environment | {"SCRAPY_PROJECT": "none"}).seconds)
        asked = len(site.requests)
        finish(_crawl(output, "-a", "types=all"), site.environment)
        again = site.requests[asked:]
    ratios = [theirs / own for own, theirs in zip(taken["ours"], taken["empty"], strict=True)]
    yield f"crawl: {len(made)} invented pages of {WEIGHT / 1000:.0f} kB on loopback, no delay, {rounds} rounds"
    yield from (f"  {name}: {len(made) / min(times):.0f} pages a second at best" for name, times in taken.items())
    yield told("times as fast as an empty Scrapy spider", (median(ratios), min(ratios), max(ratios)), 0.5)
    bodies = sum(request.url in site.pages for request in again)
    verdict = "" if len(again) <= MOST_REQUESTS and not bodies else "  ABOVE THE TARGET"
    yield f"  a run without news: {len(again)} requests, {bodies} pages  target {MOST_REQUESTS}, 0{verdict}"


def _crawl(output: Path, *arguments: str) -> list[str]:
    settings = (f"REMARKS_OUTPUT={output}", "DOWNLOAD_DELAY=0")
    given = (word for setting in settings for word in ("-s", setting))
    return [sys.executable, "-m", "scrapy", "crawl", "remarks", *arguments, *given]


def _empty(addresses: Path) -> list[str]:
    spider = ("runspider", str(empty.__file__), "-a", f"addresses={addresses}", "-s", "LOG_LEVEL=ERROR")
    return [sys.executable, "-m", "scrapy", *spider]
