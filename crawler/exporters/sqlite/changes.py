"""Step 9: what a new revision changed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crawler.exporters.sqlite.words import word_bag, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.exporters.sqlite.rows import Row, Rows

# ---- thinning ----
# Step 9: whether a version that replaces an earlier one has lost so much that somebody should look. Pure.
#
# State shortens a page now and then; a page that comes half rendered, or whose words went elsewhere in the markup,
# looks the same from here. So a thinner version is stored and marked, and one that has lost nearly everything is not
# stored before the page has shown it again on another day.


FEWEST_WORDS = 50
"""A text of fewer words is not weighed: a line more or less is half of it."""
THINNER = 0.5
"""A version with a smaller share of the words than this is thinner."""
EMPTIED = 0.2
"""A version with a smaller share than this is emptied."""


def thinning(old_words: int, new_words: int, old_turns: int, new_turns: int) -> Literal["emptied", "thinner"] | None:
    """What the new version is to the old one; words as in remarks.word_count."""
    lost_its_turns = bool(old_turns and not new_turns)
    if lost_its_turns or (old_words >= FEWEST_WORDS and new_words < EMPTIED * old_words):
        return "emptied"
    if old_words >= FEWEST_WORDS and new_words < THINNER * old_words:
        return "thinner"
    return None


METADATA = ("type", "date", "byline", "place", "venue")
"""Columns of remarks that content_digest knows beside title, turns, notes and text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The columns of revisions that tell what changed."""

    change: str
    """The first of kinds."""
    kinds: tuple[str, ...]
    """Everything that changed at once: text, label, title, metadata; new or parser alone."""
    thinner: bool
    words_added: int
    words_removed: int
    turns_added: int
    turns_removed: int
    turns_changed: int


def compare(old: Rows | None, new: Rows, *, same_bytes: bool = False) -> Change:
    """From one revision to the next; `old` is None for the first, where everything is added.

    same_bytes: whether both were read from the same bytes, so that the difference is the parser's.
    """
    before = {row["id"]: row for row in old.utterances} if old else {}
    after = {row["id"]: row for row in new.utterances}
    kept = before.keys() & after.keys()
    added, removed = _words(old, new)
    kinds = _kinds(old, new, same_bytes)
    return Change(
        change=kinds[0],
        kinds=kinds,
        thinner=old is not None and _thinning(old, new) is not None,
        words_added=added,
        words_removed=removed,
        turns_added=len(after) - len(kept),
        turns_removed=len(before) - len(kept),
        turns_changed=sum(_turn(before[id_]) != _turn(after[id_]) for id_ in kept),
    )


def _kinds(old: Rows | None, new: Rows, same_bytes: bool) -> tuple[str, ...]:
    if old is None:
        return ("new",)
    if same_bytes:
        return ("parser",)
    texts, labels, title, rest = (
        [row["text"] for row in old.utterances] != [row["text"] for row in new.utterances]
        or _notes(old) != _notes(new),
        [row["label"] for row in old.utterances] != [row["label"] for row in new.utterances],
        old.remark["title"] != new.remark["title"],
        any(old.remark[name] != new.remark[name] for name in METADATA),
    )
    # what stands outside turns and notes: labels stand in the body's text, too
    texts = texts or (not labels and old.remark["text"] != new.remark["text"])
    found = {"text": texts, "label": labels, "title": title, "metadata": rest}
    return tuple(kind for kind, changed in found.items() if changed) or ("metadata",)


def _thinning(old: Rows, new: Rows) -> str | None:
    counts = ("word_count", "utterance_count")
    (old_words, old_turns), (new_words, new_turns) = ([rows.remark[name] for name in counts] for rows in (old, new))
    return thinning(old_words, new_words, old_turns, new_turns)


def _words(old: Rows | None, new: Rows) -> tuple[int, int]:
    if old is None:
        return sum(len(words_of(text)) for text in _texts(new)), 0
    before, after = word_bag(_texts(old)), word_bag(_texts(new))
    return (after - before).total(), (before - after).total()


def _texts(rows: Rows) -> Sequence[str]:
    """What is said; of a remark without turns, its text."""
    return [row["text"] for row in rows.utterances] or [rows.remark["text"]]


def _turn(row: Row) -> tuple[str | None, str]:
    return row["label"], row["text"]


def _notes(rows: Rows) -> list[tuple[int, str, str]]:
    """Lines outside turns, in page order."""
    notes = [row for row in rows.comments if row["utterance_id"] is None]
    return [(row["after"], row["kind"], row["text"]) for row in sorted(notes, key=_number)]


def _number(row: Row) -> int:
    return int(row["id"].rpartition(".")[2])
