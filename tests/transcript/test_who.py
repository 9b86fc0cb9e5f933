"""Step 7: who is behind a label, by title, text, office and date; every name and event here is invented."""

import pytest

from crawler.transcript.names import is_misspelt, same_person
from crawler.transcript.speakers.label_names import take_apart

from .bodies import FENWICK, remark, said

OPENING = said("SECRETARY FENWICK", "Good morning to all of you.")


def speaker(label, text="It is good to be here.", *, before="", after="", **head):
    found = remark(OPENING + before + said(label, text) + after, **head)
    return next(u for u in found.utterances if u.label == label)


@pytest.mark.parametrize(
    ("label", "title", "name"),
    [
        ("SECRETARY BLUM", "", ("blum",)),
        ("SECRETAR BLUM", "", ("blum",)),
        ("FOREIGN MINISTESR BLUM", "", ("blum",)),
        ("EXTERNAL AFFAIRS MINISTER BLUM", "external affairs minister", ("blum",)),
        ("CROWN PRINCE BIN SALO", "crown prince", ("bin", "salo")),
        ("MS DEAN", "ms", ("dean",)),
        ("SECRETARY KING", "secretary", ("king",)),
        ("SECRETARY GENERAL BLUM", "secretary general", ("blum",)),
        ("SECRETARY GENERAL", "secretary general", ()),
        ("THE SECRETARY", "secretary", ()),
        ("MR DE LA RUA", "mr", ("de", "la", "rua")),
        ("Ivo Marsh, Moderator", "", ("ivo", "marsh")),
        ("U.S. Deputy Secretary of State, Ambassador Ada Fenwick", "ambassador", ("ada", "fenwick")),
        ("SECRETARIO BLUM", "secretary", ("blum",)),
        ("SR. BLUM", "sr", ("blum",)),
        ("FOREIGN MINISTER COLONNA", "foreign minister", ("colonna",)),
    ],
)
def test_a_label_taken_apart(label, title, name):
    taken = take_apart(label)
    assert taken.name == name
    assert not title or taken.title == title


@pytest.mark.parametrize(
    ("label", "title", "person", "office", "role"),
    [
        (
            "FOREIGN MINISTER BRANDT",
            "Secretary Ada Fenwick and German Foreign Minister Ole Brandt Before Their Meeting",
            "Ole Brandt",
            "German Foreign Minister",
            "guest",
        ),
        (
            "FOREIGN MINISTER CHO",
            "Secretary Ada Fenwick And Republic of Korea Foreign Minister Cho Min-seo At a Meeting",
            "Cho Min-seo",
            "Republic of Korea Foreign Minister",
            "guest",
        ),
        (
            "PRESIDENT SALO",
            "Secretary Ada Fenwick and President of Palau Bina Salo, Jr. After Their Meeting",
            "Bina Salo, Jr.",
            "President of Palau",
            "guest",
        ),
        (
            "FOREIGN MINISTER AL-SALO",
            "Secretary Fenwick and Kuwaiti Foreign Minister Sheikh Dr. Omar bin Nasser Al-Salo",
            "Omar bin Nasser Al-Salo",
            "Kuwaiti Foreign Minister",
            "guest",
        ),
        (
            "MS NUNES",
            "Special Envoy for the Blue Triangle Rosa Nunes on the Report",
            "Rosa Nunes",
            "Special Envoy for the Blue Triangle",
            "official",
        ),
        (
            "MINISTER HANADA",
            "Remarks with Minister of Economy, Trade, and Industry Hanada Koji",
            "Hanada Koji",
            "Minister of Economy, Trade, and Industry",
            "guest",
        ),
        (
            "SECRETARY OKOYE",
            "Secretary Ada Fenwick And The Honorable Idris Okoye, Secretary of Energy, After Their Meeting",
            "Idris Okoye",
            "Secretary of Energy",
            "official",
        ),
        ("KING ODO", "Secretary Ada Fenwick And Jordanian King Odo II Before Their Meeting", "Odo II", None, "guest"),
        (
            "SECRETARY GENERAL LINDH",
            "Secretary Fenwick and NATO Secretary General Eva Lindh",
            "Eva Lindh",
            "NATO Secretary General",
            "guest",
        ),
    ],
)
def test_a_name_of_the_title(label, title, person, office, role):
    found = speaker(label, title=title)
    assert (found.person, found.office, found.role, found.method) == (person, office, role, "title")
    assert found.organization != "United States" or role == "official"


