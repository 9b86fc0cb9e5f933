"""Step 9, many remarks at once: for a database made anew, which nobody reads and which a kill only throws away.

The index for searches is most of the work of storing a remark (two thirds of SQLite's share), and cheap when it is made
of all rows at once.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

SEARCHED = ("utterances", "remarks")
"""Tables with an index of their own, `<table>_fts`, kept by triggers `<table>_fts_<event>`."""


def without_guards(db: Database) -> None:
    """No waiting for the disk: what is lost by a power cut is made again."""
    db.execute("PRAGMA journal_mode = MEMORY")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -65536")


@contextmanager
def indexed_at_the_end(db: Database) -> Iterator[None]:
    """Rows that are written inside are found by searches when it is left; without that, the database is no good."""
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND name GLOB ?"
    triggers = [row for table in SEARCHED for row in db.execute(sql, [table, f"{table}_fts_*"]).fetchall()]
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    yield
    for table in SEARCHED:
        db.execute(f"INSERT INTO {table}_fts({table}_fts) VALUES ('rebuild')")  # noqa: S608
    for _, text in triggers:
        db.execute(text)
