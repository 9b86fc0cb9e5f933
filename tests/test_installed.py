"""`state-remarks` as it is installed from a wheel: in any folder, with nothing of this project in it."""

import fnmatch
import importlib
import os
import pkgutil
import subprocess
import sys
import tomllib

import pytest
from support import ROOT

from crawler import commands

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SCRIPT = "import sys; sys.argv[0] = '/usr/bin/state-remarks'; from crawler.commands import main; main()"


def state_remarks(folder, *words):
    """In that folder, with an empty home and no settings."""
    left = {name: value for name, value in os.environ.items() if not name.startswith(("SCRAPY_", "REMARKS_", "XDG_"))}
    (folder / "home").mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        cwd=folder,
        env={**left, "HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_script_leads_to_the_function():
    module, name = PROJECT["project"]["scripts"]["state-remarks"].split(":")
    assert getattr(importlib.import_module(module), name) is commands.main


def test_help_is_short_and_names_every_command(tmp_path):
    done = state_remarks(tmp_path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    own = {module.name for module in pkgutil.iter_modules(commands.__path__)}
    assert (
        {line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")} == own == set(commands.COMMANDS)
    )
    assert len(done.stdout.splitlines()) < 24
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "scrapy" not in done.stdout.lower()


@pytest.mark.parametrize("command", commands.COMMANDS)
def test_each_command_has_help_under_this_name(command, monkeypatch, capsys):
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    monkeypatch.setattr(sys, "argv", ["/usr/bin/state-remarks", command, "--help"])
    with pytest.raises(SystemExit) as end:
        commands.main()
    out, err = capsys.readouterr()
    assert (end.value.code, err) == (0, "")
    assert f"state-remarks {command}" in out


def test_demo_status_and_browse_in_an_empty_folder(tmp_path):
    # a project of somebody else further up is not asked
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = theirs.settings\n")
    (folder := tmp_path / "empty").mkdir()
    done = state_remarks(folder, "status")
    assert (done.returncode, done.stderr) == (1, "output/remarks.db: nothing has been crawled yet\n")
    done = state_remarks(folder, "demo")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Look at them:\n  state-remarks browse --open\n")
    assert {path.name for path in folder.iterdir()} == {"home", "demo-output"}
    done = state_remarks(folder, "status", "-s", "REMARKS_OUTPUT=demo-output")
    assert (done.returncode, done.stderr) == (0, "")
    done = state_remarks(folder, "browse", "--folder", "site")
    assert (done.returncode, done.stderr) == (1, "output/remarks.db: nothing has been crawled yet\n")


def test_browse_shows_the_demo_only_where_nothing_was_crawled_and_no_folder_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    monkeypatch.chdir(tmp_path)
    served = []
    monkeypatch.setattr("crawler.commands.browse.os.execv", lambda _, line: served.append(line))

    def browse(*words):
        monkeypatch.setattr(sys, "argv", ["state-remarks", "browse", *words])
        with pytest.raises(SystemExit) as end:
            commands.main()
        return end.value.code, [word for word in served.pop() if word.endswith("remarks.db")] if served else None

    (tmp_path / "demo-output").mkdir()
    (tmp_path / "demo-output" / "remarks.db").touch()
    assert browse() == (0, ["demo-output/remarks.db"])
    assert "this is the demo's record" in capsys.readouterr().out
    assert browse("-s", "REMARKS_OUTPUT=elsewhere") == browse("--folder", "site") == (1, None)
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "remarks.db").touch()
    assert browse() == (0, ["output/remarks.db"])


def test_the_wheel_takes_all_data_along():
    listed = subprocess.run(["git", "ls-files", "crawler"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("no git checkout")
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["crawler"]
    data = [path.removeprefix("crawler/") for path in listed.stdout.splitlines() if not path.endswith(".py")]
    assert data
    assert [
        path for path in data if not any(fnmatch.fnmatch(path, each.replace("**/", "*")) for each in patterns)
    ] == []
    packages = {path.parent for path in (ROOT / "crawler").rglob("*.py")}
    packages = {folder for folder in packages if not (folder / "__init__.py").exists()}
    assert {str(folder.relative_to(ROOT / "crawler")) for folder in packages} <= {"publish/plugins"}  # taken as data
