"""Step 7: what the tables may say; each error names file and line."""

import pytest

from crawler.roster import Roster, RosterError
from crawler.roster.register import BadRegister, convert, write
from crawler.roster.tables import OFFICES, PEOPLE, SOURCES, TERMS, read

SOURCE = "gazette,The Gazette,,,\nhistorian,The register,,,\nderived,Derived,,,"
KEEPER = "keeper,Keeper of the Seal,Ministry of Ports,,secretary,yes,SECRETARY,keeper-of-seal,gazette"
ADA = "ada-field,Ada Field,Field,,1960,field-ada,,gazette"
OLE = "ole-brandt,Ole Brandt,Brandt;Brandt Holm,O. Brandt Holm,,,Q42,gazette"
GOOD = {"sources": [SOURCE], "offices": [KEEPER], "people": [ADA, OLE], "terms": []}
HEADS = {"sources": SOURCES, "offices": OFFICES, "people": PEOPLE, "terms": TERMS, "register_terms": TERMS}


@pytest.fixture
def tables(tmp_path):
    def make(**lines):
        for name, rows in (GOOD | lines).items():
            (tmp_path / f"{name}.csv").write_text("\n".join([",".join(HEADS[name]), *rows]) + "\n", "utf-8")
        return Roster(*read(tmp_path))

    return make


def test_a_changeover_and_coarse_days(tables):
    made = tables(terms=["ada-field,keeper,2001-05-02,2004-06,no,gazette", "ole-brandt,keeper,2004,,yes,gazette"])
    ada, ole = made.terms
    assert (ada.start_text, ada.end_text, ole.start_text, ole.end_text) == ("2001-05-02", "2004-06", "2004", None)

    def on(day):
        return [term.person.name for term in made.holders("keeper", type(ada.start).fromisoformat(day))]

    assert on("2001-05-01") == []
    assert on("2001-05-02") == on("2003-12-31") == ["Ada Field"]
    assert on("2004-06-15") == ["Ada Field", "Ole Brandt"]
    assert on("2004-07-01") == ["Ole Brandt"]
    assert ole.doubtful(type(ada.start)(2004, 12, 30))
    assert not ole.doubtful(type(ada.start)(2005, 1, 1))
    assert ole.acting


def test_an_end_that_nobody_noted_is_at_the_latest_the_next_beginning(tables):
    made = tables(terms=["ada-field,keeper,2001-05-02,?,no,gazette", "ole-brandt,keeper,2003-01-01,,no,gazette"])
    ada = made.terms[0]
    assert (ada.end.isoformat(), ada.end_text, ada.end_precision) == ("2003-01-01", None, "unknown")
    assert ada.doubtful(type(ada.start)(2002, 1, 1))


