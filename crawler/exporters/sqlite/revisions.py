"""Step 9: the rows of a new work and of a new revision. Inside the caller's transaction.

Rows of turns, comments and attributions that did not change are not touched. The revision keeps its turns in
utterance_versions and its line of remarks.jsonl in lines, both for good; turns that lost their row to another one get a
redirect (forwarding.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.exporters.sqlite.alignment import PART_WORDS, align, plain
from crawler.exporters.sqlite.changes import compare
from crawler.exporters.sqlite.identity import mint, utterance_id, work_key
from crawler.exporters.sqlite.joining import ids_of_people
from crawler.exporters.sqlite.listed import published_at
from crawler.exporters.sqlite.names import Naming, ids_of_offices
from crawler.exporters.sqlite.people_file import NONE
from crawler.exporters.sqlite.relations import named
from crawler.exporters.sqlite.rows import Ids, Rows, build
from crawler.exporters.sqlite.words import word_bag, words_of
from crawler.web.urls import work_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlite_utils import Database

    from crawler.exporters.sqlite.people_file import Overrides
    from crawler.exporters.sqlite.rows import Row
    from crawler.items import Capture, Remark

# ---- forwarding ----
# Step 9: where the id of a turn leads that is no longer a turn of its own. Pure.
#
# A turn that State joins to another one, or takes apart so that every part of it goes to a turn that has an id
# already, loses its row; its words are still there. `forward` finds the turn that holds them, and the table redirects
# sends the old id there. A turn whose words are gone from the page leads nowhere: its text stands in
# utterance_versions.


Version = tuple[str, str | None, str]
"""Id, label and text of a turn in one revision."""

HELD = 0.8
"""Share of a turn's words from which another turn holds it, where the words were corrected on the way."""
HELD_WORDS = 8
"""Fewest words for that."""


class Forward(NamedTuple):
    """A redirect."""

    new_id: str
    kind: str
    """merge: the turn is a part of that one now; split: that one is the largest part of it."""


def forward(old: Sequence[Version], new: Sequence[Version]) -> Mapping[str, Forward]:
    """For each turn of the old revision that is none of the new one, though its words are there: who holds them."""
    kept = {id_ for id_, _, _ in new}
    gone = [turn for turn in old if turn[0] not in kept]
    if not gone:
        return {}
    before = {id_: plain(text) for id_, _, text in old}
    grown = [turn for turn in new if before.get(turn[0]) != plain(turn[2])]
    found = {id_: _holder(plain(text), text, grown, before) for id_, _, text in gone}
    return {id_: holder for id_, holder in found.items() if holder is not None}


def _holder(line: str, text: str, grown: Sequence[Version], before: Mapping[str, str]) -> Forward | None:
    """Turns that are as they were hold nothing of another one."""
    if line.count(" ") <= PART_WORDS:
        return None
    for id_, _, other in grown:
        if line in plain(other):
            return Forward(id_, "merge")
    parts = [(len(plain(other)), id_) for id_, _, other in grown if _is_part(plain(other), line)]
    if parts:
        return Forward(max(parts, key=lambda part: part[0])[1], "split")
    return _nearly(text, grown, before)


def _is_part(line: str, whole: str) -> bool:
    return line.count(" ") > PART_WORDS and line in whole


def _nearly(text: str, grown: Sequence[Version], before: Mapping[str, str]) -> Forward | None:
    """Joined and corrected at once: what the other turn has gained is nearly all of these words."""
    bag = word_bag([text])
    if bag.total() < HELD_WORDS:
        return None
    best, best_share = None, HELD
    for id_, _, other in grown:
        gained = word_bag([other]) - word_bag([before.get(id_, "")])
        share = (gained & bag).total() / bag.total()
        if share >= best_share and (best is None or share > best_share):
            best, best_share = id_, share
    return Forward(best, "merge") if best else None


# ---- numbering ----
# Step 9: the ids of the turns of a new revision. Reads the remark's history, writes nothing.
#
# A turn of the version before keeps its id (alignment.py). A turn that comes back after it was gone gets the id that
# it had: a page that State changes to and fro, or a text that is taken down and put up again, must not number its
# turns anew each time. Any other turn gets the next number that the remark has not used.


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


