"""A record over years, against real transcripts with the edits that State made: revisions, moves, gone and back.

Kinds and numbers are counted here from the documents themselves, not by the program.
"""

import itertools
import json
import shutil
import subprocess
import sys
from collections import Counter
from functools import partial

import pytest
from replica import documents, letters, replica, with_replica
from sqlite_utils import Database
from support import ROOT
from support import crawl as crawl_hosts

from crawler.exporters.sqlite.permalink import resolve
from crawler.web.types import wanted

pytestmark = with_replica
HOST = "2021-2025.state.gov"
AGAIN = ["-s", "REMARKS_GONE_AFTER_HOURS=0", "-s", "REMARKS_RETRY_HOURS=0,0,0,0"]

# The hosts whose pages have editions.
HOSTS = ("www.state.gov", "2021-2025.state.gov")
crawl = partial(crawl_hosts, hosts=",".join(HOSTS))


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with replica(tmp_path_factory.mktemp("replica")) as site:
        site.environment |= {"PATH": "/usr/bin:/bin"}
        yield site


@pytest.fixture(scope="module")
def first(running, tmp_path_factory):
    """Everything as it was first published."""
    running.set(version="first")
    run = crawl(running, tmp_path_factory.mktemp("first"))
    assert (run.status, run.err) == (0, "")
    return run


@pytest.fixture
def held(first, tmp_path):
    """A copy of that record, to go on from."""
    shutil.copytree(first.output, tmp_path / "held")
    return tmp_path / "held"


def ids(run, revision="(select max(revision) from utterance_versions w where w.remark_id = v.remark_id)"):
    return {id_ for (id_,) in run.rows(f"select utterance_id from utterance_versions v where revision = {revision}")}


def spoken():
    return [d for d in documents() if wanted(d["type"], "speech") and {h for h, _ in d["served_at"]} & set(HOSTS)]


def edits():
    """What State changed between first and last version, by kind; the first that applies counts."""
    found = Counter()
    for d in spoken():
        if not d.get("versions"):
            continue
        old = d["versions"][0]
        if letters(old["body"]) != letters(d["body"]):
            found["text"] += 1
        elif old["title"] != d["title"]:
            found["title"] += 1
        elif (old["authors"], old["places"]) != (d["authors"], d["places"]):
            found["metadata"] += 1
    return found


def renamed():
    """Documents whose address State changed after a while."""
    return [
        d
        for d in spoken()
        if d.get("versions")
        and any(h == HOST for h, _ in d["served_at"])
        and [HOST, d["versions"][0]["path"]] not in d["served_at"]
    ]


def test_edits_make_the_right_revisions_and_cost_no_id(running, first, held):
    running.set()
    run = crawl(running, held)
    assert (run.status, run.err) == (0, "")
    kinds = Counter(kind for (kind,) in run.rows("select change from revisions where change <> 'new'"))
    assert kinds == edits()
    assert sum(edits().values()) >= 15
    before, after = ids(first), ids(run)
    assert len(before & after) / len(before) >= 0.999
    assert_no_id_is_given_twice(run)
    assert_every_permalink_leads_somewhere(run, before)
    assert len(run.rows("select * from remarks where status = 'moved'")) == len(renamed()) > 0
    assert len(run.rows("select * from remarks")) == len(first.rows("select * from remarks"))
    again = crawl(running, held)
    assert "0 changed" in again.out
    assert "nothing new" in again.out
    assert_reparse_gives_the_same(held)


def assert_no_id_is_given_twice(run):
    """A turn id never stands for two texts that have nothing to do with one another."""
    versions = {}
    for id_, text in run.rows("select utterance_id, text from utterance_versions order by revision"):
        versions.setdefault(id_, []).append(set(text.lower().split()))
    for id_, texts in versions.items():
        assert all(len(a & b) >= 0.4 * min(len(a), len(b)) for a, b in itertools.pairwise(texts)), id_


def assert_every_permalink_leads_somewhere(run, before):
    db = Database(run.output / "remarks.db")
    try:
        assert all(resolve(db, id_) is not None for id_ in before)
    finally:
        db.close()


def assert_reparse_gives_the_same(output):
    line = [sys.executable, "-m", "scrapy", "reparse", "--check", "-s", f"REMARKS_OUTPUT={output}"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "the database is what they give" in done.stdout


def addresses(held, many):
    """Paths of remarks that stand on the archive host alone."""
    both = {path for d in documents() if len({host for host, _ in d["served_at"]}) > 1 for _, path in d["served_at"]}
    lines = [json.loads(line) for line in (held / "remarks.jsonl").read_text("utf-8").splitlines()]
    paths = [line["url"].removeprefix(f"https://{HOST}") for line in lines if line["host"] == HOST]
    return [path for path in paths if path not in both][:many]


@pytest.mark.parametrize("answer", [301, 404])
def test_new_slugs_are_the_same_works(answer, running, first, held):
    old, taken = addresses(held, 6)[:5], addresses(held, 6)[5]
    moved = {path: f"/new-slug-{n}/" for n, path in enumerate(old)}
    # an old address that another document takes over
    moved[taken] = old[0]
    running.set(version="first", moved=moved, moved_status=answer)
    for _ in range(2):
        run = crawl(running, held, *AGAIN)
        assert run.status == 0, run.err
    assert "nothing new" in run.out
    for table in ("remarks", "revisions", "utterances"):
        assert run.rows(f"select count(*) from {table}") == first.rows(f"select count(*) from {table}")
    assert ids(run) == ids(first)
    found = dict(run.rows("select url, status from remarks where status <> 'live'"))
    assert found == {f"https://{HOST}{path}": "moved" for path in moved.values()}
    known = {url for (url,) in run.rows("select url from urls")}
    assert {f"https://{HOST}{path}" for path in (*moved, *moved.values())} <= known
    assert_reparse_gives_the_same(held)


def test_gone_and_back(running, first, held):
    """Three pages that were edited cannot be had when the run looks again, then answer 404, then are there again."""
    names = {d["id"]: d for d in spoken() if d.get("versions")}
    alone = set(addresses(held, 1000))
    paths = [path for d in names.values() for host, path in d["served_at"] if host == HOST and path in alone][:3]
    running.set(**{HOST: [{"path": f"^{path}$", "mode": "drop"} for path in paths]})
    run = crawl(running, held, "-s", "REMARKS_BLOCK_AFTER=100")
    assert run.status == 3
    assert run.outcomes()["unreachable"] == 3
    running.set(gone=paths)
    for gone in (0, 3, 3):
        run = crawl(running, held, *AGAIN, since=None)
        assert (run.status, run.err) == (0, "")
        assert run.rows("select count(*) from remarks where status = 'gone'") == [(gone,)]
    assert ids(first) <= ids(run, "revision")
    running.set()
    run = crawl(running, held)
    assert (run.status, run.err) == (0, "")
    assert run.rows("select count(*) from remarks where status = 'restored'") == [(3,)]
    assert run.rows("select count(*) from statuses") == [(6 + len(renamed()),)]
    assert run.rows("select count(*) from remarks") == first.rows("select count(*) from remarks")
    assert_reparse_gives_the_same(held)
