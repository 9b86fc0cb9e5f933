"""Pages devised from the description of what goes wrong with labels, not from the rules: each is read right, or told.

The line in question stands between turns of an ordinary page, printed once.
"""

import itertools

import pytest

from .bodies import remark, said, turns

ASK = said("QUESTION", "Is the bridge open?")
ANSWER = said("SECRETARY FENWICK", "It is open since noon.")
ASKED, ANSWERED = ("QUESTION", "Is the bridge open?"), ("SECRETARY FENWICK", "It is open since noon.")
PLAIN = (ASK + ANSWER).replace("<b>", "").replace("</b>", "")
WORDS = "I saw the terns on the river."
DOUBTS = ("taken_for_label", "not_taken_for_label", "labels_without_colon", "wrong_label", "clip")
NBSP = "\u00a0"


def doubts(found):
    return [problem for problem in found.problems if problem.split(":")[0] in DOUBTS]


def among(line, page=ASK + ANSWER):
    return remark(page + line + page)


def turns_among(line, page=ASK + ANSWER):
    """The turns between those of the page round them; what the answer before them gained is told as a turn of None."""
    found = turns(among(line, page))
    assert (found[0], found[-2], found[-1]) == (ASKED, ASKED, ANSWERED)
    label, text = found[1]
    assert label == ANSWERED[0]
    more = text.removeprefix(ANSWERED[1]).strip()
    return [(None, more)] * bool(more) + found[2:-2]


SMALL_LETTERS = [
    "Mr. Hale",
    "MR. O’Brien",
    "MR. O'Neill",
    "MR. HALE, Jr.",
    "MR. HALE, Sr.",
    "MR. HALE III",
    "MR HALE Jr",
    "MR. McCarthy",
    "MS. McKay",
    "MS. Hale-McKay",
    "MR. MacDonald",
    "DR. LeBlanc",
    "MR. DiNapoli",
    "SENATOR DeHALE",
    "MS. D’Souza",
    "AMBASSADOR Argüello",
    "SECRETARY-GENERAL Åkesson",
    "MR. Núñez-Ortega",
    "FOREIGN MINISTER O’Neill-Ruiz",
    "MR. van der Berg",
    "PRIME MINISTER von Berg",
    "PRESIDENT Van Rompel",
    "MS. de la Cruz",
    "MR. al-Hale",
    "MRS. bin Hale",
    "GEN. St. Clair",
    "MR. J. P. Hale",
    "Mr. R. Hale",
    "Ms. HALE",
    "Sen. HALE",
    "Gov. Hale",
    "Adm. Hale",
    "Prof. Hale",
    "Sir Tom Hale",
    "HRH Princess Marta",
    "Ambassador Hale",
    "Mayor Hale",
    "Deputy Secretary Hale",
    "DEPUTY SPOKESPERSON Hale",
    "Under Secretary for Rivers Hale",
    "Secretary Fenwick",
    "Tom Hale",
    "Marta de la Cruz",
    "Moderator",
    "Interpreter",
    "Question",
    "Staff",
]
BRACKETS = [
    "(INAUDIBLE)",
    "[INAUDIBLE]",
    "(OFF-MIKE)",
    "(CROSSTALK)",
    "(UNIDENTIFIED)",
    "(Unidentified)",
    "[Unknown]",
    "[UNIDENTIFIED SPEAKER]",
    "(VOICE)",
    "(AUDIENCE MEMBER)",
    "(MODERATOR)",
    "[MODERATOR]",
    "(INTERPRETER)",
    "[QUESTION]",
    "(Ms. Hale)",
    "QUESTION (CNN: Ortiz)",
    "QUESTION (Ms. Ortiz: EFE)",
    "QUESTION (from the floor: CNN)",
    "QUESTION (AFP; Hale)",
    "QUESTION (Borealia Wire – Ortiz)",
    "QUESTION (via interpreter)",
    "QUESTION [through interpreter]",
    "QUESTION (in Spanish)",
    "Q (Ortiz, AP)",
    "MR. HALE (via video)",
    "MR. HALE [on phone]",
    "MR. HALE (CBS News: “Dawn”)",
    "MS. ORTIZ (EFE)",
    "SPEAKER (off mike)",
    "PARTICIPANT (Kenya)",
    "UNIDENTIFIED MALE (through translator)",
]
LONG = [
    "Marta Hale, Director of the European Growth and Innovation Fund of the United States’ Paris office",
    "Dr. Tom Hale, Senior Fellow, Center for the Study of Rivers, Lakes, and Wetlands at the University of Alder",
    "AMBASSADOR MARTA HALE, PERMANENT REPRESENTATIVE OF THE UNITED STATES OF AMERICA TO THE ORGANIZATION OF RIVERS",
    "Tom Hale, host of “The Morning Tern,” Radio Port Alder, and author of “Rivers of the North” and other books",
    "H.E. Marta Hale, Minister of Foreign Affairs and Minister of Foreign Trade and Development of the Republic",
    "Tom Hale, U.S. Special Envoy for Rivers, Lakes and Harbors, and Acting Assistant Secretary of State for Oceans",
    "Lt. Gen. Marta Hale, Director of Strategy, Plans and Policy (J5) of the Joint Staff, Northern Harbor Command",
    "Professor Marta O’Hale-McKay, Jr., Chair of the Department of the History of Bridges of the University of Alder",
    "MR. TOM HALE, CHIEF EXECUTIVE OFFICER OF THE PORT ALDER BRIDGE COMPANY AND CHAIRMAN OF THE TERN FOUNDATION",
    "Ms. Ana María de la Cruz Hale, Correspondent of the newspaper “El Puente”, Port Alder, for rivers and lakes",
    "His Excellency Tom Hale, Ambassador Extraordinary and Plenipotentiary of the Kingdom of Norland to the United "
    "States of America and Permanent Observer to the Organization of River States",
]
TYPED_WRONG = [
    "SECRETARY FENWIK",
    "SECRTARY FENWICK",
    "ECRETARY FENWICK",
    "SECRETARY FEN WICK",
    "SECRETARYFENWICK",
    "SECRETARY FENWICK,",
    "MRS FENWICK",
    "MRS. FENWICK",
    "MR HALE",
    "QUESION",
    "QUSETION",
    "QUESTIONS",
    "QUESTION 2",
    "SENIOR STATE DEPARTMENT OFFICAL",
]


