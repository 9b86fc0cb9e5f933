"""A remarks.db that SQLite cannot read: told apart from other faults, kept aside, and followed by a new one.

A file that is no database, a schema that is malformed, pages that hold other bytes than were written.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from crawler.exporters.disk import flush

if TYPE_CHECKING:
    from pathlib import Path

#: SQLite's primary result codes; ERROR is what a schema gives that lacks what it should have.
DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
UNUSABLE: Final = DAMAGE | {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT}
#: How Python's sqlite3 begins where the bytes of a text are none.
NO_TEXT: Final = "Could not decode to UTF-8"
REMEDY: Final = "`scrapy reparse --anew` makes it again from the WARC files, and keeps this one aside"
PRIMARY: Final = 0xFF


def is_damage(error: BaseException, codes: frozenset[int] = DAMAGE) -> bool:
    """Whether it tells of the file, and not of another writer, the disk or its rights."""
    if not isinstance(error, sqlite3.DatabaseError):
        return False
    code = getattr(error, "sqlite_errorcode", None)  # Python's own errors have none
    return code & PRIMARY in codes if code is not None else str(error).startswith(NO_TEXT)


def check(held: Path) -> None:
    """Raises sqlite3.DatabaseError for a file whose pages do not fit together; its rows may be anybody's then."""
    if not held.exists():
        return
    with closing(sqlite3.connect(f"{held.resolve().as_uri()}?mode=ro", uri=True)) as db:
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        error = sqlite3.DatabaseError(" ".join(found.split()))
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def explained(error: BaseException) -> str:
    """The error in words, with what to do where the database is damaged."""
    return f"{error}; {REMEDY}" if is_damage(error) else str(error)


def replace_damaged(made: Path, held: Path) -> Path:
    """The new database, which nobody has open, takes the name of the damaged one; where that is kept. Raises OSError.

    A log of changes beside the damaged file goes with it, so that it cannot be taken for the new one's.
    """
    _to_one_file(made)
    aside = aside_of(held, "damaged")
    for suffix in ("-wal", "-shm", "-journal", ""):
        part = held.with_name(held.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    made.replace(held)
    flush(held.parent)
    return aside


def aside_of(held: Path, why: str) -> Path:
    """The name under which a database is kept that another one takes the place of; none that is there."""
    name = f"{held.name}.{why}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    return next(path for n in count(1) if not (path := held.with_name(name + f"-{n}" * (n > 1))).exists())


def _to_one_file(made: Path) -> None:
    """All of it in the file itself, and on the disk."""
    with closing(sqlite3.connect(made)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA journal_mode = DELETE")
    flush(made)
