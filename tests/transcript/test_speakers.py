"""Step 7: who is behind a label, by the page's own byline; nobody rather than the wrong one."""

import pytest

from crawler.transcript.bylines import has_person, people, unread

from .bodies import FENWICK, remark, said

BRANDT = "Ole Brandt, Foreign Minister of Borealia"


def speaker(label, *byline):
    """The utterance of that label beside a question."""
    found = remark(said("QUESTION", "Is it open?") + said(label, "It is."), byline=byline)
    (utterance,) = [u for u in found.utterances if u.label == label]
    return utterance


@pytest.mark.parametrize(
    ("label", "line", "person", "office"),
    [
        ("SECRETARY FENWICK", FENWICK, "Ada Fenwick", "Secretary of State"),
        ("MS FENWICK", "Ada Fenwick", "Ada Fenwick", None),
        ("MS. FENWICK", "Ada Q. Fenwick, Department Spokesperson", "Ada Q. Fenwick", "Department Spokesperson"),
        ("FOREIGN MINISTER LE BRAN", "Jean-Yves Le Bran, Foreign Minister", "Jean-Yves Le Bran", "Foreign Minister"),
        ("AMBASSADOR HOLM-GREEN", "Lida Holm-Green, Ambassador", "Lida Holm-Green", "Ambassador"),
        ("MR. McFENNEL", "Rory McFennel, Envoy", "Rory McFennel", "Envoy"),
        ("MS O’DONEGAL", "Una O'Donegal, Envoy", "Una O'Donegal", "Envoy"),
        ("FOREIGN MINISTER ÇAVDAROĞLU", "Emre Çavdaroğlu, Minister", "Emre Çavdaroğlu", "Minister"),
        ("FOREIGN MINISTER CAVDAROGLU", "Emre Çavdaroğlu, Minister", "Emre Çavdaroğlu", "Minister"),
        ("FOREIGN MINISTER ÇAVDAROĞLU", "Emre Cavdaroglu, Minister", "Emre Cavdaroglu", "Minister"),
        ("MS YILDIRAY", "Elif Yıldıray, Envoy", "Elif Yıldıray", "Envoy"),
        ("PRESIDENT WHITBY", "Salo Whitby, Jr., President of Ternland", "Salo Whitby Jr.", "President of Ternland"),
        ("DR FENWICK", "Ada Fenwick, Ph.D., Director of Ports", "Ada Fenwick Ph.D.", "Director of Ports"),
        (
            "SECRETARY FENWICK",
            "Ada Fenwick,  Secretary of State, and Chair",
            "Ada Fenwick",
            "Secretary of State, and Chair",
        ),
    ],
)
def test_a_surname_of_the_byline(label, line, person, office):
    utterance = speaker(label, line, BRANDT)
    assert (utterance.person, utterance.office, utterance.method) == (person, office, "byline")
    assert utterance.confidence >= 0.95
    assert person in utterance.evidence


@pytest.mark.parametrize(
    ("label", "byline"),
    [
        ("SECRETARY FENWICK", ()),
        ("SECRETARY FENWICK", ("Office of the Spokesperson",)),
        ("SECRETARY FENWICK", (BRANDT,)),
        ("MS WICK", (FENWICK,)),
        ("MS FENWICKSON", (FENWICK,)),
        ("MS ADA", (FENWICK,)),
    ],
)
def test_a_name_that_the_byline_has_not(label, byline):
    utterance = speaker(label, *byline)
    assert (utterance.person, utterance.office, utterance.method, utterance.confidence) == (None, None, "none", None)


def test_two_people_of_one_surname_are_told_but_not_chosen():
    utterance = speaker("MR MARSH", "Ivo Marsh, Envoy", "Tom Marsh, Ambassador")
    assert (utterance.person, utterance.method, utterance.confidence) == (None, "ambiguous", None)
    assert utterance.evidence.startswith("may be several people: Ivo Marsh")
    assert [candidate.person for candidate in utterance.candidates] == ["Ivo Marsh", "Tom Marsh"]


def test_a_label_of_an_office_alone_is_its_holder_in_the_byline():
    assert speaker("SECRETARY OF STATE", FENWICK, BRANDT).person == "Ada Fenwick"
    assert speaker("THE SECRETARY", FENWICK, BRANDT).person == "Ada Fenwick"
    assert speaker("THE SECRETARY", FENWICK, "Ivo Marsh, Secretary of Ports").person is None


@pytest.mark.parametrize(
    "label", ["QUESTION", "MODERATOR", "OPERATOR", "SENIOR STATE DEPARTMENT OFFICIAL TWO", "INTERPRETER", "STAFF"]
)
def test_a_role_is_no_person(label):
    body = said("SECRETARY FENWICK", "Good morning.") + said(label, "Thank you.")
    utterance = remark(body).utterances[1]
    roles = {
        "QUESTION": "press",
        "MODERATOR": "moderator",
        "OPERATOR": "moderator",
        "INTERPRETER": "interpreter",
        "STAFF": "staff",
    }
    assert (utterance.role, utterance.person, utterance.method) == (roles.get(label, "official"), None, None)


