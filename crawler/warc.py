"""Step 3, archive, the way back: WARC files to captures, in flat memory, without network. Reads only.

Reads what archive.py wrote and what other programs write with one gzip member a record (wget, Heritrix, Browsertrix,
the Internet Archive), or uncompressed. gzip members are walked one by one, with their checksums: fastwarc alone hands
out a record that was cut off as if it were whole, and ends without a word at a torn tail. What cannot be read is told,
and reading goes on at the next record that can.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.encodings import GZIP, GZIP_MAGIC, undo
from crawler.items import Capture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

#: What no WARC field tells but a reparse needs; other programs pass over these fields.
FIELD_VIA: Final = "X-Remarks-Via"
FIELD_TYPE: Final = "X-Remarks-Listed-Type"
FIELD_REQUESTED: Final = "X-Remarks-Requested-URL"
FIELD_NUMBER: Final = "X-Remarks-Capture"
FIELD_ASKED: Final = "X-Remarks-Asked-As"
FIELD_SPAN: Final = "X-Remarks-Span"
#: A line of warcinfo: the row of runs, as JSON.
INFO_RUN: Final = "remarksRun"
#: Of the metadata records that archive.note() writes.
NOTE_TYPE: Final = "application/vnd.state-remarks.note+json"

CHUNK_BYTES: Final = 1 << 16
#: A record above this is told and passed over: memory stays flat. No page of the hosts comes near.
MAX_RECORD_BYTES: Final = 256_000_000
#: Most bytes of a decoded body; of a longer one the first and one more are given (see encodings.undo).
MAX_BODY_BYTES: Final = 64_000_000

# "1f40\r\n": what a body begins with that is still chunked; many archives keep the header but not the chunks
_CHUNK_HEAD = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


class BrokenRecord(Exception):
    """Bytes of a WARC file that give no capture."""

    def __init__(self, file: str, offset: int, what: str) -> None:
        super().__init__(f"{file}, byte {offset:,}: {what}")
        self.file = file
        self.offset = offset
        self.what = what

    def __reduce__(self) -> tuple[type[BrokenRecord], tuple[str, int, str]]:
        """So that it may come from another process."""
        return type(self), (self.file, self.offset, self.what)


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
    max_bytes: int = MAX_BODY_BYTES,
) -> Iterator[Capture]:
    """Every answer with a body of its own, whatever its status, in file order.

    Each revisit goes to on_revisit; request, warcinfo and other records are passed over. on_problem is told of
    bytes that hold no readable record, and of bodies whose content encoding could not be undone: the capture of
    such a body follows, and its body is as the live run saw it.
    """
    for path in paths:
        for offset, found in records(path):
            if isinstance(found, BrokenRecord):
                on_problem(found)
                continue
            try:
                capture, trouble = read_record(found, path.name, offset, max_bytes)
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
        record = _first_record(stream, file.name, offset)
        if isinstance(record, BrokenRecord):
            raise record
        capture, _ = read_record(record, file.name, offset, max_bytes)
    if not isinstance(capture, Capture):
        raise BrokenRecord(file.name, offset, "is no response record")
    return capture


def _first_record(stream: BinaryIO, name: str, offset: int) -> WarcRecord | BrokenRecord:
    stream.seek(offset)
    zipped = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    stream.seek(offset)
    try:
        source = BytesIO(_inflate(stream, offset)[0]) if zipped else stream
    except _Unreadable as error:
        return BrokenRecord(name, offset, str(error))
    return next(_records_of(source, name, offset))[1]


class _Unreadable(ValueError):
    """What stands there has no end, or is something else."""


def records(path: Path, start: int = 0, end: int | None = None) -> Iterator[tuple[int, WarcRecord | BrokenRecord]]:
    """Every record and what cannot be read, with its offset.

    Of a compressed file, those that begin in [start, end): the parts of a file are read apart from one another.
    """
    with path.open("rb") as stream:
        magic = stream.read(len(GZIP_MAGIC))
        stream.seek(0)
        if not magic:
            yield 0, BrokenRecord(path.name, 0, "an empty file")
        elif magic == GZIP_MAGIC:
            yield from _members(stream, path.name, start, end)
        else:
            yield from _records_of(stream, path.name, None)


def _members(
    stream: BinaryIO, name: str, start: int, end: int | None
) -> Iterator[tuple[int, WarcRecord | BrokenRecord]]:
    size = stream.seek(0, 2)
    end = size if end is None else end
    offset = 0 if start == 0 else _next_member(stream, start) or size
    while offset < end:
        try:
            raw, after = _inflate(stream, offset)
        except _Unreadable as error:
            after = _next_member(stream, offset + 1) or size
            what = f"{error}; {after - offset:,} bytes passed over"
            yield offset, BrokenRecord(name, offset, what)
        else:
            yield from _records_of(BytesIO(raw), name, offset)
        offset = after


def _inflate(stream: BinaryIO, offset: int) -> tuple[bytes, int]:
    """The content of the gzip member at offset, its checksum verified, and the offset after it."""
    stream.seek(offset)
    decoder = zlib.decompressobj(GZIP)
    parts: list[bytes] = []
    size = 0
    try:
        while not decoder.eof:
            chunk = decoder.unconsumed_tail or stream.read(CHUNK_BYTES)
            if not chunk:
                raise _Unreadable("the file ends in the middle of a record")
            parts.append(decoder.decompress(chunk, MAX_RECORD_BYTES + 1 - size))
            size += len(parts[-1])
            if size > MAX_RECORD_BYTES:
                raise _Unreadable(f"a record of more than {MAX_RECORD_BYTES:,} bytes")
    except zlib.error as error:
        raise _Unreadable(f"no whole gzip member ({error})") from error
    return b"".join(parts), stream.tell() - len(decoder.unused_data)


def _next_member(stream: BinaryIO, offset: int) -> int | None:
    """Where the next gzip member that begins with a WARC head starts."""
    stream.seek(offset)
    window = b""
    while chunk := stream.read(CHUNK_BYTES):
        window = window[-len(GZIP_MAGIC) + 1 :] + chunk
        base = stream.tell() - len(window)
        at = window.find(GZIP_MAGIC)
        while at >= 0:
            if _begins_record(stream, base + at):
                return base + at
            at = window.find(GZIP_MAGIC, at + 1)
        stream.seek(base + len(window))
    return None


def _begins_record(stream: BinaryIO, offset: int) -> bool:
    stream.seek(offset)
    try:
        return zlib.decompressobj(GZIP).decompress(stream.read(512), 5) == b"WARC/"
    except zlib.error:
        return False


def _records_of(stream: BinaryIO, name: str, offset: int | None) -> Iterator[tuple[int, WarcRecord | BrokenRecord]]:
    """The records of an uncompressed stream; each counts as standing at offset, or where it stands in the stream."""
    at = offset or 0
    found = 0
    try:
        for record in ArchiveIterator(stream, parse_http=False):
            at = record.stream_pos if offset is None else offset
            found += 1
            yield at, record
    except OSError as error:
        yield at, BrokenRecord(name, at, f"what follows is no WARC record ({error})")
    else:
        if not found:
            yield at, BrokenRecord(name, at, "no WARC record")


def read_record(
    record: WarcRecord, name: str, offset: int, max_bytes: int
) -> tuple[Capture | Revisit | None, str | None]:
    """The capture or revisit that a record holds, and what is wrong with its body. Raises BrokenRecord."""
    kinds = WarcRecordType.response | WarcRecordType.revisit
    if not record.record_type & kinds or not record.is_http:
        return None, None
    record.parse_http(quirks_mode=True, strict_mode=False)
    status, url = record.http_headers.status_code, record.headers.get("WARC-Target-URI")
    if status is None or not url or not record.headers.get("WARC-Date"):
        raise BrokenRecord(name, offset, "a response record without status, address or date")
    body = record.reader.read()
    if len(body) != record.content_length:
        missing = record.content_length - len(body)
        raise BrokenRecord(name, offset, f"{missing:,} bytes of the body are missing")
    url = url.removeprefix("<").removesuffix(">")  # WARC 1.0 as wget writes it
    if record.record_type == WarcRecordType.revisit:
        return _revisit(record, url, status, name, offset), None
    if _is_chunked(record, body):
        try:
            body = _dechunk(body)
        except _Unreadable as error:
            raise BrokenRecord(name, offset, str(error)) from error
    encodings = [value for key, value in _headers(record) if key == "content-encoding"]
    body, trouble = undo(body, encodings, max_bytes=max_bytes)
    return _capture(record, url, status, body, name, offset), trouble


def _capture(record: WarcRecord, url: str, status: int, body: bytes, name: str, offset: int) -> Capture:
    types = [value for key, value in _headers(record) if key == "content-type"]
    return Capture(
        url=url,
        fetched_at=record.headers["WARC-Date"],
        status=status,
        body=body,
        digest=digest_of(body),
        content_type=types[-1] if types else None,
        via=record.headers.get(FIELD_VIA) or "warc",
        listed_type=record.headers.get(FIELD_TYPE),
        requested_url=record.headers.get(FIELD_REQUESTED),
        warc_file=name,
        warc_offset=offset,
    )


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
    """Raises _Unreadable where the chunks do not reach their end."""
    parts: list[bytes] = []
    at = 0
    while head := _CHUNK_HEAD.match(body, at):
        size = int(head[1], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[head.end() : head.end() + size])
        at = head.end() + size + len(b"\r\n")
    raise _Unreadable(f"chunks broken at byte {at:,} of the body")
