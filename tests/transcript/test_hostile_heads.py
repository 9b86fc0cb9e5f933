"""Step 7: whatever stands in byline and title, the run goes on, and nobody is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.transcript.bylines import people
from crawler.transcript.names import MOST_CHARACTERS, is_name

from .bodies import FENWICK, remark, said

BODY = said("QUESTION", "Is it open?") + said("SECRETARY FENWICK", "It is.") + said("MR MARSH", "So it is.")
ROLES = {"official", "spokesperson", "guest", "press", "moderator", "interpreter", "staff", "audience", "unknown"}
MARKUP = "<b onclick=x>Ada Fenwick</b><script>alert(1)</script>, Secretary of State"
HOSTILE = {
    "html": (MARKUP,),
    "long": ("Ada " + "Fenwick " * 1250,),
    "long_word": ("A" * 10_000 + " Fenwick",),
    "commas": (", " * 5_000,),
    "hyphens": ("Ada " + "-a" * 5_000 + " Fenwick",),
    "capitals": ("Ada B. " * 1500 + "Marsh",),
    "digits": ("4da F3nw1ck, Secretary of State",),
    "nothing": ("", " ", "\u200f", "\0"),
    "numbered": tuple(f"Person{n} Marsh, Envoy" for n in range(50)),
    "many": tuple(f"{one}{two}da Marsh, Envoy" for one in "ABDEFGH" for two in "aeiourl"),
    "too_many": tuple(f"{one}{two}da Marsh, Envoy" for one in "ABDEFGH" for two in "aeiourl") * 100,
}


def by_label(**head):
    return {u.label: u for u in remark(BODY, **head).utterances}


@pytest.mark.parametrize("lines", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_byline_invents_nobody(lines):
    found = by_label(byline=lines)
    assert found["SECRETARY FENWICK"].person is None
    assert found["MR MARSH"].person is None
    assert all(len(candidate.person) <= MOST_CHARACTERS for u in found.values() for candidate in u.candidates)


@pytest.mark.parametrize("text", [text for lines in HOSTILE.values() for text in lines[:1]])
def test_a_hostile_title_invents_nobody(text):
    found = by_label(byline=(), title=text or "x")
    assert all(u.person is None or is_name(u.person) for u in found.values())
    assert all(len(u.person or "") <= MOST_CHARACTERS for u in found.values())


@pytest.mark.parametrize(
    "line",
    [
        "\u200fAda Fenwick\u200f, Secretary of State",
        "Ada\u200b Fenwick, Secretary of State",
        "\u202eAda Fenwick\u202c, Secretary",
        "Ada\0 Fenwick, Secretary of State",
        "Ada\u00a0Fenwick,\tSecretary of State",
    ],
)
def test_unseen_signs_are_no_part_of_a_name(line):
    assert by_label(byline=(line,))["SECRETARY FENWICK"].person == "Ada Fenwick"


def test_of_fifty_names_the_one_that_the_label_bears():
    lines = (*(f"{one}{two}da Holm, Envoy" for one in "ABDEFGH" for two in "aeiourl"), FENWICK)
    assert by_label(byline=lines)["SECRETARY FENWICK"].person == "Ada Fenwick"


def test_of_two_that_the_label_bears_neither():
    found = by_label(byline=(FENWICK, "Una Fenwick, Secretary of Ports"))["SECRETARY FENWICK"]
    assert found.person is None
    assert {candidate.person for candidate in found.candidates} == {"Ada Fenwick", "Una Fenwick"}


words = st.sampled_from(
    [
        "Ada",
        "Fenwick",
        "FENWICK",
        "Marsh",
        "Secretary",
        "of",
        "State",
        "and",
        "with",
        "Mr.",
        "Dr.",
        "Jr.",
        "bin",
        "de",
        ",",
        ";",
        "of CNN",
        "German",
        "Foreign",
        "Minister",
        "“Benny”",
        "J.",
        "II",
        "–",
        "—",
        "(",
        ")",
        "\u200f",
        "<b>",
        "&amp;",
        "Thank you,",
    ]
)
lines = st.lists(words, max_size=20).map(" ".join) | st.text(max_size=200)


@given(st.lists(lines, max_size=6), lines, lines)
def test_any_head_and_text(byline, title, text):
    body = (
        said("QUESTION", "Is it?")
        + said("SECRETARY FENWICK", "It is. ")
        + said("MR MARSH", text.replace("<", "") or "So.")
    )
    for turn in remark(body, byline=tuple(byline), title=title).utterances:
        assert turn.role in ROLES
        assert turn.person is None or (is_name(turn.person) and 0.7 <= turn.confidence <= 0.99 and turn.evidence)
        assert (turn.person is None) == (turn.confidence is None)


@given(st.lists(lines, max_size=100))
def test_people_of_any_byline_have_names(byline):
    assert all(is_name(person.name) for person in people(byline))
