"""Step 9: one row a person and an office, in any spelling and any order; ids that led somewhere still do."""

import json
import tempfile
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.exporters.sqlite.former_ids import resolve
from crawler.exporters.sqlite.names import best_spelling, slug
from crawler.exporters.sqlite.people_file import PEOPLE_FILE
from crawler.exporters.sqlite.schema import MIGRATIONS
from crawler.exporters.sqlite.store import Store
from crawler.items import Candidate, Utterance

from .made import Box, assert_sound, remark

NAMES = ["Zoë Ås", "Zoe As", "ZOE AS", "Zoe-As", "王芳", "Ana Mcduff", "Ana McDuff", "Иван As", "Marco Rubio"]
OFFICES = ["Director To Combat Fog", "Director to Combat Fog", "DIRECTOR TO COMBAT FOG", "Spokesperson", "Director"]
TURN = st.builds(
    lambda person, office, other: Utterance(
        label="X",
        text="Yes.",
        person=person,
        office=office,
        method="byline",
        candidates=(Candidate(person=other, method="text", confidence=0.8, evidence="said"),) if other else (),
    ),
    st.sampled_from([*NAMES, None]),
    st.sampled_from([*OFFICES, None]),
    st.sampled_from([*NAMES, None]),
)
#: Works, each with its versions.
WORKS = st.lists(
    st.tuples(
        st.sampled_from(["2026-03-04", "2026-03-05", None]),
        st.lists(st.lists(TURN, min_size=1, max_size=3), min_size=1, max_size=2),
    ),
    min_size=2,
    max_size=4,
)
TABLES = {
    "people": "SELECT * FROM people WHERE roster = 0",
    "offices": "SELECT * FROM offices WHERE roster = 0",
    "terms": "SELECT person_id, office_id, start_date, end_date, ended, acting, source FROM terms",
    "attributions": "SELECT * FROM attributions",
    "utterances": "SELECT id, person_id, office_id FROM utterances",
}
MERGE = """[[merge]]\nnames = ["Zoe As"]\ninto = "Zoe Aspen"\nwhy = "she says so"\n"""


def named(*names):
    return tuple(Utterance(label=name.upper(), text=f"I am {name}.", person=name, method="byline") for name in names)


def posted(*offices):
    return tuple(Utterance(label="X", text=f"{name}.", office=name, method="byline") for name in offices)


def people(box):
    return box.rows("SELECT id, name, other_names FROM people WHERE roster = 0 ORDER BY id")


# ---- ids and spellings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Zoë Ås", "zoe-as"),
        ("Adrienne O’Neal", "adrienne-oneal"),
        ("Adrienne O'Neal", "adrienne-oneal"),
        ("J.D. Field", "j-d-field"),
        ("Søren Łuk", "soren-luk"),
        ("王芳", "8ac9540bf3a5"),
        ("Иван As", "as-5c0866ed5516"),
        ("Петр As", "as-14a5762012a9"),
        ("—", "bda050585a00"),
    ],
)
def test_the_id_is_the_name_in_plain_letters(name, id_):
    assert slug(name) == id_


@pytest.mark.parametrize(
    ("table", "best", "others"),
    [
        ("offices", "Director of the Office to Combat Fog", ["Director Of The Office To Combat Fog"]),
        ("offices", "Director of Fog", ["DIRECTOR OF FOG", "director of fog", "director of Fog"]),
        ("people", "Ana McDuff", ["Ana Mcduff", "ANA MCDUFF", "ana mcduff"]),
        ("people", "José Ramos", ["Jose Ramos", "JOSÉ RAMOS"]),
    ],
)
def test_the_best_spelling(table, best, others):
    assert best_spelling(table, [*others, best]) == best_spelling(table, [best, *others]) == best


def test_spellings_of_one_name_are_one_person(box):
    first = box.save(remark(named("Zoe As", "Zoë Ås", "王芳", "Zoe-As", "Zoë Ås")))
    second = box.save(remark(named("Zoë Ås"), path="/other/", wp_id=2, date="2026-03-03"), 1)
    assert people(box) == [
        ("8ac9540bf3a5", "王芳", None),
        ("zoe-as", "Zoë Ås", json.dumps(["Zoe As", "Zoe-As"])),
    ]
    sources = box.rows("SELECT id, first_date, source FROM people WHERE roster = 0 ORDER BY id")
    assert [row[1:] for row in sources] == [("2026-03-04", first.remark_id), ("2026-03-03", second.remark_id)]
    assert_sound(box.db)


