"""Step 9: a person or an office that gets another id. Inside the caller's transaction.

It happens when the roster learns of somebody whom only pages named, or lets go of them, and when the operator says that
two are one. Whatever points at the old row points at the new one then, and former_ids sends the old id on for good; a
row that bears it again goes before.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.exporters.sqlite.names import Naming, free_id, held, learn, slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlite_utils import Database

    from crawler.exporters.sqlite.names import Table

POINTERS = (("utterances", "person_id", "office_id"), ("attributions", "person_id", "office_id"))
#: The earliest remark whose attributions name a person, or an office.
FIRST = """
SELECT r.id, r.date FROM attributions a JOIN utterances u ON u.id = a.utterance_id JOIN remarks r ON r.id = u.remark_id
WHERE a.{column} = ? ORDER BY r.date IS NULL, r.date, r.id LIMIT 1
"""


def move(db: Database, table: Table, old: str, new: str) -> None:
    """The row `old` becomes the row `new`, which is there."""
    repoint(db, table, old, new)
    db.execute(f"DELETE FROM {table} WHERE id = ?", [old])  # noqa: S608
    send_on(db, table, old, new)


def send_on(db: Database, table: Table, old: str, new: str) -> None:
    db.execute("UPDATE former_ids SET new_id = ? WHERE kind = ? AND new_id = ?", [new, table, old])
    db.execute("INSERT OR REPLACE INTO former_ids (kind, old_id, new_id) VALUES (?, ?, ?)", [table, old, new])
    db.execute("DELETE FROM former_ids WHERE kind = ? AND old_id = new_id", [table])


def rename(db: Database, table: Table, id_: str) -> None:
    """To a name that nobody bears, for the time being: names are unique."""
    sql = f"UPDATE {table} SET name = '[' || id || '] ' || name, plain = NULL WHERE id = ?"  # noqa: S608
    db.execute(sql, [id_])


def give_way(db: Database, table: Table, id_: str) -> str:
    """A row that only pages name leaves its id to the roster, or a row that the roster has let go; its new id."""
    row = next(db.query(f"SELECT name, other_names, first_date, source FROM {table} WHERE id = ?", [id_]))  # noqa: S608
    rename(db, table, id_)
    plain = slug(row["name"])
    new = free_id(db, table, plain)
    db.table(table).insert({"id": new, "plain": plain} | row)
    repoint(db, table, id_, new)
    return new


def repoint(db: Database, table: Table, old: str, new: str, remarks: Iterable[str] | None = None) -> None:
    """Whatever points at the old row points at the new one; on those remarks only, where they are given."""
    for pointing, person, office in POINTERS:
        column = person if table == "people" else office
        turns = "id" if pointing == "utterances" else "utterance_id"
        of_remarks = f"{turns} IN (SELECT id FROM utterances WHERE remark_id IN (SELECT value FROM json_each(?)))"  # noqa: S608
        some = json.dumps(list(remarks)) if remarks is not None else None
        db.execute(
            f"UPDATE {pointing} SET {column} = ? WHERE {column} = ? AND (? IS NULL OR {of_remarks})",  # noqa: S608
            [new, old, some, some],
        )
    note_first(db, table, new)


def repoint_named(
    db: Database, old: str, new: str, meant: Callable[[str], bool], remarks: Iterable[str] | None = None
) -> bool:
    """The same of those turns only to which pages give a name that is meant; whether there are any."""
    printed = db.execute("SELECT DISTINCT name FROM attributions WHERE person_id = ?", [old]).fetchall()
    of_remarks = "utterance_id IN (SELECT id FROM utterances WHERE remark_id IN (SELECT value FROM json_each(:some)))"
    asked = {
        "old": old,
        "new": new,
        "names": json.dumps([name for (name,) in printed if name is not None and meant(name)]),
        "some": json.dumps(list(remarks)) if remarks is not None else None,
    }
    named = "person_id = :old AND name IN (SELECT value FROM json_each(:names))"
    which = f"{named} AND (:some IS NULL OR {of_remarks})"
    found = db.execute(f"SELECT utterance_id, rank FROM attributions WHERE {which}", asked).fetchall()  # noqa: S608
    db.execute(f"UPDATE attributions SET person_id = :new WHERE {which}", asked)  # noqa: S608
    first = [[new, id_] for id_, rank in found if rank == 1]
    db.conn.executemany("UPDATE utterances SET person_id = ? WHERE id = ?", first)
    return bool(found)


def note_first(db: Database, table: Table, id_: str) -> None:
    """The earliest remark by the attributions, where that is earlier than the one known."""
    row = next(db.query(f"SELECT * FROM {table} WHERE id = ?", [id_]))  # noqa: S608
    first = db.execute(FIRST.format(column="person_id" if table == "people" else "office_id"), [id_]).fetchone()
    if first is not None and not row["roster"]:
        learn(db, table, row, [], Naming(*first))


def resolve(db: Database, table: Table, id_: str) -> str | None:
    """The id that leads to a row now; None for one that was never given."""
    if db.execute(f"SELECT 1 FROM {table} WHERE id = ?", [id_]).fetchone():  # noqa: S608
        return id_
    row = db.execute("SELECT new_id FROM former_ids WHERE kind = ? AND old_id = ?", [table, id_]).fetchone()
    return str(row[0]) if row else None


def settle(db: Database, table: Table) -> None:
    """Each row that only pages name goes to the id that its name makes today, and to the row that is there."""
    while sum(_settle(db, table, *row) for row in _of_pages(db, table)):
        pass  # one that went may have left an id free


def _of_pages(db: Database, table: Table) -> list[tuple[str, str]]:
    return db.execute(f"SELECT id, name FROM {table} WHERE roster = 0 ORDER BY id").fetchall()  # noqa: S608


def _settle(db: Database, table: Table, id_: str, name: str) -> bool:
    """Whether it went."""
    plain = slug(name)
    same = held(db, table, name)
    assert same is not None
    if same["roster"]:
        move(db, table, id_, same["id"])
        return True
    of_plain = db.execute(f"SELECT plain FROM {table} WHERE id = ?", [plain]).fetchone()  # noqa: S608
    goal = plain if of_plain in (None, (plain,)) else f"{plain}--2"
    if id_ == goal:
        note_first(db, table, id_)
        return False
    row = next(db.query(f"SELECT * FROM {table} WHERE id = ?", [goal]), None)  # noqa: S608
    if row is None:
        move(db, table, id_, give_way(db, table, id_))
        return True
    rename(db, table, id_)
    learn(db, table, row, [name], Naming(row["source"], row["first_date"]))
    move(db, table, id_, goal)
    return True


def one_row_a_name(db: Database) -> None:
    """Rows that differ in spelling alone become one: of databases that were written when each had its own."""
    for table in ("people", "offices"):
        rows = db.execute(f"SELECT id, name FROM {table}").fetchall()  # noqa: S608
        sql = f"UPDATE {table} SET plain = ? WHERE id = ?"  # noqa: S608
        db.conn.executemany(sql, [[slug(name), id_] for id_, name in rows])
        settle(db, table)
