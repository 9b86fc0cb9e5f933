"""Step 7 on pages that the rules were not made from: nobody rather than a wrong name, and no name only by luck."""

import pytest

from .bodies import remark, said

ASK = said("QUESTION", "Is it open?")
CASES = []


def case(name, body, want, roles=None, **head):
    """Label -> person (None: nobody), and label -> role, on a page with this body and head."""
    CASES.append(pytest.param(body, want, roles or {}, head, id=name))


FENWICK = "Ada Fenwick, Secretary of State"
# two people of one surname / honorifics
case("ms hale not tom", ASK + said("MS. HALE", "It is."), {"MS. HALE": None}, byline=("Tom Hale, Ambassador",))
case(
    "amb hale tom, with deputy minister lena",
    said("AMBASSADOR HALE", "Good.") + said("DEPUTY MINISTER HALE", "Fine."),
    {"AMBASSADOR HALE": "Tom Hale", "DEPUTY MINISTER HALE": "Lena Hale"},
    byline=("Tom Hale, Ambassador to Valmora", "Lena Hale, Deputy Minister of Valmora"),
)
case(
    "text: ambassador tom hale and deputy minister lena hale",
    said("MODERATOR", "We have Ambassador Tom Hale and Deputy Minister Lena Hale with us.")
    + said("AMBASSADOR HALE", "Good.")
    + said("DEPUTY MINISTER HALE", "Fine."),
    {"AMBASSADOR HALE": "Tom Hale", "DEPUTY MINISTER HALE": "Lena Hale"},
    byline=(),
)
for h in ("MS.", "MRS.", "DR.", "MISS"):
    case(
        f"{h} BLINKEN beside SECRETARY BLINKEN",
        said("SECRETARY BLINKEN", "Good.") + said(f"{h} BLINKEN", "Thanks."),
        {"SECRETARY BLINKEN": "Antony J. Blinken", f"{h} BLINKEN": None},
        byline=("Antony J. Blinken, Secretary of State",),
        date="2022-05-03",
    )
