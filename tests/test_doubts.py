"""The vocabulary of problems, and who tells of doubts: `scrapy status`, the run's report."""

import ast
import json
import re
import sqlite3
import tomllib

import pytest
from support import ROOT, crawl

from crawler.commands.status import doubts_report
from crawler.runs import doubts
from crawler.transcript.validate import doubtful, severities, severity

VOCABULARY = tomllib.loads((ROOT / "crawler/data/problems.toml").read_text("utf-8"))
SOURCES = sorted((ROOT / "crawler/transcript").rglob("*.py"))
NAME = re.compile(r"([a-z]+(?:_[a-z]+)*): ")
# Names that are put together.
MADE = {
    "{'taken' if taken else 'not_taken'}_for_label": {"taken_for_label", "not_taken_for_label"},
    "no_{name}": {"no_title", "no_date"},
    "{kind}": {"prelude", "foot"},
}
FORM = re.compile(r"""f["']((?:\w*\{[^}]*\}\w*)+): """)


def texts(path):
    """The strings of a module but for its docstrings; of an f-string what stands before its first value."""
    tree = ast.parse(path.read_text("utf-8"))
    passed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    formed = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    passed |= {id(part) for node in formed for part in node.values[1:]}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield node.value


def test_every_name_that_the_code_gives_is_in_the_vocabulary_and_no_other():
    emitted = {name for path in SOURCES for text in texts(path) for name in NAME.findall(text[:40]) if NAME.match(text)}
    made = {form for path in SOURCES for form in FORM.findall(path.read_text("utf-8")) if form in MADE}
    assert made == set(MADE)
    assert emitted | {name for names in MADE.values() for name in names} == set(VOCABULARY)


@pytest.mark.parametrize("name", VOCABULARY)
def test_each_name_has_a_severity_and_a_meaning(name):
    assert severities()[name] in {"note", "doubt", "fault"}
    assert VOCABULARY[name]["means"].endswith(".")
    assert severity(f"{name}: turn 3: why") == severities()[name]


def test_a_name_of_another_version_is_a_doubt():
    assert doubtful(["unread: byline", "of_another_version: turn 3"]) == ["of_another_version: turn 3"]


def held(rows):
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE remarks (id, url, template, date, last_seen_at, problems)")
    texts = [(n, f"u{n}", *row[:3], json.dumps(row[3]) if row[3] else None) for n, row in enumerate(rows)]
    db.executemany("INSERT INTO remarks VALUES (?, ?, ?, ?, ?, ?)", texts)
    db.row_factory = sqlite3.Row
    return db


def test_status_tells_shares_by_template_and_year_and_the_newest():
    db = held(
        [
            ("one", "2023-01-02", "2026-01-01", ["foot_line: 'Terns'"]),
            ("one", "2023-01-03", "2026-01-02", None),
            ("one", "2023-01-04", "2026-01-02", ["unread: byline"]),
            ("one", "2024-01-04", "2026-01-02", None),
            ("two", None, "2026-01-03", ["no_date: none", "unread: byline", "clip: no end"]),
        ]
    )
    assert list(doubts_report(db)) == [
        "doubts: remarks with a doubt, by template and year",
        "  one 2023: 1 of 3 (33.3%)",
        "  two without a date: 1 of 1 (100.0%)",
        "  u4: fault: no_date: none",
        "  u4: doubt: clip: no end",
        "  u0: doubt: foot_line: 'Terns'",
    ]
    assert list(doubts_report(held([("one", "2023-01-02", "2026-01-01", ["unread: byline"])]))) == ["doubts: none"]


def test_a_run_tells_its_new_doubts(site, tmp_path):
    first = crawl(site, tmp_path, hosts="www.state.gov")
    assert first.err == ""
    (report,) = (tmp_path / "runs").glob("*.json")
    told = json.loads(report.read_text("utf-8"))["doubts"]
    rows = first.rows("select url, problems from remarks where problems is not null")
    expected = [f"{url}: {severity(p)}: {p}" for url, problems in rows for p in doubtful(json.loads(problems))]
    assert sorted(told) == sorted(expected)
    text = report.with_suffix(".txt").read_text("utf-8")
    assert ("New doubts" in text) == bool(expected)


def test_a_doubt_that_stood_before_is_not_new():
    db = held([("one", "2023-01-02", "2026-01-01", ["clip: no end", "foot_line: 'Terns'", "unread: byline"])])
    db.executescript(
        "CREATE TABLE captures (id, run_id); CREATE TABLE revisions (id, remark_id, revision, capture_id);"
        "CREATE TABLE lines (revision_id, line); INSERT INTO captures VALUES (1, 1), (2, 2), (3, 2);"
        "INSERT INTO revisions VALUES (1, 0, 1, 1), (2, 0, 2, 2), (3, 0, 3, 3);"
        """INSERT INTO lines VALUES (1, '{"problems": ["clip: no end"]}'), (2, '{"problems": ["foot_line: Terns"]}');"""
    )
    assert list(doubts.of_run(db, 1)) == [("u0", ["clip: no end", "foot_line: 'Terns'"])]
    assert list(doubts.of_run(db, 2)) == [("u0", ["foot_line: 'Terns'"])]
    assert list(doubts.of_run(db, 3)) == []
