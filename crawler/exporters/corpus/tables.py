"""Which rows of which tables go into a data package, and how a column is described to its reader. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.exporters.sqlite.columns import COLUMNS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.exporters.corpus.snapshot import Row, Snapshot

OF_REMARK = "FROM temp.chosen c CROSS JOIN {table} t ON t.remark_id = c.id ORDER BY c.n, {order}"
OF_TURN = """FROM temp.chosen c CROSS JOIN utterances u ON u.remark_id = c.id
CROSS JOIN {table} t ON t.utterance_id = u.id ORDER BY c.n, u.position, {order}"""
TOLD = """SELECT v.capture_id FROM temp.chosen c CROSS JOIN revisions v ON v.remark_id = c.id
    UNION SELECT s.capture_id FROM temp.chosen c CROSS JOIN statuses s ON s.remark_id = c.id"""
# A turn that is gone has its remark's id before the hyphen; the full stop is the next character after the hyphen.
GONE = "FROM temp.chosen c CROSS JOIN redirects t ON t.old_id >= c.id || '-' AND t.old_id < c.id || '.'"

ROWS: dict[str, str] = {
    "remarks": "FROM temp.chosen c CROSS JOIN remarks t ON t.id = c.id ORDER BY c.n",
    "utterances": OF_REMARK.format(table="utterances", order="t.position"),
    "comments": OF_REMARK.format(table="comments", order="t.id"),
    "corrections": OF_TURN.format(table="corrections", order='t."offset"'),
    "attributions": OF_TURN.format(table="attributions", order="t.rank"),
    "exchanges": OF_REMARK.format(table="exchanges", order="t.question_id"),
    "people": "FROM people t WHERE t.id IN (SELECT id FROM temp.chosen_people) ORDER BY t.id",
    "offices": "FROM offices t WHERE t.id IN (SELECT id FROM temp.chosen_offices) ORDER BY t.id",
    "terms": "FROM terms t WHERE t.person_id IN (SELECT id FROM temp.chosen_people) ORDER BY t.id",
    "urls": OF_REMARK.format(table="urls", order="t.url"),
    "revisions": OF_REMARK.format(table="revisions", order="t.revision"),
    "utterance_versions": """FROM temp.chosen c CROSS JOIN remarks r ON r.id = c.id
        CROSS JOIN utterance_versions t ON t.remark_id = c.id AND t.revision < r.revision
        ORDER BY c.n, t.revision, t.position""",
    "redirects": f"{GONE} ORDER BY c.n, t.old_id",
    "statuses": OF_REMARK.format(table="statuses", order="t.id"),
    "events": OF_REMARK.format(table="events", order="t.id"),
    "former_ids": """FROM former_ids t WHERE t.kind = 'people' AND t.new_id IN (SELECT id FROM temp.chosen_people)
        OR t.kind = 'offices' AND t.new_id IN (SELECT id FROM temp.chosen_offices) ORDER BY t.kind, t.old_id""",
    "captures": f"FROM captures t WHERE t.id IN ({TOLD}) ORDER BY t.id",
    "runs": f"FROM runs t WHERE t.id IN (SELECT k.run_id FROM captures k WHERE k.id IN ({TOLD})) ORDER BY t.id",  # noqa: S608
}
"""Each table's rows that belong to the chosen remarks; of captures and runs those that told of a version or status."""
LEFT_OUT = {
    "lines": "the same as the tables, as JSON",
    "event_lines": "the same as events, as JSON",
    "warc_files": "how far the archive's files are written",
    "listed": "what the hosts' indexes named, whether it was read or not",
    "namings": "every name that pages give somebody, of which people and their other names are made",
    "editions": "which edition of the roster the database holds",
    "published": "how far the files of JSON lines are written",
    "utterances_fts": "an index of the database",
    "remarks_fts": "an index of the database",
}
"""Why the other tables are not in a package; its README says so."""
NARROWED = {
    "people": "Those to whom turns of this release are given, and who come into question for one; nobody else.",
    "offices": "The posts that such turns are given to, and those that these people held.",
    "terms": "Which offices these people held from when to when, as far as the roster knows.",
    "former_ids": "Ids of these people and offices that are another's now, and where they lead.",
    "events": "Every edit by State, and every change of standing, of these remarks, in order.",
    "utterance_versions": "Turns of the versions before the newest one, which utterances holds.",
    "captures": "The answers that told of a version or a status, and where their bytes are kept.",
    "runs": "The runs in which they came.",
}
"""What a table holds in a package, where that is less than in the database."""
INTERNAL = {"rowid", "next_utterance"}
"""Columns that only serve the database."""
REFERENCES = {
    "id": "Key.",
    "remark_id": "The remark.",
    "utterance_id": "The turn.",
    "person_id": "The person; absent where it is not known.",
    "office_id": "The office; absent where it is not known.",
    "run_id": "The run.",
    "revision": "Of the remark.",
    "url": "Address.",
    "first_seen_at": "When it was first seen.",
    "last_seen_at": "When it was last seen.",
    "fetched_at": "When the answer came.",
    "started_at": "When it began.",
}
"""What columns of these names mean in any table."""


class Field(NamedTuple):
    """A column as a reader of the package sees it."""

    name: str
    type: str
    """string, integer, number, boolean, date, datetime, array or object."""
    description: str
    required: bool
    key: bool


class Table(NamedTuple):
    name: str
    description: str
    fields: tuple[Field, ...]
    references: tuple[tuple[str, str, str], ...]
    """Column, table and column that it points to; NULL points nowhere."""


def describe(snapshot: Snapshot, name: str) -> Table:
    """What the database itself says of a table, with the words of columns.py."""
    sql = str(snapshot.value("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", [name]))
    fields = tuple(
        _field(name, row, sql)
        for row in snapshot.rows("SELECT * FROM pragma_table_xinfo(?)", [name])
        if row["name"] not in INTERNAL
    )
    keys: dict[int, list[Row]] = {}
    for row in snapshot.rows("SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq", [name]):
        keys.setdefault(row["id"], []).append(row)
    references = tuple(
        (key[0]["from"], key[0]["table"], key[0]["to"])
        for key in keys.values()
        if len(key) == 1 and key[0]["table"] in ROWS
    )
    return Table(name, NARROWED.get(name, TABLES.get(name, "")), fields, tuple(sorted(references)))


def _field(table: str, row: Mapping[str, Any] | Row, sql: str) -> Field:
    name = row["name"]
    note = COLUMNS.get(table, {}).get(name) or REFERENCES.get(name, "")
    return Field(name, _type(name, row["type"], note, sql), note, bool(row["notnull"] or row["pk"]), bool(row["pk"]))


def _type(name: str, declared: str, note: str, sql: str) -> str:
    if declared == "REAL":
        return "number"
    if declared == "INTEGER":
        # "interpreted INTEGER NOT NULL CHECK (interpreted IN (0, 1))"
        return "boolean" if any(f"{lead}{name} IN (0, 1)" in sql for lead in " (") else "integer"
    if note.startswith(("JSON list", "JSON object")):
        return "array" if note.startswith("JSON list") else "object"
    if name == "at" or name.endswith("_at"):
        return "datetime"
    return "date" if name == "date" else "string"


def rows(snapshot: Snapshot, table: Table) -> Iterator[Row]:
    names = ", ".join(f't."{field.name}"' for field in table.fields)
    return snapshot.rows(f"SELECT {names} {ROWS[table.name]}")
