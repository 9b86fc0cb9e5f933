"""Which remarks go into a release."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process, utils

from crawler.exporters.corpus.snapshot import CannotExport
from crawler.web.types import ALL, unknown_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.exporters.corpus.snapshot import Snapshot

PERSON = """
SELECT id FROM people WHERE id = :asked OR lower(name) = lower(:asked)
    OR EXISTS (SELECT 1 FROM json_each(other_names) WHERE lower(value) = lower(:asked))
    OR id = (SELECT new_id FROM former_ids WHERE kind = 'people' AND old_id = :asked)
"""
SPEAKERS = "SELECT name FROM people WHERE id IN (SELECT person_id FROM utterances)"
SPEAKS = """EXISTS (SELECT 1 FROM utterances u
    WHERE u.remark_id = r.id AND u.person_id IN (SELECT value FROM json_each(?)))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Conditions that all hold; of several hosts, types or people any one does. False where it takes everything."""

    since: str | None = None
    """First date, as printed on the page, ISO."""
    until: str | None = None
    """Last date."""
    hosts: tuple[str, ...] = ()
    """Of the canonical address."""
    labels: tuple[str, ...] = ()
    """Types exactly as printed, but for case."""
    types: str = ALL
    """As the crawl's argument: speech, all, or labels parted by commas."""
    people: tuple[str, ...] = ()
    """Ids or names; the remarks in which they speak, whole."""

    def __bool__(self) -> bool:
        return self != Choice()

    def condition(self, snapshot: Snapshot) -> tuple[str, list[Any]]:
        """Of a row r of remarks, in SQL, and its values."""
        parts = [
            ("r.date >= ?", self.since),
            ("r.date <= ?", self.until),
            ("r.host IN (SELECT value FROM json_each(?))", _list(self._known(snapshot, "host", self.hosts))),
            ("r.type IN (SELECT value FROM json_each(?))", _list(self._known(snapshot, "type", self.labels))),
            ("wanted(r.type, ?)", None if self.types == ALL else self.types),
            (SPEAKS, _list(self._people(snapshot))),
        ]
        held = [(sql, value) for sql, value in parts if value is not None]
        return " AND ".join(sql for sql, _ in held) or "1", [value for _, value in held]

    def _known(self, snapshot: Snapshot, column: str, asked: Sequence[str]) -> list[str]:
        """The values of a column of remarks that are asked for."""
        held = [row[0] for row in snapshot.rows(f"SELECT DISTINCT {column} FROM remarks WHERE {column} IS NOT NULL")]  # noqa: S608
        found = []
        for name in asked:
            same = [value for value in held if value.casefold() == name.casefold()]
            if not same:
                raise CannotExport(f"--{column} {name}: the database holds none; {_likely(name, held)}")
            found += same
        return found

    def _people(self, snapshot: Snapshot) -> list[str]:
        found = []
        for name in self.people:
            ids = [row["id"] for row in snapshot.rows(PERSON, {"asked": name})]  # type: ignore[arg-type]
            if not ids:
                names = [row["name"] for row in snapshot.rows(SPEAKERS)]
                raise CannotExport(f"--person {name}: the database knows nobody of that name; {_likely(name, names)}")
            found += ids
        return found


def read_choice(
    *,
    since: str | None = None,
    until: str | None = None,
    hosts: Iterable[str] = (),
    labels: Iterable[str] = (),
    types: str = ALL,
    people: Iterable[str] = (),
) -> Choice:
    """As typed; raises CannotExport."""
    choice = Choice(
        since=_day("--since", since),
        until=_day("--until", until),
        hosts=tuple(host for given in hosts for host in given.split(",") if host and host != ALL),
        labels=tuple(labels),
        types=types.casefold() if types.casefold() == ALL else types,
        people=tuple(people),
    )
    if choice.since and choice.until and choice.until < choice.since:
        raise CannotExport(f"--until {choice.until} lies before --since {choice.since}")
    try:
        unknown = unknown_labels(choice.types)
    except ValueError as error:
        raise CannotExport(f"--types {types!r}: {error}") from None
    if unknown:
        raise CannotExport(f"--types {types}: no such type: {', '.join(unknown)}; --type takes any label")
    return choice


def _day(name: str, value: str | None) -> str | None:
    if value is None or value == ALL:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise CannotExport(f"{name} {value} is not a date like 2022-05-01") from None


def _list(values: Sequence[str]) -> str | None:
    return json.dumps(values) if values else None


def _likely(name: str, held: Sequence[str]) -> str:
    """The nearest of what is held; a part of a name ("Fields") finds the whole ("Ada Field")."""
    found = process.extract(name, sorted(held), scorer=fuzz.WRatio, processor=utils.default_process, limit=5)
    near = [value for value, *_ in found]
    return f"the nearest are {', '.join(near)}" if near else "there is none at all"
