"""WordPress listings: what is read, what is refused, and that nothing is left out silently."""

from dataclasses import replace
from random import Random

import pytest

from crawler.discovery.listing import listing_url, page_number, read_listing
from crawler.errors import BadIndex
from crawler.items import Link

URL = "https://www.state.gov/press-releases/page/2/"

ITEM = """<li class="collection-result">
  <p class="collection-result__date">{type}</p>
  <a href="{href}" class="collection-result__link" target="_self">
     {title}
  </a>
  <div class="collection-result-meta" dir="ltr">{spans}</div>
</li>"""
PAGE = """<!DOCTYPE html><html lang="en-US"><head>
<title>Press Releases - United States Department of State</title></head>
<body><nav><ul class="menu"><li><a href="/countries-areas/">Countries &amp; Areas</a></li></ul></nav>
<div class="collection-info"><p class="collection-info__total">Results
<span class="collection-info__number">{total}</span></p></div>
<ul id="col_json_result" class="collection-results"{attributes}>{items}</ul>
<div class="pagination">{nav}</div></body></html>"""


def span(*lines):
    return "".join(f'<span dir="ltr">{line}</span>' for line in lines)


def item(title="Remarks at the Lakes Forum", **parts):
    parts = {"type": "Remarks", "href": "https://www.state.gov/lakes-forum/", "spans": span("June 4, 2031"), **parts}
    return ITEM.format(title=title, **parts)


def page(*items, total="1,104", nav="", attributes=""):
    return PAGE.format(items="\n".join(items), total=total, nav=nav, attributes=attributes).encode()


def refusal(body, url=URL):
    with pytest.raises(BadIndex) as caught:
        read_listing(body, url)
    assert caught.value.url == url
    return caught.value.reason


PLAIN = Link(
    url="https://www.state.gov/lakes-forum/",
    source="listing",
    title="Remarks at the Lakes Forum",
    type="Remarks",
    date="2031-06-04",
)


def test_a_page_of_a_listing():
    body = page(
        item(),
        item(
            "Ada Field &ndash; Q&amp;A with  <em>Lena&nbsp;Ortiz</em> of\n Radio Norte",
            type=" Remarks to\n the Press ",
            href="https://www.state.gov/releases/office-of-the-spokesperson/2031/06/ada-field-with-lena-ortiz",
            spans=span("Ada Field", "May 31, 2031"),
        ),
        attributes=' data-returned-posts="[700001, 700002]"',
        nav='<a class="page-numbers" href="/press-releases/">1</a><span class="page-numbers current">2</span>'
        '<a class="next page-numbers" href="https://www.state.gov/press-releases/page/3/">Next</a>',
    )
    index = read_listing(body, URL)
    assert index.links == (
        replace(PLAIN, wp_id=700001),
        Link(
            url="https://www.state.gov/releases/office-of-the-spokesperson/2031/06/ada-field-with-lena-ortiz/",
            source="listing",
            title="Ada Field – Q&A with Lena Ortiz of Radio Norte",
            type="Remarks to the Press",
            date="2031-05-31",
            byline="Ada Field",
            wp_id=700002,
        ),
    )
    assert index.next_url == "https://www.state.gov/press-releases/page/3/"
    assert index.total == 1104
    assert index.skipped == index.indexes == ()


def test_the_last_page_has_no_next():
    assert read_listing(page(item()), URL).next_url is None


@pytest.mark.parametrize(
    "markup",
    [
        # Classes added and in another order, attributes on the item, the parts in another order.
        '<li data-x="1" class="is-layout-flow collection-result wide" lang="en"><a target="_self"'
        ' class="wp-link collection-result__link" href="/lakes-forum/"><span><b>Remarks</b> at the <i>Lakes</i></span>'
        ' Forum</a><p class="has-small-font collection-result__date"><span>Remarks</span></p>'
        '<div class="x collection-result-meta"><span><span>June 4, 2031</span></span></div></li>',
        # No class on the item, and none on the link.
        '<li><p class="collection-result__date">Remarks</p><a href="//www.state.gov/lakes-forum">Remarks at the Lakes'
        ' Forum</a><div class="collection-result-meta"><span>June 4, 2031</span></div></li>',
        # Unclosed elements, http, capitals, tracking.
        '<LI CLASS="collection-result"><P CLASS="collection-result__date">Remarks<DIV>'
        '<A CLASS="collection-result__link" HREF="HTTP://WWW.STATE.GOV/lakes-forum/?utm_source=x#top">'
        "Remarks at the Lakes Forum</A>"
        '<DIV CLASS="collection-result-meta"><SPAN>June 4, 2031',
    ],
)
def test_other_spellings_of_one_item(markup):
    assert read_listing(page(markup), URL).links == (PLAIN,)


