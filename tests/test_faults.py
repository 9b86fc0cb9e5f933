"""Bad input, end to end: each ends as a named outcome with the page kept, never as an empty remark or a silent 0."""

import json
import resource
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from support import HOSTS, ROOT, crawl

from crawler.archive.reader import read_at
from crawler.sample import Fault, SampleSite, expected

HOST = "2021-2025.state.gov"
# A page of that host alone.
VICTIM = next(d for d in expected() if d["name"] == "footnotes")
PAGE = "^" + VICTIM["url"].removeprefix(f"https://{HOST}") + "$"


def read_with(mode, tmp_path, path=PAGE, **more):
    with SampleSite(faults=[Fault(HOST, path, mode, **more)]) as site:
        return crawl(site, tmp_path, hosts=HOST)


def captures(run, outcome):
    return run.rows(
        "select url, reason, status, warc_file, warc_offset, bytes from captures where outcome = ?", outcome
    )


@pytest.mark.parametrize(
    ("mode", "outcome", "said"),
    [
        ("decoy200", "decoy", "echnical"),
        ("block403", "blocked", "403"),
        ("http404", "gone", "404"),
        ("http410", "gone", "410"),
        ("garbage", "not_text", ""),
        ("pdf", "not_text", ""),
        ("empty200", "empty", ""),
        ("huge", "too_large", "20000000"),
        ("huge_unannounced", "too_large", "20000000"),
        ("no_template", "unknown_template", "no template"),
        ("two_templates", "ambiguous_template", "both"),
        ("impossible_date", "broken", "February 31"),
        ("redirect_offsite", "offsite", "offsite.invalid"),
        ("redirect_loop", "unreachable", "redirect"),
        ("http500", "unreachable", "500"),
        ("http503", "blocked", "503"),
        ("http429", "blocked", "429"),
        ("drop", "unreachable", ""),
        ("truncate", "unreachable", ""),
    ],
)
def test_a_bad_page_is_a_named_outcome_and_the_rest_is_stored(mode, outcome, said, tmp_path):
    run = read_with(mode, tmp_path)
    assert run.status == 3
    assert outcome in run.err
    assert VICTIM["url"] in run.err
    found = captures(run, outcome)
    assert len(found) == 1
    url, reason, status, file, offset, _ = found[0]
    assert url == VICTIM["url"]
    assert said in reason
    assert VICTIM["url"] not in [line["url"] for line in run.lines]
    assert len(run.lines) > 3
    assert "degraded" in run.out
    if status:
        assert read_at(run.output / "warc" / file, offset).url == url


def test_no_fault_leaves_an_empty_row(tmp_path):
    modes = ["decoy200", "empty200", "no_template", "garbage", "impossible_date", "two_templates"]
    faults = [Fault(HOST, path, mode) for mode, path in zip(modes, map("{}".format, paths()), strict=False)]
    with SampleSite(faults=faults) as site:
        run = crawl(site, tmp_path, "-a", "types=all", hosts=HOST)
    assert run.status == 3
    assert run.rows("select count(*) from remarks where coalesce(text, '') = '' or title = ''") == [(0,)]
    assert run.rows("select count(*) from captures where outcome = 'fetched'") == [(0,)]
    refused = sum(n for outcome, n in run.outcomes().items() if outcome not in ("ok", "index", "unchanged", "robots"))
    assert refused == len(faults)


def paths():
    urls = [d["url"] for d in expected() if d["url"].startswith(f"https://{HOST}")]
    return [f"^{url.removeprefix(f'https://{HOST}')}$" for url in urls]


@pytest.mark.parametrize("mode", ["http429", "http500", "http503", "drop", "truncate"])
def test_what_passes_is_asked_again(mode, tmp_path):
    run = read_with(mode, tmp_path, times=1)
    assert (run.status, run.err) == (0, "")
    assert VICTIM["url"] in [line["url"] for line in run.lines]


@pytest.mark.parametrize("mode", ["no_items", "decoy200", "empty200", "block403", "garbage", "no_template"])
def test_a_bad_listing_is_never_a_silent_nothing(mode, tmp_path):
    run = read_with(mode, tmp_path, path="^/press-releases/$")
    assert run.status == 3
    assert "press-releases" in run.err
    # The sitemap names the pages that the listing did not.
    assert VICTIM["url"] in [line["url"] for line in run.lines]


