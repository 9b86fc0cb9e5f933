"""Step 1: the days and moments that indexes print, each index in its own way. Pure; no clock.

None for what cannot be read, and for a day before State had a web site: an item without a date is still fetched and
its page tells, whereas a wrong one would take it out of the window that was asked for.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from crawler.web.dates import DAY, FIRST_YEAR, SLASHED, find_date, slashed_date

# The site's own clock: the department's pages are dated in Washington, feeds tell UTC.
WASHINGTON = ZoneInfo("America/New_York")


def printed_day(printed: str) -> str | None:
    """From "June 4, 2026" of a listing."""
    try:
        return _plausible(find_date(printed))
    except ValueError:
        return None


# "May 6 2012 REVISED", "Daily Press Briefing - April 30, 2013"; not "Anniversary of September 11, 2001"
OWN_DATE = re.compile(rf"\A(?:.*\b(?:briefings?|schedule|appointments))?\W*(?:\w+day,?\s+)?({DAY})\W*", re.I)


def index_day(title: str, line: str, before: str) -> str | None:
    """The day of an item of an old index: printed in its line or alone in the line before, or the title's own date."""
    found = _slashed(line.replace(title, " ")) or (_slashed(before) if SLASHED.fullmatch(before.strip()) else None)
    if found:
        return found
    match = OWN_DATE.match(title.replace("REVISED", " ")) or OWN_DATE.fullmatch(before)
    return printed_day(match[1]) if match else None


def _slashed(text: str) -> str | None:
    match = SLASHED.search(text)
    if match is None:
        return None
    try:
        return _plausible(slashed_date(match))
    except ValueError:
        return None


# "Thu, 04 Jun 2026 21:10:05 +0000": a year of four digits, a zone whose hours are known. What Python's parser makes of
# others ("-0001", "26", "CEST") is some moment, but not the one that is meant.
RFC_822 = re.compile(
    r"(?:[a-z]{3,9},?\s{1,9})?\d{1,2}\s{1,9}[a-z]{3,9}\s{1,9}(?:19|20)\d\d\s{1,9}\d\d?:\d\d(?::\d\d)?"
    r"\s{0,9}(?:[+-](?:0\d|1[0-4])[0-5]\d|GMT|UTC?|Z|[ECMP][SD]T)",
    re.IGNORECASE,
)


def feed_day(printed: str) -> str | None:
    """The day in Washington, from "Thu, 04 Jun 2026 21:10:05 +0000" of a feed."""
    moment = _feed_moment(printed)
    return _plausible(moment.astimezone(WASHINGTON).date()) if moment else None


def feed_time(printed: str) -> str | None:
    """The moment in UTC, from the same; None where its day cannot be."""
    moment = _feed_moment(printed)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment and _plausible(moment.date()) else None


def _feed_moment(printed: str) -> datetime | None:
    if not RFC_822.fullmatch(printed.strip()):
        return None
    try:
        moment = parsedate_to_datetime(printed)
        # "-0000" says that the zone is not known; WordPress writes UTC.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def clock_day(stamp: str) -> str | None:
    """The day as written, from "2026-06-04T17:10:05" by the site's own clock."""
    try:
        return _plausible(datetime.fromisoformat(stamp).date())
    except ValueError:
        return None


def utc(stamp: str) -> str | None:
    """A moment in UTC ("2026-06-05T14:10:00Z"); one without a zone is taken as UTC; None for a bare day too."""
    if "T" not in stamp:
        return None
    try:
        moment = datetime.fromisoformat(stamp)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return f"{moment.replace(tzinfo=None, microsecond=0).isoformat()}Z" if moment.year >= FIRST_YEAR else None


#: Indexes name what is out, and now and then the next days' schedule: not what is further ahead.
MOST_DAYS_AHEAD = 7


def is_ahead(stamp: str | None, asked_at: str) -> bool:
    """Whether a day or moment lies further ahead than an index that was read then (UTC) can know."""
    latest = datetime.fromisoformat(asked_at).date() + timedelta(days=MOST_DAYS_AHEAD)
    return stamp is not None and stamp[:10] > latest.isoformat()


def _plausible(day: date) -> str | None:
    return day.isoformat() if day.year >= FIRST_YEAR else None
