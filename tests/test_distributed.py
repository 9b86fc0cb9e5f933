"""A run whose requests are sent by workers: the same record, a good guest, clear words where something is missing."""

import asyncio
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from support import ROOT, crawl
from three_workers import (
    asking,
    client,
    counted,
    differences,
    kill_and_make_up,
    redis_server,
    rows,
    run,
    sample,
    wait_for,
    with_redis,
    workers,
)

from crawler.distributed import cluster as cluster_of
from crawler.distributed import switch
from crawler.rebuild import compare
from crawler.runs import arguments
from crawler.sample import Fault


@pytest.fixture(scope="module")
def url():
    with redis_server() as url:
        yield url


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """What one process alone gives."""
    with sample() as site:
        done = crawl(site, tmp_path_factory.mktemp("alone"))
    assert (done.status, done.err) == (0, "")
    return rows(done.output)


def overlapping(requests):
    """Pairs of requests of which one was read before the other was answered, on one host."""
    by_host = defaultdict(list)
    for request in requests:
        by_host[request.asked.host].append(request)
    for asked in by_host.values():
        asked.sort(key=lambda request: request.began)
        yield from ((one.url, other.url) for one, other in pairwise(asked) if other.began < one.ready)


@with_redis
def test_two_runs_with_three_workers_give_what_one_process_gives_and_ask_each_host_one_thing_at_a_time(
    url, alone, tmp_path
):
    """Two, because one run alone already keeps its own requests apart; and a worker that is told to stop midway."""
    with sample() as site, workers(site, url) as processes, ThreadPoolExecutor() as pool:
        both = [pool.submit(run, site, tmp_path / name, url) for name in ("a", "b")]
        told = wait_for(lambda: asking(url, processes), "a page")
        told.terminate()
        assert told.wait(30) == 0
        both = [done.result() for done in both]
        asked = Counter(request.url for request in site.site.requests)
        assert set(overlapping(site.site.requests)) == set()
    assert [(done.status, done.err) for done in both] == [(0, "")] * 2
    assert all(times % 2 == 0 for times in asked.values()), "lost, and asked for again"
    for done in both:
        assert counted(differences(alone, done.output)) == ""
        assert reparse(done.output, "--check").returncode == 0
    assert client(url).keys() == []


@with_redis
def test_what_robots_txt_forbids_no_worker_asks_for(url, tmp_path):
    with sample() as site, workers(site, url):
        site.site.faults = [Fault("www.state.gov", "^/robots.txt$", "slow", seconds=0.5)]
        site.site.faults += [Fault("2021-2025.state.gov", "^/robots.txt$", "http500")]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("crawler.sample.routes.ROBOTS", "User-agent: *\nDisallow: /\n")
            done = run(site, tmp_path, url, "-s", "REMARKS_FALLBACK=none", hosts="www.state.gov,2021-2025.state.gov")
        assert {request.asked.path for request in site.site.requests} == {"/robots.txt"}
    assert done.status == 1
    assert {"blocked", "unreachable"} <= done.outcomes().keys()


@with_redis
def test_the_next_run_makes_up_for_what_a_killed_worker_lost(url, alone, tmp_path):
    with sample() as site:
        site.slow(0.05)
        hole, left = kill_and_make_up(site, url, tmp_path, alone)
    assert hole
    assert counted(left) == ""


@with_redis
def test_a_host_rests_for_the_delay_after_it_was_asked(url):
    from scrapy import Request
    from scrapy.http import Response
    from scrapy.utils.test import get_crawler

    from crawler.distributed.lease import Lease
    from crawler.distributed.tickets import HOST, META_TICKET, Ticket

    ticket = Ticket(id="1", answers="a", delay_seconds=600, lease_seconds=1200)
    request = Request("https://rests.state.gov/remarks/", meta={META_TICKET: ticket})
    key, redis = HOST + "rests.state.gov", client(url)

    async def ask():
        lease = Lease.from_crawler(get_crawler(settings_dict={"REMARKS_REDIS_URL": url}))
        await lease.process_request(request)
        leased = redis.ttl(key)
        await lease.process_response(request, Response(request.url))
        await lease.redis.aclose()
        return leased

    assert 600 < asyncio.run(ask()) <= 1200
    assert 0 < redis.ttl(key) <= 600
    redis.delete(key)


