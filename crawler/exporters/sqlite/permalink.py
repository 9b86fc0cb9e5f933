"""Where the id of a turn leads. Reads the database, writes nothing.

An id that was given once leads somewhere for ever: to the turn, to the turn that holds its words now, or, where State
took the words away, to the last version that had them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Redirects one after another; a turn that is there again ends the way.
WAY = """
WITH RECURSIVE way(id, step) AS (
    VALUES (:id, 0)
    UNION SELECT new_id, step + 1 FROM redirects JOIN way ON old_id = way.id
    WHERE NOT EXISTS (SELECT 1 FROM utterances WHERE id = way.id) AND step < 100
)
SELECT id FROM way ORDER BY step DESC LIMIT 1
"""
LAST_VERSION = """
SELECT remark_id, revision, label, text, EXISTS (SELECT 1 FROM utterances u WHERE u.id = utterance_id)
FROM utterance_versions WHERE utterance_id = ? ORDER BY revision DESC LIMIT 1
"""


class Place(NamedTuple):
    """Where the words of a turn are."""

    id: str
    """The turn; another than was asked for, where that was joined to it or split."""
    remark_id: str
    is_current: bool
    """False where the words are no longer on the page."""
    revision: int
    """The last one that has them."""
    label: str | None
    text: str


def resolve(db: Database, utterance_id: str) -> Place | None:
    """None for an id that was never given."""
    (end,) = db.execute(WAY, {"id": utterance_id}).fetchone()
    row = db.execute(LAST_VERSION, [end]).fetchone()
    if row is None:
        return None
    remark_id, revision, label, text, is_current = row
    return Place(end, remark_id, bool(is_current), revision, label, text)
