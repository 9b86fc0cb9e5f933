import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.sqlite.alignment import MOVED_WORDS
from crawler.exporters.sqlite.identity import align

LABELS = st.sampled_from(["QUESTION", "MS FIELD", "MODERATOR", None])
WORDS = st.sampled_from(["yes", "no", "thank", "you", "the", "harbor", "accord", "was", "signed", "at", "noon", "who"])
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
SCRIPTS = st.lists(st.tuples(LABELS, TEXTS), max_size=12)


def numbered(script):
    return [(f"r-{n}", label, text) for n, (label, text) in enumerate(script, 1)]


def ids(*numbers):
    return [number and f"r-{number}" for number in numbers]


@given(SCRIPTS)
def test_an_unchanged_script_keeps_all_ids(script):
    assert align(numbered(script), script) == ids(*range(1, len(script) + 1))


@given(SCRIPTS, SCRIPTS)
def test_no_id_is_given_twice_and_short_turns_keep_their_order(old, new):
    found = align(numbered(old), new)
    assert len(found) == len(new)
    numbers = [int(id_[2:]) for id_ in found if id_]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) <= set(range(1, len(old) + 1))
    short = [int(id_[2:]) for id_, (_, text) in zip(found, new, strict=True) if id_ and len(text.split()) < MOVED_WORDS]
    assert short == sorted(short)


@given(SCRIPTS.filter(bool), st.data())
def test_one_changed_word_keeps_all_ids(script, data):
    at = data.draw(st.integers(0, len(script) - 1))
    label, text = script[at]
    words = text.split()
    words[data.draw(st.integers(0, len(words) - 1))] = "changed"
    new = [*script[:at], (label, " ".join(words)), *script[at + 1 :]]
    assert align(numbered(script), new) == ids(*range(1, len(script) + 1))


@given(SCRIPTS.filter(bool), st.data())
def test_one_changed_label_keeps_all_ids(script, data):
    at = data.draw(st.integers(0, len(script) - 1))
    new = [*script[:at], ("STAFF", script[at][1]), *script[at + 1 :]]
    assert align(numbered(script), new) == ids(*range(1, len(script) + 1))


@given(SCRIPTS, st.data())
def test_one_added_turn_takes_no_id(script, data):
    at = data.draw(st.integers(0, len(script)))
    new = [*script[:at], ("STAFF", "last question please"), *script[at:]]
    assert [id_ for id_ in align(numbered(script), new) if id_] == ids(*range(1, len(script) + 1))
    assert align(numbered(script), new)[at] is None


@given(SCRIPTS.filter(bool), st.data())
def test_one_removed_turn_costs_one_id(script, data):
    at = data.draw(st.integers(0, len(script) - 1))
    found = align(numbered(script), [*script[:at], *script[at + 1 :]])
    assert None not in found
    kept = [script[int(id_[2:]) - 1] for id_ in found]
    assert kept == [*script[:at], *script[at + 1 :]]


A, B, C = ("MS FIELD", "Good afternoon, everyone."), ("QUESTION", "Who signed the accord?"), ("QUESTION", "Yes.")
D = ("MS FIELD", "Good afternoon, everyone, and welcome.")
LONG = ("MS FIELD", "The accord enters into force when both harbors have told the registrar that they agree.")
LONGER = ("MS FIELD", "The accord will enter into force when both harbors have told the registrar they agree to it.")
CASES = {
    "two equal neighbours, one removed": ([A, C, C, B], [A, C, B], ids(1, 2, 4)),
    "two equal neighbours, a third added": ([A, C, B], [A, C, C, B], ids(1, 2, None, 3)),
    "all labels corrected": ([A, B, C], [(f"{a} X", b) for a, b in (A, B, C)], ids(1, 2, 3)),
    "label and words corrected": ([A, LONG, B], [A, ("MS FEELD", LONGER[1]), B], ids(1, 2, 3)),
    "short answer turned round": ([A, C, B], [A, ("QUESTION", "No."), B], ids(1, 2, 3)),
    "another speaker, other words": ([A, C, B], [A, ("STAFF", "Time is up."), B], ids(1, None, 3)),
    "half alike, same label": (
        [("QUESTION", "Who signed the accord?"), B],
        [("QUESTION", "Who signed nothing?"), ("STAFF", "Nobody knows."), ("QUESTION", "By whom was it signed then?")],
        ids(1, None, None),
    ),
    "half alike, another label": (
        [("QUESTION", "Who signed the accord?"), B],
        [("STAFF", "Who signed nothing?"), ("STAFF", "Nobody knows."), ("QUESTION", "By whom was it signed then?")],
        ids(None, None, None),
    ),
    "corrected and added at once": ([A, LONG, B], [A, ("STAFF", "One moment."), LONGER, B], ids(1, None, 2, 3)),
    "corrected and removed at once": ([A, C, LONG, B], [A, LONGER, B], ids(1, 3, 4)),
    "moved": ([A, B, LONG], [LONG, A, B], ids(3, 1, 2)),
    "moved and relabelled": ([A, B, LONG], [("STAFF", LONG[1]), A, B], ids(3, 1, 2)),
    "moved and corrected": ([A, B, LONG], [LONGER, A, B], ids(3, 1, 2)),
    "too short to be known elsewhere": ([A, B, C], [C, A, B], ids(None, 1, 2)),
    "turned round about a middle": ([LONG, D, B], [B, D, LONG], ids(3, 2, 1)),
    "joined": ([A, B, LONG], [A, ("QUESTION", f"{B[1]} {LONG[1]}")], ids(1, 3)),
    "split": ([A, LONG], [A, ("MS FIELD", LONG[1][:60]), ("MS FIELD", LONG[1][60:])], ids(1, 2, None)),
    "split into many": (
        [A, ("MS FIELD", " ".join(f"word{n}" for n in range(60)))],
        [A, *(("MS FIELD", " ".join(f"word{n}" for n in range(at, at + 10))) for at in range(0, 60, 10))],
        ids(1, 2, None, None, None, None, None),
    ),
    "from nothing": ([], [A, B], ids(None, None)),
    "to nothing": ([A, B], [], []),
    "no words at all": ([("QUESTION", "—")], [("QUESTION", "…")], ids(1)),
}


@pytest.mark.parametrize("case", CASES)
def test_align(case):
    old, new, wanted = CASES[case]
    assert align(numbered(old), new) == wanted


def test_a_page_of_one_thousand_rewritten_turns_is_aligned():
    old = [("QUESTION", f"what about pier {n} and the toll of {n * 7} crowns") for n in range(1000)]
    new = [("QUESTION", f"what about pier {n} and a toll of {n * 7} crowns") for n in range(1000)]
    assert align(numbered(old), new) == ids(*range(1, 1001))
