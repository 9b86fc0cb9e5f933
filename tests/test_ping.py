"""The dead-man's switch: told after each run, on loopback here; its own failure harms nothing."""

import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from support import crawl
from test_faults import HOST, PAGE

from crawler.runs.lock import lock
from crawler.runs.ping import is_address, ping
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


HEAD = b"HTTP/1.1 200 OK\r\n"
GARBAGE = {
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\x1b[31m" + bytes(range(256)),
    "bytes": b"\x16\x03\x01\x00\x02\x02\x28",
    "no status": b"HTTP/1.1 \r\n\r\n",
    "a status that is none": b"HTTP/1.1 2x0 OK\r\n\r\n",
    "closed at once": b"",
    "closed early": b"HTTP/1.1 20",
    "a huge header": HEAD + b"X: " + b"x" * 200_000 + b"\r\n\r\n",
    "many headers": HEAD + b"X: x\r\n" * 300 + b"\r\n",
    "redirects for ever": b"HTTP/1.1 302 Found\r\nLocation: /secret/abc\r\nContent-Length: 0\r\n\r\n",
    "a redirect elsewhere": b"HTTP/1.1 302 Found\r\nLocation: gopher://[/\r\nContent-Length: 0\r\n\r\n",
    "a redirect to a file": b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
    "an answer drop by drop": None,
}


@contextmanager
def stranger(answer, forever=b""):
    """Sends those bytes to whoever comes; None: a byte now and then, without end."""
    listening = socket.create_server(("127.0.0.1", 0))
    left = threading.Event()

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(HEAD if answer is None else answer)
                while (answer is None or forever) and not left.wait(0.02):
                    connection.sendall(forever or b"X")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/secret/abc"
    finally:
        left.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@pytest.mark.parametrize("kind", GARBAGE)
@pytest.mark.parametrize("ok", [True, False])
def test_garbage_from_a_switch_harms_nothing(kind, ok):
    with stranger(GARBAGE[kind]) as address:
        told = ping(address, "lines \ud800", ok=ok, most_seconds=1 if GARBAGE[kind] is None else 20)
    assert told.startswith("the sign of life could not be sent to 127.0.0.1: ")
    assert told.isprintable()
    assert len(told) < 300
    assert "secret" not in told


def test_a_body_without_end_is_not_read():
    with stranger(HEAD + b"\r\n", forever=b"x" * 1000) as address:
        assert ping(address, "", ok=True) is None


def test_a_switch_that_speaks_no_tls_harms_nothing():
    with stranger(HEAD + b"\r\n") as address:
        assert "could not be sent" in ping(address.replace("http:", "https:"), "", ok=True)


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/x", "http://a b/x", "http://\x00/", "http://xn--/secret\n"])
def test_an_address_that_leads_nowhere_harms_nothing(url):
    assert "could not be sent" in ping(url, "", ok=True)


def test_a_run_that_finds_the_lock_held_says_nothing_to_it(site, tmp_path):
    with switch() as (address, told), lock(tmp_path):
        run = crawl(site, tmp_path, "-s", f"REMARKS_PING_URL={address}", hosts=HOST, environment=LOCAL)
    assert (run.status, told) == (4, [])


@pytest.mark.parametrize("url", ["ftp://a.example/", "a.example", "http:///x", "file:///etc/passwd", "http://["])
def test_what_is_no_address(url):
    assert not is_address(url)
