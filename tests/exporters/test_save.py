"""What becomes of a remark: new, seen again, revised, and refused."""

import json
import re
from dataclasses import replace

import pytest

from crawler.items import Comment, Link, Note, Utterance

from .made import TALK, TIME, assert_sound, full_remark, remark, turns


def test_everything_of_a_remark_is_stored(box):
    saved = box.save(full_remark())
    assert (saved.revision, saved.change, saved.utterances, saved.new_address) == (1, "new", 2, True)
    (row,) = box.db.table("remarks").rows
    assert {name: row[name] for name in ("id", "rowid", "work_key", "host", "home", "status", "via", "revision")} == {
        "id": saved.remark_id,
        "rowid": 1,
        "work_key": "wp:9001",
        "host": "www.state.gov",
        "home": "www.state.gov",
        "status": "live",
        "via": "live",
        "revision": 1,
    }
    assert (row["place"], row["venue"]) == ("Harbor City, Ruritania", "Treaty Room")
    assert row["byline"] == "Ada Field, Spokesperson; Bo Ås, Foreign Minister"
    assert json.loads(row["tags"]) == ["Ruritania", "Harbors & Seas"]
    assert (row["word_count"], row["utterance_count"], row["next_utterance"]) == (10, 2, 3)
    assert (row["first_seen_at"], row["last_seen_at"]) == (TIME.format(0), TIME.format(0))

    first, second = box.db.table("utterances").rows
    assert (first["id"], first["rowid"], first["position"]) == (f"{row['id']}-1", 1_000_001, 1)
    assert (first["person_id"], first["office_id"], first["interpreted"]) == ("ada-field", "spokesperson--2", 0)
    assert (second["label"], second["person_id"], second["interpreted"]) == ("FOREIGN MINISTER ÅS", None, 1)
    assert (first["word_count"], second["word_count"]) == (5, 5)

    assert box.rows('SELECT id, utterance_id, "after", "offset", kind, revision FROM comments') == [
        (f"{row['id']}-1.1", f"{row['id']}-1", None, 16, "laughter", 1),
        (f"{row['id']}-2.1", f"{row['id']}-2", None, 0, "interpretation", 1),
        (f"{row['id']}.1", None, 0, None, "clock", 1),
    ]
    assert box.rows("SELECT * FROM attributions") == [
        (f"{row['id']}-1", 1, "ada-field", "spokesperson--2", "byline", 0.9, "the byline names one Field", "Ada Field")
    ]
    assert box.rows("SELECT utterance_id, revision, position, label FROM utterance_versions") == [
        (f"{row['id']}-1", 1, 1, "MS FIELD"),
        (f"{row['id']}-2", 1, 2, "FOREIGN MINISTER ÅS"),
    ]
    assert box.rows("SELECT change, words_added, words_removed, parser_version FROM revisions") == [("new", 13, 0, "1")]
    assert box.rows("SELECT outcome, template, remark_id, modified_at FROM captures") == [
        ("ok", "wordpress_2025", row["id"], "2026-03-04T11:00:00Z")
    ]
    assert_sound(box.db)


def test_absent_is_null_never_empty(box):
    box.save(remark(tags=(), byline=(), places=()))
    (row,) = box.db.table("remarks").rows
    for name in ("tags", "byline", "place", "venue", "problems", "language", "published_at"):
        assert row[name] is None
    for table in box.db.table_names():
        for row in [] if "_fts" in table else box.db.table(table).rows:
            assert "" not in row.values(), table


@pytest.mark.parametrize(
    ("places", "place", "venue"),
    [
        ((), None, None),
        (("Via Teleconference",), None, "Via Teleconference"),
        (("Treaty Room",), None, "Treaty Room"),
        (("Hotel Bristol Annex",), None, "Hotel Bristol Annex"),
        (("Joint Base Marlow",), "Joint Base Marlow", None),
        (("Tern Hall, Port Alder",), "Tern Hall, Port Alder", None),
        (("Harbor City, Ruritania", "Treaty Room"), "Harbor City, Ruritania", "Treaty Room"),
        (("Treaty Room", "Harbor City, Ruritania"), "Harbor City, Ruritania", "Treaty Room"),
        (("Harbor City", "Hotel Bristol"), "Harbor City", "Hotel Bristol"),
        (("Pier 4", "Hall B", "Harbor City, Ruritania"), "Harbor City, Ruritania", "Pier 4; Hall B"),
    ],
)
def test_place_and_venue(box, places, place, venue):
    box.save(remark(places=places))
    assert box.rows("SELECT place, venue FROM remarks") == [(place, venue)]


