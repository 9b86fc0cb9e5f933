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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from sqlite_utils import Database

import crawler
from crawler.exporters.addresses import holder
from crawler.exporters.listed import note_listed
from crawler.exporters.saving import Saved, Saving
from crawler.exporters.schema import migrate
from crawler.exporters.standing import confirm, missed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.exporters.saving import Reread
    from crawler.exporters.standing import Missed
    from crawler.items import Capture, Link, Remark

__all__ = ["Known", "Refused", "Saved", "Store"]

SETTLED = ("ok", "unchanged", "not_remarks")
"""Outcomes after which the same bytes need not be fetched again."""
NO_PAGE = ("index", "robots", "redirect", "out_of_span")
"""Outcomes of answers that are no page."""
REFUSED = """
WITH pages AS (
    SELECT id, coalesce(requested_url, url) AS address FROM captures
    WHERE outcome NOT IN (SELECT value FROM json_each(:other))
),
last_good AS (
    SELECT address, max(id) AS id FROM pages JOIN captures USING (id)
    WHERE outcome IN (SELECT value FROM json_each(:good)) GROUP BY address
),
refused AS (
    SELECT address, max(pages.id) AS id, count(*) AS tries FROM pages LEFT JOIN last_good USING (address)
    WHERE pages.id > coalesce(last_good.id, 0) GROUP BY address
)
SELECT address, outcome, listed_type, fetched_at, tries FROM refused JOIN captures USING (id)
WHERE address GLOB :host ORDER BY refused.id
"""
COUNTS = frozenset({"requests", "bytes", "new", "changed", "unchanged", "gone", "blocked", "failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database knows of an address."""

    remark_id: str | None
    """The remark that stood there last."""
    outcome: str | None
    """Of the latest capture; None for an address that only a page named."""
    fetched_at: str | None
    """Of the latest capture."""
    etag: str | None
    """Of the latest good capture: what to ask with so that an unchanged page is not sent again."""
    last_modified: str | None
    """The same."""
    modified_at: str | None
    """Last edit that the page named, in the latest good capture."""


class Refused(NamedTuple):
    """An address that could not be read."""

    address: str
    outcome: str
    listed_type: str | None
    fetched_at: str
    """Of the latest try."""
    tries: int
    """Since the address was last read."""


class Line(NamedTuple):
    """A line of remarks.jsonl."""

    revision_id: int
    text: str


class Published(NamedTuple):
    """How far a file of JSON lines is written."""

    bytes: int
    revision_id: int
    """0 before the first."""


class Store:
    """remarks.db, open for writing.

    Raises NewerSchema for a database of a newer program, sqlite3.DatabaseError for a file that is none.
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
        """One transaction: all of it or nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            self.db.rollback()
            raise

    def begin_run(
        self, arguments: Mapping[str, object], versions: Mapping[str, str], *, started_at: str | None = None
    ) -> int:
        """A new row of runs; arguments["hosts"] is the list of hosts that the run is to bring up to date."""
        row = {
            "started_at": started_at or now(),
            "arguments": json.dumps(arguments, ensure_ascii=False),
            "versions": json.dumps(versions, ensure_ascii=False),
        }
        with self._writing():
            return self._inserted("runs", row)

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

    def run_row(self, run_id: int) -> dict[str, Any]:
        return dict(next(self.db.query("SELECT * FROM runs WHERE id = ?", [run_id])))

    def next_capture(self) -> int:
        """The number of the next capture."""
        (last,) = self.db.execute("SELECT max(id) FROM captures").fetchone()
        return (last or 0) + 1

    def know_files(self, folder: Path, names: Iterable[str]) -> None:
        """Everything that stands in these WARC files now is in the database."""
        rows = [{"name": name, "bytes": (folder / name).stat().st_size} for name in names if (folder / name).exists()]
        with self._writing():
            self.db.table("warc_files").upsert_all(rows, pk="name")

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
            return Saving(self.db, remark, capture, self.parser_version, self.reread).save()

    def read_anew(self, remark: Remark, capture: Capture) -> str | None:
        """Another reading of a capture: `parser` where it is that of the newest revision and reads otherwise."""
        newest = "SELECT remark_id, revision FROM revisions r WHERE capture_id = ? AND revision = "
        newest += "(SELECT max(revision) FROM revisions WHERE remark_id = r.remark_id)"
        with self._writing():
            found = self.db.execute(newest, [capture.id]).fetchone()
            if found is None:
                return None
            row = next(self.db.query("SELECT * FROM remarks WHERE id = ?", [found[0]]))
            return Saving(self.db, remark, capture, self.parser_version).read_anew(row)

    def missed(self, capture: Capture, reason: str) -> list[Missed]:
        """Settle a 404 or 410 as `gone`, and say what that means for the remarks that stood at the address."""
        with self._writing():
            self._update("captures", capture.id or 0, {"outcome": "gone", "reason": reason})
            found = missed(self.db, capture)
            if found:
                self._update("captures", capture.id or 0, {"remark_id": found[0].remark_id})
            return found

    def confirmed(self, capture: Capture) -> str | None:
        """Settle a `not modified`: the remark that its address showed last was seen again; None if there is none."""
        with self._writing():
            return confirm(self.db, capture)

    def known(self, url: str) -> Known | None:
        """What is known of an address, whether it was asked for, gave a page, or was named by one; None if nothing."""
        remark_id = holder(self.db, url)
        captures = "FROM captures WHERE (url = :url OR requested_url = :url)"
        good = f"{captures} AND outcome IN {SETTLED}"
        at = {"url": url}
        latest = self.db.execute(f"SELECT outcome, fetched_at {captures} ORDER BY id DESC LIMIT 1", at).fetchone()
        if remark_id is None and not latest:
            return None
        tags = self.db.execute(
            f"SELECT etag, last_modified {good} AND coalesce(etag, last_modified) IS NOT NULL ORDER BY id DESC LIMIT 1",
            at,
        ).fetchone()
        modified = self.db.execute(
            f"SELECT modified_at {good} AND modified_at IS NOT NULL ORDER BY id DESC LIMIT 1",
            at,
        ).fetchone()
        return Known(
            remark_id=remark_id,
            outcome=latest[0] if latest else None,
            fetched_at=latest[1] if latest else None,
            etag=tags[0] if tags else None,
            last_modified=tags[1] if tags else None,
            modified_at=modified[0] if modified else None,
        )

    def note_listed(self, links: Iterable[Link], at: str) -> None:
        """What an index names, in one transaction."""
        with self._writing():
            note_listed(self.db, links, at)

    def was_index(self, capture_id: int) -> bool:
        """Whether an index was read before at the address of that capture."""
        (found,) = self.db.execute(
            "SELECT EXISTS (SELECT 1 FROM captures c JOIN captures now USING (url) "
            "WHERE now.id = ? AND c.id < now.id AND c.outcome = 'index')",
            [capture_id],
        ).fetchone()
        return bool(found)

    def refused(self, host: str) -> Iterator[Refused]:
        """The addresses of a host whose newest answer was a refusal, or was being read when a run was killed."""
        rows = self.db.execute(
            REFUSED, {"good": json.dumps(SETTLED), "other": json.dumps(NO_PAGE), "host": f"https://{host}/*"}
        )
        return (Refused(*row) for row in rows)

    def last_complete(self, host: str, types: str) -> str | None:
        """When the last run began that read the host's indexes up to its own time and left no gap behind.

        A run over a span that a person chose (arguments["continues"] is false) tells nothing of the days before it,
        and one that took only speech nothing of the statements.
        """
        (at,) = self.db.execute(
            "SELECT max(started_at) FROM runs WHERE json_extract(arguments, '$.continues') "
            "AND json_extract(arguments, '$.types') IN ('all', ?) "
            "AND EXISTS (SELECT 1 FROM json_each(walked) WHERE value = ?)",
            [types, host],
        ).fetchone()
        return str(at) if at is not None else None

    def unfinished(self, host: str, types: str) -> bool:
        """Whether a run over everything was begun and none since has read all of the host's indexes."""
        (last,) = self.db.execute(
            "SELECT max(id) FROM runs WHERE json_extract(arguments, '$.everything') "
            "AND json_extract(arguments, '$.continues') AND json_extract(arguments, '$.types') IN ('all', ?) "
            "AND EXISTS (SELECT 1 FROM json_each(arguments, '$.hosts') WHERE value = ?)",
            [types, host],
        ).fetchone()
        if last is None:
            return False
        walked = "SELECT EXISTS (SELECT 1 FROM runs, json_each(walked) WHERE runs.id = ? AND value = ?)"
        return not self.db.execute(walked, [last, host]).fetchone()[0]

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


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
