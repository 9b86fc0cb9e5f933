"""An invented corpus of any size in the real tables, for measuring at the size that the record will have in ten years.

The words are made of syllables, and how often each comes follows Zipf's law, as in speech; the lengths of turns and
the mix of types are those of real transcripts (a question has 25 words, an answer 80, a speech 1,500). The same seed
gives the same rows. The rows are written without the crawler, in bulk: this measures reading, not storing.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from sqlite_utils import Database

from crawler.exporters.sqlite.schema import UTTERANCES_PER_REMARK, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "www.state.gov"
FIRST_DAY = date(1997, 1, 2)
DAYS = 29 * 365
SEEN = "2026-03-04T10:00:00Z"
COMMON = (
    *("the", "of", "to", "and", "in", "that", "we", "a", "is", "it", "for", "on", "this", "with", "our", "as", "are"),
    *("have", "be", "you", "not", "will", "I", "they", "their", "has"),
)
SYLLABLES = (
    *("ka", "lo", "mer", "tin", "ru", "vas", "el", "do", "shi", "pan", "or", "qui", "ben", "ta", "zu", "nel", "fra"),
    *("go", "mi", "sta", "her", "pol", "en", "ri", "lu", "dam", "ve", "ost"),
)
WORDS = 60_000
#: Words of the stream that turns are cut from, at random places.
STREAM = 3_000_000
PEOPLE = 3_000
#: (type, share of all remarks, turns at least and at most, whether questions are asked)
TYPES = (
    ("Press Statement", 0.32, 0, 0, False),
    ("Remarks", 0.32, 1, 6, False),
    ("Remarks to the Press", 0.12, 6, 24, True),
    ("Interview", 0.1, 10, 40, True),
    ("Department Press Briefing", 0.075, 20, 80, True),
    ("Special Briefing", 0.065, 8, 30, True),
)
#: One remark in so many was edited after publication.
EDITED_ONE_IN = 30
BATCH = 2_000
COLUMNS = {
    "captures": "id, run_id, remark_id, url, fetched_at, status, via, digest, bytes, outcome",
    "remarks": "id, rowid, work_key, url, host, home, title, type, date, date_printed, place, byline, language, text, "
    "word_count, utterance_count, next_utterance, revision, status, via, template, first_seen_at, last_seen_at",
    "urls": "url, remark_id, path, first_seen_at, last_seen_at, canonical",
    "revisions": "id, remark_id, revision, capture_id, seen_at, digest, parser_version, change, title, date, "
    "words_added, words_removed, turns_added, turns_removed, turns_changed",
    "utterances": "id, rowid, remark_id, position, label, speaker_role, person_id, office_id, text, word_count, "
    "interpreted",
    "utterance_versions": "utterance_id, remark_id, revision, position, label, text",
    "attributions": "utterance_id, rank, person_id, office_id, method, confidence",
}


@dataclass
class Invented:
    """Where the words and people come from."""

    random: Random
    stream: list[str] = field(init=False)
    weights: list[float] = field(init=False)

    def __post_init__(self) -> None:
        words = dict.fromkeys(COMMON)
        while len(words) < WORDS:
            words["".join(self.random.choices(SYLLABLES, k=self.random.choice((2, 2, 3, 3, 4))))] = None
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(WORDS)))
        self.stream = self.random.choices(list(words), cum_weights=self.weights, k=STREAM)

    def text(self, median: int) -> str:
        """Sentences of about 18 words; the number of words is log-normal."""
        left = max(2, round(self.random.lognormvariate(0, 0.9) * median))
        at = self.random.randrange(STREAM - left)
        sentences = []
        while left > 0:
            length = min(left, self.random.randint(4, 32))
            sentence = " ".join(self.stream[at : at + length])
            sentences.append(f"{sentence[0].upper()}{sentence[1:]}.")
            at, left = at + length, left - length
        joined = (" ".join(sentences[i : i + 5]) for i in range(0, len(sentences), 5))
        return "\n\n".join(joined)

    def person(self) -> int:
        """A few people speak most of the time."""
        return min(int(self.random.paretovariate(0.6)), PEOPLE) - 1


def build(path: Path, remarks: int, *, seed: int = 1) -> None:
    """A database of so many remarks with about ten turns each; raises FileExistsError."""
    if path.exists():
        raise FileExistsError(path)
    db = Database(sqlite3.connect(path))
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    migrate(db)
    invented = Invented(Random(seed))  # noqa: S311
    with db.atomic():
        dropped = _without_search_triggers(db)
        _people(db, invented.random)
        _fill(db, invented, remarks)
        for trigger in dropped:
            db.execute(trigger)
        for table in ("utterances", "remarks"):
            db.execute(f"INSERT INTO {table}_fts({table}_fts) VALUES ('rebuild')")  # noqa: S608
    db.execute("PRAGMA optimize = 0x10002")
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def _without_search_triggers(db: Database) -> list[str]:
    found = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_fts_%'").fetchall()
    for name, _ in found:
        db.execute(f"DROP TRIGGER {name}")
    return [sql for _, sql in found]


def _people(db: Database, random: Random) -> None:
    def name() -> str:
        return "".join(random.choices(SYLLABLES, k=3)).capitalize()

    source = "invented"
    db.execute(
        "INSERT INTO runs (id, started_at, ended_at, arguments, verdict, versions) VALUES (1, ?, ?, ?, 'ok', '{}')",
        [SEEN, SEEN, json.dumps({"hosts": [HOST]})],
    )
    people = [(f"p{n}", f"{name()} {name()} {n}", source) for n in range(PEOPLE)]
    offices = [(f"o{n}", f"Office {n}", source) for n in range(200)]
    terms = [(f"p{n}", f"o{n % 200}", "2001-01-20", "2005-01-20", source) for n in range(PEOPLE)]
    db.conn.executemany("INSERT INTO people (id, name, source) VALUES (?, ?, ?)", people)
    db.conn.executemany("INSERT INTO offices (id, name, source) VALUES (?, ?, ?)", offices)
    db.conn.executemany(
        "INSERT INTO terms (person_id, office_id, start_date, end_date, source) VALUES (?, ?, ?, ?, ?)", terms
    )


def _fill(db: Database, invented: Invented, remarks: int) -> None:
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in COLUMNS}
    for number in range(1, remarks + 1):
        _remark(rows, invented, number, FIRST_DAY + timedelta(days=number * DAYS // remarks))
        if number % BATCH == 0 or number == remarks:
            for table, batch in rows.items():
                marks = ", ".join("?" * (COLUMNS[table].count(",") + 1))
                db.conn.executemany(f"INSERT INTO {table} ({COLUMNS[table]}) VALUES ({marks})", batch)  # noqa: S608
                batch.clear()


def _remark(rows: dict[str, list[tuple[object, ...]]], invented: Invented, number: int, day: date) -> None:
    random = invented.random
    kind, _, fewest, most, asked = random.choices(TYPES, [share for _, share, *_ in TYPES])[0]
    id_, url = f"{number:012x}", f"https://{HOST}/invented-{number}/"
    turns = list(_turns(invented, id_, number, random.randint(fewest, most), asked=asked))
    edited = number % EDITED_ONE_IN == 0 and bool(turns)
    title = f"{kind}: {invented.text(5).rstrip('.')}"
    text = "\n\n".join(f"{turn[4]}: {turn[8]}" for turn in turns) or invented.text(250)
    words = sum(int(str(turn[9])) for turn in turns) or text.count(" ") + 1
    head = (title, kind, day.isoformat(), day.strftime("%B %d, %Y"), "Harbor City", "Ada Field, Spokesperson", "en-US")
    tail = (text, words, len(turns), len(turns) + 1, 1 + edited, "live", "live", "wordpress_2025", SEEN, SEEN)
    rows["remarks"].append((id_, number, f"wp:{number}", url, HOST, HOST, *head, *tail))
    rows["urls"].append((url, id_, f"/invented-{number}/", SEEN, SEEN, 1))
    rows["utterances"] += turns
    rows["attributions"] += [(turn[0], 1, turn[6], turn[7], "byline", 0.9) for turn in turns if turn[6]]
    for revision in range(1, 2 + edited):
        at = 2 * number + revision
        seen = f"{day + timedelta(days=revision - 1)}T12:00:00Z"
        digest = f"sha256:{at:064x}"
        rows["captures"].append((at, 1, id_, url, seen, 200, "live", digest, 50_000, "ok"))
        change = ("new", title, day.isoformat(), words, 0, len(turns), 0, 0)
        if revision > 1:
            change = ("text", title, day.isoformat(), 2, 2, 0, 0, 1)
        rows["revisions"].append((at, id_, revision, at, seen, digest, "0.1.0", *change))
        rows["utterance_versions"] += [
            (turn[0], id_, revision, turn[3], turn[4], _then(str(turn[8]), edited and revision == turn[3] == 1))
            for turn in turns
        ]


def _then(text: str, other: bool) -> str:
    """The text as it was; `other`: before its first two words were corrected."""
    return " ".join(["Erratum", "corrigendum", *text.split(" ")[2:]]) if other else text


def _turns(invented: Invented, id_: str, number: int, count: int, *, asked: bool) -> Iterator[tuple[object, ...]]:
    speakers = [invented.person() for _ in range(1 + (count > 3))]
    for position in range(1, count + 1):
        question = asked and position % 2 == 0
        text = invented.text(25 if question else 60 if asked else 400)
        who = speakers[position // 7 % len(speakers)]
        person = (None, None) if question else (f"p{who}", f"o{who % 200}")
        label, role = ("QUESTION", "press") if question else (f"MR INVENTED {who}", "official")
        at = number * UTTERANCES_PER_REMARK + position
        yield (f"{id_}-{position}", at, id_, position, label, role, *person, text, text.count(" ") + 1, 0)
