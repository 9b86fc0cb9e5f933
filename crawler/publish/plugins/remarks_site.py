"""The site's plugin, found by Datasette because it lies in plugins/; the code stands in crawler/publish/site/.

In a folder made by `scrapy browse --folder` that code lies beside it, so that plain `datasette serve` needs no more.
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
if (FOLDER / "crawler" / "publish" / "site").is_dir():
    sys.path.insert(0, str(FOLDER))

from crawler.publish.site.plugin import *  # noqa: E402, F403
