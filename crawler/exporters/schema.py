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
from crawler.exporters.former_ids import one_row_a_name
from crawler.exporters.listed_tables import LISTED, TRANSLATIONS
from crawler.exporters.reading import READING
from crawler.exporters.roster_schema import ROSTER
from crawler.exporters.search_tables import search_sql
from crawler.exporters.speakers_schema import EXCHANGES, NEAR, VIEWS
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
    db.executescript("""
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL CHECK (started_at GLOB '????-??-??T*Z'),
    ended_at TEXT CHECK (ended_at GLOB '????-??-??T*Z'),
    arguments TEXT NOT NULL CHECK (json_valid(arguments)),
    requests INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0,
    blocked INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    verdict TEXT,
    walked TEXT CHECK (walked IS NULL OR json_valid(walked)),
    versions TEXT NOT NULL CHECK (json_valid(versions))
) STRICT;
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    remark_id TEXT REFERENCES remarks(id),
    url TEXT NOT NULL,
    requested_url TEXT,
    fetched_at TEXT NOT NULL CHECK (fetched_at GLOB '????-??-??T*Z'),
    status INTEGER NOT NULL,
    via TEXT NOT NULL CHECK (via IN ('live', 'wayback', 'warc')),
    digest TEXT NOT NULL,
    content_type TEXT,
    bytes INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    listed_type TEXT,
    modified_at TEXT,
    warc_file TEXT,
    warc_offset INTEGER,
    template TEXT,
    removed TEXT CHECK (removed IS NULL OR json_valid(removed)),
    outcome TEXT NOT NULL,
    reason TEXT
) STRICT;
CREATE INDEX captures_url ON captures(url);
CREATE INDEX captures_requested_url ON captures(requested_url) WHERE requested_url IS NOT NULL;
CREATE INDEX captures_run_outcome ON captures(run_id, outcome);
CREATE INDEX captures_remark ON captures(remark_id) WHERE remark_id IS NOT NULL;
""")


@MIGRATIONS()
def people_and_offices(db: Database) -> None:
    db.executescript("""
CREATE TABLE people (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    other_names TEXT CHECK (other_names IS NULL OR json_valid(other_names)),
    identifiers TEXT CHECK (identifiers IS NULL OR json_valid(identifiers)),
    source TEXT NOT NULL
) STRICT;
CREATE TABLE offices (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    organization TEXT,
    source TEXT NOT NULL
) STRICT;
CREATE TABLE terms (
    id INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people(id),
    office_id TEXT NOT NULL REFERENCES offices(id),
    start_date TEXT,
    end_date TEXT,
    acting INTEGER NOT NULL DEFAULT 0 CHECK (acting IN (0, 1)),
    source TEXT NOT NULL,
    UNIQUE (person_id, office_id, start_date)
) STRICT;
CREATE INDEX terms_office ON terms(office_id, start_date);
""")


