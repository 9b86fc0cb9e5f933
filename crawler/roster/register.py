"""The register of the Office of the Historian as tables of the roster. Pure but for the files that it is given.

The register (Principal Officers and Chiefs of Mission, in the public domain) comes as one CSV file, a term a line:
person_id, surname, forename, generation, office, territory, office_id, appointed, started, ended, birth_year. A chief
of mission has a territory in one word. It writes no end both for who still serves and for whose end nobody noted, so
an open end becomes "?" here. Left out, and counted by reason: terms without any beginning (nominated, never appointed),
offices that offices.csv does not name in its column `register`, and a term that lies within one of the same person.

Where two holders overlap by some weeks (a successor was appointed, or arrived, before the other's last day on the
books), the one who was only appointed begins on the other's last day, else the other ends on the successor's first;
such a term has the source "derived" too. A longer overlap is an error of the register: terms.csv must settle it.

Ids of people are minted here, once: a later edition finds them again by the Historian's own id.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from crawler.roster.model import first_and_last
from crawler.roster.names import PARTICLES, fold
from crawler.roster.tables import LONGEST_YEARS, OFFICES, PEOPLE, TERMS, UNKNOWN, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Set
    from pathlib import Path

Line = dict[str, str]
COUNTRIES = ("territory", "country", "in_title")
AD_INTERIM = frozenset({"charge-daffaires-ad-interim", "secretary-ad-interim", "acting-principal-officer"})
SOURCE = "historian"
FIRST_YEAR = 1993
# "3rd" in the register
GENERATIONS = {"2nd": "II", "3rd": "III", "4th": "IV"}
LONGEST_OVERLAP = timedelta(days=92)
# Their labels say so; all others are ambassadors or ministers at the head of a mission.
CHARGES = ("charge-daffaires", "principal-officer", "acting-principal-officer")


COLUMNS = frozenset(
    {"person_id", "surname", "forename", "generation", "territory", "office_id", "appointed", "started", "ended"}
    | {"birth_year"}
)


class BadRegister(ValueError):
    """The file is not the register; the message names the line."""


class Tables(NamedTuple):
    """The lines of register_people.csv, register_offices.csv and register_terms.csv; what was left out, by reason."""

    people: list[Line]
    offices: list[Line]
    terms: list[Line]
    left_out: Counter[str]


def convert(register: Iterable[Line], directory: Path) -> Tables:
    """The register's lines as tables, with the ids that the roster in that directory has given already.

    Raises BadRegister.
    """
    register = [_checked(number, line) for number, line in enumerate(register, 2)]
    if not register:
        raise BadRegister("there is no line in it")
    own = list(rows(directory, "offices.csv", OFFICES))
    named = {name: row.cells["id"] for row in own for name in row.list("register")}
    countries = {row.cells["territory"]: row.cells for row in rows(directory, "countries.csv", COUNTRIES)}
    ids = _Ids(directory)
    people: dict[str, Line] = {}
    offices: dict[str, Line] = {}
    terms: list[Line] = []
    left_out: Counter[str] = Counter()
    for line in sorted(register, key=lambda line: (line["person_id"], line["started"] or line["appointed"])):
        if not (start := line["started"] or line["appointed"]):
            left_out["no beginning"] += 1
            continue
        if int((line["ended"] or start)[:4]) + (0 if line["ended"] else LONGEST_YEARS) < FIRST_YEAR:
            left_out[f"over before {FIRST_YEAR}"] += 1
            continue
        office = named.get(line["office_id"])
        if office is None and line["territory"] and " " not in line["territory"]:
            mission = _mission(line["office_id"], line["territory"], countries.get(line["territory"]))
            office = offices.setdefault(mission["id"], mission)["id"]
        if office is None:
            left_out[f"office {line['office_id']}"] += 1
            continue
        person = people.setdefault(line["person_id"], _person(line, ids.of(line)))["id"]
        acting = "yes" if line["office_id"] in AD_INTERIM else "no"
        cells = (person, office, start, line["ended"] or UNKNOWN, acting, SOURCE)
        terms.append(dict(zip(TERMS, cells, strict=True)) | {"only_appointed": "" if line["started"] else "yes"})
    all_offices = [*(row.cells for row in own), *offices.values()]
    shared = {cells["id"] for cells in all_offices if cells["single_holder"] == "no"}
    kept = _settle(terms, shared, left_out)
    return Tables(_sorted(people), _sorted(offices), kept, left_out)


def _checked(number: int, line: Line) -> Line:
    """The line; `number` counts terms, the head being 1."""
    if missing := sorted(name for name in COLUMNS if line.get(name) is None):
        raise BadRegister(f"term {number}: the register has no {', '.join(missing)}")
    for column in ("appointed", "started", "ended"):
        if line[column]:
            try:
                first_and_last(line[column])
            except ValueError as error:
                raise BadRegister(f"term {number}: {column}: {error}") from None
    return line


def _settle(terms: list[Line], shared: Set[str], left_out: Counter[str]) -> list[Line]:
    """The terms without doubles and, but for offices that several share, without short overlaps; by person."""
    kept: list[Line] = []
    last: dict[tuple[str, str], Line] = {}
    for term in sorted(terms, key=lambda term: (term["office"], term["start"], term["end"] == UNKNOWN)):
        key = (term["office"], term["person"] if term["office"] in shared else "")
        before = last.get(key)
        if before is not None and before["person"] == term["person"] and _overlap(before, term) is not None:
            left_out["within a term of the same person"] += 1
            continue
        overlap = before and _overlap(before, term)
        if before and overlap and overlap <= LONGEST_OVERLAP:
            late, early = (term, before) if term["only_appointed"] else (before, term)
            column, other = ("start", "end") if late is term else ("end", "start")
            late[column], late["source"] = early[other], f"{SOURCE};derived"
        kept.append(term)
        last[key] = term
    return sorted(({name: term[name] for name in TERMS} for term in kept), key=lambda term: tuple(term.values()))


def _overlap(before: Line, after: Line) -> timedelta | None:
    """How long the earlier of two terms surely lasts into the later; None where it does not, or no end is noted."""
    if before["end"] == UNKNOWN:
        return None
    first, _, _ = first_and_last(before["end"])
    _, begun, _ = first_and_last(after["start"])
    return first - begun if first > begun else None


def write(tables: Tables, directory: Path) -> None:
    for name, columns, lines in (
        ("people", PEOPLE, tables.people),
        ("offices", OFFICES, tables.offices),
        ("terms", TERMS, tables.terms),
    ):
        with (directory / f"register_{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)


def _sorted(lines: Mapping[str, Line]) -> list[Line]:
    return sorted(lines.values(), key=lambda line: line["id"])


class _Ids:
    """The ids of people, by the Historian's."""

    def __init__(self, directory: Path) -> None:
        tables = ("register_people.csv", "people.csv")
        held = [row.cells for table in tables for row in rows(directory, table, PEOPLE)]
        self._known = {cells["historian"]: cells["id"] for cells in held if cells["historian"]}
        self._taken = {cells["id"] for cells in held}

    def of(self, line: Line) -> str:
        historian = line["person_id"]
        if historian not in self._known:
            id_, number = plain = fold(_name(line)).replace(" ", "-"), 1
            while id_ in self._taken:
                number += 1
                id_ = f"{plain[0]}-{number}"
            self._known[historian] = id_
            self._taken.add(id_)
        return self._known[historian]


