"""The sample's documents as data: pages/<name>.html, a TOML head between `+++` lines and the body under it.

pages/first/<name>.html is that document as it was first published; its head names only what was different.
expected.json holds what the author of the pages marked by hand, in the form of a list of
    name, url, title, kind, date
    turns    label (null: printed without one), text (paragraphs), comments (kind, text, offset into the paragraphs
             joined by a blank line)
    quoted   words printed without a label that somebody else spoke (a clip); they count for nobody
    outside  lines in no turn: part (H head, N event or closer, F footnote), kind, text, after (turns before it)
    people   one for each label: speaker_role, role_also (also right), person, evidence (where the page tells)
A document in which nobody speaks has no turns. Touches the package's data files only.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from datetime import datetime

Edition = Literal["first", "latest"]
FENCE = "+++\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One invented release."""

    name: str
    """The file's stem."""
    shows: str
    """What is hard about it."""
    type: str
    """As its page prints it; on 1997-2009, where pages print none, what their folder holds."""
    title: str
    """As a reader sees it; shells escape it."""
    byline: tuple[str, ...]
    """One person each; a line feed parts office and bureau."""
    places: tuple[str, ...]
    published: datetime
    """With the offset of Washington; its local day is the day that is printed."""
    modified: datetime
    served: tuple[str, ...]
    """The https addresses at which it stands: one path, one or two hosts."""
    body: str
    """In the markup of its era."""
    tags: tuple[str, ...] = ()
    wp_id: int = 0
    """0 on the hosts before WordPress."""
    post_type: str = ""
    form: str = ""
    """Which of its host's forms the page has; empty for the usual one."""
    language: str = "en-US"
    printed: str = ""
    """The date as the page prints it, where that is not `August 27, 2017`."""
    linked_as: str = ""
    """The text of its link in an index, where that is not the title."""
    decoy: bool = False
    """The body is a whole page that a refusing edge sends in place of the document."""

    @property
    def date_printed(self) -> str:
        return self.printed or f"{self.published:%B} {self.published.day}, {self.published.year}"

    def address(self, host: str) -> str:
        """Its address on that host; raises KeyError where it does not stand there."""
        for address in self.served:
            if urlsplit(address).hostname == host:
                return address
        raise KeyError(f"{self.name} is not on {host}")


@cache
def load(edition: Edition = "latest") -> tuple[Document, ...]:
    """All documents, decoys too, newest first; raises ValueError for a page file without head."""
    pages = files("crawler.sample") / "pages"
    latest = {
        page.name: _document(page.name, page.read_text("utf-8"))
        for page in pages.iterdir()
        if page.name.endswith(".html")
    }
    if edition == "first":
        for page in (pages / "first").iterdir():
            head, body = _parts(page.name, page.read_text("utf-8"))
            latest[page.name] = replace(latest[page.name], body=body, **head)
    return tuple(sorted(latest.values(), key=lambda document: document.published, reverse=True))


@cache
def expected() -> tuple[dict[str, Any], ...]:
    """What was marked by hand, for the latest edition; the module's header tells the form."""
    text = (files("crawler.sample") / "expected.json").read_text("utf-8")
    return tuple(json.loads(text))


def _document(file_name: str, text: str) -> Document:
    head, body = _parts(file_name, text)
    return Document(name=file_name.removesuffix(".html"), body=body, **head)


def _parts(file_name: str, text: str) -> tuple[dict[str, Any], str]:
    before, *rest = text.split(FENCE, 2)
    if before or len(rest) != 2:
        raise ValueError(f"{file_name}: no head between two lines {FENCE!r}")
    head = tomllib.loads(rest[0])
    return {key: tuple(value) if isinstance(value, list) else value for key, value in head.items()}, rest[1]
