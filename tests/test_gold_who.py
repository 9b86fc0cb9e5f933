"""The promise on who speaks, on transcripts marked by hand: what gate.json pins under "who" may not fall.

The marks stand beside the checkout, in ../shared; without them only the pinned figures are checked. Every document is
read in the page form of the host on which it stands. The rules were worked on with one half of the
documents; the misses of the other were seen, too, so neither half is a test of unseen pages.
"""

import hashlib
import json
import runpy
import subprocess
import sys
from functools import cache

import pytest
from test_gold import GATE, SHARED, read_lines

from crawler import flow
from crawler.items import Capture

PEOPLE = SHARED / "gold" / "people.jsonl"
PINNED = GATE["who"]
AT_LEAST = {"person_accuracy": 0.995, "page_coverage": 0.97, "role_accuracy": 0.98}

with_marks = pytest.mark.skipif(not PEOPLE.is_file(), reason=f"no people marked by hand: {PEOPLE} is missing")


@cache
def predicted():
    """One line a marked document, as the scorer reads them."""
    render = runpy.run_path(str(SHARED / "replica" / "shells.py"))["render"]
    marked = {line["doc"]: line["url"] for line in read_lines(PEOPLE)}
    lines = []
    for document in read_lines(SHARED / "corpus" / "documents.jsonl"):
        if document["id"] not in marked:
            continue
        host, path = document["served_at"][0]
        body, content_type = render(host, path, document)
        capture = Capture(
            url=f"https://{host}{path}",
            fetched_at="2026-11-28T03:04:05Z",
            status=200,
            body=body,
            digest="sha256:0",
            content_type=content_type,
        )
        turns = [{"label": u.label, "speaker_role": u.role, "person": u.person} for u in flow.run(capture).utterances]
        lines.append({"url": marked[document["id"]], "utterances": turns})
    return lines


def score(folder, marks):
    """What the scorer says of these marks."""
    for name, lines in (("predicted", predicted()), ("marks", marks)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    command = [SHARED / "gold" / "score_who.py", folder / "predicted.jsonl", "--gold", folder / "marks.jsonl", "--json"]
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def halves():
    marks = read_lines(PEOPLE)
    number = {doc: at for at, doc in enumerate(sorted({line["doc"] for line in marks}))}
    return [[line for line in marks if number[line["doc"]] % 2 == half] for half in (0, 1)]


def test_what_is_pinned_keeps_the_promise():
    assert all(PINNED["all"][name] >= least for name, least in AT_LEAST.items())


@with_marks
def test_the_marks_are_those_that_were_measured():
    digest = hashlib.sha256(PEOPLE.read_bytes()).hexdigest()
    assert digest == PINNED["people_sha256"], f"{PEOPLE} has changed: measure again, and pin digest and figures"


@with_marks
def test_no_figure_falls(tmp_path):
    reached = score(tmp_path, read_lines(PEOPLE))
    assert reached["pairs"] == PINNED["all"]["pairs"]
    fallen = {name: (PINNED["all"][name], reached[name]) for name in AT_LEAST if reached[name] < PINNED["all"][name]}
    assert not fallen, f"pinned and reached: {fallen}"


@with_marks
@pytest.mark.parametrize("half", ["worked_on", "other_half"])
def test_no_half_carries_the_other(half, tmp_path):
    reached = score(tmp_path, halves()[half == "other_half"])
    fallen = {name: (PINNED[half][name], reached[name]) for name in AT_LEAST if reached[name] < PINNED[half][name]}
    assert not fallen, f"{half}: pinned and reached: {fallen}"
