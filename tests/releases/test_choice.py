"""What goes in, and what a wrong request is told."""

import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest
from exporters.made import TALK, lines_of, remark
from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings
from support import ROOT

from crawler.commands.export import Command, export
from crawler.exporters.corpus import FORMATS
from crawler.exporters.corpus.choice import read_choice
from crawler.exporters.corpus.snapshot import CannotExport, Nothing, Snapshot

from .asked import command, write


def exported(held, path, **choice):
    write(held.output / "remarks.db", "jsonl", path, **choice)
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_dates_hosts_and_types_choose(held, tmp_path):
    path = tmp_path / "some.jsonl"
    dates = [line["date"] for line in exported(held, path, since="2025-01-01", until="2025-12-31")]
    assert dates == [d for (d,) in held.rows("select date from remarks where date like '2025%' order by date, id")]
    assert dates
    hosts = {line["host"] for line in exported(held, path, hosts=["2021-2025.state.gov"])}
    assert hosts == {"2021-2025.state.gov"}
    assert {line["type"] for line in exported(held, path, labels=["interview"])} == {"Interview"}
    speech = exported(held, path, types="speech")
    assert 0 < len(speech) < held.rows("select count(*) from remarks")[0][0]
    assert all(line["utterances"] for line in speech)


def test_a_person_chooses_the_remarks_in_which_they_speak(held, tmp_path):
    who = "where id in (select person_id from utterances) order by id limit 1"
    ((id_, name),) = held.rows(f"select id, name from people {who}")
    spoken = held.rows("select distinct remark_id from utterances where person_id = ? order by 1", id_)
    for asked in (id_, name, name.upper()):
        lines = exported(held, tmp_path / "some.jsonl", people=[asked])
        assert sorted(line["id"] for line in lines) == [remark for (remark,) in spoken]
        assert any(u["person"] != name for line in lines for u in line["utterances"])


def test_a_person_is_known_by_the_id_that_was_theirs(held, tmp_path):
    copy = tmp_path / "remarks.db"
    with sqlite3.connect(held.output / "remarks.db") as source, sqlite3.connect(copy) as target:
        source.backup(target)
        (id_,) = target.execute("select person_id from utterances where person_id is not null").fetchone()
        target.execute("insert into former_ids values ('people', 'once-so', ?)", [id_])
    for connection in (source, target):
        connection.close()
    with Snapshot(copy) as snapshot:
        snapshot.choose(read_choice(people=["once-so"]))
        once = snapshot.value("select count(*) from temp.chosen")
    with Snapshot(copy) as snapshot:
        snapshot.choose(read_choice(people=[id_]))
        assert snapshot.value("select count(*) from temp.chosen") == once > 0


@pytest.mark.parametrize("form", ["csv", "tei", "datapackage", "parquet"])
def test_a_part_is_whole_in_every_form(form, held, exports, tmp_path):
    said = write(held.output / "remarks.db", form, tmp_path / form, types="speech", hosts=["www.state.gov"])
    sql = "select count(*), sum(utterance_count) from remarks where host = 'www.state.gov' and utterance_count > 0"
    remarks, turns = held.rows(sql)[0]
    assert f": {remarks} remarks, {turns} turns, " in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "xlsx", "-o", "x"], "choose one of jsonl, csv, parquet, tei, datapackage"),
        (["--format", "csv"], "--format and -o are needed"),
        (["-o", "x"], "--format and -o are needed"),
        (["--format", "csv", "-o", "-"], "cannot go to standard output; name a file or folder"),
        (["--format", "csv", "-o", "x", "more"], "not understood: 'more'"),
        (["--format", "csv", "-o", "x", "--since", "May"], "--since May is not a date"),
        (["--format", "csv", "-o", "x", "--since", "2025-01-01", "--until", "2024-01-01"], "lies before"),
        (["--format", "csv", "-o", "x", "--types", "Remark"], "no such type"),
        (["--format", "csv", "-o", "x", "--host", "www.example.org"], "the nearest are www.state.gov"),
        (["--format", "csv", "-o", "x", "--type", "Interviw"], "the nearest are Interview"),
        (["--format", "csv", "-o", "x", "--person", "Nobody At All"], "knows nobody of that name"),
        (["--format", "csv", "-o", "nowhere/x"], "nowhere is no folder"),
    ],
)
def test_wrong_usage_says_what_is_right(words, said, held, tmp_path):
    words = [str(tmp_path / word) if word in ("x", "nowhere/x") else word for word in words]
    parser = argparse.ArgumentParser()
    asked = Command()
    asked.settings = Settings()
    asked.add_options(parser)
    opts, rest = parser.parse_known_args(words)
    with pytest.raises(CannotExport, match=re.escape(said)):
        export(rest, opts, held.output)
    assert list(tmp_path.iterdir()) == []


def test_wrong_usage_is_status_2(held):
    done = command(held.output, "--format", "xlsx", "-o", "x")
    assert done.returncode == 2
    assert "choose one of jsonl, csv" in done.stderr


def test_the_command_writes_and_says_what(held, tmp_path):
    done = command(held.output, "--format", "csv", "-o", tmp_path / "all.csv")
    turns, words = held.rows("select count(*), sum(word_count) from utterances")[0]
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{turns} turns, {words} words, as of " in done.stdout
    assert "; without turns, so without a row: " in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["all.csv"]


