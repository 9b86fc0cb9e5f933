"""The answers of a probe -> a table of what was expected and what came, and one sentence a problem. Pure.

What is expected stands where the crawl has it: indexes and forms in web/sites.py, how an index is read in discovery/,
parts of a form in templates/, which figures are usual in data/drift.toml, and what the indexes themselves say of a
page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler import flow
from crawler.controls import one_line
from crawler.discovery.indexes import EXPECT, read_index
from crawler.errors import CutOff, Gone, Moved, Refusal
from crawler.exporters.sqlite.settle import foreseen
from crawler.probe import page as shape
from crawler.probe.plan import GENEROUS, first_asks, lies_above, merged, shares
from crawler.runs.drift import figures
from crawler.templates import wordpress
from crawler.transcript.validate import doubtful
from crawler.web import health, robots
from crawler.web.dates import WEEKDAY, worded
from crawler.web.sites import SITES
from crawler.web.types import holds_speech
from crawler.web.urls import canonical, work_path
from crawler.web.whole import check_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.items import Capture, IndexPage, Link, Page, Remark
    from crawler.probe.bundle import Answer, Bundle
    from crawler.web.sites import Site

#: Doubts that tell of the form of a page and not of its words: each is a problem.
OF_THE_FORM: Final = frozenset(
    {"labels_without_colon", "not_taken_for_label", "no_turns", "no_title", "no_date", "too_many_labels", "unknown_box"}
)
#: Notes that tell of the form, too.
UNREAD: Final = "unread"
#: A field that at least so many pages have is missed on each page that has it not; one that fewer have, where no page
#: of several has it.
EACH: Final = 0.9
SEVERAL: Final = 2
MOST_BODY_BYTES: Final = 20_000_000
#: A turn of an interview or a briefing that is longer on average is several.
MOST_WORDS_A_TURN: Final = 600
MOST_QUOTED: Final = 3
WIDTH: Final = 44


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    host: str
    what: str
    expected: str
    came: str
    fits: bool = True


@dataclass(slots=True)
class Report:
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One plain sentence each."""
    notes: list[str] = field(default_factory=list)
    """What a person should know and what is no problem."""

    def row(self, host: str, what: str, expected: str, came: str, problem: str | None = None) -> None:
        self.rows.append(Row(host, what, expected, came, problem is None))
        if problem is not None and (sentence := f"{host}: {problem}") not in self.problems:
            self.problems.append(sentence)

    def problem(self, host: str, words: str) -> None:
        if (sentence := f"{host}: {words}") not in self.problems:
            self.problems.append(sentence)


def report(bundle: Bundle) -> Report:
    """Reads every answer with the code of this version."""
    found = Report()
    share = shares([SITES[host] for host in bundle.hosts])
    for host in bundle.hosts:
        answers = [answer for answer in bundle.answers if urlsplit(answer.url).hostname == host]
        _Host(SITES[host], answers, found, generous=share[host] >= GENEROUS).read()
    if bundle.ended != "finished":
        found.problems.append(f"The probe was stopped before its end: {bundle.ended}.")
    return found


@dataclass(slots=True)
class _Read:
    """A page that was asked for."""

    answer: Answer
    remark: Remark | None
    has: dict[str, bool] = field(default_factory=dict)
    """Figures of data/drift.toml."""


