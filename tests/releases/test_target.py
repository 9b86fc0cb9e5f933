"""A release is there as a whole or not at all."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys

import pytest
from support import ROOT

from crawler.exporters.corpus import target
from crawler.exporters.corpus.snapshot import CannotExport
from crawler.exporters.corpus.target import whole_file, whole_folder

from .asked import command, write

FORMS = ["jsonl", "csv", "parquet", "tei", "datapackage"]
# Begins an export, says so, and waits.
STUCK = """
import sys, time
from pathlib import Path
from crawler.exporters.corpus.target import whole_file, whole_folder
place = Path(sys.argv[1])
with (whole_folder(place, "mark") if sys.argv[2] == "folder" else whole_file(place)) as part:
    (part / "half" if part.is_dir() else part).write_text("half")
    print("begun", flush=True)
    time.sleep(60)
"""


def stuck(place, kind):
    process = subprocess.Popen([sys.executable, "-c", STUCK, place, kind], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun\n"
    return process


def end(process, how=signal.SIGKILL):
    process.send_signal(how)
    process.wait(10)
    process.stdout.close()


def put(place, kind, text):
    if kind == "folder":
        with whole_folder(place, "mark") as part:
            (part / "mark").write_text(text)
    else:
        with whole_file(place) as part:
            part.write_text(text)


def held_at(place):
    return (place / "mark" if place.is_dir() else place).read_text()


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_kill_leaves_the_old_one_and_the_next_clears_up(kind, tmp_path):
    place = tmp_path / "release [1]"
    put(place, kind, "old")
    end(stuck(place, kind))
    assert held_at(place) == "old"
    assert len(list(tmp_path.iterdir())) == 2
    put(place, kind, "new")
    assert held_at(place) == "new"
    assert [path.name for path in tmp_path.iterdir()] == [place.name]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_another_export_is_writing_is_left_alone(kind, tmp_path):
    place = tmp_path / "release"
    other = stuck(place, kind)
    try:
        put(place, kind, "new")
        assert len(list(tmp_path.iterdir())) == 2
    finally:
        end(other)


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_an_error_leaves_the_old_one_and_nothing_else(kind, tmp_path):
    place = tmp_path / "release"
    put(place, kind, "old")
    whole = whole_folder(place, "mark") if kind == "folder" else whole_file(place)
    with pytest.raises(OSError, match="no more"), whole:
        raise OSError("no more")
    assert held_at(place) == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_without_a_way_to_swap_names_the_folder_is_replaced_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(target, "_exchange", lambda one, other: False)
    for text in ("old", "new"):
        put(tmp_path / "release", "folder", text)
    assert held_at(tmp_path / "release") == "new"
    assert len(list(tmp_path.iterdir())) == 1


def test_folders_and_files_that_no_export_made_are_not_touched(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letters.txt").write_text("dear")
    (tmp_path / "file").write_text("words")
    with pytest.raises(CannotExport, match="no earlier export"), whole_folder(tmp_path / "mine", "mark"):
        pass
    with pytest.raises(CannotExport, match="is a file"), whole_folder(tmp_path / "file", "mark"):
        pass
    with pytest.raises(CannotExport, match="is a folder"), whole_file(tmp_path / "mine"):
        pass
    assert (tmp_path / "mine" / "letters.txt").read_text() == "dear"


def bytes_of(path):
    return path.read_bytes() if path.exists() else None


@pytest.mark.parametrize("name", ["remarks.db", "remarks.jsonl", "events.jsonl", "warc/mine.csv"])
def test_the_crawl_s_own_files_are_not_replaced(name, held, tmp_path):
    (tmp_path / "link").symlink_to(held.output / name)
    before = bytes_of(held.output / name)
    for place in (held.output / name, tmp_path / "link"):
        done = command(held.output, "--format", "jsonl", "-o", place)
        assert done.returncode == 2
        assert "the crawl's own" in done.stderr
    assert bytes_of(held.output / name) == before


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("before", ["old", None])
def test_a_link_stays_and_what_it_leads_to_is_replaced(before, kind, tmp_path):
    (tmp_path / "there").mkdir()
    place, link = tmp_path / "there" / "release", tmp_path / "link"
    if before:
        put(place, kind, before)
    link.symlink_to("there/release")
    put(link, kind, "new")
    assert link.is_symlink()
    assert held_at(place) == held_at(link) == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "there"]
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["release"]


def test_what_is_neither_file_nor_folder_is_not_replaced(held, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("fifo")
    (tmp_path / "round").symlink_to("round")
    for name, said in (("fifo", "is a FIFO"), ("link", "is a FIFO"), ("round", "leads back to itself")):
        for whole in (whole_file(tmp_path / name), whole_folder(tmp_path / name, "mark")):
            with pytest.raises(CannotExport, match=said), whole:
                pass
    done = command(held.output, "--format", "csv", "-o", tmp_path / "fifo")
    assert (done.returncode, "is a FIFO or pipe; an export makes" in done.stderr) == (2, True)
    assert (tmp_path / "fifo").is_fifo()
    assert len(list(tmp_path.iterdir())) == 3


def test_what_is_written_can_be_read_by_others(tmp_path):
    old = os.umask(0o022)
    try:
        put(tmp_path / "file", "file", "x")
        put(tmp_path / "folder", "folder", "x")
    finally:
        os.umask(old)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o755


@pytest.fixture(scope="module")
def still(held, tmp_path_factory):
    """The same database without the files that WAL needs: only the export writes."""
    folder = tmp_path_factory.mktemp("still")
    source, copy = sqlite3.connect(held.output / "remarks.db"), sqlite3.connect(folder / "remarks.db")
    source.backup(copy)
    copy.execute("pragma journal_mode = delete")
    source.close()
    copy.close()
    return folder


def full():
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


# Writes every form, and says what was raised.
WRITE_ALL = """
import sys
from pathlib import Path
from releases.asked import write
for form in sys.argv[3:]:
    try:
        print(form, write(Path(sys.argv[1]), form, Path(sys.argv[2]) / form))
    except OSError as error:
        print(form, error.strerror or error)
"""


def test_a_full_disk_leaves_every_form_as_it_was(still, tmp_path):
    for form in FORMS:
        write(still / "remarks.db", form, tmp_path / form)
    before = {form: contents(tmp_path / form) for form in FORMS}
    line = [sys.executable, "-c", WRITE_ALL, still / "remarks.db", tmp_path, *FORMS]
    paths = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(line, cwd=ROOT, env=paths, capture_output=True, text=True, timeout=60, preexec_fn=full)
    assert (done.returncode, done.stderr) == (0, "")
    assert [said.split()[0] for said in done.stdout.splitlines()] == FORMS
    assert done.stdout.count("File too large") == len(FORMS)
    assert {form: contents(tmp_path / form) for form in FORMS} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FORMS)


def test_a_full_disk_is_status_1_in_one_line(still, tmp_path):
    done = command(still, "--format", "jsonl", "-o", tmp_path / "x", preexec_fn=full)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "File too large; nothing was replaced" in done.stderr
    assert list(tmp_path.iterdir()) == []


def contents(place):
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in files}
