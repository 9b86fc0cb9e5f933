"""The block form of www.state.gov since 2025.

Hosts     www.state.gov
Mark      the headline (`.featured-content__headline`) stands inside `.entry-content`
Head      hero, breadcrumb (with its toggle word "hide"), headline and meta lines are blocks of the body; the classes of
          the meta lines are those of wordpress_2019
Body      div.entry-content, in it div.classic-block-wrapper or div.wp-block-paragraph; then tags, share, related
Oddities  `.related-content` repeats lines of other pages: never part of this one
Fixtures  the pages of www.state.gov in crawler/sample
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.templates import wordpress

if TYPE_CHECKING:
    from crawler.items import Capture, Page
    from crawler.web.marks import Marks

NAME = "wordpress_2025"
END = wordpress.END


def matches(marks: Marks) -> bool:
    _, inside = wordpress.headlines(marks)
    return bool(inside)


def read(marks: Marks, capture: Capture) -> Page:
    return wordpress.read(marks, capture, NAME)
