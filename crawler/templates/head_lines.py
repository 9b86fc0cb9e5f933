"""Step 4: what the lines above a transcript say, where no element tells one from the other. Pure.

Used by the forms of 1997-2017, whose heads are lines of text: who speaks, in which office, where, when. A line that
cannot be told stays in the body, where the splitter keeps it as a note; nothing is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from crawler.transcript.bylines import BODY, people
from crawler.transcript.labels import is_office_word, looks_like_label
from crawler.transcript.outside import CLOCK
from crawler.web.dates import DAY, NUMBER, PRINTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.items import Block

# A head is shorter: title, two or three people with their offices, room, city, date.
MOST_LINES = 16
# "Old Executive Office Building, Room 450": longer lines are text
MOST_PLACE_WORDS = 10
MOST_HEAD_WORDS = 25
# "Secretary of State Ada Field And The Honorable Idris Okoye, Secretary of … After Their Meeting", in a heading
MOST_TITLE_WORDS = 80
# "April 26, 2000", "Washington, DC, June 14, 1999", "WEDNESDAY, APRIL 26, 2000, 12:02 P.M.", "(Tuesday, May 6, 1997)"
# The date is looked for first, then what stands before and behind it.
BEFORE_DATE = re.compile(r"(?<![\s,;:(–-])[\s,;:(–-]*+(?:\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?\Z", re.I)
BEHIND_DATE = re.compile(rf"\A[\s,;)]*+(?:{CLOCK.pattern})?[\s.)]*+", re.I)
# "January 11, 2001, Paris, France", "Tuesday, May 6, 1997, Washington, DC": the date first, then a place
DATE_FIRST = re.compile(
    rf"\A\(?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?P<date>{DAY})\s*+[,;:–-]\s*+(?P<after>.+)",
    re.I,
)
# "March 4, 1999, Remarks to the Press": a title behind a date, no place
SPOKEN = re.compile(
    r"\b(?:remarks?|interview|briefing|statement|address|speech|testimony|conference|availability|press|on|with|to|by)\b",
    re.I,
)
# "September 14", "Tuesday, Sept. 14": a day of a year that the page does not print
NO_YEAR = re.compile(r"\A(?:\w+day,?\s+)?([A-Za-z]+)\.?\s+(\d{1,2})\.?")
# "As released by the Office of the Spokesman, June 14, 1999": a date of release is no date of speech
RELEASED = re.compile(r"(?:as )?released (?:by|on|for)\b|for (?:immediate )?release\b", re.I)
# who released it, not where it was said
DEPARTMENT = re.compile(r"U\.? ?S\.? DEPARTMENT OF STATE", re.I)
# "Remarks With Foreign Minister Hale": what a place is not called
EVENT = re.compile(
    r"(?:joint )?(?:remarks|interview|(?:press |news )?(?:briefing|conference|availability|stakeout)|statement|address|"
    r"speech|testimony|roundtable)\b(?! (?:room|hall|theat\w+|cent\w+|area|building)\b)",
    re.I,
)
# "Remarks by Under Secretary Hale"
SAID_BY = re.compile(r"(?:remarks|statement|address|speech|testimony|briefing) (?:by|of) (?P<who>.+)", re.I)
# "Briefer: JAMES P. RUBIN", "BRIEFER:  Richard Boucher, Spokesman", "Briefers: Ada Field, Idris Okoye"
BRIEFER = re.compile(r"briefers?\s*:\s*(?P<names>\S.*)", re.I)
# "Ada R. Field", "Idris Okoye, Jr.", "Colin L Powell"
NAME = re.compile(
    r"\A[^\W\d_a-z][\w'’.-]*(?:\s+(?:[^\W\d_a-z][\w'’.-]*|de|da|del|van|von|der|bin|al|la|le)){1,4}(?:, Jr\.?)?"
)
# the "2004" of "/secretary/former/powell/remarks/2004/36076.htm"
YEAR_PART = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: the block's number, and the line's offset in its text."""

    block: int
    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """What the head lines say, all as printed."""

    date: str | None
    """The date alone ("April 26, 2000")."""
    byline: tuple[str, ...]
    places: tuple[str, ...]
    others: tuple[str, ...]
    """Lines that are none of these."""


def lines_of(blocks: Sequence[Block], first: int = 0) -> Iterator[Place]:
    """The lines of the blocks from one on, empty ones left out."""
    for number, block in enumerate(blocks[first:], start=first):
        offset = 0
        for text in block.text.split("\n"):
            if text.strip():
                yield Place(number, offset, text.strip())
            offset += len(text) + 1


def head_of(blocks: Sequence[Block], first: int = 0) -> list[Place]:
    """The lines from one block on that may be head matter: all before a label or a longer piece of prose."""
    found: list[Place] = []
    for place in lines_of(blocks, first):
        speaks = looks_like_label(place.text) and not BRIEFER.match(place.text)
        block = blocks[place.block]
        most = MOST_TITLE_WORDS if is_prominent(block) or is_bold(block, place) else MOST_HEAD_WORDS
        if len(found) == MOST_LINES or speaks or len(place.text.split()) > most:
            break
        found.append(place)
    return found


