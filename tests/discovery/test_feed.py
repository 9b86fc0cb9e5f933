"""RSS feeds: invented ones for the shapes, and the real files where they lie beside the checkout."""

from pathlib import Path

import pytest

from crawler.discovery.feed import read_feed
from crawler.errors import BadIndex
from crawler.items import Link

URL = "https://www.state.gov/rss-feed/press-releases/feed/"
SHARED = Path(__file__).parents[3] / "shared" / "feeds"

FEED = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Press Releases &#8211; United States Department of State</title>
<atom:link href="https://www.state.gov/rss-feed/press-releases/feed/" rel="self" type="application/rss+xml" />
<link>https://www.state.gov/rss-feed/press-releases/</link>
<image><url>https://www.state.gov/seal.png</url><title>Seal</title><link>https://www.state.gov/</link></image>
{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>{link}</link>
<dc:creator><![CDATA[{creator}]]></dc:creator><pubDate>{date}</pubDate><category><![CDATA[]]></category>
<guid isPermaLink="false">{guid}</guid><script type="text/javascript">
document.addEventListener("DOMContentLoaded", function(event) {{ jQuery('p .watermark').each(go); }});</script>
<media:title>Not the title</media:title>
<description><![CDATA[<script>a && b < c</script><p>QUESTION: Where is the link?</p>]]></description></item>"""


def item(**parts):
    return ITEM.format(
        **{
            "title": "Remarks at the Lakes Forum",
            "link": "https://www.state.gov/lakes-forum/",
            "creator": "Ada Field, Secretary for Lakes",
            "date": "Wed, 04 Jun 2031 19:49:23 +0000",
            "guid": "https://www.state.gov/?page_id=700001",
            **parts,
        }
    )


def feed(*items):
    return FEED.format(items="\n<script>var watermark = 1;</script>\n".join(items)).encode()


def only(**parts):
    (link,) = read_feed(feed(item(**parts)), URL).links
    return link


def refusal(body):
    with pytest.raises(BadIndex) as caught:
        read_feed(body, URL)
    return caught.value.reason


def test_a_feed():
    index = read_feed(feed(item(), item(link="http://www.state.gov/second?utm_source=rss", title="Second")), URL)
    first, second = index.links
    assert first == Link(
        url="https://www.state.gov/lakes-forum/",
        source="feed",
        title="Remarks at the Lakes Forum",
        date="2031-06-04",
        byline="Ada Field, Secretary for Lakes",
        published_at="2031-06-04T19:49:23Z",
        wp_id=700001,
    )
    assert (second.url, second.title) == ("https://www.state.gov/second/", "Second")
    assert index.next_url is index.total is None
    assert index.skipped == ()


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        # Washington is four hours behind in summer, five in winter: late evening there is tomorrow in UTC.
        ("Thu, 05 Jun 2031 03:59:59 +0000", "2031-06-04"),
        ("Thu, 05 Jun 2031 04:00:00 +0000", "2031-06-05"),
        ("Wed, 05 Feb 2031 04:59:59 +0000", "2031-02-04"),
        ("Wed, 05 Feb 2031 05:00:00 +0000", "2031-02-05"),
        ("Wed, 04 Jun 2031 23:30:00 EDT", "2031-06-04"),
        ("Thu, 05 Jun 2031 03:00:00 -0000", "2031-06-04"),
        ("Thu, 05 Jun 2031 03:00:00 GMT", "2031-06-04"),
        ("Thu, 32 Jun 2031 03:00:00 +0000", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_publication_day_in_washington(printed, date):
    assert only(date=printed).date == date


@pytest.mark.parametrize(
    ("guid", "wp_id"),
    [
        ("https://www.state.gov/?page_id=245633", 245633),
        ("https://www.state.gov/?post_type=state_briefing&amp;p=250853", 250853),
        ("https://www.state.gov/?post_type=state_briefing&#038;p=250853", 250853),
        ("<![CDATA[https://www.state.gov/?post_type=state_briefing&#038;p=250853]]>", 250853),
        ("https://2021-2025.state.gov/?p=7", 7),
        ("https://www.state.gov/lakes-forum/", None),
        ("https://www.state.gov/?p=seven", None),
        ("http://[broken?p=7", None),
        ("", None),
    ],
)
def test_wordpress_id(guid, wp_id):
    assert only(guid=guid).wp_id == wp_id


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("Field&#8217;s  Call &#038; Visit", "Field’s Call & Visit"),
        ("Q&amp;amp;A", "Q&A"),
        ("Remarks &lt;em&gt;on Water&lt;/em&gt;&lt;script&gt;alert(1)&lt;/script&gt;", "Remarks on Water"),
        ("Water &lt; Wine", "Water < Wine"),
        ("<![CDATA[Remarks <b>on</b> Water]]>", "Remarks on Water"),
        ("", None),
    ],
)
def test_titles(printed, title):
    assert only(title=printed).title == title


def test_what_is_missing_is_none():
    body = FEED.format(items="<item><link>https://www.state.gov/lakes-forum/</link></item>").encode()
    assert read_feed(body, URL).links == (Link(url="https://www.state.gov/lakes-forum/", source="feed"),)
    assert only(creator=" ").byline is None


def test_addresses_elsewhere_are_named():
    skipped = (
        "https://www.state.gov/releases/preview/660581/",
        "https://www.state.gov/?p=7",
        "https://evil.example/x/",
    )
    index = read_feed(feed(*(item(link=link) for link in skipped), item()), URL)
    assert len(index.links) == 1
    assert index.skipped == skipped


@pytest.mark.parametrize("before", [b"\n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n"])
def test_blank_lines_before_the_declaration(before):
    assert len(read_feed(before + feed(item()), URL).links) == 1


BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss version="2.0"><channel><item><link>https://www.state.gov/&b;/</link></item></channel></rss>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/hostname">]>
<rss version="2.0"><channel><item><title>&f;</title></item></channel></rss>"""
DECOY = b"<html><head><title>Technical Difficulties</title><body><p>Exception: forbidden</body></html>"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (DECOY, "no XML: mismatched tag"),
        (b"<html><body><p>Exception: forbidden</p></body></html>", "no feed: the root element is 'html'"),
        (
            b"<feed xmlns='http://www.w3.org/2005/Atom'/>",
            "no feed: the root element is '{http://www.w3.org/2005/Atom}feed'",
        ),
        (BOMB, "no XML: EntitiesForbidden"),
        (FILE, "no XML: EntitiesForbidden"),
        (b"", "no XML: no element found"),
        (b"\x00\x01\x02\xff" * 1000, "no XML: not well-formed"),
        (b"<?xml version='1.0' encoding='martian'?><rss/>", "no XML: unknown encoding"),
        (b"<?xml version='1.0' encoding='shift_jis'?><rss/>", "no XML: multi-byte encodings"),
        (feed(item())[:-300], "no XML: "),
        (feed(), "no items"),
        (b"<rss version='2.0'></rss>", "no items"),
        (b"<rss><channel>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</channel></rss>", "no items"),
        (feed(item(), item(link=" ", title="Second")), "item 2 ('Second') has no link"),
    ],
)
def test_refused(body, reason):
    assert refusal(body).startswith(reason)


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real feed files (../shared/feeds beside the checkout) are not here"
)
def test_real_feeds():
    files = sorted(SHARED.glob("*.rss"))
    assert files
    for file in files:
        links = read_feed(file.read_bytes(), URL).links
        assert len(links) == 10
        for link in links:
            assert link.url.startswith("https://www.state.gov/")
            assert link.wp_id
            assert link.byline
            assert link.title
            assert link.date
            assert link.title == " ".join(link.title.split())
        dates = [link.date for link in links]
        assert dates == sorted(dates, reverse=True)
        # The feed was saved on the day that its name says, in UTC.
        assert dates[0] <= file.stem.rpartition("_")[2]


