"""What earlier runs saw, as the plan of the next one asks for it."""

from crawler.items import Link
from crawler.runs.past import Seen, held_pages, is_ordered, last_complete

from .made import HOST, remark
from .test_known import URL, run


def listed(box, hour, slug="a", type="Remarks"):
    link = Link(url=f"https://{HOST}/{slug}/", source="listing", type=type, date="2026-03-04")
    box.store.note_listed([link], box.capture(remark(path="/press-releases/"), hour, body=slug.encode()))
    return link.url


def test_what_was_listed_when_the_last_complete_run_ended(box):
    early = listed(box, 1)
    run(box.store, 1, "ok", HOST, walked=[HOST])
    late = listed(box, 3, "b", type="Media Note")  # by a run that was not complete
    run(box.store, 3, "degraded", HOST)
    seen = Seen(box.db, last_complete(box.db, HOST, "speech"))
    assert seen.listed(early) == ("Remarks",)
    assert seen.listed(late) is None
    assert seen.listed("https://www.state.gov/c/") is None


def test_what_was_held_then(box):
    box.save(remark(), 1)
    box.store.end_run(box.run, verdict="ok")
    run(box.store, 2, "ok", HOST, walked=[HOST])
    box.run = run(box.store, 4, "degraded", HOST)
    other = remark(path="/other/", wp_id=9002)
    box.save(other, 4)
    seen = Seen(box.db, last_complete(box.db, HOST, "speech"))
    assert seen.held(URL)
    assert not seen.held(other.page.url)


def test_a_clock_that_was_set_back_makes_the_past_tell_nothing(box):
    run(box.store, 5, "ok", HOST, walked=[HOST])
    last = last_complete(box.db, HOST, "speech")
    assert is_ordered(box.db, last)
    run(box.store, 8, "failed", HOST)
    assert is_ordered(box.db, last)
    run(box.store, 2, "failed", HOST)
    assert not is_ordered(box.db, last)


def test_the_pages_that_may_be_looked_at(box):
    box.save(remark(published_at="2026-03-04T00:30:00Z"), 1)
    box.capture(remark(), 5, outcome="unchanged")
    box.capture(remark(), 7, outcome="blocked")
    (page,) = held_pages(box.db, HOST)
    assert (page.url, page.published_at) == (URL, "2026-03-04T00:30:00Z")
    assert page.looked_at == "2026-03-04T07:00:00Z"  # whatever came of it
    assert list(held_pages(box.db, "2021-2025.state.gov")) == []
