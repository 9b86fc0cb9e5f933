"""Parquet, typed for polars, pandas and duckdb: dates, moments in UTC, lists. Needs the extra `parquet`."""

from __future__ import annotations

import json
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from crawler.exporters.corpus.snapshot import CannotExport
from crawler.exporters.corpus.turns import COLUMNS, turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from crawler.exporters.corpus.snapshot import Row, Snapshot

ROWS_A_GROUP = 5_000
"""About 3 MB of text: enough for a reader to skip by, little enough to hold."""
READ: dict[str, Callable[[Any], Any]] = {
    "flag": bool,
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "texts": json.loads,
    "comments": json.loads,
}


def check() -> None:
    """Raises CannotExport without pyarrow."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise CannotExport(f"--format parquet needs pyarrow: pip install 'state-remarks[parquet]' ({error})") from error


def schema() -> Any:
    """Each column with its type and, as metadata, its meaning."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "word": pa.dictionary(pa.int32(), pa.string()),
        "whole": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "date": pa.date32(),
        "moment": pa.timestamp("us", tz="UTC"),
        "texts": pa.list_(pa.string()),
        "comments": pa.list_(pa.struct({"kind": pa.string(), "text": pa.string(), "offset": pa.int64()})),
    }
    return pa.schema(
        [pa.field(column.name, types[column.kind], metadata={"description": column.note}) for column in COLUMNS]
    )


def write(snapshot: Snapshot, path: Path) -> None:
    """One row a turn. Raises ValueError, naming the turn, for a date that is none."""
    import pyarrow as pa  # here, not above: every command of Scrapy loads this module, and few need this library
    import pyarrow.parquet as pq

    rows = turns(snapshot)
    form = schema()
    with pq.ParquetWriter(path, form, compression="zstd") as writer:
        while group := list(islice(rows, ROWS_A_GROUP)):
            writer.write_table(pa.table(list(_columns(group)), schema=form))


def _columns(group: list[Row]) -> Iterator[list[Any]]:
    for column in COLUMNS:
        read = READ.get(column.kind)
        if read is None:
            yield [row[column.name] for row in group]
        else:
            yield [_read(read, row[column.name], row, column.name) for row in group]


def _read(read: Callable[[Any], Any], value: Any, row: Row, name: str) -> Any:
    if value is None:
        return None
    try:
        return read(value)
    except ValueError as error:
        raise ValueError(f"turn {row['id']}: {name}: {error}") from error
