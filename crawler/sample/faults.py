"""Ways in which a host goes wrong, to be switched on by tests: each makes another answer of the right one.

Fault("www.state.gov", "^/briefings/", "decoy200", times=1) spoils the first answer for such an address of that host.
Pure but for Fault.fired.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import shake_256
from random import Random
from typing import TYPE_CHECKING, Literal, get_args

from crawler.sample import furniture, listings, shells
from crawler.sample.answers import Answer, Asked, page, redirect

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.sample.routes import Library

Mode = Literal[
    "block403",  # the edge's refusal, with its status
    "decoy200",  # the same page with status 200
    "http404",
    "http410",
    "http429",  # with Retry-After: 1
    "http500",
    "http503",
    "drop",  # the connection ends without an answer
    "truncate",  # it ends in the middle of the body
    "cut",  # the page ends in the middle of its text, and its length fits
    "no_end",  # the page without </body></html>
    "slow",  # the answer comes after Fault.seconds
    "empty200",  # no body
    "garbage",  # bytes that are no text, as text/html
    "pdf",  # a file of another kind
    "huge",  # the page and 30 MB after it
    "huge_unannounced",  # the same without Content-Length
    "redirect_offsite",
    "redirect_loop",
    "no_template",  # a page of a form that nobody knows
    "two_templates",  # a page with the marks of both hosts
    "impossible_date",  # the page with the date February 31
    "renamed_byline",  # the page with another class for its byline
    "renamed_headline",
    "renamed_body",
    "no_items",  # a listing without items that still counts them
    "html_for_json",  # the refusal in place of a feed, sitemap or REST list, with status 200
]
HUGE_BYTES = 30_000_000
OFFSITE = "https://offsite.invalid/landing/"
# <p class="article-meta__publish-date">March 4, 2026</p>
PRINTED_DATE = re.compile(rb'(article-meta__publish-date">)[^<]*')
# What stands behind the text, by host.
BEHIND_TEXT = re.compile(rb'class="(?:related-tags|wp-block-tags-block)|BACK TO TOP|Back to Top|\[End of Document\]')
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
EDGE = (("Server", "AkamaiGHost"),)


@dataclass
class Fault:
    """A rule of misbehaviour; raises ValueError for a mode that is none."""

    host: str
    path: str
    """A regular expression, searched in path and query."""
    mode: Mode
    times: int | None = None
    """How often it fires; None: always."""
    seconds: float = 3.0
    """How long `slow` waits."""
    rate: float = 1.0
    """Share of the requests that it spoils, 0 to 1; chosen by the seed, so that a test comes out the same."""
    seed: int = 1
    fired: int = 0

    def __post_init__(self) -> None:
        if self.mode not in get_args(Mode):
            raise ValueError(f"no such fault: {self.mode!r}")
        self._dice = Random(self.seed)  # noqa: S311 - chance, not a secret

    def takes(self, asked: Asked) -> bool:
        """Whether it is for this request and has firings left."""
        left = self.times is None or self.fired < self.times
        mine = left and asked.host == self.host and re.search(self.path, asked.target) is not None
        return mine and self._dice.random() < self.rate


def spoiled(fault: Fault, asked: Asked, answer: Answer, library: Library) -> Answer:
    """The wrong answer that the fault makes of the right one."""
    if fault.mode == "slow":
        return replace(answer, delay_seconds=fault.seconds)
    if fault.mode in WITHOUT_LOOKING:
        return WITHOUT_LOOKING[fault.mode]()
    return SPOILERS[fault.mode](asked, answer, library)


def _refusal(status: int) -> Answer:
    return replace(page(furniture.piece("decoy"), status=status), headers=EDGE)


def _broken(status: int, *headers: tuple[str, str]) -> Answer:
    return replace(page(f"<html><body><h1>{status}</h1></body></html>", status=status), headers=headers)


WITHOUT_LOOKING: dict[str, Callable[[], Answer]] = {
    "block403": lambda: _refusal(403),
    "decoy200": lambda: _refusal(200),
    "html_for_json": lambda: _refusal(200),
    "http404": lambda: _broken(404),
    "http410": lambda: _broken(410),
    "http429": lambda: _broken(429, ("Retry-After", "1")),
    "http500": lambda: _broken(500),
    "http503": lambda: _broken(503),
    "drop": lambda: Answer(dropped=True),
    "empty200": lambda: page(""),
    "garbage": lambda: Answer(body=shake_256(b"garbage").digest(50_000)),
    "pdf": lambda: Answer(content_type="application/pdf", body=PDF),
    "redirect_offsite": lambda: redirect(OFFSITE, 302),
    "no_template": lambda: page(furniture.piece("no_template")),
}


def _truncate(asked: Asked, answer: Answer, library: Library) -> Answer:
    return replace(answer, cut=True)


def _cut(asked: Asked, answer: Answer, library: Library) -> Answer:
    foot = BEHIND_TEXT.search(answer.body)
    end = foot.start() if foot else len(answer.body)
    return _changed(answer, answer.body[: (answer.body.find(b"publish-date") + end) // 2])


def _no_end(asked: Asked, answer: Answer, library: Library) -> Answer:
    return _changed(answer, answer.body.replace(b"</body></html>", b""))


def _changed(answer: Answer, body: bytes) -> Answer:
    """With another body and a validator of its own, as a cache would have it."""
    headers = tuple(pair for pair in answer.headers if pair[0] not in ("ETag", "Last-Modified"))
    return replace(answer, body=body, headers=(*headers, ("ETag", f'"cut-{len(body)}"')))


def _huge(asked: Asked, answer: Answer, library: Library) -> Answer:
    return replace(answer, padding_bytes=HUGE_BYTES)


def _huge_unannounced(asked: Asked, answer: Answer, library: Library) -> Answer:
    return replace(answer, padding_bytes=HUGE_BYTES, announced=False)


def _redirect_loop(asked: Asked, answer: Answer, library: Library) -> Answer:
    return redirect(f"{asked.scheme}://{asked.host}{asked.target}", 302)


def _two_templates(asked: Asked, answer: Answer, library: Library) -> Answer:
    document = library.at(asked.host, asked.path) or library.on(asked.host)[0]
    return page(shells.two_templates(document, asked.host))


def _impossible_date(asked: Asked, answer: Answer, library: Library) -> Answer:
    return replace(answer, body=PRINTED_DATE.sub(rb"\1February 31, 2026", answer.body))


def _renamed(old: bytes, new: bytes) -> Callable[[Asked, Answer, Library], Answer]:
    """State gives a class another name: the page looks as before."""

    def rename(asked: Asked, answer: Answer, library: Library) -> Answer:
        headers = tuple(pair for pair in answer.headers if pair[0] not in ("ETag", "Last-Modified"))
        return replace(answer, body=answer.body.replace(old, new), headers=headers)

    return rename


def _no_items(asked: Asked, answer: Answer, library: Library) -> Answer:
    section, _ = listings.read_address(asked.path) or ("press-releases", 1)
    documents = listings.in_section(section, library.on(asked.host))
    return page(listings.empty_listing(documents, asked.host, section))


SPOILERS: dict[str, Callable[[Asked, Answer, Library], Answer]] = {
    "truncate": _truncate,
    "cut": _cut,
    "no_end": _no_end,
    "huge": _huge,
    "huge_unannounced": _huge_unannounced,
    "redirect_loop": _redirect_loop,
    "two_templates": _two_templates,
    "impossible_date": _impossible_date,
    "renamed_byline": _renamed(b"article-meta__author-bureau", b"byline__name"),
    "renamed_headline": _renamed(b"featured-content__headline", b"hero__headline"),
    "renamed_body": _renamed(b"entry-content", b"post-body"),
    "no_items": _no_items,
}
