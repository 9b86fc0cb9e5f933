"""Step 6: labels without a colon. Pure; on a page without any other they are taken only where their form is regular.

"Q Is it open?" and "MR. MARSH It is.", "<b>THE SECRETARY</b> It is.", "Q. Is it open?", "QUESTION – Is it open?", and
names in bold on lines of their own. Where a page prints two people talking and does not tell them apart by one form
from its first line to its last, nobody can be said to speak its words, and that is told.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.transcript.labels import has_verb, is_caps, is_honorific, is_office_word, is_particle, role_of, shape
from crawler.transcript.names import is_domain, words
from crawler.transcript.outside import is_index_line, is_short_line, is_wholly_bold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from crawler.items import Block

    Row = tuple[int, "Bare"]

# What ends a label in bold, besides its colon.
ENDS = " .;,:–—-"
# No label printed so is longer.
MOST_CHARACTERS = 60
MOST_WORDS = 8
# "Alexandra de Hoop Marsh"; more words are a heading
MOST_NAME = 4
# What stands between a label in bold and the speech; "— and so" is speech that was cut
BEHIND = re.compile(r"\s{0,4}+[.;,]?\s{0,4}+(?:(?:[–—-]|--)\s{1,4}+(?=[^\W\d_a-z]))?")
WORD = re.compile(r"\S++")
COLON = re.compile(r"[:：]")
DASHES = frozenset({"–", "—", "-", "--"})
FORMS = {".": "period", ";": "semicolon", ",": "comma"}
# "AMB.", "CAPT."; the word of an office that is no longer
LONGEST_ABBREVIATION = 4
# "Is it open?", also in quotation marks
ASKS = re.compile(r"\?[”\"’)\]]*$")
# "– Is it open?", "- It is."
DASHED = re.compile(r"(?:[–—-]|--)\s*\w")
# Fewer lines than these tell of no conversation.
LEAST_ROWS = 2
LEAST_QUESTIONS = 2
# An interview that is not labelled: so many lines of three ask.
SHARE = 3
# No question is longer that is told by its mark alone.
MOST_ASKED = 60
# A word as printed, with its signs
PRINTED = re.compile(r"\S++")


@dataclass(frozen=True, slots=True)
class Bare:
    """A possible label without a colon at the start of a line."""

    label: str
    start: int
    end: int
    """Where the speech begins."""
    form: str
    """bold; or by what stands behind the label: space, dash, period, semicolon, comma."""
    rest: str
    """The speech; empty where the label has a line of its own."""


@dataclass(frozen=True, slots=True)
class Regular:
    """What a page without colons is."""

    labels: frozenset[tuple[str, str]] = frozenset()
    """Label and form; empty where the page has no regular form."""
    doubts: tuple[str, ...] = ()
    nobody: str | None = None
    """Why nobody can be said to speak."""


def find_bare(text: str, block: Block | None = None, offset: int = 0) -> Bare | None:
    if is_index_line(block):
        return None
    for start, end in block.bold if block is not None else ():
        if start <= offset < end:
            return _in_bold(text, min(end - offset, len(text)))
        if start > offset:
            break
    return _in_capitals(text)


def _in_bold(text: str, end: int) -> Bare | None:
    printed = text[:end]
    label = " ".join(printed.split()).strip(ENDS)
    if COLON.search(printed) or COLON.match(text[end:].lstrip()):
        return None
    if len(printed) > MOST_CHARACTERS + 40 or not label[:1].isalpha():
        return _in_capitals(text)
    if end == len(text) and (bare := _in_capitals(text)) is not None and bare.rest:
        return bare  # the whole line is bold
    if len(label) > MOST_CHARACTERS or label.count(" ") >= MOST_WORDS:
        return None
    if printed[-1:].isalnum() and text[end : end + 1].islower():
        return None  # "<b>Bridge</b>s"
    behind = BEHIND.match(text[end:])
    end += behind.end() if behind else 0
    return Bare(label, 0, end, "bold", text[end:].strip())


def _in_capitals(text: str) -> Bare | None:
    """A part or a titled name in capitals, and what stands between it and a capital letter."""
    if not text[:1].isupper() or text.startswith(("I ", "I’")):
        return None
    if text[1:2].islower() and not text.startswith(("Mr", "Ms")):
        first, _, rest = text[:MOST_CHARACTERS].partition(" ")
        if rest[:1] not in ("–", "—", "-") or role_of(first) is None:
            return None
    run: list[str] = []
    form, at = "space", 0
    for match in PRINTED.finditer(text[: MOST_CHARACTERS + 2].partition("\n")[0]):
        word = match[0]
        core = word.rstrip(".;,:：")
        capital = is_caps(core) or (len(core) == 1 and core.isupper())
        if word not in DASHES and not (
            capital or (run and is_particle(core)) or (not run and (is_honorific(core) or role_of(core)))
        ):
            break
        if word in DASHES:
            form, at = "dash", match.end()
            break
        if word[-1] in ":：":
            return None
        run.append(core if word[-1:] in ";,:" or not is_honorific(core) else word)
        at = match.end()
        if len(word) > len(core) and not (word[-1] == "." and _is_abbreviation(core, first=len(run) == 1)):
            form = FORMS[word[len(core)]]
            break
        if len(run) >= MOST_WORDS:
            break
    return _cut(text, run, form, at)


def _is_abbreviation(word: str, *, first: bool) -> bool:
    """Whether a period belongs to the word: "MR.", "AMB.", the initial of "MR. J. MARSH"; not to "Q."."""
    if is_honorific(word) or (is_office_word(word) and len(word) <= LONGEST_ABBREVIATION):
        return True
    return len(word) == 1 and not first


def _cut(text: str, run: list[str], form: str, at: int) -> Bare | None:
    """The label of the run: a part as long as can be, or a title and a name."""
    size = next((n for n in range(len(run), 0, -1) if role_of(" ".join(run[:n]))), 0)
    if not size and len(run) > 1 and (is_honorific(run[0]) or is_office_word(run[0]) or run[0] == "THE"):
        size = len(run)
        while size > 2 and (not is_caps(run[size - 1]) or (form == "space" and len(run[size - 1]) == 1)):
            size -= 1  # "MR. MARSH I see", "MR. MARSH The river", "MR. MARSH Do I see"
    if not size:
        return None
    if size < len(run):
        form = "space"
    if form == "space":
        at = _end_of(text, size)
    if form == "dash" and text[at:].lstrip()[:1].islower():
        form, at = "space", _end_of(text, size)  # "QUESTION — and so": speech that was cut goes on
    while at < len(text) and text[at].isspace():
        at += 1
    rest = text[at:]
    if rest[:1].islower():
        return None
    label = " ".join(text[: _end_of(text, size)].split())
    return Bare(label.rstrip(".;,") if form in FORMS.values() else label, 0, at, form, rest.strip())


def _end_of(text: str, size: int) -> int:
    """Where so many words end."""
    ends = [match.end() for match in PRINTED.finditer(text[: MOST_CHARACTERS + 40])]
    return ends[size - 1]


def regular(lines: Sequence[tuple[str, Block | None, int]], names: Collection[str], given: Collection[str]) -> Regular:
    """The labels of a page on which none has a colon.

    `names`: folded words of byline and title; `given`: given names that there are.
    """
    rows = [(n, bare) for n, line in enumerate(lines) if (bare := find_bare(*line))]
    count = Counter(bare.label for _, bare in rows)
    telling = [(n, bare) for n, bare in rows if _tells(bare, count, names, given)]
    if not any(role_of(bare.label) == "press" and bare.label != "A" for _, bare in telling):
        telling = [(n, bare) for n, bare in telling if bare.label != "A"]
    if telling and (why := _irregular(telling, lines, names)) is None:
        labels = frozenset((bare.label, bare.form) for _, bare in telling)
        left = [lines[n][0][:80] for n, bare in rows if (bare.label, bare.form) not in labels and _may_be_one(bare)]
        return Regular(labels, tuple(f"labels_without_colon: {text!r}: it is bold like the labels" for text in left))
    quoted = [lines[n][0][:80] for n, _ in telling[:2]]
    if len({bare.label for _, bare in telling}) >= LEAST_ROWS or len(telling) >= LEAST_ROWS:
        return _nobody(f"two people seem to talk, and the form of their labels is not regular ({why})", quoted)
    if named := _named(rows, lines):
        return _nobody("lines begin with names in bold, and none returns", named)
    if telling and (telling[0][1].rest or role_of(telling[0][1].label)):
        why = "the only line of the page that begins so"
        if role_of(telling[0][1].label) == "press":
            return _nobody(why, quoted)
        return Regular(doubts=(f"labels_without_colon: {quoted[0]!r}: {why}",))
    if parts := _parts(lines):
        return _nobody("lines begin with parts in the event, and have neither bold print nor a colon", parts)
    if asked := _asked(lines):
        return _nobody("lines that ask and lines that answer follow each other, and no label tells who speaks", asked)
    return Regular()


def _parts(lines: Sequence[tuple[str, Block | None, int]]) -> list[str]:
    """Two lines like "Moderator Good morning.", where the part returns."""
    found = [
        text
        for text, _, _ in lines
        if len(split := text.split(None, 2)) > 2 and role_of(split[0]) and split[1][:1].isupper() and len(split[0]) > 1
    ]
    count = Counter(text.split(None, 1)[0] for text in found)
    return [text[:80] for text in found if count[text.split(None, 1)[0]] >= LEAST_ROWS][:2]


def _nobody(why: str, quoted: Sequence[str]) -> Regular:
    return Regular(
        doubts=(f"labels_without_colon: {', '.join(map(repr, quoted))}: {why}; given to nobody",), nobody=why
    )


def _tells(bare: Bare, count: Counter[str], names: Collection[str], given: Collection[str]) -> bool:
    """Whether it is a label by its letters, or a name in bold that returns or is known."""
    own = shape(bare.label)
    if not bare.rest and bare.form != "bold" and not own.caps:
        return False
    if own.role or (own.titled and own.caps and not own.sentence and not has_verb(bare.label)):
        return own.caps or bare.form in ("bold", "dash") or len(bare.label) == 1
    if bare.form != "bold" or own.sentence or not (own.name_like or own.caps):
        return False
    if bare.rest and bare.rest[0].islower():
        return False
    parts = words(bare.label)
    person = len(parts) > 1 and (parts[0] in given or own.surname in names)
    returns = count[bare.label] > 1 and not any(map(is_domain, bare.label.split()))
    return (own.titled and (returns or person)) or returns or (person and " " in bare.label and _is_short(bare))


def _may_be_one(bare: Bare) -> bool:
    """Whether it is a name or a title in bold before a sentence."""
    own = shape(bare.label)
    named = own.role or own.titled or own.name_like or own.caps
    return bare.form == "bold" and named and not own.sentence and bare.rest[:1].isupper()


def _is_short(bare: Bare) -> bool:
    return not bare.rest or bare.rest[:1].isupper()


def _is_strong(bare: Bare) -> bool:
    """Whether it is a part, or a title and a name, in capitals and in bold: nothing else is printed so before words."""
    own = shape(bare.label)
    telling = own.role or (own.titled and not own.sentence)
    return bare.form == "bold" and bool(bare.rest) and own.caps and telling


def _before(rows: Sequence[Row], lines: Sequence[tuple[str, Block | None, int]]) -> list[str]:
    """The lines of speech before the first label."""
    return [text for text, _, _ in lines[: rows[0][0]] if text and not is_short_line(text)]


def _irregular(
    rows: Sequence[Row], lines: Sequence[tuple[str, Block | None, int]], names: Collection[str]
) -> str | None:
    """Why the labels are not those of the whole page; None where they are."""
    count = Counter(bare.label for _, bare in rows)
    if len(count) < LEAST_ROWS:
        lone = rows[0][1]
        if _is_strong(lone) and shape(lone.label).surname in names and not _before(rows, lines):
            return None
        return f"{lone.label!r} alone is printed"
    if len({bare.form for _, bare in rows}) > 1:
        return "they are printed in two ways"
    if before := _before(rows, lines):
        return f"{before[0][:40]!r} stands before the first"
    if all(_is_strong(bare) for _, bare in rows):
        return None
    single = count.most_common(1)[0][1] < LEAST_ROWS
    unlabelled = sum(_follows(rows, lines))
    if single and (unlabelled or not any(role_of(label) for label in count)):
        return "none returns"
    if any(
        role_of(bare.label) == "press" and more for (_, bare), more in zip(rows, _follows(rows, lines), strict=True)
    ):
        asking = [
            more for (_, bare), more in zip(rows, _follows(rows, lines), strict=True) if role_of(bare.label) == "press"
        ]
        if sum(map(bool, asking)) * 3 > len(asking):
            return "the questions have several paragraphs, or the answers no label"
    return None


def _follows(rows: Sequence[Row], lines: Sequence[tuple[str, Block | None, int]]) -> Iterator[int]:
    """How many lines stand under each label beyond its first."""
    ends = [n for n, _ in rows[1:]] + [len(lines)]
    for (number, bare), end in zip(rows, ends, strict=True):
        under = sum(bool(text) for text, _, _ in lines[number + 1 : end])
        yield under - (not bare.rest)


def _named(rows: Sequence[Row], lines: Sequence[tuple[str, Block | None, int]]) -> list[str]:
    """Lines of a page whose first words of speech, and others, stand behind what may be a name in bold."""
    heads = [(n, bare) for n, bare in rows if bare.form == "bold" and _may_be_name(bare)]
    if len({bare.label for _, bare in heads}) < LEAST_ROWS:
        return []
    before = any(text and not is_short_line(text) for text, _, _ in lines[: heads[0][0]])
    return [] if before else [lines[n][0][:80] for n, _ in heads[:2]]


def _may_be_name(bare: Bare) -> bool:
    own, parts = shape(bare.label), bare.label.split()
    domain = any(is_domain(part) for part in parts if not is_particle(part))
    return (
        own.name_like
        and not own.sentence
        and not domain
        and 2 <= len(parts) <= MOST_NAME
        and not bare.rest[:1].islower()
    )


def _asked(lines: Sequence[tuple[str, Block | None, int]]) -> list[str]:
    """Lines of an interview that is printed without any label: in bold, with dashes, or one of three asks."""
    prose = [(text, block) for text, block, _ in lines if text and not is_short_line(text)]
    asking = [(text, block) for text, block in prose if ASKS.search(text) and text.count(" ") < MOST_ASKED]
    bold = [text for text, block in asking if block is not None and is_wholly_bold(block)]
    dashed = [text for text, _ in prose if DASHED.match(text)]
    if len(bold) >= LEAST_QUESTIONS and len(bold) < len(prose):
        return bold[:2]
    if len(dashed) * 2 > len(prose) and sum(ASKS.search(text) is not None for text in dashed) >= LEAST_QUESTIONS:
        return dashed[:2]
    if len(asking) > LEAST_QUESTIONS and len(asking) * SHARE >= len(prose):
        return [text[:80] for text, _ in asking[:2]]
    return []
