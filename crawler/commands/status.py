"""`scrapy status`: how it stands, on one screen; `--full`: in detail; `--changes`: what happened. Reads only."""

from __future__ import annotations

import json
import sqlite3
import sys
import textwrap
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import Plain, bar, options_only, program, say
from crawler.exporters.sqlite.listed import completeness, gaps, sources
from crawler.exporters.sqlite.people_file import PEOPLE_FILE, PeopleFileError, load
from crawler.quality.marked import NoMarks, read
from crawler.quality.report import measure
from crawler.quality.report import report as figures
from crawler.rebuild.damaged import explained
from crawler.rebuild.verify import Verification, told
from crawler.runs import doubts
from crawler.runs.figures import drifts, samples
from crawler.runs.past import held_pages
from crawler.runs.run import DEGRADED, FAILED, OK
from crawler.runs.schedule import next_look, read_hours
from crawler.runs.silence import silences
from crawler.runs.unused import idle
from crawler.spiders.agenda import LIVE_HOST
from crawler.transcript.validate import severity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from scrapy.settings import BaseSettings

# ---- telling ----
# Events for a person at a terminal: what changed, word by word, with the speaker and a link. Pure.


WIDTH = 100
NOBODY = "(no label)"


def tell(event: dict[str, Any]) -> Iterator[str]:
    """The lines of one event, of the form that events.jsonl has."""
    kinds = ", ".join(event["kinds"])
    yield f"{event['at']}  {kinds}: {event['title'] or '(no title)'} ({event['date'] or 'no date'})"
    yield f"  {event['url']}  revision {event['revision']}, id {event['id']}"
    if event["kind"] == "new":
        yield f"  {event['turns']} turns, {event['words']} words"
    if event["reason"]:
        yield f"  {event['reason']}"
    for change in event["changes"]:
        yield from _change(change)


def _change(change: dict[str, Any]) -> Iterator[str]:
    if change["part"] == "turn":
        yield f"  {_speaker(change)}{_what(change)}  [{change['turn']}]"
    else:
        yield f"  {change['part']}:"
    if change["diff"]:
        yield from _wrapped(change["diff"])


def _speaker(change: dict[str, Any]) -> str:
    """The label as printed, with the words of it that changed, and who it is."""
    label = change["label"] or NOBODY
    if "label_before" in change:
        label = f"[-{change['label_before'] or NOBODY}-] {{+{label}+}}"
    return f"{label} ({change['person']})" if change["person"] else label


def _what(change: dict[str, Any]) -> str:
    return "" if change["what"] == "changed" else f", turn {change['what']}"


def _wrapped(text: str) -> Iterable[str]:
    indent = " " * 4
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


HELD = """
select host, count(*) as remarks, sum(utterance_count) as turns, sum(word_count) as words, min(date) as first,
       max(date) as last from remarks group by host order by host
"""
RUNS = "select * from runs order by id desc limit 5"
# Addresses whose newest answer was no page: what a person may want to look at.
REFUSED = """
select outcome, count(*) as addresses, max(fetched_at) as last, max(url) as example from captures c
where outcome not in ('ok', 'unchanged', 'index', 'robots', 'redirect', 'retried', 'not_remarks', 'out_of_span')
  and id = (select max(id) from captures where url = c.url)
group by outcome order by 2 desc
"""
# So many remarks with a doubt are listed.
MOST_DOUBTS = 10

EVENTS = """
select l.line from event_lines l join events e on e.id = l.event_id where e.at >= ? order by e.id
"""

# So many gaps of a host are named.
MOST_GAPS = 10
# So many pages that wait for a look are named.
MOST_OVERDUE = 3
# Without --since, changes of so many days are told.
CHANGES_DAYS = 30


