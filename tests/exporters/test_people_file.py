"""Step 9: the operator's merges and splits, and the roster in the tables."""

from dataclasses import replace

import pytest

from crawler.exporters.sqlite.people_file import NONE, PEOPLE_FILE, PeopleFileError, load, parse
from crawler.exporters.sqlite.store import Store
from crawler.items import Utterance
from crawler.roster import roster
from crawler.runs.unused import idle

from .made import Box, assert_sound, remark

MERGE = '[[merge]]\nnames = ["Jim Fenwick", "J. Fenwick"]\ninto = "James Fenwick"\nwhy = "his page says so"\n'
SPLIT = '\n[[split]]\nname = "James Fenwick"\nurls = ["{}"]\nas = "James Fenwick (actor)"\nwhy = "he was in Oslo"\n'


def speech(*names, **more):
    turns = (Utterance(label=name.upper(), text=f"I am {name}.", person=name, method="byline") for name in names)
    return remark(tuple(turns), **more)


def people(box):
    return box.rows("SELECT id, name FROM people WHERE roster = 0 ORDER BY id")


def spoken(box):
    sql = "SELECT u.label, p.name FROM utterances u JOIN people p ON p.id = u.person_id ORDER BY u.rowid"
    return box.rows(sql)


@pytest.fixture
def reopen(tmp_path):
    """A box on the same database, with that text in the people file."""
    opened = []

    def open_(text=None):
        if text is not None:
            (tmp_path / PEOPLE_FILE).write_text(text, "utf-8")
        opened.append(Store(tmp_path / "remarks.db", parser_version="1", durable=False))
        return Box(opened[-1], tmp_path)

    yield open_
    for store in opened:
        store.close()


def test_a_merge_holds_for_what_comes(reopen):
    box = reopen(MERGE)
    box.save(speech("Jim Fenwick", "James Fenwick", "J. Fenwick"))
    assert people(box) == [("james-fenwick", "James Fenwick")]
    assert {name for _, name in spoken(box)} == {"James Fenwick"}
    assert_sound(box.db)


def test_a_merge_holds_for_what_is_stored_and_again(reopen):
    box = reopen()
    box.save(speech("Jim Fenwick", "James Fenwick"))
    assert len(people(box)) == 2
    box.store.close()
    for _ in range(2):
        box = reopen(MERGE)
        assert people(box) == [("james-fenwick", "James Fenwick")]
        assert box.value("SELECT count(*) FROM attributions WHERE person_id = 'james-fenwick'") == 2
        assert_sound(box.db)
        box.store.close()


def test_a_split_is_of_that_page_only(reopen):
    first, second = speech("James Fenwick"), speech("James Fenwick", path="/other/", wp_id=2)
    split = SPLIT.format(second.page.url)
    box = reopen()
    box.save(first)
    box.save(second, 1)
    box.store.close()
    box = reopen(split)
    assert [name for _, name in spoken(box)] == ["James Fenwick", "James Fenwick (actor)"]
    third = replace(second, utterances=(*second.utterances, Utterance(label="Q", text="Why?")))
    box.save(third, 2)
    assert [name for _, name in spoken(box)] == ["James Fenwick", "James Fenwick (actor)"]
    assert_sound(box.db)


def test_a_name_may_be_merged_into_somebody_of_the_roster(reopen):
    box = reopen()
    box.save(speech("Secretary B"))
    box.store.close()
    box = reopen('[[merge]]\nnames = ["Secretary B"]\ninto = "Antony J. Blinken"\nwhy = "so he is called there"\n')
    assert box.rows("SELECT DISTINCT person_id FROM utterances") == [("antony-j-blinken",)]
    assert people(box) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[merge]]\nnames = [\n", "x.toml:"),
        (MERGE + "\n[[join]]\nname = 'a'\n", "x.toml:1: 'join' is unknown"),
        ("\n\n[[merge]]\nnames = ['A']\n", "x.toml:3: a merge has into, names, why; here stands names"),
        ("[[merge]]\nnames = 'A'\ninto = 'B'\nwhy = 'c'\n", "x.toml:1: names is a list of texts"),
        (MERGE + SPLIT.format("u").replace('"he was in Oslo"', "3"), "x.toml:6: why is a text"),
        (MERGE + MERGE.replace("James", "Jack"), "x.toml:5: 'Jim Fenwick' is said to be both"),
        (MERGE + "[[merge]]\nnames = ['James Fenwick']\ninto = 'A'\nwhy = 'b'\n", "x.toml:1: 'Jim Fenwick' is merged"),
        ("merge = 3\n", "x.toml:1: 'merge' is unknown"),
    ],
)
def test_an_error_names_file_and_line(text, message):
    with pytest.raises(PeopleFileError) as error:
        parse(text, "x.toml")
    assert str(error.value).startswith(message)


