"""Step 7: cut speeches, other languages, corrections, questions and answers."""

import pytest

from crawler.items import Correction, Exchange

from .bodies import remark, said

FOOT = '<hr><p><a href="#post-9-footnote-ref-1"></a><a id="post-9-footnote-1"></a> {}</p>'


def test_a_cut_speech_is_linked():
    body = (
        said("QUESTION", "Is it open, or --")
        + said("SECRETARY FENWICK", "We have --")
        + said("QUESTION", "-- or is it closed?")
        + said("SECRETARY FENWICK", "-- opened it.")
        + said("QUESTION", "And the gate?")
        + said("SECRETARY FENWICK", "— that, too.")
    )
    found = remark(body).utterances
    assert [(u.previous, u.following) for u in found] == [
        (None, 3),
        (None, 4),
        (1, None),
        (2, None),
        (None, None),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("(In Spanish.) Gracias.", "es"),
        ("(Laughter.) (In Arabic.)", "ar"),
        ("(In English) Thank you.", None),
        ("Thank you. (In German.) Danke.", None),
        ("Thank you.", None),
    ],
)
def test_the_language_of_a_turn(text, language):
    body = said("QUESTION", "Is it open?") + said("SECRETARY FENWICK", text)
    assert remark(body, language="en-US").utterances[1].language == language


def test_on_a_translated_page_english_is_another_language():
    body = said("PREGUNTA", "¿Está abierto?") + said("SECRETARIO FENWICK", "(In English) It is.")
    assert remark(body, language="es-ES").utterances[1].language == "en"


@pytest.mark.parametrize(
    ("text", "foot", "correction"),
    [
        (
            'We act intersectionally<sup><a href="#post-9-footnote-1"></a></sup>, always.',
            FOOT.format("internationally ↑"),
            Correction(offset=7, said="intersectionally", corrected="internationally", how="footnote"),
        ),
        (
            'We saw President<a id="post-9-footnote-ref-1" href="#post-9-footnote-1"></a> Holm.',
            FOOT.format("Prime Minister Holm"),
            Correction(offset=7, said="President", corrected="Prime Minister Holm", how="footnote"),
        ),
        (
            'The Tern Model and Improvement Program<a href="#footnote1"></a>, which is new.',
            '<hr><p><a id="footnote1"></a> Tern Model and Improvement Project</p>',
            Correction(
                offset=4,
                said="Tern Model and Improvement Program",
                corrected="Tern Model and Improvement Project",
                how="footnote",
            ),
        ),
        (
            "We are fully* with them.",
            "<p>*wholly</p>",
            Correction(offset=7, said="fully", corrected="wholly", how="asterisk"),
        ),
        (
            "The presidents [residents] of the port agreed.",
            "",
            Correction(offset=4, said="presidents", corrected="residents", how="bracket"),
        ),
        (
            "We thank the [harbor master] for it.",
            "",
            Correction(offset=13, said=None, corrected="harbor master", how="bracket"),
        ),
    ],
)
def test_a_correction(text, foot, correction):
    found = remark(said("QUESTION", "Is it open?") + said("SECRETARY FENWICK", text) + foot).utterances
    assert found[1].corrections == (correction,)
    if correction.said:
        assert found[1].text[correction.offset :].startswith(correction.said)


@pytest.mark.parametrize(
    "text", ["(Laughter.) [inaudible] It is.", "[W]e hope so.", "I am [Senior Tern Official].", "So [sic] it is."]
)
def test_brackets_that_correct_nothing(text):
    assert remark(said("QUESTION", "Is it?") + said("SECRETARY FENWICK", text)).utterances[1].corrections == ()


def test_more_notes_than_marks_correct_nothing():
    foot = '<hr><p><a id="footnote1"></a> great</p><p><a id="footnote2"></a> small</p>'
    body = said("QUESTION", "Is it?") + said("SECRETARY FENWICK", 'It is<a href="#footnote1"></a>.') + foot
    assert remark(body).utterances[1].corrections == ()


def test_questions_and_answers():
    body = (
        said("MODERATOR", "Who asks?")
        + said("QUESTION", "Is it open?")
        + said("SECRETARY FENWICK", "It is.")
        + said("QUESTION", "But since when?")
        + said("SECRETARY FENWICK", "Since May. Matt.")
        + said("QUESTION", "And the gate?")
        + said("QUESTION", "And the hall?")
        + said("SECRETARY FENWICK", "All open.")
        + said("QUESTION", "Thank you.")
        + said("SECRETARY FENWICK", "Thank you.")
    )
    assert remark(body).exchanges == (
        Exchange(question=2, answer=3),
        Exchange(question=4, answer=5, follow_up_of=2),
        Exchange(question=6, answer=None),
        Exchange(question=7, answer=8),
    )