@MIGRATIONS()
def remarks_and_utterances(db: Database) -> None:
    db.executescript("""
CREATE TABLE remarks (
    id TEXT PRIMARY KEY NOT NULL,
    rowid INTEGER NOT NULL UNIQUE,
    work_key TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    host TEXT NOT NULL,
    home TEXT NOT NULL,
    title TEXT,
    type TEXT,
    date TEXT CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    date_printed TEXT,
    published_at TEXT,
    modified_at TEXT,
    place TEXT,
    venue TEXT,
    byline TEXT,
    tags TEXT CHECK (tags IS NULL OR json_valid(tags)),
    language TEXT,
    text TEXT NOT NULL CHECK (text <> ''),
    word_count INTEGER NOT NULL,
    utterance_count INTEGER NOT NULL,
    next_utterance INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('live', 'moved', 'gone', 'restored')),
    via TEXT NOT NULL CHECK (via IN ('live', 'wayback', 'warc')),
    template TEXT NOT NULL,
    problems TEXT CHECK (problems IS NULL OR json_valid(problems)),
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL
) STRICT;
CREATE INDEX remarks_date ON remarks(date);
CREATE INDEX remarks_type_date ON remarks(type, date);
CREATE INDEX remarks_host_date ON remarks(host, date);
CREATE TABLE utterances (
    id TEXT PRIMARY KEY NOT NULL,
    rowid INTEGER NOT NULL UNIQUE,
    remark_id TEXT NOT NULL REFERENCES remarks(id),
    position INTEGER NOT NULL,
    label TEXT,
    speaker_role TEXT NOT NULL CHECK (speaker_role IN ('official', 'guest', 'spokesperson', 'moderator', 'press',
        'interpreter', 'staff', 'audience', 'unknown')),
    person_id TEXT REFERENCES people(id),
    office_id TEXT REFERENCES offices(id),
    text TEXT NOT NULL CHECK (text <> ''),
    word_count INTEGER NOT NULL,
    language TEXT,
    interpreted INTEGER NOT NULL CHECK (interpreted IN (0, 1)),
    prev_id TEXT REFERENCES utterances(id) DEFERRABLE INITIALLY DEFERRED,
    next_id TEXT REFERENCES utterances(id) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (remark_id, position)
) STRICT;
CREATE INDEX utterances_person ON utterances(person_id) WHERE person_id IS NOT NULL;
CREATE INDEX utterances_office ON utterances(office_id) WHERE office_id IS NOT NULL;
CREATE INDEX utterances_label ON utterances(label);
CREATE INDEX utterances_prev ON utterances(prev_id) WHERE prev_id IS NOT NULL;
CREATE INDEX utterances_next ON utterances(next_id) WHERE next_id IS NOT NULL;
CREATE TABLE comments (
    id TEXT PRIMARY KEY NOT NULL,
    remark_id TEXT NOT NULL REFERENCES remarks(id),
    utterance_id TEXT REFERENCES utterances(id) ON DELETE CASCADE,
    "after" INTEGER,
    "offset" INTEGER,
    kind TEXT NOT NULL,
    text TEXT NOT NULL CHECK (text <> ''),
    revision INTEGER NOT NULL,
    CHECK ((utterance_id IS NULL) = ("after" IS NOT NULL))
) STRICT;
CREATE INDEX comments_remark ON comments(remark_id);
CREATE INDEX comments_utterance ON comments(utterance_id) WHERE utterance_id IS NOT NULL;
CREATE INDEX comments_kind ON comments(kind);
CREATE TABLE corrections (
    utterance_id TEXT NOT NULL REFERENCES utterances(id) ON DELETE CASCADE,
    "offset" INTEGER NOT NULL,
    said TEXT,
    corrected TEXT NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('footnote', 'asterisk', 'bracket')),
    PRIMARY KEY (utterance_id, "offset")
) STRICT;
CREATE TABLE attributions (
    utterance_id TEXT NOT NULL REFERENCES utterances(id) ON DELETE CASCADE,
    rank INTEGER NOT NULL CHECK (rank >= 1),
    person_id TEXT REFERENCES people(id),
    office_id TEXT REFERENCES offices(id),
    method TEXT NOT NULL,
    confidence REAL CHECK (confidence BETWEEN 0 AND 1),
    evidence TEXT,
    PRIMARY KEY (utterance_id, rank)
) STRICT;
CREATE INDEX attributions_person ON attributions(person_id) WHERE person_id IS NOT NULL;
CREATE INDEX attributions_office ON attributions(office_id) WHERE office_id IS NOT NULL;
""")


@MIGRATIONS()
def history(db: Database) -> None:
    db.executescript("""
CREATE TABLE urls (
    url TEXT NOT NULL,
    remark_id TEXT NOT NULL REFERENCES remarks(id),
    path TEXT NOT NULL,
    wp_id INTEGER,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    canonical INTEGER NOT NULL CHECK (canonical IN (0, 1)),
    PRIMARY KEY (url, remark_id)
) STRICT;
CREATE UNIQUE INDEX urls_canonical ON urls(url) WHERE canonical = 1;
CREATE INDEX urls_remark ON urls(remark_id);
CREATE INDEX urls_path ON urls(path);
CREATE INDEX urls_wp_id ON urls(wp_id) WHERE wp_id IS NOT NULL;
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY,
    remark_id TEXT NOT NULL REFERENCES remarks(id),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    seen_at TEXT NOT NULL,
    digest TEXT NOT NULL,
    parser_version TEXT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('new', 'text', 'label', 'title', 'metadata', 'parser')),
    title TEXT,
    date TEXT,
    words_added INTEGER NOT NULL,
    words_removed INTEGER NOT NULL,
    turns_added INTEGER NOT NULL,
    turns_removed INTEGER NOT NULL,
    turns_changed INTEGER NOT NULL,
    UNIQUE (remark_id, revision)
) STRICT;
CREATE INDEX revisions_capture ON revisions(capture_id);
CREATE INDEX revisions_seen ON revisions(seen_at);
CREATE TABLE utterance_versions (
    utterance_id TEXT NOT NULL,
    remark_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    label TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY (utterance_id, revision),
    FOREIGN KEY (remark_id, revision) REFERENCES revisions(remark_id, revision)
) STRICT;
CREATE INDEX utterance_versions_remark ON utterance_versions(remark_id, revision);
CREATE TABLE redirects (
    old_id TEXT PRIMARY KEY NOT NULL,
    new_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('split', 'merge')),
    since_revision INTEGER NOT NULL
) STRICT;
CREATE TABLE lines (
    revision_id INTEGER PRIMARY KEY REFERENCES revisions(id),
    line TEXT NOT NULL
) STRICT;
CREATE TABLE published (
    name TEXT PRIMARY KEY NOT NULL,
    bytes INTEGER NOT NULL,
    revision_id INTEGER NOT NULL
) STRICT;
""")


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
