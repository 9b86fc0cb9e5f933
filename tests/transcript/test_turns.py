"""Step 6: blocks -> turns; whose words are whose, and which are nobody's."""

import re

import pytest

from .bodies import notes, prose, remark, said, turns

ASK, ANSWER = said("QUESTION", "Is it open?"), said("SECRETARY FENWICK", "It is.")
TAG = re.compile(r"<[^>]+>")
TWO = [("QUESTION", "Is it open?"), ("SECRETARY FENWICK", "It is.")]


def problems(found):
    return [problem.split(":")[0] for problem in found.problems]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (ASK + ANSWER, TWO),
        (ASK + ANSWER + "<p>At last.</p><ul><li>Terns</li></ul>", [TWO[0], (TWO[1][0], "It is.\n\nAt last.\n\nTerns")]),
        (ASK + said("QUESTION", "Yes.") + ANSWER, [TWO[0], ("QUESTION", "Yes."), TWO[1]]),
        (ASK + said("QUESTION", "—") + ANSWER, [TWO[0], ("QUESTION", "—"), TWO[1]]),
        (ASK + said("QUESTION", "(Off-mike.)") + ANSWER, [TWO[0], ("QUESTION", "(Off-mike.)"), TWO[1]]),
        (ASK + "<p><b>SECRETARY FENWICK:</b></p><p>It is.</p>", TWO),
        ("<p><b>QUESTION:</b> Is it open?<br><b>SECRETARY FENWICK:</b> It is.</p>", TWO),
        ("<p><b>QUESTION:</b> Is it<br>open?</p>" + ANSWER, [("QUESTION", "Is it\nopen?"), TWO[1]]),
        ("<p><b>QUESTION:</b> Is it open?</p><p>" + ANSWER + "</p>", TWO),
        (
            ASK + ANSWER + said("QUESTION", "—") + said("SECRETARY FENWICK", "— and the"),
            [*TWO, ("QUESTION", "—"), ("SECRETARY FENWICK", "— and the")],
        ),
        ("<hr>" + ASK + "<hr>" + ANSWER, TWO),
        (
            ASK + ANSWER + "<p>He said: Let me ask you a thing: why?</p>",
            [TWO[0], ("SECRETARY FENWICK", "It is.\n\nHe said: Let me ask you a thing: why?")],
        ),
        (
            ASK + ANSWER + "<p>(Via interpreter) And it is wide.</p>",
            [TWO[0], ("SECRETARY FENWICK", "It is.\n\n(Via interpreter) And it is wide.")],
        ),
        (ASK + ANSWER + "<p><b>It is wide.</b></p>", [TWO[0], ("SECRETARY FENWICK", "It is.\n\nIt is wide.")]),
        (ASK + ANSWER + "<p><b>Wide</b> it is</p>", [TWO[0], ("SECRETARY FENWICK", "It is.\n\nWide it is")]),
    ],
)
def test_turns(html, expected):
    assert turns(remark(html)) == expected


@pytest.mark.parametrize("text", ["closed.{}", "closed…{}", "“closed.”{}", "(Laughter.){}", "closed —{}", "closed? {}"])
def test_a_lost_line_break_glues_no_turns(text):
    first = said("QUESTION", text.format("SECRETARY FENWICK: It is."))
    assert turns(remark(first + ANSWER)) == [("QUESTION", text.format("").strip()), TWO[1], TWO[1]]


@pytest.mark.parametrize(
    "sentence",
    [
        "I say QUESTION: one more.",
        "The sign says “SECRETARY FENWICK: keep out.”",
        "It is.MR MARSH: who?",
        "It is.SECRETARY FENWICK",
    ],
)
def test_a_label_inside_a_sentence_opens_no_turn(sentence):
    found = remark(ASK + said("SECRETARY FENWICK", "It is.", sentence) + ASK)
    assert turns(found) == [TWO[0], ("SECRETARY FENWICK", f"It is.\n\n{sentence}"), TWO[0]]


# Lines between or after turns that nobody spoke: markup, kind of the note
NOBODY = [
    ("<p>(The briefing was concluded at 2:19 p.m.)</p>", "closer"),
    ("<p>(The interview ended at 12:01)</p>", "closer"),
    ("<p># # #</p>", "closer"),
    ("<p>###</p>", "closer"),
    ("<p>* * *</p>", "separator"),
    ("<p>-30-</p>", "closer"),
    ("<p>[End of Document]</p>", "closer"),
    ("<p>(end transcript)</p>", "closer"),
    ("<p>2:06 p.m. EDT</p>", "clock"),
    ("<p>(9:25 a.m. EDT)</p>", "clock"),
    ("<p>1:05 P.M. (EST)</p>", "clock"),
    ("<p>12:32 p.m. local time</p>", "clock"),
    ("<p>(Interruption.)</p>", "event"),
    ("<p>(Break.)</p>", "event"),
    ("<p>(A decree was read.)</p>", "event"),
    ("<p>(VIDEO)</p>", "event"),
    ("<p>(The letter of intent is signed.)</p>", "event"),
    ("<p>(Laughter.)</p>", "laughter"),
    ("<p>[Applause.]</p>", "applause"),
    ("<p>(Chit-chat.)</p>", "crosstalk"),
    ("<p>“(Via interpreter) The pier is ours, and it stays.”</p>", "clip"),
    ("<p>(Begin clip) “The pier is ours, and it stays.”</p>", "clip"),
    ("<p>2004/946</p>", "release_number"),
    ("<p>PRN: 2016/123</p>", "release_number"),
    ("<h2>Part two: the pier</h2>", "heading"),
    ("<p><b>The pier and its terns</b></p>", "heading"),
    ("<p><strong>The pier</strong><strong> and its terns</strong></p>", "heading"),
    ("<p><b>The pier<br>and its terns</b></p>", "heading"),
    ("<p>As Prepared for Delivery</p>", "prepared"),
]


