"""The archive over years: runs that stop between archive and rows, and files that are not as they were."""

import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise

import pytest
from support import ROOT
from test_histories import World

from crawler.archive.records import records
from crawler.archive.writer import Archive
from crawler.commands import reparse
from crawler.commands.reparse import Reparse
from crawler.exporters.sqlite.settle import InOrder
from crawler.exporters.sqlite.store import Store
from crawler.rebuild.reader import Limits
from crawler.rebuild.replay import Replay
from crawler.runs.arguments import Arguments
from crawler.runs.captures import Books
from crawler.runs.run import Run

HERE = Limits()
LOCKED, READ_ONLY = "database is locked", "attempt to write a readonly database"


@pytest.fixture(autouse=True)
def version_of_the_world(monkeypatch):
    monkeypatch.setattr(reparse, "parser_version", lambda: "1")


def numbers(output):
    with closing(sqlite3.connect(output / "remarks.db")) as db:
        assert db.execute("SELECT count(*) FROM captures WHERE outcome = 'fetched'").fetchone() == (0,)
        return [number for (number,) in db.execute("SELECT id FROM captures ORDER BY id")]


def warcs(output):
    return sorted((output / "warc").glob("*.warc.gz"), key=lambda path: path.stat().st_mtime_ns)


class Once:
    """Raises in the n-th call, and so many times; all others go through."""

    def __init__(self, real, error, nth, times):
        self.real, self.error, self.calls, self.nth, self.times = real, error, 0, nth, times

    def __get__(self, owner, _):
        def call(*args, **kwargs):
            self.calls += 1
            if self.nth <= self.calls < self.nth + self.times:
                raise self.error
            return self.real(owner, *args, **kwargs)

        return call


class Stopped(World):
    """A world in which a run meets a fault, and answers that are under way come in behind it all the same."""

    def run_with(self, patched, where, name, error, nth, times):
        with patched.context() as patch:
            patch.setattr(where, name, Once(getattr(where, name), error, nth, times))
            self.left = None
            archive = Archive(self.folder / "warc", software="test")
            try:
                run = Run.open(self.folder, Arguments(), {}, "1", archive=archive)
            except type(error):
                archive.close()
                return None
            for path in sorted(self.ever):
                try:
                    self.visit(run, archive, path, outage=False)
                except type(error):
                    run.fault(str(error))
            run.ended = run.told = True
            try:
                run.close()
            except type(error):
                run.store.close()
                archive.close()
        return run


FAULTS = {
    "rows of a capture, locked": (Store, "add_capture", sqlite3.OperationalError(LOCKED)),
    "rows of a remark, locked": (Store, "save", sqlite3.OperationalError(LOCKED)),
    "rows of a remark, read-only": (Store, "save", sqlite3.OperationalError(READ_ONLY)),
    "rows of a remark, full": (Store, "save", sqlite3.OperationalError("database or disk is full")),
    "rows of a page that is gone": (Store, "missed", sqlite3.OperationalError(LOCKED)),
    "any write of the database": (Store, "_writing", sqlite3.OperationalError(LOCKED)),
    "the archive, full": (Archive, "_put", OSError(28, "No space left on device")),
    "a row in its turn": (InOrder, "do", MemoryError()),
    "the end, in the archive": (Archive, "note", OSError(28, "No space left on device")),
    "the end, in the database": (Store, "end_run", sqlite3.OperationalError(LOCKED)),
    "the files' names": (Store, "know_files", sqlite3.OperationalError(LOCKED)),
}


@pytest.mark.parametrize(("nth", "times"), [(2, 1), (1, 1000)], ids=["passing", "lasting"])
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_stops_a_run_the_next_one_takes_in_all_that_is_archived(fault, nth, times, tmp_path, monkeypatch):
    clean, world = Stopped(tmp_path / "clean"), Stopped(tmp_path / "stopped")
    for one in (clean, world):
        one.run()
        one.hours = 30
        one.edit(0, 1)
        one.retitle(1, 0)
        one.take_down(2, 0)
    world.run_with(monkeypatch, *FAULTS[fault], nth, times)
    for one in (clean, world):
        one.run()
        one.hours = 60
        one.edit(1, 2)
        one.run()
    found = numbers(world.folder)
    assert found == list(range(1, len(found) + 1))
    assert world.content() == clean.content()
    assert world.rebuilt() == []


