"""A server of the site in a process of its own, and what it answers."""

import contextlib
import shutil
import socket
import subprocess
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

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    def get(self, path, method="GET"):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, quote(path, safe="/?&=%+*():;,#~"))
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read().decode())


@contextlib.contextmanager
def serving(line, port, database, cwd=None):
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=cwd) as server:
        try:
            site = Site(port, database)
            for _ in range(300):
                with contextlib.suppress(OSError):
                    site.get("/static/icon.svg")
                    break
                assert server.poll() is None, server.stderr.read()
                time.sleep(0.05)
            yield site
        finally:
            server.terminate()
            server.communicate()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def find_chromium():
    """The path of a browser of this machine; None without one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
