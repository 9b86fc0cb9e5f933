"""Step 6, first half: what is a label, weighed with the page on which it stands."""

import pytest

from crawler.transcript.labels import find_opening, looks_like_label, role_of, role_words

from .bodies import FENWICK, remark, said

SPEECH = "Kestrels nest under it."
# How a page is printed: its turns before and after the line in question, and its type and byline.
PAGES = {
    "caps": (said("QUESTION", "Is it open?") + said("SECRETARY FENWICK", "It is."), {}),
    "not bold": ("<p>QUESTION: Is it open?</p><p>SECRETARY FENWICK: It is.</p>" * 2, {}),
    "mixed": (said("Moderator", "Welcome.") + said("Deputy Secretary Fenwick", "Thank you."), {}),
    "mixed, not bold": ("<p>Moderator: Welcome.</p><p>Mr. Marsh: Thank you.</p>" * 2, {"byline": ("Ivo Marsh",)}),
    "speech": ("<p>Good morning. It is open.</p>", {}),
    "written": ("<p>The bridge opened today.</p>", {"type": "Media Note", "byline": ("Office of the Spokesperson",)}),
    "written, quoted": (
        "<p>The bridge opened today.</p>" + said("Secretary Fenwick", "It is open."),
        {"type": "Press Statement"},
    ),
}
B, PLAIN = "<b>{}:</b> " + SPEECH, "{}: " + SPEECH

