"""Marked pages that are damaged in known ways: each is right, told, or refused by name; what is silent is pinned."""

import json
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from crawler.quality.__main__ import SOUND, Outcome, main, outcomes, page_of, sample_sources, specimen, table, verdict
from crawler.quality.mutations import KINDS, Damaged, Turn

# Of the sample site's pages, one place on a page: at most so many of a kind are wrong and nothing tells it.
SILENT = {"a cut": 1}


@cache
def found():
    return [one for source in sample_sources() for one in outcomes(source, tries=1)]


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_nothing_is_wrong_in_silence(kind):
    silent = [one for one in found() if one.kind == kind and one.outcome == "silent"]
    assert len(silent) <= SILENT.get(kind, 0), "\n".join(f"{one.name}: {one.why}" for one in silent)
    assert sum(one.kind == kind for one in found()) >= 3


def test_every_sound_page_is_read_as_it_was_marked():
    assert [one for one in found() if one.kind == SOUND and one.outcome != "right"] == []


def test_the_same_seed_damages_the_same_places():
    source = next(iter(sample_sources()))
    assert outcomes(source, tries=2) == outcomes(source, tries=2)
    assert [one.why for one in outcomes(source, tries=2, seed=2)] != [one.why for one in outcomes(source, tries=2)]


def test_every_kind_changes_the_page():
    for source in sample_sources():
        page = specimen(source)
        whole = page_of(page.document, page.host)[0]
        for kind in KINDS:
            damaged = kind.damage(page, Random("1"))
            if damaged is not None and damaged.whole is None:
                assert page_of(damaged.document, page.host)[0] != whole, (source.document.name, kind.name)


def page():
    return next(one for source in sample_sources() if (one := specimen(source)).document.name == "interview")


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, "right"),
        ({"labels": ("ANSWER",)}, "silent"),
        ({"words": ("other", "words")}, "silent"),
        ({"who": ("Somebody Else",)}, "silent"),
        ({"who": (None, "Lena Brandvold")}, "right"),
    ],
)
def test_label_words_and_person_must_be_right(change, outcome):
    one = page()
    turns = (one.turns[0]._replace(**change), *one.turns[1:])
    whole = page_of(one.document, one.host)[0]
    assert verdict(one, Damaged(document=one.document, turns=turns), whole)[0] == outcome


def test_only_a_problem_that_quotes_the_line_tells_it():
    one = page()
    body = one.body + "\n<p>Valmora Ferries</p>"
    document = replace(one.document, body=body)
    wrong = (*one.turns, Turn((None,), ("none",), (None,)))
    whole = page_of(document, one.host)[0]
    assert verdict(one, Damaged(document=document, turns=wrong, quotes=("Valmora Ferries",)), whole)[0] == "told"
    assert verdict(one, Damaged(document=document, turns=wrong, quotes=("another line",)), whole)[0] == "silent"
    assert verdict(one, Damaged(document=document, turns=wrong), b"<html>")[0] == "told"


def test_the_table_has_three_figures_and_names_what_is_not_kept():
    kind = KINDS[0].name
    lines = list(table([Outcome(kind, "a", outcome, "") for outcome in ("right", "right", "told", "silent")]))
    assert len(lines) == 2
    figures = lines[1].removeprefix(kind).split()
    assert figures == ["4", "50.0%", "25.0%", "25.0%", "silent", ">", "0.5%,", "right", "<", "97%"]


def test_the_command_prints_the_table_and_writes_every_case(tmp_path, capsys):
    file = tmp_path / "cases.jsonl"
    assert main(["--kind", "a cut", "--tries", "1", "--show", "told", "--json", str(file)]) == 0
    printed = capsys.readouterr().out.splitlines()
    cases = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    told = [case for case in cases if case["outcome"] == "told"]
    assert told
    assert len([line for line in printed if line.startswith("a cut: ")]) == len(told)
    assert printed[0].split() == ["kind", "of", "damage", "n", "right", "told", "silent"]


def test_marked_transcripts_that_are_not_there(tmp_path, capsys):
    assert main(["--gold", str(tmp_path)]) == 1
    assert "people.jsonl" in capsys.readouterr().err
