"""The department's first content system: pages laid out in tables.

Hosts     2001-2009.state.gov
Mark      .content-font-style, the table cell that holds head and text
Head      `h1`, then lines of text: who speaks, where, and the date in the first `<font>` that has one. Some pages print
          the date without its year, which the address then names; pages print no kind, the folder tells (scope.py)
Body      the same cell from the date on: unclosed `<p>`, often one `<p>` round them all, so that libxml2 reads every
          paragraph twice; here the tree is walked once
Encoding  windows-1252 whatever the page declares (web/health.py)
Oddities  "video: high speed connectionvideo: dial-up speed connectionm3u" and "[DSL/Cable] [dial-up] [audio]" before
          the text; a clock line ("(9:25 a.m. EDT)"); "# # #" and a release number ("2004/946") after it
Fixtures  the pages of 2001-2009.state.gov in crawler/sample
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.discovery.scope import type_by_address
from crawler.errors import TemplateBroken
from crawler.items import Page
from crawler.templates import head_lines
from crawler.templates.parts import language_of, single_body, title_tag
from crawler.templates.preformatted import blocks_of
from crawler.web.dates import read_date
from crawler.web.markup import fold
from crawler.web.whole import End

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.items import Block, Capture
    from crawler.templates.head_lines import Place
    from crawler.web.marks import Marks

NAME = "cms_2001"
BODY = ".content-font-style"
# No whole page was seen; those of the years before often close nothing.
END = End(text=(BODY,), unclosed=True)


def matches(marks: Marks) -> bool:
    return bool(marks.all(BODY))


def read(marks: Marks, capture: Capture) -> Page:
    blocks, numbers = blocks_of(single_body(marks.tree, (BODY,), capture, NAME))
    title, first = _title(blocks, marks, capture)
    lines = head_lines.head_of(blocks, first)
    printed, last, guessed = _date(lines, capture)
    day = read_date(guessed or printed, capture, NAME)
    told = {title, printed} if guessed else {title}
    head = head_lines.read_head([line.text for line in lines[: last + 1] if line.text not in told])
    return Page(
        url=capture.url,
        template=NAME,
        title=title,
        type=type_by_address(capture.url),
        date=day.isoformat(),
        date_printed=printed,
        byline=head.byline,
        places=head.places,
        language=language_of(marks),
        removed=numbers,
        blocks=_body(blocks, lines, last, keep=head.others),
        unread=(f"date: {printed!r} has no year, taken as {guessed!r} from the address",) if guessed else (),
    )


def _title(blocks: Sequence[Block], marks: Marks, capture: Capture) -> tuple[str, int]:
    """The title, and the number of the block after it."""
    for number, block in enumerate(blocks[: head_lines.MOST_LINES]):
        if block.tag in ("h1", "h2") and block.text:
            return fold(block.text), number + 1
    if title := title_tag(marks):
        return title, 0
    raise TemplateBroken(capture.url, f"{NAME}: h1 is missing or empty")


def _date(lines: Sequence[Place], capture: Capture) -> tuple[str, int, str | None]:
    """The date as printed, the number of its line, and where it has no year the date with the address's."""
    for number, line in enumerate(lines):
        if dated := head_lines.date_in(line.text):
            return dated.date, number, None
    for number, line in enumerate(lines):
        if guessed := head_lines.without_year(line.text, capture.url):
            return line.text, number, guessed
    shown = " | ".join(line.text for line in lines)[:200]
    raise TemplateBroken(capture.url, f"{NAME}: no line of the head is a date: {shown!r}")


def _body(blocks: Sequence[Block], lines: Sequence[Place], last: int, keep: Sequence[str]) -> tuple[Block, ...]:
    """What follows the date; lines of the head that could not be told stay as blocks of their own before it."""
    end = lines[last]
    kept = [head_lines.one_line(blocks[line.block], line) for line in lines[: last + 1] if line.text in keep]
    rest = head_lines.cut_before(blocks[end.block], end.offset + len(end.text))
    return (*kept, *((rest,) if rest else ()), *blocks[end.block + 1 :])
