"""The marked transcripts: transcripts.jsonl (turns) and people.jsonl (who is behind each label). Reads files."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TRANSCRIPTS, PEOPLE = "transcripts.jsonl", "people.jsonl"


class NoMarks(OSError):
    """There are no marked transcripts where they were looked for, or they cannot be read."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What was marked by hand, by document key."""

    transcripts: Mapping[str, Mapping[str, Any]]
    people: Mapping[str, list[Mapping[str, Any]]]


def read(folder: Path) -> Marked:
    """Raises NoMarks, naming the file."""
    people: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines(folder / PEOPLE):
        people[document_key(line["url"])].append(line)
    return Marked({document_key(line["url"]): line for line in lines(folder / TRANSCRIPTS)}, people)


def lines(path: Path) -> list[dict[str, Any]]:
    """The JSON lines of a file. Raises NoMarks."""
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise NoMarks(f"{path}: {error}") from error


def document_key(url: str) -> str:
    """The last part of the path, which a page keeps when it moves to another host."""
    path = urlsplit(url).path.removesuffix("/index.html")
    return path.strip("/").split("/")[-1].lower()
