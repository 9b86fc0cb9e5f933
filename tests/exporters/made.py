"""Invented remarks, and what several tests ask of a store."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.exporters.jsonl.files import publish
from crawler.items import Capture, Comment, Note, Page, Remark, Utterance

HOST = "www.state.gov"
SLUG = "/briefing-on-the-harbor-accord/"
TIME = "2026-03-04T{:02}:00:00Z"


def at(hour):
    """The time so many hours after the first."""
    return f"{datetime(2026, 3, 4, tzinfo=UTC) + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}"


def turns(*pairs):
    return tuple(Utterance(label=label, text=text) for label, text in pairs)


TALK = turns(
    ("MS FIELD", "Good afternoon. The accord was signed at noon."),
    ("QUESTION", "Who signed for the harbor?"),
    ("MS FIELD", "The harbor master did."),
)


def remark(utterances=TALK, *, host=HOST, path=SLUG, text=None, notes=(), problems=(), **page):
    head = {"title": "Briefing on the Harbor Accord", "type": "Press Briefing", "date": "2026-03-04", "wp_id": 9001}
    printed = "\n\n".join(f"{turn.label}: {turn.text}" for turn in utterances) or "The accord enters into force."
    return Remark(
        page=Page(url=f"https://{host}{path}", template="wordpress_2025", **head | page),
        utterances=utterances,
        text=printed if text is None else text,
        notes=notes,
        problems=problems,
    )


def full_remark():
    """Everything that a remark can have."""
    return remark(
        (
            Utterance(
                label="MS FIELD",
                text="Good afternoon. (Laughter.) All is well.",
                comments=(Comment(kind="laughter", text="(Laughter.)", offset=16),),
                role="spokesperson",
                person="Ada Field",
                office="Spokesperson",
                method="byline",
                confidence=0.9,
                evidence="the byline names one Field",
            ),
            Utterance(
                label="FOREIGN MINISTER ÅS",
                text="(Via interpreter) Thank you.\n\nAnd good day.",
                comments=(Comment(kind="interpretation", text="(Via interpreter)", offset=0),),
                role="guest",
            ),
        ),
        byline=("Ada Field, Spokesperson", "Bo Ås, Foreign Minister"),
        places=("Treaty Room", "Harbor City, Ruritania"),
        tags=("Ruritania", "Harbors & Seas"),
        date_printed="March 4, 2026",
        published_at="2026-03-04T10:00:00Z",
        modified_at="2026-03-04T11:00:00Z",
        language="en-US",
        notes=(Note(after=0, comment=Comment(kind="clock", text="2:06 p.m. EST")),),
        problems=("same_label_twice: MS FIELD",),
    )


class Box:
    """A store with one run, and its JSON lines."""

    def __init__(self, store, folder):
        self.store = store
        self.db = store.db
        self.jsonl = folder / "remarks.jsonl"
        self.run = store.begin_run({"hosts": [HOST]}, {"crawler": "1"}, started_at=TIME.format(0))

    def capture(
        self, remark, hour=0, *, url=None, body=None, requested_url=None, outcome="fetched", via="live", **facts
    ):
        """A stored capture that showed the remark; from hour 24 on it is the next day, and so on."""
        body = repr((remark, hour)).encode("utf-8", "surrogatepass") if body is None else body
        capture = Capture(
            url=url or remark.page.url,
            fetched_at=at(hour),
            status=facts.pop("status", 200),
            via=via,
            body=body,
            digest=f"sha256:{hashlib.sha256(body).hexdigest()}",
            requested_url=requested_url,
        )
        return replace(capture, id=self.store.add_capture(capture, run_id=self.run, outcome=outcome, **facts))

    def save(self, remark, hour=0, **facts):
        return self.store.save(remark, self.capture(remark, hour, **facts), self.run)

    def miss(self, remark, hour):
        """A 404 where the remark stood."""
        return self.store.missed(self.capture(remark, hour, body=b"", outcome="gone"), "status 404")

    def hear(self, hour, host=HOST):
        """An index of the host that was read well."""
        self.capture(remark(host=host, path="/press-releases/"), hour, outcome="index")

    def publish(self):
        return publish(self.store, self.jsonl)

    def rows(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def value(self, sql, *values):
        ((value,),) = self.rows(sql, *values)
        return value

    def lines(self):
        return lines_of(self.jsonl)

    def ids(self):
        return [id_ for (id_,) in self.rows("SELECT id FROM utterances ORDER BY remark_id, position")]


def lines_of(path):
    """Read as strictly as a stranger would: every line ends, none is empty."""
    *lines, rest = path.read_bytes().split(b"\n")
    assert rest == b""
    return [json.loads(line) for line in lines]


def assert_sound(db):
    """Nothing is torn: the file, the foreign keys, both full-text indexes against their tables."""
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in ("remarks", "utterances"):
        db.execute(f"INSERT INTO {table}_fts({table}_fts, rank) VALUES ('integrity-check', 1)")


def assert_published_once(store, path):
    """Every revision has exactly one line, in the order of its row."""
    found = [(line["id"], line["revision"]) for line in lines_of(path)]
    assert found == store.db.execute("SELECT remark_id, revision FROM revisions ORDER BY id").fetchall()
