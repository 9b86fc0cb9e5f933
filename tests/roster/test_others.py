"""Step 7: the table of those without an office at home: one line, one term; what cannot be right is named."""

from importlib.resources import files

import pytest

from crawler.roster import Roster, RosterError, roster
from crawler.roster.others import OTHER_OFFICES, OTHERS
from crawler.roster.tables import OFFICES, PEOPLE, SOURCES, TERMS, read, rows

TABLES = files("crawler.data").joinpath("roster")
KINDS = "Foreign Minister,foreign_minister,yes,FOREIGN MINISTER;MINISTER\nHost *,press,no,MR;MS\n"


def made(folder, *lines, people=""):
    """A roster of invented people."""
    heads = {"people": PEOPLE, "offices": OFFICES, "terms": TERMS, "others": OTHERS, "other_offices": OTHER_OFFICES}
    for name, columns in heads.items():
        (folder / f"{name}.csv").write_text(",".join(columns) + "\n", "utf-8")
    (folder / "sources.csv").write_text(",".join(SOURCES) + "\ngeneral,General,,,\n", "utf-8")
    for name, text in (("others", "\n".join(lines)), ("other_offices", KINDS), ("people", people)):
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(text)
    return Roster(*read(folder))


def test_a_line_is_a_person_an_office_and_a_term(tmp_path):
    found = made(
        tmp_path, "Netherlands,Foreign Minister,Ada van der Holm,van der Holm;Holm,Ada Holm,2001-02,2003,general"
    )
    (term,) = found.terms
    assert (term.person.id, term.person.surnames) == ("ada-van-der-holm", ("van der Holm", "Holm"))
    assert (term.office.id, term.office.organisation) == ("foreign-minister-of-the-netherlands", "Netherlands")
    assert term.office.elsewhere
    assert found.terms_of_surname("HOLM") == found.terms_of_surname("VAN DER HOLM") == (term,)


def test_terms_of_one_name_are_one_persons_and_the_surname_is_the_last_word(tmp_path):
    found = made(tmp_path, "TRN,Host of Dawn,Ada Holm,,,2001,2002,general", "TRN,Host of Dusk,Ada Holm,,,2002,,general")
    (person,) = found.people.values()
    assert person.surnames == ("Holm",)
    assert [term.office.name for term in found.terms_of(person)] == ["Host of Dawn", "Host of Dusk"]


def test_a_name_of_people_csv_is_that_person(tmp_path):
    people = "ada-m-holm,Ada Holm,Holm,,1950,,,general\n"
    found = made(tmp_path, "TRN,Host of Dawn,Ada Holm,,,2001,2002,general", people=people)
    assert list(found.people) == ["ada-m-holm"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Borealia,Keeper,Ada Holm,,,2001,,general", "other_offices.csv has no 'Keeper'"),
        ("Borealia,Foreign Minister,Ada Holm,,,2001,,hearsay", "sources.csv has no 'hearsay'"),
        ("Borealia,Foreign Minister,Ada Holm,,,2003,2001,general", "is before the start"),
        ("Borealia,Foreign Minister,,,,2003,,general", "name is empty"),
    ],
)
def test_a_line_that_cannot_be_right(tmp_path, line, reason):
    with pytest.raises(RosterError, match=reason) as error:
        made(tmp_path, line)
    assert str(error.value).startswith("others.csv:2: ")


def test_every_kind_is_used_and_nobody_holds_two_countries():
    lines = [row.cells for row in rows(TABLES, "others.csv", OTHERS)]
    for row in rows(TABLES, "other_offices.csv", OTHER_OFFICES):
        begins = row.cells["office"].removesuffix("*")
        assert any(line["office"].startswith(begins) for line in lines), begins
    for person in roster().people.values():
        bodies = {t.office.organisation for t in roster().terms_of(person) if t.office.kind == "foreign_minister"}
        assert len(bodies) <= 1, person.name
