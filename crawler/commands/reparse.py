"""`scrapy reparse`: the rows from the WARC files alone, without network, on all cores.

The new database is made in a file of its own and then copied over the old one in one transaction: whoever reads it
meanwhile sees the old rows or the new ones, and a kill at any moment leaves the old ones.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import Plain, bar, check_folder, options_only, whole_number
from crawler.controls import one_line
from crawler.distributed.cluster import executor
from crawler.exporters.disk import flush
from crawler.exporters.jsonl.publishing import publish_all, repair_all
from crawler.exporters.sqlite.people_file import PeopleFileError
from crawler.exporters.sqlite.schema import NewerSchema
from crawler.exporters.sqlite.store import Store
from crawler.rebuild.carry import carry_ids
from crawler.rebuild.compare import differences, lost
from crawler.rebuild.damaged import UNUSABLE, aside_of, check, explained, is_damage, replace_damaged
from crawler.rebuild.reader import Limits, Reader
from crawler.rebuild.recover import follow_names, read_again
from crawler.rebuild.replay import Replay
from crawler.rebuild.shelf import elsewhere, files_in, gaps, in_order
from crawler.rebuild.workers import parts, read_parts
from crawler.runs import arguments, run
from crawler.runs.lock import Held, lock
from crawler.runs.version import parser_version

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

#: Beside the database; whatever stands there is of a reparse that was killed.
BESIDE: Final = ".remarks.db.new"
MOST_NAMED: Final = 20


class Command(Plain, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Make the database again from the WARC files, without network"

    def long_desc(self) -> str:
        return (
            "Reads every response in the WARC files again and brings the rows up to what this version of the program "
            "makes of them. Ids and revisions stay; what is now read differently becomes a revision `parser`. If there "
            "is no database, it is built from the files alone. Exit status: 0 done (with --check: no difference), "
            "1 failed, 2 wrong usage, 3 something could not be read (with --check: differences), 4 a run holds the "
            "lock."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--workers",
            type=whole_number(1, 1024),
            default=os.cpu_count() or 1,
            help="processes (otherwise one per core)",
        )
        parser.add_argument(
            "--cluster",
            metavar="ADDRESS",
            help="scheduler of a Dask cluster (tcp://HOST:8786) whose workers read instead of these processes",
        )
        parser.add_argument(
            "--anew", action="store_true", help="build the database from the WARC files alone, even if there is one"
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="compare the database with what the WARC files give; change nothing",
        )

    def _fail(self, words: str | None) -> None:
        print(f"remarks: {words}", file=sys.stderr)
        self.exitcode = run.FAILED

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options_only(args)
        assert self.settings is not None
        output = Path(self.settings["REMARKS_OUTPUT"])
        check_folder(output)
        if not output.exists():  # the lock would make it
            self._fail(_missing(output, check=opts.check))
            return
        try:
            with lock(output) as held, _readers(opts) as (pool, workers):
                if (missing := _missing(output, check=opts.check)) is not None:
                    self._fail(missing)
                    return
                job = Reparse(output, workers, Limits.of(self.settings), pool)
                job.check_lock = held.check
                self.exitcode = job.check() if opts.check else job.replace(anew=opts.anew)
        except arguments.UsageError as error:
            raise UsageError(str(error), print_help=False) from error
        except Held as held:
            print(f"remarks: {held}", file=sys.stderr)
            self.exitcode = run.LOCKED
        except PeopleFileError as error:
            print(f"remarks: {output}/{error}", file=sys.stderr)
            self.exitcode = run.USAGE
        except (OSError, sqlite3.Error, NewerSchema) as error:
            told = explained(error)
            print(f"remarks: reparse failed, and the database is unchanged: {output}: {told}", file=sys.stderr)
            self.exitcode = run.FAILED


class Reparse:
    """One reparse of an output folder whose lock is held."""

    check_lock: Callable[[], None] | None = None
    """Raises OSError where another run may be writing."""

    def __init__(self, output: Path, workers: int, limits: Limits, pool: Executor | None = None) -> None:
        self.output = output.resolve()  # so that a cluster's workers find it
        self.pool = pool
        self.workers = workers
        self.limits = limits
        self.warc = self.output / run.WARC
        self.files = in_order(files_in(self.warc))
        self.held = self.output / "remarks.db"
        self.beside = self.output / BESIDE
        self.names: list[str] = []
        """Files that have other names than before, in words."""
        self.begun = time.monotonic()

    def replace(self, *, anew: bool) -> int:
        with self._made(onto=None if anew else self.held) as (store, replay):
            damaged = self._carry(store) if anew else None
            missing = self._note_files(store, replay, anew=anew)
            revisions = _count(store, "revisions")
            store.close()
            less = self._less() if anew and damaged is None else []
            self._put(damaged, anew=anew)
        with Store(self.held, parser_version=parser_version()) as store:
            repaired = list(repair_all(store, self.output))
            lines = publish_all(store, self.output)
        kept = (f"{name}: {repair}" for name, repair in repaired if repair.kept)
        told = [*replay.told, *_unread(replay), *replay.changed, *missing, *less, *kept]
        self._tell(f"{self._done(replay)}; {revisions} revisions, {lines} lines added", [*self.names, *told])
        return run.DEGRADED if told else run.OK

    def _note_files(self, store: Store, replay: Replay, *, anew: bool) -> list[str]:
        """How far the new database knows the files; what is missing, in words.

        What is not as it was stays unknown: the next run looks into it.
        """
        known = _known_names(self.held if anew else self.beside)
        store.know_files(
            path for path in self.files if path.name not in replay.damaged and (anew or path.name not in known)
        )
        missing = known - {path.name for path in self.files} - replay.written_as.keys() - replay.moved.keys()
        if anew:
            store.set_trouble(dict.fromkeys(missing, "is not in the archive any more"))
        told = [*sorted(missing), *gaps(store.db)]
        accepted = elsewhere(self.warc)
        return [f"missing: {name}: not in the archive" for name in told if name not in accepted]

    def _less(self) -> list[str]:
        """What only the held database has, in words; that is then kept aside."""
        less = list(lost(self.held, self.beside)) if self.held.exists() else []
        if not less:
            return []
        aside = aside_of(self.held, "before")
        _copy(self.held, aside)
        flush(aside)
        flush(aside.parent)
        return [f"the new database holds less than the one before, which is kept as {aside.name}; not in it:", *less]

    def _carry(self, store: Store) -> sqlite3.DatabaseError | None:
        """What the new database takes over from the held one; the error, where that cannot be read."""
        try:
            check(self.held)
            carry_ids(self.held, store)
        except sqlite3.DatabaseError as error:
            if not is_damage(error, UNUSABLE):
                raise
            return error
        return None

    def _put(self, damaged: sqlite3.DatabaseError | None, *, anew: bool) -> None:
        """The new database in the place of the held one; one that is damaged stays aside."""
        if self.check_lock is not None:
            self.check_lock()
        if damaged is None:
            try:
                _put_in_place(self.beside, self.held)
            except sqlite3.DatabaseError as error:
                if not (anew and is_damage(error, UNUSABLE)):
                    raise
                damaged = error
            else:
                return
        aside = replace_damaged(self.beside, self.held)
        print(f"remarks: {self.held} was damaged ({damaged}) and is kept as {aside.name}", file=sys.stderr)

    def check(self) -> int:
        with self._made(onto=None) as (store, replay):
            store.close()
            found = list(differences(self.held, self.beside))
        state = "the database differs from what the WARC files give" if found else "the database is what they give"
        told = [*replay.told, *_unread(replay), *found]
        self._tell(f"{self._done(replay)}; {state}", told)
        return run.DEGRADED if told else run.OK

    @contextmanager
    def _made(self, *, onto: Path | None) -> Iterator[tuple[Store, Replay]]:
        """The new database, made from nothing or onto a copy of the held one; its files are gone afterwards."""
        _remove(self.beside)
        anew = onto is not None and onto.exists()
        try:
            if anew:
                _copy(self.held, self.beside)
            with (
                Reader(self.limits) as reader,
                Store(
                    self.beside,
                    parser_version=parser_version(),
                    durable=False,
                    reread=read_again(self.warc, reader),
                ) as store,
            ):
                there = {path.name for path in self.files}
                replay = Replay(store, reader=reader, anew=anew, there=there)
                store.unguarded()
                if anew:
                    follow_names(store, self.warc, self.names)
                with nullcontext() if anew else store.made_anew():
                    self._replay(store, replay)
                yield store, replay
        finally:
            _remove(self.beside)

    def _replay(self, store: Store, replay: Replay) -> None:
        pieces = parts(self.files, version=store.parser_version)
        read = read_parts(pieces, workers=self.workers, limits=self.limits, pool=self.pool)
        with bar("{task.fields[at]} answers a second") as (begin, advance):
            begin(sum(piece.end - piece.start for piece in pieces))
            for piece, found in read:
                if piece.start == 0:
                    replay.begin_file()
                with store.together():
                    for event, reading in found:
                        replay.apply(event, reading)
                rate = replay.counts["captures"] / (time.monotonic() - self.begun)
                advance(piece.end - piece.start, at=f"{rate:.0f}")

    def _done(self, replay: Replay) -> str:
        counts, seconds = replay.counts, time.monotonic() - self.begun
        parts = [f"{counts[name]} {words}" for name, words in WORDS.items() if counts[name]]
        what = ", ".join(parts) or "nothing read otherwise"
        return f"{counts['captures']} answers in {len(self.files)} WARC files, {seconds:.0f} s: {what}"

    def _tell(self, line: str, told: list[str]) -> None:
        for words in told[:MOST_NAMED]:
            print(f"remarks: {one_line(words)}", file=sys.stderr)
        if len(told) > MOST_NAMED:
            print(f"remarks: and {len(told) - MOST_NAMED} more", file=sys.stderr)
        print(f"remarks: read again: {line}", flush=True)


def _missing(output: Path, *, check: bool) -> str | None:
    """What must be there and is not, in words."""
    if check and not (output / "remarks.db").exists():
        return f"{output / 'remarks.db'}: there is nothing to compare with"
    if not check and not files_in(output / run.WARC):
        return f"{output / run.WARC}: no WARC files"
    return None


def _unread(replay: Replay) -> list[str]:
    return [str(refusal) for _, refusal in replay.unread]


def _readers(opts: argparse.Namespace) -> AbstractContextManager[tuple[Executor | None, int]]:
    """Who reads, and how many: a cluster's workers, or processes of this machine."""
    return executor(opts.cluster) if opts.cluster else nullcontext((None, opts.workers))


WORDS: Final = {
    "new": "remarks",
    "text": "edits of text",
    "label": "of labels",
    "title": "of titles",
    "metadata": "of metadata",
    "unchanged": "pages seen again",
    "parser": "read otherwise by this version",
    "refused": "refused",
    "no longer read": "no longer read",
    "damaged": "damaged",
}


def _known_names(path: Path) -> set[str]:
    """The WARC files that a database knows; nothing where there is none, or none that can be read."""
    if not path.exists():
        return set()
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return {name for (name,) in db.execute("SELECT name FROM warc_files")}
    except sqlite3.DatabaseError:
        return set()


def _count(store: Store, table: str) -> int:
    return int(store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _put_in_place(made: Path, held: Path) -> None:
    """All of it or nothing: the copy is one transaction of the held database, whoever reads that meanwhile."""
    with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(held, timeout=60)) as target:
        target.execute("BEGIN IMMEDIATE")  # backup would wait for ever for another writer
        target.rollback()
        source.backup(target)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
