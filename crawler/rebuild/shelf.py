"""The WARC files as they lie in warc/ and below, held against what the database knows of them.

Cheap enough for each run: names, sizes and times of change. Where one of these is not as it was, the file's digest
tells whether its bytes are; so a file that was renamed, swapped with another or copied is the same file still. What is
wrong with the bytes themselves is found by recover.py, and by verify.py where nothing else shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawler.exporters.disk import digest_of_file
from crawler.rebuild.records import run_of_file
from crawler.rebuild.sound import missing_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlite_utils import Database

#: What a file of the archive may be packed as; we write the first.
ENDINGS: Final = (".warc.gz", ".warc", ".warc.zst")
PREFIX: Final = "remarks-"
DAMAGED: Final = "damaged"
#: Under warc/: what the operator knows to be elsewhere, one name a line.
ELSEWHERE: Final = "elsewhere.txt"
MOST_GAPS: Final = 20
#: Each name once, from the index alone.
NAMED = """
WITH RECURSIVE named(name) AS (
    SELECT min(warc_file) FROM captures
    UNION ALL SELECT (SELECT min(warc_file) FROM captures WHERE warc_file > name) FROM named WHERE name IS NOT NULL
)
SELECT name FROM named WHERE name IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A row of warc_files."""

    name: str
    bytes: int
    digest: str | None
    """None where an older version of this program wrote the row."""
    modified_ns: int | None
    trouble: str | None


@dataclass(slots=True)
class Shelf:
    """What lies there; `look` finds it."""

    unknown: list[Path] = field(default_factory=list)
    """Files of our runs of which the database does not know every record, or which are not as they were."""
    seen: list[Path] = field(default_factory=list)
    """Files whose bytes are as they were, but not their time of change, or of which no digest is known."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Old name -> new name."""
    copies: dict[Path, str] = field(default_factory=dict)
    """Files that are, byte by byte, another one that is there as well."""
    missing: list[str] = field(default_factory=list)
    """Names that the database knows and that no file has."""


def files_in(folder: Path) -> list[Path]:
    """The WARC files, by name; below the folder, or packed otherwise than we write, only those of our runs."""
    found = (path for ending in ENDINGS for path in folder.rglob(f"*{ending}") if path.is_file())
    inside = [path for path in found if DAMAGED not in path.relative_to(folder).parts[:-1]]
    usual = [path for path in inside if path.parent == folder and path.name.endswith(ENDINGS[0])]
    others = [path for path in set(inside) - set(usual) if path.name.startswith(PREFIX) or run_of_file(path)]
    return sorted(usual + others, key=lambda path: (path.name, path))


def place(folder: Path, name: str) -> Path:
    """Where the file of that name lies: under warc/, or in a folder below it."""
    path = folder / name
    return path if path.exists() else next(iter(sorted(folder.rglob(name))), path)


def known_files(db: Database) -> dict[str, Known]:
    rows = db.query("SELECT name, bytes, digest, modified_ns, trouble FROM warc_files")
    return {row["name"]: Known(**row) for row in rows}


def look(db: Database, folder: Path) -> Shelf:
    known, shelf = known_files(db), Shelf()
    sound: set[str] = set()
    others: list[Path] = []
    for path in files_in(folder):
        row = known.get(path.name)
        if row is None or path.name in sound or not _is_as_it_was(path, row, shelf):
            others.append(path)
        else:
            sound.add(path.name)
            if row.trouble:  # it is back
                shelf.unknown.append(path)
    by_digest = {row.digest: row.name for row in known.values() if row.digest}
    sizes = {row.bytes for row in known.values()}
    taken = set(sound)
    for path in others:
        name = by_digest.get(digest_of_file(path)) if path.stat().st_size in sizes else None
        if name is None:
            shelf.unknown.append(path)
        elif name in taken:
            shelf.copies[path] = name
        else:
            taken.add(name)
            shelf.renamed[name] = path.name
    there = sound | set(shelf.renamed) | {path.name for path in shelf.unknown}
    shelf.missing = sorted({*known, *named_files(db)} - there)
    return shelf


def _is_as_it_was(path: Path, row: Known, shelf: Shelf) -> bool:
    stat = path.stat()
    if stat.st_size != row.bytes:
        return False
    if stat.st_mtime_ns == row.modified_ns:
        return True
    if row.digest is None or digest_of_file(path) == row.digest:
        shelf.seen.append(path)
        return True
    return False


def named_files(db: Database) -> list[str]:
    """The files that rows of captures name."""
    return [name for (name,) in db.execute(NAMED).fetchall()]


def gaps(db: Database) -> Iterator[str]:
    """Numbers of captures and of runs that no row has: they were given, so a file with them is, or was, somewhere."""
    for table in ("runs", "captures"):
        yield from missing_numbers(db.conn, table, most=MOST_GAPS)


def elsewhere(folder: Path) -> frozenset[str]:
    """What elsewhere.txt names: files, or gaps as the report names them. Raises OSError."""
    path = folder / ELSEWHERE
    if not path.exists():
        return frozenset()
    lines = path.read_text("utf-8", "replace").splitlines()
    return frozenset(filter(None, (line.partition("#")[0].strip() for line in lines)))


def in_order(paths: Iterable[Path]) -> list[Path]:
    """By run, and within a run as they were begun; files of other programs come last, by name.

    The name under which a run wrote the file holds the time at which it was begun, but a clock may jump between runs.
    """

    def key(path: Path) -> tuple[bool, int, str, bool, str]:
        began = run_of_file(path)
        if began is None:
            return True, 0, path.name, False, str(path)
        return False, began.row["id"], began.written_as, path.name != began.written_as, str(path)

    return sorted(paths, key=key)