@pytest.mark.parametrize(
    ("spans", "byline", "date"),
    [
        # The byline is never taken for the date, nor the date for the byline.
        (span("Ada Field", "June 4, 2031"), "Ada Field", "2031-06-04"),
        (span("May Augustin, 1962", "June 4, 2031"), "May Augustin, 1962", "2031-06-04"),
        (span("Ada Field", "Lena Ortiz", "June 4, 2031"), "Ada Field; Lena Ortiz", "2031-06-04"),
        (span("", "June 4, 2031"), None, "2031-06-04"),
        (span("\u00a0June\u00a04,\n2031 "), None, "2031-06-04"),
        # Dates that cannot be read or cannot be: everything else is kept.
        (span("Ada Field"), None, None),
        (span("Ada Field", ""), "Ada Field", None),
        (span("June 31, 2031"), None, None),
        (span("June 4, 0031"), None, None),
        (span("06/04/31"), None, None),
        ("", None, None),
    ],
)
def test_byline_and_date(spans, byline, date):
    assert read_listing(page(item(spans=spans), item()), URL).links[0] == replace(PLAIN, byline=byline, date=date)


def test_a_listing_of_which_no_date_can_be_read_is_refused():
    with pytest.raises(BadIndex, match="no item has a date"):
        read_listing(page(item(spans=span("06/04/31")), item(spans="")), URL)


def test_page_numbers_beyond_this_one_without_a_link_are_refused():
    nav = '<span class="page-numbers current">2</span><span class="page-numbers">15</span>'
    with pytest.raises(BadIndex, match="page 2 of 15, and no link"):
        read_listing(page(item(), nav=nav), URL)


def test_an_item_without_meta_is_kept():
    markup = (
        '<li><p class="collection-result__date">Remarks</p><a href="/lakes-forum/">Remarks at the Lakes Forum</a></li>'
    )
    assert read_listing(page(markup, item()), URL).links[0] == replace(PLAIN, date=None)


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("A &amp;lt;b&amp;gt; &amp; B &lt;i&gt;", "A &lt;b&gt; & B <i>"),
        ("Remarks <script>alert('Field')</script>on <style>p{}</style>Water", "Remarks on Water"),
        ("Water <svg><title>Opens a new page</title></svg>", "Water"),
        ("Caf\u00e9 na\u00efve \u2013 \u201cWater\u201d", "Café naïve – “Water”"),
        (" \n ", None),
    ],
)
def test_titles(printed, title):
    assert read_listing(page(item(printed)), URL).links == (replace(PLAIN, title=title),)


@pytest.mark.parametrize(
    ("listed", "ids"),
    [
        ("[11, 12]", [11, 12]),
        ("11,12", [11, 12]),
        # Numbers that are not one for each item say nothing.
        ("[11, 12, 13]", [None, None]),
        ("[]", [None, None]),
        ("", [None, None]),
    ],
)
def test_wordpress_ids_by_place(listed, ids):
    body = page(item(), item(), attributes=f' data-returned-posts="{listed}"')
    assert [link.wp_id for link in read_listing(body, URL).links] == ids


def test_wordpress_ids_of_the_items_come_first():
    own = item().replace("<li ", '<li id="post-22944" ')
    odd = item().replace("<li ", '<li id="post-first" ')
    body = page(own, odd, attributes=' data-returned-posts="[11, 12]"')
    assert [link.wp_id for link in read_listing(body, URL).links] == [22944, 12]


def test_addresses_elsewhere_are_named_and_do_not_shift_the_ids():
    body = page(
        item(href="https://www.state.gov/releases/preview/660581/"),
        item(),
        item(href="https://usembassy.example/lakes/", type=""),
        item(href="/wp-content/uploads/2031/06/lakes.pdf"),
        item(href="javascript:void(0)"),
        item(href="https://www.state.gov@evil.example/"),
        item(href="http://[broken"),
        attributes=' data-returned-posts="[1, 2, 3, 4, 5, 6, 7]"',
    )
    index = read_listing(body, URL)
    assert index.links == (replace(PLAIN, wp_id=2),)
    assert index.skipped == (
        "https://www.state.gov/releases/preview/660581/",
        "https://usembassy.example/lakes/",
        "https://www.state.gov/wp-content/uploads/2031/06/lakes.pdf",
        "javascript:void(0)",
        "https://www.state.gov@evil.example/",
        "http://[broken",
    )


def test_only_addresses_elsewhere_is_not_an_empty_listing():
    index = read_listing(page(item(href="https://www.state.gov/releases/preview/660581/")), URL)
    assert index.links == ()
    assert len(index.skipped) == 1


