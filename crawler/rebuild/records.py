"""WARC records -> events, in the order of the archive. Reads files, writes nothing.

What the events hold is what archive/writer.py wrote: the HTTP answers with their fields, and its notes.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from fastwarc.warc import WarcRecordType

from crawler.archive.memento import as_states
from crawler.archive.reader import (
    FIELD_AGAINST,
    FIELD_ASKED,
    FIELD_NUMBER,
    FIELD_REQUESTED,
    FIELD_SPAN,
    FIELD_TYPE,
    INFO_RUN,
    MAX_BODY_BYTES,
    NOTE_TYPE,
    Revisit,
    digest_of,
    read_record,
)
from crawler.archive.records import BrokenRecord, is_row_of_members, records, small_records
from crawler.controls import one_line
from crawler.items import Capture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from fastwarc.warc import WarcRecord

    from crawler.errors import Unread

#: More than a packed note has.
MOST_NOTE_BYTES = 4_000

Row = dict[str, Any]
Span = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBegan:
    """A file of a run begins."""

    row: Row
    """Of runs, as it was then."""
    file: str
    written_as: str
    """The name that the run gave the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer of a host; its capture has the number that the archive gave it, or None."""

    capture: Capture
    asked: str
    """page, robots, or the kind of index (discovery.indexes.EXPECT)."""
    span: Span | None = None
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    """Names lower case."""
    size: int
    """Length of the body, decoded."""
    against: int | None = None
    """Of a 304: the capture whose validators were sent; 0 for none, None where the archive does not say it."""

    def without_body(self) -> Answer:
        """What is left to know once the page is read."""
        return replace(self, capture=replace(self.capture, body=b""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A request that had no answer, or one that was let go."""

    capture: Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an answer where the answer alone does not tell."""

    number: int
    outcome: str
    reason: str | None
    unread_by: str | None = None
    """The version of the program that could not read or store the answer: it need not try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Bytes that hold no readable record."""

    problem: BrokenRecord


Event = RunBegan | RunEnded | Answer | Failed | Outcome | Damage


def events(path: Path, start: int = 0, end: int | None = None, *, max_bytes: int = MAX_BODY_BYTES) -> Iterator[Event]:
    """The events of a file, or of the part of it from start to end."""
    for offset, found in records(path, start, end):
        if isinstance(found, BrokenRecord):
            yield Damage(problem=found)
            continue
        try:
            event = event_of(found, path.name, offset, max_bytes)
        except BrokenRecord as problem:
            yield Damage(problem=problem)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it costs this one record
            yield Damage(problem=BrokenRecord(path.name, offset, one_line(f"{type(error).__name__}: {error}")))
        else:
            if event is not None:
                yield event


def run_of_file(path: Path) -> RunBegan | None:
    """The run that wrote the file; None for a file of another program."""
    _, found = next(records(path), (0, None))
    try:
        return None if found is None or isinstance(found, BrokenRecord) else _info(found, path.name)
    except ValueError:  # damaged
        return None


def event_of(record: WarcRecord, name: str, offset: int, max_bytes: int) -> Event | None:
    """What a record tells; None for one that tells nothing, a request. Raises BrokenRecord."""
    if record.record_type == WarcRecordType.warcinfo:
        return _info(record, name)
    if record.record_type == WarcRecordType.metadata:
        return _note(record, name, offset)
    names = (FIELD_NUMBER, FIELD_ASKED, FIELD_SPAN, FIELD_TYPE, FIELD_AGAINST)
    fields = {key: record.headers.get(key) for key in names}
    requested = record.headers.get(FIELD_REQUESTED)
    capture, _ = read_record(record, name, offset, max_bytes)
    if capture is None:
        return None
    pairs = record.http_headers.items_bytes()
    headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in pairs}
    if isinstance(capture, Revisit):
        capture = _bodiless(capture, headers, fields[FIELD_TYPE], requested)
    number, against = fields[FIELD_NUMBER], fields[FIELD_AGAINST]
    return Answer(
        capture=replace(capture, id=int(number) if number else None),
        asked=fields[FIELD_ASKED] or "page",
        span=read_span(fields[FIELD_SPAN]),
        headers=headers,
        size=len(capture.body),
        against=int(against) if against else None,
    )


def _info(record: WarcRecord, name: str) -> RunBegan | None:
    if record.record_type != WarcRecordType.warcinfo:
        return None
    for line in record.reader.read().decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(": ")
        if key == INFO_RUN:
            return RunBegan(row=json.loads(value), file=name, written_as=record.headers.get("WARC-Filename") or name)
    return None


def _note(record: WarcRecord, name: str, offset: int) -> Event | None:
    if record.headers.get("Content-Type") != NOTE_TYPE:
        return None
    note: Row = json.loads(record.reader.read())
    if "run" in note:
        return RunEnded(row=note["run"])
    if "outcome" in note:
        return _outcome(note)
    if "failure" in note:
        capture = Capture(**note["failure"], body=b"", digest="")
        return Failed(capture=replace(capture, id=note.get("number"), warc_file=name, warc_offset=offset))
    return None


def _outcome(note: Row) -> Outcome:
    return Outcome(number=note["of"], outcome=note["outcome"], reason=note["reason"], unread_by=note.get("unread_by"))


def unread_note(number: int, refusal: Unread, version: str) -> Row:
    """What the archive notes of an answer that this version of the program could not read or store."""
    return {"outcome": refusal.outcome, "of": number, "reason": refusal.reason, "unread_by": version}


def unread(paths: Iterable[Path], version: str) -> dict[int, Outcome]:
    """Of the answers that this version of the program could not read or store: what the archive notes, by number.

    What depends on time or memory would come out otherwise now, and would take as long again.
    """
    found = {}
    for path in paths:
        for content in _notes(path):
            if b'"unread_by"' in content:
                with suppress(ValueError, KeyError):  # somebody else's
                    note = _outcome(json.loads(content))
                    if note.unread_by == version:
                        found[note.number] = note
    return found


def _notes(path: Path) -> Iterator[bytes]:
    """The contents of the metadata records, and of other short ones."""
    if is_row_of_members(path):
        yield from (record.partition(b"\r\n\r\n")[2] for record in small_records(path, MOST_NOTE_BYTES))
        return
    for _, found in records(path):
        if not isinstance(found, BrokenRecord) and found.record_type == WarcRecordType.metadata:
            yield found.reader.read()


def _bodiless(revisit: Revisit, headers: dict[str, str], listed_type: str | None, requested: str | None) -> Capture:
    capture = Capture(
        url=revisit.url,
        fetched_at=revisit.fetched_at,
        status=revisit.status,
        body=b"",
        digest=digest_of(b""),
        content_type=headers.get("content-type"),
        via=revisit.via,
        listed_type=listed_type,
        requested_url=requested,
        warc_file=revisit.warc_file,
        warc_offset=revisit.warc_offset,
    )
    return as_states(capture, headers.get("memento-datetime"))


def read_span(text: str | None) -> Span | None:
    if text is None:
        return None
    since, _, until = text.partition("/")
    return (date.fromisoformat(since) if since else None, date.fromisoformat(until) if until else None)
