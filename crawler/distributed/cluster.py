"""`scrapy reparse --cluster`: the parts of WARC files (rebuild/workers.py) read by a Dask cluster, one writer here.

Dask, because its client is an executor of the standard library's kind: what maps over processes maps over machines, and
what a worker had that died is given to another. Ray (2.60) has none such, and is 202 MB unpacked against Dask's 36.
"""

from __future__ import annotations

from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from crawler.rebuild.workers import close_readers
from crawler.runs.arguments import UsageError
from crawler.runs.version import parser_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from distributed import Client


@contextmanager
def executor(address: str) -> Iterator[tuple[Executor, int]]:
    """The cluster whose scheduler has that address, and how many parts it reads at a time.

    Raises UsageError where the extra is missing, OSError where there is no such cluster, it has no worker, or the
    program on one of them reads pages otherwise than the one here.
    """
    if find_spec("distributed") is None:
        raise UsageError("--cluster needs Dask: pip install 'state-remarks[distributed]'")
    from distributed import KilledWorker

    try:
        with _client(address) as client:
            check(client.run(parser_version))
            try:
                yield client.get_executor(pure=False), sum(client.nthreads().values())
            finally:
                client.run(close_readers)
    except (KilledWorker, CancelledError) as error:
        raise OSError(f"the cluster at {address} lost what it was reading: {error}") from error


def _client(address: str) -> Client:
    from distributed import Client

    try:
        return Client(address, timeout="10s")  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise UsageError(f"--cluster {address}: {error}") from error


def check(versions: dict[str, str]) -> None:
    if not versions:
        raise OSError("the cluster has no worker")
    for worker, version in versions.items():
        if version != parser_version():
            raise OSError(f"worker {worker} reads pages as {version}, this program as {parser_version()}")
