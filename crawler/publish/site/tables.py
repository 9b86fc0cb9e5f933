"""Datasette's own pages of tables, rows and SQL, where they would end in silence or with the wrong status.

CSV and bare lists have no place for "there is more": a table's say it by a Link header, and what has no next page is
refused (413). Datasette answers wrong SQL as CSV with 200 and nothing, and a format that nobody knows with HTML.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from datasette.database import QueryInterrupted
from datasette.utils import tilde_encode
from datasette.utils.asgi import BadRequest, NotFound, Response
from datasette.views.base import DatasetteError
from datasette.views.database import DatabaseView
from datasette.views.row import RowView
from datasette.views.table import TableView

from crawler.publish.site.limits import TOO_HEAVY, TOO_LARGE, TooLarge

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import AsgiStream, Request

#: Shapes of JSON that are the rows alone.
BARE = ("array", "arrayfirst", "object")
NUMBERS = ("_timelimit", "_ttl")


class _Told:
    ds: Any
    shown: dict[str, Any]
    """What the page is made of, for as_csv."""

    async def get(self, request: Request) -> Any:
        try:
            return await super().get(request)  # type: ignore[misc]
        except DatasetteError as told:  # 500 for a column to sort by that is none
            told.status = 400 if told.status == 500 else told.status
            raise
        except (IndexError, KeyError, TypeError, ValueError):  # what Datasette makes of "_through={}"
            traceback.print_exc()
            if not request.query_string:
                raise
            raise BadRequest("What stands behind the ? of this address cannot be understood.") from None

    async def data(self, request: Request, **more: Any) -> Any:
        form, shape = request.url_vars.get("format"), request.args.get("_shape")
        if form not in (None, "csv", "jsono", *self.ds.renderers):
            raise NotFound(f"Nothing is written as .{form} here: there are .json and .csv.")
        for name in NUMBERS:
            value = request.args.get(name) or "0"
            if not (value.isascii() and value.isdigit()):
                raise BadRequest(f"{name} must be a number")
        try:
            answer = await super().data(request, **more)  # type: ignore[misc]
        except QueryInterrupted:
            limit = self.ds.setting("sql_time_limit_ms") / 1000
            words = f"The query took longer than the time limit of {limit:g} s and was interrupted."
            raise DatasetteError(words, title="SQL Interrupted", status=400) from None
        except TooLarge as large:
            raise _too_large(str(large)) from None
        if isinstance(answer, Response):
            return answer
        shown = self.shown = answer[0]
        base = self.ds.setting("base_url")
        if base != "/" and shown.get("next_url"):  # in which Datasette puts the site's own beginning twice
            shown["next_url"] = shown["next_url"].replace(base + base[1:], base, 1)
        refused = form == "csv" or (form == "json" and shape in BARE)
        if form == "csv" and "columns" not in shown:
            raise NotFound("A database has no CSV: ask for a table's, or for a query's.")
        if shown.get("error") in (TOO_LARGE, TOO_HEAVY):
            raise _too_large(shown["error"])
        if refused and shown.get("truncated") and not shown.get("next_url"):
            most = f"{self.ds.max_returned_rows:,}"
            raise _too_large(f"The query has more than {most} rows: ask for parts, with order by, limit and offset.")
        if shown.get("error") and refused:
            raise DatasetteError(shown["error"], title="Invalid SQL", status=400)
        if form == "json" and shape == "object" and not shown.get("primary_keys"):
            raise BadRequest("_shape=object is only available on tables with a primary key")
        return answer

    async def as_csv(self, request: Request, database: str) -> AsgiStream:
        answer = await super().as_csv(request, database)  # type: ignore[misc]
        answer.content_type = "text/csv; charset=utf-8"
        if onward := self.shown.get("next_url"):
            answer.headers["link"] = f'<{onward}>; rel="next"'
        return answer


def _too_large(words: str) -> DatasetteError:
    return DatasetteError(words, title="Too large", status=413)


class DatabasePage(_Told, DatabaseView):  # type: ignore[misc]
    pass


class TablePage(_Told, TableView):  # type: ignore[misc]
    pass


class RowPage(_Told, RowView):  # type: ignore[misc]
    pass


def routes(datasette: Datasette) -> list[tuple[str, Any]]:
    """Datasette's addresses, of its databases alone: /static/site.css looks like a table's, too."""
    names = "|".join(tilde_encode(db.route) for name, db in datasette.databases.items() if name != "_internal")
    form = r"(\.(?P<format>\w+))?$"
    return [
        (rf"^/(?P<database>{names}){form}", DatabasePage.as_view(datasette)),
        (rf"^/(?P<database>{names})/(?P<table>[^/.]+){form}", TablePage.as_view(datasette)),
        (rf"^/(?P<database>{names})/(?P<table>[^/]+?)/(?P<pks>[^/]+?){form}", RowPage.as_view(datasette)),
    ]
