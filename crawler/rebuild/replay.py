"""Events in the order of the archive -> the database, by the same functions as a run.

A capture that the database has is passed over, but for one that was being read when its run was killed. So the same
replay makes a database from nothing and takes in what a killed run left in the archive alone. With `anew`, the captures
that the database has are read again, too: what this version of the program reads otherwise in the newest revision of a
remark becomes a revision `parser` and keeps its ids; a page that was refused and can be read now is stored.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from crawler.errors import Refusal, Unread
from crawler.exporters.sqlite.settle import behind, confirmed, foreseen, refuse, settled
from crawler.rebuild.reader import Reader
from crawler.rebuild.reading import Reading, noted
from crawler.rebuild.records import Answer, Damage, Event, Failed, Outcome, RunBegan, RunEnded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from crawler.exporters.sqlite.store import Store
    from crawler.items import Capture
    from crawler.rebuild.records import Row

UNREAD = "fetched"
"""captures.outcome of a page that was being read."""
JUDGED = frozenset(
    {
        "blocked",
        "decoy",
        "not_text",
        "empty",
        "too_large",
        "unknown_template",
        "ambiguous_template",
        "broken",
        "cut_off",
    }
    | {"not_remarks", "out_of_span", "too_slow", "crashed"}
)
"""Outcomes that another version of this program may see otherwise."""


@dataclass(frozen=True, slots=True)
class Held:
    """A row of captures."""

    id: int
    outcome: str
    digest: str
    file: str | None
    offset: int | None


class Replay:
    """One replay into a store; `counts` and `told` say what came of it."""

    def __init__(
        self,
        store: Store,
        *,
        reader: Reader | None = None,
        anew: bool = False,
        there: Collection[str] = frozenset(),
        unread: Mapping[int, Outcome] | None = None,
    ) -> None:
        """there: the names of all files of the archive; a capture whose file is not among them may have moved.

        unread: as records.unread().
        """
        self.there = there
        self.reader = reader or Reader()
        self.left = unread or {}
        self.unread: list[tuple[int, Unread]] = []
        """Captures that this replay could not read or store, though no note said so."""
        self.changed: list[str] = []
        """Captures of which the archive holds other bytes than were read, and what cannot be made sense of."""
        self.damaged: set[str] = set()
        """Files with bytes that hold no readable record."""
        self.moved: dict[str, str] = {}
        """Files from which captures have moved, and whither."""
        self.written_as: dict[str, str] = {}
        """Names that runs gave to files, and the names they have."""
        self.numbers: set[int] = set()
        """The captures of the file that is being read."""
        self.copied = 0
        """How many answers of that file lie in another one, too."""
        self.store = store
        self.anew = anew
        self.counts: Counter[str] = Counter()
        self.told: list[str] = []
        self.run_id: int | None = None
        self.types = "all"
        self._begun: dict[int, bool] = {}
        """Runs, and whether their end was told."""
        self._columns = {name: set(store.db.table(name).columns_dict) for name in ("runs", "captures")}

    def begin_file(self) -> None:
        """A file of another program names no run."""
        self.run_id, self.types = None, "all"
        self.numbers.clear()
        self.copied = 0

    def apply(self, event: Event, reading: Reading | None = None) -> None:
        """reading: of an answer, where another process has read it already.

        An event that this program stumbles over costs that event; raises what the disk or the database raises.
        """
        try:
            with foreseen(event.capture.url if isinstance(event, Answer | Failed) else type(event).__name__):
                self._apply(event, reading)
        except Refusal as refusal:
            self._stumble(event, refusal)

    def _stumble(self, event: Event, refusal: Refusal) -> None:
        try:
            with foreseen(refusal.url):
                if isinstance(event, Answer) and (capture := self._unsettled(event)) is not None:
                    self._settle(capture, Reading(refusal=refusal))
                    return
        except Refusal as other:
            refusal = other
        self.changed.append(str(refusal))

    def _unsettled(self, event: Answer) -> Capture | None:
        """The capture with its row; None where it is settled."""
        held = self._held(event)
        if held is None:
            return self._add(event.capture, UNREAD, event.headers, event.size)
        return replace(event.capture, id=held.id) if held.outcome == UNREAD else None

    def _apply(self, event: Event, reading: Reading | None) -> None:
        if isinstance(event, RunBegan):
            self.run_id = self._begin(event.row)
            self.types = types_of(event.row)
            self.written_as[event.written_as] = event.file
            self._begun.setdefault(self.run_id, False)
        elif isinstance(event, RunEnded):
            self._end(event.row)
            self._begun[event.row["id"]] = True
        elif isinstance(event, Outcome):
            self._note(event)
        elif isinstance(event, Damage):
            self.counts["damaged"] += 1
            self.damaged.add(event.problem.file)
            self.told.append(str(event.problem))
        else:
            self._capture(event, reading)

    def unended(self) -> list[int]:
        """Runs that began and of whose end nothing is told."""
        return [run_id for run_id, ended in self._begun.items() if not ended]

    def _begin(self, row: Row) -> int:
        known = {name: value for name, value in row.items() if name in self._columns["runs"]}
        if not self._has("runs", row["id"]):
            self.store.insert("runs", known)
            self.counts["runs"] += 1
        return int(row["id"])

    def _end(self, row: Row) -> None:
        values = {name: value for name, value in row.items() if name in self._columns["runs"] and name != "id"}
        (ended,) = self.store.db.execute("SELECT ended_at FROM runs WHERE id = ?", [row["id"]]).fetchone() or (None,)
        if ended is None and self._has("runs", row["id"]):
            self.store.update("runs", row["id"], values)

    def _note(self, note: Outcome) -> None:
        if note.unread_by not in (None, self.store.parser_version):
            return  # this version has tried by itself
        if self._has("captures", note.number):
            self.store.update("captures", note.number, {"outcome": note.outcome, "reason": note.reason})

    def _capture(self, event: Answer | Failed, reading: Reading | None) -> None:
        held = self._held(event)
        if held is not None and held.file != event.capture.warc_file:
            self.copied += 1
            return
        outcome = held.outcome if held else None
        capture = replace(event.capture, id=held.id) if held else event.capture
        if outcome not in (None, UNREAD):
            if self.anew and isinstance(event, Answer):
                self.counts["captures"] += 1
                self._again(capture, outcome, reading or self._read(event))
            return
        if isinstance(event, Failed):
            self._add(capture, "unreachable", {}, 0)
            return
        reading = reading or self._read(event)
        if outcome is None:
            capture = self._add(capture, reading.outcome or UNREAD, event.headers, event.size)
        self.counts["captures"] += 1
        self._settle(capture, reading)

    def _read(self, answer: Answer) -> Reading:
        note = self.left.get(answer.capture.id or 0)
        return noted(note, answer.capture.url) if note is not None else self.reader.read(answer, self.types)

    def _again(self, capture: Capture, outcome: str, reading: Reading) -> None:
        """A capture that the database has."""
        assert capture.id is not None
        good = outcome in ("ok", "unchanged")
        if good and (remark := behind(reading.refusal)) is not None:
            reading = Reading(remark=remark)  # another day had confirmed it
        if reading.remark is not None and good:
            try:
                with foreseen(capture.url):
                    self.counts["parser"] += self.store.read_anew(reading.remark, capture) is not None
            except Refusal as refusal:
                reading = replace(reading, refusal=refusal)
        if reading.refusal is not None and good:
            self.counts["no longer read"] += 1
            self.told.append(f"{reading.refusal}; what an earlier version of the program read stays")
        elif outcome in JUDGED and outcome != (reading.refusal.outcome if reading.refusal else None):
            self._settle(capture, reading)

    def has_lost(self) -> bool:
        """Whether captures of the run whose file was read last lie in no file."""
        sql = "SELECT EXISTS (SELECT 1 FROM captures WHERE run_id = ? AND warc_file IS NULL)"
        return bool(self.store.db.execute(sql, [self.run_id]).fetchone()[0])

    def _held(self, event: Answer | Failed) -> Held | None:
        """The capture as the database has it, wherever its record lay; None where it has none.

        The number tells, with address and time: whichever file it is read from, however that is named or packed.
        """
        capture = event.capture
        file, offset = capture.warc_file, capture.warc_offset
        assert file is not None
        assert offset is not None
        found = self._find(capture, "id = ?", capture.id) or self._find(
            capture, "warc_file = ? AND warc_offset = ?", file, offset
        )
        if capture.id is None:
            found = found or self._find(capture, "digest = ? AND url = ?", capture.digest, capture.url)
        if found is None:
            return None
        lay = found.file
        if lay != file and lay in self.there:
            return found
        if isinstance(event, Answer) and capture.digest != found.digest and found.outcome != "too_large":
            self.changed.append(f"byte {offset:,}: capture {found.id} holds other bytes than were read")
        if (lay, found.offset) != (file, offset):
            self.store.move_capture(found.id, file, offset)
            self.counts["moved"] += 1
            if lay is not None and lay != file:
                self.moved[lay] = file
        self.numbers.add(found.id)
        return replace(found, file=file, offset=offset)

    def _find(self, capture: Capture, where: str, *values: object) -> Held | None:
        sql = f"SELECT id, outcome, digest, warc_file, warc_offset FROM captures WHERE {where} "  # noqa: S608
        row = self.store.db.execute(
            f"{sql} AND url = ? AND fetched_at = ? AND status = ?",
            [*values, capture.url, capture.fetched_at, capture.status],
        ).fetchone()
        return Held(*row) if row else None

    def _add(self, capture: Capture, outcome: str, headers: dict[str, str], size: int) -> Capture:
        """The row of a capture; one that another capture's number was given to gets the next number."""
        if capture.id is not None and self._has("captures", capture.id):
            self.told.append(f"{capture.warc_file}, byte {capture.warc_offset}: number {capture.id} is given twice")
            capture = replace(capture, id=None)
        number = self.store.add_capture(
            capture,
            run_id=self._run(capture),
            outcome=outcome,
            size=size,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
        )
        self.numbers.add(number)
        return replace(capture, id=number)

    def _run(self, capture: Capture) -> int:
        """The run of the file; files of other programs belong to a run of their own."""
        if self.run_id is None:
            arguments = {"hosts": [], "types": "all", "source": "warc", "continues": False, "everything": False}
            self.run_id = self.store.begin_run(arguments, {}, started_at=capture.fetched_at)
        return self.run_id

    def _settle(self, capture: Capture, reading: Reading) -> None:
        if reading.refusal is not None and reading.outcome is None:
            found = settled(self.store, capture, partial(confirmed, self.store, reading.refusal, capture, self.types))
            if isinstance(found, Refusal):
                self._refused(capture, found)
                return
            reading = Reading(remark=found) if found else reading
        if reading.outcome == "unchanged":
            self._do(capture, partial(self.store.confirmed, capture, reading.against))
        elif reading.index is not None:
            self._do(capture, partial(self.store.note_listed, reading.index.links, capture))
        elif reading.refusal is not None and reading.outcome is None:
            self._do(capture, partial(refuse, self.store, reading.refusal, capture, reading.template))
            self._refused(capture, reading.refusal, is_noted=reading.is_noted)
        elif reading.remark is not None:
            (run_id,) = self.store.db.execute("SELECT run_id FROM captures WHERE id = ?", [capture.id]).fetchone()
            saved = settled(self.store, capture, partial(self.store.save, reading.remark, capture, run_id))
            if isinstance(saved, Refusal):
                self._refused(capture, saved)
            else:
                self.counts[saved.change] += 1

    def _do(self, capture: Capture, deed: Callable[[], object]) -> None:
        done = settled(self.store, capture, deed)
        if isinstance(done, Unread):
            self._refused(capture, done)

    def _refused(self, capture: Capture, refusal: Refusal, *, is_noted: bool = False) -> None:
        self.counts["refused"] += 1
        if isinstance(refusal, Unread) and not is_noted:
            assert capture.id is not None
            self.unread.append((capture.id, refusal))

    def _has(self, table: str, row_id: Any) -> bool:
        return bool(self.store.db.execute(f"SELECT 1 FROM {table} WHERE id = ?", [row_id]).fetchall())  # noqa: S608


def types_of(row: Row) -> str:
    """The types that a run asked for."""
    return str(json.loads(row["arguments"]).get("types", "all"))
