"""A remark as published: one line of remarks.jsonl. The JSON Schema is derived from it (exporters/jsonschema.py).

Each field is documented where it is declared, for the reader of the file; conventions as in items.py, which these
belong to: `from crawler.items import RemarkLine`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentLine:
    """A comment as published."""

    kind: str
    """laughter, applause, inaudible, off_mike, interpretation, language, event, editorial, ..."""
    text: str
    """As printed, with its brackets."""
    offset: int | None
    """Characters from the start of the utterance's text; null for a line of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionLine:
    """A correction as published."""

    offset: int
    """Characters from the start of the utterance's text."""
    said: str | None
    """As printed in the text; null where words were left out, or a whole statement is corrected."""
    corrected: str
    """What the page gives instead."""
    how: str
    """footnote, asterisk or bracket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeLine:
    """A question and its answer, as published."""

    question_id: str
    answer_id: str | None
    """Null where nobody answers."""
    follow_up_of: str | None
    """Id of the question before it, where the same person asks on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceLine:
    """An utterance as published."""

    id: str
    """Minted once; never reused."""
    position: int
    """1 for the first of the remark."""
    label: str | None
    """Exactly as printed, without the colon; null where none is printed."""
    speaker_role: str
    """official, spokesperson, guest, press, moderator, interpreter, staff, audience or unknown."""
    person: str | None
    """Full name; null where it is not known."""
    office: str | None
    """Office as printed beside the name, else as the roster has it; null where it is not known."""
    organization: str | None
    """Country or body that the office belongs to; station or paper of one who asks."""
    method: str | None
    """byline, title, text, office_date or label; none or ambiguous where nobody is named; null for a mere part."""
    confidence: float | None
    """0 to 1; null where nobody is named."""
    evidence: str | None
    """In words: why this person, or why nobody."""
    language: str | None
    """BCP 47, where another language than the page's is said to be spoken."""
    interpreted: bool
    """Whether the page says that an interpreter speaks for the speaker."""
    prev_id: str | None
    """The utterance that this one takes up again after an interruption."""
    next_id: str | None
    """The utterance that takes this one up again."""
    text: str
    """As printed; paragraphs joined by a blank line."""
    comments: list[CommentLine]
    """Stage directions in the text, in order."""
    corrections: list[CorrectionLine]
    """Words that the page itself corrects, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkLine:
    """One line of remarks.jsonl: a remark as of one revision. The newest line of an id counts."""

    schema_version: int
    id: str
    """Minted once for the work; the same on every host and address."""
    revision: int
    """1 for the first."""
    url: str
    """Canonical address."""
    host: str
    title: str | None
    """As printed; null only for plain text without one."""
    type: str | None
    """As printed on the page."""
    date: str | None
    """Date printed on the page, ISO, local to the site; null only for plain text without one."""
    date_printed: str | None
    """The same as printed."""
    published_at: str | None
    """UTC, ISO 8601; null where the page does not tell."""
    modified_at: str | None
    """UTC, ISO 8601; null where the page does not tell."""
    place: str | None
    """City, or the only place printed; "Via Teleconference" is none."""
    venue: str | None
    """Room or building."""
    byline: str | None
    """Lines joined by "; "."""
    language: str | None
    """BCP 47."""
    original_url: str | None
    """Of a translation: the address of the English original; null where the page names none."""
    tags: list[str]
    status: str
    """live, moved, gone or restored."""
    via: str
    """live, wayback or warc: where the newest capture came from."""
    archived_at: str | None
    """When the Internet Archive captured it, UTC, ISO 8601; null for what was not read from there."""
    archive_url: str | None
    """The address of that capture."""
    template: str
    word_count: int
    """Words of all utterances; of the text where there is none."""
    text: str
    """The body as printed, without boilerplate."""
    utterances: list[UtteranceLine]
    notes: list[CommentLine]
    """Lines that belong to no turn, in page order."""
    exchanges: list[ExchangeLine]
    """Questions and their answers, in order."""
    problems: list[str]
    """What a reader should check."""
