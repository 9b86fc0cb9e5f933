"""Step 6: stage directions, which stay in the text and are pointed at; and brackets that are speech."""

import tomllib
from importlib.resources import files

import pytest

from crawler.transcript.comments import find_comments, is_all_brackets, kind_of

# kind -> brackets as they are printed
KINDS = {
    "remote": ["(Via video)", "(via teleconference)", "(By telephone.)"],
    "laughter": ["(Laughter.)", "(laughter)", "(Laughs.)", "(Laughing)", "(Laughter and applause.)", "[Laughter]"],
    "applause": [
        "(Applause.)",
        "(applause)",
        "(Cheers and applause.)",
        "(Cheers.)",
        "(Sustained applause.)",
        "(Standing ovation.)",
    ],
    "inaudible": [
        "(inaudible)",
        "(Inaudible.)",
        "[inaudible]",
        "(audio interruption)",
        "(Quick question, inaudible)",
        "(Unintelligible.)",
        "(no audio)",
        "(technical difficulties)",
    ],
    "off_mike": ["(Off-mike.)", "(off mike)", "(Off mic)", "(Off-microphone.)", "(Speaking off-mike.)"],
    "crosstalk": ["(Cross-talk.)", "(Crosstalk.)", "(Chit-chat.)", "(Simultaneous conversation.)"],
    "interpretation": [
        "(Via interpreter)",
        "(Via Interpreter)",
        "(via interpreter)",
        "(Via intrerpreter)",
        "(Via translation)",
        "(As translated.)",
        "(As interpreted.)",
        "(Through an interpreter)",
        "(Through interpreter)",
        "(Interpreted.)",
        "(In Boreal, via interpreter)",
    ],
    "language": [
        "(In English)",
        "(In English.)",
        "(In Danish and Greenlandic.)",
        "(Speaks in Spanish.)",
        "(speaks in French)",
        "(In Arabic.)",
        "(Continues in German)",
        "(In native language)",
    ],
    "partial": [
        "(In progress)",
        "(In progress.)",
        "(Ends in progress.)",
        "(Begins in progress)",
        "(Joined in progress)",
    ],
    "phonetic": ["(ph)", "(ph.)", "(phonetic)", "(sp?)"],
    "sic": ["(sic)", "[sic]"],
    "pause": ["(Pause.)", "(Moment of silence.)", "(A moment of silence is observed.)", "(Long pause.)"],
    "event": [
        "(Break.)",
        "(Interruption.)",
        "(A video is played.)",
        "(Video messages are played.)",
        "(VIDEO)",
        "(Begin video clip.)",
        "(The letter of intent is signed.)",
        "(A decree was read.)",
        "(The harbor master signs the book.)",
        "(Handshake.)",
        "(Secretary Fenwick is presented with a tern.)",
        "(Commercial break.)",
        "(Coughs.)",
        "(Knocking.)",
    ],
    "editorial": [
        "[Note: The interview was conducted in Boreal.]",
        "[Editor’s note: the date is wrong.]",
        "[Redacted]",
        "[…]",
        "[...]",
        "[End Tern News interview.]",
        "(As prepared for delivery)",
    ],
}
# Brackets that somebody said or wrote: abbreviations, asides, words put in by the editor
SPEECH = [
    "(USAID)",
    "(PRC)",
    "(IOM)",
    "(NATO)",
    "(U.S.)",
    "(2023)",
    "(D-Borealia)",
    "[the Premier]",
    "[it]",
    "(I think)",
    "(or two)",
    "(b)",
    "(in every port)",
    "(in time)",
    "(as we say)",
    "(laughable as it is)",
    "(pauses count)",
    "(phase one)",
    "(sick days)",
    "(Endeavor)",
    "(Note that it is open)",
    "(the tern)",
    "(breakwater)",
    "(notes)",
    "(and it was not signed by us)",
    "(30%)",
    "(a)",
]


@pytest.mark.parametrize(("bracketed", "kind"), [(text, kind) for kind, texts in KINDS.items() for text in texts])
def test_kind(bracketed, kind):
    assert kind_of(bracketed) == kind


@pytest.mark.parametrize("bracketed", SPEECH)
def test_brackets_that_are_speech(bracketed):
    assert kind_of(bracketed) is None
    assert find_comments(f"It is {bracketed} open.") == ()


def test_every_kind_of_the_data_has_an_example():
    data = tomllib.loads(files("crawler.data").joinpath("comments.toml").read_text("utf-8"))
    assert {row["kind"] for row in data["comment"]} == KINDS.keys()


def test_offsets_point_at_the_brackets():
    text = "(Via interpreter) Yes. (Laughter.) The (USAID) pier – (inaudible) – is\n\nours [sic]. (Applause.)"
    found = find_comments(text)
    assert [comment.kind for comment in found] == ["interpretation", "laughter", "inaudible", "sic", "applause"]
    assert all(text[comment.offset :].startswith(comment.text) for comment in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("(Laughter", []),
        ("Laughter.)", []),
        ("()", []),
        ("(Laughter.)(Applause.)", ["(Laughter.)", "(Applause.)"]),
        ("((Laughter.))", ["(Laughter.)"]),
        ("(Laughter.) (Laughter.)", ["(Laughter.)", "(Laughter.)"]),
        ("(\nLaughter.)", []),
        ("(" * 5000 + "Laughter.)", ["(Laughter.)"]),
        ("(" + "the tern is " * 500 + "played)", []),
    ],
)
def test_brackets_as_they_come(text, expected):
    assert [comment.text for comment in find_comments(text)] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("(A video is played.)", True),
        ("(Applause.) (Laughter.)", True),
        ("“(Video is played.)”", True),
        ("(Inaudible.).", True),
        ("[Laughter]", True),
        ("(Laughter.) Yes.", False),
        ("Yes. (Laughter.)", False),
        ("(Laughter", False),
        ("", False),
        ("(A.) " * 40, True),
        ("(A.) " * 40 + "and speech", False),  # never answered where every way to part the brackets is tried
    ],
)
def test_lines_of_brackets_only(line, expected):
    assert is_all_brackets(line) is expected
