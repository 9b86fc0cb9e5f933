"""Step 9: rows for the people and offices that a remark names. Touches the database, inside the caller's transaction.

A name that is held already, from the roster (roster_rows.py) or an earlier page, is the same person or office, unless
people_overrides.toml says otherwise (people_file.py); any other gets a row. The id is the name in plain letters
("ada-field"), with a number where that is taken, so it depends on nothing but the order in which the remarks came.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Literal

from crawler.exporters.people_file import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils import Database

    from crawler.exporters.people_file import Overrides

# the blank and the full stop of "ada b. field"
NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """The name in plain letters; where it has none, the first digits of its SHA-256."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return NOT_PLAIN.sub("-", plain).strip("-") or hashlib.sha256(name.encode()).hexdigest()[:12]


def ids_of(
    db: Database,
    table: Literal["people", "offices"],
    names: Iterable[str | None],
    source: str,
    overrides: Overrides = NONE,
) -> dict[str, str]:
    """The id of each name that is not None, in the order of first mention; `source`, an address, goes into new rows.

    The operator's word on people goes before.
    """
    printed = [name for name in dict.fromkeys(names) if name is not None]
    kept = {name: overrides.name(name, source) if table == "people" else name for name in printed}
    return {name: id_of(db, table, kept[name], source) for name in printed}


def id_of(db: Database, table: Literal["people", "offices"], name: str, source: str) -> str:
    """The id of the row of that name; there is one afterwards."""
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
