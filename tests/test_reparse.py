"""`scrapy reparse`: the archive alone gives the same rows, ids and revisions as the crawls did."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from support import ROOT, crawl

from crawler import flow
from crawler.archive.writer import Archive
from crawler.commands import reparse
from crawler.commands.reparse import Reparse
from crawler.errors import TemplateBroken
from crawler.rebuild.compare import differences
from crawler.rebuild.reader import Limits
from crawler.rebuild.recover import PATTERN
from crawler.rebuild.shelf import in_order
from crawler.rebuild.workers import parts, read_parts
from crawler.sample import Fault, SampleSite, expected
from crawler.sample.shells import HOSTS
from crawler.web.exchange import Exchange

TABLES = ("runs", "captures", "remarks", "utterances", "utterance_versions", "comments", "attributions", "people")
TABLES += ("offices", "urls", "revisions", "redirects", "statuses", "lines", "listed")
HERE = Limits()
"""In this process, in which the tests change the program."""
FAULTS = {
    "briefing": "decoy200",
    "interview": "http404",
    "joint_availability": "http503",
    "speech": "drop",
    "statement": "truncate",
    "telephonic_call": "garbage",
    "footnotes": "redirect_offsite",
    "readout": "redirect_loop",
    "public_schedule": "huge",
    "one_label": "no_template",
}


def faults():
    for document in expected():
        if mode := FAULTS.get(document["name"]):
            path = urlsplit(document["url"]).path
            yield from (Fault(host, f"^{path}$", mode) for host in HOSTS)
    yield Fault("www.state.gov", "^/robots.txt$", "decoy200")
    yield Fault("www.state.gov", "sitemap|wp-json", "block403")


def scrapy(output, *words):
    line = [sys.executable, "-m", "scrapy", "reparse", "-s", f"REMARKS_OUTPUT={output}", *words]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True)


def tables(output):
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        return {name: db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in TABLES}


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Documents as first published, with faults of every kind; the same without; their edits."""
    folder = tmp_path_factory.mktemp("history")
    everything = ["-a", "types=all", "-s", "REMARKS_RETRIES=1", "-s", "REMARKS_RETRY_HOURS=0,0"]
    everything += ["-s", "REMARKS_BLOCK_AFTER=100"]
    with SampleSite(version="first") as site:
        site.faults = list(faults())
        assert crawl(site, folder, *everything).status == 3
        site.faults = []
        crawl(site, folder, *everything)
        site.version = "latest"
        crawl(site, folder, *everything)
    return folder


@pytest.fixture
def output(history, tmp_path):
    return shutil.copytree(history, tmp_path / "output")


def test_the_history_holds_what_is_hard_to_tell_again(history):
    with closing(sqlite3.connect(history / "remarks.db")) as db:
        outcomes = {outcome for (outcome,) in db.execute("SELECT outcome FROM captures")}
    assert outcomes >= {"ok", "unchanged", "retried", "unreachable", "decoy", "gone", "offsite", "redirect", "robots"}
    assert outcomes >= {"too_large", "not_text", "index", "blocked", "unknown_template"}


