"""The Archive's listing, in both forms, and what it answers instead of one."""

import json
from datetime import date

import pytest

from crawler.discovery.wayback import FIELDS, archived_at, cdx_url, raw_url, read_address, read_cdx
from crawler.errors import BadIndex, Blocked

URL = cdx_url("www.state.gov")


def row(path="/a/", timestamp="20260305121500", original=None, mime="text/html", status="200"):
    return [f"gov,state){path}", timestamp, original or f"https://www.state.gov{path}", mime, status, "DIGEST", "20000"]


def as_json(*rows, key=None):
    return json.dumps([list(FIELDS), *rows, *([[], [key]] if key else [])]).encode()


def as_lines(*rows, key=None):
    return ("".join(" ".join(cells) + "\n" for cells in rows) + (f"\n{key}\n" if key else "")).encode()


@pytest.mark.parametrize("form", [as_json, as_lines])
def test_both_forms_give_the_same(form):
    page = read_cdx(form(row(), row("/b/"), key="gov%2Cstate%29%2Fb+2026%21"), URL)
    assert [one.url for one in page.snapshots] == ["https://www.state.gov/a/", "https://www.state.gov/b/"]
    assert page.snapshots[0].archived_at == "2026-03-05T12:15:00Z"
    assert page.snapshots[0].archive_url == "https://web.archive.org/web/20260305121500id_/https://www.state.gov/a/"
    assert page.next_url.endswith("&resumeKey=gov%2Cstate%29%2Fb+2026%21")
    again = read_cdx(form(row(), key="x/y"), page.next_url)
    assert again.next_url.count("resumeKey") == 1
    assert again.next_url.endswith("&resumeKey=x%2Fy")


@pytest.mark.parametrize(
    ("original", "url"),
    [
        ("http://www.state.gov:80/a", "https://www.state.gov/a/"),
        ("http://2009-2017.state.gov/r/pa/prs/dpb/2015/10/1.htm", "https://2009-2017.state.gov/r/pa/prs/dpb/2015/10/1.htm"),
        ("https://2017-2021.state.gov/a/index.html?x=1", "https://2017-2021.state.gov/a/"),
    ],
)  # fmt: skip
def test_originals_become_canonical_addresses(original, url):
    (snapshot,) = read_cdx(as_json(row(original=original)), URL).snapshots
    assert (snapshot.url, snapshot.original) == (url, original)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(timestamp="20261399000000"), "a timestamp that is none"),
        (row(timestamp="rubbish"), "a timestamp that is none"),
        (row(timestamp="2026"), "a timestamp that is none"),
        (row(original="https://www.example.org/a/"), "no address of a page"),
        (row(original="https://www.state.gov/wp-content/x.pdf"), "no address of a page"),
        (row(mime="warc/revisit"), "type warc/revisit"),
        (row(status="-"), "status -"),
        (row()[:4], "other fields than the rest"),
        (row(original="https://www.state.gov/a\ufffd/"), "a damaged address: 'https://www.state.gov/a\ufffd/'"),
    ],
)
@pytest.mark.parametrize("form", [as_json, as_lines])
def test_a_bad_row_is_passed_over_and_counted(form, bad, reason):
    page = read_cdx(form(row("/b/"), bad), URL)
    assert len(page.snapshots) == 1
    assert page.skipped == {reason: 1}


