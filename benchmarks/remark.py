"""Bytes -> Remark on one core, against trafilatura's `extract` and against the bare parser.

The bare parser (selectolax, the fastest that is well kept) decodes and parses the page and reads eight selections of
it: title, type, byline, places, date, tags, canonical address, and the text of every paragraph. It knows no speaker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from benchmarks.pages import pages
from benchmarks.rounds import in_turn, ratio, told
from crawler import flow
from crawler.items import Capture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES, QUICK_PAGES = 200, 60
ROUNDS, QUICK_ROUNDS = 7, 3
#: Of the pages, so many are given to trafilatura: it takes its time.
FOR_TRAFILATURA = 4
SELECTIONS = (
    *(".featured-content__headline", ".doctype-meta", ".article-meta__author-bureau", ".article-meta__location"),
    *(".article-meta__publish-date", ".related-tags a, .tags-block a", 'link[rel="canonical"]', ".entry-content p"),
)


def run(quick: bool, folder: Path) -> Iterator[str]:
    captures = list(_captures(QUICK_PAGES if quick else PAGES))
    size = sum(len(capture.body) for capture in captures) / len(captures)
    rounds = QUICK_ROUNDS if quick else ROUNDS
    yield f"bytes -> Remark: {len(captures)} invented pages of {size / 1000:.0f} kB, one core, {rounds} rounds"
    ways = {
        "remark": lambda: [flow.run(one) for one in captures],
        "bare": lambda: [_bare(one.body) for one in captures],
    }
    taken = in_turn(ways, rounds)
    yield from (f"  {name}: {len(captures) / min(times):.0f} pages a second at best" for name, times in taken.items())
    yield told("times as fast as parse and select alone", ratio(taken, "remark", "bare"), 0.5)
    try:
        from trafilatura import extract
    except ImportError:
        yield "  trafilatura is not installed (make bench installs it): not compared"
        return
    few = captures[::FOR_TRAFILATURA]
    ways = {
        "remark": lambda: [flow.run(one) for one in few],
        "trafilatura": lambda: [extract(one.body) for one in few],
    }
    yield told("times as fast as trafilatura.extract", ratio(in_turn(ways, rounds), "remark", "trafilatura"), 5)


def _captures(count: int) -> Iterator[Capture]:
    for page in pages(count):
        yield Capture(
            url=page.url,
            fetched_at=page.fetched_at,
            status=200,
            body=page.body,
            digest="",
            content_type=page.content_type,
        )


def _bare(body: bytes) -> int:
    tree = LexborHTMLParser(body.decode("utf-8", "replace"))
    return sum(len(node.text()) for selection in SELECTIONS for node in tree.css(selection))
