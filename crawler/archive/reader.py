"""Step 3, archive, the way back: WARC files to captures, in flat memory, without network. Reads only.

Reads what writer.py wrote and what other programs write (records.py finds the records). What cannot be read is told,
and reading goes on at the next record that can.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import MAXYEAR, datetime
from typing import TYPE_CHECKING, Final

from fastwarc.warc import WarcRecord, WarcRecordType

from crawler.archive.encodings import undo
from crawler.archive.memento import as_states
from crawler.archive.records import MAX_RECORD_BYTES, BrokenRecord, Unreadable, first_record, records
from crawler.items import Capture
from crawler.web.exchange import cut_words
from crawler.web.urls import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["BrokenRecord", "Revisit", "digest_of", "read_at", "read_captures"]

#: What no WARC field tells but a reparse needs; other programs pass over these fields.
FIELD_VIA: Final = "X-Remarks-Via"
FIELD_TYPE: Final = "X-Remarks-Listed-Type"
FIELD_REQUESTED: Final = "X-Remarks-Requested-URL"
FIELD_NUMBER: Final = "X-Remarks-Capture"
FIELD_ASKED: Final = "X-Remarks-Asked-As"
FIELD_SPAN: Final = "X-Remarks-Span"
FIELD_PARTIAL: Final = "X-Remarks-Partial"
#: Its value where the connection was closed early; else words.
PARTIAL: Final = "yes"
#: Of a 304: the number of the capture whose validators were sent; 0 where none were.
FIELD_AGAINST: Final = "X-Remarks-Against"
#: A line of warcinfo: the row of runs, as JSON.
INFO_RUN: Final = "remarksRun"
#: Of the metadata records that archive.note() writes.
NOTE_TYPE: Final = "application/vnd.state-remarks.note+json"

#: Most bytes of a decoded body; of a longer one the first and one more are given (see encodings.undo).
MAX_BODY_BYTES: Final = 64_000_000

# "1f40\r\n": what a body begins with that is still chunked; many archives keep the header but not the chunks
_CHUNK_HEAD = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """An answer that was archived without its body, because an earlier capture has it."""

    url: str
    fetched_at: str
    status: int
    profile: str
    """`server-not-modified` or `identical-payload-digest`."""
    via: str
    refers_to_url: str | None
    refers_to_date: str | None
    warc_file: str
    warc_offset: int


def read_captures(
    paths: Iterable[Path],
    *,
    on_problem: Callable[[BrokenRecord], None],
    on_revisit: Callable[[Revisit], None] | None = None,
    only: Callable[[str, int], bool] | None = None,
    max_bytes: int = MAX_BODY_BYTES,
) -> Iterator[Capture]:
    """Every answer with a body of its own, whatever its status, in file order.

    Each revisit goes to on_revisit; request, warcinfo and other records are passed over. on_problem is told of
    bytes that hold no readable record, and of bodies whose content encoding could not be undone: the capture of
    such a body follows, and its body is as the live run saw it. `only` may turn a record away by its address and
    status, before its body is read.
    """
    for path in paths:
        for offset, found in records(path):
            if isinstance(found, BrokenRecord):
                on_problem(found)
                continue
            try:
                capture, trouble = read_record(found, path.name, offset, max_bytes, only)
            except BrokenRecord as problem:
                on_problem(problem)
                continue
            if trouble:
                on_problem(BrokenRecord(path.name, offset, trouble))
            if isinstance(capture, Capture):
                yield capture
            elif capture is not None and on_revisit is not None:
                on_revisit(capture)


def read_at(file: Path, offset: int, *, max_bytes: int = MAX_BODY_BYTES) -> Capture:
    """The capture whose response record begins at that byte of the file.

    Raises BrokenRecord where no whole response record begins there; OSError where the file cannot be read.
    """
    with file.open("rb") as stream:
        record = first_record(stream, file.name, offset)
        if isinstance(record, BrokenRecord):
            raise record
        capture, _ = read_record(record, file.name, offset, max_bytes)
    if not isinstance(capture, Capture):
        raise BrokenRecord(file.name, offset, "is no response record")
    return capture


def read_record(
    record: WarcRecord,
    name: str,
    offset: int,
    max_bytes: int,
    only: Callable[[str, int], bool] | None = None,
) -> tuple[Capture | Revisit | None, str | None]:
    """The capture or revisit that a record holds, and what is wrong with its body. Raises BrokenRecord."""
    kinds = WarcRecordType.response | WarcRecordType.revisit
    if not record.record_type & kinds or not record.is_http:
        return None, None
    if _is_short(record) and not record.verify_block_digest():
        raise BrokenRecord(name, offset, f"{_target(record)}: not the bytes that WARC-Block-Digest tells of")
    record.parse_http(quirks_mode=True, strict_mode=False)
    status, url = record.http_headers.status_code, record.headers.get("WARC-Target-URI")
    if status is None or not url or not _is_moment(record.headers.get("WARC-Date")):
        raise BrokenRecord(name, offset, "a response record without status, address or date")
    url = url.removeprefix("<").removesuffix(">")  # WARC 1.0 as wget writes it
    if only is not None and not only(url, status):
        return None, None
    try:
        canonical(url)
    except ValueError as error:
        raise BrokenRecord(name, offset, str(error)) from error
    body = _body(record, name, offset, max_bytes if only is not None else MAX_RECORD_BYTES)
    if record.record_type == WarcRecordType.revisit:
        return _revisit(record, url, status, name, offset), None
    if _is_chunked(record, body):
        try:
            body = _dechunk(body)
        except Unreadable as error:
            raise BrokenRecord(name, offset, str(error)) from error
    told = record.headers.get(FIELD_PARTIAL)
    cut = cut_words(status, dict(_headers(record)), len(body), partial=told == PARTIAL)
    cut = cut if told in (None, PARTIAL) else told
    encodings = [value for key, value in _headers(record) if key == "content-encoding"]
    body, trouble = undo(body, encodings, max_bytes=max_bytes)
    return replace(_capture(record, url, status, body, name, offset), cut=cut), trouble


def _body(record: WarcRecord, name: str, offset: int, most: int) -> bytes:
    """Raises BrokenRecord for one that is not whole, or longer than the most."""
    if truncated := record.headers.get("WARC-Truncated"):
        raise BrokenRecord(name, offset, f"{_target(record)}: cut off when it was captured ({truncated})")
    if record.content_length > most:
        raise BrokenRecord(name, offset, f"{_target(record)}: a body of {record.content_length:,} bytes")
    body = record.reader.read()
    if len(body) != record.content_length:
        missing = record.content_length - len(body)
        raise BrokenRecord(name, offset, f"{missing:,} bytes of the body are missing")
    return bytes(body)


def _is_moment(text: str | None) -> bool:
    """Whether time can be reckoned from it; the last days of 9999 have no morrow."""
    try:
        return text is not None and datetime.fromisoformat(text).year < MAXYEAR
    except ValueError:
        return False


def _is_short(record: WarcRecord) -> bool:
    """Whether its digest can be verified without much memory."""
    digest = record.headers.get("WARC-Block-Digest") or ""
    return digest.startswith("sha1:") and record.content_length <= MAX_BODY_BYTES


def _target(record: WarcRecord) -> str:
    return record.headers.get("WARC-Target-URI") or "no address"


def _capture(record: WarcRecord, url: str, status: int, body: bytes, name: str, offset: int) -> Capture:
    headers = dict(_headers(record))
    capture = Capture(
        url=url,
        fetched_at=record.headers["WARC-Date"],
        status=status,
        body=body,
        digest=digest_of(body),
        content_type=headers.get("content-type"),
        via=record.headers.get(FIELD_VIA) or "warc",
        listed_type=record.headers.get(FIELD_TYPE),
        requested_url=record.headers.get(FIELD_REQUESTED),
        warc_file=name,
        warc_offset=offset,
    )
    return as_states(capture, headers.get("memento-datetime"))


def digest_of(body: bytes) -> str:
    return "sha256:" + hashlib.sha256(body).hexdigest()


def _revisit(record: WarcRecord, url: str, status: int, name: str, offset: int) -> Revisit:
    return Revisit(
        url=url,
        fetched_at=record.headers["WARC-Date"],
        status=status,
        profile=(record.headers.get("WARC-Profile") or "").rpartition("/")[2],
        via=record.headers.get(FIELD_VIA) or "warc",
        refers_to_url=record.headers.get("WARC-Refers-To-Target-URI"),
        refers_to_date=record.headers.get("WARC-Refers-To-Date"),
        warc_file=name,
        warc_offset=offset,
    )


def _headers(record: WarcRecord) -> list[tuple[str, str]]:
    """Names lower case, values as latin-1: what Scrapy makes of them too."""
    pairs = record.http_headers.items_bytes()
    return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in pairs]


def _is_chunked(record: WarcRecord, body: bytes) -> bool:
    said = any(key == "transfer-encoding" and "chunked" in value.lower() for key, value in _headers(record))
    return said and _CHUNK_HEAD.match(body) is not None


def _dechunk(body: bytes) -> bytes:
    """Raises Unreadable where the chunks do not reach their end."""
    parts: list[bytes] = []
    at = 0
    while head := _CHUNK_HEAD.match(body, at):
        size = int(head[1], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[head.end() : head.end() + size])
        at = head.end() + size + len(b"\r\n")
    raise Unreadable(f"chunks broken at byte {at:,} of the body")
