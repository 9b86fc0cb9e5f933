"""One run at a time. The kernel holds the lock and lets it go when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Held(Exception):
    """Another run holds the lock."""


@contextmanager
def lock(output: Path) -> Iterator[None]:
    """Raises Held at once, naming the other run's process; OSError where the folder cannot be written."""
    output.mkdir(parents=True, exist_ok=True)
    path = output / ".lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Held(f"another run holds {path} (process {file.read().strip() or 'unknown'})") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
