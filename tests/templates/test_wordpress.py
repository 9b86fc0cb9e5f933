"""Step 4: every field of the head, in both WordPress forms."""

from dataclasses import asdict

import pytest

from crawler.templates import parse_page

from .pages import ADDRESS, BYLINE, DATE, FORMS, TYPE, capture, json_ld

pytestmark = pytest.mark.parametrize(("form", "build"), FORMS.items(), ids=FORMS)

REST = '<link rel="alternate" type="application/json" href="https://www.state.gov/wp-json/wp/v2/state_briefing/{}" />'
SHORT = "<link rel='shortlink' href='https://www.state.gov/?p={}' />"
TIMES = {"datePublished": "2023-11-03T14:05:00-04:00", "dateModified": "2023-11-04T01:30:00+00:00"}


def read(build, **parts):
    return parse_page(capture(build(**parts)))


def card(type_line=TYPE, date=DATE, byline=BYLINE):
    """What `.related-content` shows of another page."""
    changed = (
        type_line.replace("Remarks to the Press", "Media Note"),
        byline.replace("Ada Fenwick", "Ivo Marsh"),
        date.replace("November 3, 2023", "March 9, 2021"),
    )
    return f'<div class="related-content"><h2>Related</h2><div class="card">{"".join(changed)}</div></div>'


def test_every_field_of_a_plain_page(form, build):
    page = read(build, times=json_ld({"@context": "https://schema.org", "@graph": [{"@type": "WebPage", **TIMES}]}))
    fields = asdict(page)
    blocks = fields.pop("blocks")
    assert fields == {
        "url": ADDRESS,
        "template": form,
        "title": "Opening of the Tern Bridge",
        "type": "Remarks to the Press",
        "date": "2023-11-03",
        "date_printed": "November 3, 2023",
        "published_at": "2023-11-03T18:05:00Z",
        "modified_at": "2023-11-04T01:30:00Z",
        "byline": ("Ada Fenwick, Secretary of State",),
        "places": ("Tern Hall", "Port Alder"),
        "venues": (),
        "tags": (),
        "wp_id": 9001,
        "language": "en-US",
        "original_url": None,
        "removed": (),
        "unread": (),
    }
    assert [block["text"] for block in blocks][-2:] == ["SECRETARY FENWICK: Good morning.", "QUESTION: Is it open?"]


@pytest.mark.parametrize(
    ("part", "markup", "field", "expected"),
    [
        ("byline", "", "byline", ()),
        (
            "byline",
            BYLINE.replace("</p>", "<br/>Ole Brandt, Premier<br>Ivo Marsh</p>"),
            "byline",
            ("Ada Fenwick, Secretary of State", "Ole Brandt, Premier", "Ivo Marsh"),
        ),
        ("byline", BYLINE + BYLINE, "byline", ("Ada Fenwick, Secretary of State",)),
        (
            "byline",
            BYLINE.replace("Ada Fenwick", " Ada&nbsp; \n Fenwick"),
            "byline",
            ("Ada Fenwick, Secretary of State",),
        ),
        ("places", "", "places", ()),
        ("places", '<p class="article-meta__location">Port Alder</p>', "places", ("Port Alder",)),
        (
            "headline",
            '<h1 class="featured-content__headline">“Docks &#038; Tides” \n at 5</h1>',
            "title",
            "“Docks & Tides” at 5",
        ),
        ("headline", '<h1 class="featured-content__headline">On <em>Terns</em></h1>', "title", "On Terns"),
        ("date", DATE.replace("November 3, 2023", "Sept. 4, 2023"), "date", "2023-09-04"),
        ("date", DATE.replace("November 3, 2023", " november 3 2023 "), "date", "2023-11-03"),
        ("date", DATE.replace("November 3, 2023", "February 29, 2020"), "date", "2020-02-29"),
        ("html", "<html>", "language", None),
        ("html", '<html lang="">', "language", None),
        ("html", '<html dir="rtl" lang="ar">', "language", "ar"),
        (
            "after",
            '<div class="related-tags__pills"><a>Terns</a><a>Ports</a><a>Terns</a></div>',
            "tags",
            ("Terns", "Ports"),
        ),
        (
            "inside",
            '<div class="wp-block-tags-block"><p>Tags</p><ul><li><a>Terns</a></li></ul></div>',
            "tags",
            ("Terns",),
        ),
    ],
)
def test_one_part_changed(form, build, part, markup, field, expected):
    assert getattr(read(build, **{part: markup}), field) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, 9001),
        ({"body": "<body>"}, None),
        ({"body": '<body class="page page-id-77">'}, 77),
        ({"body": "<body>", "article": '<article id="post-9002">'}, 9002),
        ({"body": "<body>", "ids": SHORT.format(9003)}, 9003),
        ({"body": "<body>", "ids": SHORT.format(9003).replace("?p=", "?page_id=")}, 9003),
        ({"body": "<body>", "ids": REST.format(9004)}, 9004),
        ({"article": '<article id="post-9001">', "ids": SHORT.format(9001) + REST.format(9001)}, 9001),
    ],
)
def test_wp_id_from_each_place(form, build, parts, expected):
    page = read(build, **parts)
    assert (page.wp_id, page.unread) == (expected, ())


def test_contradicting_wp_ids_give_none_and_are_told(form, build):
    page = read(build, article='<article id="post-9002">', ids=SHORT.format(9001))
    assert page.wp_id is None
    assert page.unread == ("wp_id: the page names 9001, 9002",)


