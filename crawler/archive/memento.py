"""Step 3: what came from the Internet Archive is State's page, as it stood when the Archive captured it. Pure.

The live run (fetch/middlewares.py) and whoever reads the WARC files again (reader.py) come through here, so both see
the same capture: its address is State's, its time in archived_at the Archive's; fetched_at stays when we fetched it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crawler.discovery.wayback import archived_at, read_address
from crawler.errors import Blocked, Gone, NoCapture, Refusal, Rewritten
from crawler.web.urls import canonical, is_state_host

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.items import Capture

#: What the Archive's player puts into the pages that it shows; no page of State's own has them.
PLAYER_MARKS: Final = (b"BEGIN WAYBACK TOOLBAR INSERT", b"_wm.wombat", b"End Wayback Rewrite JS Include")
# <script src="https://web-static.archive.org/_static/js/bundle-playback.js?v=7YQSqjSh">, <script src="/_static/js/...">
PLAYER_SCRIPT: Final = re.compile(
    rb"<(?:script|link)\b[^<>]*?(?:src|href)=[\"']?(?:(?:https?:)?//web(?:-static)?\.archive\.org)?/_static/(?:js|css)/",
    re.IGNORECASE,
)


def as_states(capture: Capture, memento_datetime: str | None) -> Capture:
    """The capture under State's address, with the Archive's time and address; others as they are."""
    address = read_address(capture.url)
    states = _states_url(capture.url)
    if address is None or states is None:
        return capture
    asked = _states_url(capture.requested_url) if capture.requested_url else None
    try:
        moment = archived_at(address, memento_datetime)
    except (ValueError, OverflowError):
        return capture
    return replace(
        capture,
        url=states,
        requested_url=asked if asked != states else None,
        archived_at=moment,
        archive_url=capture.url,
    )


def _states_url(url: str) -> str | None:
    """State's canonical address, of a capture or as it is; None for any other site's."""
    address = read_address(url)
    try:
        states = canonical(address.original if address else url)
    except ValueError:
        return None
    return states if is_state_host(states.split("/")[2]) else None


def judge_raw(capture: Capture) -> None:
    """Raises Rewritten for a page of the Archive's player; passes what came as it was captured."""
    address = read_address(capture.archive_url or "")
    if address is not None and not address.raw:
        raise Rewritten(capture.url, f"not the capture as it came: {capture.archive_url}")
    for mark in PLAYER_MARKS:
        if mark in capture.body:
            raise Rewritten(capture.url, f"the page has the Archive's {mark.decode()!r}")
    if script := PLAYER_SCRIPT.search(capture.body):
        raise Rewritten(capture.url, f"the page has the Archive's {script[0].decode('utf-8', 'replace')!r}")


def judge_memento(url: str, via: str, headers: Mapping[str, str]) -> None:
    """Raises Blocked for what the Archive says by itself with status 200: each of its captures names its time."""
    if via == "wayback" and read_address(url) is not None and "memento-datetime" not in headers:
        raise Blocked(url, "no capture: the Archive answers for itself")


def of_a_capture(refusal: Refusal, headers: dict[str, str]) -> Refusal:
    """With a Memento-Datetime it is State's answer of then: it tells nothing of the Archive, and nothing of now."""
    if isinstance(refusal, Gone):
        return NoCapture(refusal.url, "the Archive has no capture of it")
    if isinstance(refusal, Blocked) and "memento-datetime" in headers:
        return NoCapture(refusal.url, f"captured with {refusal.reason}")
    return refusal