@pytest.mark.parametrize("label", [*SMALL_LETTERS, *BRACKETS, *LONG, *TYPED_WRONG])
def test_a_bold_label_that_is_printed_once(label):
    line = said(label, WORDS)
    told = [problem for problem in doubts(among(line)) if label not in problem]
    assert turns_among(line) == [(label, WORDS)]
    assert told == []


@pytest.mark.parametrize("label", [one for one in SMALL_LETTERS if one not in ("Tom Hale", "Marta de la Cruz")])
def test_such_a_label_is_taken_without_a_doubt(label):
    assert doubts(among(said(label, WORDS))) == []


@pytest.mark.parametrize("label", LONG[:6])
def test_a_long_label_with_a_line_of_its_own(label):
    assert turns_among(f"<p><b>{label}:</b></p><p>{WORDS}</p>") == [(label, WORDS)]


NOT_BOLD = [
    "LACUNA-PANGAN",
    "PARTICIPANTS",
    "STUDENTS",
    "VOICES",
    "AUDIENCE",
    "CROWD",
    "OPERATOR",
    "SPEAKER",
    "CHORUS",
    "AL-HALE",
    "O’HALE",
    "VAN DER BERG",
    "DE LA CRUZ",
    "MR. HALE",
    "MS. McKAY",
    "AMBASSADOR HALE",
    "PRESIDENT HALE",
    "Deputy Secretary Hale",
    "Foreign Minister Hale",
    "Mr. Hale",
    "Moderator",
    "Question",
    "QUESION",
    "SECRETARY FENWIK",
    "SECRETARYFENWICK",
    *LONG[:3],
]
# Taken by their form alone, on a page whose other labels are bold: a person should look.
DOUBTED = {
    "LACUNA-PANGAN",
    "CHORUS",
    "AL-HALE",
    "O’HALE",
    "VAN DER BERG",
    "DE LA CRUZ",
    "Deputy Secretary Hale",
    "Foreign Minister Hale",
    "Mr. Hale",
    "Moderator",
    "Question",
    *LONG[:2],
}


