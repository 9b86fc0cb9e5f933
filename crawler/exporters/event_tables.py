"""Step 9: the tables of events, and the triggers that fill them; part of the schema (schema.py)."""

from __future__ import annotations

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
