"""Step 9, the one way in: a page that was read, or refused, into the database. For a run and for its replay alike.

The database learns everything in the order in which the archive was written (`InOrder`), so that whoever reads the
archive again comes to the same rows and the same ids.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from crawler.errors import Crashed, CutOff, Gone, NotText, Refusal
from crawler.exporters.sqlite.rows import Unstorable, content_digest
from crawler.web.types import wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.exporters.sqlite.status import Missed
    from crawler.exporters.sqlite.store import Store
    from crawler.items import Capture, Remark

T = TypeVar("T")

#: What SQLite says of the row that it was given, and not of the disk, the file or another writer.
OF_THE_ROW: Final = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError)
#: So many pages may wait for one before them; then that one is no longer waited for.
MOST_WAITING: Final = 500


def settled(store: Store, capture: Capture, deed: Callable[[], T]) -> T | Refusal:
    """What the deed, in one transaction, gives; or why it is undone, and the capture settled as refused.

    NotText is a text that no database keeps (NUL, half a surrogate pair). Raises what the disk or the database raises.
    """
    try:
        with foreseen(capture.url), store.together():
            return deed()
    except Refusal as refusal:
        refuse(store, refusal, capture)
        return refusal


def confirmed(store: Store, refusal: Refusal, capture: Capture, types: str) -> Remark | None:
    """What a page holds that lacks its end alone, where another day has shown the same: then the form has changed.

    Else what it showed is noted for that day. types: what the run asked for. What lies in an archive shows the same
    each day, and confirms nothing.
    """
    remark = behind(refusal)
    if remark is None or capture.via != "live" or not wanted(remark.page.type, types):
        return None
    assert capture.id is not None
    reading = content_digest(remark)
    if store.shown_before(capture, reading):
        return remark
    store.update("captures", capture.id, {"reading": reading})
    return None


def behind(refusal: Refusal | None) -> Remark | None:
    """What a page holds that is refused for the want of its end alone; None for any other refusal."""
    return refusal.remark if isinstance(refusal, CutOff) else None


@contextmanager
def foreseen(url: str) -> Iterator[None]:
    """What is raised inside comes out as a Refusal, whatever it is, but for faults of the disk and the database."""
    try:
        yield
    except Unstorable as error:
        raise NotText(url, str(error)) from error
    except OF_THE_ROW as error:
        raise Crashed.by(url, error) from error
    except (Refusal, sqlite3.Error, OSError):
        raise
    except Exception as error:
        raise Crashed.by(url, error) from error


def refuse(store: Store, refusal: Refusal, capture: Capture, template: str | None = None) -> list[Missed]:
    """Settles the capture of a page that is no remark; the remarks that should have stood there."""
    assert capture.id is not None
    if refusal.outcome == Gone.outcome:
        return store.missed(capture, refusal.reason)
    store.set_outcome(capture.id, refusal.outcome, template=template, reason=refusal.reason)
    return []


class InOrder:
    """Numbers for captures, and what is done about them in the order of those numbers.

    After a deed that failed no other one is done: what comes later would be stored before what comes first. The next
    run takes all of it from the archive, in order.
    """

    def __init__(self, first: int, before: Callable[[], object] | None = None) -> None:
        """before: is called before each deed; where it raises, the deed is not done."""
        self.failed = False
        """A deed raised."""
        self._before = before
        self._next = first
        self._open: set[int] = set()
        self._waiting: dict[int, Callable[[], object]] = {}

    def next_number(self) -> int:
        """The number of a capture of which it is not known yet what is to be done."""
        number = self._next
        self._next += 1
        self._open.add(number)
        return number

    def give_back(self, number: int) -> None:
        """The number given last was not used: the archive could not be written."""
        self._open.discard(number)
        self._next = number

    def is_open(self, number: int | None) -> bool:
        """Whether it is not known yet what is to be done about this one."""
        return number in self._open

    def nothing(self, number: int) -> None:
        """Nothing is to be done about this one."""
        self._open.discard(number)
        self._go()

    def do(self, number: int, deed: Callable[[], object]) -> None:
        """What is to be done once everything before it is; raises what the deeds raise."""
        self._open.discard(number)
        self._waiting[number] = deed
        self._go()

    @property
    def left(self) -> int:
        """Captures about which something is still to be done."""
        return len(self._open | self._waiting.keys())

    def _go(self) -> None:
        while self._waiting and not self.failed:
            number = min(self._waiting)
            held_up = self._open and min(self._open) < number
            if held_up and len(self._waiting) <= MOST_WAITING:
                return
            try:
                if self._before is not None:
                    self._before()
                self._waiting[number]()
            except BaseException:
                self.failed = True
                raise
            del self._waiting[number]