def is_prominent(block: Block) -> bool:
    """Centred, or a heading: no paragraph of a speech is printed so."""
    return "center" in block.marks or block.tag in ("h1", "h2", "h3")


class Dated(NamedTuple):
    """A line that holds a date and nothing but a place beside it."""

    date: str
    """As printed ("April 26, 2000")."""
    place: str
    """As printed; empty where the line names none."""


def is_bold(block: Block, place: Place) -> bool:
    """Whether the whole line is printed bold, as titles are."""
    return any(start <= place.offset and place.offset + len(place.text) <= end for start, end in block.bold)


def date_in(line: str) -> Dated | None:
    """The date and the place of a line that prints them in either order; None for any other line."""
    if RELEASED.match(line):
        return None
    if match := next((one for one in PRINTED.finditer(line) if BEHIND_DATE.fullmatch(line[one.end() :])), None):
        found = Dated(match[0], BEFORE_DATE.sub("", line[: match.start()], count=1).strip(" ,("))
    elif (match := DATE_FIRST.fullmatch(line)) and is_place(match["after"]) and not SPOKEN.search(match["after"]):
        found = Dated(match["date"], match["after"].strip(" )"))
    else:
        return None
    named = found.date.split()[0].rstrip(".").lower() in NUMBER
    return found if named and len(found.place.split()) <= MOST_PLACE_WORDS else None


def without_year(line: str, url: str) -> str | None:
    """The date of a line that prints no year, with the one year that the address names; None if there is none."""
    match = NO_YEAR.fullmatch(line)
    years = [part for part in urlsplit(url).path.split("/") if YEAR_PART.fullmatch(part)]
    if match is None or match[1].lower() not in NUMBER or len(years) != 1:
        return None
    return f"{match[1]} {match[2]}, {years[0]}"


def read_head(lines: Sequence[str]) -> Head:
    """Tells byline, places and date of lines that stand between title and text."""
    date: str | None = None
    byline: list[str] = []
    places: list[str] = []
    others: list[str] = []
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        dated = date_in(line)
        if dated and date is None:
            date = dated.date
            places += [dated.place] if dated.place else []
        elif briefer := BRIEFER.fullmatch(line):
            byline.append(briefer["names"].strip())
        elif RELEASED.match(line) or CLOCK.fullmatch(line) or dated or DEPARTMENT.fullmatch(line):
            others.append(line)
        elif (by := SAID_BY.fullmatch(line)) and is_person(by["who"]):
            byline.append(by["who"])
        elif is_person(line):
            byline.append(line)
        elif pair := two_people(line):
            byline += pair
        elif rest and NAME.fullmatch(line) and is_office(rest[0]):
            byline.append(f"{line}, {rest.pop(0)}")
        elif is_place(line):
            places.append(line)
        else:
            others.append(line)
    return Head(date, tuple(dict.fromkeys(byline)), tuple(dict.fromkeys(places)), tuple(others))


def is_person(line: str) -> bool:
    """A person with an office ("Richard Boucher, Spokesman", "Secretary Condoleezza Rice"), or an office of State's."""
    found = people((line,))
    if found:
        return found[0].office is not None and any(is_office_word(word) for word in found[0].office.split())
    words = line.split()
    titled = 2 <= len(words) <= 3 and is_office_word(words[0]) and not is_office_word(words[-1])
    return (titled and words[-1] != "State") or (BODY.match(line) is not None and len(words) <= MOST_PLACE_WORDS)


def two_people(line: str) -> list[str]:
    """Those of a line that names two, each with an office before the name; none of any other line."""
    parts = line.split(" and ")
    cuts = [(" and ".join(parts[:at]), " and ".join(parts[at:])) for at in range(1, len(parts))]
    return next(
        ([*cut] for cut in cuts if all("," not in one and is_person(one) and people((one,)) for one in cut)), []
    )


def is_office(line: str) -> bool:
    """A line that names an office and nobody ("Secretary of State", "Deputy Spokesperson")."""
    words = line.split()
    return (
        bool(words) and len(words) <= MOST_PLACE_WORDS and any(map(is_office_word, words[:3])) and not people((line,))
    )


def is_place(line: str) -> bool:
    """A room, a building or a city: capitalised words without a sentence's end or a date."""
    words = line.split()
    if PRINTED.search(line) or EVENT.match(line):
        return False
    capitals = sum(word[:1].isupper() or word[:1].isdigit() for word in words)
    return (
        len(words) <= MOST_PLACE_WORDS and capitals * 2 >= len(words) and line[-1] not in "?!:;" and line[0].isalnum()
    )


def cut_before(block: Block, offset: int) -> Block | None:
    """The part of a block from that offset of its text on; None where nothing is left."""
    skipped = len(block.text) - len(block.text[offset:].lstrip())
    text = block.text[skipped:]
    if not text:
        return None
    return replace(
        block,
        text=text,
        bold=tuple((max(a - skipped, 0), b - skipped) for a, b in block.bold if b > skipped),
        links=tuple((max(a - skipped, 0), b - skipped, href) for a, b, href in block.links if b > skipped),
        notes=tuple(note - skipped for note in block.notes if note >= skipped),
    )


def one_line(block: Block, place: Place) -> Block:
    """A line of the head as a block of its own."""
    return replace(block, text=place.text, bold=(), links=(), notes=())
