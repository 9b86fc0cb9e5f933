"""Whether a live host has fallen silent: nothing new for much longer than is usual there. Pure.

A listing that stands still looks like a quiet week: every run goes well and finds nothing. So the days since the newest
item are held against the distances between days with news in the year before. More than three times as long as all but
one in fifty of those were is told; past a floor (REMARKS_SILENCE_DAYS) it is a drift. The weekends and short recesses
of a year are in what is usual; a long recess looks the same as a broken list, and the words say so.

It takes a past to know what is usual (20 days with news within a year), and looks on three days, so that neither the
first run after a pause nor a clock that jumped cries wolf. Archive hosts stand still for good and are not asked this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from crawler.exporters.sqlite.status import LIVE_HOST

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

# ---- silences ----
# Step 9, read back: since when the indexes of the live host name nothing new, for silence.py. Reads only.


MOST_CAPTURES = 20_000
EXAMPLES = 3
# An item is new on its printed day, or on the day when it was first listed, where it prints a later one by mistake.
# Indexes that print no day (a sitemap) do not count.
NEWS = """
SELECT source, CASE speech WHEN 1 THEN type END AS type, min(date, substr(first_listed_at, 1, 10)) AS day, url,
    substr(last_listed_at, 1, 10) AS read
FROM listed WHERE host = :host AND source IN ('listing', 'feed', 'rest') AND date IS NOT NULL
    AND date >= (SELECT date(max(last_listed_at), '-3 years') FROM listed WHERE host = :host)
ORDER BY day DESC, url
"""
READINGS = """
SELECT count(DISTINCT substr(fetched_at, 1, 10)) FROM captures
WHERE id > (SELECT max(id) FROM captures) - :most AND outcome = 'index' AND via = 'live'
    AND url GLOB 'https://' || :host || '/*' AND fetched_at >= date(:newest, '+1 day')
"""


class News(NamedTuple):
    source: str
    type: str | None
    """Of speech; None of what holds none."""
    day: str
    url: str
    read: str
    """The day on which the index named it last."""


def silences(db: sqlite3.Connection, since: str = "", host: str = LIVE_HOST) -> list[Silence]:
    """The host; else single indexes of it, and single types of what holds speech. `since`: a day that is accepted."""
    news = [News(*row) for row in db.execute(NEWS, {"host": host})]
    whole = _silence(db, host, news, f"nothing new on {host}", since)
    return [whole] if whole else [*_of_sources(db, host, news, since), *_of_types(db, host, news, since)]


def _of_sources(db: sqlite3.Connection, host: str, news: Sequence[News], since: str) -> Iterator[Silence]:
    for name in sorted({item.source for item in news}):
        some = [item for item in news if item.source == name]
        found = _silence(db, host, some, f"nothing new in the {name} of {host}", since)
        if found is not None:
            yield found


def _of_types(db: sqlite3.Connection, host: str, news: Sequence[News], since: str) -> Iterator[Silence]:
    """An index that was read and no longer names a type speaks of that type all the same."""
    for name in sorted({item.type for item in news if item.type}):
        some = [item for item in news if item.type == name]
        found = _silence(db, host, some, f"no {name} on {host}", since, type_read=max(item.read for item in news))
        if found is not None:
            yield found


def _silence(
    db: sqlite3.Connection, host: str, news: Sequence[News], what: str, since: str, *, type_read: str | None = None
) -> Silence | None:
    """type_read: of a single type, the day on which the indexes were read last, whether they name it or not."""
    if not news:
        return None
    read = type_read or max(item.read for item in news)
    accepted = date.fromisoformat(since[:10]) if since else None
    found = quiet((date.fromisoformat(item.day) for item in news), date.fromisoformat(read), accepted)
    if found is None or _readings(db, host, news[0].day) < LEAST_READINGS:
        return None
    days, usual, counted = found
    return Silence(
        what=what,
        days=days,
        newest=date.fromisoformat(news[0].day),
        usual=usual,
        news=counted,
        examples=tuple(dict.fromkeys(item.url for item in news))[:EXAMPLES],
        one_type=type_read is not None,
    )


def _readings(db: sqlite3.Connection, host: str, newest: str) -> int:
    (count,) = db.execute(READINGS, {"host": host, "newest": newest, "most": MOST_CAPTURES}).fetchone()
    return int(count)


#: Days with news in the year before the newest; fewer tell nothing.
LEAST_NEWS = 20
YEAR = timedelta(days=365)
#: The share of the distances that is taken for usual.
USUAL = 0.98
#: So many times the usual distance is long.
LONG = 3
#: Days on which the indexes were read since the newest item.
LEAST_READINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nothing new for long."""

    what: str
    """As "nothing new on www.state.gov", "no Remarks on www.state.gov"."""
    days: int
    newest: date
    usual: int
    """Days between two days with news, but for the longest in fifty."""
    news: int
    """Days with news in the year before."""
    examples: tuple[str, ...]
    """The newest addresses."""
    one_type: bool = False

    @property
    def short(self) -> str:
        return f"{self.what} for {self.days} days"

    def __str__(self) -> str:
        return (
            f"drift: {self.short} (since {self.newest}; before, {self.news} days of a year had news, mostly "
            f"{self.usual} days apart or less): a recess, or an index that stands still; newest: "
            f"{', '.join(self.examples)}"
        )

    def degrades(self, floor_days: float) -> bool:
        """Whether it is past the floor; single types pause for longer than the host. 0 is never."""
        return 0 < floor_days * (2 if self.one_type else 1) <= self.days


def quiet(days: Iterable[date], until: date, accepted: date | None = None) -> tuple[int, int, int] | None:
    """Days without news up to `until`, the usual distance, and the days with news in the year before; None if usual.

    accepted: up to that day somebody has looked at it.
    """
    known = sorted(set(days))
    if not known:
        return None
    year = [day for day in known if known[-1] - day <= YEAR]
    if len(year) < LEAST_NEWS:
        return None
    distances = sorted((two - one).days for one, two in pairwise(year))
    usual = distances[ceil(USUAL * len(distances)) - 1]
    passed = (until - max(known[-1], accepted or known[-1])).days
    return (passed, usual, len(year)) if passed > LONG * usual else None
