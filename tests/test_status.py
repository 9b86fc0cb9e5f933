import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest
from scrapy.settings import Settings
from support import ROOT, crawl

from crawler import settings
from crawler.commands.status import ago, overview


def scrapy(*words):
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_status_tells_what_is_held_and_how_the_runs_ended(whole):
    done = scrapy("status", "--full", "-s", f"REMARKS_OUTPUT={whole.output}")
    assert (done.returncode, done.stderr) == (0, "")
    remarks, turns = whole.rows("select count(*), sum(utterance_count) from remarks where host = 'www.state.gov'")[0]
    assert f"www.state.gov: {remarks} remarks, {turns} turns" in done.stdout
    assert "refused: nothing" in done.stdout
    assert " ok: " in done.stdout


def test_status_fits_a_screen_with_the_verdict_first(whole):
    done = scrapy("status", "-s", f"REMARKS_OUTPUT={whole.output}")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert re.match(r"ok: the last run, of \d{4}-\d\d-\d\d \d\d:\d\d UTC, .* ago, went well$", lines[0])
    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    held = {line.split()[0]: line for line in lines if ".state.gov " in line}
    for host, *numbers in whole.rows("select host, count(*), sum(utterance_count) from remarks group by host"):
        assert [int(cell.replace(",", "")) for cell in held[host].split()[1:3]] == numbers
    (head,) = [line for line in lines if line.startswith("host ")]
    for name in ("remarks", "turns", "words", "missing", "first", "last"):
        end = head.index(f" {name}") + len(name) + 1
        assert all(line[end - 1].isalnum() and line[end : end + 1] in ("", " ") for line in held.values()), name
    assert lines[-1] == "more: scrapy status --full"


@pytest.mark.parametrize(
    ("change", "first", "words"),
    [
        ("update runs set verdict = 'degraded'", "degraded: ", ""),
        ("update runs set verdict = 'failed'", "failed: ", ""),
        ("update runs set verdict = null", "not ended: ", "did not end"),
        ("delete from runs", "no run yet", ""),
        (
            "update captures set outcome = 'gone' where outcome = 'ok'",
            "look: ",
            "refused, newest answer of an address: gone",
        ),
        ("update warc_files set trouble = 'is damaged'", "look: ", "archive: 1 WARC files are missing or not"),
        ("update captures set fetched_at = '2020-01-01T00:00:00Z'", "look: ", "second looks overdue: "),
        ("update remarks set problems = '[\"unknown label: X\"]'", "", "doubts: "),
    ],
    ids=["degraded", "failed", "killed", "no run", "refused", "archive", "looks", "doubts"],
)
def test_what_is_wrong_comes_first(change, first, words, whole, tmp_path):
    with closing(sqlite3.connect(whole.output / "remarks.db")) as held, closing(sqlite3.connect(":memory:")) as db:
        held.backup(db)
        db.row_factory = sqlite3.Row
        db.execute("pragma foreign_keys = off")
        db.execute(change)
        lines = list(overview(db, Settings(vars(settings) | {"REMARKS_OUTPUT": str(tmp_path)})))
    assert lines[0].startswith(first)
    assert words in "\n".join(lines)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(minutes=59), "less than an hour ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=3), "3 days ago"),
    ],
    ids=["minutes", "hours", "days"],
)
def test_how_long_ago_in_words(age, words):
    assert ago(age) == words


def test_status_of_nothing_says_so(tmp_path):
    done = scrapy("status", "-s", f"REMARKS_OUTPUT={tmp_path}")
    assert done.returncode == 1
    assert "nothing has been crawled yet" in done.stderr


def test_read_shows_a_saved_page(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("Official websites use .gov\n\nMR MARSH:  Good afternoon.\n\nQUESTION: Yes.\n")
    done = scrapy("read", str(page))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1  MR MARSH" in done.stdout
    assert "2  QUESTION  [press]\nYes." in done.stdout
    assert "removed by government_banner: Official websites use .gov" in done.stdout


def test_read_refuses_by_name(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<html><title>Hello</title><p>nothing known</p></html>")
    done = scrapy("read", str(page))
    assert done.returncode == 3
    assert "unknown_template" in done.stderr


def test_status_of_a_broken_database_is_one_line(tmp_path):
    (tmp_path / "remarks.db").write_bytes(b"no database at all, but long enough to be read as one" * 100)
    done = scrapy("status", "-s", f"REMARKS_OUTPUT={tmp_path}")
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_the_people_file_does_not_change_is_told(site, tmp_path):
    (tmp_path / "people_overrides.toml").write_text(
        "[[merge]]\nnames = ['Nobody Atall']\ninto = 'Ada Field'\nwhy = 'a slip'\n", "utf-8"
    )
    run = crawl(site, tmp_path, hosts="www.state.gov")
    assert (run.status, run.err) == (0, "")
    line = "people_overrides.toml: merge: nobody is named 'Nobody Atall'"
    (report,) = (tmp_path / "runs").glob("*.txt")
    assert line in report.read_text("utf-8")
    done = scrapy("status", "-s", f"REMARKS_OUTPUT={tmp_path}")
    assert (done.returncode, done.stderr) == (0, "")
    assert line in done.stdout