@pytest.mark.parametrize(
    ("venues", "city", "place", "venue"),
    [
        (("Lakes Summit",), ("Harbor City, Ruritania",), "Harbor City, Ruritania", "Lakes Summit"),
        (("Pier 4, North Quay",), ("Harbor City",), "Harbor City", "Pier 4, North Quay"),
        (("Pier 4, North Quay",), (), None, "Pier 4, North Quay"),
        (("Tern Hall", "Pier 4"), ("Harbor City",), "Harbor City", "Tern Hall; Pier 4"),
        ((), ("Via Teleconference",), None, "Via Teleconference"),
        (("Tern Hall",), ("Via Teleconference",), None, "Tern Hall; Via Teleconference"),
    ],
)
def test_what_the_page_marks_as_a_venue_is_no_city(box, venues, city, place, venue):
    box.save(remark(places=(*venues, *city), venues=venues))
    assert box.rows("SELECT place, venue FROM remarks") == [(place, venue)]


def test_a_written_release_counts_the_words_of_its_text(box):
    box.save(remark((), text="The accord (signed today) enters into force."))
    assert box.rows("SELECT word_count, utterance_count FROM remarks") == [(5, 0)]


def test_seen_again_only_the_times_move(box):
    first = box.save(full_remark())
    tables = [name for name in box.db.table_names() if name not in ("remarks", "captures", "urls")]
    before = {name: list(box.db.table(name).rows) for name in tables}
    again = replace(full_remark(), page=replace(full_remark().page, modified_at=TIME.format(4), tags=("Other",)))
    second = box.save(again, 5)
    assert (second.change, second.new_address, second.remark_id) == ("unchanged", False, first.remark_id)
    assert {name: list(box.db.table(name).rows) for name in tables} == before
    assert box.rows("SELECT first_seen_at, last_seen_at FROM remarks") == [(TIME.format(0), TIME.format(5))]
    assert box.rows("SELECT outcome, modified_at FROM captures")[1] == ("unchanged", TIME.format(4))


