"""The fence round one answer: whatever our own code raises over it becomes a named outcome of that answer."""

from __future__ import annotations

import sqlite3
import traceback
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from crawler.errors import Crashed, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Characters of an exception that stand in a reason, and innermost frames of its traceback that stand in a report.
MOST_WORDS: Final = 200
MOST_FRAMES: Final = 20


@contextmanager
def foreseen(url: str) -> Iterator[None]:
    """Whatever is raised inside comes out as a Refusal, but for faults of disk and database: no answer ends a run."""
    try:
        yield
    except (Refusal, sqlite3.Error, OSError):
        raise
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}"
        words = " ".join(str(error).split())[:MOST_WORDS]
        trace = "".join(traceback.format_exception(error, limit=-MOST_FRAMES))
        raise Crashed(url, f"{type(error).__name__}: {words} ({place})", trace) from error
