"""The captures of one run: a row of each in the database, and in the archive whatever the answer alone does not tell.

From the two together whoever reads the archive again (rebuild/) comes to the same rows.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from crawler.archive.reader import read_at
from crawler.errors import Refusal, Unread
from crawler.exporters.sqlite.settle import InOrder, settled
from crawler.rebuild.records import Answer, events, unread_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from crawler.archive.writer import Archive, Stored
    from crawler.exporters.sqlite.store import Store
    from crawler.items import Capture, Link

T = TypeVar("T")
READ_AGAIN = "fetched"
"""Outcome of a page in hand: what becomes of it can be found out again from its bytes."""
LATER = ("index", "unchanged")
"""Outcomes that the deed itself writes, in its turn."""
FAILED = "unreachable"
"""What a note of a request without an answer means by itself."""
FAILURE = ("url", "fetched_at", "status", "via", "archive_url", "listed_type", "requested_url")
"""What a note tells of a request that had no answer."""


class Books:
    """The captures of the run with that id."""

    def __init__(
        self,
        store: Store,
        run_id: int,
        folder: Path,
        archive: Archive | None,
        check: Callable[[], None] | None = None,
    ) -> None:
        """check: raises OSError where the output is not this run's any more."""
        self.check = check or (lambda: None)
        self.store = store
        self.run_id = run_id
        self.folder = folder
        self.order = InOrder(store.next_capture(), self.check)
        self.archive = archive
        """The middleware writes the answers into it; None where nothing is archived."""
        if archive is not None:
            archive.next_number = self.order.next_number
            archive.give_back = self.order.give_back
            archive.check = self.check
        self._captures: dict[int, Capture] = {}
        self._untold: set[int] = set()
        self._listed: set[int] = set()
        """Indexes that were read, whatever becomes of them then."""
        self.tell: Callable[[Refusal], None] = lambda _: None
        """Is told of a deed of the books that could not be done."""

    def archived(self, stored: Stored) -> Capture:
        """The capture as whoever reads the archive again sees it."""
        return replace(read_at(self.folder / stored.file, stored.offset), id=stored.number)

    def record_archived(self, stored: Stored, outcome: str = READ_AGAIN, **facts: Any) -> Capture:
        """The row of an answer as whoever reads the archive again makes it."""
        answer = next(events(self.folder / stored.file, stored.offset, stored.offset + 1))
        assert isinstance(answer, Answer)
        own = {"etag": answer.headers.get("etag"), "last_modified": answer.headers.get("last-modified")}
        return self.record(answer.capture, outcome, **own, **facts)

    def record(self, capture: Capture, outcome: str, **facts: Any) -> Capture:
        """The capture with its row's id; an answer that has its row (the last redirect of too many) keeps it."""
        if capture.id in self._captures:
            return self._captures[capture.id]
        if capture.id is None:
            capture = self._note_failure(capture, outcome, facts.get("reason"))
        known = READ_AGAIN if outcome in LATER else outcome  # until what it tells is stored, too
        capture = replace(capture, id=self.store.add_capture(capture, run_id=self.run_id, outcome=known, **facts))
        assert capture.id is not None
        self._captures[capture.id] = replace(capture, body=b"")
        if outcome == READ_AGAIN:
            return capture
        self._untold.add(capture.id)
        if outcome != "index":
            self.order.nothing(capture.id)
        return capture

    def _note_failure(self, capture: Capture, outcome: str, reason: str | None) -> Capture:
        """A request that had no answer, or was not made (waiting)."""
        if self.archive is None:
            return capture
        values = {name: getattr(capture, name) for name in FAILURE}
        stored = self.archive.note({"failure": values}, url=capture.url, date=capture.fetched_at)
        if outcome != FAILED:
            self.archive.note({"outcome": outcome, "of": stored.number, "reason": reason})
        return replace(capture, id=stored.number, warc_file=stored.file, warc_offset=stored.offset)

    def retried(self, stored: Stored | None, status: int) -> None:
        """An answer after which the same is asked again; what comes then counts."""
        if stored is not None and stored.number is not None and self.archive is not None:
            reason = f"status {status}; asked again"
            self.archive.note({"outcome": "retried", "of": stored.number, "reason": reason})
            self.record_archived(stored, "retried", reason=reason)

    def listed(self, capture: Capture, links: Iterable[Link]) -> None:
        """An index was read, and named these."""
        assert capture.id is not None
        self._listed.add(capture.id)
        self._do(capture, partial(self.store.note_listed, tuple(links), replace(capture, body=b"")))

    def _do(self, capture: Capture, deed: Callable[[], object]) -> None:
        def do() -> None:
            done = self.settle(capture, deed)
            if isinstance(done, Refusal):
                self.tell(done)

        assert capture.id is not None
        self.order.do(capture.id, do)

    def settle(self, capture: Capture, deed: Callable[[], T]) -> T | Refusal:
        """As keeping.settled; the archive is told where the fault is ours."""
        done = settled(self.store, capture, deed)
        if isinstance(done, Unread):
            assert capture.id is not None
            self._listed.discard(capture.id)
            self._note_refusal(done, capture.id)
        return done

    def tell_outcome(self, capture_id: int) -> None:
        """What becomes of this capture is to be told in the archive."""
        self._untold.add(capture_id)

    def refused(self, refusal: Refusal, capture_id: int) -> Capture:
        """The capture; the archive is told where the answer alone does not tell that it is refused."""
        self._note_refusal(refusal, capture_id)
        return self._captures[capture_id]

    def _note_refusal(self, refusal: Refusal, capture_id: int) -> None:
        if self.archive is None:
            return
        if isinstance(refusal, Unread) and capture_id not in self._listed:
            self.archive.note(unread_note(capture_id, refusal, self.store.parser_version))
        elif capture_id in self._untold:
            self.archive.note({"outcome": refusal.outcome, "of": capture_id, "reason": refusal.reason})

    def settled(self, capture: Capture) -> None:
        if capture.id is not None:
            self._captures.pop(capture.id, None)

    def close(self, run: dict[str, Any]) -> None:
        """Writes how the run ended, its row, into the archive, and closes that.

        Its files count as known only where everything in them is stored: the next run takes in the rest.
        """
        if self.archive is not None:
            self.archive.note({"run": run})
            self.archive.close()
            if not self.order.left:
                self.store.know_files([self.folder / name for name in self.archive.files])
