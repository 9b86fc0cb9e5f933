import pytest
from exporters.made import Box
from support import crawl

from crawler.exporters.sqlite.store import Store
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


@pytest.fixture
def box(tmp_path):
    """A store of its own, to put invented remarks into."""
    with Store(tmp_path / "remarks.db", parser_version="1", durable=False) as store:
        yield Box(store, tmp_path)
