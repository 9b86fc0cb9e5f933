"""A page that is not whole is refused by name, wherever it was cut; a whole one is read, whatever is said on it."""

import pytest

from crawler import flow
from crawler.errors import CutOff, Refusal
from crawler.exchange import cut_words

from . import old_pages, pages
from .old_pages import BRIEFING

SPEECH = "".join(
    f"<p><b>SECRETARY FENWICK:</b> The {n}th pier is open, and we “thank” all who built it. It was long work.</p>"
    f"<p><b>QUESTION:</b> And pier {n}?</p>"
    for n in range(6)
)
OLD_CLOSERS = '<P>[End of Document]<P><A HREF="/index.html">Department of State Home Page</A>\n'
FORMS = {
    "wordpress_2019": lambda: pages.capture(pages.page_2019(text=SPEECH)),
    "wordpress_2025": lambda: pages.capture(pages.page_2025(text=SPEECH)),
    "cms_2009": lambda: old_pages.capture(old_pages.page_2009(text=SPEECH), "cms_2009"),
    "cms_2001": lambda: old_pages.capture(old_pages.page_2001(text=SPEECH), "cms_2001"),
    "html_1997": lambda: old_pages.capture(old_pages.page_1997(text=SPEECH), "html_1997"),
}


def said(remark):
    return [(turn.label, turn.text) for turn in remark.utterances]


def cut(capture, at):
    return type(capture)(**{name: getattr(capture, name) for name in capture.__slots__} | {"body": capture.body[:at]})


def with_body(capture, body):
    return type(capture)(**{name: getattr(capture, name) for name in capture.__slots__} | {"body": body})


@pytest.mark.parametrize("build", FORMS.values(), ids=FORMS)
def test_cut_at_any_place_it_is_refused_or_whole(build):
    whole = build()
    turns = said(flow.run(whole))
    assert len(turns) == 12
    for at in range(1, len(whole.body), 7):
        try:
            found = said(flow.run(cut(whole, at)))
        except Refusal:
            continue
        assert found == turns, whole.body[at - 60 : at]


@pytest.mark.parametrize("build", FORMS.values(), ids=FORMS)
def test_cut_inside_the_speech_the_refusal_says_so_with_the_last_words(build):
    whole = build()
    at = whole.body.index(b"The 4th pier") + 20
    with pytest.raises(CutOff) as caught:
        flow.run(cut(whole, at))
    assert "the end is missing" in caught.value.reason
    assert "The 4th pier is open" in caught.value.reason


@pytest.mark.parametrize(
    "foot",
    [
        OLD_CLOSERS,
        '<P><FONT SIZE="1">[end of file]</FONT><P><A HREF="a.html#top">Back to Top</A><BR>',
        '<P><A HREF="http://1997-2001.state.gov/">Department of State</A>\n</BLOCKQUOTE>\n',
        "<P>[End of Document]</BODY></HTML>\n<!-- saved -->\n",
    ],
)
def test_hand_made_pages_that_close_nothing_are_whole(foot):
    body = old_pages.page_1997(text=SPEECH, end=foot).removesuffix("</BODY></HTML>")
    assert len(flow.run(old_pages.capture(body, "html_1997")).utterances) == 12


@pytest.mark.parametrize(
    "after",
    [
        "",
        "\n\n<!-- Performance optimized by a cache. -->\n",
        "<!-- one --><!-- two\n> three -->",
        "<script>var end = '<p>';</script>\n",
        "</div>\n",
    ],
)
def test_what_may_stand_behind_the_end(after):
    capture = pages.capture(pages.page_2025(text=SPEECH) + after.encode())
    assert len(flow.run(capture).utterances) == 12


@pytest.mark.parametrize(
    "inside",
    [
        "<script>document.write('<html></html>')</script>",
        "<!-- </body></html> -->",
        "<p>He wrote &lt;/html&gt; on the wall.</p>",
    ],
)
def test_an_end_inside_the_page_is_none(inside):
    capture = pages.capture(pages.page_2025(text=inside + SPEECH))
    with pytest.raises(CutOff):
        flow.run(cut(capture, capture.body.index(b"The 4th pier")))


