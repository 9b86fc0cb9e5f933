"""Where the ids of turns lead that were joined or taken apart."""

import pytest

from crawler.exporters.sqlite.revisions import Forward, forward

A = ("r-1", "MS FIELD", "Good afternoon, everyone, and welcome to the harbor.")
B = ("r-2", "MS FIELD", "The accord was signed at noon by both harbor masters.")
C = ("r-3", "QUESTION", "Who signed for the town?")
SHORT = ("r-4", "QUESTION", "Yes.")


def joined(id_, *parts):
    return (id_, parts[0][1], "\n\n".join(text for _, _, text in parts))


CASES = {
    "nothing gone": ([A, B, C], [A, B, C], {}),
    "merged into the one before": ([A, B, C], [joined("r-1", A, B), C], {"r-2": Forward("r-1", "merge")}),
    "merged into the one after": ([A, B, C], [joined("r-2", A, B), C], {"r-1": Forward("r-2", "merge")}),
    "merged into a turn with a new id": (
        [A, B, C],
        [joined("r-9", A, B), C],
        {"r-1": Forward("r-9", "merge"), "r-2": Forward("r-9", "merge")},
    ),
    "merged and corrected": (
        [A, B, C],
        [("r-1", "MS FIELD", f"{A[2]} The accord was signed at dusk by both harbor masters."), C],
        {"r-2": Forward("r-1", "merge")},
    ),
    "split, no part has its id": (
        [A, B, C],
        [A, ("r-8", "MS FIELD", "The accord was signed at noon"), ("r-9", "STAFF", "by both harbor masters."), C],
        {"r-2": Forward("r-8", "split")},
    ),
    "taken away": ([A, B, C], [A, C], {}),
    "taken away, and its words stood in another turn all along": (
        [A, ("r-5", "QUESTION", "welcome to the harbor"), C],
        [A, C],
        {},
    ),
    "too short to be told": ([A, SHORT], [("r-1", "MS FIELD", f"{A[2]} Yes.")], {}),
}


@pytest.mark.parametrize("case", CASES)
def test_forward(case):
    old, new, wanted = CASES[case]
    assert forward(old, new) == wanted