class _Host:
    """The answers of one host."""

    def __init__(self, site: Site, answers: Sequence[Answer], found: Report, *, generous: bool) -> None:
        self.site, self.host, self.found = site, site.host, found
        self.robots = [answer for answer in answers if answer.asked == "robots"]
        self.indexes = {answer.url: answer for answer in answers if answer.asked in EXPECT}
        self.pages = [answer for answer in answers if answer.asked == "page"]
        self.asks = {ask.url: ask.source for ask in first_asks(site, generous=generous)}
        self.read_indexes: dict[str, IndexPage] = {}
        self.missing: dict[str, int] = {}
        """Indexes that are not there, with the number of their row."""

    def read(self) -> None:
        if self.is_silent():
            return
        told = len(self.found.problems)
        self.read_robots()
        for url in [*self.asks, *(url for url in self.indexes if url not in self.asks)]:
            self.read_index(url)
        self.judge_missing()
        links = merged(self.read_indexes.values())
        pages = [self.read_page(answer, _link_of(answer, links)) for answer in self.pages]
        self.judge_together([page for page in pages if page.remark is not None])
        if not self.pages and self.read_indexes:
            self.found.row(self.host, "pages", "some", "none", "no page was found through its indexes.")
        if not self.read_indexes and not any(page.remark for page in pages):
            self.tell_refusing(told)

    def tell_refusing(self, told: int) -> None:
        """One sentence in place of one for each address, where nothing of the host could be read."""
        words = dict.fromkeys(problem.rpartition(": ")[2] for problem in self.found.problems[told:])
        del self.found.problems[told:]
        self.found.problem(
            self.host, f"nothing of the host could be read: {', '.join(one.rstrip('.') for one in words)}."
        )

    # ---- the host itself ----

    def is_silent(self) -> bool:
        """Whether nothing of the host was answered; one sentence says so."""
        everything = [*self.robots, *self.indexes.values(), *self.pages]
        if any(answer.capture is not None for answer in everything):
            return False
        why = Counter(answer.failure for answer in everything if answer.failure).most_common(1)
        words = why[0][0] if why else "it was not asked"
        self.found.row(self.host, "host", "answers", f"none: {words}", f"the host gives no answer: {words}.")
        return True

    def read_robots(self) -> None:
        answer = next(iter(self.robots), None)
        if answer is None or answer.capture is None:
            words = answer.failure if answer is not None and answer.failure else "it was not asked"
            self.found.row(self.host, "robots.txt", "rules", words, f"its robots.txt is not answered: {words}.")
            return
        capture = answer.capture
        verdict = robots.judge(capture.url, capture.status, capture.body, whole=capture.cut is None)
        came = verdict.words if verdict.kind != "rules" else self.rules_of(capture)
        fits = verdict.refusal is None
        self.found.row(
            self.host,
            "robots.txt",
            "rules, or none",
            came,
            None if fits else f"its robots.txt cannot be read: {verdict.words}.",
        )

    def rules_of(self, capture: Capture) -> str:
        rules = robots.read_rules(capture.body, "state-remarks")
        return f"rules, {rules.crawl_delay:g} seconds between requests" if rules.crawl_delay else "rules"

    # ---- indexes ----

    def read_index(self, url: str) -> None:
        answer = self.indexes.get(url)
        source = answer.asked if answer is not None else self.asks[url]
        what = f"{source} {_path(url)}"
        if answer is None:
            self.found.row(self.host, what, "items", "not asked")
            self.found.notes.append(f"{self.host}: the {source} {url} was not asked.")
            return
        if answer.failure is not None or answer.capture is None:
            words = answer.failure or "no answer"
            self.found.row(self.host, what, "items", words, f"the {source} {url} could not be had: {words}.")
            return
        capture = answer.capture
        try:
            with foreseen(url):
                health.judge(
                    capture.url,
                    capture.status,
                    answer.headers,
                    capture.body,
                    expect=EXPECT[source],
                    max_bytes=MOST_BODY_BYTES,
                )
                check_answer(capture)
                page = read_index(source, capture.url, capture.body, answer.headers, asked_at=capture.fetched_at)
        except Gone as gone:
            self.missing[url] = len(self.found.rows)
            self.found.rows.append(Row(self.host, what, "items", gone.reason, fits=False))
            return
        except Refusal as refusal:
            came = f"{refusal.outcome}: {refusal.reason}"
            self.found.row(self.host, what, "items", came, f"the {source} {url} cannot be read: {came}.")
            return
        self.read_indexes[url] = page
        self.tell_index(source, what, answer, page)

    def tell_index(self, source: str, what: str, answer: Answer, page: IndexPage) -> None:
        wrong = list(self.faults_of_index(source, answer, page))
        count = f"{len(page.links)} items" + (f", {len(page.indexes)} indexes" if page.indexes else "")
        days = sorted(link.date for link in page.links if link.date)
        typed = sum(link.type is not None for link in page.links)
        came = f"{count}{f', {days[0]} to {days[-1]}' if days else ''}{f', {typed} with a type' if typed else ''}"
        self.found.rows.append(Row(self.host, what, "items", came, not wrong))
        for words in wrong:
            self.found.problem(self.host, f"the {source} {answer.url} {words}.")

    def faults_of_index(self, source: str, answer: Answer, page: IndexPage) -> Iterator[str]:
        """Each completes "the feed https://... "."""
        if answer.hops:
            assert answer.capture is not None
            yield f"has moved: it leads to {answer.capture.url}"
        if not page.links and not page.indexes:
            yield "is empty: it names no page" + (f", but {len(page.skipped)} other addresses" if page.skipped else "")
            return
        if page.lost:
            yield f"has {len(page.lost)} damaged entries, for instance {page.lost[0]}"
        if source == "feed" and (untyped := _untyped_items(answer)):
            items = f"{untyped} of its {len(page.links)} items"
            yield f"lacks a field: {items} name no type, which their form does ({wordpress.TYPE})"
        if page.unsure:
            yield f"has entries that are not wholly understood, for instance {page.unsure[0]}"
        for name in self.fields_of(source, answer):
            # translations print their date in their own language
            lacking = [one for one in page.links if getattr(one, name) is None and "/translations/" not in one.url]
            if lacking:
                most = (
                    "none of its items names"
                    if len(lacking) == len(page.links)
                    else f"{len(lacking)} of {len(page.links)} items name"
                )
                none = "a" if len(lacking) == len(page.links) else "no"
                yield f"lacks a field: {most} {none} {NAMES[name]} that can be read, for instance {lacking[0].url}"
        days = [link.date for link in page.links if link.date] if source in NEWEST_FIRST else []
        later = next(((one, two) for one, two in pairwise(days) if two > one), None)
        if later is not None:
            yield f"is in another order: an item of {later[0]} stands before one of {later[1]}, not the newest first"

    def fields_of(self, source: str, answer: Answer) -> Iterator[str]:
        """What every item of such an index is expected to name."""
        yield from FIELDS.get(source, ())
        if source == "rest" and answer.capture is not None and b'"state_document_type' in answer.capture.body:
            yield "type"

    def judge_missing(self) -> None:
        """An index that is not there. Several of an old host's are guesses: one that nothing leads to is told only."""
        named = {canonical(url): url for page in self.read_indexes.values() for url in page.indexes}
        asked = {canonical(url) for url in self.indexes}
        guesses = set(self.site.indexes[1:])
        others = guesses & self.read_indexes.keys()
        for url, number in self.missing.items():
            answer = self.indexes[url]
            unknown = any(lies_above(other, url) for key, other in named.items() if key not in asked)
            if url in guesses and canonical(url) not in named and others and not unknown:
                self.found.rows[number] = replace(self.found.rows[number], fits=True)
                self.found.notes.append(f"{self.host}: the {answer.asked} {url} was a guess and is not there.")
            else:
                assert answer.capture is not None
                status = f"status {answer.capture.status}"
                self.found.problem(
                    self.host, f"the {answer.asked} {url} is not there ({status}): it has moved or is gone."
                )

    # ---- pages ----

    def read_page(self, answer: Answer, link: Link | None) -> _Read:
        what = f"page {_path(answer.url)}"
        if answer.failure is not None or answer.capture is None:
            words = answer.failure or "no answer"
            self.found.row(self.host, what, "a page", words, f"the page {answer.url} could not be had: {words}.")
            return _Read(answer, None)
        capture = answer.capture
        try:
            with foreseen(answer.url):
                plain = (capture.content_type or "").lower().startswith("text/plain")
                health.judge(
                    capture.url,
                    capture.status,
                    answer.headers,
                    capture.body,
                    expect="text" if plain else "html",
                    max_bytes=MOST_BODY_BYTES,
                )
                remark = flow.run(capture)
        except Moved as moved:
            self.found.row(self.host, what, "a page", f"leads to {moved.target}")
            return _Read(answer, None)
        except Refusal as refusal:
            self.tell_refused(what, answer, refusal)
            return _Read(answer, None)
        read = _Read(answer, remark, has=_figures(remark))
        self.tell_page(what, read, link)
        return read

    def tell_refused(self, what: str, answer: Answer, refusal: Refusal) -> None:
        came = f"{refusal.outcome}: {refusal.reason}"
        expected = " or ".join(self.site.templates)
        self.found.row(self.host, what, expected, came, f"the page {answer.url} cannot be read: {came}.")
        behind = flow.behind(refusal)
        template = behind.page.template if behind is not None else self.site.templates[0]
        end = "no" if isinstance(refusal, CutOff) else "not known"
        self.found.rows.append(Row(self.host, "  end seen", "yes", end, end != "no"))
        self.tell_parts(answer, template)

    def tell_page(self, what: str, read: _Read, link: Link | None) -> None:
        assert read.remark is not None
        url, page = read.answer.url, read.remark.page
        moved = f"the page {url} has moved: it leads to {page.url}." if _has_moved(read.answer) else None
        self.found.row(self.host, what, "a page", f"read{', redirected' if read.answer.hops else ''}", moved)
        fits = page.template in self.site.templates
        expected = " or ".join(self.site.templates)
        self.line(
            "template",
            expected,
            page.template,
            url,
            None if fits else f"is of the form {page.template}, {expected} was expected",
        )
        for name, told, came, wrong in _compared(read, link):
            self.line(name, told, came, url, wrong)
        self.tell_speech(read)
        self.line("end seen", "yes", "yes", url)
        self.tell_doubts(read)
        self.tell_shape(read)
        self.tell_parts(read.answer, page.template)

    def line(self, name: str, expected: str, came: str, url: str, wrong: str | None = None) -> None:
        self.found.row(self.host, f"  {name}", expected, came, f"the page {url} {wrong}." if wrong else None)

    def tell_speech(self, read: _Read) -> None:
        assert read.remark is not None
        url, turns, page = read.answer.url, read.remark.utterances, read.remark.page
        wrong = [words for name, words in FIGURE_WORDS.items() if read.has.get(name) is False and name in OF_EACH]
        told = f"is {page.type!r}, but {wrong[0]}" if wrong else None
        labels = {turn.label for turn in turns if turn.label}
        expected = "several" if "several_turns" in read.has else "one or more" if "turns" in read.has else "any"
        self.line("turns", expected, str(len(turns)), url, told)
        self.line("labels", "some" if "labels" in read.has else "any", str(len(labels)), url)

    def tell_doubts(self, read: _Read) -> None:
        assert read.remark is not None
        problems, url = read.remark.problems, read.answer.url
        told = doubtful(problems)
        formal = [one for one in problems if one.partition(":")[0] in OF_THE_FORM | {UNREAD}]
        self.line("doubts", "none about its form", f"{len(told)}: {told[0]}" if told else "0", url)
        self.found.rows[-1] = replace(self.found.rows[-1], fits=not formal)
        for name, some in _grouped(formal):
            more = f" (and {len(some) - 1} more such)" if len(some) > 1 else ""
            self.found.problem(self.host, f"the page {url} is not wholly understood: {name}: {some[0]}{more}.")

    def tell_shape(self, read: _Read) -> None:
        """What the templates pass over: order, foot, the form of date and labels."""
        assert read.remark is not None
        assert read.answer.capture is not None
        url, page = read.answer.url, read.remark.page
        for opening, count in shape.unknown_labels(read.remark)[:MOST_QUOTED]:
            self.line(
                "labels",
                "of a known form",
                opening,
                url,
                f"has labels of an unknown form: {opening!r} begins {count} paragraphs",
            )
        tree = shape.tree_of_capture(read.answer.capture)
        if (swapped := shape.disorder(tree, page.template)) is not None:
            words = f"{swapped[0]} stands before {swapped[1]}"
            self.line("order", "as the form has it", words, url, f"has its parts in another order: {words}")
        if not shape.has_foot(tree, page.template):
            self.line(
                "foot",
                "seen",
                "none",
                url,
                f"has lost the foot of the site: nothing of {page.template}'s footer stands under the text",
            )

    def tell_parts(self, answer: Answer, template: str) -> None:
        assert answer.capture is not None
        try:
            with foreseen(answer.url):
                parts = shape.unknown_parts(shape.tree_of_capture(answer.capture), template)
        except Refusal as refusal:
            self.line("unknown parts", "none", f"cannot be told: {refusal.reason}", answer.url)
            return
        if not parts:
            self.line("unknown parts", "none", "none", answer.url)
        for part in parts:
            around = f" in {part.inside}" if part.inside else ""
            words = f"{part.name}{around}, {part.characters} characters"
            self.line("unknown parts", "none", f"{words}: {part.text}", answer.url)
            self.found.rows[-1] = replace(self.found.rows[-1], fits=False)
            self.found.problem(
                self.host, f"the page {answer.url} has a part that no rule knows: {words}, {part.text!r}."
            )

    def judge_together(self, pages: Sequence[_Read]) -> None:
        """A field that not every page has, but that none of several has here."""
        for figure in figures():
            if figure.floor is None or figure.floor >= EACH or figure.name not in (*FIELD_NAMES, *FIGURE_WORDS):
                continue
            fitting = [page for page in pages if figure.name in page.has and figure.floor_of(page.remark.page.template)]  # type: ignore[union-attr]
            if len(fitting) >= SEVERAL and not any(page.has[figure.name] for page in fitting):
                share = f"{figure.floor:.0%} or more"
                example = f"for instance {fitting[0].answer.url}"
                what = FIGURE_WORDS.get(figure.name, f"it has no {figure.name}")
                words = f"on each of {len(fitting)} pages {what}, {share} usually have one, {example}."
                self.found.row(self.host, f"{figure.name} of all pages", share, "none", words)


