"""Whether the rows of remarks.db, and the files of JSON lines beside it, are what this program wrote. Reads only.

Rows that somebody deleted or changed by hand show against what else is told of them: a turn against its version and
against the line of its revision, a line against the file, a number against its neighbours, a text against its index.
Each check gives one text for each thing that is wrong, in flat memory.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from crawler.exporters.jsonl.publishing import EVENTS, LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    Check = Callable[[sqlite3.Connection], Iterable[str]]

MOST: Final = 1000
#: Tables of which no row is ever deleted, and whose numbers have no gaps.
NUMBERED: Final = {
    "runs": "id",
    "captures": "id",
    "remarks": "rowid",
    "revisions": "id",
    "lines": "revision_id",
    "statuses": "id",
    "events": "id",
    "event_lines": "event_id",
}
#: Each gives one text a row.
QUERIES: Final = {
    "turns": """
SELECT id || ': ' || utterance_count || ' turns, and ' || found || ' rows of them'
FROM (SELECT id, utterance_count, (SELECT count(*) FROM utterances WHERE remark_id = remarks.id) AS found FROM remarks)
WHERE found <> utterance_count
""",
    "revisions": """
SELECT r.id || ': revision ' || r.revision || ', and ' || count(v.id) || ' rows of revisions up to '
    || coalesce(max(v.revision), 0)
FROM remarks r LEFT JOIN revisions v ON v.remark_id = r.id GROUP BY r.id
HAVING count(v.id) <> r.revision OR max(v.revision) IS NOT r.revision
""",
    "lines": """
SELECT remark_id || ': revision ' || revision || ' has no line' FROM revisions
WHERE NOT EXISTS (SELECT 1 FROM lines WHERE revision_id = revisions.id)
""",
    "versions": """
SELECT u.id || ': is not as revision ' || r.revision || ' has it' FROM utterances u JOIN remarks r ON r.id = u.remark_id
LEFT JOIN utterance_versions v ON v.utterance_id = u.id AND v.revision = r.revision
WHERE v.text IS NOT u.text OR v.label IS NOT u.label OR v.position IS NOT u.position
""",
    "events": """
SELECT r.remark_id || ': revision ' || r.revision || ' has no event' FROM revisions r
WHERE r.change <> 'parser' AND NOT EXISTS (SELECT 1 FROM events WHERE revision_id = r.id)
UNION ALL SELECT s.remark_id || ': status ' || s.id || ' has no event' FROM statuses s
WHERE NOT EXISTS (SELECT 1 FROM events WHERE status_id = s.id)
""",
    "addresses": """
SELECT id || ': ' || url || ' is none of its addresses' FROM remarks
WHERE NOT EXISTS (SELECT 1 FROM urls WHERE remark_id = remarks.id AND url = remarks.url)
""",
    "captures": """
SELECT 'capture ' || id || ': ' || outcome || ', and of no remark' FROM captures
WHERE outcome = 'ok' AND remark_id IS NULL
""",
}
#: Columns of remarks that are no part of a reading: they go on while the revision stays.
GOING_ON: Final = frozenset(
    {"url", "host", "status", "published_at", "modified_at", "tags", "via", "archived_at", "archive_url", "template"}
)
TURN: Final = "id, position, label, speaker_role, organization, text, language, interpreted, prev_id, next_id"
#: What the line of a revision tells how many there are of.
COUNTED: Final = {
    "comments": "SELECT count(*) FROM comments WHERE remark_id = ?",
    "corrections": "SELECT count(*) FROM corrections JOIN utterances u ON u.id = utterance_id WHERE u.remark_id = ?",
    "exchanges": "SELECT count(*) FROM exchanges WHERE remark_id = ?",
    "attributions": "SELECT count(*) FROM attributions JOIN utterances u ON u.id = utterance_id "
    "WHERE u.remark_id = ? AND rank = 1",
}
NEWEST: Final = """
SELECT r.*, l.line FROM remarks r JOIN revisions v ON v.remark_id = r.id AND v.revision = r.revision
JOIN lines l ON l.revision_id = v.id ORDER BY r.rowid
"""
WRITTEN: Final = {
    LINES: "SELECT l.line, v.remark_id || ' revision ' || v.revision FROM lines l JOIN revisions v "
    "ON v.id = l.revision_id WHERE l.revision_id <= ? ORDER BY l.revision_id",
    EVENTS: "SELECT line, 'event ' || event_id FROM event_lines WHERE event_id <= ? ORDER BY event_id",
}
FOLLOWING: Final = {
    LINES: "SELECT line FROM lines WHERE revision_id > ? ORDER BY revision_id",
    EVENTS: "SELECT line FROM event_lines WHERE event_id > ? ORDER BY event_id",
}
#: After so many lines in a row that are others the rest of the file is not compared.
MOST_OTHERS: Final = 5


def checks(path: Path) -> dict[str, Check]:
    """By name; path: of the database, for the search indexes, which no connection that only reads can look into."""
    queries = {name: _query(sql) for name, sql in QUERIES.items()}
    return {
        "pages": _pages,
        "references": _references,
        "numbers": _numbers,
        **queries,
        "readings": _readings,
        "search": lambda _: _search(path),
        LINES: lambda db: _file(db, path.with_name(LINES)),
        EVENTS: lambda db: _file(db, path.with_name(EVENTS)),
    }


def _query(sql: str) -> Check:
    return lambda db: (words for (words,) in db.execute(sql))


def _pages(db: sqlite3.Connection) -> Iterator[str]:
    for (found,) in db.execute(f"PRAGMA integrity_check({MOST})"):
        if found != "ok":
            yield found


def _references(db: sqlite3.Connection) -> Iterator[str]:
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"{table}: row {rowid} leads to a row of {parent} that is not there"


def _numbers(db: sqlite3.Connection) -> Iterator[str]:
    for table, column in NUMBERED.items():
        yield from missing_numbers(db, table, column)


def missing_numbers(db: sqlite3.Connection, table: str, column: str = "id", *, most: int = MOST) -> Iterator[str]:
    """Numbers that no row has, though a later one is there: "captures 7", "captures 9 to 12"."""
    (last, count) = db.execute(f"SELECT max({column}), count(*) FROM {table}").fetchone()  # noqa: S608
    if not count or last == count:
        return
    numbers = f"SELECT {column} AS id, lag({column}, 1, 0) OVER (ORDER BY {column}) AS before FROM {table}"  # noqa: S608
    sql = f"SELECT before + 1, id - 1 FROM ({numbers}) WHERE id > before + 1 LIMIT {most}"  # noqa: S608
    for first, end in db.execute(sql):
        yield f"{table} {first}" if first == end else f"{table} {first} to {end}"


def _readings(db: sqlite3.Connection) -> Iterator[str]:
    """The rows of each remark against the line of its newest revision."""
    cursor = db.execute(NEWEST)
    names = [column[0] for column in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        line = json.loads(row.pop("line"))
        told = [name for name in row if name in line and name not in GOING_ON and _plain(line[name]) != row[name]]
        turns = [_turn(turn) for turn in line["utterances"]]
        sql = (
            f"SELECT {TURN}, person_id IS NULL, office_id IS NULL FROM utterances WHERE remark_id = ? ORDER BY position"  # noqa: S608
        )
        if db.execute(sql, [row["id"]]).fetchall() != turns:
            told.append("turns")
        for name, count in _counts(line).items():
            if db.execute(COUNTED[name], [row["id"]]).fetchone() != (count,):
                told.append(name)
        if told:
            yield f"{row['id']}: not as the line of revision {row['revision']} has it: {', '.join(told)}"


def _plain(value: Any) -> Any:
    """As the column has it."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else None
    return value


