"""A server of the site in a process of its own, and what it answers."""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote


@dataclass
class Answer:
    status: int
    headers: dict
    text: str


@dataclass
class Site:
    """A running server."""

    port: int
    database: Path
    pid: int = 0

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    def get(self, path, method="GET"):
        return self.raw(quote(path, safe="/?&=%+*():;,#~"), method)

    def raw(self, path, method="GET"):
        """The path as it stands."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read().decode(errors="replace"))


@contextlib.contextmanager
def serving(line, port, database, cwd=None, env=None):
    # into a file: what a full pipe holds up does not answer
    with (
        tempfile.TemporaryFile("w+") as told,
        subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=told, cwd=cwd, env=env) as server,
    ):
        try:
            site = Site(port, database, server.pid)
            for _ in range(1200):
                with contextlib.suppress(OSError):
                    site.get("/static/icon.svg")
                    break
                assert server.poll() is None, told.seek(0) or told.read()
                time.sleep(0.05)
            else:
                raise AssertionError("it never answered")
            yield site
        finally:
            server.terminate()
            server.wait()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def find_chromium():
    """The path of a browser of this machine; None without one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
