"""The invented corpus is sound, and every measured part runs; no test asserts a time."""

import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing

import pytest
from exporters.made import assert_sound
from support import ROOT

from crawler.bench import site
from crawler.bench.corpus import build


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("bench") / "remarks.db"
    build(path, 300)
    return path


def test_the_invented_corpus_is_sound_and_shaped_like_speech(made):
    with closing(sqlite3.connect(made)) as db:
        assert_sound(db)
        remarks, turns, edited = db.execute(
            "select count(*), sum(utterance_count), sum(revision = 2) from remarks"
        ).fetchone()
        assert remarks == 300
        assert 6 * remarks < turns < 14 * remarks
        assert edited
        words = Counter(word.lower() for (text,) in db.execute("select text from utterances") for word in text.split())
        ranked = [count for _, count in words.most_common(200)]
        assert 5 < ranked[0] / ranked[20] < 20  # Zipf with an offset of 2.7: 6.4
        assert db.execute("select count(distinct text) from utterances").fetchone() == (turns,)


def test_the_same_seed_gives_the_same_rows(made, tmp_path):
    build(tmp_path / "again.db", 300)
    with closing(sqlite3.connect(made)) as one, closing(sqlite3.connect(tmp_path / "again.db")) as other:
        for table in ("remarks", "utterances", "utterance_versions", "revisions", "attributions"):
            sql = f"select * from {table} order by 1, 2, 3"
            assert one.execute(sql).fetchall() == other.execute(sql).fetchall()
    with pytest.raises(FileExistsError):
        build(tmp_path / "again.db", 1)


def test_every_kind_of_page_is_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "QUICK_REMARKS", 300)
    monkeypatch.setattr(site, "ROUNDS", 2)
    lines = list(site.run(True, tmp_path))
    assert len(lines) == 2 + 17
    for kind in ("start page", "transcript", "search, one word", "person", "changes", "charts by type"):
        assert any(line.strip().startswith(kind) and " ms" in line for line in lines)


def test_a_part_that_is_not_there_is_wrong_usage():
    done = subprocess.run([sys.executable, "-m", "crawler.bench", "nothing"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no part nothing" in done.stderr
