"""Step 3, archive: the records of a WARC file, whoever wrote it and however it is packed. Reads only; no network.

plain          one record after the other
gzip           one member a record (wget, Heritrix, Browsertrix, our own): the members are walked one by one, with their
               checksums; fastwarc alone hands out a record that was cut off as if it were whole, and ends without a
               word at a torn tail. What cannot be read is told, and reading goes on at the next record that can
gzip, whole    the file as one member (packed afterwards): streamed; damage ends the file
zstd           one frame or many, with or without a dictionary at the start (IIPC): streamed; damage ends the file
"""

from __future__ import annotations

import gzip
import mmap
import sys
import zlib
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

from fastwarc.warc import ArchiveIterator, WarcRecord

from crawler.archive.encodings import GZIP, GZIP_MAGIC

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK_BYTES: Final = 1 << 16
#: A record above this is told and passed over: memory stays flat. No page of the hosts comes near.
MAX_RECORD_BYTES: Final = 256_000_000
#: A dictionary above this is none.
MAX_DICTIONARY_BYTES: Final = 16_000_000
#: With no flag set, as we write it: the first bytes of a member, and hardly ever of anything else.
GZIP_HEAD: Final = GZIP_MAGIC + b"\x00"
ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
#: The skippable frame that holds the dictionary, in files of the IIPC's proposal.
DICTIONARY_MAGIC: Final = b"\x5d\x2a\x4d\x18"


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


class Unreadable(ValueError):
    """What stands there has no end, or is something else."""


def records(path: Path, start: int = 0, end: int | None = None) -> Iterator[tuple[int, WarcRecord | BrokenRecord]]:
    """Every record and what cannot be read, with its offset.

    Of a file of gzip members, those that begin in [start, end): its parts are read apart from one another. Any other
    file is wholly in the part that begins at 0.
    """
    with path.open("rb") as stream:
        magic = stream.read(len(GZIP_MAGIC))
        stream.seek(0)
        if magic == GZIP_MAGIC and not _is_one_member(stream):
            yield from _members(stream, path.name, start, end)
        elif start:
            return
        elif not magic:
            yield 0, BrokenRecord(path.name, 0, "an empty file")
        elif magic in (GZIP_MAGIC, ZSTD_MAGIC[:3], DICTIONARY_MAGIC[:3]):
            yield from _unpacked(stream, path.name)
        else:
            yield from _records_of(stream, path.name, None)


def _members(
    stream: BinaryIO, name: str, start: int, end: int | None
) -> Iterator[tuple[int, WarcRecord | BrokenRecord]]:
    size = stream.seek(0, 2)
    end = size if end is None else min(end, size)
    offset = 0 if start == 0 else _next_member(stream, start) or size
    while offset < end:
        try:
            raw, after = _inflate(stream, offset)
        except Unreadable as error:
            after = _next_member(stream, offset + 1) or size
            what = f"{error}; {after - offset:,} bytes passed over"
            yield offset, BrokenRecord(name, offset, what)
        else:
            yield from _records_of(BytesIO(raw), name, offset)
        offset = after


def small_records(path: Path, most_bytes: int) -> Iterator[bytes]:
    """What the gzip members of at most so many bytes hold, without unpacking the others; nothing of other files."""
    if not path.stat().st_size:
        return
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as packed:
        head = packed[: len(GZIP_HEAD)]
        at = 0 if head == GZIP_HEAD else -1
        while at >= 0:
            after = packed.find(head, at + 1)
            end = after if after >= 0 else len(packed)
            if end - at <= most_bytes:
                with suppress(zlib.error):  # the file was cut off there
                    yield zlib.decompress(packed[at:end], GZIP)
            at = after


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
                raise Unreadable("the file ends in the middle of a record")
            parts.append(decoder.decompress(chunk, MAX_RECORD_BYTES + 1 - size))
            size += len(parts[-1])
            if size > MAX_RECORD_BYTES:
                raise Unreadable(f"a record of more than {MAX_RECORD_BYTES:,} bytes")
    except zlib.error as error:
        raise Unreadable(f"no whole gzip member ({error})") from error
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


def first_record(stream: BinaryIO, name: str, offset: int) -> WarcRecord | BrokenRecord:
    """The record at that offset, as `records` gives it."""
    magic = stream.read(4)
    stream.seek(0)
    if magic in (ZSTD_MAGIC, DICTIONARY_MAGIC) or (magic.startswith(GZIP_MAGIC) and _is_one_member(stream)):
        found = next((found for at, found in _unpacked(stream, name) if at == offset), None)
        return found or BrokenRecord(name, offset, "no record begins there")
    stream.seek(offset)
    zipped = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    stream.seek(offset)
    try:
        source = BytesIO(_inflate(stream, offset)[0]) if zipped else stream
    except Unreadable as error:
        return BrokenRecord(name, offset, str(error))
    return next(_records_of(source, name, offset))[1]


def is_row_of_members(path: Path) -> bool:
    """Whether each record is a gzip member of its own, so that offsets are those of the file."""
    with path.open("rb") as stream:
        magic = stream.read(len(GZIP_MAGIC))
        stream.seek(0)
        return magic == GZIP_MAGIC and not _is_one_member(stream)


def _is_one_member(stream: BinaryIO) -> bool:
    """Whether the first gzip member goes on behind its first record."""
    decoder = zlib.decompressobj(GZIP)
    try:
        data = decoder.decompress(stream.read(CHUNK_BYTES), 4 * CHUNK_BYTES)
    except zlib.error:
        data = b""
    stream.seek(0)
    return data.startswith(b"WARC/") and b"\r\n\r\nWARC/" in data


def _unpacked(packed: BinaryIO, name: str) -> Iterator[tuple[int, WarcRecord | BrokenRecord]]:
    """The records of a packed file that is no row of gzip members; they stand where they do once it is unpacked."""
    source = _Guarded(packed)
    at = 0
    for at, found in _records_of(source, name, None):  # type: ignore[arg-type]
        yield at, found
    if source.trouble:
        yield at, BrokenRecord(name, at, f"what follows cannot be unpacked: {source.trouble}")


class _Guarded:
    """Unpacks while it is read; at damage it ends, and says why in trouble."""

    def __init__(self, packed: BinaryIO) -> None:
        self.trouble: str | None = None
        self._source: gzip.GzipFile | zstd.ZstdFile
        if packed.read(len(GZIP_MAGIC)) == GZIP_MAGIC:
            packed.seek(0)
            self._source = gzip.GzipFile(fileobj=packed)
        else:
            packed.seek(0)
            dictionary = _dictionary(packed)
            packed.seek(0)
            self._source = zstd.ZstdFile(packed, zstd_dict=dictionary)

    def read(self, size: int) -> bytes:
        try:
            return self._source.read(size)
        except (EOFError, OSError, zlib.error, zstd.ZstdError) as error:
            self.trouble = str(error)
            return b""

    def tell(self) -> int:
        return self._source.tell()


def _dictionary(stream: BinaryIO) -> zstd.ZstdDict | None:
    """What the skippable frame at the start holds, which may be packed itself; None where there is none."""
    if stream.read(4) != DICTIONARY_MAGIC:
        return None
    data = stream.read(min(int.from_bytes(stream.read(4), "little"), MAX_DICTIONARY_BYTES))
    return zstd.ZstdDict(zstd.decompress(data) if data.startswith(ZSTD_MAGIC) else data)
