"""Step 9: what happened to a remark, as a line of events.jsonl. Pure.

An event is a revision that State made (new, text, label, title, metadata) or a change of standing (moved, gone,
restored). Its line is made from what never changes again: the lines of the two revisions, the row of the revision or
of the status. What this program reads otherwise than an earlier version of it did is no event.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.exporters.sqlite.words import common_runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# ---- wording ----
# What changed between two texts, word by word. Pure.
#
# Words are what white space parts; punctuation belongs to its word, as it does for a reader who compares two
# printings.


#: So many unchanged words are shown before and after a change.
CONTEXT_WORDS = 6
#: Texts with more words than this in all that differs are told as a whole: comparing them takes minutes, and where so
#: much is another text, word by word says nothing.
MOST_WORDS = 20_000
ELLIPSIS = "…"
PARAGRAPH = "¶"
"""Stands in what is shown for the blank line between two paragraphs."""
BLANK_LINE = re.compile(r" ?\n\n ?")
# a word, or the blank line between two paragraphs
TOKEN = re.compile(r"\n\n|\S+")


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch that was taken away, added, or both."""

    removed: str
    """An empty text where nothing was."""
    added: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two texts compared."""

    shown: str
    """The changed words with some around them: "the Eritrean [-forces-] {+refugees+} in …"."""
    edits: tuple[Edit, ...]


def compare(old: str, new: str, context: int = CONTEXT_WORDS) -> Difference:
    """Without edits, and with nothing to show, where only white space differs."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    shown, edits = [], []
    stretches = list(_stretches(before, after))
    for number, (a, b) in enumerate(stretches):
        if a == b:
            shown.append(_shorten(a, context, first=number == 0, last=number == len(stretches) - 1))
            continue
        edits.append(Edit(_join(a), _join(b)))
        shown += [f"[-{_join(a)}-]"] * bool(a) + [f"{{+{_join(b)}+}}"] * bool(b)
    line = BLANK_LINE.sub(f" {PARAGRAPH} ", " ".join(shown)).strip()
    return Difference(line if edits else "", tuple(edits))


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Equal and unequal stretches in turn, as (old, new)."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    if head:
        yield old[:head], new[:head]
    yield from _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    if tail:
        yield old[len(old) - tail :], new[len(new) - tail :]


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    if not old and not new:
        return
    if len(old) + len(new) > MOST_WORDS:
        yield old, new
        return
    at, there = 0, 0
    for i, j, size in common_runs(old, new):
        if at < i or there < j:
            yield old[at:i], new[there:j]
        at, there = i + size, j + size
        if size:
            yield old[i:at], new[j:there]


def _shorten(words: Sequence[str], context: int, *, first: bool, last: bool) -> str:
    """The words next to a change: the end of the first stretch, the beginning of the last, both of one between."""
    if first:
        return _join(words) if len(words) <= context else f"{ELLIPSIS} {_join(words[-context:])}"
    if last:
        return _join(words) if len(words) <= context else f"{_join(words[:context])} {ELLIPSIS}"
    if len(words) <= 2 * context:
        return _join(words)
    return f"{_join(words[:context])} {ELLIPSIS} {_join(words[-context:])}"


def _join(words: Sequence[str]) -> str:
    return " ".join(words).replace(" \n\n ", "\n\n")


Row = dict[str, Any]

SCHEMA_VERSION = 1
"""Of the lines of events.jsonl; rises when a field is taken away or changes its meaning."""
FIELDS = ("title", "type", "date", "byline", "place", "venue", "language")
"""Of a remark's line, compared as text."""
HEAD = ("url", "title", "type", "date")
# "from https://www.state.gov/a-14/ to https://www.state.gov/a-15/"
MOVE = re.compile(r"from (\S+) to (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What is known of an event."""

    number: int
    """In the order in which the database learned of them."""
    remark_id: str
    at: str
    """When the page was fetched that told."""
    kind: str
    """new, text, label, title, metadata, moved, gone or restored."""
    kinds: tuple[str, ...]
    """All that changed at once; kind is the first of it."""
    capture_id: int
    capture_before: int | None
    """The capture of the revision before; None for a first one, and where the standing changed."""
    line: Row
    """The remark's line as of this revision, or of the newest one then."""
    before: Row | None
    """The line of the revision before."""
    reason: str | None
    """Of a change of standing, in words."""


def told(event: Event) -> Row:
    """The event as published."""
    line = event.line
    head = {"schema_version": SCHEMA_VERSION, "event": event.number, "at": event.at, "kind": event.kind}
    head |= {"kinds": list(event.kinds), "id": event.remark_id, "revision": line["revision"]}
    head |= {name: line.get(name) for name in HEAD}
    move = MOVE.search(event.reason or "")
    head["url"] = move[2] if move else line["url"]
    return head | {
        "from_url": move[1] if move else None,
        "to_url": move[2] if move else None,
        "reason": event.reason,
        "capture": event.capture_id,
        "capture_before": event.capture_before,
        "turns": len(line["utterances"]),
        "words": line["word_count"],
        "changes": list(changes(event.before, line)) if event.before is not None else [],
    }


def as_line(event: Event) -> str:
    return json.dumps(told(event), ensure_ascii=False, separators=(",", ":")).translate(LINE_ENDS)


# What JSON lets stand in a string, but programs that split text into lines may take for a line end.
LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def changes(old: Row, new: Row) -> Iterator[Row]:
    """Each field and each turn that differs, with its words."""
    for name in FIELDS:
        if old.get(name) != new.get(name):
            yield {"part": name, **_difference(old.get(name) or "", new.get(name) or "")}
    yield from _turns(old, new)
    before, after = ([note["text"] for note in line["notes"]] for line in (old, new))
    if before != after:
        yield {"part": "notes", **_difference("\n\n".join(before), "\n\n".join(after))}
    if not old["utterances"] and not new["utterances"] and old["text"] != new["text"]:
        yield {"part": "text", **_difference(old["text"], new["text"])}


def _turns(old: Row, new: Row) -> Iterator[Row]:
    """In the order of the new page; what is gone comes last."""
    before = {turn["id"]: turn for turn in old["utterances"]}
    for turn in new["utterances"]:
        held = before.pop(turn["id"], None)
        if held is None:
            yield _turn(turn, "added") | _difference("", turn["text"])
        elif (held["label"], held["text"]) != (turn["label"], turn["text"]):
            yield _turn(turn, "changed", held) | _difference(held["text"], turn["text"])
    for turn in before.values():
        yield _turn(turn, "removed") | _difference(turn["text"], "")


def _turn(turn: Row, what: str, held: Row | None = None) -> Row:
    row = {"part": "turn", "what": what, "turn": turn["id"], "position": turn["position"], "label": turn["label"]}
    row |= {"person": turn["person"]}
    if held is not None and held["label"] != turn["label"]:
        row["label_before"] = held["label"]
    return row


def _difference(old: str, new: str) -> Row:
    found = compare(old, new)
    return {"diff": found.shown, "edits": [{"removed": edit.removed, "added": edit.added} for edit in found.edits]}
