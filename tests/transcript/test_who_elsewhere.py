"""Step 7: office and date of those whom no register holds: abroad, in Congress, on the air; and near misses."""

import pytest

from .bodies import remark, said

RICE = "Condoleezza Rice, Secretary of State"


def speaker(label, text="It is good to be here.", **head):
    head = {"byline": (), "places": (), "title": "Press Availability"} | head
    body = said("MODERATOR", "Good morning.") + said(label, text) + said("MODERATOR", "Thank you.")
    return next(u for u in remark(body, **head).utterances if u.label == label)


@pytest.mark.parametrize(
    ("label", "date", "head", "person", "organization"),
    [
        ("FOREIGN MINISTER PRIMAKOV", "1998-01-30", {"places": ("Moscow, Russia",)}, "Yevgeny Primakov", "Russia"),
        ("FOREIGN MINISTER LAVROV", "2009-10-13", {"title": "With the Russian Side"}, "Sergey Lavrov", "Russia"),
        ("MINISTER FISCHER", "2003-02-08", {"places": ("Berlin, Germany",)}, "Joschka Fischer", "Germany"),
        ("FOREIGN SECRETARY STRAW", "2005-02-04", {"places": ("London, England",)}, "Jack Straw", "United Kingdom"),
        (
            "VICE CHANCELLOR AND FOREIGN MINISTER FISCHER",
            "2003-02-08",
            {"title": "In Germany"},
            "Joschka Fischer",
            "Germany",
        ),
        ("SECRETARY DERBEZ", "2005-03-10", {"places": ("Mexico City, Mexico",)}, "Luis Ernesto Derbez", "Mexico"),
        ("PRESIDENT MUBARAK", "2005-06-20", {"places": ("Cairo, Egypt",)}, "Hosni Mubarak", "Egypt"),
        ("PRIME MINISTER BARAK", "1999-09-03", {"places": ("Jerusalem, Israel",)}, "Ehud Barak", "Israel"),
        ("CHAIRMAN ARAFAT", "1999-09-03", {"places": ("Ramallah",)}, "Yasser Arafat", "Palestinian Authority"),
        ("SECRETARY-GENERAL ANNAN", "2002-04-10", {"title": "At the United Nations"}, "Kofi Annan", "United Nations"),
        ("SECRETARY GENERAL ROBERTSON", "2002-05-14", {"title": "NATO Ministerial"}, "George Robertson", "NATO"),
        ("HIGH REPRESENTATIVE SOLANA", "2005-02-10", {"title": "With EU Leaders"}, "Javier Solana", "European Union"),
        ("KING ABDULLAH", "2007-03-04", {"places": ("Amman, Jordan",)}, "Abdullah II", "Jordan"),
        ("MAYOR BLOOMBERG", "2010-09-20", {"places": ("New York, New York",)}, "Michael Bloomberg", "New York"),
    ],
)
def test_who_held_that_office_that_day(label, date, head, person, organization):
    found = speaker(label, date=date, **head)
    assert (found.person, found.organization, found.role) == (person, organization, "guest")
    assert found.method == "office_date"
    assert date in found.evidence


def test_the_text_may_name_the_country():
    assert speaker("FOREIGN MINISTER SINGH", "Here in India, we agree.", date="2001-07-20").person == "Jaswant Singh"


@pytest.mark.parametrize(
    ("label", "date", "head"),
    [
        ("FOREIGN MINISTER SINGH", "2001-07-20", {}),  # the page names no country, and the name is a common one
        ("FOREIGN MINISTER SINGH", "2001-07-20", {"title": "In the Russian House"}),
        ("FOREIGN MINISTER LAVROV", "2001-07-20", {"places": ("Moscow, Russia",)}),  # not yet
        ("PRIME MINISTER LAVROV", "2009-10-13", {"places": ("Moscow, Russia",)}),
        ("DEPUTY FOREIGN MINISTER LAVROV", "2009-10-13", {"places": ("Moscow, Russia",)}),
        ("MR. LAVROV", "2009-10-13", {"places": ("Moscow, Russia",)}),
        ("FOREIGN MINISTER LAVROV", None, {"places": ("Moscow, Russia",)}),
        ("FOREIGN MINISTER KIM", "2012-01-05", {"title": "Trilateral Meeting"}),
    ],
)
def test_near_misses_name_nobody(label, date, head):
    assert speaker(label, date=date, **head).person is None


