"""Step 9: the SQL of the migration `spellings` (schema.py). Data only."""

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
