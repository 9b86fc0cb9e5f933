"""Step 9, read back: since when the indexes of the live host name nothing new, for silence.py. Reads only."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from crawler.exporters.standing import LIVE_HOST
from crawler.silence import LEAST_READINGS, Silence, quiet

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

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
