"""What a heap of questions is about: the words that come in many of them and seldom elsewhere."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.publish.site.held import Held, Row

#: A word must come so much more often in these questions than in turns at large.
MORE_OFTEN = 2.0
MOST, FEWEST = 12, 3
#: Turns at large: the first twelve of so many transcripts all over the record.
SAMPLED = 300
SAMPLE = """
select u.text from remarks r join utterances u on u.remark_id = r.id and u.position <= 12
where r.utterance_count > 0 and r.rowid % :step = 0
"""
#: Words that make a question a question tell nothing of what it is about.
ASKING = frozenset(
    (
        *("how", "what", "why", "who", "whom", "when", "where", "which", "whether", "would", "could", "should", "did"),
        *("does", "can", "will", "has", "have", "there", "about", "think", "said", "say", "saying", "ask", "asked"),
        *("asking", "question", "questions", "just", "your", "you", "any", "been", "from", "here", "back", "told"),
        *("tell", "with", "thank", "thanks", "please", "sir", "madam", "mister", "secretary", "spokesperson"),
    )
)
# "Ruritania" and "ceasefire" of "On Ruritania's ceasefire?"
_WORD = re.compile(r"[^\W\d_]{3,}")

#: (file, hundreds of remarks held) -> how many turns at large hold each word, and of how many.
_AT_LARGE: dict[tuple[str, int], tuple[Counter[str], int]] = {}


async def topics(held: Held, questions: Iterable[str], name: str) -> list[Row]:
    """{word, questions, score}, most telling first; the name of whoever is asked is no topic."""
    texts = list(questions)
    spelt: dict[str, Counter[str]] = {}
    for text in texts:
        for word in set(_WORD.findall(text)):
            spelt.setdefault(word.casefold(), Counter())[word] += 1
    asked = _turns_with(texts)
    elsewhere, turns = await _at_large(held)
    ignored = ASKING.union(name.casefold().split())
    rows: list[Row] = []
    for word, count in asked.items():
        lift = count / len(texts) / ((elsewhere[word] + 1) / (turns + 1))
        if count >= FEWEST and lift >= MORE_OFTEN and word not in ignored:
            row = {"word": spelt[word].most_common(1)[0][0], "questions": count, "score": count * math.log(lift)}
            rows.append(row)
    return sorted(rows, key=lambda row: (-row["score"], row["word"]))[:MOST]


def _turns_with(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in set(_WORD.findall(text.casefold())))


async def _at_large(held: Held) -> tuple[Counter[str], int]:
    """Made once for every hundred remarks that come; the words of a language do not change faster."""
    remarks = await held.value("select count(*) from remarks")
    key = (str(held.db.path), remarks // 100)
    if key not in _AT_LARGE:
        rows = await held.rows(SAMPLE, step=max(1, remarks // SAMPLED))
        _AT_LARGE.clear()
        _AT_LARGE[key] = (_turns_with(row["text"] for row in rows), len(rows))
    return _AT_LARGE[key]
