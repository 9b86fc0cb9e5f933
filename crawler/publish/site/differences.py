"""What changed between two versions, word by word. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# "the ", "harbor" and "\n\n" of "the harbor\n\nThank you": a word with the blanks behind it, or a paragraph's end
_WORD = re.compile(r"\S+[^\S\n]*|\n+|\s+")
#: Above so many pairs of words, words that come often are not aligned one by one: the difference is right all the same.
MOST_PAIRS = 4_000_000
#: So many words are shown round a difference where it is shown shortened.
AROUND = 14


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed ("same"), came ("added"), went ("removed"), or are left out here ("skipped")."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TurnChange:
    """A turn that came, went or was changed."""

    id: str
    kind: str
    """added, removed or changed."""
    position: int
    label: tuple[Piece, ...]
    text: tuple[Piece, ...]


def words(old: str, new: str) -> list[Piece]:
    """The pieces in order; same + removed is the old text, same + added the new one."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    start = _common(a, b)
    end = _common(a[start:][::-1], b[start:][::-1])
    pieces = [Piece("same", "".join(a[:start]))]
    pieces += _middle(a[start : len(a) - end], b[start : len(b) - end])
    pieces.append(Piece("same", "".join(a[len(a) - end :])))
    return [piece for piece in pieces if piece.text]


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _middle(a: list[str], b: list[str]) -> Iterable[Piece]:
    matcher = SequenceMatcher(None, a, b, autojunk=len(a) * len(b) > MOST_PAIRS)
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(a[i:j]))
        else:
            yield Piece("removed", "".join(a[i:j]))
            yield Piece("added", "".join(b[k:m]))


def shorten(pieces: Sequence[Piece]) -> list[Piece]:
    """The same without long stretches that stayed."""
    short: list[Piece] = []
    for i, piece in enumerate(pieces):
        found = _WORD.findall(piece.text)
        head = AROUND if i else 0
        tail = AROUND if i < len(pieces) - 1 else 0
        if piece.kind != "same" or len(found) <= head + tail + 2:
            short.append(piece)
            continue
        kept = (
            Piece("same", "".join(found[:head])),
            Piece("skipped", " … "),
            Piece("same", "".join(found[len(found) - tail :])),
        )
        short += [part for part in kept if part.text]
    return short


def turns(old: Iterable[Mapping[str, object]], new: Iterable[Mapping[str, object]]) -> list[TurnChange]:
    """Rows of utterance_versions of two revisions -> the turns that differ, in the order of the new one."""
    before = {str(row["utterance_id"]): row for row in old}
    after = {str(row["utterance_id"]): row for row in new}
    changed = [_turn(id_, before.get(id_), row) for id_, row in after.items() if not _same(before.get(id_), row)]
    changed += [_turn(id_, row, None) for id_, row in before.items() if id_ not in after]
    return sorted(changed, key=lambda change: change.position)


def _same(old: Mapping[str, object] | None, new: Mapping[str, object]) -> bool:
    return old is not None and (old["label"], old["text"]) == (new["label"], new["text"])


def _turn(id_: str, old: Mapping[str, object] | None, new: Mapping[str, object] | None) -> TurnChange:
    kind = "changed" if old and new else "added" if new else "removed"
    label, text = (words(*(str(row[name] or "") if row else "" for row in (old, new))) for name in ("label", "text"))
    position = (new or old or {})["position"]
    return TurnChange(id_, kind, int(str(position)), tuple(label), tuple(text))
