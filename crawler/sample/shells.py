"""The page around each document, one pure function a host's template.

2017-2021, 2021-2025  headline and meta lines stand before `.entry-content`
www.state.gov         hero, breadcrumb, headline and meta lines are blocks inside `.entry-content`
before 2017           shell_2009.py, shell_2001.py, shell_1997.py
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from crawler.sample import shell_1997, shell_2001, shell_2009
from crawler.sample.furniture import piece

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.sample.documents import Document

CURRENT = "www.state.gov"
ARCHIVE = "2021-2025.state.gov"
MIRROR = "2017-2021.state.gov"
WORDPRESS = (CURRENT, ARCHIVE, MIRROR)
OLDER: dict[str, Callable[[Document], tuple[bytes, str]]] = {
    "2009-2017.state.gov": shell_2009.page,
    "2001-2009.state.gov": shell_2001.page,
    "1997-2001.state.gov": shell_1997.page,
}
HOSTS = (*WORDPRESS, *OLDER)
HTML = "text/html; charset=UTF-8"
SITE_NAME = "United States Department of State"
# What WordPress prints as a numeric reference in titles: & “ ” ‘ ’ – —
REFERENCES = {"&amp;": "&#038;"} | {char: f"&#{ord(char)};" for char in "“”‘’–—"}
REFERENCE = re.compile("|".join(REFERENCES))
NOT_SLUG = re.compile(r"[^a-z0-9]+")


def wordpress_text(text: str) -> str:
    """Text as WordPress escapes a title: `“Docks & <b>”` -> `&#8220;Docks &#038; &lt;b&gt;&#8221;`."""
    return REFERENCE.sub(lambda match: REFERENCES[match[0]], escape(text))


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def served(document: Document, host: str) -> tuple[bytes, str]:
    """The whole page as that host serves it, in bytes, and the content type that it declares."""
    return OLDER[host](document) if host in OLDER else (page(document, host).encode(), HTML)


def page(document: Document, host: str) -> str:
    """The page of a WordPress host."""
    if document.decoy:
        return document.body
    return (_current if host == CURRENT else _archive)(document, host)


def content(document: Document, host: str) -> str:
    """What stands in `.entry-content`, which is also REST's `content.rendered`."""
    return _current_content(document) if host == CURRENT else _archive_content(document)


def two_templates(document: Document, host: str) -> str:
    """A page with the marks of both templates."""
    return _archive(document, host, _current_content(document))


def meta_lines(document: Document) -> str:
    byline = "<br/>".join(wordpress_text(line) for entry in document.byline for line in entry.split("\n"))
    places = [f'<p class="article-meta__location">{wordpress_text(place)}</p>' for place in document.places]
    return "\n".join(
        [
            f'<p class="article-meta doctype-meta">{wordpress_text(document.type)}</p>',
            f'<p class="article-meta__author-bureau">{byline}</p>',
            *places,
            f'<p class="article-meta__publish-date">{document.date_printed}</p>',
        ]
    )


def archive_notice(host: str) -> str:
    if host == CURRENT:
        return ""
    years = host.removesuffix(".state.gov")
    first, last = years.split("-")
    return piece("archive_notice", years=years, first=first, last=last)


def frame(head: str, body_class: str, host: str, main: str, language: str = "en-US") -> str:
    """A page of the host: its head, and main between banner, menu and footer."""
    return f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="UTF-8">
{head}
{piece("scripts")}</head>
<body class="{body_class}">{piece("banner")}
{archive_notice(host)}{piece("menu")}
{main}
{piece("footer")}
{piece("cookies")}</body></html>
"""


def _archive(document: Document, host: str, inside: str | None = None) -> str:
    main = f"""<div id="content" class="site-content"><main id="main" class="site-main">
<article id="post-{document.wp_id}" class="post-{document.wp_id} {document.post_type} type-{document.post_type}">
<div class="featured-content"><div class="featured-content__copy">{_headline(document)}</div></div>
<section class="entry-meta"><div class="article-meta">{meta_lines(document)}</div></section>
{piece("share")}
<div class="entry-content">{inside or _archive_content(document)}</div><!-- .entry-content -->
{_archive_tags(document)}</article></main></div>"""
    return frame(_head(document, host), _body_class(document), host, main, document.language)


def _archive_content(document: Document) -> str:
    return f'{document.body}<p><input type="hidden" data-filter="111000000100" /></p>\n'


def _archive_tags(document: Document) -> str:
    return f"""<div class="related-tags"><h2 class="related-tags__heading">Tags</h2>
<div class="related-tags__pills">{_tag_links(document)}</div></div>"""


def _current(document: Document, host: str) -> str:
    classes = f"post-{document.wp_id} {document.post_type} type-{document.post_type}"
    main = f"""<main id="content"><article class="{classes}">
<div class="entry-content wp-block-post-content">{_current_content(document)}</div><!-- .entry-content -->
</article></main>"""
    return frame(_head(document, host), "wp-singular " + _body_class(document), host, main)


def _current_content(document: Document) -> str:
    breadcrumb = piece("breadcrumb", title=wordpress_text(document.title))
    return f"""<div class="wp-block-default-hero-container">{breadcrumb}
{_headline(document)}
<section><div class="article-meta">{meta_lines(document)}</div></section></div>
<div class="classic-block-wrapper"><div class="wp-block-classic">{document.body}</div></div>
<div class="wp-block-tags-block tags-block"><p>Tags</p><ul>{_tag_links(document, "<li>", "</li>")}</ul></div>
{piece("share")}
{piece("related")}"""


def _headline(document: Document) -> str:
    return f'<h1 class="featured-content__headline stars-above">{wordpress_text(document.title)}</h1>'


def _body_class(document: Document) -> str:
    return f"{document.post_type}-template-default single single-{document.post_type} postid-{document.wp_id}"


def _tag_links(document: Document, before: str = "", after: str = "") -> str:
    return "".join(
        f'{before}<a href="/{"bureaus-offices" if tag.startswith("Bureau") else "countries-areas"}/{_slug(tag)}/">'
        f"{wordpress_text(tag)}</a>{after}"
        for tag in document.tags
    )


def _slug(text: str) -> str:
    return NOT_SLUG.sub("-", text.lower()).strip("-")


def _head(document: Document, host: str) -> str:
    address, title = document.address(host), wordpress_text(document.title)
    return f"""<title>{title} - {SITE_NAME}</title>
<link rel="canonical" href="{address}" />
<meta property="og:title" content="{title} - {SITE_NAME}" />
<meta property="og:url" content="{address}" />
<meta property="article:modified_time" content="{utc(document.modified)}" />
<script type="application/ld+json" class="yoast-schema-graph">{_graph(document, address)}</script>
<link rel="alternate" title="JSON" type="application/json"
 href="https://{host}/wp-json/wp/v2/{document.post_type}/{document.wp_id}" />
<link rel='shortlink' href='https://{host}/?p={document.wp_id}' />"""


def _graph(document: Document, address: str) -> str:
    web_page = {
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": f"{document.title} - {SITE_NAME}",
        "datePublished": utc(document.published),
        "dateModified": utc(document.modified),
        "inLanguage": document.language,
    }
    graph = json.dumps({"@context": "https://schema.org", "@graph": [web_page]}, ensure_ascii=False)
    return graph.replace("<", "\\u003C").replace(">", "\\u003E")