# of four to nine words, among them seven, which is how many fields a row has
BUSY = [" ".join(["This", "server", "is", "busy", "please", "try", "it", "again"][:n]) for n in range(4, 9)]
BUSY += ["Too many requests were made from you", "The 429 http://a.example/ is not 200 ok", "Block: go away 1 2 3 4"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "nothing at all"),
        (b"\n", "nothing at all"),
        (b"<html><head><title>504 Gateway Time-out</title></head></html>", "504 Gateway Time-out"),
        (as_json(row(), row("/b/"))[:-40], "no whole JSON"),
        (as_lines(row(), row("/b/"))[:-20], "breaks off"),
        (b'[["a", "b"], ["c", "d"]]', "head row"),
        (b"[1]", "head row"),
        (b"org.archive.util.io.RuntimeIOException: java.net.SocketTimeoutException\n", "seven fields"),
        (as_json(row()[:3]), "no row has the fields"),
        *((f"{words}\n".encode(), "seven fields") for words in BUSY),
        (as_lines(row()) + b"This server is busy now, try later.\n", "ends with what is no row"),
        (as_lines(row()) + b"org.archive.wayback.exception.ResourceNotAvailableException: timeout\n", "no row"),
        (b'"This server is busy"\n', "seven fields"),
        (b'{"error": "rate limited"}\n', "seven fields"),
        (b'[["This server is busy, please try again"]]', "head row"),
        (b"\xef\xbb\xbf<html><title>Too Many Requests</title>", "Too Many Requests"),
    ],
)
def test_what_is_no_listing_is_never_an_empty_one(body, said):
    with pytest.raises(BadIndex, match=said):
        read_cdx(body, URL)


def test_one_bad_byte_costs_one_row():
    rows = [row(f"/{name}/") for name in ("a", "bXb", "c")]
    for form in (as_json, as_lines):
        for bad in (b"\x07", b"\xff", b"\x00"):
            page = read_cdx(form(*rows).replace(b"gov/bXb", b"gov/b" + bad + b"b"), URL)
            assert [one.url for one in page.snapshots] == ["https://www.state.gov/a/", "https://www.state.gov/c/"]
            (reason,) = page.skipped
            assert reason.startswith("a damaged address: 'https://www.state.gov/b")


@pytest.mark.parametrize(
    "body",
    [
        b"org.archive.util.io.RuntimeIOException: org.archive.wayback.exception.AdministrativeAccessControlException: "
        b"Blocked Site Error\n",
        b"<html><h1>Blocked Site Error</h1></html>",
    ],
)
def test_a_host_that_the_archive_does_not_show(body):
    with pytest.raises(Blocked, match="does not show it"):
        read_cdx(body, URL)


def test_an_empty_list_and_a_full_page_without_a_key():
    assert read_cdx(b"[]", URL).snapshots == ()
    full = read_cdx(as_json(row(), row("/b/")), URL.replace("limit=10000", "limit=2"))
    assert full.cut
    assert not read_cdx(as_json(row()), URL).cut


def test_what_is_asked():
    assert "&from=20260304" in cdx_url("www.state.gov", date(2026, 3, 4))
    assert "from=" not in URL


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (
            "https://web.archive.org/web/20260305121500id_/http://www.state.gov:80/a?b=c",
            ("20260305121500", "http://www.state.gov:80/a?b=c", True),
        ),
        ("https://web.archive.org/web/2026/https:/www.state.gov/a/", ("2026", "https://www.state.gov/a/", False)),
        ("https://web.archive.org/cdx/search/cdx?url=x", None),
        ("https://www.state.gov/web/20260305121500id_/https://www.state.gov/", None),
    ],
)  # fmt: skip
def test_addresses_of_captures(url, found):
    address = read_address(url)
    assert (address and (address.timestamp, address.original, address.raw)) == found


def test_the_time_of_a_capture():
    full = read_address(raw_url("https://www.state.gov/a/", "20260305121500"))
    year = read_address(raw_url("https://www.state.gov/a/", "2026"))
    memento = "Thu, 05 Mar 2026 12:15:00 GMT"
    assert archived_at(full, None) == archived_at(year, memento) == "2026-03-05T12:15:00Z"
    assert archived_at(year, None) == "2026-01-01T00:00:00Z"
    for wrong in ["Wed, 30 Nov -0001 00:00:00 +0000", "Fri, 31 Dec 9999 23:59:59 -1200", "Thu, 05 Mar 26 12:15:00 GMT"]:
        with pytest.raises(ValueError, match="no moment"):
            archived_at(year, wrong)
    with pytest.raises(ValueError, match="unconverted"):
        archived_at(read_address(raw_url("https://www.state.gov/a/", "20269999999999")), None)