def test_another_than_the_rosters_bearer_of_an_id_has_a_number_behind_it(box):
    box.save(remark(posted("Spokesperson", "SPOKESPERSON", "Spokesperson 2", "Department Spokesperson")))
    held = box.rows("SELECT o.id, o.name FROM utterances u JOIN offices o ON o.id = u.office_id ORDER BY u.position")
    assert held == [
        ("spokesperson--2", "Spokesperson"),
        ("spokesperson--2", "Spokesperson"),
        ("spokesperson-2", "Spokesperson 2"),
        ("spokesperson", "Department Spokesperson"),
    ]


# ---- any order -------------------------------------------------------------------------------------------------------


def versions(works):
    """The remarks of each work, in the order in which State published them."""
    return [
        [remark(tuple(turns), path=f"/{number}/", wp_id=number, date=date, title=f"Remarks {number}") for turns in said]
        for number, (date, said) in enumerate(works, 1)
    ]


def saved(works, order, merge_before=None):
    """What stands in the tables when the works are seen in that order, each one's versions one after another."""
    waiting = versions(works)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "remarks.db", parser_version="1", durable=False)
        for hour, number in enumerate(order):
            if hour == merge_before:
                store.close()
                (Path(folder) / PEOPLE_FILE).write_text(MERGE, "utf-8")
                store = Store(Path(folder) / "remarks.db", parser_version="1", durable=False)
            Box(store, Path(folder)).save(waiting[number].pop(0), hour)
        assert_sound(store.db)
        found = {name: set(store.db.execute(sql)) for name, sql in TABLES.items()}
        store.close()
    return found


@settings(max_examples=30, deadline=None)
@given(WORKS, st.data())
def test_any_order_gives_the_same_people_offices_terms_and_attributions(works, data):
    steps = [number for number, (_, said) in enumerate(works) for _ in said]
    assert saved(works, data.draw(st.permutations(steps))) == saved(works, steps)


@settings(max_examples=15, deadline=None)
@given(WORKS, st.data())
def test_a_merge_gives_the_same_whenever_the_operator_enters_it(works, data):
    steps = [number for number, (_, said) in enumerate(works) for _ in said]
    order = data.draw(st.permutations(steps))
    assert saved(works, order, data.draw(st.integers(0, len(steps) - 1))) == saved(works, steps, 0)


def fake(people, offices):
    """A roster of that {id: name}, without terms."""
    rest = {"born": None, "alternative_names": (), "ids": {}, "source": "general"}
    post = {"organisation": "Department", "country": None, "kind": "director", "source": "general"}
    return SimpleNamespace(
        people={id_: SimpleNamespace(id=id_, name=name, **rest) for id_, name in people.items()},
        offices={id_: SimpleNamespace(id=id_, name=name, **post) for id_, name in offices.items()},
        terms=(),
    )


#: Some ids are what another's name would make; an id is always the same person's.
KNOWN = {"zoe-as": "Zoë Ås", "as": "Ana McDuff", "wang": "王芳"}
POSTS = {"director": "Director to Combat Fog", "fog": "Spokesperson", "director-to-combat-fog": "Director"}


def some(known):
    chosen = st.lists(st.sampled_from(sorted(known)), unique=True, min_size=1)
    return chosen.map(lambda ids: {id_: known[id_] for id_ in ids})


ROSTERS = st.builds(fake, some(KNOWN), some(POSTS))


def named_under(editions, remarks):
    """Who and what the turns point at, the database being opened with one roster after another."""
    with tempfile.TemporaryDirectory() as folder:
        for number, edition in enumerate(editions):
            with (
                patch("crawler.exporters.sqlite.store.roster", lambda edition=edition: edition),
                Store(Path(folder) / "remarks.db", parser_version="1", durable=False) as store,
            ):
                for remark in remarks[number :: len(editions)]:
                    Box(store, Path(folder)).save(remark, number)
                assert_sound(store.db)
                found = {name: set(store.db.execute(TABLES[name])) for name in ("attributions", "utterances")}
                led = {
                    (kind, new): bool(store.db.execute(f"SELECT 1 FROM {kind} WHERE id = ?", [new]).fetchone())
                    for kind, new in store.db.execute("SELECT kind, new_id FROM former_ids")
                }
                assert all(led.values())
    return found