def _turn(turn: dict[str, Any]) -> tuple[Any, ...]:
    values = [turn[name] for name in TURN.split(", ")]
    return *(int(v) if isinstance(v, bool) else v for v in values), turn["person"] is None, turn["office"] is None


def _counts(line: dict[str, Any]) -> dict[str, int]:
    turns = line["utterances"]
    return {
        "comments": len(line["notes"]) + sum(len(turn["comments"]) for turn in turns),
        "corrections": sum(len(turn["corrections"]) for turn in turns),
        "exchanges": len(line["exchanges"]),
        "attributions": sum(bool(turn["person"] or turn["office"] or turn["method"]) for turn in turns),
    }


def _search(path: Path) -> Iterator[str]:
    """Raises sqlite3.OperationalError where the database cannot be opened for writing, or another writer holds it."""
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as db:
        for table in ("remarks_fts", "utterances_fts"):
            db.execute("BEGIN IMMEDIATE")
            try:
                db.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                yield f"{table}: is not in step with its table ({error})"
            finally:
                db.rollback()


def _file(db: sqlite3.Connection, path: Path) -> Iterator[str]:
    """The file against the lines that the database has of it."""
    size, last = db.execute("SELECT bytes, revision_id FROM published WHERE name = ?", [path.name]).fetchone() or (0, 0)
    if not path.exists():
        if last:
            yield "is not there"
        return
    others = number = 0
    with path.open("rb") as file:
        for number, (line, what) in enumerate(db.execute(WRITTEN[path.name], [last]), 1):
            at = file.tell()
            if _next_is(file, line.encode() + b"\n", at):
                others = 0
                continue
            yield f"line {number}, byte {at:,}: is not the line of {what}"
            others += 1
            if others == MOST_OTHERS:
                yield "what follows is not compared"
                return
        if (at := file.tell()) < size:
            yield f"lines behind line {number}, of which the database knows nothing"
        elif at > size:
            yield f"recorded as {size:,} bytes long, and the lines have {at:,}"
        elif not _goes_on(file, db, last, path.name):
            yield f"behind line {number} stands something else than the next lines"


def _goes_on(file: BinaryIO, db: sqlite3.Connection, last: int, name: str) -> bool:
    """Whether nothing follows, or what a run is writing."""
    for (line,) in db.execute(FOLLOWING[name], [last]):
        if not _next_is(file, line.encode() + b"\n", file.tell()):
            return False
    return not file.read(1)


def _next_is(file: BinaryIO, expected: bytes, at: int) -> bool:
    """Whether this line comes next; the file is left standing behind the line that comes."""
    got = file.read(len(expected))
    if got == expected:
        return True
    end = got.find(b"\n")
    if end >= 0:
        file.seek(at + end + 1)
    else:
        while (rest := file.readline(1 << 20)) and not rest.endswith(b"\n"):
            pass
    return False
