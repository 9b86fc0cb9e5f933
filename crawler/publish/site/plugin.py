"""What Datasette is given: routes, templates' helpers, security headers, descriptions of the columns."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from datasette import handle_exception as printed
from datasette import hookimpl
from datasette.utils.asgi import Response
from markupsafe import Markup

from crawler.exporters.sqlite.columns import COLUMNS, TABLES
from crawler.publish.site import (
    answers,
    changes,
    charts,
    differences,
    limits,
    marks,
    people,
    refusals,
    start,
    tables,
    transcript,
    turn,
    words,
)
from crawler.publish.site.headers import secured
from crawler.publish.site.held import view
from crawler.publish.site.query import BadQuery, parse

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable

    from datasette.app import Datasette
    from datasette.utils.asgi import Request
    from jinja2 import Environment

# Where rich is installed, as here, Datasette prints all local variables for every address that it does not know.
printed.rich = None

ROUTES = (
    (r"^/$", start.show),
    (r"^/-/data$", start.data),
    (r"^/search$", answers.show),
    (r"^/search\.json$", answers.as_json),
    (r"^/search\.csv$", answers.as_csv),
    (r"^/search\.atom$", answers.as_atom),
    (r"^/latest\.atom$", answers.latest_feed),
    (r"^/changes\.atom$", answers.changes_feed),
    (r"^/changes$", changes.listed),
    (r"^/changes/(?P<id>[0-9a-f]+)/(?P<revision>[0-9]{1,6})$", changes.one),
    (r"^/r/(?P<id>[^/.]+)$", transcript.show),
    (r"^/r/(?P<id>[^/.]+)\.json$", transcript.as_json),
    (r"^/u/(?P<id>[^/]+)$", turn.permalink),
    (r"^/cite/(?P<id>[^/.]+)(?:\.(?P<format>bib))?$", turn.cite),
    (r"^/people$", people.listed),
    (r"^/people/(?P<id>[^/]+)$", people.show),
    (r"^/charts$", charts.show),
    (r"^/charts/words$", charts.words),
)
#: Cells of Datasette's own tables that lead to our pages.
#: In metadata.yaml: how an answer is found without the table of exchanges, and with it.
EXCHANGED = (
    "join utterances a on a.remark_id = q.remark_id and a.position = q.position + 1",
    "join exchanges e on e.question_id = q.id join utterances a on a.id = e.answer_id",
)
#: Datasette's pages about the server: its threads, files, settings, packages. Scripts and styles are under it, too.
INSIDE = r"^/-/(?!static/|static-plugins/|data/?$)"
LINKS = {"remark_id": "/r/", "utterance_id": "/u/", "person_id": "/people/"}
OWN_ID = {"remarks": "/r/", "utterances": "/u/", "people": "/people/"}
# "20260304T1000" could be one; "https://www.state.gov/x/" is one that may be linked
_WEB = re.compile(r"https?://", re.I)


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    ours = [(pattern, view(function)) for pattern, function in ROUTES]
    return [*ours, (r"^/robots\.txt$", robots), (INSIDE, closed), *tables.routes(datasette)]


async def closed(datasette: Datasette, request: Request) -> Response:
    return await refusals.told(datasette, request.path, 404, "There is nothing at this address.")


async def robots(datasette: Datasette) -> Response:
    """Whoever follows every link to sort and to filter would keep the tables busy."""
    bases = [db.name for db in datasette.databases.values() if db.path]
    paths = [datasette.urls.path("/search"), *map(datasette.urls.database, bases)]
    return Response.text("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in paths))


@hookimpl
def startup(datasette: Datasette) -> None:
    limits.guard(datasette)


@hookimpl(specname="handle_exception")
def told(datasette: Datasette, request: Request, exception: Exception) -> Awaitable[Response]:
    return refusals.of(datasette, request.path, exception)


@hookimpl
def forbidden(datasette: Datasette, request: Request, message: str) -> Awaitable[Response]:
    words = "SQL is not open here; the canned queries are." if message == "execute-sql" else message
    return refusals.told(datasette, request.path, 403, words, title="Forbidden")


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    return lambda app: secured(limits.gated(app, datasette))


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    limits.prepare(conn)
    words.prepare(conn)
    conn.create_function("turns_with", 1, turns_with, deterministic=True)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    env.filters |= {"day": day, "number": number, "web": web, "segment": segment, "stamp": stamp}
    env.filters |= {"shorten": differences.shorten, "begun": marks.begun, "without_page": without_page}
    env.globals["to"] = datasette.urls.path


@hookimpl
def extra_template_vars(view_name: str) -> dict[str, Any]:
    """temp, where the words of the index lie, is no database to join with."""
    return {"attached_databases": []} if view_name == "database" else {}


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """What each table and column means, from where the crawler says it."""
    tables: dict[str, Any] = {name: {"description": TABLES[name], "columns": COLUMNS.get(name, {})} for name in TABLES}
    tables["_sqlite_migrations"] = {"hidden": True}
    return {"databases": {name: {"tables": tables} for name in datasette.databases if name != "_internal"}}


@hookimpl
def canned_queries(datasette: Datasette, database: str) -> Callable[[], Any]:
    """With the table of exchanges in databases that have it, without an index in those that do not."""

    async def queries() -> dict[str, Any]:
        found = await datasette.get_database(database).execute("select name from sqlite_master")
        names = {row[0] for row in found.rows}
        known = datasette.metadata("queries", database=database, fallback=False) or {}
        changed = {}
        for name, query in known.items():
            sql = query["sql"].replace(*EXCHANGED) if "exchanges" in names else query["sql"]
            sql = sql if "remarks_counts" in names else sql.replace(" indexed by remarks_counts", "")
            if sql != query["sql"]:
                changed[name] = {**query, "sql": sql}
        return changed

    return queries


@hookimpl
def render_cell(value: Any, column: str, table: str | None, datasette: Datasette) -> Markup | None:
    """Ids lead to the pages for readers."""
    where = OWN_ID.get(table or "") if column == "id" else LINKS.get(column)
    if where is None or not isinstance(value, str) or not value:
        return None
    return Markup('<a href="{}">{}</a>').format(datasette.urls.path(where + segment(value)), value)


def turns_with(typed: object) -> str:
    """For canned queries: words as a person types them -> for MATCH; what cannot be understood finds nothing."""
    try:
        return f"text : {parse(str(typed or '')).fts}"
    except BadQuery:
        return '""'


def day(text: str | None) -> str:
    """March 4, 2022"""
    if not text:
        return "no date"
    when = date.fromisoformat(text[:10])
    return f"{when:%B} {when.day}, {when.year}"


def stamp(text: str | None) -> str:
    """March 4, 2022, 10:05 UTC"""
    return f"{day(text)}, {text[11:16]} UTC" if text else "never"


def number(value: float | None) -> str:
    return f"{value or 0:,}"


def segment(text: str) -> str:
    """One segment of a path."""
    return quote(text, safe="")


def without_page(address: str) -> str:
    """The query string with an & behind it, ready for another page."""
    kept = [part for part in address.split("&") if part and not part.startswith("page=")]
    return "".join(f"{part}&" for part in kept)


def web(address: str | None) -> str | None:
    """The address if it may be linked: http or https with a host, nothing else ("javascript:...")."""
    if not address or not _WEB.match(address):
        return None
    try:
        return address if urlsplit(address).hostname else None
    except ValueError:
        return None