case(
    "MR. BLINKEN beside SECRETARY BLINKEN",
    said("SECRETARY BLINKEN", "Good.") + said("MR. BLINKEN", "Thanks."),
    {"SECRETARY BLINKEN": "Antony J. Blinken", "MR. BLINKEN": None},
    byline=("Antony J. Blinken, Secretary of State",),
    date="2022-05-03",
)
case(
    "MR CLINTON 2012",
    said("SECRETARY CLINTON", "Good.") + said("MR. CLINTON", "Thanks."),
    {"MR. CLINTON": None, "SECRETARY CLINTON": "Hillary Rodham Clinton"},
    byline=("Hillary Rodham Clinton, Secretary of State",),
    date="2012-05-03",
)
case(
    "MR CLINTON 2012 alone",
    ASK + said("MR. CLINTON", "Thanks."),
    {"MR. CLINTON": None},
    byline=("Hillary Rodham Clinton, Secretary of State",),
    date="2012-05-03",
)
case(
    "MRS RUBIO",
    said("SECRETARY RUBIO", "Hi.") + said("MRS. RUBIO", "Hello."),
    {"MRS. RUBIO": None, "SECRETARY RUBIO": "Marco Rubio"},
    byline=("Marco Rubio, Secretary of State",),
    date="2026-05-03",
)
case(
    "two titles two people",
    said("SECRETARY HALE", "Hi.") + said("AMBASSADOR HALE", "Hello."),
    {"AMBASSADOR HALE": None, "SECRETARY HALE": "Ada Hale"},
    byline=("Ada Hale, Secretary of State",),
)
case(
    "two titles one office says so",
    said("AMBASSADOR HALE", "Hi.") + said("MR HALE", "Hello."),
    {"AMBASSADOR HALE": "Tom Hale"},
    byline=("Tom Hale, Ambassador",),
)
case(
    "ms on unknown-gender text",
    said("MODERATOR", "Please welcome Tom Hale.") + said("MS. HALE", "Hello."),
    {"MS. HALE": None},
    byline=(),
)
case(
    "mr with feminine given in text",
    said("MODERATOR", "Please welcome Sarah Hale.") + said("MR. HALE", "Hello."),
    {"MR. HALE": None},
    byline=(),
)
# thanks meant for others
case(
    "thank you andrea",
    said("MS. ORTIZ", "Here is the deputy.  Thank you, Andrea.") + said("MR. HALE", "It is open."),
    {"MR. HALE": None},
    byline=(),
)
case(
    "thank you tom once",
    said("MR. HALE", "It is open.") + said("MS. ORTIZ", "Thank you, Tom. Next."),
    {"MR. HALE": None},
    byline=(),
)
case(
    "thank you tom then label",
    said("MODERATOR", "Thank you, Tom.") + said("MR. HALE", "It is.") + ASK,
    {"MR. HALE": None},
    byline=(),
)
case(
    "given explained elsewhere",
    said("MODERATOR", "Tom Hale of the port is with us.")
    + said("MR. HALE", "It is.")
    + said("MODERATOR", "Thank you, Tom."),
    {"MR. HALE": "Tom Hale"},
    byline=(),
)
# given near surname of somebody else
case(
    "wolfgang",
    said("MODERATOR", "Wolfgang Ischler, and Ambassador Heuser, welcome.")
    + said("MR HEUSER", "Thanks, Wolfgang.")
    + said("MR ISCHLER", "Yes."),
    {"MR HEUSER": None},
    byline=(),
)
case(
    "gentleman",
    said("MODERATOR", "The Second Gentleman Douglas Emhoff is here.") + said("MR. EMHOFF", "Thanks."),
    {"MR. EMHOFF": "Douglas Emhoff"},
    byline=(),
    date="2022-05-03",
)
case(
    "glued",
    said("FOREIGN MINISTER OKABE", "Thanks.") + said("SECRETARY FENWICK", "Yes."),
    {"FOREIGN MINISTER OKABE": "Okabe Sotaro"},
    byline=(FENWICK,),
    title="Secretary FenwickWith Japanese Foreign Minister Okabe Sotaroand Republic of Korea Minister Pak Jun",
)
case(
    "glued2",
    said("FOREIGN MINISTER OKABE", "Thanks.") + said("SECRETARY FENWICK", "Yes."),
    {"FOREIGN MINISTER OKABE": "Okabe Sotaro"},
    byline=(FENWICK, "Japanese Foreign Minister Okabe Sotaro"),
    title="Secretary FenwickWith Japanese Foreign Minister Okabe Sotaroand Republic of Korea Minister Pak Jun",
)
# interviewer
case(
    "dc:creator",
    ASK + said("SECRETARY FENWICK", "Yes."),
    {"QUESTION": "Tak Togawa"},
    type="Interview",
    byline=(FENWICK, "Tak Togawa"),
    title="Interview With Tak Togawa of NHK",
)
case(
    "with Katie Miller",
    ASK + said("SECRETARY FENWICK", "Yes."),
    {"QUESTION": "Katie Milner"},
    type="Interview",
    title="Secretary of State Ada Fenwick with Katie Milner of The Katie Milner Podcast",
)
case(
    "with Andrea Hale of",
    ASK + said("SECRETARY FENWICK", "Yes."),
    {"QUESTION": "Andrea Hale"},
    type="Interview",
    title="Secretary Ada Fenwick With Andrea Hale of MSNBC",
)
case(
    "several hosts",
    ASK + said("SECRETARY FENWICK", "Yes."),
    {"QUESTION": None},
    type="Interview",
    title="Secretary Ada Fenwick with Brian Kell, Ainsley Earl, and Lawrence Jones of Fox News “Fox & Friends”",
)
case(
    "host only with",
    ASK + said("SECRETARY FENWICK", "Yes."),
    {"QUESTION": "Katie Milner"},
    type="Interview",
    title="Secretary of State Ada Fenwick with Katie Milner",
)
case(
    "on show with host",
    ASK + said("SECRETARY FENWICK", "Yes."),
    {"QUESTION": "Sergio Novas"},
    type="Interview",
    title="Secretary of State Ada Fenwick with Sergio Novas on Al Día Con Sergio Novas",
)
# luck
case(
    "accents label only",
    said("VICE PRESIDENT RAMON", "Hi.") + ASK,
    {"VICE PRESIDENT RAMON": "Lucía Ramón"},
    byline=("Lucía Ramón, Vice President of Valmora",),
)
case(
    "accents in title",
    said("VICE PRESIDENT RAMON", "Hi.") + said("SECRETARY FENWICK", "Hi."),
    {"VICE PRESIDENT RAMON": "Lucía Ramón"},
    title="Secretary Fenwick and Valmoran Vice President Lucía Ramón Before Their Meeting",
)
case(
    "two offices in title",
    said("FOREIGN MINISTER HALE", "Hi.") + said("SECRETARY FENWICK", "Hi."),
    {"FOREIGN MINISTER HALE": "Marta Lucía Hale"},
    title="Secretary Fenwick and Valmoran Vice President and Foreign Minister Marta Lucía Hale at a Meeting",
)
case(
    "two offices in title VP",
    said("VICE PRESIDENT HALE", "Hi.") + said("SECRETARY FENWICK", "Hi."),
    {"VICE PRESIDENT HALE": "Marta Lucía Hale"},
    title="Secretary Fenwick and Valmoran Vice President and Foreign Minister Marta Lucía Hale at a Meeting",
)
case(
    "typo vs title",
    said("MR ROAHLE", "Hi.") + ASK,
    {"MR ROAHLE": "Tom Rohale"},
    byline=(),
    title="Briefing With Envoy Tom Rohale",
)
case(
    "typo vs text",
    said("MODERATOR", "Please welcome Envoy Tom Rohale.") + said("MR ROAHLE", "Hi.") + ASK,
    {"MR ROAHLE": "Tom Rohale"},
    byline=(),
)
case("DeHALE", said("MR. DeHALE", "Hi.") + ASK, {"MR. DeHALE": "Tom DeHale"}, byline=("Tom DeHale, Envoy",))
case(
    "LeBLANC text",
    said("MODERATOR", "Please welcome Nora LeBlanc.") + said("MS. LeBLANC", "Hi.") + ASK,
    {"MS. LeBLANC": "Nora LeBlanc"},
    byline=(),
)
case(
    "LEBLANC",
    said("MODERATOR", "Please welcome Nora LeBlanc.") + said("MS. LEBLANC", "Hi.") + ASK,
    {"MS. LEBLANC": "Nora LeBlanc"},
    byline=(),
)
case(
    "panel list",
    said(
        "MODERATOR",
        "Our panelists are Lena Ortiz of the Tern Institute, Bo Marsh from Harbor Watch, and Idris Okoye, chair.",
    )
    + said("MS. ORTIZ", "Hi.")
    + said("MR. MARSH", "Hi.")
    + said("MR. OKOYE", "Hi."),
    {"MS. ORTIZ": "Lena Ortiz", "MR. MARSH": "Bo Marsh", "MR. OKOYE": "Idris Okoye"},
    {"MS. ORTIZ": "guest", "MR. MARSH": "guest"},
    byline=(),
)
case(
    "undated blinken",
    said("SECRETARY BLINKEN", "Hi.") + ASK,
    {"SECRETARY BLINKEN": "Antony J. Blinken"},
    byline=(),
    date=None,
    date_printed=None,
    title=None,
)
case(
    "undated rice",
    said("SECRETARY RICE", "Hi.") + ASK,
    {"SECRETARY RICE": "Condoleezza Rice"},
    byline=(),
    date=None,
    date_printed=None,
    title=None,
)
case(
    "undated smith",
    said("MR SMITH", "Hi.") + ASK,
    {"MR SMITH": None},
    byline=(),
    date=None,
    date_printed=None,
    title=None,
)
case(
    "vitorino",
    said("MODERATOR", "Thank you. Now the director general of the IOM, Mr. Vitorano.")
    + said("MR VITORANO", "Hi.")
    + ASK,
    {"MR VITORANO": None},
    {"MR VITORANO": "guest"},
    byline=(),
    date=None,
    date_printed=None,
    title=None,
)
# roles
case(
    "guest unknown in availability",
    said("SECRETARY FENWICK", "Hi.")
    + said("MR. BRANDT", "I run the port here, and we are glad to host you all.")
    + ASK,
    {"MR. BRANDT": None},
    {"MR. BRANDT": "guest"},
)
case(
    "minister unknown",
    said("SECRETARY FENWICK", "Hi.") + said("MINISTER BRANDT", "Glad.") + ASK,
    {"MINISTER BRANDT": None},
    {"MINISTER BRANDT": "guest"},
)
case(
    "mayor",
    said("SECRETARY FENWICK", "Hi.") + said("MAYOR BRANDT", "Glad.") + ASK,
    {"MAYOR BRANDT": None},
    {"MAYOR BRANDT": "guest"},
)
case(
    "mix order",
    said("FOREIGN MINISTER HAYAMI", "Hi.") + ASK,
    {"FOREIGN MINISTER HAYAMI": "Yoshito Hayami"},
    title="With Japanese Foreign Minister Hayami Yoshito",
    byline=(FENWICK, "Yoshito Hayami, Foreign Minister of Japan"),
)

