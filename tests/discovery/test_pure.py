"""The readers are usable without the crawler round them."""

import subprocess
import sys

PROGRAM = """
import sys
import crawler.discovery.feed, crawler.discovery.listing, crawler.discovery.old_index, crawler.discovery.rest
import crawler.discovery.scope, crawler.discovery.sitemap, crawler.web.types
print(sorted({name.partition(".")[0] for name in sys.modules} & {"scrapy", "twisted", "sqlite3", "sqlite_utils"}))
"""


def test_the_readers_load_neither_scrapy_nor_a_database():
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
