"""Step 3, archive: takes away the content encoding of an answer's body. Pure: bytes in, bytes out.

A live run (fetch/middlewares.py) and a reparse (archive/writer.py) both come through here, so both see the same bytes.
"""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING, Final

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: What is asked for, as an Accept-Encoding header says it. Not br: `warcio check` 1.8.1 breaks on such a body in a WARC
#: file (its brotli adapter does not fit brotli 1.2), and the files are to be read by other programs for decades.
#: undo() takes away br and zstd too, for a host that sends them unasked and for other programs' files.
ACCEPTED: Final = "gzip, deflate"

GZIP, ZLIB, RAW_DEFLATE = 31, 15, -15  # wbits of zlib
GZIP_MAGIC = b"\x1f\x8b\x08"


class _EndsEarly(ValueError):
    """The stream has no end."""


def undo(body: bytes, content_encodings: Iterable[str], *, max_bytes: int) -> tuple[bytes, str | None]:
    """The body without its encodings (header values as sent, in order), and what went wrong or None.

    A stream that is broken, cut off or unknown is left as it is: half a page must not pass for a page, and what
    is still encoded is refused as not being text. Of a body above max_bytes only the first max_bytes + 1 come out,
    which is enough to see that it is too large.
    """
    names = [name.strip().lower() for value in content_encodings for name in value.split(",")]
    for name in reversed([name for name in names if name not in ("", "identity")] if body else []):
        decode = _DECODERS.get(name)
        if decode is None:
            return body, f"unknown content encoding {name!r}"
        try:
            body = decode(body, max_bytes + 1)
        except (_EndsEarly, zlib.error, brotli.error, zstd.ZstdError) as error:
            return body, f"content encoding {name!r} cannot be undone: {error}"
        if len(body) > max_bytes:
            return body, f"more than {max_bytes:,} bytes once {name!r} is undone"
    return body, None


def _gzip(data: bytes, limit: int) -> bytes:
    """All members; what follows the last one and is no member (padding) is passed over."""
    out, data = _zlib(data, limit, GZIP)
    while len(out) < limit and data.startswith(GZIP_MAGIC):
        part, data = _zlib(data, limit - len(out), GZIP)
        out += part
    return out


def _deflate(data: bytes, limit: int) -> bytes:
    try:
        return _zlib(data, limit, ZLIB)[0]
    except zlib.error:  # some servers send the bare stream without zlib's head
        return _zlib(data, limit, RAW_DEFLATE)[0]


def _zlib(data: bytes, limit: int, wbits: int) -> tuple[bytes, bytes]:
    decoder = zlib.decompressobj(wbits)
    out = decoder.decompress(data, limit)
    if not decoder.eof and len(out) < limit:
        raise _EndsEarly("ends early")
    return out, decoder.unused_data


def _brotli(data: bytes, limit: int) -> bytes:
    decoder = brotli.Decompressor()
    out: list[bytes] = [decoder.process(data, output_buffer_limit=limit)]
    size = len(out[0])
    while size < limit and not decoder.is_finished():
        part = decoder.process(b"", output_buffer_limit=limit - size)
        if not part:
            raise _EndsEarly("ends early")
        out.append(part)
        size += len(part)
    return b"".join(out)[:limit]


def _zstd(data: bytes, limit: int) -> bytes:
    """All frames."""
    out = b""
    while data and len(out) < limit:
        decoder = zstd.ZstdDecompressor()
        out += decoder.decompress(data, max_length=limit - len(out))
        if not decoder.eof and len(out) < limit:
            raise _EndsEarly("ends early")
        data = decoder.unused_data if decoder.eof else b""
    return out


_DECODERS: Final[dict[str, Callable[[bytes, int], bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
