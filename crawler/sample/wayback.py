"""A small Internet Archive behind web.archive.org: the CDX listing and the captures of the sample's documents. Pure.

Each document is captured an hour after its last edit, and once more a day later by a robot that was refused then (the
edge's decoy, status 200): the newest capture is no good, the one before it is.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.sample import furniture, shells
from crawler.sample.answers import Answer, page, redirect

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.sample.answers import Asked
    from crawler.sample.documents import Document
    from crawler.sample.routes import Library

HOST = "web.archive.org"
# The document whose newest capture is a decoy.
REFUSED = "footnotes"
HEAD = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
# /web/20260305121500id_/https://www.state.gov/briefings/x/
CAPTURE = re.compile(r"/web/(\d{4,14})(id_)?/https?://([^/:]+)(?::80)?(/.*)")
NOTHING = "<html><body><p>The Wayback Machine has not archived that URL.</p></body></html>"
TOOLBAR = "<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id='wm-ipp'></div><!-- END WAYBACK TOOLBAR INSERT -->"


def answer(asked: Asked, library: Library) -> Answer:
    if asked.path == "/cdx/search/cdx":
        return _listing(asked, library)
    match = CAPTURE.fullmatch(asked.path)
    document = library.at(match[3], match[4]) if match else None
    if match is None or document is None:
        return page(NOTHING, status=404)
    return _capture(document, match[3], match[1], raw=bool(match[2]))


def _captures(document: Document) -> list[datetime]:
    first = document.modified.astimezone(UTC) + timedelta(hours=1)
    return [first, first + timedelta(days=1)] if document.name == REFUSED else [first]


def _capture(document: Document, host: str, timestamp: str, *, raw: bool) -> Answer:
    """The capture at that time; another time leads to the newest one."""
    made = {f"{moment:%Y%m%d%H%M%S}": moment for moment in _captures(document)}
    if timestamp not in made:
        return redirect(f"https://{HOST}/web/{max(made)}{'id_' if raw else ''}/{document.address(host)}", 302)
    refused = document.name == REFUSED and timestamp == max(made)
    text = furniture.piece("decoy") if refused else shells.page(document, host)
    shown = page(text if raw else text.replace("<body", f"{TOOLBAR}<body", 1))
    header = ("Memento-Datetime", format_datetime(made[timestamp], usegmt=True))
    return Answer(body=shown.body, headers=(header,))


def _listing(asked: Asked, library: Library) -> Answer:
    """Two rows an answer, so that whoever reads it has to go on."""
    host = urlsplit(f"https://{asked.query.get('url', '')}").hostname or ""
    rows = sorted(
        [document.address(host), f"{moment:%Y%m%d%H%M%S}", document.name]
        for document in library.on(host)
        for moment in _captures(document)
        if f"{moment:%Y%m%d}" >= asked.query.get("from", "")
    )
    start = int(asked.query.get("resumeKey", "row%2C0").replace("%2C", ",").split(",")[1])
    shown: list[list[str]] = [
        [f"gov,state)/{name}", timestamp, url.replace("https://", "http://").replace(".gov/", ".gov:80/"),
         "text/html", "200", name.upper(), "20000"]
        for url, timestamp, name in rows[start : start + 2]
    ]  # fmt: skip
    more: list[list[str]] = [[], [f"row%2C{start + 2}"]] if len(rows) > start + 2 else []
    return Answer(content_type="application/json", body=json.dumps([HEAD, *shown, *more] if shown else []).encode())
