"""The promise on transcripts marked by hand, in both page templates: what gate.json pins may not fall.

The marked transcripts, the pages round them and the scorer stand beside the checkout, in ../shared; without them only
the pinned figures are checked. Figures that rise are pinned by hand.
"""

import hashlib
import json
import runpy
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from crawler import flow
from crawler.items import Capture

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOLD = SHARED / "gold" / "transcripts.jsonl"
GATE = json.loads(Path(__file__).with_name("gate.json").read_text("utf-8"))
TEMPLATES = {"wordpress_2019": "2021-2025.state.gov", "wordpress_2025": "www.state.gov"}
# What the project promises: at least, and at most.
AT_LEAST = {"boundary_f1": 0.9995, "exact_docs_pct": 98}
AT_MOST = {"lost_turns": 0, "wrong_words_pct": 0.02, "false_turns": 0, "missing_docs": 0}

with_gold = pytest.mark.skipif(not GOLD.is_file(), reason=f"no transcripts marked by hand: {GOLD} is missing")
by_template = pytest.mark.parametrize("template", TEMPLATES)


def read_lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@cache
def remarks(template):
    """Document id -> remark, for every document that the template's host serves."""
    host, render = TEMPLATES[template], runpy.run_path(str(SHARED / "replica" / "shells.py"))["render"]
    found = {}
    for document in read_lines(SHARED / "corpus" / "documents.jsonl"):
        for path in (path for served, path in document["served_at"] if served == host):
            body, content_type = render(host, path, document)
            found[document["id"]] = flow.run(
                Capture(
                    url=f"https://{host}{path}",
                    fetched_at="2026-01-02T03:04:05Z",
                    status=200,
                    body=body,
                    digest="sha256:0",
                    content_type=content_type,
                )
            )
    return found


def score(template, folder):
    """What the scorer says of the marked documents of the template's host."""
    held = remarks(template)
    gold = [line for line in read_lines(GOLD) if line["id"] in held]
    predicted = [
        {"url": line["url"], "utterances": [{"label": u.label, "text": u.text} for u in held[line["id"]].utterances]}
        for line in gold
    ]
    for name, lines in (("gold", gold), ("predicted", predicted)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    command = [SHARED / "gold" / "score.py", folder / "predicted.jsonl", "--gold", folder / "gold.jsonl", "--json"]
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@by_template
def test_what_is_pinned_keeps_the_promise(template):
    pinned = GATE[template]
    assert all(pinned[name] >= least for name, least in AT_LEAST.items())
    assert all(pinned[name] <= most for name, most in AT_MOST.items())


@with_gold
def test_the_gold_is_the_one_that_was_measured():
    digest = hashlib.sha256(GOLD.read_bytes()).hexdigest()
    assert digest == GATE["gold_sha256"], f"{GOLD} has changed: measure again, and pin digest and figures in gate.json"


@with_gold
@by_template
def test_no_figure_falls(template, tmp_path):
    reached, pinned = score(template, tmp_path), GATE[template]
    assert {name: reached[name] for name in ("docs", "turns")} == {name: pinned[name] for name in ("docs", "turns")}
    fallen = {name: (pinned[name], reached[name]) for name in AT_LEAST if reached[name] < pinned[name]}
    fallen |= {name: (pinned[name], reached[name]) for name in AT_MOST if reached[name] > pinned[name]}
    assert not fallen, f"{template}: pinned and reached: {fallen}"


@with_gold
@by_template
def test_every_document_is_read_by_its_template(template):
    found = remarks(template)
    assert len(found) == GATE[template]["corpus_docs"]
    assert {remark.page.template for remark in found.values()} == {template}
    assert [remark.page.url for remark in found.values() if remark.page.unread] == []


@with_gold
def test_both_templates_give_the_same_turns():
    old, new = remarks("wordpress_2019"), remarks("wordpress_2025")
    shared = old.keys() & new.keys()
    assert len(shared) == GATE["docs_on_both"]
    assert [key for key in shared if old[key].utterances != new[key].utterances] == []
    assert [key for key in shared if old[key].text != new[key].text] == []
