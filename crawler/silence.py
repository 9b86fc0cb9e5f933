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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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
