"""`scrapy read FILE`: what the program sees in one saved page, as the line it would publish. Writes nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import mimetypes
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler import flow
from crawler.commands import Plain, plainly, say
from crawler.errors import Refusal
from crawler.items import Capture, Remark
from crawler.runs.ping import is_address
from crawler.web import health
from crawler.web.exchange import now

if TYPE_CHECKING:
    import argparse


class Command(Plain, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] FILE"

    def short_desc(self) -> str:
        return "Show what is read from one saved page (HTML or plain text)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="the page's address, if the page does not name it")
        parser.add_argument("--type", help="media type (otherwise guessed from the file name)")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("read takes one file: scrapy read page.html", print_help=False)
        path = Path(args[0])
        try:
            body = path.read_bytes()
        except OSError as error:
            raise UsageError(plainly(error), print_help=False) from error
        if opts.url and not is_address(opts.url):
            raise UsageError(f"--url {opts.url} is no http or https address", print_help=False)
        kind = opts.type or mimetypes.guess_type(path.name)[0]
        page = capture(path, body, opts.url, kind)
        assert self.settings is not None
        most = self.settings.getint("REMARKS_MAX_PAGE_BYTES")
        headers = {"content-type": kind} if kind else {}
        try:
            health.judge(page.url, page.status, headers, body, expect="html", max_bytes=most)
            remark = flow.run(page)
        except Refusal as refusal:
            print(refusal, file=sys.stderr)
            self.exitcode = 3
            return
        text = json.dumps(as_json(remark), ensure_ascii=False, indent=2) if opts.json else as_text(remark)
        self.exitcode = say(text)


def capture(path: Path, body: bytes, url: str | None, kind: str | None) -> Capture:
    return Capture(
        url=url or f"https://www.state.gov/{path.stem}/",
        fetched_at=now(),
        status=200,
        body=body,
        digest="sha256:" + hashlib.sha256(body).hexdigest(),
        content_type=kind,
        via="file",
    )


def as_json(remark: Remark) -> dict[str, Any]:
    page = {f.name: getattr(remark.page, f.name) for f in dataclasses.fields(remark.page) if f.name != "blocks"}
    page["removed"] = [dataclasses.asdict(removal) for removal in remark.page.removed]
    return {
        **page,
        "utterances": [dataclasses.asdict(utterance) for utterance in remark.utterances],
        "notes": [dataclasses.asdict(note) for note in remark.notes],
        "problems": remark.problems,
    }


def as_text(remark: Remark) -> str:
    page = remark.page
    lines = [f"{page.template}: {page.title or 'no title'} | {page.type or 'no type'} | {page.date or 'no date'}"]
    lines += [f"  {line}" for line in (*page.byline, *page.places)]
    for position, utterance in enumerate(remark.utterances, start=1):
        who = utterance.person or utterance.role
        lines += ["", f"{position}  {utterance.label or '(no label)'}  [{who}]", utterance.text]
    lines += ["", *(f"outside, after turn {n.after}: {n.comment.kind}: {n.comment.text}" for n in remark.notes)]
    lines += [f"removed by {removal.rule}: {removal.text}" for removal in page.removed]
    return "\n".join([*lines, *(f"check: {problem}" for problem in remark.problems)])
