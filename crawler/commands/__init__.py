"""What a person types: `scrapy <command>`, one module each. Here is what several of them do alike."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from scrapy.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
        print(text, flush=True)
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
