"""Three workers on Redis give what one process alone does; what a killed worker loses, the next run makes up for.

    python tests/three_workers.py [sample]

Runs against the replica of State's hosts (../shared), where it is at hand, or against the sample site; starts
redis-server on loopback. Compares every row that no run may change with one process alone: after a run with three
workers, after one in which a worker was killed with SIGKILL while it asked a host, and after one that was not allowed
to ask again for what that worker lost, and then the next run. Ends with status 1 where anything differs.
"""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest
from fault_matrix import AT_ONCE
from kills import CONTENT, content
from replica import CORPUS, PROGRAM, replica
from support import HOSTS, ROOT, crawl

from crawler.sample import Fault, SampleSite
from crawler.web.sites import SITES
from crawler.web.urls import is_page

#: Of a work that stands on two hosts the tags are those of the copy that came first: order, not content.
TAGS = CONTENT["remarks"].split(", ").index("tags")
# A worker that was killed is given up soon, so that nobody waits for it longer than a test can.
SOON = ["-s", "DOWNLOAD_TIMEOUT=5", "-s", "REMARKS_LEASE_SECONDS=6"]
MOST_TRIES = 5
LOST = "did not answer within"


def missing():
    """What stands in the way, in words; None where nothing does."""
    if shutil.which("redis-server") is None:
        return "redis-server is missing (apt-get install redis-server)"
    return None if find_spec("scrapy_redis") else "the extra `distributed` is missing"


with_redis = pytest.mark.skipif(missing() is not None, reason=f"no workers: {missing()}")


@contextmanager
def redis_server():
    """The address of a server of its own, on loopback, that keeps nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as process:
        try:
            url = f"redis://127.0.0.1:{port}/0"
            wait_for(lambda: answers(url), "redis-server")
            yield url
        finally:
            process.terminate()


def client(url):
    from redis import Redis

    return Redis.from_url(url)


def answers(url):
    from redis import ConnectionError as NotThere

    try:
        return client(url).ping()
    except NotThere:
        return False


def wait_for(there, what, seconds=60):
    end = time.monotonic() + seconds
    while not (found := there()):
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.01)
    return found


@contextmanager
def workers(site, url, number=3):
    """The processes of so many workers."""
    line = [sys.executable, "-m", "scrapy", "worker", "-s", f"REMARKS_REDIS_URL={url}"]
    processes = [subprocess.Popen(line, cwd=ROOT, env=site.environment) for _ in range(number)]
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()
        ends = [process.wait(30) for process in processes]
    assert set(ends) <= {0, -signal.SIGKILL}, ends


def run(site, output, url, *more, **asked):
    return crawl(site, output, "-s", f"REMARKS_REDIS_URL={url}", *SOON, *more, **asked)


def rows(output):
    """What kills.py compares, without what hangs on which of two hosts is faster."""
    found = content(output)
    found["remarks"] = {row[:TAGS] + row[TAGS + 1 :] for row in found["remarks"]}
    found["lines"] = {json.dumps(json.loads(line) | {"tags": None}, sort_keys=True) for line in found["lines"]}
    return found


def differences(alone, output):
    held = rows(output)
    return {name: held[name] ^ there for name, there in alone.items() if held[name] != there}


def asking(url, processes):
    """A worker that waits for a host's answer just now, for a page; None where none does."""
    redis = client(url)
    leases = [lease.decode() for key in redis.keys("remarks:host:*") if (lease := redis.get(key))]
    pids = {int(lease.split(":")[1]) for lease in leases if is_page(lease.split(" ")[1])}
    return next((process for process in processes if process.pid in pids), None)


