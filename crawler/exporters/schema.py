"""Step 9: the tables of remarks.db, as named migrations. Touches only the database that it is given.

Terms are Popolo's for people and offices, TEI's for speech, WARC's for captures. Every table is STRICT; absent is NULL;
what each column means stands in columns.py, whence the README and Datasette take it.

`rowid` is declared in remarks and utterances, not left to SQLite: the full-text indexes point at it, and a rowid that
is nobody's column may change in VACUUM, in a dump or in a copy. It is made of the work's number and the turn's number
(UTTERANCES_PER_REMARK), so it is never given twice, and a rebuild gives the same again.

The triggers write to the full-text index only when an indexed column really changes: an upsert that changes nothing
would otherwise grow the index with every visit. `INSERT OR REPLACE` fires the delete triggers only under
`PRAGMA recursive_triggers = on` (sqlite-utils sets it, plain sqlite3 does not); without it the index keeps dead rows.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from crawler.exporters.columns import COLUMNS
from crawler.exporters.event_tables import EVENTS
from crawler.exporters.first_tables import HISTORY, PEOPLE_AND_OFFICES, RUNS_AND_CAPTURES, SPEECH
from crawler.exporters.former_ids import one_row_a_name
from crawler.exporters.joining import note_all
from crawler.exporters.listed_tables import LISTED, PUBLISHED, TRANSLATIONS
from crawler.exporters.reading import FILTERING, READING
from crawler.exporters.roster_schema import ROSTER
from crawler.exporters.search_tables import search_sql
from crawler.exporters.speakers_schema import EXCHANGES, NAMINGS, NEAR, VIEWS
from crawler.exporters.spelling_tables import SPELLINGS
from crawler.exporters.years import YEARS

__all__ = ["COLUMNS", "MIGRATIONS", "UTTERANCES_PER_REMARK", "NewerSchema", "migrate", "pending"]

MIGRATIONS = Migrations("remarks")
UTTERANCES_PER_REMARK = 1_000_000


class NewerSchema(sqlite3.DatabaseError):
    """The database was written by a newer program than this one."""


def pending(db: Database) -> list[str]:
    """The migrations that a database still lacks, by name; raises NewerSchema if it is beyond this program."""
    with Database(memory=True) as empty:
        known = {migration.name for migration in MIGRATIONS.pending(empty)}
    beyond = [done.name for done in MIGRATIONS.applied(db) if done.name not in known]
    if beyond:
        raise NewerSchema(
            f"the database was written by a newer version of this program (it has the migrations {', '.join(beyond)}); "
            "update the program"
        )
    return [migration.name for migration in MIGRATIONS.pending(db)]


def migrate(db: Database) -> None:
    """Bring the tables up to this program's schema; raises NewerSchema, and changes nothing, if they are beyond it."""
    if pending(db):
        MIGRATIONS.apply(db)


@MIGRATIONS()
def runs_and_captures(db: Database) -> None:
    db.executescript(RUNS_AND_CAPTURES)


@MIGRATIONS()
def people_and_offices(db: Database) -> None:
    db.executescript(PEOPLE_AND_OFFICES)


@MIGRATIONS()
def remarks_and_utterances(db: Database) -> None:
    db.executescript(SPEECH)


@MIGRATIONS()
def history(db: Database) -> None:
    db.executescript(HISTORY)


@MIGRATIONS()
def search(db: Database) -> None:
    for table, columns in (("remarks", ("title", "text")), ("utterances", ("text", "label"))):
        db.executescript(search_sql(table, columns))


@MIGRATIONS()
def listed(db: Database) -> None:
    db.executescript(LISTED)


@MIGRATIONS()
def translations(db: Database) -> None:
    db.executescript(TRANSLATIONS)


@MIGRATIONS()
def archived_captures(db: Database) -> None:
    """The Internet Archive's time and address of what was read from there."""
    for table in ("captures", "remarks"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN archived_at TEXT CHECK (archived_at GLOB '????-??-??T*Z')")
        db.execute(f"ALTER TABLE {table} ADD COLUMN archive_url TEXT")


@MIGRATIONS()
def roster(db: Database) -> None:
    """What the roster knows; filled by roster_rows.py. Terms were empty before."""
    db.executescript(ROSTER)


@MIGRATIONS()
def exchanges(db: Database) -> None:
    """Questions and answers; the country or body of a speaker."""
    db.executescript(EXCHANGES)


@MIGRATIONS()
def views_of_speech(db: Database) -> None:
    db.executescript(VIEWS)


@MIGRATIONS()
def years(db: Database) -> None:
    """What years of runs need: where a page stands, what changed at once, how far each WARC file is known."""
    db.executescript(YEARS)


@MIGRATIONS()
def events(db: Database) -> None:
    db.executescript(EVENTS)


@MIGRATIONS()
def reading_indexes(db: Database) -> None:
    db.executescript(READING)


@MIGRATIONS()
def near_pages(db: Database) -> None:
    db.executescript(NEAR)


@MIGRATIONS()
def spellings(db: Database) -> None:
    """One row a name, in whatever spelling; ids that this takes away lead on."""
    db.executescript(SPELLINGS)
    one_row_a_name(db)


@MIGRATIONS()
def filtering_index(db: Database) -> None:
    db.executescript(FILTERING)


@MIGRATIONS()
def listed_times(db: Database) -> None:
    """When feeds and REST lists say that a page was put up: pages since 2025 do not say it."""
    db.executescript(PUBLISHED)


@MIGRATIONS()
def warc_digests(db: Database) -> None:
    """How each WARC file was when it was last in order, and what is wrong with it since."""
    for column in ("digest TEXT", "modified_ns INTEGER", "trouble TEXT"):
        db.execute(f"ALTER TABLE warc_files ADD COLUMN {column}")


@MIGRATIONS()
def confirmed_captures(db: Database) -> None:
    """Which capture a 304 confirms."""
    db.execute("ALTER TABLE captures ADD COLUMN confirms INTEGER")


@MIGRATIONS()
def namings(db: Database) -> None:
    """Under which names, and in which posts, pages name somebody: two ways to write a name are one person's then."""
    db.executescript(NAMINGS)
    note_all(db)
