"""One answer that this program stumbles over, in whatever step and way, costs that answer and nothing else."""

import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from support import ROOT, crawl
from test_histories import World
from test_repairs import report

from crawler import flow
from crawler.archive.writer import Archive
from crawler.commands.reparse import Reparse
from crawler.errors import Crashed, TooSlow, Unread
from crawler.exporters.sqlite import settle as keeping
from crawler.exporters.sqlite.save import Saving
from crawler.items import Capture
from crawler.rebuild import reading
from crawler.rebuild.reader import Limits, Reader
from crawler.rebuild.records import Answer, Outcome, unread, unread_note
from crawler.rebuild.workers import parts, read_parts
from crawler.sample import SampleSite
from crawler.web import health

POISON = ROOT / "tests" / "poison"
HOST = "2021-2025.state.gov"
HOSTS = f"{HOST},2009-2017.state.gov"
#: On the first host: part of an address, the step that stumbles, and how.
STUMBLES = {
    "the-third-year-of-the-compact": ("judge", "spin"),
    "at-the-award-of-the-golden": ("parse_page", "deaf"),
    "meet-and-greet-with-lighthouse-keepers": ("strip", "RecursionError"),
    "oskar-tindall-of-the-morning-ledger/": ("split", "segfault"),
    "press-briefing-december-12-2024": ("identify", "MemoryError"),
    "briefing-with-senior-state-department": ("validate", "ValueError"),
    "telephonic-press-briefing": ("store", "OverflowError"),
    "joint-press-availability": ("callback", "KeyError"),
}
TABLES = ("remarks", "utterances", "comments", "attributions", "urls", "utterance_versions", "statuses")


def environment(stumbles):
    paths = os.pathsep.join([str(POISON), str(ROOT)])
    return {"REMARKS_TEST_POISON": json.dumps(stumbles), "PYTHONPATH": paths}


def tables(output):
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        return {name: db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in (*TABLES, "captures")}


ROWS = {
    "remarks": "SELECT url, id, work_key, title, type, date, text, word_count, revision, status, template FROM remarks",
    "utterances": "SELECT r.url, u.id, u.position, u.label, u.speaker_role, u.person_id, u.office_id, u.text "
    "FROM utterances u JOIN remarks r ON r.id = u.remark_id",
    "comments": "SELECT r.url, c.kind, c.text, c.offset FROM comments c JOIN remarks r ON r.id = c.remark_id",
    "urls": "SELECT url, remark_id, canonical FROM urls",
    "versions": "SELECT r.url, v.* FROM utterance_versions v JOIN utterances u ON u.id = v.utterance_id "
    "JOIN remarks r ON r.id = u.remark_id",
    "attributions": "SELECT r.url, a.* FROM attributions a JOIN utterances u ON u.id = a.utterance_id "
    "JOIN remarks r ON r.id = u.remark_id",
    "lines": "SELECT r.url, l.line FROM lines l JOIN revisions v ON v.id = l.revision_id "
    "JOIN remarks r ON r.id = v.remark_id",
}


def rows(output):
    """What is stored, without the addresses that a test makes the program stumble over."""
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        found = {name: set(db.execute(sql)) for name, sql in ROWS.items()}
        assert db.execute("SELECT count(*) FROM captures WHERE outcome = 'fetched'").fetchone() == (0,)
    return {name: {row for row in some if not any(part in row[0] for part in STUMBLES)} for name, some in found.items()}


def outcomes(output):
    """Of the addresses that the program is made to stumble over."""
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        found = db.execute("SELECT url, outcome, reason, warc_file, id FROM captures ORDER BY id").fetchall()
    return {part: next(row[1:] for row in found if part in row[0]) for part in STUMBLES}


def assert_fenced(output, clean, told, *, stored=frozenset(STUMBLES)):
    """Each by its name, with its bytes; everything else as if nothing had been."""
    assert rows(output) == rows(clean)
    for part, (outcome, reason, file, _) in outcomes(output).items():
        step, deed = STUMBLES[part]
        if part not in stored:
            assert outcome == "ok", part
            continue
        assert outcome == ("too_slow" if deed in ("spin", "deaf") else "crashed"), (part, reason)
        assert deed in reason or deed in ("spin", "deaf", "segfault"), (step, reason)
        assert (output / "warc" / file).exists()
        assert part in told


