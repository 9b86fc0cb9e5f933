"""How often words are said over time, from the full-text index itself (fts5vocab): no text is read.

Every connection gets temp.turn_places, a row an occurrence, in its own temporary database. Words are looked for by
their stem, as in a search.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.publish.site.held import Held

#: The tokenizer of utterances_fts (exporters/sqlite/schema.py).
TOKENIZER = "porter unicode61 remove_diacritics 2"
PLACES = "select doc, \"offset\" - {n} as place from temp.turn_places where term = :t{n} and col = 'text'"
COUNTED = """
select substr(r.date, 1, 7) as month, sum(said) as said from (
  select doc / 1000000 as number, count(*) as said from ({places}) group by 1
) join remarks r on r.rowid = number where r.date is not null group by 1
"""
MOST_PHRASE = 6


def prepare(conn: sqlite3.Connection) -> None:
    """The table above, where the database has the index."""
    if conn.execute("select 1 from sqlite_master where name = 'utterances_fts'").fetchone():
        conn.execute(
            "create virtual table if not exists temp.turn_places using fts5vocab(main, utterances_fts, instance)"
        )


def tokenize(text: str) -> list[str]:
    """The words of a text as the index holds them, in order."""
    with _LOCK:  # pages ask from the server's loop, canned queries from its threads
        _SCRATCH.execute("delete from scratch")
        _SCRATCH.execute("insert into scratch values (?)", [text])
        return [term for (term,) in _SCRATCH.execute('select term from scratch_words order by "offset"')]


def _scratch() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    conn.execute(f"create virtual table scratch using fts5(text, tokenize = '{TOKENIZER}')")
    conn.execute("create virtual table scratch_words using fts5vocab(scratch, instance)")
    return conn


_SCRATCH, _LOCK = _scratch(), threading.Lock()


async def said(held: Held, phrase: str) -> dict[str, int]:
    """How often a word or an exact phrase is said in each month; raises QueryInterrupted for what is too common."""
    terms = tokenize(phrase)[:MOST_PHRASE]
    if not terms:
        return {}
    tables = ", ".join(f"w{n} as materialized ({PLACES.format(n=n)})" for n in range(len(terms)))
    joins = "".join(f" join w{n} using (doc, place)" for n in range(1, len(terms)))
    sql = COUNTED.format(places=f"with {tables} select doc from w0{joins}")  # noqa: S608
    rows = await held.rows(sql, **{f"t{n}": term for n, term in enumerate(terms)})
    return {row["month"]: row["said"] for row in rows}
