"""The WordPress form of 2019 to January 2025.

Hosts     2021-2025.state.gov (2017-2021.state.gov holds a static copy of the same form; www until early 2025)
Mark      the headline (`.featured-content__headline`) stands before `.entry-content`, not in it
Title     h1.featured-content__headline
Type      p.article-meta.doctype-meta
Byline    p.article-meta__author-bureau, one person a line (<br>)
Places    p.article-meta__audience (room, building or event) and p.article-meta__location (city); either may be empty,
          and where one is missing the other may hold a room
Date      p.article-meta__publish-date, "November 3, 2023"
Body      div.entry-content; after it `.related-tags`, footer, cookie notice
Oddities  a hidden <input data-filter> at the end of the body, sometimes glued to the last sentence
Fixtures  the pages of 2021-2025.state.gov in crawler/sample
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.templates import wordpress

if TYPE_CHECKING:
    from crawler.items import Capture, Page
    from crawler.web.marks import Marks

NAME = "wordpress_2019"
END = wordpress.END


def matches(marks: Marks) -> bool:
    outside, _ = wordpress.headlines(marks)
    return bool(outside)


def read(marks: Marks, capture: Capture) -> Page:
    return wordpress.read(marks, capture, NAME)
