"""Step 4: the same page in other spellings of HTML, and pages of unusual size."""

import pytest

from crawler import flow
from crawler.errors import NotText, TemplateBroken
from crawler.web.blocks import MOST_DEPTH

from .pages import FORMS, capture

FORM = pytest.mark.parametrize("build", FORMS.values(), ids=FORMS)
PLAIN = [("SECRETARY FENWICK", "Good morning."), ("QUESTION", "Is it open?")]

SPELLINGS = {
    "more classes": {
        "content": '<div class="wp-block-post-content  entry-content\n is-layout-flow">',
        "headline": '<h1 class="wp-block-x featured-content__headline x">Opening of the Tern Bridge</h1>',
        "date": '<p class="dt article-meta__publish-date x">November 3, 2023</p>',
    },
    "attributes in another order": {
        "content": "<div data-x='1' id=content class=entry-content lang=en>",
        "type": "<p dir='ltr' data-a class='doctype-meta article-meta'>Remarks to the Press</p>",
        "ids": '<link href="https://www.state.gov/?p=9001" rel="shortlink">',
    },
    "upper case": {
        "content": '<DIV CLASS="entry-content">',
        "text": "<P><B>SECRETARY FENWICK:</B> Good morning.</P><P><STRONG>QUESTION:</STRONG> Is it open?</P>",
    },
    "unclosed paragraphs": {"text": "<p><b>SECRETARY FENWICK:</b> Good morning.<p><b>QUESTION:</b> Is it open?"},
    "unclosed bold": {"text": "<p><b>SECRETARY FENWICK:</b> Good morning.</p><p><b>QUESTION:</b> Is it <i>open?</p>"},
    "other elements": {
        "text": "<div><b>SECRETARY FENWICK:</b> Good morning.</div><ul><li><b>QUESTION:</b> Is it open?</li></ul>",
    },
    "a line of source each": {
        "text": "<p>\n<b>SECRETARY\n FENWICK:</b>\n Good\n morning.\n</p>\n<p><b>QUESTION:</b>\r\n Is it open?</p>"
    },
    "a table": {
        "text": "<table><tr><td><b>SECRETARY FENWICK:</b> Good morning.<tr><td><b>QUESTION:</b> Is it open?</table>"
    },
}


def turns(body):
    return [(u.label, u.text) for u in flow.run(capture(body)).utterances]


@FORM
@pytest.mark.parametrize("parts", SPELLINGS.values(), ids=SPELLINGS)
def test_another_spelling_reads_the_same(build, parts):
    changed, plain = flow.run(capture(build(**parts))), flow.run(capture(build()))
    assert [(u.label, u.text) for u in changed.utterances] == PLAIN
    for name in ("title", "type", "date", "byline", "places", "wp_id", "template"):
        assert getattr(changed.page, name) == getattr(plain.page, name)


@FORM
@pytest.mark.parametrize("tag", ["div", "blockquote", "span", "b"])
def test_elements_nested_deep(build, tag):
    depth = MOST_DEPTH - 20
    text = f"<p><b>SECRETARY FENWICK:</b> Good morning.</p>{f'<{tag}>' * depth}Deep down.{f'</{tag}>' * depth}"
    ((label, said),) = turns(build(text=text))
    assert label == "SECRETARY FENWICK"
    assert said.split() == ["Good", "morning.", "Deep", "down."]


@FORM
@pytest.mark.parametrize("tag", ["div", "em"])
def test_elements_nested_deeper_than_any_page_are_refused(build, tag):
    with pytest.raises(TemplateBroken, match="inside one another"):
        turns(build(text=f"{f'<{tag}>' * 2_000}Deep down."))


@FORM
@pytest.mark.parametrize("tags", ["<div>" * 50_000, "<b>" * 50_000, "<p>Word.</p>" * 50_000])
def test_fifty_thousand_elements_are_no_page(build, tags):
    # the parser takes the square of the depth: 50,000 nested <div>s are 5 seconds
    with pytest.raises(NotText, match="tags"):
        turns(build(text=tags))


@FORM
def test_headline_of_nested_elements(build):
    nested = f"{'<em>' * 300}Terns{'</em>' * 300}"
    body = build(headline=f'<h1 class="featured-content__headline">{nested}</h1>')
    assert flow.run(capture(body)).page.title == "Terns"


@FORM
def test_page_of_five_megabytes(build):
    line = f"<p><b>QUESTION:</b> {'How many? ' * 20}</p><p><b>MR MARSH:</b> {'Many. ' * 300}</p>"
    count = 5_000_000 // len(line) + 1
    found = turns(build(text=line * count))
    assert len(found) == 2 * count
    assert {label for label, _ in found} == {"QUESTION", "MR MARSH"}


@FORM
def test_a_body_inside_a_body_is_one(build):
    text = '<div class="entry-content"><p><b>QUESTION:</b> One?</p><p><b>MR MARSH:</b> One.</p></div>'
    assert turns(build(text=text)) == [("QUESTION", "One?"), ("MR MARSH", "One.")]
