"""Step 9: what the roster adds to the tables. SQL only; a migration of schema.py runs it."""

from __future__ import annotations

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
