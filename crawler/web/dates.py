"""Printed dates -> ISO. A date that cannot be is a named refusal, never a guess."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names

from crawler.errors import TemplateBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.items import Capture

# ---- foreign dates ----
# Step 4: dates printed in another language than English. Pure.
#
# Babel knows the names of the months in every language that State puts out (some ten of them), so that none is kept
# here; it belongs to the Pallets project, and is loaded only for a page that is not in English.


NUMBER_FOREIGN_DATES = re.compile(r"\d+")
# the "noviembre" of "3 de noviembre de 2023"
WORD = re.compile(r"[^\W\d_]+")


def find_foreign_date(printed: str, language: str) -> date:
    """The day of "3 de noviembre de 2023" or "3 ноября 2023 г."; raises ValueError for what is no such date."""
    numbers = [int(number) for number in NUMBER_FOREIGN_DATES.findall(printed)]
    words = set(WORD.findall(printed.casefold()))
    months = {number for name, number in _months(language) if name in words}
    years = [number for number in numbers if number > 1900]
    days = [number for number in numbers if 1 <= number <= 31]
    if len(numbers) != 2 or len(months) != 1 or len(years) != 1 or len(days) != 1:
        raise ValueError(f"not a date in {language!r}: {printed!r}")
    return date(years[0], months.pop(), days[0])


@cache
def _months(language: str) -> tuple[tuple[str, int], ...]:
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return ()
    return tuple(_names(locale))


def _names(locale: Locale) -> Iterator[tuple[str, int]]:
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for number, name in get_month_names(width, context, locale).items():
                yield name.rstrip(".").casefold(), number


MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
NUMBER = {name[:3]: number for number, name in enumerate(MONTHS, start=1)} | {"sept": 9}
NUMBER |= {name: number for number, name in enumerate(MONTHS, start=1)}
# "November 3, 2023", "Sept. 4, 2025", "November 3 2023"
DAY = r"([A-Za-z]++)\.?\s++(\d{1,2})(?:\s*+,\s|\s)\s*+(\d{4})"
PRINTED = re.compile(rf"(?<![A-Za-z]){DAY}")
# "07/28/16", "12/7/1999", "2/8/00"
SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])")
# the "Tuesday, " of "Tuesday, October 13, 2015"
WEEKDAY = re.compile(r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s++", re.I)
# State's web starts in 1995; nothing is older.
FIRST_YEAR = 1995
# Pages are dated on the day they are put up, in Washington; nothing is dated far ahead of its capture.
AHEAD = timedelta(days=2)


def find_date(printed: str) -> date:
    """Raises ValueError where this is no "Month D, YYYY" or no day of the calendar."""
    match = PRINTED.fullmatch(WEEKDAY.sub("", printed.strip()))
    if not match or match[1].lower() not in NUMBER:
        raise ValueError(f"not a date: {printed!r}")
    return date(int(match[3]), NUMBER[match[1].lower()], int(match[2]))


def slashed_date(match: re.Match[str]) -> date:
    """The day of a match of SLASHED, month first; a short year is one of 1950 to 2049. Raises ValueError."""
    short = 0 if len(match[3]) == 4 else 1900 if match[3] >= "50" else 2000
    return date(int(match[3]) + short, int(match[1]), int(match[2]))


def worded(day: date) -> str:
    """As State prints it: "June 4, 1999"."""
    return f"{MONTHS[day.month - 1].title()} {day.day}, {day.year}"


def read_date(printed: str, capture: Capture, name: str, language: str | None = None) -> date:
    """The day; raises TemplateBroken for a date that cannot be. `language` is the page's, English or none the usual."""
    try:
        day = _find(printed, language)
    except (ValueError, OverflowError) as error:
        raise TemplateBroken(capture.url, f"{name}: date {printed!r} cannot be: {error}") from None
    latest = datetime.fromisoformat(capture.fetched_at).date() + AHEAD
    if day.year < FIRST_YEAR or day > latest:
        raise TemplateBroken(capture.url, f"{name}: date {printed!r} cannot be: fetched {capture.fetched_at}")
    return day


def _find(printed: str, language: str | None) -> date:
    try:
        return find_date(printed)
    except ValueError:
        if language is None or language.lower().startswith("en"):
            raise
        from crawler.web.dates import find_foreign_date

        return find_foreign_date(printed, language)
