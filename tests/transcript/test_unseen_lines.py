"""Turns whose label cannot be right, lines that quote, events and clips: devised from the description of each."""

import pytest

from .bodies import notes, remark, said, turns
from .test_unseen_labels import ANSWER, ANSWERED, ASK, ASKED, WORDS, doubts

LONG = "It opened at noon, and we are very proud of the men and women who built it over three long years."


def person_of(found, text):
    return next(u.person for u in found.utterances if u.text == text)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is it open, Madam Secretary?", LONG),
        (
            "When did it open?",
            "Well, look, I think it opened at noon. We have been clear about that, and I stand by it.",
        ),
        (
            "How many ships pass?",
            "I don’t have a number for you. Our team in Port Alder is working on it with our partners.",
        ),
        (
            "Would you go there?",
            "I would. I have been there as Secretary, and I will go again. Thank you for the question.",
        ),
        ("Is it wide?", "It is very wide."),
        ("Did Mr. Hale say so?", "Yes, he did, and I told him that the United States stands by the people of Valmora."),
        ("And the terns? (Laughter.)", "They nest under it, and we keep the ships away from them in spring."),
        ("“Is it the end?”", "No. It is a beginning for this port, for its people and for all of the north."),
        ("Why now?", "Because it was time. We had waited for three years, and the river does not wait."),
        ("Can it carry trains?", "It can. We tested it last week with twelve of them, and it did not move an inch."),
    ],
)
def test_an_answer_under_question_is_told_and_nobodys(question, answer):
    page = ASK + ANSWER + said("QUESTION", question) + said("QUESTION", answer) + ASK + ANSWER
    found = remark(page, type="Interview", title="Secretary Ada Fenwick With Lena Ortiz of Radio Tern")
    assert turns(found)[2:4] == [("QUESTION", question), ("QUESTION", answer)]
    (problem,) = doubts(found)
    assert problem.startswith("wrong_label: turn 4 is printed under 'QUESTION'")
    assert answer[:60] in problem
    assert person_of(found, answer) is None
    assert [u.person for u in found.utterances if u.label == "SECRETARY FENWICK"] == ["Ada Fenwick"] * 2


def test_the_one_who_asks_is_still_named_for_the_questions():
    page = ASK + ANSWER + said("QUESTION", "Is it wide?") + said("QUESTION", LONG) + ASK + ANSWER
    found = remark(page, type="Interview", title="Secretary Ada Fenwick With Lena Ortiz of Radio Tern")
    assert [u.person for u in found.utterances if u.label == "QUESTION"] == [
        "Lena Ortiz",
        "Lena Ortiz",
        None,
        "Lena Ortiz",
    ]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Madam Secretary.", "Yes, thank you. When does it open?"),
        ("Is it open?", "Is it wide?"),
        ("Is it open?", "Can I —"),
        ("Is it open?", "And the other one, the one that Mr. Hale and the rest of the council built —"),
        ("Is it open?", "Thanks. I just wanted to ask about the river and the ships that pass under it at night."),
        ("Hi. Andrea Hale, Radio Tern. Is it?", "Thanks. Can I ask about the river?"),
        ("(Off-mike.)", LONG),
        ("Thank you.", "Thank you."),
        ("Go ahead.", "No, you go."),
        ("Is it open?", "(Inaudible.)"),
        ("Is it open?", "Madam."),
    ],
)
def test_two_reporters_one_after_the_other(one, two):
    found = remark(ASK + ANSWER + said("QUESTION", one) + said("QUESTION", two) + ANSWER)
    assert turns(found) == [ASKED, ANSWERED, ("QUESTION", one), ("QUESTION", two), ANSWERED]
    assert doubts(found) == []


@pytest.mark.parametrize(
    "closing",
    [
        "Madam Secretary, thank you so much for joining us. This was “The Morning Tern.”",
        "Madam Secretary, we’ll be right back after the break.",
        "Thank you, Madam Secretary.",
        "Thanks so much for being with us, Madam Secretary.",
        "Secretary of State Ada Fenwick, thank you for being with us tonight.",
        "Thank you, Secretary Fenwick. We’ll be back after this.",
        "That was Secretary Fenwick, live from Port Alder.",
        "Secretary Ada Fenwick joined us from the bridge.",
        "Our thanks to Secretary of State Fenwick.",
        "Madam Secretary, thanks for the time.",
    ],
)
@pytest.mark.parametrize("twice", [True, False])
def test_a_hosts_words_under_the_guests_label(closing, twice):
    before = said("SECRETARY FENWICK", "Good to be here.") if twice else ""
    found = remark(ASK + ANSWER + said("QUESTION", "Good.") + before + said("SECRETARY FENWICK", closing))
    assert turns(found)[-1] == ("SECRETARY FENWICK", closing)
    (problem,) = doubts(found)
    assert problem.startswith("wrong_label: ")
    assert closing[:60] in problem
    assert person_of(found, closing) is None
    assert person_of(found, ANSWERED[1]) == "Ada Fenwick"