def test_a_wp_id_of_thousands_of_digits_is_no_id(form, build):
    assert read(build, body=f'<body class="postid-{"9" * 5000}">').wp_id is None


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("", (None, None)),
        (json_ld(TIMES), ("2023-11-03T18:05:00Z", "2023-11-04T01:30:00Z")),
        (json_ld([{"@type": "Organization"}, TIMES]), ("2023-11-03T18:05:00Z", "2023-11-04T01:30:00Z")),
        (json_ld({"@graph": {"datePublished": "2023-11-03T00:00:00Z"}}), (None, None)),
        (json_ld({"datePublished": 1699000000, "dateModified": None}), (None, None)),
        (json_ld({"datePublished": "2023-11-03T14:05:00"}), (None, None)),
        (json_ld({"datePublished": "0001-01-01T00:00:00+14:00"}), (None, None)),
        ('<script type="application/ld+json">{"datePublished": </script>', (None, None)),
        (f'<script type="application/ld+json">{"[" * 200_000}</script>', (None, None)),
        ('<meta property="article:modified_time" content="2023-11-05T00:00:00+02:00">', (None, "2023-11-04T22:00:00Z")),
        (
            json_ld(TIMES) + '<meta property="article:modified_time" content="2024-01-01T00:00:00Z">',
            ("2023-11-03T18:05:00Z", "2023-11-04T01:30:00Z"),
        ),
    ],
)
def test_times(form, build, times, expected):
    page = read(build, times=times)
    assert (page.published_at, page.modified_at) == expected


@pytest.mark.parametrize("modified", ["2099-01-01T00:00:00Z", "9999-12-30T00:00:00+00:00"])
def test_an_edit_that_lies_ahead_is_none_and_told(form, build, modified):
    page = read(build, times=f'<meta property="article:modified_time" content="{modified}">')
    assert page.modified_at is None
    assert page.unread[0].startswith(f"date: modified {modified[:10]}")


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("", "https://www.state.gov/asked-for/"),
        ('<link rel="canonical" href="https://www.state.gov/moved-here" />', "https://www.state.gov/moved-here/"),
        (
            '<link rel="canonical" href="http://www.state.gov/moved-here/?utm=1#top">',
            "https://www.state.gov/moved-here/",
        ),
        ('<link rel="canonical" href="https://tern.example.org/copy/" />', "https://www.state.gov/asked-for/"),
        ('<link rel="canonical" href="https://www.state.gov.example.org/x/" />', "https://www.state.gov/asked-for/"),
        ('<link rel="canonical" href="javascript:void(0)" />', "https://www.state.gov/asked-for/"),
        ('<link rel="canonical" href="https://[broken/" />', "https://www.state.gov/asked-for/"),
        ('<meta property="og:url" content="https://www.state.gov/by-graph/">', "https://www.state.gov/by-graph/"),
    ],
)
def test_address(form, build, canonical, expected):
    body = build(canonical=canonical)
    assert parse_page(capture(body, url="https://www.state.gov/asked-for")).url == expected


@pytest.mark.parametrize("where", ["inside", "after"])
def test_cards_of_other_pages_do_not_leak(form, build, where):
    page = read(build, **{where: card()})
    assert page.byline == ("Ada Fenwick, Secretary of State",)
    assert (page.type, page.date, page.places) == ("Remarks to the Press", "2023-11-03", ("Tern Hall", "Port Alder"))


def test_a_card_with_a_date_only_does_not_leak(form, build):
    page = read(build, inside=card(type_line=""), byline="")
    assert (page.byline, page.date) == ((), "2023-11-03")


def test_unknown_meta_lines_are_told(form, build):
    page = read(build, places='<p class="article-meta__series">The Tern Lectures</p>')
    assert page.unread == ("meta series: The Tern Lectures",)


VENUE = '<p class="article-meta__audience">{}</p>'
CITY = '<p class="article-meta__location">{}</p>'


@pytest.mark.parametrize(
    ("markup", "venues", "places"),
    [
        (VENUE.format("Lakes Summit") + CITY.format("Port Alder"), ("Lakes Summit",), ("Lakes Summit", "Port Alder")),
        (VENUE.format("") + CITY.format("Port Alder"), (), ("Port Alder",)),
        (VENUE.format("Tern Hall") + CITY.format(""), ("Tern Hall",), ("Tern Hall",)),
        (VENUE.format("&nbsp;") + CITY.format(" "), (), ()),
        (VENUE.format("Tern Hall"), ("Tern Hall",), ("Tern Hall",)),
        (VENUE.format("Tern<br>Hall") + CITY.format("Port"), ("Tern", "Hall"), ("Tern", "Hall", "Port")),
        (VENUE.format("Rue 5 &amp; 6") + CITY.format("Port"), ("Rue 5 & 6",), ("Rue 5 & 6", "Port")),
        ("", (), ()),
    ],
)
def test_venue_and_city(form, build, markup, venues, places):
    page = read(build, places=markup)
    assert (page.venues, page.places, page.unread) == (venues, places, ())


def test_a_line_break_in_the_headline_is_a_blank(form, build):
    headline = (
        '<h1 class="featured-content__headline">Secretary Ada Fenwick<br>With Ole Brandt<br/>at Tern <i>H</i>all</h1>'
    )
    assert read(build, headline=headline).title == "Secretary Ada Fenwick With Ole Brandt at Tern Hall"
