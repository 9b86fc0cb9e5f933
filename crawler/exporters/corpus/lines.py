"""JSON lines: the newest revision of each remark, one line each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.exporters.sqlite.rows import as_line
from crawler.items import RemarkLine

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.exporters.corpus.snapshot import Row, Snapshot

MOVES_ON = {"url", "host", "status"}
NEWEST = """
SELECT l.line, r.* FROM temp.chosen c CROSS JOIN remarks r ON r.id = c.id
CROSS JOIN revisions v ON v.remark_id = r.id AND v.revision = r.revision CROSS JOIN lines l ON l.revision_id = v.id
ORDER BY c.n
"""


def write(snapshot: Snapshot, path: Path) -> None:
    """The line of the newest revision as it stands in remarks.jsonl, but brought up to date."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in snapshot.rows(NEWEST):
            file.write(up_to_date(row["line"], row) + "\n")


def up_to_date(line: str, remark: Row) -> str:
    """Addresses and status move on without a new revision; a line of an older program lacks what was added since."""
    fields = json.loads(line)
    added = {name for name in RemarkLine.__dataclass_fields__ if name not in fields and name in remark.keys()}  # noqa: SIM118
    now = {name: remark[name] for name in MOVES_ON | added}
    return line if fields | now == fields else as_line(fields | now)
