"""Whole answers with anything wrong in them: each ends, has a name and touches nothing else, and recovery agrees.

    python tests/fuzz.py [--minutes 30] [--seed 1] [--archive output/warc] [--keep FOLDER]

The answers of a crawl of the sample site (pages of all six hosts, listings, feeds, sitemaps, REST, old indexes, the
Internet Archive's CDX, robots.txt), or those of the archive that is named, are damaged at random: bytes, slices, whole
parts of other answers, marks that a parser stumbles over, heads and statuses. They are taken in as in a crawl, some at
a time, in a copy of the record. Then:

    every one ended in time and without a fault of ours, and its capture has a named outcome
    no row of a remark at another address is other than it was
    recovery, which has the archive alone, makes the same database
    the new WARC file with bytes damaged costs what was in those bytes: recovery ends, and nothing else changes

What is found is printed, and kept in the folder with the seed that makes it again; then the command ends with status 1.
"""

import argparse
import gzip
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from support import crawl

from crawler.archive.reader import read_captures
from crawler.archive.writer import Archive, Exchange
from crawler.discovery.indexes import EXPECT
from crawler.discovery.walk import Walk
from crawler.discovery.window import Ask, Window
from crawler.errors import Refusal
from crawler.exporters.sqlite.settle import foreseen
from crawler.fetch.middlewares import span_words
from crawler.rebuild.compare import differences
from crawler.rebuild.reader import Limits, Reader
from crawler.rebuild.records import Answer, events
from crawler.rebuild.recover import PATTERN
from crawler.rebuild.shelf import in_order
from crawler.runs.arguments import Arguments
from crawler.runs.run import Run
from crawler.sample import SampleSite
from crawler.web.robots import read_rules
from crawler.web.sites import SITES

TOGETHER = 8
"""Answers that are taken in by one run."""
SECONDS = 10
"""Of the reading of one answer. A page of real weight takes a fiftieth of one."""
MOST_BYTES = 300_000
"""Of a damaged answer: what grows with the square of the length shows by then."""
UNNAMED = {"fetched", "crashed", "too_slow"}
"""Outcomes that say nothing of the answer."""

