"""The dead-man's switch: told after each run, on loopback here; its own failure harms nothing."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from support import crawl
from test_faults import HOST, PAGE

from crawler.lock import lock
from crawler.ping import is_address
from crawler.sample import Fault, SampleSite

LOCAL = {"no_proxy": "127.0.0.1"}


@contextmanager
def switch(status=200):
    """A switch on loopback; what it was told, as (method, path, body)."""
    told = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told.append((self.command, self.path, body.decode()))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ping/abc", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_run_that_went_well_asks_for_the_address(site, tmp_path):
    with switch() as (address, told):
        run = crawl(site, tmp_path, "-s", f"REMARKS_PING_URL={address}", hosts=HOST, environment=LOCAL)
    assert (run.status, run.err) == (0, "")
    assert told == [("GET", "/ping/abc", "")]


def test_any_other_run_tells_what_was_wrong(tmp_path):
    with switch() as (address, told), SampleSite(faults=[Fault(HOST, PAGE, "decoy200")]) as site:
        run = crawl(site, tmp_path, hosts=HOST, environment=LOCAL | {"REMARKS_PING_URL": address})
    assert run.status == 3
    ((method, path, body),) = told
    assert (method, path) == ("POST", "/ping/abc/fail")
    assert run.out.strip() in body
    assert "decoy" in body


def test_a_switch_that_fails_harms_nothing(site, tmp_path):
    with switch(500) as (address, told):
        run = crawl(site, tmp_path, "-s", f"REMARKS_PING_URL={address}", hosts=HOST, environment=LOCAL)
    assert told
    assert run.status == 0
    assert "sign of life could not be sent to 127.0.0.1" in run.err
    assert "/ping/abc" not in run.err  # such an address is a password


def test_a_switch_that_is_not_there_harms_nothing(site, tmp_path):
    line = ["-s", "REMARKS_PING_URL=http://127.0.0.1:9/x"]
    run = crawl(site, tmp_path, *line, hosts=HOST, environment=LOCAL)
    assert run.status == 0
    assert len(run.err.splitlines()) == 1


def test_a_run_that_finds_the_lock_held_says_nothing_to_it(site, tmp_path):
    with switch() as (address, told), lock(tmp_path):
        run = crawl(site, tmp_path, "-s", f"REMARKS_PING_URL={address}", hosts=HOST, environment=LOCAL)
    assert (run.status, told) == (4, [])


@pytest.mark.parametrize("url", ["ftp://a.example/", "a.example", "http:///x", "file:///etc/passwd", "http://["])
def test_what_is_no_address(url):
    assert not is_address(url)
