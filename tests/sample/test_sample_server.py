import gzip
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.sample import SampleSite

WWW = "https://www.state.gov"
BRIEFING = f"{WWW}/briefings/department-press-briefing-march-4-2026/"
JOINT = (
    "https://2021-2025.state.gov"
    "/secretary-ada-r-fenwick-and-valmoran-foreign-minister-jadran-zurovic-at-a-joint-press-availability/"
)


@pytest.mark.parametrize(
    ("url", "status", "location"),
    [
        (BRIEFING, 200, None),
        (f"{WWW}/robots.txt", 200, None),
        (BRIEFING.rstrip("/"), 301, BRIEFING),
        (f"{WWW}/press-releases/page/2?x=1", 301, f"{WWW}/press-releases/page/2/?x=1"),
        (f"{WWW}/rss-feed/press-releases/feed", 301, f"{WWW}/rss-feed/press-releases/feed/"),
        (BRIEFING.replace("https:", "http:"), 301, BRIEFING),
        ("http://www.state.gov/?page=2", 301, f"{WWW}/?page=2"),
        (f"{WWW}/nothing/here/", 404, None),
        (f"{WWW}/rss-feed/nothing/feed/", 404, None),
        ("http://elsewhere.example/", 502, None),
    ],
)
def test_statuses_and_redirects(fetch, shared_site, url, status, location):
    got = fetch(shared_site, url)
    assert (got.status, got.headers["Location"]) == (status, location)


def test_no_tunnel_to_another_host(fetch, shared_site):
    with pytest.raises(OSError, match="502"):
        fetch(shared_site, "https://elsewhere.example/")


def test_the_crawl_delay_stands_above_the_first_agent(fetch, shared_site):
    lines = fetch(shared_site, f"{WWW}/robots.txt").text.splitlines()
    assert lines.index("crawl-delay: 5") < lines.index("User-agent: *")


def test_a_program_follows_the_environment(fetch, shared_site, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    environment = shared_site.environment
    monkeypatch.undo()
    assert not {"no_proxy", "HTTPS_PROXY"} & environment.keys()
    code = f"import urllib.request as u; print(len(u.urlopen({BRIEFING!r}).read()))"
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert run.stdout.strip() == str(len(fetch(shared_site, BRIEFING).body)), run.stderr


@pytest.mark.parametrize(
    ("sent", "held", "status"),
    [
        ("If_None_Match", "ETag", 304),
        ("If_Modified_Since", "Last-Modified", 304),
        ("If_None_Match", "Last-Modified", 200),
    ],
)
@pytest.mark.parametrize("url", [BRIEFING, f"{WWW}/rss-feed/press-releases/feed/"])
def test_conditional_requests(fetch, shared_site, url, sent, held, status):
    whole = fetch(shared_site, url)
    again = fetch(shared_site, url, **{sent: whole.headers[held]})
    assert (again.status, again.body == b"") == (status, status == 304)


def test_a_tag_counts_more_than_a_date(fetch, shared_site):
    whole = fetch(shared_site, BRIEFING)
    headers = {"If_None_Match": '"another"', "If_Modified_Since": whole.headers["Last-Modified"]}
    assert fetch(shared_site, BRIEFING, **headers).status == 200


def test_an_older_date_gives_the_page(fetch, shared_site):
    got = fetch(shared_site, BRIEFING, If_Modified_Since="Wed, 04 Mar 2026 00:00:00 GMT")
    assert got.status == 200


def test_text_is_compressed_for_those_who_take_it(fetch, shared_site):
    plain = fetch(shared_site, BRIEFING)
    packed = fetch(shared_site, BRIEFING, Accept_Encoding="gzip, deflate")
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_head_has_the_length_and_no_body(fetch, shared_site):
    got = fetch(shared_site, BRIEFING, method="HEAD")
    assert got.body == b""
    assert int(got.headers["Content-Length"]) == len(fetch(shared_site, BRIEFING).body)


def test_a_connection_is_used_again(shared_site):
    proxy = urlsplit(shared_site.proxy)
    trust = ssl.create_default_context(cafile=shared_site.ca_file)
    connection = HTTPSConnection(proxy.hostname, proxy.port, context=trust)
    connection.set_tunnel("www.state.gov")
    sockets = set()
    for target in ("/robots.txt", "/press-releases/", "/nothing/"):
        connection.request("GET", target)
        connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1


def test_nobody_else_trusts_the_certificate(fetch, site):
    proxy = urlsplit(site.proxy)
    connection = HTTPSConnection(proxy.hostname, proxy.port, context=ssl.create_default_context())
    connection.set_tunnel("www.state.gov")
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/robots.txt")
    connection.close()
    assert fetch(site, f"{WWW}/robots.txt").status == 200
    assert len(site.requests) == 1


def test_requests_are_recorded(fetch, site):
    fetch(site, f"{WWW}/press-releases/?page=2", User_Agent="tester/1")
    fetch(site, "http://2021-2025.state.gov/")
    first, second = site.requests
    assert (first.url, first.status, first.method) == (f"{WWW}/press-releases/?page=2", 200, "GET")
    assert (first.header("User-Agent"), first.header("Cookie")) == ("tester/1", None)
    assert (second.url, second.status) == ("http://2021-2025.state.gov/", 301)
    assert first.began <= first.ready <= second.began <= second.ready


def test_the_edition_may_change_while_it_runs(fetch, site):
    latest = fetch(site, JOINT)
    site.version = "first"
    first = fetch(site, JOINT, If_None_Match=latest.headers["ETag"])
    site.version = "latest"
    again = fetch(site, JOINT, If_None_Match=latest.headers["ETag"])
    assert (first.status, again.status) == (200, 304)
    assert "PRIME MINISTER" in first.text
    assert "PRIME MINISTER" not in latest.text
    assert first.headers["Last-Modified"] != latest.headers["Last-Modified"]


def test_nothing_is_left_behind():
    with SampleSite() as site:
        proxy, ca_file = urlsplit(site.proxy), site.ca_file
        idle = socket.create_connection((proxy.hostname, proxy.port))
        assert ca_file.exists()
    idle.close()
    assert not ca_file.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((proxy.hostname, proxy.port))
    with pytest.raises(RuntimeError, match="does not run"):
        _ = site.environment


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_told_to_end(ending):
    command = [sys.executable, "-m", "crawler.sample", "--decoy", "--first"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        lines = [running.stdout.readline().strip() for _ in range(4)]
        set_ = dict(line.removeprefix("export ").split("=", 1) for line in lines[1:])
        status = _read_robots(set_)
        os.kill(running.pid, ending)
        rest, errors = running.communicate()
    assert lines[0].startswith("unset no_proxy")
    assert set(set_) == {"http_proxy", "https_proxy", "SSL_CERT_FILE"}
    assert (status, running.returncode, rest, errors) == (200, 0, "", "")
    assert not Path(set_["SSL_CERT_FILE"]).exists()


def _read_robots(set_):
    trust = ssl.create_default_context(cafile=set_["SSL_CERT_FILE"])
    proxy = urllib.request.ProxyHandler({"https": set_["https_proxy"]})
    opener = urllib.request.build_opener(proxy, urllib.request.HTTPSHandler(context=trust))
    with opener.open(f"{WWW}/robots.txt") as answered:
        return answered.status
