"""What stands below the last turn: what the page says of itself is nobody's, and no last word is lost."""

import pytest

from .bodies import notes, remark, said

TALK = said("QUESTION", "Is it open?") + said("SECRETARY FENWICK", "It is open. Thank you.")
FOOT = [
    "Ukraine",
    "Middle East",
    "Bureau of African Affairs",
    "China, Japan",
    "Europe and Eurasia",
    "For more information, contact the Press Office at 202-647-2492.",
    "Media contact: press@state.gov",
    "For further information, please contact PA-Press-Duty@state.gov.",
    "Contact: Ada Field, 202-555-0199",
    "Follow us on Twitter @StateDept",
    "AUDIO",
    "VIDEO",
    "Audio",
    "Listen",
    "Was this page helpful?",
    "Did you find this helpful? Yes No",
    "Share",
    "Share this page",
    "Print",
    "Email this page",
    "-30-",
    "- 30 -",
    "###",
    "END OF TRANSCRIPT",
    "End of Transcript",
    "(END TRANSCRIPT)",
    "[End of transcript]",
    "END",
    "(End)",
    "Released by the Bureau of Public Affairs",
    "Released by the Office of the Spokesman",
    "Released on March 3, 2014",
    "PRN: 2014/123",
    "2014/T12-3",
    "Back to Top",
    "Return to top",
    "Related Links",
    "Tags",
    "Topics: Ukraine",
    "Sign up for email updates",
    "Stay connected with the State Department",
    "Subscribe",
    "Download PDF",
    "View the video",
    "Watch the video",
    "Photo Gallery",
    "Previous",
    "Next",
    "Previous | Next",
    "Page last updated March 3, 2014",
    "Last updated: March 3, 2014",
    "U.S. Department of State",
    "Office of the Spokesperson",
    "Washington, DC",
    "# # #",
    "***",
    "Copyright 2014",
    "This page is archived.",
    "Comments",
    "Read more",
    "More Information",
]
TOLD = ["Europe and Eurasia", "Washington, DC", "Tern Bridge Opening Day", "The Port Alder Reader", "Harbor Wall"]
SPOKEN = [
    "Thank you.",
    "Yeah.",
    "Foreign.",
    "Okay.",
    "Bye-bye.",
    "Thank you",
    "Thanks, everybody.",
    "Ukraine.",
    "Yes.",
    "No.",
    "Right",
    "So thank you all very much.",
    "God bless.",
    "We will share it.",
    "Share it with your friends.",
    "And that was it for Ukraine.",
    "I watched the video.",
    "It ends here.",
    "Print it and read it!",
    "Go ahead, Matt.",
    "Good-bye",
]


@pytest.mark.parametrize("line", FOOT)
def test_what_the_page_says_of_itself_is_in_no_turn(line):
    page = remark(TALK + f"<p>{line}</p>")
    assert page.utterances[-1].text == "It is open. Thank you."
    assert page.text.endswith(line) or line not in page.text


@pytest.mark.parametrize("line", TOLD)
def test_a_short_line_that_is_no_sentence_is_given_to_nobody_and_told(line):
    page = remark(TALK + f"<p>{line}</p>")
    assert page.utterances[-1].text == "It is open. Thank you."
    assert notes(page)[-1] == (2, "foot", line)
    assert [problem for problem in page.problems if repr(line) in problem]


@pytest.mark.parametrize("line", SPOKEN)
def test_no_last_word_is_lost(line):
    assert remark(TALK + f"<p>{line}</p>").utterances[-1].text == f"It is open. Thank you.\n\n{line}"


@pytest.mark.parametrize("line", [*SPOKEN, *TOLD, "Ukraine", "Audio"])
def test_what_a_label_begins_is_said(line):
    assert remark(said("QUESTION", "Where?") + said("MR. HALE", line)).utterances[-1].text == line
    page = remark(said("QUESTION", "Where?") + f"<p><b>MR. HALE:</b></p><p>{line}</p>")
    assert page.utterances[-1].text == line


def test_a_foot_of_several_lines():
    page = remark(TALK + "<p>###</p><p>Ukraine</p><p>Share</p><p>Contact: Ada Field, 202-555-0199</p>")
    assert page.utterances[-1].text == "It is open. Thank you."
    assert page.problems == ()
