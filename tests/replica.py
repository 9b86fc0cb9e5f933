"""State's hosts in a box (../shared/replica), where it is at hand: real transcripts, real edits."""

import html
import json
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
PROGRAM = SHARED / "replica" / "replica.py"
CORPUS = SHARED / "corpus" / "documents.jsonl"

with_replica = pytest.mark.skipif(
    not (PROGRAM.is_file() and CORPUS.is_file()), reason=f"no replica: {PROGRAM} is missing"
)


def documents():
    return [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]


def letters(body):
    """What a body prints, without its markup and its blanks."""
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", body)).split())


@contextmanager
def replica(folder):
    """The running replica: `environment` for a crawl, `set(...)` for its faults.json."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [sys.executable, str(PROGRAM), "--corpus", str(CORPUS.parent), "--port", str(port), "--state", str(folder)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert "replica:" in process.stdout.readline()
            proxy = f"http://127.0.0.1:{port}"
            names = {"http_proxy": proxy, "https_proxy": proxy, "SSL_CERT_FILE": str(folder / "ca.pem")}
            yield SimpleNamespace(environment=names, set=lambda **faults: _set(folder, faults))
        finally:
            process.terminate()


def _set(folder, faults):
    new = folder / "faults.new"
    new.write_text(json.dumps(faults))
    new.replace(folder / "faults.json")
    time.sleep(0.01)