def test_the_page_goes_before():
    title = "Remarks with Russian Foreign Minister Owen Lavrov"
    assert speaker("FOREIGN MINISTER LAVROV", date="2009-10-13", title=title).person == "Owen Lavrov"


@pytest.mark.parametrize(
    ("label", "date", "title", "person"),
    [
        ("CHAIRMAN MEEKS", "2022-03-05", "At a Meeting with a Congressional Delegation", "Gregory W. Meeks"),
        ("CHAIRMAN ROYCE", "2017-06-14", "Testimony Before the House", "Edward R. Royce"),
        ("SENATOR LUGAR", "2005-02-16", "Hearing of the Senate Committee", "Richard G. Lugar"),
        ("SENATOR LEE", "2021-06-14", "Testimony Before the Senate", None),
        ("MR. MEEKS", "2022-03-05", "At a Meeting with a Congressional Delegation", None),
    ],
)
def test_who_chairs_a_committee(label, date, title, person):
    found = speaker(label, date=date, title=title)
    assert found.person == person
    assert person is None or found.role == "official"


@pytest.mark.parametrize(
    ("label", "date", "title", "person", "organization"),
    [
        ("MR. RUSSERT", "1999-03-28", 'Interview on NBC-TV\'s "Meet the Press"', "Tim Russert", "NBC"),
        ("MS. ROBERTS", "1999-03-28", 'Interview on ABC-TV\'s "This Week"', "Cokie Roberts", "ABC"),
        ("MR. SHAW", "2000-02-08", "2/8/00 Interview on CNN", "Bernard Shaw", "CNN"),
        ("MR. BLITZER", "2003-02-08", "Interview on CNN's Late Edition", "Wolf Blitzer", "CNN"),
        ("MR. KING", "2003-02-08", "Interview on CNN", None, None),  # two there
        ("MS. KING", "2003-02-08", "Interview on CNN", None, None),  # and no woman
        ("MR. SHAW", "2000-02-08", "Interview on NBC", None, None),
        ("MR. RUSSERT", "2011-03-28", "Interview on NBC's Meet the Press", None, None),
        ("SECRETARY SHAW", "2000-02-08", "Interview on CNN", None, None),
    ],
)
def test_who_hosts_a_programme(label, date, title, person, organization):
    found = speaker(label, "Why is that?", date=date, title=title, type="Interview")
    assert (found.person, found.organization) == (person, organization) or person is None
    assert found.person == person
    assert found.role == "press" or label.startswith("SECRETARY")


@pytest.mark.parametrize(
    ("label", "date", "head", "person", "role"),
    [
        # a surname that one person of thirty years bears
        ("MR. INDERFURTH", "1999-05-05", {}, "Karl Frederick Inderfurth", "official"),
        ("MR. INDERFURTH", "1999-05-05", {"type": "Interview"}, None, "press"),
        ("MR. INDERFURTH", "2009-05-05", {}, None, "unknown"),
        ("MR. BURNS", "2006-05-05", {}, None, "unknown"),
        # what the envoy is for stands in the title
        ("MR. HOOK", "2019-05-05", {"title": "Briefing on Iran"}, "Brian H. Hook", "official"),
        # the office that the headline prints
        ("MR. HILL", "2007-02-10", {"title": "By Assistant Secretary Hill"}, "Christopher Robert Hill", "official"),
        ("MR. HILL", "2007-02-10", {"title": "Briefing by Director Hill"}, None, "official"),
        # ranks
        ("GENERAL SHELTON", "1999-11-03", {}, "Henry H. Shelton", "official"),
        ("SPECIAL PRESIDENTIAL ENVOY KERRY", "2021-11-03", {}, "John Kerry", "official"),
        # an ambassador somewhere, and another in office in Washington
        ("AMBASSADOR SHERMAN", "2014-07-15", {}, None, "official"),
        ("AMBASSADOR SHERMAN", "2014-07-15", {"places": ("Lisbon, Portugal",)}, "Robert A. Sherman", "official"),
        ("AMBASSADOR NEGROPONTE", "2005-11-10", {}, "John Dimitri Negroponte", "official"),
        # short titles
        ("SEC. RICE", "2005-11-10", {"byline": (RICE,)}, "Condoleezza Rice", "official"),
        ("CONDOLEEZZA RICE", "2005-11-10", {"byline": (RICE,), "type": "Interview"}, "Condoleezza Rice", "official"),
        ("U/S BURNS", "2010-05-18", {}, "William J. Burns", "official"),
        ("AMB. BERSHEFSKY", "2010-05-18", {}, None, "official"),
        # MS is no man, MRS nobody's office
        ("MS. INDERFURTH", "1999-05-05", {}, None, "unknown"),
        ("MRS. OBAMA", "2010-05-18", {}, "Michelle Obama", "official"),
        ("MRS. INDERFURTH", "1999-05-05", {}, None, "unknown"),
        ("CHIEF OF PROTOCOL MARSHALL", "2010-05-18", {}, "Capricia Penavic Marshall", "official"),
        # labels without a name
        ("THE PRESIDENT", "2005-01-28", {"byline": (RICE,)}, "George W. Bush", "official"),
        ("THE PRESIDENT", "2005-01-28", {"title": "Remarks With President Uribe"}, None, "guest"),
        ("THE SECRETARY", "2005-06-28", {}, "Condoleezza Rice", "official"),
        ("THE SECRETARY", None, {}, None, "official"),
    ],
)
def test_office_and_date_of_those_at_home(label, date, head, person, role):
    found = speaker(label, date=date, **head)
    assert (found.person, found.role) == (person, role)


