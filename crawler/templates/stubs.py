"""Step 4: pages of 2009-2017 that are nothing but the way to another page. Pure.

Seen as pages without any mark of a template and with `<meta http-equiv="refresh" content="0; URL=…">`: the text was
moved and its old address was kept so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from crawler.web.urls import joined

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

# "0; URL=/secretary/remarks/2016/07/259000.htm", "5;url='https://2009-2017.state.gov/…'"
TARGET = re.compile(r"\A\s*+[\d.]*+\s*+(?:[;,]\s*+)?url\s*+=\s*+(?:['\"]\s*+)?([^'\"\s]++)", re.I)
# A page with more words than this says something itself.
MOST_WORDS = 80


def target_of(tree: LexborHTMLParser, url: str) -> str | None:
    """Where a stub leads, absolute; None for a page that is none."""
    if tree.body is not None and len(tree.body.text(separator=" ").split()) > MOST_WORDS:
        return None
    for node in tree.css("meta[http-equiv][content]"):
        if (node.attributes.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        match = TARGET.match(node.attributes.get("content") or "")
        if match is None:
            continue
        try:
            target = urldefrag(joined(url, match[1])).url
        except ValueError:
            return match[1]  # it leads nowhere that anybody asks
        return None if target == urldefrag(url).url else target
    return None
