"""What a release holds and how good it is, in figures. Reads only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.exporters.corpus.snapshot import Snapshot

HOSTS = """
SELECT r.host, count(*) AS remarks, sum(r.utterance_count) AS turns, sum(r.word_count) AS words, min(r.date) AS first,
    max(r.date) AS last
FROM temp.chosen c JOIN remarks r ON r.id = c.id GROUP BY r.host ORDER BY r.host
"""
TYPES = """
SELECT r.type, count(*) AS remarks, sum(r.utterance_count) AS turns, sum(r.word_count) AS words
FROM temp.chosen c JOIN remarks r ON r.id = c.id GROUP BY r.type ORDER BY remarks DESC, r.type
"""
ROLES = """
SELECT u.speaker_role AS role, count(*) AS turns, sum(u.word_count) AS words, count(u.person_id) AS turns_with_person
FROM temp.chosen c CROSS JOIN utterances u ON u.remark_id = c.id GROUP BY 1 ORDER BY 1
"""
REVISED = """
SELECT v.change, count(*) AS revisions FROM temp.chosen c CROSS JOIN revisions v ON v.remark_id = c.id
GROUP BY 1 ORDER BY 1
"""
STATUS = "SELECT r.status, count(*) AS remarks FROM temp.chosen c JOIN remarks r ON r.id = c.id GROUP BY 1 ORDER BY 1"
PROBLEMS = "SELECT r.problems FROM temp.chosen c JOIN remarks r ON r.id = c.id WHERE r.problems IS NOT NULL"
# The newest answer of each address of the whole database: what could not be read is missing here.
UNREAD = """
SELECT outcome, count(*) AS addresses FROM captures c
WHERE outcome NOT IN ('ok', 'unchanged', 'index', 'robots', 'redirect', 'not_remarks', 'out_of_span')
    AND id = (SELECT max(id) FROM captures WHERE url = c.url) GROUP BY outcome ORDER BY outcome
"""
LAST_RUN = "SELECT verdict, versions FROM runs WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1"


def figures(snapshot: Snapshot) -> dict[str, Any]:
    """JSON values: totals, shares, and what is known to be missing or doubtful."""
    turns, words = snapshot.counts
    roles = _table(snapshot, ROLES)
    last = snapshot.one(LAST_RUN)
    with_person = sum(row["turns_with_person"] for row in roles)
    return {
        "as_of": snapshot.as_of,
        "remarks": snapshot.remarks,
        "turns": turns,
        "words": words,
        "written_releases": snapshot.without_turns[0],
        "turns_with_person_share": round(with_person / turns, 4) if turns else None,
        "hosts": _table(snapshot, HOSTS),
        "types": _table(snapshot, TYPES),
        "roles": roles,
        "status": _table(snapshot, STATUS),
        "revisions": _table(snapshot, REVISED),
        "remarks_to_check": _problems(snapshot),
        "addresses_not_read": _table(snapshot, UNREAD),
        "last_run_verdict": last["verdict"] if last else None,
        "program": json.loads(last["versions"]) if last else None,
    }


def _table(snapshot: Snapshot, sql: str) -> list[dict[str, Any]]:
    return [dict(row) for row in snapshot.rows(sql)]


def _problems(snapshot: Snapshot) -> dict[str, int]:
    """How many remarks have each problem, by the name before the colon."""
    counts: dict[str, int] = {}
    for row in snapshot.rows(PROBLEMS):
        for name in sorted({problem.split(":")[0] for problem in json.loads(row["problems"])}):
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))