def test_a_page_that_makes_the_program_stumble_costs_itself_alone(tmp_path, monkeypatch):
    world = Stopped(tmp_path)
    run = world.run_with(monkeypatch, Store, "save", KeyError("turns"), 1, 1)
    assert [refusal for refusal in run.refusals if "crashed: " in refusal and "KeyError" in refusal]
    (tmp_path / "remarks.db").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(Replay, "_settle", Once(Replay._settle, ValueError("turns"), 2, 1))
        run = Run.open(tmp_path, Arguments(), {}, "1", archive=Archive(tmp_path / "warc", software="test"))
        assert [refusal for refusal in run.refusals if "crashed: " in refusal and "ValueError" in refusal]
        run.close()
    run = Run.open(tmp_path, Arguments(), {}, "1", archive=Archive(tmp_path / "warc", software="test"))
    assert run.refusals == []
    run.close()
    with closing(sqlite3.connect(tmp_path / "remarks.db")) as db:
        assert db.execute("SELECT outcome FROM captures ORDER BY id").fetchall() == [
            ("crashed",),
            ("crashed",),
            ("ok",),
        ]
    assert world.rebuilt() == []


def test_deeds_behind_one_that_failed_are_left(tmp_path):
    order, done = InOrder(1), []
    numbers = [order.next_number() for _ in range(3)]

    def fail():
        raise sqlite3.OperationalError(LOCKED)

    order.do(numbers[2], lambda: done.append(3))
    order.do(numbers[0], lambda: done.append(1))
    with pytest.raises(sqlite3.OperationalError):
        order.do(numbers[1], fail)
    order.nothing(4)
    assert (done, order.left, order.failed) == ([1], 2, True)


# ---- files ----


@pytest.fixture
def world(tmp_path):
    """Three runs, with a file each."""
    world = World(tmp_path / "output")
    for number in range(3):
        world.hours = 30 * number
        world.edit(number, 1)
        world.run()
    assert len(warcs(world.folder)) == 3
    return world


def told(world):
    """By a run that asks nothing: refusals and notices."""
    run = Run.open(world.folder, Arguments(), {}, "1", archive=Archive(world.folder / "warc", software="test"))
    run.close()
    with closing(sqlite3.connect(world.folder / "remarks.db")) as db:
        assert db.execute("SELECT count(*), count(DISTINCT url || fetched_at) FROM captures").fetchone() == (9, 9)
    return run.refusals, run.notices


def deleted(path):
    path.unlink()


def renamed(path):
    path.rename(path.with_name("remarks-of-old.warc.gz"))


def moved(path):
    path.parent.joinpath("2025").mkdir()
    path.rename(path.parent / "2025" / path.name)


def moved_under_another_name(path):
    path.parent.joinpath("2025", "spring").mkdir(parents=True)
    path.rename(path.parent / "2025" / "spring" / "a.warc.gz")


def copied(path):
    shutil.copy(path, path.with_name("copy.warc.gz"))


def copied_below(path):
    path.parent.joinpath("backup").mkdir()
    shutil.copy(path, path.parent / "backup" / path.name)


def half_copied(path):
    offsets = [offset for offset, _ in records(path)]
    path.with_name("remarks-half.warc.gz").write_bytes(path.read_bytes()[: offsets[-3]])


def swapped(path):
    other = next(other for other in warcs(path.parent.parent) if other != path)
    aside = path.with_name("aside")
    path.rename(aside)
    other.rename(path)
    aside.rename(other)


def touched(path):
    os.utime(path, (1, 1))


def unpacked(path):
    path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
    path.unlink()


def unpacked_beside(path):
    path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))


def packed_harder(path):
    offsets = [offset for offset, _ in records(path)] + [path.stat().st_size]
    data = path.read_bytes()
    parts = [gzip.decompress(data[a:b]) for a, b in pairwise(offsets)]
    path.write_bytes(b"".join(gzip.compress(part, 9) for part in parts))


def packed_whole(path):
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))


def packed_otherwise(path):
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    path.with_suffix(".zst").write_bytes(zstd.compress(gzip.decompress(path.read_bytes())))
    path.unlink()


def damaged(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20] = bytes(20)
    path.write_bytes(data)


def damaged_at_the_end(path):
    data = bytearray(path.read_bytes())
    data[-30:] = bytes(30)
    path.write_bytes(data)


