"""A page that is not whole is refused by name, wherever it was cut; a whole one is read, whatever is said on it."""

import pytest

from crawler import flow
from crawler.errors import CutOff, Refusal
from crawler.web.exchange import cut_words

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
    "iis": "<h2>HTTP Error 503. The service is unavailable.</h2>",
    "aspx": "<p>Description: An unhandled exception occurred during the execution of the current web request.</p>",
    "asp classic": "<font>Microsoft VBScript runtime </font> <font>error '800a000d'</font>",
    "coldfusion": "<p>Error Occurred While Processing Request</p>",
    "varnish": "<h1>Error 503 Backend fetch failed</h1>",
    "varnish line": "<p>Guru Meditation:</p>",
    "cloudflare": "<p>Cloudflare Ray ID: 7ab0cd1e2f3a4b5c</p>",
    "cloudfront": "<p>Generated by cloudfront (CloudFront)</p>",
    "squid": "<p>Generated Sat, 28 Nov 2026 13:00:00 GMT by proxy7 (squid/5.7)</p>",
    "envoy": "<p>upstream connect error or disconnect/reset before headers. reset reason: connection failure</p>",
    "apache": "<address>Apache/2.4.41 (Ubuntu) Server at www.state.gov Port 443</address>",
    "include": "<p>[an error occurred while processing this directive]</p>",
    "tomcat": "<h1>HTTP Status 500 – Internal Server Error</h1>",
    "java": "<p>java.lang.NullPointerException: null</p>",
    "python": "<p>Traceback (most recent call last):</p>",
    "drupal": "<p>The website encountered an unexpected error. Please try again later.</p>",
    "mysqli": "<p>Warning: mysqli_connect(): (HY000/2002): Connection refused</p>",
    "pdo": "<p>PDOException: SQLSTATE[HY000] [2002] Connection refused</p>",
    "adodb": "<p>ADODB.Connection error '800a0e7a'</p><p>/include/header.asp, line 25</p>",
    "dot net": "<p>[SqlException (0x80131904): Timeout expired]</p>",
    "cfquery": "<p>Error Executing Database Query.</p>",
    "cfm": "<p>The error occurred in D:\\inetpub\\page.cfm: line 42</p>",
    "status line": "<p>HTTP/1.1 503 Service Unavailable</p>",
    "host": "<p>509 Bandwidth Limit Exceeded</p>",
    "busy": "<p>The server is temporarily unavailable. Please try again later.</p>",
    "edge": "<p>Access Denied. You don't have permission to access this server.</p>",
    "incapsula": "<p>Request unsuccessful. Incapsula incident ID: 277000450170231</p>",
    "cause": "<p>Caused by: java.net.ConnectException: Connection refused</p>",
    "oracle": "<p>ORA-12541: TNS:no listener</p>",
    "disk": "<p>Error: ENOSPC: no space left on device</p>",
    "wpdb": "<p><strong>WordPress database error:</strong> [MySQL server has gone away]</p>",
    "trace": "<pre>Fatal error: Uncaught Error: Call to undefined function f() in /srv/w/x.php:12\nStack trace:\n"
    "#0 {main}\n  thrown in /srv/w/x.php on line 12</pre>",
    "no tags": "<p>So it is. Warning: mysqli_query(): (HY000/2002): Connection refused in /srv/w/db.php on line 3</p>",
    "in a turn": "<p><b>SECRETARY FENWICK:</b> Good.<br>There has been a critical error on this website.</p>",
}


@pytest.mark.parametrize("words", SERVER.values(), ids=SERVER)
@pytest.mark.parametrize("place", ["before", "after"])
def test_words_of_the_server_are_no_speech(words, place):
    text = words + SPEECH if place == "before" else SPEECH + words
    with pytest.raises(CutOff, match="words of the server"):
        flow.run(pages.capture(pages.page_2025(text=text)))


@pytest.mark.parametrize("words", SERVER.values(), ids=SERVER)
def test_words_of_the_server_in_place_of_the_page(words):
    body = f"<html><head><title>Error</title></head><body>{words}</body></html>"
    with pytest.raises(CutOff, match="words of the server"):
        flow.run(pages.capture(body.encode()))


@pytest.mark.parametrize(
    "line",
    [
        "It was, as they say, a fatal error: nobody asked the harbor master.",
        "The website said “There has been a critical error on this website.” I have not seen it since.",
        "Warning: this will be long.",
        "I call it an internal server error of the mind.",
        "There is a notice in the hall on line 12 of the tram.",
        "We were briefly unavailable; forgive us.",
        "On line 12 of the treaty there is a fatal error: in Article 3, on line 4.",
        "A gateway? Time out, please.",
        "The service is unavailable. Did anybody tell the ferry?",
        "Was that Error 404, or a fatal error, in your view?",
    ],
)
def test_who_speaks_of_an_error_is_heard(line):
    text = SPEECH + f"<p><b>QUESTION:</b> {line}</p>"
    assert flow.run(pages.capture(pages.page_2025(text=text))).utterances[-1].text == line


