"""Reading the archive on all cores: files are taken apart, each part is read in a process, the events come in order.

A process that takes too long over an answer, or ends, is replaced by a new one (reader.py), which goes on behind that
answer. The processes may be of other machines (distributed/cluster.py).
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from crawler.archive.encodings import GZIP_MAGIC
from crawler.archive.records import BrokenRecord
from crawler.errors import Unread
from crawler.rebuild.reader import Limits, Reader
from crawler.rebuild.reading import Reading, noted, read
from crawler.rebuild.records import Answer, Damage, Event, Outcome, events, run_of_file, unread
from crawler.rebuild.replay import types_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor, Future
    from pathlib import Path

#: Some hundred pages a part: enough to be worth a message between processes, little enough for flat memory.
PART_BYTES: Final = 2_000_000
#: Parts that are read ahead of the one that is being stored, beyond one a process.
AHEAD: Final = 2

Read = tuple[Event, Reading | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a file, in bytes."""

    path: Path
    start: int
    end: int
    types: str
    """What the file's run asked for."""
    unread: dict[int, Outcome] = field(default_factory=dict, repr=False)
    """As records.unread()."""


def parts(paths: Sequence[Path], *, version: str = "", part_bytes: int = PART_BYTES) -> list[Part]:
    """The files in parts, in the order of the files; an uncompressed file is one part.

    version: of the program, whose notes of what it could not read are taken at their word.
    """
    found: list[Part] = []
    left = unread(paths, version)
    for path in paths:
        size, began = path.stat().st_size, run_of_file(path)
        with path.open("rb") as file:
            step = part_bytes if file.read(len(GZIP_MAGIC)) == GZIP_MAGIC else max(size, 1)
        types = types_of(began.row) if began else "all"
        found += [
            Part(path=path, start=at, end=min(at + step, size), types=types, unread=left) for at in range(0, size, step)
        ]
    return found


def read_parts(
    parts: Sequence[Part], *, workers: int, limits: Limits, pool: Executor | None = None
) -> Iterator[tuple[Part, list[Read]]]:
    """Each part with its events and what was read from its answers, in order; flat in memory.

    pool: of so many workers that see the files under the same paths; without it, processes of this machine.
    """
    if pool is not None:
        yield from _read_by(pool, parts, workers, limits)
        return
    with ThreadPoolExecutor(workers) as threads:
        try:
            yield from _read_by(threads, parts, workers, limits)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            close_readers()


def _read_by(pool: Executor, parts: Sequence[Part], workers: int, limits: Limits) -> Iterator[tuple[Part, list[Read]]]:
    waiting: deque[tuple[Part, Future[list[Read]]]] = deque()
    for part in parts:
        waiting.append((part, pool.submit(read_part, part, limits)))
        if len(waiting) >= workers + AHEAD:
            yield _first(waiting)
    while waiting:
        yield _first(waiting)


def _first(waiting: deque[tuple[Part, Future[list[Read]]]]) -> tuple[Part, list[Read]]:
    part, future = waiting.popleft()
    return part, future.result()


_readers: dict[int, Reader] = {}
"""One for each thread that reads parts here."""


def _reader(limits: Limits) -> Reader:
    thread = threading.get_ident()
    if thread not in _readers or _readers[thread].limits != limits:
        if before := _readers.pop(thread, None):
            before.close()
        _readers[thread] = Reader(limits)
    return _readers[thread]


def close_readers() -> None:
    while _readers:
        _readers.popitem()[1].close()


def read_part(part: Part, limits: Limits) -> list[Read]:
    """Also past answers, and records, that no process gets past."""
    reader = _reader(limits)
    found: list[Read] = []
    refusal: Unread | None = None
    while True:
        begun = len(found)
        try:
            found.extend(reader.results(results_of, part, limits.most_bytes, begun, refusal))
        except Unread as raised:
            if refusal is not None and len(found) == begun:  # not the answer: the record cannot even be taken in
                what = f"what follows the first {begun} records from here: {raised.reason}"
                return [*found, (Damage(problem=BrokenRecord(part.path.name, part.start, what)), None)]
            refusal = raised
        else:
            return found


def results_of(part: Part, most_bytes: int, begin: int, refusal: Unread | None) -> Iterator[Read]:
    """From that event of the part on; refusal: of the first of them, which is not read."""
    for number, event in enumerate(events(part.path, part.start, part.end)):
        if number < begin:
            continue
        if not isinstance(event, Answer):
            yield event, None
            continue
        capture = event.capture
        if number == begin and refusal is not None:
            reading = Reading(refusal=refusal.of(capture.url))
        elif (note := part.unread.get(capture.id or 0)) is not None:
            reading = noted(note, capture.url)
        else:
            reading = read(event, types=part.types, most_bytes=most_bytes)
        yield event.without_body(), replace(reading, cdx=None)
