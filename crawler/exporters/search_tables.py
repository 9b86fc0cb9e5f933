"""Step 9: the full-text index of a table, and the triggers that keep it; part of the schema (schema.py)."""

from __future__ import annotations


def search_sql(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(columns)
    new, old = (", ".join(f"{side}.{c}" for c in ("rowid", *columns)) for side in ("new", "old"))
    forget = f"INSERT INTO {table}_fts({table}_fts, rowid, {names}) VALUES ('delete', {old});"  # noqa: S608
    learn = f"INSERT INTO {table}_fts(rowid, {names}) VALUES ({new});"  # noqa: S608
    return f"""
CREATE VIRTUAL TABLE {table}_fts USING fts5({names}, content="{table}", content_rowid="rowid",
    tokenize='porter unicode61 remove_diacritics 2');
CREATE TRIGGER {table}_fts_insert AFTER INSERT ON {table} BEGIN {learn} END;
CREATE TRIGGER {table}_fts_delete AFTER DELETE ON {table} BEGIN {forget} END;
CREATE TRIGGER {table}_fts_update AFTER UPDATE OF rowid, {names} ON {table}
    WHEN ({old}) IS NOT ({new}) BEGIN {forget} {learn} END;
"""
