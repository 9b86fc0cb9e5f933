"""Step 9: who speaks, what is corrected and which question is answered, as rows. Pure: ids are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.items import CorrectionLine, ExchangeLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.items import Remark, Utterance

Row = dict[str, Any]
# Less likely candidates stand in the evidence in words, and get no row: nobody is made a person by a guess.
LEAST_CONFIDENCE = 0.7


class Named(NamedTuple):
    """Whom a row names, as the page has it."""

    person: str | None
    office: str | None
    organization: str | None


def named(remark: Remark) -> list[Named]:
    """The people and the offices that the rows name, in order."""
    turns = remark.utterances
    others = [one for turn in turns for one in turn.candidates if one.confidence >= LEAST_CONFIDENCE]
    speakers = [Named(turn.person, turn.office, turn.organization) for turn in turns]
    return speakers + [Named(one.person, one.office, one.organization) for one in others]


def attribution_rows(
    remark: Remark, utterances: Sequence[str], people: Mapping[str, str], offices: Mapping[str, str]
) -> list[Row]:
    """Rank 1 for what stands in utterances, also where nobody was found; further candidates behind it."""
    return [
        row
        for id_, turn in zip(utterances, remark.utterances, strict=True)
        if turn.person or turn.office or turn.method
        for row in _attributions(id_, turn, people, offices)
    ]


def _attributions(id_: str, turn: Utterance, people: Mapping[str, str], offices: Mapping[str, str]) -> Iterator[Row]:
    yield {
        "utterance_id": id_,
        "rank": 1,
        "name": turn.person,
        "person_id": people.get(turn.person or ""),
        "office_id": offices.get(turn.office or ""),
        "method": turn.method,
        "confidence": turn.confidence,
        "evidence": turn.evidence,
    }
    others = [one for one in turn.candidates if one.confidence >= LEAST_CONFIDENCE]
    for rank, one in enumerate(others, start=2):
        yield {
            "utterance_id": id_,
            "rank": rank,
            "name": one.person,
            "person_id": people.get(one.person),
            "office_id": offices.get(one.office or ""),
            "method": one.method,
            "confidence": one.confidence,
            "evidence": one.evidence,
        }


def correction_rows(remark: Remark, utterances: Sequence[str]) -> list[Row]:
    return [
        {
            "utterance_id": id_,
            "offset": correction.offset,
            "said": correction.said,
            "corrected": correction.corrected,
            "how": correction.how,
        }
        for id_, turn in zip(utterances, remark.utterances, strict=True)
        for correction in turn.corrections
    ]


def exchange_rows(remark: Remark, utterances: Sequence[str], remark_id: str) -> list[Row]:
    return [{"remark_id": remark_id} | row for row in _exchanges(remark, utterances)]


def correction_lines(turn: Utterance) -> list[CorrectionLine]:
    return [
        CorrectionLine(offset=one.offset, said=one.said, corrected=one.corrected, how=one.how)
        for one in turn.corrections
    ]


def exchange_lines(remark: Remark, utterances: Sequence[str]) -> list[ExchangeLine]:
    return [ExchangeLine(**row) for row in _exchanges(remark, utterances)]


def id_at(utterances: Sequence[str], position: int | None) -> str | None:
    """The id of the turn at a position from 1."""
    return None if position is None else utterances[position - 1]


def _exchanges(remark: Remark, utterances: Sequence[str]) -> Iterator[Row]:
    for one in remark.exchanges:
        yield {
            "question_id": utterances[one.question - 1],
            "answer_id": id_at(utterances, one.answer),
            "follow_up_of": id_at(utterances, one.follow_up_of),
        }


def texts(turn: Utterance) -> Iterator[tuple[str, str | None]]:
    """Every text of a turn that goes into a column here, and its place."""
    yield "organization", turn.organization
    yield "language", turn.language
    for one in turn.candidates:
        yield from (("candidate", text) for text in (one.person, one.office, one.organization, one.evidence))
    for correction in turn.corrections:
        yield "correction, said", correction.said
        yield "correction", correction.corrected
