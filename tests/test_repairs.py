"""What the next run finds and mends: torn and missing files, a locked database, a clock that jumped."""

import json
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest
from support import ROOT, crawl
from test_again import wait_for_captures
from test_faults import HOST, VICTIM

from crawler.archive.writer import Archive
from crawler.commands.reparse import Reparse
from crawler.rebuild.reader import Limits
from crawler.runs.arguments import read_arguments
from crawler.runs.run import Run
from crawler.sample import SampleSite

EMPTIED = (
    "lines",
    "utterance_versions",
    "revisions",
    "comments",
    "attributions",
    "utterances",
    "urls",
    "captures",
    "listed",
    "remarks",
)


def report(output):
    """Of the last run."""
    return json.loads(
        max((output / "runs").glob("*.json"), key=lambda path: int(path.stem.rpartition("-")[2])).read_text()
    )


def warcs(output):
    return sorted((output / "warc").glob("*.warc.gz"))


def same_as(run, first, *tables):
    for table in tables or ("remarks", "utterances", "revisions", "lines"):
        assert run.rows(f"select * from {table}") == first[table], table


def rows(run):
    return {table: run.rows(f"select * from {table}") for table in ("remarks", "utterances", "revisions", "lines")}


def test_half_a_record_at_the_end_is_set_aside(site, tmp_path):
    first = rows(crawl(site, tmp_path, hosts=HOST))
    (path,) = warcs(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:300])
    run = crawl(site, tmp_path, hosts=HOST)
    assert (run.status, run.err) == (0, "")
    same_as(run, first)
    assert path.read_bytes() == whole
    (aside,) = (tmp_path / "warc" / "damaged").iterdir()
    assert aside.read_bytes() == whole[:300]
    assert any("middle of a record" in notice and "300 bytes" in notice for notice in report(tmp_path)["notices"])
    assert not any("middle of a record" in notice for notice in report_of_another_run(site, tmp_path)["notices"])


def report_of_another_run(site, output):
    crawl(site, output, hosts=HOST)
    return report(output)


def test_a_file_without_a_whole_record_is_set_aside_and_one_of_another_program_is_left(site, tmp_path):
    crawl(site, tmp_path, hosts=HOST)
    (path,) = warcs(tmp_path)
    torn, other = (path.with_name(name) for name in ("remarks-20260101000000-aa.warc.gz", "wget.warc.gz"))
    torn.write_bytes(path.read_bytes()[:100])
    other.write_bytes(path.read_bytes()[:100])
    run = crawl(site, tmp_path, hosts=HOST)
    assert (run.status, run.err) == (0, "")
    assert not torn.exists()
    assert other.stat().st_size == 100


def test_captures_whose_bytes_are_lost_are_told(site, tmp_path):
    first = rows(crawl(site, tmp_path, hosts=HOST))
    (path,) = warcs(tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    run = crawl(site, tmp_path, hosts=HOST)
    assert run.status == 3
    assert "captures that the database has are lost" in run.err
    same_as(run, first)
    assert run.rows("select count(*) from captures where warc_file is null")[0][0] > 0
    assert crawl(site, tmp_path, hosts=HOST).status == 3
    (tmp_path / "warc" / "elsewhere.txt").write_text(f"{path.name}  # on tape\n")
    assert crawl(site, tmp_path, hosts=HOST).status == 0


def test_damage_in_the_middle_is_told_and_left(site, tmp_path):
    first = rows(crawl(site, tmp_path, hosts=HOST))
    (path,) = warcs(tmp_path)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 50] = b"\0" * 50
    path.write_bytes(bytes(data) + b"")
    with closing(sqlite3.connect(tmp_path / "remarks.db")) as db, db:
        db.execute("delete from warc_files")
    run = crawl(site, tmp_path, hosts=HOST)
    assert run.status == 3
    assert "damaged" in run.err
    same_as(run, first)
    assert path.read_bytes() == bytes(data)


def test_answers_that_only_the_archive_has_are_taken_in_without_asking(site, tmp_path):
    """As if the run had been killed after the archive and before the database, at every page at once."""
    first = crawl(site, tmp_path, hosts=HOST)
    before = rows(first)
    with closing(sqlite3.connect(tmp_path / "remarks.db")) as db, db:
        for table in (
            "warc_files",
            "event_lines",
            "events",
            "lines",
            "utterance_versions",
            "revisions",
            "comments",
            "attributions",
            "corrections",
            "exchanges",
            "utterances",
            "urls",
            "captures",
            "remarks",
            "listed",
            "published",
        ):
            db.execute("pragma foreign_keys = off")
            db.execute(f"delete from {table}")
    asked = len(site.requests)
    run = crawl(site, tmp_path, hosts=HOST)
    assert (run.status, run.err) == (0, "")
    assert VICTIM["url"] not in [request.url for request in site.requests[asked:]]
    same_as(run, before)


def said(line):
    return line["id"], line["text"]


