"""`scrapy export --format FORMAT -o PATH`: the whole corpus, or a part of it, in a form that other programs read."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import Plain, check_folder, program, say
from crawler.exporters import corpus as releases
from crawler.exporters.corpus.choice import read_choice
from crawler.exporters.corpus.snapshot import CannotExport, Nothing, Snapshot

if TYPE_CHECKING:
    import argparse

OURS = {(), *((name,) for name in releases.OURS)}
"""First parts of paths in the output folder; the folder itself has none."""


class Command(Plain, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "--format FORMAT -o PATH [options]"

    def short_desc(self) -> str:
        return f"Export the record as {', '.join(releases.FORMATS)}"

    def long_desc(self) -> str:
        return (
            "Writes the newest revision of every remark, or of those selected. jsonl, csv and parquet make a file, tei "
            "and datapackage a folder; an earlier export is replaced only once the new one is complete. "
            "Exit status: 0 written, 1 failed or nothing selected, 2 wrong usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--format", metavar="FORMAT", help=", ".join(releases.FORMATS))
        parser.add_argument("-o", "--output", metavar="PATH", help="the file or folder to write")
        parser.add_argument("--since", metavar="DATE", help="only from this date on, as printed on the page")
        parser.add_argument("--until", metavar="DATE", help="only up to this date")
        parser.add_argument(
            "--host", action="append", default=[], metavar="HOST", help="only with an address on this host; repeatable"
        )
        parser.add_argument(
            "--type", action="append", default=[], metavar="LABEL", help="only of this type, as printed; repeatable"
        )
        parser.add_argument("--types", default="all", help="speech, all (default), or types separated by commas")
        parser.add_argument(
            "--person",
            action="append",
            default=[],
            metavar="NAME",
            help="only remarks in which this person speaks; repeatable",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        output = Path(self.settings["REMARKS_OUTPUT"])
        try:
            done = export(args, opts, output)
        except CannotExport as error:
            raise UsageError(str(error), print_help=False) from error
        except Nothing as error:
            print(f"export: {error}; nothing was written", file=sys.stderr)
            self.exitcode = 1
        except (OSError, sqlite3.Error, ValueError) as error:
            print(f"export: failed: {opts.output}: {error}; nothing was replaced", file=sys.stderr)
            self.exitcode = 1
        else:
            tell(done)


def tell(done: str) -> None:
    """Prints the line; that it cannot be printed makes no failure of a release that stands in its place."""
    if say(done):
        print(done, file=sys.stderr)


def export(args: list[str], opts: argparse.Namespace, output: Path) -> str:
    """Writes, and returns what was written, in a line."""
    if args:
        raise CannotExport(f"not understood: {args[0]!r}; name the place with -o PATH")
    if not opts.format or not opts.output:
        raise CannotExport(f"--format and -o are needed: {program()} export --format jsonl -o remarks.jsonl")
    if opts.format not in releases.FORMATS:
        raise CannotExport(f"--format {opts.format}: choose one of {', '.join(releases.FORMATS)}")
    if opts.output == "-":
        raise CannotExport("-o -: an export cannot go to standard output; name a file or folder")
    path = Path(opts.output)
    check_folder(path.parent)
    place = Path(os.path.realpath(path))  # a link leads to what would be replaced
    if place.is_relative_to(output.resolve()) and place.relative_to(output.resolve()).parts[:1] in OURS:
        raise CannotExport(f"{path} is the crawl's own; name another file or folder")
    choice = read_choice(
        since=opts.since, until=opts.until, hosts=opts.host, labels=opts.type, types=opts.types, people=opts.person
    )
    with Snapshot(output / "remarks.db") as snapshot:
        return releases.write(opts.format, snapshot, choice, path)