@contextmanager
def started(site, output, url, *more):
    """A run of everything, in its middle."""
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-a", f"hosts={HOSTS}", "-a", "since=all", *SOON, *more]
    line += ["-s", "DOWNLOAD_DELAY=0", "-s", f"REMARKS_REDIS_URL={url}", "-s", f"REMARKS_OUTPUT={output}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(line, cwd=ROOT, env=site.environment, **pipes) as process:
        wait_for(lambda: captures(output) > 20, "the middle of the run")
        yield process


def run_with_a_kill(site, output, url, *more):
    """A run of which a worker is killed that holds a request."""
    with workers(site, url) as processes, started(site, output, url, *more) as process:
        wait_for(lambda: asking(url, processes), "a request that takes its time").kill()
        told, _ = process.communicate(timeout=300)
    return process.returncode, told


def kill_the_run(site, url, output, alone):
    """What differs after the next run."""
    with workers(site, url):
        with started(site, output, url) as process:
            process.kill()
        after = run(site, output, url)
    assert after.status == 0, after.out + after.err
    return differences(alone, output)


def captures(output):
    if not (output / "remarks.db").exists():
        return 0
    with closing(sqlite3.connect(output / "remarks.db")) as db, suppress(sqlite3.OperationalError):
        return db.execute("SELECT count(*) FROM captures").fetchone()[0]
    return 0


def kills(site, url, folder, *more):
    """Status and output folder of runs of which a worker was killed that lost a request."""
    for number in range(MOST_TRIES):
        output = folder / str(number)
        status, told = run_with_a_kill(site, output, url, *more)
        if LOST in told:  # else the answer came before the kill
            yield status, output
    raise AssertionError("no kill was like that")


def kill_and_repeat(site, url, folder):
    """The run itself asks again, as it does where a host gives no answer."""
    return next(kills(site, url, folder, "-s", "LOG_LEVEL=DEBUG"))


def kill_and_make_up(site, url, folder, alone):
    """What a run lacks that may not ask again, and what differs after the next run."""
    for status, output in kills(site, url, folder, "-s", "REMARKS_RETRIES=0", "-s", "REMARKS_FALLBACK=none"):
        assert status == 3
        if hole := differences(alone, output):  # else it was another copy of the same page, or one of no remark
            break
    with workers(site, url):
        after = run(site, output, url, *AT_ONCE, since=None)
    assert after.status == 0, after.out + after.err
    return hole, differences(alone, output)


@contextmanager
def sample():
    with SampleSite() as site:
        yield SimpleNamespace(environment=site.environment, slow=lambda rate: slow_sample(site, rate), site=site)


def slow_sample(site, rate):
    site.faults = [Fault(host, "", "slow", rate=rate, seconds=0.5) for host in SITES] if rate else []


@contextmanager
def real_transcripts():
    with tempfile.TemporaryDirectory() as folder, replica(Path(folder)) as site:
        environment = dict(os.environ) | site.environment
        yield SimpleNamespace(environment=environment, slow=lambda rate: slow_replica(site, rate))


def slow_replica(site, rate):
    site.set(**{host: [{"path": "", "mode": "slow", "rate": rate}] for host in SITES})


def main(*where):
    if (words := missing()) is not None:
        sys.exit(words)
    at_hand = PROGRAM.is_file() and CORPUS.is_file() and "sample" not in where
    wrong = 0
    with ExitStack() as stack:
        site = stack.enter_context(real_transcripts() if at_hand else sample())
        url = stack.enter_context(redis_server())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        done = crawl(site, folder / "alone")
        assert done.status == 0, done.out + done.err
        alone = rows(folder / "alone")
        print(f"one process alone: {len(alone['remarks'])} remarks, {len(alone['utterances'])} turns", flush=True)
        with workers(site, url):
            done = run(site, folder / "three", url)
        wrong += tell(f"three workers: status {done.status}", differences(alone, folder / "three"))
        site.slow(0.05)
        status, output = kill_and_repeat(site, url, folder / "killed")
        wrong += tell(f"one of them killed: status {status}", differences(alone, output))
        hole, left = kill_and_make_up(site, url, folder / "hole", alone)
        print(f"one killed, nothing asked again: a hole of {counted(hole)}", flush=True)
        wrong += tell("the next run", left)
        left = kill_the_run(site, url, folder / "run", alone)
        wrong += tell("the run itself killed, and the next run", left)
    sys.exit(1 if wrong else 0)


def tell(what, different):
    """Whether it was wrong."""
    print(f"{what}: {'differs in ' + counted(different) if different else 'the same rows'}", flush=True)
    return bool(different)


def counted(different):
    return ", ".join(f"{len(them)} {name}" for name, them in different.items())


if __name__ == "__main__":
    main(*sys.argv[1:])
