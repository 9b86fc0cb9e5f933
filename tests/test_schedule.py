"""When pages are looked at again."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crawler.runs.schedule import JITTER, Held, choose, next_look, schedule

HOURS = [1, 6, 24, 72, 168, 720, 8766]
START = datetime(2026, 3, 2, 15, tzinfo=UTC)


def at(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def page(name="a", seen=START, looked=None, **more):
    return Held(
        url=f"https://www.state.gov/{name}/",
        remark_id=name,
        first_seen_at=at(seen),
        looked_at=at(looked or seen),
        **more,
    )


def looks_made(first, until, every, hours=HOURS):
    """The ages in hours at which runs that come at a steady pace look at the page."""
    made, now = [], START
    while now < until:
        now += every
        if schedule([first], now, hours):
            made.append((now - START) / timedelta(hours=1))
            first = page(looked=now)
    return made


def test_a_page_is_looked_at_along_the_plan():
    made = looks_made(page(), START + timedelta(days=3 * 366), timedelta(hours=3))
    planned = [1, 6, 24, 72, 168, 720, 8766, 2 * 8766, 3 * 8766][: len(made)]
    assert len(made) >= 8
    for before, plan, real in zip([0, *planned], planned, made, strict=False):
        assert plan <= real <= plan + JITTER * (plan - before) + 3 + (8766 * JITTER if plan > 8766 else 0)


def test_looks_that_were_missed_are_made_once():
    late = START + timedelta(days=20)
    assert len(schedule([page()], late, HOURS)) == 1
    assert schedule([page(looked=late)], late + timedelta(days=5), HOURS) == []


def test_of_a_page_found_late_the_early_looks_are_past():
    found = START + timedelta(days=500)
    old = page(seen=found, published_at=at(START))
    assert next_look(old, HOURS) > found + timedelta(days=200)
    printed = page(seen=found, date=START.date().isoformat())
    assert next_look(printed, HOURS) > found + timedelta(days=200)


def test_a_date_printed_on_the_day_of_first_sight_is_no_time_of_day():
    assert next_look(page(date=START.date().isoformat()), HOURS) <= START + timedelta(hours=1.25)


def test_a_page_dated_in_the_future_is_counted_from_first_sight():
    assert next_look(page(published_at=at(START + timedelta(days=9))), HOURS) <= START + timedelta(hours=1.25)


def test_a_backfill_of_ten_thousand_pages_does_not_come_due_at_once():
    pages = [page(str(n), date=None) for n in range(10_000)]
    yearly = Counter(next_look(one, [8766]).date() for one in pages)
    assert max(yearly.values()) < 160  # 8 runs a day of 20 looks
    real = [
        page(str(n), seen=START, published_at=at(START - timedelta(hours=8766 * n / 10_000))) for n in range(10_000)
    ]
    assert len(schedule(real, START + timedelta(days=1), HOURS)) < 160


def test_with_a_backlog_nothing_starves():
    """400 pages come due at once, and new ones are put up every day: with 10 looks a run all are looked at."""
    held = {str(n): page(str(n), seen=START - timedelta(days=700)) for n in range(400)}
    now, waited = START, Counter()
    for run in range(40):
        now += timedelta(hours=3)
        held[f"new{run}"] = page(f"new{run}", seen=now)
        due = schedule(held.values(), now, HOURS)
        for look in choose(due, 20):
            waited[look.young] = max(waited[look.young], (now - look.due_at) / timedelta(hours=1))
            held[look.page.remark_id] = page(
                look.page.remark_id, seen=datetime.fromisoformat(look.page.first_seen_at), looked=now
            )
    assert waited[True] < 10
    assert not [look for look in schedule(held.values(), now, HOURS) if not look.young]


def test_the_longest_due_comes_first():
    due = schedule(
        [page("late", seen=START), page("later", seen=START - timedelta(days=1))], START + timedelta(3), HOURS
    )
    assert [look.page.remark_id for look in due] == ["later", "late"]


@given(st.lists(st.integers(0, 2_000), max_size=30), st.integers(1, 30))
def test_whatever_is_due_is_chosen_once_or_waits(ages, most):
    now = START + timedelta(hours=2_000)
    pages = [page(str(n), seen=now - timedelta(hours=age)) for n, age in enumerate(ages)]
    due = schedule(pages, now, HOURS)
    chosen = choose(due, most)
    assert len(chosen) == len({look.page.url for look in chosen}) == min(most, len(due))
    assert all(one.due_at <= two.due_at for one, two in pairwise(due))
    assert all(look.due_at <= now for look in due)


@given(st.integers(0, 50_000), st.integers(0, 50_000))
def test_the_next_look_lies_after_the_last_one(age, later):
    looked = START + timedelta(hours=age + later)
    due = next_look(page(looked=looked), HOURS)
    assert looked < due <= looked + timedelta(hours=8766 * (1 + JITTER))


def test_it_is_pure():
    code = "import crawler.runs.schedule, sys; assert not {'scrapy', 'twisted', 'sqlite_utils'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
