"""Step 1: a WordPress REST list (`/wp-json/wp/v2/state_press_release`), newest first. Pure; no I/O.

The host's edge may answer with a block page and status 200; the number of pages is in the X-WP-TotalPages header.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from crawler.discovery.dates import clock_day, utc
from crawler.discovery.markup import SHOWN_BYTES, plain
from crawler.discovery.mending import is_torn, load_json, readable
from crawler.discovery.urls import canonical, is_page
from crawler.errors import BadIndex
from crawler.items import IndexPage, Link

# The most that WordPress gives.
PER_PAGE = 100
# What WordPress gives where per_page is not asked for.
DEFAULT_PER_PAGE = 10
# No bodies: 100 of them weigh megabytes, and the page itself is the source.
FIELDS = "id,link,date,date_gmt,modified_gmt,title"
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
    if not isinstance(row, dict) or not isinstance(row.get("id"), int):
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
        date=clock_day(str(row.get("date"))),
        modified_at=utc(str(row.get("modified_gmt"))),
        wp_id=row["id"],
    )


def _next_url(url: str, query: dict[str, str], count: int, total_pages: int | None) -> str | None:
    page = int(query.get("page", "1"))
    if total_pages is None:
        if count >= int(query.get("per_page", DEFAULT_PER_PAGE)):
            raise BadIndex(url, f"{count} items and no X-WP-TotalPages: there may be more")
        return None
    if page >= total_pages:
        return None
    return urlunsplit(urlsplit(url)._replace(query=_encode({**query, "page": str(page + 1)})))


def _encode(query: dict[str, str]) -> str:
    return urlencode(query, safe=",:")
