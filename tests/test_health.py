"""Refusals: each named, none taken for a page; and no page taken for a refusal, whatever is said on it."""

import random
import tomllib
from contextlib import suppress
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import Blocked, Decoy, Empty, Gone, NotText, Refusal, TooLarge, Unreachable
from crawler.web import health
from crawler.web.health import decode, find_decoy, judge, judge_robots

URL = "https://www.state.gov/briefings/harbour-briefing-may-4/"
HTML = {"content-type": "text/html; charset=UTF-8"}
TURN = "<p><strong>QUESTION:</strong> What did the harbour master say about the ferry this morning?</p>\n"
MENU = "".join(f'<li><a href="/countries/{n}/">Country number {n}</a></li>' for n in range(400))


def page(body, *, title="Harbour Briefing – May 4", h1="Harbour Briefing", head="", foot=""):
    return (
        f"<!DOCTYPE html><html><head><title>{title} - United States Department of State</title>{head}</head>"
        f"<body><ul>{MENU}</ul><h1>{h1}</h1><div class='entry-content'>{body}</div>{foot}</body></html>"
    ).encode()


def judged(body, *, url=URL, status=200, headers=HTML, expect="html", max_bytes=20_000_000):
    judge(url, status, headers, body, expect=expect, max_bytes=max_bytes)


STATUSES = [
    *((status, Gone) for status in (404, 410)),
    *((status, Blocked) for status in (401, 403, 429, 451, 503)),
    *((status, Unreachable) for status in (302, 304, 400, 408, 418, 500, 502, 504, 522, 524)),
]


@pytest.mark.parametrize(("status", "refusal"), STATUSES)
def test_a_status_that_refuses(status, refusal):
    with pytest.raises(refusal, match=f"{URL}: status {status}"):
        judged(page(TURN * 50), status=status)


def test_a_status_comes_before_what_the_body_says():
    with pytest.raises(Blocked):
        judged(EXAMPLES["technical_difficulties"], status=403)


BODIES = [
    (b"", Empty, "0 bytes"),
    (b" \r\n\t\n", Empty, "white space"),
    (b"\xef\xbb\xbf", Empty, "white space"),
    (b"%PDF-1.7 ...", NotText, "a PDF file"),
    (b"\x89PNG\r\n\x1a\n", NotText, "a PNG file"),
    (b"\x1f\x8b\x08\x00", NotText, "a gzip file"),
    (b"PK\x03\x04....", NotText, "a ZIP file"),
    (b"<html><p>a\x00b</p></html>", NotText, "NUL bytes"),
    (bytes(range(128, 256)) * 20, NotText, "characters that are not utf-8"),
    (random.Random(1).randbytes(50_000), NotText, "NUL bytes"),
    (random.Random(1).randbytes(50_000).replace(b"\0", b"x"), NotText, "characters that are not utf-8"),
]


@pytest.mark.parametrize(("body", "refusal", "reason"), BODIES)
def test_a_body_that_is_no_page(body, refusal, reason):
    with pytest.raises(refusal, match=reason):
        judged(body)


def test_a_page_of_thirty_megabytes():
    with pytest.raises(TooLarge, match="more than 20,000,000 bytes"):
        judged(b"<html>" + b"x" * 30_000_000)


TYPES = [
    ("text/html; charset=UTF-8", "html", True),
    ("TEXT/HTML", "html", True),
    (None, "html", True),
    ("application/xhtml+xml", "html", True),
    ("application/rss+xml; charset=UTF-8", "xml", True),
    ("application/json", "json", True),
    ("application/ld+json", "json", True),
    ("application/octet-stream", "html", False),
    ("application/pdf", "html", False),
    ("image/jpeg", "html", False),
    ("video/mp4", "text", False),
]


@pytest.mark.parametrize(("content_type", "expect", "sound"), TYPES)
def test_content_types(content_type, expect, sound):
    headers = {} if content_type is None else {"content-type": content_type}
    body = page(TURN) if expect == "html" else b"<rss/>" if expect == "xml" else b"[]"
    if sound:
        assert judged(body, headers=headers, expect=expect) is None
    else:
        with pytest.raises(NotText, match="content type"):
            judged(body, headers=headers, expect=expect)


def stub(text, *, title="", head="", foot=""):
    return f"<html><head><title>{title}</title>{head}</head><body>{text}{foot}</body></html>".encode()


