"""A file or folder that takes its name only when it is whole. The one place where a release touches the disk's names.

What is being written stands beside its place, under a name with a full stop before it, and is locked; when it is whole
and on the disk it takes the place of what stood there, in one step. So a kill at any moment leaves the old release;
the next export to the same place clears away what the killed one had begun (nobody holds its lock). A symbolic link
stays: what it leads to is replaced.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.exporters.corpus.snapshot import CannotExport
from crawler.exporters.disk import flush

if TYPE_CHECKING:
    from collections.abc import Iterator

PART = ".part"
AT_FDCWD, RENAME_EXCHANGE = -100, 2
NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}
"""A kernel or file system that cannot swap two names."""
KINDS = {stat.S_IFIFO: "a FIFO or pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device", stat.S_IFSOCK: "a socket"}
"""What can stand at a place and takes no release: it would be replaced by a file of the same name."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Where to write; takes the name `path` at the end. Raises OSError; whatever is raised leaves the old file."""
    path = _behind(path)
    if path.is_dir():
        raise CannotExport(f"{path} is a folder; this format makes one file")
    with _part(path, folder=False) as part:
        yield part
        flush(part)
        part.replace(path)
        flush(path.parent)


@contextmanager
def whole_folder(path: Path, mark: str) -> Iterator[Path]:
    """As whole_file. A folder that stands there is replaced only if it is empty or holds `mark`: an earlier release."""
    path = _behind(path)
    if path.exists() and not path.is_dir():
        raise CannotExport(f"{path} is a file; this format makes a folder")
    if path.exists() and any(path.iterdir()) and not (path / mark).exists():
        raise CannotExport(f"{path} is not empty and holds no {mark}: no earlier export of this kind, not touched")
    with _part(path, folder=True) as part:
        yield part
        os.sync()  # one call for what may be a hundred thousand files
        _put_in_place(part, path)
        flush(path.parent)


def _behind(path: Path) -> Path:
    """The place itself, where a symbolic link leads to it; raises CannotExport for what is neither file nor folder."""
    with suppress(FileNotFoundError, NotADirectoryError):
        try:
            kind = stat.S_IFMT(path.stat().st_mode)  # of a link as well that no path leads to: /dev/stdout of a pipe
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            raise CannotExport(f"{path} is a link that leads back to itself") from None
        if kind in KINDS:
            raise CannotExport(f"{path} is {KINDS[kind]}; an export makes a file or a folder, name another place")
    return Path(os.path.realpath(path)) if path.is_symlink() else path


@contextmanager
def _part(path: Path, *, folder: bool) -> Iterator[Path]:
    """A new name beside the place, locked while it is written and gone afterwards, unless it was renamed."""
    if not path.parent.is_dir():
        raise CannotExport(f"{path.parent} is no folder")
    _clear(path)
    prefix = f".{path.name}."
    if folder:
        part = Path(tempfile.mkdtemp(prefix=prefix, suffix=PART, dir=path.parent))
        part.chmod(0o777 & ~_umask())
        lock = os.open(part, os.O_RDONLY)
    else:
        lock, name = tempfile.mkstemp(prefix=prefix, suffix=PART, dir=path.parent)
        part = Path(name)
        part.chmod(0o666 & ~_umask())
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield part
    finally:
        _remove(part)
        os.close(lock)


def _clear(path: Path) -> None:
    """Remove what killed exports to this place have left."""
    for left in path.parent.glob(f".{_literal(path.name)}.*{PART}"):
        with suppress(FileNotFoundError):
            handle = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(left)
            except BlockingIOError:
                pass  # another export is writing it
            finally:
                os.close(handle)


def _literal(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _put_in_place(part: Path, path: Path) -> None:
    """The new folder under the name of the old one; the old one, if any, is then at `part` and goes with it."""
    if not path.exists():
        part.rename(path)
    elif not _exchange(part, path):
        old = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".old", dir=path.parent))
        path.rename(old)
        part.rename(path)
        _remove(old)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where this system cannot. (Python has no call for it.)"""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
