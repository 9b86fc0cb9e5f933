"""Step 9: the ids of the turns of a new revision. Reads the remark's history, writes nothing.

A turn of the version before keeps its id (alignment.py). A turn that comes back after it was gone gets the id that it
had: a page that State changes to and fro, or a text that is taken down and put up again, must not number its turns
anew each time. Any other turn gets the next number that the remark has not used.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crawler.exporters.alignment import align
from crawler.exporters.identity import utterance_id
from crawler.exporters.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from crawler.exporters.rows import Row

Turn = tuple[str | None, str]

BACK_WORDS = 4
"""Fewest words by which a turn is known that comes back alone; a whole version that comes back needs none."""

#: The last words of every turn that is gone.
GONE = """
SELECT utterance_id, label, text FROM utterance_versions v WHERE remark_id = :remark_id
AND utterance_id NOT IN (SELECT id FROM utterances WHERE remark_id = :remark_id)
AND revision = (SELECT max(revision) FROM utterance_versions WHERE utterance_id = v.utterance_id)
ORDER BY revision DESC, position
"""


def number(db: Database, row: Row, old: Sequence[Row], new: Sequence[Turn]) -> tuple[list[str], int]:
    """The ids of the new turns in order, and the next free number; row is the remark's, old its turns now."""
    following: int = row["next_utterance"]
    if (back := _whole_version(db, row["id"], new)) is not None:
        return back, following
    known = align([(turn["id"], turn["label"], turn["text"]) for turn in old], new)
    if None in known:
        _give_back(db, row["id"], known, new)
    ids = []
    for id_ in known:
        if id_ is None:
            id_ = utterance_id(row["id"], following)
            following += 1
        ids.append(id_)
    return ids, following


def _whole_version(db: Database, remark_id: str, new: Sequence[Turn]) -> list[str] | None:
    """The ids of an earlier version that said the same, turn for turn."""
    held = defaultdict(list)
    for revision, id_, label, text in db.execute(
        "SELECT revision, utterance_id, label, text FROM utterance_versions WHERE remark_id = ? "
        "ORDER BY revision DESC, position",
        [remark_id],
    ):
        held[revision].append((id_, label, text))
    for turns in held.values():
        if [(label, text) for _, label, text in turns] == list(new):
            return [id_ for id_, _, _ in turns]
    return None


def _give_back(db: Database, remark_id: str, known: list[str | None], new: Sequence[Turn]) -> None:
    """Fills in the ids of turns that were gone and say the same as then."""
    gone: dict[Turn, list[str]] = defaultdict(list)
    for id_, label, text in db.execute(GONE, {"remark_id": remark_id}):
        gone[label, text].append(id_)
    for place, turn in enumerate(new):
        if known[place] is None and gone[turn] and len(words_of(turn[1])) >= BACK_WORDS:
            known[place] = gone[turn].pop(0)
