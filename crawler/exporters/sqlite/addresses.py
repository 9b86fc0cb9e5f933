"""Step 9: the addresses of a remark, and which remark an address shows. Inside the caller's transaction.

The order of captures decides who holds an address, not their times: a clock that jumps would give it to the wrong one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.web.urls import work_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils import Database

    from crawler.items import Capture

ADD = """
INSERT INTO urls (url, remark_id, path, wp_id, first_seen_at, last_seen_at, last_capture_id, canonical)
VALUES (:url, :remark_id, :path, :wp_id, :at, :at, :capture_id, :canonical)
ON CONFLICT (url, remark_id) DO UPDATE SET
    wp_id = coalesce(excluded.wp_id, wp_id),
    first_seen_at = min(first_seen_at, excluded.first_seen_at),
    last_seen_at = CASE WHEN :late THEN max(last_seen_at, excluded.last_seen_at) ELSE excluded.last_seen_at END,
    last_capture_id = coalesce(excluded.last_capture_id, last_capture_id),
    canonical = max(canonical, excluded.canonical)
"""
HOLDER = """
SELECT remark_id FROM urls WHERE url = ?
ORDER BY coalesce(last_capture_id, 0) DESC, last_seen_at DESC, canonical DESC, remark_id LIMIT 1
"""
#: The remark that the latest good answer of an address showed.
SHOWN = """
SELECT remark_id FROM captures WHERE (url = :url OR requested_url = :url) AND outcome IN ('ok', 'unchanged')
AND remark_id IS NOT NULL ORDER BY id DESC LIMIT 1
"""


#: What the latest look at an address found there itself, if anything.
SEEN_AT = """
SELECT iif(outcome = 'gone', NULL, remark_id) FROM captures WHERE url = ? AND outcome IN ('ok', 'unchanged', 'gone')
ORDER BY id DESC LIMIT 1
"""


def seen_at(db: Database, url: str) -> str | None:
    """The remark that the address itself showed at the latest look; None if none did, or it is gone."""
    row = db.execute(SEEN_AT, [url]).fetchone()
    return row[0] if row else None


def addresses_of(capture: Capture, *more: str) -> list[str]:
    """The addresses under which a page was seen, its own first."""
    return list(dict.fromkeys(filter(None, (*more, capture.url, capture.requested_url))))


def add_addresses(
    db: Database,
    remark_id: str,
    capture: Capture,
    addresses: Iterable[str],
    *,
    wp_id: int | None,
    canonical: str | None,
    late: bool = False,
) -> bool:
    """Whether one of them is new to the remark.

    canonical: the one that becomes the remark's own, and stops being another remark's. late: the capture shows a time
    before what is known, and tells nothing of who holds the address now.
    """
    if canonical is not None:
        db.execute(
            "UPDATE urls SET canonical = 0 WHERE canonical = 1 AND (remark_id = ? OR url = ?)", [remark_id, canonical]
        )
    before = _count(db, remark_id)
    row = {"remark_id": remark_id, "wp_id": wp_id, "at": capture.fetched_at, "late": late}
    row["capture_id"] = None if late else capture.id
    for url in addresses:
        db.execute(ADD, row | {"url": url, "path": work_path(url), "canonical": int(url == canonical)})
    return _count(db, remark_id) > before


def name_address(db: Database, remark_id: str, capture: Capture, url: str) -> None:
    """An address that a page calls its own, and at which nobody was seen: whoever is seen there comes before it."""
    if seen_at(db, url) is None:
        add_addresses(db, remark_id, capture, [url], wp_id=None, canonical=None, late=True)


def holder(db: Database, url: str) -> str | None:
    """The remark that was seen at the address last."""
    row = db.execute(HOLDER, [url]).fetchone()
    return row[0] if row else None


def shown(db: Database, url: str) -> str | None:
    """The remark that an answer `not modified` confirms."""
    row = db.execute(SHOWN, {"url": url}).fetchone()
    return row[0] if row else None


def _count(db: Database, remark_id: str) -> int:
    (count,) = db.execute("SELECT count(*) FROM urls WHERE remark_id = ?", [remark_id]).fetchone()
    return int(count)
