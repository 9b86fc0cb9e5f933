"""Step 9: whether a remark still stands where it stood: live, moved, gone, restored. Inside the caller's transaction.

- *moved*: the page itself is seen under another address of its work: a new slug, another host.
- *gone*: the remark's address answers 404 or 410, or shows another document, and does so again REMARKS_GONE_AFTER_HOURS
  later or more, with no good sight between. Since the first look its host must have answered something else soundly: a
  host that says 404 to everything is out of order, it has not taken anything down. Refusals (a block, an outage) are no
  looks. Where the remark is known good at an address that has not failed since, it goes there (moved).
- *restored*: it was gone and is seen again.

Nothing is deleted. Every change of status is a row of `statuses`, with the capture that showed it. All of it is read
from captures in their order, so a rebuild comes to the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler.web.urls import host_of, work_path

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.exporters.sqlite.rows import Row
    from crawler.items import Capture

LIVE_HOST = "www.state.gov"
GONE_AFTER_HOURS = 24.0
"""Where the run does not say otherwise."""

LAST_SIGHT = """
SELECT max(id) FROM captures WHERE (url = :url OR requested_url = :url)
AND outcome IN ('ok', 'unchanged') AND remark_id = :remark_id
"""
#: Looks at the address since then that did not find it.
FIRST_MISS = """
SELECT id, fetched_at FROM captures WHERE (url = :url OR requested_url = :url) AND id > :seen
AND (outcome = 'gone' OR (outcome IN ('ok', 'unchanged') AND remark_id <> :remark_id)) ORDER BY id LIMIT 1
"""
SOUND_SINCE = """
SELECT 1 FROM captures WHERE id > :miss AND outcome IN ('ok', 'unchanged', 'index', 'not_remarks')
AND url GLOB 'https://' || :host || '/*' LIMIT 1
"""
#: Addresses that gave the page themselves and have not failed since, the one seen last first.
OTHER_HOME = """
SELECT u.url, c.id FROM urls u JOIN captures c ON c.id = (SELECT max(id) FROM captures
    WHERE url = u.url AND remark_id = :remark_id AND outcome IN ('ok', 'unchanged'))
WHERE u.remark_id = :remark_id AND u.url <> :url
AND NOT EXISTS (SELECT 1 FROM captures l WHERE (l.url = u.url OR l.requested_url = u.url) AND l.id > c.id
    AND (l.outcome = 'gone' OR (l.outcome IN ('ok', 'unchanged') AND l.remark_id <> :remark_id)))
ORDER BY c.id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A remark that was not where it should be."""

    remark_id: str
    status: str
    """gone or moved; another where a second look has to tell."""
    changed: bool
    """Whether this look changed the status."""


def is_elsewhere(old: str, new: str) -> bool:
    """Whether two addresses are different places: not only another spelling of one."""
    return (host_of(old), work_path(old)) != (host_of(new), work_path(new))


def sighted(db: Database, row: Row, capture: Capture, address: str) -> str:
    """The status of a remark whose page was seen in good order, now standing at address."""
    status: str = row["status"]
    if status == "gone":
        return set_status(db, row["id"], "restored", capture, f"seen again at {address}")
    found_live = host_of(address) == LIVE_HOST != host_of(row["url"])  # an archive host was asked first
    if is_elsewhere(row["url"], address) and not found_live:
        return set_status(db, row["id"], "moved", capture, f"from {row['url']} to {address}")
    return status


def missed(db: Database, capture: Capture, *, instead: str | None = None) -> list[Missed]:
    """What a look tells of the remarks that stood at the capture's address; `instead`: the remark that was found."""
    found = []
    for address in dict.fromkeys(filter(None, (capture.requested_url, capture.url))):
        rows = list(db.query("SELECT * FROM remarks WHERE url = ? AND id IS NOT ?", [address, instead]))
        found += [_missed_at(db, row, capture, address) for row in rows]
    return found


def _missed_at(db: Database, row: Row, capture: Capture, address: str) -> Missed:
    remark_id, status = row["id"], row["status"]
    if status == "gone":
        return Missed(remark_id=remark_id, status=status, changed=False)
    at = {"url": address, "remark_id": remark_id}
    first = next(db.query(FIRST_MISS, at | {"seen": _value(db, LAST_SIGHT, at) or 0}), None)
    if first is None or not is_later(db, first["fetched_at"], capture):
        return Missed(remark_id=remark_id, status=status, changed=False)
    if _value(db, SOUND_SINCE, {"miss": first["id"], "host": host_of(address)}) is None:
        return Missed(remark_id=remark_id, status=status, changed=False)
    home = _value(db, OTHER_HOME, {"remark_id": remark_id, "url": address})
    if home is not None:
        _hand_over(db, remark_id, home)
        status = set_status(db, remark_id, "moved", capture, f"from {address} to {home}")
    else:
        reason = f"{address}: not there since {first['fetched_at']}"
        status = set_status(db, remark_id, "gone", capture, reason)
    return Missed(remark_id=remark_id, status=status, changed=True)


def is_later(db: Database, first: str, capture: Capture) -> bool:
    """Whether a capture is a second look, by the waiting time of its run."""
    hours = gone_after_hours(db, capture)
    return (datetime.fromisoformat(capture.fetched_at) - datetime.fromisoformat(first)).total_seconds() >= hours * 3600


def gone_after_hours(db: Database, capture: Capture) -> float:
    arguments = _value(
        db, "SELECT arguments FROM runs JOIN captures c ON c.run_id = runs.id WHERE c.id = ?", [capture.id]
    )
    return float(json.loads(arguments or "{}").get("gone_after_hours", GONE_AFTER_HOURS))


def _hand_over(db: Database, remark_id: str, home: str) -> None:
    host = host_of(home)
    db.execute("UPDATE remarks SET url = ?, host = ?, home = ? WHERE id = ?", [home, host, host, remark_id])
    db.execute("UPDATE urls SET canonical = 0 WHERE remark_id = ? OR url = ?", [remark_id, home])
    db.execute("UPDATE urls SET canonical = 1 WHERE remark_id = ? AND url = ?", [remark_id, home])


def set_status(db: Database, remark_id: str, status: str, capture: Capture, reason: str) -> str:
    db.execute("UPDATE remarks SET status = ? WHERE id = ?", [status, remark_id])
    db.table("statuses").insert(
        {
            "remark_id": remark_id,
            "status": status,
            "capture_id": capture.id,
            "seen_at": capture.fetched_at,
            "reason": reason,
        }
    )
    return status


def _value(db: Database, sql: str, arguments: Any) -> Any:
    row = db.execute(sql, arguments).fetchone()
    return row[0] if row else None
