"""What a run has to do on a host: how far back it reads the indexes, which pages it asks for again, and why.

Between the settings, what earlier runs left (runs/past.py) and the pure plans (discovery/walk.py, runs/schedule.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.discovery.walk import NoPast, Walk
from crawler.discovery.window import Window
from crawler.items import Link
from crawler.runs.past import Seen, held_pages, is_ordered, last_complete
from crawler.runs.schedule import choose, read_hours, schedule
from crawler.web.sites import SITES
from crawler.web.urls import is_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from scrapy.settings import BaseSettings

    from crawler.discovery.walk import Past
    from crawler.exporters.sqlite.store import Refused
    from crawler.runs.past import Complete
    from crawler.runs.run import Run

# The host that grows; the others say of themselves that they are not updated.
LIVE_HOST = "www.state.gov"
# Sources of links that are no index.
REFUSED, LOOK = "refused", "look"


class Agenda:
    """What is to be done in one run."""

    def __init__(self, run: Run, settings: BaseSettings) -> None:
        self.run = run
        self.settings = settings
        self.looks_left = settings.getint("REMARKS_MAX_LOOKS")

    def walk(self, host: str) -> Walk:
        """The walk over the host's indexes."""
        since, deep = self.span(host)
        last = None if deep else self.last(host)
        asked = self.run.arguments
        thorough = last is None or last.started_at[:10] != self.run.started_at[:10]
        window = Window(since, asked.until, asked.types, deep=deep, thorough=thorough)
        most, by_rest = self.settings.getint("REMARKS_MAX_INDEX_PAGES"), self.settings.getbool("REMARKS_REST_ENABLED")
        return Walk(SITES[host], window, most, self.past(last), asks_edits=by_rest)

    def span(self, host: str) -> tuple[date | None, bool]:
        """The first publication date wanted of a host (None: from the beginning), and whether every source is read.

        A run over everything that was cut short is made up for by the next one.
        """
        asked = self.run.arguments
        if asked.everything or (asked.since is None and self.run.store.unfinished(host, asked.types)):
            return None, True
        if asked.since:
            return asked.since, True
        last = self.last(host)
        moment = datetime.fromisoformat(last.started_at if last else self.run.started_at)
        days = self.settings.getint("REMARKS_OVERLAP_DAYS" if last else "REMARKS_FIRST_DAYS")
        return (moment - timedelta(days=days)).date(), False

    def last(self, host: str) -> Complete | None:
        return last_complete(self.run.store.db, host, self.run.arguments.types)

    def past(self, last: Complete | None) -> Past:
        """Nothing where times tell nothing, because a clock was set back: then the whole overlap is read."""
        db = self.run.store.db
        return Seen(db, last) if last and is_ordered(db, last) else NoPast()

    def again(self, walk: Walk) -> Iterator[tuple[Link, bool]]:
        """Pages to ask for again, each with whether that is due; on a run over a span its indexes name what is wanted.

        A page that was refused comes back by REMARKS_RETRY_HOURS, one that is held by REMARKS_LOOK_HOURS.
        """
        if walk.window.deep or self.run.arguments.source != "live":
            return
        host, waits = walk.site.host, self.hours("REMARKS_RETRY_HOURS")
        refused = list(self.run.store.refused(host))
        for page in refused:
            if is_page(page.address):
                link = Link(url=page.address, source=REFUSED, type=page.listed_type)
                yield link, is_due(page, waits, self.run.started_at)
        yield from ((link, True) for link in self.looks(host, {page.address for page in refused}))

    def looks(self, host: str, refused: set[str]) -> list[Link]:
        """The second looks that are due, within what is left of REMARKS_MAX_LOOKS."""
        hours = self.hours("REMARKS_LOOK_HOURS" if host == LIVE_HOST else "REMARKS_ARCHIVE_LOOK_HOURS")
        pages = (page for page in held_pages(self.run.store.db, host) if page.url not in refused)
        due = schedule(pages, datetime.fromisoformat(self.run.started_at), hours)
        chosen = choose(due, self.looks_left)
        self.looks_left -= len(chosen)
        self.run.counts["looks"] += len(chosen)
        self.run.counts["overdue"] += len(due) - len(chosen)
        return [Link(url=look.page.url, source=LOOK, type=look.page.listed_type) for look in chosen]

    def hours(self, name: str) -> list[float]:
        return read_hours(self.settings[name])


def is_due(refused: Refused, after_hours: Sequence[float], now: str) -> bool:
    """After the n-th refusal as many hours are waited as the n-th number says; after the last one it is given up.

    A page that was being read when a run was killed, or that nobody could be asked for, is due at once.
    """
    waited = datetime.fromisoformat(now) - datetime.fromisoformat(refused.fetched_at)
    left = after_hours[refused.tries - 1 :]
    return refused.outcome in ("fetched", "waiting") or (bool(left) and waited >= timedelta(hours=left[0]))
