"""Invented releases of real length and weight, as the pages that www.state.gov and its archive serve.

The text is that of corpus.py. A real page weighs 100 to 180 kB, most of it scripts and icons: `weighty` adds as much.
The same seed gives the same pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from random import Random
from typing import TYPE_CHECKING

from benchmarks.corpus import DAYS, FIRST_DAY, SYLLABLES, TYPES, Invented
from crawler.sample import Document
from crawler.sample.shells import ARCHIVE, CURRENT, served

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Of a page of www.state.gov.
WEIGHT = 150_000
#: One release in so many is served again, corrected.
EDITED_ONE_IN = 30
POST_TYPES = {"Department Press Briefing": "state_briefing", "Special Briefing": "state_briefing"}
SCRIPT = "<script>window.layer=window.layer||[];layer.push({{n:{n},v:'{n:x}-{n:o}'}});</script>\n"
ICON = '<svg class="icon" viewBox="0 0 24 24"><path d="M{n} 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 18z"/></svg>\n'


@dataclass(frozen=True, slots=True)
class Served:
    """A page as it went over the wire."""

    url: str
    body: bytes
    content_type: str
    listed_type: str
    fetched_at: str


def documents(
    count: int, *, seed: int = 1, turns: bool = True, hosts: tuple[str, ...] = (CURRENT, ARCHIVE)
) -> Iterator[Document]:
    """So many releases, oldest first; `turns`: only types in which somebody speaks."""
    invented = Invented(Random(seed))  # noqa: S311
    kinds = [kind for kind in TYPES if kind[2] or not turns]
    for number in range(1, count + 1):
        kind, _, fewest, most, asked = invented.random.choices(kinds, [kind[1] for kind in kinds])[0]
        published = datetime(FIRST_DAY.year, 1, 2, 15, tzinfo=UTC) + timedelta(days=number * DAYS // count)
        host = hosts[number % len(hosts)]
        secretary, spokesman = _name(invented.random), _name(invented.random)
        yield Document(
            name=f"invented-{number}",
            shows="weight",
            type=kind,
            title=f"{kind} {number}: {invented.text(6).rstrip('.')}",
            byline=(f"{secretary}, Secretary of State", f"{spokesman}, Department Spokesperson"),
            places=("Harbor City",),
            published=published,
            modified=published,
            served=(f"https://{host}/invented-{number}/",),
            body=_body(invented, (secretary, spokesman), invented.random.randint(fewest, most), asked=asked),
            tags=("Bureau of Invented Affairs", "Valmora"),
            wp_id=100_000 + number,
            post_type=POST_TYPES.get(kind, "state_press_release"),
        )


def pages(count: int, *, weight: int = WEIGHT, seed: int = 1) -> Iterator[Served]:
    """The pages of so many releases, and those of the corrected ones again a day later."""
    for number, document in enumerate(documents(count, seed=seed), start=1):
        yield _page(document, weight, document.published + timedelta(hours=1))
        if number % EDITED_ONE_IN == 0:
            edited = replace(document, body=document.body.replace(" the ", " this ", 1))
            yield _page(edited, weight, document.published + timedelta(days=1))


def weighty(page: bytes, weight: int) -> bytes:
    """The page with scripts in its head and icons in its body, up to the weight."""
    added = {}
    for pattern, before in ((SCRIPT, b"</head>"), (ICON, b'<div class="entry-content')):
        short = max(0, weight - len(page)) // 2
        size = len(pattern.format(n=10_000))
        added[before] = "".join(pattern.format(n=10_000 + number) for number in range(short // size)).encode()
    for before, text in added.items():
        page = page.replace(before, text + before, 1)
    return page


def _page(document: Document, weight: int, fetched: datetime) -> Served:
    (url,) = document.served
    body, content_type = served(document, url.split("/")[2])
    return Served(url, weighty(body, weight), content_type, document.type, f"{fetched:%Y-%m-%dT%H:%M:%SZ}")


def _name(random: Random) -> str:
    return " ".join("".join(random.choices(SYLLABLES, k=3)).capitalize() for _ in range(2))


def _body(invented: Invented, speakers: tuple[str, str], count: int, *, asked: bool) -> str:
    labels = [f"{title} {name.split()[-1].upper()}" for title, name in zip(("SECRETARY", "MR"), speakers, strict=True)]
    if not count:
        return "".join(f"<p>{escape(part, quote=False)}</p>\n" for part in invented.text(250).split("\n\n"))
    turns = []
    for position in range(count):
        question = asked and position % 2 == 1
        text = invented.text(25 if question else 60 if asked else 400)
        label = "QUESTION" if question else labels[(position // 7 if asked else position) % 2]
        first, *others = text.split("\n\n")
        turns.append(f"<p><strong>{label}:</strong>&nbsp; {escape(first, quote=False)}</p>\n")
        turns += [f"<p>{escape(other, quote=False)}</p>\n" for other in others]
    return "".join(turns)
