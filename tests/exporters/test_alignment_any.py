"""Whatever State does to a page, turn by turn: each turn that is still there keeps its id, and no other gets it."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.exporters.sqlite.alignment import align
from crawler.exporters.sqlite.revisions import forward

LABELS = ("QUESTION", "MS FIELD", "SECRETARY AMES", "MODERATOR")
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("", "n", "rk", "st", "l", "m")]
DEEDS = ("keep", "keep", "keep", "correct", "relabel", "both", "delete", "insert", "split", "merge", "move")


@st.composite
def edited_pages(draw):
    """A page as (id, label, text), what became of it as (id or None, label, text), and ids that were merged away."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    old = [
        (f"r-{n}", dice.choice(LABELS), " ".join(dice.choices(WORDS, k=dice.randint(15, 40))))
        for n in range(1, draw(st.integers(1, 25)) + 1)
    ]
    new, merged, moved = [], {}, []
    places = iter(range(len(old)))
    for place in places:
        id_, label, text = old[place]
        words, deed = text.split(), draw(st.sampled_from(DEEDS))
        if deed in ("correct", "both"):
            words[dice.randrange(len(words))] = "corrected"
        if deed in ("relabel", "both"):
            label = f"{label} X"
        if deed == "insert":
            new.append((None, "STAFF", " ".join(f"new{dice.random()}" for _ in range(9))))
        if deed == "split":
            at = len(words) * 2 // 3
            new += [(id_, label, " ".join(words[:at])), (None, "STAFF", " ".join(words[at:]))]
        elif deed == "merge" and place + 1 < len(old):
            other = old[next(places)]
            long, short = sorted((old[place], other), key=lambda turn: -len(turn[2].split()))
            if len(long[2].split()) == len(short[2].split()):
                new += [old[place], other]
                continue
            merged[short[0]] = long[0]
            new.append((long[0], long[1], f"{text}\n\n{other[2]}"))
        elif deed == "move":
            moved.append((id_, label, text))
        elif deed != "delete":
            new.append((id_, label, " ".join(words)))
    for turn in moved:
        new.insert(dice.randint(0, len(new)), turn)
    return old, new, merged


@settings(deadline=None, max_examples=300)
@given(edited_pages())
def test_every_turn_that_is_still_there_keeps_its_id(page):
    old, new, _ = page
    assert align(old, [(label, text) for _, label, text in new]) == [id_ for id_, _, _ in new]


@settings(deadline=None, max_examples=300)
@given(edited_pages())
def test_every_turn_that_was_merged_leads_to_the_one_that_holds_it(page):
    old, new, merged = page
    named = [(id_ or f"r-{1000 + n}", label, text) for n, (id_, label, text) in enumerate(new)]
    found = forward(old, named)
    assert {id_: to.new_id for id_, to in found.items()} == merged
