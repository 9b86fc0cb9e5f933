"""Whether a template has quietly stopped matching: figures of the newest pages against those before, and floors. Pure.

A renamed class takes a field away from every page put up after it; it does not take it from one page in ten. And most
runs read a page or two. So the newest 4, 8, 16, 32 pages of a template by their own date, whichever runs they came
from, are asked two things:

- Has at most half as many of them the field as had it before (or as the floor demands)? Less is the news of the day:
  three briefings on a telephone line have no place.
- Would chance explain it? The share before is taken at its lower end (Wilson, 95 %), and a count as low as this must
  come by chance in no more than one of ten thousand such looks (binomial). Four pages without a byline are enough,
  where hundreds had one; two are never.

By their date, because a backfill reads old pages last, and those of another year may well have other habits. Pages that
are read again are compared with themselves: where several have lost a field that they had, State has not edited them.

A figure that is found stays found until newer pages have it again, the pages were read again by a mended program
(`scrapy reparse`), or a person says from when on things are as they should be (REMARKS_DRIFT_SINCE).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import comb, sqrt
from typing import TYPE_CHECKING, Any

from crawler.data import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WINDOWS = (4, 8, 16, 32)
#: Pages before the window that it is compared with.
BASELINE_PAGES = 200
#: Fewer pages before tell nothing; only the floor does.
LEAST_BASELINE = 20
#: How rare a count must be by chance.
ALPHA = 1e-4
#: Of the share before.
LARGEST_SHARE = 0.5
WILSON_Z = 1.96
#: Pages that are named.
EXAMPLES = 3
NO_TEMPLATE = "no template"


@dataclass(frozen=True, slots=True)
class Sample:
    """A page that was read, and which figures it has; a figure that does not apply to it is not in it."""

    url: str
    figures: dict[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A figure that fell."""

    field: str
    of: str
    """The template, or the host."""
    having: int
    pages: int
    before: str
    """What was expected, in words."""
    examples: tuple[str, ...]

    @property
    def short(self) -> str:
        return f"{self.field} of {self.of} on {self.having} of {self.pages} pages"

    def __str__(self) -> str:
        return f"drift: {self.short} ({self.before}), e.g. {', '.join(self.examples)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """An entry of data/drift.toml."""

    name: str
    floor: float | None = None
    templates: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def floor_of(self, template: str) -> float | None:
        return self.floor if not self.templates or template in self.templates else None


def find_drift(of: str, samples: Sequence[Sample], floors: dict[str, float | None]) -> Iterator[Drift]:
    """The figures that fell, over the pages of a template (or host), newest first."""
    for field, floor in floors.items():
        pages = [page for page in samples if field in page.figures]
        found = (_fallen(field, of, pages, size, floor) for size in reversed(WINDOWS) if size <= len(pages))
        if (drift := next(filter(None, found), None)) is not None:
            yield drift


def _fallen(field: str, of: str, pages: Sequence[Sample], size: int, floor: float | None) -> Drift | None:
    recent, before = pages[:size], pages[size : size + BASELINE_PAGES]
    having, had = (sum(page.figures[field] for page in some) for some in (recent, before))
    usual = wilson_low(had, len(before)) if len(before) >= LEAST_BASELINE else None
    for expected, words in ((usual, f"before: {had} of {len(before)}"), (floor, f"usual: {floor or 0:.0%} or more")):
        if expected is None or having > LARGEST_SHARE * expected * size:
            continue
        if binomial_up_to(having, size, expected) <= ALPHA:
            lacking = tuple(page.url for page in recent if not page.figures[field])[:EXAMPLES]
            return Drift(field=field, of=of, having=having, pages=size, before=words, examples=lacking)
    return None


def wilson_low(having: int, pages: int) -> float:
    """The lower end of the 95 % interval of a share."""
    share, z = having / pages, WILSON_Z
    middle = share + z * z / (2 * pages)
    width = z * sqrt(share * (1 - share) / pages + z * z / (4 * pages * pages))
    return max(0.0, (middle - width) / (1 + z * z / pages))


def binomial_up_to(having: int, pages: int, share: float) -> float:
    """The chance of so many or fewer."""
    return sum(comb(pages, n) * share**n * (1 - share) ** (pages - n) for n in range(having + 1))


@dataclass(frozen=True, slots=True)
class Answer:
    """A page that a host gave."""

    url: str
    reason: str | None
    """Why it could not be read; None where it was."""
    usual: str | None = None
    """The template of this page before, else of the host's other pages."""

    @property
    def lacks(self) -> tuple[str, str]:
        """Template and part. A form that has lost its mark is claimed by another template, or by none."""
        template, part = part_of(self.reason or "")
        if self.usual in (None, template):
            return template, part
        return f"{self.usual} ({'claimed by ' if template != NO_TEMPLATE else ''}{template})", part


def broken_parts(of: str, answers: Iterable[Answer]) -> Iterator[Drift]:
    """Parts that several pages of this run lack, by what their refusals say.

    Each such page is named by itself, too; this says that it is one fault of a template, not several of pages.
    """
    counted = list(answers)
    groups: dict[tuple[str, str], list[str]] = {}
    for answer in counted:
        if answer.reason is not None:
            groups.setdefault(answer.lacks, []).append(answer.url)
    for (template, part), urls in groups.items():
        if len(urls) >= WINDOWS[0] and 2 * len(urls) >= len(counted):
            yield Drift(
                field=part,
                of=template,
                having=len(counted) - len(urls),
                pages=len(counted),
                before=f"pages of {of} in this run; the others lack it{_asks(part)}",
                examples=tuple(urls[:EXAMPLES]),
            )


def lost(of: str, pages: Iterable[tuple[str, bool, bool]], field: str) -> Iterator[Drift]:
    """A field that pages read again have lost, where several have and most (address, had it, has it)."""
    had = [(url, has) for url, before, has in pages if before]
    gone = [url for url, has in had if not has]
    if len(gone) >= WINDOWS[0] and 2 * len(gone) >= len(had):
        yield Drift(
            field=field,
            of=of,
            having=len(had) - len(gone),
            pages=len(had),
            before="pages read again that had it",
            examples=tuple(gone[:EXAMPLES]),
        )


def part_of(reason: str) -> tuple[str, str]:
    """Template and part of a page, by the words of a refusal."""
    template, colon, words = reason.partition(": ")
    if not colon or not template.replace("_", "").isalnum():
        template, words = NO_TEMPLATE, reason
    names = (name for name, says in _parts() if any(word in words for word in says))
    return template, next(names, "form" if template == NO_TEMPLATE else words[:40])


def _asks(part: str) -> str:
    asked = next((row.get("asks") for row in _data()["part"] if row["name"] == part), None)
    return f": {asked}" if asked else ""


@cache
def figures() -> tuple[Figure, ...]:
    return tuple(
        Figure(row["name"], row.get("floor"), tuple(row.get("templates", ())), tuple(row.get("types", ())))
        for row in _data()["figure"]
    )


@cache
def _parts() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((row["name"], tuple(row["says"])) for row in _data()["part"])


@cache
def _data() -> dict[str, list[dict[str, Any]]]:
    return load("drift")
