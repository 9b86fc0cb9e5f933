"""What a rebuild from nothing takes over from the database that it replaces: where the ids of people and offices lead.

The ids of turns, and their redirects, come out of the archive again. That a person or an office once had another id
does not: the roster, the operator or an older version of this program decided it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from crawler.exporters.sqlite.former_ids import send_on
from crawler.exporters.sqlite.names import held as row_of

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.exporters.sqlite.names import Table
    from crawler.exporters.sqlite.store import Store

Ids = list[tuple[str, str]]
TABLES: tuple[Table, ...] = ("people", "offices")


def carry_ids(held: Path, store: Store) -> None:
    """Ids of the held database lead on in the new one. Raises sqlite3.DatabaseError for a file that is none."""
    if not held.exists():
        return
    with closing(sqlite3.connect(f"{held.resolve().as_uri()}?mode=ro", uri=True)) as db:
        there = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        rows = {table: _ids(db, f"SELECT id, name FROM {table}") for table in TABLES if table in there}  # noqa: S608
        sql = "SELECT old_id, new_id FROM former_ids WHERE kind = ?"
        former = {table: _ids(db, sql, table) for table in TABLES if "former_ids" in there}
    with store.together():
        for table in TABLES:
            _send_on(store, table, rows.get(table, []), former.get(table, []))


def _ids(db: sqlite3.Connection, sql: str, *values: str) -> Ids:
    return db.execute(sql, values).fetchall()


def _send_on(store: Store, table: Table, rows: Ids, former: Ids) -> None:
    there = {id_ for (id_,) in store.db.execute(f"SELECT id FROM {table}")}  # noqa: S608
    for old, new in former:
        if old not in there:
            send_on(store.db, table, old, new)
    for id_, name in rows:
        if id_ not in there and (row := row_of(store.db, table, name)) is not None:
            send_on(store.db, table, id_, row["id"])
