"""Named refusals: why a page did not become a remark.

Pure code raises them; rebuild/reading.py catches them, and the adapters (spiders/, sources/) turn each into a row of
`captures` with that outcome, a count in the run and a part of the verdict. The bytes are in the WARC file by then.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, Self

from crawler.controls import one_line, printable

if TYPE_CHECKING:
    from crawler.items import Page, Remark

#: What of the words of an exception stands in a reason, and what of its traceback in a report, in characters.
MOST_WORDS = 200
MOST_REASON = 1000
MOST_TRACE = 6000
#: Frames of a traceback, the innermost ones: an endless recursion has a thousand.
MOST_FRAMES = 20


class Refusal(Exception):
    """A page that must not be stored as a remark. `outcome` is the word that stands in captures.outcome."""

    outcome: ClassVar[str] = "refused"
    #: Whether the page, host or program needs looking at: such a run ends degraded.
    degrades: ClassVar[bool] = True

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = one_line(url), one_line(reason)[:MOST_REASON]
        super().__init__(f"{self.outcome}: {self.url}: {self.reason}")

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str]]:
        """So that it may come from another process."""
        return type(self), (self.url, self.reason)


class Blocked(Refusal):
    """The host refused us: 401, 403, 429, 503 after all retries, or a challenge page."""

    outcome = "blocked"


class Decoy(Refusal):
    """Status 200 and a page that says it is not the page ("Technical Difficulties", a robot check)."""

    outcome = "decoy"


class Gone(Refusal):
    """404 or 410 for an address that an index lists."""

    outcome = "gone"


class NotText(Refusal):
    """The body is not the kind of text that was asked for: binary, another media type, or undecodable."""

    outcome = "not_text"


class Moved(Refusal):
    """A page that is nothing but the way to another one (a meta refresh); `target` is its address."""

    outcome = "redirect"
    degrades = False

    def __init__(self, url: str, target: str) -> None:
        super().__init__(url, f"leads to {target}")
        self.target = target

    def __reduce__(self) -> tuple[type[Moved], tuple[str, str]]:
        return type(self), (self.url, self.target)


class Empty(Refusal):
    """A body without content."""

    outcome = "empty"


class TooLarge(Refusal):
    """The body is larger than REMARKS_MAX_PAGE_BYTES; its first bytes are not kept."""

    outcome = "too_large"


class CutOff(Refusal):
    """An answer that is not whole: it broke off, lacks the end of its form, or its server broke down on the way."""

    outcome = "cut_off"

    def __init__(self, url: str, reason: str, page: Page | None = None, remark: Remark | None = None) -> None:
        super().__init__(url, reason)
        self.page = page
        """What was read, where the end alone is missing."""
        self.remark = remark
        """The same after steps 5-8: another day may confirm it (exporters/sqlite/settle.py)."""

    def __reduce__(self) -> tuple[type[CutOff], tuple[str, str, Page | None, Remark | None]]:  # type: ignore[override]
        return type(self), (self.url, self.reason, self.page, self.remark)


class Thinner(Refusal):
    """A page that has lost nearly everything that an earlier version holds; it stays until another day confirms."""

    outcome = "thinner"


class Offsite(Refusal):
    """A redirect to a host that is not one of State's."""

    outcome = "offsite"


class Unreachable(Refusal):
    """No answer after all retries: name, connection, certificate or time."""

    outcome = "unreachable"


class Unproven(Refusal):
    """A 304 that says nothing of what is held; the page is asked for whole."""

    outcome = "unproven"
    degrades = False


class Waiting(Refusal):
    """Not asked for, because its host refused too often in this run; a later run asks. The host is named instead."""

    outcome = "waiting"
    degrades = False


class NoCapture(Refusal):
    """The Internet Archive has no capture of the page. Nothing is said of the page itself: it is not gone."""

    outcome = "no_capture"


class Rewritten(Refusal):
    """A page of the Internet Archive's player, with its toolbar and changed links, not the capture as it came."""

    outcome = "rewritten"


class UnknownTemplate(Refusal):
    """No template claims the page."""

    outcome = "unknown_template"


class AmbiguousTemplate(Refusal):
    """More than one template claims the page."""

    outcome = "ambiguous_template"


class TemplateBroken(Refusal):
    """The template claims the page, but a part that it always has is missing or cannot be read."""

    outcome = "broken"


class BadIndex(Refusal):
    """A listing, feed, sitemap or REST answer that cannot be one: no items, wrong form, incomplete."""

    outcome = "bad_index"


class NotRemarks(Refusal):
    """A sound page of a type that was not asked for. Nothing is wrong, so it does not degrade the run."""

    outcome = "not_remarks"
    degrades = False


class OutOfSpan(Refusal):
    """A sound page of a date that was not asked for; another run may ask for it."""

    outcome = "out_of_span"
    degrades = False


class Unread(Refusal):
    """An answer that this program could not read to its end, or not store: nothing is said of the page itself."""

    def of(self, url: str) -> Self:
        """The same of the answer at that address."""
        return type(self)(url, self.reason)


class TooSlow(Unread):
    """Reading it took longer than REMARKS_READ_SECONDS."""

    outcome = "too_slow"


class Crashed(Unread):
    """A fault of this program: reading or storing the answer raised what nobody foresaw, or ended the process."""

    outcome = "crashed"

    def __init__(self, url: str, reason: str, trace: str = "") -> None:
        super().__init__(url, reason)
        self.trace = trace
        """The traceback, for the run's report."""

    def __reduce__(self) -> tuple[type[Crashed], tuple[str, str, str]]:  # type: ignore[override]
        return type(self), (self.url, self.reason, self.trace)

    def of(self, url: str) -> Self:
        return type(self)(url, self.reason, self.trace)

    @classmethod
    def by(cls, url: str, error: BaseException) -> Self:
        """Of what the exception says, where it was raised, and its traceback."""
        frames = traceback.extract_tb(error.__traceback__)
        place = f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name})" if frames else ""
        words = " ".join(str(error).split())[:MOST_WORDS]
        trace = "".join(traceback.format_exception(error, limit=-MOST_FRAMES))
        return cls(url, ": ".join(filter(None, (type(error).__name__, words))) + place, printable(trace[-MOST_TRACE:]))