def test_what_is_kept_by_hand_goes_before_the_register(tables):
    made = tables(
        register_terms=[
            "ada-field,keeper,2001-05-02,?,no,gazette",
            "ada-field,keeper,1994-01-01,1995-01-01,no,gazette",
        ],
        terms=["ada-field,keeper,2001-05-03,2002,no,gazette"],
    )
    assert [term.start_text for term in made.terms_of(made.people["ada-field"])] == ["1994-01-01", "2001-05-03"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ({"terms": ["ada-field,keeper,2001-05-02,2000,no,gazette"]}, "terms.csv:2: the end"),
        ({"terms": ["# a note", "ada-field,keeper,1979,,no,gazette"]}, "terms.csv:3: Ada Field, born 1960"),
        ({"terms": ["ada-field,keeper,2001-13-01,,no,gazette"]}, "terms.csv:2: start: '2001-13-01' is no date"),
        ({"terms": ["ada-field,keeper,May 2001,,no,gazette"]}, "terms.csv:2: start: 'May 2001' is no date"),
        ({"terms": ["ada-field,keeper,,,no,gazette"]}, "terms.csv:2: start: '' is no date"),
        ({"terms": ["nobody,keeper,2001,,no,gazette"]}, "terms.csv:2: there is no person 'nobody'"),
        ({"terms": ["ada-field,warden,2001,,no,gazette"]}, "terms.csv:2: there is no office 'warden'"),
        ({"terms": ["ada-field,keeper,2001,,no,"]}, "terms.csv:2: source is empty"),
        ({"terms": ["ada-field,keeper,2001,,no,hearsay"]}, "terms.csv:2: sources.csv has no 'hearsay'"),
        ({"terms": ["ada-field,keeper,2001,,perhaps,gazette"]}, "terms.csv:2: acting is 'perhaps'"),
        ({"terms": ["ada-field,keeper,2001"]}, "terms.csv:2: 3 cells"),
        (
            {"terms": ["ada-field,keeper,2001,2005,no,gazette", "ole-brandt,keeper,2003,2004,no,gazette"]},
            "terms.csv:3: Ole Brandt begins 2003 as Keeper of the Seal, which Ada Field held until 2005",
        ),
        (
            {"terms": ["ada-field,keeper,2001,,no,gazette", "ole-brandt,keeper,2003,,no,gazette"]},
            "terms.csv:3: Ole Brandt begins 2003 as Keeper of the Seal, which Ada Field held until today",
        ),
        ({"people": [ADA, ADA]}, "people.csv:3: the id ada-field stands here for the second time"),
        ({"people": [ADA.replace("ada-field,", "Ada,")]}, "people.csv:2: 'Ada' is no id"),
        ({"people": [ADA.replace("1960", "60")]}, "people.csv:2: born is '60'"),
        ({"people": [OLE.replace("Q42", "42")]}, "people.csv:2: wikidata is '42'"),
        ({"people": [ADA, ADA.replace("ada-field,Ada", "ada-f,A.")]}, "people.csv:1: ada-field and ada-f have one"),
        ({"offices": [KEEPER.replace("Ministry of Ports", "")]}, "offices.csv:2: organisation is empty"),
    ],
)
def test_an_error_names_file_and_line(tables, lines, message):
    with pytest.raises(RosterError) as error:
        tables(**lines)
    assert str(error.value).startswith(message)


def test_a_table_with_another_head_is_refused(tables, tmp_path):
    tables()
    (tmp_path / "terms.csv").write_text("who,what\n", "utf-8")
    with pytest.raises(RosterError, match=r"terms\.csv:1: the first line is not person,office"):
        read(tmp_path)


def line(person, office, started, ended="", appointed="", territory=""):
    surname, forename = person.split("-")
    names = {"person_id": person, "surname": surname.title(), "forename": forename.title(), "generation": ""}
    days = {"appointed": appointed, "started": started, "ended": ended}
    return names | days | {"territory": territory, "office_id": office, "office": "", "birth_year": "1950"}


def test_the_register_becomes_tables_with_lasting_ids(tables, tmp_path):
    tables()
    lines = [
        line("field-ada", "keeper-of-seal", "1994-01-01", "1996-05-09"),
        line("marsh-eva", "keeper-of-seal", "1996-05-01", ""),
        line("marsh-eva", "ambassador-e-p", "1993-01-01", "1994-01-01", territory="new-borealia"),
        line("nobody-ned", "keeper-of-seal", ""),
        line("marsh-eva", "warden", "1999-01-01"),
        line("marsh-eva", "keeper-of-seal", "1975-01-01"),
    ]
    made = convert(lines, tmp_path)
    assert dict(made.left_out) == {"no beginning": 1, "office warden": 1, "over before 1993": 1}
    assert [row["id"] for row in made.people] == ["ada-field", "eva-marsh"]
    assert [row["name"] for row in made.offices] == ["Ambassador to New Borealia"]
    write(made, tmp_path)
    read_back = Roster(*read(tmp_path))
    terms = {(t.person.id, t.office.id, t.start_text, t.end_text, t.source) for t in read_back.terms}
    assert terms == {
        ("ada-field", "keeper", "1994-01-01", "1996-05-01", "historian; derived"),
        ("eva-marsh", "keeper", "1996-05-01", None, "historian"),
        ("eva-marsh", "ambassador-to-new-borealia", "1993-01-01", "1994-01-01", "historian"),
    }
    assert convert(lines, tmp_path) == made


def test_another_file_than_the_register_is_refused(tables, tmp_path):
    tables()
    with pytest.raises(BadRegister, match="term 2: the register has no appointed, birth_year"):
        convert([{"person_id": "a"}], tmp_path)
    with pytest.raises(BadRegister, match=r"term 2: started: '1\.1\.1994' is no date"):
        convert([line("field-ada", "keeper-of-seal", "1.1.1994")], tmp_path)
