"""The lock survives whatever ends the run that held it."""

import errno
import fcntl
import os
import subprocess
import sys

import pytest
from support import ROOT

from crawler.archive.writer import Archive
from crawler.runs.arguments import Arguments
from crawler.runs.lock import Held, Lost, lock
from crawler.runs.run import Run

HOLD = """
import pathlib, sys, time
from crawler.runs.lock import lock
with lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_run_that_is_killed_lets_go_of_it(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(Held, match=f"process {process.pid}"), lock(tmp_path):
            pass
        process.kill()
        process.wait()
        with lock(tmp_path):
            pass


def test_a_file_that_was_left_means_nothing(tmp_path):
    (tmp_path / ".lock").write_text("4711")
    with lock(tmp_path):
        assert (tmp_path / ".lock").read_text() != "4711"


def deleted(output):
    (output / ".lock").unlink()


def replaced(output):
    (output / ".new").write_text("4711")
    (output / ".new").replace(output / ".lock")


def folder_renamed(output):
    output.rename(output.with_name("other"))


def folder_replaced(output):
    folder_renamed(output)
    output.mkdir()


def second_run(output):
    deleted(output)
    with lock(output):
        pass


def test_a_lock_file_that_is_taken_away_is_made_again_and_told(tmp_path):
    with lock(tmp_path) as held:
        for _ in range(2):
            deleted(tmp_path)
            held.check()
            with pytest.raises(Held), lock(tmp_path):
                pass
        held.check()
        assert len(held.told) == 2
        assert "was taken away during the run, and made again" in held.told[0]
    with lock(tmp_path):
        pass


@pytest.mark.parametrize("deed", [replaced, folder_renamed, folder_replaced, second_run])
def test_a_lock_that_another_run_may_hold_is_lost(deed, tmp_path):
    output = tmp_path / "output"
    with lock(output) as held:
        held.check()
        deed(output)
        with pytest.raises(Lost, match=r"lock|folder"):
            held.check()


def test_a_run_writes_nothing_more_once_its_lock_is_lost(tmp_path):
    with lock(tmp_path) as held:
        archive = Archive(tmp_path / "warc", software="test")
        run = Run.open(tmp_path, Arguments(), {}, "1", archive=archive, held=held)
        second_run(tmp_path)
        for write in (
            lambda: archive.note({"outcome": "blocked", "of": 1, "reason": None}),
            lambda: run.books.order.do(1, pytest.fail),
            run.close,
        ):
            with pytest.raises(Lost):
                write()
        run.store.close()
        archive.close()


def test_a_name_that_is_taken_away_before_it_is_locked_lets_nobody_in(tmp_path, monkeypatch):
    """Between opening and locking another run's lock is deleted: the file that is locked then has no name."""
    flock, files = fcntl.flock, []

    def late(descriptor, operation):
        if not files:
            files.append(descriptor)
            (tmp_path / ".lock").unlink()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with lock(tmp_path) as held:
        held.check()
        with pytest.raises(Held), lock(tmp_path):
            pass


def test_a_file_system_without_locks_is_a_clear_word(tmp_path, monkeypatch):
    def none(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", none)
    with pytest.raises(OSError, match=r"has no locks .* local disk"), lock(tmp_path):
        pass
