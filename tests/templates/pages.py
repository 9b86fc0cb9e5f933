"""Small invented pages in both WordPress forms, built by parts, so that a variant changes one part."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from crawler.items import Capture

ADDRESS = "https://2021-2025.state.gov/opening-of-the-tern-bridge/"
TYPE = '<p class="article-meta doctype-meta">Remarks to the Press</p>'
BYLINE = '<p class="article-meta__author-bureau">Ada Fenwick, Secretary of State</p>'
PLACES = '<p class="article-meta__location">Tern Hall</p><p class="article-meta__location">Port Alder</p>'
DATE = '<p class="article-meta__publish-date">November 3, 2023</p>'
TEXT = "<p><b>SECRETARY FENWICK:</b> Good morning.</p><p><b>QUESTION:</b> Is it open?</p>"


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of a page, each as markup; an empty one is missing."""

    html: str = '<html lang="en-US">'
    canonical: str = f'<link rel="canonical" href="{ADDRESS}" />'
    times: str = ""
    ids: str = ""
    body: str = '<body class="state_briefing-template-default single postid-9001">'
    article: str = "<article>"
    headline: str = '<h1 class="featured-content__headline stars-above">Opening of the Tern Bridge</h1>'
    meta: str = '<div class="article-meta">'
    type: str = TYPE
    byline: str = BYLINE
    places: str = PLACES
    date: str = DATE
    content: str = '<div class="entry-content">'
    text: str = TEXT
    inside: str = ""
    """At the end of the body's container."""
    after: str = ""
    """Behind it."""

    def head(self) -> str:
        return (
            f'<!DOCTYPE html>{self.html}<head><meta charset="UTF-8"><title>Opening of the Tern Bridge</title>'
            f"{self.canonical}{self.times}{self.ids}</head>{self.body}"
        )

    def top(self) -> str:
        return f"{self.headline}<section>{self.meta}{self.type}{self.byline}{self.places}{self.date}</div></section>"


def page_2019(**parts: str) -> bytes:
    """Headline and meta lines stand before `.entry-content`."""
    p = Parts(**parts)
    content = f"{p.content}{p.text}{p.inside}</div>" if p.content else f"{p.text}{p.inside}"
    return f"{p.head()}<main>{p.article}{p.top()}{content}{p.after}</article></main></body></html>".encode()


def page_2025(**parts: str) -> bytes:
    """Headline and meta lines are blocks inside `.entry-content`."""
    p = Parts(**parts)
    hero = f'<div class="wp-block-default-hero-container"><nav id="breadcrumb__wrapper">Home</nav>{p.top()}</div>'
    text = f'<div class="classic-block-wrapper">{p.text}</div>'
    content = f"{p.content}{hero}{text}{p.inside}</div>" if p.content else f"{hero}{text}{p.inside}"
    return f"{p.head()}<main>{p.article}{content}{p.after}</article></main></body></html>".encode()


FORMS = {"wordpress_2019": page_2019, "wordpress_2025": page_2025}


def capture(body: bytes, **changes: str | None) -> Capture:
    base = Capture(
        url=ADDRESS,
        fetched_at="2024-02-01T09:00:00Z",
        status=200,
        body=body,
        digest="sha256:0",
        content_type="text/html; charset=UTF-8",
    )
    return replace(base, **changes)


def json_ld(data: object) -> str:
    return f'<script type="application/ld+json" class="yoast-schema-graph">{json.dumps(data)}</script>'
