"""A crawl of the sample site in a process of its own, as a person would start it."""

import json
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOSTS = "all"


@dataclass
class Crawl:
    """A finished crawl."""

    status: int
    out: str
    err: str
    output: Path

    @property
    def lines(self):
        return [json.loads(line) for line in (self.output / "remarks.jsonl").read_text("utf-8").splitlines()]

    def rows(self, sql, *values):
        with sqlite3.connect(self.output / "remarks.db") as db:
            rows = db.execute(sql, values).fetchall()
        db.close()
        return rows

    def outcomes(self):
        return dict(self.rows("select outcome, count(*) from captures group by outcome"))


def crawl(site, output, *more, since="all", hosts=HOSTS, preexec_fn=None, environment=None):
    """`scrapy crawl remarks` against the site; `more` are further words of the command line."""
    words = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", f"hosts={hosts}"]
    words += ["-a", f"since={since}"] if since else []
    words += ["-s", "DOWNLOAD_DELAY=0", "-s", "REMARKS_BACKOFF_SECONDS=0.05", "-s", f"REMARKS_OUTPUT={output}", *more]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**site.environment, "PYTHONWARNINGS": "error::DeprecationWarning:crawler", **(environment or {})},
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=preexec_fn,
    )
    return Crawl(done.returncode, done.stdout, done.stderr, Path(output))
