"""The examples for cron, systemd and a container name what is there, and the programs that read them find no fault."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version

import pytest
import yaml
from packaging.requirements import Requirement
from publish.served import free_port, serving
from support import ROOT

from crawler import settings
from crawler.exporters.sqlite.store import Store
from crawler.runs.arguments import read_arguments

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


COMPOSE = yaml.safe_load((EXAMPLES / "container" / "compose.yaml").read_text("utf-8"))


def test_the_compose_file_serves_our_site_read_only_from_our_image():
    crawl, browse = COMPOSE["services"]["crawl"], COMPOSE["services"]["browse"]
    folder = EXAMPLES / "container" / crawl["build"]["context"]
    assert folder.resolve() == ROOT
    assert (folder / crawl["build"]["dockerfile"]).is_file()
    # one image, and so the one Datasette that pyproject.toml asks for; nothing is fetched ready-made
    assert browse["build"] == crawl["build"]
    assert browse["image"] == crawl["image"] == "state-remarks"
    text = (EXAMPLES / "container" / "Containerfile").read_text("utf-8")
    assert "pip install --no-cache-dir '.[browse]'" in text
    assert "datasetteproject" not in text + (EXAMPLES / "container" / "compose.yaml").read_text("utf-8")
    assert browse["volumes"] == ["remarks:/data:ro"]
    assert browse["read_only"] is True
    for service in (crawl, browse):
        for volume in service["volumes"]:
            assert volume.split(":")[0] in COMPOSE["volumes"]
    assert not browse["profiles"]
    assert all(port.startswith("127.0.0.1:") for port in browse["ports"])


def test_the_compose_file_s_command_serves(tmp_path):
    """The line of the container, with another folder and port, and a record in it."""
    with Store(tmp_path / "remarks.db"):
        pass
    command, port = COMPOSE["services"]["browse"]["command"], free_port()
    inside = COMPOSE["services"]["browse"]["ports"][0].split(":")[-1]
    assert {inside, "REMARKS_OUTPUT=/data"} <= set(command)
    other = {inside: str(port), "REMARKS_OUTPUT=/data": f"REMARKS_OUTPUT={tmp_path}"}
    line = [sys.executable, "-m", "scrapy", *(other.get(word, word) for word in command)]
    with serving(line, port, tmp_path / "remarks.db", cwd=ROOT) as running:
        assert "Nothing is held yet" in running.get("/").text
        assert running.get("/-/settings").status == 404


def test_the_installed_datasette_is_of_the_line_that_the_site_is_made_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (wanted,) = [one for one in project["optional-dependencies"]["browse"] if one.startswith("datasette")]
    assert version("datasette") in Requirement(wanted).specifier
    assert "1.0" not in Requirement(wanted).specifier
    assert "0.66" not in Requirement(wanted).specifier  # the site stands on classes of its inside
