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

from crawler.exporters.sqlite.columns import COLUMNS
from crawler.exporters.sqlite.former_ids import one_row_a_name
from crawler.exporters.sqlite.joining import note_all

# ---- first tables ----
# Step 9: the SQL of the first migrations (schema.py): runs, people, remarks and their history. Data only.


RUNS_AND_CAPTURES = """
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
"""

PEOPLE_AND_OFFICES = """
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
"""

SPEECH = """
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
"""

HISTORY = """
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
"""


# ---- event tables ----
# Step 9: the tables of events, and the triggers that fill them; part of the schema (schema.py).


EVENTS = """
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    remark_id TEXT NOT NULL REFERENCES remarks(id),
    revision_id INTEGER UNIQUE REFERENCES revisions(id),
    status_id INTEGER UNIQUE REFERENCES statuses(id),
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    at TEXT NOT NULL,
    CHECK ((revision_id IS NULL) <> (status_id IS NULL))
) STRICT;
CREATE INDEX events_remark ON events(remark_id);
CREATE INDEX events_at ON events(at);
CREATE TABLE event_lines (
    event_id INTEGER PRIMARY KEY REFERENCES events(id),
    line TEXT NOT NULL
) STRICT;
INSERT INTO events (remark_id, revision_id, status_id, capture_id, at)
    SELECT remark_id, id, NULL, capture_id, seen_at FROM revisions WHERE change <> 'parser'
    UNION ALL SELECT remark_id, NULL, id, capture_id, seen_at FROM statuses ORDER BY 4, 2;
CREATE TRIGGER events_revision AFTER INSERT ON revisions WHEN new.change <> 'parser' BEGIN
    INSERT INTO events (remark_id, revision_id, capture_id, at)
    VALUES (new.remark_id, new.id, new.capture_id, new.seen_at);
END;
CREATE TRIGGER events_status AFTER INSERT ON statuses BEGIN
    INSERT INTO events (remark_id, status_id, capture_id, at)
    VALUES (new.remark_id, new.id, new.capture_id, new.seen_at);
END;
"""


# ---- listed tables ----
# Step 9: what indexes and pages name, as SQL of the schema (schema.py). Data only.


LISTED = """
CREATE TABLE listed (
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    type TEXT,
    speech INTEGER CHECK (speech IN (0, 1)),
    date TEXT,
    first_listed_at TEXT NOT NULL,
    last_listed_at TEXT NOT NULL,
    PRIMARY KEY (host, path, source)
) STRICT, WITHOUT ROWID;
"""

PUBLISHED = """
ALTER TABLE listed ADD COLUMN published_at TEXT CHECK (published_at GLOB '????-??-??T*Z');
"""

TRANSLATIONS = """
ALTER TABLE remarks ADD COLUMN original_url TEXT;
CREATE VIEW translations AS
SELECT r.id, r.language, r.title, r.url, r.original_url, (
    SELECT u.remark_id FROM urls u WHERE u.url = r.original_url AND u.remark_id <> r.id
    ORDER BY u.canonical DESC, u.last_seen_at DESC LIMIT 1) AS original_id
FROM remarks r WHERE r.original_url IS NOT NULL OR r.language NOT LIKE 'en%';
"""


# ---- roster schema ----
# Step 9: what the roster adds to the tables. SQL only; a migration of schema.py runs it.


ROSTER = """
ALTER TABLE people ADD COLUMN born INTEGER;
ALTER TABLE people ADD COLUMN roster INTEGER NOT NULL DEFAULT 0 CHECK (roster IN (0, 1));
ALTER TABLE offices ADD COLUMN country TEXT;
ALTER TABLE offices ADD COLUMN kind TEXT;
ALTER TABLE offices ADD COLUMN roster INTEGER NOT NULL DEFAULT 0 CHECK (roster IN (0, 1));
ALTER TABLE terms ADD COLUMN ended INTEGER NOT NULL DEFAULT 1 CHECK (ended IN (0, 1));
CREATE INDEX terms_person ON terms(person_id, start_date);
CREATE TABLE editions (
    name TEXT PRIMARY KEY NOT NULL,
    digest INTEGER NOT NULL
) STRICT;
"""


# ---- search tables ----
# Step 9: the full-text index of a table, and the triggers that keep it; part of the schema (schema.py).


