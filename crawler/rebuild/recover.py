"""At the start of a run: what stands in the archive and not in the database, because the last run was killed.

Every answer is in the archive before anything looks at it, so a kill, a full disk or a lost database costs no answer:
what the database does not know is read from there, in order, and no host is asked again. A file that ends in the
middle of a record (a power cut) is cut back to its last whole one; the bytes cut off are set aside under damaged/.

Files that are missing, or not as they were (shelf.py), are told by each run until they are, or until the operator has
named them in warc/elsewhere.txt.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from crawler.archive.reader import read_at
from crawler.archive.records import BrokenRecord, is_row_of_members, records
from crawler.exporters.sqlite.settle import behind
from crawler.rebuild.records import Answer, Damage, events, run_of_file, unread, unread_note
from crawler.rebuild.replay import Replay
from crawler.rebuild.shelf import DAMAGED, ELSEWHERE, PREFIX, elsewhere, files_in, gaps, in_order, known_files, look
from crawler.rebuild.shelf import place as place_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from crawler.archive.writer import Archive
    from crawler.errors import Unread
    from crawler.exporters.sqlite.save import Reread
    from crawler.exporters.sqlite.store import Store
    from crawler.items import Capture, Remark
    from crawler.rebuild.reader import Reader
    from crawler.rebuild.shelf import Shelf

PATTERN: Final = "*.warc.gz"
#: So much of what is wrong with a file is named.
MOST_TOLD: Final = 10


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found at the start, in words."""

    notices: list[str] = field(default_factory=list)
    """Mended, nothing lost."""
    losses: list[str] = field(default_factory=list)
    """Bytes that give no record, and files that are not there."""
    files: list[Path] = field(default_factory=list)
    """Files of which the database now has every record: `settle`."""
    troubles: dict[str, str] = field(default_factory=dict)
    """What is wrong with files, by name."""
    unended: list[int] = field(default_factory=list)
    """Runs that these files begin and do not end, though they ended: their last note was lost with the disk."""
    unread: list[tuple[int, Unread]] = field(default_factory=list)
    """Captures that could not be read or stored, and are settled so."""

    def settle(self, store: Store, archive: Archive | None) -> None:
        """Writes the lost ends, and what could not be read, into the new run's archive.

        Until this has gone well the files count as unknown.
        """
        if archive is not None:
            for run_id in self.unended:
                archive.note({"run": store.run_row(run_id)})
                self.notices.append(f"the archive had lost how run {run_id} ended; it is noted again")
            for number, refusal in self.unread:
                archive.note(unread_note(number, refusal, store.parser_version))
        store.know_files(self.files)
        store.set_trouble(self.troubles)


def recover(store: Store, folder: Path, reader: Reader) -> Recovery:
    """Mends the files that the database does not know to their end, and takes in what they hold.

    Tells also of files that are missing, or are not as they were.
    """
    recovery = Recovery()
    accepted = elsewhere(folder)
    shelf = follow_names(store, folder, recovery.notices)
    known = known_files(store.db)
    unknown = [path for path in shelf.unknown if _is_ours(path)]
    for path in unknown:
        # one that is as long as it was is damaged, not torn; an empty one has nothing to set aside
        if path.name not in known or path.stat().st_size not in (0, known[path.name].bytes):
            _mend_tail(path, recovery)
    unknown_still = in_order(path for path in unknown if path.exists())
    replay = Replay(
        store,
        reader=reader,
        there={path.name for path in files_in(folder)},
        unread=unread(unknown_still, store.parser_version),
    )
    for path in unknown_still:
        _take_in(store, replay, path, recovery)
    for name in [*shelf.missing, *(path.name for path in unknown if path.name in known and not path.exists())]:
        _missing(store, name, replay, recovery)
    recovery.files.extend(path for path in shelf.seen if path.name not in recovery.troubles)
    recovery.unended.extend(run_id for run_id in replay.unended() if store.run_row(run_id)["ended_at"])
    recovery.notices.extend(replay.told)
    recovery.unread.extend(replay.unread)
    if replay.counts["captures"]:
        names = sorted(replay.counts.keys() - {"captures", "moved"})
        done = ", ".join(f"{replay.counts[name]} {name}" for name in names)
        recovery.notices.append(f"{replay.counts['captures']} answers were in the archive alone: taken in ({done})")
    for name, words in recovery.troubles.items():
        _tell(f"damaged: {name}: {words}", name in accepted, recovery)
    for gap in gaps(store.db):
        _tell(f"missing: {gap}: in no row and in no file of the archive", gap in accepted, recovery)
    return recovery


