"""`scrapy roster`: checks the roster and lists what is missing; takes in a new edition of the register."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands import options_only, say
from crawler.roster import Roster, RosterError, register
from crawler.roster.tables import read

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

UNCHECKED = "general"


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Check the roster of people and offices, and list what is missing"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--import", dest="register", metavar="FILE", help="first take in a new edition of the register (CSV)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options_only(args)
        directory = Path(str(files("crawler.data").joinpath("roster")))
        try:
            if opts.register:
                say("\n".join(bring_in(Path(opts.register), directory)))
            self.exitcode = say("\n".join(report(Roster(*read(directory)))))
        except (OSError, UnicodeDecodeError, register.BadRegister, RosterError) as error:
            print(f"roster: {error}", file=sys.stderr)
            self.exitcode = 1


def bring_in(file: Path, directory: Path) -> Iterator[str]:
    """Raises BadRegister before anything is written."""
    with file.open(encoding="utf-8", newline="") as lines:
        tables = register.convert(csv.DictReader(lines), directory)
    register.write(tables, directory)
    yield f"register: {len(tables.terms)} terms of {len(tables.people)} people"
    for reason, count in tables.left_out.most_common():
        yield f"  left out, {reason}: {count}"


def report(roster: Roster) -> Iterator[str]:
    """What it holds, and where somebody who knows could help."""
    yield f"roster: {len(roster.people)} people, {len(roster.offices)} offices, {len(roster.terms)} terms: sound"
    unknown = [term for term in roster.terms if term.end_precision == "unknown"]
    coarse = [term for term in roster.terms if "day" not in (term.start_precision, term.end_precision)]
    unchecked = [term for term in roster.terms if UNCHECKED in term.source.split("; ")]
    yield f"  ended on an unknown day: {len(unknown)}, in {_kinds(term.office.kind for term in unknown)}"
    yield f"  first and last day both unknown: {len(coarse)}"
    yield f"  not checked against a second source: {len(unchecked)}"
    held = {term.office.id for term in roster.terms}
    empty = [office.id for office in roster.offices.values() if office.id not in held]
    yield f"  offices without a term: {', '.join(empty) or 'none'}"
    idle = {person.id for person in roster.people.values()} - {term.person.id for term in roster.terms}
    yield f"  people without a term: {', '.join(sorted(idle)) or 'none'}"


def _kinds(kinds: Iterator[str]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in Counter(kinds).most_common(4))