@settings(max_examples=40, deadline=None)
@given(WORKS, st.lists(ROSTERS, min_size=2, max_size=3))
def test_any_editions_of_the_roster_lead_to_the_ids_of_the_last(works, editions):
    pages = [page for work in versions(works) for page in work[:1]]
    assert named_under([*editions, editions[-1]], pages) == named_under([editions[-1]] * (len(editions) + 1), pages)


# ---- ids that were given before --------------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path):
    """A database from before, when each spelling had a row of its own."""
    db = Database(tmp_path / "remarks.db")
    MIGRATIONS.apply(db, stop_before="spellings")
    db.conn.executescript("""
        INSERT INTO offices (id, name, source) VALUES ('head-to-combat-fog', 'Head To Combat Fog', 'https://x/1/'),
            ('head-to-combat-fog-2', 'Head to Combat Fog', 'https://x/2/'), ('unique-2', 'Unique', 'https://x/');
        INSERT INTO people (id, name, source) VALUES ('zoe-as', 'Zoe As', 'https://x/1/'),
            ('zoe-as-2', 'Zoë Ås', 'https://x/2/'), ('sren-dahl', 'Søren Dahl', 'https://x/');
        INSERT INTO people (id, name, source, roster) VALUES ('ann-lee', 'Ann Lee', 'general', 1);
        INSERT INTO people (id, name, source) VALUES ('ann-lee-2', 'ANN LEE', 'https://x/');
    """)
    db.close()
    return tmp_path


def test_every_id_that_was_given_still_leads_to_its_row(old):
    with Store(old / "remarks.db", parser_version="1") as store:
        for table, ids in {
            "offices": {"head-to-combat-fog": 0, "head-to-combat-fog-2": "head-to-combat-fog", "unique-2": "unique"},
            "people": {"zoe-as": 0, "zoe-as-2": "zoe-as", "sren-dahl": "soren-dahl", "ann-lee-2": "ann-lee"},
        }.items():
            assert {id_: resolve(store.db, table, id_) for id_ in ids} == {id_: now or id_ for id_, now in ids.items()}
        assert resolve(store.db, "people", "nobody-2") is None
        box = Box(store, old)
        assert people(box) == [
            ("ann-lee", "Ann Lee", None),
            ("soren-dahl", "Søren Dahl", None),
            ("zoe-as", "Zoë Ås", '["Zoe As"]'),
        ]
        assert box.rows("SELECT name, other_names FROM offices WHERE id = 'head-to-combat-fog'") == [
            ("Head to Combat Fog", '["Head To Combat Fog"]')
        ]
        assert_sound(store.db)


def test_turns_of_a_database_from_before_are_the_one_rows(old):
    with Store(old / "remarks.db", parser_version="1") as store:
        box = Box(store, old)
        box.save(remark(posted("Head to Combat Fog")))
        assert box.rows("SELECT office_id FROM utterances") == [("head-to-combat-fog",)]


def test_an_id_leads_on_when_the_operator_merges_and_again_when_the_next_is_merged(tmp_path):
    def opened(text):
        (tmp_path / PEOPLE_FILE).write_text(text, "utf-8")
        return Store(tmp_path / "remarks.db", parser_version="1", durable=False)

    with opened("") as store:
        Box(store, tmp_path).save(remark(named("Zoe As", "Zoe Aspen", "Zoe Maria Aspen")))
    with opened(MERGE) as store:
        assert resolve(store.db, "people", "zoe-as") == "zoe-aspen"
    further = MERGE.replace('["Zoe As"]', '["Zoe As", "Zoe Aspen"]').replace('into = "Zoe', 'into = "Zoe Maria')
    with opened(further) as store:
        assert resolve(store.db, "people", "zoe-as") == resolve(store.db, "people", "zoe-aspen") == "zoe-maria-aspen"
    with opened("") as store:  # somebody is called so after all
        Box(store, tmp_path).save(remark(named("ZOE AS"), path="/other/", wp_id=2), 1)
        assert resolve(store.db, "people", "zoe-as") == "zoe-as"
