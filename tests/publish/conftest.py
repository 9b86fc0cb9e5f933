"""The site as `scrapy browse` serves it, on the sample site crawled twice, so that one transcript was changed."""

import pytest
from support import crawl

from crawler.commands.browse import serve_line
from crawler.sample import SampleSite
from publish.served import find_chromium, free_port, serving


@pytest.fixture(scope="session")
def twice(tmp_path_factory):
    """The sample site as first published, then as it is now."""
    folder = tmp_path_factory.mktemp("twice")
    with SampleSite(version="first") as running:
        assert crawl(running, folder, "-a", "types=all").status == 0
        running.version = "latest"
        run = crawl(running, folder, "-a", "types=all")
    assert run.status == 0
    return run


@pytest.fixture(scope="session")
def site(twice):
    database = twice.output / "remarks.db"
    port = free_port()
    with serving(serve_line(database, port), port, database) as running:
        yield running


@pytest.fixture(scope="module")
def chromium():
    """A real browser, or a clear word why there is none.

    Not for the whole session: as long as it is there, a loop runs in which no other test can run one of its own.
    """
    found = find_chromium()
    if found is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install -e '.[dev]'")
    with sync_api.sync_playwright() as playwright:
        # as root in a container the browser has no sandbox of its own; nothing but our own pages is opened
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--no-proxy-server"])
        yield browser
        browser.close()