PIECES = [
    *(
        b"<",
        b">",
        b"</",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"&",
        b"&#0;",
        b"&#xD800;",
        b"&#99999999;",
        b"&amp;amp;",
    ),
    *(
        b"\x00",
        b"\xff",
        b"\xfe\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\x1b[2J",
        b"\r",
        b"\x85",
        b"\xe2\x80\xa8",
        b"\xe2\x80\xae",
    ),
    *(b"\xef\xbb\xbf", b"\xc2\xa0", b"\xc2\xad", b"\xe2\x80\x8b", b"\x1f\x8b\x08", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"),
    *(b"<div>", b"</div>", b"</p>", b"<b>", b"</b>", b"<table>", b"</html>", b"</body>", b"<script>", b"<plaintext>"),
    *(
        b"<select>",
        b"<template>",
        b"<svg>",
        b"<noscript>",
        b"<textarea>",
        b"<title>",
        b"<base href='//x/'>",
        b"<frameset>",
    ),
    *(b'<meta charset="utf-7">', b'<meta charset="cp037">', b'<meta http-equiv="refresh" content="0;url=/a/">'),
    *(
        b'<link rel="canonical" href="https://www.state.gov/a/">',
        b"<p><b>QUESTION:</b> Why?</p>",
        b"QUESTION:",
        b"MR. ",
    ),
    *(b"(Laughter.)", b"<p>[1]</p>", b'<sup><a href="#_ftn1">1</a></sup>', b"10:30 a.m. EST", b"January 32, 2021"),
    *(
        b"9" * 400,
        b"-1",
        b"1e999",
        b"NaN",
        b"null",
        b"true",
        b"{}",
        b"[]",
        b'"',
        b"\\ud800",
        b"\\",
        b"'",
        b"//",
        b"http://[",
    ),
    *(b"9999-12-31T23:59:59-05:00", b"Wed, 30 Nov -0001 00:00:00 +0000", b"0000-00-00", b"\xc2\xb2", b"\xd9\xa3"),
    *(
        b"User-agent: *\nDisallow: /",
        b"Crawl-delay: 1e9",
        b"Allow: /*$*$",
        b"*" * 50,
        b"There has been a critical error",
    ),
    *(b"<b>Fatal error</b>: Allowed memory size of 1 bytes exhausted", b"This server is busy", b"Access Denied"),
    *(b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<?xml version='1.0' encoding='utf8'?>", b"<?xml version='1.1'?>", b"&a;"),
]
TYPES = [
    *(
        "text/html",
        "text/html; charset=UTF-8",
        "text/html; charset=windows-1252",
        "text/html; charset=cp037",
        "TEXT/HTML",
    ),
    *(
        "text/html; charset=utf-7",
        "text/html; charset=\xff",
        "text/plain",
        "application/json",
        "application/xml",
        "",
        ";",
    ),
    *("image/png", "application/octet-stream", "text/html; charset=base64", "text/html; charset=idna", "a" * 5000),
]
STATUSES = [
    100,
    199,
    200,
    200,
    200,
    203,
    204,
    206,
    226,
    300,
    301,
    304,
    400,
    403,
    404,
    410,
    429,
    451,
    500,
    503,
    520,
    999,
]
NAMES = [
    "etag",
    "last-modified",
    "x-wp-totalpages",
    "content-length",
    "content-encoding",
    "memento-datetime",
    "location",
]
VALUES = [
    "",
    "0",
    "-1",
    "\xb2",
    "9" * 400,
    'W/"a"',
    "gzip",
    "br",
    "Wed, 30 Nov -0001 00:00:00 +0000",
    "\xff",
    "http://[",
]
VALUES += [
    "Fri, 31 Dec 9999 23:59:59 -1200",
    "https://evil.example/",
    "/a b/",
    "//www.state.gov:99999/",
    "deflate, gzip",
]


@dataclass
class Damaged:
    """An answer to try, and what was done to it."""

    answer: Answer
    done: tuple[str, ...]


# ---- what goes wrong ----


def cut(dice, body, _):
    return body[: dice.randrange(len(body) + 1)]


def without(dice, body, _):
    start, length = slice_of(dice, body)
    return body[:start] + body[start + length :]


def twice(dice, body, _):
    start, length = slice_of(dice, body)
    return body[: start + length] + body[start:]


def many(dice, body, _):
    start, length = slice_of(dice, body, 80)
    part = body[start : start + length] or b" "
    return body[:start] + part * dice.randrange(2, max(3, MOST_BYTES // len(part) // 2)) + body[start:]


def piece(dice, body, _):
    at = dice.randrange(len(body) + 1)
    return body[:at] + dice.choice(PIECES) + body[at:]


def pieces(dice, body, _):
    at, part = dice.randrange(len(body) + 1), dice.choice(PIECES) + dice.choice(PIECES)
    return body[:at] + part * dice.randrange(1, MOST_BYTES // len(part)) + body[at:]


def bits(dice, body, _):
    changed = bytearray(body)
    for _ in range(dice.randrange(1, 20)):
        if changed:
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def of_another(dice, body, others):
    other, at = dice.choice(others).capture.body, dice.randrange(len(body) + 1)
    start, length = slice_of(dice, other, 20_000)
    return body[:at] + other[start : start + length] + body[at + dice.choice([0, length]) :]


def whole_of_another(dice, _, others):
    return dice.choice(others).capture.body


def swapped(dice, body, _):
    a, b, c = sorted(dice.randrange(len(body) + 1) for _ in range(3))
    return body[:a] + body[b:c] + body[a:b] + body[c:]


def tag_changed(dice, body, _):
    """A mark where one stands: between tags, in a value, at a line's end."""
    places = [at for at in range(len(body)) if body[at] in b"<>\"'\n:=,"]
    if not places:
        return body
    at = dice.choice(places) + dice.randrange(2)
    return body[:at] + dice.choice(PIECES) + body[at + dice.randrange(3) :]


def word_changed(dice, body, _):
    words = body.split(b" ")
    at = dice.randrange(len(words))
    words[at] = dice.choice([words[at].upper(), words[at].lower(), words[at][::-1], b"", dice.choice(words)])
    return b" ".join(words)


def coded(dice, body, _):
    try:
        return body.decode().encode(dice.choice(["utf-16", "utf-8-sig", "cp1252", "cp037", "utf-7", "shift_jis"]))
    except UnicodeError:
        return body[::-1]


DEEDS = [cut, without, twice, many, piece, pieces, bits, of_another, whole_of_another, swapped, coded]
DEEDS += [tag_changed, tag_changed, word_changed, piece, bits, without]  # those that leave most of it sound, more often


def slice_of(dice, body, most=2_000):
    start = dice.randrange(len(body) + 1)
    return start, dice.randrange(min(most, len(body) - start) + 1)


def damaged(dice, answers):
    """One of the answers, with one to four things wrong."""
    answer = dice.choice(answers)
    body, headers, status, done = answer.capture.body, dict(answer.headers), answer.capture.status, []
    for _ in range(dice.choice([1, 1, 1, 2, 3, 4])):
        kind = dice.random()
        if kind < 0.85:
            deed = dice.choice(DEEDS)
            body = deed(dice, body, answers)[:MOST_BYTES]
            done.append(deed.__name__)
        elif kind < 0.90:
            headers["content-type"] = dice.choice(TYPES)
            done.append(f"type {headers['content-type'][:40]!r}")
        elif kind < 0.95:
            status = dice.choice(STATUSES)
            done.append(f"status {status}")
        else:
            name = dice.choice(NAMES)
            headers[name] = dice.choice(VALUES)
            done.append(f"{name} {headers[name][:40]!r}")
    capture = replace(answer.capture, body=body, status=status)
    return Damaged(replace(answer, capture=capture, headers=headers), tuple(done))


# ---- what must hold ----


class Bench:
    """A record, and copies of it in which damaged answers are taken in."""

    def __init__(self, record, folder, answers):
        self.record, self.folder, self.answers = record, folder, answers
        self.reader = Reader(Limits(seconds=SECONDS))
        self.outcomes = Counter()

    def try_together(self, seed):
        """What does not hold, in words, for the answers that this seed makes."""
        dice = random.Random(seed)
        tries = [damaged(dice, self.answers) for _ in range(TOGETHER)]
        found = [*self.crawled(tries), *self.recovered(), *self.damaged_file(dice)]
        if not found:
            return []
        made = "\n".join(f"  {n.answer.asked} {n.answer.capture.url} ({', '.join(n.done)})" for n in tries)
        return [f"seed {seed}: {words}\n{made}" for words in found]

    def copy(self, name):
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        return shutil.copytree(self.record, target)

    def crawled(self, tries):
        output = self.copy("crawled")
        archive = Archive(output / "warc", software="fuzz")
        run = Run.open(output, Arguments(types="all"), {}, "1", archive=archive)
        numbers = {}
        try:
            for at, one in enumerate(tries):
                try:
                    numbers[visit(run, archive, self.reader, one.answer, at)] = one
                except Exception as error:  # noqa: BLE001 - which would have ended the run
                    yield f"{type(error).__name__}: {error} ({one.answer.capture.url}, {', '.join(one.done)})"
            run.ended = run.told = True
        finally:
            run.close()
        with closing(sqlite3.connect(output / "remarks.db")) as db:
            for number, one in numbers.items():
                sql = "SELECT outcome, reason FROM captures WHERE id = ?"
                outcome, reason = db.execute(sql, [number]).fetchone()
                self.outcomes[outcome] += 1
                if outcome in UNNAMED:
                    yield f"{outcome}: {reason} ({one.answer.capture.url}, {', '.join(one.done)})"
            if broken := db.execute("PRAGMA foreign_key_check").fetchall():
                yield f"foreign keys: {broken[:3]}"
        touched = {one.answer.capture.url for one in tries}
        yield from self.others(output, touched)

    def others(self, output, touched):
        """Rows of remarks that never stood at the addresses that were asked for."""
        passed = touched | homes(self.record, touched) | homes(output, touched)
        if lost := rows(self.record, passed) - rows(output, passed):
            yield f"other rows changed: {sorted(map(repr, lost))[:3]}"

    def recovered(self):
        """What a run that has the archive alone makes of it."""
        output = self.copy("recovered")
        new = [
            path for path in (self.folder / "crawled" / "warc").iterdir() if not (output / "warc" / path.name).exists()
        ]
        for path in new:
            shutil.copy2(path, output / "warc")
        run = Run.open(output, Arguments(types="all"), {}, "1", archive=None)
        run.store.db.execute("DELETE FROM runs WHERE id = ?", [run.id])
        run.store.db.conn.commit()
        run.store.close()
        if told := list(differences(self.folder / "crawled" / "remarks.db", output / "remarks.db")):
            yield "recovery differs: " + "\n    ".join(told)

    def damaged_file(self, dice):
        """The new file with bytes damaged, packed or not, in our own archive and as somebody's."""
        output = self.copy("torn")
        (path,) = [p for p in (self.folder / "crawled" / "warc").iterdir() if not (output / "warc" / p.name).exists()]
        packed = path.read_bytes()
        plain = dice.random() < 0.5
        content = bytearray(gzip.decompress(packed) if plain else packed)
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(content))
            content[at : at + dice.randrange(3)] = dice.choice(
                [b"", b"\x00", b"\r\n", b"9999999999", b"WARC/1.1\r\n", b"\xff", b": "]
            )
        target = output / "warc" / (path.name.removesuffix(".gz") if plain and dice.random() < 0.5 else path.name)
        again = bytes(content) if not plain or target.suffix != ".gz" else gzip.compress(bytes(content))
        target.write_bytes(again)
        list(read_captures([target], on_problem=lambda _: None, on_revisit=lambda _: None))
        run = Run.open(output, Arguments(types="all"), {}, "1", archive=None)
        run.close()
        with closing(sqlite3.connect(output / "remarks.db")) as db:
            (left,) = db.execute("SELECT count(*) FROM captures WHERE outcome = 'fetched'").fetchone()
            faults = db.execute("SELECT url, reason FROM captures WHERE outcome = 'crashed'").fetchall()
        if left:
            yield f"{left} captures of a damaged file are left without an outcome"
        if faults:
            yield f"a damaged file makes the program stumble: {faults[:3]}"
        touched = new_urls(self.folder / "crawled") | new_urls(output)
        yield from (f"a damaged file: {words}" for words in self.others(output, touched))

    def close(self):
        self.reader.close()


def visit(run, archive, reader, answer, at):
    """As middlewares, spider and pipeline do it; the number of the capture."""
    capture = answer.capture
    stored = archive.write(
        Exchange(
            url=capture.archive_url or capture.url,
            status=capture.status,
            response_headers=tuple(
                (name.encode(), value.encode("latin-1", "replace")) for name, value in answer.headers.items()
            ),
            body=capture.body,
            fetched_at=f"2030-01-01T00:{at // 60:02}:{at % 60:02}Z",
            via=capture.via,
            listed_type=capture.listed_type,
            requested_url=capture.requested_url,
            asked=answer.asked,
            span=span_words(answer.span),
        )
    )
    (found,) = events(run.books.folder / stored.file, stored.offset, stored.offset + 1)
    reading = reader.read(found, run.arguments.types)
    facts = {"etag": found.headers.get("etag"), "last_modified": found.headers.get("last-modified")}
    if reading.outcome in ("redirect", "robots"):
        capture = run.record(found.capture, reading.outcome, **facts)
        if reading.refusal is not None:
            run.refuse(reading.refusal, capture.id)
        elif reading.outcome == "robots":
            read_rules(found.capture.body, "state-remarks").allow(found.capture.url)
    elif found.asked in EXPECT:
        capture = run.record(found.capture, "index", **facts)
        if reading.refusal is not None:
            run.refuse(reading.refusal, capture.id)
        else:
            run.books.listed(capture, reading.index.links)
            walked(found, reading.index)
    elif reading.outcome == "unchanged":
        capture = run.record(found.capture, "unchanged", **facts)
        run.confirm(capture, found.against or 0)
    else:
        capture = run.record(found.capture, **facts)
        if reading.refusal is not None:
            run.refuse(reading.refusal, capture.id, reading.template)
        else:
            run.save(reading.remark, capture)
    return capture.id


def walked(found, index):
    """The walk over the host's indexes takes it; BadIndex is an answer."""
    host = found.capture.url.split("/")[2]
    if host not in SITES or found.asked == "cdx":
        return
    ask, window = Ask(found.asked, found.capture.url, found.capture.url), Window(None, None, "all", deep=True)
    try:
        with foreseen(found.capture.url):
            list(Walk(SITES[host], window, 10).answer(ask, index))
    except Refusal as refusal:
        if refusal.outcome == "crashed":
            raise


ROWS = (
    "SELECT url, id, title, type, date, text, revision, status FROM remarks",
    "SELECT r.url, u.id, u.position, u.label, u.speaker_role, u.text FROM utterances u "
    "JOIN remarks r ON r.id = u.remark_id",
    "SELECT r.url, v.revision, v.digest, v.change FROM revisions v JOIN remarks r ON r.id = v.remark_id",
    "SELECT r.url, l.line FROM lines l JOIN revisions v ON v.id = l.revision_id JOIN remarks r ON r.id = v.remark_id",
)


def rows(output, without):
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        return {row for sql in ROWS for row in db.execute(sql) if row[0] not in without}


def homes(output, addresses):
    """The addresses of the remarks that stood at these."""
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        pairs = db.execute("SELECT u.url, r.url FROM urls u JOIN remarks r ON r.id = u.remark_id").fetchall()
        return {home for url, home in pairs if url in addresses}


def new_urls(output):
    """Addresses of the captures of damaged answers."""
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        return {url for (url,) in db.execute("SELECT url FROM captures WHERE fetched_at > '2029'")}


def answers_of(folder):
    """Every answer of an archive of ours, in an order that hangs on nothing but the answers."""
    files = in_order(sorted(folder.glob(PATTERN)))
    found = [event for path in files for event in events(path) if isinstance(event, Answer)]
    found = [replace(one, capture=replace(one.capture, id=None, warc_file=None, warc_offset=None)) for one in found]
    return sorted(found, key=lambda one: (one.capture.url, one.asked, one.capture.status, one.capture.digest))


def record_of(folder):
    """The record of a crawl of the sample site, and the Internet Archive's answers beside it."""
    with SampleSite() as site:
        done = crawl(site, folder / "record")
        assert done.status == 0, done.err
        archived = crawl(site, folder / "archived", "-a", "source=wayback", hosts="2021-2025.state.gov")
        assert archived.status in (0, 3), archived.err
    return folder / "record"


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive", type=Path, help="a folder of WARC files of ours, whose answers are tried as well")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    asked = parser.parse_args(words)
    found = tried = 0
    with tempfile.TemporaryDirectory() as folder:
        record = record_of(Path(folder))
        answers = [*answers_of(record / "warc"), *answers_of(Path(folder) / "archived" / "warc")]
        answers += answers_of(asked.archive) if asked.archive else []
        bench, until, seed = Bench(record, Path(folder), answers), time.monotonic() + asked.minutes * 60, asked.seed
        while time.monotonic() < until:
            told = bench.try_together(seed)
            for words in told:
                print(words, flush=True)
            if told:
                shutil.copytree(Path(folder) / "crawled", asked.keep / str(seed), dirs_exist_ok=True)
            found, tried, seed = found + len(told), tried + TOGETHER, seed + 1
        bench.close()
    names = ", ".join(f"{count} {name}" for name, count in bench.outcomes.most_common())
    print(f"{tried} answers tried, seeds {asked.seed} to {seed - 1}: {found} found. Outcomes: {names}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