def test_the_docs_name_the_forms_and_options_that_there_are():
    def table(heading):
        rows = (
            (ROOT / "docs/exports.md")
            .read_text("utf-8")
            .split(f"| {heading} |", 1)[1]
            .split("\n\n", 1)[0]
            .splitlines()[2:]
        )
        return {name for row in rows for name in re.findall(r"`([\w-]+)`", row.split("|")[1])}

    assert table("format") == set(FORMATS)
    parser = argparse.ArgumentParser()
    asked = Command()
    asked.settings = Settings()
    ScrapyCommand.add_options(asked, parser)
    before = set(parser._option_string_actions)
    parser = argparse.ArgumentParser()
    asked.add_options(parser)
    options = set(parser._option_string_actions) - before
    assert options == table("option") | {"--format", "-o", "--output"}


def test_no_database_is_status_2(tmp_path):
    done = command(tmp_path / "none", "--format", "csv", "-o", tmp_path / "x")
    assert done.returncode == 2
    assert "there is no such database" in done.stderr


def test_a_broken_database_is_status_1_in_one_line(tmp_path):
    (tmp_path / "remarks.db").write_bytes(b"no database at all, but long enough to be read as one" * 100)
    done = command(tmp_path, "--format", "csv", "-o", tmp_path / "x")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "not a database" in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("insert into _sqlite_migrations (migration_set, name, applied_at) values ('remarks', 'later', 'x')", "newer"),
        ("delete from _sqlite_migrations where name = 'search'", "older version of this program (it lacks search)"),
    ],
)
def test_another_version_s_database_is_named(change, said, held, tmp_path):
    database = shutil.copy(held.output / "remarks.db", tmp_path / "remarks.db")
    with sqlite3.connect(database) as db:
        db.execute(change)
    db.close()
    with pytest.raises(CannotExport, match=re.escape(said)):
        Snapshot(tmp_path / "remarks.db")


def test_without_pyarrow_the_extra_is_named(held, tmp_path):
    (tmp_path / "pyarrow.py").write_text("raise ImportError('not here')")
    path = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = command(held.output, "--format", "parquet", "-o", tmp_path / "x", env=path)
    assert done.returncode == 2
    assert "pip install 'state-remarks[parquet]'" in done.stderr


def test_an_empty_choice_replaces_nothing(held, tmp_path):
    (tmp_path / "old.csv").write_text("old")
    done = command(held.output, "--format", "csv", "-o", tmp_path / "old.csv", "--until", "1990-01-01")
    assert done.returncode == 1
    assert "no remark is chosen; nothing was written" in done.stderr
    assert (tmp_path / "old.csv").read_text() == "old"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_written_releases_alone_replace_nothing_in_a_form_of_turns(form, box, tmp_path):
    box.save(remark((), path="/note/", type="Media Note", wp_id=1))
    box.save(remark(TALK[:1], path="/talk/", wp_id=2))
    (tmp_path / "old").write_text("old")
    with pytest.raises(Nothing, match=f"^1 written release chosen, and no turn, which is what {form} has rows of$"):
        write(box.store.path, form, tmp_path / "old", labels=["Media Note"])
    assert (tmp_path / "old").read_text() == "old"
    assert ": 1 remark, 0 turns, 5 words, " in write(box.store.path, "jsonl", tmp_path / "new", labels=["Media Note"])
    said = write(box.store.path, form, tmp_path / "new")
    assert ": 1 remark, 1 turn, 8 words, " in said
    assert said.endswith("; without turns, so without a row: 1 written release")


def test_the_names_that_are_told_are_the_nearest_of_those_who_speak(held, tmp_path):
    names = [name for (name,) in held.rows("select name from people where id in (select person_id from utterances)")]
    name = max(names)
    for asked in (name.split()[-1], name.replace("e", "a") + "s"):
        with pytest.raises(CannotExport) as raised:
            exported(held, tmp_path / "x", people=[asked])
        told = str(raised.value).partition("the nearest are ")[2]
        assert name in told
        assert len([other for other in names if other in told]) == min(5, len(names))


@pytest.mark.parametrize("way", ["full", "broken"])
def test_an_output_that_nobody_can_read_does_not_deny_the_release(way, held, tmp_path):
    if way == "full":
        out = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, out = os.pipe()
        os.close(reader)
    line = [sys.executable, "-m", "scrapy", "export", "--format", "csv", "-o", str(tmp_path / "x")]
    line += ["-s", f"REMARKS_OUTPUT={held.output}"]
    done = subprocess.run(line, cwd=ROOT, stdout=out, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(out)
    assert done.returncode == 0
    told = done.stderr.splitlines()
    assert len(told) == (2 if way == "full" else 0), done.stderr
    if told:
        assert told[0].startswith("standard output: ")
        assert told[1].startswith(f"export: {tmp_path / 'x'}: ")
    assert (tmp_path / "x").stat().st_size


def test_undated_remarks_come_last(box, tmp_path):
    box.save(remark(TALK, path="/plain.txt", date=None, wp_id=None))
    box.save(remark(TALK, path="/dated/", date="2026-03-04"))
    write(box.store.path, "jsonl", tmp_path / "all.jsonl")
    assert [line["date"] for line in lines_of(tmp_path / "all.jsonl")] == ["2026-03-04", None]


def test_a_snapshot_does_not_see_what_is_written_meanwhile(held, tmp_path):
    database = shutil.copy(held.output / "remarks.db", tmp_path / "remarks.db")
    with Snapshot(tmp_path / "remarks.db") as snapshot:
        with sqlite3.connect(database) as writer:
            writer.execute("delete from comments")
            writer.execute("update remarks set title = 'changed'")
        writer.close()
        snapshot.choose(read_choice())
        titles = {row[0] for row in snapshot.rows("select title from remarks")}
        assert "changed" not in titles
        assert snapshot.value("select count(*) from comments") > 0


def test_an_empty_database_is_nothing(box):
    with Snapshot(box.store.path) as snapshot, pytest.raises(Nothing, match="holds no remark"):
        snapshot.choose(read_choice())
