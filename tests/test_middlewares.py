"""The downloader middlewares behind a real Scrapy on loopback, and the arithmetic of waiting without a clock."""

import asyncio
import gzip
import json
import os
import subprocess
import sys
import threading
import time
import zlib
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.misc import build_from_crawler
from scrapy.utils.test import get_crawler
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.encodings import zstd
from crawler.archive.writer import Stored, read_captures
from crawler.errors import Offsite, TooLarge, Unreachable
from crawler.fetch import retry as waiting
from crawler.fetch.middlewares import NotArchived, OffsiteRedirectMiddleware, Refused, capture_of, refusal_of, stored_of
from crawler.fetch.retry import BackoffRetryMiddleware, backoff, retry_after

PAGE = "<html><p>Good afternoon from Çeşme.</p></html>".encode() * 40
HTML = ("Content-Type", "text/html; charset=UTF-8")


class Loopback(ThreadingHTTPServer):
    """Answers each path with its list of answers in turn, the last one for ever; counts requests and overlap."""

    daemon_threads = True

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        self.asked = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request, client_address):
        """A client that hangs up is part of these tests."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        with server.lock:
            answers = server.answers.get(self.path, [(404, [HTML], b"<html>nothing here</html>")])
            status, headers, body = answers[min(server.asked.count(self.path), len(answers) - 1)]
            server.asked.append(self.path)
            server.at_once += 1
            server.most_at_once = max(server.most_at_once, server.at_once)
        time.sleep(0.003)  # in which another request would be seen
        with server.lock:
            server.at_once -= 1
        self.answer(status, headers, body)

    def answer(self, status, headers, body):
        if status == 0:  # hangs up without a word
            return
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if "Content-Length" not in dict(headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Silent."""


@pytest.fixture(scope="module")
def loopback():
    started = []

    def start(answers):
        server = Loopback(answers)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        started.append((server, thread))
        return server

    yield start
    for server, thread in started:
        server.shutdown()
        thread.join()
        server.server_close()


