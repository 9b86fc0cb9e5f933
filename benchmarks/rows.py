"""Remarks into SQLite, with ids, revisions, JSON lines and the search index, against `executemany` of the same rows.

The yardstick knows all rows beforehand: it looks nothing up, gives no ids and writes each table in one call.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.pages import pages
from benchmarks.rounds import in_turn, ratio, told
from crawler import flow
from crawler.archive.reader import digest_of
from crawler.exporters.sqlite.store import Store
from crawler.items import Capture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawler.items import Remark

REMARKS, QUICK_REMARKS = 300, 60
ROUNDS, QUICK_ROUNDS = 5, 2
WEIGHT = 0
#: What triggers and the search index keep by themselves.
OWN = "sqlite_sequence%", "%_fts%", "sqlite_stat%", "_sqlite_migrations"

Table = tuple[str, list[tuple[object, ...]]]


def run(quick: bool, folder: Path) -> Iterator[str]:
    read = list(_remarks(QUICK_REMARKS if quick else REMARKS))
    bench = _Bench(folder, read)
    bench.empty()
    roster = {name: set(rows) for name, rows in _tables(bench.path)}
    bench.ours()
    bench.tables = [(name, [row for row in rows if row not in roster[name]]) for name, rows in _tables(bench.path)]
    rows = sum(len(table[1]) for table in bench.tables)
    rounds = QUICK_ROUNDS if quick else ROUNDS
    yield f"rows: {len(read)} pages, {rows:,} rows in {len(bench.tables)} tables, {rounds} rounds"
    taken = in_turn({"ours": bench.ours, "anew": bench.anew, "raw": bench.raw}, rounds, bench.empty)
    bench.store.close()
    ours, anew, raw = (min(taken[name]) / len(read) * 1000 for name in ("ours", "anew", "raw"))
    yield f"  a page: as a run stores it {ours:.1f} ms, as a reparse {anew:.1f} ms, executemany {raw:.1f} ms"
    yield told("a run, times as fast as executemany of the same rows", ratio(taken, "ours", "raw"), 0.5)
    yield told("a reparse, times as fast", ratio(taken, "anew", "raw"), 0.5)


class _Bench:
    """An empty database, roster included, and three ways to fill it."""

    def __init__(self, folder: Path, read: Sequence[tuple[Remark, Capture]]) -> None:
        self.path = folder / "rows.db"
        self.read = read
        self.tables: list[Table] = []
        self.store: Store

    def empty(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self.store = Store(self.path, durable=False)

    def ours(self) -> None:
        run_id = self.store.begin_run({"hosts": []}, {}, started_at="1997-01-01T00:00:00Z")
        for remark, capture in self.read:
            number = self.store.add_capture(capture, run_id=run_id, outcome="fetched", size=len(capture.body))
            self.store.save(remark, replace(capture, id=number), run_id)

    def anew(self) -> None:
        self.store.unguarded()
        with self.store.made_anew(), self.store.together():
            self.ours()

    def raw(self) -> None:
        db = self.store.db.conn
        db.execute("PRAGMA foreign_keys = OFF")
        with db:
            for name, rows in self.tables:
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    db.executemany(f"INSERT OR IGNORE INTO {name} VALUES ({marks})", rows)  # noqa: S608


def _remarks(count: int) -> Iterator[tuple[Remark, Capture]]:
    for page in pages(count, weight=WEIGHT):
        capture = Capture(
            url=page.url,
            fetched_at=page.fetched_at,
            status=200,
            body=page.body,
            digest=digest_of(page.body),
            content_type=page.content_type,
        )
        yield flow.run(capture), capture


def _tables(path: Path) -> Iterator[Table]:
    """The rows of each table."""
    with closing(sqlite3.connect(path)) as db:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table'" + " AND name NOT LIKE ?" * len(OWN)  # noqa: S608
        for (name,) in db.execute(sql, OWN).fetchall():
            yield name, db.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608