def search_sql(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(columns)
    new, old = (", ".join(f"{side}.{c}" for c in ("rowid", *columns)) for side in ("new", "old"))
    forget = f"INSERT INTO {table}_fts({table}_fts, rowid, {names}) VALUES ('delete', {old});"  # noqa: S608
    learn = f"INSERT INTO {table}_fts(rowid, {names}) VALUES ({new});"  # noqa: S608
    return f"""
CREATE VIRTUAL TABLE {table}_fts USING fts5({names}, content="{table}", content_rowid="rowid",
    tokenize='porter unicode61 remove_diacritics 2');
CREATE TRIGGER {table}_fts_insert AFTER INSERT ON {table} BEGIN {learn} END;
CREATE TRIGGER {table}_fts_delete AFTER DELETE ON {table} BEGIN {forget} END;
CREATE TRIGGER {table}_fts_update AFTER UPDATE OF rowid, {names} ON {table}
    WHEN ({old}) IS NOT ({new}) BEGIN {forget} {learn} END;
"""


# ---- speakers schema ----
# Step 9: the tables and views of who speaks. SQL only; the migrations of schema.py run it.


EXCHANGES = """
CREATE TABLE exchanges (
    question_id TEXT PRIMARY KEY NOT NULL REFERENCES utterances(id) ON DELETE CASCADE,
    remark_id TEXT NOT NULL REFERENCES remarks(id),
    answer_id TEXT REFERENCES utterances(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    follow_up_of TEXT REFERENCES utterances(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX exchanges_remark ON exchanges(remark_id);
CREATE INDEX exchanges_answer ON exchanges(answer_id) WHERE answer_id IS NOT NULL;
CREATE INDEX exchanges_follow_up ON exchanges(follow_up_of) WHERE follow_up_of IS NOT NULL;
ALTER TABLE utterances ADD COLUMN organization TEXT;
"""

VIEWS = """
CREATE VIEW statements AS
SELECT u.id AS utterance_id, p.name AS person, o.name AS office, u.organization, u.speaker_role, r.date, u.label,
       u.text, u.word_count, r.title, r.url, u.remark_id, u.position, u.person_id, u.office_id
FROM utterances u
JOIN people p ON p.id = u.person_id
JOIN remarks r ON r.id = u.remark_id
LEFT JOIN offices o ON o.id = u.office_id;

CREATE VIEW speakers AS
SELECT p.id AS person_id, p.name AS person, count(*) AS turns, sum(u.word_count) AS words,
       count(DISTINCT u.remark_id) AS remarks, min(r.date) AS first_date, max(r.date) AS last_date,
       group_concat(DISTINCT u.speaker_role) AS roles
FROM utterances u
JOIN people p ON p.id = u.person_id
JOIN remarks r ON r.id = u.remark_id
GROUP BY p.id;

CREATE VIEW unresolved_labels AS
SELECT u.label, r.host, count(*) AS turns, count(DISTINCT r.id) AS pages, min(r.date) AS first_date,
       max(r.date) AS last_date, a.evidence AS why, min(r.url) AS example
FROM attributions a
JOIN utterances u ON u.id = a.utterance_id
JOIN remarks r ON r.id = u.remark_id
WHERE a.rank = 1 AND a.method IN ('none', 'ambiguous')
GROUP BY u.label, r.host, a.evidence
ORDER BY turns DESC, u.label;
"""

# A suggestion, not an attribution: what a page does not tell cannot be read off another one's rows without making the
# order of fetching, and each edit of a neighbour, part of the record. A view follows its tables, whatever their order.
NEAR = """
CREATE VIEW near_pages AS
SELECT u.label, r.id AS remark_id, r.url, r.date, count(*) AS turns, near.person, near.office, 'near_pages' AS method,
       0.5 AS confidence, CAST(substr(near.nearest, 1, 1) AS INTEGER) AS days, substr(near.nearest, 14) AS near_url,
       substr(near.nearest, 14) || ' of ' || substr(near.nearest, 3, 10) || ' names ' || near.person AS evidence
FROM attributions a
JOIN utterances u ON u.id = a.utterance_id
JOIN remarks r ON r.id = u.remark_id
JOIN (
    SELECT lost.remark_id, lost.label, min(p.name) AS person, min(o.name) AS office,
           min(CAST(abs(julianday(r2.date) - julianday(lost.date)) AS INTEGER) || ' ' || r2.date || ' ' || r2.url)
               AS nearest
    FROM (
        SELECT DISTINCT u.remark_id, u.label, r.host, r.date
        FROM attributions a
        JOIN utterances u ON u.id = a.utterance_id
        JOIN remarks r ON r.id = u.remark_id
        WHERE a.rank = 1 AND a.method = 'none' AND r.date IS NOT NULL
    ) lost
    JOIN remarks r2 ON r2.host = lost.host AND r2.id <> lost.remark_id
        AND r2.date BETWEEN date(lost.date, '-3 days') AND date(lost.date, '+3 days')
    JOIN utterances u2 ON u2.remark_id = r2.id AND u2.label = lost.label AND u2.person_id IS NOT NULL
    JOIN attributions a2 ON a2.utterance_id = u2.id AND a2.rank = 1 AND a2.confidence >= 0.9
    JOIN people p ON p.id = u2.person_id
    LEFT JOIN offices o ON o.id = u2.office_id
    GROUP BY lost.remark_id, lost.label
    HAVING count(DISTINCT p.name) = 1
) near ON near.remark_id = r.id AND near.label = u.label
WHERE a.rank = 1 AND a.method = 'none'
GROUP BY r.id, u.label
ORDER BY r.date, r.url, u.label;
"""

# What is stored already is taken for what the rows call it; the roster is filled in again, which joins the names.
NAMINGS = """
CREATE TABLE namings (
    plain TEXT NOT NULL,
    name TEXT NOT NULL,
    office TEXT NOT NULL,
    country TEXT NOT NULL,
    first_date TEXT,
    last_date TEXT,
    source TEXT NOT NULL,
    lead TEXT NOT NULL,
    PRIMARY KEY (name, office, country)
) STRICT;
CREATE INDEX namings_plain ON namings(plain);
CREATE INDEX namings_lead ON namings(lead);
CREATE INDEX namings_post ON namings(office, country);
ALTER TABLE attributions ADD COLUMN name TEXT;
UPDATE attributions SET name = (SELECT name FROM people WHERE id = person_id);
DELETE FROM editions WHERE name = 'roster';
"""


# ---- spelling tables ----
# Step 9: the SQL of the migration `spellings` (schema.py). Data only.


SPELLINGS = """
ALTER TABLE people ADD COLUMN plain TEXT;
ALTER TABLE people ADD COLUMN first_date TEXT;
ALTER TABLE offices ADD COLUMN other_names TEXT CHECK (other_names IS NULL OR json_valid(other_names));
ALTER TABLE offices ADD COLUMN plain TEXT;
ALTER TABLE offices ADD COLUMN first_date TEXT;
CREATE INDEX people_plain ON people(plain);
CREATE INDEX offices_plain ON offices(plain);
CREATE TABLE former_ids (
    kind TEXT NOT NULL CHECK (kind IN ('people', 'offices')),
    old_id TEXT NOT NULL,
    new_id TEXT NOT NULL,
    PRIMARY KEY (kind, old_id)
) STRICT;
"""


# ---- years ----
# Step 9: the SQL of the migration `years` (schema.py). Data only.


YEARS = """
ALTER TABLE revisions ADD COLUMN kinds TEXT CHECK (kinds IS NULL OR json_valid(kinds));
ALTER TABLE revisions ADD COLUMN thinner INTEGER NOT NULL DEFAULT 0 CHECK (thinner IN (0, 1));
ALTER TABLE captures ADD COLUMN reading TEXT;
ALTER TABLE urls ADD COLUMN last_capture_id INTEGER;
CREATE INDEX remarks_url ON remarks(url);
CREATE INDEX captures_warc ON captures(warc_file, warc_offset);
CREATE TABLE statuses (
    id INTEGER PRIMARY KEY,
    remark_id TEXT NOT NULL REFERENCES remarks(id),
    status TEXT NOT NULL CHECK (status IN ('live', 'moved', 'gone', 'restored')),
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    seen_at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX statuses_remark ON statuses(remark_id);
CREATE TABLE warc_files (
    name TEXT PRIMARY KEY NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
"""


# ---- reading ----
# Step 9: the indexes that the site for readers needs. SQL only; a migration of schema.py runs it.
#
# What the site counts and draws is read from these alone: the rows of remarks hold whole texts, and touching a hundred
# thousand of them takes seconds.


READING = """
CREATE INDEX remarks_counts ON remarks(rowid, date, type, host, utterance_count, word_count);
CREATE INDEX remarks_days ON remarks(id, date);
CREATE INDEX utterances_spoken ON utterances(person_id, remark_id, word_count) WHERE person_id IS NOT NULL;
DROP INDEX utterances_person;
CREATE INDEX remarks_original ON remarks(original_url) WHERE original_url IS NOT NULL;
CREATE INDEX utterances_unnamed ON utterances(label, speaker_role, remark_id)
    WHERE person_id IS NULL AND label IS NOT NULL;
CREATE INDEX utterances_podium ON utterances(remark_id, person_id, office_id, word_count)
    WHERE speaker_role = 'spokesperson';
CREATE INDEX remarks_gone ON remarks(last_seen_at) WHERE status IN ('gone', 'restored');
CREATE INDEX revisions_changed ON revisions(seen_at, id) WHERE change <> 'new';
"""

# Who speaks in a turn, by the row number that the full-text index gives: 28 bytes a turn, and a search with a speaker,
# an office or a role reads no texts.
FILTERING = """
CREATE INDEX utterances_filtered ON utterances(rowid, person_id, office_id, speaker_role);
"""


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
