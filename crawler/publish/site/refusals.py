"""What cannot be answered, told in the type of the address: a program that asks for CSV gets no HTML."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError
from feedgenerator import Atom1Feed

from crawler.publish.site.feeds import clean

if TYPE_CHECKING:
    from datasette.app import Datasette

FAULT = "A fault of this site, not of your request. It is in the server's log."
_TYPE = re.compile(r"\.(jsono?|csv|atom|bib|blob)$", re.I)


async def told(
    datasette: Datasette, path: str, status: int, words: str, *, title: str | None = None, wait: int = 0
) -> Response:
    """`wait`: seconds after which it is worth asking again."""
    found = _TYPE.search(path)
    kind = found[1].lower() if found else "html"
    headers = {"retry-after": str(wait)} if wait else {}
    if kind in ("json", "jsono"):
        body = {"ok": False, "error": words, "status": status, "title": title}
        return Response.json(body, status=status, headers=headers)
    if kind == "csv":
        out = io.StringIO()
        csv.writer(out).writerows([("status", "error"), (status, words)])
        return Response(out.getvalue(), status, headers, "text/csv; charset=utf-8")
    if kind == "atom":
        feed = Atom1Feed(title=f"Error {status}", link=clean(path), description=None, subtitle=clean(words))
        return Response(feed.writeString("utf-8"), status, headers, "application/atom+xml; charset=utf-8")
    if kind in ("bib", "blob"):
        return Response.text(f"Error {status}: {words}\n", status, headers)
    template = datasette.jinja_env.select_template([f"{status}.html", "error.html"])
    values = {"error": words, "status": status, "title": title, "urls": datasette.urls}
    html = await template.render_async({**values, "app_css_hash": datasette.app_css_hash(), "menu_links": list})
    return Response.html(html, status=status, headers=headers)


async def busy(datasette: Datasette, path: str, words: str) -> Response:
    return await told(datasette, path, 503, words, title="Busy", wait=5)


async def of(datasette: Datasette, path: str, exception: Exception) -> Response:
    """What an exception says; of a fault of ours only that there is one."""
    if isinstance(exception, Base400):
        words = str(exception.args[0]) if exception.args else ""
        status = exception.status
        return await told(datasette, path, status, "There is nothing at this address." if words == "404" else words)
    if isinstance(exception, DatasetteError):
        return await told(datasette, path, exception.status, str(exception.message), title=exception.title)
    return await told(datasette, path, 500, FAULT)
