"""Two texts, word by word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.jsonl.events import TOKEN, compare


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("The ferry forces left.", "The ferry crews left.", "The ferry [-forces-] {+crews+} left."),
        ("a b", "a b c", "a b {+c+}"),
        ("a b c", "b c", "[-a-] b c"),
        ("same", "same", ""),
        ("same  words", "same words", ""),
        ("", "all new", "{+all new+}"),
        ("one\n\ntwo", "one\n\nthree", "one ¶ [-two-] {+three+}"),
        (
            " ".join(map(str, range(30))),
            " ".join(map(str, range(30))).replace("15", "fifteen"),
            "… 9 10 11 12 13 14 [-15-] {+fifteen+} 16 17 18 19 20 21 …",
        ),
    ],
)
def test_what_is_shown(old, new, shown):
    assert compare(old, new).shown == shown


WORDS = st.lists(st.sampled_from(["a", "b", "c", "\n\n", "forces", "—"]), max_size=40)


@given(WORDS, WORDS)
def test_the_edits_turn_one_text_into_the_other(old, new):
    old_words, new_words = TOKEN.findall(" ".join(old)), TOKEN.findall(" ".join(new))
    found = compare(" ".join(old), " ".join(new), context=1000)
    for edit in found.edits:
        assert edit.removed or edit.added
    if not found.edits:
        assert old_words == new_words
        return
    for other, mark, words in ((r"\{\+.*?\+\}", r"\[-|-\]", old_words), (r"\[-.*?-\]", r"\{\+|\+\}", new_words)):
        side = re.sub(mark, " ", re.sub(other, " ", found.shown))
        assert side.split() == [word.strip() or "¶" for word in words]
