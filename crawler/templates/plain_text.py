"""Plain text: what a reader's "save as text" or a scraper keeps of a page, furniture included.

Mark      media type text/plain, or no HTML element at all
Head      none that can be told from the rest: title, date and type stay None
Body      blocks are parted by blank lines; the furniture of the page stands in it and is taken away by strip
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.controls import readable
from crawler.items import Block, Page

if TYPE_CHECKING:
    from crawler.items import Capture

NAME = "plain_text"
# "<p>", "<!DOCTYPE html>", "</div>"; not "a < b", not "<noname@example.org>"
ELEMENT = re.compile(
    r"<(?:!doctype|/?(?:html|head|body|div|p|br|span|table|a|script|meta|title|h[1-6]|strong|b)\b)",
    re.I,
)
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
SPACE = re.compile(r"[^\S\n]+")


def matches(text: str, content_type: str | None) -> bool:
    declared = (content_type or "").split(";")[0].strip().lower()
    return not ELEMENT.search(text) and declared in ("", "text/plain")


def read(text: str, capture: Capture) -> Page:
    blocks = tuple(Block(text=part, tag="text") for part in _paragraphs(text))
    return replace(Page(url=capture.url, template=NAME), blocks=blocks)


def _paragraphs(text: str) -> list[str]:
    unix = readable(text).replace("\r\n", "\n").replace("\r", "\n")
    folded = ("\n".join(SPACE.sub(" ", line).strip() for line in part.split("\n")) for part in BLANK_LINE.split(unix))
    return [part.strip() for part in folded if part.strip()]
