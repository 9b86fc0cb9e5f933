"""WordPress REST lists: items, paging, and the answers that only look like lists."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.discovery.rest import read_rest, rest_url
from crawler.errors import BadIndex
from crawler.items import Link

URL = rest_url("www.state.gov", "state_press_release", 1)
JSON = "application/json; charset=UTF-8"


def row(**parts):
    return {
        "id": 700001,
        "link": "https://www.state.gov/lakes-forum/",
        "date": "2031-06-04T22:15:00",
        "date_gmt": "2031-06-05T02:15:00",
        "modified_gmt": "2031-06-05T03:00:01",
        "title": {"rendered": "Remarks at the Lakes Forum"},
        **parts,
    }


def read(rows, url=URL, content_type=JSON, total_pages=1):
    return read_rest(json.dumps(rows).encode(), url, content_type, total_pages)


def only(**parts):
    (link,) = read([row(**parts)]).links
    return link


def test_a_list():
    index = read([row(), row(id=700000, link="http://www.state.gov/earlier")], total_pages=1)
    assert index.links[0] == Link(
        url="https://www.state.gov/lakes-forum/",
        source="rest",
        title="Remarks at the Lakes Forum",
        date="2031-06-04",
        published_at="2031-06-05T02:15:00Z",
        modified_at="2031-06-05T03:00:01Z",
        wp_id=700001,
    )
    assert (index.links[1].url, index.links[1].wp_id) == ("https://www.state.gov/earlier/", 700000)
    assert index.next_url is index.total is None
    assert index.skipped == ()


@pytest.mark.parametrize(
    ("rendered", "title"),
    [
        ("Field&#8217;s Q&amp;A &#8211; <em>Water</em>", "Field’s Q&A – Water"),
        ("Remarks<script>alert(1)</script> &amp;lt;on&amp;gt;\n Water", "Remarks &lt;on&gt; Water"),
        ("<title>Water</title>", "Water"),
        ("Water \ud800", "Water ?"),
        ("<b>" * 5000 + "Water", None),
        ("", None),
        (None, None),
    ],
)
def test_titles(rendered, title):
    assert only(title={"rendered": rendered}).title == title


def test_what_cannot_be_read_is_none():
    assert only(title=None).title is None
    assert only(title="Water").title == "Water"
    assert only(date=None, modified_gmt="0000-00-00T00:00:00").date is None
    assert only(modified_gmt="0000-00-00T00:00:00").modified_at is None
    assert only(modified_gmt=None).modified_at is None
    assert only(date="1970-01-01T00:00:00").date is None


def test_addresses_elsewhere_are_named():
    index = read([row(link="https://www.state.gov/releases/preview/660581/"), row()])
    assert len(index.links) == 1
    assert index.skipped == ("https://www.state.gov/releases/preview/660581/",)


def test_rest_url():
    url = rest_url("www.state.gov", "state_briefing", 3, modified_after="2031-06-04T00:00:00Z")
    parts = urlsplit(url)
    assert (parts.netloc, parts.path) == ("www.state.gov", "/wp-json/wp/v2/state_briefing")
    assert parse_qs(parts.query) == {
        "per_page": ["100"],
        "page": ["3"],
        "_fields": ["id,link,date,date_gmt,modified_gmt,title,state_document_type,class_list"],
        "modified_after": ["2031-06-04T00:00:00Z"],
    }
    assert "_fields=id,link,date,date_gmt,modified_gmt,title,state_document_type,class_list" in url
    assert "modified_after" not in URL


@pytest.mark.parametrize("modified_after", [None, "2031-06-04T00:00:00Z"])
def test_the_next_page_asks_for_the_same(modified_after):
    first, second, third = (rest_url("www.state.gov", "state_briefing", page, modified_after) for page in (1, 2, 3))
    assert read([row()], first, total_pages=3).next_url == second
    assert read([row()], second, total_pages=3).next_url == third
    assert read([row()], third, total_pages=3).next_url is None


def test_without_the_number_of_pages_only_a_part_page_is_the_end():
    assert read([row()] * 99, total_pages=None).next_url is None
    with pytest.raises(BadIndex, match="100 items and no X-WP-TotalPages"):
        read([row()] * 100, total_pages=None)
    with pytest.raises(BadIndex, match="10 items and no X-WP-TotalPages"):
        read([row()] * 10, url="https://www.state.gov/wp-json/wp/v2/state_briefing", total_pages=None)


def test_an_empty_list_is_sound_only_where_a_filter_explains_it():
    news = rest_url("www.state.gov", "state_briefing", 1, modified_after="2031-06-04T00:00:00Z")
    assert read([], news, total_pages=0).links == ()
    with pytest.raises(BadIndex, match="no items"):
        read([], total_pages=0)


DECOY = b"<html><head><title>Technical Difficulties</title></head><body><p>Exception: forbidden</p></body></html>"
PAST_THE_END = b'{"code":"rest_post_invalid_page_number","message":"Past the end.","data":{"status":400}}'


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (DECOY, "text/html; charset=UTF-8", "answered with text/html; charset=UTF-8, not JSON: b'<html>"),
        (DECOY, JSON, "no JSON: Expecting value"),
        (DECOY, None, "no JSON: Expecting value"),
        (b"", None, "no JSON: Expecting value"),
        (b"\xff\xfe\x00\x93" * 100, JSON, "no JSON: "),
        (b"[" * 200_000, JSON, "no JSON: "),
        (b"[" + b"9" * 10_000 + b"]", JSON, "no JSON: "),
        (b'[{"id": 1, "link": "https://www.st', JSON, "no JSON: "),
        (PAST_THE_END, JSON, "rest_post_invalid_page_number: Past the end."),
        (b'{"code":"rest_no_route"}', JSON, "rest_no_route: None"),
        (b"{}", JSON, "no list but dict"),
        (b"null", JSON, "no list but NoneType"),
        (b"[null]", JSON, "item 1 has no id"),
        (b'[{"id": "seven", "link": "https://www.state.gov/x/"}]', JSON, "item 1 has no id"),
        (b'[{"id": true, "link": "https://www.state.gov/x/"}]', JSON, "item 1 has no id"),
        (b'[{"id": 7}]', JSON, "item 1 (id 7) has no link"),
        (b'[{"id": 7, "link": " "}]', JSON, "item 1 (id 7) has no link"),
    ],
)
def test_refused(body, content_type, reason):
    with pytest.raises(BadIndex) as caught:
        read_rest(body, URL, content_type, 1)
    assert caught.value.reason.startswith(reason)


@pytest.mark.parametrize(
    ("parts", "type"),
    [
        ({}, None),
        ({"state_document_type": [441]}, None),
        ({"state_document_type": [441], "class_list": ["post-1", "state_document_type-readout"]}, "Readout"),
        ({"class_list": {"0": "post-1", "3": "state_document_type-remarks-to-the-press"}}, "Remarks to the Press"),
        ({"class_list": ["state_document_type-lake-poem"]}, None),
        ({"state_document_type": ["Press Statement"]}, "Press Statement"),
        ({"state_document_type": [{"id": 4, "name": "Media&nbsp;Note"}]}, "Media Note"),
        ({"state_document_type": "Interview"}, "Interview"),
        ({"state_document_type": None, "class_list": None}, None),
        ({"state_document_type": [None, 4], "class_list": [None, 7]}, None),
    ],
)
def test_the_type_of_a_release(parts, type):
    assert only(**parts).type == type
