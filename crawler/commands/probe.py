"""`scrapy probe`: a short look at the real hosts, and what does not fit. Writes one file, a bundle for a bug report.

0 all is as expected, 3 something is not, 1 the probe itself failed, 2 wrong usage.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import Plain, bar, options_only, plainly, say
from crawler.commands.crawl import name_ourselves
from crawler.controls import one_line
from crawler.fetch.stop import FATAL
from crawler.probe.asking import DiscreetArchive, ProbeSpider, set_up
from crawler.probe.bundle import BadBundle, pack, read_bundle, read_warc
from crawler.probe.plan import MOST_REQUESTS, Visit, shares
from crawler.probe.report import as_text, report
from crawler.runs import arguments
from crawler.runs.run import DEGRADED, FAILED, OK, USAGE
from crawler.web.sites import SITES

if TYPE_CHECKING:
    import argparse


class ProbeFailed(Exception):
    """A fault of this program or machine, in words."""


class Command(Plain, ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Look at State's hosts for five minutes and say what is not as expected"

    def long_desc(self) -> str:
        return (
            f"Asks State's hosts for at most {MOST_REQUESTS} addresses (robots.txt, an index of each kind, the newest "
            "and oldest pages), prints what was expected and what came, and writes a bundle to attach to a bug report. "
            "Touches no output. Exit status: 0 all is as expected, 3 something is not, 1 failed, 2 wrong usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--hosts", help="hosts to ask, separated by commas (default: all)")
        parser.add_argument("--output", metavar="FILE", help="the bundle (default: remarks-probe-<time>.zip, here)")
        parser.add_argument("--bundle", metavar="FILE", help="read such a bundle again, without network")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options_only(args)
        if opts.bundle is not None:
            if opts.hosts is not None or opts.output is not None:
                raise UsageError("--bundle goes without --hosts and --output", print_help=False)
            self.exitcode = show(Path(opts.bundle))
            return
        assert self.settings is not None
        try:
            hosts = arguments.read_arguments({"hosts": "all" if opts.hosts is None else opts.hosts}).hosts
        except arguments.UsageError as error:
            raise UsageError(str(error), print_help=False) from error
        target = Path(opts.output or f"remarks-probe-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip")
        try:
            target.touch(exist_ok=False)  # now, and not when everything was asked
        except FileExistsError:
            raise UsageError(f"{target} is there already", print_help=False) from None
        except OSError as error:
            raise UsageError(plainly(error), print_help=False) from error
        try:
            self.exitcode = self.probe(hosts, target)
        except (OSError, ProbeFailed, BadBundle) as error:
            print(f"probe: failed: {one_line(str(error))}", file=sys.stderr)
            self.exitcode = FAILED
        finally:
            if target.exists() and not target.stat().st_size:
                target.unlink()

    def probe(self, hosts: tuple[str, ...], target: Path) -> int:
        """Raises OSError, ProbeFailed, BadBundle."""
        with TemporaryDirectory(prefix="remarks-probe-") as folder:
            warc = self.ask(hosts, Path(folder))
            bundle = read_warc(warc)
            found = report(bundle)
            text = as_text(bundle, found)
            pack(target, warc, text)
        status = DEGRADED if found.problems else OK
        print(f"probe: {target} holds all that came and this report; look at it before you attach it", file=sys.stderr)
        return say(text) or status

    def ask(self, hosts: tuple[str, ...], folder: Path) -> Path:
        """The WARC of all that came."""
        assert self.crawler_process is not None
        assert self.settings is not None
        name_ourselves(self.settings)
        set_up(self.settings)
        sites = [SITES[host] for host in hosts]
        share = shares(sites)
        archive = DiscreetArchive(
            folder,
            prefix="probe",
            software=f"state-remarks/{version('state-remarks')} Scrapy/{version('scrapy')}",
            robots="obey" if self.settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        )
        with archive, bar("requests") as (set_total, advance):
            set_total(sum(share.values()))
            crawl = self.crawler_process.create_crawler(ProbeSpider)
            visits = [Visit.of(site, share[site.host]) for site in sites]
            self.crawler_process.crawl(crawl, visits=visits, archive=archive, advance=lambda: advance(1, at=""))
            self.crawler_process.start()
            if self.crawler_process.bootstrap_failed:
                raise ProbeFailed("Scrapy could not start")
            if fatal := crawl.stats.get_value(FATAL):
                raise ProbeFailed(str(fatal))
            ended = crawl.stats.get_value("finish_reason") or "cut short"
            archive.note({"probe": {"hosts": list(hosts), "ended": str(ended)}})
        return folder / archive.files[0]


def show(path: Path) -> int:
    """What the reporter saw, read with the code of this version."""
    try:
        bundle = read_bundle(path)
    except (OSError, BadBundle) as error:
        words = error.strerror if isinstance(error, OSError) else str(error)
        print(f"probe: {path}: {one_line(str(words))}", file=sys.stderr)
        return USAGE
    found = report(bundle)
    return say(as_text(bundle, found)) or (DEGRADED if found.problems else OK)