@pytest.mark.parametrize(
    ("page", "label"),
    [
        (said("SECRETARY FENWICK", "Thank you, Mr. Secretary General.") + ASK, "SECRETARY FENWICK"),
        (said("SECRETARY FENWICK", "Thank you, Secretary Hale.") + said("SECRETARY HALE", "Yes."), "SECRETARY FENWICK"),
        (
            said("SECRETARY FENWICK", "Thank you, Madam Secretary.") + said("SECRETARY HALE", "Yes."),
            "SECRETARY FENWICK",
        ),
        (said("MR. FENWICK", "Thank you, Madam Secretary.") + ASK, "MR. FENWICK"),
        (said("SECRETARY FENWICK", "Mr. Minister, thank you.") + said("MINISTER HALE", "Yes."), "SECRETARY FENWICK"),
        (said("SECRETARY FENWICK", "My father was a Fenwick, too, and he thanks you.") + ASK, "SECRETARY FENWICK"),
    ],
)
def test_thanks_to_somebody_else_are_no_doubt(page, label):
    found = remark(page + ASK)
    assert turns(found)[0][0] == label
    assert [problem for problem in doubts(found) if problem.startswith("wrong_label")] == []


QUOTES = [
    "<p>The transcript from last week says:</p><p>QUESTION: Will it open?</p><p>MR. HALE: It will.</p>",
    "<p>Let me read this:</p><p>QUESTION: Will it open?</p><p>SECRETARY FENWICK: It will.</p>",
    "<p>I have it here.</p><blockquote><p>QUESTION: Will it open?</p><p>MR. HALE: It will.</p></blockquote>",
    "<p>I have it here.</p><blockquote><p>QUESTION: Will it open?<br>MR. HALE: It will.</p></blockquote>",
]


@pytest.mark.parametrize("lines", QUOTES)
def test_a_transcript_that_is_read_out_stays_in_its_turn_and_is_told(lines):
    page = ASK + ANSWER + said("MS. ORTIZ", WORDS) + lines + "<p>That is what he said.</p>" + ASK + ANSWER
    found = remark(page)
    assert [u.label for u in found.utterances] == [
        "QUESTION",
        "SECRETARY FENWICK",
        "MS. ORTIZ",
        "QUESTION",
        "SECRETARY FENWICK",
    ]
    assert any(problem.startswith("not_taken_for_label: 'QUESTION: Will it open?'") for problem in doubts(found))


@pytest.mark.parametrize(
    "lines",
    [
        "<blockquote><p>ROMEO: But soft, what light.</p><p>JULIET: Ay me.</p><p>ROMEO: She speaks.</p></blockquote>",
        "<p>“PILOT: We are over the river.</p><p>“TOWER: Come in.</p><p>“PILOT: We are down.”</p>",
        "<p>“QUESTION: Will it open?”</p><p>“MR. HALE: It will.”</p>",
    ],
)
def test_what_a_speech_quotes_is_its_speakers(lines):
    found = remark(f"<p>Good morning to all of you in this hall.</p>{lines}<p>So it goes, as I always say.</p>")
    assert [u.label for u in found.utterances] == [None]


def test_a_page_in_a_blockquote_is_split_all_the_same():
    assert turns(remark(f"<blockquote>{ASK}{ANSWER}</blockquote>")) == [ASKED, ANSWERED]


EVENTS = [
    ("(Video is played.) (Applause.)", ["event", "applause"]),
    ("(Applause.) (A video is played.)", ["applause", "event"]),
    ("(Laughter.) (Applause.)", ["laughter", "applause"]),
    ("[Video is shown.] (Applause.)", ["event", "applause"]),
    ("(Music.) (Applause.) (Laughter.)", ["event", "applause", "laughter"]),
    ("(The anthem is played.) [Applause.]", ["event", "applause"]),
    ("(Video plays.) (Cheers.)", ["event", "applause"]),
    ("(A tape was played.)(Applause.)", ["event", "applause"]),
    ("(Video is played.) – (Applause.)", ["event", "applause"]),
    ("(Pause.) (A bell rings.) (Inaudible.)", ["pause", "event", "inaudible"]),
    ("(A clip is played.)", ["event"]),
]


@pytest.mark.parametrize(("line", "kinds"), EVENTS)
def test_events_of_one_line_are_told_apart(line, kinds):
    found = remark(ASK + ANSWER + f"<p>{line}</p><p>So the bridge is there.</p>" + ASK + ANSWER)
    assert turns(found) == [ASKED, ("SECRETARY FENWICK", f"{ANSWERED[1]}\n\nSo the bridge is there."), ASKED, ANSWERED]
    assert [(after, kind) for after, kind, _ in notes(found)] == [(2, kind) for kind in kinds]
    assert " ".join(text for _, _, text in notes(found)).replace(" ", "") == line.replace(" ", "").replace("–", "")


