"""Figures by month: filling the gaps, and years where there are too many months to see. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: More columns than this are years.
MOST_COLUMNS = 72


def months(first: str, last: str) -> list[str]:
    """All months from one to the other, both included: "2021-12", "2022-01"."""
    start, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(start, end + 1)]


def spread(by_month: Mapping[str, float], span: Sequence[str] | None = None) -> tuple[list[str], list[float]]:
    """Labels and values without a gap, by month, or by year where there would be too many columns."""
    labels = list(span) if span else months(min(by_month), max(by_month))
    values = [by_month.get(month, 0) for month in labels]
    return by_year(labels, values) if len(labels) > MOST_COLUMNS else (labels, values)


def by_year(labels: Sequence[str], values: Sequence[float]) -> tuple[list[str], list[float]]:
    pairs = groupby(zip(labels, values, strict=True), key=lambda pair: pair[0][:4])
    totals = {year: sum(value for _, value in group) for year, group in pairs}
    return list(totals), list(totals.values())
