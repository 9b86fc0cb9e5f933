"""Two or more ways to do the same, measured in turn, so that a machine whose speed drifts treats them alike."""

from __future__ import annotations

import gc
import os
import subprocess
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that ended."""

    status: int
    seconds: float
    peak_mb: float
    """Of the largest process of it and its children."""
    printed: str


def in_turn(
    ways: Mapping[str, Callable[[], object]], rounds: int, before: Callable[[], object] = lambda: None
) -> dict[str, list[float]]:
    """Name -> seconds of processor time, one a round, after one round that is not counted; `before` is not measured."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            before()
            gc.collect()
            began = time.process_time()
            way()
            if number:
                taken[name].append(time.process_time() - began)
    return taken


def ratio(taken: Mapping[str, Sequence[float]], ours: str, other: str) -> tuple[float, float, float]:
    """How many times as fast ours is as the other, round by round: median, least, most."""
    ratios = [theirs / own for own, theirs in zip(taken[ours], taken[other], strict=True)]
    return median(ratios), min(ratios), max(ratios)


def told(name: str, figures: tuple[float, float, float], target: float) -> str:
    middle, least, most = figures
    verdict = "" if middle >= target else "  BELOW THE TARGET"
    return f"  {name:<58} {middle:6.2f} ({least:.2f}-{most:.2f})  target {target:g}{verdict}"


def finish(line: Sequence[str], environment: Mapping[str, str] | None = None) -> Finished:
    """Runs a process to its end; raises RuntimeError where it fails. What it prints as errors is shown."""
    began = time.perf_counter()
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise RuntimeError(f"{' '.join(line)}: exit status {process.returncode}: {printed}")
    return Finished(process.returncode, time.perf_counter() - began, usage.ru_maxrss / 1024, printed)
