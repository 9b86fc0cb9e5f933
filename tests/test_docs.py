"""What README, docs/ and CONTRIBUTING name exists, and what exists is named there."""

import argparse
import importlib.util
import re
import subprocess
import sys
import tomllib
from urllib.parse import unquote

import pytest
from scrapy.commands import ScrapyHelpFormatter
from scrapy.settings import Settings
from support import ROOT

import crawler
from crawler import commands, errors, settings
from crawler.exporters.sqlite.columns import COLUMNS, TABLES, VIEWS
from crawler.runs import arguments, run

PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/*.md"))]
}
README = PAGES["README.md"]
# The changelog names what there was, too.
GUIDES = {name: text for name, text in PAGES.items() if name != "CHANGELOG.md"}
SOURCES = {path: path.read_text("utf-8") for path in (ROOT / "crawler").rglob("*.py")}
OWN = {path.stem for path in (ROOT / "crawler" / "commands").glob("[a-z]*.py")}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
# Programs of others that fenced lines begin with.
OTHERS = {"cd", "export", "sqlite3", "dask"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
COMMAND = re.compile(r"^(?:\.venv/bin/)?(scrapy|make) ([\w-]+)(.*)", re.S)
by_page = pytest.mark.parametrize("page", PAGES)
by_guide = pytest.mark.parametrize("page", GUIDES)


def rows(page, heading):
    """The cells of every row of the page's table whose first column has that heading."""
    text = PAGES[page].split(f"\n| {heading} |", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in text.splitlines()[2:]]


def table(page, heading):
    """The names in the first column."""
    return {name for first, *_ in rows(page, heading) for name in re.findall(r"`([^`]+)`", first)}


def fenced(page, language):
    return [code for name, code in FENCE.findall(PAGES[page]) if name == language]


def shell_lines(page):
    """Each command of the fenced shell, without comment and leading assignments; a quoted argument may span lines."""
    for code in fenced(page, "sh"):
        for line in re.findall(r'^(?:[^"\n]|"[^"]*")+$', code, re.M):
            for part in line.partition(" #")[0].split(" && "):
                yield re.sub(r"^(?:[A-Z_]+=\S+ )+", "", part.strip())


def parser_of(command):
    module = importlib.import_module(f"{commands.__name__}.{command}")
    parser = argparse.ArgumentParser(formatter_class=ScrapyHelpFormatter, conflict_handler="resolve")
    asked = module.Command()
    asked.settings = Settings()
    asked.add_options(parser)
    return parser


def options_of(command):
    """The options of one of our commands; those of every Scrapy command are among them."""
    return set(parser_of(command)._option_string_actions)


def check_command(program, name, rest):
    if program == "make":
        assert name in TARGETS, name
        return
    assert name in OWN, name
    assert set(re.findall(r"(?<=\s)(--?[a-z][\w-]*)", rest)) <= options_of(name), rest
    if name == "crawl":
        assert rest.startswith(" remarks")
        arguments.read_arguments(dict(re.findall(r"-a '?(\w+)=([^\s']+)", rest)))


def test_the_readme_is_short():
    assert len(README.split()) < 800


def test_settings():
    own = {name for name in vars(settings) if name.startswith("REMARKS_")}
    assert table("docs/commands.md", "setting") == own
    read = {name for text in SOURCES.values() for name in re.findall(r"\bREMARKS_[A-Z_]+\b", text)}
    assert read - own <= {"REMARKS_EXTRA_HOSTS"}  # tests only: hosts on loopback
    for name, default, _ in rows("docs/commands.md", "setting"):
        if "environment" in default or "see " in default:
            continue
        value = getattr(settings, name.strip("`"))
        assert default.strip("`") == (str(value) or "none"), name


@by_page
def test_no_setting_is_named_that_there_is_not(page):
    assert all(hasattr(settings, name) for name in re.findall(r"\bREMARKS_[A-Z_]+\b", PAGES[page]))


def test_tables_and_columns(whole):
    held = {name for (name,) in whole.rows("select name from sqlite_master where type = 'table'")}
    held = {name for name in held if not re.search(r"_fts_|^sqlite_|^_sqlite_migrations", name)}
    assert table("docs/data.md", "table") == held == set(TABLES)
    views = {name for (name,) in whole.rows("select name from sqlite_master where type = 'view'")}
    assert table("docs/data.md", "view") == views == set(VIEWS)
    assert set(COLUMNS) <= held | views
    for name, notes in COLUMNS.items():
        columns = {row[1] for row in whole.rows(f"pragma table_xinfo({name})")}
        assert set(notes) <= columns | {"rowid"}, name


def test_the_entity_diagram_is_the_schema(whole):
    (diagram,) = (code for code in fenced("docs/data.md", "mermaid") if code.startswith("erDiagram"))
    columns = {name: {row[1]: row for row in whole.rows(f"pragma table_xinfo({name})")} for name in TABLES}
    relations = re.findall(r"^ +(\w+) (\|\||\|o)--(?:o\{|o\||\|\|) (\w+) : (\w+)$", diagram, re.M)
    assert len(relations) == diagram.count(" : ")
    for one, ends, many, column in relations:
        keys = {(row[3], row[2]) for row in whole.rows(f"pragma foreign_key_list({many})")}
        assert (column, one) in keys, (one, many)
        *_, not_null, _, primary, _ = columns[many][column]
        assert (ends == "||") == bool(not_null or primary), (one, many)
    entities = re.findall(r"^ +(\w+) \{\n(.*?)^ +\}$", diagram, re.S | re.M)
    assert entities
    for name, lines in entities:
        assert set(re.findall(r"(\w+) (\w+)", lines)) <= {(row[2], row[1]) for row in columns[name].values()}, name


def test_files(whole):
    named = table("docs/data.md", "file")
    written = {path.name + "/" * path.is_dir() for path in whole.output.iterdir() if not path.name.startswith(".")}
    assert written - {"remarks.db-wal", "remarks.db-shm"} <= named
    text = "".join(SOURCES.values())
    assert all(name in written or name.rpartition("/")[2] in text for name in named)


def test_hosts():
    from crawler.web.sites import HOSTS

    assert table("docs/data.md", "host") == set(HOSTS)


def test_exit_statuses():
    named = [int(first) for first, *_ in rows("docs/operating.md", "exit status")]
    assert named == [run.OK, run.FAILED, run.USAGE, run.DEGRADED, run.LOCKED]


def test_outcomes():
    classes = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.Refusal)
    ]
    own = {cls.outcome for cls in classes} - {"refused"}
    named = table("docs/operating.md", "outcome")
    assert named == own | {"ok", "unchanged", "index", "robots", "redirect", "retried", "fetched"}
    text = " ".join("".join(SOURCES.values()).split())
    assert all(f'"{name}"' in text for name in named)
    # "Those from `blocked` on make a run degraded"
    order = [name for first, *_ in rows("docs/operating.md", "outcome") for name in re.findall(r"`(\w+)`", first)]
    degrading = {cls.outcome for cls in classes if cls.degrades} - {"refused"}
    assert set(order[order.index("blocked") :]) == degrading


def test_problems():
    known = tomllib.loads((ROOT / "crawler/data/problems.toml").read_text("utf-8"))
    named = {name.strip("`"): severity for name, severity, _ in rows("docs/quality.md", "problem")}
    assert named == {name: entry["severity"] for name, entry in known.items()}


def test_arguments():
    named = {re.match(r"`-a (\w+)=", first)[1] for first, *_ in rows("docs/commands.md", "argument")}
    assert named == {"hosts", "since", "until", "types", "source"}
    for name in named - {"source"}:
        with pytest.raises(arguments.UsageError):
            arguments.read_arguments({name: " "})


def test_commands_and_their_options():
    named = {re.search(r"scrapy (\w+)", first)[1]: " ".join(row) for first, *row in rows("docs/commands.md", "command")}
    assert named.keys() == OWN
    listed = subprocess.run([sys.executable, "-m", "scrapy"], cwd=ROOT, capture_output=True, text=True).stdout
    assert all(re.search(rf"^  {name}\b", listed, re.M) for name in OWN)
    everywhere = options_of("worker")  # which adds none of its own
    texts = named | {
        "status": " ".join(f"{one} {two}" for one, two in rows("docs/commands.md", "status option")),
        "reparse": " ".join(first for first, *_ in rows("docs/commands.md", "reparse option")),
    }
    # Exports have a page of their own (tests/releases/test_choice.py); the crawl has Scrapy's options and arguments.
    for name in OWN - {"crawl", "export"}:
        assert set(re.findall(r"--[a-z]+", texts[name])) == options_of(name) - everywhere, name


@pytest.mark.parametrize("command", sorted(OWN))
def test_no_line_of_a_help_text_becomes_a_heading(command, monkeypatch):
    """Scrapy takes each line that ends with a colon for one, also where only the width of the screen ends it there."""
    monkeypatch.setenv("COLUMNS", "80")
    heads = re.findall(r"^(.*)\n[=-]+$", parser_of(command).format_help(), re.M)
    assert {head.strip().lower() for head in heads} <= {"usage", "options", "global options"}


def test_make_targets():
    assert {name.removeprefix("make ") for name in table("docs/commands.md", "make target")} == TARGETS


@by_guide
def test_fenced_commands_can_be_typed(page):
    for line in shell_lines(page):
        if match := COMMAND.match(line):
            check_command(*match.groups())
        elif match := re.match(r"(?:\.venv/bin/)?python3? -m (\w+)", line):
            assert importlib.util.find_spec(match[1]), line
        elif match := re.match(r"\.venv/bin/(?:python )?(\S+)", line):
            assert (ROOT / match[1]).exists() or match[1] in {"pip", "datasette"}, line
        else:
            assert line.split()[0] in OTHERS, line


@by_guide
def test_commands_in_sentences_exist(page):
    for code in re.findall(r"`([^`\n]+)`", FENCE.sub("", PAGES[page])):
        if match := COMMAND.match(code):
            check_command(*match.groups())


@by_guide
def test_paths_in_sentences_exist(page):
    for path in re.findall(r"`((?:crawler|tests|docs|examples)/[\w./-]*)`", PAGES[page]):
        assert (ROOT / path).exists(), path


def anchors(text):
    """Of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@by_page
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", PAGES[page])):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = unquote(target).partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text("utf-8")), target


def test_every_page_is_linked_from_the_readme():
    assert all(f"]({page})" in README for page in PAGES if page != "README.md")


def test_queries_run(whole):
    queries = [
        query for page in GUIDES for query in re.findall(r"sqlite3 output/remarks.db \"(.*?)\"", PAGES[page], re.S)
    ]
    queries += [query for page in GUIDES for query in fenced(page, "sql")]
    assert len(queries) == 2
    for query in queries:
        whole.rows(query)


def test_the_row_of_the_readme_is_in_the_record(whole):
    told = dict(rows("README.md", "column"))
    (row,) = whole.rows(
        """
        select r.date || ', ' || r.title, '`' || u.id || '`', u.label,
               u.speaker_role || ', ' || p.name || ', ' || o.name, u.text, a.evidence, a.confidence
        from utterances u join remarks r on r.id = u.remark_id join people p on p.id = u.person_id
        join offices o on o.id = u.office_id join attributions a on a.utterance_id = u.id and a.rank = 1
        where u.id = ?
        """,
        told["turn"].strip("`"),
    )
    *cells, evidence, confidence = row
    assert list(told.values())[:-1] == cells
    assert evidence.startswith(told["why this person"].partition(" (")[0])
    assert f"(confidence {confidence})" in told["why this person"]


def test_the_cron_line_is_the_command_that_is_there():
    line = next(line for line in README.splitlines() if "*/3" in line)
    assert line.endswith(".venv/bin/scrapy crawl remarks")
    assert "REMARKS_CONTACT=" in line


def test_changelog_has_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in PAGES["CHANGELOG.md"]
    assert crawler.__version__ == version


def test_no_page_names_a_machine():
    for path, text in SOURCES.items():
        assert not re.search(r"/(?:home|root|Users)/\w", text), path
    for page, text in PAGES.items():
        assert not re.search(r"/(?:home|root|Users)/\w", text), page
