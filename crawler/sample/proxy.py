"""The loopback socket: speaks HTTP and TLS, asks an Answering for each answer and sends it. Passes nothing on.

An http request in the proxy's form is answered at once; CONNECT is followed by TLS in the name that was asked for.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from crawler.sample.answers import Answer, Asked, compressed, conditional

if TYPE_CHECKING:
    import ssl
    from collections.abc import Collection, Iterator

FILLER = b"<p>ebb and flow</p>\n" * 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request, recorded before the first byte of its answer leaves: whoever has the answer finds it here."""

    asked: Asked
    method: str
    status: int
    """0 where the connection was dropped."""
    body_bytes: int
    """Of the body as meant to be sent; 0 for 304 and a dropped connection."""
    fault: str | None
    """The mode of the fault that spoiled the answer."""
    began: float
    """time.monotonic(), seconds, when the request had been read."""
    ready: float
    """The same when its answer was about to be sent; of two that overlap, one began before the other was ready."""

    @property
    def url(self) -> str:
        return f"{self.asked.scheme}://{self.asked.host}{self.asked.target}"

    def header(self, name: str) -> str | None:
        """What the client sent under that name."""
        return self.asked.headers.get(name.lower())


class Answering(Protocol):
    """What stands behind the socket. Both are called from many threads."""

    def answer(self, asked: Asked) -> tuple[Answer, str | None]:
        """The answer, and the mode of the fault that spoiled it."""
        ...

    def record(self, request: Request) -> None: ...


class Proxy(ThreadingHTTPServer):
    """Listens on 127.0.0.1. Its threads end before server_close returns: hang_up closes what they wait for."""

    daemon_threads = False
    block_on_close = True

    def __init__(self, behind: Answering, tls: ssl.SSLContext, hosts: Collection[str], port: int) -> None:
        self.behind = behind
        self.tls = tls
        self.hosts = hosts
        self.leaving = threading.Event()
        self._open: set[socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    @contextmanager
    def holding(self, connection: socket) -> Iterator[None]:
        """Keeps the connection among those that hang_up ends."""
        with self._lock:
            self._open.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(connection)

    def hang_up(self) -> None:
        self.leaving.set()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or that does not trust the certificate, is no fault of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Proxy

    def __init__(self, connection: socket, client: Any, server: Proxy, *, host: str | None = None) -> None:
        self.secure_host = host
        super().__init__(connection, client, server)

    def handle(self) -> None:
        with self.server.holding(self.connection):
            super().handle()

    def do_CONNECT(self) -> None:
        host = self.path.rpartition(":")[0]
        self.close_connection = True
        if host not in self.server.hosts:
            self.send_error(502, "No such host here")
            return
        self.send_response_only(200, "Connection established")
        self.end_headers()
        with self.server.tls.wrap_socket(self.connection, server_side=True) as secure:
            _Handler(secure, self.client_address, self.server, host=host)

    def do_GET(self) -> None:
        began = time.monotonic()
        asked = self._asked()
        answer, fault = self.server.behind.answer(asked)
        answer = compressed(asked, conditional(asked, answer))
        self.server.leaving.wait(answer.delay_seconds)
        self._record(asked, answer, fault, began)
        self._send(answer)

    do_HEAD = do_GET

    def _asked(self) -> Asked:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.secure_host is not None:
            return Asked(scheme="https", host=self.secure_host, target=self.path, headers=headers)
        parts = urlsplit(self.path)
        target = parts._replace(scheme="", netloc="").geturl() or "/"
        return Asked(scheme="http", host=parts.hostname or "", target=target, headers=headers)

    def _send(self, answer: Answer) -> None:
        if answer.dropped or answer.cut or not answer.announced:
            self.close_connection = True
        if answer.dropped:
            return
        self._send_head(answer)
        if self.command == "HEAD" or answer.status == 304:
            return
        left = answer.length // 2 if answer.cut else answer.length
        for part in _parts(answer):
            self.wfile.write(part[:left])
            left = max(0, left - len(part))

    def _send_head(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        self.send_header("Date", self.date_time_string())
        self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers:
            self.send_header(name, value)
        if not answer.announced:
            self.send_header("Connection", "close")
        elif answer.status != 304:
            self.send_header("Content-Length", str(answer.length))
        self.end_headers()

    def _record(self, asked: Asked, answer: Answer, fault: str | None, began: float) -> None:
        self.server.behind.record(
            Request(
                asked=asked,
                method=self.command,
                status=0 if answer.dropped else answer.status,
                body_bytes=0 if answer.dropped else answer.length,
                fault=fault,
                began=began,
                ready=time.monotonic(),
            )
        )

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr: the record has it all."""


def _parts(answer: Answer) -> Iterator[bytes]:
    """The body and its padding, in pieces."""
    yield answer.body
    left = answer.padding_bytes
    while left > 0:
        yield FILLER[:left]
        left -= len(FILLER)
