import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.sqlite.identity import Marks, Work, find, mint, normalised, work_key

PATH, OTHER = "/briefing-on-the-harbor-accord/", "/harbor-accord/"
TITLE = normalised("Briefing on the Harbor Accord")


def work(id_="a", wp_ids=(7,), paths=None, titles=(TITLE,), dates=("2026-03-04",)):
    return Work(
        id=id_,
        wp_ids=frozenset(wp_ids),
        paths={PATH: "2026-03-04T00:00:00Z"} if paths is None else paths,
        titles=frozenset(titles),
        dates=frozenset(dates),
    )


def marks(wp_id=7, paths=(PATH,), title=TITLE, date="2026-03-04"):
    return Marks(wp_id=wp_id, paths=frozenset(paths), title=title, date=date)


LATER = {PATH: "2026-05-01T00:00:00Z"}
FINDS = {
    "same in everything": (marks(), [work()], "a"),
    "slug changed": (marks(paths=(OTHER,)), [work()], "a"),
    "slug and title edited": (marks(paths=(OTHER,), title="briefingontheharboraccords"), [work()], "a"),
    "same day, another page": (marks(paths=(OTHER,), title="elsewhere"), [work()], None),
    "title and date corrected": (marks(title="elsewhere", date="2026-03-05"), [work()], "a"),
    "number given again": (marks(paths=(OTHER,), title="elsewhere", date="2030-01-01"), [work()], None),
    "number given again, both known": (
        marks(paths=(OTHER,), title="elsewhere", date="2030-01-01"),
        [work(), work("b", paths={OTHER: "2030-01-01T00:00:00Z"}, titles=("elsewhere",), dates=("2030-01-01",))],
        "b",
    ),
    "address taken over": (marks(wp_id=8), [work()], None),
    "address taken over, both known": (marks(wp_id=8), [work(), work("b", wp_ids=(8,), paths=LATER)], "b"),
    "page without number": (marks(wp_id=None), [work()], "a"),
    "page without number, title or date": (marks(wp_id=None, title=None, date=None), [work()], "a"),
    "number becomes known": (marks(), [work(wp_ids=())], "a"),
    "no number anywhere": (marks(wp_id=None), [work(wp_ids=())], "a"),
    "no number, another path": (marks(wp_id=None, paths=(OTHER,)), [work(wp_ids=())], None),
    "no number, two held the address: the closer one": (
        marks(wp_id=None),
        [work(), work("b", wp_ids=(8,), paths=LATER, titles=(), dates=())],
        "a",
    ),
    "no number, two held the address: the later one": (
        marks(wp_id=None, title=None, date=None),
        [work(), work("b", wp_ids=(8,), paths=LATER)],
        "b",
    ),
    "nothing known": (marks(), [], None),
}


@pytest.mark.parametrize("case", FINDS)
def test_find(case):
    sought, works, wanted = FINDS[case]
    assert find(sought, works) == wanted
    assert find(sought, works[::-1]) == wanted


def test_titles_are_compared_without_case_dashes_and_blanks():
    assert normalised("Remarks  On the Accord – Day\u00a02") == normalised("REMARKS on the accord-day 2")
    assert normalised("Accord, Day 2") != normalised("Accord, Day 3")
    assert normalised(" – ") is None


def test_mint():
    id_, key = mint(work_key(7, PATH), "2026-03-04", lambda _: False)
    assert key == "wp:7"
    assert id_ == hashlib.sha256(b"wp:7").hexdigest()[:12]
    assert mint(work_key(None, PATH), None, lambda _: False)[1] == f"path:{PATH}"


@given(st.integers(1, 8), st.none() | st.just("2026-03-04"))
def test_mint_never_gives_an_id_twice(works, date):
    taken = set()
    keys = []
    for _ in range(works):
        id_, key = mint("wp:7", date, taken.__contains__)
        assert id_ not in taken
        taken.add(id_)
        keys.append(key)
    day = date or "undated"
    assert keys == ["wp:7", f"wp:7@{day}", *(f"wp:7@{day}#{n}" for n in range(2, works))][:works]