def test_a_text_without_markup_ends_in_a_sentence_or_a_closing_line():
    whole = old_pages.capture(BRIEFING, "hard_wrapped", "text/plain")
    assert flow.run(whole).utterances
    at = BRIEFING.index("That is all I have on lamps")
    for end in (at - 4, at, len(BRIEFING.rstrip()) - 1):  # in a sentence, behind one, before the last bracket
        with pytest.raises(CutOff, match="no closing line"):
            flow.run(with_body(whole, BRIEFING[:end].encode()))


@pytest.mark.parametrize(
    "closing",
    [
        *("(The briefing concluded at 12:40 p.m.)", "(Press briefing ended at 1:05 P.M. EST)", "[End of Document]"),
        *("(end transcript)", "# # #", "###", "(###)", "END", "The briefing was concluded at 12:40 p.m.", "* * *"),
    ],
)
def test_closing_lines_of_a_briefing(closing):
    text = BRIEFING.replace("(The briefing concluded at 12:40 p.m.)", closing)
    assert flow.run(old_pages.capture(text, "hard_wrapped", "text/plain")).utterances


@pytest.mark.parametrize(
    "last", ["They concluded the talks (in", "We ended it at dusk.", "That was the end of the line"]
)
def test_what_is_said_closes_no_briefing(last):
    text = BRIEFING.replace("(The briefing concluded at 12:40 p.m.)", last)
    with pytest.raises(CutOff, match="no closing line"):
        flow.run(old_pages.capture(text, "hard_wrapped", "text/plain"))


WORDPRESS_ERROR = (
    b'<!DOCTYPE html>\n<html lang="en-US"><head><title>WordPress &rsaquo; Error</title></head><body id="error-page">'
    b'<div class="wp-die-message"><p>Something went wrong.</p></div></body></html>'
)


@pytest.mark.parametrize("closed", [b"</body></html>", b"</p></body>\n</html>\n<!-- cached -->", WORDPRESS_ERROR])
@pytest.mark.parametrize("build", FORMS.values(), ids=FORMS)
def test_cut_inside_the_speech_and_closed_by_somebody_else(build, closed):
    whole = build()
    begin, end = whole.body.index(b"The 1th pier"), whole.body.index(b"And pier 5?")
    for at in range(begin, end, 61):
        with pytest.raises(CutOff):
            flow.run(with_body(whole, whole.body[:at] + closed))


@pytest.mark.parametrize("build", FORMS.values(), ids=FORMS)
def test_cut_in_the_middle_of_a_character(build):
    whole = build()
    body = whole.body.replace(b"The 4th pier", "The 4th pi\u00e9r".encode())
    with pytest.raises(Refusal):
        flow.run(with_body(whole, body[: body.index(b"\xa9r")]))


def test_a_page_that_no_form_could_read_is_cut_off_where_it_began_as_a_page():
    with pytest.raises(CutOff, match="no template claims the page"):
        flow.run(pages.capture(b"<!DOCTYPE html><html><head><title>Opening of the Tern Bridge</title><link rel="))


@pytest.mark.parametrize(
    ("build", "text"),
    [
        ("wordpress_2025", "<p>He <b>said <i>it.</p>"),
        ("wordpress_2019", "<ul><li>One<li>Two"),
        ("cms_2009", "<table><tr><td>One</td></tr></table><p>Two<font size=2>"),
        ("cms_2001", "<font size=2><b>One<p>Two"),
    ],
)
def test_what_is_not_closed_inside_the_text_harms_nothing(build, text):
    page = {"wordpress_2025": pages.page_2025, "wordpress_2019": pages.page_2019}.get(build)
    if page:
        capture = pages.capture(page(text=SPEECH + text))
    else:
        capture = old_pages.capture(old_pages.FORMS[build](text=SPEECH + text), build)
    assert len(flow.run(capture).utterances) == 12


@pytest.mark.parametrize(
    ("status", "headers", "received", "partial", "words"),
    [
        (200, {}, 10, False, None),
        (200, {"content-length": "10"}, 10, False, None),
        (200, {"content-length": "9"}, 10, False, None),
        (200, {"content-length": "11"}, 10, False, "10 bytes came of the 11"),
        (200, {"content-length": "99999999999999999999"}, 10, False, "10 bytes came"),
        (200, {"content-length": "²"}, 10, False, None),
        (200, {"content-length": "11, 11"}, 10, False, "10 bytes came of the 11"),
        (200, {"content-length": "11, 12"}, 10, False, None),
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
