"""The walk of a run that goes on from earlier ones: as short as it can be, and never past a gap."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.walk import Walk
from crawler.discovery.window import Ask, Window
from crawler.errors import BadIndex
from crawler.items import IndexPage, Link
from crawler.web.sites import SITES
from crawler.web.urls import work_path

SITE = SITES["www.state.gov"]
FIRST = SITE.listings[0]
TODAY = date(2026, 3, 1)
PER_PAGE = 3


@dataclass
class Past:
    """What complete runs have seen: type by address, and the addresses that were read."""

    types: dict = field(default_factory=dict)
    read: set = field(default_factory=set)

    def listed(self, url):
        return (self.types[url],) if url in self.types else None

    def held(self, url):
        return url in self.read


@dataclass
class Host:
    """A host whose listing is newest first and may change between two requests."""

    items: list = field(default_factory=list)
    blocks_rest: bool = False
    asked: list = field(default_factory=list)
    edited: dict = field(default_factory=dict)

    def put_up(self, name, type="Remarks", day=TODAY):
        link = Link(url=f"https://www.state.gov/{name}/", source="listing", type=type, date=day.isoformat())
        later = [n for n, other in enumerate(self.items) if other.date <= link.date]
        self.items.insert(later[0] if later else len(self.items), link)
        self.edited[link.url] = TODAY

    def take_away(self, number):
        if self.items:
            del self.items[number % len(self.items)]

    def answer(self, ask):
        self.asked.append(ask.source)
        if ask.source == "rest":
            since = ask.url.rpartition("modified_after=")[2][:10]
            fresh = [link for link in self.items if self.edited[link.url].isoformat() >= since]
            rows = fresh if ask.first == SITE.rest_types[0] else []
            return IndexPage(links=tuple(named(link, self.edited[link.url]) for link in rows))
        if ask.source == "feed":
            return IndexPage(links=tuple(named(link, None) for link in self.items[:2]))
        begin = (ask.number - 1) * PER_PAGE
        more = begin + PER_PAGE < len(self.items)
        return IndexPage(
            links=tuple(self.items[begin : begin + PER_PAGE]),
            next_url=f"{FIRST}page/{ask.number + 1}/" if more else None,
            total=len(self.items),
        )


def named(link, edited):
    modified = f"{edited}T12:00:00Z" if edited else None
    return Link(url=link.url, source="rest", date=link.date, modified_at=modified)


def run(host, past, *, since=TODAY - timedelta(days=3), thorough=False, between=lambda: None, complete=True):
    """The pages that a run asks for; afterwards `past` knows them, if it was complete."""
    state = Walk(SITE, Window(since, None, "speech", deep=False, thorough=thorough), 100, past)
    queue, found, seen = list(state.start()), [], {}
    while queue:
        what = queue.pop(0)
        if isinstance(what, Link):  # the spider passes over what is held, unless it was edited
            news = not past.held(what.url) or (what.modified_at or "") > "2026-02-27"
            found += [what] * (news and what.url not in {link.url for link in found})
        elif what.source == "rest" and host.blocks_rest:
            host.asked.append("rest")
            queue += state.fail(what)
        else:
            page = host.answer(what)
            if what.source == "listing":
                seen |= {link.url: link.type for link in page.links}
            try:
                queue += state.answer(what, page)
            except BadIndex:  # its items moved so much that the walk cannot be complete, and it says so
                complete = False
                queue += state.fail(what)
            between()
    assert state.done
    if complete:
        past.types |= seen
        past.read |= {link.url for link in found}
    return found


def names(links):
    return sorted(work_path(link.url).strip("/") for link in links)


def host_with(*names, **more):
    host = Host(**more)
    for number, name in enumerate(names):
        kind = "Media Note" if name.startswith("note") else "Remarks"
        host.put_up(name, kind, TODAY - timedelta(days=20 - number))
    return host


def settled(*names, **more):
    """A host all of which an earlier run has read, and what that run left."""
    host, past = host_with(*names, **more), Past()
    run(host, past, since=date(2000, 1, 1))
    host.asked.clear()
    host.edited = dict.fromkeys(host.edited, TODAY - timedelta(days=300))
    return host, past


def test_a_run_without_news_asks_rest_and_one_page_of_the_listing():
    host, past = settled("a", "b", "c", "d", "e", "f", "g")
    assert run(host, past, since=date(2026, 1, 1)) == []
    assert host.asked == ["rest", "rest", "listing"]


def test_also_where_nothing_on_that_page_was_of_a_wanted_type():
    host, past = settled("a", "b", "note1", "note2", "note3")
    assert run(host, past, since=date(2026, 1, 1)) == []
    assert host.asked == ["rest", "rest", "listing"]


def test_a_listing_is_left_where_everything_stood_there_before():
    host, past = settled("a", "b", "c", "d", "e", "f", "g")
    host.put_up("new1")
    host.put_up("new2")
    assert names(run(host, past, since=date(2026, 1, 1))) == ["new1", "new2"]
    assert host.asked == ["rest", "rest", "listing", "listing"]


def test_three_weeks_missed_are_caught_up_although_the_feed_holds_less():
    host, past = settled("a", "b", "c")
    for number in range(30):
        host.put_up(f"new{number:02}", day=TODAY - timedelta(days=21 - number * 0.7))
    host.blocks_rest = True
    found = run(host, past, since=TODAY - timedelta(days=24))
    assert names(found) == [f"new{number:02}" for number in range(30)]


def test_what_a_broken_run_stored_is_no_sign_that_all_below_is_known():
    host, past = settled("a", "b", "c")
    for number in range(9):
        host.put_up(f"new{number}")
    run(host, past, since=date(2026, 1, 1), complete=False)
    assert names(run(host, past, since=date(2026, 1, 1))) == [f"new{number}" for number in range(9)]


def test_an_edit_of_a_page_that_is_held_is_named_whatever_its_date():
    host, past = settled("a", "b", "c", "d", "e", "f", "g")
    host.edited["https://www.state.gov/b/"] = TODAY
    (again,) = run(host, past)
    assert (names([again]), again.modified_at) == (["b"], "2026-03-01T12:00:00Z")


def test_an_edit_of_a_page_that_was_never_wanted_is_passed_over():
    host, past = settled("a", "note1", "b", "c", "d", "e", "f")
    host.edited["https://www.state.gov/note1/"] = TODAY
    assert run(host, past, since=date(2026, 1, 1)) == []


def test_what_is_put_up_late_under_an_early_date_is_found():
    host, past = settled("a", "b", "c", "d", "e", "f", "g")
    host.put_up("late", day=TODAY - timedelta(days=18))
    assert names(run(host, past, since=TODAY - timedelta(days=19))) == ["late"]


def test_where_rest_is_blocked_the_first_run_of_a_day_reads_the_whole_overlap():
    host, past = settled("a", "b", "c", "d", "e", "f", "g", blocks_rest=True)
    host.put_up("late", day=TODAY - timedelta(days=18))
    assert run(host, past, since=TODAY - timedelta(days=19)) == []
    assert names(run(host, past, since=TODAY - timedelta(days=19), thorough=True)) == ["late"]


def test_after_a_refusal_rest_is_not_asked_again_and_the_feed_is():
    host, past = settled("a", "b", "c", blocks_rest=True)
    run(host, past)
    assert host.asked == ["rest", "listing", "feed"]


def test_a_changed_type_is_news():
    host, past = settled("note1", "b", "c", "d")
    host.items[-1] = Link(url=host.items[-1].url, source="listing", type="Remarks", date=host.items[-1].date)
    past.types[host.items[0].url] = "Remarks (old)"
    assert "note1" in names(run(host, past, since=date(2026, 1, 1)))


def test_an_item_that_moves_up_between_two_requests_is_not_lost():
    host, past = host_with("a", "b", "c", "d", "e", "f", "g", "h"), Past()
    host.blocks_rest = True
    asked = iter([0])

    def one_is_taken_away():
        if "listing" in host.asked and next(asked, None) is not None:
            host.take_away(0)

    found = run(host, past, since=date(2026, 1, 1), thorough=True, between=one_is_taken_away)
    assert set(names(found)) >= {"a", "b", "c", "d", "e", "f", "g"}


CHANGES = st.lists(
    st.one_of(st.tuples(st.just("put"), st.integers(0, 3)), st.tuples(st.just("take"), st.integers(0, 40))), max_size=4
)


@given(
    runs=st.lists(st.tuples(st.lists(CHANGES, max_size=8), st.booleans(), st.booleans()), min_size=1, max_size=5),
    held=st.integers(0, 12),
)
def test_whatever_happens_between_requests_and_runs_the_next_quiet_run_has_it_all(runs, held):
    host, past = settled(*(f"old{number:02}" for number in range(held)))
    read = {link.url for link in host.items}
    number = 0

    def change(changes):
        nonlocal number
        for kind, value in changes:
            number += 1
            if kind == "put":
                host.put_up(f"new{number:03}", "Media Note" if value == 0 else "Remarks")
            else:
                host.take_away(value)

    for between, complete, blocked in runs:
        host.blocks_rest = blocked
        steps = iter(between)
        found = run(host, past, complete=complete, between=lambda steps=steps: change(next(steps, [])))
        read |= {link.url for link in found}
    host.blocks_rest = False
    read |= {link.url for link in run(host, past)}
    spoken = {link.url for link in host.items if link.type == "Remarks"}
    assert spoken <= read


def test_asks_are_told_apart_from_pages():
    state = Walk(SITE, Window(TODAY, None, "speech", deep=False), 10)
    assert [type(what) for what in state.start()] == [Ask]
