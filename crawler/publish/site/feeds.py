"""Atom feeds, written by feedgenerator (Django's, without Django).

It escapes what goes in, and calls summaries HTML: so they are made HTML here, or readers would take "<3" for a tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datasette.utils.asgi import Response
from feedgenerator import Atom1Feed
from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from datasette.utils.asgi import Request

    from crawler.publish.site.held import Held

# what XML cannot hold, also escaped: "\x00", "\x1b", "\ufffe"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a feed."""

    id: str
    """Unique and for ever, whatever host serves the feed."""
    path: str
    title: str
    updated: datetime
    summary: str
    """Text, or HTML as Markup."""


def atom(held: Held, request: Request, title: str, page: str, entries: Sequence[Entry]) -> Response:
    """The feed, and `page` as the address of the same in HTML."""

    def absolute(path: str) -> str:
        return str(held.datasette.absolute_url(request, held.datasette.urls.path(path)))

    feed = Atom1Feed(
        title=clean(title),
        link=absolute(page),
        feed_url=clean(request.url),
        description=None,
        language="en",
        author_name="U.S. Department of State (collected)",
    )
    for entry in entries:
        feed.add_item(
            title=clean(entry.title),
            link=absolute(entry.path),
            description=clean(str(escape(entry.summary))),
            unique_id=f"urn:state-remarks:{entry.id}",
            updateddate=entry.updated,
            pubdate=entry.updated,
        )
    return Response(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
