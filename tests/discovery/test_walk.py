"""The walk over one host's indexes: which index next, which page, and when it cannot be complete."""

from datetime import date

import pytest

from crawler.discovery.walk import Walk
from crawler.discovery.window import Ask, Window
from crawler.errors import BadIndex
from crawler.items import IndexPage, Link
from crawler.web.sites import SITES
from crawler.web.urls import work_path

SITE = SITES["www.state.gov"]
FIRST = SITE.listings[0]


def link(slug, type="Remarks", day="2026-02-01", source="listing", **more):
    return Link(url=f"https://www.state.gov/{slug}/", source=source, type=type, date=day, **more)


def walk(since=None, until=None, types="speech", deep=False, most_pages=10, **more):
    window = Window(since and date.fromisoformat(since), until and date.fromisoformat(until), types, deep)
    return Walk(SITE, window, most_pages, **{"asks_edits": False} | more)


def pages(found):
    return [work_path(what.url).strip("/") for what in found if isinstance(what, Link)]


def asks(found):
    return [what for what in found if isinstance(what, Ask)]


def begin(started):
    (ask,) = started.start()
    return ask


def test_pages_are_chosen_by_the_printed_type_and_the_date():
    state = walk(since="2026-01-01", until="2026-01-31")
    found = state.answer(
        begin(state),
        IndexPage(
            links=(
                link("too-new", day="2026-02-01"),
                link("remarks-about-a-note", type="Media Note", day="2026-01-20"),
                link("wanted", day="2026-01-31"),
                link("no-date", day=None),
                link("no-type", type=None, day="2026-01-02"),
                link("unknown-type", type="Fireside Chat", day="2026-01-02"),
                link("too-old", day="2025-12-31"),
            )
        ),
    )
    assert pages(found) == ["wanted", "no-date", "no-type", "unknown-type"]
    assert state.unknown_types == {"Fireside Chat": 1}


def test_the_walk_goes_on_until_a_page_is_wholly_older():
    state = walk(since="2026-01-10")
    one = begin(state)
    mixed = IndexPage(links=(link("a"), link("b", day="2026-01-01")), next_url=f"{FIRST}page/2/")
    (two,) = asks(state.answer(one, mixed))
    assert (two.url, two.number) == (f"{FIRST}page/2/", 2)
    old = IndexPage(links=(link("c", day="2026-01-01"),), next_url=f"{FIRST}page/3/")
    assert [ask.source for ask in asks(state.answer(two, old))] == ["feed"]


def test_where_rest_is_not_asked_a_run_without_news_reads_one_listing_page_and_one_feed():
    state = walk(since="2026-02-20")
    (feed,) = asks(
        state.answer(begin(state), IndexPage(links=(link("known", day="2026-02-01"),), next_url=f"{FIRST}page/2/"))
    )
    assert feed.source == "feed"
    assert list(state.answer(feed, IndexPage(links=(link("known", type=None, source="feed"),)))) == []


def test_a_deep_walk_reads_every_source_of_the_host():
    state = walk(deep=True)
    first = list(state.start())
    assert [ask.url for ask in first] == list(SITE.listings)
    found = [what for ask in first for what in state.answer(ask, IndexPage(links=(link("a"),)))]
    assert [ask.source for ask in asks(found)] == ["feed"] * 3 + ["sitemap"] + ["rest"] * len(SITE.rest_types)


def test_what_only_an_index_without_types_names_is_fetched_last():
    state = walk(since="2026-01-01")
    (feed,) = asks(state.answer(begin(state), IndexPage(links=(link("listed"), link("note", type="Media Note")))))
    unlisted = (
        link("listed", type=None, source="feed"),
        link("note", type=None, source="feed"),
        link("slipped", type=None, source="feed", day="2026-01-05"),
        link("old", type=None, source="feed", day="2025-01-05"),
    )
    assert pages(state.answer(feed, IndexPage(links=unlisted))) == ["slipped"]


def test_a_chosen_page_is_named_again_with_its_last_edit():
    state = walk()
    (feed,) = asks(state.answer(begin(state), IndexPage(links=(link("a"),))))
    edited = link("a", type=None, source="sitemap", day=None, modified_at="2026-03-01T00:00:00Z")
    (again,) = state.answer(feed, IndexPage(links=(edited,)))
    assert (again.type, again.modified_at) == ("Remarks", "2026-03-01T00:00:00Z")


