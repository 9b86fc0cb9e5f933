"""Step 4: dates printed in another language than English. Pure.

Babel knows the names of the months in every language that State puts out (some ten of them), so that none is kept here;
it belongs to the Pallets project, and is loaded only for a page that is not in English.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = re.compile(r"\d+")
# the "noviembre" of "3 de noviembre de 2023"
WORD = re.compile(r"[^\W\d_]+")


def find_foreign_date(printed: str, language: str) -> date:
    """The day of "3 de noviembre de 2023" or "3 ноября 2023 г."; raises ValueError for what is no such date."""
    numbers = [int(number) for number in NUMBER.findall(printed)]
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
