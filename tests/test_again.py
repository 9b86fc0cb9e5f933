"""What later runs make up for: refused pages, indexes that could not be read, runs that were cut short."""

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from support import HOSTS, ROOT, crawl
from test_faults import HOST, PAGE, VICTIM

from crawler.sample import Fault, SampleSite, expected

SPOKEN = sum(bool(d["turns"]) for d in expected())
NOW = ["-s", "REMARKS_RETRY_HOURS=0,0,0"]


def urls(run):
    return [line["url"] for line in run.lines]


def wait_for_captures(output, least):
    """Until the run under way has stored so many answers."""
    for _ in range(600):
        time.sleep(0.05)
        if (output / "remarks.db").exists():
            db = sqlite3.connect(f"file:{output / 'remarks.db'}?mode=ro", uri=True)
            with contextlib.closing(db), contextlib.suppress(sqlite3.OperationalError):
                if db.execute("select count(*) from captures").fetchone()[0] >= least:
                    return
    pytest.fail("the run stored nothing in 30 seconds")


@pytest.mark.parametrize("mode", ["decoy200", "no_template", "impossible_date", "http404", "drop"])
def test_a_refused_page_is_asked_for_again_by_the_cron_line(mode, tmp_path):
    with SampleSite(faults=[Fault(HOST, PAGE, mode)]) as site:
        assert crawl(site, tmp_path, hosts=HOST).status == 3
        site.faults = []
        run = crawl(site, tmp_path, *NOW, since=None, hosts=HOST)
    assert (run.status, run.err) == (0, "")
    assert VICTIM["url"] in urls(run)


def test_until_it_is_due_the_run_says_that_it_waits(tmp_path):
    with SampleSite(faults=[Fault(HOST, PAGE, "decoy200")]) as site:
        crawl(site, tmp_path, hosts=HOST)
        asked = len(site.requests)
        run = crawl(site, tmp_path, since=None, hosts=HOST)
        assert VICTIM["url"] not in [request.url for request in site.requests[asked:]]
    assert run.status == 0
    assert "up to date but for pages refused before" in run.out
    assert "1 refused before" in run.out


def test_a_page_that_stays_bad_is_given_up_but_not_forgotten(tmp_path):
    with SampleSite(faults=[Fault(HOST, PAGE, "decoy200")]) as site:
        crawl(site, tmp_path, hosts=HOST)
        assert [
            crawl(site, tmp_path, "-s", "REMARKS_RETRY_HOURS=0", since=None, hosts=HOST).status for _ in range(2)
        ] == [3, 0]
        site.faults = []
        run = crawl(site, tmp_path, hosts=HOST)
    assert VICTIM["url"] in urls(run)


def test_an_index_that_failed_is_walked_again_as_far_back(tmp_path):
    with SampleSite(
        faults=[Fault(HOST, "^/press-releases/|sitemap|/feed/|wp-json|briefings/$|secretary-blinken/$", "block403")]
    ) as site:
        first = crawl(site, tmp_path, hosts=HOST)
        assert first.status in (1, 3)
        site.faults = []
        run = crawl(site, tmp_path, since=None, hosts=HOST)
    assert (run.status, run.err) == (0, "")
    assert VICTIM["url"] in urls(run)


def test_a_run_over_everything_that_was_killed_is_made_up_for_by_the_cron_line(site, tmp_path):
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", f"hosts={HOSTS}", "-a", "since=all"]
    line += ["-s", "DOWNLOAD_DELAY=0.3", "-s", f"REMARKS_OUTPUT={tmp_path}"]
    process = subprocess.Popen(
        line, cwd=ROOT, env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_for_captures(tmp_path, 5)
    process.kill()
    process.wait()
    run = crawl(site, tmp_path, since=None)
    assert (run.status, run.err) == (0, "")
    assert len(set(urls(run))) == SPOKEN


@pytest.mark.parametrize("signals", [1, 2])
def test_a_run_that_is_stopped_is_never_up_to_date(signals, site, tmp_path):
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", f"hosts={HOSTS}", "-a", "since=all"]
    line += ["-s", "DOWNLOAD_DELAY=0.5", "-s", f"REMARKS_OUTPUT={tmp_path}"]
    process = subprocess.Popen(
        line, cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for_captures(tmp_path, 4)
    for _ in range(signals):
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
    out, _ = process.communicate(timeout=60)
    assert process.returncode in (1, 3)
    assert "up to date" not in out
    run = crawl(site, tmp_path, since=None)
    assert (run.status, len(set(urls(run)))) == (0, SPOKEN)


def test_statements_are_found_when_the_types_are_widened(site, tmp_path):
    crawl(site, tmp_path, since=None, hosts="www.state.gov")
    days = ["-s", "REMARKS_FIRST_DAYS=3000"]
    narrow = {line["type"] for line in crawl(site, tmp_path, *days, since="2000-01-01", hosts="www.state.gov").lines}
    wide = crawl(site, tmp_path, *days, "-a", "types=all", since=None, hosts="www.state.gov")
    assert wide.status == 0
    assert {line["type"] for line in wide.lines} > narrow
    assert "Readout" in {line["type"] for line in wide.lines}


@pytest.mark.parametrize("mode", ["drop", "huge", "redirect_offsite", "block403", "garbage"])
def test_a_robots_file_that_cannot_be_had_is_named_once(mode, tmp_path):
    with SampleSite(faults=[Fault(HOST, "^/robots.txt$", mode)]) as site:
        run = crawl(site, tmp_path, hosts=HOST)
    assert run.status == 3
    assert "Traceback" not in run.err
    assert sum("robots.txt" in line for line in run.err.splitlines()) == 1


def test_a_lost_database_is_made_again_from_the_archive(site, tmp_path):
    first = crawl(site, tmp_path, hosts=HOST)
    lines = (tmp_path / "remarks.jsonl").read_bytes()
    remarks = first.rows("select * from remarks order by id")
    (tmp_path / "remarks.db").unlink()
    asked = len(site.requests)
    run = crawl(site, tmp_path, hosts=HOST)
    assert (run.status, run.err) == (0, "")
    assert not [request for request in site.requests[asked:] if request.url == VICTIM["url"]]
    assert run.rows("select * from remarks order by id") == remarks
    assert (tmp_path / "remarks.jsonl").read_bytes() == lines
    report = json.loads(max((tmp_path / "runs").glob("*-2.json")).read_text())
    assert any("answers were in the archive alone" in notice for notice in report["notices"])


def test_a_lost_database_and_another_file_of_lines_is_told(site, tmp_path):
    crawl(site, tmp_path, hosts=HOST)
    (tmp_path / "remarks.db").unlink()
    (tmp_path / "remarks.jsonl").write_text('{"another": "file"}\n')
    run = crawl(site, tmp_path, hosts=HOST)
    assert run.status == 3
    assert "remarks.jsonl" in run.err
    assert (tmp_path / "remarks.jsonl.1").exists()


@pytest.mark.parametrize(
    "word",
    ["REMARKS_MAX_PAGE_BYTES=abc", "REMARKS_FIRST_DAYS=9999999", "REMARKS_RETRIES=-1", "REMARKS_OUTPUT=",
     "REMARKS_TYPO=1", "REMARKS_USER_AGENT=a{b}", "REMARKS_RETRY_HOURS=soon"],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_wrong_usage(word, tmp_path):
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-s", f"REMARKS_OUTPUT={tmp_path / 'x'}", "-s", word]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert word.split("=")[0] in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()
