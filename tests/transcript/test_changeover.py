"""Step 7: on first and last days a label resolves to the right holder, or to nobody with both candidates told."""

from datetime import timedelta

import pytest

from crawler.roster import roster
from crawler.transcript.names import is_addressed

from .bodies import remark, said

TITLES = {"secretary-of-state": ("SECRETARY {}",), "spokesperson": ("MR {}", "MS {}", "MR. {}")}
TERMS = [term for office in TITLES for term in roster().terms if term.office.id == office]
DAYS = [
    pytest.param(term, day, template, id=f"{term.office.id}-{term.person.id}-{day}-{template[:3]}")
    for term in TERMS
    for day in (term.start, term.latest_start, term.earliest_end, term.end)
    if day is not None
    for template in TITLES[term.office.id]
]


def test_there_are_terms_to_try():
    assert {term.office.id for term in TERMS} == set(TITLES)
    assert len(DAYS) > 100


@pytest.mark.parametrize(("term", "day", "template"), DAYS)
def test_first_and_last_day(term, day, template):
    label = template.format(term.person.surnames[0].upper())
    body = said("QUESTION", "Is it open?") + said(label, "It is.")
    found = remark(body, byline=("Office of the Spokesperson",), date=day.isoformat()).utterances[1]
    if not is_addressed(label.split()[0].strip(".").lower(), term.person.name):
        assert found.person is None  # MS for a man: somebody else, or a misprint
    elif found.person is None:
        assert term.person.name in {candidate.person for candidate in found.candidates}
        assert len(found.candidates) > 1
    else:
        assert found.person == term.person.name
        assert found.role == ("official" if term.office.id == "secretary-of-state" else "spokesperson")


@pytest.mark.parametrize("term", [term for term in TERMS if term.end], ids=lambda term: term.person.id)
def test_years_after_the_last_day_nobody_is_meant(term):
    held = [one for one in roster().terms_of(term.person) if one.end is None or one.end > term.end]
    day = term.end + timedelta(days=4000)
    if held or any(one.covers(day) for one in roster().terms_of_surname(term.person.surnames[0])):
        pytest.skip("the person, or a namesake, held another office")
    label = TITLES[term.office.id][0].format(term.person.surnames[0].upper())
    body = said("QUESTION", "Is it open?") + said(label, "It is.")
    assert remark(body, byline=("Office of the Spokesperson",), date=day.isoformat()).utterances[1].person is None
