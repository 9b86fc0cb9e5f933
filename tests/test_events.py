"""events.jsonl: what happened to the record, in lines that follow the database."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest
from support import ROOT, crawl
from test_faults import HOST, PAGE, VICTIM

from crawler.sample import Fault, SampleSite


def events(output):
    return [json.loads(line) for line in (output / "events.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    output = tmp_path_factory.mktemp("edited")
    with SampleSite(version="first") as site:
        crawl(site, output)
        site.version = "latest"
        return crawl(site, output)


def test_every_new_page_and_every_edit_is_an_event(edited):
    lines = events(edited.output)
    assert [line["event"] for line in lines] == list(range(1, len(lines) + 1))
    assert {line["kind"] for line in lines} == {"new", "text", "moved"}
    (moved,) = edited.rows("select count(*) from statuses where status = 'moved'")[0]
    assert len(lines) == len(edited.rows("select 1 from revisions")) + moved
    assert moved == 1
    news = [line for line in lines if line["kind"] == "new"]
    assert len(news) == len(edited.rows("select 1 from remarks"))
    assert all(line["changes"] == [] and line["words"] > 0 for line in news)


def edits(output):
    """What was edited: a transcript that got other labels, title and one word, and one with another number."""
    found = [line for line in events(output) if line["kind"] not in ("new", "moved")]
    return sorted(found, key=lambda line: "label" in line["kinds"], reverse=True)


def test_an_edit_tells_the_words_the_addresses_and_the_captures(edited):
    edit, number = edits(edited.output)
    assert [change["diff"] for change in number["changes"] if "Thirty" in change["diff"]]
    assert edit["revision"] == 2
    assert edit["url"].startswith("https://")
    urls = edited.rows("select url from captures where id in (?, ?)", edit["capture"], edit["capture_before"])
    assert len(urls) == 2
    relabelled = [change for change in edit["changes"] if "label_before" in change]
    assert relabelled
    assert all(change["label"] != change["label_before"] for change in relabelled)
    turns = dict(edited.rows("select id, label from utterances"))
    assert all(turns[change["turn"]] == change["label"] for change in relabelled)


def test_the_file_is_made_again_byte_for_byte(edited, site, tmp_path):
    output = tmp_path / "copy"
    shutil.copytree(edited.output, output)
    whole = (output / "events.jsonl").read_bytes()
    (output / "events.jsonl").unlink()
    run = crawl(site, output, since=None)
    assert run.status == 0
    assert (output / "events.jsonl").read_bytes() == whole


@pytest.mark.parametrize("cut", [1, 50, 700])
def test_half_a_line_is_cut_off_and_written_whole(cut, edited, site, tmp_path):
    output = tmp_path / "copy"
    shutil.copytree(edited.output, output)
    whole = (output / "events.jsonl").read_bytes()
    (output / "events.jsonl").write_bytes(whole[:-cut])
    run = crawl(site, output, since=None)
    assert run.status == 0
    assert (output / "events.jsonl").read_bytes() == whole


def test_gone_and_back_are_events(tmp_path):
    at_once = ["-s", "REMARKS_GONE_AFTER_HOURS=0", "-s", "REMARKS_RETRY_HOURS=0,0,0"]
    with SampleSite() as site:
        crawl(site, tmp_path, hosts=HOST)
        overdue(tmp_path)
        site.faults = [Fault(HOST, PAGE, "http404")]
        for _ in range(2):
            run = crawl(site, tmp_path, *at_once, since=None, hosts=HOST)
            assert (run.status, run.err) == (0, "")
        site.faults = []
        crawl(site, tmp_path, *at_once, since=None, hosts=HOST)
    told = [(line["kind"], line["url"]) for line in events(tmp_path) if line["kind"] != "new"]
    assert told == [("gone", VICTIM["url"]), ("restored", VICTIM["url"])]


def overdue(output):
    """Makes every page due for a look: the last one was years ago."""
    db = sqlite3.connect(output / "remarks.db")
    with db:
        db.execute("update captures set fetched_at = '2020' || substr(fetched_at, 5) where remark_id is not null")
        db.execute("update remarks set first_seen_at = '2020' || substr(first_seen_at, 5)")
    db.close()


def status(output, *words):
    line = [sys.executable, "-m", "scrapy", "status", "-s", f"REMARKS_OUTPUT={output}", *words]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_status_tells_the_changes_word_by_word(edited):
    done = status(edited.output, "--changes")
    assert (done.returncode, done.stderr) == (0, "")
    words = " ".join(done.stdout.split())
    for edit in edits(edited.output):
        assert edit["url"] in done.stdout
        for change in edit["changes"]:
            assert " ".join(change["diff"].split()) in words
            if "label_before" in change:
                assert f"[-{change['label_before']}-] {{+{change['label']}+}}" in words
    assert "3 changes" in done.stdout


def test_status_tells_changes_since_a_day(edited):
    assert "0 changes; 0 new remarks" in status(edited.output, "--changes", "--since", "2999-01-01").stdout
    assert status(edited.output, "--changes", "--since", "yesterday").returncode == 2


def test_status_tells_what_is_overdue_and_the_figures(edited, tmp_path):
    shutil.copytree(edited.output, tmp_path / "late")
    overdue(tmp_path / "late")
    told = status(tmp_path / "late", "--full").stdout
    assert re.search(r"www\.state\.gov: \d+ overdue, the longest since 20", told)
    assert "drift: none" in told
    assert re.search(r"wordpress_2025, \d+ pages: title 100%", told)
    assert "none overdue" in status(edited.output, "--full").stdout
