"""Step 1: what counts as a remark by its address. The folders are data: crawler/data/scope.toml, each with its reason.

The WordPress listings print each item's type, so there the type decides (types.py). The older hosts' indexes print
none: there the folder decides what is fetched, and which indexes are worth following. Pure; no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.data import load
from crawler.web.sites import WORDPRESS_HOSTS
from crawler.web.types import ALL, wanted
from crawler.web.urls import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

HOLDS = {"speech": True, "written": False, "mixed": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One entry of scope.toml."""

    host: str
    parts: tuple[str, ...]
    """The folder's path, part by part; `*` is any part, `?` one of a single letter, a first `**` any number."""
    holds: bool | None
    """Speech, no speech, or None: the page tells."""
    type: str | None
    why: str

    @property
    def is_anywhere(self) -> bool:
        return self.parts[0] == "**"

    def has(self, host: str, parts: Sequence[str]) -> bool:
        """Whether a path lies in the folder or below it."""
        if self.host not in ("*", host):
            return False
        if self.is_anywhere:
            return self.parts[1] in parts
        return len(parts) >= len(self.parts) and _fits(self.parts, parts)

    def is_below(self, host: str, parts: Sequence[str]) -> bool:
        """Whether the folder lies in that path or below it: an index there may lead to it."""
        if self.host not in ("*", host) or self.is_anywhere:
            return False
        return len(parts) <= len(self.parts) and _fits(self.parts, parts)


def speech_by_address(url: str) -> bool | None:
    """True for a transcript, False for something else, None where only the page tells.

    This and the others raise ValueError as canonical does.
    """
    host, parts = _split(url)
    folder = _folder(host, parts)
    if folder is not None:
        return folder.holds
    return None if host in WORDPRESS_HOSTS else False


def type_by_address(url: str) -> str | None:
    """What a page there is where the page itself prints no type."""
    folder = _folder(*_split(url))
    return folder.type if folder else None


def wants_address(url: str, mode: str) -> bool:
    """Whether a page is to be fetched that an index without types lists; `mode` as in types.wanted."""
    host, parts = _split(url)
    folder = _folder(host, parts)
    return _wants_folder(folder, mode) if folder else host in WORDPRESS_HOSTS or ALL in mode.casefold().split(",")


def leads_to_speech(url: str, mode: str) -> bool:
    """Whether an index at this address may list pages that are wanted, or lies on the way to one that may."""
    host, parts = _split(url)
    inside = _folder(host, parts)
    if inside is not None:
        return _wants_folder(inside, mode)
    return any(folder.is_below(host, parts) and _wants_folder(folder, mode) for folder in folders())


def _wants_folder(folder: Folder, mode: str) -> bool:
    return folder.holds is None or wanted(folder.type, mode)


@cache
def folders() -> tuple[Folder, ...]:
    """All entries, the most telling first: long paths before short ones, names before `*`."""
    data = load("scope")
    found = [
        Folder(
            host=row["host"],
            parts=tuple(filter(None, row["folder"].split("/"))),
            holds=HOLDS[row["holds"]],
            type=row.get("type"),
            why=row["why"],
        )
        for row in data["folder"]
    ]
    return tuple(sorted(found, key=_vagueness))


def _vagueness(folder: Folder) -> tuple[bool, int, int, bool]:
    return folder.is_anywhere, -len(folder.parts), folder.parts.count("*"), folder.host == "*"


def _folder(host: str, parts: tuple[str, ...]) -> Folder | None:
    return next((folder for folder in folders() if folder.has(host, parts)), None)


@lru_cache(maxsize=4096)
def _split(url: str) -> tuple[str, tuple[str, ...]]:
    """Host, and the folders of the path in lower case; of `/briefings/2000_index.html` the folder is /briefings/."""
    address = urlsplit(canonical(url))
    return address.netloc, tuple(filter(None, address.path.lower().split("/")[:-1]))


def _fits(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    pairs = zip(pattern, parts, strict=False)
    return all(one in ("*", other) or (one == "?" and len(other) == 1) for one, other in pairs)
