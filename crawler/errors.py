"""Named refusals: why a page did not become a remark.

Pure code raises them; only the adapters (pipelines.py, spiders/) catch them, and turn each into a row of `captures`
with that outcome, a count in the run and a part of the verdict. The bytes are in the WARC file by then.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """A page that must not be stored as a remark. `outcome` is the word that stands in captures.outcome."""

    outcome: ClassVar[str] = "refused"
    #: Whether the page, host or program needs looking at: such a run ends degraded.
    degrades: ClassVar[bool] = True

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{self.outcome}: {url}: {reason}")
        self.url = url
        self.reason = reason

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
