"""Feeds, sitemaps and REST lists of the sample. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, Any

from crawler.sample.furniture import piece
from crawler.sample.listings import in_section
from crawler.sample.shells import CURRENT, SITE_NAME, content, utc, wordpress_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.sample.documents import Document

FEED_ITEMS = 10
FEED_SECTIONS = {
    "press-releases": "press-releases",
    "department-press-briefings": "department-press-briefings",
    "secretarys-remarks": "remarks-secretary-",
}
# The feed loses whatever stands in square brackets: "thank you, [Moderator]"
BRACKETS = re.compile(r"\[[^\[\]]*\]")
MOST_PER_PAGE = 100
# `posts` and `pages` are there, and empty.
REST_TYPES = ("posts", "pages", "state_briefing", "state_press_release")
SITEMAP_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
STYLESHEET = '<?xml-stylesheet type="text/xsl" href="/main-sitemap.xsl"?>'


def feed(documents: Sequence[Document], host: str, name: str) -> str:
    """RSS 2.0 of the newest documents of one of FEED_SECTIONS; KeyError for another name."""
    shown = in_section(FEED_SECTIONS[name], documents)[:FEED_ITEMS]
    built = max((document.modified for document in shown), default=datetime(2024, 1, 1, tzinfo=UTC))
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
	<title>{name.replace("-", " ").title()} &#8211; {SITE_NAME}</title>
	<atom:link href="https://{host}/rss-feed/{name}/feed/" rel="self" type="application/rss+xml" />
	<link>https://{host}/rss-feed/{name}/</link>
	<description></description>
	<lastBuildDate>{format_datetime(built.astimezone(UTC))}</lastBuildDate>
	<language>en-US</language>
{"".join(_feed_item(document, host) for document in shown)}</channel>
</rss>
"""


def _feed_item(document: Document, host: str) -> str:
    meta = "".join(f"<p>{wordpress_text(line)}</p>\n" for line in (*_creators(document), *document.places))
    head = hero(document) if host == CURRENT else ""
    text = piece("watermark_script") + BRACKETS.sub("", meta + head + document.body)
    return f"""	<item>
		<title>{wordpress_text(document.title)}</title>
		<link>{document.address(host)}</link>
		<dc:creator><![CDATA[{", ".join(_creators(document))}]]></dc:creator>
		<pubDate>{format_datetime(document.published.astimezone(UTC))}</pubDate>
		<category><![CDATA[]]></category>
		<guid isPermaLink="false">https://{host}/?post_type={document.post_type}&#038;p={document.wp_id}</guid>
		<description><![CDATA[{text}]]></description>
		<content:encoded><![CDATA[{text}]]></content:encoded>
	</item>
"""


def hero(document: Document) -> str:
    """The head of a release as descriptions have it since 2026: headline, type and date."""
    return f"""<section class="wp-block-default-hero-container">
<h1 class="featured-content__headline stars-above">{wordpress_text(document.title)}</h1>
<div class="article-meta"><p class="article-meta doctype-meta">{wordpress_text(document.type)}</p>
<p class="article-meta__publish-date">{document.date_printed}</p></div></section>
"""


def _creators(document: Document) -> list[str]:
    """The byline as the feed has it: office and bureau glued where the page has a line break."""
    return [entry.replace("\n", "") for entry in document.byline]


def sitemap_index(documents: Sequence[Document], host: str) -> str:
    latest: dict[str, datetime] = {}
    for document in documents:
        newest = latest.get(document.post_type, document.modified)
        latest[document.post_type] = max(newest, document.modified)
    rows = [(f"https://{host}/{kind}-sitemap.xml", moment) for kind, moment in sorted(latest.items())]
    return _sitemap("sitemapindex", "sitemap", rows)


def sitemap(documents: Sequence[Document], host: str, post_type: str) -> str | None:
    """The addresses of one post type; None where the host has none of it."""
    rows = [(document.address(host), document.modified) for document in documents if document.post_type == post_type]
    return _sitemap("urlset", "url", rows) if rows else None


