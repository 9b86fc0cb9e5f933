"""Step 4: pages on which nothing but order and wording tell the head from the text. Pure.

Used by html_1997 and, for plain text, by hard_wrapped. The head runs through the first lines that are centred,
headings, a date or a word of release.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.discovery.scope import type_by_address
from crawler.errors import TemplateBroken
from crawler.items import Page
from crawler.templates import head_lines
from crawler.web.dates import PRINTED, SLASHED, read_date, slashed_date, worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from crawler.items import Block, Capture
    from crawler.templates.head_lines import Place

# the dates of "12/17/99 Albright press remarks …", "2/8/00: Interview", "01/02/00 1/2/2000: On the Lakes"
TITLE_DATES = re.compile(rf"(?:{SLASHED.pattern}\s*+(?:[:–-]\s*+)?)++")
# "/statements/1999/990611b.html", "/policy_remarks/970524.burns.html", "/briefings/9904/990426db.html"
ADDRESS_DATE = re.compile(r"/(9[5-9]|0[01])(0[1-9]|1[0-2])([0-3]\d)[a-z]*(?:\.\w+)?\.(?:html?|txt)$")


def read_free(
    blocks: Sequence[Block], capture: Capture, name: str, *, title_tag: str | None = None, language: str | None = None
) -> Page:
    """Raises TemplateBroken where no date or no title can be found, in the head, in `<title>` or in the address."""
    lines = head_lines.head_of(blocks)
    printed, guessed = _date(lines, title_tag or "", capture, name)
    day = read_date(printed, capture, name)
    end = _end(blocks, lines)
    title, told = _title(blocks, lines[:end], title_tag or "", capture, name)
    head = head_lines.read_head([line.text for line in lines[:end] if line.text not in told])
    return Page(
        url=capture.url,
        template=name,
        title=title,
        type=type_by_address(capture.url),
        date=day.isoformat(),
        date_printed=head.date or (None if guessed else printed),
        byline=head.byline,
        places=head.places,
        language=language,
        blocks=tuple(_body(blocks, lines, end, head.others)),
        unread=(guessed,) if guessed else (),
    )


def _date(lines: Sequence[Place], title_tag: str, capture: Capture, name: str) -> tuple[str, str | None]:
    """A date that read_date() takes, and where it is not the head's own, a word on where it is from."""
    for line in lines:
        if dated := head_lines.date_in(line.text):
            return dated.date, None
    for source, day in (
        ("<title>", _day(SLASHED.match(title_tag))),
        ("the address", _day(SLASHED.match(ADDRESS_DATE.sub(r"\2/\3/\1", capture.url[capture.url.rfind("/") :])))),
    ):
        if day:
            return worded(day), f"date: taken from {source}, the head has none"
    for line in lines:
        if head_lines.RELEASED.match(line.text) and (match := PRINTED.search(line.text)):
            return match[0], "date: taken from the line of release, the head has no other"
    shown = " | ".join(line.text for line in lines)[:200]
    raise TemplateBroken(capture.url, f"{name}: no date in the head, in <title> or in the address: {shown!r}")


def _day(match: re.Match[str] | None) -> date | None:
    try:
        return slashed_date(match) if match else None
    except ValueError:
        return None


def _end(blocks: Sequence[Block], lines: Sequence[Place]) -> int:
    """How many of the lines are head: through the first run of lines that are centred, a date or a word of release."""
    end = 0
    for number, line in enumerate(lines, start=1):
        told = head_lines.date_in(line.text) or head_lines.RELEASED.match(line.text)
        if told or head_lines.is_prominent(blocks[line.block]):
            end = number
        elif end:
            break
    return end


def _title(
    blocks: Sequence[Block], lines: Sequence[Place], title_tag: str, capture: Capture, name: str
) -> tuple[str, tuple[str, ...]]:
    """The title and the lines that it was printed in: the heading without its people, else the first line that is none.

    What the centred block does not tell, `<title>` does, without its date.
    """
    headed = [line for line in lines if blocks[line.block].tag in ("h1", "h2", "h3", "h4")]
    plain = [line for line in headed or lines if _may_be_title(line.text)]
    plain = [line for line in plain if not head_lines.two_people(line.text)] or plain
    found = tuple(line.text for line in (plain if headed else plain[:1]))
    if found:
        return " ".join(found), found
    if title := TITLE_DATES.sub("", title_tag, count=1):
        return title, ()
    raise TemplateBroken(capture.url, f"{name}: no title in the head or in <title>")


def _may_be_title(line: str) -> bool:
    known = head_lines.is_person(line) or head_lines.is_office(line) or head_lines.date_in(line)
    return not known and not head_lines.RELEASED.match(line) and not head_lines.DEPARTMENT.fullmatch(line)


def _body(blocks: Sequence[Block], lines: Sequence[Place], end: int, keep: Sequence[str]) -> Iterator[Block]:
    """What follows the head, centred lines one by one; lines of the head that could not be told come first."""
    first = 0
    if end:
        last = lines[end - 1]
        yield from (head_lines.one_line(blocks[line.block], line) for line in lines[:end] if line.text in keep)
        rest = head_lines.cut_before(blocks[last.block], last.offset + len(last.text))
        if rest is not None:
            yield rest
        first = last.block + 1
    for block in blocks[first:]:
        if "center" in block.marks and "\n" in block.text:
            yield from (head_lines.one_line(block, line) for line in head_lines.lines_of([block]))
        else:
            yield block
