"""Any history of runs, kills, edits, moves, removals and outages ends as the same history without kills and outages.

A run is played without the network: its answers go through the archive, the books and the store as in a crawl, and a
kill at any of those steps leaves what a SIGKILL leaves. At the end the archive alone must give the same database.
"""

import os
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from templates.pages import page_2019

from crawler.archive.reader import MAX_BODY_BYTES
from crawler.archive.writer import Archive, Exchange
from crawler.exporters.sqlite.store import Store
from crawler.rebuild.compare import differences
from crawler.rebuild.reading import read
from crawler.rebuild.records import Answer, events, unread
from crawler.rebuild.recover import PATTERN
from crawler.rebuild.replay import Replay
from crawler.rebuild.shelf import in_order
from crawler.runs.arguments import Arguments
from crawler.runs.run import Run

HOST = "2021-2025.state.gov"
START = datetime(2026, 1, 1, 6, tzinfo=UTC)
STEPS = ("archived", "recorded", "settled")
SAME = {
    "remarks": "id, work_key, url, title, status, text, revision, utterance_count, next_utterance",
    "utterances": "id, position, label, text",
    "utterance_versions": "*",
    "revisions": "remark_id, revision, change, kinds, digest, thinner",
    "redirects": "*",
    "urls": "url, remark_id, path, wp_id, canonical",
    "statuses": "remark_id, status",
    "lines": "line",
}


class Killed(BaseException):
    """SIGKILL."""


@dataclass
class Document:
    """A page of the host."""

    wp_id: int
    path: str
    title: str
    turns: list
    is_there: bool = True


def said(n):
    return [(f"MS VALE {n}", f"Turn {t} of talk {n}, said at pier {n * 7 + t} before noon.") for t in range(4)]


