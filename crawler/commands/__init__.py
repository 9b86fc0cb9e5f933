"""What a person types: `state-remarks COMMAND` or `scrapy COMMAND`, one module each.

Here is the first of the two, and what several commands do alike.
"""

from __future__ import annotations

import argparse
import difflib
import io
import logging
import os
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

from scrapy.exceptions import UsageError
from scrapy.settings import default_settings

import crawler
from crawler import settings as our_settings
from crawler.controls import one_line, printable
from crawler.runs import arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy.commands import ScrapyCommand

    Base = ScrapyCommand
else:
    Base = object  # Scrapy takes every subclass of ScrapyCommand in this package for a command

PROGRAM: Final = "state-remarks"
#: In the order in which a newcomer needs them.
COMMANDS: Final = ("demo", "probe", "crawl", "status", "browse", "read", "export", "reparse", "roster", "worker")


def main() -> None:
    """`state-remarks COMMAND`: Scrapy's command of that name with this project's settings, in any folder.

    SCRAPY_SETTINGS_MODULE names other settings. A scrapy.cfg in the folder is not asked: it may be of another project.
    """
    words = sys.argv[1:]
    if not words or words[0] in ("-h", "--help", "help"):
        sys.exit(say(usage()))
    if words[0] == "--version":
        sys.exit(say(f"{PROGRAM} {crawler.__version__}"))
    if words[0].startswith("-"):
        wrong(f"the command comes first: {PROGRAM} COMMAND [options]; {PROGRAM} --help lists the commands")
    if words[0] not in COMMANDS:
        near = difflib.get_close_matches(words[0], COMMANDS, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(COMMANDS)}"
        wrong(f"there is no command {words[0]!r}; {hint}")
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", our_settings.__name__)
    from scrapy.cmdline import execute

    try:
        execute([PROGRAM, *words])
    except KeyboardInterrupt:
        print("remarks: stopped", file=sys.stderr)
        sys.exit(130)


def usage() -> str:
    commands = {name: import_module(f"{__name__}.{name}").Command() for name in COMMANDS}
    return "\n".join(
        [
            f"{PROGRAM} COMMAND [options]",
            "",
            "What the U.S. State Department says in public, as a record to search, cite and trust.",
            "",
            *(f"  {name:<8} {command.short_desc()}" for name, command in commands.items()),
            "",
            f"The record is kept in output/, in the current folder. {PROGRAM} COMMAND --help tells more.",
        ]
    )


def program() -> str:
    """The name under which this process was started, for what it tells a person to type."""
    return PROGRAM if Path(sys.argv[0]).stem == PROGRAM else "scrapy"


def wrong(words: str) -> NoReturn:
    """Wrong usage: one line, exit status 2."""
    print(f"remarks: {one_line(' '.join(words.split()))}", file=sys.stderr)
    sys.exit(2)


class Plain(Base):
    """Says what is wrong with a command line in one line, and before anything is done."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.error = lambda message: wrong(message.removeprefix("argument "))  # type: ignore[method-assign]
        if parser.usage and program() == PROGRAM:
            parser.usage = parser.usage.replace("scrapy", PROGRAM, 1)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if unknown := [word for word in args if word.startswith("-") and word != "-"]:
            raise UsageError(f"not understood: {' '.join(unknown)}", print_help=False)
        try:
            for given in opts.set:
                _check_given(*given.partition("=")[::2])
            super().process_options(args, opts)
            if path := self.settings["LOG_FILE"]:
                Path(path).open("a").close()
            arguments.check_settings(self.settings)
        except OSError as error:
            raise UsageError(plainly(error), print_help=False) from error
        except arguments.UsageError as error:
            raise UsageError(str(error), print_help=False) from error
        level = self.settings["LOG_LEVEL"]
        if not isinstance(level, int) and level not in logging.getLevelNamesMapping():
            raise UsageError(f"log level {level}: there are DEBUG, INFO, WARNING, ERROR, CRITICAL", print_help=False)


def plainly(error: OSError) -> str:
    """`[Errno 2] No such file or directory: 'x'` as a person would say it."""
    return f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)


def check_folder(path: Path, *, writable: bool = True) -> None:
    """Raises UsageError for what cannot be a folder to write into. It need not be there yet."""
    there = next(folder for folder in (path, *path.absolute().parents) if os.path.lexists(folder))
    if not there.is_dir():
        raise UsageError(f"{path}: {there} is not a folder", print_help=False)
    if writable and not os.access(there, os.W_OK | os.X_OK):
        raise UsageError(f"{path}: {there} cannot be written to", print_help=False)


def _check_given(name: str, value: str) -> None:
    """Raises UsageError for a setting that nobody knows and that nearly has a known name; plugins have others."""
    if name in vars(default_settings):
        arguments.check_value(name, value, vars(default_settings)[name])
    known = {*vars(default_settings), *vars(our_settings)}
    if name not in known and (near := difflib.get_close_matches(name, known, 1, 0.85)):
        raise UsageError(f"unknown setting {name}; did you mean {near[0]}?", print_help=False)


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """For an option's `type`."""

    def read(text: str) -> int:
        if text.strip().isdecimal() and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from {least} to {most}")

    return read


class Advance(Protocol):
    """Tells a bar of so much that is done, and what it shows beside that."""

    def __call__(self, done: int, /, *, at: str) -> None: ...


@contextmanager
def bar(words: str) -> Iterator[tuple[Callable[[int], None], Advance]]:
    """A bar with the time left on standard error, if that is a terminal; what sets its total, and what moves it.

    words: what stands beside it; {task.fields[at]} is what it was told last.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (BarColumn(), TaskProgressColumn(), TextColumn(words), TimeElapsedColumn(), TextColumn("left"))
    console = Console(stderr=True)
    with Progress(*columns, Remaining(), console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=None, at="")
        yield (
            lambda total: progress.update(task, total=total),
            lambda done, *, at: progress.update(task, advance=done, at=at),
        )


def options_only(args: list[str]) -> None:
    """Raises UsageError for a word that is no option of the command; Scrapy passes unknown options on, too."""
    if args:
        raise UsageError(f"not understood: {' '.join(args)}", print_help=False)


def say(text: str) -> int:
    """Prints to standard output; the exit status.

    A reader that has seen enough (`| head`) is no failure; a full disk behind `>` is one. What the output's encoding
    does not have is printed as its escape.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print(printable(text), flush=True)
    except BrokenPipeError:
        _silence()
    except OSError as error:
        _silence()
        print(f"standard output: {error}", file=sys.stderr)
        return 1
    return 0


def _silence() -> None:
    """What is still to be flushed at the end of the process goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