def test_no_file_is_no_override_and_other_bytes_are_an_error(tmp_path):
    assert load(tmp_path / PEOPLE_FILE) == NONE
    (tmp_path / PEOPLE_FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(PeopleFileError, match="is not UTF-8"):
        load(tmp_path / PEOPLE_FILE)
    with pytest.raises(PeopleFileError):
        Store(tmp_path / "remarks.db", parser_version="1")


# ---- the roster in the tables ----------------------------------------------------------------------------------------


def test_the_tables_hold_the_roster(box):
    known = roster()
    assert box.value("SELECT count(*) FROM people WHERE roster = 1") == len(known.people)
    assert box.value("SELECT count(*) FROM offices WHERE roster = 1") == len(known.offices)
    assert box.value("SELECT count(*) FROM terms") == len(known.terms)
    of_secretaries = "FROM terms WHERE office_id = 'secretary-of-state'"
    both = box.rows(f"SELECT person_id {of_secretaries} AND '2013-02-01' BETWEEN start_date AND end_date")
    assert both == [("hillary-rodham-clinton",), ("john-kerry",)]
    assert box.rows(f"SELECT end_date, ended {of_secretaries} AND person_id = 'marco-rubio'") == [(None, 0)]
    assert_sound(box.db)


def test_a_person_of_the_roster_keeps_the_rosters_id(box):
    box.save(speech("Madeleine K. Albright"))
    assert box.rows("SELECT person_id FROM utterances") == [("madeleine-k-albright",)]
    assert people(box) == []


def test_rows_of_pages_become_the_rosters_when_it_learns_of_them(reopen):
    box = reopen()
    box.save(speech("Warren Christopher", "Jane Roe"))
    # as a database that was written before the roster knew either
    box.db.execute("DELETE FROM editions")
    box.db.execute("DELETE FROM terms")
    for old, new, name in (("warren-christopher", "wc", "Warren Christopher"), ("colin-l-powell", "cp", "Jane Roe II")):
        box.db.execute("INSERT INTO people (id, name, source) VALUES (?, 'free', 'page')", [new])
        box.db.execute("UPDATE utterances SET person_id = ? WHERE person_id = ?", [new, old])
        box.db.execute("UPDATE attributions SET person_id = ? WHERE person_id = ?", [new, old])
        box.db.execute("DELETE FROM people WHERE id = ?", [old])
        box.db.execute("UPDATE people SET name = ? WHERE id = ?", [name, new])
    # somebody else bears an id of the roster
    box.db.execute("UPDATE people SET id = 'colin-l-powell' WHERE id = 'cp'")
    box.db.execute("UPDATE utterances SET person_id = 'colin-l-powell' WHERE person_id = 'jane-roe'")
    box.db.conn.commit()
    box.store.close()
    box = reopen()
    assert [name for _, name in spoken(box)] == ["Warren Christopher", "Jane Roe II"]
    assert box.rows("SELECT person_id FROM utterances ORDER BY rowid") == [("warren-christopher",), ("jane-roe-ii",)]
    assert box.rows("SELECT name FROM people WHERE id = 'colin-l-powell'") == [("Colin L. Powell",)]
    assert box.value("SELECT count(*) FROM people WHERE name LIKE '[%'") == 0
    assert_sound(box.db)


# ---- what the operator's word does not change ------------------------------------------------------------------------


def told(box):
    return list(idle(box.db.conn, box.store.overrides))


def test_a_merge_of_names_that_nobody_bears_and_a_split_of_no_page_are_told(reopen):
    box = reopen(MERGE + SPLIT.format("https://www.state.gov/nowhere/"))
    assert told(box) == [
        "people_overrides.toml: merge: nobody is named 'Jim Fenwick'",
        "people_overrides.toml: merge: nobody is named 'J. Fenwick'",
        "people_overrides.toml: split of 'James Fenwick': no remark stands at https://www.state.gov/nowhere/",
    ]


def test_a_merge_that_holds_for_what_comes_is_none_that_changes_nothing(reopen):
    box = reopen(MERGE)
    page = speech("Jim Fenwick", "J. FENWICK")
    box.save(page)
    assert box.rows("SELECT * FROM former_ids") == []
    assert told(box) == []
    box.store.close()
    assert told(reopen(MERGE + SPLIT.format(page.page.url))) == []


def test_a_merge_that_holds_for_what_is_stored_is_none_that_changes_nothing(reopen):
    box = reopen()
    box.save(speech("Jim Fenwick", "J. Fenwick"))
    box.store.close()
    box = reopen(MERGE)
    assert len(people(box)) == 1
    assert told(box) == []


def test_a_folder_of_that_name_is_an_error(tmp_path):
    (tmp_path / PEOPLE_FILE).mkdir()
    with pytest.raises(PeopleFileError, match=r"people_overrides\.toml: is no file"):
        load(tmp_path / PEOPLE_FILE)
