"""What a person types: `scrapy <command>`, one module each. Here is what several of them do alike."""

from __future__ import annotations

import io
import os
import sys

from scrapy.exceptions import UsageError

from crawler.controls import printable


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
