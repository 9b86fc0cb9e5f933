"""Steps 4-8 as one pure function: a capture in, a remark out. Imports neither Scrapy nor Twisted, touches no file.

A run and everything that reads captures again come here by rebuild/reading.py (a test holds them together).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.errors import CutOff, Refusal
from crawler.templates import parse_page
from crawler.transcript.boilerplate import strip
from crawler.transcript.speakers.identify import identify
from crawler.transcript.turns import split
from crawler.transcript.validate import validate

if TYPE_CHECKING:
    from crawler.items import Capture, Page, Remark


def run(capture: Capture) -> Remark:
    """The remark that the capture holds. Raises a Refusal (errors.py) naming the page and what was wrong."""
    return finish(parse_page(capture))


def behind(refusal: Refusal | None) -> Remark | None:
    """What a page holds that is refused for the want of its end alone; None for any other refusal."""
    if not isinstance(refusal, CutOff) or refusal.page is None:
        return None
    try:
        return finish(refusal.page)
    except Refusal:
        return None


def finish(page: Page) -> Remark:
    """Steps 5-8."""
    return validate(identify(split(strip(page))))


STEPS = (parse_page, strip, split, identify, validate)
"""The functions that `run` composes, in order."""
