"""What becomes of a remark: new, seen again, revised, elsewhere, and refused."""

import json
import re
from dataclasses import replace

import pytest

from crawler.items import Comment, Note, Utterance

from .made import SLUG, TALK, TIME, assert_sound, full_remark, remark, turns

ARCHIVE = "2021-2025.state.gov"


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
        (f"{row['id']}-1", 1, "ada-field", "spokesperson--2", "byline", 0.9, "the byline names one Field")
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
        (("Treaty Room",), "Treaty Room", None),
        (("Harbor City, Ruritania", "Treaty Room"), "Harbor City, Ruritania", "Treaty Room"),
        (("Treaty Room", "Harbor City, Ruritania"), "Harbor City, Ruritania", "Treaty Room"),
        (("Harbor City", "Hotel Bristol"), "Harbor City", "Hotel Bristol"),
        (("Pier 4", "Hall B", "Harbor City, Ruritania"), "Harbor City, Ruritania", "Pier 4; Hall B"),
    ],
)
def test_place_and_venue(box, places, place, venue):
    box.save(remark(places=places))
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


# ---- addresses -------------------------------------------------------------------------------------------------------


def addresses(box):
    return box.rows("SELECT url, canonical, last_seen_at FROM urls ORDER BY first_seen_at, url")


def test_another_slug_is_another_address(box):
    first = box.save(remark())
    moved = remark(path="/accord/")
    second = box.save(moved, 1, requested_url=remark().page.url)
    assert (second.change, second.new_address, second.remark_id) == ("unchanged", True, first.remark_id)
    assert addresses(box) == [
        (remark().page.url, 0, TIME.format(1)),
        (moved.page.url, 1, TIME.format(1)),
    ]
    assert box.rows("SELECT url, host, status FROM remarks") == [(moved.page.url, "www.state.gov", "moved")]
    assert not box.save(moved, 2).new_address


def test_a_copy_on_another_host_adds_an_address_and_no_revision(box):
    first = box.save(remark())
    copy = remark(OTHER_TALK, host=ARCHIVE, title="Another Title", tags=("Ruritania",))
    second = box.save(copy, 1)
    assert (second.change, second.revision, second.new_address) == ("unchanged", 1, True)
    assert second.remark_id == first.remark_id
    assert box.rows("SELECT url, home FROM remarks") == [(remark().page.url, "www.state.gov")]
    outcome, reason = box.rows("SELECT outcome, reason FROM captures")[1]
    assert (outcome, reason) == ("unchanged", "differs from revision 1, which www.state.gov showed")
    assert box.save(remark(), 2).change == "unchanged"
    assert box.save(copy, 3).change == "unchanged"
    assert box.value("SELECT last_seen_at FROM remarks") == TIME.format(3)


def test_a_redirect_hands_the_remark_over_to_the_other_host(box):
    box.save(remark())
    archived = remark(OTHER_TALK, host=ARCHIVE)
    saved = box.save(archived, 1, requested_url=remark().page.url)
    assert (saved.change, saved.revision) == ("text", 2)
    assert box.rows("SELECT host, home FROM remarks") == [(ARCHIVE, ARCHIVE)]
    # www shows it again: what it shows counts
    assert box.save(remark(), 2).change == "text"
    assert box.rows("SELECT host, home FROM remarks") == [("www.state.gov", "www.state.gov")]


def test_a_page_that_names_another_host_as_canonical_is_still_of_its_own_host(box):
    """An archive host may go on naming www: what it shows is its own."""
    here = f"https://{ARCHIVE}{SLUG}"
    box.save(remark(), url=here)
    assert box.rows("SELECT host, home FROM remarks") == [("www.state.gov", ARCHIVE)]
    assert box.save(remark(OTHER_TALK), 1, url=here).change == "text"
    assert box.save(remark(OTHER_TALK), 2).change == "unchanged"
    assert box.value("SELECT home FROM remarks") == "www.state.gov"


def test_an_earlier_capture_never_overwrites_a_later_one(box):
    box.save(remark(), 5)
    assert box.save(remark(OTHER_TALK, path="/accord/"), 2, via="wayback").change == "unchanged"
    assert box.rows("SELECT url, first_seen_at, last_seen_at FROM remarks") == [
        (remark().page.url, TIME.format(2), TIME.format(5))
    ]
    assert addresses(box)[0] == ("https://www.state.gov/accord/", 0, TIME.format(2))


def test_an_address_that_another_document_takes_over(box):
    old = box.save(remark())
    other = remark(turns(("QUESTION", "Is the bridge open?")), wp_id=9002, title="On the Bridge", date="2026-03-04")
    new = box.save(other, 1)
    assert (new.change, new.revision) == ("new", 1)
    assert new.remark_id != old.remark_id
    assert box.rows("SELECT remark_id, canonical FROM urls ORDER BY first_seen_at") == [
        (old.remark_id, 0),
        (new.remark_id, 1),
    ]
    assert box.store.known(other.page.url).remark_id == new.remark_id
    # The old work turns up again elsewhere and is still itself.
    found = box.save(remark(path="/accord-of-march/"), 2)
    assert (found.remark_id, found.change, found.new_address) == (old.remark_id, "unchanged", True)
    assert box.save(other, 3).remark_id == new.remark_id


@pytest.mark.parametrize("first", [9001, 9002])
def test_an_address_is_known_for_the_work_that_was_seen_there_last(box, first):
    box.save(remark(wp_id=first, title="First"))
    later = box.save(remark(wp_id=9001 + 9002 - first, title="Later"), 1)
    assert box.store.known(remark().page.url).remark_id == later.remark_id


def test_a_number_that_is_given_again_is_another_work(box):
    old = box.save(remark())
    other = remark(turns(("QUESTION", "Is it?")), path="/bridge/", title="On the Bridge", date="2031-01-01")
    new = box.save(other, 1)
    assert new.change == "new"
    assert box.rows("SELECT work_key FROM remarks ORDER BY rowid") == [("wp:9001",), ("wp:9001@2031-01-01",)]
    assert box.save(other, 2).remark_id == new.remark_id
    assert box.save(remark(), 3).remark_id == old.remark_id


def test_a_page_without_a_number_is_found_by_its_path(box):
    first = box.save(remark(wp_id=None))
    assert box.value("SELECT work_key FROM remarks") == f"path:{SLUG}"
    assert box.save(remark(wp_id=None, host=ARCHIVE), 1).remark_id == first.remark_id
    assert box.save(remark(wp_id=9001), 2).remark_id == first.remark_id
    assert box.save(remark(wp_id=9001, path="/accord/"), 3).remark_id == first.remark_id


def test_a_page_without_a_number_is_found_by_the_address_that_gave_it(box):
    first = box.save(remark(wp_id=None))
    renamed = box.save(remark(wp_id=None, path="/accord/"), 1, url=remark().page.url)
    assert (renamed.remark_id, renamed.new_address) == (first.remark_id, True)


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
