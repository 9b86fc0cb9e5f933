"""Crawls of the sample site killed with SIGKILL at random moments: after the next run all is as if none had been.

    python tests/kills.py [KILLS] [SEED]

Each round begins with a record of the documents as they were first published. A crawl that would see their edits is
killed, once or several times, then one is let to its end. What that leaves is compared with a record that no kill has
touched: rows, ids, revisions, JSON lines; the database is checked, and so is that the archive alone gives the same.
"""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from support import HOSTS, ROOT, crawl

from crawler.sample import SampleSite

MOST_IN_A_ROW = 3
# Seconds between two requests to one host: so that kills fall between and into the steps of every page.
PACE = ["-s", "DOWNLOAD_DELAY=0.02"]
#: What no kill may change. Times and the order of first sight differ from run to run.
CONTENT = {
    "remarks": "id, work_key, url, host, home, title, type, date, place, venue, byline, tags, text, word_count, "
    "utterance_count, next_utterance, revision, status, via, template, problems",
    "utterances": "id, remark_id, position, label, speaker_role, person_id, office_id, text, word_count, interpreted",
    "comments": 'id, utterance_id, "after", "offset", kind, text, revision',
    "attributions": "*",
    "urls": "url, remark_id, path, wp_id, canonical",
    "revisions": "remark_id, revision, digest, change, kinds, thinner, title, date, words_added, words_removed, "
    "turns_added, turns_removed, turns_changed",
    "utterance_versions": "*",
    "redirects": "*",
    "people": "*",
    "offices": "*",
}


def content(output):
    """The rows as they should be whatever happened, and the lines by id and revision."""
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT count(*) FROM captures WHERE outcome = 'fetched'").fetchone() == (0,)
        rows = {name: set(db.execute(f"SELECT {columns} FROM {name}")) for name, columns in CONTENT.items()}
        rows["changes"] = set(db.execute("SELECT id, change FROM revisions"))
        made = db.execute("SELECT remark_id, revision FROM revisions ORDER BY id").fetchall()
    *lines, rest = (output / "remarks.jsonl").read_bytes().split(b"\n")
    assert rest == b"", "half a line"
    read = [json.loads(line) for line in lines]
    assert [(line["id"], line["revision"]) for line in read] == made, "a line is missing or there twice"
    *told, rest = (output / "events.jsonl").read_bytes().split(b"\n")
    assert rest == b"", "half an event"
    assert [json.loads(line)["event"] for line in told] == list(range(1, len(told) + 1))
    assert len(told) >= sum(change != "parser" for *_, change in rows["changes"]), "an event is missing"
    del rows["changes"]
    for line in read:  # of two copies the line names the one that was seen first
        line["url"] = line["host"] = line["template"] = None
    return rows | {"lines": {json.dumps(line, sort_keys=True) for line in read}}


def start(site, output):
    """A crawl of everything, on its way."""
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", f"hosts={HOSTS}", "-a", "since=all", *PACE]
    line += ["-s", f"REMARKS_OUTPUT={output}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(line, cwd=ROOT, env=site.environment, **quiet)


def kill(site, output, after_seconds):
    """Whether the crawl was still running then."""
    with start(site, output) as process:
        time.sleep(after_seconds)
        running = process.poll() is None
        process.kill()
    return running


def finish(site, output):
    run = crawl(site, output, *PACE)
    assert (run.status, run.err) == (0, ""), run.err + run.out
    return run


def reparse_check(output):
    line = [sys.executable, "-m", "scrapy", "reparse", "--check", "--workers", "1", "-s", f"REMARKS_OUTPUT={output}"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


class Kills:
    """The clean record, and rounds against it."""

    def __init__(self, site, folder, seed):
        self.site, self.folder, self.dice = site, folder, random.Random(seed)
        self.before, clean = folder / "before", folder / "clean"
        site.version = "first"
        finish(site, self.before)
        shutil.copytree(self.before, clean)
        site.version = "latest"
        began = time.monotonic()
        finish(site, clean)
        self.seconds = time.monotonic() - began
        self.clean = content(clean)
        assert any(revision > 1 for _, revision, *_ in self.clean["revisions"])

    def round(self, most):
        """Up to `most` kills, then a run to the end; how many hit."""
        output, hits = self.folder / "killed", 0
        shutil.rmtree(output, ignore_errors=True)
        held = self.dice.random() < 0.7
        if held:
            shutil.copytree(self.before, output)
        for version in ("latest",) if held else ("first", "latest"):
            self.site.version = version
            for _ in range(self.dice.randint(0, most - hits) if version == "first" else most - hits):
                hits += kill(self.site, output, self.dice.uniform(0.3, self.seconds * 1.05))
            finish(self.site, output)
        killed = content(output)
        for name, rows in self.clean.items():
            assert killed[name] == rows, (name, killed[name] ^ rows)
        reparse_check(output)
        return hits


def main(kills=50, seed=4):
    done = rounds = 0
    with SampleSite() as site, tempfile.TemporaryDirectory() as folder:
        test = Kills(site, Path(folder), seed)
        while done < kills:
            hits = test.round(test.dice.randint(1, min(MOST_IN_A_ROW, kills - done)))
            done, rounds = done + hits, rounds + 1
            print(f"{done} kills, {rounds} rounds: as if there had been none", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
