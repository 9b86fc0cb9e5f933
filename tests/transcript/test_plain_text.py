"""Steps 4-8 on plain text, furniture included: the form in which pages are often kept by those who scrape them."""

from pathlib import Path

import pytest

from crawler import flow
from crawler.items import Capture
from crawler.transcript.boilerplate import is_furniture

BANNER = [
    "An official website of the United States Government Here's how you know",
    "Official websites use .gov",
    "A .gov website belongs to an official government organization in the United States.",
    "Secure .gov websites use HTTPS",
    "A lock ( ) or https:// means you’ve safely connected to the .gov website. Share sensitive information only on "
    "official, secure websites.",
]
SPEECH = [
    "SECRETARY FENWICK:  Good afternoon.  It’s a pleasure to receive the keeper of the terns.",
    "This is the 70th year of the pier.  We built it.",
    "MR MARSH:  Thank you, Madam Secretary.  It is wide: nine yards.",
    "But it is not long.",
]
FOOTER = ["U.S. Department of State", "The Lessons of 1993: Terns and Our Future"]
INVENTED = "\n\n".join([*BANNER, *SPEECH]) + "\n\n\nMR MARSH:  Thank you.\n\n" + "\n\n".join(FOOTER)
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "seed"


def run(text, content_type="text/plain", encoding="utf-8"):
    return flow.run(
        Capture(
            url="https://www.state.gov/terns/",
            fetched_at="2026-01-02T03:04:05Z",
            status=200,
            body=text.encode(encoding),
            digest="sha256:0",
            content_type=content_type,
        )
    )


def check(remark, labels, lines_of_page):
    """Turns of these labels, without a line of the page round them, and a word on the turn that is missing."""
    assert [u.label for u in remark.utterances] == labels
    paragraphs = [part for u in remark.utterances for part in u.text.split("\n\n")]
    assert not [part for part in paragraphs if is_furniture(part) or part in lines_of_page]
    assert not set(remark.text.split("\n\n")) & set(lines_of_page)
    assert [problem.split(":")[0] for problem in remark.problems] == ["same_label_twice", "no_title", "no_date"]
    assert remark.page.template == "plain_text"


def test_three_turns_and_nothing_of_the_page():
    remark = run(INVENTED)
    check(remark, ["SECRETARY FENWICK", "MR MARSH", "MR MARSH"], BANNER + FOOTER)
    assert [u.text for u in remark.utterances] == [
        "Good afternoon. It’s a pleasure to receive the keeper of the terns.\n\n"
        "This is the 70th year of the pier. We built it.",
        "Thank you, Madam Secretary. It is wide: nine yards.\n\nBut it is not long.",
        "Thank you.",
    ]
    assert [removal.text for removal in remark.page.removed] == BANNER + FOOTER


@pytest.mark.parametrize(
    ("change", "content_type", "encoding"),
    [
        (lambda text: text.replace("\n", "\r\n"), "text/plain; charset=utf-8", "utf-8"),
        (lambda text: text.replace("\n", "\r"), None, "utf-8"),
        (lambda text: text.replace("\n\n", "\n \t\n"), "text/plain", "utf-8"),
        (lambda text: "\ufeff" + text, "text/plain", "utf-8"),
        (lambda text: "\n\n" + text + "\n", "text/plain; charset=windows-1252", "cp1252"),
        (lambda text: text.replace("  ", "\u00a0 "), "text/plain", "utf-16"),
        (lambda text: text.replace("U.S. Department", "u.s.  DEPARTMENT"), "TEXT/PLAIN", "utf-8"),
    ],
)
def test_the_same_text_in_other_bytes(change, content_type, encoding):
    changed, plain = run(change(INVENTED), content_type, encoding), run(INVENTED)
    assert changed.utterances == plain.utterances
    assert changed.problems == plain.problems


def test_text_without_labels_is_nobodys():
    remark = run("Good afternoon.\n\nThis is the pier.")
    assert remark.utterances == ()
    assert remark.text == "Good afternoon.\n\nThis is the pier."


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the first scraped text is not there: {FOLDER}")
def test_the_first_scraped_text():
    (path,) = FOLDER.glob("*.txt")
    text = path.read_text("utf-8")
    parts = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    start = next(n for n, part in enumerate(parts) if part.startswith("SECRETARY "))
    end = parts.index("U.S. Department of State")
    remark = run(text)
    check(remark, ["SECRETARY BLINKEN", "MR VITORINO", "MR VITORINO"], parts[:start] + parts[end:])
    spoken = " ".join(part.split(":", 1)[1] if part.split(":")[0].isupper() else part for part in parts[start:end])
    assert " ".join(u.text for u in remark.utterances).split() == spoken.split()