def scrapy(output, *words, stumbles=None):
    line = [sys.executable, "-m", "scrapy", *words, "-s", f"REMARKS_OUTPUT={output}", "-s", "REMARKS_READ_SECONDS=4"]
    env = {**os.environ, **(environment(stumbles) if stumbles else {})}
    return subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)


def run(site, output, *words, stumbles=None, **more):
    words = ("-s", "REMARKS_READ_SECONDS=4", "-s", "REMARKS_RETRY_HOURS=24", "-s", "REMARKS_MAX_LOOKS=0", *words)
    return crawl(
        site,
        output,
        "-a",
        "types=all",
        *words,
        hosts=HOSTS,
        environment=environment(stumbles) if stumbles else None,
        **more,
    )


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    with SampleSite() as site:
        done = run(site, tmp_path_factory.mktemp("clean"))
    assert (done.status, done.err) == (0, "")
    return done.output


@pytest.fixture(scope="module")
def stumbled(tmp_path_factory):
    with SampleSite() as site:
        return run(site, tmp_path_factory.mktemp("stumbled"), stumbles=STUMBLES)


def test_a_crawl_gets_past_all_of_it(stumbled, clean):
    assert stumbled.status == 3, stumbled.err
    assert_fenced(stumbled.output, clean, stumbled.err)
    told = report(stumbled.output)
    assert told["verdict"] == "degraded"
    assert told["faults"] == []
    assert (told["counts"]["too_slow"], told["counts"]["crashed"]) == (2, 6)
    (text,) = (stumbled.output / "runs").glob("*.txt")
    traces = "\n".join(told["tracebacks"])
    for part, (_, deed) in STUMBLES.items():
        if deed not in ("spin", "deaf", "segfault"):
            assert part in traces
            assert f"{deed}: " in traces or f"{deed}\n" in traces
    assert "Traceback (most recent call last)" in text.read_text("utf-8")
    assert "\x1b" not in text.read_text("utf-8")


