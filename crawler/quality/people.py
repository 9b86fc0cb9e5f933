"""Who is behind a label, and in which role. Pure; a pair is a label in a document, and its commonest value counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.transcript.names import same_person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What a reader of the page and a list of office holders can tell; not what only general knowledge tells.
TOLD = frozenset({"byline", "title", "text", "office_date"})


@dataclass(frozen=True, slots=True)
class Found:
    """What the record has of a turn."""

    label: str | None
    role: str
    person: str | None
    method: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A label of a document, judged."""

    label: str | None
    claimed: bool
    """A person was named."""
    right: bool
    """And is the one who was marked."""
    told: bool
    """Page, or office and date, tell the person."""
    role_right: bool
    method: str | None


def judge(marked: Sequence[Mapping[str, Any]], found: Sequence[Found]) -> list[Pair]:
    """The pairs of one document."""
    return [_pair(line, [one for one in found if _same_label(one.label, line["label"])]) for line in marked]


def _pair(line: Mapping[str, Any], mine: Sequence[Found]) -> Pair:
    person = _commonest([one.person for one in mine])
    role = _commonest([one.role for one in mine])
    names = [line["person"], *line.get("also", ())] if line["person"] else []
    return Pair(
        label=line["label"],
        claimed=person is not None,
        right=person is not None and any(same_person(person, name) for name in names),
        told=bool(names) and line["evidence"] in TOLD,
        role_right=role is not None and role in (line["speaker_role"], *line.get("role_also", ())),
        method=_commonest([one.method for one in mine]),
    )


def _commonest(values: Sequence[str | None]) -> str | None:
    return Counter(values).most_common(1)[0][0] if values else None


def _same_label(one: str | None, other: str | None) -> bool:
    return " ".join((one or "").split()) == " ".join((other or "").split())
