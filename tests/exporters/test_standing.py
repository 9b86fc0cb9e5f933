"""Where a remark stands: moved, gone and back, and what is none of these."""

import pytest

from .made import HOST, SLUG, assert_sound, remark, turns

ARCHIVE = "2021-2025.state.gov"
OTHER = remark(turns(("QUESTION", "Is the bridge open?")), wp_id=9002, title="On the Bridge", date="2026-03-05")
MOVED = remark(path="/accord/")


def statuses(box):
    return [status for (status,) in box.rows("SELECT status FROM statuses ORDER BY id")]


def status(box, remark_id):
    return box.value("SELECT status FROM remarks WHERE id = ?", remark_id)


@pytest.fixture
def held(box):
    """A remark that was seen, and whose host answers its indexes."""
    return box.save(remark()).remark_id


def test_gone_after_a_second_look_on_another_day(box, held):
    (first,) = box.miss(remark(), 1)
    assert (first.remark_id, first.status, first.changed) == (held, "live", False)
    box.hear(2)
    assert not box.miss(remark(), 12)[0].changed
    (second,) = box.miss(remark(), 25)
    assert (second.status, second.changed) == ("gone", True)
    assert not box.miss(remark(), 99)[0].changed
    assert (status(box, held), statuses(box)) == ("gone", ["gone"])
    assert box.value("SELECT reason FROM statuses").endswith("not there since 2026-03-04T01:00:00Z")
    assert box.value("SELECT count(*) FROM utterances") == 3
    assert box.value("SELECT count(*) FROM revisions") == 1
    assert_sound(box.db)


def test_a_good_sight_between_begins_anew(box, held):
    box.miss(remark(), 1)
    box.save(remark(), 2)
    box.hear(2)
    assert not box.miss(remark(), 26)[0].changed
    box.hear(27)
    assert box.miss(remark(), 51)[0].changed


def test_not_modified_is_a_good_sight(box, held):
    box.miss(remark(), 1)
    assert box.store.confirmed(box.capture(remark(), 2, body=b"", outcome="unchanged")) == held
    box.hear(2)
    assert not box.miss(remark(), 26)[0].changed
    assert box.value("SELECT last_seen_at FROM remarks") == "2026-03-04T02:00:00Z"


@pytest.mark.parametrize("outcome", ["blocked", "decoy", "unreachable", "broken", "empty"])
def test_a_refusal_is_no_look(box, held, outcome):
    box.hear(1)
    for hour in (1, 30, 60, 90):
        box.capture(remark(), hour, body=b"", outcome=outcome)
    assert not box.miss(remark(), 91)[0].changed
    box.hear(92)
    for hour in (93, 200):
        box.capture(remark(), hour, body=b"", outcome=outcome)
    assert status(box, held) == "live"
    assert box.miss(remark(), 201)[0].changed


def test_a_host_that_answers_nothing_soundly_has_taken_nothing_down(box, held):
    box.miss(remark(), 1)
    box.hear(2, host=ARCHIVE)
    assert not box.miss(remark(), 30)[0].changed
    box.hear(31)
    assert box.miss(remark(), 32)[0].changed


def test_restored(box, held):
    box.miss(remark(), 1)
    box.hear(2)
    box.miss(remark(), 30)
    saved = box.save(remark(), 50)
    assert (saved.remark_id, saved.change, saved.status) == (held, "unchanged", "restored")
    assert statuses(box) == ["gone", "restored"]
    assert box.value("SELECT count(*) FROM revisions") == 1
    assert box.ids() == [f"{held}-{n}" for n in (1, 2, 3)]
    box.miss(remark(), 51)
    box.hear(52)
    assert box.miss(remark(), 80)[0].status == "gone"


def test_restored_by_not_modified(box, held):
    box.miss(remark(), 1)
    box.hear(2)
    box.miss(remark(), 30)
    box.store.confirmed(box.capture(remark(), 50, body=b"", outcome="unchanged"))
    assert status(box, held) == "restored"


def test_restored_with_other_words(box, held):
    box.miss(remark(), 1)
    box.hear(2)
    box.miss(remark(), 30)
    saved = box.save(remark(turns(("MS FIELD", "Good afternoon. The accord was signed at dusk."))), 50)
    assert (saved.change, saved.status, saved.revision) == ("text", "restored", 2)
    assert '"status":"restored"' in box.rows("SELECT line FROM lines ORDER BY 1")[-1][0]


@pytest.mark.parametrize("redirected", [True, False])
def test_a_new_slug_is_moved_and_the_old_address_is_not_missed(box, held, redirected):
    if not redirected:
        box.miss(remark(), 1)
    saved = box.save(MOVED, 2, requested_url=remark().page.url if redirected else None)
    assert (saved.remark_id, saved.change, saved.status) == (held, "unchanged", "moved")
    box.hear(3)
    assert box.miss(remark(), 30) == []
    assert box.miss(remark(), 60) == []
    assert (status(box, held), statuses(box)) == ("moved", ["moved"])
    assert {url for (url,) in box.rows("SELECT url FROM urls")} == {remark().page.url, MOVED.page.url}


