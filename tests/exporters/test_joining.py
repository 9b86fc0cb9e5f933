"""Step 9: two names of one person are one row, where office and country agree; two people stay two."""

import json
import tempfile
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.exporters.sqlite.former_ids import resolve
from crawler.exporters.sqlite.joining import NOWHERE, Post, posts_of
from crawler.exporters.sqlite.people_file import PEOPLE_FILE
from crawler.exporters.sqlite.store import Store
from crawler.items import Utterance
from crawler.roster.names import may_be_one

from .made import Box, assert_sound, remark

MINISTER = ("Valmoran Foreign Minister", "Valmora")


def speaker(name, office=MINISTER[0], country=MINISTER[1], **rest):
    return Utterance(
        label="X", text=f"{name}.", person=name, office=office, organization=country, method="byline", **rest
    )


def page(number, *speakers, date="2026-03-04"):
    return remark(tuple(speakers), path=f"/{number}/", wp_id=number, date=date, title=f"Remarks {number}")


def people(box):
    return box.rows("SELECT id, name, other_names FROM people WHERE roster = 0 ORDER BY id")


def spoken(box):
    return dict(box.rows("SELECT u.text, p.name FROM utterances u JOIN people p ON p.id = u.person_id"))


# ---- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Tanaro Mirei", "Mirei Tanaro"),
        ("TANARO Mirei", "Mirei Tanaro"),
        ("Sora Li-Wen", "Li-Wen Sora"),
        ("S. Velanath", "Subara Velanath"),
        ("Velanath S.", "Subara Velanath"),
        ("Dr. S. Velanath", "Subara Velanath"),
        ("JD Marsh", "J.D. Marsh"),
        ("J.D. Marsh", "John Marsh"),
        ("Ada Q. Field", "Ada Field"),
        ("Ada Quill Field", "Ada Q. Field"),
        ("Idris Okoye, Jr.", "Idris Okoye"),
        ("Ramón Élan", "RAMON ELAN"),
        ("María Luz Ortega Hale", "María Hale"),
        ("Lena van der Marsh", "Lena Marsh"),
    ],
)
def test_names_that_can_be_one_persons(name, other):
    assert may_be_one(name, other)
    assert may_be_one(other, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Ada Field", "Ida Field"),
        ("A. Field", "Ida Field"),
        ("Ada Q. Field", "Ada R. Field"),
        ("Ada Quill Field", "Ada Rose Field"),
        ("Idris Okoye, Jr.", "Idris Okoye, Sr."),
        ("Idris Okoye II", "Idris Okoye III"),
        ("Mirei Tanaro", "Mirei Tanara"),
        ("Mirei Tanaro", "Tanaro Sora"),
        ("Field", "Ada Field"),
        ("Ada F.", "Ada Field"),
        ("Ada Field Hale", "Ada Field Marsh"),
    ],
)
def test_names_that_cannot(name, other):
    assert not may_be_one(name, other)
    assert not may_be_one(other, name)


@pytest.mark.parametrize(
    ("office", "organization", "posts"),
    [
        ("Valmoran Foreign Minister", "Valmora", None),
        ("Indian External Affairs Minister", "India", [("foreign minister", "India")]),
        ("Minister of External Affairs", "India", [("foreign minister", "India")]),
        ("Indian Foreign Secretary", "India", [("foreign secretary", "India")]),
        ("Foreign Minister of Japan", None, [("foreign minister", "Japan")]),
        ("Secretary of State", "United States", [("secretary state", "United States")]),
        ("Acting Assistant Secretary for African Affairs", "United States", None),
        (
            "Thai Minister of Foreign Affairs and Deputy Prime Minister",
            "Thailand",
            [("foreign minister", "Thailand"), ("deputy minister prime", "Thailand")],
        ),
        ("Minister of Economy, Trade, and Industry", "Japan", [("economy industry minister trade", "Japan")]),
        ("Foreign Minister of the State of Israel", "Israel", [("foreign minister", "Israel")]),
        ("Minister of State for Foreign Affairs", "Japan", [("foreign minister state", "Japan")]),
        ("Foreign Minister", None, [NOWHERE]),
        (None, "Valmora News", [NOWHERE]),
        (None, None, [NOWHERE]),
    ],
)
def test_posts(office, organization, posts):
    found = posts_of(office, organization)
    assert posts is None or list(found) == [Post(*post) for post in posts]
    assert found


# ---- rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "stays"),
    [
        (speaker("Tanaro Mirei"), speaker("Mirei Tanaro"), "Tanaro Mirei"),
        (speaker("S. Velanath", "External Affairs Minister"), speaker("Subara Velanath"), "Subara Velanath"),
        (speaker("Ada Field"), speaker("Ada Q. Field", "Foreign Minister of Valmora"), "Ada Q. Field"),
        (speaker("Idris Okoye"), speaker("Idris Okoye, Jr.", "Deputy Prime Minister and Foreign Minister"), None),
        (speaker("Hale Robert"), speaker("Robert Hale"), "Robert Hale"),
    ],
)
def test_one_person_is_one_row(box, one, other, stays):
    box.save(page(1, one))
    box.save(page(2, other, date="2027-01-02"), 1)
    ((id_, name, others),) = people(box)
    assert stays in (None, name)
    assert {name, *json.loads(others)} == {one.person, other.person}
    assert box.rows("SELECT DISTINCT person_id FROM utterances") == [(id_,)]
    assert box.rows("SELECT DISTINCT person_id FROM attributions") == [(id_,)]
    for name in (one.person, other.person):
        assert resolve(box.db, "people", name.lower().replace(",", "").replace(".", "").replace(" ", "-")) == id_
    assert_sound(box.db)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (speaker("Tanaro Mirei"), speaker("Mirei Tanaro", country="Lowland")),
        (speaker("Tanaro Mirei"), speaker("Mirei Tanaro", "Finance Minister")),
        (speaker("S. Velanath"), speaker("Subara Velanath", None, None)),
        (speaker("S. Velanath", None, "Valmora News"), speaker("Subara Velanath", None, "Valmora News")),
        (speaker("Ada Field"), speaker("Ida Field")),
        (speaker("Ada Q. Field"), speaker("Ada R. Field")),
        (speaker("Idris Okoye, Sr."), speaker("Idris Okoye, Jr.")),
        (speaker("S. Velanath", "Foreign Secretary"), speaker("Subara Velanath", "Foreign Minister")),
    ],
)
def test_two_people_are_two_rows(box, one, other):
    box.save(page(1, one))
    box.save(page(2, other), 1)
    assert {name for _, name, _ in people(box)} == {one.person, other.person}
    assert set(spoken(box).values()) == {one.person, other.person}


