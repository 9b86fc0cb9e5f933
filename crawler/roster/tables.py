"""Step 7: the roster's tables, read and checked. Pure, given a directory.

people.csv, offices.csv and terms.csv are kept by hand. register_people.csv, register_offices.csv and
register_terms.csv hold what register.py takes from the register of the Office of the Historian; they are made anew with
each edition, so nobody writes into them. others.csv has those of other governments, and who hosts and chairs. What is
kept by hand goes before: a person or office of the same id replaces the register's, and a term replaces the
register's terms of that person in that office which it touches.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from crawler.roster import others
from crawler.roster.model import Office, Person, Precision, Term, first_and_last

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
    from importlib.resources.abc import Traversable

    from crawler.roster.lookup import Roster

T = TypeVar("T")

PEOPLE = ("id", "name", "surnames", "alternative_names", "born", "historian", "wikidata", "source")
OFFICES = ("id", "name", "organisation", "country", "kind", "single_holder", "label_words", "register", "source")
TERMS = ("person", "office", "start", "end", "acting", "source")
SOURCES = ("id", "name", "url", "licence", "note")
UNKNOWN = "?"
"""In the column `end`: it has ended, nobody noted when."""
# Of 2,000 terms of the register that have both days, 995 in 1,000 are shorter.
LONGEST_YEARS = 8
# Nobody became ambassador younger.
YOUNGEST = 20
# antony-j-blinken, ambassador-to-the-united-nations
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Q76
WIKIDATA = re.compile(r"Q[1-9][0-9]*")


class RosterError(ValueError):
    """A row that cannot be right; the message begins with file and line."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    file: str
    line: int
    cells: Mapping[str, str]

    def error(self, reason: str) -> RosterError:
        return RosterError(f"{self.file}:{self.line}: {reason}")

    def list(self, column: str) -> tuple[str, ...]:
        return tuple(filter(None, (part.strip() for part in self.cells[column].split(";"))))

    def needed(self, column: str) -> str:
        if not self.cells[column]:
            raise self.error(f"{column} is empty")
        return self.cells[column]

    def yes(self, column: str) -> bool:
        if self.cells[column] not in ("yes", "no"):
            raise self.error(f"{column} is {self.cells[column]!r}; write yes or no")
        return self.cells[column] == "yes"


def read(directory: Traversable) -> tuple[list[Person], list[Office], list[Term]]:
    """Raises RosterError."""
    sources = {row.needed("id") for row in rows(directory, "sources.csv", SOURCES)}
    people = _by_id(directory, "people.csv", PEOPLE, _person, sources)
    offices = _by_id(directory, "offices.csv", OFFICES, _office, sources)
    _unique_ids(people.values())
    own = [(row, _term(row, people, offices, sources)) for row in rows(directory, "terms.csv", TERMS)]
    held = defaultdict(list)
    for _, term in own:
        held[term.person.id, term.office.id].append(term)
    register = [
        (row, term)
        for row in rows(directory, "register_terms.csv", TERMS)
        if not _touches(term := _term(row, people, offices, sources), held[term.person.id, term.office.id])
    ]
    _others(directory, people, offices, own, sources)
    return [*people.values()], [*offices.values()], _settle([*own, *register])


def _others(
    directory: Traversable,
    people_of: dict[str, Person],
    offices: dict[str, Office],
    terms: list[tuple[Row, Term]],
    sources: Set[str],
) -> None:
    """Add those of others.csv."""
    lines = [*rows(directory, "others.csv", others.OTHERS)]
    kinds = others.kinds(rows(directory, "other_offices.csv", others.OTHER_OFFICES))
    bearers = others.people(lines, people_of.values())
    for row in lines:
        _source(row, sources)
        office, person = others.office(row, kinds), bearers[row.cells["name"]]
        if people_of.setdefault(person.id, person) is not person:
            raise row.error(f"the id {person.id} is another person's")
        cells = dict(row.cells) | {"person": person.id, "office": office.id, "acting": "no"}
        offices.setdefault(office.id, office)
        terms.append((row, _term(replace(row, cells=cells), people_of, offices, sources)))


def rows(directory: Traversable, name: str, columns: Sequence[str]) -> Iterator[Row]:
    """The lines of a table; none where there is no such file. Empty lines and lines that begin with # do not count."""
    file = directory.joinpath(name)
    if not file.is_file():
        return
    reader = csv.reader(file.read_text("utf-8").splitlines())
    lines = (cells for cells in reader if cells and not cells[0].startswith("#"))
    if next(lines, None) != list(columns):
        raise RosterError(f"{name}:{reader.line_num}: the first line is not {','.join(columns)}")
    for cells in lines:
        if len(cells) != len(columns):
            raise RosterError(f"{name}:{reader.line_num}: {len(cells)} cells where there are {len(columns)} columns")
        yield Row(name, reader.line_num, dict(zip(columns, map(str.strip, cells), strict=True)))


def _by_id(
    directory: Traversable, name: str, columns: Sequence[str], make: Callable[[Row, Set[str]], T], sources: Set[str]
) -> dict[str, T]:
    """The objects of the register's table and of the one kept by hand, which goes before."""
    found: dict[str, T] = {}
    for table in (f"register_{name}", name):
        seen: set[str] = set()
        for row in rows(directory, table, columns):
            id_ = row.needed("id")
            if not ID.fullmatch(id_):
                raise row.error(f"{id_!r} is no id; write small letters, digits and single hyphens")
            if id_ in seen:
                raise row.error(f"the id {id_} stands here for the second time")
            seen.add(id_)
            found[id_] = make(row, sources)
    return found


