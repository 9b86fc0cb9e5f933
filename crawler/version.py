"""Which program read a page. A revision keeps it, so that a change of ours is never mistaken for an edit by State."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import crawler

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

#: What steps 4-8 are made of: code and data.
PARTS = (
    *(
        "controls.py",
        "data",
        "encodings.py",
        "flow.py",
        "health.py",
        "items.py",
        "lines.py",
        "roster",
        "sites.py",
        "templates",
    ),
    "transcript",
)


@cache
def parser_version() -> str:
    """The package's version and eight digits of the SHA-256 of the code and data that read a page."""
    digest = hashlib.sha256()
    for part in PARTS:
        for name, file in _files(files("crawler").joinpath(part)):
            digest.update(f"{name}\n".encode() + file.read_bytes())
    return f"{crawler.__version__}+{digest.hexdigest()[:8]}"


def _files(part: Traversable) -> Iterator[tuple[str, Traversable]]:
    if part.is_file():
        yield part.name, part
        return
    for entry in sorted(part.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() or entry.name.endswith((".py", ".toml", ".csv")):
            yield from _files(entry)