def test_a_host_that_refuses_everything_fails_the_run(tmp_path):
    with SampleSite(faults=[Fault(HOST, "", "block403")]) as site:
        run = crawl(site, tmp_path, "-s", "REMARKS_FALLBACK=none", hosts=HOST)
    assert run.status == 1
    assert "blocked" in run.err
    assert run.rows("select count(*) from remarks") == [(0,)]
    assert run.rows("select verdict from runs") == [("failed",)]


@pytest.mark.parametrize("path", [r"/feed/", r"sitemap_index", r"wp-json"])
def test_a_page_where_an_index_was_asked_is_refused_by_name(path, tmp_path):
    with SampleSite(faults=[Fault("www.state.gov", path, "html_for_json")]) as site:
        run = crawl(site, tmp_path, hosts="www.state.gov")
    assert run.status == 3
    assert "decoy" in run.err or "not_text" in run.err or "bad_index" in run.err


def test_a_robots_file_that_is_a_block_page_is_named(tmp_path):
    run = read_with("decoy200", tmp_path, path="^/robots.txt$")
    assert run.status == 3
    assert "robots.txt" in run.err


def test_markup_in_a_title_comes_out_as_text(whole):
    document = next(d for d in expected() if d["name"] == "markup_in_title")
    line = next(line for line in whole.lines if line["url"] == document["url"])
    assert line["title"] == document["title"]
    assert "<" in line["title"]


def test_a_listing_that_goes_on_beyond_the_cap_degrades_the_run(tmp_path):
    with SampleSite() as site:
        run = crawl(site, tmp_path, "-s", "REMARKS_MAX_INDEX_PAGES=1", hosts=HOST)
    assert run.status == 3
    assert "the most allowed" in run.err


def limit_file_size(limit):
    def apply():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return apply


@pytest.mark.parametrize("kilobytes", [40, 200, 330])
def test_a_full_disk_stops_the_run_with_a_clear_word(kilobytes, site, tmp_path):
    run = crawl(site, tmp_path, preexec_fn=limit_file_size(kilobytes * 1024))
    assert run.status == 1
    assert "Traceback" not in run.err
    assert any(word in run.err for word in ("too large", "disk", "full", "I/O"))
    again = crawl(site, tmp_path)
    assert (again.status, again.err) == (0, "")
    assert again.rows("pragma integrity_check") == [("ok",)]
    assert len(again.lines) == len({line["id"] for line in again.lines}) == sum(bool(d["turns"]) for d in expected())


@pytest.mark.parametrize("seconds", [0.7, 0.9, 1.1, 1.3])
def test_a_killed_run_loses_nothing_and_writes_nothing_twice(seconds, site, tmp_path):
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", f"hosts={HOSTS}", "-a", "since=all"]
    line += ["-s", "DOWNLOAD_DELAY=0", "-s", f"REMARKS_OUTPUT={tmp_path}"]
    process = subprocess.Popen(
        line, cwd=ROOT, env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(seconds)
    process.kill()
    process.wait()
    again = crawl(site, tmp_path)
    assert (again.status, again.err) == (0, "")
    assert again.rows("pragma integrity_check") == [("ok",)]
    ids = [line["id"] for line in again.lines]
    assert len(ids) == len(set(ids)) == sum(bool(d["turns"]) for d in expected())
    assert sorted(ids) == sorted(id for (id,) in again.rows("select id from remarks"))


def test_a_reader_does_not_stop_a_run(site, tmp_path):
    first = crawl(site, tmp_path, since="2026-01-01")
    assert first.status == 0
    with sqlite3.connect(tmp_path / "remarks.db") as reader:
        reader.execute("begin")
        held = reader.execute("select count(*) from utterances").fetchone()
        run = crawl(site, tmp_path)
        assert (run.status, run.err) == (0, "")
        assert reader.execute("select count(*) from utterances").fetchone() == held
    reader.close()


def test_every_run_leaves_a_report(tmp_path):
    run = read_with("decoy200", tmp_path)
    (path,) = (run.output / "runs").glob("*.json")
    report = json.loads(path.read_text("utf-8"))
    assert report["verdict"] == "degraded"
    assert any(VICTIM["url"] in line for line in report["refusals"])
    assert report["counts"]["decoy"] == 1
