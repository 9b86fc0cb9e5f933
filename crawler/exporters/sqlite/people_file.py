"""Step 9: the operator's word on who is who: people_overrides.toml, beside the database.

    [[merge]]                              # these names are one person
    names = ["Jim Field", "James Field"]   # in any spelling
    into = "James Field"                   # the name that stays
    why = "his own page says so"

    [[split]]                              # on these pages the name means somebody else
    name = "James Field"
    urls = ["https://www.state.gov/some-remarks/"]
    as = "James Field (economist)"
    why = "the Under Secretary was in Oslo that day"

The file is read whenever the database is opened, and holds for what is stored already, for what comes, and for a
rebuild. An entry that is taken away again holds for the rows that it has changed until they are built anew.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crawler.roster.names import fold

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE_FILE = "people_overrides.toml"
KEYS = {"merge": {"names", "into", "why"}, "split": {"name", "urls", "as", "why"}}
# "Expected '=' after a key (at line 3, column 7)"
LINE = re.compile(r"line (\d+)")
# "[[merge]]" or "[[ split ]]", at the start of a line of the file
HEAD = re.compile(r"^\s*\[\[\s*(\w+)\s*\]\]")


class PeopleFileError(ValueError):
    """An entry that cannot be meant; the message begins with file and line."""


@dataclass(frozen=True)
class Overrides:
    """What is to be read for a name."""

    merged: dict[str, str]
    """Name -> name that stays."""
    split: dict[tuple[str, str], str]
    """Address and name -> name of the other person."""

    def name(self, printed: str, url: str) -> str:
        """The name under which a person is kept who is named so, in whatever spelling, on that page."""
        name = self._folded_split.get((url, fold(printed)), printed)
        return self._folded_merged.get(fold(name), name)

    @cached_property
    def _folded_merged(self) -> dict[str, str]:
        return {fold(name): into for name, into in self.merged.items()}

    @cached_property
    def _folded_split(self) -> dict[tuple[str, str], str]:
        return {(url, fold(name)): other for (url, name), other in self.split.items()}


NONE = Overrides({}, {})


def load(path: Path) -> Overrides:
    """What the file says; nothing where there is none. Raises PeopleFileError."""
    if not path.exists():
        return NONE
    if not path.is_file():
        raise PeopleFileError(f"{path.name}: is no file")
    try:
        return parse(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise PeopleFileError(f"{path.name}:1: is not UTF-8: {error}") from None


def parse(text: str, file: str) -> Overrides:
    """Raises PeopleFileError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = LINE.search(str(error))
        raise PeopleFileError(f"{file}:{line[1] if line else 1}: {error}") from None
    heads = [(number, match[1]) for number, line in enumerate(text.splitlines(), 1) if (match := HEAD.match(line))]
    found = Overrides({}, {})
    for kind, entries in data.items():
        if kind not in KEYS or not isinstance(entries, list):
            raise PeopleFileError(f"{file}:1: {kind!r} is unknown; write [[merge]] or [[split]]")
        lines = [number for number, name in heads if name == kind]
        for at, entry in zip(lines, entries, strict=True):
            _add(found, kind, entry, f"{file}:{at}")
    for name, into in found.merged.items():
        if into in found.merged:
            raise PeopleFileError(f"{file}:1: {name!r} is merged into {into!r}, which is merged itself")
    return found


def _add(found: Overrides, kind: str, entry: dict[str, Any], where: str) -> None:
    if entry.keys() != KEYS[kind]:
        raise PeopleFileError(f"{where}: a {kind} has {', '.join(sorted(KEYS[kind]))}; here stands {', '.join(entry)}")
    for key, value in entry.items():
        texts = value if key in ("names", "urls") else [value]
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
            raise PeopleFileError(f"{where}: {key} is {'a list of texts' if key in ('names', 'urls') else 'a text'}")
    if kind == "merge":
        pairs: dict[Any, str] = {name: entry["into"] for name in entry["names"] if name != entry["into"]}
    else:
        pairs = {(url, entry["name"]): entry["as"] for url in entry["urls"]}
    known: dict[Any, str] = found.merged if kind == "merge" else found.split
    for key, into in pairs.items():
        if known.setdefault(key, into) != into:
            raise PeopleFileError(f"{where}: {key!r} is said to be both {known[key]!r} and {into!r}")
