"""Who a page is where its own words mislead: wrong canonical links, WordPress ids that change places."""

import itertools

import pytest

from .made import HOST, assert_sound, remark, turns

ARCHIVE = "2021-2025.state.gov"
TITLES = {
    "a": "Briefing on the Harbor Accord",
    "b": "Opening of the Lighthouse",
    "c": "A Toast to the Pilots of Ruritania",
}


def page(name, number="own", *, names=None, host=HOST, **head):
    """The page of that letter; its WordPress id, or another, or none; the address that it calls its own."""
    ids = {"a": 9001, "b": 9002, "c": 9003, None: None}
    made = {"title": TITLES[name], "date": f"2026-03-0{'abc'.index(name) + 1}"} | head
    said = turns(("MS FIELD", f"Good afternoon. This is what was said at {name}."), ("QUESTION", f"Why {name}?"))
    wp_id = ids[name if number == "own" else number]
    return remark(said, host=host, path=names or f"/{name}/", wp_id=wp_id, **made)


def see(box, name, hour, *args, host=HOST, **head):
    return box.save(page(name, *args, host=host, **head), hour, url=f"https://{host}/{name}/")


def where(box):
    """Of each remark its address, status and number of revisions, in the order in which they came."""
    found = box.rows("SELECT url, status, revision FROM remarks ORDER BY rowid")
    return [(url.removeprefix("https://"), status, revision) for url, status, revision in found]


def stand(*names, host=HOST):
    return [(f"{host}/{name}/", "live", 1) for name in names]


# ---- canonical links ----

numbers = pytest.mark.parametrize("number", ["own", None], ids=["numbered", "without numbers"])


@numbers
@pytest.mark.parametrize("first", ["a", "b"])
def test_a_page_that_names_the_address_of_another_one_stays_where_it_is(box, first, number):
    """Whichever of the two is seen first."""
    looks = [("a", {"names": "/b/"}), ("b", {})]
    for round_, (name, wrong) in itertools.product(range(3), looks if first == "a" else looks[::-1]):
        see(box, name, 30 * round_, number, **wrong)
        box.hear(30 * round_)
    assert where(box) == stand(*("ab" if first == "a" else "ba"))
    shown = [box.store.known(f"https://{HOST}/{name}/").remark_id for name in "ab"]
    assert len(set(shown)) == 2
    assert box.rows("SELECT url FROM urls WHERE canonical = 1 ORDER BY 1") == [
        (f"https://{HOST}/a/",),
        (f"https://{HOST}/b/",),
    ]
    assert box.rows("SELECT * FROM statuses") == []
    assert_sound(box.db)


@numbers
def test_a_link_that_goes_wrong_later(box, number):
    for hour, names in enumerate([None, "/b/", "/b/", None]):
        for name in "ab":
            see(box, name, 30 * hour, number, **({"names": names} if name == "a" and names else {}))
        box.hear(30 * hour)
    assert where(box) == stand("a", "b")
    assert box.rows("SELECT * FROM statuses") == []


@numbers
def test_two_pages_that_name_the_same_third(box, number):
    for hour in (0, 30, 60):
        for name in "ab":
            see(box, name, hour, number, names="/c/")
        box.hear(hour)
    assert where(box) == stand("a", "b")
    see(box, "c", 61, number)
    for hour in (90, 120):
        for name in "abc":
            see(box, name, hour, number, **({} if name == "c" else {"names": "/c/"}))
    assert where(box) == stand("a", "b", "c")


@numbers
@pytest.mark.parametrize("same", ["title", "date"])
def test_a_document_that_agrees_in_one_thing_with_whoever_named_its_address(box, number, same):
    head = {same: {"title": TITLES["a"], "date": "2026-03-01"}[same]}
    see(box, "a", 0, number, names="/b/")
    see(box, "b", 1, number, **head)
    assert where(box) == stand("a", "b")


def test_a_page_that_names_another_host_stays_until_that_shows_it(box):
    see(box, "a", 0, host=ARCHIVE)
    assert where(box) == stand("a", host=ARCHIVE)
    box.save(page("a"), 1, url=f"https://{ARCHIVE}/a/")
    assert where(box) == stand("a", host=ARCHIVE)
    see(box, "a", 2)
    assert where(box) == stand("a")


@numbers
def test_an_address_that_is_named_and_then_shows_the_same_page_is_one_work(box, number):
    first = see(box, "a", 0, number, names="/c/")
    second = box.save(page("a", number, names="/c/"), 1)
    assert first.remark_id == second.remark_id
    assert [url for url, _, _ in where(box)] == [f"{HOST}/c/"]
    see(box, "a", 2, number, names="/c/")
    assert [url for url, _, _ in where(box)] == [f"{HOST}/c/"]


# ---- WordPress ids ----

SWAPS = {
    "two change places": "ba",
    "one takes that of the other": "bb",
    "three change round": "bca",
    "three change round the other way": "cab",
    "one of the two has none": "b-",
}


@pytest.mark.parametrize("case", SWAPS)
@pytest.mark.parametrize("alike", [False, True], ids=["", "titles alike"])
def test_pages_that_change_numbers_stay_who_they_are(case, alike, box):
    names = "abc"[: len(SWAPS[case])]
    head = {"title": "Department Press Briefing"} if alike else {}
    for name in names:
        see(box, name, 0, **head)
    ids = box.rows("SELECT id FROM remarks ORDER BY rowid")
    for hour, numbers_now in enumerate([SWAPS[case], SWAPS[case], names, SWAPS[case]], 1):
        for name, number in zip(names, numbers_now, strict=True):
            see(box, name, 30 * hour, None if number == "-" else number, **head)
        box.hear(30 * hour)
    assert box.rows("SELECT id FROM remarks ORDER BY rowid") == ids
    assert where(box) == stand(*names)
    assert_sound(box.db)


def test_titles_that_differ_in_a_word_on_one_day(box):
    heads = [
        {"title": f"Secretary Field's Meeting With Foreign Minister {who}", "date": "2026-03-04"}
        for who in ("Oak", "Elm")
    ]
    for hour, (one, two) in enumerate([("a", "b"), ("b", "a"), ("a", "b")]):
        see(box, "a", 30 * hour, one, **heads[0])
        see(box, "b", 30 * hour, two, **heads[1])
    assert where(box) == stand("a", "b")


def test_numbers_of_two_hosts_that_are_the_same_by_chance(box):
    see(box, "a", 0)
    see(box, "b", 1, "a", host=ARCHIVE)
    for hour in (30, 60):
        see(box, "a", hour)
        see(box, "b", hour, "a", host=ARCHIVE)
    assert where(box) == [*stand("a"), *stand("b", host=ARCHIVE)]


def test_a_number_that_another_document_at_the_same_address_has_is_another_document(box):
    see(box, "a", 0)
    see(box, "b", 0)
    other = box.save(page("c", "b", names="/a/"), 1)
    assert other.change == "new"
