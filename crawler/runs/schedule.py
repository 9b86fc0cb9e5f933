"""When a page that is held is looked at again. Pure: times in, times out; no clock, no database.

State edits what it has published: one transcript in five changed within the four days for which the feed shows it,
half of those within an hour and a half, the last one seen after 92 hours. So the looks are close together at first and
far apart later, counted from publication: of a page that is found years after it was put up, the early looks lie in
the past and are not made up for. That alone keeps a backfill from coming due at once; the jitter does the rest.

The archive hosts say of themselves that they are NOT UPDATED. What can happen there happens to all pages at once (a
host that moves or closes), and looks once a year at each of ten thousand pages are thirty a day: it is seen within a
day. So they get the yearly look only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise, zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A look comes so much later at most, as a share of the time since the look before it: the yearly looks of pages that
#: were all put up on one day are spread over three months.
JITTER = 0.25
#: What was published less long ago is looked at in turn with what is older, so that neither waits for all of the other.
YOUNG = timedelta(days=60)
#: A printed date so near to first sight was printed that day; the page was put up hours before we saw it, not a day.
SAME_DAY = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A page and the times that are known of it, UTC, ISO 8601."""

    url: str
    remark_id: str
    first_seen_at: str
    looked_at: str
    """When it was last asked for, whatever came of it."""
    published_at: str | None = None
    date: str | None = None
    """As printed, local to the site; ISO."""
    listed_type: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A look that is due."""

    due_at: datetime
    page: Held
    young: bool


def read_hours(text: str) -> list[float]:
    """The hours of a setting ("1,6,24"). Raises ValueError."""
    return [float(part) for part in str(text).split(",")]


def read_plan(text: str) -> list[float]:
    """The same for looks. Raises ValueError where they do not rise, or where the last one, repeated, has no end."""
    hours = read_hours(text)
    if not all(0 <= one < two for one, two in pairwise([*hours, float("inf")])) or hours[-1] < 1:
        raise ValueError(f"{text!r}: hours must rise, up to an hour at least")
    return hours


def schedule(pages: Iterable[Held], now: datetime, hours: Sequence[float]) -> list[Look]:
    """The looks that are due, longest due first; `hours` after publication, the last number again and again."""
    due = []
    for page in pages:
        at = next_look(page, hours)
        if at <= now:
            due.append(Look(at, page, now - published(page) < YOUNG))
    return sorted(due, key=lambda look: (look.due_at, look.page.url))


def choose(due: Sequence[Look], most: int) -> list[Look]:
    """At most so many of them, young and old pages in turn, each kind longest due first."""
    kinds = ([look for look in due if look.young], [look for look in due if not look.young])
    return [look for look in chain.from_iterable(zip_longest(*kinds)) if look is not None][:most]


def next_look(page: Held, hours: Sequence[float]) -> datetime:
    """The first look of the plan that lies after the last one made: looks that were missed are made once."""
    begin, last, phase = published(page), _moment(page.looked_at), _phase(page.remark_id)
    before = 0.0
    for after in hours:
        at = begin + timedelta(hours=after + JITTER * phase * (after - before))
        if at > last:
            return at
        before = after
    period = timedelta(hours=hours[-1])
    return at + period * ((last - at) // period + 1)


def published(page: Held) -> datetime:
    """When the page was put up: as it says, else the day that it prints, else when it was first seen."""
    seen = _moment(page.first_seen_at)
    if page.published_at is not None:
        return min(_moment(page.published_at), seen)
    if page.date is not None and seen - (day := _moment(page.date)) > SAME_DAY:
        return day
    return seen


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _phase(remark_id: str) -> float:
    """Between 0 and 1, always the same for a remark."""
    return int.from_bytes(hashlib.sha256(remark_id.encode()).digest()[:4]) / 2**32
