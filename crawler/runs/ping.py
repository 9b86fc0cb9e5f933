"""A sign of life after each run, for a dead-man's switch (healthchecks.io and its like): REMARKS_PING_URL.

The switch raises the alarm when the sign stays away: the machine is off, cron is broken, the disk is full. A run that
went well asks for the address; any other sends its lines to the address with `/fail` behind the path.
"""

from __future__ import annotations

import threading
import urllib.request
from urllib.parse import urlsplit, urlunsplit

#: For each step of the answer.
TIMEOUT_SECONDS = 10
#: For all of it: a switch may send its answer byte by byte.
MOST_SECONDS = 20
#: healthchecks.io keeps 100 kB.
MOST_BYTES = 10_000


def ping(url: str, text: str, *, ok: bool, most_seconds: float = MOST_SECONDS) -> str | None:
    """Why it could not be sent, in words; None where it was. Harms nothing and nobody waits long for it."""
    parts = urlsplit(url)
    address = url if ok else urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/fail"))
    data = None if ok else text.encode("utf-8", "replace")[:MOST_BYTES]
    trouble: list[str | None] = [f"no whole answer in {most_seconds:g} seconds"]

    def send() -> None:
        try:
            request = urllib.request.Request(address, data=data, headers={"User-Agent": "state-remarks"})  # noqa: S310
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310 - checked: http or https
                trouble[0] = None
        except Exception as error:  # noqa: BLE001 - whatever a stranger answers, the run is over and its rows are stored
            trouble[0] = _shown(error, parts.path)

    # a daemon: one that still waits ends with the program
    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    sender.join(most_seconds)
    return None if trouble[0] is None else f"the sign of life could not be sent to {parts.hostname}: {trouble[0]}"


def _shown(error: Exception, path: str) -> str:
    """One line without control characters, and without the path, which is a password."""
    words = str(error).replace(path, "/...") if len(path) > 1 else str(error)
    printed = "".join(char if char.isprintable() else " " for char in words[:MOST_BYTES])
    return " ".join(printed.split())[:200] or type(error).__name__


def is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
