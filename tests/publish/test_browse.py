"""`scrapy browse`, and the folder that it writes for another machine."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest
from support import ROOT

from crawler.commands.browse import CODE, PUBLISH, serve_line
from publish.served import free_port, serving


def browse(*words):
    line = [sys.executable, "-m", "scrapy", "browse", *words]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_nothing_crawled_yet_is_told(tmp_path):
    done = browse("-s", f"REMARKS_OUTPUT={tmp_path}")
    assert done.returncode == 1
    assert "nothing has been crawled yet" in done.stderr


def test_scrapy_browse_serves_what_was_crawled(twice):
    port = free_port()
    line = [sys.executable, "-m", "scrapy", "browse", "--port", str(port), "-s", f"REMARKS_OUTPUT={twice.output}"]
    with serving(line, port, twice.output / "remarks.db", cwd=ROOT) as running:
        assert running.get("/").status == 200
        assert list(json.loads(running.get("/.json").text)) == ["remarks"]


def test_words_that_are_no_options_are_wrong_usage(tmp_path):
    assert browse("remarks", "-s", f"REMARKS_OUTPUT={tmp_path}").returncode == 2


def test_the_server_listens_on_this_machine_only_and_reads_only(twice):
    line = serve_line(twice.output / "remarks.db")
    assert line[line.index("--host") + 1] == "127.0.0.1"
    settings = json.loads((PUBLISH / "settings.json").read_text())
    assert settings["sql_time_limit_ms"] <= 1000
    assert not settings["allow_download"]


def test_a_folder_of_something_else_is_not_touched(twice, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    done = browse("--folder", str(tmp_path), "-s", f"REMARKS_OUTPUT={twice.output}")
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.fixture(scope="module")
def folder(twice, tmp_path_factory):
    target = tmp_path_factory.mktemp("elsewhere") / "site"
    for _ in range(2):  # the second time it is written anew
        done = browse("--folder", str(target), "-s", f"REMARKS_OUTPUT={twice.output}")
        assert (done.returncode, done.stderr) == (0, "")
    return target


def test_the_folder_is_served_by_plain_datasette(folder, twice):
    port = free_port()
    line = [sys.executable, "-m", "datasette", "serve", ".", "--port", str(port)]
    with serving(line, port, folder / "remarks.db", cwd=folder) as running:
        (remarks,) = twice.rows("select count(*) from remarks")[0]
        assert f"in {remarks} releases" in running.get("/").text
        assert "<mark>" in running.get("/search?q=harbor").text
        assert running.get("/remarks/coverage_calendar").status == 200
        assert "content-security-policy" in running.get("/").headers
        assert running.get("/remarks/remarks.json?_size=1001").status == 400  # by settings.json
        assert running.get("/-/settings.json").status == 404  # by the plugin


def test_the_folder_s_code_is_its_own_and_needs_no_scrapy(folder):
    program = (
        "import sys, runpy; runpy.run_path('plugins/remarks_site.py'); import crawler; print(crawler.__file__);"
        "assert not {'scrapy', 'twisted'} & set(sys.modules)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(folder / "crawler" / "__init__.py")
    assert all((folder / "crawler" / name).exists() for name in CODE)
    assert "datasette==" in (folder / "requirements.txt").read_text()


def test_the_copied_database_is_whole_and_of_one_moment(folder, twice):
    with sqlite3.connect(folder / "remarks.db") as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        assert db.execute("pragma journal_mode").fetchone() == ("delete",)
        assert db.execute("select id, rowid from utterances order by id").fetchall() == twice.rows(
            "select id, rowid from utterances order by id"
        )
    db.close()


def test_the_site_imports_neither_scrapy_nor_twisted():
    program = "import crawler.publish.site.plugin, sys; assert not {'scrapy', 'twisted'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=60).returncode == 0
