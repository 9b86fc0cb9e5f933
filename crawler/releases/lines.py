"""JSON lines: the newest revision of each remark, one line each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.exporters.rows import as_line

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.releases.snapshot import Snapshot

NEWEST = """
SELECT l.line, r.url, r.host, r.status FROM temp.chosen c CROSS JOIN remarks r ON r.id = c.id
CROSS JOIN revisions v ON v.remark_id = r.id AND v.revision = r.revision CROSS JOIN lines l ON l.revision_id = v.id
ORDER BY c.n
"""


def write(snapshot: Snapshot, path: Path) -> None:
    """The line of the newest revision as it stands in remarks.jsonl, but with address and status as they are now."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line, *now in snapshot.rows(NEWEST):
            file.write(up_to_date(line, dict(zip(("url", "host", "status"), now, strict=True))) + "\n")


def up_to_date(line: str, now: dict[str, str]) -> str:
    """Addresses and status move on without a new revision."""
    fields = json.loads(line)
    return line if fields | now == fields else as_line(fields | now)