# by the very rank that the label prints, beside another of the surname
case(
    "a governor and his brother, a professor",
    said("MODERATOR", "Please welcome Governor Karl Brandt and his brother, Professor Emil Brandt.")
    + said("GOVERNOR BRANDT", "Thank you.")
    + said("PROFESSOR BRANDT", "And thank you from me."),
    {"GOVERNOR BRANDT": "Karl Brandt", "PROFESSOR BRANDT": "Emil Brandt"},
    {"GOVERNOR BRANDT": "guest", "PROFESSOR BRANDT": "guest"},
)
case(
    "two professors of one surname",
    said("MODERATOR", "Please welcome Professor Karl Brandt and his brother, Professor Emil Brandt.")
    + said("PROFESSOR BRANDT", "Thank you."),
    {"PROFESSOR BRANDT": None},
)
for rank in ("Pastor", "Coach", "Sheriff", "Superintendent", "Councilwoman", "Cadet"):
    case(
        f"{rank} with a given name in the text",
        said("SECRETARY FENWICK", f"Please welcome {rank} Lena Quillon, who is with us today.")
        + said(f"{rank.upper()} QUILLON", "It is good to be here."),
        {f"{rank.upper()} QUILLON": "Lena Quillon"},
        {f"{rank.upper()} QUILLON": "official" if rank == "Cadet" else "guest"},
    )
    case(
        f"{rank} without a given name anywhere",
        said("SECRETARY FENWICK", f"{rank} Quillon, the floor is yours.")
        + said(f"{rank.upper()} QUILLON", "It is good to be here."),
        {f"{rank.upper()} QUILLON": None},
        {f"{rank.upper()} QUILLON": "official" if rank == "Cadet" else "guest"},
    )
