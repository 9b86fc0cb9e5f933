import pytest
from support import crawl

from crawler.sample import SampleSite

from .asked import Exports


@pytest.fixture(scope="session")
def held(tmp_path_factory):
    """The sample site, with one page edited between two crawls."""
    folder = tmp_path_factory.mktemp("held")
    with SampleSite(version="first") as site:
        crawl(site, folder, "-a", "types=all")
        site.version = "latest"
        run = crawl(site, folder, "-a", "types=all")
    assert run.status == 0
    return run


@pytest.fixture(scope="session")
def exports(held, tmp_path_factory):
    """Every form of it, written once."""
    return Exports(held.output, tmp_path_factory.mktemp("exports"))