@pytest.mark.parametrize(
    "line", ["It is. (Video is played.) (Applause.)", "(Applause.) (Laughter.) It is.", "So. (Music.)"]
)
def test_events_beside_words_stay_with_them(line):
    found = remark(ASK + said("SECRETARY FENWICK", line))
    assert turns(found) == [ASKED, ("SECRETARY FENWICK", line)]
    assert len(found.utterances[1].comments) == line.count("(")


def test_an_aside_beside_an_event_is_speech():
    aside = "(And I mean all of you who came here today to build this bridge with us, over three long years.)"
    found = remark(ASK + ANSWER + f"<p>(Applause.) {aside}</p>")
    assert turns(found)[-1] == ("SECRETARY FENWICK", f"{ANSWERED[1]}\n\n(Applause.) {aside}")


CLIPS = [
    ("(Begin video clip.)", "(End video clip.)"),
    ("(BEGIN VIDEOTAPE)", "(END VIDEOTAPE)"),
    ("(Begin clip)", "(End clip)"),
    ("[BEGIN VIDEO CLIP]", "[END VIDEO CLIP]"),
    ("(Video clip begins.)", "(Video clip ends.)"),
    ("(BEGIN AUDIO CLIP)", "(END AUDIO CLIP)"),
    ("(Start of video.)", "(End of video.)"),
    ("(Tape plays.)", "(Tape ends.)"),
    ("(Video begins.)", "(Video ends.)"),
    ("BEGIN VIDEO CLIP", "END VIDEO CLIP"),
    ("(Begin recording of “Dawn.”)", "(End of recording.)"),
]


@pytest.mark.parametrize(("begin", "end"), CLIPS)
def test_the_words_of_a_played_clip_are_nobodys(begin, end):
    clip = f"<p>{begin}</p><p>I said that it will open.</p><p>And it will.</p><p>{end}</p>"
    found = remark(ASK + ANSWER + said("QUESTION", "Look at this.") + clip + "<p>Was he right?</p>" + ANSWER)
    assert turns(found) == [ASKED, ANSWERED, ("QUESTION", "Look at this.\n\nWas he right?"), ANSWERED]
    assert [kind for _, kind, _ in notes(found)] == ["event", "clip", "clip", "event"]


@pytest.mark.parametrize(("begin", "end"), CLIPS)
def test_what_follows_a_labelled_clip_is_not_its_speakers(begin, end):
    clip = f"<p>{begin}</p>" + said("PRESIDENT HALE", "It will open.") + f"<p>{end}</p>"
    found = remark(ASK + ANSWER + said("QUESTION", "Look at this.") + clip + "<p>Was he right?</p>" + ANSWER)
    assert turns(found)[2:] == [
        ("QUESTION", "Look at this."),
        ("PRESIDENT HALE", "It will open."),
        (None, "Was he right?"),
        ANSWERED,
    ]
    assert found.utterances[4].person is None
    assert ["PRESIDENT HALE: It will" in one or "Was he right?" in one for one in doubts(found)] == [True, True]


def test_a_clip_without_an_end_is_left_and_told():
    found = remark(ASK + ANSWER + "<p>(Begin video clip.)</p><p>It will open.</p>" + ASK + ANSWER)
    assert turns(found)[1] == ("SECRETARY FENWICK", f"{ANSWERED[1]}\n\nIt will open.")
    assert [problem.split(":")[0] for problem in doubts(found)] == ["clip"]


def test_a_page_that_is_a_video_message_is_not_lost():
    found = remark(
        f"<p>Good morning, and welcome to all of you.</p><p>(Video begins.)</p><p>{LONG}</p><p>(Video ends.)</p>"
    )
    assert LONG in found.utterances[0].text or doubts(found)
    found = remark(f"<p>(Video begins.)</p><p>{LONG}</p><p>{LONG}</p><p>{LONG}</p><p>(Video ends.)</p>")
    assert turns(found) == [(None, "\n\n".join([LONG] * 3))]


@pytest.mark.parametrize(
    "words", ["Ada, that is what she said to me on Friday.", "Thanks, Ada, for the time.", "Ada, why?"]
)
def test_words_to_the_one_who_is_said_to_speak(words):
    found = remark(ASK + ANSWER + ASK + said("SECRETARY FENWICK", words))
    assert turns(found)[-1] == ("SECRETARY FENWICK", words)
    assert [problem.split(":")[0] for problem in doubts(found)] == ["wrong_label"]
    assert person_of(found, words) is None


@pytest.mark.parametrize(
    "words", ["I am Ada, and I built it.", "My friend Ada, and my mother Ada, built it.", "Adam, why?"]
)
def test_a_given_name_in_a_sentence_is_no_doubt(words):
    assert doubts(remark(ASK + ANSWER + ASK + said("SECRETARY FENWICK", words))) == []
