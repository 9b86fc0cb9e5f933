"""Kills, full disks, locks: nothing half, nothing lost, nothing twice."""

import random
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from crawler.exporters.jsonl.files import publish
from crawler.exporters.sqlite.store import Store

from .made import Box, assert_published_once, assert_sound, remark

WORKER = Path(__file__).with_name("worker.py")
KILLS = 8
REVISIONS = 120


def start(folder, *words):
    return subprocess.Popen(
        [sys.executable, WORKER, folder, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(folder, *words):
    with start(folder, *words) as process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def content(folder):
    """What a run leaves, without what tells how many runs it took."""
    with sqlite3.connect(folder / "remarks.db") as db:
        db.execute("UPDATE urls SET last_capture_id = NULL")  # a kill may leave a capture that nothing came of
        tables = {
            name: db.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3").fetchall()
            for name in ("remarks", "utterances", "utterance_versions", "urls")
        }
        tables["lines"] = db.execute("SELECT * FROM lines").fetchall()
        db.rollback()
    db.close()
    return tables, (folder / "remarks.jsonl").read_bytes()


def test_killed_at_any_moment(tmp_path):
    dice = random.Random(4)
    killed, clean = tmp_path / "killed", tmp_path / "clean"
    killed.mkdir()
    clean.mkdir()
    for _ in range(KILLS):
        with start(killed, REVISIONS) as process:
            for _ in range(dice.randrange(0, 9)):
                process.stdout.readline()
            time.sleep(dice.random() / 50)
            process.kill()
            process.stdout.read()
        with Store(killed / "remarks.db", parser_version="1") as store:
            assert_sound(store.db)
            publish(store, killed / "remarks.jsonl")
            assert_published_once(store, killed / "remarks.jsonl")
    assert finish(killed, REVISIONS)[0] == 0
    assert finish(clean, REVISIONS)[0] == 0
    assert content(killed) == content(clean)


@pytest.mark.parametrize("largest", [100_000, 600_000, 1_200_000])
def test_a_full_disk_stops_the_run_with_a_word(tmp_path, largest):
    """A limit on the size of files stands for the full disk; the smallest is reached while the tables are made."""
    status, out, err = finish(tmp_path, 10_000, largest)
    assert status == 1
    assert err.splitlines()[-1].startswith(("sqlite3.OperationalError: ", "OSError: "))
    saved = len(out.split())
    with Store(tmp_path / "remarks.db", parser_version="1") as store:
        assert_sound(store.db)
        assert store.db.execute("SELECT count(*) FROM revisions").fetchone()[0] in (saved, saved + 1)
    assert finish(tmp_path, saved + 20)[0] == 0
    with Store(tmp_path / "remarks.db", parser_version="1") as store:
        assert_sound(store.db)
        assert_published_once(store, tmp_path / "remarks.jsonl")


def test_no_room_for_a_line_leaves_the_record_as_it_was(box, tmp_path):
    box.save(remark())
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        publish(box.store, tmp_path / "full")
    assert box.store.published("full").bytes == 0
    assert box.publish() == 1


def test_a_writer_that_lets_go_is_waited_for(box):
    capture = box.capture(remark())
    held = threading.Event()

    def hold():
        with sqlite3.connect(box.store.path, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("UPDATE runs SET requests = 1")
            held.set()
            time.sleep(0.2)
            other.execute("COMMIT")
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    assert box.store.save(remark(), capture, box.run).change == "new"
    thread.join()


def test_a_writer_that_never_lets_go_is_an_error(tmp_path):
    with Store(tmp_path / "remarks.db", parser_version="1", busy_timeout_seconds=0.05) as store:
        box = Box(store, tmp_path)
        capture = box.capture(remark())
        other = sqlite3.connect(store.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            store.save(remark(), capture, box.run)
        other.close()
        assert store.save(remark(), capture, box.run).change == "new"
        assert_sound(store.db)


def test_a_reader_neither_waits_nor_is_in_the_way(box):
    reader = sqlite3.connect(f"file:{box.store.path}?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM remarks").fetchone() == (0,)
    box.save(remark())
    assert reader.execute("SELECT count(*) FROM remarks").fetchone() == (0,)
    reader.execute("COMMIT")
    assert reader.execute("SELECT count(*) FROM remarks").fetchone() == (1,)
    reader.close()


def test_a_commit_is_on_the_disk_unless_asked_otherwise(tmp_path):
    for durable, wanted in ((True, 2), (False, 1)):
        with Store(tmp_path / "remarks.db", parser_version="1", durable=durable) as store:
            assert store.db.execute("PRAGMA synchronous").fetchone() == (wanted,)
            assert store.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert store.db.execute("PRAGMA foreign_keys").fetchone() == (1,)
            assert store.db.execute("PRAGMA recursive_triggers").fetchone() == (1,)
