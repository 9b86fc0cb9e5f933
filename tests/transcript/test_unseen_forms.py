"""Pages without colons, devised from their description: split where the form is regular, else told and nobody's."""

import pytest

from .bodies import remark, said, turns
from .test_unseen_labels import ANSWER, ASK, doubts

NBSP = "\u00a0"
BOLD_PAIRS = [
    ("Q", "THE SECRETARY"),
    ("QUESTION", "SECRETARY FENWICK"),
    ("Q", "A"),
    ("Q", "MR. O’HALE"),
    ("REPORTER", "AMBASSADOR HALE"),
    ("INTERVIEWER", "DR. HALE-McKAY"),
    ("MR. HALE", "MS. ORTIZ"),
    ("MR. McHALE", "SECRETARY FENWICK"),
    ("Question", "Secretary Fenwick"),
    ("Tom Hale", "Ada Fenwick"),
    ("Wolfram Heusner", "Jürgen Stahl"),
]
PLAIN_PAIRS = [
    ("QUESTION", "SECRETARY FENWICK"),
    ("QUESTION", "THE SECRETARY"),
    ("QUESTION", "MR. HALE"),
    ("Q", "THE SECRETARY"),
    ("Q", "A"),
    ("MR. HALE", "MS. ORTIZ"),
    ("REPORTER", "AMBASSADOR HALE"),
    ("INTERVIEWER", "DR. HALE"),
]
BOLD_FORMS = [
    "<p><b>{label}</b> {text}</p>",
    "<p><b>{label}</b>{text}</p>",
    "<p><b>{label}.</b> {text}</p>",
    "<p><b>{label} –</b> {text}</p>",
    "<p><b>{label}</b></p><p>{text}</p>",
    "<p><b>{label}</b><br>{text}</p>",
    "<h4>{label}</h4><p>{text}</p>",
]
PLAIN_FORMS = [
    f"<p>{{label}}{NBSP} {{text}}</p>",
    "<p>{label}\t{text}</p>",
    "<p>{label} – {text}</p>",
    "<p>{label} — {text}</p>",
    "<p>{label} - {text}</p>",
    "<p>{label} -- {text}</p>",
    "<p>{label}. {text}</p>",
    "<p>{label}; {text}</p>",
]
COLON_PAIRS = [
    ("Tom Hale", "Ada Fenwick"),
    ("Tom", "Ada"),
    ("Wolf Oblonsky", "Secretary Fenwick"),
    ("HALE", "FENWICK"),
    ("The Tern", "Ada Fenwick"),
    ("Wolfram Heusner", "Jürgen Stahl"),
    ("Q", "A"),
    ("Q", "MR. HALE"),
    ("Q", "Fenwick"),
    ("Question", "Answer"),
    ("Mr. Hale", "Ms. Ortiz"),
]
COLON_FORMS = ["<p><b>{label}:</b> {text}</p>", "<p>{label}: {text}</p>", "<p><b>{label}:</b></p><p>{text}</p>"]


def dialogue(pair, form, times):
    """A page on which two people take turns, and its turns."""
    said_ = [
        (label, f"{text} {n}{end}") for n in range(times) for label, text, end in zip(pair, ASKED, "?.", strict=True)
    ]
    return remark("".join(form.format(label=label, text=text) for label, text in said_)), said_


ASKED = ("Is it open since", "It is open since")


@pytest.mark.parametrize("times", [1, 2, 4])
@pytest.mark.parametrize("form", BOLD_FORMS)
@pytest.mark.parametrize("pair", BOLD_PAIRS)
def test_labels_in_bold(pair, form, times):
    found, expected = dialogue(pair, form, times)
    if times > 1:
        assert turns(found) == expected
        assert doubts(found) == []
    else:
        right_or_nobodys(found, expected)


@pytest.mark.parametrize("times", [1, 2, 4])
@pytest.mark.parametrize("form", PLAIN_FORMS)
@pytest.mark.parametrize("pair", PLAIN_PAIRS)
def test_labels_that_are_not_bold(pair, form, times):
    found, expected = dialogue(pair, form, times)
    if times > 1:
        assert turns(found) == expected
        assert doubts(found) == []
    else:
        right_or_nobodys(found, expected)


@pytest.mark.parametrize("form", COLON_FORMS)
@pytest.mark.parametrize("pair", COLON_PAIRS)
def test_labels_without_a_title(pair, form):
    found, expected = dialogue(pair, form, 3)
    assert turns(found) == expected
    assert doubts(found) == []


def right_or_nobodys(found, expected):
    if turns(found) != expected:
        assert doubts(found)
        assert {u.person for u in found.utterances} <= {None}


