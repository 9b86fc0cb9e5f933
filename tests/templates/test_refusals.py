"""Steps 4-8: what is no sound page ends in a refusal that names the page and what was wrong."""

import pytest

from crawler import flow
from crawler.errors import AmbiguousTemplate, Empty, NotText, TemplateBroken, UnknownTemplate

from .pages import ADDRESS, BYLINE, DATE, FORMS, TYPE, capture, page_2019, page_2025

CARD = f'<div class="related-content"><div class="card">{TYPE}{BYLINE}{DATE}</div></div>'


def dated(printed):
    return {"date": DATE.replace("November 3, 2023", printed)}


# what is wrong: the parts changed, the refusal, a word of its reason
BROKEN = {
    "headline renamed": ({"headline": '<h1 class="page-headline">Terns</h1>'}, "headline"),
    "headline empty": ({"headline": '<h1 class="featured-content__headline"> &nbsp;</h1>'}, "headline"),
    "no entry-content": ({"content": ""}, "0 elements .entry-content"),
    "two bodies": ({"after": '<div class="entry-content"><p>More.</p></div>'}, "2 elements .entry-content"),
    "no date": ({"date": ""}, "publish-date"),
    "no date, a card has one": ({"date": "", "inside": CARD}, "publish-date"),
    "no date, a card behind the body has one": ({"date": "", "after": CARD}, "publish-date"),
    "date empty": (dated(" "), "publish-date"),
    "no such day": (dated("February 31, 2023"), "February 31, 2023"),
    "no leap year": (dated("February 29, 2023"), "February 29, 2023"),
    "no such month": (dated("Movember 3, 2023"), "Movember 3, 2023"),
    "no year": (dated("November 3"), "November 3"),
    "two dates": (dated("November 3, 2023 - November 5, 2023"), "November 5"),
    "far ahead": (dated("March 1, 2024"), "March 1, 2024"),
    "before the web": (dated("November 3, 1850"), "1850"),
    "no type": ({"type": ""}, "doctype-meta"),
    "no type, a card has one": ({"type": "", "inside": CARD}, "doctype-meta"),
    "type empty": ({"type": '<p class="article-meta doctype-meta"></p>'}, "doctype-meta"),
    "byline renamed": ({"byline": '<p class="article-meta__speaker">Ada Fenwick</p>'}, "Ada Fenwick"),
}
# the body holds nothing for a reader
WORDLESS = {
    "nothing": "",
    "white space": "<p>&nbsp;</p> <p>\u200b</p><br><hr>",
    "images": '<p><img src="/tern.jpg" alt="A tern"></p><figure><img src="/b.jpg"></figure>',
    "scripts": "<script>var a = 'words';</script><style>p { color: red }</style><noscript>Enable it</noscript>",
    "a comment": "<!-- words -->",
    "an input": '<p><input type="hidden" data-filter="111000000100" value="words" /></p>',
}


def refusal_of(body, kind, **changes):
    with pytest.raises(kind) as caught:
        flow.run(capture(body, **changes))
    assert caught.value.url == ADDRESS
    return caught.value.reason


@pytest.mark.parametrize("build", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(("parts", "word"), BROKEN.values(), ids=BROKEN)
def test_broken_page(build, parts, word):
    assert word in refusal_of(build(**parts), TemplateBroken)


@pytest.mark.parametrize(("build", "kind"), [(page_2019, TemplateBroken), (page_2025, Empty)], ids=FORMS)
@pytest.mark.parametrize("text", WORDLESS.values(), ids=WORDLESS)
def test_body_without_a_word(build, kind, text):
    assert (
        "holds no text" in refusal_of(build(text=text), kind)
        if kind is TemplateBroken
        else refusal_of(build(text=text), kind).startswith("nothing is left")
    )


def test_body_of_furniture_only():
    text = '<div class="share-this-page"><p>Copy link to this page and send it on</p></div><p>Back to Top</p>'
    assert "nothing is left" in refusal_of(page_2019(text=text), Empty)


def test_a_date_of_tomorrow_is_sound():
    # 2024-02-01 in UTC can still be the day before in Washington, and the other way round
    assert flow.run(capture(page_2019(**dated("February 2, 2024")))).page.date == "2024-02-02"


def test_marks_of_both_templates():
    both = page_2019(text='<h1 class="featured-content__headline">Opening of the Tern Bridge</h1><p>Words.</p>')
    reason = refusal_of(both, AmbiguousTemplate)
    assert "wordpress_2019 and wordpress_2025" in reason


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"<html><head><title>Terns \n &amp; Ports</title></head><body><p>A page.</p></body></html>", "Terns & Ports"),
        (b"<p>No title at all.</p>", "no title"),
        (b"no markup, but sent as HTML", "no title"),
        (b"<rss version='2.0'><channel><item><title>A feed</title></item></channel></rss>", "feed"),
        (b"<title>" + b"long " * 100 + b"</title>", "long"),
    ],
)
def test_marks_of_no_template(body, word):
    reason = refusal_of(body, UnknownTemplate)
    assert word in reason
    assert len(reason) < 200


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", None])
@pytest.mark.parametrize("body", [b"", b" \r\n\t ", b"\xef\xbb\xbf", "\u00a0\u3000".encode()])
def test_empty_body(body, content_type):
    assert "no text" in refusal_of(body, Empty, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)) * 8,
        page_2019(text="<p>" + "Ärger über Öl. " * 40 + "</p>").replace("Ä".encode(), b"\xc4"),  # both in one page
    ],
)
def test_bytes_that_are_no_text(body):
    assert "characters" in refusal_of(body, NotText)