@pytest.mark.parametrize(
    ("label", "before", "text", "person", "role"),
    [
        (
            "MS HOLM",
            "",
            "Good morning. My name is Lida Holm, and I am the senior official for ports.",
            "Lida Holm",
            "official",
        ),
        ("MR WU", "", "Welcome. I’m Dr. Anton Wu. I’m provost of Tern University.", "Anton Wu", "guest"),
        (
            "MS ROSS",
            "",
            "Thanks. I’m Maya Ross; I’m one of the hosts of All Terns from National Public Radio.",
            "Maya Ross",
            "press",
        ),
        (
            "MR HOLM",
            said("MODERATOR", "Please welcome Dr. Per Holm, the director of the Tern Institute."),
            "Thank you.",
            "Per Holm",
            "guest",
        ),
        (
            "AMBASSADOR HOLM",
            said("MODERATOR", "We are joined by Ambassador Per Holm."),
            "Thank you.",
            "Per Holm",
            "official",
        ),
        (
            "FOREIGN MINISTER AL HOLM",
            said(
                "MODERATOR",
                "I invite His Excellency Omar bin Ali Al Holm, minister of foreign "
                "affairs of the Kingdom of Bahrain, to speak.",
            ),
            "Thank you.",
            "Omar bin Ali Al Holm",
            "guest",
        ),
    ],
)
def test_a_name_of_the_text(label, before, text, person, role):
    found = speaker(label, text, before=before)
    assert (found.person, found.role, found.method) == (person, role, "text")


def test_a_name_by_which_the_next_speaker_thanks():
    after = said("SECRETARY FENWICK", "Well, thank you, Tom, for those words.")
    found = speaker("MR SMALL", after=after, title="Meet and Greet with Embassy Port Alder Staff")
    assert (found.person, found.role, found.method) == (None, "official", "none")  # it may be meant for somebody else
    assert "addressed as 'Tom'" in found.evidence


@pytest.mark.parametrize(
    "more",
    [
        said("MS REED", "Tom Small runs the port.") + said("QUESTION", "Yes?"),
        said("SECRETARY FENWICK", "As Tom said, and Tom knows, and I thank Tom."),
        said("MR SMALL", "Good.") + said("MS REED", "Tom, thank you."),
    ],
)
def test_a_second_sign_makes_the_given_name_his(more):
    after = said("SECRETARY FENWICK", "Well, thank you, Tom, for those words.") + more
    found = speaker("MR SMALL", after=after, title="Meet and Greet with Embassy Port Alder Staff")
    assert (found.person, found.role, found.organization) == ("Tom Small", "official", "United States")


def test_a_name_by_which_the_next_speaker_turns_to_him_later():
    paragraphs = (
        "Good evening to everybody who came to the bridge. " * 8,
        "Tony, it’s great to be with you.",
        "Anna, Rosa, thank you. As Tony said, and as Tony did.",
    )
    found = speaker("MR SMALL", after=said("SECRETARY FENWICK", *paragraphs))
    assert found.person == "Tony Small"


def test_a_name_of_the_bylines_is_not_the_one_before_him():
    byline = ("Antonia Fenwick, Secretary of State",)
    after = said("SECRETARY FENWICK", "Yes.") + said("MS REED", "Thank you, Tonia, and good morning.")
    before = said("MS REED", "Good morning.")
    body = before + said("MR SMALL", "Good morning.") + said("MS REED", "Antonia, thank you.") + after
    assert [u.person for u in remark(OPENING + body, byline=byline).utterances if u.label == "MR SMALL"] == [None]


def test_an_address_alone_does_not_name_a_minister():
    after = said("SECRETARY FENWICK", "Thank you, Tom.")
    found = speaker("FOREIGN MINISTER SMALL", after=after)
    assert (found.person, found.method) == (None, "none")
    assert "Tom Small" in found.evidence


def test_a_name_that_is_somebody_elses_is_none():
    before = said("MODERATOR", "With us is Erin Barkley, who will lead the talk.")
    after = said("SECRETARY FENWICK", "Thank you. Erin, thank you as well.")
    assert speaker("UNDER SECRETARY ZELL", before=before, after=after).person is None


def test_a_bare_mention_is_not_enough_but_is_told():
    found = speaker("MR HOLM", before=said("QUESTION", "What of the case of Per Holm in the north?"))
    assert (found.person, found.method) == (None, "none")
    assert "Per Holm" in found.evidence


@pytest.mark.parametrize("office", ["Senator", "former Secretary of State", "Foreign Minister", "President"])
def test_whom_the_text_calls_by_an_office_is_not_labelled_mr(office):
    before = said("MODERATOR", f"My friend {office} Per Holm once said so.")
    assert speaker("MR HOLM", before=before).person is None
    assert speaker("MR HOLM", before=said("MODERATOR", "My friend Director Per Holm is here.")).person == "Per Holm"


def test_two_people_of_one_surname_stay_two():
    before = said(
        "MODERATOR", "Please welcome Per Holm of the Tern Bank. And please welcome Lida Holm of the Reed Fund."
    )
    found = speaker("DR HOLM", before=before)
    assert (found.person, found.method) == (None, "ambiguous")
    assert {candidate.person for candidate in found.candidates} == {"Per Holm", "Lida Holm"}


