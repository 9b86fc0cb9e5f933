"""Listing pages (`/press-releases/page/2/` and the sections) and the page that tells there is none. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.sample.shells import MIRROR, SITE_NAME, frame, wordpress_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.sample.documents import Document

PER_PAGE = 5
SECRETARY_TYPES = frozenset({"Remarks", "Remarks to the Press", "Interview"})
# "Ada R. Fenwick, Secretary of State"
OF_THE_SECRETARY = re.compile(r"\A[^,]+, Secretary of State")


def of_the_secretary(document: Document) -> bool:
    spoken = document.type in SECRETARY_TYPES
    return spoken and any(OF_THE_SECRETARY.fullmatch(line) for line in document.byline)


# By the address's first part; a Secretary's own section is named after the Secretary: /remarks-secretary-<surname>/.
SECTIONS: dict[str, Callable[[Document], bool]] = {
    "press-releases": lambda document: True,
    "department-press-briefings": lambda document: document.type == "Department Press Briefing",
    "public-schedule": lambda document: document.type == "Public Schedule",
    "remarks-secretary-": of_the_secretary,
}
# "/press-releases", "/press-releases/page/2", "/remarks-secretary-fenwick/page/1"
ADDRESS = re.compile(r"/([a-z]+(?:-[a-z]+)*)(?:/page/(\d+))?/?")


def read_address(path: str) -> tuple[str, int] | None:
    """Section and page number that a listing's path names; None for another path."""
    match = ADDRESS.fullmatch(path)
    if not match or _predicate(match[1]) is None:
        return None
    return match[1], int(match[2] or 1)


def in_section(section: str, documents: Sequence[Document]) -> list[Document]:
    predicate = _predicate(section)
    return [document for document in documents if predicate is not None and predicate(document)]


def _predicate(section: str) -> Callable[[Document], bool] | None:
    person = section.startswith("remarks-secretary-")
    return SECTIONS.get("remarks-secretary-" if person else section)


def listing(documents: Sequence[Document], host: str, section: str, number: int) -> str | None:
    """Page `number` of the section's documents, newest first; None past the end."""
    pages = max(1, -(-len(documents) // PER_PAGE))
    if not 1 <= number <= pages:
        return None
    shown = documents[(number - 1) * PER_PAGE : number * PER_PAGE]
    return _page(host, section, len(documents), shown, _pagination(host, section, number, pages))


def empty_listing(documents: Sequence[Document], host: str, section: str) -> str:
    """A listing whose items are missing although it still counts them."""
    return _page(host, section, len(documents), (), "")


def not_found(host: str) -> str:
    head = f"<title>Page not found - {SITE_NAME}</title>"
    return frame(head, "error404", host, "<main><h1>Page not found</h1><p>There is nothing at this address.</p></main>")


def _page(host: str, section: str, total: int, shown: Sequence[Document], pagination: str) -> str:
    heading = section.replace("-", " ").title()
    ids = [document.wp_id for document in shown]
    main = f"""<main id="content"><h1>{heading}</h1>
<div class="collection-info"><p class="collection-info__total">Results
<span class="collection-info__number">{total}</span></p></div>
<ul id="col_json_result" class="collection-results" data-returned-posts="{ids}">
{"".join(_item(document, host) for document in shown)}</ul>
<div class="pagination">{pagination}</div></main>"""
    head = f'<title>{heading} - {SITE_NAME}</title>\n<link rel="canonical" href="https://{host}/{section}/" />'
    return frame(head, "page-template-collection", host, main)


def _item(document: Document, host: str) -> str:
    address = document.address(host) + ("index.html" if host == MIRROR else "")
    return f"""<li class="collection-result">
<p class="collection-result__date">{document.type}</p>
<a href="{address}" class="collection-result__link" target="_self">
   {wordpress_text(document.title)}
</a>
<div class="collection-result-meta" dir="ltr">{_person(document)}<span dir="ltr">{document.date_printed}</span></div>
</li>
"""


def _person(document: Document) -> str:
    """The byline's span, which only items of the Secretary have."""
    if not of_the_secretary(document):
        return ""
    return f'<span dir="ltr">{wordpress_text(document.byline[0].split(",")[0])}</span>'


def _pagination(host: str, section: str, number: int, pages: int) -> str:
    def address(page: int) -> str:
        return f"https://{host}/{section}/page/{page}/"

    numbers = "".join(
        f'<span class="page-numbers current">{page}</span>'
        if page == number
        else f'<a class="page-numbers" href="{address(page)}">{page}</a>'
        for page in range(1, pages + 1)
    )
    following = f'<a class="next page-numbers" href="{address(number + 1)}">Next</a>' if number < pages else ""
    return numbers + following
