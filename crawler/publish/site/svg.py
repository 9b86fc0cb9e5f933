"""Charts as SVG, drawn on the server: they show without JavaScript, print, and are read out by a screen reader. Pure.

Colours, sizes of letters and dark mode are the style sheet's (static/site.css): nothing here carries a style of its
own, so a strict Content-Security-Policy holds. pygal and leather were tried: the first writes a script and a style
sheet into every picture, the second fixes fonts and colours and has no words for a screen reader.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 14, 30
#: Colours that the style sheet has.
COLOURS = 8
MOST_LABELS = 9
#: A label nearer to the right edge ends there instead of being centred.
EDGE = 45


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: a value for each place on the horizontal axis; None is a gap."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart, and what a table under it says again."""

    svg: Markup
    labels: Sequence[str]
    series: Sequence[Series]


def columns(title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str) -> Chart:
    """Columns over a row of labels, one series upon another."""
    totals = [sum(s.values[i] or 0 for s in series) for i in range(len(labels))]
    axis = _Axis(totals, len(labels))
    parts = []
    for i, label in enumerate(labels):
        height = 0.0
        for colour, one in enumerate(series):
            if not (value := one.values[i]):
                continue
            height += value
            told = (
                f"{label}, {one.name}: {_number(value)} {unit}"
                if len(series) > 1
                else f"{label}: {_number(value)} {unit}"
            )
            parts.append(
                Markup(
                    '<rect class="s{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
                ).format(
                    colour % COLOURS,
                    axis.x(i) - axis.step * 0.42,
                    axis.y(height),
                    axis.step * 0.84,
                    axis.drop(value),
                    told,
                )
            )
    return Chart(_picture(title, labels, axis, parts, f"{unit} by {_span(labels)}"), labels, series)


def lines(title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str) -> Chart:
    """Lines over a row of labels; a gap where a value is None."""
    axis = _Axis([value for one in series for value in one.values if value is not None], len(labels))
    parts = []
    for colour, one in enumerate(series):
        for run in _runs(one.values):
            points = " ".join(f"{axis.x(i):.1f},{axis.y(value):.1f}" for i, value in run)
            parts.append(Markup('<polyline class="l{}" points="{}"/>').format(colour % COLOURS, points))
        if len(labels) <= 120:
            parts += [
                Markup('<circle class="s{}" cx="{:.1f}" cy="{:.1f}" r="3"><title>{}</title></circle>').format(
                    colour % COLOURS, axis.x(i), axis.y(value), f"{labels[i]}, {one.name}: {_number(value)} {unit}"
                )
                for i, value in enumerate(one.values)
                if value is not None
            ]
    return Chart(_picture(title, labels, axis, parts, f"{unit} by {_span(labels)}"), labels, series)


class _Axis:
    """Where values and labels lie."""

    def __init__(self, values: Iterable[float], count: int) -> None:
        self.ticks = ticks(max(values, default=0))
        self.step = (WIDTH - LEFT - RIGHT) / max(count, 1)

    def x(self, i: int) -> float:
        return LEFT + self.step * (i + 0.5)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - self.drop(value)

    def drop(self, value: float) -> float:
        return value / self.ticks[-1] * (HEIGHT - TOP - BOTTOM)


def ticks(most: float) -> list[float]:
    """Four to six round numbers from 0 to at least `most`."""
    if most < 1e-9:
        return [0, 1]
    size = 10 ** math.floor(math.log10(most))
    step = next(f * size for f in (0.2, 0.25, 0.5, 1, 2, 2.5) if most / (f * size) <= 5)
    return [n * step for n in range(math.ceil(most / step - 1e-9) + 1)]


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    runs: list[list[tuple[int, float]]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((i, value))
    return [run for run in runs if run]


def _picture(title: str, labels: Sequence[str], axis: _Axis, parts: list[Markup], told: str) -> Markup:
    grid = [
        Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{y:.1f}" y2="{y:.1f}"/>'
            '<text class="y" x="{}" y="{below:.1f}">{}</text>'
        ).format(LEFT, WIDTH - RIGHT, LEFT - 7, _short(tick), y=axis.y(tick), below=axis.y(tick) + 4)
        for tick in axis.ticks
    ]
    every = max(1, math.ceil(len(labels) / MOST_LABELS))
    names = [
        Markup('<text class="x{}{}" x="{:.1f}" y="{}">{}</text>').format(
            " minor" if i // every % 2 else "",
            " last" if at > WIDTH - EDGE else "",
            at if at <= WIDTH - EDGE else WIDTH - 4,
            HEIGHT - BOTTOM + 19,
            label,
        )
        for i, label in enumerate(labels)
        if i % every == 0 and (at := axis.x(i))
    ]
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, f"{title}: {told}", Markup("").join([*grid, *names, *parts])
    )


def _span(labels: Sequence[str]) -> str:
    return f"{labels[0]} to {labels[-1]}" if labels else "nothing"


def _number(value: float) -> str:
    if value >= 10 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.2g}"


def _short(value: float) -> str:
    """15k, 2.5M"""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
