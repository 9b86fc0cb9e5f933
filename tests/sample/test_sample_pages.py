import json
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from defusedxml.ElementTree import fromstring
from selectolax.lexbor import LexborHTMLParser

from crawler.sample import load
from crawler.sample.answers import Asked
from crawler.sample.listings import PER_PAGE
from crawler.sample.routes import Library, answer
from crawler.sample.shells import (
    ARCHIVE,
    CURRENT,
    MIRROR,
    WORDPRESS,
    page,
    two_templates,
    wordpress_text,
)
from crawler.web.sites import SITES

LIBRARY = Library()
REAL = [document for document in load() if not document.decoy]
PAGES = [(document, host) for host in WORDPRESS for document in LIBRARY.on(host)]
NAMES = [f"{document.name}@{host}" for document, host in PAGES]
SPACES = {
    "sitemap": "{http://www.sitemaps.org/schemas/sitemap/0.9}",
    "content": "{http://purl.org/rss/1.0/modules/content/}",
}


def get(host, target, library=LIBRARY):
    return answer(Asked(scheme="https", host=host, target=target), library)


def text_of(host, target):
    found = get(host, target)
    assert found.status == 200
    return found.body.decode()


@pytest.mark.parametrize(("document", "host"), PAGES, ids=NAMES)
def test_head_of_the_page(document, host):
    tree = LexborHTMLParser(page(document, host))
    assert tree.css_first("h1.featured-content__headline.stars-above").text() == document.title
    assert tree.css_first("p.article-meta.doctype-meta").text() == document.type
    assert tree.css_first("p.article-meta__publish-date").text() == document.date_printed
    byline = tree.css_first(".article-meta__author-bureau").text(separator="\n").split("\n")
    assert byline == "\n".join(document.byline).split("\n")
    assert [node.text() for node in tree.css(".article-meta__location")] == list(document.places)
    assert tree.css_first("link[rel=canonical]").attributes["href"] == document.address(host)
    graph = json.loads(tree.css_first("script.yoast-schema-graph").text())
    assert datetime.fromisoformat(graph["@graph"][0]["datePublished"]) == document.published
    assert not tree.css("title script")


@pytest.mark.parametrize(("document", "host"), PAGES, ids=NAMES)
def test_the_headline_tells_the_template(document, host):
    tree = LexborHTMLParser(page(document, host))
    assert len(tree.css(".entry-content")) == 1
    assert len(tree.css(".featured-content__headline")) == 1
    inside = tree.css(".entry-content .featured-content__headline")
    assert bool(inside) == (host == CURRENT)
    assert bool(tree.css(".archive-banner")) == (host != CURRENT)


def test_two_templates_has_the_marks_of_both():
    tree = LexborHTMLParser(two_templates(REAL[0], CURRENT))
    assert len(tree.css(".featured-content__headline")) == 2
    assert len(tree.css(".entry-content .featured-content__headline")) == 1


@pytest.mark.parametrize(
    ("plain", "escaped"),
    [
        ("Docks & Data", "Docks &#038; Data"),
        ("the “first” day – today", "the &#8220;first&#8221; day &#8211; today"),
        ('<script>alert("a")</script>', "&lt;script&gt;alert(&quot;a&quot;)&lt;/script&gt;"),
        ("&amp;", "&#038;amp;"),
    ],
)
def test_titles_are_escaped_as_wordpress_does(plain, escaped):
    assert wordpress_text(plain) == escaped


def read_listing(host, target):
    tree = LexborHTMLParser(text_of(host, target))
    rows = []
    for item in tree.css("ul#col_json_result > li.collection-result"):
        link = item.css_first("a.collection-result__link")
        spans = [span.text() for span in item.css(".collection-result-meta span")]
        rows.append((item.css_first("p").text(), link.attributes["href"], link.text().strip(), spans))
    following = tree.css_first("a.next.page-numbers")
    total = int(tree.css_first(".collection-info__total > .collection-info__number").text())
    return rows, total, following.attributes["href"] if following else None


@pytest.mark.parametrize("host", WORDPRESS)
def test_the_listing_shows_every_document_once_newest_first(host):
    rows, pages, target = [], 0, "/press-releases/"
    while target:
        shown, total, following = read_listing(host, target)
        assert 0 < len(shown) <= PER_PAGE
        rows, pages = rows + shown, pages + 1
        target = urlsplit(following).path if following else None
    documents = LIBRARY.on(host)
    assert total == len(rows) == len(documents)
    assert pages > 1 or host == MIRROR
    for (kind, address, title, spans), document in zip(rows, documents, strict=True):
        assert (kind, title) == (document.type, document.title)
        assert address == document.address(host) + ("index.html" if host == MIRROR else "")
        assert spans[-1] == document.date_printed
    assert get(host, f"/press-releases/page/{pages + 1}/").status == 404
    assert get(host, "/press-releases/page/0/").status == 404


def test_a_page_number_in_the_query_is_not_heeded():
    assert get(CURRENT, "/press-releases/?page=2") == get(CURRENT, "/press-releases/")


def test_the_byline_stands_before_the_date_for_the_secretary_alone():
    rows, _, _ = read_listing(CURRENT, "/press-releases/")
    spans = {address: spans for _, address, _, spans in rows}
    by_name = {document.name: spans.get(document.served[0]) for document in REAL}
    assert by_name["interview"] == ["Ada R. Fenwick", "February 11, 2026"]
    assert by_name["briefing"] == ["March 4, 2026"]


