"""Step 1: what a walk asks for, and which items are wanted of it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from crawler.items import Link

# the year of "/secretary/remarks/2016/07/index.htm", "/r/pa/prs/appt/2009appt/index.htm", "/briefings/2000_index.html"
YEAR = re.compile(r"(?<!\d)(?:199[5-9]|20[0-4]\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Ask:
    """An index to fetch."""

    source: str
    """listing, index, feed, sitemap or rest."""
    url: str
    first: str
    """The index that this is a page of: a listing's base address, a REST list's post type, an old index itself."""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Window:
    """Which items are wanted."""

    since: date | None
    """None: from the beginning."""
    until: date | None
    types: str
    deep: bool
    """A span was asked for: every source of the host is read. Otherwise REST and the first listing do, or the feed."""
    thorough: bool = True
    """Whether the listing is read to the window's end where REST does not tell what was edited."""

    def takes(self, link: Link) -> bool:
        """An item without a date is taken: its page tells."""
        if link.date is None:
            return True
        return not self.is_older(link) and (self.until is None or link.date <= self.until.isoformat())

    def may_list(self, index: str) -> bool:
        """Whether an old index may list items of the span: its address may tell its year."""
        years = [int(year) for year in YEAR.findall(index)]
        too_old = bool(years) and self.since is not None and years[-1] < self.since.year
        return not too_old and not (years and self.until is not None and years[-1] > self.until.year)

    def is_older(self, link: Link) -> bool:
        return self.since is not None and link.date is not None and link.date < self.since.isoformat()
