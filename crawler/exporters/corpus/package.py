"""A Frictionless data package: the tables as CSV with their schema, and all that a deposit needs to be cited.

`datapackage.json` describes it, `README.md` tells a person, `CITATION.cff` a reference manager, `quality.json` how good
it is, `SHA256SUMS` whether it is whole (`sha256sum -c SHA256SUMS`).
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import crawler
from crawler.exporters.corpus.papers import LICENCE, citation, readme
from crawler.exporters.corpus.quality import figures
from crawler.exporters.corpus.sheet import write_rows
from crawler.exporters.corpus.tables import ROWS, describe, rows

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.exporters.corpus.snapshot import Snapshot
    from crawler.exporters.corpus.tables import Field, Table

DESCRIPTION = "datapackage.json"
SUMS = "SHA256SUMS"


def write(snapshot: Snapshot, folder: Path) -> None:
    """Into an empty folder."""
    (folder / "data").mkdir()
    tables = [describe(snapshot, name) for name in ROWS]
    resources = [_resource(snapshot, table, folder) for table in tables]
    quality = figures(snapshot)
    _write_json(folder / "quality.json", quality)
    _write_json(folder / DESCRIPTION, _package(snapshot, resources, quality))
    counts = {resource["name"]: resource["rows"] for resource in resources}
    (folder / "README.md").write_text(readme(tables, counts, quality), "utf-8")
    (folder / "CITATION.cff").write_text(citation(quality), "utf-8")
    (folder / SUMS).write_text(_sums(folder), "utf-8")


def _package(snapshot: Snapshot, resources: list[dict[str, Any]], quality: dict[str, Any]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": "state-remarks",
        "title": "Public remarks of the U.S. Department of State",
        "description": "Who said what, turn by turn, with address, version and capture of each page.",
        "version": quality["as_of"][:10],
        "created": quality["as_of"],
        "keywords": ["diplomacy", "press briefings", "speeches", "transcripts", "United States"],
        "licenses": [LICENCE],
        "sources": [{"title": host["host"], "path": f"https://{host['host']}/"} for host in quality["hosts"]],
        "contributors": [{"title": f"state-remarks {crawler.__version__}", "role": "wrangler"}],
        "quality": quality,
        "resources": resources,
    }


def _resource(snapshot: Snapshot, table: Table, folder: Path) -> dict[str, Any]:
    """Writes a table, and describes what was written."""
    path = folder / "data" / f"{table.name}.csv"
    number = write_rows(path, [field.name for field in table.fields], rows(snapshot, table))
    return {
        "name": table.name,
        "path": f"data/{path.name}",
        "profile": "tabular-data-resource",
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n"},
        "bytes": path.stat().st_size,
        "hash": f"sha256:{_digest(path)}",
        "rows": number,
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    return {
        "fields": [_field(field) for field in table.fields],
        "missingValues": [""],
        "primaryKey": [field.name for field in table.fields if field.key],
        "foreignKeys": [
            {"fields": [column], "reference": {"resource": "" if other == table.name else other, "fields": [key]}}
            for column, other, key in table.references
        ],
    }


def _field(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "type": field.type, "description": field.description}
    if field.type == "boolean":
        described |= {"trueValues": ["1"], "falseValues": ["0"]}
    return described | ({"constraints": {"required": True}} if field.required else {})


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sums(folder: Path) -> str:
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return "".join(f"{_digest(folder / name)}  {name}\n" for name in names)
