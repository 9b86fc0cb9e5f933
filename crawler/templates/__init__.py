"""Step 4: a capture -> a Page, by the one template that claims it. No Scrapy, no I/O.

TEMPLATES is the registry. A template looks at the page, never at the address; exactly one must claim it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from selectolax.lexbor import LexborHTMLParser

from crawler.discovery.urls import canonical
from crawler.errors import AmbiguousTemplate, Empty, Moved, NotText, TemplateBroken, UnknownTemplate
from crawler.health import decode
from crawler.templates import cms_2001, cms_2009, hard_wrapped, html_1997, plain_text, wordpress_2019, wordpress_2025
from crawler.templates.marks import Marks
from crawler.templates.stubs import target_of
from crawler.templates.whole import check_answer, check_page
from crawler.transcript.blocks import TooDeep

if TYPE_CHECKING:
    from crawler.items import Capture, Page


class Template(Protocol):
    """One form of page. A module is one."""

    NAME: str

    def matches(self, marks: Marks) -> bool:
        """Whether the page has this form's marks; cheap."""
        ...

    def read(self, marks: Marks, capture: Capture) -> Page:
        """Raises TemplateBroken where a part that the form always has is missing or unreadable."""
        ...


# The parser needs time by the square of the nesting: 20,000 nested elements 0.4 s, 200,000 a minute and a half.
MOST_TAGS = 30_000

TEMPLATES: tuple[Template, ...] = (wordpress_2019, wordpress_2025, cms_2009, cms_2001, html_1997)


def parse_page(capture: Capture) -> Page:
    """The page as its template reads it.

    Raises CutOff, NotText, Empty, Moved, UnknownTemplate, AmbiguousTemplate, TemplateBroken.
    """
    check_answer(capture)
    text, replaced = decode(capture.body, capture.content_type, url=capture.url)
    if not text or text.isspace():
        raise Empty(capture.url, "the body holds no text")
    unread = (f"encoding: {replaced} bytes that are not text were replaced",) if replaced else ()
    if plain_text.matches(text, capture.content_type):
        form = hard_wrapped if hard_wrapped.matches(text, capture.content_type) else plain_text
        page = form.read(text, capture)
    else:
        page = _parse_html(text, capture)
    check_page(page, text, capture)
    return _with(page, unread)


def _parse_html(text: str, capture: Capture) -> Page:
    # counted in the bytes: ten times as fast
    if (tags := capture.body.count(b"<")) > MOST_TAGS:
        raise NotText(capture.url, f"{tags} tags; the most that a page of these hosts has is a few thousand")
    tree = LexborHTMLParser(text)
    marks = Marks(tree)
    claims = [template for template in TEMPLATES if template.matches(marks)]
    if not claims and html_1997.is_told(marks):
        claims = [html_1997]
    if not claims:
        if target := target_of(tree, capture.url):
            raise Moved(capture.url, target)
        title = tree.css_first("title")
        named = " ".join(title.text().split())[:80] if title else "no title"
        raise UnknownTemplate(capture.url, f"no template claims the page ({named!r})")
    if len(claims) > 1:
        names = " and ".join(template.NAME for template in claims)
        raise AmbiguousTemplate(capture.url, f"{names} both claim the page")
    try:
        return claims[0].read(marks, capture)
    except TooDeep as error:
        raise TemplateBroken(capture.url, f"{claims[0].NAME}: {error}") from None


def _with(page: Page, unread: tuple[str, ...]) -> Page:
    return replace(page, url=canonical(page.url), unread=page.unread + unread)
