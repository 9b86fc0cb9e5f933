"""Step 6: what stands before the first label, and pages on which nobody is labelled."""

import pytest

from .bodies import notes, prose, remark, said, turns

ASK, ANSWER = said("QUESTION", "Is it open?"), said("SECRETARY FENWICK", "It is.")
TWO = [("QUESTION", "Is it open?"), ("SECRETARY FENWICK", "It is.")]
OFFICE = ("Office of the Spokesperson",)
PAIR = ("Ada Fenwick, Secretary of State", "Ole Brandt, Premier of Borealia")
LONG = [prose(30), prose(30)]


def paragraphs(*texts):
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        ("<p>2:06 p.m. EDT</p>", "clock"),
        ("<p>(As Prepared)</p>", "prepared"),
        ("<p>Remarks as delivered</p>", "prepared"),
        ("<p>Via Teleconference</p>", "head"),
        ("<p>Pinfield Hall</p>", "head"),
        ("<p>Ada Fenwick</p>", "head"),
        ("<p>SECRETARY OF STATE</p>", "head"),
        ("<p>November 3, 2023</p>", "head"),
        ("<p>Opening of the Tern Bridge.</p>", "head"),
        ("<p>[Note: The interview was conducted in Boreal.]</p>", "editorial"),
        ("<p>(In progress)</p>", "partial"),
        ("<p>(Applause.)</p>", "applause"),
        ('<p><a href="#post-9001-TERNS">Terns, ports and other matters.</a></p>', "index"),
        ('<ul><li><a href="#a">Terns</a> / <a href="#b">Ports, piers and other matters</a></li></ul>', "index"),
        ("<h2>Transcript</h2>", "heading"),
        ("<p>The Secretary met the press on the pier.</p>", "prelude"),
    ],
)
def test_head_matter_before_the_first_label(before, kind):
    found = remark(before + ASK + ANSWER)
    assert turns(found) == TWO
    assert [(after, named) for after, named, _ in notes(found)] == [(0, kind)]


@pytest.mark.parametrize(
    ("head", "spoken"),
    [
        ({}, True),
        ({"byline": PAIR}, True),
        ({"byline": OFFICE}, False),
        ({"byline": ()}, False),
        ({"type": None}, True),
        ({"type": "Tern Talk"}, True),
    ],
)
def test_a_prelude_is_speech_where_a_person_can_have_spoken_it(head, spoken):
    found = remark(paragraphs("2:06 p.m. EDT", *LONG) + ASK + ANSWER, **head)
    assert turns(found) == ([(None, "\n\n".join(LONG)), *TWO] if spoken else TWO)
    assert len(notes(found)) == (1 if spoken else 3)


@pytest.mark.parametrize(("words", "spoken"), [(59, False), (60, True)])
def test_a_short_prelude_is_an_introduction(words, spoken):
    found = remark(paragraphs(prose(words)) + ASK + ANSWER)
    assert (found.utterances[0].label is None) is spoken


SPEECH = paragraphs(
    "Pinfield Hall",
    "(As Prepared)",
    "Good morning. It is open.",
    "(Applause.)",
    "Thank you.",
    "# # #",
    "Photos by the pier.",
)


@pytest.mark.parametrize("byline", [PAIR[:1], PAIR])
def test_a_speech_without_labels_is_the_bylines(byline):
    found = remark(SPEECH, byline=byline)
    assert turns(found) == [(None, "Good morning. It is open.\n\nThank you.")]
    assert notes(found) == [
        (0, "head", "Pinfield Hall"),
        (0, "prepared", "(As Prepared)"),
        (1, "applause", "(Applause.)"),
        (1, "closer", "# # #"),
        (1, "foot", "Photos by the pier."),
    ]
    assert found.problems == ()


@pytest.mark.parametrize("byline", [(), OFFICE, ("Bureau of Port Affairs", "U.S. Embassy Port Alder")])
def test_a_speech_of_nobody_has_no_turn_and_a_problem(byline):
    found = remark(SPEECH, byline=byline)
    assert found.utterances == ()
    assert [problem.split(":")[0] for problem in found.problems] == ["no_turns"]
    assert "Good morning. It is open." in found.text


@pytest.mark.parametrize(
    "type_", ["Press Statement", "Media Note", "Readout", "Fact Sheet", " media  note ", "Public Schedule"]
)
@pytest.mark.parametrize(
    "body",
    [
        SPEECH,
        paragraphs("<b>Ports:</b> Two.", "<b>Terns:</b> Many."),
        paragraphs("<b>Secretary Fenwick:</b> “It is open.”"),
        paragraphs("The below is attributable to Spokesperson Ivo Marsh:", "It is open."),
    ],
)
def test_written_types_yield_no_turn(type_, body):
    found = remark(body, type=type_)
    assert (found.utterances, found.problems) == ((), ())


def test_a_speech_with_footnotes():
    body = (
        paragraphs("Good morning<sup><a href='#fn1'>1</a></sup>.", "Thank you.")
        + '<hr><p id="fn1">1. By the clock.</p><p>2. Or so.</p>'
    )
    found = remark(body)
    assert turns(found) == [(None, "Good morning.\n\nThank you.")]
    assert [kind for _, kind, _ in notes(found)] == ["footnote", "footnote"]


def test_a_speech_keeps_its_short_lines():
    body = paragraphs("Good morning.", "First", "It is open.", "And the terns", "Thank you.")
    assert turns(remark(body)) == [(None, "Good morning.\n\nFirst\n\nIt is open.\n\nAnd the terns\n\nThank you.")]
