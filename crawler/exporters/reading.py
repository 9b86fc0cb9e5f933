"""Step 9: the indexes that the site for readers needs. SQL only; a migration of schema.py runs it.

What the site counts and draws is read from these alone: the rows of remarks hold whole texts, and touching a hundred
thousand of them takes seconds.
"""

from __future__ import annotations

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
