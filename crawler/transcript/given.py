"""Step 7: given names that there are. Pure; those of the roster's people and of names.toml, with their short forms."""

from __future__ import annotations

from functools import cache

from crawler.roster import roster
from crawler.transcript.names import gendered_names, name_words, nicknames


@cache
def known_given_names() -> frozenset[str]:
    """Plain words."""
    names = {words[0] for person in roster().people.values() if (words := name_words(person.name))}
    return gendered_names() | frozenset(names | {name for group in nicknames() for name in group})
