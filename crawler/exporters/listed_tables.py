"""Step 9: what indexes and pages name, as SQL of the schema (schema.py). Data only."""

from __future__ import annotations

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
