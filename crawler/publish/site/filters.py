"""The filters of a search -> conditions in SQL on u (utterances) and r (remarks), and what a reader is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.publish.site.held import Held, Row

RELEASES = {
    "type": "r.type = :type",
    "host": "r.host = :host",
    "since": "r.date >= :since",
    "until": "r.date <= :until",
}
TURNS = {"role": "u.speaker_role = :role", "office": "u.office_id = :office"}
PERSON = "u.person_id = :speaker"


@dataclass(frozen=True, slots=True)
class Filters:
    """All of them must hold."""

    releases: list[str]
    turns: list[str]
    values: Row
    notes: list[str]

    def __bool__(self) -> bool:
        return bool(self.releases or self.turns)

    @property
    def all(self) -> list[str]:
        return self.releases + self.turns


async def read(held: Held, given: Mapping[str, str], scope: str) -> Filters:
    """The parameters of an address, for turns or remarks."""
    values: Row = {name: given[name] for name in (*RELEASES, *TURNS) if name in given}
    releases = [condition for name, condition in RELEASES.items() if name in given]
    turns = [condition for name, condition in TURNS.items() if name in given]
    notes = []
    if "office" in given:
        sql = "select id from offices where id = :office or name = :office collate nocase limit 1"
        values["office"] = await held.value(sql, office=given["office"]) or given["office"]
    if "speaker" in given:
        condition, values["speaker"], note = await _speaker(held, given["speaker"])
        turns.append(condition)
        notes += [note] if note else []
    if turns and scope == "remarks":
        held_by = f"select 1 from utterances u where u.remark_id = r.id and {' and '.join(turns)}"  # noqa: S608
        return Filters([*releases, f"exists ({held_by})"], [], values, notes)
    return Filters(releases, turns, values, notes)


async def _speaker(held: Held, typed: str) -> tuple[str, str, str | None]:
    """A person by id or name, or else whoever is printed so: the condition, its value, and what to tell the reader."""
    people = await held.rows(
        "select id, name from people where id = :typed or name = :typed collate nocase or name like :part escape '\\' "
        "order by id = :typed desc, name = :typed collate nocase desc, name limit 6",
        typed=typed,
        part=f"%{_literal(typed)}%",
    )
    exact = people and typed.casefold() in (people[0]["id"].casefold(), people[0]["name"].casefold())
    if exact or len(people) == 1:
        return PERSON, people[0]["id"], None
    names = ", ".join(person["name"] for person in people)
    known = (
        f"Several people have that name ({names}); choose one of them." if names else "No person of that name is known."
    )
    note = f"{known} Shown is whoever is printed in the transcript as “{typed}”."
    return "u.label like :speaker escape '\\'", f"%{_literal(typed)}%", note


def _literal(text: str) -> str:
    """For LIKE: % and _ stand for themselves."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