@pytest.mark.parametrize("label", NOT_BOLD)
@pytest.mark.parametrize("page", [ASK + ANSWER, PLAIN], ids=["bold", "not bold"])
def test_a_label_that_is_not_bold(label, page):
    assert turns_among(f"<p>{label}: {WORDS}</p>", page) == [(label, WORDS)]


@pytest.mark.parametrize("label", NOT_BOLD)
def test_a_label_that_is_not_bold_is_told_where_it_is_doubtful(label):
    found = doubts(among(f"<p>{label}: {WORDS}</p>"))
    assert len(found) == (label in DOUBTED)
    assert all(one.startswith("taken_for_label: ") and label[:70] in one for one in found)


@pytest.mark.parametrize("label", ["Deputy Secretary Hale", "Ambassador Hale", "MR. HALE", "Mr. O’Hale"])
def test_the_first_words_of_a_page_may_be_its_only_label(label):
    found = remark(f"<p>{label}: Good morning. The bridge is open.</p><p>Thank you all.</p>")
    assert turns(found) == [(label, "Good morning. The bridge is open.\n\nThank you all.")]


# Not taken, and told with the line
TOLD = [
    "<p>HALE: I saw the terns.</p>",
    "<p>NATO: It is stronger than ever.</p>",
    "<p>Hale: I saw the terns.</p>",
    "<p>Tom Hale: I saw the terns.</p>",
    "<p>Wolfram Heusner: I saw the terns.</p>",
    "<p><b>ʻAKILISI Hale:</b> I saw the terns.</p>",
    "<p><b>Hale:</b> I saw the terns.</p>",
    "<p><b>Wolfram Heusner:</b> I saw the terns.</p>",
    "<p><b>Mr. Hale</b> I saw the terns.</p>",
    "<p><b>President Hale</b> I saw the terns.</p>",
    "<p>Answer: I saw the terns.</p>",
]


@pytest.mark.parametrize("line", TOLD)
def test_a_line_that_is_not_taken_on_weak_reasons_is_quoted(line):
    text = line.replace("<p>", "").replace("</p>", "").replace("<b>", "").replace("</b>", "")
    assert turns_among(line) == [(None, text)]
    (problem,) = doubts(among(line))
    assert problem.startswith("not_taken_for_label: ")
    assert text in problem


MARKUP = [
    "<p><b>MR. HALE: {}</b></p>",
    "<p><b></b><b>MR. HALE:</b> {}</p>",
    "<p><b>MR. HALE</b><b>:</b> {}</p>",
    "<p><b>MR.</b> <b>HALE:</b> {}</p>",
    "<p><b>M</b><b>R. HALE:</b> {}</p>",
    "<p>MR. <b>HALE:</b> {}</p>",
    "<p><b>MR. HAL</b>E: {}</p>",
    "<p><b>MR. <br>HALE:</b> {}</p>",
    "<p><b>MR.</b><br><b>HALE:</b> {}</p>",
    "<p><b><br>MR. HALE:</b> {}</p>",
    "<p><b>MR. HALE:</b></p><p>{}</p>",
    "<p><b>MR. HALE:</b><br>{}</p>",
    '<p><b>MR. HALE:</b><sup><a href="#fn1">[1]</a></sup> {}</p>',
    '<p><b>MR. HALE</b><sup><a href="#fn1">1</a></sup>: {}</p>',
    f"<p><b>MR.{NBSP}HALE:{NBSP}{NBSP}</b>{{}}</p>",
    "<p>\u200b<b>MR. HALE:</b> {}</p>",
    "<p><b>MR. \u200bHALE\u200b:</b> {}</p>",
    "<p>\ufeff<b>MR. HALE:\u200b</b> {}</p>",
    "<p><b>MR. HALE：</b>{}</p>",
    "<p>MR. HALE：{}</p>",
    "<p><b>MR. HALE:</b>{}</p>",
    "<p>MR. HALE:{}</p>",
    "<p><b>MR. HALE :</b> {}</p>",
    "<p><b>MR. HALE</b> : {}</p>",
    "<p>MR. HALE : {}</p>",
    "<p><b>MR. HALE::</b> {}</p>",
    "<p><b>MR. HALE: :</b> {}</p>",
    "<p><b>MR. HALE;</b> {}</p>",
    "<p><b>MR. HALE.</b> {}</p>",
    "<p><b>MR. HALE,</b> {}</p>",
    "<p><b>MR. HALE –</b> {}</p>",
    "<p><b>MR. HALE</b> {}</p>",
    "<p><b>MR. HALE</b>{}</p>",
    "<p><u>MR. HALE:</u> {}</p>",
    "<p><i>MR. HALE:</i> {}</p>",
    '<p><span style="font-weight: bold">MR. HALE:</span> {}</p>',
    "<p>(As translated)<b>MR. HALE:</b> {}</p>",
]


