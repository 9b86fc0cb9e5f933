"""Step 9: rows for the people and offices that a remark names. Touches the database, inside the caller's transaction.

One row a name in plain letters: "Director of the Office To Combat Smuggling" and "... to Combat ..." are one office,
"José Ramos" and "JOSE RAMOS" one person; "Ramos José" may be, too (joining.py). A name that is held already, from the
roster (roster_rows.py) or an earlier page, is the same person or office, unless people_overrides.toml says otherwise
(people_file.py); any other gets a row.

The id is the name in plain letters ("ada-field"), or that with "--2" where the roster gives it to somebody else. Of
several spellings the row bears the one that reads best; the others stand in other_names. Its source is the earliest
remark that names it. So nothing of a row hangs on the order in which the remarks came.
"""

from __future__ import annotations

import hashlib
import json
import re
from itertools import count
from typing import TYPE_CHECKING, Literal

from crawler.roster.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from sqlite_utils import Database

Table = Literal["people", "offices"]
# the "ada" and "b" of "ada b. шишкин", which alone would be another's
PLAIN_WORD = re.compile(r"[a-z0-9]+")
DIGITS = 12
#: "NATO", "Jr." and initials are no shouting; "MINISTER" is.
LONGEST_ACRONYM = 4


class Naming:
    """Where names stand: a remark, its date and its address."""

    def __init__(self, remark_id: str, date: str | None = None, url: str = "") -> None:
        self.remark_id = remark_id
        self.date = date
        self.url = url


def slug(name: str) -> str:
    """The name in plain letters; where it has others too, also the first digits of its SHA-256."""
    words = fold(name).split()
    if words and all(word.isascii() for word in words):
        return "-".join(words)
    digest = hashlib.sha256((" ".join(words) or name).encode()).hexdigest()[:DIGITS]
    return "-".join([*PLAIN_WORD.findall(" ".join(words)), digest])


def best_spelling(table: Table, spellings: Iterable[str]) -> str:
    """The one that neither shouts nor lacks its accents: "Director of the Office to ...", "Ana McDuff"."""
    return min(spellings, key=lambda name: _legibility(table, name))


def _legibility(table: Table, name: str) -> tuple[int, int, int, str]:
    """The lower the better. Titles have small words ("To Combat"), family names capitals within ("Mcduff")."""
    shouted = sum(word.isupper() and len(word) > LONGEST_ACRONYM for word in name.split()) + name[:1].islower()
    accents = sum(letter.isalpha() and not letter.isascii() for letter in name)
    capitals = sum(letter.isupper() for letter in name)
    return shouted, -accents, capitals if table == "offices" else -capitals, name


def ids_of_offices(db: Database, names: Iterable[str | None], where: Naming) -> dict[str, str]:
    """The id of each name that is not None."""
    return {name: id_of(db, "offices", name, where) for name in dict.fromkeys(names) if name is not None}


def id_of(db: Database, table: Table, name: str, where: Naming) -> str:
    """The id of the row of that name; there is one afterwards, and it knows of this spelling and remark."""
    row = held(db, table, name)
    if row is None:
        id_ = free_id(db, table, slug(name))
        first = {"first_date": where.date, "source": where.remark_id}
        db.table(table).insert({"id": id_, "name": name, "plain": slug(name)} | first)
        db.execute("DELETE FROM former_ids WHERE kind = ? AND old_id = ?", [table, id_])
        return id_
    if not row["roster"]:
        learn(db, table, row, [name], where)
    return str(row["id"])


def held(db: Database, table: Table, name: str) -> dict[str, Any] | None:
    """The row of that name in any spelling: the roster's, if it knows the name; a person's also under another name."""
    sql, plain = f"SELECT * FROM {table} WHERE plain = ? ORDER BY roster DESC, id", slug(name)  # noqa: S608
    row = next(db.query(sql, [plain]), None)
    if row is None and table == "people":
        lead = db.execute("SELECT lead FROM namings WHERE plain = ?", [plain]).fetchone()
        row = next(db.query(sql, lead), None) if lead else None
    return row


def free_id(db: Database, table: Table, plain: str) -> str:
    """A number comes behind two hyphens, which no name in plain letters has: it cannot be another name's id."""
    for id_ in (plain if number == 1 else f"{plain}--{number}" for number in count(1)):
        if not db.execute(f"SELECT 1 FROM {table} WHERE id = ?", [id_]).fetchone():  # noqa: S608
            break
    return id_


def learn(db: Database, table: Table, row: dict[str, Any], spellings: Iterable[str], where: Naming) -> None:
    """More spellings of a name that only pages have, and a remark that may be the earliest."""
    others = {row["name"], *json.loads(row["other_names"] or "[]"), *spellings}
    name = best_spelling(table, [other for other in others if slug(other) == row["plain"]] or others)
    others.discard(name)
    first = earliest((row["first_date"], row["source"]), (where.date, where.remark_id))
    kept = json.dumps(sorted(others), ensure_ascii=False) if others else None
    new = [name, kept, *first]
    if new != [row[column] for column in ("name", "other_names", "first_date", "source")]:
        sql = f"UPDATE {table} SET name = ?, other_names = ?, first_date = ?, source = ? WHERE id = ?"  # noqa: S608
        db.execute(sql, [*new, row["id"]])


def earliest(*firsts: tuple[str | None, str]) -> tuple[str | None, str]:
    """Of dates and their sources; what has no date comes last."""
    return min(firsts, key=lambda first: (first[0] is None, first[0] or "", first[1]))