def _person(line: Line, id_: str) -> Line:
    called, whole = _forenames(line["forename"])
    other = f"{whole} {line['surname']}" if whole != called else ""
    values = (id_, _name(line), ";".join(_surnames(line["surname"])), other, line["birth_year"], line["person_id"], "")
    return dict(zip(PEOPLE, (*values, SOURCE), strict=True))


def _name(line: Line) -> str:
    generation = GENERATIONS.get(line["generation"], line["generation"])
    return " ".join(filter(None, (_forenames(line["forename"])[0], line["surname"], generation)))


def _forenames(forename: str) -> tuple[str, str]:
    """What somebody is called, and in full: "Strobe (Nelson Strobridge)", but "Mary (Molly) Millonzi"."""
    before, bracket, rest = forename.partition("(")
    if not bracket:
        return forename, forename
    inner, _, after = rest.partition(")")
    return " ".join(f"{before} {after}".split()), " ".join(f"{inner} {after}".split())


def _surnames(surname: str) -> Iterator[str]:
    """As labels may print it: "Holsman Fore" also as "Fore", "De Sutter" also as "DeSutter"."""
    yield surname
    words = surname.split()
    if len(words) > 1:
        yield "".join(words) if words[0].lower() in PARTICLES else words[-1]


def _mission(office: str, territory: str, country: Mapping[str, str] | None) -> Line:
    """The office of a chief of mission, or of whoever stands in for one."""
    name = country["country"] if country else territory.replace("-", " ").title()
    in_title = (country and country["in_title"]) or name
    if office.startswith(CHARGES):
        values = (
            f"charge-in-{territory}",
            f"Chargé d’Affaires in {in_title}",
            "charge",
            "no",
            "CHARGE D’AFFAIRES;CHARGE",
        )
    else:
        values = (f"ambassador-to-{territory}", f"Ambassador to {in_title}", "chief_of_mission", "yes", "AMBASSADOR")
    id_, title, kind, single, labels = values
    return dict(zip(OFFICES, (id_, title, "Department of State", name, kind, single, labels, "", SOURCE), strict=True))
