"""Step 4: what a courtesy translation says of its original. Pure.

Hosts     www.state.gov and its archives, under /translations/<language>/
Oddities  the last lines name the English original ("Véase el contenido original en: <address>"); speaker labels are
          translated (data/labels.toml); the date is printed in English or in the page's language
          (foreign_dates.py)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.discovery.urls import canonical, is_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.items import Block

FOLDER = "/translations/"
# The original is named among the last lines.
LAST_BLOCKS = 8
# "https://www.state.gov/secretary-fenwick-remarks/" in a line of text
ADDRESS = re.compile(r"https?://[^\s<>()\"“”«»]+[^\s<>()\"“”«».,;:]")


def is_translation(url: str, language: str | None) -> bool:
    return FOLDER in urlsplit(url).path or not (language or "en").lower().startswith("en")


def original_of(blocks: Sequence[Block], url: str, language: str | None) -> str | None:
    """The canonical address of the English original that a translation names in its last lines, the first of them."""
    if not is_translation(url, language):
        return None
    for block in [block for block in blocks if block.text][-LAST_BLOCKS:]:
        for address in (*(href for _, _, href in block.links), *ADDRESS.findall(block.text)):
            if _is_original(address, url):
                return canonical(address)
    return None


def _is_original(address: str, url: str) -> bool:
    if not address.startswith(("http://", "https://")) or not is_page(address) or FOLDER in address:
        return False
    return canonical(address) != canonical(url)