PARTS = {
    "utterances": ("id",),
    "comments": ("id",),
    "attributions": ("utterance_id", "rank"),
    "corrections": ("utterance_id", "offset"),
    "exchanges": ("question_id",),
}
"""Tables that a revision brings up to date, and their keys."""
ARCHIVED = ("via", "archived_at", "archive_url")
"""Where it was read from."""
VOLATILE = ("revision", "url", "host", "status", "published_at", "modified_at", "tags", *ARCHIVED)
"""Fields of a JSON line that may differ though the page is read in the same way."""


class Revising:
    """A reading of a page that becomes the newest revision of its remark."""

    def __init__(
        self,
        db: Database,
        remark: Remark,
        capture: Capture,
        parser_version: str,
        digest: str,
        overrides: Overrides = NONE,
    ) -> None:
        self.db = db
        self.overrides = overrides
        if remark.page.published_at is None and (told := published_at(db, remark.page.url)):
            remark = replace(remark, page=replace(remark.page, published_at=told))
        self.remark = remark
        self.page = remark.page
        self.capture = capture
        self.parser_version = parser_version
        self.digest = digest

    def first(self) -> str:
        """A new work; its id."""

        def taken(id_: str) -> bool:
            return bool(self.db.execute("SELECT 1 FROM remarks WHERE id = ?", [id_]).fetchall())

        remark_id, key = mint(work_key(self.page.wp_id, work_path(self.page.url)), self.page.date, taken)
        (last,) = self.db.execute("SELECT max(rowid) FROM remarks").fetchone()
        turns = len(self.remark.utterances)
        numbers = [utterance_id(remark_id, at) for at in range(1, turns + 1)]
        rows = self._build(remark_id, rowid=(last or 0) + 1, revision=1, utterances=numbers, status="live")
        times = {"first_seen_at": self.capture.seen_at, "last_seen_at": self.capture.seen_at}
        work = {"rowid": (last or 0) + 1, "work_key": key, "next_utterance": turns + 1, "status": "live"}
        self.db.table("remarks").insert(rows.remark | work | times)
        for table in PARTS:
            self.db.table(table).insert_all(getattr(rows, table))
        self._add_revision(None, rows)
        return remark_id

    def revise(self, row: Row, *, same_bytes: bool) -> str:
        """The next revision of the remark with that row; what changed."""
        rows, following = self._next(row, self._stored(row))
        old = self._stored(row)  # what it names may have become a row of its own, or another's
        return self._write(old, rows, rows.remark | {"next_utterance": following}, same_bytes=same_bytes)

    def read_anew(self, row: Row) -> str | None:
        """The same where the newest revision's own capture is read otherwise than it was; address and times stay.

        Where it is read as it was, rows that are not as they should be are put right.
        """
        rows, following = self._next(row, self._stored(row))
        old = self._stored(row)
        (line,) = self.db.execute(
            "SELECT line FROM lines JOIN revisions r ON r.id = revision_id WHERE remark_id = ? AND revision = ?",
            [row["id"], row["revision"]],
        ).fetchone()
        if _reading(line) == _reading(rows.line):
            self._write_parts(old, rows)
            return None
        kept = ("url", "host", "home", "published_at", "modified_at", *ARCHIVED)
        values = {name: value for name, value in rows.remark.items() if name not in kept}
        return self._write(old, rows, values | {"next_utterance": following}, same_bytes=True)

    def _next(self, row: Row, old: Rows) -> tuple[Rows, int]:
        turns = [(turn.label, turn.text) for turn in self.remark.utterances]
        ids, following = number(self.db, row, old.utterances, turns)
        revision = row["revision"] + 1
        rows = self._build(row["id"], rowid=row["rowid"], revision=revision, utterances=ids, status=row["status"])
        return rows, following

    def _write(self, old: Rows, rows: Rows, remark: Row, *, same_bytes: bool) -> str:
        remark_id = remark.pop("id")
        sets = ", ".join(f"{column} = ?" for column in remark)
        self.db.execute(f"UPDATE remarks SET {sets} WHERE id = ?", [*remark.values(), remark_id])  # noqa: S608
        self._write_parts(old, rows)
        self._forward(old, rows)
        return self._add_revision(old, rows, same_bytes=same_bytes)

    def _write_parts(self, old: Rows, rows: Rows) -> None:
        for table, key in PARTS.items():
            self._bring_up_to_date(table, key, getattr(old, table), getattr(rows, table))

    def _stored(self, row: Row) -> Rows:
        def rows(sql: str) -> list[Row]:
            return list(self.db.query(sql, [row["id"]]))

        return Rows(
            remark=row,
            utterances=rows("SELECT * FROM utterances WHERE remark_id = ? ORDER BY position"),
            comments=rows("SELECT * FROM comments WHERE remark_id = ?"),
            attributions=rows(
                "SELECT a.* FROM utterances u JOIN attributions a ON a.utterance_id = u.id WHERE u.remark_id = ?"
            ),
            corrections=rows(
                "SELECT c.* FROM utterances u JOIN corrections c ON c.utterance_id = u.id WHERE u.remark_id = ?"
            ),
            exchanges=rows("SELECT * FROM exchanges WHERE remark_id = ?"),
            line="",
        )

    def _build(self, remark_id: str, *, rowid: int, revision: int, utterances: Sequence[str], status: str) -> Rows:
        people = named(self.remark)
        where = Naming(remark_id, self.page.date, self.page.url)
        ids = Ids(
            remark_id=remark_id,
            rowid=rowid,
            revision=revision,
            utterances=utterances,
            people=ids_of_people(self.db, people, where, self.overrides),
            offices=ids_of_offices(self.db, [one.office for one in people], where),
            status=status,
        )
        return build(self.remark, self.capture, ids)

    def _bring_up_to_date(self, table: str, key: tuple[str, ...], old: Sequence[Row], new: Sequence[Row]) -> None:
        """Delete what is gone, write what is new or changed, leave the rest."""

        def keyed(rows: Sequence[Row]) -> dict[tuple[Any, ...], Row]:
            return {tuple(row[column] for column in key): row for row in rows}

        before, after = keyed(old), keyed(new)
        where = " AND ".join(f"{column} = ?" for column in key)
        for gone in before.keys() - after.keys():
            self.db.execute(f"DELETE FROM {table} WHERE {where}", gone)  # noqa: S608
        changed = [row for at, row in after.items() if _differ(before.get(at), row)]
        if table == "utterances":
            # Positions are unique: turns that move make room first. No trigger writes the index for that.
            self.db.conn.executemany(
                "UPDATE utterances SET position = -position WHERE id = ?",
                [[row["id"]] for row in changed if (row["id"],) in before],
            )
        if changed:
            self.db.table(table).upsert_all(changed, pk=key)

    def _forward(self, old: Rows, new: Rows) -> None:
        """Redirects of turns that lost their row; a turn that is there again needs none."""
        before, after = ([(row["id"], row["label"], row["text"]) for row in rows.utterances] for rows in (old, new))
        self.db.conn.executemany("DELETE FROM redirects WHERE old_id = ?", [[id_] for id_, _, _ in after])
        self.db.table("redirects").insert_all(
            (
                {"old_id": id_, "new_id": to.new_id, "kind": to.kind, "since_revision": new.remark["revision"]}
                for id_, to in forward(before, after).items()
            ),
            replace=True,
        )

    def _add_revision(self, old: Rows | None, new: Rows, *, same_bytes: bool = False) -> str:
        """The revision with its line and its turns; returns what changed."""
        change = compare(old, new, same_bytes=same_bytes)
        remark_id, revision = new.remark["id"], new.remark["revision"]
        head = {
            "remark_id": remark_id,
            "revision": revision,
            "capture_id": self.capture.id,
            "seen_at": self.capture.seen_at,
            "digest": self.digest,
            "parser_version": self.parser_version,
            "title": self.page.title,
            "date": self.page.date,
        }
        columns = asdict(change) | {"kinds": json.dumps(change.kinds)}
        revision_id = self.db.table("revisions").insert(head | columns).last_rowid
        self.db.table("lines").insert({"revision_id": revision_id, "line": new.line})
        self.db.table("utterance_versions").insert_all(
            {
                "utterance_id": row["id"],
                "remark_id": remark_id,
                "revision": revision,
                "position": row["position"],
                "label": row["label"],
                "text": row["text"],
            }
            for row in new.utterances
        )
        return change.change


def _differ(old: Row | None, new: Row) -> bool:
    return old is None or any(old[column] != new[column] for column in new if column != "revision")


def _reading(line: str) -> dict[str, Any]:
    """What of a JSON line the parser alone decides."""
    fields: dict[str, Any] = json.loads(line)
    return {name: value for name, value in fields.items() if name not in VOLATILE}