# (line, page, label or None)
CAPS = [
    (form.format(label), "caps", label)
    for form in (B, PLAIN)
    for label in [
        "MR MARSH",
        "MR. MARSH",
        "MS O’DONEGAL",
        "MS. O'DONEGAL",
        "MR. McFENNEL",
        "DEPUTY SECRETARY MCFENNEL",
        "FOREIGN MINISTER ÇAVDAROĞLU",
        "FOREIGN MINISTER RINKELĒVS",
        "PRIME MINISTER CHÍNALOS",
        "FOREIGN MINISTER AL-TERNI",
        "AMBASSADOR HOLM-GREENLEAF",
        "REAR ADMIRAL BRICE-O’HOLM",
        "FOREIGN MINISTER DI MARSHA",
        "PRESIDENT VON DER HOLM",
        "CROWN PRINCE BIN TERNA",
        "FOREIGN MINISTER ODALA BIN TERNA",
        "DEPUTY PRIME MINISTER HOLM SOKARA",
        "MS CABRALA FIGUERINA",
        "ASSISTANT SECRETARY HOLMBRINK",
        "HIGH REPRESENTATIVE BORRELINO",
        "SECRETARY GENERAL STOLTENHOLM",
        "ACTING PRIME MINISTER SAYED-HOLM",
        "RANKING MEMBER MCHOLM",
        "KING HAROLDO",
        "SENIOR STATE DEPARTMENT OFFICIAL",
        "SENIOR STATE DEPARTMENT OFFICIAL TWO",
        "SENIOR ADMINISTRATION OFFICIAL NUMBER ONE",
        "MODERATOR",
        "OPERATOR",
        "INTERPRETER",
        "PARTICIPANT",
        "THE PRESS",
        "STAFF",
        "INTERVIEWER",
    ]
]
TYPED_WRONG = [
    ("<b>SECRETAR FENWICK:</b> " + SPEECH, "caps", "SECRETAR FENWICK"),
    ("<b>ECRETARY FENWICK:</b> " + SPEECH, "caps", "ECRETARY FENWICK"),
    ("<b>SECRETARY FENWINCK:</b> " + SPEECH, "caps", "SECRETARY FENWINCK"),
    ("<b>SECRTARY KERRIGAN:</b> " + SPEECH, "caps", "SECRTARY KERRIGAN"),
    ("<b>FOREIGN MINISTESR KOFODEN:</b> " + SPEECH, "caps", "FOREIGN MINISTESR KOFODEN"),
    ("<b>PRIME MININSTER HOLM:</b> " + SPEECH, "caps", "PRIME MININSTER HOLM"),
    ("<b>`MR MARSH: </b>" + SPEECH, "caps", "MR MARSH"),
    ("<b>MR MARSH : </b>" + SPEECH, "caps", "MR MARSH"),
    ("<b>MR MARSH</b> : " + SPEECH, "caps", "MR MARSH"),
    ("<b>MR MARSH</b>:" + SPEECH, "caps", "MR MARSH"),
    ("<b>MR MARSH::</b> " + SPEECH, "caps", "MR MARSH"),
    ("<b>MR</b> <b>MARSH: </b>" + SPEECH, "caps", "MR MARSH"),
    ("<b>FENWICK:</b> " + SPEECH, "caps", "FENWICK"),
    ("FENWICK: " + SPEECH, "caps", "FENWICK"),
    ("<b>ERT:</b> " + SPEECH, "caps", "ERT"),
    ("<b>ANNOUNCEMENT*:</b> " + SPEECH, "caps", "ANNOUNCEMENT*"),
    ("<b>(As Translated)FOREIGN MINISTER HOLM:</b> " + SPEECH, "caps", "FOREIGN MINISTER HOLM"),
    ("[Via phone] <b>FOREIGN MINISTER HOLM:</b> " + SPEECH, "caps", "FOREIGN MINISTER HOLM"),
    ("<b>SECRETARY FENWICK</b> " + SPEECH, "caps", "SECRETARY FENWICK"),
    ("<b>SECRETARY FENWICK.</b> " + SPEECH, "caps", "SECRETARY FENWICK"),
    ("<b>SECRETARY FENWICK</b> " + SPEECH + " One thing: it is open.", "caps", "SECRETARY FENWICK"),
]
MIXED = [
    (B.format("Peter Stenholm, Moderator"), "mixed", "Peter Stenholm, Moderator"),
    (
        B.format("Irma Holm, Executive Director of the Tern Foundation"),
        "mixed",
        "Irma Holm, Executive Director of the Tern Foundation",
    ),
    (B.format("Alexandra de Holm Marsh"), "mixed", "Alexandra de Holm Marsh"),
    (B.format("Agence Borealis"), "mixed", "Agence Borealis"),
    (B.format("Quotidian"), "mixed", "Quotidian"),
    (
        B.format("U.S. Deputy Secretary of State, Ambassador Ada Fenwick"),
        "mixed",
        "U.S. Deputy Secretary of State, Ambassador Ada Fenwick",
    ),
    (B.format("Question"), "mixed", "Question"),
    (B.format("Mr. Marsh"), "mixed", "Mr. Marsh"),
    (PLAIN.format("Agence Borealis"), "mixed", None),
    (PLAIN.format("Mr. Marsh"), "mixed, not bold", "Mr. Marsh"),
]
SPOKEN = [
    (line + " " + SPEECH, page, None)
    for page in ("caps", "mixed", "not bold", "mixed, not bold")
    for line in [
        "And my second question is:",
        "But the bottom line is this:",
        "To Secretary Fenwick:",
        "(In English) And Foreign Secretary, question to you, on the same question:",
        "One thing more:",
        "We meet at 10:30 a.m. on the pier.",
        "See https://www.state.gov/terns for more.",
        "It went off the rails when he said:",
        "“Secretary Fenwick: not today,” they wrote.",
        "Good question! Answer: no.",
        "Here’s the thing, Marta:",
        "Thank you, Mr. Marsh: well said.",
        "The FSOT:",
        "Matthew 25:40 says so.",
        "the Secretary: who else?",
    ]
]
WRITTEN = [
    (line.format(SPEECH), page, None)
    for page in ("written", "written, quoted")
    for line in [
        "<b>VESSEL NAME:</b> {}",
        "<b>VESSEL TYPE:</b> {}",
        "<b>VESSEL REGISTRATION IDENTIFICATION:</b> {}",
        "<b>Side Events:</b> {}",
        "<b>Joint Statements:</b> {}",
        "<b>Transparency:</b> {}",
        "<b>10:</b>30 a.m. {}",
        "<b>10:30 a.m.</b> {}",
        "The below is attributable to Spokesperson Ivo Marsh: {}",
        "Begin text: {}",
        "<b>Press Contact:</b> {}",
        "<b>WHAT:</b> {}",
        "<b>Secretary Fenwick:</b> {}",
        "<b>Chair:</b> {}",
    ]
]
HEADINGS_IN_TRANSCRIPTS = [
    (line.format(SPEECH), page, None)
    for page in ("caps", "mixed")
    for line in [
        "<b>Side Events:</b> {}",
        "<b>Background:</b> {}",
        "<b>Statement by Secretary Fenwick:</b> {}",
        "<b>Joint Statements:</b> {}",
        "WHAT: {}",
        "VESSEL NAME: {}",
    ]
]
UNLABELLED = [(line + SPEECH, "speech", None) for line in ("First: ", "My point is this: ", "<b>Harbors:</b> ", "")]


