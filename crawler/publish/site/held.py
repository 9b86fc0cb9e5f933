"""The database behind the site: finding it, asking it, and saying plainly when it cannot answer. Reads only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.database import QueryInterrupted
from datasette.utils.asgi import NotFound, Response

from crawler.publish.site import refusals
from crawler.publish.site.limits import TooLarge
from crawler.publish.site.query import BadQuery

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from datasette.app import Datasette
    from datasette.database import Database
    from datasette.utils.asgi import Request

Row = dict[str, Any]
#: Answers that are kept, the oldest given up first.
MOST_COUNTED = 100
_COUNTED: dict[tuple[object, ...], list[Row]] = {}


class Held:
    """The first database that holds remarks and utterances; raises NotFound where none does."""

    def __init__(self, datasette: Datasette, db: Database, tables: frozenset[str]) -> None:
        self.datasette = datasette
        self.db = db
        self.tables = tables
        """And views and indexes, by name: older databases lack some."""

    @classmethod
    async def find(cls, datasette: Datasette) -> Held:
        for name, db in datasette.databases.items():
            if name == "_internal":
                continue
            found = await db.execute("select name from sqlite_master where type in ('table', 'view', 'index')")
            tables = frozenset(row[0] for row in found.rows)
            if {"remarks", "utterances"} <= tables:
                return cls(datasette, db, tables)
        raise NotFound("No database with remarks is served here.")

    @property
    def question(self) -> str:
        """The condition that turn q is the question that turn a answers: as the crawler found, or what stands before.

        Exchanges are noted in newer databases only.
        """
        return exchanged(self.tables)

    async def rows(self, sql: str, **values: object) -> list[Row]:
        """Raises QueryInterrupted above the setting sql_time_limit_ms."""
        return [dict(row) for row in (await self.datasette.execute(self.db.name, sql, values)).rows]

    async def counted(self, sql: str, **values: object) -> list[Row]:
        """The same as rows, for figures over the whole record: kept until a byte of the database changes."""
        key = (self._stamp(), sql, tuple(sorted(values.items())))
        if key not in _COUNTED:
            found = await self.rows(sql, **values)
            while len(_COUNTED) >= MOST_COUNTED:
                del _COUNTED[next(iter(_COUNTED))]
            _COUNTED[key] = found
        return _COUNTED[key]

    def _stamp(self) -> tuple[object, ...]:
        """Of the file and of its write-ahead log, where a run puts what it commits."""
        files = [Path(f"{self.db.path}{end}") for end in ("", "-wal")]
        return (str(files[0]), *((file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.exists()))

    async def rows_within(self, limit_ms: int, sql: str, values: Row) -> list[Row]:
        """The same with a limit of its own, where that is less."""
        found = await self.datasette.execute(self.db.name, sql, values, custom_time_limit=limit_ms)
        return [dict(row) for row in found.rows]

    async def row(self, sql: str, **values: object) -> Row | None:
        found = await self.rows(sql, **values)
        return found[0] if found else None

    async def value(self, sql: str, **values: object) -> Any:
        found = await self.row(sql, **values)
        return next(iter(found.values())) if found else None


def exchanged(tables: frozenset[str]) -> str:
    if "exchanges" in tables:
        return "q.id in (select question_id from exchanges where answer_id = a.id)"
    return "q.remark_id = a.remark_id and q.position = a.position - 1"


def view(function: Callable[[Held, Request], Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    """A page as a route of Datasette: what cannot be answered is told in words, with a status that fits."""

    async def shown(datasette: Datasette, request: Request) -> Response:
        held = await Held.find(datasette)
        try:
            return await function(held, request)
        except BadQuery as bad:
            return await _sorry(held, request, 400, "Not understood", str(bad))
        except TooLarge as large:
            return await _sorry(held, request, 503, "Too large", str(large))
        except QueryInterrupted:
            limit = datasette.setting("sql_time_limit_ms")
            words = (
                f"This took longer than {limit / 1000:g} s and was stopped. Ask for less: a rarer word, a shorter time."
            )
            return await _sorry(held, request, 503, "Stopped", words)

    return shown


async def _sorry(held: Held, request: Request, status: int, title: str, words: str) -> Response:
    """In the type of the address."""
    if "." in request.path.rpartition("/")[2]:
        return await refusals.told(held.datasette, request.path, status, words, title=title)
    return await page(held, request, "sorry", {"title": title, "words": words}, status=status)


async def page(held: Held, request: Request, name: str, values: Row, *, status: int = 200) -> Response:
    """A template of ours, filled in."""
    html = await held.datasette.render_template(f"site_{name}.html", values, request=request)
    return Response.html(html, status=status)
