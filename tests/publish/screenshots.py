"""`make screenshots`: pictures of the six kinds of page, on a desktop and on a phone, of the sample site.

python tests/publish/screenshots.py FOLDER [DATABASE]: of another database, where one is named.
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import sync_playwright
from support import crawl

from crawler.commands.browse import serve_line
from crawler.sample import SampleSite
from publish.served import find_chromium, free_port, serving

WIDTHS = {1280: 900, 390: 844}


def main(folder, database=None):
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as output:
        database = database or sample(Path(output))
        port = free_port()
        with serving(serve_line(database, port), port, database) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=["--no-sandbox", "--no-proxy-server", "--hide-scrollbars"]
            )
            for width, height in WIDTHS.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                for name, path in kinds(database).items():
                    page.goto(site.base + path)
                    page.screenshot(path=folder / f"{name}-{width}.png")
                    print(folder / f"{name}-{width}.png")
            browser.close()


def sample(output):
    """The sample site as first published, then as it is now: so there is a change to show."""
    with SampleSite(version="first") as site:
        crawl(site, output, "-a", "types=all")
        site.version = "latest"
        crawl(site, output, "-a", "types=all")
    return output / "remarks.db"


def kinds(database):
    """The six kinds of page: name -> address."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:

        def value(sql):
            row = db.execute(sql).fetchone()
            return row[0] if row else ""

        spoken = "select person_id from utterances where person_id is not null group by 1 order by sum(word_count) desc"
        person = value(spoken)
        remark = value(
            "select remark_id from utterances where speaker_role = 'press' group by 1 order by count(*) desc"
        )
    return {
        "start": "/",
        "transcript": f"/r/{remark}?q=harbor",
        "search": "/search?q=harbor",
        "person": f"/people/{person}",
        "changes": "/changes",
        "charts": "/charts",
    }


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