def label_before(line, page):
    """The label of the turn that begins with the marked words; None where they stand in another turn or in none."""
    before, head = PAGES[page]
    found = remark(f"{before}<p>{line}</p>{before}", **head)
    return next((u.label for u in found.utterances if u.text.startswith(SPEECH)), None)


@pytest.mark.parametrize(
    ("line", "page", "label"),
    [*CAPS, *TYPED_WRONG, *MIXED, *SPOKEN, *WRITTEN, *HEADINGS_IN_TRANSCRIPTS, *UNLABELLED],
)
def test_label(line, page, label):
    assert label_before(line, page) == label


def test_a_stage_direction_before_the_label_is_kept():
    found = remark(said("QUESTION", "Is it open?") + "<p>(As Translated)FOREIGN MINISTER HOLM: Yes.</p>")
    assert [(n.after, n.comment.text) for n in found.notes] == [(1, "(As Translated)")]


def test_a_transcript_under_a_written_type_is_one():
    body = (said("QUESTION", "Is it open?") + said("SECRETARY FENWICK", "It is.")) * 2
    assert len(remark(body, type="Media Note").utterances) == 4


def test_one_person_under_two_labels_keeps_both():
    body = said("AMBASSADOR MARSH", "One.") + said("QUESTION", "Two?") + said("MR MARSH", "Three.")
    assert [u.label for u in remark(body).utterances] == ["AMBASSADOR MARSH", "QUESTION", "MR MARSH"]


@pytest.mark.parametrize(("byline", "label"), [(FENWICK, "Deputy Secretary Fenwick"), ("Ole Brandt, Premier", None)])
def test_a_name_of_the_byline_weighs_as_much_as_capitals(byline, label):
    first = "<p>Good morning, and welcome to the pier.</p>"
    found = remark(first + said("Deputy Secretary Fenwick", "Good morning."), byline=(byline,), title="Tides")
    assert [u.label for u in found.utterances] == [label]
    told = [problem.split(":")[0] for problem in found.problems]
    assert told == ["not_taken_for_label" if label is None else "prelude"]  # the first words have no label


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("QUESTION: Yes.", "QUESTION", "Yes."),
        ("QUESTION:Yes.", "QUESTION", "Yes."),
        ("MS  MARSH : Yes.", "MS MARSH", "Yes."),
        ("(As Translated) MS MARSH: Yes.", "MS MARSH", "Yes."),
        ("“MS MARSH: Yes.", "MS MARSH", "Yes."),
        ("QUESTION:", "QUESTION", ""),
        ("10:30 a.m.", None, None),
        ("At 10:30 a.m.", None, None),
        ("https://www.state.gov/", None, None),
        ("We ask. QUESTION: Yes.", "We ask. QUESTION", "Yes."),
        ("Why? QUESTION: Yes.", None, None),
        ("A — B: c", None, None),
        ("", None, None),
        (": a", None, None),
        ("word " * 13 + ": a", None, None),
        ("L" * 120 + ": a", None, None),
    ],
)
def test_opening(text, label, rest):
    opening = find_opening(text)
    assert (opening and opening.label, opening and text[opening.end :]) == (label, rest)


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("QUESTION", "press"),
        ("Question", "press"),
        ("INTERVIEWER 2", "press"),
        ("MODERATOR", "moderator"),
        ("SENIOR STATE DEPARTMENT OFFICIAL NUMBER ONE", "official"),
        ("SENIOR STATE DEPARTMENT OFFICIAL #2", "official"),
        ("Senior U.S. Official", "official"),
        ("AUDIENCE MEMBER", "audience"),
        ("INTERPRETER", "interpreter"),
        ("STAFF", "staff"),
        ("ANNOUNCEMENT*", "unknown"),
        ("MR MARSH", None),
        ("OFFICIAL MARSH", None),
        ("ONE", None),
        ("", None),
    ],
)
def test_role_that_a_label_names(label, role):
    assert role_of(label) == role


def test_every_role_word_of_the_data_names_its_role():
    assert {word: role_of(word.upper()) for word in role_words()} == role_words()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("QUESTION: Yes.", True),
        ("MR MARSH: Yes.", True),
        ("Moderator: Yes.", True),
        ("Mr. Marsh: Yes.", False),  # a reporter turns to somebody
        ("Side Events: Yes.", False),
        ("The question: yes.", False),
        ("No colon here.", False),
    ],
)
def test_label_by_its_own_letters(text, expected):
    assert looks_like_label(text) is expected
