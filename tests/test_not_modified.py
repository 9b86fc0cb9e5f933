"""A host that answers 304 as HTTP wants it, and once as it does not; the archive alone gives the same rows."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from support import ROOT, crawl

from crawler.sample import SampleSite
from crawler.sample.answers import Answer
from crawler.sample.documents import load
from crawler.sample.routes import Library
from crawler.sample.shells import served
from crawler.web.types import wanted

HOST = "www.state.gov"


class Site(SampleSite):
    """Its REST list tells of edits so many days later; `changes` make other answers of the right ones."""

    days = 0

    def __init__(self):
        super().__init__()
        self.changes = {}

    @property
    def library(self):
        later = timedelta(days=self.days)
        return Library(documents=tuple(replace(d, modified=d.modified + later) for d in load("latest")))

    def answer(self, asked):
        answer, mode = super().answer(asked)
        change = self.changes.get(f"https://{asked.host}{asked.path}")
        return (change(asked, answer) if change and answer.status == 200 else answer), mode


def tagged(tag, old=b"", new=b""):
    """The page with that ETag, or without any validators, and other words."""
    headers = (("ETag", tag),) if tag else ()
    return lambda _, answer: replace(answer, body=answer.body.replace(old, new), headers=headers)


@pytest.fixture
def site():
    with Site() as running:
        yield running


def documents():
    """Three of the host."""
    return [d for d in load("latest") if not d.decoy and wanted(d.type, "speech") and HOST in d.served[0]][:3]


def wrongly_not_modified(otherwise):
    """A 304 of another version than was asked against; the page itself where it is asked for whole."""
    no = Answer(status=304, headers=(("ETag", '"x"'),))
    return lambda asked, page: no if "if-none-match" in asked.headers else otherwise(asked, page)


def test_versions_that_come_back_and_documents_that_change_places(site, tmp_path):
    edited, other, third = documents()
    a, b = edited.served[0], other.served[0]
    word = max(re.findall(r"[a-z]{8,}", edited.body), key=len).encode()
    body, _ = served(third, HOST)
    v1, v2 = tagged('"1"'), tagged(None, word, b"Corrected")
    runs = [
        {a: v1, b: tagged('"b"')},
        {a: v2, b: lambda *_: Answer(body=body, headers=(("ETag", '"c"'),))},
        {a: v1, b: tagged('"b"')},
        {a: v1, b: tagged('"b"')},
        {a: wrongly_not_modified(v2)},
    ]
    for site.days, site.changes in enumerate(runs):
        run = crawl(site, tmp_path, hosts=HOST)
        assert (run.status, run.err) == (0, "")
    assert run.rows("select change from revisions r join remarks m on m.id = remark_id where url = ?", a) == [
        ("new",),
        ("text",),
        ("text",),
        ("text",),
    ]
    assert b"Corrected" in run.rows("select text from remarks where url = ?", a)[0][0].encode()
    assert run.rows("select revision, status from remarks where url = ?", b) == [(1, "live")]
    assert run.rows("select count(*) from remarks where status <> 'live'") == [(0,)]
    looks = "select status, outcome, confirms is not null from captures where url = ? order by id"
    assert run.rows(looks, a) == [
        (200, "ok", 0),
        (200, "ok", 0),
        (200, "ok", 0),
        (304, "unchanged", 1),
        (304, "unproven", 0),
        (200, "ok", 0),
    ]
    assert [status for status, _, _ in run.rows(looks, b)][:4] == [200, 200, 200, 304]
    line = [sys.executable, "-m", "scrapy", "reparse", "--check", "-s", f"REMARKS_OUTPUT={tmp_path}"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
