"""Step 1: the Internet Archive's CDX listing of what it holds of a host, and the addresses of its captures. Pure.

Listing    https://web.archive.org/cdx/search/cdx?url=<host>/&matchType=prefix&output=json&showResumeKey=true&...
           rows by address, then by time; JSON with a head row, or plain lines of the seven fields; after a listing that
           goes on an empty row and the key to ask on with (documented in the wayback-cdx-server's README)
Capture    https://web.archive.org/web/<14 digits>id_/<original address>: the bytes as they came. Without `id_` it is
           a page that the Archive rewrote, with its toolbar; such a page is refused (archived.py)
Originals  as the Archive's robot found them: `http://`, `:80`, no final slash, queries; one page has many of them
Traps      an overloaded server answers 429, 503, 504, an HTML page with 200, or 200 and nothing at all; a host that
           is not shown answers "Blocked Site Error" (AdministrativeAccessControlException): never an empty listing
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from crawler.discovery.dates import feed_time
from crawler.discovery.mending import is_torn, load_json
from crawler.errors import BadIndex, Blocked
from crawler.items import Link
from crawler.web.markup import BEFORE_XML, SHOWN_BYTES, fold
from crawler.web.urls import canonical, is_page

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

ARCHIVE_HOST: Final = "web.archive.org"
CDX: Final = f"https://{ARCHIVE_HOST}/cdx/search/cdx"
#: Rows asked for at a time: about 2 MB.
ROWS: Final = 10_000
#: The fields of a plain line, in order.
FIELDS: Final = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
#: How a server says in either form that it does not show a host.
NOT_SHOWN: Final = (b"AdministrativeAccessControlException", b"Blocked Site Error", b"RobotAccessControlException")
PAGE_TYPES: Final = ("text/html", "text/plain")

Row = dict[str, str] | None
"""A row by field; None for one with other fields than its listing has (seen, and very rare)."""

# 20260305121500
TIMESTAMP = re.compile(r"(?:19|20)\d{12}")
# /web/20260305121500id_/https://www.state.gov/briefings/x/ and the form with one slash after the scheme
CAPTURE_PATH = re.compile(r"/web/(\d{4,14})([a-z]{2}_)?/(https?):/{1,2}(.+)", re.DOTALL)
# <title>504 Gateway Time-out</title>
TITLE = re.compile(rb"<title[^<>]*+>(.{0,200}?)</title", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One capture that the Archive lists."""

    url: str
    """State's canonical address."""
    original: str
    """The address as the Archive has it."""
    timestamp: str
    """UTC, fourteen digits."""
    digest: str | None = None

    @property
    def archived_at(self) -> str:
        return _iso(self.timestamp)

    @property
    def archive_url(self) -> str:
        """Where the bytes are to be had as they came."""
        return raw_url(self.original, self.timestamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class CdxPage:
    """What one answer of the CDX server holds."""

    snapshots: tuple[Snapshot, ...]
    """In the order of the answer: by address, then by time."""
    rows: int
    next_url: str | None = None
    """The listing from where this one stops; None at the end."""
    cut: bool = False
    """As many rows as were asked for and no key to go on with: there may be more."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Rows passed over, by reason."""


@dataclass(frozen=True, slots=True)
class CaptureAddress:
    """What the address of a capture says."""

    timestamp: str
    """As printed: 4 to 14 digits."""
    original: str
    raw: bool
    """Whether it is the capture as it came (`id_`)."""


def cdx_url(host: str, captured_since: date | None = None) -> str:
    """The listing of a host's pages, oldest capture first; those captured from that day on."""
    query = [
        ("url", f"{host}/"),
        ("matchType", "prefix"),
        ("output", "json"),
        ("filter", "statuscode:200"),
        ("filter", f"mimetype:({'|'.join(PAGE_TYPES)})"),
        ("collapse", "digest"),
        ("showResumeKey", "true"),
        ("limit", str(ROWS)),
    ]
    if captured_since is not None:
        query.append(("from", f"{captured_since:%Y%m%d}"))
    return f"{CDX}?{urlencode(query)}"


def raw_url(original: str, timestamp: str) -> str:
    """The address of a capture as it came; the Archive redirects to the capture nearest to the time."""
    return f"https://{ARCHIVE_HOST}/web/{timestamp}id_/{original}"


def read_address(url: str) -> CaptureAddress | None:
    """None for what is no address of a capture."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    match = CAPTURE_PATH.fullmatch(path) if parts.hostname == ARCHIVE_HOST else None
    if match is None:
        return None
    return CaptureAddress(match[1], f"{match[3]}://{match[4]}", match[2] == "id_")


def links_of(page: CdxPage) -> tuple[Link, ...]:
    """The pages of a listing, each once; the Archive knows neither type nor date."""
    return tuple(Link(url=url, source="cdx") for url in dict.fromkeys(one.url for one in page.snapshots))


def archived_at(address: CaptureAddress, memento_datetime: str | None) -> str:
    """When the capture was made: fourteen digits of its address, else the Memento-Datetime header, else what is there.

    Raises ValueError for what is no time.
    """
    if len(address.timestamp) < 14 and memento_datetime:
        if (moment := feed_time(memento_datetime)) is None:
            raise ValueError(f"no moment: {memento_datetime!r}")
        return moment
    # "2026" is the first moment of the year
    return _iso(address.timestamp + "00000101000000"[len(address.timestamp) :])


def read_cdx(body: bytes, url: str) -> CdxPage:
    """The rows of a listing; `url` as cdx_url makes it or CdxPage.next_url.

    A row whose time is none, whose address is no page or whose answer was no text is passed over and counted. Raises
    Blocked where the Archive does not show the host, BadIndex for everything else that is no listing: a web page, JSON
    that breaks off, a last line without its end, no sound row, nothing at all (seen in answers to data centres).
    """
    if any(mark in body for mark in NOT_SHOWN):
        raise Blocked(url, f"the Archive does not show it: {fold(body[:200].decode('utf-8', 'replace'))}")
    body = body.lstrip(BEFORE_XML)
    start = body[:1]
    if start == b"<":
        title = TITLE.search(body)
        raise BadIndex(url, f"a web page, no listing: {fold(title[1].decode('utf-8', 'replace')) if title else ''!r}")
    if not start:
        raise BadIndex(url, "nothing at all, not even an empty list")
    rows, key = _json_rows(body, url) if start == b"[" else _plain_rows(body, url)
    snapshots, skipped = _snapshots(rows)
    query = dict(parse_qsl(urlsplit(url).query))
    limit = query.get("limit", "")
    return CdxPage(
        snapshots=snapshots,
        rows=len(rows),
        next_url=_resumed(url, key) if key else None,
        cut=key is None and limit.isdecimal() and len(rows) >= int(limit) > 0,
        skipped=skipped,
    )


def _json_rows(body: bytes, url: str) -> tuple[list[Row], str | None]:
    try:
        answer = load_json(body)
    except (ValueError, RecursionError) as error:
        raise BadIndex(url, f"no whole JSON: {error}: {body[:SHOWN_BYTES]!r}") from None
    key = None
    if len(answer) >= 2 and answer[-2] == [] and _is_row(answer[-1], 1):
        key = str(answer[-1][0])
        answer = answer[:-2]
    if not answer:
        return [], key
    head = answer[0]
    if not _is_row(head) or not {"timestamp", "original"} <= set(head):
        raise BadIndex(url, f"the head row names no timestamp and original: {str(head)[:200]}")
    whole = [row for row in answer[1:] if _is_row(row, len(head))]
    if len(answer) > 1 and not whole:
        raise BadIndex(url, f"no row has the fields of the head row: {str(answer[1])[:200]}")
    rows: list[Row] = [dict(zip(head, row, strict=True)) for row in whole]
    return rows + [None] * (len(answer) - 1 - len(whole)), key


def _is_row(row: Any, length: int | None = None) -> bool:
    strings = isinstance(row, list) and all(isinstance(cell, str) for cell in row)
    return strings and (length is None or len(row) == length)


def _plain_rows(body: bytes, url: str) -> tuple[list[Row], str | None]:
    text = body.decode("utf-8", "replace")
    if not text.endswith("\n"):
        raise BadIndex(url, f"the listing breaks off: {text[-SHOWN_BYTES:]!r}")
    before, _, after = text.partition("\n\n")
    lines = [line.split(" ") for line in before.splitlines()]
    rows: list[Row] = [dict(zip(FIELDS, cells, strict=True)) if _is_line(cells) else None for cells in lines]
    if not any(rows):
        raise BadIndex(url, f"no line has the seven fields: {before[:200]!r}")
    if rows[-1] is None and not (len(lines[-1]) > 1 and TIMESTAMP.fullmatch(lines[-1][1])):
        raise BadIndex(url, f"the listing ends with what is no row: {' '.join(lines[-1])[:200]!r}")
    return rows, after.strip() or None


def _is_line(cells: list[str]) -> bool:
    """Whether they are the fields of a row, and not so many words of the server."""
    return len(cells) == len(FIELDS) and "://" in cells[2] and cells[5].isalnum() and cells[6].strip("-").isdecimal()


def _snapshots(rows: Iterable[Row]) -> tuple[tuple[Snapshot, ...], Counter[str]]:
    found, skipped = [], Counter[str]()
    for row in rows:
        reason = _why_not(row) if row else "other fields than the rest"
        if row and reason is None:
            original, timestamp = row["original"], row["timestamp"]
            digest = row.get("digest")
            found.append(Snapshot(url=canonical(original), original=original, timestamp=timestamp, digest=digest))
        elif reason:
            skipped[reason] += 1
    return tuple(found), skipped


def _why_not(row: dict[str, str]) -> str | None:
    """Why a row is passed over; None for a page."""
    if row.get("statuscode", "200") != "200":
        return f"status {row['statuscode']}"
    if row.get("mimetype", PAGE_TYPES[0]) not in PAGE_TYPES:
        return f"type {row['mimetype']}"
    if is_torn(row["original"]):
        return f"a damaged address: {row['original']!r}"
    if not is_page(row["original"]):
        return "no address of a page"
    return None if _is_time(row["timestamp"]) else "a timestamp that is none"


def _is_time(timestamp: str) -> bool:
    try:
        return TIMESTAMP.fullmatch(timestamp) is not None and bool(_iso(timestamp))
    except ValueError:
        return False


def _iso(timestamp: str) -> str:
    return f"{datetime.strptime(timestamp, '%Y%m%d%H%M%S').replace(tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}"


def _resumed(url: str, key: str) -> str:
    parts = urlsplit(url)
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "resumeKey"])
    # the server gives it as it is to stand in the address: org%2Carchive%29%2F+19980109140106%21
    key = key if "%" in key else quote(key, safe="")
    return urlunsplit(parts._replace(query=f"{query}&resumeKey={key}"))
