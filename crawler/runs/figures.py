"""Step 9, read back: what the pages read last have, for drift.py. Reads only."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from crawler.runs.drift import BASELINE_PAGES, Answer, Drift, Sample, broken_parts, figures, find_drift, lost
from crawler.transcript.validate import doubtful

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

Row = dict[str, Any]

#: So many captures are looked back: half a year of runs, and bounded work.
MOST_CAPTURES = 20_000
#: A turn of an interview or a briefing that is longer on average is several that were not parted.
MOST_WORDS_A_TURN = 600
LEAST_WORDS = 25
UNREAD = ("broken", "unknown_template", "ambiguous_template", "cut_off")

# The pages that were parsed, the youngest first, as they were read last.
PAGES = """
SELECT r.template, r.host, r.url, r.title, r.type, r.date, r.byline,
    coalesce(r.place, r.venue) AS place, r.published_at, r.modified_at, r.language, r.utterance_count, r.word_count,
    r.problems, (SELECT max(wp_id) FROM urls WHERE remark_id = r.id) AS wp_id,
    EXISTS (SELECT 1 FROM utterances u WHERE u.remark_id = r.id AND u.label IS NOT NULL) AS labels
FROM captures c JOIN remarks r ON r.id = c.remark_id
WHERE c.id > (SELECT max(id) FROM captures) - :most AND c.outcome IN ('ok', 'unchanged') AND c.template IS NOT NULL
    AND c.fetched_at >= :since AND c.via = 'live'
GROUP BY r.id ORDER BY r.template, r.date DESC, max(c.id) DESC
"""
# Every answer that was a page, newest first.
ANSWERS = """
SELECT substr(url, 9, instr(substr(url, 9) || '/', '/') - 1) AS host, url, run_id, outcome, reason,
    template FROM captures
WHERE id > (SELECT max(id) FROM captures) - :most AND fetched_at >= :since AND via = 'live'
    AND (outcome IN ('broken', 'unknown_template', 'ambiguous_template', 'cut_off')
        OR (outcome IN ('ok', 'unchanged') AND template IS NOT NULL))
ORDER BY host, id DESC
"""
# The pages that a run read again: their line before and now (the same, where nothing changed).
AGAIN = """
SELECT c.template, c.url, coalesce(b.line, l.line) AS before, l.line AS now
FROM captures c JOIN remarks r ON r.id = c.remark_id
JOIN revisions v ON v.remark_id = r.id AND v.revision = r.revision JOIN lines l ON l.revision_id = v.id
LEFT JOIN revisions w ON w.remark_id = r.id AND w.revision = r.revision - 1 AND v.capture_id = c.id
LEFT JOIN lines b ON b.revision_id = w.id
WHERE c.run_id = :run AND c.outcome IN ('ok', 'unchanged') AND c.template IS NOT NULL
    AND NOT (v.revision = 1 AND v.capture_id = c.id)
"""
LINE_FIELDS = ("title", "type", "date", "byline", "place", "language")


def drifts(db: sqlite3.Connection, run_id: int, since: str = "") -> list[Drift]:
    """What fell, over the newest pages as they were read last; pages fetched before `since` (ISO) do not count."""
    at = {"most": MOST_CAPTURES, "since": since}
    rows = _rows(db, PAGES, at)
    found = [drift for part in (_of_templates(rows), _of_hosts(rows), _of_answers(db, at, run_id)) for drift in part]
    return found + list(_lost(db, run_id))


def samples(db: sqlite3.Connection, since: str = "") -> dict[str, list[Sample]]:
    """The pages of each template with their figures, the youngest first."""
    rows = _rows(db, PAGES, {"most": MOST_CAPTURES, "since": since})
    return {str(name): [_sample(row) for row in some] for name, some in groupby(rows, key=itemgetter("template"))}


def _of_templates(rows: list[Row]) -> Iterator[Drift]:
    for template, some in groupby(rows, key=itemgetter("template")):
        floors = {figure.name: figure.floor_of(template) for figure in figures()}
        yield from find_drift(template, [_sample(row) for row in some], floors)


def _of_hosts(rows: list[Row]) -> Iterator[Drift]:
    """Whether the pages of a host are still of the template that they were of."""
    for host, some in groupby(sorted(rows, key=itemgetter("host")), key=itemgetter("host")):
        pages = sorted(some, key=lambda row: row["date"] or "", reverse=True)
        names = {row["template"] for row in pages}
        told = [Sample(row["url"], {name: row["template"] == name for name in names}) for row in pages]
        yield from find_drift(host, told, dict.fromkeys(sorted(names)))


def _of_answers(db: sqlite3.Connection, at: Row, run_id: int) -> Iterator[Drift]:
    """Whether the pages of a host are read at all, and which part is missing where they are not."""
    for host, some in groupby(_rows(db, ANSWERS, at), key=itemgetter("host")):
        rows = list(some)
        usual, of_page = _usual(rows)
        answers = [Answer(row["url"], _fault(row), of_page.get(row["url"], usual)) for row in rows]
        new = [answer for answer, row in zip(answers, rows, strict=True) if row["run_id"] == run_id]
        yield from broken_parts(host, new)
        told = [Sample(answer.url, {"template": answer.reason is None}) for answer in answers]
        yield from find_drift(host, told, {"template": 0.8})


def _usual(rows: list[Row]) -> tuple[str | None, dict[str, str]]:
    """The template of most of the pages that were read last, and that of each page, newest first."""
    read = [row for row in rows if _fault(row) is None]
    newest = Counter(row["template"] for row in read[:BASELINE_PAGES])
    return max(newest, key=newest.__getitem__, default=None), {row["url"]: row["template"] for row in reversed(read)}


def _fault(row: Row) -> str | None:
    """Why a page could not be read."""
    return str(row["reason"]) if row["outcome"] in UNREAD else None


def _lost(db: sqlite3.Connection, run_id: int) -> Iterator[Drift]:
    """What pages read again in this run no longer have."""
    rows = sorted(_rows(db, AGAIN, {"run": run_id}), key=itemgetter("template"))
    for template, some in groupby(rows, key=itemgetter("template")):
        pages = [(row["url"], _line(row["before"]), _line(row["now"])) for row in some]
        for field in (*LINE_FIELDS, "turns"):
            yield from lost(template, [(url, before[field], now[field]) for url, before, now in pages], field)


def _line(text: str) -> dict[str, bool]:
    line = json.loads(text)
    return {name: line[name] is not None for name in LINE_FIELDS} | {"turns": len(line["utterances"]) > 0}


def _sample(row: Row) -> Sample:
    turns, words, problems = row["utterance_count"], row["word_count"], row["problems"] or ""
    names = ("title", "type", "date", "byline", "place", "wp_id", "language", "published_at", "modified_at")
    has = {name: row[name] is not None for name in names}
    has |= {"turns": turns > 0, "several_turns": turns > 1, "labels": bool(row["labels"])}
    has |= {"short_turns": turns > 0 and words / turns <= MOST_WORDS_A_TURN, "text": words >= LEAST_WORDS}
    has |= {"no_doubt": not doubtful(json.loads(problems or "[]")), "known_boxes": "unknown_box" not in problems}
    fitting = {figure.name for figure in figures() if not figure.types or row["type"] in figure.types}
    return Sample(row["url"], {name: value for name, value in has.items() if name in fitting})


def _rows(db: sqlite3.Connection, sql: str, at: Row) -> list[Row]:
    cursor = db.execute(sql, at)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
