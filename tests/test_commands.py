"""What is typed wrong ends with 2 and a word; output that nobody takes is no crash."""

import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

AKAMAI = """<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>
You don't have permission to access "http://www.state.gov/x/" on this server.<P>Reference #18.2d351ab8
<P>https://errors.edgesuite.net/18.2d351ab8</BODY></HTML>"""


def scrapy(*line, **given):
    command = [sys.executable, "-m", "scrapy", *map(str, line)]
    return subprocess.run(command, cwd=ROOT, text=True, **{"capture_output": True} | given)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (["status", "--chnages"], "not understood: --chnages"),
        (["status", "--since", "2026-01-01"], "--since goes with --changes"),
        (["roster", "--bogus"], "not understood: --bogus"),
        (["demo", "extra"], "not understood: extra"),
        (["browse", "extra"], "not understood: extra"),
        (["reparse", "--chek"], "not understood: --chek"),
        (["reparse", "--workers", "0"], "--workers: 0 is not a whole number from 1"),
        (["crawl", "remark"], "there is no spider 'remark'"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else None,
)
def test_what_is_typed_wrong_ends_with_2(line, word):
    done = scrapy(*line)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert word in done.stdout + done.stderr


def test_a_page_is_refused_by_the_names_that_a_run_gives(tmp_path):
    page = tmp_path / "block.html"
    page.write_text(AKAMAI)
    done = scrapy("read", page)
    assert done.returncode == 3
    assert "decoy: " in done.stderr
    page.write_bytes(b"<p>" + b"x" * 3000)
    done = scrapy("read", page, "-s", "REMARKS_MAX_PAGE_BYTES=2000")
    assert done.returncode == 3
    assert "too_large: " in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no /dev/full")
def test_output_that_nobody_takes_is_told_or_nothing_to_tell(tmp_path):
    page = tmp_path / "speech.txt"
    page.write_text("MS MARSH: Good morning.\n\n" * 9000)
    with Path("/dev/full").open("w") as full:
        done = scrapy("read", page, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, "Traceback" in done.stderr, "No space" in done.stderr) == (1, False, True)
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", "read", str(page)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        running.stdout.read(100)
        running.stdout.close()
        errors = running.stderr.read()
        assert (running.wait(), errors) == (0, "")
