"""`scrapy roster`: checks the roster and lists what is missing; takes in a new edition of the register."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import Plain, options_only, say
from crawler.roster import Roster, RosterError, register
from crawler.roster.tables import read

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

UNCHECKED = "general"
# Offices change hands every few weeks: a roster in which nothing has for so long is not kept.
OLD = timedelta(days=183)


class Command(Plain, ScrapyCommand):
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
        if opts.register and not Path(opts.register).is_file():
            raise UsageError(f"--import {opts.register}: there is no such file", print_help=False)
        directory = Path(str(files("crawler.data").joinpath("roster")))
        try:
            if opts.register:
                say("\n".join(bring_in(Path(opts.register), directory)))
            self.exitcode = say("\n".join(report(Roster(*read(directory)), datetime.now(UTC).date())))
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


def report(roster: Roster, today: date) -> Iterator[str]:
    """What it holds, how old that is, and where somebody who knows could help."""
    yield f"roster: {len(roster.people)} people, {len(roster.offices)} offices, {len(roster.terms)} terms: sound"
    yield from _age(roster, today)
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


def _age(roster: Roster, today: date) -> Iterator[str]:
    """The latest change of an office that it knows; one of which only the year is known counts from its first day."""
    changes = [(term.start, term.start_text, "began", term) for term in roster.terms]
    changes += [
        (term.earliest_end, term.end_text or "", "ended", term)
        for term in roster.terms
        if term.earliest_end is not None and term.end_precision != "unknown"
    ]
    past = [change for change in changes if change[0] <= today]
    if not past:
        return
    day, text, what, term = max(past, key=lambda change: (change[0], change[3].person.id))
    age = (today - day).days
    yield f"  newest entry: {term.person.name} {what} as {term.office.name}, {text}: {age} days old"
    if age > OLD.days:
        yield f"  warning: more than {OLD.days} days; who took an office since {text} is not known"


def _kinds(kinds: Iterator[str]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in Counter(kinds).most_common(4))
