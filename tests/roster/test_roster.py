"""Step 7: the tables of the roster are sound, and are asked in any spelling."""

import ast
import re
from dataclasses import replace
from datetime import date
from importlib.resources import files
from itertools import pairwise

import pytest

import crawler.roster
from crawler.commands.roster import report
from crawler.roster import Roster, fold, roster
from crawler.roster.tables import ID, SOURCES, YOUNGEST, rows

TABLES = files("crawler.data").joinpath("roster")


def test_no_two_hold_an_office_of_one_holder_at_a_time():
    of_office = {}
    for term in sorted(roster().terms, key=lambda term: (term.start, term.end or date.max)):
        if term.office.single_holder:
            of_office.setdefault(term.office.id, []).append(term)
    assert len(of_office) > 200
    for terms in of_office.values():
        for before, after in pairwise(terms):
            assert before.earliest_end is not None, (before.person.id, before.office.id)
            assert before.earliest_end <= after.latest_start, (before.person.id, after.person.id)


def test_terms_are_in_order_and_in_a_life():
    for term in roster().terms:
        assert term.end is None or term.start <= term.end
        assert term.person.born is None or term.start.year - term.person.born >= YOUNGEST
        if term.end is not None and term.end_precision != "unknown":
            assert term.end.year >= 1993, (term.person.id, term.office.id)
        assert roster().people[term.person.id] is term.person
        assert roster().offices[term.office.id] is term.office


def test_ids_are_plain_and_sources_are_named():
    known = {row.cells["id"] for row in rows(TABLES, "sources.csv", SOURCES)}
    for thing in (*roster().people.values(), *roster().offices.values()):
        assert ID.fullmatch(thing.id)
        assert set(thing.source.split("; ")) <= known
    for term in roster().terms:
        assert term.source
        assert set(term.source.split("; ")) <= known


def test_nobody_has_two_ids():
    for scheme in ("historian", "wikidata"):
        ids = [person.ids[scheme] for person in roster().people.values() if scheme in person.ids]
        assert len(ids) == len(set(ids))
    names = [person.name for person in roster().people.values()]
    assert len(names) == len(set(names))


def test_every_surname_is_found_in_any_spelling():
    for person in roster().people.values():
        for surname in person.surnames:
            for spelling in (surname, surname.upper(), fold(surname), surname.replace("’", "'")):
                assert person in {term.person for term in roster().terms_of_surname(spelling)}, spelling


@pytest.mark.parametrize(
    ("spelling", "person"),
    [
        ("THOMAS-GREENFIELD", "linda-thomas-greenfield"),
        ("THOMAS GREENFIELD", "linda-thomas-greenfield"),
        ("Zuniga", "ricardo-zuniga"),
        ("ZÚÑIGA", "ricardo-zuniga"),
        ("PENA", "federico-pena"),
        ("O'LEARY", "hazel-r-oleary"),
    ],
)
def test_surnames(spelling, person):
    assert person in {term.person.id for term in roster().terms_of_surname(spelling)}


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Antony J. Blinken", "antony-j-blinken"),
        ("Antony Blinken", "antony-j-blinken"),
        ("P.J. Crowley", "philip-j-crowley"),
        ("Lloyd Austin", "lloyd-j-austin-iii"),
        ("R. Nicholas Burns", "nicholas-burns"),
        ("William Burns", "william-joseph-burns"),
    ],
)
def test_names(name, person):
    assert [found.id for found in roster().person_by_name(name)] == [person]


@pytest.mark.parametrize("name", ["Blinken", "", "Ada Fenwick"])
def test_a_name_that_names_nobody_here(name):
    assert roster().person_by_name(name) == ()


def test_offices_of_a_person_on_a_day():
    (rubio,) = roster().person_by_name("Marco Rubio")
    held = {term.office.id for term in roster().offices_of(rubio, date(2025, 6, 1))}
    assert held == {"secretary-of-state", "national-security-advisor"}


@pytest.mark.parametrize(
    ("today", "newest"),
    [
        (date(2026, 11, 28), "2026-03-04: 269 days old"),
        (date(2026, 9, 3), "2026-03-04: 183 days old"),
        (date(2026, 1, 31), "2025-01-20: 376 days old"),  # not what is still to come
        (date(2025, 2, 1), "2025-01-20: 12 days old"),
    ],
)
def test_the_age_of_the_newest_entry(today, newest):
    """An end counts as a beginning does; what is known to the year counts from its first day."""
    known = roster()
    (person,) = known.person_by_name("Marco Rubio")
    (term,) = (term for term in known.terms_of(person) if term.office.id == "secretary-of-state")
    terms = [
        replace(term, start=date(2021, 1, 26), end=date(2025, 1, 20)),
        replace(term, start=date(2025, 1, 1), end=date(2026, 3, 4), start_precision="year"),
        replace(term, start=date(2020, 1, 1), end=date(2028, 1, 1), end_precision="unknown"),
    ]
    said = list(report(Roster([person], [term.office], terms), today))
    assert said[1].endswith(newest)
    old = (today - date.fromisoformat(newest[:10])).days > 183
    assert ("warning" in said[2]) is old


def test_a_roster_without_terms_has_no_age():
    assert not [line for line in report(Roster([], [], []), date(2026, 1, 1)) if "newest" in line]


def test_an_unknown_office_is_an_error():
    with pytest.raises(KeyError):
        roster().holders("keeper-of-the-seal", date(2020, 1, 1))


def test_it_imports_neither_scrapy_nor_twisted():
    for file in files(crawler.roster).iterdir():
        if file.name.endswith(".py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not [name for name in names if re.match(r"scrapy|twisted", name)]
