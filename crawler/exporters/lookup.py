"""Step 9: what the database knows of the works that a page could be. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.discovery.urls import work_path
from crawler.exporters.identity import Marks, Work, normalised

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.items import Capture, Page


def marks_of(page: Page, capture: Capture) -> Marks:
    return Marks(
        wp_id=page.wp_id,
        paths=frozenset({work_path(page.url), work_path(capture.url)}),
        title=normalised(page.title),
        date=page.date,
    )


def works_like(db: Database, marks: Marks) -> list[Work]:
    """The works that share the page's WordPress id or a path of it."""
    places = ", ".join("?" * len(marks.paths))
    ids = db.execute(
        f"SELECT remark_id FROM urls WHERE wp_id = ? UNION SELECT remark_id FROM urls WHERE path IN ({places})",  # noqa: S608
        [marks.wp_id, *sorted(marks.paths)],
    ).fetchall()
    return [_work(db, remark_id) for (remark_id,) in ids]


def _work(db: Database, remark_id: str) -> Work:
    urls = db.execute(
        "SELECT path, wp_id, coalesce(last_capture_id, 0) FROM urls WHERE remark_id = ? ORDER BY 3, last_seen_at",
        [remark_id],
    ).fetchall()
    versions = db.execute("SELECT title, date FROM revisions WHERE remark_id = ?", [remark_id]).fetchall()
    return Work(
        id=remark_id,
        wp_ids=frozenset(wp_id for _, wp_id, _ in urls if wp_id is not None),
        paths={path: seen for path, _, seen in urls},
        titles=frozenset(title for printed, _ in versions if (title := normalised(printed))),
        dates=frozenset(date for _, date in versions if date),
    )
