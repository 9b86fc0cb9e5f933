"""Step 9: the SQL of the first migrations (schema.py): runs, people, remarks and their history. Data only."""

from __future__ import annotations

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