HERO = (
    '<p>Ada Field</p>\n<section class="hero"><div class="article-meta">\n<p class="{}">{}</p>\n'
    '<p class="article-meta__audience"></p></div></section>'
)


@pytest.mark.parametrize(
    ("description", "type"),
    [
        (HERO.format("article-meta doctype-meta", "Readout"), "Readout"),
        (HERO.format("doctype-meta", " Remarks to\n the Press "), "Remarks to the Press"),
        (HERO.format("article-meta doctype-meta x", "Question &amp; Answer"), "Question & Answer"),
        (HERO.format("article-meta doctype-meta", ""), None),
        (HERO.format("article-meta doctype-meta", "  "), None),
        (HERO.format("article-meta", "Readout"), None),
        ("<p>The doctype-meta of it all</p>", None),
        ("", None),
    ],
)
def test_the_type_stands_in_the_description(description, type):
    found = item().replace("<p>QUESTION: Where is the link?</p>", description)
    (link,) = read_feed(feed(found), URL).links
    assert link.type == type


@pytest.mark.parametrize(
    ("guid", "wp_id"),
    [
        ("https://www.state.gov/releases/preview/705645/", 705645),
        ("https://www.state.gov/releases/preview/705645", 705645),
        ("https://www.state.gov/releases/preview/705645/?x=1", 705645),
        ("https://www.state.gov/releases/preview/", None),
        ("https://www.state.gov/releases/preview/lakes/", None),
        ("https://www.state.gov/releases/2026/", None),
    ],
)
def test_the_guid_of_2026_is_the_wordpress_id(guid, wp_id):
    assert only(guid=guid).wp_id == wp_id
