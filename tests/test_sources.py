"""The ways in beside the hosts, end to end: hosts that refuse, the Internet Archive, WARC files of others."""

import gzip
import pickle
import subprocess
import sys

import pytest
from support import ROOT, crawl

from crawler.archive.encodings import zstd
from crawler.archive.memento import as_states, judge_raw
from crawler.errors import Blocked, NotText, Rewritten, Unreachable
from crawler.items import Capture
from crawler.runs.sentinel import Sentinel, is_of_the_host
from crawler.sample import Fault, SampleSite, expected

HOST = "2021-2025.state.gov"
ARCHIVE = "web.archive.org"
SPOKEN = {d["url"] for d in expected() if d["turns"] and d["url"].startswith(f"https://{HOST}")}
ONCE = ["-s", "REMARKS_RETRIES=1"]


def asked(site, host):
    return [request for request in site.requests if request.asked.host == host]


def content(run):
    return sorted((r["id"], r["title"], [(u["id"], u["label"], u["text"]) for u in r["utterances"]]) for r in run.lines)


@pytest.mark.parametrize("mode", ["block403", "decoy200", "http429", "http503", "drop"])
def test_a_host_that_refuses_is_asked_a_handful_of_times_and_read_from_the_archive(mode, tmp_path):
    with SampleSite(faults=[Fault(HOST, "", mode)]) as site:
        run = crawl(site, tmp_path, hosts=HOST)
        assert len(asked(site, HOST)) <= 10
    assert run.status == 3
    assert f"{HOST}: asked nothing more" in run.err
    assert {line["url"] for line in run.lines} >= SPOKEN
    assert {(line["via"], line["archive_url"][:28]) for line in run.lines} == {
        ("wayback", "https://web.archive.org/web/")
    }
    assert run.rows("select count(*) from urls where url like '%archive.org%'") == [(0,)]
    assert run.rows(
        "select count(*) from captures where via = 'wayback' and outcome = 'ok' and archived_at is null"
    ) == [(0,)]


def test_the_newest_good_capture_is_taken_and_never_a_decoy(tmp_path):
    with SampleSite() as site:
        run = crawl(site, tmp_path, "-a", "source=wayback", hosts=HOST)
        again = crawl(site, tmp_path, "-a", "source=wayback", hosts=HOST)
        assert not asked(site, HOST)
    assert (run.status, run.err) == (again.status, again.err) == (0, "")
    assert {line["url"] for line in run.lines} >= SPOKEN
    assert run.rows("select count(*) from captures where outcome = 'decoy' and via = 'wayback'") == [(1,)]
    assert "no page downloaded" in again.out


def test_without_fallback_pages_wait_and_the_next_run_asks_for_them(tmp_path):
    with SampleSite(faults=[Fault(HOST, "^/(?!press-releases|robots|rss|sitemap|state_|wp-json)", "block403")]) as site:
        run = crawl(site, tmp_path, "-s", "REMARKS_FALLBACK=none", hosts=HOST)
        assert not asked(site, ARCHIVE)
        assert run.status == 3
        assert run.outcomes()["waiting"] > 1
        assert "left for a later run" in run.out
        site.faults = []
        again = crawl(site, tmp_path, "-s", "REMARKS_RETRY_HOURS=0,0,0", since=None, hosts=HOST)
        fresh = crawl(site, tmp_path.with_name("fresh"), hosts=HOST)
    assert again.status == 0
    assert content(again) == content(fresh)


@pytest.mark.parametrize("mode", ["block403", "http429", "http503", "drop", "decoy200"])
def test_where_the_archive_refuses_too_the_run_ends_and_nothing_is_lost(mode, tmp_path):
    with SampleSite(faults=[Fault(HOST, "", "block403"), Fault(ARCHIVE, "", mode)]) as site:
        run = crawl(site, tmp_path, hosts=HOST)
        assert run.status == 1
        assert not (tmp_path / "remarks.jsonl").exists()
        site.faults = []
        again = crawl(site, tmp_path, since=None, hosts=HOST)
    assert again.status == 0
    assert {line["url"] for line in again.lines} >= SPOKEN


def test_a_live_version_is_not_replaced_by_an_older_capture(tmp_path):
    with SampleSite(version="latest") as site:
        before = {line["id"]: line["revision"] for line in crawl(site, tmp_path, hosts=HOST).lines}
        site.version = "first"
        run = crawl(site, tmp_path, "-a", "source=wayback", "-a", "types=all", hosts=HOST)
    assert {line["id"]: line["revision"] for line in run.lines if line["via"] == "live"} == before
    assert run.rows("select count(*) from revisions where revision > 1") == [(0,)]


def record(url, body, status="200 OK", headers=(("Content-Type", "text/html; charset=UTF-8"),), **more):
    return url, body, status, headers, more


