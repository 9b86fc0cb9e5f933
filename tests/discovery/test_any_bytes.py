"""Whatever the bytes, a reader answers with an IndexPage or with BadIndex, never with another error."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery.feed import read_feed
from crawler.discovery.listing import read_listing
from crawler.discovery.old_index import read_old_index
from crawler.discovery.rest import read_rest
from crawler.discovery.sitemap import read_sitemap
from crawler.errors import BadIndex
from crawler.items import IndexPage
from crawler.web.urls import is_page

PAGE = "https://www.state.gov/lakes-forum/"
LISTING = f"""<title>x</title><p class="collection-info__total"><b class="collection-info__number">2</b></p>
<ul class="collection-results" data-returned-posts="[1, 2]"><li id="post-3"><p class="collection-result__date">Remarks
</p><a href="{PAGE}">x</a><div class="collection-result-meta"><span>Ada Field</span><span>June 4, 2031</span></div></li>
</ul><span class="page-numbers current">1</span><a class="next page-numbers" href="/press-releases/page/2/">2</a>"""
FEED = f"""<?xml version="1.0" encoding="UTF-8"?><rss><channel><item><title>x &#38;amp;</title><link>{PAGE}</link>
<pubDate>Wed, 04 Jun 2031 19:49:23 +0000</pubDate><guid>https://www.state.gov/?page_id=7</guid></item></channel></rss>"""
SITEMAP = f"<urlset><url><loc>{PAGE}</loc><lastmod>2031-06-04T21:10:05+00:00</lastmod></url></urlset>"
REST = [{"id": 7, "link": PAGE, "date": "2031-06-04T17:10:05", "title": {"rendered": "x"}}]

OLD = "https://2001-2009.state.gov/secretary/rm/"
OLD_INDEX = f"""<table><tr><td>06/04/01</td><td><a href="{OLD}1.htm">x</a></td></tr></table>
<a class=lftnavbelow href="/secretary/rm/2006/index.htm">2006</a>"""

READERS = {
    "old_index": (lambda body: read_old_index(body, OLD), OLD_INDEX.encode()),
    "listing": (lambda body: read_listing(body, "https://www.state.gov/press-releases/"), LISTING.encode()),
    "feed": (lambda body: read_feed(body, "https://www.state.gov/feed/"), FEED.encode()),
    "sitemap": (lambda body: read_sitemap(body, "https://www.state.gov/sitemap.xml"), SITEMAP.encode()),
    "sitemap_gz": (lambda body: read_sitemap(body, "https://www.state.gov/s.xml.gz"), gzip.compress(SITEMAP.encode())),
    "rest": (lambda body: read_rest(body, "https://www.state.gov/wp-json/", None, 1), json.dumps(REST).encode()),
}
SPLICES = st.lists(
    st.tuples(
        st.integers(0, 1200),
        st.integers(0, 40),
        st.binary(max_size=6) | st.sampled_from([b"<", b">", b'"', b"&", b"\x00", b"\xff", b"[", b"null", b"\\ud800"]),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("name", READERS)
def test_the_body_is_sound_as_it_stands(name):
    read, body = READERS[name]
    (link,) = read(body).links
    assert link.url == (f"{OLD}1.htm" if name == "old_index" else PAGE)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=200, deadline=None)
@given(splices=SPLICES)
def test_damaged_bodies(name, splices):
    read, body = READERS[name]
    for start, length, replacement in splices:
        body = body[:start] + replacement + body[start + length :]
    try:
        index = read(body)
    except BadIndex:
        return
    assert isinstance(index, IndexPage)
    assert "" not in [text for link in index.links for text in (link.title, link.type, link.date, link.byline)]
    assert all(is_page(link.url) for link in index.links)


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None)
@given(body=st.binary(max_size=300))
def test_bytes_that_are_nothing(name, body):
    with pytest.raises(BadIndex):
        READERS[name][0](body)
