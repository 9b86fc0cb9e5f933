"""What the store knows of addresses and runs."""

import json

import pytest

from crawler.exporters.sqlite.store import Known, Store
from crawler.runs.past import last_complete

from .made import TIME, remark

URL = remark().page.url


def test_nothing_is_known_of_an_address_never_seen(box):
    assert box.store.known(URL) is None


def test_a_stored_page(box):
    page = remark(modified_at="2026-03-04T09:00:00Z")
    saved = box.save(page, 1, etag='"a"', last_modified="Wed, 04 Mar 2026 09:00:00 GMT")
    assert box.store.known(URL) == Known(
        remark_id=saved.remark_id,
        outcome="ok",
        fetched_at=TIME.format(1),
        etag='"a"',
        last_modified="Wed, 04 Mar 2026 09:00:00 GMT",
        modified_at="2026-03-04T09:00:00Z",
        title="Briefing on the Harbor Accord",
        date="2026-03-04",
        wp_id=9001,
    )


def test_a_refusal_is_the_latest_state_but_hides_nothing_good(box):
    box.save(remark(modified_at="2026-03-04T09:00:00Z"), 1, etag='"a"')
    box.capture(remark(), 2, outcome="blocked", reason="403", etag='"of the block page"')
    known = box.store.known(URL)
    assert (known.outcome, known.fetched_at) == ("blocked", TIME.format(2))
    assert (known.etag, known.modified_at) == ('"a"', "2026-03-04T09:00:00Z")


def test_a_broken_page_is_asked_for_whole(box):
    box.capture(remark(), 1, outcome="broken", reason="no headline", etag='"a"')
    known = box.store.known(URL)
    assert (known.remark_id, known.outcome, known.etag) == (None, "broken", None)


def test_both_ends_of_a_redirect_are_known(box):
    box.save(remark(path="/accord/"), 1, requested_url=URL, etag='"a"')
    for url in (URL, "https://www.state.gov/accord/"):
        assert box.store.known(url).etag == '"a"'


def test_an_address_that_only_a_page_named_is_known_without_a_capture(box):
    saved = box.save(remark(), url="https://2021-2025.state.gov/briefing-on-the-harbor-accord/")
    known = box.store.known(URL)
    assert (known.remark_id, known.outcome, known.fetched_at) == (saved.remark_id, None, None)


def run(store, hour, verdict, *hosts, walked=(), **asked):
    arguments = {"hosts": list(hosts), "types": "speech", "everything": False, "continues": True} | asked
    id_ = store.begin_run(arguments, {}, started_at=TIME.format(hour))
    if verdict:
        store.end_run(id_, verdict=verdict, walked=walked, ended_at=TIME.format(hour + 1), new=2, requests=9)
    return id_


def test_the_last_complete_run_of_a_host(box):
    a, b = "a.example", "b.example"
    run(box.store, 1, "ok", a, b, walked=[a, b])
    run(box.store, 2, "degraded", a, b, walked=[a])
    run(box.store, 3, "ok", a, b, walked=[a, b], continues=False)
    run(box.store, 4, "failed", b)
    run(box.store, 5, None, a)
    assert last_complete(box.db, a, "speech").started_at == TIME.format(2)
    assert last_complete(box.db, b, "speech").started_at == TIME.format(1)
    assert last_complete(box.db, "c.example", "speech") is None


def test_a_run_over_speech_is_not_complete_for_statements(box):
    run(box.store, 1, "ok", "a.example", walked=["a.example"])
    assert last_complete(box.db, "a.example", "all") is None
    run(box.store, 2, "ok", "a.example", walked=["a.example"], types="all")
    assert last_complete(box.db, "a.example", "speech").started_at == TIME.format(2)


def test_a_run_over_everything_that_was_cut_short_is_unfinished(box):
    run(box.store, 1, "ok", "a.example", walked=["a.example"])
    assert not box.store.unfinished("a.example", "speech")
    run(box.store, 2, None, "a.example", everything=True)
    assert box.store.unfinished("a.example", "speech")
    run(box.store, 3, "ok", "a.example", everything=True, walked=["a.example"])
    assert not box.store.unfinished("a.example", "speech")


def test_refused_addresses_and_how_often_they_were_tried(box):
    box.capture(remark(), 1, outcome="broken")
    box.capture(remark(), 2, outcome="decoy")
    (refused,) = box.store.refused("www.state.gov")
    assert (refused.address, refused.outcome, refused.fetched_at, refused.tries) == (URL, "decoy", TIME.format(2), 2)
    assert list(box.store.refused("2021-2025.state.gov")) == []
    box.save(remark(), 3)
    assert list(box.store.refused("www.state.gov")) == []


def test_an_answer_after_which_the_same_was_asked_again_is_no_try(box):
    for outcome in ("retried", "retried", "blocked"):
        box.capture(remark(), 1, outcome=outcome)
    assert [refused.tries for refused in box.store.refused("www.state.gov")] == [1]


def test_the_row_of_a_run(box):
    id_ = run(box.store, 1, "ok", "a.example")
    row = box.db.table("runs").get(id_)
    assert json.loads(row["arguments"])["hosts"] == ["a.example"]
    assert (row["new"], row["requests"], row["changed"], row["verdict"]) == (2, 9, 0, "ok")
    with pytest.raises(ValueError, match="runs has no count pages"):
        box.store.end_run(id_, verdict="ok", pages=3)
    with pytest.raises(ValueError, match="runs has no row 99"):
        box.store.end_run(99, verdict="ok")


def test_a_capture_without_its_body_has_its_size(box):
    box.capture(remark(), outcome="too_large", size=30_000_000)
    assert box.value("SELECT bytes FROM captures") == 30_000_000


def test_the_parsers_version_is_the_packages_unless_given(tmp_path, monkeypatch):
    with Store(tmp_path / "a.db") as store:
        assert store.parser_version
    monkeypatch.delattr("crawler.__version__")
    with pytest.raises(ValueError, match="parser_version"):
        Store(tmp_path / "b.db")
