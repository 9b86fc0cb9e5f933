"""The figures in words. Reads the database; writes nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.quality.intervals import Share, share
from crawler.quality.marked import Marked, document_key
from crawler.quality.people import Found, Pair, judge
from crawler.quality.turns import Counts, count

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

TURNS = """
SELECT l.url, u.remark_id, u.label, u.text, u.speaker_role, p.name, a.method
FROM urls l JOIN utterances u USING (remark_id)
LEFT JOIN people p ON p.id = u.person_id
LEFT JOIN attributions a ON a.utterance_id = u.id AND a.rank = 1
ORDER BY l.url, u.position
"""
# One marked transcript keeps the bytes of windows-1252 as they look when taken for Latin-1; the page prints a ’.
C1 = {code: char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore"))}


@dataclass(slots=True)
class Measured:
    """What was counted, a document at a time."""

    turns: list[Counts] = field(default_factory=list)
    pairs: list[list[Pair]] = field(default_factory=list)
    missing: int = 0
    """Marked documents that the database does not hold."""


def measure(db: sqlite3.Connection, marked: Marked) -> Measured:
    """The database against the marks."""
    rows = defaultdict(list)
    for url, *row in db.execute(TURNS):
        rows[document_key(url), url].append(row)
    held = {key: turns for (key, _), turns in rows.items()}
    measured = Measured()
    for key, line in marked.transcripts.items():
        if not line["turns"]:
            continue
        if key not in held:
            measured.missing += 1
            continue
        printed = dict(line) | {"turns": [{"label": t["label"], "text": _printed(t["text"])} for t in line["turns"]]}
        measured.turns.append(count(printed, [(label, text) for _, label, text, *_ in held[key]]))
        found = [Found(label, role, person, method) for _, label, _, role, person, method in held[key]]
        measured.pairs.append(judge(marked.people.get(key, []), found))
    return measured


def _printed(texts: list[str]) -> list[str]:
    return [text.translate(C1) for text in texts]


def report(measured: Measured, where: str) -> Iterator[str]:
    """The figures with their intervals, and how they were made."""
    turns, pairs = measured.turns, measured.pairs
    yield f"quality, on {len(turns)} transcripts marked by hand ({where}); {measured.missing} of them are not held"
    yield _line("turn boundaries, F1", share([(2 * one.hit, one.marked + one.found) for one in turns]))
    yield _line("exact transcripts", share([(one.exact, 1) for one in turns]))
    yield _line("wrong words", share([(one.wrong, one.words) for one in turns]), digits=3)
    yield _line("person accuracy", _people(pairs, "right", "claimed"))
    yield _line("person coverage", _people(pairs, "right", "told"))
    yield _line("role accuracy", share([(sum(p.role_right for p in doc), len(doc)) for doc in pairs]))
    for method, counted in sorted(_by_method(pairs).items()):
        yield _line(f"  named by {method}", counted)
    yield "  accuracy: right names of all names given; coverage: of those whom the page, or office and date, tell"
    yield "  [low, high]: 95 %, the outer ends of Wilson's interval and of a bootstrap over documents (1000 draws)"


def _people(pairs: list[list[Pair]], right: str, of: str) -> Share:
    return share(
        [(sum(getattr(p, right) and getattr(p, of) for p in d), sum(getattr(p, of) for p in d)) for d in pairs]
    )


def _by_method(pairs: list[list[Pair]]) -> dict[str, Share]:
    methods = {pair.method for doc in pairs for pair in doc if pair.claimed and pair.method}
    return {
        method: share(
            [(sum(p.right for p in of), len(of)) for doc in pairs for of in [[p for p in doc if _is(p, method)]]]
        )
        for method in methods
    }


def _is(pair: Pair, method: str) -> bool:
    return pair.claimed and pair.method == method


def _line(name: str, figure: Share, digits: int = 1) -> str:
    low, high, value = (100 * number for number in (figure.low, figure.high, figure.value))
    counted = f"{figure.right:.0f} of {figure.n:.0f}"
    return f"  {name:20} {value:.{digits}f} % [{low:.{digits}f}, {high:.{digits}f}]  {counted}"
