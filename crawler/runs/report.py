"""What a run tells: the one line that cron mails, and its report in output/runs/, for a program and for a reader."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.controls import printable
from crawler.data import load
from crawler.runs import doubts
from crawler.runs.silence import Silence
from crawler.transcript.validate import severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.runs.run import Run

#: So many drifts, and so many kinds of refusal, stand in the line; all of them in the report.
MOST_IN_LINE = 3
EVENTS = """
SELECT l.line FROM events e JOIN event_lines l ON l.event_id = e.id JOIN captures c ON c.id = e.capture_id
WHERE c.run_id = ? ORDER BY e.id
"""
REFUSED_KINDS = {"blocked", "decoy", "not_text", "empty", "too_large", "thinner", "offsite", "unreachable"} | {
    *("unknown_template", "ambiguous_template", "broken", "cut_off", "bad_index", "too_slow", "crashed")
}


def summary(run: Run) -> str:
    """The one line."""
    c = run.counts
    parts = [f"{c['new']} new ({run.utterances} turns)" if c["new"] else "nothing new", f"{c['changed']} changed"]
    parts.append(f"{c['known'] + c['unchanged']} known and unchanged")
    if not c["fetched_pages"]:
        parts.append("no page downloaded")
    if c["waiting"]:
        parts.append(f"{c['waiting']} refused before, not due or given up")
    if c["unasked"]:
        parts.append(f"{c['unasked']} left for a later run")
    if c["reread"]:
        parts.append(f"{c['reread']} read otherwise by this version")
    if c["passed"]:
        parts.append(f"{c['passed']} of a type or date not asked for")
    if run.closed:
        parts.append(f"{', '.join(run.closed)} not asked: nothing there is so young, since=all reads it")
    if run.refusals or run.faults:
        parts.append(f"{len(run.refusals)} refused{_kinds(run)}, {len(run.faults)} faults")
    parts += [f"drift: {drift.short}" for drift in run.drift[:MOST_IN_LINE]]
    if len(run.drift) > MOST_IN_LINE:
        parts.append(f"{len(run.drift) - MOST_IN_LINE} more drifts")
    hosts = ", ".join(run.arguments.hosts)
    state = "up to date" if run.verdict == "ok" else run.verdict
    if run.verdict == "ok" and c["waiting"]:
        state = "up to date but for pages refused before"
    return f"remarks: {state}: {', '.join(parts)}; {run.requests} requests, {run.bytes:,} bytes; {hosts}"


def _kinds(run: Run) -> str:
    counts = {name: n for name, n in run.counts.most_common() if name in REFUSED_KINDS}
    told = [f"{n} {name}" for name, n in list(counts.items())[:MOST_IN_LINE]]
    if rest := sum(list(counts.values())[MOST_IN_LINE:]):
        told.append(f"{rest} more")
    return f" ({', '.join(told)})" if told else ""


def write(run: Run, folder: Path) -> None:
    """Both forms of the report; raises OSError."""
    folder.mkdir(exist_ok=True)
    name = f"{run.started_at.replace(':', '').replace('-', '')}-{run.id}"
    text = json.dumps(report(run), indent=2, ensure_ascii=False)
    (folder / f"{name}.json").write_text(printable(text) + "\n", "utf-8")
    (folder / f"{name}.txt").write_text(printable("\n".join(lines(run))) + "\n", "utf-8")


def report(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "started_at": run.started_at,
        "arguments": run.arguments.as_row(),
        "verdict": run.verdict,
        "counts": dict(sorted(run.counts.items())),
        "requests": run.requests,
        "bytes": run.bytes,
        "refusals": run.refusals,
        "faults": run.faults,
        "tracebacks": run.tracebacks,
        "drift": [str(drift) for drift in run.drift],
        "robots": robots(run),
        "doubts": _doubts(run),
        "notices": run.notices,
    }


def lines(run: Run) -> Iterator[str]:
    """For a reader: what was read, what changed, what went wrong, what to do."""
    yield f"Run {run.id} of {run.started_at}"
    yield summary(run)
    yield ""
    yield from _section("Walked to the end", run.walked)
    yield from _section("What happened", [_event(row) for row in _events(run)])
    yield from _section("Faults of this program or machine", run.faults)
    yield from _section("Refused", run.refusals)
    yield from _section("Drift", [str(drift) for drift in run.drift])
    yield from _section("New doubts", _doubts(run))
    yield from _section("Second looks", _looks(run))
    yield from _section("robots.txt", [f"{host}: {words}" for host, words in robots(run).items()])
    yield from _section("To know", run.notices)
    yield from _section("What to do", list(advice(run)))
    yield from _section("Tracebacks", [line for trace in run.tracebacks for line in trace.splitlines()])


def robots(run: Run) -> dict[str, str]:
    """What came of each host's robots.txt, in words."""
    forbade = {host: f"; {n} requests were not made, it forbids them" for host, n in run.forbidden.items()}
    return {host: words + forbade.get(host, "") for host, words in sorted(run.robots.items())}


def _section(title: str, rows: list[str]) -> Iterator[str]:
    if rows:
        yield title
        yield from (f"  {row}" for row in rows)
        yield ""


def _events(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for (line,) in run.store.db.execute(EVENTS, [run.id])]


def _event(row: dict[str, Any]) -> str:
    """As "new: Remarks at the Port (2026-03-04), 12 turns: https://..."."""
    what = f"{row['turns']} turns" if row["kind"] == "new" else row["reason"] or f"{len(row['changes'])} changes"
    return f"{', '.join(row['kinds'])}: {row['title']} ({row['date']}), {what}: {row['url']}"


def _doubts(run: Run) -> list[str]:
    told = doubts.of_run(run.store.db.conn, run.id)
    return [f"{url}: {severity(problem)}: {problem}" for url, problems in told for problem in problems]


def _looks(run: Run) -> list[str]:
    if not run.counts["looks"] and not run.counts["overdue"]:
        return []
    return [f"{run.counts['looks']} made, {run.counts['overdue']} overdue"]


def advice(run: Run) -> Iterator[str]:
    """What a person can do about it; nothing where all is well."""
    silent = sum(isinstance(drift, Silence) for drift in run.drift)
    counts = dict(run.counts) | {"drift": len(run.drift) - silent, "silence": silent}
    counts |= {"rest": sum("/wp-json/" in line for line in run.refusals)}
    yield from (words for name, words in _advice().items() if counts.get(name))


@cache
def _advice() -> dict[str, str]:
    return {name: " ".join(words.split()) for name, words in load("advice").items()}