@pytest.mark.parametrize("words", [["--check"], ["--anew", "--workers", "2"], ["--anew", "--workers", "1"], []])
def test_the_archive_alone_gives_the_same_and_nothing_is_tried_again(words, stumbled, tmp_path):
    """Nothing stumbles here: what the run could not read would be read, if the archive did not say so."""
    output = shutil.copytree(stumbled.output, tmp_path / "output")
    before = tables(output)
    done = scrapy(output, "reparse", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert tables(output) == before


def test_a_lost_database_comes_back_the_same(stumbled, tmp_path):
    output = shutil.copytree(stumbled.output, tmp_path / "output")
    before = tables(output)
    for name in ("remarks.db", "remarks.jsonl", "events.jsonl"):
        (output / name).unlink()
    with SampleSite() as site:
        done = run(site, output, since=None)
    assert (done.status, done.err) == (0, "")
    after = tables(output)
    captures = len(before["captures"])
    assert after["captures"][:captures] == before["captures"]
    assert [row[:4] for row in after["remarks"]] == [row[:4] for row in before["remarks"]]


#: What stumbles where there is no network.
OFFLINE = frozenset(part for part, (step, _) in STUMBLES.items() if step != "callback")


def test_recovery_gets_past_all_of_it(clean, tmp_path):
    output = shutil.copytree(clean, tmp_path / "output")
    for name in ("remarks.db", "remarks.jsonl", "events.jsonl"):
        (output / name).unlink()
    with SampleSite() as site:
        done = run(site, output, since=None, stumbles=STUMBLES)
        assert done.status == 3
        assert_fenced(output, clean, done.err, stored=OFFLINE)
        before = tables(output)
        assert len(report(output)["tracebacks"]) == 4  # a segfault leaves none
    done = scrapy(output, "reparse", "--check")  # what the new run's archive says of the old run's answers counts
    assert (done.returncode, done.stderr) == (0, "")
    assert tables(output) == before


@pytest.mark.parametrize("words", [["--anew", "--workers", "1"], ["--anew", "--workers", "2"]])
def test_reparse_gets_past_all_of_it(words, clean, tmp_path):
    output = shutil.copytree(clean, tmp_path / "output")
    done = scrapy(output, "reparse", *words, stumbles=STUMBLES)
    assert done.returncode == 3
    assert_fenced(output, clean, done.stderr, stored=OFFLINE)


def test_reparse_onto_what_is_held_keeps_it(clean, tmp_path):
    output = shutil.copytree(clean, tmp_path / "output")
    before = tables(output)
    for words in ([], ["--check"]):
        done = scrapy(output, "reparse", *words, stumbles=STUMBLES)
        assert done.returncode == 3
        for part, (step, _) in STUMBLES.items():
            assert part in done.stderr or step in ("callback", "store")
        assert tables(output) == before


def test_a_later_version_tries_again(stumbled, clean, tmp_path, monkeypatch):
    from crawler.commands import reparse

    output = shutil.copytree(stumbled.output, tmp_path / "output")
    monkeypatch.setattr(reparse, "parser_version", lambda: "later")
    assert Reparse(output, 1, Limits()).replace(anew=False) == 0
    assert {outcome for outcome, *_ in outcomes(output).values()} == {"ok"}
    assert Reparse(output, 1, Limits()).check() in (0, 3)
    assert Reparse(output, 1, Limits()).replace(anew=False) == 0
    assert {outcome for outcome, *_ in outcomes(output).values()} == {"ok"}


def test_a_warc_of_somebody_gets_past_all_of_it(clean, tmp_path):
    (file,) = (clean / "warc").glob("*.warc.gz")
    with SampleSite() as site:
        words = ("-a", f"source=warc:{file}")
        plain = run(site, tmp_path / "plain", *words)
        done = run(site, tmp_path / "output", *words, stumbles=STUMBLES)
    assert (plain.status, done.status) == (0, 3)
    assert_fenced(tmp_path / "output", tmp_path / "plain", done.err, stored=OFFLINE)


def test_a_cluster_gets_past_all_of_it(clean, tmp_path):
    pytest.importorskip("distributed", reason="the extra `distributed` is missing")
    made = "from distributed import LocalCluster\nif __name__ == '__main__':\n"
    made += " of = LocalCluster(1, threads_per_worker=2, dashboard_address=None)\n"
    made += " print(of.scheduler_address, flush=True)\n input()"
    env = {**os.environ, **environment(STUMBLES)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    output = shutil.copytree(clean, tmp_path / "output")
    with subprocess.Popen([sys.executable, "-c", made], cwd=ROOT, env=env, **pipes) as cluster:
        address = cluster.stdout.readline().strip()
        done = scrapy(output, "reparse", "--anew", "--cluster", address)
        cluster.communicate("\n", timeout=60)
    assert done.returncode == 3
    held = OFFLINE - {part for part, (step, _) in STUMBLES.items() if step == "store"}  # which is done here
    assert_fenced(output, clean, done.stderr, stored=held)


INDEXES = {
    "/press-releases/": ("index", "deaf"),
    "sitemap_index.xml": ("judge", "segfault"),
    "/department-press-briefings/": ("listed", "ValueError"),
}


def test_an_index_that_cannot_be_read_leaves_a_hole_that_is_told(clean, tmp_path):
    with SampleSite() as site:
        done = run(site, tmp_path, stumbles=INDEXES)
    assert done.status == 3, done.err
    with closing(sqlite3.connect(tmp_path / "remarks.db")) as db:
        found = db.execute("SELECT url, outcome FROM captures WHERE outcome IN ('too_slow', 'crashed')").fetchall()
    assert {next(part for part in INDEXES if part in url): outcome for url, outcome in found} == {
        part: "too_slow" if deed == "deaf" else "crashed" for part, (_, deed) in INDEXES.items()
    }
    assert report(tmp_path)["verdict"] == "degraded"
    checked = scrapy(tmp_path, "reparse", "--check")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_robots_file_that_cannot_be_read_closes_its_host(clean, tmp_path):
    with SampleSite() as site:
        done = run(site, tmp_path, stumbles={f"{HOST}/robots.txt": ("judge", "exit")})
    assert done.status == 3
    assert (
        "the process that read it ended with status 3; 2021-2025.state.gov: asked nothing more in this run" in done.err
    )
    with closing(sqlite3.connect(tmp_path / "remarks.db")) as db:
        of_host = "SELECT url, outcome FROM captures WHERE url LIKE ? AND status AND via = 'live'"
        asked = db.execute(of_host, [f"%//{HOST}/%"]).fetchall()
        assert asked == [(f"https://{HOST}/robots.txt", "crashed")]
        assert db.execute("SELECT count(*) FROM remarks").fetchone()[0]  # of the other host
    checked = scrapy(tmp_path, "reparse", "--check")
    assert (checked.returncode, checked.stderr) == (0, "")


def started(site, output, stumbles, *words):
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", f"hosts={HOST}", "-a", "since=all"]
    line += ["-s", "DOWNLOAD_DELAY=0", "-s", f"REMARKS_OUTPUT={output}", *words]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(line, cwd=ROOT, env={**site.environment, **environment(stumbles)}, **quiet)


def reading_of(process):
    """The process that reads for this one."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            if parent == process.pid and b"crawler.rebuild.reader" in (path.parent / "cmdline").read_bytes():
                return int(path.parent.name)
        except OSError:
            continue
    return None


def wait_for(what, seconds=120):
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def hears_nothing(pid):
    """It is at the deed: every signal is blocked."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line for line in lines if line.startswith("SigBlk")).split()[1].startswith("fffffff")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_told_to_end_while_it_reads_leaves_no_process(by, tmp_path):
    seconds = "600" if by == signal.SIGKILL else "3"
    with (
        SampleSite() as site,
        started(site, tmp_path, {HOST: ("parse_page", "deaf")}, "-s", f"REMARKS_READ_SECONDS={seconds}") as process,
    ):
        pid = wait_for(lambda: reading_of(process))
        wait_for(lambda: hears_nothing(pid))
        process.send_signal(by)
        _, err = process.communicate(timeout=120)
        wait_for(lambda: not is_running(pid))
    if by != signal.SIGKILL:
        assert process.returncode == 3
        assert "stopped by a signal before the end" in err
        assert "too_slow" in err


# ---- the fence by itself ----


def answer(body=b"<p>", url="https://www.state.gov/a/", **more):
    capture = Capture(url=url, fetched_at="2026-01-01T00:00:00Z", status=200, body=body, digest="sha256:0", id=1)
    return Answer(capture=capture, asked="page", size=len(body), **more)


def test_a_reader_reads_as_the_function_does():
    page = answer((b"<html><body><p>" + b"Nothing of ours. " * 100) * 2)
    with Reader(Limits(seconds=60)) as reader:
        assert [repr(reader.read(page, "all")) for _ in range(2)] == [
            repr(reading.read(page, types="all", most_bytes=20_000_000))
        ] * 2


def test_a_reader_that_ended_while_it_had_nothing_to_do_is_made_anew():
    with Reader(Limits(seconds=60)) as reader:
        first = repr(reader.read(answer(), "all"))
        reader._process.kill()
        reader._process.wait()
        assert repr(reader.read(answer(), "all")) == first


def test_a_reader_that_cannot_be_started_is_a_fault_of_the_machine():
    with Reader(Limits(seconds=60, memory_bytes=10_000_000)) as reader, pytest.raises(OSError, match="cannot be star"):
        reader.read(answer(), "all")


def test_a_closed_reader_reads_nothing():
    reader = Reader(Limits(seconds=60))
    reader.close()
    with pytest.raises(OSError, match="closed"):
        reader.read(answer(), "all")


def test_refusals_of_ours_keep_what_they_tell():
    import pickle

    try:
        raise ValueError("half \ud800 a pair\nand \x1b[1m bold")
    except ValueError as error:
        crashed = Crashed.by("https://www.state.gov/a/", error)
    again = pickle.loads(pickle.dumps(crashed))
    assert (again.url, again.reason, again.trace) == (crashed.url, crashed.reason, crashed.trace)
    assert again.of("b").trace == crashed.trace
    assert crashed.reason.startswith("ValueError: half \\ud800 a pair and \\u001b[1m bold (test_fence.py:")
    assert isinstance(TooSlow("a", "b").of("c"), Unread)


ERRORS = [ValueError("a"), OverflowError("a"), RecursionError(), MemoryError(), KeyError("a"), AssertionError("a")]
ERRORS += [UnicodeDecodeError("utf-8", b"\xff", 0, 1, "a"), TypeError("a"), StopIteration("a"), ZeroDivisionError()]
PLACES = {
    "judge": (health, "judge"),
    "parse_page": (flow, "STEPS"),
    "strip": (flow, "strip"),
    "split": (flow, "split"),
    "identify": (flow, "identify"),
    "validate": (flow, "validate"),
    "store": (Saving, "save"),
}
#: Each error in one place, each place with two.
CASES = [(place, ERRORS[0]) for place in PLACES] + list(zip([*PLACES, *PLACES], ERRORS[1:], strict=False))


def stumbling(function, error):
    def stumble(*args, **kwargs):
        if any("/talk-2/" in str(getattr(value, "url", value)) or "Pier 2" in repr(value)[:400] for value in args):
            raise error
        return function(*args, **kwargs)

    return stumble


@pytest.mark.parametrize(("place", "error"), CASES, ids=lambda what: what if isinstance(what, str) else repr(what))
def test_any_step_may_raise_anything_over_one_page(place, error, tmp_path, monkeypatch):
    plain, world = World(tmp_path / "plain"), World(tmp_path / "world")
    plain.run()
    where, name = PLACES[place]
    with monkeypatch.context() as patch:
        if place == "parse_page":
            patch.setattr(flow, "STEPS", (stumbling(flow.STEPS[0], error), *flow.STEPS[1:]))
        elif place == "store":
            save = Saving.save

            def stumble(saving):
                if "/talk-2/" in saving.capture.url:
                    save(saving)
                    raise error
                return save(saving)

            patch.setattr(Saving, "save", stumble)
        else:
            patch.setattr(where, name, stumbling(getattr(where, name), error))
        world.run()
        held = others(world.content())
        assert held == others(plain.content())
        assert [row for row in world.content()["remarks"] if "talk-2" in row] == []
        assert world.rebuilt() == []
        (world.folder / "remarks.db").unlink()
        world.run()
        assert others(world.content()) == others(plain.content())
        assert Reparse(world.folder, 1, Limits()).check() in (0, 3)
    with closing(sqlite3.connect(world.folder / "remarks.db")) as db:
        told = db.execute("SELECT DISTINCT outcome, reason FROM captures WHERE url LIKE '%talk-2%'").fetchall()
    assert {outcome for outcome, _ in told} == {"crashed"}
    assert all(reason.startswith(type(error).__name__) for _, reason in told)


def others(content):
    """Without the page that is stumbled over; the ids of turns of the others hang on nothing of it."""
    return {
        name: [row for row in found if "talk-2" not in row and "Pier 2" not in row]
        for name, found in content.items()
        if name in ("remarks", "urls", "lines")
    }


@pytest.mark.parametrize("packed", ["as we do", "as one", "not at all"])
def test_what_an_archive_notes_counts_for_the_version_that_noted_it(packed, tmp_path):
    world = World(tmp_path)
    world.run()
    (file,) = (tmp_path / "warc").glob("*.warc.gz")
    with Archive(tmp_path / "warc", software="test") as archive:
        archive.note(unread_note(2, TooSlow("https://www.state.gov/a/", "not read after 20 seconds"), "1"))
        archive.note({"outcome": "retried", "of": 3, "reason": 'it says "unread_by"'})
    (other,) = set((tmp_path / "warc").glob("*.warc.gz")) - {file}
    if packed != "as we do":
        plain = gzip.decompress(other.read_bytes())
        other.write_bytes(gzip.compress(plain) if packed == "as one" else plain)
    assert unread([file, other], "2") == {}
    assert unread([file, other], "1") == {
        2: Outcome(number=2, outcome="too_slow", reason="not read after 20 seconds", unread_by="1")
    }


def test_a_part_goes_on_behind_what_no_process_gets_past(clean, monkeypatch):
    files = sorted((clean / "warc").glob("*.warc.gz"))
    for name, value in environment(STUMBLES).items():
        monkeypatch.setenv(name, value)
    read = [found for _, part in read_parts(parts(files), workers=2, limits=Limits(seconds=4)) for found in part]
    refused = {r.refusal.url: r.refusal for _, r in read if r and isinstance(r.refusal, Unread)}
    assert len(refused) == len(OFFLINE) - 1  # storing comes later
    monkeypatch.undo()
    plain = [found for _, part in read_parts(parts(files), workers=1, limits=Limits()) for found in part]
    assert len(plain) == len(read)
    for (_, one), (_, other) in zip(read, plain, strict=True):
        if one is not None and not isinstance(one.refusal, Unread):
            assert repr(one) == repr(other)


def test_what_sqlite_says_of_a_row_is_not_a_fault_of_the_disk():
    for error in (sqlite3.IntegrityError("a"), sqlite3.InterfaceError("a")):
        with pytest.raises(Crashed), keeping.foreseen("https://www.state.gov/a/"):
            raise error
    for error in (sqlite3.OperationalError("database is locked"), OSError(28, "No space left")):
        with pytest.raises(type(error)), keeping.foreseen("https://www.state.gov/a/"):
            raise error
