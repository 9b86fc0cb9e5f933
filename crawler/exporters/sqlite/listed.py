"""Step 9: which addresses the indexes name, so that what was never read can be told. Touches the table `listed`.

Every source is kept apart: two that do not lean on each other (a listing and a sitemap) show each other's gaps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from crawler.discovery.scope import speech_by_address
from crawler.web.types import holds_speech
from crawler.web.urls import work_path

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from sqlite_utils import Database

    from crawler.items import Link

NOTE = """
INSERT INTO listed (host, path, source, url, type, speech, date, published_at, first_listed_at, last_listed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (host, path, source) DO UPDATE SET url = excluded.url, type = coalesce(excluded.type, type),
    speech = coalesce(excluded.speech, speech), date = coalesce(excluded.date, date),
    published_at = coalesce(published_at, excluded.published_at),
    last_listed_at = max(last_listed_at, excluded.last_listed_at)
"""
# For pages that do not tell themselves when they were put up; REST is exact where a feed's item may be put up anew.
FILL = "UPDATE remarks SET published_at = ? WHERE url = ? AND published_at IS NULL"
PUBLISHED_AT = """
SELECT published_at FROM listed WHERE host = ? AND path = ? AND published_at IS NOT NULL ORDER BY source DESC LIMIT 1
"""
# What became of every address of a host that may hold speech: its newest answer that is one about the page.
ADDRESSES = """
WITH named AS (
    SELECT host, path, max(url) AS url, min(coalesce(speech, 1)) AS speech, count(*) AS sources,
           group_concat(source) AS named_by FROM listed GROUP BY host, path
),
answers AS (
    SELECT replace(coalesce(requested_url, url), '/index.html', '/') AS url, max(id) AS id, max(remark_id) AS remark_id
    FROM captures WHERE outcome NOT IN ('index', 'robots', 'redirect', 'out_of_span', 'waiting') GROUP BY 1
)
SELECT named.host, named.path, named.url, named.sources, named.named_by, captures.outcome,
       coalesce(answers.remark_id, (SELECT remark_id FROM urls WHERE urls.url = named.url)) AS remark_id
FROM named LEFT JOIN answers ON answers.url = named.url LEFT JOIN captures ON captures.id = answers.id
WHERE named.speech = 1
"""
COMPLETENESS = f"""
SELECT host, count(*) AS known, sum(outcome IS NOT NULL OR remark_id IS NOT NULL) AS fetched,
    sum(remark_id IS NOT NULL) AS remarks, sum(coalesce(outcome = 'not_remarks', 0)) AS no_remarks,
    sum(remark_id IS NULL AND outcome IN ('blocked', 'decoy', 'gone', 'offsite', 'unreachable', 'too_large'))
        AS refused,
    sum(remark_id IS NULL AND outcome IN
        ('unknown_template', 'ambiguous_template', 'broken', 'cut_off', 'not_text', 'empty'))
        AS not_understood,
    sum(sources > 1) AS by_several
FROM ({ADDRESSES}) GROUP BY host ORDER BY host
"""  # noqa: S608
GAPS = f"""
SELECT url, coalesce(outcome, 'never fetched') AS why FROM ({ADDRESSES})
WHERE remark_id IS NULL AND coalesce(outcome, '') NOT IN ('not_remarks', 'unchanged') AND host = ? ORDER BY why, url
"""  # noqa: S608
SOURCES = """
SELECT source, count(*) AS addresses, sum(NOT EXISTS (
    SELECT 1 FROM listed o WHERE o.host = l.host AND o.path = l.path AND o.source <> l.source)) AS alone
FROM listed l WHERE host = ? AND coalesce(speech, 1) = 1 GROUP BY source ORDER BY source
"""


class Completeness(NamedTuple):
    """The figures of one host, over the addresses that may hold speech."""

    host: str
    known: int
    """Named by any index."""
    fetched: int
    remarks: int
    no_remarks: int
    """Read, and of a type that holds none."""
    refused: int
    not_understood: int
    by_several: int
    """Named by two sources or more."""


def note_listed(db: Database, links: Iterable[Link], at: str) -> None:
    """Adds what an index names, and its times where a page told none; the caller holds the transaction."""
    links = list(links)
    db.conn.executemany(
        NOTE,
        [
            [
                urlsplit(link.url).hostname,
                work_path(link.url),
                link.source,
                link.url,
                link.type,
                _speech(link),
                link.date,
                link.published_at,
                at,
                at,
            ]
            for link in links
        ],
    )
    db.conn.executemany(FILL, [(link.published_at, link.url) for link in links if link.published_at])


def published_at(db: Database, url: str) -> str | None:
    """When the indexes say that the page at the address was put up, UTC."""
    row = db.execute(PUBLISHED_AT, [urlsplit(url).hostname, work_path(url)]).fetchone()
    return row[0] if row else None


def _speech(link: Link) -> int | None:
    """By the printed type, else by the folder; None where only the page tells."""
    told = holds_speech(link.type)
    if told is None and link.type is None:
        told = speech_by_address(link.url)
    return None if told is None else int(told)


def completeness(db: sqlite3.Connection) -> Iterator[Completeness]:
    return (Completeness(*row) for row in db.execute(COMPLETENESS))


def gaps(db: sqlite3.Connection, host: str) -> list[tuple[str, str]]:
    """Addresses of a host that may hold speech and gave no remark, with why, in words or as an outcome."""
    return [(url, why) for url, why in db.execute(GAPS, [host])]


def sources(db: sqlite3.Connection, host: str) -> list[tuple[str, int, int]]:
    """Each source of a host's addresses, how many it names, and how many of them only it does."""
    return [(source, addresses, alone) for source, addresses, alone in db.execute(SOURCES, [host])]
