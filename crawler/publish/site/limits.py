"""What one request may take of the server: its turn, bytes, memory. Anybody may ask, and on Datasette's pages send SQL.

Three lanes with threads of their own: pages that cost little, pages that search or count, Datasette's pages (which are
written in threads of their own as well). Where a lane is full the answer is 503 at once, and no lane waits for another.

Memory: cells and rows have a limit (SQLite's own limits), all rows of an answer together as well, counted as they are
fetched and as large as they will be written, and SQLite's heap has one for the whole process.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from datasette.database import Database
from markupsafe import escape

from crawler.publish.site import refusals

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from datasette.app import Datasette

    Message = MutableMapping[str, Any]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Any, Send], Awaitable[None]]

T = TypeVar("T")

#: All rows of an answer. A hundred of the longest transcripts have half of it.
MOST_BYTES = 64_000_000
#: zeroblob(900000000) would fill the memory before any limit of time ends it. On Datasette's pages a row may have
#: MOST_COLUMNS of them, and no limit looks at a row before it is whole.
MOST_CELL_BYTES, MOST_SQL_CELL_BYTES = 25_000_000, 2_000_000
MOST_COLUMNS = 70
#: SQLite's own memory, caches included: json_group_array looks at no limit before it is done.
MOST_HEAP_BYTES = 200_000_000
SQL_CACHE_KB = 8192
SQL_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MOST_SQL_CELL_BYTES,
    sqlite3.SQLITE_LIMIT_COLUMN: MOST_COLUMNS,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 100_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 500,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}
#: Steps of SQLite between two looks at the clock; Datasette's 1,000 are seconds where each makes a large cell.
STEPS = 100
#: For an answer, its sending included: a reader who takes nothing gives up the turn.
MOST_SECONDS = 120
PIECE = 65536
TOO_LARGE = f"The answer would be larger than {MOST_BYTES // 10**6} MB: ask for fewer rows or columns."
TOO_HEAVY = "The query needs more memory than all queries together may take."
BUSY = "Too much is being asked for at the moment: please come again in a few seconds."
#: Of a row's cell in HTML: the element, and what Datasette links it with.
CELL, HTML_CELL = 4, 150
_FORMAT = re.compile(r"\.(json|jsono|csv)$")
_QUICK = re.compile(r"/$|/(r|u|cite|changes|static|-)(/|$)|/(latest|changes)\.atom$|/(favicon\.ico|robots\.txt)$")
_COUNTING = re.compile(r"/(search|charts|people)([./]|$)")


class TooLarge(sqlite3.OperationalError):
    """What is asked for takes more bytes than an answer may."""


class Counted:
    """Makes the rows of one request, and stops above MOST_BYTES of them."""

    def __init__(self, path: str, query: str) -> None:
        found = _FORMAT.search(path)
        self.form = found[1] if found else "html"
        self.left = MOST_BYTES
        # Datasette writes the query string into the link of every blob and of every value of a facet
        self.link = len(query) + 200
        self.row_bytes = self.link if "_facet" in query else 0

    def text(self, stored: bytes) -> str:
        text = str(stored, "utf-8", "replace")
        if self.form == "csv":
            written = len(stored) + text.count('"')
        elif self.form == "html":  # where the longest are cut off
            written = len(escape(text[:4096]))
        else:
            written = len(encode_basestring_ascii(text))
        # one letter beyond the first 65,536 makes four bytes of each: half of what that takes is counted
        self._take(max(len(stored), written, sys.getsizeof(text) // 2))
        return text

    def row(self, cursor: sqlite3.Cursor, cells: tuple[Any, ...]) -> sqlite3.Row:
        names = sum(len(column[0]) for column in cursor.description) if self.form.startswith("json") else 0
        blobs = sum(len(cell) * 4 // 3 + self.link for cell in cells if isinstance(cell, bytes))
        self._take(self.row_bytes + names + blobs + len(cells) * (HTML_CELL if self.form == "html" else CELL))
        return sqlite3.Row(cursor, cells)

    def _take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooLarge(TOO_LARGE)


class Lane:
    """So many requests at a time, so many more that wait; `unbounded` lets all in, to wait for a thread."""

    def __init__(self, threads: int, waiting: int, *, unbounded: bool = False, sql: bool = False) -> None:
        self.executor = ThreadPoolExecutor(threads)
        self.pages = ThreadPoolExecutor(threads) if sql else None
        self.most = threads + waiting
        self.turns = asyncio.Semaphore(sys.maxsize if unbounded else threads)
        self.unbounded = unbounded
        self.sql = sql
        self.inside = 0

    @property
    def full(self) -> bool:
        return not self.unbounded and self.inside >= self.most


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that a query is for."""

    lane: Lane
    counted: Counted


_ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


