"""`python -m crawler.quality`: what becomes of marked pages that are damaged in known ways; `make quality` calls it.

Each kind of damage gets three figures: right, told, silent. Right: turns, labels and persons are those of the sound
page, changed only where the damage truly changes them. Told: not right, but the page is refused by name, or `problems`
has a doubt or a fault that the sound page has not, and that quotes the damaged line. Silent: all else.

The pages are the project's own sample site, or with --gold transcripts marked by hand in a folder that has
gold/transcripts.jsonl, gold/people.jsonl and corpus/documents.jsonl, each in the shell of one of the hosts.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler import flow
from crawler.errors import Refusal
from crawler.items import Capture
from crawler.quality import marked as marks
from crawler.quality.mutations import KINDS, Damaged, Kind, Specimen, Turn, find_spots, turn_of
from crawler.quality.people import Found, judge
from crawler.quality.turns import count, printed_label
from crawler.sample import Document, expected, load
from crawler.sample.shells import HOSTS, served
from crawler.transcript.names import same_person
from crawler.transcript.validate import doubtful
from crawler.web.sites import WINDOWS_1252_HOSTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.items import Remark

#: Damages of a kind on a page, each at a place drawn anew.
TRIES = 3
#: What is promised: at most, and at least where the page determines it.
MOST_SILENT = 0.005
LEAST_RIGHT = 0.97
LOCAL = ZoneInfo("America/New_York")
OUTCOMES = ("right", "told", "silent")
#: The sound page, as a kind of its own.
SOUND = "(no damage)"


@dataclass(frozen=True, slots=True)
class Source:
    """A document with what was marked in it."""

    document: Document
    host: str
    turns: Sequence[Mapping[str, Any]]
    quoted: Sequence[str]
    people: Sequence[Mapping[str, Any]]


class Outcome(NamedTuple):
    """What became of one damaged page."""

    kind: str
    name: str
    outcome: str
    why: str


def sample_sources() -> Iterator[Source]:
    """The sample site's documents, each on its first host."""
    documents = {document.name: document for document in load()}
    for line in expected():
        document = documents[line["name"]]
        host = urlsplit(document.served[0]).hostname or ""
        yield Source(document, host, line["turns"], line["quoted"], line["people"])


def gold_sources(folder: Path) -> Iterator[Source]:
    """Marked transcripts in the shells of the hosts, one after the other. Raises NoMarks."""
    marked = marks.read(folder / "gold")
    documents = {line["id"]: line for line in marks.lines(folder / "corpus" / "documents.jsonl")}
    for host, (key, line) in zip(cycle(HOSTS), marked.transcripts.items(), strict=False):
        if line["id"] in documents:
            host = host if line["turns"] else HOSTS[0]  # the oldest forms tell a written release by its address alone
            document = _document(documents[line["id"]], host)
            yield Source(document, host, line["turns"], line.get("quoted", ()), marked.people.get(key, []))


def _document(line: dict[str, Any], host: str) -> Document:
    times = [datetime.fromisoformat(line[name]).astimezone(LOCAL) for name in ("published", "modified")]
    return Document(
        name=line["id"],
        shows="",
        type=line["type"],
        title=line["title"],
        byline=tuple(line["authors"]),
        places=tuple(line["places"]),
        published=times[0],
        modified=times[1],
        served=(f"https://{host}/remarks/{line['id']}/",),
        body=line["body"],
        wp_id=line["wp_id"] or 1,
        post_type=line["post_type"] or "state_press_release",
    )


def page_of(document: Document, host: str) -> tuple[bytes, str]:
    """As the host serves it, in bytes, and its content type; what windows-1252 has not stands as a reference."""
    if host in WINDOWS_1252_HOSTS:
        document = replace(document, body=document.body.encode("cp1252", "xmlcharrefreplace").decode("cp1252"))
    return served(document, host)


def read(document: Document, host: str, whole: bytes | None = None) -> Remark:
    """The page through the whole of the data path. Raises a Refusal."""
    body, content_type = page_of(document, host)
    address = document.address(host)
    return flow.run(
        Capture(
            url=address,
            fetched_at="2026-11-28T03:04:05Z",
            status=200,
            body=body if whole is None else whole,
            digest="sha256:0",
            content_type=content_type,
        )
    )


def specimen(source: Source) -> Specimen | str:
    """The page with what is right for it; why it cannot serve, where it is not read as it was marked."""
    try:
        remark = read(source.document, source.host)
    except Refusal as refusal:
        return str(refusal)
    turns = [(utterance.label, utterance.text) for utterance in remark.utterances]
    counts = count({"turns": source.turns, "quoted": source.quoted}, turns)
    if not counts.exact:
        return f"{counts.hit} of {counts.marked} turns, {counts.wrong} wrong words"
    found = [Found(one.label, one.role, one.person, one.method) for one in remark.utterances]
    for pair in judge(source.people, found):
        if pair.claimed and not pair.right:
            return f"a wrong person for {pair.label!r}"
    return Specimen(
        source.document,
        source.host,
        tuple(map(turn_of, remark.utterances)),
        frozenset(remark.problems),
        tuple(find_spots(source.document.body, turns)),
    )


