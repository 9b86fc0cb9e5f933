"""Which remarks have doubts: their share by template and year, the newest, and those that a run brought."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from crawler.transcript.validate import doubtful

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

COUNTS = "SELECT template, substr(date, 1, 4), count(*) FROM remarks GROUP BY 1, 2"
NEWEST = """
SELECT url, problems, template, substr(date, 1, 4) FROM remarks WHERE problems IS NOT NULL
ORDER BY last_seen_at DESC, date DESC, id
"""
# The remarks of which the run made a revision, each with the line of the revision before the run's first.
OF_RUN = """
WITH made AS (
    SELECT v.remark_id AS id, min(v.revision) AS first FROM captures c JOIN revisions v ON v.capture_id = c.id
    WHERE c.run_id = ? GROUP BY 1)
SELECT r.url, r.problems, (
    SELECT l.line FROM revisions b JOIN lines l ON l.revision_id = b.id
    WHERE b.remark_id = made.id AND b.revision < made.first ORDER BY b.revision DESC LIMIT 1)
FROM made JOIN remarks r ON r.id = made.id WHERE r.problems IS NOT NULL ORDER BY r.url
"""


class Share(NamedTuple):
    """Of the remarks of a template and a year, how many have a doubt or a fault."""

    template: str
    year: str | None
    remarks: int
    doubtful: int


def newest(db: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Address and doubts of each remark that has any, that seen last first."""
    for url, problems, _, _ in db.execute(NEWEST):
        if told := doubtful(json.loads(problems)):
            yield url, told


def shares(db: sqlite3.Connection) -> list[Share]:
    """By template, then year; those without a doubt, too."""
    having = Counter(
        (template, year) for _, problems, template, year in db.execute(NEWEST) if doubtful(json.loads(problems))
    )
    rows = [Share(template, year, count, having[template, year]) for template, year, count in db.execute(COUNTS)]
    return sorted(rows, key=lambda row: (row.template, row.year or ""))


def of_run(db: sqlite3.Connection, run_id: int) -> Iterator[tuple[str, list[str]]]:
    """Address and doubts of the remarks that the run stored anew or otherwise, those left out that stood before."""
    for url, problems, before in db.execute(OF_RUN, [run_id]):
        known = json.loads(before)["problems"] if before else []
        if told := [problem for problem in doubtful(json.loads(problems)) if problem not in known]:
            yield url, told