@pytest.mark.parametrize(
    ("label", "date", "person"),
    [
        ("MR. CROWLEY", "2009-12-03", "Philip J. Crowley"),
        ("MS. TRUDEAU", "2016-02-03", "Elizabeth Trudeau"),
        ("MR. DUGUID", "2009-07-03", "Gordon Duguid"),
        ("MR. TERN", "2009-07-03", None),
    ],
)
def test_who_gives_the_daily_briefing_is_the_spokesperson(label, date, person):
    body = "".join(said("QUESTION", "Is it open?") + said(label, "It is not, no.") for _ in range(4))
    page = remark(body, date=date, byline=(), type="Daily Press Briefing", title="Daily Press Briefing")
    found = page.utterances[1]
    assert (found.role, found.person) == ("spokesperson", person)


GREETED = "Good to be with you Judy and Bernie."


def interview(greeting=GREETED, more=""):
    body = (
        said("MR. KELP", "Joining us is the Secretary. Why is the bridge shut?")
        + said("SECRETARY FENWICK", "It is not.")
        + said("MS. MARSH", "Madame Secretary, this is Judy Marsh. Is it safe?")
        + said("SECRETARY FENWICK", greeting)
        + more
    )
    head = {"title": "1/3/00 Fenwick interview on TRN", "date": "2000-01-03", "type": "Interview"}
    return {u.label: u for u in remark(body, **head).utterances}


def test_of_two_greeted_the_one_whom_the_page_names_tells_the_other():
    found = interview()["MR. KELP"]
    assert (found.person, found.role, found.method, found.confidence) == ("Bernie Kelp", "press", "text", 0.75)
    assert "'Bernie'" in found.evidence
    assert interview("Thank you, Bernie and Judy.")["MR. KELP"].person == "Bernie Kelp"


@pytest.mark.parametrize(
    ("greeting", "more"),
    [
        ("Good to be with you Larry and Bernie.", ""),  # the page names neither
        ("Good to be with you Judy and Boats.", ""),  # no given name
        ("Good to be with you Judy.", ""),
        (GREETED, said("MS. MARSH", "Bernie Holm said so.")),  # he is somebody else
        (GREETED, said("MS. MARSH", "And Bernie Marsh is here.")),  # the page names both
        ("It was Judy and Bernie who came.", ""),  # no greeting
    ],
)
def test_a_pair_that_does_not_tell(greeting, more):
    assert interview(greeting, more)["MR. KELP"].person is None


def test_of_three_who_ask_a_pair_tells_nothing():
    body = said("MR. ROST", "Hm.") + said("MS. MARSH", "This is Judy Marsh.") + said("MR. KELP", "Why?")
    found = remark(body + said("SECRETARY FENWICK", GREETED), type="Interview")
    assert [u.person for u in found.utterances if u.label == "MR. KELP"] == [None]
