"""CSV: RFC 4180, UTF-8 without a byte order mark, a head line; what is absent is empty, lists are JSON.

Text stands as it was said. A cell that begins with = + - or @ is a formula for spreadsheet programs: import such a file
with all columns as text.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from crawler.exporters.corpus.turns import COLUMNS, turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from crawler.exporters.corpus.snapshot import Snapshot


def write(snapshot: Snapshot, path: Path) -> None:
    """One row a turn."""
    write_rows(path, [column.name for column in COLUMNS], turns(snapshot))


def write_rows(path: Path, names: Sequence[str], rows: Iterable[Iterable[object]]) -> int:
    """A CSV file; returns the number of rows below the head line."""
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(names)
        for number, row in enumerate(rows, start=1):  # noqa: B007
            writer.writerow(tuple(row))
    return number
