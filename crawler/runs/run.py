"""The account of one run: what was asked, what became of every answer, and the verdict.

The one place where captures get their outcome, so that nothing can be dropped in silence. Spider, middlewares and
pipelines hold the Run of their crawler (`run_of`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from crawler.errors import Crashed, NotRemarks, OutOfSpan, Refusal, Thinner, Unread
from crawler.exporters.jsonl.publishing import publish_all, repair_all
from crawler.exporters.sqlite.settle import confirmed, refuse
from crawler.exporters.sqlite.status import GONE_AFTER_HOURS
from crawler.exporters.sqlite.store import Store
from crawler.items import Capture
from crawler.rebuild.reader import Reader
from crawler.rebuild.recover import Recovery, read_again, recover
from crawler.runs import report as reporting
from crawler.runs.captures import READ_AGAIN, Books
from crawler.runs.sentinel import Sentinel
from crawler.runs.unused import idle
from crawler.web.exchange import now

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler

    from crawler.archive.writer import Archive, Stored
    from crawler.exporters.sqlite.save import Saved
    from crawler.items import IndexPage, Remark
    from crawler.runs.arguments import Arguments
    from crawler.runs.drift import Drift
    from crawler.runs.lock import Lock
    from crawler.runs.silence import Silence

WARC = "warc"
OK, FAILED, USAGE, DEGRADED, LOCKED = 0, 1, 2, 3, 4
EXIT_OF = {"ok": OK, "degraded": DEGRADED, "failed": FAILED}


@dataclass(slots=True, weakref_slot=True)
class Run:
    """One run, from `open` to `close`."""

    output: Path
    arguments: Arguments
    store: Store
    id: int
    started_at: str
    books: Books
    """The captures of this run."""
    counts: Counter[str] = field(default_factory=Counter)
    """new, changed, unchanged, known, passed, and one for each outcome of errors.py."""
    reader: Reader = field(default_factory=Reader)
    """Reads every answer of the run."""
    refusals: list[str] = field(default_factory=list)
    """Degrading refusals, in words, in order."""
    tracebacks: list[str] = field(default_factory=list)
    """Of faults of ours that cost an answer."""
    faults: list[str] = field(default_factory=list)
    """Faults of this program or of this machine, in words."""
    notices: list[str] = field(default_factory=list)
    """What a person should know, without harm to the run."""
    holes: set[str] = field(default_factory=set)
    """Hosts with an index that could not be read."""
    closed: list[str] = field(default_factory=list)
    """Hosts on which nothing is as young as what was asked for."""
    sentinel: Sentinel = field(default_factory=Sentinel)
    """Which hosts refuse."""
    drift: list[Drift | Silence] = field(default_factory=list)
    """Figures that fell (drift.py), and hosts that fell silent (silence.py)."""
    robots: dict[str, str] = field(default_factory=dict)
    """What came of each host's robots.txt, in words."""
    forbidden: Counter[str] = field(default_factory=Counter)
    """Requests that were not made because a host's robots.txt forbids them."""
    held: Lock | None = None
    """The lock of the output."""
    ended: bool = False
    """The crawl came to its own end."""
    told: bool = False
    """Scrapy said that the spider was closed; without that the process was cut short."""
    requests: int = 0
    bytes: int = 0
    utterances: int = 0

    @classmethod
    def open(
        cls,
        output: Path,
        arguments: Arguments,
        versions: dict[str, str],
        parser_version: str,
        *,
        archive: Archive | None = None,
        reader: Reader | None = None,
        gone_after_hours: float = GONE_AFTER_HOURS,
        wait_seconds: float = 60.0,
        held: Lock | None = None,
    ) -> Run:
        """Mends first what the last run left behind.

        reader: is closed with the run. wait_seconds: for another writer of the database. held: the lock of the output;
        nothing is written once it is lost. Raises OSError and sqlite3.Error where the output cannot be written.
        """
        output.mkdir(parents=True, exist_ok=True)
        warc, reader = output / WARC, reader or Reader()
        store = Store(
            output / "remarks.db",
            parser_version=parser_version,
            busy_timeout_seconds=wait_seconds,
            reread=read_again(warc, reader),
        )
        before = store.latest_time()
        recovery = recover(store, warc, reader)
        repaired = list(repair_all(store, output))
        publish_all(store, output)
        started = now()
        asked = arguments.as_row() | {"gone_after_hours": gone_after_hours}
        # first into the archive, which a lost database is made from again
        begin = archive.begin if archive else None
        id_ = store.begin_run(asked, versions, started_at=started, before=begin)
        recovery.settle(store, archive)
        run = cls(
            output,
            arguments,
            store,
            id_,
            started,
            Books(store, id_, warc, archive, held.check if held else None),
            held=held,
            reader=reader,
        )
        run.books.tell = run.count_refusal
        run.tell_recovery(recovery)
        if before and before > started:
            run.notices.append(f"the clock stood at {before} in an earlier run and stands at {started} now")
        for name, repair in repaired:
            told = run.refusals if repair.kept else run.notices
            told.append(f"{name} did not agree with the database and was mended: {repair}")
        return run

    def tell_recovery(self, recovery: Recovery) -> None:
        self.notices += recovery.notices
        self.refusals += recovery.losses
        for _, refusal in recovery.unread:
            self.count_refusal(refusal)

    def record(self, capture: Capture, outcome: str = READ_AGAIN, **facts: Any) -> Capture:
        """The capture with its row's id; the outcome stays `fetched` until the page is stored or refused."""
        return self.books.record(capture, outcome, **facts)

    def refuse(self, refusal: Refusal, capture_id: int, template: str | None = None) -> None:
        capture = self.books.refused(refusal, capture_id)
        self.books.order.do(capture_id, partial(self.settle_refusal, refusal, capture, template))

    def refuse_by_itself(self, refusal: Refusal, capture_id: int) -> None:
        """A refusal that the answer alone does not tell."""
        self.books.tell_outcome(capture_id)
        self.refuse(refusal, capture_id)

    def settle_refusal(self, refusal: Refusal, capture: Capture, template: str | None) -> None:
        found = self.books.settle(capture, partial(confirmed, self.store, refusal, capture, self.arguments.types))
        if isinstance(found, Refusal):
            self.count_refusal(found)
            return
        if found is not None:
            self.settle_remark(found, capture)
            return
        missed = self.books.settle(capture, partial(refuse, self.store, refusal, capture, template))
        self.books.settled(capture)
        if isinstance(missed, Refusal):
            self.count_refusal(missed)
            return
        for remark in missed:
            state = remark.status if remark.changed else f"{remark.status}; a second look on another day will tell"
            self.notices.append(f"{refusal}: remark {remark.remark_id} is {state}")
        self.count_refusal(refusal, degrades=not missed)

    def count_refusal(self, refusal: Refusal, *, degrades: bool = True) -> None:
        self.counts[refusal.outcome] += 1
        if isinstance(refusal, NotRemarks | OutOfSpan):
            self.counts["passed"] += 1
        if degrades and refusal.degrades:
            self.refusals.append(str(refusal))
        if isinstance(refusal, Crashed) and refusal.trace:
            self.tracebacks.append(f"{refusal}\n{refusal.trace}")

    def crash(self, refusal: Crashed, stored: Stored | None) -> None:
        """A fault of ours over one answer; what had become of that by then stays."""
        if stored is None or not self.books.order.is_open(stored.number):
            self.count_refusal(refusal)
            return
        capture = self.books.record_archived(stored)
        assert capture.id is not None
        self.refuse(refusal, capture.id)

    def pass_over(self, refusal: Refusal, capture_id: int) -> None:
        """A refusal that harms nothing: the address was only guessed."""
        capture = self.books.refused(refusal, capture_id)
        self.books.order.do(capture_id, partial(refuse, self.store, refusal, capture))
        self.notices.append(str(refusal))

    def host_closed(self, host: str, words: str) -> None:
        """A host refused so often that it is asked nothing more."""
        self.refusals.append(f"blocked: {host}: asked nothing more in this run; the last refusal: {words}")

    def wait(self, url: str, listed_type: str | None) -> None:
        """A page that nobody could be asked for: a row, so that the next run asks, and no more than one."""
        self.counts["unasked"] += 1
        known = self.store.known(url)
        if known is None or known.outcome != "waiting":
            capture = Capture(url=url, fetched_at=now(), status=0, body=b"", digest="", listed_type=listed_type)
            self.record(capture, "waiting", reason="its host refuses; a later run asks")

    def save(self, remark: Remark, capture: Capture) -> None:
        """Rows in one transaction, then the line of remarks.jsonl; once everything archived before is settled."""
        assert capture.id is not None
        self.books.order.do(capture.id, partial(self.settle_remark, remark, capture))

    def settle_remark(self, remark: Remark, capture: Capture) -> None:
        saved = self.books.settle(capture, partial(self.store.save, remark, capture, self.id))
        self.books.settled(capture)
        if isinstance(saved, Refusal):
            self.count_refusal(saved)
            return
        if saved.change == Thinner.outcome:
            self.count_refusal(Thinner(capture.url, saved.reason or ""))
            return
        self.count_change(saved)
        if saved.change == "new":
            self.utterances += len(remark.utterances)
        if saved.change != "unchanged":
            publish_all(self.store, self.output)
        self.notices += [f"{remark.page.url}: {words}" for words in (*remark.problems, saved.reason) if words]

    def count_change(self, saved: Saved) -> None:
        kind = {"new": "new", "unchanged": "unchanged", "parser": "reread"}.get(saved.change, "changed")
        self.counts[kind] += 1
        self.counts["gone"] += sum(missed.status == "gone" and missed.changed for missed in saved.missed)

    def confirm(self, capture: Capture, against: int) -> None:
        """A 304; against: the capture whose validators were sent."""
        assert capture.id is not None
        self.books.order.do(capture.id, partial(self.settle_confirmed, capture, against))

    def settle_confirmed(self, capture: Capture, against: int) -> None:
        found = self.books.settle(capture, partial(self.store.confirmed, capture, against))
        self.books.settled(capture)
        if isinstance(found, Unread):
            self.count_refusal(found)
        elif isinstance(found, Refusal):
            self.count_refusal(found, degrades=False)
            self.notices.append(str(found))
        else:
            self.counts["unchanged"] += 1

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def note_index(self, index: str, page: IndexPage) -> None:
        """What of an index leads nowhere, could not be read, or was read in part."""
        self.refusals += [f"bad_index: {index}: {words}" for words in page.lost]
        if page.lost:
            self.counts["bad_index"] += len(page.lost)
        self.notices += [f"{index}: passed over {address!r}, no page of these hosts" for address in page.skipped]
        self.notices += [f"{index}: {words}" for words in page.unsure]

    def index_failed(self, host: str) -> None:
        """The walk over the host's indexes has a hole; the next run goes back as far."""
        self.holes.add(host)

    @property
    def walked(self) -> list[str]:
        """The hosts whose indexes were all read."""
        return [host for host in self.arguments.hosts if self.ended and not self.faults and host not in self.holes]

    @property
    def verdict(self) -> str:
        """ok; degraded: part of it refused; failed: a fault of ours, or nothing could be read."""
        kinds = ("new", "changed", "unchanged", "reread", "known", "passed", "index")
        read = sum(self.counts[name] for name in kinds)
        if self.faults or not (read or set(self.arguments.hosts) <= set(self.closed)):
            return "failed"
        return "degraded" if self.refusals or self.drift else "ok"

    def close(self) -> None:
        """Writes the run's row and its report, and lets go of the reader and the database."""
        self.reader.close()
        self.books.check()
        self.notices += self.held.told if self.held else []
        if left := self.books.order.left:
            self.notices.append(f"{left} answers are in the archive alone; the next run takes them in, and asks nobody")
        publish_all(self.store, self.output)
        self.notices += idle(self.store.db.conn, self.store.overrides)
        blocked = self.counts["blocked"] + self.counts["decoy"]
        gone = self.counts["gone"]
        row = self.store.end_run(
            self.id,
            ended_at=now(),
            requests=self.requests,
            bytes=self.bytes,
            new=self.counts["new"],
            changed=self.counts["changed"],
            unchanged=self.counts["unchanged"] + self.counts["known"],
            gone=gone,
            blocked=blocked,
            failed=len(self.refusals) + len(self.faults) - blocked - gone,
            verdict=self.verdict,
            walked=self.walked,
        )
        self.books.close(row)
        reporting.write(self, self.output / "runs")
        self.store.close()


_RUNS: WeakKeyDictionary[Crawler, Run] = WeakKeyDictionary()


def attach(crawler: Crawler, run: Run) -> None:
    _RUNS[crawler] = run


def attached(crawler: Crawler) -> Run | None:
    """None for a crawler that the crawl command did not start."""
    return _RUNS.get(crawler)


def run_of(crawler: Crawler) -> Run:
    """Raises KeyError for a crawler that the crawl command did not start."""
    return _RUNS[crawler]