def gated(app: App, datasette: Datasette) -> App:
    """Every request in its lane."""
    quick, counting, sql = Lane(3, 0, unbounded=True), Lane(3, 24), Lane(2, 12, sql=True)

    async def apart(pages: ThreadPoolExecutor, scope: Message, receive: Any, send: Send) -> None:
        """In a loop of another thread: Datasette can take seconds to write a page of 70,000 cells, at one go."""
        here = asyncio.get_running_loop()

        async def there(waited: Awaitable[T]) -> T:
            async def awaited() -> T:
                return await waited

            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(awaited(), here))

        async def answer() -> None:
            await app(scope, lambda: there(receive()), lambda message: there(send(message)))

        await here.run_in_executor(pages, copy_context().run, asyncio.run, answer())

    async def wrapped(scope: Message, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        path = route_path(scope, datasette.setting("base_url"))
        lane = quick if _QUICK.match(path) else counting if _COUNTING.match(path) else sql
        if lane.full:
            await (await refusals.busy(datasette, path, BUSY)).asgi_send(send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            body = message.get("body", b"")
            for at in range(0, max(len(body) - PIECE, 0), PIECE):  # each waits until the reader has taken the last
                await send({**message, "body": body[at : at + PIECE], "more_body": True})
            await send({**message, "body": body[max(0, -(-len(body) // PIECE) - 1) * PIECE :]} if body else message)

        lane.inside += 1
        try:
            async with asyncio.timeout(MOST_SECONDS), lane.turns:
                query = scope.get("query_string", b"").decode("latin-1")
                _ASKED.set(Asked(lane, Counted(path, query)))
                await (
                    app(scope, receive, sending) if lane.pages is None else apart(lane.pages, scope, receive, sending)
                )
        except TimeoutError:
            if started:  # the connection breaks: no program takes the beginning for all
                raise
            await (await refusals.busy(datasette, path, BUSY)).asgi_send(send)
        finally:
            lane.inside -= 1

    return wrapped


def route_path(scope: Message, base_url: str) -> str:
    """The path as Datasette's router takes it: as sent, without the site's own beginning."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").partition("?")[0]
    return "/" + path[len(base_url) :] if base_url != "/" and path.startswith(base_url) else path


class Guarded(Database):  # type: ignore[misc]
    """A database file, read within the limits of the request; also in a folder where nothing may be written."""

    def __init__(self, ds: Datasette, path: str, is_mutable: bool = True) -> None:
        super().__init__(ds, path, is_mutable=is_mutable)
        self._own = threading.local()

    def connect(self, write: bool = False) -> _Watched:
        """Raises sqlite3.OperationalError, with words, where the file cannot be read."""
        if write:
            raise sqlite3.OperationalError("This site only reads.")
        try:
            return self._open("mode=ro" if self.is_mutable else "immutable=1")
        except sqlite3.OperationalError:
            # The log of a database (WAL) needs a file beside it that readers share, and in a read-only folder only a
            # writer elsewhere can make it. While there is no log, all is in the database itself.
            if not Path(self.path).is_file() or not self.is_mutable:
                raise
            log = Path(f"{self.path}-wal")
            if log.exists() and log.stat().st_size:
                raise sqlite3.OperationalError(
                    f"{log.name} holds what was written last and cannot be read in a read-only folder: "
                    "let a run end there, or open the database once where it can be written"
                ) from None
            return self._open("immutable=1")

    def _open(self, how: str) -> _Watched:
        uri = f"{Path(self.path).resolve().as_uri()}?{how}"
        conn = sqlite3.connect(uri, uri=True, check_same_thread=False, factory=_Watched)
        try:
            conn.execute("select count(*) from sqlite_master").fetchone()
        except sqlite3.Error:
            conn.close()
            raise
        conn.unchanging = how == "immutable=1" and self.is_mutable
        self._all_file_connections.append(conn)
        return conn

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """Raises TooLarge."""
        asked = _ASKED.get()

        def in_thread() -> T:
            for _ in range(3):
                conn = self._connection(asked)
                try:
                    found = fn(conn)
                except TooLarge:
                    break
                except MemoryError:
                    raise TooLarge(TOO_HEAVY) from None
                if conn.state == self._state(conn):
                    return found
            else:
                raise sqlite3.OperationalError("The database is being written anew: please come again.")
            # outside of the handler: what was caught holds the cursor, and the cursor a row of SQLite's memory
            raise TooLarge(TOO_LARGE)

        executor = asked.lane.executor if asked else self.ds.executor
        return await asyncio.get_running_loop().run_in_executor(executor, in_thread)

    def _connection(self, asked: Asked | None) -> _Watched:
        """The thread's own; another one where the file is another, or was written beside an `immutable` reader."""
        conn: _Watched | None = getattr(self._own, "conn", None)
        if conn is None or conn.state != self._state(conn):
            if conn is not None:
                conn.close()
                self._all_file_connections.remove(conn)
                self._own.conn = None
            conn = self.connect()
            conn.state = self._state(conn)
            self.ds._prepare_connection(conn, self.name)
            if asked and asked.lane.sql:
                conn.steps = STEPS
                conn.execute(f"pragma cache_size = -{SQL_CACHE_KB}")
                for limit, most in SQL_LIMITS.items():
                    conn.setlimit(limit, most)
            self._own.conn = conn
        if asked and asked.lane.sql:
            conn.text_factory, conn.row_factory = asked.counted.text, asked.counted.row
        return conn

    def _state(self, conn: _Watched) -> tuple[int, ...]:
        file = Path(self.path).stat()
        if not conn.unchanging:
            return (file.st_ino,)
        log = Path(f"{self.path}-wal")
        return (file.st_ino, file.st_mtime_ns, file.st_size, log.stat().st_size if log.exists() else 0)


class _Watched(sqlite3.Connection):
    unchanging = False
    """Opened as if no one wrote to it."""
    state: tuple[int, ...] = ()
    steps = 1000

    def set_progress_handler(self, handler: Any, n: int) -> None:
        super().set_progress_handler(handler, min(n, self.steps))


def guard(datasette: Datasette) -> None:
    """Every database file of the server is read through Guarded."""

    async def nothing() -> None:
        pass

    # Datasette's list of all tables, which no page shows; its lock is for one loop alone
    datasette.refresh_schemas = nothing
    for name, db in list(datasette.databases.items()):
        if db.path and not isinstance(db, Guarded):
            datasette.remove_database(name)
            datasette.add_database(Guarded(datasette, db.path, db.is_mutable), name=name, route=db.route)


def prepare(conn: sqlite3.Connection) -> None:
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_CELL_BYTES)
    conn.execute(f"pragma hard_heap_limit = {MOST_HEAP_BYTES}")
