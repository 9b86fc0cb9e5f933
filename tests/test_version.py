"""parser_version covers whatever reads a page: held against what is really executed, not against a list."""

import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from support import ROOT

from crawler import flow
from crawler.errors import Refusal
from crawler.items import Capture
from crawler.runs import version
from crawler.sample import shells
from crawler.sample.documents import load

CODE = "from crawler.runs.version import parser_version; print(parser_version())"


def pages():
    for document in load("latest"):
        for url in document.served:
            body, content_type = shells.served(document, url.split("/")[2])
            yield Capture(
                url=url,
                fetched_at="2026-05-01T00:00:00Z",
                status=200,
                body=body,
                digest="sha256:0",
                content_type=content_type,
            )


def executed():
    """The files of which code is run while the sample's pages are read."""
    found = set()

    def note(frame, event, argument):
        if event == "call":
            found.add(frame.f_code.co_filename)

    read = 0
    for page in pages():
        sys.setprofile(note)
        try:
            flow.run(page)
            read += 1
        except Refusal:
            pass
        finally:
            sys.setprofile(None)
    assert read > 20
    return found


@pytest.fixture(scope="module")
def ran():
    return executed()


def test_every_module_that_reads_a_page_is_in_it(ran):
    package = ROOT / "crawler"
    ours = {Path(name).relative_to(package) for name in ran if name and Path(name).is_relative_to(package)}
    named = {Path(str(file)).relative_to(package) for _, file in version.parts()}
    assert {path.parts[0] for path in ours} >= {"templates", "transcript", "roster", "discovery", "web"}
    assert ours <= named


def test_every_library_that_reads_a_page_is_in_it():
    code = """
import sys
before = set(sys.modules)
import test_version
for page in test_version.pages():
    try:
        test_version.flow.run(page)
    except test_version.Refusal:
        pass
print(*{name.partition(".")[0] for name in sys.modules.keys() - before - {"support", "test_version"}})
"""
    line = [sys.executable, "-c", f"import pytest, support, crawler.sample.shells, crawler.sample.documents\n{code}"]
    done = subprocess.run(line, cwd=ROOT / "tests", capture_output=True, text=True, check=True)
    used = set(done.stdout.split()) & packages_distributions().keys() - {"crawler"}
    assert used >= {"selectolax", "w3lib", "rapidfuzz"}
    assert used <= version.libraries().keys()


def test_what_fetches_and_stores_is_not(ran):
    names = version.modules()
    assert "crawler.flow" in names
    assert not [name for name in names if name.startswith(("crawler.exporters", "crawler.spiders", "crawler.fetch"))]


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("discovery/scope.py", True),
        ("data/roster/terms.csv", True),
        ("spiders/remarks.py", False),
    ],
)
def test_a_changed_file_changes_it_wherever_the_package_lies(file, changes, tmp_path):
    shutil.copytree(ROOT / "crawler", tmp_path / "crawler", ignore=shutil.ignore_patterns("__pycache__", "publish"))
    with (tmp_path / "crawler" / file).open("a") as changed:
        changed.write("# another\n")
    done = subprocess.run([sys.executable, "-c", CODE], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout.strip() != version.parser_version()) is changes


def test_another_version_of_a_library_changes_it(monkeypatch):
    before = version.parser_version()
    monkeypatch.setattr(version, "libraries", lambda: {"selectolax": "0"})
    version.parser_version.cache_clear()
    try:
        assert version.parser_version() != before
    finally:
        monkeypatch.undo()
        version.parser_version.cache_clear()
    assert version.parser_version() == before
