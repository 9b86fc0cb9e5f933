"""Step 9: rows for the people and offices that a remark names. Touches the database, inside the caller's transaction.

A name that is held already is the same person or office; any other gets a row. The id is the name in plain letters
("ada-field"), with a number where that is taken, so it depends on nothing but the order in which the remarks came.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils import Database

# the blank and the full stop of "ada b. field"
NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """The name in plain letters; where it has none, the first digits of its SHA-256."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return NOT_PLAIN.sub("-", plain).strip("-") or hashlib.sha256(name.encode()).hexdigest()[:12]


def ids_of(
    db: Database, table: Literal["people", "offices"], names: Iterable[str | None], source: str
) -> dict[str, str]:
    """The id of each name that is not None, in the order of first mention; `source` goes into new rows."""
    return {name: _id_of(db, table, name, source) for name in dict.fromkeys(names) if name is not None}


def _id_of(db: Database, table: str, name: str, source: str) -> str:
    for (held,) in db.execute(f"SELECT id FROM {table} WHERE name = ?", [name]):  # noqa: S608
        return str(held)
    plain = slug(name)
    taken = {held for (held,) in db.execute(f"SELECT id FROM {table} WHERE id GLOB ?", [f"{plain}*"])}  # noqa: S608
    free, number = plain, 1
    while free in taken:
        number += 1
        free = f"{plain}-{number}"
    db.table(table).insert({"id": free, "name": name, "source": source})
    return free