def cut_at_a_record(path):
    offsets = [offset for offset, _ in records(path)]
    os.truncate(path, offsets[len(offsets) // 2 // 2 * 2 + 1])


def emptied(path):
    path.write_bytes(b"")


def overwritten(path):
    shutil.copy(next(other for other in warcs(path.parent.parent) if other != path), path)


def replaced_by_something_else(path):
    path.write_bytes(gzip.compress(b"a letter, and a long one\n" * 100))


SAME = (renamed, moved, moved_under_another_name, copied, copied_below, half_copied, swapped, touched, unpacked)
SAME += (unpacked_beside, packed_harder, packed_whole, packed_otherwise)
WORSE = (deleted, damaged, damaged_at_the_end, cut_at_a_record, emptied, overwritten, replaced_by_something_else)


@pytest.mark.parametrize("deed", SAME, ids=lambda deed: deed.__name__)
def test_the_same_file_in_another_place_or_packing_is_the_same(deed, world):
    before = world.content()
    deed(warcs(world.folder)[SAME.index(deed) % 3])
    refusals, notices = told(world)
    assert refusals == []
    assert bool(notices) == (deed not in (moved, touched))
    assert told(world)[0] == []
    assert world.content() == before
    assert Reparse(world.folder, 1, HERE).check() == 0
    assert Reparse(world.folder, 1, HERE).replace(anew=False) == 0
    assert Reparse(world.folder, 1, HERE).replace(anew=True) == 0
    assert told(world)[0] == []
    assert world.content() == before


@pytest.mark.parametrize("deed", WORSE, ids=lambda deed: deed.__name__)
def test_what_is_missing_or_damaged_is_told_until_it_is_back(deed, world):
    before, path = world.content(), warcs(world.folder)[WORSE.index(deed) % 3]
    shutil.copy2(path, world.folder / "tape")
    deed(path)
    for _ in range(2):
        refusals, _ = told(world)
        assert len(refusals) == 1
        assert path.name in refusals[0]
    (world.folder / "warc" / "elsewhere.txt").write_text(f"# on tape since spring\n{path.name}\n")
    refusals, notices = told(world)
    assert refusals == []
    assert any(path.name in notice for notice in notices)
    (world.folder / "warc" / "elsewhere.txt").unlink()
    assert len(told(world)[0]) == 1
    shutil.copy2(world.folder / "tape", path)
    told(world)
    assert told(world)[0] == []
    assert world.content() == before
    assert Reparse(world.folder, 1, HERE).check() == 0


@pytest.mark.parametrize("deed", [deleted, cut_at_a_record, emptied], ids=lambda deed: deed.__name__)
def test_anew_keeps_what_the_new_database_would_lack(deed, world, capsys):
    path = warcs(world.folder)[0]
    shutil.copy2(path, world.folder / "tape")
    deed(path)
    assert Reparse(world.folder, 1, HERE).replace(anew=True) == 3
    err = capsys.readouterr().err
    (aside,) = world.folder.glob("remarks.db.before-*")
    assert f"which is kept as {aside.name}" in err
    assert "captures: " in err
    assert "missing: capture" in err
    with closing(sqlite3.connect(aside)) as db:
        assert db.execute("SELECT count(*) FROM captures").fetchone() == (9,)
    assert Reparse(world.folder, 1, HERE).replace(anew=True) == 3  # the gaps go on telling
    assert len(list(world.folder.glob("remarks.db.before-*"))) == 1
    shutil.copy2(world.folder / "tape", path)
    Reparse(world.folder, 1, HERE).replace(anew=True)
    assert Reparse(world.folder, 1, HERE).check() == 0
    assert told(world)[0] == []


def test_remarks_that_anew_would_lose_are_named(tmp_path, capsys):
    world = World(tmp_path / "output")
    world.ever = {"/talk-1/"}
    world.run()
    world.ever = {"/talk-2/", "/talk-3/"}
    world.run()
    warcs(world.folder)[1].unlink()
    assert Reparse(world.folder, 1, HERE).replace(anew=True) == 3
    err = capsys.readouterr().err
    assert "remarks: 2 rows" in err
    assert "Opening of Pier 3, https://2021-2025.state.gov/talk-3/" in err


def test_a_number_that_no_row_has_is_told_until_it_is_named(world):
    with closing(sqlite3.connect(world.folder / "remarks.db")) as db, db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("UPDATE captures SET id = id + 2 WHERE id > 8")
    archive = Archive(world.folder / "warc", software="test")
    run = Run.open(world.folder, Arguments(), {}, "1", archive=archive)
    assert run.refusals == ["missing: captures 9 to 10: in no row and in no file of the archive"]
    run.store.close()
    archive.close()
    (world.folder / "warc" / "elsewhere.txt").write_text("captures 9 to 10\n")
    run = Run.open(world.folder, Arguments(), {}, "1", archive=Archive(world.folder / "warc", software="test"))
    assert run.refusals == []
    run.close()


def test_books_without_an_archive_know_no_files(tmp_path):
    with Store(tmp_path / "remarks.db", parser_version="1") as store:
        Books(store, 1, tmp_path, None).close({})
        assert store.db.execute("SELECT count(*) FROM warc_files").fetchone() == (0,)


def test_the_report_of_a_crawl_names_the_file_that_is_missing(site, tmp_path):
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", "hosts=2021-2025.state.gov", "-a", "since=all"]
    line += ["-s", "DOWNLOAD_DELAY=0", "-s", f"REMARKS_OUTPUT={tmp_path}"]
    options = {"cwd": ROOT, "env": site.environment, "capture_output": True, "text": True}
    assert subprocess.run(line, **options).returncode == 0
    (path,) = warcs(tmp_path)
    path.unlink()
    done = subprocess.run(line, **options)
    assert done.returncode == 3
    assert f"{path.name}: is not in the archive any more" in done.stderr
