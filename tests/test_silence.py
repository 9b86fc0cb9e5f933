"""A live host that names nothing new for long is told; weekends, recesses, first runs and jumping clocks are not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from exporters.made import HOST, Box, remark
from support import crawl

from crawler.exporters.sqlite.store import Store
from crawler.items import Link
from crawler.runs.silence import quiet, silences
from crawler.sample import SampleSite, expected

FIRST = date(2026, 1, 5)  # a Monday


def weekdays(count, first=FIRST):
    days = (first + timedelta(days=number) for number in range(count))
    return [day for day in days if day.weekday() < 5]


@pytest.mark.parametrize(("passed", "told"), [(3, False), (9, False), (10, True), (40, True)])
def test_three_times_the_usual_distance_is_long(passed, told):
    days = weekdays(100)
    assert quiet(days, days[-1] + timedelta(days=passed)) == ((passed, 3, len(days)) if told else None)


def test_a_short_past_tells_nothing():
    days = weekdays(25)
    assert quiet(days, days[-1] + timedelta(days=90)) is None
    assert quiet([], FIRST) is None


def test_one_recess_does_not_make_the_next_silence_usual():
    days = weekdays(120) + weekdays(120, date(2026, 6, 1))
    assert quiet(days, days[-1] + timedelta(days=20)) == (20, 3, len(days))


def test_irregular_news_may_be_away_for_longer():
    days = [FIRST + timedelta(days=10 * number) for number in range(30)]
    assert quiet(days, days[-1] + timedelta(days=30)) is None


def test_what_somebody_has_looked_at_counts_from_then():
    days = weekdays(100)
    until = days[-1] + timedelta(days=40)
    assert quiet(days, until, accepted=until - timedelta(days=5)) is None
    assert quiet(days, until, accepted=until - timedelta(days=15)) == (15, 3, len(days))


class Watch(Box):
    """Listings of a host, read day by day."""

    def read(self, day, *named, host=HOST):
        """The index names these items, each (source, type, day of the item)."""
        at = f"{day}T12:00:00Z"
        page = remark(host=host, path="/press-releases/")
        capture = self.capture(page, outcome="index")
        self.db.execute("UPDATE captures SET fetched_at = ? WHERE id = ?", [at, capture.id])
        links = [
            Link(url=f"https://{host}/{item}-{type}/", source=source, type=type, date=f"{item}")
            for source, type, item in named
        ]
        self.store.note_listed(links, replace(capture, fetched_at=at))


@pytest.fixture
def watch(tmp_path):
    with Store(tmp_path / "remarks.db", parser_version="1", durable=False) as store:
        yield Watch(store, tmp_path)


def told(watch, since=""):
    return [silence.short for silence in silences(watch.db.conn, since)]


def test_a_host_that_names_nothing_new(watch):
    days = weekdays(60)
    old = [("listing", "Remarks", day) for day in days]
    for passed in range(1, 25):
        watch.read(days[-1] + timedelta(days=passed), *old)
        expected = [] if passed < 10 else [f"nothing new on {HOST} for {passed} days"]
        assert told(watch) == expected
    (silence,) = silences(watch.db.conn)
    assert (silence.degrades(14), silence.degrades(30), silence.degrades(0)) == (True, False, False)
    assert f"since {days[-1]}" in str(silence)
    assert str(silence).count("https://") == 3
    watch.read(days[-1] + timedelta(days=25), ("listing", "Remarks", days[-1] + timedelta(days=24)))
    assert told(watch) == []


def test_an_operator_says_that_it_is_a_recess(watch):
    days = weekdays(60)
    for passed in range(1, 25):
        watch.read(days[-1] + timedelta(days=passed), *[("listing", "Remarks", day) for day in days])
    assert told(watch)
    assert told(watch, f"{days[-1] + timedelta(days=20)}") == []


@pytest.mark.parametrize("looks", [1, 2])
def test_one_look_after_a_pause_tells_nothing(watch, looks):
    days = weekdays(60)
    for late in range(looks):
        watch.read(days[-1] + timedelta(days=40 + late), *[("listing", "Remarks", day) for day in days])
    assert told(watch) == []


def test_a_host_that_was_not_read_is_not_silent(watch):
    days = weekdays(60)
    for number in range(1, 4):
        watch.read(days[-1] + timedelta(days=number), *[("listing", "Remarks", day) for day in days])
    for number in range(4, 40):  # the listing is refused; something else is read
        watch.read(days[-1] + timedelta(days=number))
    assert told(watch) == []


def test_a_listing_that_stands_still_while_the_feed_goes_on(watch):
    days = weekdays(60)
    old = [("listing", "Remarks", day) for day in days] + [("feed", "Remarks", day) for day in days]
    for passed in range(1, 21):
        day = days[-1] + timedelta(days=passed)
        watch.read(day, *old, ("feed", "Remarks", day))
    assert told(watch) == [f"nothing new in the listing of {HOST} for 20 days"]


def test_a_type_that_is_no_longer_there(watch):
    days = weekdays(100)
    old = [("listing", kind, day) for day in days for kind in ("Remarks", "Press Statement")]
    watch.read(days[-1], *old)
    for passed in range(1, 31):  # the first page of the listing, which the older ones have left
        day = days[-1] + timedelta(days=passed)
        watch.read(day, ("listing", "Press Statement", day))
    assert told(watch) == [f"no Remarks on {HOST} for 30 days"]
    (silence,) = silences(watch.db.conn)
    assert (silence.degrades(14), silence.degrades(16)) == (True, False)


def test_a_mistaken_date_in_the_future_is_no_news_for_ever(watch):
    days = weekdays(60)
    old = [("listing", "Remarks", day) for day in days]
    watch.read(days[-1] + timedelta(days=1), *old, ("listing", "Interview", date(2062, 3, 4)))
    for passed in range(2, 25):
        watch.read(days[-1] + timedelta(days=passed), *old)
    assert told(watch) == [f"nothing new on {HOST} for 23 days"]


def test_an_archive_host_is_silent_for_good(watch):
    days = weekdays(60)
    for passed in range(1, 25):
        old = [("listing", "Remarks", day) for day in days]
        watch.read(days[-1] + timedelta(days=passed), *old, host="2021-2025.state.gov")
    assert told(watch) == []


def test_a_silent_host_ends_the_run_degraded_and_a_higher_floor_does_not(tmp_path):
    """The sample site, whose past is made up so that something new was usual on every weekday."""
    with SampleSite() as site:
        assert crawl(site, tmp_path, hosts=HOST).status == 0
        now = date.today()
        if str(now - timedelta(days=30)) <= max(document["date"] for document in expected()):
            pytest.skip("the clock stands before the pages of the sample site: they are news")
        with Store(tmp_path / "remarks.db", parser_version="1") as store:
            watch = Watch(store, tmp_path)
            last = now - timedelta(days=20)
            days = weekdays(400, last - timedelta(days=400))
            for passed in range(3):
                watch.read(days[-1] + timedelta(days=2 + passed), *[("listing", "Remarks", day) for day in days])
            store.db.conn.commit()
        run = crawl(site, tmp_path, since=None, hosts=HOST)
        quiet_days = (now - days[-1]).days
        assert run.status == 3
        assert f"drift: nothing new on {HOST} for {quiet_days} days" in run.out
        assert "recess, or an index that stands still" in run.err
        assert any("Open the listing in a browser" in path.read_text() for path in (tmp_path / "runs").glob("*.txt"))
        run = crawl(site, tmp_path, "-s", "REMARKS_SILENCE_DAYS=90", since=None, hosts=HOST)
        assert (run.status, run.err) == (0, "")