@pytest.mark.parametrize(
    "spelling", ["http://www.state.gov{}", "https://www.state.gov{}index.html", "https://www.state.gov{}?x=1#top"]
)
def test_another_spelling_is_no_move(box, held, spelling):
    saved = box.save(remark(), 1, url=spelling.format(SLUG))
    assert (saved.remark_id, saved.change, saved.status) == (held, "unchanged", "live")


def test_the_archive_host_takes_over_what_is_gone_from_www(box, held):
    """January 2025: the same path, another host, 404 at the old one."""
    box.save(remark(host=ARCHIVE), 1)
    assert status(box, held) == "live"
    box.miss(remark(), 2)
    box.hear(3)
    assert box.miss(remark(), 30)[0].status == "moved"
    assert box.rows("SELECT host, home, url FROM remarks") == [(ARCHIVE, ARCHIVE, f"https://{ARCHIVE}{SLUG}")]
    assert box.rows("SELECT host, canonical FROM urls JOIN remarks USING (url)") == [(ARCHIVE, 1)]
    corrected = remark(turns(("MS FIELD", "Good afternoon. The accord was signed at dusk.")), host=ARCHIVE)
    assert box.save(corrected, 31).change == "text"
    assert box.miss(remark(), 90) == []


def test_a_copy_that_turns_up_later_takes_over_what_is_gone(box, held):
    box.miss(remark(), 1)
    box.hear(2)
    box.miss(remark(), 30)
    saved = box.save(remark(host=ARCHIVE), 400)
    assert (saved.remark_id, saved.status, saved.change) == (held, "restored", "unchanged")
    assert box.rows("SELECT host FROM remarks") == [(ARCHIVE,)]


def test_a_copy_that_names_an_address_that_is_gone_stands_where_it_is_seen(box, held):
    box.miss(remark(), 1)
    box.hear(2)
    box.miss(remark(), 30)
    box.save(remark(), 40, url=f"https://{ARCHIVE}{SLUG}")
    assert box.rows("SELECT url, status FROM remarks") == [(f"https://{ARCHIVE}{SLUG}", "restored")]


@pytest.mark.parametrize("hosts", [(ARCHIVE, HOST), (HOST, ARCHIVE)])
def test_www_is_the_home_whichever_host_is_asked_first(box, hosts):
    first, second = (box.save(remark(host=host, wp_id=9001), hour) for hour, host in enumerate(hosts))
    assert (second.remark_id, second.change, second.status) == (first.remark_id, "unchanged", "live")
    assert box.rows("SELECT url, host, home, status FROM remarks") == [(remark().page.url, HOST, HOST, "live")]
    assert box.value("SELECT count(*) FROM revisions") == 1


def test_an_address_that_another_document_takes_over_is_a_look(box, held):
    saved = box.save(OTHER, 1)
    assert saved.change == "new"
    assert [(found.remark_id, found.changed) for found in saved.missed] == [(held, False)]
    assert [(found.remark_id, found.status) for found in box.save(OTHER, 30).missed] == [(held, "gone")]
    found = box.save(MOVED, 31)
    assert (found.remark_id, found.change, found.status) == (held, "unchanged", "restored")
    assert box.save(OTHER, 60).missed == ()


def test_two_documents_that_change_places(box, held):
    """Seen in 2022: …-14/ became …-15/, and another document was given …-14/."""
    other = box.save(OTHER, 1)
    assert box.save(MOVED, 1).remark_id == held
    assert status(box, held) == "moved"
    assert box.save(OTHER, 40).missed == ()
    assert box.store.known(remark().page.url).remark_id == other.remark_id
    assert box.store.known(MOVED.page.url).remark_id == held


def test_a_page_without_a_number_that_is_another_in_date_and_title_is_another_work(box):
    first = box.save(remark(wp_id=None))
    other = remark(turns(("QUESTION", "Is it?")), wp_id=None, title="On the Bridge of Sighs", date="2031-01-01")
    assert box.save(other, 1).remark_id != first.remark_id
    assert box.save(remark(wp_id=None, date="2026-03-06"), 2).remark_id == first.remark_id


def test_the_waiting_time_is_the_runs_own(box, held):
    box.run = box.store.begin_run({"hosts": [HOST], "gone_after_hours": 2}, {}, started_at="2026-03-04T00:00:00Z")
    box.miss(remark(), 1)
    box.hear(1)
    assert not box.miss(remark(), 2)[0].changed
    assert box.miss(remark(), 3)[0].changed


def test_a_clock_that_goes_back_is_not_another_day(box, held):
    box.miss(remark(), 1000)
    box.hear(2)
    assert not box.miss(remark(), 3)[0].changed
    assert box.save(remark(turns(("MS FIELD", "Good afternoon. It was signed."))), 4).change == "text"
    assert box.value("SELECT last_seen_at FROM remarks") == "2026-03-04T04:00:00Z"
