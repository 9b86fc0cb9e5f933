"""Step 4: a capture -> a Page, by the one template that claims it. No Scrapy, no I/O.

TEMPLATES is the registry. A template looks at the page, never at the address; exactly one must claim it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from crawler.controls import readable
from crawler.errors import AmbiguousTemplate, Empty, Moved, TemplateBroken, UnknownTemplate
from crawler.templates import cms_2001, cms_2009, hard_wrapped, html_1997, plain_text, wordpress_2019, wordpress_2025
from crawler.templates.stubs import target_of
from crawler.web import whole
from crawler.web.blocks import TooDeep
from crawler.web.garbled import spoiled_words
from crawler.web.health import decode
from crawler.web.limits import tree_of
from crawler.web.marks import Marks
from crawler.web.urls import canonical
from crawler.web.whole import End, check_answer

if TYPE_CHECKING:
    from crawler.items import Capture, Page


class Template(Protocol):
    """One form of page. A module is one."""

    NAME: str
    END: End

    def matches(self, marks: Marks) -> bool:
        """Whether the page has this form's marks; cheap."""
        ...

    def read(self, marks: Marks, capture: Capture) -> Page:
        """Raises TemplateBroken where a part that the form always has is missing or unreadable."""
        ...


TEMPLATES: tuple[Template, ...] = (wordpress_2019, wordpress_2025, cms_2009, cms_2001, html_1997)


def parse_page(capture: Capture) -> Page:
    """The page as its template reads it.

    Raises CutOff, NotText, Empty, Moved, UnknownTemplate, AmbiguousTemplate, TemplateBroken.
    """
    check_answer(capture)
    text, replaced = decode(capture.body, capture.content_type, url=capture.url)
    if not text or text.isspace():
        raise Empty(capture.url, "the body holds no text")
    if plain_text.matches(text, capture.content_type):
        form = hard_wrapped if hard_wrapped.matches(text, capture.content_type) else plain_text
        page = form.read(text, capture)
        missing = whole.missing_in_text(text, briefing=form is hard_wrapped and hard_wrapped.is_briefing(text))
    else:
        page, missing = _parse_html(text, capture)
    return whole.check_page(_with(page, replaced), text, capture, missing)


def _parse_html(text: str, capture: Capture) -> tuple[Page, str | None]:
    """The page, and what its end lacks."""
    tree = tree_of(text + whole.MARK, capture.url)
    marks = Marks(tree)
    claims = [template for template in TEMPLATES if template.matches(marks)]
    if not claims and html_1997.is_told(marks):
        claims = [html_1997]
    if not claims:
        if target := target_of(tree, capture.url):
            raise Moved(capture.url, target)
        title = tree.css_first("title")
        named = " ".join(title.text().split())[:80] if title else "no title"
        unknown = UnknownTemplate(capture.url, f"no template claims the page ({named!r})")
        raise whole.in_place_of(unknown, tree, text, End())
    if len(claims) > 1:
        names = " and ".join(template.NAME for template in claims)
        raise AmbiguousTemplate(capture.url, f"{names} both claim the page")
    template = claims[0]
    if (missing := whole.missing_inside(template.END, tree)) is not None:
        raise whole.cut_off(capture.url, template.NAME, missing, text)
    try:
        page = template.read(marks, capture)
    except TooDeep as error:
        raise TemplateBroken(capture.url, f"{template.NAME}: {error}") from None
    except TemplateBroken as broken:
        raise whole.in_place_of(broken, tree, text, template.END) from None
    return page, whole.missing_in_markup(template.END, text)


def _with(page: Page, replaced: int) -> Page:
    return replace(
        page,
        url=canonical(page.url),
        title=readable(page.title).strip() or None if page.title else None,
        byline=_readable(page.byline),
        places=_readable(page.places),
        unread=(*page.unread, *spoiled_words(page, replaced)),
    )


def _readable(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for printed in lines if (line := readable(printed).strip()))
