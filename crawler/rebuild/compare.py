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
#: What a database that takes the place of another one must not lack: the tables that only grow, and their keys.
KEYS: Final = {
    "runs": "id",
    "captures": "id",
    "remarks": "id",
    "urls": "url, remark_id",
    "revisions": "remark_id, revision",
    "utterance_versions": "utterance_id, revision",
    "statuses": "remark_id, status, capture_id",
    "listed": "host, path, source",
    "former_ids": "kind, old_id",
}
#: People and offices whose ids lead on are not lost.
NAMED: Final = ("people", "offices")
MOST_REMARKS: Final = 20
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


def lost(held: Path, made: Path) -> Iterator[str]:
    """What only the held one has, in words: counts by table, and which remarks; nothing where the other has all."""
    with closing(sqlite3.connect(f"{held.resolve().as_uri()}?mode=ro", uri=True)) as db:
        db.execute("ATTACH ? AS made", [f"{made.resolve().as_uri()}?mode=ro"])
        there = {name for (name,) in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
        for table, keys in KEYS.items():
            if table not in there:
                continue
            only = f"SELECT {keys} FROM main.{table} EXCEPT SELECT {keys} FROM made.{table}"  # noqa: S608
            (count,) = db.execute(f"SELECT count(*) FROM ({only})").fetchone()  # noqa: S608
            if count:
                yield f"{table}: {count} rows"
            if count and table == "remarks":
                sql = f"SELECT id, title, url FROM main.remarks WHERE id IN ({only}) ORDER BY rowid LIMIT ?"  # noqa: S608
                yield from (f"  {id_}: {title}, {url}" for id_, title, url in db.execute(sql, [MOST_REMARKS]))
        for table in NAMED:
            sql = f"SELECT count(*) FROM main.{table} WHERE id NOT IN (SELECT id FROM made.{table}) "  # noqa: S608
            sql += "AND id NOT IN (SELECT old_id FROM made.former_ids WHERE kind = ?)"
            (count,) = db.execute(sql, [table]).fetchone() if table in there else (0,)
            if count:
                yield f"{table}: {count} rows"


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
