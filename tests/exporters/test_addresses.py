"""Step 9: one work under many addresses: other slugs and hosts, redirects, addresses that are taken over."""

import pytest

from .made import SLUG, TALK, TIME, remark, turns

ARCHIVE = "2021-2025.state.gov"
OTHER_TALK = turns(*((turn.label, turn.text.replace("noon", "dusk")) for turn in TALK))


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
    assert box.rows("SELECT host, home FROM remarks") == [(ARCHIVE, ARCHIVE)]
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
    assert (renamed.remark_id, renamed.new_address) == (first.remark_id, False)