@pytest.mark.parametrize("words", [["--workers", "1"], ["--workers", "2"], ["--anew"]])
def test_a_database_that_is_gone_is_made_again(words, output):
    before, lines = tables(output), (output / "remarks.jsonl").read_bytes()
    if "--anew" not in words:
        (output / "remarks.db").unlink()
    done = scrapy(output, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    after = tables(output)
    for name in TABLES:
        assert after[name] == before[name], name
    assert (output / "remarks.jsonl").read_bytes() == lines
    assert sorted(path.name for path in output.iterdir()) == [
        *(".lock", "events.jsonl", "remarks.db", "remarks.jsonl", "runs", "warc")
    ]


def test_a_rebuild_from_nothing_keeps_where_the_ids_of_people_lead(output):
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        (id_,) = db.execute("SELECT person_id FROM utterances WHERE person_id IS NOT NULL").fetchone()
        db.execute("INSERT INTO former_ids VALUES ('people', 'once-so', ?)", [id_])
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("UPDATE people SET id = 'of-an-older-program' WHERE id = ?", [id_])
        db.commit()
    assert scrapy(output, "--anew").returncode == 0
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        found = db.execute("SELECT old_id, new_id FROM former_ids ORDER BY old_id").fetchall()
        assert found == [("of-an-older-program", id_), ("once-so", id_)]
        assert db.execute("SELECT count(*) FROM people WHERE id = ?", [id_]).fetchone() == (1,)


def test_the_order_does_not_hang_on_how_the_work_is_shared_out(output):
    paths = in_order(sorted((output / "warc").glob(PATTERN)))
    whole = [read for _, found in read_parts(parts(paths), workers=1, limits=Limits()) for read in found]
    small = parts(paths, part_bytes=2_000)
    assert len(small) > 20
    assert [repr(read) for _, found in read_parts(small, workers=2, limits=Limits(seconds=60)) for read in found] == [
        repr(read) for read in whole
    ]


def test_nothing_changes_where_nothing_is_read_otherwise(output):
    before, lines = tables(output), (output / "remarks.jsonl").read_bytes()
    done = scrapy(output)
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing read otherwise" in done.stdout
    assert tables(output) == before
    assert (output / "remarks.jsonl").read_bytes() == lines


def test_check_tells_what_differs_and_changes_nothing(output):
    assert scrapy(output, "--check").returncode == 0
    with closing(sqlite3.connect(output / "remarks.db")) as db, db:
        db.execute("UPDATE utterances SET text = 'Nobody said this.' WHERE position = 1")
    before = tables(output)
    done = scrapy(output, "--check")
    assert done.returncode == 3
    assert "utterances: " in done.stderr
    assert "Nobody said this." in done.stderr
    assert tables(output) == before


def test_rows_that_somebody_changed_are_put_right(output):
    before = tables(output)
    with closing(sqlite3.connect(output / "remarks.db")) as db, db:
        db.execute("UPDATE utterances SET text = 'Nobody said this.' WHERE position = 1")
        db.execute("DELETE FROM attributions")
    assert scrapy(output).returncode == 0
    assert tables(output) == before


class TestAnotherVersion:
    """The program is changed: it reads the title of briefings otherwise."""

    @pytest.fixture
    def changed(self, monkeypatch):
        finish = flow.finish

        def other(page):
            remark = finish(page)
            turns = tuple(replace(turn, role="staff") for turn in remark.utterances)
            return replace(remark, utterances=turns) if page.type == "Department Press Briefing" else remark

        monkeypatch.setattr(flow, "finish", other)
        monkeypatch.setattr(reparse, "parser_version", lambda: "2")

    def test_what_is_read_otherwise_is_a_revision_of_its_own(self, changed, output, capsys):
        before, lines = tables(output), (output / "remarks.jsonl").read_bytes()
        assert Reparse(output, 1, HERE).replace(anew=False) == 0
        after = tables(output)
        new = after["revisions"][len(before["revisions"]) :]
        assert after["revisions"][: len(before["revisions"])] == before["revisions"]
        assert len(new) >= 2
        with closing(sqlite3.connect(output / "remarks.db")) as db:
            made = db.execute("SELECT DISTINCT change, parser_version FROM revisions WHERE id >= ?", [new[0][0]])
            assert made.fetchall() == [("parser", "2")]
            roles = db.execute(
                "SELECT DISTINCT speaker_role FROM utterances JOIN remarks r ON r.id = remark_id WHERE r.type = ?",
                ["Department Press Briefing"],
            )
            assert roles.fetchall() == [("staff",)]
        ids = [[row[0] for row in found["utterances"]] for found in (before, after)]
        assert ids[0] == ids[1]
        text = (output / "remarks.jsonl").read_bytes()
        assert text.startswith(lines)
        added = [json.loads(line) for line in text[len(lines) :].splitlines()]
        assert [(line["id"], line["revision"]) for line in added] == [(row[1], row[2]) for row in new]
        assert f"{len(new)} read otherwise by this version" in capsys.readouterr().out
        assert Reparse(output, 1, HERE).replace(anew=False) == 0
        assert tables(output) == after

    def test_a_page_that_could_not_be_read_is_stored_once_it_can(self, output, monkeypatch, capsys):
        with closing(sqlite3.connect(output / "remarks.db")) as db:
            alone = "(SELECT count(*) FROM urls WHERE remark_id = r.id) = 1"  # no other page shows it
            sql = f"SELECT url FROM remarks r WHERE revision = 1 AND status = 'live' AND {alone} ORDER BY rowid LIMIT 1"
            (url,) = db.execute(sql).fetchone()
        (output / "remarks.db").unlink()
        (output / "remarks.jsonl").unlink()
        (output / "events.jsonl").unlink()
        finish = flow.finish

        def broken(page):
            if page.url == url:
                raise TemplateBroken(page.url, "not understood by this version")
            return finish(page)

        monkeypatch.setattr(flow, "finish", broken)
        assert Reparse(output, 1, HERE).replace(anew=False) == 0
        held = len(tables(output)["remarks"])
        monkeypatch.undo()
        assert Reparse(output, 1, HERE).replace(anew=False) == 0
        after = tables(output)
        assert len(after["remarks"]) == held + 1
        assert url in {row[3] for row in after["remarks"]}
        assert len(after["lines"]) == len((output / "remarks.jsonl").read_bytes().splitlines())

    def test_a_page_that_can_no_longer_be_read_stays_and_is_told(self, output, monkeypatch, capsys):
        before = tables(output)

        def broken(page):
            raise TemplateBroken(page.url, "not understood by this version")

        monkeypatch.setattr(flow, "finish", broken)
        assert Reparse(output, 1, HERE).replace(anew=False) == 3
        assert "what an earlier version of the program read stays" in capsys.readouterr().err
        assert tables(output)["utterances"] == before["utterances"]


def test_a_reparse_that_is_killed_changes_nothing(output):
    before = tables(output)
    line = [sys.executable, "-m", "scrapy", "reparse", "--anew", "--workers", "1", "-s", f"REMARKS_OUTPUT={output}"]
    for wait in (0.5, 0.8, 1.1):
        with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            time.sleep(wait)
            process.kill()
        assert tables(output) == before
    assert scrapy(output).returncode == 0
    assert not list(output.glob(".remarks.db.new*"))
    assert tables(output) == before


def test_a_reader_meanwhile_sees_all_or_nothing(output):
    with closing(sqlite3.connect(output / "remarks.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        count = reader.execute("SELECT count(*) FROM utterances").fetchone()
        assert scrapy(output, "--anew").returncode == 0
        assert reader.execute("SELECT count(*) FROM utterances").fetchone() == count
        reader.execute("COMMIT")
        assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert reader.execute("SELECT count(*) FROM utterances").fetchone() == count


def test_damage_is_told_and_the_rest_is_read(output):
    path = max((output / "warc").glob(PATTERN), key=lambda path: path.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 60] = bytes(60)
    path.write_bytes(data)
    before = tables(output)
    done = scrapy(output)
    assert done.returncode == 3
    assert path.name in done.stderr
    assert tables(output)["utterances"] == before["utterances"]


def test_a_folder_without_an_archive_is_a_clear_word(tmp_path):
    done = scrapy(tmp_path)
    assert done.returncode == 1
    assert "no WARC files" in done.stderr


def test_comparing_tells_tables_that_one_lacks(history, tmp_path):
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE remarks (id TEXT)")
    assert "captures: only one of the two has this table" in list(differences(history / "remarks.db", other))


def test_files_of_other_programs_are_read_last_and_belong_to_no_run(output):
    body = b"<html><head><title>Elsewhere</title></head><body><p>Nothing of ours.</p></body></html>"
    with Archive(output / "warc", prefix="aaa", software="wget") as archive:
        archive.write(
            Exchange(url="https://www.state.gov/elsewhere/", status=200, body=body, fetched_at="2020-01-01T00:00:00Z")
        )
    assert scrapy(output).returncode == 0
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        (found,) = db.execute("SELECT outcome, run_id FROM captures WHERE url LIKE '%/elsewhere/'").fetchall()
        assert found == ("unknown_template", db.execute("SELECT max(id) FROM runs").fetchone()[0])


def not_a_database(path):
    path.write_bytes(b"nothing that SQLite ever wrote\n" * 500)


def malformed_schema(path):
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = 'CREATE NONSENSE' WHERE name = 'remarks'")


def flipped_bytes(path):
    data = bytearray(path.read_bytes())
    for at in range(100, len(data), 97):
        data[at] ^= 0xFF
    path.write_bytes(data)


def bytes_that_are_no_text(path):
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE people SET name = CAST(x'ff80' AS TEXT) WHERE id = (SELECT min(id) FROM people)")
        db.execute("UPDATE utterances SET text = CAST(x'ff80' AS TEXT)")


@pytest.mark.parametrize("harm", [not_a_database, malformed_schema, flipped_bytes, bytes_that_are_no_text])
def test_a_damaged_database_is_kept_aside_and_made_anew(harm, output):
    before, held = tables(output), output / "remarks.db"
    harm(held)
    (output / "remarks.db-wal").write_bytes(b"of the damaged one")
    damaged = held.read_bytes()
    for words in ([], ["--check"]):
        done = scrapy(output, *words)
        assert done.returncode == 1
        assert "`scrapy reparse --anew` makes it again" in done.stderr
        assert "Traceback" not in done.stderr
    assert held.read_bytes() == damaged
    done = scrapy(output, "--anew")
    assert done.returncode == 0
    assert "is kept as remarks.db.damaged-" in done.stderr
    assert tables(output) == before
    (aside,) = (path for path in output.glob("remarks.db.damaged-*Z"))
    assert aside.read_bytes() == damaged
    assert scrapy(output, "--check").returncode == 0


def test_a_locked_database_is_not_taken_for_a_damaged_one(output, monkeypatch):
    def locked(*_):
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error

    before = tables(output)
    monkeypatch.setattr(reparse, "_put_in_place", locked)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        Reparse(output, 1, HERE).replace(anew=True)
    assert tables(output) == before
    assert not list(output.glob("*damaged*"))


@pytest.mark.parametrize("words", [[], ["--check"], ["--anew"]])
def test_an_error_in_the_people_file_is_wrong_usage(words, output):
    (output / "people_overrides.toml").write_text("[[merge]]\nnames = ['Ada Field']\n", "utf-8")
    done = scrapy(output, *words)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert f"{output}/people_overrides.toml:1: a merge has into, names, why" in line
