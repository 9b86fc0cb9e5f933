"""Step 9: one remark into the database. Runs inside the caller's transaction; reads no clock and no file.

Which work the page is: identity.py. What then happens:

- A new work gets its rows and revision 1.
- *The home host speaks.* A remark's home is the host whose page made the newest revision. Only pages of the home make
  further revisions. A copy on another host (archive hosts show the same work with other tags, and later edits on one
  are not made on the other) only adds its address: two hosts that differ would otherwise revise each other for ever.
- *A redirect moves the home*: an address of the home that leads to another host hands the remark over to that host.
- *An earlier capture never overwrites a later one*: it, too, only adds its address. What counts is when the page stood
  on State's host (Capture.seen_at), not when an archive's copy of it was fetched.
- *An archived capture never overwrites a fuller version*: it is refused by name.
- Equal content (rows.content_digest) makes no revision: times, address and capture are brought up to date, no more.
  The JSON lines keep the address of their revision; later ones stand in remarks.url and urls.
- Unequal content makes a revision. Rows of turns, comments and attributions that did not change are not touched.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from crawler.discovery.urls import work_path
from crawler.errors import Thinner
from crawler.exporters.changes import compare
from crawler.exporters.identity import align, find, mint, utterance_id, work_key
from crawler.exporters.lookup import marks_of, works_like
from crawler.exporters.names import ids_of
from crawler.exporters.people_file import NONE
from crawler.exporters.relations import names
from crawler.exporters.rows import Ids, Rows, build, check, content_digest, host_of
from crawler.exporters.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from crawler.exporters.people_file import Overrides
    from crawler.exporters.rows import Row
    from crawler.items import Capture, Remark

PARTS = {
    "utterances": ("id",),
    "comments": ("id",),
    "attributions": ("utterance_id", "rank"),
    "corrections": ("utterance_id", "offset"),
    "exchanges": ("question_id",),
}
"""Tables that a revision brings up to date, and their keys."""
THINNER = 0.9
"""An archived capture with less than this part of the words held is no edit of State's."""
SEEN_AGAIN = """
SELECT max(coalesce(archived_at, fetched_at)) FROM captures
WHERE (remark_id = :remark OR url IN (SELECT url FROM urls WHERE remark_id = :remark))
AND outcome IN ('ok', 'unchanged') AND reason IS NULL AND id <> :capture
"""
"""When the newest revision was last seen as it is; a capture that differs from it has a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a remark."""

    remark_id: str
    revision: int
    """The newest now."""
    change: str
    """new, text, label, title, metadata, parser or unchanged."""
    utterances: int
    """How many turns the page has."""
    new_address: bool = False
    """Whether the remark was not known under one of the page's addresses."""


