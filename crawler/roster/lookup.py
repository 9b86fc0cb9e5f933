"""Step 7: the roster's questions and answers. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crawler.roster.names import fold, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from crawler.roster.model import Office, Person, Term


class Roster:
    """People, offices and terms, in the order of the files."""

    def __init__(self, people: Iterable[Person], offices: Iterable[Office], terms: Iterable[Term]) -> None:
        self.people: Mapping[str, Person] = {person.id: person for person in people}
        self.offices: Mapping[str, Office] = {office.id: office for office in offices}
        self.terms: tuple[Term, ...] = tuple(terms)
        self._of_surname: dict[str, list[Term]] = defaultdict(list)
        self._of_office: dict[str, list[Term]] = defaultdict(list)
        self._of_person: dict[str, list[Term]] = defaultdict(list)
        self._bearers: dict[tuple[str, ...], list[Person]] = defaultdict(list)
        for term in sorted(self.terms, key=lambda term: term.start):
            self._of_office[term.office.id].append(term)
            self._of_person[term.person.id].append(term)
            for surname in dict.fromkeys(map(fold, term.person.surnames)):
                self._of_surname[surname].append(term)
        for person in self.people.values():
            for key in _name_keys(person):
                self._bearers[key].append(person)

    def terms_of_surname(self, surname: str) -> tuple[Term, ...]:
        """The terms of all people of that surname, by start; "VAN HOLLEN" and "Çavuşoğlu" are found in any spelling."""
        return tuple(self._of_surname.get(fold(surname), ()))

    def bearers(self, surname: str) -> int:
        """How many people of that surname it knows: the fewer, the more a label's surname tells."""
        return len({term.person.id for term in self.terms_of_surname(surname)})

    def terms_of(self, person: Person) -> tuple[Term, ...]:
        """By start."""
        return tuple(self._of_person.get(person.id, ()))

    def holders(self, office_id: str, day: date) -> tuple[Term, ...]:
        """All terms of the office that may cover the day: both on a day of change. KeyError for no such office."""
        self.offices[office_id]
        return tuple(term for term in self._of_office.get(office_id, ()) if term.covers(day))

    def offices_of(self, person: Person, day: date) -> tuple[Term, ...]:
        """The person's terms that may cover the day."""
        return tuple(term for term in self.terms_of(person) if term.covers(day))

    def person_by_name(self, name: str) -> tuple[Person, ...]:
        """People who bear a full name; middle names may be left out, accents and case do not count.

        Whoever bears just that name comes alone; else all whose first and last word are those of the name.
        """
        words = words_of(name)
        if len(words) < 2:
            return ()
        whole = self._bearers.get(words, ())
        return tuple(whole or self._bearers.get((words[0], "", words[-1]), ()))


def _name_keys(person: Person) -> Iterable[tuple[str, ...]]:
    """All words of each of the person's names, and the first with the last (set apart by an empty middle)."""
    keys: dict[tuple[str, ...], None] = {}
    for name in (person.name, *person.alternative_names):
        words = words_of(name)
        if len(words) > 1:
            keys[words] = keys[words[0], "", words[-1]] = None
    return keys
