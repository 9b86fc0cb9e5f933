"""What the README names exists, and what exists is named there."""

import re
import subprocess
import sys
import tomllib

import pytest
from support import ROOT

from crawler import errors, settings
from crawler.exporters.sqlite.columns import COLUMNS, TABLES, VIEWS
from crawler.runs import arguments, run

README = (ROOT / "README.md").read_text("utf-8")
SOURCES = {path: path.read_text("utf-8") for path in (ROOT / "crawler").rglob("*.py")}


def table(heading):
    """The first cells of the README's table under that head row."""
    rows = README.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [row.split("|")[1].strip() for row in rows]


def test_settings():
    named = {cell.strip("`") for cell in table("setting")}
    read = {name for text in SOURCES.values() for name in re.findall(r"\bREMARKS_[A-Z_]+\b", text)}
    own = {name for name in vars(settings) if name.startswith("REMARKS_")}
    assert named == own
    assert read - own <= {"REMARKS_EXTRA_HOSTS"}  # tests only: hosts on loopback
    for row in README.split("| setting |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]:
        name, default = (cell.strip(" `") for cell in row.split("|")[1:3])
        if default.replace(".", "").isdigit():
            assert str(getattr(settings, name)) == default


def test_tables_and_columns(whole):
    named = {name for cell in table("table") for name in re.findall(r"`(\w+)`", cell)}
    held = {name for (name,) in whole.rows("select name from sqlite_master where type = 'table'")}
    held = {name for name in held if not re.search(r"_fts_|^sqlite_|^_sqlite_migrations", name)}
    assert named == held == set(TABLES)
    views = {name for (name,) in whole.rows("select name from sqlite_master where type = 'view'")}
    assert {cell.strip("`") for cell in table("view")} == views == set(VIEWS)
    assert set(COLUMNS) <= held | views
    for name, notes in COLUMNS.items():
        columns = {row[1] for row in whole.rows(f"pragma table_xinfo({name})")}
        assert set(notes) <= columns | {"rowid"}, name


def test_exit_statuses():
    named = [int(cell) for cell in table("exit status")]
    assert named == [run.OK, run.FAILED, run.USAGE, run.DEGRADED, run.LOCKED]


def test_outcomes():
    classes = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.Refusal)
    ]
    own = {cls.outcome for cls in classes} - {"refused"}
    text = " ".join("".join(SOURCES.values()).split())
    paragraph = README.split("one of these outcomes", 1)[1].split("\n\n", 1)[0]
    named = set(re.findall(r"`([a-z_]+)`", paragraph))
    assert named == own | {"ok", "unchanged", "index", "robots", "redirect", "retried", "fetched"}
    assert all(f'"{name}"' in text for name in named)


def test_arguments():
    named = {cell.split("=")[0].removeprefix("`-a ") for cell in table("argument")}
    assert named == {"hosts", "since", "until", "types", "source"}
    for name in named - {"source"}:
        with pytest.raises(arguments.UsageError):
            arguments.read_arguments({name: " "})


def test_commands():
    named = {re.search(r"scrapy (\w+)", cell)[1] for cell in table("command")}
    own = {path.stem for path in (ROOT / "crawler" / "commands").glob("[a-z]*.py")}
    assert named == own
    listed = subprocess.run([sys.executable, "-m", "scrapy"], cwd=ROOT, capture_output=True, text=True).stdout
    assert all(re.search(rf"^  {name}\b", listed, re.M) for name in own)


def test_make_targets():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"make (demo|test|lint|clean|\w+)(?=`|  )", README):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_queries_of_the_readme_run(whole):
    queries = re.findall(r"sqlite3 output/remarks.db \"(.*?)\"", README, re.S)
    queries += re.findall(r"^    (select .*?)(?=\n\n)", README, re.S | re.M)
    assert len(queries) == 2
    for query in queries:
        whole.rows(query)


def test_the_cron_line_is_the_command_that_is_there():
    line = next(line for line in README.splitlines() if "*/3" in line)
    assert line.endswith(".venv/bin/scrapy crawl remarks")
    assert "REMARKS_CONTACT=" in line


def test_changelog_has_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    import crawler

    assert crawler.__version__ == version


def test_no_page_names_a_machine():
    for path, text in SOURCES.items():
        assert not re.search(r"/(?:home|root|Users)/\w", text), path
