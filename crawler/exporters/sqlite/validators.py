"""Step 9: what a `not modified` (304) proves. The questions read only; `confirm` writes, in the caller's transaction.

Validators (ETag, Last-Modified) belong to one capture, and a 304 says that the address shows the bytes of that capture
again. So they are sent only where that is enough: the capture is the last good answer of the address, its reading is
that of the newest revision of its remark, and the remark stands where the capture saw it. Else the page is asked for
whole. The archive notes with every 304 which capture it was asked against; a rebuild decides by the same functions.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from crawler.errors import Unproven
from crawler.exporters.sqlite.addresses import holder, shown
from crawler.exporters.sqlite.status import is_elsewhere, set_status
from crawler.web.exchange import Earlier

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.items import Capture

# "5f3c-62ab", W/"5f3c-62ab"; not *, which fits any page
ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]+"')
OLD_ENOUGH_SECONDS = 60
"""A page captured sooner after its Last-Modified may have changed again in the same second (RFC 9110, 8.8.2.2)."""

SIGHTS = "FROM captures WHERE (url = :url OR requested_url = :url) AND outcome IN ('ok', 'unchanged') AND id < :before"
LAST_SIGHT = f"SELECT coalesce(confirms, id) {SIGHTS} ORDER BY id DESC LIMIT 1"
#: What an archive was asked against that does not say so: every run then sent the newest validators of the address.
LAST_TAGGED = f"""
SELECT coalesce(confirms, id) {SIGHTS} AND coalesce(etag, last_modified) IS NOT NULL ORDER BY id DESC LIMIT 1
"""
#: A capture that shows the newest revision of a remark: it made it, has the same bytes, or is read the same.
PROOF = """
SELECT c.url, c.fetched_at, c.etag, c.last_modified, c.remark_id, r.url
FROM captures c JOIN remarks r ON r.id = c.remark_id
JOIN revisions v ON v.remark_id = r.id AND v.revision = r.revision JOIN captures n ON n.id = v.capture_id
WHERE c.id = ? AND c.status = 200 AND c.via = 'live' AND c.outcome IN ('ok', 'unchanged')
AND (c.id = n.id OR c.digest = n.digest OR c.reading = v.digest)
"""


def proof(db: Database, address: str, before: int | None = None) -> Earlier | None:
    """The capture whose bytes the address shows if it answers 304; None where only the whole page can tell.

    before: the number of the capture before which that was so; None for now.
    """
    asked = {"url": address, "before": before if before is not None else 1 << 62}
    number = _value(db, LAST_SIGHT, asked)
    row = db.execute(PROOF, [number]).fetchone()
    if row is None:
        return None
    url, fetched_at, etag, last_modified, remark_id, stands_at = row
    if holder(db, address) != remark_id or is_elsewhere(stands_at, url):
        return None
    return Earlier(url=url, fetched_at=fetched_at, number=number, etag=etag, last_modified=last_modified)


def conditions(earlier: Earlier) -> dict[str, str]:
    """The headers with which only another page than that capture's is sent; none where its validators are weak proof.

    A Last-Modified goes alone, and only without an ETag: with it a page set back to an older version is "not modified".
    """
    if earlier.etag is not None:
        return {"If-None-Match": earlier.etag} if ETAG.fullmatch(earlier.etag) else {}
    if earlier.last_modified is None or not _is_old_enough(earlier.last_modified, earlier.fetched_at):
        return {}
    return {"If-Modified-Since": earlier.last_modified}


def objection(earlier: Earlier, url: str, etag: str | None, last_modified: str | None) -> str | None:
    """Why a 304 from that address with these validators of its own tells nothing of the capture; None if it does."""
    if url != earlier.url:
        return f"it comes from {url}, and the validators were those of {earlier.url}"
    if earlier.etag is None:
        if last_modified != earlier.last_modified:
            return f"Last-Modified {last_modified}, and {earlier.last_modified} was sent"
    elif etag is not None and etag.removeprefix("W/") != earlier.etag.removeprefix("W/"):
        return f"ETag {etag}, and {earlier.etag} was sent"
    return None


def confirm(db: Database, capture: Capture, against: int | None) -> str | Unproven:
    """Settles a 304: the id of the remark that was seen again, or why nothing was.

    against: the number of the capture whose validators were sent; None where the archive does not say it.
    """
    assert capture.id is not None
    address = capture.requested_url or capture.url
    if against is None:
        against = _value(db, LAST_TAGGED, {"url": address, "before": capture.id})
        if against is None and (remark_id := shown(db, address)) is not None:
            return _seen_again(db, capture, remark_id, None)
    earlier = proof(db, address, capture.id)
    if earlier is None or earlier.number != against:
        reason: str | None = "what was held when it was asked for is not what is held now"
    else:
        own = db.execute("SELECT etag, last_modified FROM captures WHERE id = ?", [capture.id]).fetchone()
        reason = objection(earlier, capture.url, *own)
    if reason is not None:
        refusal = Unproven(capture.url, f"status 304 proves nothing: {reason}")
        db.execute(
            "UPDATE captures SET outcome = ?, reason = ? WHERE id = ?", [refusal.outcome, refusal.reason, capture.id]
        )
        return refusal
    remark_id = str(_value(db, "SELECT remark_id FROM captures WHERE id = ?", [against]))
    return _seen_again(db, capture, remark_id, against)


def _seen_again(db: Database, capture: Capture, remark_id: str, confirms: int | None) -> str:
    (status,) = db.execute("SELECT status FROM remarks WHERE id = ?", [remark_id]).fetchone()
    if status == "gone":
        set_status(db, remark_id, "restored", capture, f"seen again at {capture.url}")
    at = capture.seen_at
    db.execute("UPDATE remarks SET last_seen_at = ? WHERE id = ?", [at, remark_id])
    db.execute(
        "UPDATE captures SET outcome = 'unchanged', remark_id = ?, confirms = ? WHERE id = ?",
        [remark_id, confirms, capture.id],
    )
    db.execute(
        "UPDATE urls SET last_seen_at = ?, last_capture_id = ? WHERE remark_id = ? AND url IN (?, ?)",
        [at, capture.id, remark_id, capture.url, capture.requested_url],
    )
    return remark_id


def _is_old_enough(last_modified: str, fetched_at: str) -> bool:
    try:
        age = datetime.fromisoformat(fetched_at) - parsedate_to_datetime(last_modified)
    except (TypeError, ValueError):  # no date, or one without its zone
        return False
    return age.total_seconds() >= OLD_ENOUGH_SECONDS


def _value(db: Database, sql: str, arguments: Any) -> Any:
    row = db.execute(sql, arguments).fetchone()
    return row[0] if row else None
