"""The quality report counts what it says, with intervals that a textbook gives."""

import json
import subprocess
import sys

import pytest

from crawler.quality.intervals import bootstrap, share, wilson
from crawler.quality.people import Found, judge
from crawler.quality.turns import count

MARKED = {
    "turns": [
        {"label": "QUESTION", "text": ["Is it open?"]},
        {"label": "MS FIELD", "text": ["It is.", "(Laughter.) So."]},
    ]
}


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)],
)
def test_wilson(right, n, low, high):
    """Newcombe (1998), Statistics in Medicine 17, table I, has 81 of 263; the others by its formula."""
    assert wilson(right, n) == pytest.approx((low, high), abs=1e-4)


def test_a_bootstrap_says_the_same_twice_and_holds_the_share():
    documents = [(n % 5 != 0, 1) for n in range(100)]
    low, high = bootstrap(documents)
    assert bootstrap(documents) == (low, high)
    assert 0.65 < low < 0.8 < high < 0.95
    assert share(documents).value == 0.8


def test_errors_in_one_cluster_widen_the_interval():
    clustered = share([(0, 50), *[(50, 50)] * 9])
    spread = share([(45, 50)] * 10)
    assert clustered.high - clustered.low > 2 * (spread.high - spread.low)


def test_all_right():
    counts = count(MARKED, [("QUESTION", "Is it open?"), ("MS FIELD", "It is.\n\n(Laughter.) So.")])
    assert (counts.marked, counts.found, counts.hit, counts.words, counts.wrong, counts.exact) == (2, 2, 2, 6, 0, True)


@pytest.mark.parametrize(
    ("found", "hit", "wrong"),
    [
        ([("QUESTION", "Is it open?")], 1, 3),
        ([("QUESTION", "Is it open? It is. So.")], 1, 3),
        ([("MODERATOR", "Is it open?"), ("MS FIELD", "It is. So.")], 1, 3),
        ([("QUESTION", "Is it open now?"), ("MS FIELD", "It is. So.")], 2, 1),
        ([], 0, 6),
    ],
)
def test_what_is_wrong_is_counted(found, hit, wrong):
    counts = count(MARKED, found)
    assert (counts.hit, counts.wrong, counts.exact) == (hit, wrong, False)


def test_people_are_judged_by_pair():
    marked = [
        {"label": "MS FIELD", "person": "Ada Field", "also": [], "speaker_role": "official", "evidence": "byline"},
        {
            "label": "QUESTION",
            "person": None,
            "also": [],
            "speaker_role": "press",
            "role_also": ["audience"],
            "evidence": "none",
        },
        {"label": "MR HOLM", "person": "Per Holm", "also": [], "speaker_role": "guest", "evidence": "knowledge"},
    ]
    found = [
        Found("MS FIELD", "official", "Ada B. Field", "byline"),
        Found("QUESTION", "audience", "Ivo Marsh", "title"),
        Found("MR HOLM", "unknown", None, "none"),
    ]
    one, two, three = judge(marked, found)
    assert (one.claimed, one.right, one.told, one.role_right) == (True, True, True, True)
    assert (two.claimed, two.right, two.told, two.role_right) == (True, False, False, True)
    assert (three.claimed, three.right, three.told, three.role_right) == (False, False, False, False)


def status(whole, *words):
    command = [sys.executable, "-m", "scrapy", "status", "--quality", "-s", f"REMARKS_OUTPUT={whole.output}", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_the_command_measures_the_database(whole, tmp_path):
    """Marks made from what the database holds are all met; one altered label is not."""
    (url,) = whole.rows("select url from remarks where utterance_count > 3 order by id limit 1")[0]
    rows = whole.rows(
        "select u.label, u.text from utterances u join remarks r on r.id = u.remark_id where url = ? order by position",
        url,
    )
    turns = [{"label": label, "text": text.split("\n\n")} for label, text in rows]
    turns[0]["label"] = "MX NOBODY"
    people = [{"url": url, "label": rows[1][0], "person": None, "speaker_role": "press", "evidence": "none"}]
    (tmp_path / "transcripts.jsonl").write_text(json.dumps({"url": url, "turns": turns}) + "\n", "utf-8")
    (tmp_path / "people.jsonl").write_text("".join(json.dumps(line) + "\n" for line in people), "utf-8")
    done = status(whole, "--gold", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert f"{2 * (len(rows) - 1)} of {2 * len(rows)}" in done.stdout
    assert "0 of 1" in done.stdout
    assert "Wilson" in done.stdout


def test_without_marks_it_says_so(whole, tmp_path):
    done = status(whole, "--gold", str(tmp_path / "nowhere"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "no transcripts marked by hand" in done.stderr
    assert "nowhere" in done.stderr
