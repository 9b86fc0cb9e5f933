"""Step 9: the roster and the operator's word on people, in the tables people, offices and terms.

A person of the roster has the roster's id as people.id, and people.roster = 1; whoever only a page names has an id made
of the name (names.py), and 0. Names are unique in people: a row that was made from a page before the roster knew its
name becomes the roster's, with all that points at it. Runs inside the caller's transaction.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Literal

from crawler.exporters.names import id_of
from crawler.exporters.people_file import PEOPLE_FILE
from crawler.roster.tables import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from crawler.exporters.people_file import Overrides
    from crawler.roster import Office, Person, Roster

Table = Literal["people", "offices"]
Row = dict[str, Any]
POINTERS = (("utterances", "person_id", "office_id"), ("attributions", "person_id", "office_id"))


def fill(db: Database, roster: Roster) -> None:
    """Bring people, offices and terms up to the roster; nothing is written where they are."""
    edition = zlib.crc32(describe(roster).encode())
    if db.execute("SELECT 1 FROM editions WHERE name = 'roster' AND digest = ?", [edition]).fetchone():
        return
    _put(db, "people", [_person(person) for person in roster.people.values()])
    _put(db, "offices", [_office(office) for office in roster.offices.values()])
    for table, ids_of_table in (("people", roster.people), ("offices", roster.offices)):
        db.execute(
            f"UPDATE {table} SET roster = 0 WHERE roster = 1 AND id NOT IN (SELECT value FROM json_each(?))",  # noqa: S608
            [json.dumps(list(ids_of_table))],
        )
    db.execute("DELETE FROM terms")
    db.conn.executemany(
        "INSERT INTO terms (person_id, office_id, start_date, end_date, ended, acting, source) VALUES (?,?,?,?,?,?,?)",
        [
            (t.person.id, t.office.id, t.start_text, t.end_text, int(t.end is not None), int(t.acting), t.source)
            for t in roster.terms
        ],
    )
    db.execute("INSERT OR REPLACE INTO editions (name, digest) VALUES ('roster', ?)", [edition])


def _person(person: Person) -> Row:
    return {
        "id": person.id,
        "name": person.name,
        "other_names": json.dumps(person.alternative_names, ensure_ascii=False) if person.alternative_names else None,
        "identifiers": json.dumps(dict(person.ids)) if person.ids else None,
        "born": person.born,
        "roster": 1,
        "source": person.source,
    }


def _office(office: Office) -> Row:
    return {
        "id": office.id,
        "name": office.name,
        "organization": office.organisation,
        "country": office.country,
        "kind": office.kind,
        "roster": 1,
        "source": office.source,
    }


def _put(db: Database, table: Table, rows: Sequence[Row]) -> None:
    """Rows of the roster, under its ids; whoever bears such a name under another id becomes the roster's."""
    held = {id_: (name, roster) for id_, name, roster in db.execute(f"SELECT id, name, roster FROM {table}")}  # noqa: S608
    of_name = {name: id_ for id_, (name, _) in held.items()}
    moved: list[tuple[str, str]] = []
    for row in rows:
        other = of_name.get(row["name"])
        if other not in (None, row["id"]):  # names are unique: it is free before the row takes it
            _rename(db, table, other)
            moved.append((other, row["id"]))
        name, roster = held.get(row["id"], (row["name"], 1))
        if not roster and name != row["name"]:
            _give_way(db, table, row["id"])
    columns = list(rows[0])
    sets = ", ".join(f"{column} = excluded.{column}" for column in columns if column != "id")
    db.conn.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {sets}",
        [[*row.values()] for row in rows],
    )
    for old, new in moved:
        _move(db, table, old, new)


def _rename(db: Database, table: Table, id_: str) -> None:
    """To a name that nobody bears, for the time being."""
    db.execute(f"UPDATE {table} SET name = '[' || id || '] ' || name WHERE id = ?", [id_])  # noqa: S608


def _give_way(db: Database, table: Table, id_: str) -> None:
    """Somebody else of a page bears the id: that row takes a numbered one."""
    (name, source) = db.execute(f"SELECT name, source FROM {table} WHERE id = ?", [id_]).fetchone()  # noqa: S608
    _rename(db, table, id_)
    _repoint(db, table, id_, id_of(db, table, name, source))


def _move(db: Database, table: Table, old: str, new: str) -> None:
    _repoint(db, table, old, new)
    db.execute(f"DELETE FROM {table} WHERE id = ?", [old])  # noqa: S608


def _repoint(db: Database, table: Table, old: str, new: str, remarks: Iterable[str] | None = None) -> None:
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


def override(db: Database, overrides: Overrides) -> None:
    """Merge and split the people that are stored already."""
    for (url, name), other in overrides.split.items():
        remarks = [remark for (remark,) in db.execute("SELECT remark_id FROM urls WHERE url = ?", [url])]
        if remarks and (held := _held(db, name)):
            _repoint(db, "people", held, id_of(db, "people", overrides.merged.get(other, other), url), remarks)
    for name, into in overrides.merged.items():
        if held := _held(db, name):
            stays = id_of(db, "people", into, PEOPLE_FILE)
            if db.execute("SELECT roster FROM people WHERE id = ?", [held]).fetchone()[0]:
                _repoint(db, "people", held, stays)
            else:
                _move(db, "people", held, stays)


def _held(db: Database, name: str) -> str | None:
    row = db.execute("SELECT id FROM people WHERE name = ?", [name]).fetchone()
    return str(row[0]) if row else None
