"""The sample's hosts of 1997-2021: what the pages look like, and that their indexes lead to every one of them."""

from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.discovery.old_index import read_old_index
from crawler.errors import BadIndex
from crawler.sample import expected, load
from crawler.sample.answers import Asked
from crawler.sample.old_indexes import STUBS
from crawler.sample.routes import Library, answer
from crawler.sample.shells import MIRROR, OLDER
from crawler.web.sites import SITES

DOCUMENTS = {document.name: document for document in load()}


def get(address):
    parts = urlsplit(address)
    return answer(Asked(scheme="https", host=parts.hostname, target=parts.path or "/"), Library())


def tree_of(name):
    return LexborHTMLParser(get(DOCUMENTS[name].served[0]).body.decode("cp1252"))


def pages_led_to(host):
    """Every page and index that the indexes of the host lead to, from those that the spider knows."""
    pages, asked, waiting = {}, set(), list(SITES[host].indexes)
    while waiting:
        address = waiting.pop()
        if address in asked:
            continue
        asked.add(address)
        found = get(address)
        assert found.status == 200, address
        index = read_old_index(found.body, address, found.content_type)
        waiting += index.indexes
        pages |= {link.url: link for link in index.links}
    return pages


@pytest.mark.parametrize("host", OLDER)
def test_the_indexes_lead_to_every_document(host):
    held = {document.address(host) for document in Library().on(host)}
    stubs = {stub for stub in STUBS if urlsplit(stub).hostname == host}
    assert set(pages_led_to(host)) == held | stubs


@pytest.mark.parametrize("host", OLDER)
def test_a_date_that_an_index_prints_is_the_right_one(host):
    days = {document.address(host): document.published.date().isoformat() for document in Library().on(host)}
    told = {url: link.date for url, link in pages_led_to(host).items() if link.date}
    assert told
    assert told == {url: days[url] for url in told}


def test_videos_of_a_calendar_are_there_to_be_skipped():
    body = get("https://2009-2017.state.gov/r/pa/prs/dpb/2016/02/index.htm").body
    assert b'id="dpb-calendar"' in body
    assert b"/video/" in body


def test_indexes_have_their_irregular_names():
    for path in ("/secretary/remarks/2014/c61403.htm", "/r/pa/prs/appt/2009appt/index.htm"):
        assert get(f"https://2009-2017.state.gov{path}").status == 200
    assert b'href="//2009-2017.state.gov/' in get("https://2009-2017.state.gov/").body


@pytest.mark.parametrize(("stub", "target"), STUBS.items())
def test_a_stub_is_nothing_but_a_refresh_to_a_document(stub, target):
    found = get(stub)
    assert f"URL={target}".encode() in found.body
    assert len(found.body) < 300
    assert target in {address for document in DOCUMENTS.values() for address in document.served}


@pytest.mark.parametrize(
    ("name", "selectors", "missing"),
    [
        ("joint_availability_2014", ["#centerblock", "#doctitle span", "#page-title", "#date_long"], ".field-items"),
        ("joint_availability_2014", ["span.officials-name", "span.officials-title", "#share"], ".x"),
        ("background_article_2012", [".field-items", "#press_article_date_created"], "#centerblock"),
        ("daily_briefing_2003", ["td.content-font-style h1", "td.content-font-style font"], ".entry-content"),
        ("lamplight_interview_1999", ["center h2", "img[alt='Great Seal']"], "center font"),
        ("salt_road_remarks_1998", ["center font", "img[alt='Blue Bar']"], "center h2"),
        ("dpb_38_2000", ["pre"], "center h2"),
    ],
)
def test_each_form_has_its_marks(name, selectors, missing):
    tree = tree_of(name)
    assert all(tree.css_first(selector) for selector in selectors)
    assert not tree.css_first(missing)


def test_a_breadcrumb_is_missing_somewhere():
    told = [
        b"You are in:" in get(DOCUMENTS[name].served[0]).body
        for name in ("daily_briefing_2003", "lighthouse_speech_2001")
    ]
    assert told == [True, False]


def test_one_page_prints_its_date_without_the_year():
    document = DOCUMENTS["lighthouse_speech_2001"]
    text = get(document.served[0]).body.decode("cp1252")
    assert ">December 12<" in text
    assert "December 12, 2001" not in text


def test_the_plain_text_has_no_markup():
    found = get(DOCUMENTS["dpb_33_1999"].served[0])
    assert found.content_type == "text/plain"
    assert b"<" not in found.body


def test_the_mirror_serves_a_page_with_and_without_the_files_name():
    address = DOCUMENTS["ferry_hour_2017"].served[0]
    assert get(address) == get(f"{address}index.html")
    assert get(f"https://{MIRROR}/wp-json/wp/v2/state_briefing").status == 404


@pytest.mark.parametrize("host", OLDER)
def test_what_wordpress_has_is_not_on_the_older_hosts(host):
    for path in ("/press-releases/", "/sitemap_index.xml", "/rss-feed/press-releases/feed/", "/nothing.htm"):
        assert get(f"https://{host}{path}").status == 404
    robots = get(f"https://{host}/robots.txt").body.decode()
    assert "Disallow: /www/" in robots
    assert "Sitemap" not in robots


def test_a_translation_names_its_original():
    original = next(marked["url"] for marked in expected() if marked["name"] == "interview_with_clip")
    assert f'href="{original}"' in DOCUMENTS["translation_spanish"].body


def test_a_page_is_no_index():
    with pytest.raises(BadIndex):
        read_old_index(b"<html><body>nothing</body></html>", "https://2001-2009.state.gov/x/index.htm", "text/html")
