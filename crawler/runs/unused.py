"""Step 9: what of people_overrides.toml changes nothing: a typing error of the operator, most likely. Reads only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.exporters.sqlite.names import slug
from crawler.exporters.sqlite.people_file import PEOPLE_FILE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from crawler.exporters.sqlite.people_file import Overrides

BORNE = """
SELECT 1 FROM people WHERE plain = :slug
UNION ALL SELECT 1 FROM former_ids WHERE kind = 'people' AND old_id = :slug
"""
# The lines tell a person as printed, whatever the operator makes of it: "person":"Jim Field"
PRINTED = "SELECT 1 FROM lines WHERE instr(line, ?) LIMIT 1"
ALL_PRINTED = """
SELECT DISTINCT json_extract(turn.value, '$.person') FROM lines, json_each(lines.line, '$.utterances') turn
"""


def idle(db: sqlite3.Connection, overrides: Overrides) -> Iterator[str]:
    """In words: merged names that nobody bears, and pages of a split that are not held."""
    for name in _unknown(db, overrides.merged):
        yield f"{PEOPLE_FILE}: merge: nobody is named {name!r}"
    for url, name in overrides.split:
        if not db.execute("SELECT 1 FROM urls WHERE url = ?", [url]).fetchone():
            yield f"{PEOPLE_FILE}: split of {name!r}: no remark stands at {url}"


def _unknown(db: sqlite3.Connection, names: Iterable[str]) -> list[str]:
    """The names that no page has, in any spelling; all pages are read only for one that is nowhere as written."""
    left = [name for name in names if not _is_known(db, name)]
    if not left:
        return []
    printed = {slug(name) for (name,) in db.execute(ALL_PRINTED) if name}
    return [name for name in left if slug(name) not in printed]


def _is_known(db: sqlite3.Connection, name: str) -> bool:
    if db.execute(BORNE, {"slug": slug(name)}).fetchone():
        return True
    person = f'"person":{json.dumps(name, ensure_ascii=False)}'
    return db.execute(PRINTED, [person]).fetchone() is not None
