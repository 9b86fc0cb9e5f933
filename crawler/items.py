"""What travels along the data path, step by step; each field is documented where it is declared.

Link -> Capture -> Page -> Remark inside the program; RemarkLine (lines.py) is the published form (JSON lines), from
which the JSON Schema is derived. Everywhere: times are UTC, ISO 8601; dates are the site's local date, ISO 8601;
offsets count characters from 0; positions start at 1; None means absent, never an empty string.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

# ---- lines ----
# A remark as published: one line of remarks.jsonl. The JSON Schema is derived from it (exporters/jsonl/jsonschema.py).
#
# Each field is documented where it is declared, for the reader of the file; conventions as in items.py, which these
# belong to: `from crawler.items import RemarkLine`.


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


__all__ = [
    "Block",
    "Candidate",
    "Capture",
    "Comment",
    "CommentLine",
    "Correction",
    "CorrectionLine",
    "Exchange",
    "ExchangeLine",
    "IndexPage",
    "Link",
    "Note",
    "Page",
    "Remark",
    "RemarkLine",
    "Removal",
    "Utterance",
    "UtteranceLine",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that an index names, with what the index says of it."""

    url: str
    """Canonical https address (web/urls.py)."""
    source: str
    """The kind of index: listing, feed, sitemap or rest."""
    title: str | None = None
    """As the index prints it, entities resolved, white space folded."""
    type: str | None = None
    """The type label that the listing prints ("Remarks"); None where the index has none."""
    date: str | None = None
    """Publication date, ISO."""
    byline: str | None = None
    """As printed."""
    published_at: str | None = None
    """When it was put up, UTC."""
    modified_at: str | None = None
    """Last edit."""
    wp_id: int | None = None
    """WordPress id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """What one index answer holds."""

    links: tuple[Link, ...]
    """In the order of the answer (listings: newest first)."""
    next_url: str | None = None
    """The index page after this one; None at the end."""
    total: int | None = None
    """How many items the index says there are over all its pages; None where it does not say."""
    indexes: tuple[str, ...] = ()
    """Further indexes that this one names (a sitemap index)."""
    skipped: tuple[str, ...] = ()
    """Listed addresses that are no pages of the six hosts, as printed: previews, files, other indexes, other sites."""
    lost: tuple[str, ...] = ()
    """Entries that are damaged so that nobody can tell which page they name, in words."""
    unsure: tuple[str, ...] = ()
    """What is missing of the links although something stands there (a date that is none), in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer of a host, as archived. The whole of steps 4-8 is a function of this alone."""

    url: str
    """The address that gave this body (after redirects)."""
    fetched_at: str
    status: int
    body: bytes = field(repr=False)
    """Without transfer and content encoding."""
    digest: str
    """`sha256:` and the hex digest of body."""
    content_type: str | None = None
    """The Content-Type header as sent."""
    via: str = "live"
    """live, wayback or warc."""
    archived_at: str | None = None
    """When the Internet Archive captured it; None for what was not read from there."""
    archive_url: str | None = None
    """The address of the Internet Archive's capture; url is State's own all the same."""
    listed_type: str | None = None
    """The type that the listing printed for this address."""
    requested_url: str | None = None
    """The address that was asked for, where a redirect led here."""
    cut: str | None = None
    """Why the answer is not whole, by its head, in words; None where nothing says so."""
    warc_file: str | None = None
    """Name of the WARC file under warc/."""
    warc_offset: int | None = None
    """Byte offset of the response record in it."""
    id: int | None = None
    """Row in captures: a number that the archive gives and writes beside the answer."""

    @property
    def seen_at(self) -> str:
        """When the page stood on State's host like this: what is read from an archive is as old as its capture."""
        return self.archived_at or self.fetched_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, list item or heading of the body: its inline nodes joined without inserted spaces."""

    text: str
    """White space folded, NBSP as space, <br> as a line feed."""
    tag: str = "p"
    """The HTML element, lower case; `text` for plain text."""
    bold: tuple[tuple[int, int], ...] = ()
    """Spans [from, to) of text printed bold, merged and in order."""
    links: tuple[tuple[int, int, str], ...] = ()
    """Spans of text that are links, with the href as printed."""
    marks: frozenset[str] = frozenset()
    """`#id`, `.class` and `tag` of the block and of what encloses it, up to the body's container."""
    anchors: tuple[str, ...] = ()
    """Ids of the block and of the elements in it (`post-9001-footnote-1`), as printed."""
    notes: tuple[int, ...] = ()
    """Offsets at which a footnote mark (a linked <sup>) stands; it is not part of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Something that a boilerplate rule took away."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as its template reads it: head matter as printed, body as blocks."""

    url: str
    """Canonical address as the page gives it, else the capture's, canonical form."""
    template: str
    title: str | None = None
    """None only where the form has no place for one (plain text)."""
    type: str | None = None
    """As printed ("Remarks to the Press")."""
    date: str | None = None
    """The date printed on the page; None only where the form has no place for one (plain text)."""
    date_printed: str | None = None
    published_at: str | None = None
    modified_at: str | None = None
    byline: tuple[str, ...] = ()
    """One line a person, as printed ("Ada Field, Secretary of State")."""
    places: tuple[str, ...] = ()
    """Room, city: as printed, in printed order."""
    venues: tuple[str, ...] = ()
    """Those of places that the page itself marks as the room, building or event."""
    tags: tuple[str, ...] = ()
    wp_id: int | None = None
    language: str | None = None
    """BCP 47, as the page declares it."""
    original_url: str | None = None
    """Of a translation: the canonical address of the English original, where the page names it."""
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    removed: tuple[Removal, ...] = field(default=(), repr=False)
    """What strip took away, in page order."""
    unread: tuple[str, ...] = ()
    """Head lines that the template did not understand, as printed."""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Words on the page that nobody spoke, or that tell how something was spoken (standoff: text keeps them)."""

    kind: str
    """laughter, applause, inaudible, off_mike, interpretation, language, event, closer, footnote, heading, ..."""
    text: str
    """As printed, with its brackets."""
    offset: int | None = None
    """Where it stands in the utterance's text; None for a line of its own, outside any turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may be behind a label."""

    person: str
    """Full name."""
    office: str | None = None
    organization: str | None = None
    """Country or body that the office belongs to."""
    method: str
    """What the page or the roster tells it by: byline, title, text, office_date or label."""
    confidence: float
    """0 to 1."""
    evidence: str
    """In words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Words that the page itself corrects."""

    offset: int
    """Where `said` stands in the utterance's text; where words were left out, where they belong."""
    said: str | None
    """As printed in the text; None where words were left out."""
    corrected: str
    """What the page gives instead."""
    how: str
    """footnote, asterisk or bracket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and its answer; positions of utterances."""

    question: int
    answer: int | None
    """None where nobody answers."""
    follow_up_of: int | None = None
    """The question before it, where the same person asks on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What one speaker says until another is printed."""

    label: str | None
    """Exactly as printed, without the colon; None where the page prints none and the byline speaks."""
    text: str
    """Paragraphs joined by a blank line."""
    comments: tuple[Comment, ...] = ()
    role: str = "unknown"
    """official, spokesperson, guest, press, moderator, interpreter, staff, audience, unknown."""
    person: str | None = None
    office: str | None = None
    organization: str | None = None
    """Country or body that the office belongs to; station or paper of one who asks."""
    method: str | None = None
    """How the person was found: byline, title, text, office_date or label; where a name could not be given its person,
    none or ambiguous; None where the label names no person."""
    confidence: float | None = None
    """0 to 1: the weight of the evidence, set by hand and checked on marked transcripts."""
    evidence: str | None = None
    """In words; also why nobody was found."""
    candidates: tuple[Candidate, ...] = ()
    """Further people who may be meant, likeliest first; where person is None, all of them."""
    language: str | None = None
    """BCP 47, where the page says that another language than its own is spoken."""
    previous: int | None = None
    """Position of the utterance that this one takes up again after an interruption."""
    following: int | None = None
    """Position of the utterance that takes this one up again."""
    marks: tuple[int, ...] = ()
    """Offsets in text at which a footnote mark stands; the mark is not part of text."""
    corrections: tuple[Correction, ...] = ()
    doubt: str | None = None
    """Why nobody is named for these words, whatever their label says; told in the remark's problems."""

    @property
    def interpreted(self) -> bool:
        return any(comment.kind == "interpretation" for comment in self.comments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A comment of its own line, outside any turn."""

    after: int
    """Position of the utterance that it follows; 0 before the first."""
    comment: Comment


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A page and what was said on it: the result of flow.run, before it has ids."""

    page: Page
    utterances: tuple[Utterance, ...] = ()
    notes: tuple[Note, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    """In the order of the questions."""
    problems: tuple[str, ...] = ()
    """What a reader should check, each beginning with its name and a colon ("same_label_twice: ...")."""
    text: str = field(default="", repr=False)
    """The body as printed, without boilerplate; blocks joined by a blank line."""
