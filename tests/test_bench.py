"""The invented corpus is sound, and every measured part runs; no test asserts a time."""

import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing

import pytest
from exporters.made import assert_sound
from support import ROOT

from benchmarks import crawl, remark, reparse, rows, scale, site
from benchmarks.corpus import build
from benchmarks.pages import WEIGHT
from crawler import flow


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


def test_the_pages_are_pages_of_real_weight_that_the_flow_reads_whole():
    captures = list(remark._captures(62))
    assert all(0.9 * WEIGHT < len(capture.body) < 3 * WEIGHT for capture in captures)
    read = [flow.run(capture) for capture in captures]
    assert {one.page.template for one in read} == {"wordpress_2019", "wordpress_2025"}
    assert all(one.utterances and not one.problems for one in read)
    assert (len(read), len({one.page.url for one in read})) == (64, 62)  # two come again, corrected


def test_bytes_to_remark_is_measured_against_others(monkeypatch, tmp_path):
    monkeypatch.setattr(remark, "QUICK_PAGES", 3)
    monkeypatch.setattr(remark, "QUICK_ROUNDS", 1)
    lines = list(remark.run(True, tmp_path))
    assert "3 invented pages" in lines[0]
    assert any("parse and select" in line for line in lines)
    assert "trafilatura" in lines[-1]


def test_rows_are_measured_and_both_ways_write_the_same(monkeypatch, tmp_path):
    monkeypatch.setattr(rows, "QUICK_REMARKS", 4)
    monkeypatch.setattr(rows, "QUICK_ROUNDS", 1)
    lines = list(rows.run(True, tmp_path))
    assert [line.strip().split(",")[0] for line in lines[2:]] == ["a run", "a reparse"]
    bench = rows._Bench(tmp_path, list(rows._remarks(4)))
    bench.empty()
    bench.ours()
    bench.tables = written = list(rows._tables(bench.path))
    bench.empty()
    bench.raw()
    assert dict(rows._tables(bench.path)) == dict(written)
    bench.empty()
    bench.anew()
    bench.store.db.execute("INSERT INTO utterances_fts(utterances_fts) VALUES ('integrity-check')")
    assert bench.store.db.execute("SELECT count(*) FROM utterances_fts WHERE utterances_fts MATCH 'the'").fetchone()[0]
    bench.store.close()


def test_a_crawl_is_measured_against_an_empty_spider(monkeypatch, tmp_path):
    monkeypatch.setattr(crawl, "QUICK_PAGES", 6)
    lines = list(crawl.run(True, tmp_path))
    assert "6 invented pages" in lines[0]
    assert "a run without news: " in lines[-1]
    assert "ABOVE" not in lines[-1]  # requests, no time


def test_reparse_is_measured_on_growing_archives(monkeypatch, tmp_path):
    monkeypatch.setattr(reparse, "QUICK_SIZES", (5, 31))
    lines = list(reparse.run(True, tmp_path))
    assert "5 pages" in lines[0]
    assert "32 pages, 31 remarks" in lines[4]
    assert "longest wait" in lines[-1]


def test_a_part_that_is_not_there_is_wrong_usage():
    done = subprocess.run([sys.executable, "-m", "benchmarks", "nothing"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no part nothing" in done.stderr


def test_scale_goes_from_the_archive_to_every_export(monkeypatch, tmp_path):
    monkeypatch.setattr(scale, "QUICK_SIZES", (4, 8))
    monkeypatch.setattr(scale, "FORMATS", ("csv",))
    lines = list(scale.run(True, tmp_path))
    assert "8 pages, 8 remarks" in lines[3]
    assert [line.split(":")[0].strip() for line in lines[-2:]] == ["8 releases", "export csv"]
