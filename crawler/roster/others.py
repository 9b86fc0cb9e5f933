"""Step 7: people without an office of the U.S. executive who speak on these pages, read and checked. Pure.

others.csv has a term a line: a foreign minister, a head of state, a Secretary General, a mayor, who chairs a committee
of Congress, who hosts a programme. Person and office are made of the line, so that a term is entered by writing one;
other_offices.csv tells what each kind of office is, and what labels print before its holder's name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from crawler.roster.model import Office, Person
from crawler.roster.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.roster.tables import Row

OTHERS = ("body", "office", "name", "surnames", "other_names", "start", "end", "source")
OTHER_OFFICES = ("office", "kind", "single_holder", "label_words")
# "Prime Minister of the Netherlands"
ARTICLE = re.compile(
    r"^(?:United|European|African|International|Palestinian|Organization|Netherlands|Philippines)|\bRepublic\b"
)
ANY = "*"
"""In other_offices.csv, after the words with which an office begins: "Host of *"."""


def kinds(rows: Iterable[Row]) -> Mapping[str, Row]:
    """Office, or how it begins and a star -> what it is."""
    return {row.needed("office"): row for row in rows}


def office(row: Row, known: Mapping[str, Row]) -> Office:
    """The office of a line: "Foreign Minister" of Denmark, "Host of Meet the Press". Raises RosterError."""
    printed, body = row.needed("office"), row.needed("body")
    begun = (row for name, row in known.items() if name.endswith(ANY) and printed.startswith(name.removesuffix(ANY)))
    kind = known.get(printed) or next(begun, None)
    if kind is None:
        raise row.error(f"other_offices.csv has no {printed!r}")
    name = printed if " of " in printed else f"{printed} of {'the ' * bool(ARTICLE.search(body))}{body}"
    return Office(
        id=_id(name if body in name else f"{name} {body}"),
        name=name,
        organisation=body,
        country=None,
        kind=kind.needed("kind"),
        single_holder=kind.yes("single_holder"),
        label_words=kind.list("label_words"),
        source="; ".join(row.list("source")),
    )


def people(rows: Iterable[Row], known: Iterable[Person]) -> Mapping[str, Person]:
    """Name -> person, for all lines; whoever is known already by that name is the same person."""
    found = {person.name: person for person in known}
    surnames: dict[str, dict[str, None]] = defaultdict(dict)
    names: dict[str, dict[str, None]] = defaultdict(dict)
    sources: dict[str, str] = {}
    for row in rows:
        name = row.needed("name")
        surnames[name].update(dict.fromkeys(row.list("surnames") or (name.split(" ")[-1],)))
        names[name].update(dict.fromkeys(row.list("other_names")))
        sources.setdefault(name, "; ".join(row.list("source")))
    for name in [name for name in surnames if name not in found]:
        found[name] = Person(_id(name), name, (*surnames[name],), (*names[name],), None, {}, sources[name])
    return found


def _id(words: str) -> str:
    return fold(words).replace(" ", "-")