def _sitemap(root: str, element: str, rows: Sequence[tuple[str, datetime]]) -> str:
    inner = "".join(
        f"\t<{element}>\n\t\t<loc>{escape(address)}</loc>\n\t\t<lastmod>{utc(moment)}</lastmod>\n\t</{element}>\n"
        for address, moment in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>{STYLESHEET}\n<{root} xmlns="{SITEMAP_SPACE}">\n{inner}</{root}>\n'


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """Status, JSON text, and the total counts that a list's headers tell."""

    status: int
    text: str
    total: int | None = None
    pages: int | None = None


def rest_types() -> RestAnswer:
    return RestAnswer(200, json.dumps({name: {"slug": name, "rest_base": name} for name in REST_TYPES}))


def rest_one(documents: Sequence[Document], host: str, post_type: str, wp_id: int) -> RestAnswer:
    for document in documents:
        if (document.post_type, document.wp_id) == (post_type, wp_id):
            return RestAnswer(200, json.dumps(_rest_object(document, host)))
    return _rest_error(404, "rest_post_invalid_id", "Invalid post ID.")


def rest_list(documents: Sequence[Document], host: str, post_type: str, query: Mapping[str, str]) -> RestAnswer:
    """One page of a post type, newest first: per_page, page, after, before, modified_after and _fields are heeded."""
    if post_type not in REST_TYPES:
        return _rest_error(404, "rest_no_route", "No route was found matching the URL and request method.")
    per_page, number = int(query.get("per_page", "10")), int(query.get("page", "1"))
    if not 1 <= per_page <= MOST_PER_PAGE:
        return _rest_error(400, "rest_invalid_param", "Invalid parameter(s): per_page")
    rows = [document for document in documents if document.post_type == post_type and _in_time(document, query)]
    pages = -(-len(rows) // per_page)
    if number > max(1, pages):
        return _rest_error(400, "rest_post_invalid_page_number", "The page number requested is too large.")
    shown = [_rest_object(document, host) for document in rows[(number - 1) * per_page : number * per_page]]
    wanted = {name.split(".")[0] for name in query["_fields"].split(",")} if "_fields" in query else None
    kept = [{key: value for key, value in row.items() if wanted is None or key in wanted} for row in shown]
    return RestAnswer(200, json.dumps(kept), len(rows), pages)


def _in_time(document: Document, query: Mapping[str, str]) -> bool:
    after = "after" not in query or _later(document.published, query["after"])
    before = "before" not in query or not _later(document.published, query["before"])
    changed = "modified_after" not in query or _later(document.modified, query["modified_after"])
    return after and before and changed


def _later(moment: datetime, limit: str) -> bool:
    """WordPress reads a time without zone as the site's local time."""
    parsed = datetime.fromisoformat(limit)
    return moment > parsed if parsed.tzinfo else moment.replace(tzinfo=None) > parsed


def _rest_error(status: int, code: str, message: str) -> RestAnswer:
    return RestAnswer(status, json.dumps({"code": code, "message": message, "data": {"status": status}}))


def _rest_object(document: Document, host: str) -> dict[str, Any]:
    address = document.address(host)
    return {
        "id": document.wp_id,
        "date": document.published.strftime("%Y-%m-%dT%H:%M:%S"),
        "date_gmt": utc(document.published)[:19],
        "guid": {"rendered": f"https://{host}/?post_type={document.post_type}&#038;p={document.wp_id}"},
        "modified": document.modified.strftime("%Y-%m-%dT%H:%M:%S"),
        "modified_gmt": utc(document.modified)[:19],
        "slug": address.rstrip("/").rpartition("/")[2],
        "status": "publish",
        "type": document.post_type,
        "link": address,
        "title": {"rendered": wordpress_text(document.title)},
        "content": {"rendered": content(document, host), "protected": False},
    }