def follow_names(store: Store, folder: Path, told: list[str]) -> Shelf:
    """What lies there, after the database has learned the names that files have now."""
    shelf = look(store.db, folder)
    names = dict(shelf.renamed)
    for old, new in shelf.renamed.items():
        told.append(f"{old} is named {new} now; the database names it so")
        if new in shelf.missing and new not in names:  # its own file is gone, and this one has its name
            names[new] = f"{new} (lost)"
            shelf.missing[shelf.missing.index(new)] = names[new]
    store.rename_files(names)
    told.extend(f"{path.name} is a copy of {name}, and passed over" for path, name in shelf.copies.items())
    return shelf


def _take_in(store: Store, replay: Replay, path: Path, recovery: Recovery) -> None:
    """What the database does not know of a file; what the file should hold and does not."""
    name, before, changed = path.name, known_files(store.db).get(path.name), len(replay.changed)
    damage: list[str] = []
    replay.begin_file()
    for event in events(path):
        if isinstance(event, Damage):
            damage.append(f"byte {event.problem.offset:,}: {event.problem.what}")
            continue
        replay.apply(event)
    damage += replay.changed[changed:]
    if replay.copied and not replay.numbers:
        recovery.notices.append(f"{name} holds what other files hold, and counts once with them")
    if lost := store.lose_bytes(name, replay.numbers):
        damage.append(f"the bytes of {lost} captures that the database has are lost")
    elif before is not None and before.trouble and not damage and replay.has_lost():
        damage.append(before.trouble)
    if damage:
        more = [f"and {len(damage) - MOST_TOLD} more"] if len(damage) > MOST_TOLD else []
        recovery.troubles[name] = "; ".join([*damage[:MOST_TOLD], *more])
    else:
        recovery.files.append(path)
        if before is not None and before.digest and before.bytes > path.stat().st_size:
            recovery.notices.append(f"{name} is shorter than it was, and holds every capture all the same")


def _missing(store: Store, name: str, replay: Replay, recovery: Recovery) -> None:
    """A name that no file has; what the file held may lie in another one, packed otherwise."""
    sql = "SELECT count(*) FROM captures WHERE warc_file = ?"
    (captures,) = store.db.execute(sql, [name]).fetchone()
    if not captures and (now := replay.moved.get(name) or replay.written_as.get(name)):
        store.forget_file(name)
        recovery.notices.append(f"what {name} held is in {now} now; the database names it so")
    else:
        recovery.troubles[name] = f"is not in the archive any more; {captures} captures were in it"


def _tell(words: str, accepted: bool, recovery: Recovery) -> None:
    """elsewhere.txt makes a known want of it."""
    if accepted:
        recovery.notices.append(f"{words} (as {ELSEWHERE} says)")
    else:
        recovery.losses.append(words)


def _is_ours(path: Path) -> bool:
    """Whether a run wrote the file; what other programs wrote is not ours to mend."""
    _, first = next(records(path), (0, None))
    torn = first is None or isinstance(first, BrokenRecord)
    return run_of_file(path) is not None or (torn and path.name.startswith(PREFIX))


def _mend_tail(path: Path, recovery: Recovery) -> None:
    """Cuts off the half record at the end of a file, if that is packed as we pack it."""
    if path.stat().st_size and not is_row_of_members(path):
        return
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
    if not torn:
        path.unlink()


def read_again(folder: Path, reader: Reader) -> Reread:
    """What this version reads from a capture that is held (saving.py); None where it is not there or not readable."""

    def reread(db: Database, capture_id: int) -> tuple[Remark, Capture] | None:
        file, offset = db.execute("SELECT warc_file, warc_offset FROM captures WHERE id = ?", [capture_id]).fetchone()
        if file is None:
            return None
        try:
            found = read_at(place_of(folder, file), offset, max_bytes=reader.limits.most_bytes)
            capture = replace(found, id=capture_id)
            headers = {"content-type": capture.content_type} if capture.content_type else {}
            answer = Answer(capture=capture, asked="page", headers=headers, size=len(capture.body))
            reading = reader.read(answer, types="all")
        except (OSError, BrokenRecord):
            return None
        remark = reading.remark or behind(reading.refusal)  # which is held where another day confirmed it
        return None if remark is None else (remark, capture)

    return reread
