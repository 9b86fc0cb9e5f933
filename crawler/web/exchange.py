"""Step 3, archive: what goes into it and what is known of it afterwards. Data, and whether an answer is whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTIAL_CONTENT: Final = 206
#: Words of an answer of which only the page itself can tell whether it is whole.
UNTOLD_END: Final = "the connection was closed without a length or an end"

HeaderPairs = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer, as they went over the wire."""

    url: str
    """The address asked for; not what a redirect leads to."""
    method: str = "GET"
    request_headers: HeaderPairs = ()
    status: int
    reason: str = ""
    protocol: str = "HTTP/1.1"
    response_headers: HeaderPairs = ()
    """As sent, in order, repeated where repeated."""
    body: bytes = field(default=b"", repr=False)
    """Content encoding as received, transfer encoding removed."""
    fetched_at: str
    """UTC, ISO 8601, ending in Z."""
    ip: str | None = None
    """The host's address; None where a proxy stood between."""
    via: str = "live"
    """live or wayback."""
    listed_type: str | None = None
    """The type that the listing printed for this address."""
    requested_url: str | None = None
    """The address first asked for, where a redirect led here."""
    asked: str | None = None
    """What the address was asked for as: page, robots, or the kind of index."""
    partial: bool = False
    """The connection was closed before an end was told: no header says so."""
    cut: str | None = None
    """Why the body is not whole, in words, where this copy's headers do not say it: another archive's did."""
    span: str | None = None
    """First and last date wanted ("2026-01-01/2026-01-31", either may lack), where only the page can tell its date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where an exchange lies."""

    url: str
    fetched_at: str
    file: str
    """Name of the WARC file, without folder."""
    offset: int
    """Of the response (or revisit) record: bytes from the start of the file."""
    payload_digest: str
    """`sha1:` and base32, over the body as received."""
    record_id: str
    """`<urn:uuid:...>`"""
    number: int | None = None
    """Of the capture; None where the archive gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier capture that an answer may repeat."""

    url: str
    fetched_at: str
    payload_digest: str | None = None
    """As in Stored. Without it only a 304 is written as a repetition."""
    record_id: str | None = None
    number: int | None = None
    """Of the capture; with it the next two, which are its validators as sent."""
    etag: str | None = None
    last_modified: str | None = None


def cut_words(status: int, headers: Mapping[str, str], received: int, *, partial: bool = False) -> str | None:
    """Why an answer cannot be whole, by its head; None where nothing says so.

    headers: names lower case. received: length of the body before its content encoding is undone. partial: the
    connection was closed before an end was told.
    """
    if status == PARTIAL_CONTENT:
        return "status 206, a part of the page"
    lengths = {length.strip() for length in headers.get("content-length", "").split(",")}  # "100, 100": sent twice
    length = lengths.pop() if len(lengths) == 1 else ""
    if "transfer-encoding" not in headers and length.isascii() and length.isdigit() and int(length[:18]) > received:
        return f"{received:,} bytes came of the {length} that Content-Length says"
    return UNTOLD_END if partial else None


def now() -> str:
    """UTC, ISO 8601, ending in Z: as every time of the record is written."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
