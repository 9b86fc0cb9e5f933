"""Pages that do not fit the forms of 1997-2017 end in a refusal that names the page and what was wrong."""

import pytest

from crawler import flow
from crawler.errors import AmbiguousTemplate, Moved, TemplateBroken, UnknownTemplate

from .old_pages import BRIEFING, FORMS, URLS, capture, page_1997, page_2001, page_2009
from .pages import page_2019

LONG = "<p>One two three four five six seven eight nine ten eleven twelve.</p>" * 4
CELL = '<td class="content-font-style">'

BROKEN = {
    "2009: body renamed": (page_2009(open='<div id="middleblock">'), "cms_2009", "#centerblock"),
    "2009: body empty": (page_2009(text="&nbsp;"), "cms_2009", "#centerblock"),
    "2009: two bodies": (page_2009(text=LONG, after=f'<div id="centerblock">{LONG}</div>'), "cms_2009", "2 elements"),
    "2009: no date": (page_2009(date=""), "cms_2009", "#date_long"),
    "2009: date renamed": (page_2009(date='<div id="datelong">July 28, 2016</div>'), "cms_2009", "#date_long"),
    "2009: no such day": (page_2009(date='<div id="date_long">July 32, 2016</div>'), "cms_2009", "July 32"),
    "2009: no title": (page_2009(title=""), "cms_2009", "#doctitle"),
    "2001: no date": (page_2001(date=""), "cms_2001", "no line of the head is a date"),
    "2001: no such day": (page_2001(date="<font>February 30, 2006</font>"), "cms_2001", "February 30"),
    "2001: no title": (page_2001(title="", head=""), "cms_2001", "h1"),
    "2001: cell empty": (page_2001(cell="<td>", beside=f"{CELL} </td>"), "cms_2001", ".content-font-style"),
    "2001: two cells": (
        page_2001(text=LONG, beside=f"{CELL}{LONG}</td>"),
        "cms_2001",
        "2 elements .content-font-style",
    ),
    "text: no date": (BRIEFING.replace("2000", "MM"), "hard_wrapped", "is a date"),
}


@pytest.mark.parametrize(("body", "form", "word"), BROKEN.values(), ids=BROKEN)
def test_broken_page(body, form, word):
    kind = "text/plain" if form == "hard_wrapped" else "text/html"
    with pytest.raises(TemplateBroken, match=form) as caught:
        flow.run(capture(body, form, content_type=kind))
    assert caught.value.url == URLS[form]
    assert word in caught.value.reason


def test_no_date_anywhere():
    url = "https://1997-2001.state.gov/statements/bridge.html"
    body = page_1997(title="<TITLE>Terns</TITLE>", head="<H2>Opening of the Tern Bridge</H2>")
    with pytest.raises(TemplateBroken, match="no date in the head"):
        flow.run(capture(body, "html_1997", url=url))


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (page_2001(cell='<td class="content-style">'), "cms_2001"),
        (page_1997(notice="", seal="", head="<H2>Opening</H2>June 11, 1999", end=""), "html_1997"),
        (page_2009(title="", people="", date="", open="<div>"), "cms_2009"),
    ],
)
def test_no_mark(body, form):
    with pytest.raises(UnknownTemplate, match=URLS[form]):
        flow.run(capture(body, form))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("other", [*FORMS, "wordpress_2019"])
def test_marks_of_two_forms(form, other):
    if other == form:
        return
    second = page_2019().decode() if other == "wordpress_2019" else FORMS[other]()
    both = FORMS[form]().replace("</body>", f"{second}</body>").replace("</BODY>", f"{second}</BODY>")
    with pytest.raises(AmbiguousTemplate, match="both claim the page"):
        flow.run(capture(both, form))


STUB = '<html><head><META HTTP-EQUIV="{}" CONTENT="{}"></head><body>{}</body></html>'


@pytest.mark.parametrize(
    ("refresh", "target"),
    [
        (
            "0; URL=/secretary/remarks/2016/07/900009.htm",
            "https://2009-2017.state.gov/secretary/remarks/2016/07/900009.htm",
        ),
        ("5;url='https://2009-2017.state.gov/a.htm#top'", "https://2009-2017.state.gov/a.htm"),
        ("0;URL=https://www.example.org/", "https://www.example.org/"),
        ("URL=//2009-2017.state.gov/b.htm", "https://2009-2017.state.gov/b.htm"),
    ],
)
def test_a_stub_leads_elsewhere(refresh, target):
    stub = capture(STUB.format("refresh", refresh, "This page has moved."), "cms_2009")
    with pytest.raises(Moved) as caught:
        flow.run(stub)
    assert (caught.value.target, caught.value.outcome, caught.value.degrades) == (target, "redirect", False)


@pytest.mark.parametrize(
    "body",
    [
        STUB.format("refresh", "300", "This page loads itself."),
        STUB.format("refresh", f"0; URL={URLS['cms_2009']}", "It leads to itself."),
        STUB.format("content-type", "text/html; url=/a.htm", "It is no refresh."),
        STUB.format("refresh", "0; URL=/a.htm", LONG * 3),
    ],
)
def test_no_stub(body):
    page = capture(body, "cms_2009")
    with pytest.raises(UnknownTemplate):
        flow.run(page)


def test_a_page_that_reloads_itself_elsewhere_is_a_page():
    body = page_2009().replace("<head>", '<head><meta http-equiv="refresh" content="0; URL=/a.htm">')
    assert len(flow.run(capture(body, "cms_2009")).utterances) == 2
