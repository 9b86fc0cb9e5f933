"""Step 9: the tables and views of who speaks. SQL only; the migrations of schema.py run it."""

from __future__ import annotations

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
INSERT INTO namings
    SELECT plain, name, '', '', first_date, first_date, source, plain FROM people WHERE roster = 0;
INSERT OR IGNORE INTO namings
    SELECT plain, spelled.value, '', '', first_date, first_date, source, plain
    FROM people, json_each(other_names) spelled WHERE roster = 0;
DELETE FROM editions WHERE name = 'roster';
"""