# Each written for this test in the form that the entry describes.
EXAMPLES = {
    "technical_difficulties": page(
        "<p>We're sorry, this site is currently experiencing technical difficulties.</p><p>Exception: forbidden</p>",
        title="Technical Difficulties",
        h1="Technical Difficulties",
        foot="<!-- padding -->" * 10_000,
    ),
    "technical_difficulties_bare": stub("<p>Exception: forbidden</p>"),
    "akamai_access_denied": stub(
        "<h1>Access Denied</h1>You don't have permission to access &quot;http&#58;&#47;&#47;www&#46;state&#46;gov&#47;"
        "&quot; on this server.<p>Reference&#32;&#35;18&#46;0&#46;0</p>",
        title="Access Denied",
    ),
    "aws_waf_challenge": stub(
        "<noscript>JavaScript is disabled.</noscript>", head="<script>window.awsWafCookieDomainList = [];</script>"
    ),
    "cloudflare_challenge": stub(
        "<p>Verify you are human.</p>", title="Wait", head="<script>window._cf_chl_opt = {};</script>"
    ),
    "cloudflare_title": stub("<p>Enable JavaScript and cookies to continue</p>", title="Just a moment..."),
    "captcha": stub(
        "<form><p>One more step</p></form>", head="<script src='https://js.hcaptcha.com/1/api.js'></script>"
    ),
    "imperva_interruption": stub("<p>Something about your browser.</p>", title="Pardon Our Interruption"),
    "imperva_incapsula": stub("<iframe src='/_Incapsula_Resource?SWUDNSAI=31'>Request unsuccessful.</iframe>"),
    "sucuri": stub("<p>Blocked.</p>", title="Sucuri WebSite Firewall - Access Denied"),
    "request_rejected": stub("The requested URL was rejected. Please consult with your administrator.<br>ID: 1"),
    "reloads_itself": stub("<p>Loading</p>", head=f'<META HTTP-EQUIV="Refresh" content="5; URL=\'{URL}#x\'">'),
}
ROWS = tomllib.loads(files("crawler.data").joinpath("decoys.toml").read_text("utf-8"))["decoy"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_decoys_with_status_200(name):
    with pytest.raises(Decoy, match=f"{URL}: {name}$"):
        judged(EXAMPLES[name])


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("expect", ["json", "xml", "text"])
def test_a_decoy_where_an_index_was_asked(name, expect):
    with pytest.raises(Decoy, match=f"HTML where {expect} was asked: {name}"):
        judged(EXAMPLES[name], expect=expect, headers={"content-type": f"text/{expect}"})


@pytest.mark.parametrize("expect", ["json", "xml", "text"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n", "<?xml version='1.0'?>\n", "<!-- cached --><!-- twice -->\n"])
def test_a_page_where_an_index_was_asked(expect, start):
    with pytest.raises(NotText, match=f"HTML where {expect} was asked"):
        judged(start.encode() + page(TURN * 100), expect=expect)


SOUND_INDEXES = [
    ("xml", b"<?xml version='1.0'?><rss><channel><item><description>&lt;html&gt;</description></item></channel></rss>"),
    ("xml", b"<!-- <html> --><urlset><url><loc>https://www.state.gov/</loc></url></urlset>"),
    ("json", b'[{"content": {"rendered": "<!DOCTYPE html><html><title>Just a moment...</title>"}}]'),
    ("text", b"User-agent: *\nDisallow:\n# <html>\n"),
    ("text", b"The Secretary said: access denied. Technical difficulties. Exception: forbidden.\n"),
]


@pytest.mark.parametrize(("expect", "body"), SOUND_INDEXES)
def test_sound_indexes_pass(expect, body):
    assert judged(body, expect=expect, headers={"content-type": "text/plain"}) is None


def test_every_decoy_has_an_example_and_a_source():
    assert {row["name"] for row in ROWS} == set(EXAMPLES) - {"reloads_itself"}
    for row in ROWS:
        assert set(row) <= {"name", "title", "text", "markup", "max_words", "seen"}
        assert len(row["seen"]) > 20
        assert row.get("title") or row.get("max_words"), row["name"]
        assert row.get("max_words", 0) < health.ARTICLE_WORDS
        assert all(mark == mark.lower() for key in ("title", "text", "markup") for mark in row.get(key, ()))


SAID = (
    "<p><strong>MS HALE:</strong> We are currently experiencing technical difficulties. Exception: forbidden. "
    "Access Denied, Reference #18, you don't have permission to access it. Just a moment... Pardon our interruption. "
    "The requested URL was rejected. Please consult with your administrator.</p>"
)
SCRIPTS = (
    "<script src='https://js.hcaptcha.com/1/api.js'></script><script src='https://www.google.com/recaptcha/api.js'></script>"
    "<script>window._cf_chl_opt={};awsWafCookieDomainList=[];window.gokuProps={}</script>"
    "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
    "<script src='/_Incapsula_Resource?x'></script>"
    "<script src='https://x.token.awswaf.com/challenge.js'></script>"
)
GENUINE = {
    "a transcript of 150 kB": page(TURN * 1500 + SAID, foot=SCRIPTS),
    "the same without paragraphs": page((TURN * 1500 + SAID).replace("p>", "div>"), foot=SCRIPTS),
    "a short transcript": page(TURN + SAID, foot=SCRIPTS),
    "a heading within the text": page(TURN * 100 + "<h2>Technical Difficulties</h2>" + SAID),
    "the title of a speech": page(TURN * 100, title="Access Denied: How Ports Closed", h1="Access Denied"),
    "that reloads itself": page(TURN * 20, head=f'<meta http-equiv="refresh" content="300;url={URL}">'),
    "capitals, no end tags": page(TURN * 100 + SAID, foot=SCRIPTS).replace(b"<p>", b"<P>").replace(b"</p>", b""),
}


@pytest.mark.parametrize("name", GENUINE)
def test_genuine_pages_pass(name):
    assert judged(GENUINE[name]) is None


REFRESHES = [
    ("0", True),
    ("5;", True),
    ("5; url=", True),
    ("1;URL=?", True),
    (f"5;url={URL}", True),
    ("5,'/briefings/harbour-briefing-may-4'", True),
    ("0; url=/briefings/2000_index.html", False),
    ("0; url=https://2001-2009.state.gov/", False),
    ("soon", True),
]


@pytest.mark.parametrize(("content", "decoy"), REFRESHES)
def test_a_stub_that_waits_for_itself(content, decoy):
    body = stub("<p>Please wait</p>", head=f'<meta http-equiv="refresh" content="{content}">')
    assert find_decoy(URL, body) == ("reloads_itself" if decoy else None)


@given(st.binary(max_size=400), st.sampled_from(["html", "xml", "json", "text"]))
def test_any_bytes_are_judged_or_refused_by_name(body, expect):
    for start in (b"", b"<html><head><title>", b"<meta http-equiv=refresh content="):
        with suppress(Refusal):  # any other error fails the test
            assert judged(start + body, expect=expect, headers={}) is None


@pytest.mark.parametrize("part", [b"<title>", b"<h1>", b"<p <h1 ", b"<p ", b"<", b"<!--", b"<?"])
def test_markup_without_end_takes_no_longer_the_more_there_is(part):
    # quadratic readers of this size would not come back
    for times in (5_000, 25_000, 100_000):
        with suppress(NotText):  # more than the parser is given
            assert find_decoy(URL, b"<html>" + part * times) is None


def test_robots():
    assert judge_robots(b"crawl-delay: 5\nUser-agent: *\nDisallow:\n") is None
    assert judge_robots(b"") is None
    with pytest.raises(Decoy, match="technical_difficulties"):
        judge_robots(EXAMPLES["technical_difficulties"])
    with pytest.raises(Decoy, match="HTML where text was asked: no robots"):
        judge_robots(page(TURN * 50))


WORDS = "Çeşme – “harbour” talks"
DECODED = [
    # body, Content-Type, text
    (WORDS.encode(), None, WORDS),
    (WORDS.encode(), "text/html", WORDS),
    (b"\xef\xbb\xbf" + WORDS.encode(), "text/html; charset=iso-8859-1", WORDS),
    ("“so”".encode("cp1252"), "text/html; charset=ISO-8859-1", "“so”"),
    ("“so”".encode("cp1252"), "text/html; charset=us-ascii", "“so”"),
    (b"<meta charset=latin1>" + "“so”".encode("cp1252"), None, "<meta charset=latin1>“so”"),
    (b'<?xml version="1.0" encoding="windows-1252"?>\x85', None, '<?xml version="1.0" encoding="windows-1252"?>…'),
    ("“so”".encode("cp1252"), None, "“so”"),  # 1997-2001: nothing is declared
    ("så".encode("utf-16"), None, "så"),
    (b"<meta charset=utf-8>" + "ő".encode("iso-8859-2"), "text/html; charset=iso-8859-2", "<meta charset=utf-8>ő"),
    (
        "“so”".encode("cp1252") + b"<meta charset=windows-1252>",
        "text/html; charset=utf-8",
        "“so”<meta charset=windows-1252>",
    ),
    (b"caf\xc3\xa9", "text/html; charset=no-such-thing", "café"),
    (b"\x93so\x94", "text/html; charset=utf-8", "“so”"),  # a host that declares one for all its old files
    ("“café”".encode(), "text/html; charset=windows-1252", "“café”"),
    ("“café”".encode(), "text/html; charset=gb18030", "“café”"),
    ("“café”".encode(), "text/html; charset=cp037", "“café”"),
    (b"<p>so</p>", "text/html; charset=utf-16", "<p>so</p>"),
    ("<p>“so”".encode("utf-16-le"), "text/html", "<p>“so”"),
    ("<p>“so”".encode("utf-16-be"), "text/html; charset=utf-16", "<p>“so”"),
    ("<p>“so”".encode("utf-16"), "text/html; charset=utf-8", "<p>“so”"),
    ("Šest € à part".encode("iso-8859-15"), "text/html; charset=iso-8859-15", "Šest € à part"),
    ("«Порт открыт»".encode("cp1251"), "text/html; charset=windows-1251", "«Порт открыт»"),
    ("الميناء مفتوح".encode("cp1256"), "text/html; charset=windows-1256", "الميناء مفتوح"),
    ("港口开放".encode("gb18030"), "text/html; charset=gb2312", "港口开放"),
    ("港口開放".encode("big5"), "text/html; charset=big5", "港口開放"),
    (b"x" * 1100 + b"<meta charset=windows-1252>" + "é".encode(), None, "x" * 1100 + "<meta charset=windows-1252>é"),
]


@pytest.mark.parametrize(("body", "content_type", "text"), DECODED)
def test_decode(body, content_type, text):
    assert decode(body, content_type) == (text, 0)


def test_single_broken_characters_are_counted():
    text, replaced = decode(("é" * 4000).encode() + b"\x93so\x94", "text/html; charset=UTF-8")
    assert (text[-4:], replaced) == ("\ufffdso\ufffd", 2)


def test_a_replacement_character_that_the_page_prints_is_not_counted():
    assert decode("a \ufffd b".encode(), None) == ("a \ufffd b", 0)


OTHER_ENCODINGS = [
    (("é" * 90_000).encode() + b"\x93" * 11, "utf-8", 11),
    (b"\x81" * 5, "windows-1252", 5),
]


@pytest.mark.parametrize(("body", "declared", "count"), OTHER_ENCODINGS)
def test_text_in_another_encoding_is_refused(body, declared, count):
    with pytest.raises(NotText, match=f"{URL}: {count} characters that are not"):
        decode(body, f"text/html; charset={declared}", url=URL)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_utf8_is_read_as_it_stands(text):
    assert decode(b"\xef\xbb\xbf" + text.encode(), None) == (text, 0)


OLD_URL = "https://2001-2009.state.gov/secretary/rm/2006/71651.htm"
C1 = [byte for byte in range(0x80, 0x100) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)]


@pytest.mark.parametrize("byte", C1)
@pytest.mark.parametrize("declared", ["text/html", "text/html; charset=utf-8", "text/html; charset=iso-8859-1"])
@pytest.mark.parametrize("host", ["2001-2009", "1997-2001"])
def test_every_byte_of_windows_1252(byte, declared, host):
    """Whatever is declared, also where the bytes before look like UTF-8."""
    body = b"<p>She said \xc3\xa9 " + bytes([byte]) + b" and left.</p>"
    url = f"https://{host}.state.gov/remarks/1.htm"
    assert decode(body, declared, url=url) == (f"<p>She said Ã© {bytes([byte]).decode('cp1252')} and left.</p>", 0)


def test_old_pages_that_somebody_turned_into_utf_8():
    text = "“Café” – it’s …"
    assert decode(text.encode(), "text/html", url=OLD_URL) == (text, 0)
    # the bytes of windows-1252, taken for Latin-1 and then written as UTF-8
    assert decode(text.encode("cp1252").decode("latin-1").encode(), None, url=OLD_URL) == (text, 0)
    assert decode(text.encode("cp1252").decode("latin-1").encode(), None, url=URL) == (text, 0)


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_bytes_that_are_none_of_windows_1252_are_counted(byte):
    assert decode(b"a" * 2000 + bytes([byte]), None, url=OLD_URL) == ("a" * 2000 + "\ufffd", 1)
