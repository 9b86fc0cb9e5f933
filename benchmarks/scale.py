"""From the archive to exports at 1,000, 10,000 and 100,000 releases: time, memory and size, each step a process.

It takes the better part of an hour and 20 GB of disk, so it is a part to be asked for by name.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import closing
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import reparse
from benchmarks.rounds import finish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZES, QUICK_SIZES = (1_000, 10_000, 100_000), (50, 100)
FORMATS = ("jsonl", "csv", "parquet", "tei")
SEARCHES = 50
#: The first page of results, best first, with what a reader is shown of each.
SEARCH = """
SELECT snippet(utterances_fts, -1, '[', ']', ' ... ', 20) FROM utterances_fts WHERE utterances_fts MATCH ?
ORDER BY rank LIMIT 20
"""


def run(quick: bool, folder: Path) -> Iterator[str]:
    sizes = QUICK_SIZES if quick else SIZES
    yield f"scale: invented archives of {', '.join(f'{size:,}' for size in sizes)} releases, read again on two cores"
    yield from reparse.growing(sizes, folder)
    for count in sizes:
        output = folder / f"archive-{count}"
        yield f"  {count:>7,} releases: {_searched(output / 'remarks.db')}"
        for form in FORMATS:
            yield f"{'':10}{_exported(output, form)}"


def _searched(database: Path) -> str:
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as db:
        db.execute("create virtual table temp.words using fts5vocab(main, utterances_fts, row)")
        (turns,) = db.execute("select count(*) from utterances").fetchone()
        sql = "select term from temp.words where length(term) > 3 and doc between ? and ? order by term limit ?"
        words = [row[0] for row in db.execute(sql, [max(1, turns // 3000), max(5, turns // 100), SEARCHES])]
        times = []
        for word in words:
            began = time.perf_counter()
            db.execute(SEARCH, [f'"{word}"']).fetchall()
            times.append((time.perf_counter() - began) * 1000)
    slow = f"median {median(times):.1f} ms, most {max(times):.1f} ms"
    return f"{len(words)} searches of one word in {turns:,} turns, {slow}"


def _exported(output: Path, form: str) -> str:
    target = output.parent / f"{output.name}-{form}"
    line = ("export", "--format", form, "-o", str(target), "-s", f"REMARKS_OUTPUT={output}")
    took = finish([sys.executable, "-m", "scrapy", *line])
    files = [target] if target.is_file() else [path for path in target.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    for path in files:
        path.unlink()
    return f"export {form}: {took.seconds:.0f} s, at most {took.peak_mb:.0f} MB of memory, {size / 1e6:,.0f} MB"
