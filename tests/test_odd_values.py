"""Numbers, times and addresses that others print, and that Python takes or raises otherwise than one thinks."""

import json
from datetime import UTC, datetime

import pytest
from templates.pages import page_2019

from crawler.archive.memento import as_states
from crawler.controls import printable
from crawler.discovery.indexes import EXPECT
from crawler.errors import Crashed
from crawler.fetch.retry import retry_after
from crawler.items import Capture
from crawler.rebuild.reading import read
from crawler.rebuild.records import Answer

NUMBERS = ["²", "①", "٣", "½", "1e3", "-1", "+1", "0x10", "1_000", "9" * 5_000, "9" * 30, "", " 7 ", "\x00", "NaN"]
MOMENTS = ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+14:00", "2023-11-31T00:00:00Z", "2023-W01-1T00:00:00Z"]
MOMENTS += [
    "²023-01-01",
    "2023-01-01T25:00:00Z",
    "99999-01-01T00:00:00Z",
    "2023-01-01T00:00:00+99:99",
    "",
    "T",
    "\ud800",
]
DATES = [
    "Fri, 31 Dec 9999 23:59:59 -1200",
    "Wed, 30 Nov -0001 00:00:00 +0000",
    "Thu, 04 Jun 2026 21:10:05 +99999999999",
]
DATES += [
    "Thu, 99 Jun 2026 21:10:05 GMT",
    "²",
    " ",
    ",",
    "Thu, 04 Jun 0000 00:00:00 GMT",
    "1 Jan 1 0:0:0 -2359",
    "\x00",
]
ADDRESSES = ["http://[::1", "http://[", "//[x]/", "https://www.state.gov:99999/a/", "https://www.state.gov:²/a/"]
ADDRESSES += [
    "http://\u2100.example/",
    "https://www.state.gov]/",
    "javascript:[",
    "\ud800",
    "https://",
    "http:///a",
    "?[",
    "#[",
]


def answer(body, asked="page", url="https://www.state.gov/terns/", kind="text/html; charset=UTF-8", **headers):
    capture = Capture(
        url=url,
        fetched_at="2026-02-01T09:00:00Z",
        status=200,
        body=body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass"),
        digest="sha256:0",
        content_type=kind,
        id=1,
    )
    return Answer(capture=capture, asked=asked, headers={"content-type": kind, **headers}, size=len(capture.body))


def outcome(given):
    reading = read(given, types="all", most_bytes=20_000_000)
    assert not isinstance(reading.refusal, Crashed), reading.refusal.trace
    return reading


def rest(*rows, url="https://www.state.gov/wp-json/wp/v2/state_briefing?per_page=1&page=1", **headers):
    return outcome(answer(json.dumps(rows), "rest", url, "application/json", **headers))


ROW = {"id": 7, "link": "https://www.state.gov/terns/", "date": "2026-01-31T09:00:00", "title": {"rendered": "Terns"}}


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers(text):
    found = rest(ROW, **{"x-wp-totalpages": text})
    assert found.outcome == "index" or "there may be more" in found.refusal.reason
    rest(ROW, url=f"https://www.state.gov/wp-json/wp/v2/state_briefing?per_page={text}&page={text}")
    outcome(answer(page_2019(text=f'<p style="font-weight: {text}">QUESTION: Is it?</p><p>MR VALE: It is.</p>')))
    assert retry_after(text.encode(), datetime.now(UTC)) is None or text.strip().isascii()


@pytest.mark.parametrize("id_", [2**63, -1, 10**30, True, None, "7", 1.5])
def test_ids_that_no_database_keeps(id_):
    found = rest(ROW | {"id": id_}, **{"x-wp-totalpages": "1"})
    assert found.refusal is not None


@pytest.mark.parametrize("text", MOMENTS)
def test_moments(text):
    graph = json.dumps({"@graph": [{"datePublished": text, "dateModified": text}]})
    found = outcome(answer(page_2019(times=f'<script type="application/ld+json">{graph}</script>')))
    assert found.remark or found.refusal
    rest(ROW | {"date": text, "modified_gmt": text}, **{"x-wp-totalpages": "1"})
    xml = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://www.state.gov/terns/</loc>'
    xml += f"<lastmod>{printable(text)}</lastmod></url></urlset>"
    outcome(answer(xml, "sitemap", "https://www.state.gov/state_briefing-sitemap.xml", "text/xml"))


@pytest.mark.parametrize("text", DATES)
def test_dates_of_headers_and_feeds(text):
    retry_after(text.encode(), datetime.now(UTC))
    capture = Capture(
        url="https://web.archive.org/web/2024id_/https://www.state.gov/terns/",
        fetched_at="2026-02-01T09:00:00Z",
        status=200,
        body=b"",
        digest="",
    )
    as_states(capture, text)
    item = f"<title>Terns</title><link>https://www.state.gov/terns/</link><pubDate>{printable(text)}</pubDate>"
    feed = f"<rss version='2.0'><channel><title>a</title><item>{item}</item></channel></rss>"
    outcome(answer(feed, "feed", "https://www.state.gov/feed/", "application/rss+xml"))


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses(text):
    rest(ROW | {"link": text}, **{"x-wp-totalpages": "1"})
    text = printable(text).encode("utf-8", "replace").decode()
    stub = f'<html><head><title>a</title><meta http-equiv="refresh" content="0; URL={text}"></head><body></body></html>'
    assert outcome(answer(stub)).refusal
    head = f'<link rel="canonical" href="{text}"><meta property="og:url" content="{text}">'
    outcome(answer(page_2019(canonical=head, text=f'<p>MR VALE: It <a href="{text}">is</a>.</p>')))
    for asked in EXPECT:
        page = f'<html><body><ul><li><a href="{text}">Terns</a> June 1, 2001</li></ul></body></html>'
        outcome(answer(page, asked, "https://1997-2001.state.gov/briefings/index.html"))
        outcome(answer(json.dumps([ROW | {"link": text}]), asked, kind="application/json"))
        outcome(answer(f"<rss><channel><item><link>{text}</link></item></channel></rss>", asked, kind="text/xml"))


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, "[1" + "0" * 10_000 + "]", '["\\ud800"]'])
@pytest.mark.parametrize("asked", ["rest", "cdx"])
def test_json_that_goes_deep_or_far(asked, body):
    assert outcome(answer(body, asked, kind="application/json")).refusal
    page = page_2019(times=f'<script type="application/ld+json">{body}</script>')
    assert outcome(answer(page)).remark
