"""What goes with a data package for people: its README and its citation. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import crawler
from crawler.exporters.corpus.tables import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.exporters.corpus.tables import Table

TITLE = "Public remarks of the U.S. Department of State"
TERMS = "https://www.usa.gov/government-copyright"
LICENCE = {
    "name": "other-pd",
    "title": "Works of the United States Government (17 U.S.C. 105); words of others as the Department published them",
    "path": TERMS,
}
README = """\
# {title}

Version {version}: {remarks} remarks, {turns} turns, {words} words, as held on {as_of}. Remarks, press briefings,
interviews and releases from the Department's web hosts, split into turns, with who spoke each of them where that is
known. Made by state-remarks {program}.

## What is in it

| file | rows | holds |
|---|---|---|
{files}

Every column is described in `datapackage.json`. Text files are UTF-8; CSV as in RFC 4180, with a head line; what is
absent is empty, lists are JSON, 1 is yes and 0 is no. Times are UTC, dates are those printed on the page, positions
start at 1, offsets count characters from 0. Ids are minted once and stay; `urls` has every address of a remark,
`captures` the digest of the bytes that each version was read from.

Only what belongs to these remarks is in it: not the rest of the roster, and no answers of hosts that told nothing of
them. The bytes of the pages (WARC) are not in it either, nor these tables of the database:

{left_out}

Text stands as it was printed. Some spreadsheet programs take a cell that begins with `=`, `+`, `-` or `@` for a
formula: import all columns as text. A cell can be longer than the 131,072 characters that Python's csv module takes by
default (`csv.field_size_limit`).

To see whether it is whole: `sha256sum -c SHA256SUMS`, `frictionless validate datapackage.json`.

## How good it is

{quality}

All figures are in `quality.json`. A person is named only where the page gives grounds for it: method, confidence and
evidence are in `attributions`.

## How to cite it

{title}, version {version}. State Department transcripts collected by state-remarks {program}. (`CITATION.cff`)
A single turn: its id, the remark's `url`, and `revision`.

## Terms

Works of the United States Government are not subject to copyright in the United States (17 U.S.C. 105, <{terms}>). What
guests and journalists say stands as the Department published it.
"""


def readme(tables: Sequence[Table], counts: Mapping[str, int], quality: Mapping[str, Any]) -> str:
    files = "\n".join(f"| `data/{t.name}.csv` | {counts[t.name]:,} | {t.description} |" for t in tables)
    return README.format(
        title=TITLE,
        version=quality["as_of"][:10],
        as_of=quality["as_of"],
        program=crawler.__version__,
        files=files,
        left_out="\n".join(f"- `{name}`: {why}" for name, why in LEFT_OUT.items()),
        quality="\n".join(_lines(quality)),
        terms=TERMS,
        **{name: f"{quality[name]:,}" for name in ("remarks", "turns", "words")},
    )


def _lines(quality: Mapping[str, Any]) -> list[str]:
    lines = [
        f"- {host['host']}: {host['remarks']:,} remarks, {host['first']} to {host['last']}" for host in quality["hosts"]
    ]
    lines.append(f"- written releases, in which nobody speaks: {quality['written_releases']:,}")
    for row in quality["roles"]:
        known = f"{row['turns_with_person']:,} given to a person by name"
        lines.append(f"- turns of role {row['role']}: {row['turns']:,}, {known}")
    lines += [f"- revisions: {row['change']}: {row['revisions']:,}" for row in quality["revisions"]]
    lines += [f"- remarks to check: {name}: {n:,}" for name, n in quality["remarks_to_check"].items()]
    unread = [
        f"- addresses that could not be read: {row['outcome']}: {row['addresses']:,}"
        for row in quality["addresses_not_read"]
    ]
    return [*lines, *(unread or ["- addresses that could not be read: none"])]


def citation(quality: Mapping[str, Any]) -> str:
    """CITATION.cff, version 1.2.0; a JSON text is one of YAML, too."""
    fields = {
        "cff-version": "1.2.0",
        "message": "Please cite this data set as below.",
        "type": "dataset",
        "title": TITLE,
        "version": quality["as_of"][:10],
        "date-released": quality["as_of"][:10],
        "authors": [{"name": "U.S. Department of State"}, {"name": f"state-remarks {crawler.__version__} (compiler)"}],
        "license-url": TERMS,
    }
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())
