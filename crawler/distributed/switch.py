"""What REMARKS_REDIS_URL sets in a run: scrapy-redis's scheduler and dupefilter, and the workers as the way out."""

from __future__ import annotations

import warnings
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Any, Final

from crawler.runs.arguments import UsageError

if TYPE_CHECKING:
    from scrapy.settings import Settings

NEEDED: Final = ("scrapy_redis", "redis")
#: By settings alone: the spider does not know.
OF_A_RUN: Final[dict[str, Any]] = {
    "SCHEDULER": "scrapy_redis.scheduler.Scheduler",
    "SCHEDULER_QUEUE_CLASS": "crawler.distributed.queue.Queue",
    "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter",
    # What a run that was killed left there is asked for again, because the database does not hold it.
    "SCHEDULER_FLUSH_ON_START": True,
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.distributed.handing.Handing"),
    "HTTPPROXY_ENABLED": False,  # the way out is the worker's
}


def switch_on(settings: Settings) -> None:
    """For a run. Raises UsageError as `check` does."""
    check(settings)
    for name, value in OF_A_RUN.items():
        settings.set(name, value, priority="project")
    place = keys(settings["REMARKS_OUTPUT"])
    settings.set("SCHEDULER_QUEUE_KEY", place + "requests", priority="project")
    settings.set("SCHEDULER_DUPEFILTER_KEY", place + "dupefilter", priority="project")


def keys(output: str) -> str:
    """What the keys of runs into this folder begin with: of these, the lock lets one run at a time."""
    place = f"{gethostname()}:{Path(output).resolve()}"
    return f"remarks:{sha256(place.encode()).hexdigest()[:12]}:"


def check(settings: Settings) -> None:
    """For a run and a worker alike. Raises UsageError where the extra is missing or a setting cannot be."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise UsageError(
            f"REMARKS_REDIS_URL is set, but {' and '.join(missing)} cannot be imported: "
            "pip install 'state-remarks[distributed]'"
        )
    lease, timeout = settings.getfloat("REMARKS_LEASE_SECONDS"), settings.getfloat("DOWNLOAD_TIMEOUT")
    if lease <= timeout:
        raise UsageError(f"REMARKS_LEASE_SECONDS={lease:g} must be more than DOWNLOAD_TIMEOUT={timeout:g}")
    from redis import Redis

    try:
        Redis.from_url(settings["REMARKS_REDIS_URL"]).close()
    except ValueError as error:
        raise UsageError(f"REMARKS_REDIS_URL: {error}") from None
    settings.set("REDIS_URL", settings["REMARKS_REDIS_URL"], priority="project")
    _quiet()


def reach(settings: Settings) -> None:
    """Raises ConnectionError, an OSError, where Redis does not answer."""
    from redis import Redis, RedisError

    try:
        with Redis.from_url(settings["REMARKS_REDIS_URL"]) as server:
            server.ping()
    except RedisError as error:
        raise ConnectionError(f"REMARKS_REDIS_URL: {error}") from error


def _quiet() -> None:
    """scrapy-redis 0.9.1 names the spider to the stats, which Scrapy 2.14 and newer do not need: no news for cron."""
    from scrapy.exceptions import ScrapyDeprecationWarning

    warnings.filterwarnings("ignore", category=ScrapyDeprecationWarning, module="scrapy_redis")
