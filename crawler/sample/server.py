"""The sample site on loopback, as a context manager.

    with SampleSite() as site:
        subprocess.run(["scrapy", "crawl", "remarks", "-a", "since=all"], env=site.environment)

Opens one listening socket on 127.0.0.1 and writes two files into a temporary folder; both are gone when it is left.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from crawler.sample import routes, shells, wayback
from crawler.sample.faults import Fault, spoiled
from crawler.sample.proxy import Proxy, Request
from crawler.sample.routes import Library
from crawler.sample.tls import server_context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.sample.answers import Answer, Asked
    from crawler.sample.documents import Edition

HOSTS = (*shells.HOSTS, wayback.HOST)
PROXY_VARIABLES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


class SampleSite:
    """`version`, `decoy` and `faults` may be set while it runs, and hold from the next request on."""

    def __init__(
        self, *, version: Edition = "latest", decoy: bool = False, faults: Iterable[Fault] = (), port: int = 0
    ) -> None:
        self.version = version
        self.decoy = decoy
        self.faults = list(faults)
        self.requests: list[Request] = []
        """In the order in which they were answered."""
        self._port = port
        self._lock = threading.Lock()
        self._server: Proxy | None = None

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory(prefix="sample-site-")
        context, self._ca_file = server_context(Path(self._folder.name), HOSTS)
        self._server = Proxy(self, context, HOSTS, self._port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        server = self._running()
        server.shutdown()
        self._thread.join()
        server.hang_up()
        server.server_close()
        self._folder.cleanup()
        self._server = None

    @property
    def proxy(self) -> str:
        """`http://127.0.0.1:<port>`; raises RuntimeError where the site does not run."""
        return f"http://127.0.0.1:{self._running().server_port}"

    @property
    def ca_file(self) -> Path:
        """The certificate to trust; raises RuntimeError where the site does not run."""
        self._running()
        return self._ca_file

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that lead a program here."""
        return {"http_proxy": self.proxy, "https_proxy": self.proxy, "SSL_CERT_FILE": str(self.ca_file)}

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the process, `variables` set and every other proxy variable taken out."""
        kept = {name: value for name, value in os.environ.items() if name.lower() not in PROXY_VARIABLES}
        return kept | self.variables

    @property
    def library(self) -> Library:
        """What the site shows now."""
        return Library(self.version, self.decoy)

    def answer(self, asked: Asked) -> tuple[Answer, str | None]:
        """The answer, and the mode of the fault that spoiled it."""
        library, fault = self.library, self._fault_for(asked)
        right = routes.answer(asked, library)
        return (spoiled(fault, asked, right, library), fault.mode) if fault else (right, None)

    def record(self, request: Request) -> None:
        with self._lock:
            self.requests.append(request)

    def _fault_for(self, asked: Asked) -> Fault | None:
        with self._lock:
            fault = next((fault for fault in self.faults if fault.takes(asked)), None)
            if fault is not None:
                fault.fired += 1
            return fault

    def _running(self) -> Proxy:
        if self._server is None:
            raise RuntimeError("the sample site does not run: enter it first")
        return self._server