SERVER = {
    "critical": "<p>There has been a critical error on this website.</p>",
    "critical, with a link": '<p>There has been a critical error on this website. <a href="x">Learn more.</a></p>',
    "memory": "<br />\n<b>Fatal error</b>:  Allowed memory size of 268435456 bytes exhausted (tried to allocate 20480)"
    " in <b>/var/www/html/wp-includes/class.php</b> on line <b>312</b><br />",
    "warning": "<br />\n<b>Warning</b>:  Undefined array key 3 in <b>/srv/app/x.php</b> on line <b>9</b><br />",
    "notice": "<p>Notice: Undefined index: tags in /home/www/theme/single.php on line 27</p>",
    "parse": "<b>Parse error</b>: syntax error, unexpected '}' in <b>C:\\inetpub\\x.php</b> on line <b>2</b>",
    "database": "<h1>Error establishing a database connection</h1>",
    "deprecated": "<p>PHP Deprecated: Function x() is deprecated in /a/b.php on line 1</p>",
    "gateway": "<p>504 Gateway Time-out</p>",
    "internal": "<h2>Internal Server Error</h2>",
    "maintenance": "<p>Briefly unavailable for scheduled maintenance. Check back in a minute.</p>",
    "sql": "<p>You have an error in your SQL syntax; check the manual.</p>",
    "asp": "<p>Server Error in '/' Application.</p>",
    "akamai": "<p>Reference #18.2d351ab8.1557333295.a4e16ab</p>",
    "time": "<p>Maximum execution time of 30 seconds exceeded</p>",
    "uncaught": "<p>Uncaught Error: Call to undefined function get_field()</p>",
    "in a turn": "<p><b>SECRETARY FENWICK:</b> Good.<br>There has been a critical error on this website.</p>",
}


@pytest.mark.parametrize("words", SERVER.values(), ids=SERVER)
@pytest.mark.parametrize("place", ["before", "after"])
def test_words_of_the_server_are_no_speech(words, place):
    text = words + SPEECH if place == "before" else SPEECH + words
    with pytest.raises(CutOff, match="words of the server"):
        flow.run(pages.capture(pages.page_2025(text=text)))


@pytest.mark.parametrize(
    "line",
    [
        "It was, as they say, a fatal error: nobody asked the harbor master.",
        "The website said “There has been a critical error on this website.” I have not seen it since.",
        "Warning: this will be long.",
        "I call it an internal server error of the mind.",
        "There is a notice in the hall on line 12 of the tram.",
        "We were briefly unavailable; forgive us.",
    ],
)
def test_who_speaks_of_an_error_is_heard(line):
    text = SPEECH + f"<p><b>QUESTION:</b> {line}</p>"
    assert flow.run(pages.capture(pages.page_2025(text=text))).utterances[-1].text == line


def test_a_text_without_markup_ends_in_a_sentence_or_a_closing_line():
    whole = old_pages.capture(BRIEFING, "hard_wrapped", "text/plain")
    assert flow.run(whole).utterances
    at = BRIEFING.index("That is all I have on lamps")
    with pytest.raises(CutOff, match="no end of a sentence"):
        flow.run(with_body(whole, BRIEFING[: at - 4].encode()))


@pytest.mark.parametrize(
    ("status", "headers", "received", "partial", "words"),
    [
        (200, {}, 10, False, None),
        (200, {"content-length": "10"}, 10, False, None),
        (200, {"content-length": "9"}, 10, False, None),
        (200, {"content-length": "11"}, 10, False, "10 bytes came of the 11"),
        (200, {"content-length": "99999999999999999999"}, 10, False, "10 bytes came"),
        (200, {"content-length": "²"}, 10, False, None),
        (200, {"content-length": "11, 11"}, 10, False, None),
        (200, {"content-length": "11", "transfer-encoding": "chunked"}, 10, False, None),
        (206, {"content-length": "10"}, 10, False, "status 206"),
        (200, {}, 10, True, "closed without"),
    ],
)
def test_what_the_head_of_an_answer_tells(status, headers, received, partial, words):
    told = cut_words(status, headers, received, partial=partial)
    assert told is None if words is None else words in told


def test_an_answer_whose_head_says_so_is_refused():
    whole = FORMS["wordpress_2025"]()
    fields = {name: getattr(whole, name) for name in whole.__slots__}
    with pytest.raises(CutOff, match="10 bytes came"):
        flow.run(type(whole)(**fields | {"cut": "10 bytes came of the 11 that Content-Length says"}))
