"""One consistent view of remarks.db, for as long as an export takes. Reads only.

A transaction that has begun to read sees the database as it was then (WAL), whatever a crawl writes meanwhile. The
chosen remarks stand in temporary tables, which are no part of the file.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Self

from sqlite_utils import Database

from crawler.exporters.sqlite.schema import NewerSchema, pending
from crawler.web.types import wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawler.exporters.corpus.choice import Choice

Row = sqlite3.Row

CHOSEN = """
CREATE TEMP TABLE chosen (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TEMP TABLE chosen_people (id TEXT PRIMARY KEY);
CREATE TEMP TABLE chosen_offices (id TEXT PRIMARY KEY);
"""
ORDER = "ORDER BY r.date IS NULL, r.date, r.id"
# Who speaks, or may: an attribution of a lower rank is a further candidate.
PEOPLE = """
INSERT INTO temp.chosen_people
SELECT u.person_id FROM temp.chosen c CROSS JOIN utterances u ON u.remark_id = c.id WHERE u.person_id IS NOT NULL
UNION
SELECT a.person_id FROM temp.chosen c CROSS JOIN utterances u ON u.remark_id = c.id
    CROSS JOIN attributions a ON a.utterance_id = u.id WHERE a.person_id IS NOT NULL
"""
OFFICES = """
INSERT INTO temp.chosen_offices
SELECT u.office_id FROM temp.chosen c CROSS JOIN utterances u ON u.remark_id = c.id WHERE u.office_id IS NOT NULL
UNION
SELECT a.office_id FROM temp.chosen c CROSS JOIN utterances u ON u.remark_id = c.id
    CROSS JOIN attributions a ON a.utterance_id = u.id WHERE a.office_id IS NOT NULL
UNION
SELECT t.office_id FROM terms t JOIN temp.chosen_people p ON p.id = t.person_id
"""


class CannotExport(Exception):
    """The request makes no sense with this database or this machine; the text says what would."""


class Nothing(Exception):
    """No remark is chosen: an empty release would only replace a good one."""


class Snapshot:
    """remarks.db as it is now, and the remarks chosen from it. Raises CannotExport, sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise CannotExport(f"{path}: there is no such database; `scrapy crawl remarks` makes one")
        self.db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=60)
        self.db.row_factory = sqlite3.Row
        try:
            self.db.execute("BEGIN")
            self._check(path)
            for statement in CHOSEN.strip().splitlines():
                self.db.execute(statement)
        except BaseException:
            self.db.close()
            raise

    def _check(self, path: Path) -> None:
        try:
            missing = pending(Database(self.db))
        except NewerSchema as error:
            raise CannotExport(f"{path}: {error}") from error
        if missing:
            raise CannotExport(
                f"{path}: was written by an older version of this program (it lacks {', '.join(missing)}); "
                "the next `scrapy crawl remarks` brings it up to date"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> Iterator[Row]:
        """One at a time."""
        return iter(self.db.execute(sql, arguments))

    def one(self, sql: str, arguments: Sequence[Any] = ()) -> Row:
        row: Row = self.db.execute(sql, arguments).fetchone()
        return row

    def value(self, sql: str, arguments: Sequence[Any] = ()) -> Any:
        return self.one(sql, arguments)[0]

    def choose(self, choice: Choice) -> None:
        """Fill the temporary tables; raises CannotExport for names that the database does not know, and Nothing."""
        self.db.create_function("wanted", 2, wanted, deterministic=True)
        where, arguments = choice.condition(self)
        sql = f"INSERT INTO temp.chosen (id) SELECT r.id FROM remarks r WHERE {where} {ORDER}"  # noqa: S608
        self.db.execute(sql, arguments)
        self.db.execute(PEOPLE)
        self.db.execute(OFFICES)
        if not self.remarks:
            raise Nothing("no remark is chosen" if choice else "the database holds no remark")

    @property
    def remarks(self) -> int:
        """How many are chosen."""
        return int(self.value("SELECT count(*) FROM temp.chosen"))

    @property
    def counts(self) -> tuple[int, int]:
        """Turns of the chosen remarks, and words: of the turns, or of the text where there is no turn."""
        turns, words = self.one(
            "SELECT sum(r.utterance_count), sum(r.word_count) FROM temp.chosen c CROSS JOIN remarks r ON r.id = c.id"
        )
        return turns, words

    @property
    def without_turns(self) -> tuple[int, int]:
        """The chosen remarks that are written releases, in which nobody speaks, and their words."""
        remarks, words = self.one(
            "SELECT count(*), coalesce(sum(r.word_count), 0) FROM temp.chosen c CROSS JOIN remarks r ON r.id = c.id "
            "WHERE r.utterance_count = 0"
        )
        return remarks, words

    @property
    def as_of(self) -> str:
        """When the newest run ended, or began, where none has ended: the date of a release."""
        newest: str = self.value("SELECT coalesce(max(ended_at), max(started_at)) FROM runs")
        return newest