def test_of_one_name_and_office_at_other_times_are_two_rows(box):
    box.save(page(1, speaker("A. Field"), date="1999-03-04"))
    box.save(page(2, speaker("Ada Field"), date="2026-03-04"), 1)
    assert len(people(box)) == 2


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_initial_that_could_be_two_peoples_stays_by_itself(box, order):
    names = ("S. Velanath", "Subara Velanath", "Sanja Velanath")
    for hour, number in enumerate(order):
        box.save(page(number + 1, speaker(names[number])), hour)
    assert {name for _, name, others in people(box) if others is None} == set(names)
    assert spoken(box) == {f"{name}.": name for name in names}
    assert [resolve(box.db, "people", id_) for id_ in ("s-velanath", "sanja-velanath")] == [
        "s-velanath",
        "sanja-velanath",
    ]
    assert_sound(box.db)


def test_somebody_of_the_roster_is_the_rosters_in_either_order(box):
    box.save(page(1, speaker("Hayashi Yoshimasa", "Japanese Foreign Minister", "Japan"), date="2022-02-13"))
    box.save(page(2, speaker("Hayashi Yoshimasa", "Foreign Minister", "Valmora"), date="1998-02-13"), 1)
    assert box.rows("SELECT DISTINCT person_id FROM utterances") == [("yoshimasa-hayashi",)]
    assert people(box) == []


def test_the_operators_word_goes_before(tmp_path):
    def opened(text):
        (tmp_path / PEOPLE_FILE).write_text(text, "utf-8")
        return Store(tmp_path / "remarks.db", parser_version="1", durable=False)

    second = page(2, speaker("Subara Velanath"))
    with opened("") as store:
        box = Box(store, tmp_path)
        box.save(page(1, speaker("S. Velanath")))
        box.save(second, 1)
        assert len(people(box)) == 1
    with opened('[[merge]]\nnames = ["S. Velanath"]\ninto = "Sanja Velanath"\nwhy = "she says so"\n') as store:
        box = Box(store, tmp_path)
        assert spoken(box) == {"S. Velanath.": "Sanja Velanath", "Subara Velanath.": "Subara Velanath"}
        box.save(page(3, speaker("S. Velanath")), 2)
        assert len(people(box)) == 2
        assert_sound(box.db)


# ---- any order -------------------------------------------------------------------------------------------------------

NAMES = ["Hale Robert", "Robert Hale", "R. Hale", "Rosa Hale", "Robert Q. Hale", "Robert R. Hale", "ROBERT HALE"]
NAMES += ["Hayashi Yoshimasa", "Y. Hayashi"]
SPEAKER = st.builds(
    speaker,
    st.sampled_from(NAMES),
    st.sampled_from(["Foreign Minister", "Minister of Foreign Affairs and Deputy Prime Minister", "Mayor", None]),
    st.sampled_from(["Japan", "Valmora"]),
)
WORKS = st.lists(
    st.tuples(
        st.sampled_from(["1999-03-04", "2022-03-05", "2026-03-04", None]),
        st.lists(st.lists(SPEAKER, min_size=1, max_size=3), min_size=1, max_size=2),
    ),
    min_size=2,
    max_size=5,
)
TABLES = (
    "SELECT * FROM people WHERE roster = 0",
    "SELECT * FROM namings",
    "SELECT * FROM attributions",
    "SELECT id, person_id, office_id FROM utterances",
)


def saved(works, order):
    """What stands in the tables when the works are seen in that order, each one's versions one after another."""
    waiting = [[page(number, *turns, date=date) for turns in said] for number, (date, said) in enumerate(works, 1)]
    with tempfile.TemporaryDirectory() as folder:
        with Store(Path(folder) / "remarks.db", parser_version="1", durable=False) as store:
            box = Box(store, Path(folder))
            for hour, number in enumerate(order):
                box.save(waiting[number].pop(0), hour)
            assert_sound(store.db)
            pointed = "SELECT count(*) FROM attributions a JOIN utterances u ON u.id = a.utterance_id AND a.rank = 1 "
            assert box.value(pointed + "WHERE a.person_id IS NOT u.person_id") == 0
            found = [set(store.db.execute(sql)) for sql in TABLES]
            store.db.conn.rollback()
        with Store(Path(folder) / "remarks.db", parser_version="1", durable=False) as again:
            again.db.execute("DELETE FROM editions")
        with Store(Path(folder) / "remarks.db", parser_version="1", durable=False) as again:
            assert [set(again.db.execute(sql)) for sql in TABLES] == found
    return found


@settings(max_examples=10, deadline=None)
@given(WORKS, st.data())
def test_any_order_gives_the_same_rows(works, data):
    steps = [number for number, (_, said) in enumerate(works) for _ in said]
    assert saved(works, data.draw(st.permutations(steps))) == saved(works, steps)
