"""Step 9: the roster and the operator's word on people, in the tables people, offices and terms.

A person of the roster has the roster's id as people.id, and people.roster = 1; whoever only a page names has an id made
of the name (names.py), and 0. Names are unique in people: a row that was made from a page before the roster knew its
name becomes the roster's, with all that points at it; its id leads on (former_ids.py). Runs inside the caller's
transaction.
"""

from __future__ import annotations

import json
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

from crawler.exporters.sqlite.former_ids import give_way, move, note_first, rename, repoint, repoint_named, settle
from crawler.exporters.sqlite.joining import join, rename_naming
from crawler.exporters.sqlite.names import Naming, held, id_of, slug
from crawler.exporters.sqlite.people_file import PEOPLE_FILE
from crawler.roster.tables import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from crawler.exporters.sqlite.names import Table
    from crawler.exporters.sqlite.people_file import Overrides
    from crawler.roster import Office, Person, Roster

Row = dict[str, Any]
OF_THE_ROSTER: dict[Table, tuple[str, ...]] = {
    "people": ("other_names", "identifiers", "born"),
    "offices": ("other_names", "organization", "country", "kind"),
}
"""What no page says of a person, or an office."""


def fill(db: Database, roster: Roster) -> bool:
    """Bring people, offices and terms up to the roster; nothing is written, and False given, where they are."""
    edition = zlib.crc32(describe(roster).encode())
    if db.execute("SELECT 1 FROM editions WHERE name = 'roster' AND digest = ?", [edition]).fetchone():
        return False
    _put(db, "people", [_person(person) for person in roster.people.values()])
    _put(db, "offices", [_office(office) for office in roster.offices.values()])
    _let_go(db, "people", list(roster.people))
    _let_go(db, "offices", list(roster.offices))
    db.execute("DELETE FROM terms")
    db.conn.executemany(
        "INSERT INTO terms (person_id, office_id, start_date, end_date, ended, acting, source) VALUES (?,?,?,?,?,?,?)",
        [
            (t.person.id, t.office.id, t.start_text, t.end_text, int(t.end is not None), int(t.acting), t.source)
            for t in roster.terms
        ],
    )
    db.execute("INSERT OR REPLACE INTO editions (name, digest) VALUES ('roster', ?)", [edition])
    return True


def _person(person: Person) -> Row:
    return {
        "id": person.id,
        "name": person.name,
        "plain": slug(person.name),
        "other_names": json.dumps(person.alternative_names, ensure_ascii=False) if person.alternative_names else None,
        "identifiers": json.dumps(dict(person.ids)) if person.ids else None,
        "born": person.born,
        "first_date": None,
        "roster": 1,
        "source": person.source,
    }


def _office(office: Office) -> Row:
    return {
        "id": office.id,
        "name": office.name,
        "plain": slug(office.name),
        "organization": office.organisation,
        "country": office.country,
        "kind": office.kind,
        "other_names": None,
        "first_date": None,
        "roster": 1,
        "source": office.source,
    }


def _let_go(db: Database, table: Table, known: Sequence[str]) -> None:
    """Rows that the roster no longer has are of pages only, with what pages say, under the id that their name makes."""
    nothing = ", ".join(f"{column} = NULL" for column in OF_THE_ROSTER[table])
    gone = "roster = 1 AND id NOT IN (SELECT value FROM json_each(?))"
    db.execute(f"UPDATE {table} SET roster = 0, {nothing} WHERE {gone}", [json.dumps(known)])  # noqa: S608
    settle(db, table)


def _put(db: Database, table: Table, rows: Sequence[Row]) -> None:
    """Rows of the roster, under its ids; whoever bears such a name under another id becomes the roster's."""
    moved = _make_room(db, table, {row["id"]: row for row in rows})
    columns = list(rows[0])
    sets = ", ".join(f"{column} = excluded.{column}" for column in columns if column != "id")
    db.conn.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {sets}",
        [[*row.values()] for row in rows],
    )
    for old, new in moved:
        move(db, table, old, new)


def _make_room(db: Database, table: Table, rows: dict[str, Row]) -> list[tuple[str, str]]:
    """Frees the ids and names of the roster; rows that are to become the roster's, and which."""
    of_name = {row["plain"]: id_ for id_, row in rows.items()}
    moved: list[tuple[str, str]] = []
    for id_, name, roster in db.execute(f"SELECT id, name, roster FROM {table}").fetchall():  # noqa: S608
        now, plain = id_, slug(name)
        if id_ in rows and not roster and rows[id_]["plain"] != plain:
            now = give_way(db, table, id_)
        elif id_ in rows:
            if rows[id_]["name"] != name:  # names are unique: it is free before another row takes it
                rename(db, table, id_)
            continue
        if (goal := of_name.get(plain)) is not None:
            rename(db, table, now)
            moved.append((now, goal))
    return moved


def override(db: Database, overrides: Overrides) -> bool:
    """Merge and split the people that are stored already; whether there was anything to do."""
    done = False
    for (url, name), other in overrides.split.items():
        on_page = "SELECT r.id, r.date FROM urls u JOIN remarks r ON r.id = u.remark_id WHERE u.url = ?"
        for remark_id, date in db.execute(on_page, [url]).fetchall():
            if mixed := held(db, "people", name):
                into = id_of(db, "people", overrides.merged.get(other, other), Naming(remark_id, date))
                is_meant = partial(_is_spelling, name)
                done |= mixed["id"] != into and repoint_named(db, mixed["id"], into, is_meant, [remark_id])
                note_first(db, "people", into)
    for name, into in overrides.merged.items():
        join(db, [slug(name)], overrides)  # it has a row of its own, before that is another's
        if (row := held(db, "people", name)) is None:
            continue
        done = True
        stays = id_of(db, "people", into, Naming(PEOPLE_FILE))
        if row["roster"]:
            repoint(db, "people", row["id"], stays)
        elif row["id"] != stays:
            id_of(db, "people", into, Naming(row["source"], row["first_date"]))
            move(db, "people", row["id"], stays)
        rename_naming(db, name, into)
    return done


def _is_spelling(name: str, printed: str) -> bool:
    return slug(printed) == slug(name)
