"""What a person may ask of a crawl (`-a NAME=VALUE`), read and checked. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from crawler import settings as defaults
from crawler.runs.ping import is_address
from crawler.runs.schedule import read_hours, read_plan
from crawler.web.sites import SITES
from crawler.web.types import unknown_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_HOST = "www.state.gov"
SOURCES = ("live", "wayback")
FALLBACKS = ("wayback", "none")
# Scrapy's defaults for these are whole numbers, and it takes others.
FRACTIONS = (
    "AUTOTHROTTLE_TARGET_CONCURRENCY",
    "DNS_TIMEOUT",
    "DOWNLOAD_DELAY",
    "DOWNLOAD_TIMEOUT",
    "LOGSTATS_INTERVAL",
)
# State's web is younger than this.
MOST_DAYS = 36_500


class UsageError(ValueError):
    """An argument that is unknown or cannot be read; its text tells what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """A crawl as asked for."""

    hosts: tuple[str, ...] = (DEFAULT_HOST,)
    since: date | None = None
    """First publication date wanted; None with `everything` False: where the last complete run left off."""
    everything: bool = False
    """since=all"""
    until: date | None = None
    types: str = "speech"
    """speech, all, or type labels parted by commas."""
    source: str = "live"
    """live, wayback, or warc: and a pattern of file names."""

    @property
    def continues(self) -> bool:
        """Whether such a run, if complete, leaves no gap behind it: the next one may go on from its start."""
        whole = self.since is None and self.until is None and self.types in ("speech", "all")
        return whole and self.source == "live"  # archives lag behind

    def as_row(self) -> dict[str, Any]:
        """For the run's row: plain JSON values."""
        row = asdict(self) | {"continues": self.continues}
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()}


def read_arguments(given: Mapping[str, str]) -> Arguments:
    """Raises UsageError."""
    known = {field.name for field in fields(Arguments)} - {"everything"}
    if unknown := sorted(set(given) - known):
        raise UsageError(f"unknown argument -a {unknown[0]}=…; there are {', '.join(sorted(known))}")
    if any(not value.strip() for value in given.values()):
        raise UsageError("an argument without a value")
    since, until = given.get("since"), given.get("until")
    source = given.get("source", "live")
    # a WARC file is read for whatever it holds
    default = "all" if source.startswith("warc:") else DEFAULT_HOST
    arguments = Arguments(
        hosts=_hosts(given.get("hosts", default)),
        since=None if since in (None, "all") else _day("since", since),
        everything=since == "all",
        until=None if until is None else _day("until", until),
        types=_types(given.get("types", "speech")),
        source=source,
    )
    if source not in SOURCES and not (source.startswith("warc:") and source != "warc:"):
        raise UsageError(f"source={source} is not one of: {', '.join(SOURCES)}, warc:PATTERN")
    if unknown_types := unknown_labels(arguments.types):
        raise UsageError(f"types={arguments.types}: no such type: {', '.join(unknown_types)} (see data/types.toml)")
    if arguments.since and arguments.until and arguments.until < arguments.since:
        raise UsageError(f"until={arguments.until} lies before since={arguments.since}")
    return arguments


def check_settings(settings: Mapping[str, Any]) -> None:
    """Raises UsageError for a REMARKS_ setting that is unknown or empty, and for a number that cannot be one."""
    known = {name: value for name, value in vars(defaults).items() if name.startswith("REMARKS_")}
    for name in settings:
        if name.startswith("REMARKS_") and name not in known and name != "REMARKS_EXTRA_HOSTS":
            raise UsageError(f"unknown setting {name}; there are {', '.join(sorted(known))}")
    for name, default in vars(defaults).items():
        if isinstance(default, int | float):
            check_value(name, settings[name], default)
    if settings["REMARKS_FALLBACK"] not in FALLBACKS:
        raise UsageError(f"REMARKS_FALLBACK={settings['REMARKS_FALLBACK']} is not one of: {', '.join(FALLBACKS)}")
    if not settings["REMARKS_OUTPUT"]:
        raise UsageError("REMARKS_OUTPUT is empty")
    _hours(settings)
    if (address := str(settings["REMARKS_PING_URL"])) and not is_address(address):
        raise UsageError("REMARKS_PING_URL is no http or https address")
    if (day := str(settings["REMARKS_DRIFT_SINCE"])) and not _is_day(day):
        raise UsageError(f"REMARKS_DRIFT_SINCE={day} is not a date like 2026-05-01")
    try:
        str(settings["REMARKS_USER_AGENT"]).format(contact="")
    except (ValueError, KeyError, IndexError) as error:
        raise UsageError(f"REMARKS_USER_AGENT cannot be read: {error!r}") from None


def _hours(settings: Mapping[str, Any]) -> None:
    try:
        read_hours(settings["REMARKS_RETRY_HOURS"])
    except ValueError as error:
        raise UsageError(f"REMARKS_RETRY_HOURS cannot be read: {error!r}") from None
    for name in ("REMARKS_LOOK_HOURS", "REMARKS_ARCHIVE_LOOK_HOURS"):
        try:
            read_plan(settings[name])
        except ValueError as error:
            raise UsageError(f"{name} cannot be read: {error}") from None


def check_value(name: str, value: object, default: object) -> None:
    """Raises UsageError for what cannot take the place of a default that is a switch or a number."""
    if isinstance(default, bool):
        _switch(name, value)
    elif isinstance(default, int | float):
        _number(name, value, whole=isinstance(default, int) and name not in FRACTIONS)


def _switch(name: str, value: object) -> None:
    if str(value).lower() not in ("true", "false", "1", "0"):
        raise UsageError(f"{name}={value} is neither True nor False")


def _number(name: str, value: object, *, whole: bool) -> None:
    try:
        number = float(str(value))
    except ValueError:
        raise UsageError(f"{name}={value} is no number") from None
    least = 1 if name.startswith("CONCURRENT_") else 0  # with none at a time a crawl waits for ever
    if not least <= number < 1e12 or (name.endswith("_DAYS") and number > MOST_DAYS):
        raise UsageError(f"{name}={value} is out of range")
    if whole:
        try:
            int(str(value))
        except ValueError:
            raise UsageError(f"{name}={value} is no whole number") from None


def _hosts(value: str) -> tuple[str, ...]:
    if value == "all":
        return tuple(SITES)
    hosts = tuple(dict.fromkeys(host.strip().lower() for host in value.split(",") if host.strip()))
    if (unknown := [host for host in hosts if host not in SITES]) or not hosts:
        which = ", ".join(unknown) or "none named"
        raise UsageError(f"hosts={value}: not read by this version: {which}; there are {', '.join(SITES)}, or all")
    return hosts


def _types(value: str) -> str:
    return value.casefold() if value.casefold() in ("all", "speech") else value


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{name}={value} is not a date like 2022-05-01") from None
