"""Step 2, fetch: which hosts refuse us, and are asked nothing more in this run. Pure; one for each run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawler.errors import Blocked, Decoy, NotText
from crawler.web.health import HTML_ASKED

if TYPE_CHECKING:
    from crawler.errors import Refusal

#: Repetitions of a request to a host whose last answer, too, was a refusal.
SUSPECT_RETRIES: Final = 1


@dataclass(slots=True)
class Sentinel:
    """Counts refusals in a row; an address that is asked again after 429 or a dropped connection counts once."""

    most: int = 3
    """Refusals in a row after which a host is closed."""
    in_a_row: Counter[str] = field(default_factory=Counter)
    closed: dict[str, str] = field(default_factory=dict)
    """Host and the last refusal, in words."""

    def refused(self, host: str, words: str) -> bool:
        """Whether this refusal closes the host."""
        self.in_a_row[host] += 1
        if host in self.closed or self.in_a_row[host] < self.most:
            return False
        self.closed[host] = words
        return True

    def answered(self, host: str) -> None:
        self.in_a_row[host] = 0

    def retries(self, host: str, most: int) -> int:
        """How often a request may be repeated: a host that refuses everything is not asked four times for each page."""
        return min(most, SUSPECT_RETRIES) if self.in_a_row[host] else most


def is_of_the_host(refusal: Refusal) -> bool:
    """Whether it tells of the host, which refuses us, and not of the page."""
    return isinstance(refusal, Blocked | Decoy) or (
        isinstance(refusal, NotText) and refusal.reason.startswith(HTML_ASKED)
    )