# in a process of its own: warcio leaves temporary files open, and warnings are errors here
WARCIO = """
import pickle, sys
from io import BytesIO
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
path, records, packed, date = pickle.load(sys.stdin.buffer)
with open(path, "wb") as stream:
    writer = WARCWriter(stream, gzip=packed)
    for url, body, status, headers, more in records:
        http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
        fields = {"WARC-Date": date, **more}
        writer.write_record(writer.create_warc_record(
            url, "response", payload=BytesIO(body), http_headers=http, warc_headers_dict=fields))
"""


def write_warc(path, records, *, packed=True, date="2026-11-01T00:00:00Z"):
    job = pickle.dumps((str(path), records, packed, date))
    subprocess.run([sys.executable, "-c", WARCIO], input=job, check=True)
    return path


@pytest.fixture(scope="module")
def pages(whole):
    """Address and body of every HTML page of the one crawl."""
    from crawler.archive.reader import read_at

    rows = whole.rows(
        "select url, warc_file, warc_offset from captures where outcome in ('ok', 'unchanged') "
        "and content_type like 'text/html%' order by id"
    )
    return [(url, read_at(whole.output / "warc" / file, offset).body) for url, file, offset in rows]


def from_warc(output, pattern, *more):
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", f"source=warc:{pattern}"]
    line += ["-s", f"REMARKS_OUTPUT={output}", *more]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120)
    from support import Crawl

    return Crawl(done.returncode, done.stdout, done.stderr, output)


def chunked(body):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:500], body[500:])) + b"0\r\n\r\n"


def addresses(run, remark_id):
    return {url for (url,) in run.rows("select url from urls where remark_id = ?", remark_id)}


@pytest.mark.parametrize("form", ["members", "plain", "whole_gzip", "zstd", "chunked", "gzipped"])
def test_a_warc_file_of_others_gives_the_same_remarks_as_the_crawl(form, whole, pages, tmp_path):
    kind = ("Content-Type", "text/html; charset=UTF-8")
    records = [record(url, body) for url, body in pages]
    if form == "chunked":
        records = [record(url, chunked(body), headers=(kind, ("Transfer-Encoding", "chunked"))) for url, body in pages]
    if form == "gzipped":
        records = [
            record(url, gzip.compress(body), headers=(kind, ("Content-Encoding", "gzip"))) for url, body in pages
        ]
    path = write_warc(tmp_path / "other.warc.gz", records, packed=form not in ("plain", "whole_gzip", "zstd"))
    if form == "whole_gzip":
        path.write_bytes(gzip.compress(path.read_bytes()))
    if form == "zstd":
        path = path.rename(tmp_path / "other.warc.zst")
        path.write_bytes(zstd.compress(path.read_bytes()))
    run = from_warc(tmp_path / "out", tmp_path / "*.warc*", "-a", "types=all")
    assert (run.status, run.err) == (0, "")
    html = {url for url, _ in pages}
    assert content(run) == [row for row in content(whole) if html & addresses(whole, row[0])]
    assert {line["via"] for line in run.lines} == {"warc"}
    own = from_warc(tmp_path / "again", tmp_path / "out" / "warc", "-a", "types=all")
    assert content(own) == content(run)


def test_what_is_no_state_page_is_passed_over_and_counted(pages, tmp_path):
    (url, body), *_ = pages
    others = [
        record("https://www.example.org/", body),
        record(url, body, status="301 Moved"),
        record(f"https://{HOST}/press-releases/", body),
        record("dns:www.state.gov", b"x"),
    ]
    write_warc(tmp_path / "a.warc.gz", [*others, record(url, body)])
    run = from_warc(tmp_path / "out", tmp_path / "a.warc.gz", "-a", "types=all")
    assert (run.status, len(run.lines)) == (0, 1)
    report = next((tmp_path / "out" / "runs").glob("*.json")).read_text("utf-8")
    for said in ("5 records", "1 other host", "1 status 301", "no address of a page"):
        assert said in report


def test_damage_is_named_and_never_half_a_remark(pages, tmp_path):
    (url, body), (cut_url, cut_body), *_ = pages
    bad = [
        record(cut_url, cut_body[:3000], **{"WARC-Truncated": "length"}),
        record(f"https://{HOST}/huge/", b"<p>" * 10_000_000),
        record(url, body),
    ]
    path = write_warc(tmp_path / "a.warc.gz", bad)
    (tmp_path / "torn.warc.gz").write_bytes(path.read_bytes()[:-900])
    (tmp_path / "none.warc.gz").write_bytes(b"not a WARC file at all")
    run = from_warc(tmp_path / "out", tmp_path, "-a", "types=all")
    assert run.status == 3
    for said in (
        "cut off when it was captured",
        "bytes",
        "no WARC record",
        "torn.warc.gz",
    ):
        assert said in run.err
    assert [line["url"] for line in run.lines] == [url]


