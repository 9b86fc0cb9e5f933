"""Step 7: a person, an office, a term. Data only.

Where the day is not known, a term keeps how much is: `start` is then the first day on which it may have begun and
`end` the last on which it may have ended, so that nobody who held the office is ever left out, and `doubtful` tells
the days on which that is not certain.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

# Kinds of office that are not the United States'.
ELSEWHERE = frozenset(
    {"head_of_state", "head_of_government", "foreign_minister", "minister", "international", "mayor", "press"}
)
CONGRESS = "congress"

Precision = Literal["day", "month", "year", "unknown"]
# By length: what makes it the first day, and what is known.
PRECISIONS: dict[int, tuple[str, Precision]] = {4: ("-01-01", "year"), 7: ("-01", "month"), 10: ("", "day")}


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody who is known to have held an office. There is one object a person, so `is` compares."""

    id: str
    """Minted once, never derived again: "antony-j-blinken"."""
    name: str
    """As State prints it, in the order of speech: "Antony J. Blinken"."""
    surnames: tuple[str, ...]
    """As labels print them, in any case; "Van Hollen" is one. The first is the usual one."""
    alternative_names: tuple[str, ...]
    born: int | None
    """Year."""
    ids: Mapping[str, str]
    """Scheme (historian, wikidata) and identifier; only what is certain."""
    source: str
    """Names from sources.csv."""


@dataclass(frozen=True, slots=True, eq=False)
class Office:
    """A post. There is one object an office, so `is` compares."""

    id: str
    name: str
    """"Secretary of State"; of a chief of mission "Ambassador to Germany"."""
    organisation: str
    """The body that it belongs to: "Department of State", "White House"."""
    country: str | None
    """Where a chief of mission is sent; None for all others."""
    kind: str
    """secretary, deputy_secretary, assistant_secretary, spokesperson, chief_of_mission, president ..."""
    single_holder: bool
    """Whether only one person holds it at a time; two terms of such an office do not overlap."""
    label_words: tuple[str, ...]
    """What labels print before the holder's surname, in capitals without full stops: SECRETARY, MR, MS."""
    source: str

    @property
    def elsewhere(self) -> bool:
        """Whether it is of another government or body, or of the press."""
        return self.kind in ELSEWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """Somebody in an office, from the first day to the last, both of them included."""

    person: Person
    office: Office
    start: date
    """First day on which it may have begun."""
    end: date | None
    """Last day on which it may have lasted; None where no end is known of."""
    acting: bool
    source: str
    start_precision: Precision = "day"
    end_precision: Precision = "day"
    """unknown: it has ended, nobody noted when; `end` is then the last day that can be thought of."""

    def covers(self, day: date) -> bool:
        """Whether the person may have held the office on that day."""
        return self.start <= day and (self.end is None or day <= self.end)

    def doubtful(self, day: date) -> bool:
        """Whether the day lies where only month or year of a change is known, or no end."""
        ended = self.earliest_end
        return self.covers(day) and (day < self.latest_start or (ended is not None and day > ended))

    @property
    def latest_start(self) -> date:
        """Last day on which it may have begun."""
        return _last_of(self.start, self.start_precision)

    @property
    def earliest_end(self) -> date | None:
        """First day on which it may have ended; None where no end is known of."""
        if self.end is None:
            return None
        return self.start if self.end_precision == "unknown" else _first_of(self.end, self.end_precision)

    @property
    def start_text(self) -> str:
        """ISO, as much as is known: "2018", "2018-06" or "2018-06-01"."""
        return _text(self.start, self.start_precision)

    @property
    def end_text(self) -> str | None:
        """The same; None where no end is known."""
        return None if self.end is None or self.end_precision == "unknown" else _text(self.end, self.end_precision)


def first_and_last(text: str) -> tuple[date, date, Precision]:
    """First and last day of "2018", "2018-06" or "2018-06-01"; raises ValueError."""
    rest, precision = PRECISIONS.get(len(text), ("?", "unknown"))
    try:
        first = date.fromisoformat(text + rest)
    except ValueError:
        raise ValueError(f"{text!r} is no date; write 2018, 2018-06 or 2018-06-01") from None
    return first, _last_of(first, precision), precision


def _last_of(day: date, precision: Precision) -> date:
    if precision == "year":
        return date(day.year, 12, 31)
    return day.replace(day=monthrange(day.year, day.month)[1]) if precision == "month" else day


def _first_of(day: date, precision: Precision) -> date:
    if precision == "year":
        return date(day.year, 1, 1)
    return day.replace(day=1) if precision == "month" else day


def _text(day: date, precision: Precision) -> str:
    return day.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]
