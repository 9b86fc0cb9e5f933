"""Step 9: the SQL of the migration `years` (schema.py). Data only."""

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