def test_a_header_that_lies_about_its_length(pages, tmp_path):
    (url, body), *_ = pages
    path = write_warc(tmp_path / "a.warc", [record(url, body)], packed=False)
    length = f"Content-Length: {len(body)}"
    data = path.read_bytes()
    block = next(line for line in data.splitlines() if line.startswith(b"Content-Length: "))
    path.write_bytes(data.replace(block, b"Content-Length: 3000", 1))
    run = from_warc(tmp_path / "out", path, "-a", "types=all")
    assert run.status == 1, length
    assert "WARC-Block-Digest" in run.err
    assert not (tmp_path / "out" / "remarks.jsonl").exists() or not run.lines


def test_a_record_with_less_of_the_page_than_its_http_head_says_is_kept_and_refused_also_in_a_rebuild(pages, tmp_path):
    """The bytes may look whole: our own copy has no such head, so the archive is told."""
    (url, body), *_ = pages
    kind = ("Content-Type", "text/html; charset=UTF-8")
    short = record(url, body, headers=(kind, ("Content-Length", str(len(body) + 1))))
    path = write_warc(tmp_path / "a.warc.gz", [short])
    run = from_warc(tmp_path / "out", path, "-a", "types=all")
    assert (run.status, run.outcomes()) == (1, {"cut_off": 1})
    assert f"{len(body):,} bytes came of the {len(body) + 1}" in run.err
    check = [sys.executable, "-m", "scrapy", "reparse", "-s", f"REMARKS_OUTPUT={run.output}", "--check"]
    assert subprocess.run(check, cwd=ROOT, capture_output=True).returncode == 0


def test_an_older_record_never_replaces_a_newer_one(pages, tmp_path):
    (url, body), *_ = pages
    older = body.replace(b"</title>", b" older</title>").replace(
        b"featured-content__headline", b"featured-content__headline", 1
    )
    write_warc(tmp_path / "a-new.warc.gz", [record(url, body)], date="2026-11-02T00:00:00Z")
    write_warc(tmp_path / "b-old.warc.gz", [record(url, older.replace(b"the ", b"a ", 3))], date="2026-11-01T00:00:00Z")
    run = from_warc(tmp_path / "out", tmp_path / "*.gz", "-a", "types=all")
    assert [line["revision"] for line in run.lines] == [1]
    assert run.rows("select outcome from captures order by id") == [("ok",), ("unchanged",)]


def test_a_pattern_without_a_file_is_wrong_usage(tmp_path):
    run = from_warc(tmp_path / "out", tmp_path / "*.warc.gz")
    assert run.status == 2
    assert "no such file" in run.err
    assert not (tmp_path / "out").exists()


CAPTURE = Capture(
    url="https://web.archive.org/web/20260305121500id_/http://www.state.gov:80/a",
    fetched_at="2026-11-25T00:00:00Z", status=200, body=b"<p>x", digest="",
    requested_url="https://web.archive.org/web/2026id_/https://www.state.gov/a/",
)  # fmt: skip


def test_a_capture_is_states_page_of_its_own_time():
    capture = as_states(CAPTURE, None)
    assert (capture.url, capture.requested_url) == ("https://www.state.gov/a/", None)
    assert (capture.archived_at, capture.archive_url) == ("2026-03-05T12:15:00Z", CAPTURE.url)
    assert (capture.seen_at, capture.fetched_at) == (capture.archived_at, "2026-11-25T00:00:00Z")


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (CAPTURE.url.replace("id_", ""), b"<p>x"),
        (CAPTURE.url, b"<html><!-- BEGIN WAYBACK TOOLBAR INSERT -->"),
        (CAPTURE.url, b"<script>_wm.wombat('http://www.state.gov/')</script>"),
        (CAPTURE.url, b'<script src="https://web-static.archive.org/_static/js/bundle-playback.js?v=x"></script>'),
        (CAPTURE.url, b'<script type="text/javascript" src="/_static/js/wombat.js"></script>'),
    ],
)
def test_a_page_of_the_archives_player_is_refused(url, body):
    from dataclasses import replace

    judge_raw(as_states(CAPTURE, None))
    with pytest.raises(Rewritten):
        judge_raw(as_states(replace(CAPTURE, url=url, body=body), None))


def test_three_refusals_in_a_row_close_a_host_and_a_sound_answer_between_does_not():
    sentinel = Sentinel()
    assert [sentinel.refused("a", "x") for _ in range(2)] == [False, False]
    assert (sentinel.retries("a", 3), sentinel.retries("b", 3)) == (1, 3)
    sentinel.answered("a")
    assert [sentinel.refused("a", "x") for _ in range(4)] == [False, False, True, False]
    assert set(sentinel.closed) == {"a"}


def test_what_tells_of_the_host():
    assert is_of_the_host(Blocked("u", "status 403"))
    assert is_of_the_host(NotText("u", "HTML where json was asked"))
    assert not is_of_the_host(NotText("u", "a PDF file"))
    assert not is_of_the_host(Unreachable("u", "status 500"))
