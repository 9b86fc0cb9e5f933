"""At the start of a run: what stands in the archive and not in the database, because the last run was killed.

Every answer is in the archive before anything looks at it, so a kill, a full disk or a lost database costs no answer:
what the database does not know is read from there, in order, and no host is asked again. A file that ends in the
middle of a record (a power cut) is cut back to its last whole one; the bytes cut off are set aside under damaged/.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from crawler.errors import Refusal
from crawler.flow import run as read_page
from crawler.rebuild.records import Damage, events, run_of_file
from crawler.rebuild.replay import Replay
from crawler.warc import read_at
from crawler.warc_records import BrokenRecord, records

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from crawler.archive import Archive
    from crawler.exporters.saving import Reread
    from crawler.exporters.sqlite import Store
    from crawler.items import Capture, Remark

PATTERN: Final = "*.warc.gz"
PREFIX: Final = "remarks-"
DAMAGED: Final = "damaged"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found at the start, in words."""

    notices: list[str] = field(default_factory=list)
    """Mended, nothing lost."""
    losses: list[str] = field(default_factory=list)
    """Bytes that give no record."""
    files: list[str] = field(default_factory=list)
    """Names of the files of which the database now has every record: `settle`."""
    unended: list[int] = field(default_factory=list)
    """Runs that these files begin and do not end, though they ended: their last note was lost with the disk."""

    def settle(self, store: Store, folder: Path, archive: Archive | None) -> None:
        """Writes the lost ends into the new run's archive. Until this has gone well the files count as unknown."""
        if archive is not None:
            for run_id in self.unended:
                archive.note({"run": store.run_row(run_id)})
                self.notices.append(f"the archive had lost how run {run_id} ended; it is noted again")
        store.know_files(folder, self.files)


def recover(store: Store, folder: Path, *, most_bytes: int) -> Recovery:
    """Mends the files that the database does not know to their end, and takes in what they hold."""
    recovery = Recovery()
    unknown = unknown_files(store, folder)
    for path in unknown:
        _mend_tail(store, path, recovery)
    unknown = [path for path in unknown if path.exists()]
    recovery.files.extend(path.name for path in unknown)
    replay = Replay(store, most_bytes=most_bytes)
    for path in in_order(unknown):
        replay.begin_file()
        for event in events(path):
            if isinstance(event, Damage):
                recovery.losses.append(f"damaged: {event.problem}")
            else:
                replay.apply(event)
    recovery.unended.extend(run_id for run_id in replay.unended() if store.run_row(run_id)["ended_at"])
    recovery.notices.extend(replay.told)
    if replay.counts["captures"]:
        done = ", ".join(f"{number} {name}" for name, number in sorted(replay.counts.items()) if name != "captures")
        recovery.notices.append(f"{replay.counts['captures']} answers were in the archive alone: taken in ({done})")
    return recovery


def unknown_files(store: Store, folder: Path) -> list[Path]:
    """Files of our runs of which the database does not know every record."""
    known = dict(store.db.execute("SELECT name, bytes FROM warc_files").fetchall())
    grown = [path for path in sorted(folder.glob(PATTERN)) if known.get(path.name) != path.stat().st_size]
    return [path for path in grown if _is_ours(path)]


def _is_ours(path: Path) -> bool:
    """Whether a run wrote the file; what other programs wrote is not ours to mend."""
    _, first = next(records(path), (0, None))
    torn = first is None or isinstance(first, BrokenRecord)
    return run_of_file(path) is not None or (torn and path.name.startswith(PREFIX))


def in_order(paths: list[Path]) -> list[Path]:
    """By run, and within a run as they were begun; files of other programs come last, by name.

    A file's name holds the time at which it was begun, but a clock may jump between runs.
    """
    runs = {path: run_of_file(path) for path in paths}
    return sorted(paths, key=lambda path: ((row := runs[path]) is None, row["id"] if row else 0, path.name))


def _mend_tail(store: Store, path: Path, recovery: Recovery) -> None:
    """Cuts off the half record at the end of a file; tells of captures whose bytes it was to hold."""
    torn, size = None, path.stat().st_size
    for offset, found in records(path):
        torn = offset if isinstance(found, BrokenRecord) else None
    if torn is None:
        return
    aside = path.parent / DAMAGED / f"{path.name}.{torn}"
    aside.parent.mkdir(exist_ok=True)
    with path.open("r+b") as file:
        file.seek(torn)
        with aside.open("wb") as kept:
            kept.write(file.read())
            kept.flush()
            os.fsync(kept.fileno())
        file.truncate(torn)
        os.fsync(file.fileno())
    told = f"{path.name} ended in the middle of a record: {size - torn:,} bytes are set aside as {aside}"
    recovery.notices.append(told)
    if lost := store.lose_bytes(path.name, torn):
        recovery.losses.append(f"damaged: {path.name}: the bytes of {lost} captures that the database has are lost")
    if not torn:
        path.unlink()


def read_again(folder: Path, most_bytes: int) -> Reread:
    """What this version reads from a capture that is held (saving.py); None where it is not there or not readable."""

    def reread(db: Database, capture_id: int) -> tuple[Remark, Capture] | None:
        file, offset = db.execute("SELECT warc_file, warc_offset FROM captures WHERE id = ?", [capture_id]).fetchone()
        if file is None:
            return None
        try:
            capture = replace(read_at(folder / file, offset, max_bytes=most_bytes), id=capture_id)
            return read_page(capture), capture
        except (OSError, BrokenRecord, Refusal):
            return None

    return reread
