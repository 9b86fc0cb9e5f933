"""Step 9: the files of JSON lines that follow the database: remarks.jsonl and events.jsonl.

How such a file is written and mended stands in jsonl.py. The lines of events are made here, once, when the file comes
to them, and kept in `event_lines`: a file that has to be written anew is the same again, whatever later versions of
the program would print.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.exporters.jsonl.events import Event, as_line
from crawler.exporters.jsonl.files import publish, repair
from crawler.exporters.sqlite.store import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from crawler.exporters.jsonl.events import Row
    from crawler.exporters.jsonl.files import Repair
    from crawler.exporters.sqlite.store import Store

LINES, EVENTS = "remarks.jsonl", "events.jsonl"
#: Events whose lines are made in one transaction.
BATCH = 200
UNTOLD = """
SELECT e.*, r.revision, r.kinds, r.change, s.status, s.reason FROM events e
LEFT JOIN revisions r ON r.id = e.revision_id LEFT JOIN statuses s ON s.id = e.status_id
WHERE e.id > :after ORDER BY e.id LIMIT :most
"""
# The newest line of a remark up to a capture, and the one of a revision.
LINE_AT = """
SELECT l.line FROM revisions r JOIN lines l ON l.revision_id = r.id
WHERE r.remark_id = ? AND r.capture_id <= ? ORDER BY r.revision DESC LIMIT 1
"""
LINE_OF = """
SELECT l.line, r.capture_id FROM revisions r JOIN lines l ON l.revision_id = r.id
WHERE r.remark_id = ? AND r.revision = ?
"""
TOLD = "SELECT event_id, line FROM event_lines WHERE event_id > ? ORDER BY event_id"


def publish_all(store: Store, output: Path) -> int:
    """Brings both files up to the database; returns the lines added to remarks.jsonl."""
    added = publish(store, output / LINES)
    publish(store, output / EVENTS, event_lines(store))
    return added


def repair_all(store: Store, output: Path) -> Iterator[tuple[str, Repair]]:
    """The files that did not agree with the database, and what was done."""
    lines = event_lines(store)
    for name, found in (
        (LINES, repair(store, output / LINES)),
        (EVENTS, repair(store, output / EVENTS, lines)),
    ):
        if found:
            yield name, found


def event_lines(store: Store) -> Callable[[int], Iterator[Line]]:
    """Gives the lines of the events after one, made first where they are not yet."""

    def lines(after: int) -> Iterator[Line]:
        _make(store)
        for row in store.db.execute(TOLD, [after]):
            yield Line(*row)

    return lines


def _make(store: Store) -> None:
    made = BATCH
    while made == BATCH:
        (last,) = store.db.execute("SELECT coalesce(max(event_id), 0) FROM event_lines").fetchone()
        found = list(events(store.db, last, most=BATCH))
        with store.together():
            for event in found:
                store.insert("event_lines", {"event_id": event.number, "line": as_line(event)})
        made = len(found)


def events(db: Database, after: int = 0, *, most: int = -1) -> Iterable[Event]:
    """The events after that number, in order; at most so many, where most is no negative number."""
    rows = list(db.query(UNTOLD, {"after": after, "most": most}))
    return (_event(db, row) for row in rows)


def _event(db: Database, row: Row) -> Event:
    kind = row["change"] or row["status"]
    line, before, capture_before = _lines(db, row)
    return Event(
        number=row["id"],
        remark_id=row["remark_id"],
        at=row["at"],
        kind=kind,
        kinds=tuple(json.loads(row["kinds"])) if row["kinds"] else (kind,),
        capture_id=row["capture_id"],
        capture_before=capture_before,
        line=line,
        before=before,
        reason=row["reason"],
    )


def _lines(db: Database, row: Row) -> tuple[Row, Row | None, int | None]:
    """The line of the event's revision, the line before it, and the capture of that."""
    remark_id, revision = row["remark_id"], row["revision"]
    if revision is None:
        (line,) = db.execute(LINE_AT, [remark_id, row["capture_id"]]).fetchone()
        return json.loads(line), None, None
    (line, _) = db.execute(LINE_OF, [remark_id, revision]).fetchone()
    earlier = db.execute(LINE_OF, [remark_id, revision - 1]).fetchone() or (None, None)
    return json.loads(line), json.loads(earlier[0]) if earlier[0] else None, earlier[1]
