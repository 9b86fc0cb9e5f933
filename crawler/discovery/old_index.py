"""Step 1: an index page of the archive hosts of 1997-2017: years, months, a month's pages. Pure; no I/O.

Hosts       2009-2017, 2001-2009, 1997-2001
Form        hand-kept pages in many layouts: menus of years, lists of titles, tables, calendars. What they share is that
            each item is a link, and its date, if any, stands in the same line
Names       `index.htm`, `2000_index.html`, and irregular ones: `c38444.htm`, `2009appt/index.htm`
Dates       "07/28/16" before the link; in link texts dirty: "REVISED", "May 6 2012", "April 30  Tuesday"
Traps       protocol-relative links (`//2009-2017.state.gov/…`), links to www.state.gov as it then was, whose paths
            the archive kept, calendars with links to `/video/`, each month linked from every other; no type anywhere
            (scope.py: the folder tells)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from crawler.discovery.dates import index_day
from crawler.errors import BadIndex, NotText
from crawler.items import Block, IndexPage, Link
from crawler.web.blocks import TooDeep, read_blocks
from crawler.web.health import decode
from crawler.web.markup import fold, read_html
from crawler.web.urls import canonical, is_index, is_page, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

# `mailto:`, `javascript:`, `ftp:` and places on the same page lead to no other page
OTHER_SCHEME = re.compile(r"\A(?:(?!https?:)[a-z][a-z0-9+.-]*+:|#)", re.I)
# http://www.state.gov/secretary/rm/2006/71651.htm
OLD_PAGE = re.compile(r"\.html?$", re.I)
# https://2009-2017.state.gov/r/pa/prs/dpb/video/2016/10/264725.htm
VIDEO = re.compile(r"/videos?/", re.I)


@dataclass(slots=True)
class _Found:
    links: dict[str, Link] = field(default_factory=dict)
    indexes: dict[str, None] = field(default_factory=dict)
    skipped: dict[str, None] = field(default_factory=dict)


def read_old_index(body: bytes, url: str, content_type: str | None = None) -> IndexPage:
    """The pages that an index lists, in its order, and the further indexes that it names; `url` is what answered.

    A link whose line holds no date that can be read has date None. Links to other hosts than the index's own are in
    `skipped`, those to videos and to places on the page itself nowhere. Raises BadIndex where there is no link to any
    page or index, and where the body is no text.
    """
    try:
        text, _ = decode(body, content_type, url=url)
    except NotText as error:
        raise BadIndex(url, error.reason) from None
    tree = read_html(text, url)
    found = _Found()
    if tree.body is not None:
        try:
            blocks = read_blocks(tree.body)
        except TooDeep as error:
            raise BadIndex(url, str(error)) from None
        _read_lines([line for block in blocks for line in _lines(block)], url, found)
    if not found.links and not found.indexes:
        title = tree.css_first("title")
        raise BadIndex(url, f"no link to a page or an index; page title {fold(title.text()) if title else None!r}")
    return IndexPage(links=tuple(found.links.values()), indexes=tuple(found.indexes), skipped=tuple(found.skipped))


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    links: tuple[tuple[str, str], ...]
    """Text and href of each."""


def _lines(block: Block) -> Iterator[_Line]:
    """The lines of a block, each with the links that begin in it."""
    start = 0
    for text in block.text.split("\n"):
        end = start + len(text)
        inside = [(a, b, href) for a, b, href in block.links if start <= a < end]
        yield _Line(text, tuple((block.text[a:b], href) for a, b, href in _joined(inside)))
        start = end + 1


def _joined(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """A link cut by inline tags (`<a>May <b>6</b></a>`) is one."""
    whole: list[tuple[int, int, str]] = []
    for start, end, href in spans:
        if whole and whole[-1][2] == href and whole[-1][1] == start:
            whole[-1] = (whole[-1][0], end, href)
        else:
            whole.append((start, end, href))
    return whole


def _read_lines(lines: list[_Line], url: str, found: _Found) -> None:
    """In a table the date stands in the cell before the link's."""
    before = ""
    for line in lines:
        for title, href in line.links:
            day = index_day(title, line.text if len(line.links) == 1 else "", before)
            _read_link(fold(title), href.strip(), day, url, found)
        before = "" if line.links else line.text


def _read_link(title: str, href: str, day: str | None, url: str, found: _Found) -> None:
    if not href or OTHER_SCHEME.match(href):
        return
    try:
        target = _at_home(joined(url, href), url)
        address = canonical(target)
    except ValueError:
        found.skipped[href] = None
        return
    if VIDEO.search(address) or address == canonical(url):
        return
    if urlsplit(address).netloc != urlsplit(url).hostname:
        found.skipped[address] = None
    elif is_page(address):
        known = found.links.get(address)
        found.links[address] = Link(
            url=address,
            source="index",
            title=(known.title if known else None) or title or None,
            date=(known.date if known else None) or day,
        )
    elif is_index(address):
        found.indexes[spelled(target)] = None


def _at_home(target: str, url: str) -> str:
    """An archive keeps the paths that www had: a link to a page of www in the old manner means the archive's own."""
    parts = urlsplit(target)
    if parts.hostname == "www.state.gov" and OLD_PAGE.search(parts.path):
        return urlunsplit(("https", urlsplit(url).netloc, parts.path, "", ""))
    return target


def spelled(target: str) -> str:
    """An index's address as printed, but https and without query and fragment: not every server has default pages."""
    parts = urlsplit(target.strip())
    return urlunsplit(("https", parts.netloc, parts.path or "/", "", ""))