def test_an_officer_of_another_title_is_not_meant():
    title = "Secretary Ada Fenwick and Kosovo President Vera Holm Before Their Meeting"
    assert speaker("FOREIGN MINISTER HOLM", title=title).person is None
    assert speaker("PRESIDENT HOLM", title=title).person == "Vera Holm"
    assert speaker("SECRETARY GENERAL FENWICK").person is None


@pytest.mark.parametrize("slip", ["SECRETARY FENWIK", "SECRETARY FENWIICK", "SECRETAR FENWICK", "SECRETARY FENWCIK"])
def test_a_typing_error_is_the_same_person(slip):
    found = speaker(slip)
    assert found.person == "Ada Fenwick"
    assert slip.startswith("SECRETAR ") or "typing error" in found.evidence


def test_a_typing_error_of_another_label():
    body = said("MS BAIELLO", "I’m Rita Baiello, the host of Tern Radio.") + said("MS BAILLO", "And so we begin.")
    one, other = remark(OPENING + body).utterances[1:]
    assert (one.person, other.person) == ("Rita Baiello", "Rita Baiello")
    assert other.confidence < one.confidence


def test_short_names_that_are_alike_are_two():
    assert not is_misspelt(("holm",), ("helm",))
    assert not is_misspelt(("miller",), ("muller", "jones"))
    assert is_misspelt(("de", "mario"), ("di", "mario"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Antony J. Blinken", "Tony Blinken", True),
        ("Hayashi Yoshimasa", "Yoshimasa Hayashi", True),
        ("Doug Pitt", "Douglas Pitt", True),
        ("Olga de Obaldía", "Olga Obaldia", True),
        ("Lisa Holm", "Per Holm", False),
        ("Holm", "Per Holm", False),
        ("Omar bin Salo Al Tern", "Ali bin Salo Al Tern", False),
        ("Omar bin Salo Al Tern", "Omar Al-Tern", True),
        ("Ana de la Vega", "Eva de la Vega", False),
    ],
)
def test_same_person(one, other, same):
    assert same_person(one, other) is same


def test_who_speaks_for_an_outlet():
    body = (
        said("Ivo Marsh, Moderator", "We start with Agence Boréale, Lea Martin.")
        + said("Agence Boréale", "Thank you. Is it open?")
        + said("Deputy Secretary Fenwick", "It is.")
        + said("Moderator", "The last one.")
        + said("TRN", "Maya Cole with the Tern Radio News. Why?")
        + said("Deputy Secretary Fenwick", "Because.")
    )
    found = {
        u.label: (u.person, u.role) for u in remark(body, byline=("Ada Fenwick, Deputy Secretary of State",)).utterances
    }
    assert found["Agence Boréale"] == ("Lea Martin", "press")
    assert found["TRN"] == ("Maya Cole", "press")
    assert found["Ivo Marsh, Moderator"] == found["Moderator"] == ("Ivo Marsh", "moderator")


@pytest.mark.parametrize(
    ("label", "date", "person", "role"),
    [
        ("MR PRICE", "2022-04-05", "Ned Price", "spokesperson"),
        ("MR. BOUCHER", "2003-04-05", "Richard Boucher", "spokesperson"),
        ("MS. PSAKI", "2014-04-05", "Jen Psaki", "spokesperson"),
        ("SECRETARY RICE", "2007-04-05", "Condoleezza Rice", "official"),
        ("SECRETARY RICE", "2017-04-05", None, "official"),
        ("MR PRICE", "2012-04-05", None, "guest"),
        ("SR. PRICE", "2022-04-05", "Ned Price", "spokesperson"),
        ("SECRETARIO BLINKEN", "2022-04-05", "Antony J. Blinken", "official"),
    ],
)
def test_office_and_date(label, date, person, role):
    found = speaker(label, date=date)
    assert (found.person, found.role) == (person, role)
    assert person is None or (found.method == "office_date" and date in found.evidence)


def test_no_date_no_holder():
    assert speaker("MR PRICE", date=None).person is None


def test_the_byline_goes_before_the_roster():
    assert speaker("MR PRICE", date="2022-04-05", byline=(FENWICK, "Owen Price, Harbor Pilot")).person == "Owen Price"


@pytest.mark.parametrize(
    ("label", "role", "head"),
    [
        ("SENATOR HOLM", "official", {}),
        ("MAYOR HOLM", "guest", {}),
        ("ASSISTANT SECRETARY HOLM", "official", {}),
        ("FOREIGN SECRETARY HOLM", "guest", {}),
        ("MR HOLM", "press", {"type": "Interview"}),
        ("MR. HOLM", "press", {"title": "2/8/00 Fenwick interview on CNN"}),
        ("MR HOLM", "official", {"title": "Remarks to Mission Borealia Staff"}),
        ("MR HOLM", "official", {"type": "Special Briefing"}),
        ("MR HOLM", "guest", {"title": "At a Roundtable"}),
    ],
)
def test_roles_of_whom_nobody_names(label, role, head):
    found = speaker(label, **head)
    assert (found.role, found.person) == (role, None)
