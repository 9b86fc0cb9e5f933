"""What several tests lean on."""

import pytest
from hypothesis import settings
from support import crawl

from crawler.sample import SampleSite

# a busy machine is no fault of the code
settings.register_profile("remarks", deadline=None)
settings.load_profile("remarks")


@pytest.fixture
def site():
    with SampleSite() as running:
        yield running


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """One crawl of everything, for tests that only look."""
    with SampleSite() as running:
        return crawl(running, tmp_path_factory.mktemp("whole"), "-a", "types=all")