def test_an_index_that_fails_does_not_stop_the_others():
    state = walk(deep=True)
    first = list(state.start())
    found = [what for ask in first for what in state.close(ask)]
    assert len(asks(found)) == 3 + 1 + len(SITE.rest_types)
    last = [what for ask in asks(found)[:-1] for what in state.close(ask)]
    assert last == []
    named = IndexPage(links=(link("only-here", type=None, source="rest"),))
    assert pages(state.answer(asks(found)[-1], named)) == ["only-here"]


def test_only_sitemaps_of_releases_are_walked():
    state = walk(deep=True)
    for ask in list(state.start()):
        found = list(state.answer(ask, IndexPage(links=(link("a"),))))
    index = next(ask for ask in asks(found) if ask.source == "sitemap")
    below = ("https://www.state.gov/page-sitemap7.xml", "https://www.state.gov/state_briefing-sitemap2.xml")
    (child,) = asks(state.answer(index, IndexPage(links=(), indexes=below)))
    assert child.url == below[1]
    assert state.passed_sitemaps == 1


def test_the_cap_is_an_error_while_items_remain():
    state = walk(most_pages=1)
    with pytest.raises(BadIndex, match="the most allowed"):
        list(state.answer(begin(state), IndexPage(links=(link("a"),), next_url=f"{FIRST}page/2/")))


def test_a_listing_that_holds_less_than_it_says_is_an_error():
    state = walk()
    with pytest.raises(BadIndex, match="says 12 items, its pages hold 1"):
        list(state.answer(begin(state), IndexPage(links=(link("a"),), total=12)))


def test_a_next_page_that_is_not_the_next_is_an_error():
    state = walk()
    with pytest.raises(BadIndex, match="names"):
        list(state.answer(begin(state), IndexPage(links=(link("a"),), next_url=f"{FIRST}page/1/")))


OLD = SITES["2009-2017.state.gov"]
ROOT = "https://2009-2017.state.gov"


def old_walk(since=None, types="speech", most_pages=10):
    return Walk(OLD, Window(since and date.fromisoformat(since), None, types, deep=since is None), most_pages)


def old_link(path, day=None):
    return Link(url=f"{ROOT}{path}", source="index", date=day)


def test_old_indexes_lead_down_their_folders_and_no_further():
    state = old_walk()
    home, *others = state.start()
    assert [ask.url for ask in (home, *others)] == list(OLD.indexes)
    below = (
        f"{ROOT}/secretary/remarks/2016/index.htm",
        f"{ROOT}/secretary/remarks/2016/c73595.htm",
        f"{ROOT}/secretary/remarks/2016/index.htm",
        f"{ROOT}/secretary/index.htm",
        f"{ROOT}/travel/index.htm",
        f"{ROOT}/r/pa/prs/appt/2009appt/index.htm",
        OLD.indexes[1],
    )
    found = asks(state.answer(home, IndexPage(links=(), indexes=below)))
    assert [ask.url for ask in found] == [below[0], below[1], below[3]]
    assert {ask.source for ask in found} == {"index"}


def test_pages_of_old_indexes_are_chosen_by_folder_and_once():
    state = old_walk()
    home, second, *_ = state.start()
    links = (
        old_link("/secretary/remarks/2016/07/1.htm", "2016-07-01"),
        old_link("/travel/2.htm"),
        old_link("/r/pa/prs/dpb/2016/07/3.htm"),
    )
    assert [what.url for what in state.answer(home, IndexPage(links=links))] == [links[0].url, links[2].url]
    assert list(state.answer(second, IndexPage(links=links))) == []
    assert state.outside == 2


def test_old_indexes_of_other_years_are_left_alone():
    state = old_walk(since="2015-06-01")
    home, *_ = state.start()
    below = tuple(f"{ROOT}/secretary/remarks/{year}/index.htm" for year in (2014, 2015, 2016))
    assert [ask.url for ask in asks(state.answer(home, IndexPage(links=(), indexes=below)))] == list(below[1:])


def test_a_host_whose_time_is_over_is_not_asked():
    state = old_walk(since="2018-01-01")
    assert state.is_closed
    assert list(state.start()) == []
    assert not old_walk(since="2017-12-31").is_closed


def test_indexes_without_end_are_an_error():
    state = old_walk(most_pages=1)
    home, *_ = state.start()
    many = tuple(f"{ROOT}/secretary/remarks/{number}/index.htm" for number in range(100))
    with pytest.raises(BadIndex, match="the most allowed"):
        list(state.answer(home, IndexPage(links=(), indexes=many)))
