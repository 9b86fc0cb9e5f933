"""Step 9: what a run asks of the database before it asks the hosts. Reads only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.exporters.sqlite.addresses import holder
from crawler.exporters.sqlite.status import is_later
from crawler.exporters.sqlite.validators import proof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from crawler.items import Capture
    from crawler.web.exchange import Earlier

SETTLED = ("ok", "unchanged", "not_remarks")
"""Outcomes after which the same bytes need not be fetched again."""
NO_PAGE = ("index", "robots", "redirect", "retried", "out_of_span")
"""Outcomes of answers that are no page, or not the last word on one."""
REFUSED = """
WITH pages AS (
    SELECT id, coalesce(requested_url, url) AS address, outcome FROM captures
    WHERE outcome NOT IN (SELECT value FROM json_each(:other))
),
last_good AS (
    SELECT address, max(id) AS id FROM pages
    WHERE outcome IN (SELECT value FROM json_each(:good)) GROUP BY address
),
refused AS (
    SELECT address, max(pages.id) AS id, sum(pages.outcome <> 'waiting') AS tries
    FROM pages LEFT JOIN last_good USING (address)
    WHERE pages.id > coalesce(last_good.id, 0) GROUP BY address
)
SELECT address, outcome, listed_type, fetched_at, tries FROM refused JOIN captures USING (id)
WHERE address GLOB :host ORDER BY refused.id
"""
SHOWN_AS = """
SELECT title, date, wp_id FROM urls JOIN remarks ON remarks.id = remark_id
WHERE urls.url = :url AND remark_id = :remark_id
"""


CUT_BEFORE = """
SELECT min(fetched_at) FROM captures WHERE url = :url AND outcome = 'cut_off' AND reading = :reading AND id < :id
AND id > (SELECT coalesce(max(id), 0) FROM captures WHERE url = :url AND outcome IN ('ok', 'unchanged') AND id < :id)
"""
HELD_WITHOUT_END = """
SELECT EXISTS (SELECT 1 FROM remarks r JOIN revisions v ON v.remark_id = r.id AND v.revision = r.revision
    JOIN json_each(r.problems) p WHERE r.id = :remark_id AND v.digest = :reading AND p.value GLOB 'unread: end: *')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database knows of an address."""

    remark_id: str | None
    """The remark that stood there last."""
    outcome: str | None
    """Of the latest capture; None for an address that only a page named."""
    fetched_at: str | None
    """Of the latest capture."""
    etag: str | None
    """Of the capture that a 304 would prove (proofs.py); None where the page must be asked for whole."""
    last_modified: str | None
    """The same."""
    modified_at: str | None
    """Last edit that the page named, in the latest good capture."""
    title: str | None = None
    """Of that remark, as printed."""
    date: str | None = None
    """The same."""
    wp_id: int | None = None
    """Of the page that showed it there."""


class Refused(NamedTuple):
    """An address that could not be read."""

    address: str
    outcome: str
    listed_type: str | None
    fetched_at: str
    """Of the latest try."""
    tries: int
    """Since the address was last read."""


class Questions:
    """The questions; Store (sqlite.py) is this and the answers' writer."""

    db: Database

    def run_row(self, run_id: int) -> dict[str, Any]:
        return dict(next(self.db.query("SELECT * FROM runs WHERE id = ?", [run_id])))

    def latest_time(self) -> str | None:
        """The latest at which the clock stood when something was written."""
        (found,) = self.db.execute(
            "SELECT max(t) FROM (SELECT max(started_at) t FROM runs UNION SELECT max(ended_at) FROM runs "
            "UNION SELECT max(fetched_at) FROM captures)"
        ).fetchone()
        return str(found) if found is not None else None

    def next_capture(self) -> int:
        """The number of the next capture."""
        (last,) = self.db.execute("SELECT max(id) FROM captures").fetchone()
        return (last or 0) + 1

    def known(self, url: str) -> Known | None:
        """What is known of an address, whether it was asked for, gave a page, or was named by one; None if nothing."""
        remark_id = holder(self.db, url)
        captures = "FROM captures WHERE (url = :url OR requested_url = :url)"
        good = f"{captures} AND outcome IN {SETTLED}"
        at = {"url": url}
        latest = self.db.execute(f"SELECT outcome, fetched_at {captures} ORDER BY id DESC LIMIT 1", at).fetchone()
        if remark_id is None and not latest:
            return None
        earlier = self.proof(url)
        modified = self.db.execute(
            f"SELECT modified_at {good} AND modified_at IS NOT NULL ORDER BY id DESC LIMIT 1",
            at,
        ).fetchone()
        shown = self.db.execute(SHOWN_AS, {"url": url, "remark_id": remark_id}).fetchone()
        title, date, wp_id = shown or (None, None, None)
        return Known(
            remark_id=remark_id,
            outcome=latest[0] if latest else None,
            fetched_at=latest[1] if latest else None,
            etag=earlier.etag if earlier else None,
            last_modified=earlier.last_modified if earlier else None,
            modified_at=modified[0] if modified else None,
            title=title,
            date=date,
            wp_id=wp_id,
        )

    def proof(self, url: str) -> Earlier | None:
        """The capture whose validators to ask an address with; None where the page must be asked for whole."""
        return proof(self.db, url)

    def has_capture(self, capture: Capture) -> bool:
        """Whether this very capture was read before."""
        (found,) = self.db.execute(
            f"SELECT EXISTS (SELECT 1 FROM captures WHERE url = ? AND fetched_at = ? AND digest = ? "  # noqa: S608
            f"AND outcome IN {SETTLED})",
            [capture.url, capture.fetched_at, capture.digest],
        ).fetchone()
        return bool(found)

    def shown_before(self, capture: Capture, reading: str) -> bool:
        """Whether a page without its end showed the same on another day, or is held like this already.

        reading: the digest of what it shows (rows.content_digest).
        """
        asked = {"url": capture.url, "reading": reading, "id": capture.id, "remark_id": holder(self.db, capture.url)}
        if self.db.execute(HELD_WITHOUT_END, asked).fetchone()[0]:
            return True
        (first,) = self.db.execute(CUT_BEFORE, asked).fetchone()
        return first is not None and is_later(self.db, first, capture)

    def was_index(self, capture_id: int) -> bool:
        """Whether an index was read before at the address of that capture."""
        (found,) = self.db.execute(
            "SELECT EXISTS (SELECT 1 FROM captures c JOIN captures now USING (url) "
            "WHERE now.id = ? AND c.id < now.id AND c.outcome = 'index')",
            [capture_id],
        ).fetchone()
        return bool(found)

    def refused(self, host: str) -> Iterator[Refused]:
        """The addresses of a host whose newest answer was a refusal, or was being read when a run was killed."""
        rows = self.db.execute(
            REFUSED, {"good": json.dumps(SETTLED), "other": json.dumps(NO_PAGE), "host": f"https://{host}/*"}
        )
        return (Refused(*row) for row in rows)

    def unfinished(self, host: str, types: str) -> bool:
        """Whether a run over everything was begun and none since has read all of the host's indexes."""
        (last,) = self.db.execute(
            "SELECT max(id) FROM runs WHERE json_extract(arguments, '$.everything') "
            "AND json_extract(arguments, '$.continues') AND json_extract(arguments, '$.types') IN ('all', ?) "
            "AND EXISTS (SELECT 1 FROM json_each(arguments, '$.hosts') WHERE value = ?)",
            [types, host],
        ).fetchone()
        if last is None:
            return False
        (walked,) = self.db.execute(
            "SELECT EXISTS (SELECT 1 FROM runs, json_each(walked) WHERE runs.id >= ? AND value = ? "
            "AND json_extract(arguments, '$.continues') AND json_extract(arguments, '$.types') IN ('all', ?))",
            [last, host, types],
        ).fetchone()
        return not walked
