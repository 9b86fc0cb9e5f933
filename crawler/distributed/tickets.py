"""What goes between a run and its workers, by way of Redis. Data only.

Both are pickled, as scrapy-redis does with requests: whoever can write to that Redis can do what the run can.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

#: Of scrapy-redis: requests that were handed over and that no worker has taken yet.
HANDED: Final = "remarks:handed"
#: A key a ticket, there until a worker takes it or nobody waits for it any more.
TICKET: Final = "remarks:ticket:"
#: A list a run: the answers that it has not taken yet.
ANSWERS: Final = "remarks:answers:"
#: A key a host, there while it is being asked and for the delay after.
HOST: Final = "remarks:host:"

META_TICKET: Final = "remarks_ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Travels with a request, in its meta."""

    id: str
    answers: str
    """The key under which the run waits."""
    delay_seconds: float
    """From an answer of the host to the next request to it."""
    lease_seconds: float
    """After so long the worker is given up, and its host is free again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came over the wire, or what went wrong."""

    ticket: str
    status: int = 0
    headers: dict[bytes, list[bytes]] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    protocol: str | None = None
    ip: str | None = None
    """None behind a proxy, whose address it would be."""
    failure: tuple[str, str] | None = None
    """Class of the exception, as an import path, and its words."""