#: What an item of an index is expected to name, by the kind of index.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "listing": ("title", "type", "date"),
    "feed": ("title", "date", "byline", "wp_id"),
    "rest": ("title", "date", "modified_at"),
    "sitemap": ("modified_at",),
    "index": ("title",),
}
NEWEST_FIRST: Final = frozenset({"listing", "feed", "rest"})
NAMES: Final = {
    "title": "title",
    "type": "type",
    "date": "date",
    "byline": "byline (dc:creator)",
    "wp_id": "WordPress id (guid)",
    "modified_at": "time of its last edit",
}
#: Fields of a page among the figures of data/drift.toml.
FIELD_NAMES: Final = ("title", "type", "date", "byline", "place")
#: Of these one page is enough: more than one in ten that lack them would be another form.
OF_EACH: Final = frozenset({"short_turns"})  # `turns` is a problem of its own: no_turns
#: What it means that a page has not the figure, in words that complete "is 'Interview', but ".
FIGURE_WORDS: Final = {
    "turns": "nobody speaks on it",
    "labels": "no turn has a label",
    "several_turns": "it has a single turn",
    "short_turns": f"its turns have more than {MOST_WORDS_A_TURN} words on average: labels are not seen",
}


def _untyped_items(answer: Answer) -> int:
    """Items with the release's head in their description, as since 2026, and no type in it."""
    assert answer.capture is not None
    items = answer.capture.body.split(b"<item>")[1:]
    heads = (wordpress.HEADLINE[1:].encode(), wordpress.DATE[1:].encode())
    return sum(any(head in item for head in heads) and wordpress.TYPE[1:].encode() not in item for item in items)


