"""Steps 4-8 as one function: it stands alone, the pipelines run the same steps, and only refusals come out of it."""

import subprocess
import sys
from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import flow
from crawler.errors import Refusal
from crawler.items import Capture, Remark
from crawler.rebuild.reader import Limits, Reader
from crawler.rebuild.reading import read
from crawler.rebuild.records import Answer

PAGE = """<!DOCTYPE html><html lang="en-US"><head><meta charset="UTF-8"><title>Terns</title></head><body>
<h1 class="featured-content__headline">Terns</h1><p class="article-meta doctype-meta">Remarks</p>
<p class="article-meta__author-bureau">Ada Fenwick, Secretary of State</p>
<p class="article-meta__publish-date">November 3, 2023</p><div class="entry-content">{}</div></body></html>"""
BODY = "<p><b>QUESTION:</b> Is it open?</p><p><b>SECRETARY FENWICK:</b> It is.</p><p>Copy link</p>"
URL = "https://www.state.gov/terns/"


def capture(body, content_type="text/html; charset=UTF-8"):
    return Capture(
        url=URL, fetched_at="2024-02-01T09:00:00Z", status=200, body=body, digest="sha256:0", content_type=content_type
    )


def outcome(body, content_type="text/html; charset=UTF-8"):
    """A remark, or the refusal that names the page; anything else is raised."""
    refusal = None
    try:
        remark = flow.run(capture(body, content_type))
    except Refusal as raised:
        refusal = raised
    if refusal is None:
        assert remark.text.encode("utf-8", "strict")  # no half of a surrogate pair: no file or database takes it
        return remark
    assert refusal.url == URL
    assert refusal.reason
    return refusal


@pytest.mark.parametrize("module", ["crawler.flow", "crawler.templates", "crawler.transcript.turns"])
def test_the_flow_loads_neither_scrapy_nor_twisted(module):
    code = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"scrapy", "twisted", "aiohttp", "sqlite3", "requests", "urllib3"} & set(done.stdout.split())
    assert "crawler" in done.stdout.split()


def test_run_is_the_composition_of_its_steps():
    page = capture(PAGE.format(BODY).encode())
    assert [step.__name__ for step in flow.STEPS] == ["parse_page", "strip", "split", "identify", "validate"]
    assert flow.run(page) == reduce(lambda result, step: step(result), flow.STEPS, page)
    assert [(u.label, u.text) for u in flow.run(page).utterances] == [
        ("QUESTION", "Is it open?"),
        ("SECRETARY FENWICK", "It is."),
    ]


def test_whoever_reads_an_answer_runs_the_same_steps_in_the_same_order(monkeypatch):
    """A run, recovery, reparse and a cluster all come by reading.read, in the process of a Reader or without."""
    page = capture(PAGE.format(BODY).encode())
    given = Answer(capture=page, asked="page", headers={"content-type": "text/html"}, size=len(page.body))
    whole = flow.run(page)
    expected = replace(whole, page=replace(whole.page, blocks=()))
    with Reader(Limits(seconds=60)) as apart:
        assert [apart.read(given, "all").remark, Reader().read(given, "all").remark] == [expected, expected]
    ran = []

    def noted(step):
        def run(value):
            ran.append(step.__name__)
            return step(value)

        return run

    names = [step.__name__ for step in flow.STEPS]
    monkeypatch.setattr(flow, "STEPS", (noted(flow.STEPS[0]), *flow.STEPS[1:]))
    for name in names[1:]:
        monkeypatch.setattr(flow, name, noted(getattr(flow, name)))
    assert read(given, types="all", most_bytes=1_000_000).remark == expected
    assert ran == names


