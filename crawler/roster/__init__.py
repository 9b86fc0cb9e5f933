"""Step 7: who held which office when, as data. Pure; reads the tables of crawler/data/roster once, when first asked.

    roster().terms_of_surname("ÇAVUŞOĞLU")      terms of everybody of that surname; case and accents do not count
    roster().holders("spokesperson", day)       everybody who may have held the office on that day
    roster().person_by_name("Antony Blinken")   people who bear that name, also under another spelling
    roster().offices_of(person, day)            the terms of one person that cover the day

model.py is what the rows mean, tables.py reads and checks them, register.py brings in the register of the Office of the
Historian. How to add a person or a term is told in crawler/data/roster/README.md; `scrapy roster` checks the files.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from crawler.roster.lookup import Roster
from crawler.roster.model import Office, Person, Precision, Term
from crawler.roster.names import fold
from crawler.roster.tables import RosterError, read

__all__ = ["Office", "Person", "Precision", "Roster", "RosterError", "Term", "fold", "roster"]


@cache
def roster() -> Roster:
    """The roster of this program; raises RosterError, naming file and line, for a row that cannot be right."""
    return Roster(*read(files("crawler.data").joinpath("roster")))
