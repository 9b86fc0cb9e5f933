"""Step 7: what relates the turns of a remark, once it is known who speaks. Pure.

languages.py      another language than the page's          corrections.py    what the page itself corrects
interruptions.py  a speech that was cut and goes on         exchanges.py      questions and their answers
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crawler.transcript.corrections import correct
from crawler.transcript.exchanges import exchanges
from crawler.transcript.interruptions import links
from crawler.transcript.languages import spoken

if TYPE_CHECKING:
    from crawler.items import Remark


def relate(remark: Remark) -> Remark:
    """The remark with languages, links between the parts of a cut speech, corrections and exchanges."""
    previous, following = links(remark.utterances)
    corrections = correct(remark)
    turns = []
    for position, turn in enumerate(remark.utterances, start=1):
        told: dict[str, Any] = {
            "language": spoken(turn, remark.page.language),
            "previous": previous.get(position),
            "following": following.get(position),
            "corrections": corrections.get(position, ()),
        }
        turns.append(replace(turn, **told) if any(told.values()) else turn)
    return replace(remark, utterances=tuple(turns), exchanges=exchanges(turns))
