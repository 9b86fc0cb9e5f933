"""Files that outlive a loss of power. Used wherever a name or bytes must be on the disk before the next step."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def digest_of_file(path: Path) -> str:
    """As "sha256:..."; raises OSError."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def flush(path: Path) -> None:
    """Waits until the disk has it: a file's bytes, or of a folder the names in it (a new one may be gone otherwise)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
