"""A sign of life after each run, for a dead-man's switch (healthchecks.io and its like): REMARKS_PING_URL.

The switch raises the alarm when the sign stays away: the machine is off, cron is broken, the disk is full. A run that
went well asks for the address; any other sends its lines to the address with `/fail` behind the path.
"""

from __future__ import annotations

import urllib.request
from urllib.parse import urlsplit, urlunsplit

TIMEOUT_SECONDS = 10
#: healthchecks.io keeps 100 kB.
MOST_BYTES = 10_000


def ping(url: str, text: str, *, ok: bool) -> str | None:
    """Why it could not be sent, in words; None where it was. Harms nothing and nobody waits long for it."""
    parts = urlsplit(url)
    address = url if ok else urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/fail"))
    data = None if ok else text.encode()[:MOST_BYTES]
    try:
        request = urllib.request.Request(address, data=data, headers={"User-Agent": "state-remarks"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310 - checked: http or https
            return None
    except (OSError, ValueError) as error:  # URLError is an OSError; a host name may be none
        return f"the sign of life could not be sent to {parts.hostname}: {error}"


def is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
