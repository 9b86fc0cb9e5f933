"""How fast the site answers on 100,000 invented remarks with a million turns: the server as `scrapy browse` starts it.

Each kind of page is asked for over HTTP with different contents (a person, a transcript, a word of its own each time),
so that little is merely repeated. Figures over the whole record (start page, people, charts) are kept by the site until
the database changes: the first request, printed beside the median, is the one that counts them.
"""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from itertools import cycle, islice, pairwise
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import quote

from benchmarks.corpus import build
from crawler.commands.browse import serve_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REMARKS, QUICK_REMARKS = 100_000, 1_000
ROUNDS = 30
PAGE_MS, SEARCH_MS = 300, 100
#: How many turns of a million hold the words that are looked for: from a rare name to a word of every tenth turn.
SHARES = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1)


def run(quick: bool, folder: Path) -> Iterator[str]:
    path = folder / f"site-{'quick' if quick else 'full'}" / "remarks.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        build(path, QUICK_REMARKS if quick else REMARKS)
        yield f"site: invented corpus written in {time.perf_counter() - began:.0f} s"
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        remarks, turns = db.execute("select count(*), sum(utterance_count) from remarks").fetchone()
        addresses = _addresses(db)
    size = path.stat().st_size / 1e9
    yield f"site: {remarks:,} remarks, {turns:,} turns, {size:.1f} GB; {ROUNDS} requests each, median (first, slowest)"
    with _served(path) as connection:
        for name, (target, paths) in addresses.items():
            first, *times = [_timed(connection, one) for one in islice(cycle(paths), ROUNDS + 1)]
            told = "" if median(times) <= target else "  ABOVE THE TARGET"
            yield f"  {name:<34} {median(times):7.1f} ms ({first:7.1f}, {max(times):7.1f})  target {target} ms{told}"


def _addresses(db: sqlite3.Connection) -> dict[str, tuple[int, list[str]]]:
    """Name -> target, addresses that are asked for in turn."""
    words = list(_words(db))
    people = [
        row[0]
        for row in db.execute(
            "select person_id from utterances where person_id is not null group by 1 order by count(*) desc limit 15"
        )
    ]
    long = [row[0] for row in db.execute("select id from remarks order by utterance_count desc, id limit 10")]
    middle = [row[0] for row in db.execute("select id from remarks where utterance_count between 5 and 30 limit 10")]
    pairs = list(pairwise(words))
    return {
        "start page": (PAGE_MS, ["/"]),
        "transcript, the longest": (PAGE_MS, [f"/r/{id_}" for id_ in long]),
        "transcript with hits": (PAGE_MS, [f"/r/{id_}?q={words[-1]}" for id_ in middle]),
        "person, the most heard": (PAGE_MS, [f"/people/{id_}" for id_ in people]),
        "people": (PAGE_MS, ["/people"]),
        "changes": (PAGE_MS, [f"/changes?page={n}" for n in range(1, 11)]),
        "charts by type": (PAGE_MS, ["/charts", "/charts?count=remarks"]),
        "charts by speaker": (PAGE_MS, ["/charts?by=speaker"]),
        "words over time": (PAGE_MS, [f"/charts/words?q={a},{b}" for a, b in pairs]),
        "search, one word": (SEARCH_MS, [f"/search?q={word}" for word in words]),
        "search, two words": (SEARCH_MS, [f"/search?q={a}+{b}" for a, b in pairs]),
        "search, phrase": (SEARCH_MS, [f"/search?q={quote(phrase)}" for phrase in _phrases(db)]),
        "search, beginning of a word": (SEARCH_MS, [f"/search?q={word[:6]}*" for word in words]),
        "search, newest first": (SEARCH_MS, [f"/search?sort=date&q={word}" for word in words]),
        "search, speaker and years": (
            SEARCH_MS,
            [
                f"/search?speaker={p}&since=2005-01-01&until=2015-12-31&q={w}"
                for p, w in zip(cycle(people), words, strict=False)
            ],
        ),
        "search.json": (SEARCH_MS, [f"/search.json?size=20&q={word}" for word in words]),
        "search.atom": (SEARCH_MS, [f"/search.atom?q={word}" for word in words]),
    }


def _words(db: sqlite3.Connection) -> Iterator[str]:
    """Five words of each share, from the index itself: of what is said, not of the labels."""
    db.execute("create virtual table temp.words using fts5vocab(main, utterances_fts, col)")
    (turns,) = db.execute("select sum(utterance_count) from remarks").fetchone()
    known = db.execute("select term, doc from temp.words where col = 'text' and length(term) > 3").fetchall()
    for share in SHARES:
        known.sort(key=lambda row: abs(row[1] - share * turns))
        yield from (term for term, _ in known[:5])


def _phrases(db: sqlite3.Connection) -> Iterator[str]:
    """Three words in a row of turns all over the record."""
    rows = db.execute(
        "select text from utterances where rowid in "
        "(select rowid * 1000000 + 1 from remarks where rowid % 97 = 5 limit 40)"
    )
    for (text,) in rows:
        yield '"' + " ".join(text.split()[1:4]).strip(".") + '"'


@contextmanager
def _served(path: Path) -> Iterator[HTTPConnection]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(serve_line(path, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        for _ in range(200):
            try:
                _timed(connection, "/static/icon.svg")
                break
            except OSError:
                connection.close()
                time.sleep(0.1)
        yield connection
    finally:
        connection.close()
        server.terminate()
        server.wait()


def _timed(connection: HTTPConnection, path: str) -> float:
    """Milliseconds until the whole answer is there; raises RuntimeError for a page that cannot be shown."""
    began = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    taken = (time.perf_counter() - began) * 1000
    if answer.status not in (200, 503):
        raise RuntimeError(f"{path}: status {answer.status}")
    return taken
