"""`scrapy status`: what is held, the last runs, and what was refused. Reads only."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.exporters.listed import completeness, gaps, sources
from crawler.quality.marked import NoMarks, read
from crawler.quality.report import measure
from crawler.quality.report import report as figures

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

HELD = """
select host, count(*) as remarks, sum(utterance_count) as turns, sum(word_count) as words, min(date) as first,
       max(date) as last from remarks group by host order by host
"""
RUNS = "select * from runs order by id desc limit 5"
# Addresses whose newest answer was no page: what a person may want to look at.
REFUSED = """
select outcome, count(*) as addresses, max(fetched_at) as last, max(url) as example from captures c
where outcome not in ('ok', 'unchanged', 'index', 'robots', 'redirect', 'not_remarks')
  and id = (select max(id) from captures where url = c.url)
group by outcome order by 2 desc
"""
CHECK = "select id, url, problems from remarks where problems is not null order by last_seen_at desc limit 10"

# So many gaps of a host are named.
MOST_GAPS = 10


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Show what is held, the last runs, and what was refused"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--quality", action="store_true", help="measure against transcripts marked by hand instead")
        parser.add_argument("--gold", metavar="DIR", help="where these stand (default: the setting REMARKS_GOLD)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        path = Path(self.settings["REMARKS_OUTPUT"]) / "remarks.db"
        if not path.exists():
            print(f"{path}: nothing has been crawled yet", file=sys.stderr)
            self.exitcode = 1
            return
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        db.row_factory = sqlite3.Row
        try:
            gold = Path(opts.gold or self.settings["REMARKS_GOLD"])
            text = "\n".join(quality(db, gold) if opts.quality else report(db))
        except NoMarks as error:
            print(f"no transcripts marked by hand: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        except sqlite3.Error as error:
            print(f"{path}: cannot be read: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        finally:
            db.close()
        print(text)


def quality(db: sqlite3.Connection, gold: Path) -> Iterator[str]:
    """Raises NoMarks."""
    marked = read(gold)
    db.row_factory = None
    return figures(measure(db, marked), str(gold))


def report(db: sqlite3.Connection) -> Iterator[str]:
    yield "held"
    for row in db.execute(HELD):
        held = f"{row['remarks']} remarks, {row['turns']} turns, {row['words']} words"
        yield f"  {row['host']}: {held}, {row['first']} to {row['last']}"
    yield from completeness_report(db)
    yield "last runs"
    for row in db.execute(RUNS):
        hosts = ", ".join(json.loads(row["arguments"]).get("hosts", []))
        yield (
            f"  {row['started_at']} {row['verdict'] or 'did not end'}: {row['new']} new, {row['changed']} changed, "
            f"{row['blocked']} blocked, {row['failed']} failed; {row['requests']} requests; {hosts}"
        )
    refused = list(db.execute(REFUSED))
    yield "refused" if refused else "refused: nothing"
    for row in refused:
        yield f"  {row['outcome']}: {row['addresses']}, last {row['last']}, e.g. {row['example']}"
    checks = list(db.execute(CHECK))
    yield "to check" if checks else "to check: nothing"
    for row in checks:
        for problem in json.loads(row["problems"]):
            yield f"  {row['url']}: {problem}"


def completeness_report(db: sqlite3.Connection) -> Iterator[str]:
    """Host by host: what its indexes name, what came of it, and what is missing."""
    yield "completeness: known addresses / fetched / remarks / refused / not understood"
    for host in completeness(db):
        figures = f"{host.known} / {host.fetched} / {host.remarks} / {host.refused} / {host.not_understood}"
        yield f"  {host.host}: {figures}; {host.no_remarks} fetched hold no speech, {host.by_several} known twice"
        for source, addresses, alone in sources(db, host.host):
            yield f"    {source}: {addresses} addresses, {alone} in no other source"
        missing = gaps(db, host.host)
        for url, why in missing[:MOST_GAPS]:
            yield f"    gap: {why}: {url}"
        if len(missing) > MOST_GAPS:
            yield f"    and {len(missing) - MOST_GAPS} more in table listed"