def _figures(remark: Remark) -> dict[str, bool]:
    """Those of data/drift.toml that apply to the page, as runs/figures.py has them of rows."""
    page, turns = remark.page, remark.utterances
    words = sum(len(turn.text.split()) for turn in turns)
    has = {name: bool(getattr(page, name)) for name in ("title", "type", "date", "byline")}
    has["place"] = bool(page.places)
    has |= {"turns": bool(turns), "several_turns": len(turns) > 1, "labels": any(turn.label for turn in turns)}
    has["short_turns"] = bool(turns) and words / len(turns) <= MOST_WORDS_A_TURN
    fitting = {figure.name for figure in figures() if not figure.types or page.type in figure.types}
    return {name: value for name, value in has.items() if name in fitting}


def _compared(read: _Read, link: Link | None) -> Iterator[tuple[str, str, str, str | None]]:
    """Field, what the indexes say of it, what came, and what is wrong, completing "the page https://... "."""
    assert read.remark is not None
    page = read.remark.page
    names = ("title", "type", "date", "byline")
    said: dict[str, str | None] = {name: getattr(link, name) if link is not None else None for name in names}
    if link is not None and link.source == "index":
        said["title"] = None  # hand-kept indexes have titles of their own
    floors = {figure.name: figure.floor_of(page.template) or 0 for figure in figures()}
    for name in ("title", "type", "date", "byline"):
        value = getattr(page, name)
        came = "; ".join(value) if isinstance(value, tuple) else value
        wrong = None
        is_usual = floors[name] >= EACH or (name == "byline" and bool(holds_speech(page.type)))
        if not came and (said[name] or is_usual):
            wrong = f"has no {name}" + (f", its index says {said[name]!r}" if said[name] else "")
        elif came and (other := said[name]) and not _agree(name, other, came):
            wrong = f"has the {name} {came!r}, its index says {other!r}"
        elif name == "date" and (printed := _other_form(page)) is not None:
            wrong = f"prints its date in another form: {printed}"
        expected = said[name] or ("one" if is_usual else "any")
        shown = f"{came} ({page.date_printed})" if name == "date" and came and page.date_printed else came
        yield name, expected, shown or "none", wrong
    yield "venue", "any", "; ".join(page.venues) or "none", None
    rest = [place for place in page.places if place not in page.venues]
    yield "place", "usual" if "place" in read.has else "any", "; ".join(rest) or "none", None


