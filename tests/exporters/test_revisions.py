"""Edits by State, changes of this program, pages that come back, pages that lose nearly everything."""

import json
from dataclasses import replace

import pytest

from crawler.exporters.sqlite.permalink import resolve
from crawler.exporters.sqlite.store import Store

from .made import TALK, Box, assert_sound, remark, turns

OTHER_TALK = turns(*((turn.label, turn.text.replace("noon", "dusk")) for turn in TALK))
LONG = turns(
    *(("QUESTION" if n % 2 else "MS FIELD", f"The {n}th word on pier {n} is {'said and ' * 9}done.") for n in range(8))
)


def kinds(box):
    return [(change, json.loads(all_)) for change, all_ in box.rows("SELECT change, kinds FROM revisions ORDER BY id")]


def test_two_edits_in_one_look_are_both_named(box):
    box.save(remark())
    relabelled = turns(*((turn.label.replace("MS FIELD", "MS. FIELD"), turn.text) for turn in OTHER_TALK))
    box.save(remark(relabelled, title="Corrected", date="2026-03-05"), 1)
    assert kinds(box)[1] == ("text", ["text", "label", "title", "metadata"])


def test_a_page_that_is_changed_to_and_fro_keeps_its_ids(box):
    saved = box.save(remark())
    less = turns(*((turn.label, turn.text) for turn in (TALK[0], TALK[2])))
    for hour in range(1, 9):
        box.save(remark(less if hour % 2 else TALK), hour)
    assert box.ids() == [f"{saved.remark_id}-{n}" for n in (1, 2, 3)]
    assert box.value("SELECT next_utterance FROM remarks") == 4
    assert box.value("SELECT count(*) FROM revisions") == 9
    assert_sound(box.db)


def test_a_turn_that_comes_back_in_another_version_gets_its_id_again(box):
    saved = box.save(remark())
    box.save(remark(turns(*((turn.label, turn.text) for turn in (TALK[0], TALK[2])))), 1)
    box.save(remark(turns(("MODERATOR", "Welcome."), *((turn.label, turn.text) for turn in TALK))), 2)
    assert box.ids() == [f"{saved.remark_id}-{n}" for n in (4, 1, 2, 3)]


# ---- permalinks ------------------------------------------------------------------------------------------------------


def test_a_joined_turn_leads_to_the_one_that_holds_it(box):
    saved = box.save(remark())
    joined = turns(("MS FIELD", f"{TALK[0].text}\n\n{TALK[2].text}"), ("QUESTION", TALK[1].text))
    box.save(remark(joined), 1)
    old = f"{saved.remark_id}-3"
    assert box.rows("SELECT old_id, new_id, kind, since_revision FROM redirects") == [
        (old, f"{saved.remark_id}-1", "merge", 2)
    ]
    found = resolve(box.db, old)
    assert (found.id, found.is_current, found.remark_id) == (f"{saved.remark_id}-1", True, saved.remark_id)
    box.save(remark(), 2)
    assert box.rows("SELECT * FROM redirects") == []
    assert resolve(box.db, old).id == old


def test_a_turn_that_was_taken_away_leads_to_its_last_words(box):
    saved = box.save(remark())
    box.save(remark(turns(*((turn.label, turn.text) for turn in TALK[:2]))), 1)
    found = resolve(box.db, f"{saved.remark_id}-3")
    assert (found.id, found.is_current, found.revision, found.text) == (
        f"{saved.remark_id}-3", False, 1, "The harbor master did.",
    )  # fmt: skip
    assert resolve(box.db, f"{saved.remark_id}-99") is None


# ---- this program ----------------------------------------------------------------------------------------------------


class Upgraded:
    """A box whose program was changed: `reads` is what it makes of the first capture now."""

    def __init__(self, folder, reads):
        with Store(folder / "remarks.db", parser_version="1") as store:
            box = Box(store, folder)
            self.first = box.capture(remark(), body=b"first")
            self.id = store.save(remark(), self.first, box.run).remark_id
        self.store = Store(folder / "remarks.db", parser_version="2", reread=self.reread)
        self.box = Box(self.store, folder)
        self.reads = reads
        self.asked = []

    def reread(self, db, capture_id):
        self.asked.append(capture_id)
        return None if self.reads is None else (self.reads, self.first)


@pytest.fixture
def upgraded(tmp_path):
    made = []

    def make(reads):
        made.append(Upgraded(tmp_path, reads))
        return made[-1]

    yield make
    for one in made:
        one.store.close()


NOTED = remark(TALK, title="Briefing on the Harbor Accord, as this version reads it")


