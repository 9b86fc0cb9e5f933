"""What is asked of the sample site and what it answers, as data; and what HTTP itself makes of an answer. Pure."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

HTML = "text/html; charset=UTF-8"
COMPRESSIBLE = ("text/", "application/rss+xml", "application/json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as the host would see it."""

    scheme: str
    host: str
    target: str
    """Path and query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path or "/"

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response, and how it is to be sent."""

    status: int = 200
    content_type: str = HTML
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    padding_bytes: int = 0
    """That many bytes of filler follow the body; they are made while they are sent."""
    announced: bool = True
    """Whether the length is told beforehand; if not, the end of the connection ends the body."""
    cut: bool = False
    """The connection is closed in the middle of the body."""
    delay_seconds: float = 0
    dropped: bool = False
    """The connection is closed without an answer."""

    @property
    def length(self) -> int:
        return len(self.body) + self.padding_bytes

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


def page(text: str, *, status: int = 200, content_type: str = HTML) -> Answer:
    return Answer(status=status, content_type=content_type, body=text.encode())


def redirect(location: str, status: int = 301) -> Answer:
    return Answer(status=status, headers=(("Location", location),))


def validated(answer: Answer, modified: datetime) -> Answer:
    """The answer with an ETag of its body and a Last-Modified."""
    tag = f'"{sha256(answer.body).hexdigest()[:20]}"'
    stamp = format_datetime(modified.astimezone(UTC), usegmt=True)
    return replace(answer, headers=(*answer.headers, ("ETag", tag), ("Last-Modified", stamp)))


def conditional(asked: Asked, answer: Answer) -> Answer:
    """304 without a body where the asker holds this very answer (RFC 9110, 13.2.2)."""
    if answer.status != 200 or not _holds(asked, answer):
        return answer
    return replace(answer, status=304, body=b"")


def _holds(asked: Asked, answer: Answer) -> bool:
    tag, modified = answer.header("ETag"), answer.header("Last-Modified")
    if tags := asked.headers.get("if-none-match"):
        return tag is not None and tag in (part.strip().removeprefix("W/") for part in tags.split(","))
    since = asked.headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)


def compressed(asked: Asked, answer: Answer) -> Answer:
    """The body in gzip where the asker takes it and it is text, all of it held here."""
    encoded = any(name == "Content-Encoding" for name, _ in answer.headers)
    wanted = "gzip" in asked.headers.get("accept-encoding", "") and not answer.padding_bytes and not encoded
    if not wanted or not answer.body or not answer.content_type.startswith(COMPRESSIBLE):
        return answer
    headers = (*answer.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return replace(answer, body=gzip.compress(answer.body, mtime=0), headers=headers)
