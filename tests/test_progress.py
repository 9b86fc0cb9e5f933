"""What a person at a terminal sees while a crawl runs; cron sees nothing of it."""

import os
import pty
import re
import subprocess
import sys
import threading

import pytest
from support import ROOT

from crawler.extensions.progress import time_left
from crawler.sample import expected


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, ""),
        (20, "about 20 s left"),
        (95, "about 2 min left"),
        (3600, "about 60 min left"),
        (9000, "about 2.5 hours left"),
    ],
)
def test_time_left_in_words(seconds, words):
    assert time_left(seconds) == words


def test_a_line_moves_on_a_terminal_and_leaves_the_summary(site, tmp_path):
    ours, theirs = pty.openpty()
    shown = []

    def read():
        try:
            while piece := os.read(ours, 65536):
                shown.append(piece)
        except OSError:  # Linux says so where all is closed on the other side
            return

    reading = threading.Thread(target=read)
    reading.start()
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", "hosts=all", "-a", "since=all", "-a", "types=all"]
    line += ["-s", "DOWNLOAD_DELAY=0.2", "-s", f"REMARKS_OUTPUT={tmp_path / 'output'}"]
    environment = {**site.environment, "TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
    done = subprocess.run(
        line, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, timeout=120
    )
    os.close(theirs)
    reading.join(timeout=10)
    os.close(ours)
    text = b"".join(shown).decode()
    assert done.returncode == 0
    drawn = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", each).strip() for each in re.split(r"[\r\n]+", text)]
    moved = [each for each in drawn if re.search(r"state\.gov  [\d,]+ of [\d,]+ pages, [\d,]+ known", each)]
    assert len({re.search(r"(\d+) of", each)[1] for each in moved}) > 1
    assert any(re.search(r"(?:about|at least) \d+ (?:s|min) left$", each) for each in moved)
    assert all(len(each) <= 80 for each in moved)
    assert [each for each in drawn if each][-1].startswith(f"remarks: up to date: {len(expected())} new")
    assert "Traceback" not in text