@pytest.mark.parametrize(
    "charset",
    [
        "rot13",
        "hex",
        "zlib",
        "undefined",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "utf-7",
        "no-such-charset",
        "utf-16",
        "\u00e9",
        "''",
        "utf-8;;",
    ],
)
def test_a_declared_encoding_that_is_none(charset):
    html = PAGE.replace("UTF-8", charset).format(BODY + "<p>\\ud800 +2AA- ä</p>").encode()
    plain = b"QUESTION: \\ud800 +2AA-\n\nMR MARSH: Yes."
    for body, content_type in [
        (html, "text/html"),
        (html, f"text/html; charset={charset}"),
        (plain, f"text/plain; charset={charset}"),
    ]:
        assert isinstance(outcome(body, content_type), Remark | Refusal)


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace("Is it open?", "&#0; &#xD800; &#x110000; &bogus; \x00 \x0b \u2028 \ufdd0"),
        "<p><b>QUESTION:</b> " + "(" * 3_000 + "</p>",
        "<p><b>QUESTION:</b> " + "[(" * 3_000 + "laughter" + ")]" * 3_000 + "</p>",
        "<p>" + "(A.)" * 2_000 + "</p>",
        "<p>" + "QUESTION: " * 5_000 + "</p>",
        "<p>" + "x" * 300_000 + ": y</p>",
        "<p>" + "<br>" * 20_000 + "QUESTION: " + "<br>" * 20_000 + "</p>",
        "<p><b>" + "QUESTION" + " " * 100_000 + ":</b> x</p>",
        "<p><b>MR. " + "A " * 50_000 + ":</b> x</p>",
        "<table>" * 300 + "<p><b>QUESTION:</b> x",
        "".join(f"<p><b>MR N{number}ON:</b> yes.</p>" for number in range(1_500)),
    ],
)
def test_unusual_bodies(body):
    assert isinstance(outcome(PAGE.format(body).encode()), Remark | Refusal)


pieces = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<strong>",
        "<div class='entry-content'>",
        "</div>",
        "<h1 class='featured-content__headline'>",
        "</h1>",
        "<hr>",
        "<br/>",
        "<p class='article-meta__publish-date'>",
        "November 3, 2023",
        "Remarks",
        "<sup><a href='#fn1'>1</a></sup>",
        "<p class='article-meta doctype-meta'>",
        "QUESTION:",
        "SECRETARY FENWICK: ",
        "MR MARSH:",
        "Ada Fenwick, Secretary of State",
        " word. ",
        "<p class='article-meta__author-bureau'>",
        "(Laughter.)",
        "(As Translated)",
        "# # #",
        "2:06 p.m. EDT",
        "*",
        "↑",
        "&nbsp;",
        "&#0;",
        "<script>",
        "<!--",
        "-->",
        "<table>",
        "<td>",
        "<form>",
        "<svg>",
        "<template>",
        "<a href='#x' id='1'>",
        "</a>",
        "<li>",
        "<",
        "\x00",
        "<link rel=canonical href='https://[/'>",
        "<script type='application/ld+json'>{\"@graph\": 3}</script>",
        "Tags",
        "<body class='postid-1'>",
        "<html lang=' '>",
        "U.S. Department of State",
        "An official website of the United States Government",
        "\ud7ff",
        "ı",
        "İ",
        "ß",
    ]
)
fragments = st.lists(pieces, max_size=40).map("".join)
content_types = st.sampled_from(
    ["text/html; charset=UTF-8", "text/html", "text/plain", None, "", "text/html; charset=latin-1"]
)
relaxed = settings(deadline=None, max_examples=150)


@relaxed
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)), content_types)
def test_nothing_but_refusals_on_any_bytes(body, content_type):
    assert isinstance(outcome(body, content_type), Remark | Refusal)


@relaxed
@given(fragments, content_types)
def test_nothing_but_refusals_on_any_fragments(html, content_type):
    assert isinstance(outcome(html.encode(), content_type), Remark | Refusal)


@relaxed
@given(st.one_of(fragments, st.text(max_size=200)))
def test_nothing_but_refusals_on_any_body(html):
    assert isinstance(outcome(PAGE.replace("{}", html).encode()), Remark | Refusal)


@relaxed
@given(st.binary(min_size=1, max_size=40), st.integers(0, len(PAGE) + len(BODY)))
def test_nothing_but_refusals_on_damaged_pages(damage, place):
    whole = PAGE.format(BODY).encode()
    assert isinstance(outcome(whole[:place] + damage + whole[place + len(damage) :]), Remark | Refusal)
    assert isinstance(outcome(whole[:place]), Remark | Refusal)
