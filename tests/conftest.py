"""What several tests lean on, and which of them are slow."""

import re
from functools import cache

import pytest
from hypothesis import settings
from support import crawl

from crawler.sample import SampleSite

# a busy machine is no fault of the code
settings.register_profile("remarks", deadline=None)
settings.load_profile("remarks")


# What starts a process or a server, or crawls; so nobody has to remember the mark. Beside that, what hypothesis tries.
STARTS = re.compile(r"\bsubprocess\b|\bSampleSite\b|\bcrawl\(|\bserving\(|\bfrom test_\w+ import\b|\bReader\(")


@cache
def starts_something(path):
    return STARTS.search(path.read_text("utf-8")) is not None


def pytest_collection_modifyitems(items):
    for item in items:
        tries_many = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if tries_many or {"site", "whole", "twice"} & set(item.fixturenames) or starts_something(item.path):
            item.add_marker("slow")


@pytest.fixture
def site():
    with SampleSite() as running:
        yield running


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """One crawl of everything, for tests that only look."""
    with SampleSite() as running:
        return crawl(running, tmp_path_factory.mktemp("whole"), "-a", "types=all")
