"""How to cite a turn: plain, APA (7th edition), Chicago (17th, note) and BibTeX. Pure.

The page is cited at its own address on State's host; the turn's number and the revision say which words. The title
stays as printed: no program knows which of its capitals are names. citeproc-py was considered: its styles know
neither turns of a transcript nor revisions, and it brings 2,000 style files.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

PUBLISHER = "U.S. Department of State"
MONTHS = tuple(calendar.month_name)[1:]
# "Jr." of "Robert F. Wood, Jr."
_SUFFIX = re.compile(r"(?:,|(?<!\s))\s++(Jr|Sr|II|III|IV|M\.?D|Ph\.?D)\.?$", re.I)
# what TeX would take for a command, in "R&D at 50 % of $3"
_TEX = re.compile(r"[\\{}$&#_%~^]")
#: Braces by name, as BibTeX counts them also behind a backslash.
_TEX_NAMES = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
#: What an address may hold as it stands (RFC 3986), "~" left out: it has no form that both BibTeX and a link take.
_ADDRESS = "/:?#[]@!$&'()*+,;=%"
# what separates authors, and family names from given ones
_AND = re.compile(r",|\band\b", re.I)
# line breaks, and what no program shows
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a citation is made of; None is absent."""

    id: str
    person: str | None
    """Full name; None for an unnamed speaker."""
    label: str | None
    title: str | None
    type: str | None
    date: str | None
    place: str | None
    url: str
    turn: int | None
    """None for the remark as a whole."""
    revision: int
    seen: str
    """Day on which these words were read there."""
    archive_url: str | None = None
    permalink: str | None = None

    def __post_init__(self) -> None:
        for name in ("person", "label", "title", "type", "place"):
            object.__setattr__(self, name, _line(getattr(self, name)))


def citations(source: Source) -> dict[str, str]:
    """Name of the form -> citation."""
    return {
        "Plain": plain(source),
        "APA": apa(source),
        "Chicago": chicago(source),
        "BibTeX": bibtex(source),
    }


def plain(source: Source) -> str:
    who = source.person or source.label
    head = f"{who}, " if who else ""
    head += f"“{_inner(source.title)}”" if source.title else (source.type or "Remarks")
    where = [PUBLISHER, source.place, _day(source.date), _turn(source)]
    return f"{head}, {', '.join(part for part in where if part)}. {source.url}{_kept(source)}"


def apa(source: Source) -> str:
    author = _apa_name(source.person) if source.person else f"{PUBLISHER}."
    kind = "; ".join(part for part in (f"{source.type or 'Remarks'}, transcript", _turn(source)) if part)
    publisher = f" {PUBLISHER}." if source.person else ""
    title = source.title or source.type or "Remarks"
    return f"{author} ({_apa_day(source.date)}). {title} [{kind}].{publisher} {source.url}"


def chicago(source: Source) -> str:
    author = source.person or PUBLISHER
    title = f"“{_inner(source.title)},”" if source.title else f"{source.type or 'Remarks'},"
    parts = [
        f"transcript of {source.type.lower()}" if source.type else "transcript",
        PUBLISHER if source.person else None,
    ]
    parts += [source.place, _day(source.date), _turn(source), source.url]
    return f"{author}, {title} {', '.join(part for part in parts if part)}."


def bibtex(source: Source) -> str:
    day = _date(source.date)
    fields = {
        "author": f"{{{_author(source.person)}}}" if source.person else f"{{{{{PUBLISHER}}}}}",
        "title": f"{{{{{_tex(source.title or source.type or 'Remarks')}}}}}",
        "howpublished": f"{{{_tex(source.type or 'Remarks')}, {PUBLISHER}}}",
        "year": f"{{{day.year}}}" if day else None,
        "month": MONTHS[day.month - 1][:3].lower() if day else None,
        "day": f"{{{day.day}}}" if day else None,
        "url": f"{{{_tex(_address(source.url))}}}",
        "urldate": f"{{{source.seen[:10]}}}",
        "note": f"{{{', '.join(part for part in (_turn(source), f'revision {source.revision}') if part)}}}",
    }
    lines = [f"  {name} = {value}" for name, value in fields.items() if value]
    return f"@misc{{state-{source.id},\n" + ",\n".join(lines) + "\n}"


def _turn(source: Source) -> str | None:
    return f"turn {source.turn}" if source.turn else None


def _kept(source: Source) -> str:
    kept = f" (read {source.seen[:10]}, revision {source.revision}"
    kept += f"; archived: {source.archive_url}" if source.archive_url else ""
    return f"{kept}; {source.permalink})" if source.permalink else f"{kept})"


def _inner(title: str | None) -> str:
    """Quotation marks within quotation marks are single."""
    return (title or "").replace("“", "‘").replace("”", "’").replace('"', "’")


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day(text: str | None) -> str | None:
    day = _date(text)
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}" if day else None


def _apa_day(text: str | None) -> str:
    day = _date(text)
    return f"{day.year}, {MONTHS[day.month - 1]} {day.day}" if day else "n.d."


def _apa_name(name: str) -> str:
    """Antony J. Blinken -> Blinken, A. J.; a particle in small letters belongs to the family name."""
    suffix = _SUFFIX.search(name)
    words = name[: suffix.start()].split() if suffix else name.split()
    first = next((i for i, word in enumerate(words) if i and word[:1].islower()), len(words) - 1)
    given = [word.strip('“”"()') for word in words[:first]]
    initials = " ".join(f"{word[:1]}." for word in given if word)
    family = " ".join(words[first:])
    parts = [
        family,
        initials,
        f"{suffix[1]}." if suffix and suffix[1].lower() in ("jr", "sr") else suffix and suffix[1],
    ]
    joined = ", ".join(part for part in parts if part)
    return joined if joined.endswith(".") else f"{joined}."


def _author(name: str) -> str:
    """As BibTeX reads names: "Wood, Jr., Robert F."; whole where it would split one up."""
    suffix = _SUFFIX.search(name)
    rest = name[: suffix.start()] if suffix else name
    if _AND.search(rest) or "{" in rest or "}" in rest:
        return f"{{{_tex(name)}}}"
    if suffix is None or " " not in rest:
        return _tex(name)
    words = rest.split()
    first = next((i for i, word in enumerate(words) if i and word[:1].islower()), len(words) - 1)
    return _tex(f"{' '.join(words[first:])}, {suffix[0].strip(', ')}, {' '.join(words[:first])}")


def _address(url: str) -> str:
    """The same address in the letters that every program takes."""
    return quote(url, safe=_ADDRESS).replace("~", "%7E")


def _line(text: str | None) -> str | None:
    return _BLANK.sub(" ", text).strip() or None if text else None


def _tex(text: str) -> str:
    return _TEX.sub(lambda m: _TEX_NAMES.get(m[0], f"\\{m[0]}"), text)