OTHER_TALK = turns(*((turn.label, turn.text.replace("noon", "dusk")) for turn in TALK))
RELABELLED = turns(*((turn.label.replace("MS FIELD", "MS. FIELD"), turn.text) for turn in TALK))
NOTE = Note(after=3, comment=Comment(kind="closer", text="# # #"))
CHANGES = {
    "text": remark(OTHER_TALK),
    "label": remark(RELABELLED),
    "title": remark(title="Briefing on the Harbor Accord (Corrected)"),
    "text outside turns": remark(text="MS FIELD: Something else is printed."),
    "line outside turns": remark(notes=(NOTE,)),
    "date": remark(date="2026-03-05"),
    "type": remark(type="Remarks"),
    "byline": remark(byline=("Ada Field, Spokesperson",)),
    "place": remark(places=("Harbor City",)),
    "text before title": remark(OTHER_TALK, title="Another"),
    "label before title": remark(RELABELLED, title="Another"),
}
KINDS = {
    "text outside turns": "text",
    "line outside turns": "text",
    "date": "metadata",
    "type": "metadata",
    "byline": "metadata",
    "place": "metadata",
    "text before title": "text",
    "label before title": "label",
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_makes_a_revision_of_its_kind(box, case):
    first = box.save(remark())
    ids = box.ids()
    second = box.save(CHANGES[case], 1)
    assert (second.remark_id, second.revision, second.change) == (first.remark_id, 2, KINDS.get(case, case))
    assert box.ids() == ids
    assert box.rows("SELECT revision, change FROM revisions") == [(1, "new"), (2, second.change)]
    assert box.save(CHANGES[case], 2).change == "unchanged"
    assert_sound(box.db)


def test_the_same_bytes_read_otherwise_are_the_parsers_change(box):
    box.save(remark(), body=b"the same")
    assert box.save(remark(OTHER_TALK), 1, body=b"the same").change == "parser"


def test_a_revision_keeps_ids_and_history(box):
    saved = box.save(remark())
    said = [
        ("MS FIELD", "Good afternoon. The accord was signed at dusk."),
        ("MODERATOR", "First question, please."),
        ("QUESTION", "Who signed for the harbor?"),
        ("QUESTION", "And for the town?"),
    ]
    box.save(remark(turns(*said)), 1)
    assert box.ids() == [f"{saved.remark_id}-{n}" for n in (1, 4, 2, 5)]
    counts = "SELECT words_added, words_removed, turns_added, turns_removed, turns_changed FROM revisions"
    assert box.rows(f"{counts} WHERE revision = 2") == [(7, 4, 2, 1, 1)]
    assert box.rows("SELECT utterance_id, text FROM utterance_versions WHERE revision = 1") == [
        (f"{saved.remark_id}-{n}", turn.text) for n, turn in enumerate(TALK, 1)
    ]
    # What comes back gets the id that it had; a number that was given once is not given to another turn.
    box.save(remark(), 2)
    assert box.ids() == [f"{saved.remark_id}-{n}" for n in (1, 2, 3)]
    assert box.value("SELECT next_utterance FROM remarks") == 6
    assert_sound(box.db)


def test_rows_that_did_not_change_are_not_touched(box):
    box.save(full_remark())
    box.db.execute("CREATE TABLE touched (name TEXT)")
    for table, key in (("utterances", "id"), ("comments", "id"), ("attributions", "utterance_id")):
        for deed, side in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
            box.db.execute(
                f"CREATE TRIGGER spy_{table}_{deed} AFTER {deed} ON {table} "
                f"BEGIN INSERT INTO touched VALUES ({side}.{key}); END"
            )
    changed = full_remark()
    second = replace(changed.utterances[1], text="(Via interpreter) Thank you.\n\nAnd good night.")
    saved = box.save(replace(changed, utterances=(changed.utterances[0], second)), 1)
    assert box.rows("SELECT DISTINCT name FROM touched") == [(f"{saved.remark_id}-2",)]


def test_comments_and_attributions_follow_their_turns(box):
    saved = box.save(full_remark())
    first, second = full_remark().utterances
    applause = Comment(kind="applause", text="(Applause.)", offset=18)
    opening = Utterance(label="MODERATOR", text="Please be seated. (Applause.)", comments=(applause,))
    changed = replace(first, person="Bea Field", comments=())
    box.save(replace(full_remark(), utterances=(opening, changed, second), notes=()), 1)
    assert box.rows("SELECT id, utterance_id, kind, revision FROM comments ORDER BY id") == [
        (f"{saved.remark_id}-2.1", f"{saved.remark_id}-2", "interpretation", 1),
        (f"{saved.remark_id}-3.1", f"{saved.remark_id}-3", "applause", 2),
    ]
    assert box.rows("SELECT utterance_id, person_id FROM attributions") == [(f"{saved.remark_id}-1", "bea-field")]
    assert box.rows("SELECT id FROM people WHERE roster = 0 ORDER BY id") == [("ada-field",), ("bea-field",)]
    assert_sound(box.db)


# ---- refusals --------------------------------------------------------------------------------------------------------

COMMENT = Utterance(label="QUESTION", text="Yes.", comments=(Comment(kind="event", text="\ud800"),))
UNSTORABLE = {
    "title: half a surrogate pair, U+D800, at 3": remark(title="Bri\ud800fing"),
    "turn 2, text: half a surrogate pair": remark(turns(("QUESTION", "Yes."), ("QUESTION", "\udfff"))),
    "turn 1, comment: half a surrogate pair": remark((COMMENT,)),
    "turn 1, person: half a surrogate pair": remark((replace(TALK[0], person="\ud800", method="byline"),)),
    "byline 1: half a surrogate pair": remark(byline=("\ud800",)),
    "text: NUL at 2": remark(text="a \0 b"),
    "turn 1, label: empty text": remark(turns(("", "Yes."))),
    "text: empty text": remark(text=""),
    "problem 1: NUL": remark(problems=("\0",)),
    "note 1: NUL": remark(notes=(Note(after=0, comment=Comment(kind="clock", text="\0")),)),
}


@pytest.mark.parametrize("message", UNSTORABLE)
def test_what_cannot_be_given_back_is_refused_by_name(box, message):
    page = UNSTORABLE[message]
    capture = box.capture(page)
    with pytest.raises(ValueError, match=re.escape(message)) as refusal:
        box.store.save(page, capture, box.run)
    assert page.page.url in str(refusal.value)
    assert [box.value(f"SELECT count(*) FROM {name}") for name in ("remarks", "urls", "lines")] == [0] * 3
    assert box.value("SELECT count(*) FROM people WHERE roster = 0") == 0
    assert box.rows("SELECT outcome FROM captures") == [("fetched",)]


@pytest.mark.parametrize(
    "text", ["👩🏽‍🚀 ok", "a\u2028b\u2029c", "a\u0085b\vc\fd", "e\u0301", "\ufeffa", "\U0010ffff", "a\x01b"]
)
def test_odd_text_comes_back_as_it_was(box, text):
    box.save(remark(turns(("QUESTION", text)), title=text))
    assert box.rows("SELECT title, u.text FROM remarks JOIN utterances u ON remark_id = remarks.id") == [(text, text)]
    box.publish()
    (line,) = box.lines()
    assert (line["title"], line["utterances"][0]["text"]) == (text, text)
    assert len(box.jsonl.read_text("utf-8").splitlines()) == 1


def test_markup_in_a_title_stays_text(box):
    title = '<script>alert("1")</script>"><img onerror=x>'
    box.save(remark(title=title))
    assert box.value("SELECT title FROM remarks") == title
    assert box.value("SELECT count(*) FROM remarks_fts WHERE remarks_fts MATCH 'onerror'") == 1


def test_a_capture_must_be_stored_first_and_for_that_run(box):
    capture = box.capture(remark())
    for wrong, run in ((replace(capture, id=None), box.run), (replace(capture, id=99), box.run), (capture, 99)):
        with pytest.raises(ValueError, match="is not stored for run"):
            box.store.save(remark(), wrong, run)
    with pytest.raises(ValueError, match="captures has no row 99"):
        box.store.set_outcome(99, "gone")


def test_a_failure_in_the_middle_leaves_nothing(box):
    box.save(remark())
    before = list(box.db.iterdump())
    box.db.execute("CREATE TEMP TRIGGER fail BEFORE INSERT ON urls BEGIN SELECT RAISE(ABORT, 'no'); END")
    capture = box.capture(remark(OTHER_TALK, path="/accord/"), 1)
    with pytest.raises(Exception, match="no"):
        box.store.save(remark(OTHER_TALK, path="/accord/"), capture, box.run)
    box.db.execute("DELETE FROM captures WHERE id = ?", [capture.id])
    assert list(box.db.iterdump()) == before
    assert_sound(box.db)


def test_a_page_that_does_not_say_when_it_was_put_up_takes_it_from_the_indexes(box):
    page = remark(published_at=None)
    index = box.capture(remark(path="/press-releases/"), 1, body=b"index")
    feed = Link(url=page.page.url, source="feed", published_at=TIME.format(3))
    box.store.note_listed([feed], index)
    box.save(page, 2)
    assert box.rows("SELECT published_at FROM remarks") == [(TIME.format(3),)]
    assert json.loads(box.rows("SELECT line FROM lines")[0][0])["published_at"] == TIME.format(3)
    other = remark(path="/second/", wp_id=9002, published_at=None, title="Second")
    box.save(other, 4)
    box.store.note_listed([replace(feed, url=other.page.url, source="rest", published_at=TIME.format(5))], index)
    assert box.rows("SELECT published_at FROM remarks ORDER BY rowid") == [(TIME.format(3),), (TIME.format(5),)]
    told = remark(path="/third/", wp_id=9003, published_at=TIME.format(6), title="Third")
    box.store.note_listed([replace(feed, url=told.page.url)], index)
    box.save(told, 7)
    assert box.rows("SELECT published_at FROM remarks")[-1] == (TIME.format(6),)
