"""`scrapy reparse` over invented archives of growing size: on one core and on two, its memory, and what the rows weigh.

While the last but one is read, a reader asks the database that is being replaced, and the longest wait is told.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

from benchmarks.archive import fill
from benchmarks.rounds import Finished, finish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Releases; the corrected ones have two pages.
SIZES, QUICK_SIZES = (1_000, 10_000), (40, 80)
CORES = 2
ROUNDS, QUICK_ROUNDS = 3, 1
FASTER, MOST_MB = 1.7, 300
#: The largest may cost so much more a page than the smallest and still be called linear.
LINEAR = 1.25


def run(quick: bool, folder: Path) -> Iterator[str]:
    sizes = QUICK_SIZES if quick else SIZES
    yield from compared(sizes[0], folder, QUICK_ROUNDS if quick else ROUNDS)
    yield from growing(sizes, folder)


def compared(count: int, folder: Path, rounds: int) -> Iterator[str]:
    """One core and two, in turn."""
    made, written = _archive(folder, count)
    taken: dict[int, list[float]] = {1: [], CORES: []}
    for _ in range(rounds):
        for workers in taken:
            taken[workers].append(_reparse(made, workers).seconds)
    ratios = sorted(one / two for one, two in zip(taken[1], taken[CORES], strict=True))
    middle = ratios[len(ratios) // 2]
    verdict = "" if middle >= FASTER else "  BELOW THE TARGET"
    yield (
        f"reparse: {written:,} pages, {rounds} rounds; {written / min(taken[1]):.0f} pages a second on one core, "
        f"{written / min(taken[CORES]):.0f} on {CORES} (of {os.cpu_count()})"
    )
    spread = f"({ratios[0]:.2f}-{ratios[-1]:.2f})"
    yield f"  {'times as fast on two cores':<58} {middle:6.2f} {spread}  target {FASTER}{verdict}"


def growing(sizes: tuple[int, ...], folder: Path) -> Iterator[str]:
    """What a page costs at each size, in time, memory and bytes."""
    costs = []
    for count in sizes:
        made, written = _archive(folder, count)
        took = _reparse(made, CORES)
        costs.append(took.seconds / written)
        database = made / "remarks.db"
        with closing(sqlite3.connect(database)) as db:
            remarks, turns = db.execute("SELECT count(*), sum(utterance_count) FROM remarks").fetchone()
        warc = sum(path.stat().st_size for path in (made / "warc").iterdir())
        verdict = "" if took.peak_mb <= MOST_MB else f"  ABOVE THE TARGET of {MOST_MB}"
        yield (
            f"  {written:>7,} pages, {remarks:,} remarks, {turns:,} turns: {took.seconds:.0f} s, "
            f"{took.seconds / written * 1000:.1f} ms a page; at most {took.peak_mb:.0f} MB a process{verdict}"
        )
        size = database.stat().st_size
        yield (
            f"{'':10}database {size / 1e6:,.0f} MB, {size / remarks / 1000:.1f} kB a remark; "
            f"archive {warc / 1e6:,.0f} MB, {warc / written / 1000:.1f} kB a page"
        )
    growth = costs[-1] / costs[0]
    yield f"  {'cost of a page, largest to smallest':<58} {growth:6.2f}  target {LINEAR}" + (
        "" if growth <= LINEAR else "  ABOVE THE TARGET"
    )
    asked = folder / f"archive-{sizes[-2]}"
    yield f"  {f'longest wait of a reader while {sizes[-2]:,} are replaced':<58} {_longest_wait(asked):6.2f} s"


def _archive(folder: Path, count: int) -> tuple[Path, int]:
    made = folder / f"archive-{count}"
    told = made / "pages"
    if not told.exists():
        shutil.rmtree(made, ignore_errors=True)
        told.parent.mkdir(parents=True)
        told.write_text(str(fill(made, count)))
    return made, int(told.read_text())


def _reparse(output: Path, workers: int) -> Finished:
    return finish(
        [
            *(sys.executable, "-m", "scrapy", "reparse", "--anew", "--workers", str(workers)),
            *("-s", f"REMARKS_OUTPUT={output}"),
        ]
    )


def _longest_wait(output: Path) -> float:
    """Seconds that the slowest of many small questions took while a reparse replaced the rows."""
    slowest, done = 0.0, threading.Event()

    def ask() -> None:
        nonlocal slowest
        uri = f"{(output / 'remarks.db').resolve().as_uri()}?mode=ro"
        while not done.is_set():
            began = time.perf_counter()
            with closing(sqlite3.connect(uri, uri=True, timeout=60)) as db:
                db.execute("SELECT title FROM remarks ORDER BY date DESC LIMIT 20").fetchall()
            slowest = max(slowest, time.perf_counter() - began)
            time.sleep(0.005)

    reader = threading.Thread(target=ask)
    reader.start()
    try:
        _reparse(output, CORES)
    finally:
        done.set()
        reader.join()
    return slowest