@pytest.mark.parametrize("space", [NBSP * 3 + " ", "\u2003", NBSP * 2, " ", "\t"])
@pytest.mark.parametrize("bold", [True, False])
def test_q_without_a_colon_between_labels_with_one(space, bold):
    q, hale = ("<b>Q</b>", "<b>MR. HALE:</b>") if bold else ("Q", "MR. HALE:")
    found = remark(
        "".join(f"<p>{q}{space}Is bridge {n} open?</p><p>{hale} It is.</p><p>And wide.</p>" for n in range(3))
    )
    expected = [turn for n in range(3) for turn in (("Q", f"Is bridge {n} open?"), ("MR. HALE", "It is.\n\nAnd wide."))]
    assert turns(found) == expected
    assert doubts(found) == []


def test_answers_may_have_several_paragraphs():
    page = "<p><b>Q</b> Is it open?</p><p><b>THE SECRETARY</b> It is.</p><p>And it is wide.</p><p>Thank you.</p>" * 3
    assert (
        turns(remark(page)) == [("Q", "Is it open?"), ("THE SECRETARY", "It is.\n\nAnd it is wide.\n\nThank you.")] * 3
    )


IRREGULAR = [
    "<p><b>Q</b> Is it open?</p><p>It is.</p><p>Q When?</p><p>A: Tomorrow.</p>",
    "<p><b>Q</b> Is it open?</p><p>It is.</p><p><b>The Secretary</b> At noon.</p><p>Thank you.</p>",
    "<p>QUESTION Is it open?</p><p>It is since noon.</p><p>ANSWER At noon.</p><p>Thank you.</p>",
    "<p>Q. Is it open?</p><p>It is since noon.</p><p>Q. Really?</p><p>Yes.</p>",
    "<p>Q Is it open?</p><p>Yes, since noon.</p><p>Q Is it wide?</p><p>Very wide.</p>",
    "<p>Q – Is it open?</p><p>Yes, since noon.</p><p>Q. Is it wide?</p><p>Very wide.</p>",
    "<p><b>MR. HALE</b> Welcome.</p><p>Good morning all.</p><p><b>Q</b> Is it?</p><p>It is since noon.</p>",
    "<p>Question - Is it open?</p><p>Fenwick It is.</p><p>Question Is it wide?</p><p>Very.</p>",
    "<p>I am glad to be here today with all of you.</p><p>QUESTION Is it open?</p><p>It is since noon.</p>",
    "<p><i>Is it open?</i></p><p>It is since noon.</p><p><i>Really?</i></p><p>Yes.</p><p><i>When?</i></p><p>Now.</p>",
    "<p><b>Is it open?</b></p><p>It is since noon.</p><p><b>Really?</b></p><p>Yes.</p><p><b>When?</b></p><p>Now.</p>",
    "<p>– Is it open?</p><p>– It is.</p><p>– Is it wide?</p><p>– Very wide.</p>",
    "<p>Mr. Hale: Is it open?</p>".replace("Mr. Hale", "Good day. Mr. Hale")
    + "<p>Mr. Hale: It is.</p><p>Ms. Ortiz: Yes.</p>",
]


@pytest.mark.parametrize("page", IRREGULAR)
def test_an_irregular_page_is_told_and_given_to_nobody(page):
    found = remark(page)
    assert found.utterances
    assert doubts(found)
    assert {u.person for u in found.utterances} == {None}
    assert all(u.evidence for u in found.utterances if u.label is None)


SPEECHES = [
    "<p>Is it open? It is. Is it wide? It is.</p><p>We built it.</p><p>Why?</p><p>To cross the river.</p>",
    "<p>A Tern is a bird.</p><p>A Bridge is a road.</p><p>I see both from here.</p>",
    "<p><b>Rivers</b></p><p>We have many of them.</p><p><b>Human Rights</b></p><p>We stand for them.</p>",
    "<p><b>We</b> built it.</p><p><b>We</b> opened it.</p><p><b>We</b> shall cross it.</p>",
    "<p><b>Secretary Fenwick</b> is what they call me.</p><p>I built a bridge.</p>",
    "<p><b>Tom Hale</b> built it.</p><p><b>Lena Ortiz</b> paid for it.</p><p>I opened it for both of them.</p>",
    "<p>U.S. policy is clear.</p><p>U.S. bridges are open.</p><p>NATO ships pass.</p>",
    "<p>– Bridges of the north.</p><p>– Bridges of the south.</p><p>– Ships of both.</p>",
]


@pytest.mark.parametrize("page", SPEECHES)
def test_a_speech_is_no_conversation(page):
    found = remark(page)
    assert {(u.label, u.person) for u in found.utterances} == {(None, "Ada Fenwick")}
    assert doubts(found) == []


def test_a_bold_name_that_begins_a_sentence_opens_no_turn():
    line = "<p><b>SECRETARY FENWICK</b> and I built it.</p>"
    assert turns(remark(ASK + ANSWER + said("MR. HALE", "Good.") + line))[-1] == (
        "MR. HALE",
        "Good.\n\nSECRETARY FENWICK and I built it.",
    )
