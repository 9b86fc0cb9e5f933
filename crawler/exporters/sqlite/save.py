"""Step 9: one remark into the database. Runs inside the caller's transaction; reads no clock.

Which work the page is: identity.py. What then happens:

- A new work gets its rows and revision 1.
- *A page stands where it was seen.* The address that it calls its own counts once that has shown the same work itself.
- *The home host speaks.* A remark's home is the host whose page made the newest revision. Only pages of the home make
  further revisions. A copy on another host (archive hosts show the same work with other tags, and later edits on one
  are not made on the other) only adds its address: two hosts that differ would otherwise revise each other for ever.
- *The live host speaks first*: where www.state.gov shows the page, it is its home, whichever host was asked first.
- *A redirect moves the home*: an address of the home that leads to another host hands the remark over to that host. So
  does a copy of a remark that is gone from its home.
- *An earlier capture never overwrites a later one*: it, too, only adds its address. What a host itself shows counts in
  the order of its captures, whatever the clock said; a copy in an archive is as old as its date.
- *A change of this program is none of State's*: where another version of it read the newest revision, the capture of
  that revision is read again first. What this version reads otherwise is a revision `parser`; what then still differs
  is State's.
- *Nearly nothing does not replace a text* before the page has shown it again on another day (thinning.py); a thinner
  copy in an archive never does: archives hold pages that broke off.
- Equal content (rows.content_digest) makes no revision: times, address and capture are brought up to date, no more.
  The JSON lines keep the address of their revision; later ones stand in remarks.url and urls.
- Unequal content makes a revision (revising.py).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.errors import Thinner
from crawler.exporters.sqlite.addresses import add_addresses, addresses_of, name_address, seen_at
from crawler.exporters.sqlite.changes import thinning
from crawler.exporters.sqlite.identity import Marks, Work, find, normalised
from crawler.exporters.sqlite.people_file import NONE
from crawler.exporters.sqlite.revisions import Revising
from crawler.exporters.sqlite.rows import check, content_digest, words_and_turns
from crawler.exporters.sqlite.status import LIVE_HOST, is_elsewhere, is_later, missed, sighted
from crawler.web.urls import canonical, host_of, work_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlite_utils import Database

    from crawler.exporters.sqlite.people_file import Overrides
    from crawler.exporters.sqlite.rows import Row
    from crawler.exporters.sqlite.status import Missed
    from crawler.items import Capture, Remark

    Reread = Callable[[Database, int], tuple[Remark, Capture] | None]
    """From the id of a capture to what this version reads from it; None where that cannot be read."""
    from crawler.items import Capture, Page

# ---- lookup ----
# Step 9: what the database knows of the works that a page could be. Reads only.


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


NEWEST = """
SELECT r.revision, r.capture_id, r.digest, r.seen_at, r.parser_version, c.digest AS bytes_digest, c.via
FROM revisions r JOIN captures c ON c.id = r.capture_id WHERE r.remark_id = ? ORDER BY r.revision DESC LIMIT 1
"""
#: An earlier look, since the page was last in good order, that showed the same near nothing.
HELD_BACK = """
SELECT fetched_at FROM captures WHERE remark_id = :remark_id AND outcome = 'thinner' AND reading = :reading
AND id > (SELECT coalesce(max(id), 0) FROM captures WHERE remark_id = :remark_id AND outcome IN ('ok', 'unchanged')
    AND url GLOB 'https://' || :home || '/*') ORDER BY id LIMIT 1
"""
NOT_REREAD = "the capture of the version before cannot be read again: a change of this program is not told apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a remark."""

    remark_id: str
    revision: int
    """The newest now."""
    change: str
    """new, text, label, title, metadata, parser, unchanged; thinner for a page that was held back."""
    utterances: int
    """How many turns the page has."""
    new_address: bool = False
    """Whether the remark was not known under one of the page's addresses."""
    status: str = "live"
    reason: str | None = None
    """What a person should know: the version is thinner, was held back, or cannot be told from a change of ours."""
    missed: tuple[Missed, ...] = ()
    """Other remarks that stood at the page's address."""


