"""Labels and pages that were damaged on the way: read all the same, or told with the line quoted."""

from dataclasses import replace

import pytest

from crawler.flow import run
from crawler.items import Capture
from crawler.quality.__main__ import page_of
from crawler.sample import load
from crawler.transcript.validate import doubtful

INTERVIEW = next(document for document in load() if document.name == "interview")
HOST = "www.state.gov"
SAID = "<p><b>QUESTION:</b> Is it open?</p>\n<p><b>SECRETARY FENWICK:</b> It is, since the morning.</p>\n"


def read(body):
    whole, content_type = page_of(replace(INTERVIEW, body=body), HOST)
    address = INTERVIEW.address(HOST)
    capture = Capture(
        url=address,
        fetched_at="2026-11-28T03:04:05Z",
        status=200,
        body=whole,
        digest="sha256:0",
        content_type=content_type,
    )
    return run(capture)


def turns(remark):
    return [(turn.label, turn.text, turn.person) for turn in remark.utterances]


@pytest.mark.parametrize(
    ("markup", "label"),
    [
        ("<b>SECRE&shy;TARY FEN&#8203;WICK:</b> Yes.", "SECRETARY FENWICK"),
        ("<b>SECRETARY FENW&zwnj;ICK:</b> Yes.", "SECRETARY FENWICK"),
        ("<b>SECRETARYFENWICK:</b> Yes.", "SECRETARYFENWICK"),
        ("<b>SECRE TARY FENWICK:</b> Yes.", "SECRE TARY FENWICK"),
        ("<b>SECRETARY FEN WICK:</b> Yes.", "SECRETARY FEN WICK"),
        ("<b>SEKRETARY FENWICK:</b> Yes.", "SEKRETARY FENWICK"),
        ("<b>SECRETARY FЕNWICK:</b> Yes.", "SECRETARY FЕNWICK"),
        ("<b>[SECRETARY FENWICK]:</b> Yes.", "[SECRETARY FENWICK]"),
        ("&gt;&gt; <b>SECRETARY FENWICK:</b> Yes.", "SECRETARY FENWICK"),
        ("2. <b>SECRETARY FENWICK:</b> Yes.", "SECRETARY FENWICK"),
        ("<b>SECRETARY FENWICK: SECRETARY FENWICK:</b> Yes.", "SECRETARY FENWICK"),
    ],
)
def test_a_damaged_label_is_the_same_persons(markup, label):
    remark = read(f"{SAID}<p><b>QUESTION:</b> Still?</p>\n<p>{markup}</p>\n")
    assert turns(remark)[-1] == (label, "Yes.", "Ada R. Fenwick")
    assert len(remark.utterances) == 4


@pytest.mark.parametrize("label", ["QUESTOIN", "(QUESTION)", "QUES TION", "QUЕSTION", "QUESION"])
def test_the_one_who_asks_is_known_under_a_damaged_label(label):
    remark = read(f"{SAID}<p><b>{label}:</b> Still?</p>\n<p><b>SECRETARY FENWICK:</b> Yes.</p>")
    assert turns(remark)[2] == (label, "Still?", "Lena Brandvold")


@pytest.mark.parametrize("between", ["", " ", "<br>"])
def test_a_lost_line_break_parts_turns_all_the_same(between):
    remark = read(f"<p><b>QUESTION:</b> Is it open?{between}<b>SECRETARY FENWICK:</b> It is.</p>")
    assert [turn[:2] for turn in turns(remark)] == [("QUESTION", "Is it open?"), ("SECRETARY FENWICK", "It is.")]


def told(body):
    return doubtful(read(body).problems)


def test_a_page_that_was_cut_off_and_closed_is_told():
    assert told(SAID) == []
    (problem,) = told(f"{SAID}<p>And it is what the harbor of</p>")
    assert problem.startswith("unfinished: ")
    assert "And it is what the harbor of" in problem
    for end in ("So —", "(Applause.)", "“It is.”", "It is …"):
        assert told(f"{SAID}<p>{end}</p>") == []


def test_a_long_paragraph_that_is_printed_twice_is_told_and_kept():
    long = "<p>We have said to the lamp makers of three countries that the lamps must not mind water.</p>\n"
    remark = read(SAID + 2 * long)
    (problem,) = doubtful(remark.problems)
    assert problem.startswith("printed_twice: 'We have said to the lamp makers")
    assert remark.utterances[-1].text.count("lamp makers") == 2
    assert told(SAID + long + 2 * "<p>Thank you.</p>\n") == []


def test_two_questions_in_a_row_of_one_who_asks_are_told():
    body = f"{SAID}<p><b>QUESTION:</b> I see.</p>\n<p><b>QUESTION:</b> We thank you for the lamps.</p>"
    assert any(problem.startswith("same_label_twice: 'QUESTION' is printed at turns 3 and 4") for problem in told(body))


@pytest.mark.parametrize(
    "line",
    [
        "<b>Agence Borealis</b> Is it closed?",
        "<b>Ambassad or de la Roche:</b> It is.",
        "SECRETARY FENWICK IVLP is a program.",
    ],
)
def test_what_may_be_a_label_is_told(line):
    bare = line.replace("<b>", "").replace("</b>", "")
    assert any(bare[:12] in problem for problem in told(f"{SAID}<p>{line}</p>\n{SAID}"))
