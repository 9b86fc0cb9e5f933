"""An answer -> what it is: the one way in which a run, recovery, reparse and a cluster read. Pure.

It takes foreign bytes, so it is called behind a fence (reader.py): there, too, what takes too long or ends the process
is an outcome with a name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler import flow
from crawler.archive.memento import judge_memento, judge_raw, of_a_capture
from crawler.discovery.indexes import EXPECT, read_index
from crawler.discovery.wayback import links_of, read_cdx
from crawler.errors import Crashed, CutOff, NoCapture, NotRemarks, OutOfSpan, Refusal, TooSlow, Unreachable
from crawler.items import IndexPage
from crawler.web import health, robots
from crawler.web.types import wanted
from crawler.web.whole import check_answer

if TYPE_CHECKING:
    from crawler.discovery.wayback import CdxPage
    from crawler.items import Capture, Page, Remark
    from crawler.rebuild.records import Answer, Outcome, Span

REDIRECT = range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an answer is: one of remark, refusal and outcome is set; of a robots.txt that is refused, two."""

    remark: Remark | None = None
    """Without the blocks of its page, which only the reading needs."""
    refusal: Refusal | None = None
    outcome: str | None = None
    """Of an answer that is no page: unchanged, redirect, robots, index."""
    index: IndexPage | None = None
    """Of an index."""
    cdx: CdxPage | None = None
    """Of an index that is a listing of the Internet Archive."""
    came: bool = False
    """What was asked for came: a refusal is then of its form or its type, and not of the host."""
    robots: robots.Verdict | None = None
    """Of a robots.txt."""
    is_noted: bool = False
    """Nothing was read: the archive told the refusal."""
    template: str | None = None
    """Of a page that was refused after its template had read it."""
    against: int | None = None
    """As in Answer."""


def read(answer: Answer, *, types: str, most_bytes: int) -> Reading:
    """Raises no Exception: what is none of ours to expect is the refusal Crashed.

    types: what the run asked for, as in arguments.types; a page of more than most_bytes is too large.
    """
    try:
        return _read(answer, types, most_bytes)
    except Exception as error:  # noqa: BLE001 - whatever it is, it costs this one answer
        return Reading(refusal=Crashed.by(answer.capture.url, error))


def noted(note: Outcome, url: str) -> Reading:
    """Of an answer that the archive says could not be read."""
    kind = TooSlow if note.outcome == TooSlow.outcome else Crashed
    return Reading(refusal=kind(url, note.reason or ""), is_noted=True)


def _read(answer: Answer, types: str, most_bytes: int) -> Reading:
    capture = answer.capture
    if capture.status in REDIRECT and answer.headers.get("location"):
        return Reading(outcome="redirect")
    if answer.asked == "robots":
        return _read_robots(answer)
    if answer.asked in EXPECT:
        return _read_index(answer, most_bytes)
    if capture.status == 304 and answer.against != 0:
        return Reading(outcome="unchanged", against=answer.against)
    came, template = False, None
    try:
        judge(capture, answer.headers, most_bytes)
        came = True
        page = flow.STEPS[0](capture)
        check_scope(page, types, answer.span)
        template = page.template
        return Reading(remark=_without_blocks(flow.finish(page)), came=True)
    except CutOff as refusal:
        remark = flow.behind(refusal)
        behind = _without_blocks(remark) if remark is not None else None
        return Reading(refusal=CutOff(refusal.url, refusal.reason, remark=behind), came=came, template=template)
    except Refusal as refusal:
        return Reading(refusal=refusal, came=came, template=template)


def _without_blocks(remark: Remark) -> Remark:
    return replace(remark, page=replace(remark.page, blocks=()))


def _read_robots(answer: Answer) -> Reading:
    """Its outcome is robots also where it is refused: the run notes that in the archive."""
    capture = answer.capture
    verdict = robots.judge(capture.url, capture.status, capture.body, whole=capture.cut is None)
    return Reading(outcome="robots", refusal=verdict.refusal, robots=verdict)


def _read_index(answer: Answer, most_bytes: int) -> Reading:
    capture, expect, came = answer.capture, EXPECT[answer.asked], False
    try:
        check_answer(capture)
        health.judge(capture.url, capture.status, answer.headers, capture.body, expect=expect, max_bytes=most_bytes)
        came = True
        if answer.asked == "cdx":
            cdx = read_cdx(capture.body, capture.url)
            return Reading(outcome="index", index=IndexPage(links=links_of(cdx)), cdx=cdx, came=True)
        index = read_index(answer.asked, capture.url, capture.body, answer.headers, asked_at=capture.fetched_at)
        return Reading(outcome="index", index=index, came=True)
    except Refusal as refusal:
        return Reading(refusal=refusal, came=came)


def judge(capture: Capture, headers: dict[str, str], most_bytes: int) -> None:
    """Raises the refusal that the answer is (health.judge)."""
    if capture.status == 304:  # and nothing was sent that it could mean
        raise Unreachable(capture.url, "status 304 for a page that was asked for whole")
    kind = (headers.get("content-type") or "").lower()
    expect: health.Expected = "text" if kind.startswith("text/plain") else "html"
    try:
        health.judge(capture.url, capture.status, headers, capture.body, expect=expect, max_bytes=most_bytes)
        judge_memento(capture.archive_url or capture.url, capture.via, headers)
    except Refusal as refusal:
        raise of_a_capture(refusal, headers) if capture.archive_url else refusal from None
    if capture.via == "wayback" and capture.archive_url is None:
        raise NoCapture(capture.requested_url or capture.url, f"answered from {capture.url}")
    if capture.via != "live":
        judge_raw(capture)


def check_scope(page: Page, types: str, span: Span | None) -> None:
    """Raises NotRemarks or OutOfSpan for a page whose own type or date was not asked for."""
    if not wanted(page.type, types):
        raise NotRemarks(page.url, f"type {page.type!r} was not asked for")
    if span is not None and not _within(page.date, span):
        raise OutOfSpan(page.url, f"date {page.date} was not asked for")


def _within(day: str | None, span: Span) -> bool:
    since, until = span
    if day is None:
        return True
    return (since is None or day >= since.isoformat()) and (until is None or day <= until.isoformat())
