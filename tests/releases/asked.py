"""Exports in this process, and in one of their own, as a person would start them."""

import subprocess
import sys
from functools import cache

from support import ROOT

from crawler.exporters import corpus as releases
from crawler.exporters.corpus.choice import read_choice
from crawler.exporters.corpus.snapshot import Snapshot


def write(database, form, path, **choice):
    """The line that is printed."""
    with Snapshot(database) as snapshot:
        return releases.write(form, snapshot, read_choice(**choice), path)


def command(output, *words, **more):
    line = [sys.executable, "-m", "scrapy", "export", *map(str, words), "-s", f"REMARKS_OUTPUT={output}"]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, **more)


class Exports:
    def __init__(self, output, folder):
        self.output = output
        self.folder = folder
        self.said = {}

    @cache  # noqa: B019 - one object a session
    def path(self, form):
        path = self.folder / form
        self.said[form] = write(self.output / "remarks.db", form, path)
        return path
