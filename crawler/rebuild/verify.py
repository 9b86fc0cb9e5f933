"""`scrapy status --verify`: every byte of the archive, every row and every line against all that is told of them.

Reads only, in flat memory, beside a run if need be. How far it came stands in `.verify.json` in the output folder, so
that what was stopped goes on where it was; a file or a database that has changed meanwhile is looked at again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fastwarc.warc import WarcRecordType
from sqlite_utils import Database

from crawler.archive.reader import FIELD_NUMBER, MAX_BODY_BYTES
from crawler.archive.records import BrokenRecord, is_row_of_members, records
from crawler.exporters.disk import digest_of_file
from crawler.rebuild.records import Answer, Failed, event_of
from crawler.rebuild.shelf import elsewhere, files_in, known_files, look
from crawler.rebuild.sound import checks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastwarc.warc import WarcRecord

    from crawler.rebuild.shelf import Known, Shelf

STATE: Final = ".verify.json"
FORM: Final = 1
#: Of a WARC file, between two looks at the clock.
PART_BYTES: Final = 2_000_000
SAVE_SECONDS: Final = 3.0
#: So much of what is wrong with one file or table is named; all of it is counted.
MOST_NAMED: Final = 20
#: Columns that a record's own number, place and bytes tell.
ROWS: Final = "SELECT id, warc_offset, url, fetched_at, digest, outcome FROM captures WHERE warc_file = ?"


@dataclass
class State:
    """How far a verification came, and what it found; JSON."""

    form: int = FORM
    database: list[Any] = field(default_factory=list)
    """By what its rows have changed since."""
    files: dict[str, list[int]] = field(default_factory=dict)
    """Length, time of change in nanoseconds, and how far it was read, by name under warc/."""
    checked: list[str] = field(default_factory=list)
    """Checks of the database that are done."""
    records: int = 0
    wrong: dict[str, list[str]] = field(default_factory=dict)
    """What is wrong, by file or table: the first of it in words."""
    counts: dict[str, int] = field(default_factory=dict)
    """How much of it there is."""


class Verification:
    """One verification of an output folder, from where the last one stopped.

    db: opened for reading. advance: is told of work that is done, in bytes, and what is being read.
    """

    def __init__(self, output: Path, db: sqlite3.Connection, advance: Callable[[int, str], None]) -> None:
        self.output = output
        self.warc = output / "warc"
        self.db = Database(db, recursive_triggers=False)
        self.advance = advance
        self.path = output / STATE
        self.notes: list[str] = []
        """What could not be looked at, and is no fault of the record."""
        self.accepted = elsewhere(self.warc)
        self.state = self._begin()
        self.resumed = bool(self.state.files or self.state.checked)
        self.known = {name for name, row in known_files(self.db).items() if not row.trouble}
        """Files of which the database has every record, as it says."""
        self._saved = time.monotonic()

    def total(self) -> int:
        """Bytes of all that is to be read."""
        lines = [self.output / name for name in ("remarks.db", "remarks.jsonl", "events.jsonl")]
        return sum(path.stat().st_size for path in [*files_in(self.warc), *lines] if path.exists())

    def run(self) -> State:
        """Raises OSError and sqlite3.Error where something cannot be read at all; what was done by then is kept."""
        try:
            shelf = look(self.db, self.warc)
            self._shelf(shelf)
            known = known_files(self.db)
            names = {new: old for old, new in shelf.renamed.items()}
            for path in files_in(self.warc):
                if path not in shelf.copies and path.name not in self.accepted:
                    self._file(path, names.get(path.name, path.name), known)
            self._database()
        except BaseException:
            self._save()
            raise
        self.path.unlink(missing_ok=True)
        return self.state

    # ---- how far it came ----

    def _begin(self) -> State:
        """The state of the last one, if that was stopped."""
        try:
            state = State(**json.loads(self.path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return State(database=self._stand())
        if state.form != FORM:
            return State(database=self._stand())
        if state.database != self._stand():
            for name in state.checked:
                self._forget(state, name)
            state.checked, state.database = [], self._stand()
        return state

    def _stand(self) -> list[Any]:
        """Changes with each run; edits by hand change the file's time."""
        rows = self.db.execute("SELECT (SELECT max(id) FROM runs), (SELECT max(id) FROM captures)").fetchone()
        path = self.output / "remarks.db"
        wal = path.with_name("remarks.db-wal")
        times = [file.stat().st_mtime_ns for file in (path, wal) if file.exists() and file.stat().st_size]
        return [*rows, *times]

    def _save(self) -> None:
        new = self.path.with_name(f"{STATE}.new")
        new.write_text(json.dumps(vars(self.state)), "utf-8")
        new.replace(self.path)
        self._saved = time.monotonic()

    def _wrong(self, name: str, words: str) -> None:
        self.state.counts[name] = self.state.counts.get(name, 0) + 1
        told = self.state.wrong.setdefault(name, [])
        if len(told) < MOST_NAMED:
            told.append(words)

    @staticmethod
    def _forget(state: State, name: str) -> None:
        state.wrong.pop(name, None)
        state.counts.pop(name, None)

    # ---- the archive ----

    def _shelf(self, shelf: Shelf) -> None:
        for name in list(self.state.wrong):
            if name.startswith("warc/") and name.removeprefix("warc/") not in self.state.files:
                self._forget(self.state, name)
        for name in shelf.missing:
            if name in self.accepted:
                self.notes.append(f"warc/{name} is elsewhere")
            else:
                self._wrong(f"warc/{name}", "is not there")
        self.notes += [f"warc/{new} was named {old}; the next run notes it" for old, new in shelf.renamed.items()]

    def _file(self, path: Path, name: str, known: dict[str, Known]) -> None:
        """name: under which the database knows it."""
        subject, stat, row = f"warc/{path.name}", path.stat(), known.get(name)
        stand = [stat.st_size, stat.st_mtime_ns]
        before = self.state.files.get(path.name)
        if before is None or before[:2] != stand:
            self._forget(self.state, subject)
            before = [*stand, 0]
        step = PART_BYTES if is_row_of_members(path) else max(stat.st_size, 1)
        self.advance(before[2], path.name)
        for start in range(before[2], max(stat.st_size, 1), step):
            last = start + step >= stat.st_size
            self._part(path, name, start, None if last and not start else start + step, whole=last and not start)
            if (
                last
                and row is not None
                and row.digest
                and (row.bytes, row.digest) != (stat.st_size, digest_of_file(path))
            ):
                self._wrong(subject, f"is not as it was written: {row.bytes:,} bytes, {row.digest}")
            self.state.files[path.name] = [*stand, min(start + step, stat.st_size)]
            self.advance(min(step, stat.st_size - start), path.name)
            if time.monotonic() - self._saved > SAVE_SECONDS:
                self._save()

    def _part(self, path: Path, name: str, start: int, end: int | None, *, whole: bool) -> None:
        """The records that begin there, each against its digests and its row; and the rows against the records."""
        subject = f"warc/{path.name}"
        between, values = ("", []) if whole else (" AND warc_offset >= ? AND warc_offset < ?", [start, end])
        rows = {row[1]: row for row in self.db.execute(ROWS + between, [name, *values])}
        for offset, found in records(path, start, end):
            try:
                if isinstance(found, BrokenRecord):
                    raise found
                self.state.records += 1
                self._record(found, path.name, offset, rows)
            except BrokenRecord as problem:
                self._wrong(subject, f"byte {problem.offset:,}: {problem.what}")
        for offset, (number, *_) in sorted(rows.items()):
            self._wrong(subject, f"byte {offset:,}: capture {number} should begin there")

    def _record(self, record: WarcRecord, name: str, offset: int, rows: dict[int, Any]) -> None:
        """Raises BrokenRecord. The row that the record has is taken out of rows."""
        block = bytes(record.reader.read())
        payload = block.partition(b"\r\n\r\n")[2]
        # of a revisit the payload is that of an earlier record; other programs mean other bytes by it
        ours = record.record_type == WarcRecordType.response and FIELD_NUMBER in record.headers
        for header, data in (("WARC-Block-Digest", block), ("WARC-Payload-Digest", payload if ours else None)):
            if data is not None and not _is_digest(record.headers.get(header), data):
                rows.pop(offset, None)
                raise BrokenRecord(name, offset, f"not the bytes that {header} tells of")
        record.set_bytes_content(block)
        try:
            event = event_of(record, name, offset, MAX_BODY_BYTES)
        except (ValueError, KeyError) as error:  # of a note or a field that is none of ours
            rows.pop(offset, None)
            raise BrokenRecord(name, offset, f"cannot be read: {type(error).__name__}: {error}") from error
        if not isinstance(event, Answer | Failed):
            return
        capture, row = event.capture, rows.pop(offset, None)
        if row is None:
            self._no_row(event, name, offset)
            return
        number, _, url, at, digest, outcome = row
        if (url, at) != (capture.url, capture.fetched_at):
            raise BrokenRecord(name, offset, f"capture {number} is of {url} at {at}; here is {capture.url}")
        if isinstance(event, Answer) and digest != capture.digest and outcome != "too_large":
            raise BrokenRecord(name, offset, f"capture {number} ({url}) has other bytes than its row tells of")

    def _no_row(self, event: Answer | Failed, name: str, offset: int) -> None:
        """A record without a row at its place: of a copy, of a run that is under way, or its row is gone."""
        capture = event.capture
        sql = "SELECT EXISTS (SELECT 1 FROM captures WHERE url = ? AND fetched_at = ? AND digest = ?)"
        if self.db.execute(sql, [capture.url, capture.fetched_at, capture.digest]).fetchone()[0]:
            return
        if name not in self.known:
            return
        raise BrokenRecord(name, offset, f"{capture.url} of {capture.fetched_at} is in no row of captures")

    # ---- the rest ----

    def _database(self) -> None:
        for name, check in checks(self.output / "remarks.db").items():
            if name in self.state.checked:
                continue
            self._forget(self.state, name)
            try:
                for words in check(self.db.conn):
                    if words not in self.accepted:
                        self._wrong(name, words)
            except sqlite3.OperationalError as error:
                if name != "search":
                    raise
                self.notes.append(f"the search indexes were not looked at: {error}")
            self.state.checked.append(name)
            self.state.database = self._stand()  # looking into a search index may move the file's time
            path = self.output / ("remarks.db" if name == "pages" else name)
            self.advance(path.stat().st_size if path.is_file() else 0, name)
            self._save()


def _is_digest(told: str | None, data: bytes) -> bool:
    """Whether it is that of these bytes, as far as can be told: other programs use other forms than ours."""
    if told is None or not told.startswith("sha1:"):
        return True
    digest = hashlib.sha1(data, usedforsecurity=False)
    return told.removeprefix("sha1:") in (base64.b32encode(digest.digest()).decode(), digest.hexdigest())


def told(state: State) -> list[str]:
    """What is wrong, a line each."""
    lines = []
    for name, words in state.wrong.items():
        lines += [f"{name}: {one}" for one in words]
        if (more := state.counts[name] - len(words)) > 0:
            lines.append(f"{name}: and {more:,} more")
    return lines
