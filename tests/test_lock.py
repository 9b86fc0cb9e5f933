"""The lock survives whatever ends the run that held it."""

import subprocess
import sys

import pytest
from support import ROOT

from crawler.lock import Held, lock

HOLD = """
import pathlib, sys, time
from crawler.lock import lock
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
