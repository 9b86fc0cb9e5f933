"""Step 9: what the database knows of the works that a page could be. Reads only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.discovery.urls import work_path
from crawler.exporters.identity import Marks, Work, normalised

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.items import Capture, Page


# "wp:9001", "wp:9001@2026-03-04#2": the number that the work was first seen with
NUMBER = re.compile(r"wp:(\d+)")
URLS = """
SELECT path, wp_id, coalesce(last_capture_id, 0), EXISTS (
    SELECT 1 FROM captures c WHERE (c.url = u.url OR c.requested_url = u.url) AND c.remark_id = u.remark_id)
FROM urls u WHERE remark_id = ? ORDER BY 3, last_seen_at
"""


def marks_of(page: Page, capture: Capture) -> Marks:
    seen, named = frozenset({work_path(capture.url)}), frozenset({work_path(page.url)})
    return Marks(wp_id=page.wp_id, paths=seen, named=named - seen, title=normalised(page.title), date=page.date)


def works_like(db: Database, marks: Marks) -> list[Work]:
    """The works that have, or first had, the page's WordPress id, or share a path of it."""
    paths = sorted(marks.paths | marks.named)
    places = ", ".join("?" * len(paths))
    ids = db.execute(
        f"SELECT remark_id FROM urls WHERE wp_id = ? UNION SELECT remark_id FROM urls WHERE path IN ({places}) "  # noqa: S608
        "UNION SELECT id FROM remarks WHERE work_key = ? OR work_key GLOB ?",
        [marks.wp_id, *paths, f"wp:{marks.wp_id}", f"wp:{marks.wp_id}@*"],
    ).fetchall()
    return [_work(db, remark_id) for (remark_id,) in ids]


def _work(db: Database, remark_id: str) -> Work:
    urls = db.execute(URLS, [remark_id]).fetchall()
    (key,) = db.execute("SELECT work_key FROM remarks WHERE id = ?", [remark_id]).fetchone()
    first = NUMBER.match(key)
    versions = db.execute("SELECT title, date FROM revisions WHERE remark_id = ?", [remark_id]).fetchall()
    paths = {path: seen for path, _, seen, was_seen in urls if was_seen}
    return Work(
        id=remark_id,
        wp_ids=frozenset({int(first[1])} if first else ()) | {wp_id for _, wp_id, _, _ in urls if wp_id is not None},
        paths=paths,
        named=frozenset(path for path, _, _, _ in urls) - paths.keys(),
        titles=frozenset(title for printed, _ in versions if (title := normalised(printed))),
        dates=frozenset(date for _, date in versions if date),
    )