def test_other_bytes_read_otherwise_by_another_program_are_the_programs_change(upgraded):
    """The nonce of the page changed, and the program meanwhile: State has edited nothing."""
    new = upgraded(NOTED)
    saved = new.box.save(NOTED, 5, body=b"first, with another nonce")
    assert (saved.change, saved.revision) == ("parser", 2)
    assert kinds(new.box) == [("new", ["new"]), ("parser", ["parser"])]
    assert new.box.rows("SELECT capture_id, parser_version FROM revisions WHERE revision = 2") == [(1, "2")]
    assert new.asked == [1]
    assert new.box.save(NOTED, 6, body=b"first, with a third nonce").change == "unchanged"
    assert new.asked == [1]


def test_a_change_of_both_is_two_revisions(upgraded):
    new = upgraded(NOTED)
    saved = new.box.save(remark(OTHER_TALK, title=NOTED.page.title), 5, body=b"edited")
    assert (saved.change, saved.revision) == ("text", 3)
    assert [change for change, _ in kinds(new.box)] == ["new", "parser", "text"]
    assert new.box.ids() == [f"{new.id}-{n}" for n in (1, 2, 3)]


def test_an_edit_seen_by_another_program_that_reads_the_old_page_alike_is_an_edit(upgraded):
    new = upgraded(remark())
    assert new.box.save(remark(OTHER_TALK), 5, body=b"edited").change == "text"
    assert [change for change, _ in kinds(new.box)] == ["new", "text"]


def test_a_speaker_known_only_now_is_the_programs_change(upgraded):
    known = replace(remark(), utterances=tuple(replace(turn, role="press") for turn in TALK))
    new = upgraded(known)
    assert new.box.save(known, 5, body=b"first, with another nonce").change == "parser"
    assert {role for (role,) in new.box.rows("SELECT speaker_role FROM utterances")} == {"press"}


def test_a_capture_that_cannot_be_read_again_is_told(upgraded):
    new = upgraded(None)
    saved = new.box.save(NOTED, 5, body=b"first, with another nonce")
    assert saved.change == "title"
    assert "cannot be read again" in saved.reason
    assert "cannot be read again" in new.box.value("SELECT reason FROM captures WHERE id = ?", 2)


# ---- thinner ---------------------------------------------------------------------------------------------------------


def test_half_of_the_words_gone_is_stored_and_said(box):
    box.save(remark(LONG))
    saved = box.save(remark(LONG[:3]), 1)
    assert (saved.change, saved.revision) == ("text", 2)
    assert saved.reason.startswith("thinner: ")
    assert box.rows("SELECT thinner FROM revisions ORDER BY id") == [(0,), (1,)]
    assert box.save(remark(LONG), 2).reason is None


EMPTIED = {
    "one turn of eight": remark(LONG[:1]),
    "a text without turns": remark((), text="This transcript has been withdrawn."),
}


@pytest.mark.parametrize("case", EMPTIED)
def test_nearly_nothing_is_held_back_until_another_day(box, case):
    first = box.save(remark(LONG))
    thin = EMPTIED[case]
    held = box.save(thin, 1)
    assert (held.change, held.revision, held.remark_id) == ("thinner", 1, first.remark_id)
    assert "not stored before" in held.reason
    assert box.rows("SELECT outcome, remark_id FROM captures ORDER BY id")[1] == ("thinner", first.remark_id)
    assert [refused.outcome for refused in box.store.refused("www.state.gov")] == ["thinner"]
    assert box.save(thin, 9).change == "thinner"
    assert len(box.ids()) == 8
    saved = box.save(thin, 26)
    assert (saved.change, saved.revision) == ("text", 2)
    assert saved.reason.startswith("emptied: ")
    assert box.value("SELECT thinner FROM revisions WHERE revision = 2") == 1
    back = box.save(remark(LONG), 30)
    assert (back.change, back.revision) == ("text", 3)
    assert box.ids() == [f"{first.remark_id}-{n}" for n in range(1, 9)]


def test_what_comes_back_in_between_is_waited_for_anew(box):
    box.save(remark(LONG))
    thin = EMPTIED["one turn of eight"]
    box.save(thin, 1)
    box.save(remark(LONG), 2)
    assert box.save(thin, 30).change == "thinner"


def test_another_near_nothing_is_another_look(box):
    box.save(remark(LONG))
    box.save(EMPTIED["one turn of eight"], 1)
    assert box.save(EMPTIED["a text without turns"], 30).change == "thinner"


def test_a_short_text_may_lose_a_line(box):
    box.save(remark())
    assert box.save(remark(TALK[:1]), 1).reason is None


def test_a_thinner_copy_in_an_archive_replaces_nothing(box):
    box.save(remark(LONG))
    assert box.save(remark(LONG[:3]), 1, via="wayback").change == "thinner"
    assert box.save(remark(LONG[:3]), 90, via="wayback").change == "thinner"
    assert box.save(remark(LONG[:7]), 91, via="wayback").change == "text"


def test_a_copy_in_an_archive_is_as_old_as_its_date(box):
    box.save(remark())
    box.save(remark(), 50)
    assert box.save(remark(OTHER_TALK), 49, via="wayback").change == "unchanged"
    assert box.save(remark(OTHER_TALK), 51, via="wayback").change == "text"
