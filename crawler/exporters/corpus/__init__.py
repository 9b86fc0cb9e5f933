"""Step 10: whole-corpus releases of the database, in the forms that other programs read. Reads only.

    snapshot.py      one consistent view of the database, however long the export takes and whatever a crawl writes
    choice.py        which remarks: dates, hosts, types, people
    target.py        a file or folder that takes its name only when it is whole
    lines.py         JSON lines
    turns.py         one row a turn, flat: the columns of CSV and Parquet
    sheet.py         CSV
    parquet.py       Parquet (extra `parquet`)
    tei.py           TEI in the ParlaMint manner: the corpus; tei_text.py a remark, tei_header.py who and what
    package.py       a Frictionless data package; tables.py what goes in, papers.py README and citation

Remarks come by date, then id, undated ones last; turns by position. Nothing in a release tells the time at which it
was made: the same database gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crawler.exporters.corpus import lines, package, parquet, sheet, tei
from crawler.exporters.corpus.snapshot import Nothing
from crawler.exporters.corpus.target import whole_file, whole_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.exporters.corpus.choice import Choice
    from crawler.exporters.corpus.snapshot import Snapshot


class Format(NamedTuple):
    """How a form is written."""

    write: Callable[[Snapshot, Path], object]
    mark: str | None = None
    """The file by which a folder of this form is known; None where a file is written."""
    check: Callable[[], None] | None = None
    """Raises CannotExport where something that the form needs is missing."""
    turns_only: bool = False
    """Whether a remark without turns has no place in it."""


FORMATS: dict[str, Format] = {
    "jsonl": Format(lines.write),
    "csv": Format(sheet.write, turns_only=True),
    "parquet": Format(parquet.write, check=parquet.check, turns_only=True),
    "tei": Format(tei.write, mark=tei.ROOT),
    "datapackage": Format(package.write, mark=package.DESCRIPTION),
}
OURS = ("remarks.db", "remarks.db-wal", "remarks.db-shm", "remarks.jsonl", "events.jsonl", ".lock", "warc", "runs")
"""What the crawl writes under its output folder."""


def write(name: str, snapshot: Snapshot, choice: Choice, path: Path) -> str:
    """Write what is chosen to a place, and say in a line what was.

    Raises CannotExport, Nothing, OSError, sqlite3.Error, and ValueError for a value that the form cannot hold.
    """
    form = FORMATS[name]
    if form.check:
        form.check()
    snapshot.choose(choice)
    without, written = snapshot.without_turns if form.turns_only else (0, 0)
    remarks = snapshot.remarks - without
    if not remarks:
        raise Nothing(f"{_many(without, 'written release')} chosen, and no turn, which is what {name} has rows of")
    whole = whole_folder(path, form.mark) if form.mark else whole_file(path)
    with whole as part:
        form.write(snapshot, part)
    turns, words = snapshot.counts
    figures = f"{_many(remarks, 'remark')}, {_many(turns, 'turn')}, {_many(words - written, 'word')}"
    said = f"export: {path}: {figures}, as of {snapshot.as_of}"
    return f"{said}; without turns, so without a row: {_many(without, 'written release')}" if without else said


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
