"""The fuzzer on a few inputs, and proof that it finds what is wrong. For long: `python tests/fuzz.py`."""

import fuzz
import pytest

from crawler import flow
from crawler.rebuild.reader import Limits, Reader

SEEDS = range(6)


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    record = fuzz.record_of(folder)
    return record, [*fuzz.answers_of(record / "warc"), *fuzz.answers_of(folder / "archived" / "warc")]


@pytest.fixture
def bench(record, tmp_path):
    bench = fuzz.Bench(record[0], tmp_path, record[1])
    yield bench
    bench.close()


def test_the_answers_are_of_all_kinds_and_hosts(record):
    answers = record[1]
    assert {one.asked for one in answers} == {"page", "robots", "listing", "feed", "sitemap", "rest", "index", "cdx"}
    hosts = {one.capture.url.split("/")[2] for one in answers if one.asked == "page"}
    years = ("1997-2001", "2001-2009", "2009-2017", "2017-2021", "2021-2025", "www")
    assert hosts >= {f"{name}.state.gov" for name in years}


def test_anything_may_be_wrong_with_an_answer(bench):
    assert [words for seed in SEEDS for words in bench.try_together(seed)] == []
    assert sum(bench.outcomes.values()) == len(SEEDS) * fuzz.TOGETHER
    assert len(bench.outcomes) > 5


def test_it_finds_a_step_that_stumbles(bench, monkeypatch):
    def stumble(capture):
        raise ValueError("poison")

    bench.reader = Reader(Limits(seconds=0))
    monkeypatch.setattr(flow, "STEPS", (stumble, *flow.STEPS[1:]))
    found = bench.try_together(3)
    assert any("crashed: ValueError: poison" in words for words in found)


def test_it_finds_a_row_that_should_not_have_changed(bench, monkeypatch):
    def visit(run, *given):
        run.store.db.execute("UPDATE remarks SET title = 'Another'")
        return real(run, *given)

    real = fuzz.visit
    monkeypatch.setattr(fuzz, "visit", visit)
    found = bench.try_together(3)
    assert any("other rows changed" in words for words in found)
    assert any("recovery differs: remarks" in words for words in found)
