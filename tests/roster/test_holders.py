"""Step 7: who held the two offices that speak most, on the days of change and between them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from crawler.roster import roster

# Surname, first day, last day; acting Secretaries stand between.
SECRETARIES = [
    ("Christopher", "1993-01-20", "1997-01-17"),
    ("Albright", "1997-01-23", "2001-01-19"),
    ("Powell", "2001-01-20", "2005-01-25"),
    ("Rice", "2005-01-26", "2009-01-20"),
    ("Clinton", "2009-01-21", "2013-02-01"),
    ("Kerry", "2013-02-01", "2017-01-20"),
    ("Tillerson", "2017-02-01", "2018-03-31"),
    ("Pompeo", "2018-04-26", "2021-01-20"),
    ("Blinken", "2021-01-26", "2025-01-20"),
    ("Rubio", "2025-01-21", None),
]


def surnames(office, day):
    return [term.person.surnames[0] for term in roster().holders(office, date.fromisoformat(day))]


@pytest.mark.parametrize(("surname", "first", "last"), SECRETARIES)
def test_a_secretary_holds_the_office_from_the_first_day_to_the_last(surname, first, last):
    begun = date.fromisoformat(first)
    ended = date.fromisoformat(last) if last else begun + timedelta(days=500)
    middle = begun + (ended - begun) / 2
    assert surname in surnames("secretary-of-state", first)
    assert surname in surnames("secretary-of-state", ended.isoformat())
    assert surnames("secretary-of-state", middle.isoformat()) == [surname]
    assert surname not in surnames("secretary-of-state", (begun - timedelta(days=1)).isoformat())
    if last:
        assert surname not in surnames("secretary-of-state", (ended + timedelta(days=1)).isoformat())


# Surname, a day on which it surely was so, and everybody who may have been it on the doubtful days of change.
SPOKESPERSONS = [
    ("McCurry", "1994-06-01"),
    ("Burns", "1996-06-01"),
    ("Rubin", "1999-06-01"),
    ("Boucher", "2003-06-01"),
    ("McCormack", "2007-06-01"),
    ("Wood", "2009-03-01"),
    ("Kelly", "2009-09-01"),
    ("Crowley", "2010-09-01"),
    ("Toner", "2011-04-15"),
    ("Nuland", "2012-06-01"),
    ("Psaki", "2014-06-01"),
    ("Harf", "2015-04-15"),
    ("Kirby", "2016-06-01"),
    ("Toner", "2017-03-01"),
    ("Nauert", "2018-06-01"),
    ("Ortagus", "2020-06-01"),
    ("Price", "2022-06-01"),
    ("Miller", "2024-06-01"),
    ("Bruce", "2025-06-01"),
]


@pytest.mark.parametrize(("surname", "day"), SPOKESPERSONS)
def test_a_spokesperson_speaks_alone_in_the_middle_of_the_term(surname, day):
    assert surnames("spokesperson", day) == [surname]
    (term,) = roster().holders("spokesperson", date.fromisoformat(day))
    assert not term.doubtful(date.fromisoformat(day))


def single_terms(office):
    return sorted((t for t in roster().terms if t.office.id == office), key=lambda t: (t.start, t.end or date.max))


@pytest.mark.parametrize("office", ["secretary-of-state", "spokesperson"])
def test_first_and_last_day_of_each_term_give_every_holder(office):
    for term in single_terms(office):
        for day in filter(None, (term.start, term.end)):
            assert term in roster().holders(office, day)
            others = [t for t in single_terms(office) if t.start <= day and (t.end is None or day <= t.end)]
            assert set(roster().holders(office, day)) == set(others)


@pytest.mark.parametrize(
    ("office", "day", "holders"),
    [
        ("secretary-of-state", "2013-02-01", {"Clinton", "Kerry"}),
        ("secretary-of-state", "2017-02-01", {"Shannon", "Tillerson"}),
        ("secretary-of-state", "2018-04-26", {"Sullivan", "Pompeo"}),
        ("secretary-of-state", "2021-01-26", {"Smith", "Blinken"}),
        ("spokesperson", "2005-06-02", {"Boucher", "McCormack"}),
        ("spokesperson", "2015-05-12", {"Harf", "Kirby"}),
        ("spokesperson", "2023-03-10", {"Price", "Patel"}),
        ("spokesperson", "2021-01-20", {"Ortagus", "Price"}),
    ],
)
def test_a_day_of_change_gives_both(office, day, holders):
    assert set(surnames(office, day)) == holders


def test_the_spokespersons_leave_no_gap_since_1993():
    terms = single_terms("spokesperson")
    for before, after in pairwise(terms):
        assert before.end is not None
        assert after.start <= before.end + timedelta(days=1), after.person.name
