"""Step 9: a file of JSON lines, a tail of the database. Writes that file; of the database only how far it is written.

Every revision has its line in the database (table `lines`), made in the transaction that stores the revision; events
have theirs (publishing.py), and what is said here of revisions holds for them. This
module copies the lines not yet written to the end of the file, syncs it, and only then records its length. The line is
kept as it was made, not made again from the rows: those move on (an address, a person's name), while a file written
anew must be the same, byte for byte. A kill at any moment leaves one of these states, and `repair` mends it:

- the file as recorded: nothing to do;
- more than recorded: whole lines that are exactly the next revisions' are taken over, half a line is cut off;
- less than recorded, another last line, or whole lines of something else: the file is written anew beside the old one
  and put in its place. The old one is kept under another name where it holds anything that the new one does not.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING

from crawler.exporters.disk import flush
from crawler.exporters.sqlite.store import Published

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from crawler.exporters.sqlite.store import Line, Store

    Lines = Callable[[int], Iterator[Line]]
    """The lines after a number, in order."""

LINES_A_SYNC = 500
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What had to be mended."""

    adopted: int = 0
    """Lines found beyond the recorded length."""
    cut_bytes: int = 0
    """Length of half a line cut off."""
    rewritten: int | None = None
    """Lines of the file, where it had to be written anew."""
    kept: Path | None = None
    """Where the file that was replaced is now."""

    def __bool__(self) -> bool:
        return self != Repair()

    def __str__(self) -> str:
        words = [
            (self.adopted, f"{self.adopted} whole lines taken over"),
            (self.cut_bytes, f"{self.cut_bytes} bytes of half a line cut off"),
            (self.rewritten is not None, f"written anew with {self.rewritten} lines"),
            (self.kept, f"the file that stood there is kept as {self.kept}"),
        ]
        return "; ".join(text for needed, text in words if needed)


def publish(store: Store, path: Path, lines: Lines | None = None) -> int:
    """Append the lines not yet written (by default those of revisions); returns how many.

    A file of wrong length is mended first.
    """
    lines = lines or store.lines
    if _size(path) != store.published(path.name).bytes:
        repair(store, path, lines)
    state, written = store.published(path.name), 0
    for batch in _batches(lines(state.revision_id)):
        data = _bytes(batch)
        _append(path, data)
        state = Published(state.bytes + len(data), batch[-1].revision_id)
        store.set_published(path.name, state)
        written += len(batch)
    return written


def repair(store: Store, path: Path, lines: Lines | None = None) -> Repair:
    """Make file and record agree. False where they did."""
    lines = lines or store.lines
    state = store.published(path.name)
    if _size(path) < state.bytes or not _ends_as_recorded(lines, path, state):
        return _rewrite(store, path, lines)
    if _size(path) == state.bytes:
        return Repair()
    with path.open("r+b") as file:
        adopted, state = _adopt(file, lines(state.revision_id), state)
        rest = file.read()
        if b"\n" in rest:
            return _rewrite(store, path, lines)
        if rest:
            file.truncate(state.bytes)
        os.fsync(file.fileno())
    store.set_published(path.name, state)
    return Repair(adopted=adopted, cut_bytes=len(rest))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _bytes(lines: Iterable[Line]) -> bytes:
    return b"".join(line.text.encode() + b"\n" for line in lines)


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, LINES_A_SYNC)):
        yield batch


def _append(path: Path, data: bytes) -> None:
    new = not path.exists()
    with path.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if new:
        flush(path.parent)


def _ends_as_recorded(lines: Lines, path: Path, state: Published) -> bool:
    """Whether the last line recorded stands where it is recorded."""
    if not state.bytes:
        return True
    expected = _bytes(islice(lines(state.revision_id - 1), 1))
    with path.open("rb") as file:
        file.seek(max(0, state.bytes - len(expected)))
        return file.read(len(expected)) == expected


def _adopt(file: BinaryIO, lines: Iterable[Line], state: Published) -> tuple[int, Published]:
    """How many of the lines follow in the file, and the state with them; the file is left standing behind them."""
    adopted = 0
    file.seek(state.bytes)
    for line in lines:
        expected = _bytes([line])
        if file.read(len(expected)) != expected:
            break
        state = Published(state.bytes + len(expected), line.revision_id)
        adopted += 1
    file.seek(state.bytes)
    return adopted, state


def _rewrite(store: Store, path: Path, lines: Lines) -> Repair:
    new = path.with_name(f".{path.name}.new")
    written, last = 0, 0
    with new.open("wb") as file:
        for batch in _batches(lines(0)):
            file.write(_bytes(batch))
            written, last = written + len(batch), batch[-1].revision_id
        file.flush()
        os.fsync(file.fileno())
    kept = None
    if path.exists() and not _begins_with(new, path):
        kept = path.rename(_free_name(path))
    size = new.stat().st_size
    new.replace(path)
    flush(path.parent)
    store.set_published(path.name, Published(size, last))
    return Repair(rewritten=written, kept=kept)


def _begins_with(path: Path, beginning: Path) -> bool:
    with path.open("rb") as whole, beginning.open("rb") as part:
        while chunk := part.read(CHUNK_BYTES):
            if whole.read(len(chunk)) != chunk:
                return False
    return True


def _free_name(path: Path) -> Path:
    return next(name for n in count(1) if not (name := path.with_name(f"{path.name}.{n}")).exists())
