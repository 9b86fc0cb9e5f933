"""Which rows of which tables go into a data package, and how a column is described to its reader. Reads only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.exporters.columns import COLUMNS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.releases.snapshot import Row, Snapshot

OF_REMARK = "FROM temp.chosen c CROSS JOIN {table} t ON t.remark_id = c.id ORDER BY c.n, {order}"
OF_TURN = """FROM temp.chosen c CROSS JOIN utterances u ON u.remark_id = c.id
CROSS JOIN {table} t ON t.utterance_id = u.id ORDER BY c.n, u.position, {order}"""
READ_FROM = """FROM temp.chosen c CROSS JOIN revisions v ON v.remark_id = c.id
    CROSS JOIN captures k ON k.id = v.capture_id"""
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
    "captures": f"FROM captures t WHERE t.id IN (SELECT v.capture_id {READ_FROM}) ORDER BY t.id",
    "runs": f"FROM runs t WHERE t.id IN (SELECT k.run_id {READ_FROM}) ORDER BY t.id",
}
"""Each table's rows that belong to the chosen remarks; of captures and runs those that a version was read from."""
LEFT_OUT = {
    "lines": "the same as the tables, as JSON",
    "events": "revisions and statuses in the order in which the crawl learned of them",
    "event_lines": "the same as JSON; output/events.jsonl",
    "statuses": "moves and removals over time; the newest stands in remarks.status",
    "warc_files": "how far a file of the crawl is written",
    "listed": "what the hosts' indexes named, whether it was read or not",
    "former_ids": "ids of people and offices that lead to others since; a release has the newest",
    "editions": "which edition of the roster the database holds",
    "published": "how far a file of the crawl is written",
    "utterances_fts": "an index of the database",
    "remarks_fts": "an index of the database",
}
NARROWED = {
    "utterance_versions": "Turns of the versions before the newest one, which utterances holds.",
    "captures": "The answers that the versions were read from, and where their bytes are kept.",
    "runs": "The runs in which they were read.",
}
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
        return "boolean" if re.search(rf"\b{name} IN \(0, 1\)", sql) else "integer"
    if note.startswith(("JSON list", "JSON object")):
        return "array" if note.startswith("JSON list") else "object"
    if name.endswith("_at"):
        return "datetime"
    return "date" if name == "date" else "string"


def rows(snapshot: Snapshot, table: Table) -> Iterator[Row]:
    names = ", ".join(f't."{field.name}"' for field in table.fields)
    return snapshot.rows(f"SELECT {names} {ROWS[table.name]}")