class Saving:
    """One remark on its way into the database."""

    def __init__(
        self, db: Database, remark: Remark, capture: Capture, parser_version: str, overrides: Overrides = NONE
    ) -> None:
        self.db = db
        self.overrides = overrides
        self.remark = remark
        self.page = remark.page
        self.capture = capture
        self.parser_version = parser_version
        self.digest = content_digest(remark)

    def save(self) -> Saved:
        """Raises ValueError, naming page and field, for text that cannot be stored; Thinner."""
        check(self.remark)
        marks = marks_of(self.page, self.capture)
        remark_id = find(marks, works_like(self.db, marks))
        if remark_id is None:
            return self._first()
        row = self._one("SELECT * FROM remarks WHERE id = ?", [remark_id])
        newest = self._one(
            "SELECT r.digest, r.seen_at, c.digest AS bytes_digest FROM revisions r JOIN captures c "
            "ON c.id = r.capture_id WHERE r.remark_id = ? AND r.revision = ?",
            [remark_id, row["revision"]],
        )
        same = newest["digest"] == self.digest
        if self._is_older(remark_id, newest["seen_at"]) or not self._at_home(row["home"]):
            return self._copy(row, same)
        if same:
            return self._again(row)
        if self.capture.via != "live":
            self._refuse_thinner(row)
        return self._revise(row, same_bytes=newest["bytes_digest"] == self.capture.digest)

    def _one(self, sql: str, arguments: Sequence[Any]) -> Row:
        return next(self.db.query(sql, arguments))

    def _is_older(self, remark_id: str, revision_seen_at: str) -> bool:
        """Whether the newest revision stood on the host later than this capture, or was seen again since."""
        if self.capture.seen_at < revision_seen_at:
            return True
        if self.capture.via == "live":
            return False
        (again,) = self.db.execute(SEEN_AGAIN, {"remark": remark_id, "capture": self.capture.id}).fetchone()
        return bool(self.capture.seen_at < (again or ""))

    def _refuse_thinner(self, row: Row) -> None:
        """Raises Thinner: archives hold pages that broke off, and shells without their text."""
        held, words = len(words_of(row["text"])), len(words_of(self.remark.text))
        if words < THINNER * held:
            reason = f"{words} words where revision {row['revision']} has {held}"
            raise Thinner(self.page.url, reason)

    def _at_home(self, home: str) -> bool:
        return home in (host_of(self.capture.url), host_of(self.capture.requested_url or ""))

    def _first(self) -> Saved:
        def taken(id_: str) -> bool:
            return bool(self.db.execute("SELECT 1 FROM remarks WHERE id = ?", [id_]).fetchall())

        remark_id, key = mint(work_key(self.page.wp_id, work_path(self.page.url)), self.page.date, taken)
        (last,) = self.db.execute("SELECT max(rowid) FROM remarks").fetchone()
        turns = len(self.remark.utterances)
        numbers = [utterance_id(remark_id, number) for number in range(1, turns + 1)]
        rows = self._build(remark_id, rowid=(last or 0) + 1, revision=1, utterances=numbers, status="live")
        times = {"first_seen_at": self.capture.seen_at, "last_seen_at": self.capture.seen_at}
        work = {"rowid": (last or 0) + 1, "work_key": key, "next_utterance": turns + 1, "status": "live"}
        self.db.table("remarks").insert(rows.remark | work | times)
        for table in PARTS:
            self.db.table(table).insert_all(getattr(rows, table))
        self._add_revision(None, rows)
        self._add_addresses(remark_id, canonical=True)
        self._settle(remark_id, "ok")
        return Saved(remark_id=remark_id, revision=1, change="new", utterances=turns, new_address=True)

    def _copy(self, row: Row, same: bool) -> Saved:
        """Seen on another host, or captured before the newest revision."""
        self._seen(row["id"])
        reason = None if same else f"differs from revision {row['revision']}, which {row['home']} showed"
        return self._unchanged(row, reason, canonical=False)

    def _again(self, row: Row) -> Saved:
        now = {name: getattr(self.capture, name) for name in ("via", "archived_at", "archive_url")}
        self._seen(row["id"], url=self.page.url, host=self.page.host, home=host_of(self.capture.url), **now)
        return self._unchanged(row, None, canonical=True)

    def _unchanged(self, row: Row, reason: str | None, *, canonical: bool) -> Saved:
        new_address = self._add_addresses(row["id"], canonical=canonical)
        self._settle(row["id"], "unchanged", reason)
        return Saved(
            remark_id=row["id"],
            revision=row["revision"],
            change="unchanged",
            utterances=len(self.remark.utterances),
            new_address=new_address,
        )

    def _revise(self, row: Row, *, same_bytes: bool) -> Saved:
        old = self._stored(row)
        ids, next_utterance = self._turn_ids(row, old.utterances)
        revision = row["revision"] + 1
        rows = self._build(row["id"], rowid=row["rowid"], revision=revision, utterances=ids, status=row["status"])
        self._seen(row["id"], **{k: v for k, v in rows.remark.items() if k != "id"}, next_utterance=next_utterance)
        for table, key in PARTS.items():
            self._bring_up_to_date(table, key, getattr(old, table), getattr(rows, table))
        change = self._add_revision(old, rows, same_bytes=same_bytes)
        new_address = self._add_addresses(row["id"], canonical=True)
        self._settle(row["id"], "ok")
        return Saved(
            remark_id=row["id"], revision=revision, change=change, utterances=len(ids), new_address=new_address
        )

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

    def _turn_ids(self, row: Row, old: Sequence[Row]) -> tuple[list[str], int]:
        """The ids of the new turns in order, and the next free number."""
        known = align(
            [(turn["id"], turn["label"], turn["text"]) for turn in old],
            [(turn.label, turn.text) for turn in self.remark.utterances],
        )
        number, ids = row["next_utterance"], []
        for id_ in known:
            if id_ is None:
                id_ = utterance_id(row["id"], number)
                number += 1
            ids.append(id_)
        return ids, number

    def _build(self, remark_id: str, *, rowid: int, revision: int, utterances: Sequence[str], status: str) -> Rows:
        people, offices = names(self.remark)
        ids = Ids(
            remark_id=remark_id,
            rowid=rowid,
            revision=revision,
            utterances=utterances,
            people=ids_of(self.db, "people", people, self.page.url, self.overrides),
            offices=ids_of(self.db, "offices", offices, self.page.url),
            status=status,
        )
        return build(self.remark, self.capture, ids)

    def _seen(self, remark_id: str, **values: object) -> None:
        """Times of sight, and whatever else is to be set."""
        sets = "".join(f"{column} = ?, " for column in values)
        at = self.capture.seen_at
        self.db.execute(
            f"UPDATE remarks SET {sets} first_seen_at = min(first_seen_at, ?), last_seen_at = max(last_seen_at, ?) "  # noqa: S608
            "WHERE id = ?",
            [*values.values(), at, at, remark_id],
        )

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
        revision_id = self.db.table("revisions").insert(head | asdict(change)).last_rowid
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

    def _add_addresses(self, remark_id: str, *, canonical: bool) -> bool:
        """The page's addresses; whether one of them is new to the remark.

        canonical: whether the page's own address becomes the remark's, and stops being another remark's.
        """
        addresses = dict.fromkeys(filter(None, (self.page.url, self.capture.url, self.capture.requested_url)))
        if canonical:
            places = ", ".join("?" * len(addresses))
            self.db.execute(
                f"UPDATE urls SET canonical = 0 WHERE canonical = 1 AND (remark_id = ? OR url IN ({places}))",  # noqa: S608
                [remark_id, *addresses],
            )
        (before,) = self.db.execute("SELECT count(*) FROM urls WHERE remark_id = ?", [remark_id]).fetchone()
        at = self.capture.seen_at
        self.db.conn.executemany(
            "INSERT INTO urls (url, remark_id, path, wp_id, first_seen_at, last_seen_at, canonical) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url, remark_id) DO UPDATE SET "
            "wp_id = coalesce(excluded.wp_id, wp_id), first_seen_at = min(first_seen_at, excluded.first_seen_at), "
            "last_seen_at = max(last_seen_at, excluded.last_seen_at), canonical = max(canonical, excluded.canonical)",
            [
                [url, remark_id, work_path(url), self.page.wp_id, at, at, int(canonical and url == self.page.url)]
                for url in addresses
            ],
        )
        (after,) = self.db.execute("SELECT count(*) FROM urls WHERE remark_id = ?", [remark_id]).fetchone()
        return bool(after > before)

    def _settle(self, remark_id: str, outcome: str, reason: str | None = None) -> None:
        removed = Counter(removal.rule for removal in self.page.removed)
        self.db.execute(
            "UPDATE captures SET outcome = ?, reason = ?, template = ?, remark_id = ?, modified_at = ?, removed = ? "
            "WHERE id = ?",
            [
                outcome,
                reason,
                self.page.template,
                remark_id,
                self.page.modified_at,
                json.dumps(removed, sort_keys=True),
                self.capture.id,
            ],
        )


def _differ(old: Row | None, new: Row) -> bool:
    return old is None or any(old[column] != new[column] for column in new if column != "revision")
