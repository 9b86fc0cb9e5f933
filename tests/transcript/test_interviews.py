"""Step 7: who asks in an interview, by its title; every name here is invented."""

import pytest

from crawler.transcript.speakers.interviews import interviewers

from .bodies import remark, said

OPENING = said("SECRETARY FENWICK", "Good morning to all of you.")


def speaker(label, text="It is good to be here.", **head):
    return next(u for u in remark(OPENING + said(label, text), **head).utterances if u.label == label)


@pytest.mark.parametrize(
    ("title", "names", "outlet"),
    [
        ("Secretary Ada Fenwick With Judy Marsh of PBS NewsHour", ["Judy Marsh"], "PBS NewsHour"),
        ("Secretary Ada Fenwick On CBS Evening News with Nora O’Dell", ["Nora O’Dell"], "CBS Evening News"),
        ("Secretary Ada Fenwick With State of the Union on CNN with Dana Marsh", ["Dana Marsh"], "CNN"),
        (
            "Interview with Barry Marsh and George Holm of Associated Press",
            ["Barry Marsh", "George Holm"],
            "Associated Press",
        ),
        ("Secretary Ada Fenwick with Hoda Marsh, NBC Today Show", ["Hoda Marsh"], "NBC Today Show"),
        ("Secretary Ada Fenwick with Kuwait Television", [], None),
        ("Remarks With German Foreign Minister Ole Brandt", [], None),
        ("Remarks with Vaclav Holm of the Czech Republic", [], None),
        ("Interview with Print Journalists", [], None),
        # whose station or paper stands before the name, or behind a comma
        ("Interview With CNN's Wolf Marsh", ["Wolf Marsh"], "CNN"),
        ("Interview With the BBC’s Kim Marsh", ["Kim Marsh"], "BBC"),
        ("Interview With Fox News’ Greta Holm", ["Greta Holm"], "Fox News"),
        ("Interview With Ted Marsh, Nightline", ["Ted Marsh"], "Nightline"),
        ("Interview With Nora Marsh, Face the Nation, CBS News", ["Nora Marsh"], "Face the Nation, CBS News"),
        ("Interview With Barry Marsh, George Holm, AP", ["Barry Marsh", "George Holm"], "AP"),
        # no place, but an interview
        ("Interview with Charlie Marsh", ["Charlie Marsh"], None),
        ("Interview with Young Professionals", [], None),
        ("Interview with Young Professionals, Port Alder", [], None),
        ("Joint Interview With Tony Marsh", [], None),
        ("Conversation With Charlie Marsh", [], None),
        ("With Tern University’s Per Holm", [], None),
        ("Interview With Japan’s Foreign Minister Taro Holm", [], None),
        ("Interview With Lida Holm of the European Union", [], None),
        # nobody asks for these
        ("Remarks With Lida Holm of the World Bank", [], None),
        ("Remarks With Lida Holm of Tern University", [], None),
        (None, [], None),
    ],
)
def test_who_asks_by_the_title(title, names, outlet):
    found = interviewers(title)
    assert [one.name for one in found] == names
    assert not found or found[0].outlet == outlet


def test_the_one_interviewer_is_the_one_who_asks():
    (question,) = [
        u
        for u in remark(
            OPENING + said("QUESTION", "Why?"),
            type="Interview",
            title="Secretary Ada Fenwick With Judy Marsh of PBS NewsHour",
        ).utterances
        if u.role == "press"
    ]
    assert (question.person, question.organization, question.method) == ("Judy Marsh", "PBS NewsHour", "title")


def test_of_two_interviewers_nobody_is_the_one_who_asks():
    found = speaker(
        "QUESTION", title="Secretary Ada Fenwick With Judy Marsh and Per Holm of PBS NewsHour", type="Interview"
    )
    assert (found.person, found.role) == (None, "press")
    assert "Judy Marsh, Per Holm" in found.evidence


def test_an_interviewer_with_a_label_of_his_own_is_not_the_others_who_ask():
    body = OPENING + said("MR MARSH", "Is it open?") + said("QUESTION", "And now?")
    found = {u.label: u.person for u in remark(body, title="Interview With Ivo Marsh of CNN").utterances}
    assert (found["MR MARSH"], found["QUESTION"]) == ("Ivo Marsh", None)
