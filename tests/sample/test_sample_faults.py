import socket
import ssl
import time
from http.client import IncompleteRead, RemoteDisconnected
from urllib.parse import urlsplit

import pytest

from crawler.sample import Fault, SampleSite
from crawler.sample.faults import HUGE_BYTES, OFFSITE

WWW = "https://www.state.gov"
BRIEFING = f"{WWW}/briefings/department-press-briefing-march-4-2026/"
VALMORA = "https://2021-2025.state.gov/the-third-year-of-the-compact-on-cold-harbors/"


ANSWERED = [
    # mode, status, content type, what the body holds
    ("block403", 403, "text/html; charset=UTF-8", b"Exception: forbidden"),
    ("decoy200", 200, "text/html; charset=UTF-8", b"Exception: forbidden"),
    ("html_for_json", 200, "text/html; charset=UTF-8", b"Technical Difficulties"),
    ("http404", 404, "text/html; charset=UTF-8", b"404"),
    ("http410", 410, "text/html; charset=UTF-8", b"410"),
    ("http429", 429, "text/html; charset=UTF-8", b"429"),
    ("http500", 500, "text/html; charset=UTF-8", b"500"),
    ("http503", 503, "text/html; charset=UTF-8", b"503"),
    ("garbage", 200, "text/html; charset=UTF-8", b"\xff"),
    ("pdf", 200, "application/pdf", b"%PDF-"),
    ("no_template", 200, "text/html; charset=UTF-8", b"Tide Tables"),
    ("two_templates", 200, "text/html; charset=UTF-8", b"wp-block-default-hero-container"),
    ("impossible_date", 200, "text/html; charset=UTF-8", b'publish-date">February 31, 2026<'),
]


@pytest.mark.parametrize(("mode", "status", "content_type", "part"), ANSWERED)
def test_faults_that_answer(fetch, site, mode, status, content_type, part):
    site.faults = [Fault("www.state.gov", "^/briefings/", mode)]
    got = fetch(site, BRIEFING)
    assert (got.status, got.headers["Content-Type"]) == (status, content_type)
    assert part in got.body
    assert site.requests[-1].fault == mode
    assert fetch(site, f"{WWW}/press-releases/").status == 200
    assert site.requests[-1].fault is None


def test_a_fault_fires_as_often_as_it_is_told(fetch, site):
    site.faults = [Fault("www.state.gov", "", "http503", times=2)]
    assert [fetch(site, BRIEFING).status for _ in range(3)] == [503, 503, 200]
    assert site.faults[0].fired == 2


def test_faults_are_of_one_host(fetch, site):
    site.faults = [Fault("2021-2025.state.gov", "", "http500")]
    assert (fetch(site, BRIEFING).status, fetch(site, VALMORA).status) == (200, 500)


def test_too_many_requests_tells_when_to_come_again(fetch, site):
    site.faults = [Fault("www.state.gov", "", "http429")]
    assert fetch(site, BRIEFING).headers["Retry-After"] == "1"


def test_the_empty_answer(fetch, site):
    site.faults = [Fault("www.state.gov", "", "empty200")]
    got = fetch(site, BRIEFING)
    assert (got.status, got.body) == (200, b"")


def test_a_dropped_connection(fetch, site):
    site.faults = [Fault("www.state.gov", "", "drop")]
    with pytest.raises((RemoteDisconnected, ssl.SSLEOFError)):
        fetch(site, BRIEFING)
    assert (site.requests[-1].status, site.requests[-1].body_bytes) == (0, 0)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_body_that_ends_too_early(fetch, site, encoding):
    site.faults = [Fault("www.state.gov", "", "truncate")]
    with pytest.raises(IncompleteRead) as caught:
        fetch(site, BRIEFING, Accept_Encoding=encoding)
    assert len(caught.value.partial) == site.requests[-1].body_bytes // 2


def test_a_slow_answer_is_the_right_one(fetch, site):
    right = fetch(site, BRIEFING)
    site.faults = [Fault("www.state.gov", "", "slow", seconds=0.05)]
    assert fetch(site, BRIEFING).body == right.body


def test_leaving_does_not_wait_for_a_slow_answer():
    with SampleSite(faults=[Fault("www.state.gov", "", "slow", seconds=3600)]) as site:
        proxy = urlsplit(site.proxy)
        client = socket.create_connection((proxy.hostname, proxy.port))
        client.sendall(b"GET http://www.state.gov/ HTTP/1.1\r\nHost: www.state.gov\r\n\r\n")
        while not site.faults[0].fired:
            time.sleep(0.001)
    client.close()
    assert site.requests[-1].fault == "slow"


@pytest.mark.parametrize(("mode", "announced"), [("huge", True), ("huge_unannounced", False)])
def test_a_huge_page(fetch, site, mode, announced):
    size = len(fetch(site, BRIEFING).body)
    site.faults = [Fault("www.state.gov", "", mode)]
    got = fetch(site, BRIEFING)
    assert len(got.body) == size + HUGE_BYTES
    assert (got.headers["Content-Length"] is not None) == announced


def test_redirects_that_lead_astray(fetch, site):
    site.faults = [Fault("www.state.gov", "^/a/", "redirect_offsite"), Fault("www.state.gov", "^/b/", "redirect_loop")]
    away, loop = fetch(site, f"{WWW}/a/"), fetch(site, f"{WWW}/b/")
    assert (away.status, away.headers["Location"]) == (302, OFFSITE)
    assert (loop.status, loop.headers["Location"]) == (302, f"{WWW}/b/")


def test_a_listing_without_items_still_counts_them(fetch, site):
    site.faults = [Fault("www.state.gov", "^/press-releases/", "no_items")]
    text = fetch(site, f"{WWW}/press-releases/").text
    assert 'id="col_json_result"' in text
    assert "collection-result__link" not in text
    assert 'collection-info__number">0<' not in text


def test_an_unknown_fault_is_refused():
    with pytest.raises(ValueError, match="no such fault: 'gremlin'"):
        Fault("www.state.gov", "", "gremlin")