FAULTS = {
    "www.state.gov": "block403",
    "2021-2025.state.gov": "huge",
    "2017-2021.state.gov": "drop",
    "2009-2017.state.gov": "truncate",
    "2001-2009.state.gov": "garbage",
    "1997-2001.state.gov": "redirect_loop",
}


@with_redis
def test_what_goes_wrong_is_named_as_in_one_process(url, tmp_path):
    with sample() as site, workers(site, url):
        site.site.faults = [Fault(host, "", mode) for host, mode in FAULTS.items()]
        more = ["-s", "REMARKS_FALLBACK=none", "-s", "DOWNLOAD_MAXSIZE=1000000"]
        alone = named(crawl(site, tmp_path / "alone", *more))
        three = named(run(site, tmp_path / "three", url, *more))
    # whether a fourth request is on its way when the third refusal is judged hangs on a moment
    both = alone.keys() & three.keys()
    assert len(both) > 20
    assert {address: three[address] for address in both} == {address: alone[address] for address in both}
    assert by_host(three) == by_host(alone)
    assert {outcome for _, outcome in by_host(three)} > {"blocked", "too_large", "unreachable", "not_text"}


def named(done):
    """What became of each address, in a run that failed."""
    assert done.status == 1
    columns = "outcome, reason, status, via, digest, requested_url"
    return {row[0]: row[1:] for row in done.rows(f"select url, {columns} from captures order by id")}


def by_host(became):
    return {(address.split("/")[2], outcome) for address, (outcome, *_) in became.items()}


@with_redis
def test_without_a_worker_the_run_fails_and_says_so(url, site, tmp_path):
    quick = ["-s", "DOWNLOAD_TIMEOUT=0.5", "-s", "REMARKS_LEASE_SECONDS=1"]
    done = crawl(site, tmp_path, "-s", f"REMARKS_REDIS_URL={url}", *quick)
    assert done.status == 1
    assert "no worker took a request within 2 seconds: start one with `scrapy worker`" in done.err
    assert "Traceback" not in done.err


@with_redis
def test_a_redis_that_forgets_fails_the_run_and_the_next_run_makes_up(url, alone, tmp_path):
    with sample() as site, workers(site, url), ThreadPoolExecutor() as pool:
        site.slow(1)
        broken = pool.submit(run, site, tmp_path, url)
        wait_for(lambda: client(url).keys("remarks:*:requests"), "a page in the frontier")
        client(url).flushall()
        done = broken.result()
        assert done.status == 1
        assert re.search(r"redis_lost: Redis has lost \d+ requests; the next run asks for them", done.err)
        site.slow(0)
        assert run(site, tmp_path, url, since=None).status == 0
    assert counted(differences(alone, tmp_path)) == ""


@with_redis
def test_a_redis_that_goes_away_fails_run_and_worker_and_the_next_run_makes_up(alone, tmp_path):
    with sample() as site:
        site.slow(1)
        with redis_server() as url, workers(site, url, 1) as (worker,), ThreadPoolExecutor() as pool:
            broken = pool.submit(run, site, tmp_path, url)
            wait_for(lambda: client(url).keys("remarks:host:*"), "a request")
            client(url).shutdown(nosave=True)
            done = broken.result()
            assert worker.wait(60) == 1
            worker.returncode = 0  # workers() wants those that were told to stop
        assert done.status == 1
        assert "redis_lost: Redis: " in done.err
        site.slow(0)
        assert crawl(site, tmp_path).status == 0
    assert counted(differences(alone, tmp_path)) == ""


