"""Forms that look like something else: each was once taken wrongly."""

import pytest

from crawler.transcript.validate import validate

from .bodies import notes, prose, remark, turns


def turns_of(body):
    return turns(remark(body))


ASK = "<p><b>SECRETARY FENWICK:</b> How many came?</p>"


@pytest.mark.parametrize(
    "last",
    [
        "50 people came to the bridge today.",
        "1. Because the pier is wide.",
        "This interview was a pleasure, and I thank you for it.",
        "For more information, call my office, as everybody does.",
        "Watch the video, and you will see the tern.",
        "Correct: it is open.",
    ],
)
def test_a_last_sentence_is_no_foot_matter(last):
    assert turns_of(f"{ASK}<p>{last}</p>") == [("SECRETARY FENWICK", f"How many came?\n\n{last}")]


def test_stars_part_a_speech_and_do_not_end_it():
    body = f"<p>{prose(30)}</p><p>***</p><p>{prose(9)}</p>"
    ((label, text),) = turns_of(body)
    assert (label, text) == (None, f"{prose(30)}\n\n{prose(9)}")
    assert [kind for _, kind, _ in notes(remark(body))] == ["separator"]


def test_a_page_all_in_bold_has_no_headings():
    body = "".join(f"<p><b>{line}</b></p>" for line in ("MR MARSH: Good morning.", "We are here", "We are many"))
    assert turns_of(body) == [("MR MARSH", "Good morning.\n\nWe are here\n\nWe are many")]


def test_a_statement_read_out_ends_and_its_reader_goes_on():
    more = f"<p># # #</p><p>{prose(10)}</p><p><b>QUESTION:</b> Thank you.</p>"
    assert turns_of(f"<p><b>MR MARSH:</b> I will read it.</p>{more}") == [
        ("MR MARSH", f"I will read it.\n\n{prose(10)}"),
        ("QUESTION", "Thank you."),
    ]


@pytest.mark.parametrize(
    ("body", "labels"),
    [
        (
            '<ul><li><a href="#post-1-A">QUESTION: terns</a></li></ul><p><b>MR MARSH:</b> Yes.</p>',
            ["MR MARSH"],
        ),
        ("<h4>QUESTION:</h4><p>(Off-mike.)</p><h4>MR MARSH:</h4><p>Yes.</p>", ["QUESTION", "MR MARSH"]),
        (
            "<h4>Moderator:</h4><p>One.</p><h4>Agence Borealis:</h4><p>Two?</p><h4>Moderator:</h4><p>Three.</p>",
            ["Moderator", "Agence Borealis", "Moderator"],
        ),
        ("<p><b>QUESTION：</b> Is it open?</p><p><b>MR MARSH：</b> It is.</p>", ["QUESTION", "MR MARSH"]),
        (
            "<p><b>[SENIOR STATE DEPARTMENT OFFICIAL]:</b> One.</p><p><b>QUESTION:</b> Two?</p>",
            ["[SENIOR STATE DEPARTMENT OFFICIAL]", "QUESTION"],
        ),
        (
            "<p><b>Lena Ortiz:</b> One?</p><p><b>SECRETARY FENWICK:</b> Two.</p><p><b>Lena Ortiz:</b> Three?</p>",
            ["Lena Ortiz", "SECRETARY FENWICK", "Lena Ortiz"],
        ),
        ("<p><b>GOVERNOR DeSOTO:</b> One.</p><p><b>QUESTION:</b> Two?</p>", ["GOVERNOR DeSOTO", "QUESTION"]),
        ("<p>-<b>QUESTION:</b> One?</p><p><b>MR MARSH:</b> Two.</p>", ["QUESTION", "MR MARSH"]),
        (
            "<p><b>MR MARSH:</b> Hello <b>QUESTION:</b> ok</p><p><b>QUESTION:</b> Two?</p>",
            ["MR MARSH", "QUESTION", "QUESTION"],
        ),
        ("<p>QUESTION: We are for it?</p><p>MR MARSH: So.</p><p>NATO: we are for it.</p>", ["QUESTION", "MR MARSH"]),
    ],
)
def test_labels_of_odd_forms(body, labels):
    assert [label for label, _ in turns_of(body)] == labels


def test_a_box_of_unknown_furniture_is_left_out_and_told():
    found = remark(f'{ASK}<p>Many came.</p><div class="sign-up"><p>Daily news of the pier by mail.</p></div>')
    assert turns(found) == [("SECRETARY FENWICK", "How many came?\n\nMany came.")]
    assert any(problem.startswith("unknown_box: ") for problem in validate(found).problems)


def test_a_box_in_the_middle_or_with_a_label_is_text():
    box = '<div class="columns"><p>And many went.</p><p><b>QUESTION:</b> Who?</p></div>'
    assert turns_of(f"{ASK}<p>Many came.</p>{box}") == [
        ("SECRETARY FENWICK", "How many came?\n\nMany came.\n\nAnd many went."),
        ("QUESTION", "Who?"),
    ]
