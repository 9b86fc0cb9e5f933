"""One row a turn, with what is known of its remark: the columns of CSV and Parquet, in order. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.exporters.corpus.snapshot import Row, Snapshot

Kind = Literal["text", "word", "whole", "number", "flag", "date", "moment", "texts", "comments"]
"""`word`: one of few values; `texts`: a JSON list of texts; `comments`: a JSON list of objects kind, text, offset."""


class Column(NamedTuple):
    """A column: its name, what it holds, where it comes from, and what it means."""

    name: str
    kind: Kind
    sql: str
    note: str


COMMENTS = """(SELECT json_group_array(json_object('kind', kind, 'text', text, 'offset', "offset"))
    FROM (SELECT kind, text, "offset" FROM comments WHERE utterance_id = u.id ORDER BY "offset", id))"""

COLUMNS = (
    Column("id", "text", "u.id", "Of the turn: <remark>-<number>; kept through corrections, never given twice."),
    Column("remark_id", "text", "u.remark_id", "The work that it belongs to."),
    Column("position", "whole", "u.position", "1 for the first turn of the remark."),
    Column("date", "date", "r.date", "Printed on the page, local to the site."),
    Column("type", "word", "r.type", "Of the page, as printed."),
    Column("title", "word", "r.title", "Of the page, as printed."),
    Column("label", "text", "u.label", "Exactly as printed, without the colon; absent where the byline speaks."),
    Column("speaker_role", "word", "u.speaker_role", "official, guest, press, moderator, interpreter, ..."),
    Column("person_id", "word", "u.person_id", "Absent where it is not known."),
    Column("person", "word", "p.name", "Full name."),
    Column("office_id", "word", "u.office_id", "Absent where it is not known."),
    Column("office", "word", "o.name", "The office in which the turn was spoken."),
    Column("method", "word", "a.method", "How person or office were found."),
    Column("confidence", "number", "a.confidence", "Of that, 0 to 1."),
    Column("text", "text", "u.text", "As printed; paragraphs joined by a blank line."),
    Column("word_count", "whole", "u.word_count", "Words outside brackets."),
    Column("language", "word", "coalesce(u.language, r.language)", "BCP 47."),
    Column("interpreted", "flag", "u.interpreted", "Whether an interpreter speaks for the speaker."),
    Column("comments", "comments", COMMENTS, "Stage directions in the text: kind, text, offset in characters from 0."),
    Column("prev_id", "text", "u.prev_id", "The turn that this one takes up again after an interruption."),
    Column("next_id", "text", "u.next_id", "The turn that takes this one up again."),
    Column("host", "word", "r.host", "Of url."),
    Column("url", "word", "r.url", "Canonical address of the page."),
    Column("original_url", "word", "r.original_url", "Of a translation: address of the English original."),
    Column("place", "word", "r.place", "City, or the only place printed."),
    Column("venue", "word", "r.venue", "Room or building."),
    Column("byline", "word", "r.byline", "Lines joined by '; '."),
    Column("tags", "texts", "r.tags", "As printed."),
    Column("published_at", "moment", "r.published_at", "As the page says, else as REST or the feed says; UTC."),
    Column("modified_at", "moment", "r.modified_at", "Last edit that the page names, UTC."),
    Column("status", "word", "r.status", "Of the remark: live, moved, gone or restored."),
    Column("revision", "whole", "r.revision", "Of the remark; 1 is the first."),
    Column("capture_digest", "word", "k.digest", "Of the bytes that this was read from."),
    Column("captured_at", "moment", "k.fetched_at", "When those were fetched, UTC."),
)

FROM = """
FROM temp.chosen c CROSS JOIN remarks r ON r.id = c.id CROSS JOIN utterances u ON u.remark_id = r.id
LEFT JOIN people p ON p.id = u.person_id LEFT JOIN offices o ON o.id = u.office_id
LEFT JOIN attributions a ON a.utterance_id = u.id AND a.rank = 1
LEFT JOIN revisions v ON v.remark_id = r.id AND v.revision = r.revision LEFT JOIN captures k ON k.id = v.capture_id
ORDER BY c.n, u.position
"""


def turns(snapshot: Snapshot) -> Iterator[Row]:
    """A value for each of COLUMNS, as in the database; lists and objects as JSON."""
    selected = ", ".join(f"{column.sql} AS {column.name}" for column in COLUMNS)
    return snapshot.rows(f"SELECT {selected} {FROM}")
