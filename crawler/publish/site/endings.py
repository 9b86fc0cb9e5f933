"""The beginning of a word -> words that begin so and that the index keeps under something shorter. Pure.

The index holds stems: "university" stands there as "univers", so "universi" with an asterisk, which is longer, finds
nothing. Each such word is looked for beside the beginning. What it is made of are the endings that Porter's stemmer
takes away (M. F. Porter, An algorithm for suffix stripping, 1980), which is the one that the index uses; not those of
inflection (-ing, -ed, -es), with which "russi" would find everybody called Russ.
"""

from __future__ import annotations

from functools import lru_cache

from crawler.publish.site.words import tokenize

ENDINGS = (
    "ational tional ization izations ation ations ator ators ency ancy encies ancies alism iveness fulness "
    "ousness ality alities ivity ivities bility bilities icate ative alize icity ical ically ness ful ance "
    "ances ence ences able ably ible ibly ant ants ement ements ment ments ent ents ently ion ions ism isms "
    "ate ates ity ities ous ously ive ives ively ize izes izer izers ally ly ic ics"
)
TAILS = tuple(
    sorted({ending[i:] for ending in ENDINGS.split() for i in range(len(ending))}, key=lambda tail: (len(tail), tail))
)
#: A shorter beginning is hardly ever longer than a stem, and with an ending makes words that nobody meant.
FEWEST_LETTERS = 5


@lru_cache(1000)
def completions(beginning: str) -> tuple[str, ...]:
    """One word a stem that does not begin as the index reads the beginning: ("universic",) for universi."""
    if not (beginning.isascii() and beginning.isalpha() and len(beginning) >= FEWEST_LETTERS):
        return ()
    (kept,) = tokenize(beginning)
    words = [beginning + tail for tail in TAILS]
    found = {stem: word for word, stem in zip(reversed(words), reversed(tokenize(" ".join(words))), strict=True)}
    return tuple(sorted(word for stem, word in found.items() if not stem.startswith(kept)))