@pytest.mark.parametrize(
    ("byline", "person", "confidence"),
    [
        ((FENWICK,), "Ada Fenwick", 0.9),
        ((FENWICK, "Bureau of Port Affairs"), "Ada Fenwick", 0.9),
        ((FENWICK, BRANDT), None, None),
    ],
)
def test_a_speech_without_a_label(byline, person, confidence):
    (utterance,) = remark("<p>Good morning. It is open.</p>", byline=byline).utterances
    assert (utterance.label, utterance.person, utterance.confidence) == (None, person, confidence)
    assert f"names {'one person' if person else '2 people'}" in utterance.evidence


@pytest.mark.parametrize(
    ("office", "role"),
    [
        ("Secretary of State", "official"),
        ("Deputy Secretary of State", "official"),
        ("Assistant Secretary for Port Affairs", "official"),
        ("U.S. Ambassador to Borealia", "official"),
        ("Special Envoy for Terns", "official"),
        ("Department Spokesperson", "spokesperson"),
        ("Principal Deputy Spokesperson", "spokesperson"),
        ("Foreign Minister of Borealia", "guest"),
        ("Borealian Foreign Minister", "guest"),
        ("President of Borealia", "guest"),
        ("Prime Minister", "guest"),
        ("Secretary General of the Port League", "guest"),
        ("High Representative of the Port Union", "guest"),
        ("President of the United States", "official"),
        ("Harbor Pilot", "unknown"),
        ("", "unknown"),
    ],
)
def test_role_by_office(office, role):
    line = f"Ada Fenwick, {office}" if office else "Ada Fenwick"
    assert speaker("MS FENWICK", line).role == role


@pytest.mark.parametrize(
    ("label", "role"),
    [("FOREIGN MINISTER BRANDT", "guest"), ("DEPUTY SECRETARY HOLM", "official"), ("MR HOLM", "guest")],
)
def test_role_by_the_labels_own_office(label, role):
    utterance = speaker(label, FENWICK)
    assert (utterance.role, utterance.person) == (role, None)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (FENWICK, ["Ada Fenwick"]),
        ("Office of the Spokesperson", []),
        ("The Office of the Spokesperson", []),
        ("Bureau of Port Affairs", []),
        ("U.S. Embassy Port Alder", []),
        ("U.S. Department of State", []),
        ("White House", []),
        ("Spokesperson", []),
        ("", []),
        (",", []),
        ("Embassyra Holm, Envoy", ["Embassyra Holm"]),
        ("Salo Whitby, III, President", ["Salo Whitby III"]),
    ],
)
def test_people_of_a_byline(line, names):
    assert [person.name for person in people([line])] == names
    assert has_person([line]) is bool(names)


@pytest.mark.parametrize(
    ("line", "name", "office"),
    [
        ("Japanese Foreign Minister Okabe Sotaro", "Okabe Sotaro", "Japanese Foreign Minister"),
        ("Republic of Korea Foreign Minister Pak Jun", "Pak Jun", "Republic of Korea Foreign Minister"),
        (
            "Valmoran Vice President and Premier Marta Lucía Hale",
            "Marta Lucía Hale",
            "Valmoran Vice President and Premier",
        ),
        ("Trinidad and Tobago Prime Minister Kay Prior", "Kay Prior", "Trinidad and Tobago Prime Minister"),
        ("Foreign Minister of Japan Okabe Sotaro", "Okabe Sotaro", "Foreign Minister of Japan"),
        ("U.S. Ambassador to Israel Tom Hale", "Tom Hale", "U.S. Ambassador to Israel"),
        ("EU High Representative Kaja Sand", "Kaja Sand", "EU High Representative"),
        ("Under Secretary for Political Affairs Ann M. Hale", "Ann M. Hale", "Under Secretary for Political Affairs"),
        ("Saudi Foreign Minister Prince Omar bin Farid", "Omar bin Farid", "Saudi Foreign Minister"),
        ("Treasury Secretary Lida Holm-Green", "Lida Holm-Green", "Treasury Secretary"),
        ("Ambassador Lida Holm, Envoy to the Lakes", "Lida Holm", "Envoy to the Lakes"),
        ("Second Gentleman Ole Brandt", "Ole Brandt", "Second Gentleman"),
        ("General Mark Fenn", "Mark Fenn", "General"),
        (
            "Tom Hale, Deputy SpokesmanOffice of the Spokesperson",
            "Tom Hale",
            "Deputy Spokesman, Office of the Spokesperson",
        ),
        ("Dean Hale", "Dean Hale", None),
        ("John Major", "John Major", None),
    ],
)
def test_country_office_and_name_without_a_comma(line, name, office):
    (person,) = people([line])
    assert (person.name, person.office) == (name, office)


@pytest.mark.parametrize(
    "line",
    [
        "Secretary Fenwick and Foreign Minister Brandt",
        "Secretary Ada Fenwick and Foreign Minister Ole Brandt",
        "Minister of Valmora Ada Field",
        "Minister for Tides and Harbors Lena Ortiz",
        "Valmoran Foreign Minister Brandt",
        "Foreign Minister of the Republic of Borealia Ole Brandt",
    ],
)
def test_a_line_that_cannot_be_taken_apart_names_nobody_and_is_told(line):
    assert people([line]) == ()
    assert unread([line]) == (line,)
