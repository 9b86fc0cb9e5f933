"""The one file of a probe: a ZIP of the WARC and of the report. What is read of it may come from anybody."""

from __future__ import annotations

import json
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fastwarc.warc import WarcRecordType

from crawler.archive.reader import FIELD_ASKED, NOTE_TYPE, read_record
from crawler.archive.records import BrokenRecord, records
from crawler.items import Capture
from crawler.probe.plan import MOST_REQUESTS
from crawler.web.sites import SITES
from crawler.web.urls import is_state_host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastwarc.warc import WarcRecord

WARC_NAME: Final = "probe.warc.gz"
REPORT_NAME: Final = "report.txt"
MOST_FILE_BYTES: Final = 200_000_000
MOST_BODY_BYTES: Final = 20_000_000
MOST_NOTE_BYTES: Final = 100_000
#: warcinfo, and for each request an answer, the request itself, a failure; and the last note.
MOST_RECORDS: Final = 4 * MOST_REQUESTS + 10
#: Kinds of what is asked for.
ASKED: Final = frozenset({"robots", "page", "listing", "index", "feed", "sitemap", "rest"})


class BadBundle(Exception):
    """A file that is no probe's, or not whole; its text is for the person who named it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came for one address that was asked for."""

    url: str
    """As asked for first."""
    asked: str
    """One of ASKED."""
    capture: Capture | None = None
    headers: dict[str, str] = field(default_factory=dict)
    """Of the last answer; names lower case."""
    failure: str | None = None
    """Why there is no answer, in words."""
    hops: tuple[str, ...] = ()
    """Where redirects led, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    hosts: tuple[str, ...]
    """Those that were to be asked."""
    date: str
    """When the probe was begun, UTC."""
    software: str
    ended: str
    """"finished", or how it was stopped."""
    answers: tuple[Answer, ...]
    """One for each address, in the order of the questions."""


def pack(path: Path, warc: Path, report: str) -> None:
    """Writes the bundle; raises OSError. No time, owner or path of this machine stands in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo(REPORT_NAME), report.encode("utf-8", "replace"), zipfile.ZIP_DEFLATED)
        packed.writestr(zipfile.ZipInfo(WARC_NAME), warc.read_bytes(), zipfile.ZIP_STORED)


def read_bundle(path: Path) -> Bundle:
    """Raises BadBundle; OSError where the file cannot be read."""
    with _unpacked(path) as warc:
        return read_warc(warc)


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    try:
        with zipfile.ZipFile(path) as packed:
            names = sorted(packed.namelist())
            if names != sorted((WARC_NAME, REPORT_NAME)):
                raise BadBundle("it is a ZIP, but not of a probe")
            if any(info.file_size > MOST_FILE_BYTES for info in packed.infolist()):
                raise BadBundle(f"it holds more than {MOST_FILE_BYTES:,} bytes")
            with packed.open(WARC_NAME) as inside:
                data = inside.read(MOST_FILE_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        words = "it is no ZIP" if "not a zip" in str(error).lower() else f"it is damaged ({type(error).__name__})"
        raise BadBundle(words) from None
    if len(data) > MOST_FILE_BYTES:
        raise BadBundle(f"it holds more than {MOST_FILE_BYTES:,} bytes")
    with TemporaryDirectory(prefix="remarks-probe-") as folder:
        warc = Path(folder) / WARC_NAME
        warc.write_bytes(data)
        yield warc


@dataclass(slots=True)
class _Reading:
    last: dict[str, Any] | None = None
    software: str = ""
    date: str = ""
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def put(self, answer: Answer) -> None:
        """A repetition takes the place of what came before it; a redirect is kept as a hop of what it leads to."""
        key = (answer.asked, answer.url)
        before = self.answers.get(key)
        self.answers[key] = replace(answer, hops=(*(before.hops if before else ()), *answer.hops))


def read_warc(path: Path) -> Bundle:
    """Raises BadBundle for anything that a probe does not write."""
    reading = _Reading()
    for count, (offset, found) in enumerate(records(path), start=1):
        if isinstance(found, BrokenRecord):
            raise BadBundle(f"its WARC is damaged: {found.what}")
        if count > MOST_RECORDS:
            raise BadBundle(f"its WARC has more than {MOST_RECORDS} records, a probe's has fewer")
        try:
            _read(found, path, offset, reading)
        except BrokenRecord as broken:
            raise BadBundle(f"its WARC is damaged: {broken.what}") from None
    probe = reading.last
    if probe is None:
        raise BadBundle("its WARC does not end as a probe's")
    hosts, ended = probe.get("hosts"), probe.get("ended")
    if not (isinstance(hosts, list) and hosts and all(host in SITES for host in hosts) and isinstance(ended, str)):
        raise BadBundle("it does not tell which hosts were asked")
    return Bundle(
        hosts=tuple(hosts),
        date=reading.date,
        software=reading.software,
        ended=ended[:200],
        answers=tuple(reading.answers.values()),
    )


def _read(record: WarcRecord, path: Path, offset: int, reading: _Reading) -> None:
    if record.record_type == WarcRecordType.warcinfo:
        reading.date = (record.headers.get("WARC-Date") or "")[:20]
        lines = record.reader.read(MOST_NOTE_BYTES).decode("utf-8", "replace").splitlines()
        reading.software = next((line[10:110] for line in lines if line.startswith("software: ")), "")
    elif record.record_type == WarcRecordType.metadata and record.headers.get("Content-Type") == NOTE_TYPE:
        _read_note(record.reader.read(MOST_NOTE_BYTES + 1), reading)
    elif record.record_type == WarcRecordType.response:
        _read_answer(record, path, offset, reading)
    elif record.record_type != WarcRecordType.request:
        raise BadBundle("its WARC holds records that no probe writes")


def _read_note(text: bytes, reading: _Reading) -> None:
    try:
        note = json.loads(text)
    except (ValueError, RecursionError):
        raise BadBundle("a note in its WARC cannot be read") from None
    if isinstance(note, dict) and isinstance(note.get("probe"), dict):
        reading.last = note["probe"]
        return
    failure = note.get("failure") if isinstance(note, dict) else None
    names = ("url", "asked", "words")
    values = [value for name in names if isinstance(failure, dict) and isinstance(value := failure.get(name), str)]
    if len(values) != len(names):
        raise BadBundle("a note in its WARC cannot be read")
    url, asked, words = values
    _check(url, asked)
    reading.put(Answer(url=url, asked=asked, failure=words[:200]))


def _read_answer(record: WarcRecord, path: Path, offset: int, reading: _Reading) -> None:
    capture, _ = read_record(record, path.name, offset, MOST_BODY_BYTES)  # what cannot be unpacked is told as no text
    asked = record.headers.get(FIELD_ASKED) or ""
    if not isinstance(capture, Capture):
        raise BadBundle("an answer in its WARC has no body")
    pairs = record.http_headers.items_bytes()
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}
    url = capture.requested_url or capture.url
    _check(url, asked)
    _check(capture.url, asked)
    hops = (headers.get("location", ""),) if 300 <= capture.status < 400 else ()
    reading.put(Answer(url=url, asked=asked, capture=capture, headers=headers, hops=hops))


def _check(url: str, asked: str) -> None:
    try:
        host = urlsplit(url).netloc
    except ValueError:
        host = ""
    if asked not in ASKED or not is_state_host(host):
        raise BadBundle("its WARC holds answers that no probe asks for")