def _unique_ids(people: Iterable[Person]) -> None:
    """Raises RosterError where two people have one identifier or one name."""
    seen: dict[tuple[str, str], Person] = {}
    for person in people:
        for key in (*person.ids.items(), ("name", person.name)):
            if (other := seen.setdefault(key, person)) is not person:
                raise RosterError(f"people.csv:1: {other.id} and {person.id} have one {key[0]}, {key[1]}")


def _source(row: Row, sources: Set[str]) -> str:
    names = row.list("source")
    if not names:
        raise row.error("source is empty")
    for name in names:
        if name not in sources:
            raise row.error(f"sources.csv has no {name!r}")
    return "; ".join(names)


def _person(row: Row, sources: Set[str]) -> Person:
    born = row.cells["born"]
    if born and not (born.isdigit() and len(born) == 4):
        raise row.error(f"born is {born!r}; write the year")
    if row.cells["wikidata"] and not WIKIDATA.fullmatch(row.cells["wikidata"]):
        raise row.error(f"wikidata is {row.cells['wikidata']!r}; write Q and a number")
    surnames = row.list("surnames")
    if not surnames:
        raise row.error("surnames is empty")
    return Person(
        id=row.cells["id"],
        name=row.needed("name"),
        surnames=surnames,
        alternative_names=row.list("alternative_names"),
        born=int(born) if born else None,
        ids={scheme: row.cells[scheme] for scheme in ("historian", "wikidata") if row.cells[scheme]},
        source=_source(row, sources),
    )


def _office(row: Row, sources: Set[str]) -> Office:
    return Office(
        id=row.cells["id"],
        name=row.needed("name"),
        organisation=row.needed("organisation"),
        country=row.cells["country"] or None,
        kind=row.needed("kind"),
        single_holder=row.yes("single_holder"),
        label_words=row.list("label_words"),
        source=_source(row, sources),
    )


def _term(row: Row, people: Mapping[str, Person], offices: Mapping[str, Office], sources: Set[str]) -> Term:
    for column, known in (("person", people), ("office", offices)):
        if row.cells[column] not in known:
            raise row.error(f"there is no {column} {row.cells[column]!r}")
    person, office = people[row.cells["person"]], offices[row.cells["office"]]
    start, _, start_precision = _days(row, "start")
    end: date | None = None
    end_precision: Precision = "day"
    if row.cells["end"] == UNKNOWN:
        end, end_precision = _later(start), "unknown"
    elif row.cells["end"]:
        _, end, end_precision = _days(row, "end")
    if end is not None and end < start:
        raise row.error(f"the end, {end}, is before the start, {start}")
    if person.born is not None and start.year < person.born + YOUNGEST:
        raise row.error(f"{person.name}, born {person.born}, would have begun at {start.year - person.born}")
    acting, source = row.yes("acting"), _source(row, sources)
    return Term(person, office, start, end, acting, source, start_precision, end_precision)


def _days(row: Row, column: str) -> tuple[date, date, Precision]:
    try:
        return first_and_last(row.cells[column])
    except ValueError as error:
        raise row.error(f"{column}: {error}") from None


def _later(start: date) -> date:
    return date(start.year + LONGEST_YEARS, start.month, min(start.day, 28))


def _touches(term: Term, others: Iterable[Term]) -> bool:
    """Whether it shares a day with one of the others, as far as the days are known."""
    return any(
        (other.end is None or term.start <= other.end) and (term.end is None or other.start <= term.end)
        for other in others
    )


def _settle(terms: Sequence[tuple[Row, Term]]) -> list[Term]:
    """The terms; one of unknown end ends at the latest with the next holder's beginning. Raises for two at a time."""
    of_office = defaultdict(list)
    for at, (_, term) in enumerate(terms):
        if term.office.single_holder:
            of_office[term.office.id].append(at)
    settled = [term for _, term in terms]
    for places in of_office.values():
        places.sort(key=lambda at: (settled[at].start, settled[at].end or date.max))
        for at, following in pairwise(places):
            before, after = settled[at], settled[following]
            if before.end_precision == "unknown":
                settled[at] = before = replace(before, end=min(before.end or date.max, after.latest_start))
            if before.earliest_end is None or before.earliest_end > after.latest_start:
                raise terms[following][0].error(_overlap(before, after))
    return settled


def _overlap(before: Term, after: Term) -> str:
    return (
        f"{after.person.name} begins {after.start_text} as {after.office.name}, "
        f"which {before.person.name} held until {before.end_text or 'today'}"
    )


def describe(roster: Roster) -> str:
    """All that the roster says, as one text: two rosters that say the same give the same."""
    return "\n".join(
        [repr((p.id, p.name, p.alternative_names, p.born, dict(p.ids), p.source)) for p in roster.people.values()]
        + [repr((o.id, o.name, o.organisation, o.country, o.kind, o.source)) for o in roster.offices.values()]
        + [
            repr((t.person.id, t.office.id, t.start_text, t.end_text, t.end is None, t.acting, t.source))
            for t in roster.terms
        ]
    )
