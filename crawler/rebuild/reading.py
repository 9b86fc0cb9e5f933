"""An answer -> what steps 4-8 make of it. Pure; the same judgement and the same steps as in a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler import flow, health
from crawler.discovery.indexes import EXPECT, read_index
from crawler.discovery.types import wanted
from crawler.errors import NotRemarks, OutOfSpan, Refusal, Unreachable
from crawler.memento import judge_raw, of_a_capture
from crawler.templates.whole import check_answer

if TYPE_CHECKING:
    from crawler.items import Capture, Link, Page, Remark
    from crawler.rebuild.records import Answer, Span

REDIRECT = range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an answer is: one of remark, refusal and outcome is set."""

    remark: Remark | None = None
    refusal: Refusal | None = None
    outcome: str | None = None
    """Of an answer that is no page: unchanged, redirect, robots, index."""
    links: tuple[Link, ...] = ()
    """Of an index."""
    template: str | None = None
    """Of a page that was refused after its template had read it."""
    against: int | None = None
    """As in Answer."""


def read(answer: Answer, *, types: str, most_bytes: int) -> Reading:
    """types: what the run asked for, as in arguments.types; a page of more than most_bytes is too large."""
    capture = answer.capture
    if capture.status in REDIRECT and answer.headers.get("location"):
        return Reading(outcome="redirect")
    if answer.asked == "robots":
        return Reading(outcome="robots")
    if answer.asked in EXPECT:
        return _read_index(answer, most_bytes)
    if capture.status == 304 and answer.against != 0:
        return Reading(outcome="unchanged", against=answer.against)
    template = None
    try:
        judge(capture, answer.headers, most_bytes)
        page = flow.STEPS[0](capture)
        check_scope(page, types, answer.span)
        template = page.template
        return Reading(remark=flow.finish(page))
    except Refusal as refusal:
        return Reading(refusal=refusal, template=template)


def _read_index(answer: Answer, most_bytes: int) -> Reading:
    capture, expect = answer.capture, EXPECT[answer.asked]
    try:
        check_answer(capture)
        health.judge(capture.url, capture.status, answer.headers, capture.body, expect=expect, max_bytes=most_bytes)
        page = read_index(answer.asked, capture.url, capture.body, answer.headers)
    except Refusal as refusal:
        return Reading(refusal=refusal)
    return Reading(outcome="index", links=page.links)


def judge(capture: Capture, headers: dict[str, str], most_bytes: int) -> None:
    """Raises the refusal that the answer is (health.judge)."""
    judge_whole(capture.url, capture.status)
    kind = (headers.get("content-type") or "").lower()
    expect: health.Expected = "text" if kind.startswith("text/plain") else "html"
    try:
        health.judge(capture.url, capture.status, headers, capture.body, expect=expect, max_bytes=most_bytes)
    except Refusal as refusal:
        raise of_a_capture(refusal, headers) if capture.archive_url else refusal from None
    if capture.via != "live":
        judge_raw(capture)


def judge_whole(url: str, status: int) -> None:
    """Raises Unreachable for a 304 that nothing was sent for."""
    if status == 304:
        raise Unreachable(url, "status 304 for a page that was asked for whole")


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