@pytest.mark.parametrize(("line", "kind"), NOBODY)
def test_lines_that_belong_to_nobody(line, kind):
    found = remark(ASK + line + ANSWER)
    assert turns(found) == TWO
    assert [(after, named) for after, named, _ in notes(found)] == [(1, kind)]


@pytest.mark.parametrize(
    "line",
    [
        "We begin at 2:06 p.m. EDT.",
        "The meeting ended at noon (I think).",
        "(As I said) it is.",
        "(Laughter.) It is (laughter).",
        "Part two of the pier",
        "1999",
        "# 1 is the pier.",
        "“The pier is ours.”",
        "As prepared as one can be.",
        "<a id='1'></a>And wide.",  # a footnote's id only where a rule stands before it
        "“No,” they said, “(inaudible) not yet.” And left.",
    ],
)
def test_lines_that_the_speaker_says(line):
    found = remark(ASK + said("SECRETARY FENWICK", "It is.", line) + ASK)
    assert turns(found)[1] == ("SECRETARY FENWICK", f"It is.\n\n{TAG.sub('', line)}")
    assert notes(found) == []


@pytest.mark.parametrize(
    "foot",
    [
        '<hr><p><a id="post-9001-footnote-1"></a> internationally</p><p>and widely</p>',
        '<div><hr /><p><a href="#post-9001-footnote-ref-1"></a><a id="post-9001-footnote-1"></a> for</p></div>',
        "<p>internationally ↑</p><p>widely ↑</p>",
        '<p id="_ftn1">[1] internationally</p>',
        '<hr><p id="1">internationally</p>',
        "<p>Correction: the pier is wide.</p>",
        "<p>Editor’s Note: the pier is wide.</p>",
        "<p># # #</p><p>The pier is a landing stage.</p>",
        "<p>(The briefing was concluded at 2:19 p.m.)</p><p>*for</p><p>Photo by the harbor.</p>",
    ],
)
def test_foot_matter_is_in_no_turn(foot):
    found = remark(ASK + ANSWER + foot)
    assert turns(found) == TWO
    assert notes(found)
    assert {after for after, _, _ in notes(found)} == {2}


def test_starred_corrections_need_a_star_in_the_text():
    starred = remark(ASK + said("SECRETARY FENWICK", "It is fully* open.") + "<p>*nearly</p><p>**wide</p>")
    assert notes(starred) == [(2, "footnote", "*nearly"), (2, "footnote", "**wide")]
    plain = remark(ASK + said("SECRETARY FENWICK", "It is open.") + "<p>*nearly so.</p>")
    assert turns(plain)[1] == ("SECRETARY FENWICK", "It is open.\n\n*nearly so.")


def test_an_anchor_in_a_turn_is_no_footnote():
    body = (
        ASK + '<p><a id="post-9001-TERNS"></a><b>SECRETARY FENWICK:</b> It is<a id="post-9001-footnote-ref-1"></a>.</p>'
    )
    assert turns(remark(body + '<p><a id="post-9001-footnote-ref-2"></a>And wide.</p>')) == [
        TWO[0],
        ("SECRETARY FENWICK", "It is.\n\nAnd wide."),
    ]


def test_a_label_after_a_closer_speaks_again():
    found = remark(ASK + "<p># # #</p><p>Second part.</p>" + ANSWER + "<p>Wide.</p>")
    assert turns(found) == [TWO[0], (TWO[1][0], "It is.\n\nWide.")]
    assert notes(found) == [(1, "closer", "# # #"), (1, "foot", "Second part.")]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (ASK + ANSWER, []),
        (ASK + said("QUESTION", "Wide?") + ANSWER, []),
        (ANSWER + ANSWER, ["same_label_twice"]),
        (ANSWER + "<p>(Break.)</p>" + ANSWER, []),
        (ANSWER + said("SECRETARY FENWICK", "(Laughter.)") + ASK, ["same_label_twice"]),
        (ASK + said("SECRETARY FENWICK"), ["empty_turn"]),
        (said("QUESTION") + ANSWER, ["empty_turn"]),
        ("<p>The pier opened.</p>", []),
    ],
)
def test_problems(html, expected):
    assert problems(remark(html)) == expected


def test_same_label_twice_is_told_with_its_place():
    (problem,) = remark(ASK + ANSWER + ANSWER).problems
    assert problem.startswith("same_label_twice: 'SECRETARY FENWICK' is printed at turns 2 and 3;")


def test_text_is_the_body_as_printed():
    found = remark("<p>As prepared</p>" + ASK + "<hr>" + ANSWER + '<div class="share-this-page">Copy link</div>')
    assert found.text == "As prepared\n\nQUESTION: Is it open?\n\nSECRETARY FENWICK: It is."


def test_a_long_prelude_is_the_bylines_speech():
    assert turns(remark(f"<p>{prose(80)}</p>" + ASK)) == [(None, prose(80)), TWO[0]]


def test_labels_whose_colon_is_missing_everywhere_are_taken():
    html = "<p><strong>MR MARSH</strong> Hello one.</p><p><strong>QUESTION</strong> Hello two?</p>"
    found = remark(html + "<p><strong>MR MARSH</strong> Yes, the bridge is open to all of you.</p>")
    assert [u.label for u in found.utterances] == ["MR MARSH", "QUESTION", "MR MARSH"]
    assert found.problems == ()
    plain = remark("<p><strong>MR MARSH:</strong> Hello.</p><p><strong>MR MARSH</strong> once said so.</p>")
    assert turns(plain) == [("MR MARSH", "Hello.\n\nMR MARSH once said so.")]
