"""Step 1: a WordPress REST list (`/wp-json/wp/v2/state_press_release`), newest first. Pure; no I/O.

The host's edge may answer with a block page and status 200; the number of pages is in the X-WP-TotalPages header.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from crawler.discovery.dates import clock_day, utc
from crawler.discovery.mending import is_torn, load_json, readable
from crawler.errors import BadIndex
from crawler.items import IndexPage, Link
from crawler.web.markup import SHOWN_BYTES, plain
from crawler.web.types import label_of_slug
from crawler.web.urls import canonical, is_page

# The most that WordPress gives.
PER_PAGE = 100
# What WordPress gives where per_page is not asked for.
DEFAULT_PER_PAGE = 10
# No bodies: 100 of them weigh megabytes, and the page itself is the source.
FIELDS = "id,link,date,date_gmt,modified_gmt,title,state_document_type,class_list"
# "state_document_type-press-statement": among the classes of a release
TYPE_CLASS = "state_document_type-"
# Beyond it no database keeps a number.
MOST_ID = 2**63
# "12"
NUMBER = re.compile(r"[0-9]{1,9}")
# With these an empty list means no news; without them it means that something is wrong.
FILTERS = {"modified_after", "after"}


def rest_url(host: str, post_type: str, page: int, modified_after: str | None = None) -> str:
    """The address of a page of a REST list, counted from 1; `modified_after` is a moment in UTC, ISO 8601."""
    query = {"per_page": str(PER_PAGE), "page": str(page), "_fields": FIELDS}
    if modified_after is not None:
        query["modified_after"] = modified_after
    return f"https://{host}/wp-json/wp/v2/{post_type}?{_encode(query)}"


def read_rest(body: bytes, url: str, content_type: str | None, total_pages: int | None) -> IndexPage:
    """The items of a REST list; `url` as rest_url makes it, `total_pages` from X-WP-TotalPages.

    Raises BadIndex for what is no JSON list, an error object (with its code), an item without id or link, an empty
    list where no filter explains it, or a full page without X-WP-TotalPages, after which there may be more.
    """
    rows = _rows(body, url, content_type)
    query = {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
    if not rows and not FILTERS & query.keys():
        raise BadIndex(url, "no items")
    links, skipped, lost, unsure = [], [], [], []
    for number, row in enumerate(rows, start=1):
        address = _address(row, number, url)
        if is_torn(address):
            lost.append(f"item {number} (id {row['id']}) has a damaged address: {address!r}")
        elif is_page(address):
            links.append(link := _link(row, address))
            if link.date is None and row.get("date"):
                unsure.append(f"{link.url}: no date in {row['date']!r}")
            if link.modified_at is None and row.get("modified_gmt"):  # an edit would go unseen
                unsure.append(f"{link.url}: no time of an edit in {row['modified_gmt']!r}")
        else:
            skipped.append(address)
    following = _next_url(url, query, len(rows), total_pages)
    return IndexPage(
        links=tuple(links), next_url=following, skipped=tuple(skipped), lost=tuple(lost), unsure=tuple(unsure)
    )


def _rows(body: bytes, url: str, content_type: str | None) -> list[Any]:
    if content_type is not None and "json" not in content_type.lower():
        raise BadIndex(url, f"answered with {content_type}, not JSON: {body[:SHOWN_BYTES]!r}")
    try:
        answer = load_json(body)
    except (ValueError, RecursionError) as error:
        raise BadIndex(url, f"no JSON: {error}: {body[:SHOWN_BYTES]!r}") from None
    if isinstance(answer, dict) and "code" in answer:
        raise BadIndex(url, f"{answer['code']}: {answer.get('message')}")
    if not isinstance(answer, list):
        raise BadIndex(url, f"no list but {type(answer).__name__}")
    return answer


def _address(row: Any, number: int, url: str) -> str:
    if not isinstance(row, dict) or type(row.get("id")) is not int or not 0 <= row["id"] < MOST_ID:
        raise BadIndex(url, f"item {number} has no id")
    if not isinstance(row.get("link"), str) or not row["link"].strip():
        raise BadIndex(url, f"item {number} (id {row['id']}) has no link")
    return str(row["link"])


def _link(row: dict[str, Any], address: str) -> Link:
    title = row.get("title")
    rendered = title.get("rendered") if isinstance(title, dict) else title
    return Link(
        url=canonical(address),
        source="rest",
        title=readable(plain(rendered)) if isinstance(rendered, str) else None,
        type=_type(row),
        date=clock_day(str(row.get("date"))),
        published_at=_published(row),
        modified_at=utc(str(row.get("modified_gmt"))),
        wp_id=row["id"],
    )


def _published(row: dict[str, Any]) -> str | None:
    """When it was put up; None where the day by the site's own clock cannot be either."""
    return utc(str(row.get("date_gmt"))) if clock_day(str(row.get("date_gmt"))) else None


def _type(row: dict[str, Any]) -> str | None:
    """The type label: by name where the host gives it, else by the slug among the classes; a bare number tells none."""
    named = row.get("state_document_type")
    for term in named if isinstance(named, list) else [named]:
        name = term.get("name") if isinstance(term, dict) else term
        if isinstance(name, str) and name.strip():
            return plain(name)
    classes = row.get("class_list")
    for name in classes.values() if isinstance(classes, dict) else classes if isinstance(classes, list) else ():
        if isinstance(name, str) and name.startswith(TYPE_CLASS):
            return label_of_slug(name.removeprefix(TYPE_CLASS))
    return None


def _next_url(url: str, query: dict[str, str], count: int, total_pages: int | None) -> str | None:
    page = number(query.get("page")) or 1  # a redirect may have led to this address
    if total_pages is None:
        if count >= (number(query.get("per_page")) or DEFAULT_PER_PAGE):
            raise BadIndex(url, f"{count} items and no X-WP-TotalPages: there may be more")
        return None
    if page >= total_pages:
        return None
    return urlunsplit(urlsplit(url)._replace(query=_encode({**query, "page": str(page + 1)})))


def number(text: str | None) -> int | None:
    """None for what counts no pages: not "²", which isdigit() takes and int() does not, nor five thousand digits."""
    return int(text) if text and NUMBER.fullmatch(text) else None


def _encode(query: dict[str, str]) -> str:
    return urlencode(query, safe=",:")