def outcomes(source: Source, *, kinds: Sequence[Kind] = KINDS, tries: int = TRIES, seed: int = 1) -> list[Outcome]:
    """Every kind of damage on one page, at so many places."""
    page, name = specimen(source), source.document.name
    if isinstance(page, str):
        return [Outcome(SOUND, name, "silent", page)]
    found, seen = [Outcome(SOUND, name, "right", "")], set()
    for kind in kinds:
        for number in range(tries):
            rng = Random(f"{seed}:{name}:{kind.name}:{number}")  # noqa: S311 (no secret)
            if (damaged := kind.damage(page, rng)) is None:
                continue
            body, _ = page_of(damaged.document, page.host)
            whole = damaged.whole(body, rng) if damaged.whole else body
            if whole not in seen:
                seen.add(whole)
                found.append(Outcome(kind.name, name, *verdict(page, damaged, whole)))
    return found


def verdict(page: Specimen, damaged: Damaged, whole: bytes) -> tuple[str, str]:
    """right, told or silent, and what was found."""
    try:
        remark = read(damaged.document, page.host, whole)
    except Refusal as refusal:
        return "told", str(refusal)
    turns = tuple(map(turn_of, remark.utterances))
    if (wrong := _difference(damaged.turns, turns)) is None:
        return "right", ""
    told = [problem for problem in doubtful(remark.problems) if problem not in page.problems]
    quoting = [problem for problem in told if any(_plain(quote) in _plain(problem) for quote in damaged.quotes)]
    if quoting:
        return "told", f"{wrong}; {quoting[0]}"
    return "silent", f"{damaged.quotes[:1]}: {wrong}" + (f" (told: {told})" if told else "")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _difference(right: Sequence[Turn], found: Sequence[Turn]) -> str | None:
    """The first turn that is not right, in words."""
    for number, (one, other) in enumerate(zip(right, found, strict=False), start=1):
        if printed_label(other.labels[0]) not in map(printed_label, one.labels):
            return f"turn {number} is labelled {other.labels[0]!r}, not {one.labels[0]!r}"
        if one.words != other.words:
            return f"turn {number}, {one.labels[0]!r}, has other words: {len(other.words)}, not {len(one.words)}"
        if not any(_is(name, other.who[0]) for name in one.who):
            return f"turn {number}, {other.labels[0]!r}, is {other.who[0]!r}, not {one.who}"
    return None if len(right) == len(found) else f"{len(found)} turns, not {len(right)}"


def _is(name: str | None, found: str | None) -> bool:
    return name == found if name is None or found is None else same_person(name, found)


def table(found: Iterable[Outcome]) -> Iterator[str]:
    """A line a kind: how many, the shares in per cent, and where a promise is not kept."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        counts[one.kind][one.outcome] += 1
    yield f"{'kind of damage':36} {'n':>5} {'right':>7} {'told':>7} {'silent':>7}"
    for name, determined in ((SOUND, True), *((kind.name, kind.determined) for kind in KINDS)):
        if not (n := counts[name].total()):
            continue
        shares = {outcome: counts[name][outcome] / n for outcome in OUTCOMES}
        failed = [
            text
            for text, wrong in (
                (f"silent > {MOST_SILENT:.1%}", shares["silent"] > MOST_SILENT),
                (f"right < {LEAST_RIGHT:.0%}", determined and shares["right"] < LEAST_RIGHT),
            )
            if wrong
        ]
        figures = " ".join(f"{100 * shares[outcome]:6.1f}%" for outcome in OUTCOMES)
        yield f"{name:36} {n:5} {figures}  {', '.join(failed)}".rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m crawler.quality", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--gold", type=Path, metavar="DIR", help="damage the transcripts marked by hand there, too")
    parser.add_argument(
        "--tries", type=int, default=TRIES, help="places on a page for each kind (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="other places (default: %(default)s)")
    parser.add_argument("--kind", metavar="WORDS", help="only kinds whose name has these words")
    parser.add_argument("--show", choices=OUTCOMES, help="list the cases of that outcome, with the reason")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every case there, one a line")
    options = parser.parse_args(arguments)
    try:
        sources = [*sample_sources(), *(gold_sources(options.gold) if options.gold else ())]
    except marks.NoMarks as error:
        print(f"no transcripts marked by hand: {error}", file=sys.stderr)
        return 1
    kinds = [kind for kind in KINDS if not options.kind or options.kind in kind.name]
    work = partial(outcomes, kinds=kinds, tries=options.tries, seed=options.seed)
    with ProcessPoolExecutor(min(len(os.sched_getaffinity(0)), len(sources))) as pool:
        found = [one for some in pool.map(work, sources) for one in some]
    if options.json:
        options.json.write_text("".join(json.dumps(one._asdict()) + "\n" for one in found), "utf-8")
    print("\n".join(table(found)))
    for one in found:
        if one.outcome == options.show:
            print(f"{one.kind}: {one.name}: {one.why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
