"""Reading the archive on all cores: files are taken apart, each part is read in a process, the events come in order.

The processes may be of other machines (distributed/cluster.py).
"""

from __future__ import annotations

import gc
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from crawler.encodings import GZIP_MAGIC
from crawler.rebuild.reading import Reading, read
from crawler.rebuild.records import Answer, Event, events, run_of_file
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


def parts(paths: Sequence[Path], *, part_bytes: int = PART_BYTES) -> list[Part]:
    """The files in parts, in the order of the files; an uncompressed file is one part."""
    found = []
    for path in paths:
        size, began = path.stat().st_size, run_of_file(path)
        with path.open("rb") as file:
            step = part_bytes if file.read(len(GZIP_MAGIC)) == GZIP_MAGIC else max(size, 1)
        types = types_of(began.row) if began else "all"
        found += [Part(path=path, start=at, end=min(at + step, size), types=types) for at in range(0, size, step)]
    return found


def read_parts(
    parts: Sequence[Part], *, workers: int, most_bytes: int, pool: Executor | None = None
) -> Iterator[tuple[Part, list[Read]]]:
    """Each part with its events and what was read from its answers, in order; flat in memory.

    pool: of so many workers that see the files under the same paths; without it, processes of this machine.
    """
    if pool is not None:
        yield from _read_by(pool, parts, workers, most_bytes)
    elif workers == 1:
        yield from ((part, read_part(part, most_bytes)) for part in parts)
    else:
        # what is imported stays: the collector need not look at it again and again (a tenth of the time)
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=gc.freeze) as processes:
            try:
                yield from _read_by(processes, parts, workers, most_bytes)
            finally:
                processes.shutdown(wait=False, cancel_futures=True)


def _read_by(pool: Executor, parts: Sequence[Part], workers: int, most_bytes: int) -> Iterator[tuple[Part, list[Read]]]:
    waiting: deque[tuple[Part, Future[list[Read]]]] = deque()
    for part in parts:
        waiting.append((part, pool.submit(read_part, part, most_bytes)))
        if len(waiting) >= workers + AHEAD:
            yield _first(waiting)
    while waiting:
        yield _first(waiting)


def _first(waiting: deque[tuple[Part, Future[list[Read]]]]) -> tuple[Part, list[Read]]:
    part, future = waiting.popleft()
    return part, future.result()


def read_part(part: Part, most_bytes: int) -> list[Read]:
    return [_read(event, part, most_bytes) for event in events(part.path, part.start, part.end)]


def _read(event: Event, part: Part, most_bytes: int) -> Read:
    """Without the bytes and blocks, which only the reading needs."""
    if not isinstance(event, Answer):
        return event, None
    reading = read(event, types=part.types, most_bytes=most_bytes)
    if reading.remark is not None:
        page = replace(reading.remark.page, blocks=())
        reading = replace(reading, remark=replace(reading.remark, page=page))
    return event.without_body(), reading
