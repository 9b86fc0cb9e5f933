"""Step 7: who held the two offices that speak most, on the days of change and between them."""

from datetime import date, timedelta

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
