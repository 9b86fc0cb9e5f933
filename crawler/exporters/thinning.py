"""Step 9: whether a version that replaces an earlier one has lost so much that somebody should look. Pure.

State shortens a page now and then; a page that comes half rendered, or whose words went elsewhere in the markup, looks
the same from here. So a thinner version is stored and marked, and one that has lost nearly everything is not stored
before the page has shown it again on another day.
"""

from __future__ import annotations

from typing import Literal

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
