"""One bad character costs one entry, never the index; and what it cost is named."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery.feed import read_feed
from crawler.discovery.indexes import read_index
from crawler.discovery.rest import read_rest
from crawler.discovery.sitemap import read_sitemap
from crawler.errors import BadIndex, NotText, TooLarge
from crawler.web import health
from crawler.web.health import judge


def packed(body):
    """The same at every time: test names are made of it."""
    return gzip.compress(body, mtime=0)


HOST = "https://www.state.gov"
FEED, SITEMAP, REST = f"{HOST}/feed/", f"{HOST}/state_a-sitemap.xml.gz", f"{HOST}/wp-json/wp/v2/state_a?per_page=100"
BAD = [b"\x07", b"\x00", b"\x0b", b"\x1f", b"\xff", b"\xc3", b"\x81", b"&#0;", b"&#x1F;", b"&#xD800;", b"&#1114112;"]
NAMES = ["one", "two", "three", "four", "five"]


def feed(declaration=b'<?xml version="1.0" encoding="UTF-8"?>', items=NAMES, tail=b"</channel></rss>\n"):
    entries = b"".join(
        b"<item><title>Title %(n)s</title><link>https://www.state.gov/%(n)s/</link>"
        b"<pubDate>Wed, 04 Jun 2031 19:49:23 +0000</pubDate></item>\n<script>x</script>\n" % {b"n": name.encode()}
        for name in items
    )
    return declaration + b'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>' + entries + tail


def sitemap(items=NAMES):
    entries = b"".join(b"<url>\n<loc>https://www.state.gov/%s/</loc></url>" % name.encode() for name in items)
    return b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + entries + b"</urlset><!-- Yoast -->"


def rest(items=NAMES):
    rows = [
        {"id": n, "link": f"{HOST}/{name}/", "title": {"rendered": f"Title {name}"}} for n, name in enumerate(items)
    ]
    return json.dumps(rows).encode()


READ = {
    "feed": (lambda body: read_feed(body, FEED), feed()),
    "sitemap": (lambda body: read_sitemap(body, SITEMAP), sitemap()),
    "rest": (lambda body: read_rest(body, REST, None, 1), rest()),
}


def names(index):
    return [link.url.split("/")[3] for link in index.links]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("kind", READ)
def test_in_an_address_it_costs_that_entry(kind, bad):
    read, body = READ[kind]
    if kind == "rest" and bad.startswith(b"&"):
        bad = b"\\u0007"
    index = read(body.replace(b"gov/three/", b"gov/th" + bad + b"ree/"))
    assert names(index) == ["one", "two", "four", "five"]
    (told,) = index.lost
    assert "state.gov/th" in told


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("kind", ["feed", "rest"])
def test_in_a_title_it_costs_the_title(kind, bad):
    read, body = READ[kind]
    if kind == "rest" and bad.startswith(b"&"):
        bad = b"\\ud800"
    index = read(body.replace(b"Title three", b"Title" + bad + b" three"))
    assert (names(index), index.lost) == (NAMES, ())
    assert [link.title for link in index.links if "three" not in link.url] == [
        f"Title {name}" for name in NAMES if name != "three"
    ]
    assert index.links[2].title is None or bad == b"\\ud800"


@pytest.mark.parametrize("bad", [b"a & b", b"&nbsp;", b"<b>", b"a < b", b"</title></title>", b"]]>"])
def test_markup_that_is_torn_costs_one_item(bad):
    index = read_feed(feed().replace(b"Title three", b"Title " + bad), FEED)
    assert names(index) == ["one", "two", "four", "five"]
    (told,) = index.lost
    assert told.startswith("item 3 ('https://www.state.gov/three/') cannot be read: ")


@pytest.mark.parametrize("torn", [b"<it\x07em>", b"<item\x00>", b"</it\xffem>"])
def test_a_torn_tag_of_the_item_itself_is_told_too(torn):
    sound = b"</item>" if torn.startswith(b"</") else b"<item>"
    parts = feed().split(sound)
    index = read_feed(sound.join(parts[:3]) + torn + sound.join(parts[3:]), FEED)
    assert len(index.links) == 4
    assert len(index.lost) == 1


@pytest.mark.parametrize("cut", [20, 60, 200])
def test_an_index_that_breaks_off_is_refused_also_with_a_bad_character(cut):
    for read, body in (READ["feed"], READ["sitemap"], READ["rest"]):
        with pytest.raises(BadIndex):
            read(body.replace(b"one/", b"o\x07ne/")[:-cut])


DECLARED = [
    b"utf8",
    b"UTF8",
    b"Utf-8",
    b"unicode",
    b"latin1",
    b"ISO8859-1",
    b"iso-8859-1",
    b"windows-1252",
    b"us-ascii",
]


@pytest.mark.parametrize("label", DECLARED)
def test_encodings_by_any_name(label):
    index = read_feed(feed(b'<?xml version="1.0" encoding="' + label + b'"?>'), FEED)
    assert names(index) == NAMES


@pytest.mark.parametrize(
    ("declaration", "printed", "title"),
    [
        (b"", "Café – one".encode("cp1252"), "Café – one"),
        (b'<?xml version="1.0"?>', "Café – one".encode("cp1252"), "Café – one"),
        (b"", "Café – one".encode(), "Café – one"),
        (b'<?xml version="1.0" encoding="utf8"?>', "Café – one".encode(), "Café – one"),
        (b'<?xml version="1.0" encoding="utf-8-sig"?>', "Café – one".encode(), "Café – one"),
        (b"<?xml version='1.0' encoding='latin1'?>", "Café – one".encode("cp1252"), "Café – one"),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="latin1"?>', "Café – one".encode(), "Café – one"),
        (b'<?xml version="1.0" encoding="utf-8"?>', "Café one".encode("cp1252"), None),
    ],
)
def test_what_the_text_is_in(declaration, printed, title):
    index = read_feed(feed(declaration).replace(b"Title one", printed), FEED)
    assert names(index) == NAMES
    assert index.links[0].title == title


def test_utf_16_with_its_mark():
    assert names(read_feed(feed(b'<?xml version="1.0" encoding="utf-8"?>').decode().encode("utf-16"), FEED)) == NAMES


@pytest.mark.parametrize("label", [b"martian", b"rot13", b"shift_jis"])
def test_an_encoding_that_nobody_knows_is_refused(label):
    with pytest.raises(BadIndex, match="no XML"):
        read_feed(feed(b'<?xml version="1.0" encoding="' + label + b'"?>'), FEED)


TYPES = [
    "application/x-gzip",
    "application/gzip",
    "application/octet-stream",
    "text/xml",
    "text/html",
    "text/plain",
    "",
]


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("times", [1, 2])
def test_a_packed_sitemap_is_judged_and_read_as_what_is_in_it(times, content_type):
    body = sitemap()
    for _ in range(times):
        body = packed(body)
    judge(SITEMAP, 200, {"content-type": content_type} if content_type else {}, body, expect="xml", max_bytes=10**6)
    assert names(read_sitemap(body, SITEMAP)) == NAMES


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (packed(sitemap())[:-4], NotText),
        (packed(sitemap())[:40], NotText),
        (b"\x1f\x8b\x08" + b"\xff" * 40, NotText),
        (packed(b" " * 2_000_000 + sitemap()), TooLarge),
        (packed(packed(packed(sitemap()))), NotText),
        (packed(b"<html><title>Access Denied</title><p>no</html>"), NotText),
    ],
)
def test_a_packed_sitemap_that_is_none_is_refused(body, error):
    with pytest.raises(error):
        judge(SITEMAP, 200, {"content-type": "application/gzip"}, body, expect="xml", max_bytes=10**6)


def test_a_page_is_never_unpacked():
    with pytest.raises(NotText, match="gzip"):
        judge(HOST, 200, {}, packed(b"<p>a"), expect="html", max_bytes=10**6)


def test_nul_bytes_are_the_index_readers_matter_and_no_page():
    for expect in ("xml", "json"):
        judge(FEED, 200, {"content-type": f"application/{expect}"}, b"[\0]", expect=expect, max_bytes=99)
    with pytest.raises(NotText, match="NUL"):
        judge(HOST, 200, {}, b"<p>a\0", expect="html", max_bytes=99)
    assert health.GZIP_MAGIC in health.MAGIC


def test_a_date_that_lies_ahead_is_none_and_told():
    body = json.dumps(
        [
            {"id": n, "link": f"{HOST}/{n}/", "date": f"{day}T09:00:00", "modified_gmt": f"{day}T13:00:00"}
            for n, day in enumerate(
                ["2031-06-04", "2031-06-10", "2032-06-05", "9999-12-31", "0000-00-00", "1970-01-01"]
            )
        ]
    ).encode()
    index = read_index("rest", REST, body, {"x-wp-totalpages": "1"}, asked_at="2031-06-05T12:00:00Z")
    assert [link.date for link in index.links] == ["2031-06-04", "2031-06-10", None, None, None, None]
    assert [link.modified_at for link in index.links[2:]] == [None] * 4
    assert sum("lies ahead" in words for words in index.unsure) == 2
    assert sum("no time of an edit" in words for words in index.unsure) == 2
    assert len(index.unsure) == 6


@given(st.lists(st.tuples(st.integers(0, 900), st.binary(min_size=1, max_size=2)), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_nothing_is_invented(places):
    """Whatever bytes come in: an address that is named was there, or is told."""
    for read, body in READ.values():
        for at, bad in places:
            body = body[:at] + bad + body[at:]
        try:
            index = read(body)
        except BadIndex:
            continue
        for link in index.links:
            assert link.url.rstrip("/").encode() in body or link.url.isascii() is False or "%" in link.url
