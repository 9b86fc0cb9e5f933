"""Events for a person at a terminal: what changed, word by word, with the speaker and a link. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTH = 100
NOBODY = "(no label)"


def tell(event: dict[str, Any]) -> Iterator[str]:
    """The lines of one event, of the form that events.jsonl has."""
    kinds = ", ".join(event["kinds"])
    yield f"{event['at']}  {kinds}: {event['title'] or '(no title)'} ({event['date'] or 'no date'})"
    yield f"  {event['url']}  revision {event['revision']}, id {event['id']}"
    if event["kind"] == "new":
        yield f"  {event['turns']} turns, {event['words']} words"
    if event["reason"]:
        yield f"  {event['reason']}"
    for change in event["changes"]:
        yield from _change(change)


def _change(change: dict[str, Any]) -> Iterator[str]:
    if change["part"] == "turn":
        yield f"  {_speaker(change)}{_what(change)}  [{change['turn']}]"
    else:
        yield f"  {change['part']}:"
    if change["diff"]:
        yield from _wrapped(change["diff"])


def _speaker(change: dict[str, Any]) -> str:
    """The label as printed, with the words of it that changed, and who it is."""
    label = change["label"] or NOBODY
    if "label_before" in change:
        label = f"[-{change['label_before'] or NOBODY}-] {{+{label}+}}"
    return f"{label} ({change['person']})" if change["person"] else label


def _what(change: dict[str, Any]) -> str:
    return "" if change["what"] == "changed" else f", turn {change['what']}"


def _wrapped(text: str) -> Iterable[str]:
    indent = " " * 4
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