class World:
    """The host, the clock, and one record of it."""

    def __init__(self, folder):
        self.folder = folder
        self.documents = [Document(n, f"/talk-{n}/", f"Opening of Pier {n}", said(n)) for n in (1, 2, 3)]
        self.ever = {document.path for document in self.documents}
        self.hours = self.edits = 0

    # ---- what State does ----

    def edit(self, n, place):
        turns = self.documents[n].turns
        self.edits += 1
        label, text = turns[place % len(turns)]
        turns[place % len(turns)] = (label, f"{text} Corrected {self.edits}.")

    def insert(self, n, place):
        self.edits += 1
        turns = self.documents[n].turns
        turns.insert(
            place % (len(turns) + 1),
            ("QUESTION", f"What of number {self.edits}, asked after the others left the room?"),
        )

    def remove(self, n, place):
        turns = self.documents[n].turns
        if len(turns) > 2:
            turns.pop(place % len(turns))

    def merge(self, n, place):
        turns = self.documents[n].turns
        if len(turns) > 2:
            at = place % (len(turns) - 1)
            turns[at : at + 2] = [(turns[at][0], f"{turns[at][1]} {turns[at + 1][1]}")]

    def retitle(self, n, _):
        self.edits += 1
        self.documents[n].title = f"Opening of Pier {n + 1} ({self.edits})"

    def move(self, n, place):
        self.documents[n].path = path = f"/talk-{n + 1}-{place}/"
        self.ever.add(path)

    def take_over(self, n, place):
        """Another document gets the old address of this one."""
        other = self.documents[(n + 1) % 3]
        old, self.documents[n].path = self.documents[n].path, f"/elsewhere-{n}-{place}/"
        self.ever.add(self.documents[n].path)
        other.path = old

    def take_down(self, n, _):
        self.documents[n].is_there = False

    def put_back(self, n, _):
        self.documents[n].is_there = True

    def answer(self, path, *, outage=False):
        if outage:
            return 503, b"<html><body>server error</body></html>"
        for document in self.documents:
            if document.path == path and document.is_there:
                return 200, self.page(document)
        return 404, b"<html><body>not found</body></html>"

    def page(self, document):
        text = "".join(f"<p><b>{label}:</b> {said}</p>" for label, said in document.turns)
        return page_2019(
            canonical=f'<link rel="canonical" href="https://{HOST}{document.path}" />',
            body=f'<body class="state_briefing-template-default single postid-{document.wp_id}">',
            headline=f'<h1 class="featured-content__headline stars-above">{document.title}</h1>',
            text=text,
        )

    # ---- what the crawler does ----

    def run(self, *, outage=False, kill_at=None):
        """One run over every address; killed after so many steps, if at all."""
        self.left = kill_at
        archive = Archive(self.folder / "warc", software="test")
        run = Run.open(self.folder, Arguments(), {}, "1", archive=archive)
        try:
            for path in sorted(self.ever):
                self.visit(run, archive, path, outage)
        except Killed:
            run.store.close()
            archive.close()
            return
        run.ended = run.told = True
        run.close()

    def visit(self, run, archive, path, outage):
        status, body = self.answer(path, outage=outage)
        url, at = f"https://{HOST}{path}", f"{START + timedelta(hours=self.hours):%Y-%m-%dT%H:%M:%SZ}"
        headers = ((b"Content-Type", b"text/html; charset=UTF-8"),)
        stored = archive.write(
            Exchange(url=url, status=status, response_headers=headers, body=body, fetched_at=at, asked="page")
        )
        self.step()
        capture = run.record(run.books.archived(stored))
        self.step()
        answer = Answer(
            capture=replace(capture, body=body), asked="page", headers={"content-type": "text/html"}, size=len(body)
        )
        reading = read(answer, types="all", most_bytes=MAX_BODY_BYTES)
        if reading.refusal:
            run.refuse(reading.refusal, capture.id, reading.template)
        else:
            run.save(reading.remark, capture)
        self.step()

    def step(self):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed

    def content(self):
        with Store(self.folder / "remarks.db", parser_version="1") as store:
            assert store.db.execute("SELECT count(*) FROM captures WHERE outcome = 'fetched'").fetchone() == (0,)
            return {
                name: sorted(map(repr, store.db.execute(f"SELECT {columns} FROM {name}")))
                for name, columns in SAME.items()
            }

    def rebuilt(self):
        """How the database that the archive alone gives differs from the one that the runs made."""
        path = self.folder / "again.db"
        with Store(path, parser_version="1", durable=False) as store:
            files = in_order(sorted((self.folder / "warc").glob(PATTERN)))
            replay = Replay(store, unread=unread(files, "1"))
            for file in files:
                replay.begin_file()
                for event in events(file):
                    replay.apply(event)
        return list(differences(self.folder / "remarks.db", path))


DEEDS = ("edit", "insert", "remove", "merge", "retitle", "move", "take_over", "take_down", "put_back")
CHANGES = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 2), st.integers(0, 9)), max_size=3)
NOISE = st.lists(st.one_of(st.just("outage"), st.integers(0, 20)), max_size=2)
HISTORIES = st.lists(st.tuples(CHANGES, NOISE), min_size=1, max_size=6)


def play(folder, history, *, noisy):
    """Between two runs more than a day passes, in which State does something; noise: an outage, or a kill at a step."""
    world = World(folder)
    world.run()
    for changes, noise in history:
        world.hours += 30
        for deed, n, place in changes:
            getattr(world, deed)(n, place)
        for what in noise if noisy else ():
            world.run(outage=True) if what == "outage" else world.run(kill_at=what)
        world.run()
    return world


@settings(max_examples=int(os.environ.get("HISTORIES", "12")), deadline=None)
@given(HISTORIES)
def test_kills_and_outages_leave_no_trace(history):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        clean, noisy = play(Path(one), history, noisy=False), play(Path(two), history, noisy=True)
        assert noisy.content() == clean.content()
        assert noisy.rebuilt() == []
        lines = [(Path(folder) / "remarks.jsonl").read_bytes() for folder in (one, two)]
        assert lines[0] == lines[1]
