"""No page writes to a terminal, a mail or a report what these obey; titles, names and places hold nothing unseen."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from templates.pages import page_2025

from crawler import flow
from crawler.controls import one_line, printable, readable
from crawler.errors import Offsite
from crawler.items import Capture

UNSEEN = [
    "\x1b",
    "\x07",
    "\x7f",
    "\x9b",
    "\u202e",
    "\u2066",
    "\u2069",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u200d",
]
KEPT = {
    "Persian with its half space": "گفت\u200cوگو",
    "Hindi with its joiner": "क्\u200dष",
    "accents": "Ångström – “Çeşme”",
    "another alphabet": "Сергей Ляхов",
}


@pytest.mark.parametrize("char", UNSEEN, ids=ascii)
def test_titles_names_and_places_lose_what_nobody_sees(char):
    assert readable(f"Ada{char} Field{char}") == "Ada Field"
    assert unicodedata.category(char) in ("Cc", "Cf")


@pytest.mark.parametrize("char", ["\x0b", "\x1c", "\x85", "\u2028"], ids=ascii)
def test_what_ends_a_line_parts_words(char):
    assert readable(f"Ada{char}Field") == "Ada Field"


@pytest.mark.parametrize("case", KEPT)
def test_what_a_script_needs_stays(case):
    assert readable(KEPT[case]) == KEPT[case]


@given(st.text())
def test_nothing_printed_is_obeyed_and_json_stays_json(text):
    shown = one_line(text)
    assert not [char for char in shown if unicodedata.category(char) == "Cc" or char in "\u202e\u2066\u2028"]
    assert printable(f"{text}\n{text}").count("\n") == 2 * text.count("\n") + 1
    assert json.loads(printable(json.dumps([text], ensure_ascii=False))) == [text]


def test_a_refusal_is_one_line_whatever_the_page_says():
    refusal = Offsite("https://www.state.gov/\x1b]0;a\x07", "redirect to \x9b31m\nremarks: up to date")
    assert str(refusal).isprintable()
    assert refusal.reason.isprintable()


def test_a_page_is_read_without_them():
    body = page_2025().replace(b"</h1>", "&#x202e;\u200b\x1b[31m</h1>".encode())
    assert body != page_2025()
    page = flow.run(
        Capture(
            url="https://www.state.gov/a/",
            fetched_at="2026-03-04T00:00:00Z",
            status=200,
            body=body,
            digest="",
            content_type="text/html",
        )
    ).page
    assert page.title is not None
    for text in (page.title, page.type, *page.byline, *page.places):
        assert text.isprintable()