DECOY = (
    b"<html><head><title>Technical Difficulties</title></head><body><h1>Technical Difficulties</h1>"
    b"<p>Exception: forbidden</p></body></html>"
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (DECOY, "no list; page title 'Technical Difficulties'"),
        (b"", "no list; page title None"),
        (b"\x89PNG\r\n\x1a\n" + Random(7).randbytes(20_000), "no list; page title"),
        (b'[{"id": 1}]', "no list; page title None"),
        # Words in a script or a title are no list.
        (b"<script>'<ul class=\"collection-results\"><li>'</script>", "no list; page title None"),
        (page(total=""), "no items"),
        (page(total="12"), "12 items listed, none shown"),
        (page(total="0"), "0 items listed, none shown"),
        (page(item(), item(href="")), "item 2 ('Remarks at the Lakes Forum') has no link"),
        (page(item(), "<li>Field Day</li>"), "item 2 ('Field Day') has no link"),
        (page(item().replace("collection-result__date", "when")), "no item has a type label"),
        (page(item(), total="about 40"), "total 'about 40' is no number"),
        (page(item(), nav='<span class="page-numbers current">1</span>'), "asked for page 2, got page 1"),
        (
            page(item(), nav='<span aria-current="page" class="current x page-numbers">Page 1,002</span>'),
            "asked for page 2, got page 1,002",
        ),
        (
            page(item(), nav='<a class="next page-numbers" href="/press-releases/?page=3">Next</a>'),
            "the next link leads to",
        ),
        (
            page(item(), nav='<a class="next page-numbers" href="/press-releases/page/2/">Next</a>'),
            "the next link leads to",
        ),
        (page(item(), nav='<a class="next page-numbers">Next</a>'), "the next link leads to"),
        (page(item(), nav='<a class="next page-numbers" href="javascript:go(3)">Next</a>'), "the next link is none"),
        (
            page(
                item(),
                nav='<a class="next page-numbers" href="https://2021-2025.state.gov/press-releases/page/3/">Next</a>',
            ),
            "the next link leads to https://2021-2025.state.gov/press-releases/page/3/, not to page 3",
        ),
    ],
)
def test_refused(body, reason):
    assert refusal(body).startswith(reason)


def test_question_mark_page_is_answered_with_page_one():
    """As the site does it: the marker says 1, and the address asked for page 1 too, whatever its query says."""
    first = page(
        item(),
        nav='<span class="page-numbers current">1</span>'
        '<a class="next page-numbers" href="/press-releases/page/2/">Next</a>',
    )
    index = read_listing(first, "https://www.state.gov/press-releases/?page=7")
    assert index.next_url == "https://www.state.gov/press-releases/page/2/"
    assert refusal(first, "https://www.state.gov/press-releases/page/7/") == "asked for page 7, got page 1"


def test_page_past_the_end_that_repeats_the_last_one():
    last = page(item(), nav='<span class="page-numbers current">1,111</span>')
    assert read_listing(last, "https://2021-2025.state.gov/press-releases/page/1111/").links == (PLAIN,)
    assert (
        refusal(last, "https://2021-2025.state.gov/press-releases/page/1112/") == "asked for page 1112, got page 1,111"
    )


def test_a_total_that_a_script_fills_in_is_absent():
    assert read_listing(page(item(), total=""), URL).total is None


def test_bytes_that_are_no_text_hurt_only_where_they_stand():
    body = page(item("Caf\u00e9")).replace("\u00e9".encode(), b"\xe9")
    assert read_listing(body, URL).links == (replace(PLAIN, title="Caf\ufffd"),)


def test_deep_nesting():
    deep = "<b>" * 20
    assert read_listing(page(item(f"Water{deep}")), URL).links[0].title == "Water"
    assert "elements" in refusal(page(item("Water" + "<b>" * 20_000)))
    assert refusal(b"<div>" * 2_000).startswith("no list")


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://www.state.gov/press-releases/", 1),
        ("https://www.state.gov/press-releases/page/1/", 1),
        ("https://www.state.gov/press-releases/page/107/", 107),
        ("https://www.state.gov/press-releases/page/107", 107),
        ("https://www.state.gov/press-releases/page/3/?results=30", 3),
        ("https://www.state.gov/press-releases/?page=3", 1),
        ("https://www.state.gov/press-releases/page/0/", 1),
        ("https://www.state.gov/page/3/lakes-forum/", 1),
        (f"https://www.state.gov/page/{'9' * 5000}/", 1),
    ],
)
def test_page_number(url, number):
    assert page_number(url) == number


@pytest.mark.parametrize("base", ["", "page/4/", "page/4", "?page=4"])
@pytest.mark.parametrize("number", [1, 2, 1111])
def test_listing_url(base, number):
    url = listing_url(f"http://2021-2025.state.gov/press-releases/{base}", number)
    assert url == "https://2021-2025.state.gov/press-releases/" + ("" if number == 1 else f"page/{number}/")
    assert page_number(url) == number


def test_pages_are_counted_from_one():
    with pytest.raises(ValueError, match="no page number"):
        listing_url("https://www.state.gov/press-releases/", 0)


def test_an_item_without_a_type_label_is_kept_for_its_page_to_tell():
    links = read_listing(page(item(), item("Water", type=" ")), URL).links
    assert [link.type for link in links][1:] == [None]
    assert links[0].type
