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