case(
    "a full name that nothing else names takes part",
    said("SECRETARY FENWICK", "Please.")
    + said("JOHN GREEN", "It is good to be here.")
    + said("SECRETARY FENWICK", "Yes."),
    {"JOHN GREEN": "John Green"},
    {"JOHN GREEN": "guest"},
)
# given names that are countries, too
for given in ("Jordan", "Georgia", "Chad", "Israel", "Kenya"):
    case(
        f"{given} is a given name",
        said("MODERATOR", f"Our next guest is {given} Quillon, who runs the port.") + said("DR. QUILLON", "Thank you."),
        {"DR. QUILLON": f"{given} Quillon"},
    )
    case(
        f"{given} is a country",
        said("MODERATOR", f"We heard of the ports of {given} Quillon knows so well.")
        + said("DR. QUILLON", "Thank you."),
        {"DR. QUILLON": None},
    )


@pytest.mark.parametrize(("body", "want", "roles", "head"), CASES)
def test_who(body, want, roles, head):
    found = {turn.label: turn for turn in remark(body, **head).utterances}
    assert {label: found[label].person for label in want} == want
    assert {label: found[label].role for label in roles} == roles


def test_two_titles_on_one_page_are_told():
    body = said("SECRETARY BLINKEN", "Good.") + said("MS. BLINKEN", "Thanks.")
    page = remark(body, byline=("Antony J. Blinken, Secretary of State",), date="2022-05-03")
    assert page.utterances[1].person is None
    body = said("SECRETARY HALE", "Good.") + said("AMBASSADOR HALE", "Thanks.")
    (problem,) = remark(body, byline=("Ada Hale, Secretary of State",)).problems
    assert problem.startswith("two_titles: 'AMBASSADOR HALE' is given to nobody")


def test_an_office_without_a_given_name():
    """The text that the project began with has such a guest."""
    first = "It is a pleasure to receive the director general of the Harbor League, Director General Orlovsky."
    body = said("SECRETARY FENWICK", first) + said("MR ORLOVSKY", "Thank you.")
    guest = remark(body).utterances[1]
    assert (guest.person, guest.role) == (None, "guest")
    assert (guest.office, guest.organization) == ("Director General", "Harbor League")