def _agree(name: str, said: str, came: str) -> bool:
    one, two = _letters(said), _letters(came)
    if name == "byline":  # a listing names the person alone, a feed glues the lines
        return one in two or two in one
    return one == two


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _other_form(page: Page) -> str | None:
    """The date as printed, where it is not printed as State does."""
    if page.date is None or page.date_printed is None or any(line.startswith("date: ") for line in page.unread):
        return None
    if page.language and not page.language.lower().startswith("en"):
        return None
    usual = worded(date.fromisoformat(page.date))
    return None if WEEKDAY.sub("", page.date_printed) == usual else f"{page.date_printed!r}, {usual!r} was expected"


def _grouped(problems: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for problem in problems:
        name, _, words = problem.partition(": ")
        groups.setdefault(name, []).append(words)
    yield from groups.items()


def _link_of(answer: Answer, links: Mapping[str, Link]) -> Link | None:
    try:
        return links.get(work_path(answer.url))
    except ValueError:
        return None


def _has_moved(answer: Answer) -> bool:
    """Whether a redirect led to another page, and not to another spelling of its address."""
    capture = answer.capture
    return capture is not None and bool(answer.hops) and canonical(capture.url) != canonical(answer.url)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


# ---- as text ---------------------------------------------------------------------------------------------------------


def as_text(bundle: Bundle, found: Report) -> str:
    """The table, then the sentences."""
    lines = [f"State's hosts on {bundle.date or 'an unknown day'}, by {bundle.software or 'an unknown version'}"]
    for host in bundle.hosts:
        rows = [row for row in found.rows if row.host == host]
        lines += ["", host, f"    {'what':<{WIDTH}}  {'expected':<{WIDTH}}  came"]
        lines += [
            f"  {' ' if row.fits else '!'} {_cell(row.what)}  {_cell(row.expected)}  {one_line(row.came)}"
            for row in rows
        ]
    lines += ["", *(f"note: {one_line(note)}" for note in found.notes)]
    lines += [f"problem: {one_line(problem)}" for problem in found.problems]
    lines.append(f"{len(found.problems)} problems." if found.problems else "All is as expected.")
    return "\n".join(lines)


def _cell(text: str) -> str:
    text = one_line(text)
    return f"{text if len(text) <= WIDTH else text[: WIDTH - 1] + '…':<{WIDTH}}"
