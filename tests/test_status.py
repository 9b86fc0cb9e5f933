import subprocess
import sys

from support import ROOT, crawl


def scrapy(*words):
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_status_tells_what_is_held_and_how_the_runs_ended(whole):
    done = scrapy("status", "-s", f"REMARKS_OUTPUT={whole.output}")
    assert (done.returncode, done.stderr) == (0, "")
    remarks, turns = whole.rows("select count(*), sum(utterance_count) from remarks where host = 'www.state.gov'")[0]
    assert f"www.state.gov: {remarks} remarks, {turns} turns" in done.stdout
    assert "refused: nothing" in done.stdout
    assert " ok: " in done.stdout


def test_status_of_nothing_says_so(tmp_path):
    done = scrapy("status", "-s", f"REMARKS_OUTPUT={tmp_path}")
    assert done.returncode == 2
    assert "nothing has been crawled yet" in done.stderr


def test_read_shows_a_saved_page(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("Official websites use .gov\n\nMR MARSH:  Good afternoon.\n\nQUESTION: Yes.\n")
    done = scrapy("read", str(page))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1  MR MARSH" in done.stdout
    assert "2  QUESTION  [press]\nYes." in done.stdout
    assert "removed by government_banner: Official websites use .gov" in done.stdout


def test_read_refuses_by_name(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<html><title>Hello</title><p>nothing known</p></html>")
    done = scrapy("read", str(page))
    assert done.returncode == 3
    assert "unknown_template" in done.stderr


def test_status_of_a_broken_database_is_one_line(tmp_path):
    (tmp_path / "remarks.db").write_bytes(b"no database at all, but long enough to be read as one" * 100)
    done = scrapy("status", "-s", f"REMARKS_OUTPUT={tmp_path}")
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_the_people_file_does_not_change_is_told(site, tmp_path):
    (tmp_path / "people_overrides.toml").write_text(
        "[[merge]]\nnames = ['Nobody Atall']\ninto = 'Ada Field'\nwhy = 'a slip'\n", "utf-8"
    )
    run = crawl(site, tmp_path, hosts="www.state.gov")
    assert (run.status, run.err) == (0, "")
    line = "people_overrides.toml: merge: nobody is named 'Nobody Atall'"
    (report,) = (tmp_path / "runs").glob("*.txt")
    assert line in report.read_text("utf-8")
    done = scrapy("status", "-s", f"REMARKS_OUTPUT={tmp_path}")
    assert (done.returncode, done.stderr) == (0, "")
    assert line in done.stdout
