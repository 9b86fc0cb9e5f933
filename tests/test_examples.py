"""The examples for cron, systemd and a container name what is there, and the programs that read them find no fault."""

import re
import shutil
import subprocess
import sys

import pytest
from support import ROOT

from crawler import settings
from crawler.arguments import read_arguments

EXAMPLES = ROOT / "examples"
FILES = [path for path in EXAMPLES.rglob("*") if path.is_file()]
TEXTS = [path.read_text("utf-8") for path in FILES] + [(ROOT / "docs" / "operating.md").read_text("utf-8")]


def test_every_setting_and_argument_that_they_name_exists():
    own = {name for name in vars(settings) if name.startswith("REMARKS_")}
    for text in TEXTS:
        assert set(re.findall(r"\bREMARKS_[A-Z_]+\b", text)) <= own
        for name, value in re.findall(r"-a (\w+)=(\S+)", text):
            read_arguments({name: value})


def test_every_link_and_command_of_the_operating_page_is_there():
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / "docs" / target).exists(), target
    for command in re.findall(r"scrapy (\w+)", text):
        assert (ROOT / "crawler" / "commands" / f"{command}.py").exists(), command


def test_the_cron_lines_have_five_times_a_user_and_the_command():
    lines = [
        line for line in (EXAMPLES / "cron" / "state-remarks").read_text("utf-8").splitlines() if line[:1].isdigit()
    ]
    assert lines
    for line in lines:
        times, user, command = line.split()[:5], line.split()[5], " ".join(line.split()[6:])
        assert all(re.fullmatch(r"[\d*/,-]+", time) for time in times)
        assert user == "remarks"
        assert command.startswith("cd /srv/state-remarks && .venv/bin/scrapy crawl remarks")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_no_fault(tmp_path):
    for path in (EXAMPLES / "systemd").iterdir():
        text = path.read_text("utf-8").replace("/srv/state-remarks/.venv/bin/scrapy", sys.executable)
        (tmp_path / path.name).write_text(text)
    line = ["systemd-analyze", "verify", *sorted(map(str, tmp_path.iterdir()))]
    done = subprocess.run(line, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_container_copies_what_is_there_and_writes_to_its_volume():
    text = (EXAMPLES / "container" / "Containerfile").read_text("utf-8")
    for names in re.findall(r"^COPY (.*) \S+$", text, re.M):
        assert all((ROOT / name).exists() for name in names.split())
    assert "REMARKS_OUTPUT=/data" in text
    assert "VOLUME /data" in text
