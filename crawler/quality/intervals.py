"""95 % intervals. Pure.

Wilson's score interval for a share of n, as if the n were drawn independently: it stays sensible at 0 and 1, where the
usual one has no width. Errors come in clusters (a page with a strange form has many), so documents are drawn anew, too
(percentile bootstrap, fixed seed), and of both intervals the outer ends are taken.
"""

from __future__ import annotations

import random
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Z = 1.959964
"""Of a normal distribution, 95 % lie within so many standard deviations."""
DRAWS = 1000


class Share(NamedTuple):
    """A share with its interval; right of n."""

    right: float
    n: float
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.right / self.n if self.n else float("nan")


def wilson(right: float, n: float) -> tuple[float, float]:
    """Lower and upper end; 0 and 1 where nothing was counted."""
    if n <= 0:
        return 0.0, 1.0
    share = right / n
    middle = share + Z * Z / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + Z * Z / n)), min(1.0, (middle + half) / (1 + Z * Z / n))


def bootstrap(documents: Sequence[tuple[float, float]], draws: int = DRAWS, seed: int = 1) -> tuple[float, float]:
    """Interval of sum(right) / sum(n) over documents drawn with replacement."""
    if not documents:
        return 0.0, 1.0
    rng, shares = random.Random(seed), []  # noqa: S311 (no secret)
    for _ in range(draws):
        drawn = rng.choices(documents, k=len(documents))
        n = sum(of for _, of in drawn)
        shares.append(sum(right for right, _ in drawn) / n if n else 1.0)
    shares.sort()
    return shares[int(0.025 * draws)], shares[min(draws - 1, int(0.975 * draws))]


def share(documents: Sequence[tuple[float, float]]) -> Share:
    """Of (right, n) of each document."""
    right, n = sum(one for one, _ in documents), sum(of for _, of in documents)
    (a, b), (c, d) = wilson(right, n), bootstrap(documents)
    return Share(right, n, min(a, c), max(b, d))