class Command(Plain, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Show how it stands: what is held, the last runs, what to look at; and what changed"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--full", action="store_true", help="also sources, gaps, refusals, looks, drift and doubts, one by one"
        )
        parser.add_argument("--changes", action="store_true", help="tell what State changed, word by word, instead")
        parser.add_argument("--since", metavar="DATE", help=f"with --changes; default: {CHANGES_DAYS} days back")
        parser.add_argument(
            "--verify", action="store_true", help="read every byte of the archive and every row, and tell what is wrong"
        )
        parser.add_argument("--quality", action="store_true", help="measure against transcripts marked by hand instead")
        parser.add_argument("--gold", metavar="DIR", help="where these stand (default: the setting REMARKS_GOLD)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options_only(args)
        if opts.since and not opts.changes:
            raise UsageError("--since goes with --changes", print_help=False)
        if opts.gold and not opts.quality:
            raise UsageError("--gold goes with --quality", print_help=False)
        if sum((opts.full, opts.changes, opts.verify, opts.quality)) > 1:
            raise UsageError("one of --full, --changes, --verify and --quality at a time", print_help=False)
        assert self.settings is not None
        since = first_day(opts.since)
        path = Path(self.settings["REMARKS_OUTPUT"]) / "remarks.db"
        if not path.exists():
            print(f"{path}: nothing has been crawled yet", file=sys.stderr)
            self.exitcode = 1
            return
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        db.row_factory = sqlite3.Row
        try:
            if opts.changes:
                text = "\n".join(changes(db, since))
            elif opts.verify:
                self.exitcode = verify(path.parent, db)
                return
            elif opts.quality:
                text = "\n".join(quality(db, Path(opts.gold or self.settings["REMARKS_GOLD"])))
            else:
                lines = list(overview(db, self.settings))
                details = report(db, self.settings) if opts.full else [f"more: {program()} status --full"]
                text = "\n".join([*lines, "", *details])
        except NoMarks as error:
            print(f"no transcripts marked by hand: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        except sqlite3.Error as error:
            print(f"{path}: cannot be read: {explained(error)}", file=sys.stderr)
            self.exitcode = 1
            return
        finally:
            db.close()
        self.exitcode = say(text)


def verify(output: Path, db: sqlite3.Connection) -> int:
    """The exit status: 3 where something is wrong."""
    db.row_factory = None
    job: Verification | None = None
    try:
        with bar("{task.fields[at]}") as (begin, advance):
            job = Verification(output, db, lambda done, at: advance(done, at=at))
            begin(job.total())
            state = job.run()
    except KeyboardInterrupt:
        print("remarks: stopped; `scrapy status --verify` goes on from there", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"remarks: {error}; `scrapy status --verify` goes on from there", file=sys.stderr)
        return FAILED
    wrong = told(state)
    for line in wrong:
        print(f"remarks: {line}", file=sys.stderr)
    what = "; ".join([f"{len(wrong)} things are wrong" if wrong else "all is as it was written", *job.notes])
    say(f"remarks: verified: {state.records:,} records in {len(state.files)} WARC files, rows and lines: {what}")
    return DEGRADED if wrong else OK


def quality(db: sqlite3.Connection, gold: Path) -> Iterator[str]:
    """Raises NoMarks."""
    marked = read(gold)
    db.row_factory = None
    return figures(measure(db, marked), str(gold))


def first_day(text: str | None) -> str:
    try:
        day = date.fromisoformat(text) if text else datetime.now(UTC).date() - timedelta(days=CHANGES_DAYS)
    except ValueError:
        raise UsageError(f"--since {text} is not a date like 2026-03-01", print_help=False) from None
    return day.isoformat()


def changes(db: sqlite3.Connection, since: str) -> Iterator[str]:
    """What State changed since that day; what is new is counted only."""
    events = [json.loads(row[0]) for row in db.execute(EVENTS, [since])]
    told = [event for event in events if event["kind"] != "new"]
    for event in told:
        yield from tell(event)
        yield ""
    yield f"since {since}: {len(told)} changes; {len(events) - len(told)} new remarks, not shown"


# The columns of two tables of the overview, with their widths; a host's name and a time come first.
HOST_COLUMNS = {"remarks": 8, "turns": 9, "words": 12, "missing": 8, "first": 11, "last": 11}
RUN_COLUMNS = {"verdict": 12, "new": 7, "changed": 8, "blocked": 8, "failed": 7, "requests": 9}
# So many runs stand in the overview, and so many lines on drift.
FEW_RUNS, FEW_DRIFTS = 3, 3


def overview(db: sqlite3.Connection, settings: BaseSettings) -> Iterator[str]:
    """The verdict, then what it rests on: 24 lines of 80 columns where nothing is wrong."""
    runs = list(db.execute(RUNS))
    troubles = list(to_look_at(db, settings))
    yield verdict(runs[0] if runs else None, troubles, datetime.now(UTC))
    yield from (f"  {trouble}" for trouble in troubles)
    yield ""
    yield "host".ljust(20) + "".join(name.rjust(width) for name, width in HOST_COLUMNS.items())
    rows = list(db.execute(HELD))
    for row in rows:
        cells = {name: row[name] for name in HOST_COLUMNS if name != "missing"}
        yield row["host"].ljust(20) + _cells(cells | {"missing": len(gaps(db, row["host"]))}, HOST_COLUMNS)
    if len(rows) > 1:
        sums = {name: sum(row[name] or 0 for row in rows) for name in ("remarks", "turns", "words")}
        yield "all".ljust(20) + _cells(sums, HOST_COLUMNS).rstrip()
    yield ""
    yield "run of (UTC)".ljust(20) + "".join(name.rjust(width) for name, width in RUN_COLUMNS.items())
    for row in runs[:FEW_RUNS]:
        cells = {name: row[name] for name in RUN_COLUMNS} | {"verdict": row["verdict"] or "did not end"}
        yield _time(row["started_at"]).ljust(20) + _cells(cells, RUN_COLUMNS)


def _cells(values: dict[str, Any], widths: dict[str, int]) -> str:
    shown = {name: f"{value:,}" if isinstance(value, int) else value or "" for name, value in values.items()}
    return "".join(shown.get(name, "").rjust(width) for name, width in widths.items())


def _time(text: str) -> str:
    return text[:16].replace("T", " ")


def verdict(last: sqlite3.Row | None, troubles: list[str], now: datetime) -> str:
    """In one line, how the last run ended, how long ago, and whether there is anything to look at."""
    if last is None:
        return "no run yet: the rows come from the archive alone"
    when = f"{_time(last['started_at'])} UTC, {ago(now - datetime.fromisoformat(last['started_at']))}"
    if last["verdict"] is None:
        return f"not ended: the last run, of {when}, is under way or was killed"
    if last["verdict"] != "ok":
        return f"{last['verdict']}: the last run, of {when}; its report is in runs/"
    return f"{'look' if troubles else 'ok'}: the last run, of {when}, went well" + (", but:" if troubles else "")


def ago(age: timedelta) -> str:
    hours = age / timedelta(hours=1)
    if hours < 1:
        return "less than an hour ago"
    return f"{hours:.0f} hours ago" if hours < 48 else f"{hours / 24:.0f} days ago"


def to_look_at(db: sqlite3.Connection, settings: BaseSettings) -> Iterator[str]:
    """What a person should look into, a line each; nothing where all is well."""
    since = str(settings["REMARKS_DRIFT_SINCE"])
    refused = [f"{row['outcome']} {row['addresses']:,}" for row in db.execute(REFUSED)]
    if refused:
        yield f"refused, newest answer of an address: {', '.join(refused)}"
    if damaged := list(archive_report(db))[1:]:
        yield f"archive: {len(damaged)} WARC files are missing or not as they were written"
    drifted = [str(drift) for drift in (*drifts(db, 0, since), *silences(db, since))]
    yield from drifted[:FEW_DRIFTS]
    if len(drifted) > FEW_DRIFTS:
        yield f"drift: and {len(drifted) - FEW_DRIFTS} more"
    late = {host: len(found) for host, found, _ in looks(db, settings) if found}
    if late:
        yield f"second looks overdue: {', '.join(f'{host} {count:,}' for host, count in late.items())}"
    if doubtful := sum(row.doubtful for row in doubts.shares(db)):
        yield f"doubts: {doubtful:,} remarks"
    yield from people_report(db, Path(settings["REMARKS_OUTPUT"]) / PEOPLE_FILE)


def report(db: sqlite3.Connection, settings: BaseSettings) -> Iterator[str]:
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
    yield from archive_report(db)
    yield from looks_report(db, settings)
    yield from drift_report(db, str(settings["REMARKS_DRIFT_SINCE"]))
    yield from people_report(db, Path(settings["REMARKS_OUTPUT"]) / PEOPLE_FILE)
    yield from doubts_report(db)


def doubts_report(db: sqlite3.Connection) -> Iterator[str]:
    """How many remarks of each template and year a person should look at, and the newest of them with the reasons."""
    rows = [row for row in doubts.shares(db) if row.doubtful]
    yield "doubts: remarks with a doubt, by template and year" if rows else "doubts: none"
    for row in rows:
        part = f"{row.doubtful} of {row.remarks} ({row.doubtful / row.remarks:.1%})"
        yield f"  {row.template} {row.year or 'without a date'}: {part}"
    for url, problems in islice(doubts.newest(db), MOST_DOUBTS):
        yield from (f"  {url}: {severity(problem)}: {problem}" for problem in problems)


def archive_report(db: sqlite3.Connection) -> Iterator[str]:
    """What the last run found wrong with the WARC files."""
    if not any(row["name"] == "trouble" for row in db.execute("pragma table_info(warc_files)")):
        return  # the next run brings the tables up to date
    found = list(db.execute("select name, trouble from warc_files where trouble is not null order by name"))
    yield "archive" if found else "archive: nothing missing"
    yield from (f"  {row['name']}: {row['trouble']}" for row in found)


def people_report(db: sqlite3.Connection, path: Path) -> Iterator[str]:
    """What the operator's word on people does not change, or why it cannot be meant."""
    try:
        yield from idle(db, load(path))
    except (PeopleFileError, OSError) as error:
        yield str(error)


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


Due = list[tuple[datetime, str]]


def looks(db: sqlite3.Connection, settings: BaseSettings) -> Iterator[tuple[str, Due, Due]]:
    """Host by host the second looks that are overdue, and those to come: when, and the page's address."""
    now = datetime.now(UTC)
    for (host,) in db.execute("select distinct host from remarks order by host").fetchall():
        hours = read_hours(settings["REMARKS_LOOK_HOURS" if host == LIVE_HOST else "REMARKS_ARCHIVE_LOOK_HOURS"])
        due = sorted((next_look(page, hours), page.url) for page in held_pages(db, host))
        yield host, [each for each in due if each[0] <= now], [each for each in due if each[0] > now]


def looks_report(db: sqlite3.Connection, settings: BaseSettings) -> Iterator[str]:
    """How many looks are overdue, since when, and when the next one is due."""
    yield "second looks"
    for host, late, due in looks(db, settings):
        if late:
            yield f"  {host}: {len(late)} overdue, the longest since {late[0][0]:%Y-%m-%d %H:%M}"
            yield from (f"    {at:%Y-%m-%d %H:%M} {url}" for at, url in late[:MOST_OVERDUE])
        elif due:
            yield f"  {host}: none overdue; the next one at {due[0][0]:%Y-%m-%d %H:%M}"


def drift_report(db: sqlite3.Connection, since: str) -> Iterator[str]:
    """Each template's figures, over the pages that were read last, and what fell or fell silent."""
    found = [*drifts(db, 0, since), *silences(db, since)]
    yield "drift" if found else "drift: none"
    yield from (f"  {str(drift).removeprefix('drift: ')}" for drift in found)
    for template, pages in samples(db, since).items():
        names = list(dict.fromkeys(name for page in pages for name in page.figures))
        shares = (f"{name} {share([page.figures.get(name) for page in pages])}" for name in names)
        yield f"  {template}, {len(pages)} pages: {', '.join(shares)}"


def share(having: list[bool | None]) -> str:
    """Of the pages to which the figure applies."""
    told = [has for has in having if has is not None]
    return f"{sum(told) / len(told):.0%}"
