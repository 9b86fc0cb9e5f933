"""Step 9: remarks.db. The only writer of the database; the caller gives all times but those of runs.

How the file is kept:

- *WAL*, so that Datasette reads while a run writes. *synchronous = FULL*: a commit is on the disk before the next step
  (WAL with NORMAL may lose the last commits when the power fails, and remarks.jsonl, which is synced line by line,
  would then hold lines that the database does not know). It costs one sync a document; one comes every five seconds.
  A rebuild, which can be begun again, may do without: durable=False.
- *busy_timeout*: whoever else writes for a moment (a plugin, an optimize) is waited for. Every write takes its lock
  with BEGIN IMMEDIATE: a transaction that read first could not wait, SQLite would refuse it at once.
- *foreign_keys* and *recursive_triggers* on: the latter keeps the full-text index right under INSERT OR REPLACE.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from sqlite_utils import Database

import crawler
from crawler.exporters.disk import digest_of_file
from crawler.exporters.sqlite.joining import join_all
from crawler.exporters.sqlite.listed import note_listed
from crawler.exporters.sqlite.offices import fill, override
from crawler.exporters.sqlite.people_file import PEOPLE_FILE, load
from crawler.exporters.sqlite.queries import Known, Questions, Refused
from crawler.exporters.sqlite.save import Saved, Saving
from crawler.exporters.sqlite.schema import migrate
from crawler.exporters.sqlite.status import missed
from crawler.exporters.sqlite.validators import confirm
from crawler.roster import roster
from crawler.web.exchange import now

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from crawler.errors import Unproven
    from crawler.exporters.sqlite.save import Reread
    from crawler.exporters.sqlite.status import Missed
    from crawler.items import Capture, Link, Remark

# ---- bulk ----
# Step 9, many remarks at once: for a database made anew, which nobody reads and which a kill only throws away.
#
# The index for searches is most of the work of storing a remark (two thirds of SQLite's share), and cheap when it is
# made of all rows at once.


SEARCHED = ("utterances", "remarks")
"""Tables with an index of their own, `<table>_fts`, kept by triggers `<table>_fts_<event>`."""


def without_guards(db: Database) -> None:
    """No waiting for the disk: what is lost by a power cut is made again."""
    db.execute("PRAGMA journal_mode = MEMORY")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -65536")


@contextmanager
def indexed_at_the_end(db: Database) -> Iterator[None]:
    """Rows that are written inside are found by searches when it is left; without that, the database is no good."""
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND name GLOB ?"
    triggers = [row for table in SEARCHED for row in db.execute(sql, [table, f"{table}_fts_*"]).fetchall()]
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    yield
    for table in SEARCHED:
        db.execute(f"INSERT INTO {table}_fts({table}_fts) VALUES ('rebuild')")  # noqa: S608
    for _, text in triggers:
        db.execute(text)


__all__ = ["Known", "Refused", "Saved", "Store"]

COUNTS = frozenset({"requests", "bytes", "new", "changed", "unchanged", "gone", "blocked", "failed"})


class Line(NamedTuple):
    """A line of remarks.jsonl."""

    revision_id: int
    text: str


class Published(NamedTuple):
    """How far a file of JSON lines is written."""

    bytes: int
    revision_id: int
    """0 before the first."""


WHOLE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
PART = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))


class Store(Questions):
    """remarks.db, open for writing.

    Raises NewerSchema for a database of a newer program, sqlite3.DatabaseError for a file that is none, PeopleFileError
    for a people_overrides.toml that cannot be meant.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        parser_version: str | None = None,
        durable: bool = True,
        busy_timeout_seconds: float = 60,
        reread: Reread | None = None,
    ) -> None:
        version = parser_version or getattr(crawler, "__version__", None)
        if version is None:
            raise ValueError("parser_version is needed: the package has no __version__")
        self.parser_version: str = version
        self.path = Path(path)
        self.reread = reread
        self.db = Database(sqlite3.connect(self.path, timeout=busy_timeout_seconds))
        try:
            self.db.enable_wal()
            self.db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self.db.execute("PRAGMA foreign_keys = ON")
            migrate(self.db)
            # sqlite-utils finds out by dropping a table, which fails while rows are being read
            _ = self.db.supports_on_conflict
            self.overrides = load(self.path.with_name(PEOPLE_FILE))
            with self._writing():
                learned = fill(self.db, roster())
                if override(self.db, self.overrides) or learned:
                    join_all(self.db, self.overrides)
        except BaseException:
            self.db.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All of it or nothing: a transaction, or a part of the one that is under way."""
        begin, end, undo = PART if self.db.conn.in_transaction else WHOLE
        self.db.execute(begin)
        try:
            yield
            self.db.execute(end)
        except BaseException:
            if self.db.conn.in_transaction:  # SQLite itself has undone it where the disk is full
                for statement in undo:
                    self.db.execute(statement)
            raise

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is stored inside is one transaction."""
        with self._writing():
            yield

    def unguarded(self) -> None:
        """For a database that nobody else opens, and that is thrown away where the machine stops."""
        without_guards(self.db)

    @contextmanager
    def made_anew(self) -> Iterator[None]:
        """For an empty database that nobody else opens: searches find what is stored inside when it is left."""
        with indexed_at_the_end(self.db):
            yield

    def begin_run(
        self,
        arguments: Mapping[str, object],
        versions: Mapping[str, str],
        *,
        started_at: str | None = None,
        before: Callable[[dict[str, Any]], None] | None = None,
    ) -> int:
        """A new row of runs; arguments["hosts"] is the list of hosts that the run is to bring up to date.

        before: what is done with the row before anybody else may see it.
        """
        row = {
            "started_at": started_at or now(),
            "arguments": json.dumps(arguments, ensure_ascii=False),
            "versions": json.dumps(versions, ensure_ascii=False),
        }
        with self._writing():
            run_id = self._inserted("runs", row)
            if before is not None:
                before(self.run_row(run_id))
            return run_id

    def end_run(
        self, run_id: int, *, verdict: str, walked: Sequence[str] = (), ended_at: str | None = None, **counts: int
    ) -> dict[str, Any]:
        """Verdict `ok`, `degraded` or `failed`; the hosts whose indexes were all read; counts by column of runs.

        Returns the row as it stands then.
        """
        if unknown := counts.keys() - COUNTS:
            raise ValueError(f"runs has no count {', '.join(sorted(unknown))}")
        values = {"verdict": verdict, "walked": json.dumps(walked), "ended_at": ended_at or now()} | counts
        with self._writing():
            self._update("runs", run_id, values)
        return self.run_row(run_id)

    def know_files(self, paths: Iterable[Path]) -> None:
        """Everything that stands in these WARC files now is in the database, but for captures still to be read."""
        rows = [
            {
                "name": path.name,
                "bytes": path.stat().st_size,
                "modified_ns": path.stat().st_mtime_ns,
                "digest": digest_of_file(path),
                "trouble": None,
            }
            for path in paths
            if path.exists() and not self._is_unread(path.name)
        ]
        with self._writing():
            self.db.table("warc_files").upsert_all(rows, pk="name")

    def _is_unread(self, name: str) -> bool:
        sql = "SELECT EXISTS (SELECT 1 FROM captures WHERE warc_file = ? AND outcome = 'fetched')"
        return bool(self.db.execute(sql, [name]).fetchone()[0])

    def set_trouble(self, troubles: Mapping[str, str]) -> None:
        """What is wrong with WARC files, in words, by name; nothing is with all others."""
        with self._writing():
            self.db.execute("UPDATE warc_files SET trouble = NULL WHERE trouble IS NOT NULL")
            rows = [{"name": name, "bytes": 0, "trouble": words} for name, words in troubles.items()]
            sql = "INSERT INTO warc_files (name, bytes, trouble) VALUES (:name, :bytes, :trouble) "
            sql += "ON CONFLICT (name) DO UPDATE SET trouble = excluded.trouble"
            self.db.conn.executemany(sql, rows)

    def rename_files(self, names: Mapping[str, str]) -> None:
        """WARC files have other names now; they may have changed names with one another."""
        of = "FROM json_each(:names)"
        with self._writing():
            for table, column in (("captures", "warc_file"), ("warc_files", "name")):
                new = f"'/' || (SELECT value {of} WHERE key = {column})"  # no name has a slash
                sql = f"UPDATE {table} SET {column} = {new} WHERE {column} IN (SELECT key {of})"  # noqa: S608
                self.db.execute(sql, {"names": json.dumps(names)})
                sql = f"UPDATE {table} SET {column} = substr({column}, 2) WHERE {column} GLOB '/*'"  # noqa: S608
                self.db.execute(sql)

    def forget_file(self, name: str) -> None:
        """What the WARC file of that name held stands in others now."""
        with self._writing():
            self.db.execute("DELETE FROM warc_files WHERE name = ?", [name])

    def lose_bytes(self, name: str, kept: Collection[int]) -> int:
        """Of the captures that it should hold, a WARC file holds these; how many it has lost."""
        with self._writing():
            sql = "SELECT id FROM captures WHERE warc_file = ?"
            lost = [[id_] for (id_,) in self.db.execute(sql, [name]).fetchall() if id_ not in kept]
            gone = "UPDATE captures SET warc_file = NULL, warc_offset = NULL WHERE id = ?"
            self.db.conn.executemany(gone, lost)
            return len(lost)

    def move_capture(self, capture_id: int, name: str, offset: int) -> None:
        """The record of a capture lies elsewhere now."""
        self.update("captures", capture_id, {"warc_file": name, "warc_offset": offset})

    def add_capture(
        self,
        capture: Capture,
        *,
        run_id: int,
        outcome: str,
        template: str | None = None,
        reason: str | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        size: int | None = None,
    ) -> int:
        """The id of the new row: the capture's, or the next; `size` is given where the body is not kept."""
        row = {
            "id": capture.id,
            "run_id": run_id,
            "url": capture.url,
            "requested_url": capture.requested_url,
            "fetched_at": capture.fetched_at,
            "status": capture.status,
            "via": capture.via,
            "archived_at": capture.archived_at,
            "archive_url": capture.archive_url,
            "digest": capture.digest,
            "content_type": capture.content_type,
            "bytes": len(capture.body) if size is None else size,
            "etag": etag,
            "last_modified": last_modified,
            "listed_type": capture.listed_type,
            "warc_file": capture.warc_file,
            "warc_offset": capture.warc_offset,
            "template": template,
            "outcome": outcome,
            "reason": reason,
        }
        with self._writing():
            return self._inserted("captures", row)

    def set_outcome(
        self, capture_id: int, outcome: str, template: str | None = None, reason: str | None = None
    ) -> None:
        with self._writing():
            self._update("captures", capture_id, {"outcome": outcome, "template": template, "reason": reason})

    def save(self, remark: Remark, capture: Capture, run_id: int) -> Saved:
        """Store a remark and settle its capture, in one transaction.

        Raises ValueError for text that cannot be stored and for a capture that is not a row of that run.
        """
        with self._writing():
            held = self.db.execute("SELECT run_id FROM captures WHERE id = ?", [capture.id]).fetchone()
            if held != (run_id,):
                raise ValueError(f"{capture.url}: capture {capture.id} is not stored for run {run_id}")
            return Saving(self.db, remark, capture, self.parser_version, self.overrides, self.reread).save()

    def read_anew(self, remark: Remark, capture: Capture) -> str | None:
        """Another reading of a capture: `parser` where it is that of the newest revision and reads otherwise."""
        newest = "SELECT remark_id, revision FROM revisions r WHERE capture_id = ? AND revision = "
        newest += "(SELECT max(revision) FROM revisions WHERE remark_id = r.remark_id)"
        with self._writing():
            found = self.db.execute(newest, [capture.id]).fetchone()
            if found is None:
                return None
            row = next(self.db.query("SELECT * FROM remarks WHERE id = ?", [found[0]]))
            return Saving(self.db, remark, capture, self.parser_version, self.overrides).read_anew(row)

    def missed(self, capture: Capture, reason: str) -> list[Missed]:
        """Settle a 404 or 410 as `gone`, and say what that means for the remarks that stood at the address."""
        with self._writing():
            self._update("captures", capture.id or 0, {"outcome": "gone", "reason": reason})
            found = missed(self.db, capture)
            if found:
                self._update("captures", capture.id or 0, {"remark_id": found[0].remark_id})
            return found

    def confirmed(self, capture: Capture, against: int | None = None) -> str | Unproven:
        """Settle a `not modified`: the remark that was seen again, or why none was (proofs.py).

        against: the capture whose validators were sent; None for an archive that does not say it.
        """
        with self._writing():
            return confirm(self.db, capture, against)

    def note_listed(self, links: Iterable[Link], capture: Capture) -> None:
        """Settle an index, with what it names."""
        with self._writing():
            self._update("captures", capture.id or 0, {"outcome": "index"})
            note_listed(self.db, links, capture.fetched_at)

    def lines(self, after: int) -> Iterator[Line]:
        """The JSON lines of the revisions after that row of revisions, in order."""
        for row in self.db.execute("SELECT revision_id, line FROM lines WHERE revision_id > ? ORDER BY 1", [after]):
            yield Line(*row)

    def published(self, name: str) -> Published:
        row = self.db.execute("SELECT bytes, revision_id FROM published WHERE name = ?", [name]).fetchone()
        return Published(*row) if row else Published(0, 0)

    def set_published(self, name: str, state: Published) -> None:
        with self._writing():
            self.db.table("published").upsert({"name": name} | state._asdict(), pk="name")

    def insert(self, table: str, row: Mapping[str, object]) -> None:
        """A row as it was elsewhere."""
        with self._writing():
            self._inserted(table, row)

    def update(self, table: str, row_id: int, values: Mapping[str, object]) -> None:
        with self._writing():
            self._update(table, row_id, values)

    def _inserted(self, table: str, row: Mapping[str, object]) -> int:
        last = self.db.table(table).insert(dict(row)).last_rowid
        return int(last or 0)

    def _update(self, table: str, row_id: int, values: Mapping[str, object]) -> None:
        sets = ", ".join(f"{column} = ?" for column in values)
        done = self.db.execute(f"UPDATE {table} SET {sets} WHERE id = ?", [*values.values(), row_id])  # noqa: S608
        if done.rowcount != 1:
            raise ValueError(f"{table} has no row {row_id}")
