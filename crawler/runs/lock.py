"""One run at a time. The kernel holds the lock and lets it go when the process ends, however it ends.

The lock is on a file, not on its name: whoever deletes or replaces `.lock` lets a second run in. So a run looks whether
the name still leads to its file, before each thing that it writes.
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: What flock(2) answers where the file system has no locks.
NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL})
#: So often the name is tried again that is taken away between opening and locking.
TRIES: Final = 5


class Held(Exception):
    """Another run holds the lock."""


class Lost(OSError):
    """The lock was held, and another run may have it now."""


class Lock:
    """The lock of an output folder, while it is held."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.told: list[str] = []
        """What a person should know about it."""
        self._descriptor = descriptor
        self._folder = _identity(path.parent)

    def check(self) -> None:
        """Raises Lost where the folder or the file is another one. A file that was taken away is made again."""
        there = _identity(self.path)
        if there == _identity(self._descriptor):
            return
        if there is not None:
            raise Lost(f"{self.path} is another file than this run locked: another run may be writing here")
        if self._folder is None or _identity(self.path.parent) != self._folder:
            raise Lost(f"{self.path.parent} is another folder than this run began in, or is gone")
        self._make_again()

    def _make_again(self) -> None:
        """For a file that nobody has made in the meantime; the old one stays locked until this one is."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            raise Lost(f"{self.path} was taken away, and another run has made it again") from None
        if not _locks(descriptor) or _identity(self.path) != _identity(descriptor):
            os.close(descriptor)
            raise Lost(f"{self.path} was taken away, and another run holds it now")
        _write_process(descriptor)
        os.close(self._descriptor)
        self._descriptor = descriptor
        self.told.append(f"{self.path} was taken away during the run, and made again")

    def close(self) -> None:
        os.close(self._descriptor)


@contextmanager
def lock(output: Path) -> Iterator[Lock]:
    """Raises Held at once, naming the other run's process; OSError where the folder cannot be written or locked."""
    output.mkdir(parents=True, exist_ok=True)
    held = _take(output / ".lock")
    try:
        yield held
    finally:
        held.close()


def _take(path: Path) -> Lock:
    for _ in range(TRIES):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _locks(descriptor):
                process = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                raise Held(f"another run holds {path} (process {process or 'unknown'})")
            if _identity(path) == _identity(descriptor):
                _write_process(descriptor)
                return Lock(path, descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the name leads to another file by now
    raise Held(f"{path} is taken away again and again")


def _locks(descriptor: int) -> bool:
    """Whether the file is ours now; raises OSError where it cannot be locked at all."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in NO_LOCKS:
            words = f"this file system has no locks ({error.strerror}); the output belongs on a local disk"
            raise OSError(error.errno, words) from error
        raise
    return True


def _identity(place: Path | int) -> tuple[int, int] | None:
    """Of the file itself, whatever its name; None where there is none."""
    try:
        stat = os.fstat(place) if isinstance(place, int) else place.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _write_process(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
