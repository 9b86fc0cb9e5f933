"""Step 9, read back: what earlier runs saw, for the plan of the next one. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from crawler.runs.schedule import Held
from crawler.web.urls import work_path

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlite_utils import Database

COMPLETE = """
SELECT id, started_at, ended_at FROM runs WHERE ended_at IS NOT NULL AND json_extract(arguments, '$.continues')
AND json_extract(arguments, '$.types') IN ('all', ?) AND EXISTS (SELECT 1 FROM json_each(walked) WHERE value = ?)
ORDER BY id DESC LIMIT 1
"""
CLOCK_WENT_BACK = "SELECT EXISTS (SELECT 1 FROM runs WHERE id > ? AND started_at <= ?)"
LISTED = """
SELECT type FROM listed WHERE host = ? AND path = ? AND source = 'listing' AND first_listed_at <= ?
"""
HELD = """
SELECT EXISTS (SELECT 1 FROM captures WHERE (url = :url OR requested_url = :url) AND outcome IN ('ok', 'unchanged')
AND run_id <= :run)
"""
# Where each remark of a host stands, and when that address was last asked for.
PAGES = """
SELECT r.url, r.id, r.first_seen_at, r.published_at, r.date, c.fetched_at, c.listed_type
FROM remarks r JOIN captures c ON c.id = (SELECT max(id) FROM (
    SELECT max(id) AS id FROM captures WHERE url = r.url UNION ALL
    SELECT max(id) FROM captures WHERE requested_url = r.url))
WHERE r.host = ? AND c.via = 'live'
"""


class Complete(NamedTuple):
    """A run that read all of a host's indexes up to its own time and left no gap behind."""

    id: int
    started_at: str
    ended_at: str


def last_complete(db: Database, host: str, types: str) -> Complete | None:
    """The newest one, by its number: clocks may have gone back.

    A run over a span that a person chose (arguments["continues"] is false) tells nothing of the days before it, and
    one that took only speech nothing of the statements.
    """
    row = db.execute(COMPLETE, [types, host]).fetchone()
    return Complete(*row) if row else None


class Seen:
    """What was known when that run ended (discovery/walk.py)."""

    def __init__(self, db: Database, run: Complete) -> None:
        self._db = db
        self._run = run

    def listed(self, url: str) -> tuple[str | None] | None:
        at = [urlsplit(url).hostname, work_path(url), self._run.ended_at]
        row: tuple[str | None] | None = self._db.execute(LISTED, at).fetchone()
        return row

    def held(self, url: str) -> bool:
        (found,) = self._db.execute(HELD, {"url": url, "run": self._run.id}).fetchone()
        return bool(found)


def is_ordered(db: Database, run: Complete) -> bool:
    """Whether the times of that run can be compared with later ones: no clock was set back since."""
    return not db.execute(CLOCK_WENT_BACK, [run.id, run.ended_at]).fetchone()[0]


def held_pages(db: Database | sqlite3.Connection, host: str) -> Iterator[Held]:
    """The pages of a host that may be looked at again, whatever became of the last look."""
    for url, remark_id, first_seen_at, published_at, date, looked_at, listed_type in db.execute(PAGES, [host]):
        yield Held(
            url=url,
            remark_id=remark_id,
            first_seen_at=first_seen_at,
            looked_at=looked_at,
            published_at=published_at,
            date=date,
            listed_type=listed_type,
        )
