"""Two databases, table by table. Reads both, writes neither."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: What is of the file and not of the record: how far other files are written or known, when migrations were applied,
#: which ids it gave to people and offices before the roster or the operator knew better.
#: The full-text indexes follow their tables by triggers.
PASSED_OVER: Final = (
    "published",
    "event_lines",
    "warc_files",
    "former_ids",
    "_sqlite_migrations",
    "sqlite_%",
    "remarks_fts%",
    "utterances_fts%",
)
MOST_SHOWN: Final = 3
MOST_CHARACTERS: Final = 160


def differences(held: Path, made: Path) -> Iterator[str]:
    """In words: which rows only one of the two has, by table; nothing where they are the same."""
    with closing(sqlite3.connect(f"{held.resolve().as_uri()}?mode=ro", uri=True)) as db:
        db.execute("ATTACH ? AS made", [f"{made.resolve().as_uri()}?mode=ro"])
        names = {side: _tables(db, side) for side in ("main", "made")}
        for name in sorted(names["main"] | names["made"]):
            if name not in names["main"] or name not in names["made"]:
                yield f"{name}: only one of the two has this table"
                continue
            yield from _rows(db, name)


def _tables(db: sqlite3.Connection, side: str) -> set[str]:
    passed = " AND ".join(f"name NOT LIKE '{pattern}'" for pattern in PASSED_OVER)
    rows = db.execute(f"SELECT name FROM {side}.sqlite_master WHERE type = 'table' AND {passed}")  # noqa: S608
    return {name for (name,) in rows}


def _rows(db: sqlite3.Connection, table: str) -> Iterator[str]:
    names = ", ".join(f'"{row[1]}"' for row in db.execute(f"PRAGMA main.table_info({table})"))
    for here, there, words in (("main", "made", "held"), ("made", "main", "read again")):
        only = f'SELECT {names} FROM {here}."{table}" EXCEPT SELECT {names} FROM {there}."{table}"'  # noqa: S608
        (count,) = db.execute(f"SELECT count(*) FROM ({only})").fetchone()  # noqa: S608
        if count:
            yield f"{table}: {count} rows only as {words}"
            for row in db.execute(f"{only} LIMIT {MOST_SHOWN}"):
                yield f"  {str(row)[:MOST_CHARACTERS]}"
