"""A fault of this program on one answer is a named outcome of that answer; the rest is read and stored as ever."""

import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, crawl

from crawler.sample import SampleSite, expected

HOST = "2021-2025.state.gov"
VICTIM = next(d for d in expected() if d["name"] == "footnotes")
SLUG = VICTIM["url"].rstrip("/").rpartition("/")[2]
POISON = Path(__file__).with_name("poison")
STEPS = [
    ("crawler.templates.wordpress_2019", "read", "OverflowError"),
    ("crawler.templates", "parse_page", "KeyError"),
    ("crawler.transcript.boilerplate", "strip", "RecursionError"),
    ("crawler.transcript.turns", "split", "AssertionError"),
    ("crawler.transcript.speakers", "identify", "ValueError"),
    ("crawler.transcript.validate", "validate", "MemoryError"),
    ("crawler.exporters.rows", "build", "TypeError"),
]
ROWS = "select url, title, text, utterance_count from remarks order by url"


def poisoned(step, error):
    module, _, name = step.rpartition(".")
    return {"POISON": f"{module}:{name}:{error}:{SLUG}", "PYTHONPATH": f"{POISON}"}


def scrapy(site, *words, environment=None):
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *map(str, words)],
        cwd=ROOT,
        env={**site.environment, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    with SampleSite() as site:
        run = crawl(site, tmp_path_factory.mktemp("sound"), hosts=HOST)
    return run.rows(ROWS)


@pytest.mark.parametrize(("module", "name", "error"), STEPS)
def test_any_exception_of_any_step_costs_one_page(module, name, error, sound, tmp_path):
    environment = poisoned(f"{module}.{name}", error)
    with SampleSite() as site:
        run = crawl(site, tmp_path, hosts=HOST, environment=environment)
        assert run.status == 3, run.err
        ((url, reason, kept),) = run.rows("select url, reason, warc_file from captures where outcome = 'crashed'")
        assert SLUG in url
        assert kept
        assert f"{error}: poison" in reason.replace("'", "")
        assert "crashed" in run.err
        assert run.rows(ROWS) == [row for row in sound if SLUG not in row[0]]
        # the archive gives the same, by the same fault; and the page, once the fault is mended
        again = scrapy(site, "reparse", "--check", "-s", f"REMARKS_OUTPUT={tmp_path}", environment=environment)
        assert again.returncode in (0, 3), again.stderr
        assert "is what they give" in again.stdout
        done = scrapy(site, "reparse", "--workers", "1", "-s", f"REMARKS_OUTPUT={tmp_path}")
        assert "Traceback" not in done.stderr
    assert run.rows(ROWS) == sound
