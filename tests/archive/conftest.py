import subprocess
import sys
from dataclasses import replace

import pytest

from crawler.archive.writer import Archive, Exchange

PAGE = Exchange(
    url="https://www.state.gov/briefings/harbour-briefing-may-4/",
    request_headers=((b"User-Agent", b"state-remarks-test"),),
    status=200,
    reason="OK",
    response_headers=((b"Content-Type", b"text/html; charset=UTF-8"),),
    body=b"<p>QUESTION: Is the ferry running?</p>",
    fetched_at="2026-11-23T10:00:00Z",
)


@pytest.fixture
def page():
    """An exchange, with what the test says of it."""
    return lambda **fields: replace(PAGE, **fields)


@pytest.fixture
def archive(tmp_path):
    """Makes an archive under the test's folder; all are closed at the end."""
    made = []

    def make(folder="warc", **options):
        made.append(Archive(tmp_path / folder, software="state-remarks/test", **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def files(tmp_path):
    return lambda folder="warc": sorted((tmp_path / folder).glob("*"))


@pytest.fixture
def warcio_check():
    """Runs `warcio check` and fails with what it prints."""

    def check(*paths):
        command = [sys.executable, "-m", "warcio.cli", "check", "-v", *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "digest pass" in done.stdout
        return done.stdout

    return check