@pytest.mark.parametrize("line", MARKUP)
def test_markup_and_typing_of_a_label(line):
    assert turns_among(line.format(WORDS)) == [("MR. HALE", WORDS)]
    assert doubts(among(line.format(WORDS))) == []


@pytest.mark.parametrize("label", ["QUESTION", "Mr. Hale", "Deputy Secretary Fenwick"])
def test_the_first_paragraph_may_be_wholly_bold(label):
    found = remark(f"<p><b>{label}: {WORDS}</b></p>" + ANSWER + ASK + ANSWER)
    assert turns(found) == [(label, WORDS), ANSWERED, ASKED, ANSWERED]


@pytest.mark.parametrize(
    ("line", "label", "told"),
    [
        ("QUESTION; {}", "QUESTION", False),
        ("QUESTION. {}", "QUESTION", False),
        ("QUESTION {}", "QUESTION", False),
        ("SECRETARY FENWICK {}", "SECRETARY FENWICK", False),
        ("SECRETARY FENWICK; {}", "SECRETARY FENWICK", False),
        ("MR. HALE; {}", "MR. HALE", True),
        ("MR. HALE. {}", "MR. HALE", True),
        ("MR. HALE – {}", "MR. HALE", True),
        ("MODERATOR {}", "MODERATOR", True),
        ("AMBASSADOR McHALE {}", "AMBASSADOR McHALE", True),
    ],
)
def test_a_label_that_is_not_bold_and_has_no_colon(line, label, told):
    line = f"<p>{line.format(WORDS)}</p>"
    assert turns_among(line) == [(label, WORDS)]
    assert [problem.split(":")[0] for problem in doubts(among(line))] == ["taken_for_label"] * told


def test_two_spellings_of_one_label_are_two_labels():
    line = said("MRS FENWICK", WORDS) + said("MRS. FENWICK", WORDS)
    assert turns_among(line) == [("MRS FENWICK", WORDS), ("MRS. FENWICK", WORDS)]
    line = said("MR HALE", WORDS) + said("Mr. Hale", WORDS)
    assert turns_among(line) == [("MR HALE", WORDS), ("Mr. Hale", WORDS)]


NO_LABELS = [
    "At 10:30 a.m.: the bridge opened.",
    "10:30 a.m.: Meeting with Mr. Hale",
    "John 3:16: For God so loved the world.",
    "Luke 2:1-5: In those days.",
    "Chapter 3: The river.",
    "Article 5: an attack on one is an attack on all.",
    "My answer: no.",
    "And my question is: why?",
    "Let me say this: it is open.",
    "Here is the thing: we built it.",
    "The rule is simple: no ships.",
    "Bottom line: it is open.",
    "To be or not to be: that is the question.",
    "First: the bridge.",
    "FIRST: the bridge.",
    "Second: the river.",
    "One: build it. Two: open it.",
    "Finally: thanks.",
    "Ships: 12. Boats: 20.",
    "Total: 5 ships.",
    "Re: the bridge.",
    "RE: THE BRIDGE",
    "http://www.state.gov/bridge",
    "https://example.org: a page.",
    "NOTE: The bridge is closed on Sunday.",
    "Note: The bridge is closed.",
    "UPDATE: the bridge is open.",
    "Editor’s note: the Secretary spoke by phone.",
    "Correction: the bridge opened at one.",
    "FACT: it is open.",
    "Source: Port Alder Council.",
    "P.S.: the bridge is open.",
    "Question: will it hold? We think so.",
    "Answer: it is open.",
    "Mr. President: thank you for coming here.",
    "My friends: this is a great day.",
    "Ladies and gentlemen: welcome.",
    "To Mr. Hale: Thank you.",
    "First, for Secretary Hale: Is it open?",
    "My message to Mr. Hale: come home.",
    "President Hale said: “It is open.”",
    "As Mr. Hale put it: it is open.",
    "“QUESTION: Is it open?” it read.",
    "And then Tom: “Is it open?”",
    "And I said to the people of Valmora: hold on.",
    "USA: we stand with you.",
    "NATO: it is stronger than ever.",
    "COVID-19: we beat it.",
    "WASHINGTON: the capital.",
]


