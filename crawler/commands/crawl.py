"""`scrapy crawl remarks`: Scrapy's own command with a lock, an account and an exit status that cron can trust.

0 up to date, 1 failed, 2 wrong usage, 3 degraded, 4 another run holds the lock. On success one line is printed.
"""

from __future__ import annotations

import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import scrapy
from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError

import crawler
from crawler.commands import PROGRAM, Plain, check_folder, program
from crawler.controls import one_line
from crawler.distributed.switch import reach, switch_on
from crawler.exporters.sqlite.people_file import PeopleFileError
from crawler.exporters.sqlite.schema import NewerSchema
from crawler.fetch.middlewares import archive_of
from crawler.rebuild.damaged import explained
from crawler.rebuild.reader import Limits, Reader
from crawler.runs import arguments, run
from crawler.runs import report as reporting
from crawler.runs.lock import Held, lock
from crawler.runs.ping import ping
from crawler.runs.run import Run
from crawler.runs.version import parser_version
from crawler.spiders.warcs import PREFIX, files_of

if TYPE_CHECKING:
    import argparse

    from scrapy.settings import Settings

    from crawler.runs.lock import Lock

# So many refusals are named on standard error; all of them stand in the run's report.
MOST_NAMED = 20


class Command(Plain, CrawlCommand):
    def syntax(self) -> str:
        return "[options]" if program() == PROGRAM else "[options] remarks"

    def short_desc(self) -> str:
        return "Bring the record up to date from State's hosts"

    def long_desc(self) -> str:
        return (
            "Brings the output up to date from State's hosts. Arguments (-a NAME=VALUE): hosts, since, until, types, "
            "source. Exit status: 0 up to date, 1 failed, 2 wrong usage, 3 degraded, 4 another run holds the lock."
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if stray := [word for word in args if "=" in word]:
            raise UsageError(f"not understood: {stray[0]}; arguments have -a before them: -a {stray[0]}")
        if is_other(args):
            return
        if len(args) > 1:
            raise UsageError(f"one spider, not {len(args)}: {' '.join(args)}")
        try:
            asked = arguments.read_arguments(opts.spargs)
            check_files(asked.source)
        except arguments.UsageError as error:
            raise UsageError(str(error)) from error
        # Washington's day is nowhere more than one behind
        if asked.since and asked.since > datetime.now(UTC).date() + timedelta(days=1):
            raise UsageError(f"since={asked.since} has not come yet")
        assert self.settings is not None
        # one that cannot be written to fails the run, and whoever watches its ping hears of it
        check_folder(Path(self.settings["REMARKS_OUTPUT"]), writable=False)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if is_other(args):
            self.other(args, opts)
            return
        asked = arguments.read_arguments(opts.spargs)
        assert self.settings is not None
        try:
            if self.settings["REMARKS_REDIS_URL"]:
                switch_on(self.settings)
        except arguments.UsageError as error:
            raise UsageError(str(error)) from error
        output = Path(self.settings["REMARKS_OUTPUT"])
        name_ourselves(self.settings)
        self.exitcode, text = self.attempt(output, asked, opts)
        address = self.settings["REMARKS_PING_URL"]
        if address and self.exitcode != run.LOCKED and (trouble := ping(address, text, ok=self.exitcode == run.OK)):
            print(f"remarks: {trouble}", file=sys.stderr)

    def other(self, args: list[str], opts: argparse.Namespace) -> None:
        """Another spider than ours, if somebody has added one."""
        assert self.crawler_process is not None
        if args[0] not in self.crawler_process.spider_loader.list():
            raise UsageError(f"there is no spider {args[0]!r}; the one that is there is remarks")
        super().run(args, opts)

    def attempt(self, output: Path, asked: arguments.Arguments, opts: argparse.Namespace) -> tuple[int, str]:
        """Exit status, and what was told."""
        try:
            assert self.settings is not None
            with lock(output) as held, Reader(Limits.of(self.settings)) as reader:
                account = self.crawl(output, asked, opts, held, reader)
        except Held as held:
            status, text = run.LOCKED, f"remarks: {held}"
        except PeopleFileError as error:
            status, text = run.USAGE, f"remarks: {output}/{error}"
        except (OSError, sqlite3.Error, NewerSchema) as error:
            status, text = run.FAILED, f"remarks: failed: {output}: {explained(error)}"
        else:
            return tell(account)
        print(text, file=sys.stderr)
        return status, text

    def crawl(
        self, output: Path, asked: arguments.Arguments, opts: argparse.Namespace, held: Lock, reader: Reader
    ) -> Run:
        versions = {
            "state-remarks": crawler.__version__,
            "scrapy": scrapy.__version__,
            "sqlite": sqlite3.sqlite_version,
        }
        assert self.crawler_process is not None
        assert self.settings is not None
        if self.settings["REMARKS_REDIS_URL"]:
            reach(self.settings)
        reader.start()  # is ready when the first robots.txt comes
        account = Run.open(
            output,
            asked,
            versions,
            parser_version(),
            archive=archive_of(self.settings),
            reader=reader,
            wait_seconds=self.settings.getfloat("REMARKS_DATABASE_WAIT_SECONDS"),
            gone_after_hours=self.settings.getfloat("REMARKS_GONE_AFTER_HOURS"),
            held=held,
        )
        crawl = self.crawler_process.create_crawler("remarks")
        run.attach(crawl, account)
        self.crawler_process.crawl(crawl, **opts.spargs)
        self.crawler_process.start()
        if self.crawler_process.bootstrap_failed:
            account.fault("Scrapy could not start the crawl")
        elif not account.told:
            account.fault("the crawl was cut short")
        try:
            account.close()
        except (OSError, sqlite3.Error) as error:
            account.fault(f"the run's account cannot be written: {explained(error)}")
        return account


def is_other(args: list[str]) -> bool:
    """Whether another spider than ours is named; ours need not be."""
    return bool(args) and args[0] != "remarks"


def check_files(source: str) -> None:
    """Raises UsageError for a pattern that names no file."""
    if source.startswith(PREFIX) and not files_of(source):
        raise arguments.UsageError(f"source={source}: there is no such file")


def tell(account: Run) -> tuple[int, str]:
    """Prints the summary, and what went wrong on standard error; returns the exit status and all that was printed."""
    troubles = account.faults + account.refusals + [str(drift) for drift in account.drift]
    lines = [f"remarks: {one_line(line)}" for line in troubles[:MOST_NAMED]]
    if len(troubles) > MOST_NAMED:
        lines.append(f"remarks: and {len(troubles) - MOST_NAMED} more, in {account.output / 'runs'}")
    for line in lines:
        print(line, file=sys.stderr)
    summary = reporting.summary(account)
    try:
        print(summary, flush=True)
    except OSError as error:
        # the interpreter would try once more at its end
        sys.stdout = None
        print(f"remarks: the run is stored, but its summary cannot be printed: {error}", file=sys.stderr)
    return run.EXIT_OF[account.verdict], "\n".join([summary, *lines])


def name_ourselves(settings: Settings) -> None:
    """The User-Agent with the contact; whoever set USER_AGENT or gives one on the command line keeps it."""
    contact = settings["REMARKS_CONTACT"] or "no contact given"
    settings.set("USER_AGENT", settings["REMARKS_USER_AGENT"].format(contact=contact), priority="project")
