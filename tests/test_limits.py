"""What markup the parser may be given: counted first, told by name, and no ordinary page is near it."""

import pytest
from templates import old_pages, pages

from crawler.discovery.listing import read_listing
from crawler.errors import BadIndex, NotText, UnknownTemplate
from crawler.templates import parse_page
from crawler.web.health import find_decoy
from crawler.web.limits import MOST_ATTRIBUTES, MOST_OPEN, MOST_TAGS, tree_of

URL = "https://www.state.gov/terns/"


def each(count, text):
    return "".join(text.format(number) for number in range(count))


DEEP = {
    "divisions": "<div>" * 20_000,
    "in capitals": "<DIV CLASS=A>" * 20_000,
    "end tags that do not fit": "<span><p></span></p>" * 6_000,
    "objects between": "<div><object></div></object>" * 6_000,
    "tables": "<table><tr><td>" * 9_000,
    "lists": "<ul><li>" * 12_000,
    "quotes in names": '<p "><div>' * 9_000,
    "quotation marks": '<a title="><div>">' * 4_000 + "<div>" * 4_000,
    "in a drawing": "<svg><style>" + "<g>" * 9_000,
    "behind a script": "<script>'<p'</script>" + "<div>" * 9_000,
    "comments between": "<div><!-- </div> -->" * 9_000,
    "definitions": "<dl><dd>" * 9_000,
    "forms": "<fieldset>" * 9_000,
}
EMPHASIS = {
    "fonts": each(2_000, "<p><font size={}>x"),
    "in capitals": each(2_000, "<P><FONT SIZE={}>x"),
    "bold": each(2_000, "<div><b id={}>x</div>"),
    "several": each(1_000, "<p><i class=a{0}><tt id={0}><u x={0}>"),
    "before cells": each(1_500, "<em id={}>") + "<p>x" * 2_000,
}
ATTRIBUTES = {
    "unquoted": "<p " + each(20_000, "a{}=b ") + ">",
    "quoted": "<p " + each(20_000, 'a{}="b" ') + ">",
    "without values": "<p " + each(20_000, "a{} ") + ">",
    "slashes": "<p/" + each(20_000, "a{}/") + ">",
    "with end signs": "<p " + each(20_000, 'a{}=">" ') + ">",
    "with begin signs": "<p " + each(20_000, "a{}='<' ") + ">",
    "of the body": each(9_000, "<body a{}=b>"),
}


@pytest.mark.parametrize("html", DEEP.values(), ids=DEEP)
def test_what_nests_too_deep(html):
    with pytest.raises(NotText, match=rf"more than {MOST_OPEN} elements inside one another"):
        tree_of(html, URL)


@pytest.mark.parametrize("html", EMPHASIS.values(), ids=EMPHASIS)
def test_emphasis_that_is_opened_again_and_again(html):
    with pytest.raises(NotText, match="emphasis that is never closed"):
        tree_of(html, URL)


@pytest.mark.parametrize("html", ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_an_element_of_too_many_attributes(html):
    with pytest.raises(NotText, match=f"more than {MOST_ATTRIBUTES} attributes"):
        tree_of(html, URL)


@pytest.mark.parametrize(
    "html",
    [
        "<p>x" * 20_000,
        "<table>" + "<tr><td>x<td>y" * 7_000,
        "<ul>" + "<li>x" * 20_000,
        "<p><b>x" * 7_000,
        "<script>" + "'<div>'" * 9_000 + "</script><p>x",
        "<!-- " + "<div>" * 9_000 + " -->",
        f'<img src="data:image/png;base64,{"A" * 500_000}">',
        f'<svg><path d="{"M1 2" * 50_000}"/></svg>',
        "<a name=x>" * 9_000,
        "<p><i class='a'>x</i>" * 9_000,
        "a < b " * 20_000,
    ],
)
def test_much_of_one_thing_that_costs_little(html):
    assert tree_of(html, URL).body is not None


@pytest.mark.parametrize("charset", ["cp037", "utf-16", "cp500", "utf-8", "cp1252"])
def test_tags_are_counted_in_the_text_not_in_the_bytes(charset):
    html = "<html><body>" + "<p>" * (MOST_TAGS + 1)
    page = pages.capture(html.encode(charset), content_type=f"text/html; charset={charset}")
    # those of IBM are no encoding of a page: its text has no tag then
    with pytest.raises(UnknownTemplate if charset in ("cp037", "cp500") else NotText, match=r"tags|no template"):
        parse_page(page)


def test_a_decoy_is_counted_before_it_is_parsed():
    html = b"<html><title>Technical Difficulties</title>" + b"<div>" * 20_000
    with pytest.raises(NotText, match="inside one another"):
        find_decoy(URL, html)


def test_a_listing_is_counted_before_it_is_parsed():
    with pytest.raises(BadIndex, match="inside one another"):
        read_listing(b"<ul class='collection-results'>" + b"<div>" * 20_000, URL)


@pytest.mark.parametrize("form", [*pages.FORMS, *old_pages.FORMS])
def test_every_form_is_refused_by_name(form):
    if form in pages.FORMS:
        page = pages.capture(pages.FORMS[form](text=DEEP["divisions"]))
    else:
        page = old_pages.capture(old_pages.FORMS[form](text=DEEP["divisions"]), form)
    with pytest.raises(NotText, match="inside one another"):
        parse_page(page)
