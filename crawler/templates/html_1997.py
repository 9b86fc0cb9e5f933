"""Hand-made HTML of the department's first web site.

Hosts     1997-2001.state.gov
Marks     an image whose text is "Great Seal", "Department Seal", "Blue Line", "Blue Bar" or "Flag Bar"; the archive's
          notice ("a permanent electronic archive of information released online from January 1, 1997"), or the words
          "As released by the Office of the Spokesman"
Banner    `#archivebanner`, which the archive puts above every page: furniture, links and all
Head      a centred block, in several forms: `h1` or `h2` in `<center>`, or `<center><font>`; who speaks, the title,
          "place, date" or "date, place" in one line, and the date of release, which is no date of speech. `<title>`
          holds a date and the title ("12/17/99 Albright press remarks …"). Where the block has no date, that of
          `<title>` counts, else that of the address (`990611b.html`), else the date of release
Body      loose `<P>`; daily briefings and some speeches stand hard-wrapped in `<PRE>` (hard_wrapped.py)
Encoding  windows-1252 whatever the page declares (web/health.py)
Oddities  upper-case tags, unclosed everything; ends in "[End of Document]" and links to the index pages
Fixtures  the pages of 1997-2001.state.gov in crawler/sample
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.errors import TemplateBroken
from crawler.templates import hard_wrapped
from crawler.templates.free_head import read_free
from crawler.templates.parts import language_of, title_tag
from crawler.templates.preformatted import blocks_of
from crawler.web.markup import fold
from crawler.web.whole import End

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.items import Capture, Page
    from crawler.web.marks import Marks

NAME = "html_1997"
# Of two pages that were seen whole, one closes nothing; both have a foot: "[end of file]", a bar, links that lead home.
END = End(foot=True, unclosed=True)
IMAGES = frozenset({"great seal", "department seal", "blue line", "blue bar", "flag bar"})
BANNER = "#archivebanner"
NOTICE = re.compile(r"permanent electronic archive of information released online from January 1, 1997", re.I)
RELEASED = re.compile(r"As released by the Office of the Spokesman", re.I)


def matches(marks: Marks) -> bool:
    images = (node for node in marks.all("img") if (node.attributes.get("alt") or "").strip().lower() in IMAGES)
    return next(images, None) is not None


def is_told(marks: Marks) -> bool:
    """Whether the page says by its words that it is of this form; counts only where no form has its marks in it."""
    if marks.tree.body is None:
        return False
    # a notice is at the top, the words of release are centred
    start = fold(marks.tree.body.text(separator=" "))[:2000]
    return NOTICE.search(start) is not None or RELEASED.search(start) is not None


def read(marks: Marks, capture: Capture) -> Page:
    tree = marks.tree
    if tree.body is None:
        raise TemplateBroken(capture.url, f"{NAME}: no body")
    briefing = _briefing(tree.body)
    if briefing is not None:
        return replace(hard_wrapped.read(briefing, capture), template=NAME, language=language_of(marks))
    found, numbers = blocks_of(tree.body)
    blocks = [block for block in found if BANNER not in block.marks and not NOTICE.search(block.text)]
    page = read_free(blocks, capture, NAME, title_tag=title_tag(marks), language=language_of(marks))
    return replace(page, removed=numbers)


def _briefing(body: LexborNode) -> str | None:
    """The text of a daily briefing in <pre>, its line ends kept."""
    text = "\n\n".join(node.text() for node in body.css("pre"))
    return text if hard_wrapped.is_briefing(text) else None
