"""Invented pages as the WARC files of a crawl, from which `scrapy reparse` makes the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.pages import WEIGHT, pages
from crawler.archive.writer import Archive
from crawler.web.exchange import Exchange

if TYPE_CHECKING:
    from pathlib import Path

FILE_BYTES = 200_000_000


def fill(folder: Path, count: int, *, weight: int = WEIGHT, seed: int = 1) -> int:
    """So many releases, the corrected ones twice, under folder/warc; the number of pages."""
    written = 0
    with Archive(folder / "warc", max_bytes=FILE_BYTES, software="bench") as archive:
        for page in pages(count, weight=weight, seed=seed):
            archive.write(
                Exchange(
                    url=page.url,
                    status=200,
                    reason="OK",
                    response_headers=((b"Content-Type", page.content_type.encode()),),
                    body=page.body,
                    fetched_at=page.fetched_at,
                    listed_type=page.listed_type,
                    asked="page",
                )
            )
            written += 1
    return written