@pytest.mark.parametrize("command", ["crawl remarks", "worker"])
def test_a_redis_that_is_not_there_fails(command, tmp_path):
    pytest.importorskip("redis", reason="the extra `distributed` is missing")
    line = [sys.executable, "-m", "scrapy", *command.split(), "-s", "REMARKS_REDIS_URL=redis://127.0.0.1:9/0"]
    done = subprocess.run([*line, "-s", f"REMARKS_OUTPUT={tmp_path}"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "REMARKS_REDIS_URL: Error 111 connecting to 127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setattr(switch, "find_spec", lambda name: None)
    with pytest.raises(arguments.UsageError, match=r"pip install 'state-remarks\[distributed\]'"):
        switch.check({})


def test_nothing_of_it_is_imported_without_the_setting():
    line = "import sys, crawler.commands.crawl, crawler.commands.worker, crawler.commands.reparse\n"
    line += "assert not {'redis', 'scrapy_redis', 'dask', 'distributed'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", line], cwd=ROOT, check=True)


def test_a_lease_is_longer_than_a_request_may_take():
    pytest.importorskip("redis", reason="the extra `distributed` is missing")
    from scrapy.settings import Settings

    settings = Settings({"REMARKS_LEASE_SECONDS": 90, "DOWNLOAD_TIMEOUT": 90})
    with pytest.raises(arguments.UsageError, match="REMARKS_LEASE_SECONDS=90 must be more than DOWNLOAD_TIMEOUT=90"):
        switch.check(settings)


@pytest.fixture(scope="module")
def cluster():
    """The address of a Dask cluster with two workers on this machine."""
    pytest.importorskip("distributed", reason="the extra `distributed` is missing")
    made = "from distributed import LocalCluster\nif __name__ == '__main__':\n"
    made += " of = LocalCluster(2, threads_per_worker=1, dashboard_address=None)\n"
    made += " print(of.scheduler_address, flush=True)\n input()"
    line = [sys.executable, "-c", made]
    with subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.communicate("\n", timeout=30)


def reparse(output, *more):
    line = [sys.executable, "-m", "scrapy", "reparse", "-s", f"REMARKS_OUTPUT={output}", *more]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True)


def test_a_cluster_reads_the_archive_as_one_machine_does(cluster, whole, tmp_path):
    for name, by in (("here", ["--workers", "1"]), ("cluster", ["--cluster", cluster])):
        shutil.copytree(whole.output / "warc", tmp_path / name / "warc")
        done = reparse(tmp_path / name, *by)
        assert (done.returncode, done.stderr) == (0, "")
    assert list(compare.differences(tmp_path / "here" / "remarks.db", tmp_path / "cluster" / "remarks.db")) == []
    assert rows(tmp_path / "cluster") == rows(tmp_path / "here")
    assert any(have_read(cluster))


def have_read(address):
    """Of each worker of the cluster, whether it has read an answer; a small archive is one part."""
    from distributed import Client

    with Client(address) as client:
        return list(client.run(lambda: "crawler.rebuild.reading" in sys.modules).values())


def test_a_cluster_that_is_not_there_fails(whole):
    pytest.importorskip("distributed", reason="the extra `distributed` is missing")
    done = reparse(whole.output, "--check", "--cluster", "tcp://127.0.0.1:9")
    assert done.returncode == 1
    assert "reparse failed, and the database is unchanged" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_that_reads_pages_otherwise_is_named():
    with pytest.raises(OSError, match=r"worker tcp://a reads pages as 0\.0\.1\+12345678, this program as "):
        cluster_of.check({"tcp://a": "0.0.1+12345678"})
    with pytest.raises(OSError, match="the cluster has no worker"):
        cluster_of.check({})


@with_redis
def test_what_is_no_request_ends_a_worker_with_a_word(url):
    client(url).lpush("remarks:handed", b"no pickle")
    line = [sys.executable, "-m", "scrapy", "worker", "-s", f"REMARKS_REDIS_URL={url}"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr[:23]) == (1, "remarks: worker: Redis:")
