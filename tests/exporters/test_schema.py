import sqlite3

import pytest
from sqlite_utils import Database

from crawler.exporters.sqlite.columns import COLUMNS, TABLES, VIEWS
from crawler.exporters.sqlite.schema import NewerSchema
from crawler.exporters.sqlite.store import Store

from .made import assert_sound, remark, turns

# What other programs are written against: these names stay.
CONTRACT = {
    "remarks": "id url host title type date published_at modified_at place venue byline language text word_count "
    "utterance_count revision status via first_seen_at last_seen_at",
    "utterances": "id remark_id position label speaker_role person_id office_id text word_count language interpreted "
    "prev_id next_id",
    "comments": "remark_id utterance_id offset kind text",
    "corrections": "utterance_id offset said corrected how",
    "people": "id name",
    "offices": "id name",
    "terms": "person_id office_id start_date end_date source",
    "attributions": "utterance_id person_id office_id method confidence evidence",
    "urls": "url remark_id first_seen_at last_seen_at canonical",
    "revisions": "remark_id revision capture_id seen_at digest parser_version change",
    "utterance_versions": "utterance_id revision position label text",
    "captures": "id run_id url fetched_at status via digest warc_file warc_offset template outcome",
    "runs": "id started_at ended_at arguments requests bytes new changed unchanged gone blocked failed verdict "
    "versions",
    "utterances_fts": "text label",
    "remarks_fts": "title text",
}


def columns(db, table):
    return {column.name for column in db[table].columns}


@pytest.mark.parametrize("table", CONTRACT)
def test_contract(box, table):
    assert set(CONTRACT[table].split()) <= columns(box.db, table)


def test_notes_name_what_is_there(box):
    ours = {name for name in box.db.table_names() if not name.startswith(("_", "sqlite_")) and "_fts_" not in name}
    assert TABLES.keys() == ours
    assert VIEWS.keys() == set(box.db.view_names())
    for table, notes in COLUMNS.items():
        assert notes.keys() <= columns(box.db, table), table


def test_tables_are_strict_and_keys_are_kept(box):
    for name in box.db.table_names():
        if name in COLUMNS:
            assert box.db.table(name).strict, name
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        box.db.execute("UPDATE runs SET requests = 'many'")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        box.db.execute("INSERT INTO terms (person_id, office_id, source) VALUES ('nobody', 'none', 'x')")


def test_newer_schema_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "remarks.db"
    Store(path, parser_version="1").close()
    with Database(path) as db:
        db.table("_sqlite_migrations").insert(
            {"migration_set": "remarks", "name": "of_next_year", "applied_at": "2030-01-01"}
        )
    before = path.read_bytes()
    with pytest.raises(NewerSchema, match="of_next_year"):
        Store(path, parser_version="1")
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "remarks.db"
    path.write_text("This is a letter, and a long one. " * 100)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        Store(path, parser_version="1")


def test_opening_again_changes_nothing(box):
    box.save(remark())
    with Store(box.store.path, parser_version="1") as again:
        assert list(again.db.iterdump()) == list(box.db.iterdump())


def index_size(db):
    return db.execute("SELECT count(*), sum(length(block)) FROM utterances_fts_data").fetchone()


def test_an_upsert_that_changes_nothing_leaves_the_index_alone(box):
    box.save(remark())
    before = index_size(box.db)
    for _ in range(3):
        box.db.table("utterances").upsert_all(list(box.db.table("utterances").rows), pk="id")
        box.db.table("remarks").upsert_all(list(box.db.table("remarks").rows), pk="id")
    assert index_size(box.db) == before
    assert_sound(box.db)


def test_replacing_a_row_leaves_no_dead_entry(box):
    saved = box.save(remark())
    row = box.db.table("utterances").get(f"{saved.remark_id}-2")
    box.db.table("utterances").insert(row | {"text": "Entirely different words."}, replace=True)
    assert_sound(box.db)
    found = box.rows("SELECT rowid FROM utterances_fts WHERE utterances_fts MATCH 'signed'")
    assert found == [(1_000_001,)]


def finds(db, word):
    join = "SELECT u.id FROM utterances_fts f JOIN utterances u ON u.rowid = f.rowid WHERE utterances_fts MATCH ?"
    return [id_ for (id_,) in db.execute(join, [word])]


def test_search_survives_vacuum(box, tmp_path):
    for n in range(4):
        box.save(remark(turns(("QUESTION", f"Is pier{n} open?")), path=f"/pier-{n}/", wp_id=n + 1, title=f"Pier {n}"))
    box.save(remark(turns(("MS FIELD", "It was, until noon.")), path="/pier-1/", wp_id=2, title="Pier 1"), 1)
    wanted = finds(box.db, "pier3")
    assert len(wanted) == 1
    box.db.vacuum()
    box.db.execute("VACUUM INTO ?", [str(tmp_path / "vacuumed.db")])
    with Database(tmp_path / "vacuumed.db") as vacuumed:
        for db in (box.db, vacuumed):
            assert finds(db, "pier3") == wanted
            assert_sound(db)


def test_search_leads_to_rows_by_a_number_that_is_their_own(box):
    """Copied row by row into other places of another file, the rows still fit the index."""
    for n in range(3):
        box.save(remark(turns(("QUESTION", f"Is pier{n} open?")), path=f"/pier-{n}/", wp_id=n + 1))
    wanted = finds(box.db, "pier1")
    rows = sorted(box.db.table("utterances").rows, key=lambda row: row["id"])
    box.db.execute("DROP TRIGGER utterances_fts_insert")
    box.db.execute("DROP TRIGGER utterances_fts_delete")
    box.db.execute("DELETE FROM utterances")
    box.db.table("utterances").insert_all(rows)
    assert finds(box.db, "pier1") == wanted
    assert_sound(box.db)


OBVIOUS = {
    "SELECT * FROM remarks WHERE date BETWEEN '2026-01-01' AND '2026-02-01' ORDER BY date": "remarks_date",
    "SELECT * FROM remarks WHERE type = 'Interview' ORDER BY date DESC": "remarks_type_date",
    "SELECT * FROM utterances WHERE remark_id = 'a' ORDER BY position": "sqlite_autoindex_utterances",
    "SELECT * FROM utterances WHERE person_id = 'a'": "utterances_spoken",
    "SELECT * FROM utterances WHERE label = 'QUESTION'": "utterances_label",
    "SELECT * FROM comments WHERE utterance_id = 'a'": "comments_utterance",
    "SELECT remark_id FROM urls WHERE url = 'https://www.state.gov/a/'": "sqlite_autoindex_urls",
    "SELECT * FROM captures WHERE url = 'a' OR requested_url = 'a'": "captures_requested_url",
    "SELECT * FROM revisions WHERE seen_at > '2026' ORDER BY seen_at": "revisions_seen",
    "SELECT * FROM utterance_versions WHERE remark_id = 'a' AND revision = 1": "utterance_versions_remark",
    "SELECT u.* FROM utterances_fts f JOIN utterances u ON u.rowid = f.rowid WHERE utterances_fts MATCH 'a'": "rowid=?",
}


@pytest.mark.parametrize("sql", OBVIOUS)
def test_obvious_queries_read_no_whole_table_and_sort_nothing(box, sql):
    plan = " | ".join(row[3] for row in box.rows(f"EXPLAIN QUERY PLAN {sql}"))
    assert OBVIOUS[sql] in plan
    assert "TEMP B-TREE" not in plan
    assert "SCAN" not in plan.replace("SCAN f VIRTUAL TABLE", "")