@pytest.mark.parametrize("line", NO_LABELS)
def test_a_sentence_with_a_colon_in_a_turn(line):
    assert turns_among(f"<p>{line}</p>") == [(None, line)]
    assert doubts(among(f"<p>{line}</p>")) == []


@pytest.mark.parametrize("line", [one for one in NO_LABELS if not one.lower().startswith(("note", "edit", "corr"))])
def test_a_sentence_with_a_colon_in_a_speech(line):
    first, last = (
        "Good morning. It is good to be in Port Alder on this day.",
        "The bridge is open, and I thank you all.",
    )
    found = remark("".join(f"<p>{text}</p>" for text in (first, line, last)))
    assert turns(found) == [(None, "\n\n".join((first, line, last)))]
    assert doubts(found) == []
    assert found.utterances[0].person == "Ada Fenwick"


HEADINGS = [
    "Regional security",
    "Trade and commerce",
    "Rivers",
    "RIVERS",
    "Human rights",
    "Energy, Climate and Oceans",
    "Women, Peace, and Security",
    "The way ahead",
    "Next steps",
    "NEXT STEPS",
    "Background",
    "Ukraine",
    "Get Ships Moving",
    "Transparency",
    "Freedom of the Seas",
    "Our Values",
    "Building Back Better",
    "People-to-people ties",
    "Strategic Stability",
]


@pytest.mark.parametrize("heading", [*HEADINGS, *map(" ".join, itertools.pairwise(HEADINGS))])
def test_bold_run_in_headings_of_a_speech(heading):
    first, last = (
        "Good morning. It is good to be in Port Alder on this day.",
        "The bridge is open, and I thank you all.",
    )
    line = f"<p><b>{heading}:</b> We will do more of it.</p>"
    found = remark(f"<p>{first}</p>{line * 2}<p>{last}</p>")
    more = f"{heading}: We will do more of it."
    assert turns(found) == [(None, "\n\n".join((first, more, more, last)))]
    assert found.utterances[0].person in ("Ada Fenwick", None)
    assert found.utterances[0].person or doubts(found)


@pytest.mark.parametrize("heading", [one for one in HEADINGS if not one.isupper()])
def test_a_bold_run_in_heading_in_a_turn(heading):
    line = f"<p><b>{heading}:</b> We will do more of it.</p>"
    assert turns_among(line) == [(None, f"{heading}: We will do more of it.")]
    assert all(f"'{heading}: We" in problem for problem in doubts(among(line)))


ADVISORY = [
    ("WHAT", "Opening of the bridge"),
    ("WHO", "Secretary Fenwick"),
    ("WHEN", "Friday, November 3, 10:30 a.m."),
    ("WHERE", "Tern Hall, Port Alder"),
    ("BACKGROUND", "The bridge was built in three years."),
]


@pytest.mark.parametrize("form", ["<p><b>{}:</b> {}</p>", "<p>{}: {}</p>", "<p>• {}: {}</p>", "<li><b>{}: {}</b></li>"])
@pytest.mark.parametrize("times", [1, 2])
def test_the_lines_of_an_announcement_are_nobodys(form, times):
    found = remark("".join(form.format(*pair) for pair in ADVISORY) * times)
    assert [label for label, _ in turns(found)] == []
    assert doubts(found) == []


def test_a_schedule_with_times_has_no_labels():
    rows = ["9:00 a.m.: Secretary Fenwick meets with Mr. Hale.", "2:00 p.m. SECRETARY FENWICK: remarks at Tern Hall."]
    assert [label for label, _ in turns(remark("".join(f"<p>{row}</p>" for row in rows)))] == [None]