class Saving:
    """One remark on its way into the database."""

    def __init__(
        self,
        db: Database,
        remark: Remark,
        capture: Capture,
        parser_version: str,
        overrides: Overrides = NONE,
        reread: Reread | None = None,
    ) -> None:
        self.db = db
        self.overrides = overrides
        self.remark = remark
        self.page = remark.page
        self.capture = capture
        self.parser_version = parser_version
        self.reread = reread
        self.digest = content_digest(remark)
        self.reason: str | None = None

    def save(self) -> Saved:
        """Raises ValueError, naming page and field, for text that cannot be stored."""
        check(self.remark)
        marks = marks_of(self.page, self.capture)
        remark_id = find(marks, works_like(self.db, marks))
        named = self.page.url
        self._stand_where_it_is(remark_id)
        saved = self._first() if remark_id is None else self._known(self._row(remark_id))
        if named != self.page.url and saved.change != Thinner.outcome:
            name_address(self.db, saved.remark_id, self.capture, named)
        return replace(saved, missed=tuple(missed(self.db, self.capture, instead=saved.remark_id)))

    def read_anew(self, row: Row) -> str | None:
        """Makes the revision `parser` where this reading of the newest revision's capture differs; what changed."""
        remark = replace(self.remark, page=replace(self.page, url=row["url"]))  # where it stands, whatever it names
        return Revising(self.db, remark, self.capture, self.parser_version, self.digest, self.overrides).read_anew(row)

    def _known(self, row: Row) -> Saved:
        newest = self._newest(row["id"])
        late = self._is_late(row, newest)
        if late or not self._at_home(row):
            return self._copy(row, newest, late=late)
        anew = self._read_held_anew(row, newest)
        row, newest = self._row(row["id"]), self._newest(row["id"])
        if newest["digest"] == self.digest:
            return self._again(row, anew)
        thin = self._thinning(row)
        if (thin == "emptied" and not self._seen_before(row)) or (thin and self.capture.via != "live"):
            return self._hold_back(row)
        if thin:
            self.reason = f"{thin}: {words_and_turns(self.remark)[0]} words where {row['word_count']} were"
        return self._revise(row, same_bytes=newest["bytes_digest"] == self.capture.digest)

    def _stand_where_it_is(self, remark_id: str | None) -> None:
        """A page stands where it was seen, and not at the address that it names before that has shown it itself.

        That may be gone, of another page, or of none.
        """
        if not is_elsewhere(self.page.url, self.capture.url):
            return
        if remark_id is None or seen_at(self.db, self.page.url) != remark_id:
            self.page = replace(self.page, url=canonical(self.capture.url))
            self.remark = replace(self.remark, page=self.page)

    def _row(self, remark_id: str) -> Row:
        return next(self.db.query("SELECT * FROM remarks WHERE id = ?", [remark_id]))

    def _newest(self, remark_id: str) -> Row:
        return next(self.db.query(NEWEST, [remark_id]))

    def _is_late(self, row: Row, newest: Row) -> bool:
        """Whether something newer is known; of an archive's copy, whether the remark was seen at all since its date."""
        if self.capture.via == newest["via"] == "live":
            assert self.capture.id is not None
            return self.capture.id < int(newest["capture_id"])
        known = newest["seen_at"] if self.capture.via == "live" else row["last_seen_at"]
        return self.capture.seen_at < str(known)

    def _at_home(self, row: Row) -> bool:
        here = host_of(self.capture.url)
        hosts = (here, host_of(self.capture.requested_url or ""))
        return row["home"] in hosts or here == LIVE_HOST or row["status"] == "gone"

    def _read_held_anew(self, row: Row, newest: Row) -> str | None:
        """What this version of the program reads otherwise in the newest revision's own capture; None if nothing."""
        if newest["parser_version"] == self.parser_version:
            return None
        if newest["bytes_digest"] == self.capture.digest:
            return self.read_anew(row)
        held = self.reread(self.db, newest["capture_id"]) if self.reread else None
        if held is None:
            self.reason = NOT_REREAD if newest["digest"] != self.digest else None
            return None
        return Saving(self.db, *held, self.parser_version, self.overrides).read_anew(row)

    def _thinning(self, row: Row) -> str | None:
        words, turns = words_and_turns(self.remark)
        return thinning(row["word_count"], words, row["utterance_count"], turns)

    def _seen_before(self, row: Row) -> bool:
        """Whether the page showed the same long enough ago, and nothing better since."""
        asked = {"remark_id": row["id"], "reading": self.digest, "home": row["home"]}
        first = self.db.execute(HELD_BACK, asked).fetchone()
        if first is None:
            return False
        return is_later(self.db, first[0], self.capture)

    def _revising(self) -> Revising:
        return Revising(self.db, self.remark, self.capture, self.parser_version, self.digest, self.overrides)

    def _first(self) -> Saved:
        remark_id = self._revising().first()
        self._add_addresses(remark_id, canonical=True)
        self._settle(remark_id, "ok")
        return self._saved(remark_id, 1, "new", new_address=True)

    def _copy(self, row: Row, newest: Row, *, late: bool) -> Saved:
        """Seen on another host, or captured before the newest revision."""
        self._seen(row["id"], late=late)
        same = newest["digest"] == self.digest
        reason = None if same else f"differs from revision {row['revision']}, which {row['home']} showed"
        new_address = self._add_addresses(row["id"], canonical=False, late=late)
        self._settle(row["id"], "unchanged", reason)
        return self._saved(row["id"], row["revision"], "unchanged", new_address=new_address, status=row["status"])

    def _again(self, row: Row, anew: str | None) -> Saved:
        status = sighted(self.db, row, self.capture, self.page.url)
        home = host_of(self.capture.url)
        template = row["template"] if row["home"] == home else self.page.template
        now = {name: getattr(self.capture, name) for name in ("via", "archived_at", "archive_url")}
        self._seen(row["id"], url=self.page.url, host=self.page.host, home=home, template=template, **now)
        new_address = self._add_addresses(row["id"], canonical=True)
        self._settle(row["id"], "unchanged")
        return self._saved(row["id"], row["revision"], anew or "unchanged", new_address=new_address, status=status)

    def _revise(self, row: Row, *, same_bytes: bool) -> Saved:
        status = sighted(self.db, row, self.capture, self.page.url)
        change = self._revising().revise(row | {"status": status}, same_bytes=same_bytes)
        self._seen(row["id"])
        new_address = self._add_addresses(row["id"], canonical=True)
        self._settle(row["id"], "ok", self.reason)
        return self._saved(row["id"], row["revision"] + 1, change, new_address=new_address, status=status)

    def _hold_back(self, row: Row) -> Saved:
        words, turns = words_and_turns(self.remark)
        self.reason = (
            f"{words} words and {turns} turns where revision {row['revision']} has {row['word_count']} and "
            f"{row['utterance_count']}; not stored before it is seen again on another day"
        )
        self._settle(row["id"], "thinner", self.reason)
        return self._saved(row["id"], row["revision"], "thinner", status=row["status"])

    def _saved(
        self, remark_id: str, revision: int, change: str, *, new_address: bool = False, status: str = "live"
    ) -> Saved:
        return Saved(
            remark_id=remark_id,
            revision=revision,
            change=change,
            utterances=len(self.remark.utterances),
            new_address=new_address,
            status=status,
            reason=self.reason,
        )

    def _seen(self, remark_id: str, *, late: bool = False, **values: object) -> None:
        """Times of sight, and whatever else is to be set."""
        sets = "".join(f"{column} = ?, " for column in values)
        last = "max(last_seen_at, ?)" if late else "?"
        at = self.capture.seen_at
        self.db.execute(
            f"UPDATE remarks SET {sets} first_seen_at = min(first_seen_at, ?), last_seen_at = {last} WHERE id = ?",  # noqa: S608
            [*values.values(), at, at, remark_id],
        )

    def _add_addresses(self, remark_id: str, *, canonical: bool, late: bool = False) -> bool:
        return add_addresses(
            self.db,
            remark_id,
            self.capture,
            addresses_of(self.capture, self.page.url),
            wp_id=self.page.wp_id,
            canonical=self.page.url if canonical else None,
            late=late,
        )

    def _settle(self, remark_id: str, outcome: str, reason: str | None = None) -> None:
        removed = Counter(removal.rule for removal in self.page.removed)
        values = {
            "outcome": outcome,
            "reason": reason,
            "template": self.page.template,
            "remark_id": remark_id,
            "modified_at": self.page.modified_at,
            "removed": json.dumps(removed, sort_keys=True),
            "reading": self.digest,
        }
        sets = ", ".join(f"{column} = ?" for column in values)
        self.db.execute(f"UPDATE captures SET {sets} WHERE id = ?", [*values.values(), self.capture.id])  # noqa: S608