def test_a_database_that_another_writer_holds_stops_the_run_and_costs_nothing(site, tmp_path):
    clean = crawl(site, tmp_path / "clean", hosts=HOST)
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", f"hosts={HOST}", "-a", "since=all"]
    line += ["-s", "DOWNLOAD_DELAY=0.1", "-s", "REMARKS_DATABASE_WAIT_SECONDS=0.3", "-s", f"REMARKS_OUTPUT={tmp_path}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(line, cwd=ROOT, env=site.environment, **pipes) as process:
        wait_for_captures(tmp_path, 5)
        with closing(sqlite3.connect(tmp_path / "remarks.db", isolation_level=None, timeout=30)) as other:
            other.execute("begin immediate")
            _, err = process.communicate(timeout=60)
            other.execute("rollback")
    assert process.returncode == 1
    assert "database is locked" in err
    assert "Traceback" not in err
    run = crawl(site, tmp_path, hosts=HOST)
    assert (run.status, run.err) == (0, "")
    assert sorted(map(said, run.lines)) == sorted(map(said, clean.lines))


def test_a_database_that_is_locked_at_the_start_is_a_clear_word(site, tmp_path):
    crawl(site, tmp_path, hosts=HOST)
    with closing(sqlite3.connect(tmp_path / "remarks.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        run = crawl(site, tmp_path, "-s", "REMARKS_DATABASE_WAIT_SECONDS=0.2", hosts=HOST)
        other.execute("rollback")
    assert run.status == 1
    assert "database is locked" in run.err
    assert "Traceback" not in run.err


def test_a_reader_never_stops_a_run(site, tmp_path):
    crawl(site, tmp_path, hosts=HOST)
    with closing(sqlite3.connect(tmp_path / "remarks.db", isolation_level=None)) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from remarks").fetchone()
        assert crawl(site, tmp_path, hosts=HOST).status == 0


def test_a_clock_that_went_back_is_told_and_confuses_nothing(tmp_path):
    with SampleSite(version="first") as site:
        crawl(site, tmp_path, hosts=HOST)
        with closing(sqlite3.connect(tmp_path / "remarks.db")) as db, db:
            db.execute("update runs set started_at = '2036-01-01T00:00:00Z', ended_at = '2036-01-01T00:00:00Z'")
            db.execute("update captures set fetched_at = '2036-01-01T00:00:00Z', modified_at = null")
            db.execute("update revisions set seen_at = '2036-01-01T00:00:00Z'")
            db.execute(
                "update remarks set first_seen_at = '2036-01-01T00:00:00Z', last_seen_at = '2036-01-01T00:00:00Z'"
            )
            db.execute("update urls set last_seen_at = '2036-01-01T00:00:00Z'")
            edited = db.execute("select url from remarks").fetchall()
            db.execute("update captures set outcome = 'unreachable' where outcome = 'ok'")
        assert edited
        site.version = "latest"
        run = crawl(site, tmp_path, hosts=HOST)
    assert run.status == 0
    assert any("the clock stood at 2036" in notice for notice in report(tmp_path)["notices"])
    assert run.rows("select count(*) from revisions where change <> 'new'")[0][0] >= 1
    assert run.rows("select max(last_seen_at) from remarks")[0][0] < "2036"


def test_two_runs_at_once_are_one_run(site, tmp_path):
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(crawl(site, tmp_path, "-s", "DOWNLOAD_DELAY=0.05", hosts=HOST)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.4)
    for thread in threads:
        thread.join()
    assert sorted(run.status for run in results) == [0, 4]


@pytest.mark.parametrize("workers", [1, 2])
def test_reparse_of_a_folder_that_a_run_holds_is_refused(workers, tmp_path):
    from crawler.runs.lock import lock

    line = [sys.executable, "-m", "scrapy", "reparse", "--workers", str(workers), "-s", f"REMARKS_OUTPUT={tmp_path}"]
    with lock(tmp_path):
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 4


def test_a_damaged_database_is_a_word_with_what_to_do(site, tmp_path):
    (tmp_path / "remarks.db").write_bytes(b"nothing that SQLite ever wrote\n" * 500)
    run = crawl(site, tmp_path, hosts=HOST)
    assert run.status == 1
    assert "file is not a database; `scrapy reparse --anew` makes it again" in run.err
    assert "Traceback" not in run.err


def test_the_end_of_a_run_that_the_archive_lost_is_noted_again(site, tmp_path):
    crawl(site, tmp_path, hosts=HOST)
    (path,) = warcs(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])  # the last record tells how the run ended
    run = crawl(site, tmp_path, hosts=HOST)
    assert (run.status, run.err) == (0, "")
    notice = "the archive had lost how run 1 ended; it is noted again"
    assert notice in report(tmp_path)["notices"]
    line = [sys.executable, "-m", "scrapy", "reparse", "--check", "-s", f"REMARKS_OUTPUT={tmp_path}"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert notice not in report_of_another_run(site, tmp_path)["notices"]


@pytest.mark.parametrize("full_at_the_start_too", [False, True])
def test_a_disk_that_fills_at_the_end_of_a_run_leaves_an_archive_that_gives_the_same(
    full_at_the_start_too, tmp_path, monkeypatch
):
    """The row of the run is stored, and its last note is not; the same again at the start of the next run."""

    def opened():
        return Run.open(tmp_path, read_arguments({}), {}, "1", archive=Archive(tmp_path / "warc", software="test"))

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    run = opened()
    with monkeypatch.context() as patched:
        patched.setattr(Archive, "note", full)
        with pytest.raises(OSError, match="No space"):
            run.close()
        run.store.close()
        if full_at_the_start_too:
            with pytest.raises(OSError, match="No space"):
                opened()
    run = opened()
    assert "the archive had lost how run 1 ended; it is noted again" in run.notices
    run.close()
    assert Reparse(tmp_path, 1, Limits()).check() == 0
