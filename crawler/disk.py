"""Files that outlive a loss of power. Used wherever a name or bytes must be on the disk before the next step."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def flush(path: Path) -> None:
    """Waits until the disk has it: a file's bytes, or of a folder the names in it (a new one may be gone otherwise)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