def test_in_an_interview_every_question_follows_the_one_before():
    body = said("QUESTION", "Why?") + said("SECRETARY FENWICK", "So.") + said("QUESTION", "Tell me more of it.")
    body += said("INTERPRETER", "She asks for more.") + said("SECRETARY FENWICK", "No.")
    found = remark(body, type="Interview", title="Secretary Ada Fenwick With Judy Marsh of PBS NewsHour")
    assert found.exchanges == (Exchange(question=1, answer=2), Exchange(question=3, answer=5, follow_up_of=1))


def test_where_nobody_answers_there_is_no_exchange():
    assert remark(said("MODERATOR", "Welcome.") + said("QUESTION", "Is it open?")).exchanges == ()


# What stands at the mark and at the foot, where no name tells a footnote.
SPONSORED = "The Port Alder State Sponsorship{} Program is new."
PAIRS = {
    "empty links": (
        '<a id="ref1"></a><a href="#ref2"></a>',
        '<hr /><p><a id="ref2"></a><a href="#ref1"></a> Partnership</p>',
    ),
    "numbered": (
        '<a id="ref1"></a><a href="#ref2">[1]</a>',
        '<hr /><p><a id="ref2"></a><a href="#ref1">[1]</a> Partnership</p>',
    ),
    "one tag each": ('<a id="a" href="#b">1</a>', '<hr><p><a id="b" href="#a">1</a> Partnership</p>'),
    "without a rule": ('<a id="a" href="#b">[1]</a>', '<p><a id="b" href="#a">[1]</a> Partnership</p>'),
    "names": ('<a name="x9"></a><a href="#y9">*</a>', '<p><a name="y9"></a><a href="#x9">*</a> Partnership</p>'),
    "raised": ('<sup><a id="m" href="#n">1</a></sup>', '<hr><p id="n"><a href="#m">1</a> Partnership</p>'),
    "a list": ("<sup>1</sup>", "<hr><ol><li>Partnership</li></ol>"),
    "a list without a rule": ("<sup>1</sup>", "<ol><li>Partnership</li></ol>"),
}


@pytest.mark.parametrize(("mark", "foot"), PAIRS.values(), ids=PAIRS)
def test_a_mark_and_a_note_that_lead_to_each_other(mark, foot):
    found = remark(said("QUESTION", "Is it?") + said("SECRETARY FENWICK", SPONSORED.format(mark)) + foot)
    assert found.utterances[1].text == SPONSORED.format("")
    (correction,) = found.utterances[1].corrections
    assert (correction.said, correction.corrected) == ("Sponsorship", "Partnership")
    assert [(note.after, note.comment.kind) for note in found.notes] == [(2, "footnote")]
    assert found.problems == ()


@pytest.mark.parametrize(
    "mark",
    [
        '<a href="https://forms.example.org/view#_edn1" name="_ednref1"><span class="icon-external"></span></a>',
        '<a href="https://forms.example.org/view#_edn1" name="_ednref1">[1]</a>',
        '<a name="_ednref1" href="#gone">[1]</a>',
        '<a href="#_ftn1" id="_ftnref1">[1]</a>',
    ],
)
def test_a_mark_whose_note_is_missing_is_no_word(mark):
    found = remark(said("QUESTION", "Is it?") + said("SECRETARY FENWICK", SPONSORED.format(mark)))
    assert found.utterances[1].text == SPONSORED.format("")
    assert found.utterances[1].corrections == ()


@pytest.mark.parametrize(
    "text",
    [
        "Ten squared is 10<sup>2</sup>.",
        "On the 26<sup>th</sup> we meet, and 10<sup>2</sup> came.<ol><li>One</li><li>Two</li></ol>",
        '<a href="#top">1</a> is a number, and so is <a href="#two">2</a>.',
    ],
)
def test_what_is_no_mark_stays_a_word(text):
    found = remark(said("QUESTION", "Is it?") + f"<p><b>SECRETARY FENWICK:</b> {text}</p>")
    assert ("102" in found.utterances[1].text) or found.utterances[1].text == "1 is a number, and so is 2."
