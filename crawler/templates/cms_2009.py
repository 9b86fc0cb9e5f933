"""The department's second content system, in which www.state.gov was kept from 2009 to December 2018.

Hosts     2009-2017.state.gov
Marks     #centerblock, #doctitle, #page-title, #date_long, #press_article_date_created, .officials-name
Head      title in `#doctitle` or `#page-title`; kind in `.document_type_-_speaker_writer`; `span.officials-name` and
          `span.officials-title`, several where several speak; room and city as bare lines after them; date in
          `#date_long`, on press articles in `#press_article_date_created`, on older speeches in `.date`
Body      `#centerblock`, on press articles `.field-items`, on older speeches `#region-content`, `#left-content`,
          `#subpage`. Head elements stand before it or inside it: they are taken away there (data/boilerplate.toml)
Oddities  a page that is nothing but a meta refresh leads elsewhere (stubs.py); paragraphs run together when their
          text nodes are joined, so the blocks are walked; "Index for Today's Briefing" without links
Fixtures  the pages of 2009-2017.state.gov in crawler/sample
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.discovery.scope import type_by_address
from crawler.errors import TemplateBroken
from crawler.items import Page
from crawler.templates import head_lines
from crawler.templates.parts import language_of, outermost, single_body
from crawler.templates.preformatted import blocks_of
from crawler.web.blocks import read_blocks
from crawler.web.dates import read_date
from crawler.web.markup import fold
from crawler.web.whole import End

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from crawler.items import Capture
    from crawler.web.marks import Marks

NAME = "cms_2009"
TITLES = ("#doctitle", "#page-title")
KIND = ".document_type_-_speaker_writer"
PERSON, OFFICE = "officials-name", "officials-title"
DATES = ("#date_long", "#press_article_date_created")
BODIES = ("#centerblock", ".field-items", "#region-content", "#left-content", "#subpage")
# The parts of a page as they are printed, from the top.
ORDER = (TITLES, (KIND,), (f".{PERSON}",), (*DATES, ".date"), BODIES)
# Both shells that were seen, of 2013 and of 2018, close everything.
END = End(text=BODIES)
MARKS = (*TITLES, *DATES, f".{PERSON}")
# A line of the head that is neither name nor office, place nor date.
FURNITURE = frozenset({"share", "printable banner", "print", "email", "back to top"})


def matches(marks: Marks) -> bool:
    return bool(marks.all(*MARKS))


def read(marks: Marks, capture: Capture) -> Page:
    tree = marks.tree
    title = _first(tree, TITLES, capture)
    printed = _first(tree, (*DATES, ".date"), capture)
    day = read_date(printed, capture, NAME)
    kind = tree.css_first(KIND)
    people = _people(tree)
    blocks, numbers = blocks_of(single_body(tree, BODIES, capture, NAME))
    return Page(
        url=capture.url,
        template=NAME,
        title=title,
        type=(fold(kind.text()) or None) if kind else type_by_address(capture.url),
        date=day.isoformat(),
        date_printed=printed,
        byline=tuple(people),
        places=_places(tree, (title, printed, fold(kind.text()) if kind else "", *people)),
        language=language_of(marks),
        removed=numbers,
        blocks=blocks,
    )


def _first(tree: LexborHTMLParser, selectors: tuple[str, ...], capture: Capture) -> str:
    for selector in selectors:
        for node in tree.css(selector):
            if text := fold(node.text(separator=" ")):
                return text
    raise TemplateBroken(capture.url, f"{NAME}: {' or '.join(selectors)} is missing or empty")


def _people(tree: LexborHTMLParser) -> list[str]:
    """Name and office of each official, in page order; an office without a name stands alone."""
    found: list[str] = []
    named = False
    for node in outermost(tree.css(f".{PERSON}, .{OFFICE}")):
        text = fold(node.text(separator=" "))
        is_name = PERSON in (node.attributes.get("class") or "").split()
        if text and named and not is_name:
            found[-1] = f"{found[-1]}, {text}"
        elif text:
            found.append(text)
        named = is_name and bool(text)
    return list(dict.fromkeys(found))


def _places(tree: LexborHTMLParser, known: tuple[str, ...]) -> tuple[str, ...]:
    """The bare lines between the first official and the date: room and city."""
    official = tree.css_first(f".{PERSON}, .{OFFICE}")
    date = next((node for selector in (*DATES, ".date") if (node := tree.css_first(selector))), None)
    if official is None or date is None:
        return ()
    box: LexborNode | None = date.parent
    while box is not None and box.css_first(f".{PERSON}, .{OFFICE}") is None:
        box = box.parent
    if box is None or box.tag in ("body", "html"):
        return ()
    parts = {part for line in known for part in (line, *line.split(", ", 1))}
    lines = [place.text for place in head_lines.lines_of(read_blocks(box))]
    last = next((number for number, line in enumerate(lines) if line == known[1]), len(lines))
    fresh = [line for line in lines[:last] if line not in parts and line.casefold() not in FURNITURE]
    return tuple(line for line in fresh if head_lines.is_place(line))