@pytest.mark.parametrize(
    ("host", "section", "names"),
    [
        (CURRENT, "department-press-briefings", {"briefing", "briefing_with_guest"}),
        (ARCHIVE, "department-press-briefings", {"briefing_with_guest"}),
        (CURRENT, "public-schedule", {"public_schedule"}),
        (CURRENT, "remarks-secretary-fenwick", {"interview", "markup_in_title", "one_label"}),
        (
            ARCHIVE,
            "remarks-secretary-fenwick",
            {"interview_with_clip", "joint_availability", "one_label", "translation_spanish"},
        ),
    ],
)
def test_sections(host, section, names):
    rows, total, _ = read_listing(host, f"/{section}/")
    shown = {address for _, address, _, _ in rows}
    assert shown == {document.address(host) for document in REAL if document.name in names}
    assert total == len(names)


@pytest.mark.parametrize("host", WORDPRESS)
def test_the_feed_is_well_formed_and_loses_brackets(host):
    items = fromstring(text_of(host, "/rss-feed/press-releases/feed/")).findall("channel/item")
    documents = LIBRARY.on(host)[:10]
    assert [item.findtext("title") for item in items] == [document.title for document in documents]
    assert [item.findtext("link") for item in items] == [document.address(host) for document in documents]
    for item, document in zip(items, documents, strict=True):
        assert item.findtext("guid").endswith(f"?post_type={document.post_type}&p={document.wp_id}")
        assert "[" not in item.findtext(f"{SPACES['content']}encoded").partition("</script>")[2]
        assert item.findtext("pubDate").endswith("+0000")


def test_the_feed_glues_office_and_bureau():
    text = text_of(ARCHIVE, "/rss-feed/press-releases/feed/")
    assert "Ambassador-at-Large for Cold HarborsBureau of Harbor Affairs]]></dc:creator>" in text


@pytest.mark.parametrize("host", WORDPRESS)
def test_sitemaps_name_every_document(host):
    index = fromstring(text_of(host, "/sitemap_index.xml"))
    locations = [node.text for node in index.iter(f"{SPACES['sitemap']}loc")]
    found = {}
    for location in locations:
        rows = fromstring(text_of(host, urlsplit(location).path))
        for row in rows:
            loc, lastmod = (row.findtext(f"{SPACES['sitemap']}{name}") for name in ("loc", "lastmod"))
            found[loc] = datetime.fromisoformat(lastmod)
    assert found == {document.address(host): document.modified for document in LIBRARY.on(host)}


def rest(target):
    found = get(CURRENT, f"/wp-json/wp/v2/{target}")
    return found.status, json.loads(found.body), dict(found.headers)


def test_rest_pages_through_a_post_type():
    held = [document for document in LIBRARY.on(CURRENT) if document.post_type == "state_press_release"]
    ids, number = [], 1
    while True:
        status, rows, headers = rest(f"state_press_release?per_page=3&page={number}")
        if status == 400:
            break
        assert headers == {"X-WP-Total": str(len(held)), "X-WP-TotalPages": str(number_of_pages(held))}
        ids, number = ids + [row["id"] for row in rows], number + 1
    assert rows["code"] == "rest_post_invalid_page_number"
    assert ids == [document.wp_id for document in held]


def number_of_pages(held):
    return (len(held) + 2) // 3


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("state_briefing", [9001, 8815]),
        ("state_press_release?after=2026-03-01T00:00:00", [9008]),
        ("state_press_release?before=2024-12-31T00:00:00", [8806]),
        ("state_press_release?modified_after=2026-02-12T02:30:00%2B00:00", [9008, 9002]),
        ("posts", []),
    ],
)
def test_rest_filters(query, ids):
    _, rows, _ = rest(query)
    assert [row["id"] for row in rows] == ids


def test_rest_fields_and_local_times():
    _, rows, _ = rest("state_press_release?_fields=id,link,date,date_gmt,title.rendered&per_page=100")
    assert all(set(row) == {"id", "link", "date", "date_gmt", "title"} for row in rows)
    row = next(row for row in rows if row["id"] == 9002)
    assert (row["date"], row["date_gmt"]) == ("2026-02-11T21:15:40", "2026-02-12T02:15:40")


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("types", 200),
        ("state_briefing/9001", 200),
        ("state_briefing/1", 404),
        ("nothing_such", 404),
        ("state_briefing?per_page=101", 400),
    ],
)
def test_rest_statuses(target, status):
    assert rest(target)[0] == status


def test_rest_content_holds_the_head_on_www_only():
    for host, marked in ((CURRENT, True), (ARCHIVE, False)):
        found = json.loads(text_of(host, "/wp-json/wp/v2/state_press_release/8806"))
        assert ("featured-content__headline" in found["content"]["rendered"]) == marked
        assert "Agence Borealis" in found["content"]["rendered"]


def test_the_decoy_is_listed_and_served_only_when_asked_for():
    address = next(document.served[0] for document in load() if document.decoy)
    path = urlsplit(address).path
    assert get(CURRENT, path).status == 404
    shown = get(CURRENT, path, Library(decoy=True))
    assert (shown.status, b"Exception: forbidden" in shown.body) == (200, True)
    assert address not in text_of(CURRENT, "/press-releases/")
    assert address in get(CURRENT, "/press-releases/", Library(decoy=True)).body.decode()


# Those of the older hosts: test_sample_old_hosts.py.
SPIDERS = [SITES[host] for host in WORDPRESS]
INDEXES = [address for site in SPIDERS for address in (*site.listings, *site.feeds, site.sitemap)]


@pytest.mark.parametrize("address", INDEXES)
def test_every_index_that_the_spider_knows_is_there_and_not_empty(address):
    parts = urlsplit(address)
    text = text_of(parts.hostname, parts.path)
    assert any(mark in text for mark in ('class="collection-result"', "<item>", "<sitemap>"))