def crawl(server, paths, output, *, file_bytes=None, **settings):
    """What middlewares_spider.py prints, and its log."""
    job = {
        "urls": [server.url(path) for path in paths],
        "settings": {"REMARKS_OUTPUT": str(output), **settings},
        "file_bytes": file_bytes,
    }
    script = Path(__file__).with_name("middlewares_spider.py")
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    command = [sys.executable, "-W", "error", str(script), json.dumps(job)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return SimpleNamespace(**json.loads(done.stdout), log=done.stderr, warc=sorted(output.glob("warc/*")))


ENCODED = {
    "/gzip": ("gzip", gzip.compress(PAGE)),
    "/deflate": ("deflate", zlib.compress(PAGE)),
    "/br": ("br", brotli.compress(PAGE)),
    "/zstd": ("zstd", zstd.compress(PAGE)),
    "/twice": ("gzip, br", brotli.compress(gzip.compress(PAGE))),
}
MAX_BYTES = 100_000
CUT = gzip.compress(PAGE)[:-20]
ANSWERS = {
    "/robots.txt": [(200, [("Content-Type", "text/plain")], b"User-agent: *\nDisallow: /private/\n")],
    "/plain": [(200, [HTML, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], PAGE)],
    **{path: [(200, [HTML, ("Content-Encoding", name)], body)] for path, (name, body) in ENCODED.items()},
    "/cut": [(200, [HTML, ("Content-Encoding", "gzip")], CUT)],
    "/bomb": [(200, [HTML, ("Content-Encoding", "gzip")], gzip.compress(b"x" * 200_000))],
    "/moved": [(301, [("Location", "/moved-again")], b"")],
    "/moved-again": [(302, [("Location", "/plain")], b"")],
    "/refused": [(403, [HTML], b"<html>no</html>")],
    "/offsite": [(302, [("Location", "http://127.0.0.2/latest/")], b"")],
    "/loop": [(302, [("Location", "/loop")], b"")],
    "/busy": [(503, [HTML], b"<html>busy</html>"), (429, [HTML, ("Retry-After", "0")], b""), (200, [HTML], PAGE)],
    "/broken": [(500, [HTML], b"<html>broken</html>")],
    "/later": [(429, [HTML, ("Retry-After", "86400")], b"<html>tomorrow</html>")],
    "/hangs-up": [(0, [], b""), (200, [HTML], PAGE)],
    "/busy-then-gone": [(503, [HTML], b"<html>busy</html>"), (0, [], b"")],
    "/short": [(200, [HTML, ("Content-Length", "99999")], PAGE)],
    "/huge": [(200, [HTML], b"x" * 200_000)],
    "/private/x": [(200, [HTML], PAGE)],
}
PATHS = [path for path in ANSWERS if path not in ("/robots.txt", "/moved-again")]


@pytest.fixture(scope="module")
def run(loopback, tmp_path_factory):
    server = loopback(ANSWERS)
    # a delay, however short: with none Scrapy 2.19 starts all requests of a queue at once, whatever the concurrency
    limits = {
        "DOWNLOAD_DELAY": 0.001,
        "DOWNLOAD_MAXSIZE": MAX_BYTES,
        "REDIRECT_MAX_TIMES": 3,
        "REMARKS_RETRY_AFTER_MAX_SECONDS": 0.01,
    }
    done = crawl(server, [*PATHS, "/missing"], tmp_path_factory.mktemp("run"), **limits)
    done.server = server
    done.captured = {capture["url"].removeprefix(server.url("")): capture for capture in done.captures}
    done.refused = {each["url"].removeprefix(server.url("")): each for each in done.refusals}
    return done


@pytest.fixture
def read(run):
    problems = []
    captures = list(read_captures(run.warc, on_problem=problems.append, max_bytes=MAX_BYTES))
    return SimpleNamespace(captures=captures, problems=problems)


def test_a_reparse_sees_what_the_run_saw(run, read):
    archived = {capture.warc_offset: capture for capture in read.captures}
    assert len(run.captures) == 15
    for live in run.captures:
        capture = archived[live["warc_offset"]]
        fields = {key: value for key, value in live.items() if key not in ("body", "flags")}
        assert {key: getattr(capture, key) for key in fields} == fields
        assert capture.body.hex() == live["body"]


def test_every_answer_is_archived_and_other_programs_read_it(run, read):
    # one exchange a request that got an answer; the others broke off before they were one
    answered = [path for path in run.server.asked if path not in ("/short", "/huge")]
    for path in ("/hangs-up", "/busy-then-gone", "/busy-then-gone"):
        answered.remove(path)
    assert sorted(c.url.removeprefix(run.server.url("")) for c in read.captures) == sorted(answered)
    assert run.stats["remarks/archive/records"] == len(answered)
    assert run.stats["remarks/archive/bytes"] > len(PAGE)
    for path in run.warc:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                record.raw_stream.read()


def test_only_what_other_programs_undo_is_asked_for(run):
    assert gzip.decompress(run.warc[0].read_bytes()).count(b"\r\nAccept-Encoding: gzip, deflate\r\n") > 20


@pytest.mark.parametrize("path", ["/plain", *ENCODED])
def test_bodies_are_decoded_for_the_spider_and_raw_in_the_archive(run, path):
    assert bytes.fromhex(run.captured[path]["body"]) == PAGE
    raw = gzip.decompress(run.warc[0].read_bytes())
    assert ENCODED.get(path, ("", PAGE))[1] in raw
    assert b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n" in raw


def test_a_body_cut_off_within_its_encoding_is_no_page(run, read):
    assert bytes.fromhex(run.captured["/cut"]["body"]) == CUT
    assert run.captured["/cut"]["flags"] == ["undecodable"]
    assert run.stats["remarks/fetch/undecodable"] == 2  # /bomb is the other
    told = {problem.offset for problem in read.problems}
    assert told == {run.captured[path]["warc_offset"] for path in ("/cut", "/bomb")}


def test_a_bomb_is_cut_where_it_can_be_seen_to_be_too_large(run):
    assert len(bytes.fromhex(run.captured["/bomb"]["body"])) == 100_001


def test_each_hop_of_a_redirect_has_its_own_record(run, read):
    moved = [c for c in read.captures if c.requested_url == run.server.url("/moved")]
    assert [(c.url, c.status) for c in moved] == [
        (run.server.url("/moved-again"), 302),
        (run.server.url("/plain"), 200),
    ]
    assert len({c.warc_offset for c in moved}) == 2
    assert {c.listed_type for c in moved} == {"Remarks"}


REFUSED = {
    "/offsite": (["Offsite", "/offsite", "redirect to http://127.0.0.2/latest/"], True),
    "/loop": (["Unreachable", "/loop", "IgnoreRequest: max redirections reached"], True),
    "/short": (["Unreachable", "/short", "ResponseDataLossError"], False),
    "/busy-then-gone": (
        ["Unreachable", "/busy-then-gone", "DownloadFailedError: "],
        False,
    ),  # the 503 is not its answer
    "/huge": (["TooLarge", "/huge", "more than DOWNLOAD_MAXSIZE bytes"], False),
    "/private/x": (["Unreachable", "/private/x", "IgnoreRequest: Forbidden by robots.txt"], False),
}


def test_refusals_reach_the_errback_by_name(run):
    assert set(run.refused) == set(REFUSED)
    for path, ((name, url, reason), stored) in REFUSED.items():
        found = run.refused[path]["refusal"]
        assert found[:2] == [name, run.server.url(url)]
        assert found[2].startswith(reason)
        assert run.refused[path]["stored"] is stored
    assert run.stats["remarks/fetch/offsite"] == 1


TIMES_ASKED = {
    "/busy": 3,
    "/broken": 3,
    "/hangs-up": 2,
    "/short": 3,
    "/later": 1,
    "/refused": 1,
    "/huge": 1,
    "/missing": 1,
    "/private/x": 0,
    "/robots.txt": 1,
}


def test_only_what_may_pass_is_asked_again(run):
    assert {path: run.server.asked.count(path) for path in TIMES_ASKED} == TIMES_ASKED
    statuses = {path: run.captured[path]["status"] for path in ("/busy", "/broken", "/later", "/refused")}
    assert statuses == {"/busy": 200, "/broken": 500, "/later": 429, "/refused": 403}


def test_one_request_at_a_time_also_while_others_wait_to_be_asked_again(run):
    assert run.server.most_at_once == 1


def test_a_run_prints_no_error_of_its_own(run):
    assert run.stats["finish_reason"] == "finished"
    assert "Traceback" not in run.log
    assert "remarks/fatal" not in run.stats


def test_a_full_disk_stops_the_run_with_one_line(loopback, tmp_path):
    pages = {f"/{n}": [(200, [HTML], os.urandom(20_000))] for n in range(12)}
    done = crawl(loopback(pages), list(pages), tmp_path, file_bytes=70_000, ROBOTSTXT_OBEY=False)
    assert done.stats["finish_reason"] == "archive_write_failed"
    assert done.stats["remarks/fatal"].startswith("archive_write_failed: ")
    (line,) = done.log.splitlines()
    assert "CRITICAL: The run stops: the WARC file cannot be written: " in line
    problems = []
    kept = {c.warc_offset for c in read_captures(done.warc, on_problem=problems.append)}
    assert kept == {capture["warc_offset"] for capture in done.captures}
    assert len(kept) == done.stats["remarks/archive/records"] == 3
    assert not problems
    assert all(each["refusal"] is None for each in done.refusals)


REDIRECTS = [
    # asked, Location, what is wrong with it
    ("https://www.state.gov/a/", "/b/", None),
    ("https://www.state.gov/a/", "https://2021-2025.state.gov/a/", None),
    ("https://www.state.gov/a/", "//2017-2021.state.gov/a/", None),
    ("http://www.state.gov/a/", "https://www.state.gov/a/", None),
    ("http://www.state.gov/a/", "http://1997-2001.state.gov/a", None),
    ("https://www.state.gov/a/", "https://web.archive.org/web/2022id_/https://www.state.gov/a/", None),
    ("http://localhost:8000/a", "http://localhost:8000/b", None),
    ("https://www.state.gov/a/", "http://www.state.gov/a/", "redirect to an unencrypted address"),
    ("https://www.state.gov/a/", "http://169.254.169.254/latest/meta-data/", "redirect to http://169"),
    ("https://www.state.gov/a/", "https://www.state.gov.example.org/", "redirect to"),
    ("https://www.state.gov/a/", "https://notstate.gov/", "redirect to"),
    ("https://www.state.gov/a/", "https://www.state.gov@example.org/", "redirect to"),
    ("https://www.state.gov/a/", "https://example.org\\@www.state.gov/", "redirect to"),
    ("https://www.state.gov/a/", "//example.org/a/", "redirect to"),
    ("https://www.state.gov/a/", "https://archive.org/", "redirect to"),
    ("https://www.state.gov/a/", "file:///etc/passwd", "redirect to"),
    ("https://www.state.gov/a/", "https://www.state.gov:443/b/", None),
    ("https://www.state.gov/a/", "https://www.state.gov:8443/", "redirect to"),
    ("https://www.state.gov/a/", "https://www.state.gov:80/", "redirect to"),
    ("https://www.state.gov/a/", "https://www.state.gov:99999/", "redirect to"),
    ("https://www.state.gov/a/", "https://user@www.state.gov/", "redirect to"),
    ("https://www.state.gov/a/", "//user:word@www.state.gov/", "redirect to"),
    ("https://www.state.gov/a/", "https://www.state.gov./", "redirect to"),
    ("https://www.state.gov/a/", "https://www.st\u0430te.gov/", "redirect to"),
    ("https://www.state.gov/a/", "https://[::1]/", "redirect to"),
    ("https://www.state.gov/a/", "https://[::1", "redirect to"),
    ("https://www.state.gov/a/", "https:/www.state.gov/b/", "redirect to"),
    ("https://www.state.gov/a/", "https:///", "redirect to"),
    ("https://www.state.gov/a/", "///example.org/", "redirect to"),
    ("https://www.state.gov/a/", "/\\example.org/", "redirect to"),
    ("https://www.state.gov/a/", "ht\ttps://www.state.gov/", "redirect to"),
    ("https://www.state.gov/a/", "/b/\x1b[31m/", "redirect to"),
]


@pytest.fixture
def offsite():
    return build_from_crawler(
        OffsiteRedirectMiddleware, get_crawler(settings_dict={"REMARKS_EXTRA_HOSTS": "localhost"})
    )


@pytest.mark.parametrize(("asked", "location", "wrong"), REDIRECTS)
def test_where_a_redirect_may_lead(offsite, asked, location, wrong):
    response = Response(asked, status=302, headers={"Location": location})
    if wrong is None:
        assert offsite.process_response(Request(asked), response) is response
        return
    with pytest.raises(Refused, match=f"offsite: {asked}: {wrong}") as caught:
        offsite.process_response(Request(asked), response)
    assert isinstance(caught.value.refusal, Offsite)
    assert not any(ord(char) < 32 for char in str(caught.value))


def test_the_usual_port_is_no_other_address(offsite):
    asked = "https://www.state.gov/a/"
    response = Response(asked, status=302, headers={"Location": "https://www.state.gov:443/b/?c=1"})
    offsite.process_response(Request(asked), response)
    assert response.headers["Location"] == b"https://www.state.gov/b/?c=1"


def test_a_redirect_of_the_archive_stays_there_whoever_it_names(offsite):
    asked = "https://web.archive.org/web/2022id_/https://www.state.gov/a/"
    for location in ("https://web.archive.org:8443/web/", "https://user@web.archive.org/", "https://www.state.gov/a/"):
        response = Response(asked, status=302, headers={"Location": location})
        with pytest.raises(Refused):
            offsite.process_response(Request(asked, meta={"remarks_via": "wayback"}), response)


def test_a_location_of_a_page_that_is_no_redirect_is_no_matter(offsite):
    response = Response("https://www.state.gov/a/", status=201, headers={"Location": "https://example.org/"})
    assert offsite.process_response(Request(response.url), response) is response


@pytest.mark.parametrize(
    "url", ["https://example.org/robots.txt", "http://169.254.169.254/", "https://state.gov.example/"]
)
def test_no_other_host_is_asked_whoever_wants_it(offsite, url):
    with pytest.raises(Refused, match="its host is none of State's"):
        offsite.process_request(Request(url))
    assert offsite.process_request(Request("https://www.state.gov/robots.txt")) is None


NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
RETRY_AFTERS = [
    (b"120", 120.0),
    (b" 0 ", 0.0),
    (b"Mon, 23 Nov 2026 10:02:00 GMT", 120.0),
    (b"Mon, 23 Nov 2026 10:02:00 -0000", 120.0),
    (b"Mon, 23 Nov 2026 05:02:00 -0500", 120.0),
    (b"Mon, 23 Nov 2026 09:00:00 GMT", 0.0),
    (b"soon", None),
    (b"-5", None),
    (b"1.5", None),
    ("²".encode("latin-1"), None),
    (b"", None),
    (None, None),
]


@pytest.mark.parametrize(("value", "seconds"), RETRY_AFTERS)
def test_retry_after(value, seconds):
    assert retry_after(value, NOW) == seconds


@given(st.binary(max_size=40))
def test_any_retry_after_is_read_or_passed_over(value):
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0


@given(st.integers(1, 8), st.floats(0, 60))
def test_backoff_doubles_with_jitter(attempt, base):
    full = base * 2 ** (attempt - 1)
    assert full / 2 <= backoff(attempt, base) <= full


@pytest.fixture
def waits(monkeypatch):
    """A retry middleware on a clock that only its own sleep moves; `slept` is how long it has slept."""
    clock = SimpleNamespace(now=1000.0, slept=0.0)

    async def sleep(seconds):
        clock.now += seconds
        clock.slept += seconds

    monkeypatch.setattr(waiting, "monotonic", lambda: clock.now)
    settings = {"REMARKS_RETRIES": 2, "REMARKS_BACKOFF_SECONDS": 8, "REMARKS_RETRY_AFTER_MAX_SECONDS": 100}
    crawler = get_crawler(settings_dict=settings)
    crawler.spider = crawler._create_spider("loopback")
    slots = {host: Slot(1, 5.0, 0.5) for host in ("www.state.gov", "2021-2025.state.gov")}
    crawler.engine = SimpleNamespace(running=True, downloader=SimpleNamespace(slots=slots))
    clock.middleware = BackoffRetryMiddleware(crawler, sleep=sleep)
    clock.crawler, clock.slots = crawler, slots
    return clock


def asked(path="/a/", host="www.state.gov", **meta):
    return Request(f"https://{host}{path}", meta={"download_slot": host, **meta})


def answered(request, status, **headers):
    return Response(
        request.url, status=status, headers={key.replace("_", "-"): value for key, value in headers.items()}
    )


def held(waits, request):
    before = waits.slept
    asyncio.run(waits.middleware.process_request(request))
    return waits.slept - before


def test_retry_after_holds_the_whole_host_and_no_other(waits):
    request = asked()
    again = waits.middleware.process_response(request, answered(request, 429, Retry_After="60"))
    assert again.url == request.url
    slot = waits.slots["www.state.gov"]
    # the earliest moment at which the slot lets its next request go
    assert slot.lastseen + slot.delay * (1 - slot.jitter) == pytest.approx(1060)
    assert waits.slots["2021-2025.state.gov"].lastseen == 0
    assert held(waits, asked("/b/", "2021-2025.state.gov")) == 0
    assert held(waits, asked("/b/")) == pytest.approx(60)
    assert held(waits, again) == 0


def test_a_host_that_asks_for_too_long_is_not_asked_again_but_left_alone(waits):
    request = asked()
    response = answered(request, 503, Retry_After="3600")
    assert waits.middleware.process_response(request, response) is response
    assert held(waits, asked("/b/")) == pytest.approx(100)


def test_without_retry_after_only_that_request_waits(waits):
    request = asked()
    again = waits.middleware.process_response(request, answered(request, 500))
    assert held(waits, asked("/b/")) == 0
    first = held(waits, again)
    assert 4 <= first <= 8
    assert held(waits, again) == 0
    again = waits.middleware.process_exception(again, DownloadTimeoutError("late"))
    assert 8 <= held(waits, again) <= 16
    response = answered(again, 500)
    assert waits.middleware.process_response(again, response) is response


def test_what_is_not_worth_asking_again(waits):
    request = asked()
    for status in (200, 304, 403, 404, 410):
        response = answered(request, status, Retry_After="60")
        assert waits.middleware.process_response(request, response) is response
    assert waits.middleware.process_exception(request, DownloadCancelledError("too large")) is None
    assert waits.middleware.process_exception(request, Refused(Offsite(request.url, "elsewhere"))) is None
    never = asked(dont_retry=True)
    response = answered(never, 503)
    assert waits.middleware.process_response(never, response) is response
    assert waits.middleware.process_exception(never, DownloadTimeoutError("late")) is None
    assert held(waits, request) == 0


@pytest.mark.parametrize("closing", ["stopped", "fatal"])
def test_a_closing_run_waits_for_nothing(waits, closing):
    request = asked()
    waits.middleware.process_response(request, answered(request, 429, Retry_After="90"))
    if closing == "stopped":
        waits.crawler.engine.running = False
    else:
        waits.crawler.stats.set_value("remarks/fatal", "archive_write_failed")
    with pytest.raises(IgnoreRequest, match="the run is closing"):
        held(waits, asked("/b/"))
    assert waits.slept == 0


def test_refusals_of_an_errback():
    request = asked()
    offsite = Offsite(request.url, "redirect to https://example.org/")
    assert refusal_of(request, Refused(offsite)) is offsite
    assert isinstance(refusal_of(request, DownloadCancelledError("Expected to receive")), TooLarge)
    late = refusal_of(request, DownloadTimeoutError("took longer than 30 seconds"))
    assert isinstance(late, Unreachable)
    assert late.reason == "DownloadTimeoutError: took longer than 30 seconds"
    assert refusal_of(request, NotArchived("disk full")) is None


def test_a_record_of_an_earlier_hop_is_not_this_requests():
    stored = Stored(
        url="https://www.state.gov/old/",
        fetched_at="2026-11-23T10:00:00Z",
        file="a.warc.gz",
        offset=1,
        payload_digest="sha1:A",
        record_id="<urn:uuid:0>",
    )
    assert stored_of(asked("/new/", remarks_stored=stored)) is None
    assert stored_of(asked("/old/", remarks_stored=stored)) is stored
    with pytest.raises(ValueError, match="is not archived"):
        capture_of(Response("https://www.state.gov/new/", request=asked("/new/", remarks_stored=stored)))
