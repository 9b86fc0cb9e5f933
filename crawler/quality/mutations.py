"""Marked pages, damaged in known ways. Pure; `python -m crawler.quality` prints what becomes of them.

A kind of damage takes a page that is read exactly as it was marked, and gives the damaged page with what is right for
it: turns, labels and persons of the sound page, changed only where the damage truly changes them. The choice of the
place is drawn from a seed, so that every run damages the same places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.quality.turns import spoken_words
from crawler.transcript.labels import is_honorific, is_office_word, role_of
from crawler.transcript.names import gendered_names, is_addressed, name_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from crawler.items import Utterance
    from crawler.sample.documents import Document

# "<p class="a">", "&nbsp;", "a": what a page's text is made of
PIECE = re.compile(r"<[^<>]*+>|&#?\w{1,30};|.", re.DOTALL)
BLOCK = re.compile(r"</?(?:p|div|li|ul|ol|h[1-6]|br|hr|td|tr|table|blockquote)\b", re.I)
BOLD_BEFORE = re.compile(r"<(b|strong)(?:\s[^<>]*+)?>\s*+\Z", re.I)
BOLD_AFTER = re.compile(r"(?:\s|&nbsp;|:){0,20}+</(b|strong)>", re.I)
TAG = re.compile(r"<[^<>]*+>")
BOLD_TAG = re.compile(r"</?(?:b|strong)\b", re.I)
PARAGRAPH = re.compile(r"<p(?:\s[^<>]*+)?>", re.I)
BETWEEN_PARAGRAPHS = re.compile(r"</p>\s{0,20}+<p(?:\s[^<>]*+)?>\s{0,20}+\Z", re.I)
PARAGRAPH_END = re.compile(r"</p>|(?=<p[\s>])", re.I)
# Between a label and the first word: the colon, blanks, a stray sign.
MOST_BETWEEN = 6
# A page prints a paragraph so long by design only once.
LEAST_DOUBLED = 15
LEAST_ANSWER = 12
# A word of a label in which a typing error leaves it recognisable.
LEAST_WORD = 5
OTHER_HONORIFIC = {"MR": "MS", "MR.": "MS.", "MS": "MR", "MS.": "MR.", "MRS": "MR", "MRS.": "MR.", "Mr.": "Ms."}
OTHER_HONORIFIC |= {"Ms.": "Mr.", "Mrs.": "Mr."}
LETTERS = "ETAOINSRHLDCUMPGBVKYFWZJQX"
LOOK_ALIKE = str.maketrans("AEOPCTHMK", "АЕОРСТНМК")
POSITION = (
    "Director of the Office for Harbors, Lighthouses and Ferries of the Northern Lantern Fund of the United States"
)
FOOT_LINES = (
    "Ukraine", "Harbors and Ferries", "Bureau of Oceans and Harbors", "AUDIO", "VIDEO", "Share", "Share this page",
    "-30-", "END OF TRANSCRIPT", "[End of transcript]", "# # #", "Was this page helpful?", "Yes No", "Print this page",
    "Released by the Bureau of Public Affairs", "Released on March 4, 2003", "Back to top", "Return to top of page",
    "For further information, please contact the Press Office at (202) 555-0100.", "Press Office: 202-555-0100",
    "Sign up for updates from the Department", "Follow us on social media", "2003/412", "Last updated: March 5, 2003",
    "Contact: Office of Press Relations, press@example.gov", "Tags: Harbors, Ferries", "Topics: Harbors",
)  # fmt: skip
SERVER_LINES = (
    "There has been a critical error on this website. Learn more about troubleshooting WordPress.",
    "<b>Fatal error</b>: Uncaught Error: Call to undefined function lamp() in /var/www/html/lamp.php:12",
    "PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted in /srv/www/wp-includes/load.php on line 55",
    "<b>Warning</b>: Undefined array key 3 in <b>/srv/www/theme/single.php</b> on line <b>88</b><br />",
    "Error establishing a database connection", "504 Gateway Time-out", "502 Bad Gateway", "Service Unavailable",
    "The requested URL was rejected. Please consult with your administrator. Your support ID is: 5551234",
    "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
    "Server Error in '/' Application.", "Error 503 Backend fetch failed", "Guru Meditation: XID: 555123",
    "An error occurred while processing your request. Reference #97.2c3e1202.1700000000.5f5e",
    "The server encountered an internal error and was unable to complete your request.",
    "Microsoft OLE DB Provider for SQL Server error '80040e31' Timeout expired",
)  # fmt: skip
EVENTS = (
    "(Video is played.) (Applause.)", "(A video was shown.)", "[Video plays]", "(Applause.)", "(Laughter, applause.)",
    "(The document is signed.)", "(Break.)", "(Music plays.)", "(Whereupon, a recess was taken.)", "(Crosstalk.)",
)  # fmt: skip
NO_LABELS = (
    "At 10:30 a.m.: the doors of the harbor office opened.", "John 3:16: it was read at the quay.", "My answer: no.",
    "Three things: time, money, and patience.", "So here is the question: who pays for the lamps?",
    "On the ferries: they do not run on Sunday.", "Step two: we count the bollards again.", "First: the survey.",
    "And I said to him: not before the spring.", "The short answer: it depends on the ice.", "Again: a list.",
    "To the people of Valmora: we have heard you.", "Number one: nobody was hurt.", "In a word: yes.",
)  # fmt: skip
ASIDES = (
    "(CNN: Ortiz)",
    "(via video link)",
    "[Off-mike]",
    "(Tern Times)",
    "(through interpreter)",
    "(from the audience)",
)


class Turn(NamedTuple):
    """What is right for a turn of a damaged page."""

    labels: tuple[str | None, ...]
    """Any of them; as printed comes first."""
    words: tuple[str, ...]
    who: tuple[str | None, ...]
    """Any of them."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A printed label, as offsets in the document's body."""

    turn: int
    """Number of the turn, from 0."""
    start: int
    end: int
    colon: int
    """-1 where it has none."""
    opening: tuple[int, int] | None
    """The tag that begins its bold print; None where it is not bold, or bold with more than itself."""
    closing: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Specimen:
    """A marked page that is read as it was marked."""

    document: Document
    host: str
    turns: tuple[Turn, ...]
    problems: frozenset[str]
    spots: tuple[Spot, ...]

    @property
    def body(self) -> str:
        return self.document.body

    @property
    def bare(self) -> bool:
        """Whether its body is no markup at all."""
        return self.document.form == "text"

    @property
    def plain(self) -> bool:
        """Whether its body is text without paragraphs in markup."""
        return PARAGRAPH.search(self.body) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A damaged page and what is right for it."""

    document: Document
    turns: tuple[Turn, ...]
    quotes: tuple[str, ...] = ()
    """A problem that has one of these tells the damage."""
    whole: Callable[[bytes, Random], bytes] | None = None
    """What is done to the page with its shell."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of damage."""

    name: str
    damage: Callable[[Specimen, Random], Damaged | None]
    """None where it does not apply to the page."""
    determined: bool
    """Whether the page still tells what is right."""


def turn_of(utterance: Utterance) -> Turn:
    return Turn((utterance.label,), spoken_words(utterance.text), (utterance.person,))


def find_spots(body: str, turns: Sequence[tuple[str | None, str]]) -> Iterator[Spot]:
    """Where the labels of the turns (label, text) stand; without those that cannot be told for certain."""
    text, at = _flat(body)
    begin = 0
    for number, (label, said) in enumerate(turns):
        if not label or (found := _labelled(text, label, said, begin)) is None:
            continue
        begin = found + len(label)
        start, end = at[found], at[begin - 1] + _size(body, at[begin - 1])
        colon = begin + (text[begin : begin + 1] == " ")
        if "<" in body[start:end]:
            continue
        opening, closing = BOLD_BEFORE.search(body[:start]), BOLD_AFTER.match(body, end)
        bold = opening is not None and closing is not None
        yield Spot(
            number,
            start,
            end,
            at[colon] if text[colon : colon + 1] == ":" else -1,
            opening.span() if bold and opening else None,
            (closing.start(1) - 2, closing.end()) if bold and closing else None,
        )


def _labelled(text: str, label: str, said: str, begin: int) -> int | None:
    """Where the label stands before the first words of its turn."""
    first = " ".join(said.split()[:3])
    while (at := text.find(label, begin)) >= 0:
        begin = at + len(label)
        behind = text[begin:].split(first, 1)[0] if first in text[begin : begin + len(first) + MOST_BETWEEN] else label
        if not text[at - 1 : at].isalnum() and len(behind) <= MOST_BETWEEN:
            return at
    return None


def _size(body: str, at: int) -> int:
    piece = PIECE.match(body, at)
    return len(piece[0]) if piece else 1


def _flat(body: str) -> tuple[str, list[int]]:
    """The text, white space folded, and where each character of it stands in the body."""
    chars: list[str] = []
    at: list[int] = []
    for piece in PIECE.finditer(body):
        printed = (" " if BLOCK.match(piece[0]) else "") if piece[0].startswith("<") else unescape(piece[0])
        for char in printed:
            if not char.isspace():
                chars.append(char)
            elif chars[-1:] != [" "]:
                chars.append(" ")
            else:
                continue
            at.append(piece.start())
    return "".join(chars), at


# How a body is changed.


def _edit(page: Specimen, *changes: tuple[int, int, str]) -> Document:
    """The document with spans of its body replaced."""
    body = page.body
    for start, end, text in sorted(changes, reverse=True):
        body = body[:start] + text + body[end:]
    return replace(page.document, body=body)


def _with_turn(page: Specimen, number: int, **fields: Any) -> tuple[Turn, ...]:
    turns = list(page.turns)
    turns[number] = turns[number]._replace(**fields)
    return tuple(turns)


def _label(page: Specimen, spot: Spot) -> str:
    return page.turns[spot.turn].labels[0] or ""


def _quotes(page: Specimen, spot: Spot, label: str) -> tuple[str, ...]:
    """What a problem about the label quotes: itself, or the turns round it that lack one between them."""
    before = page.turns[spot.turn - 1].labels[0] if spot.turn else None
    missing = f"{before!r} is printed at turns {spot.turn} and {spot.turn + 1};" if before else "unlabelled_opening:"
    return label[:30], " ".join(label.split()[-2:]), missing


def _paragraph(page: Specimen, at: int) -> tuple[int, int] | None:
    """The paragraph in which an offset stands, with its tags."""
    starts = [match.start() for match in PARAGRAPH.finditer(page.body, 0, at + 1)]
    if not starts:
        return None
    end = PARAGRAPH_END.search(page.body, at)
    return starts[-1], end.end() if end else len(page.body)


def _relabel(page: Specimen, spot: Spot, label: str, *, markup: str | None = None, **fields: Any) -> Damaged:
    document = _edit(page, (spot.start, spot.end, escape(label, quote=False) if markup is None else markup))
    turns = _with_turn(page, spot.turn, **{"labels": (label,), **fields})
    return Damaged(document=document, turns=turns, quotes=_quotes(page, spot, label))


def _pick(page: Specimen, rng: Random, fits: Callable[[Spot], bool] = lambda _: True) -> Spot | None:
    spots = [spot for spot in page.spots if fits(spot)]
    return rng.choice(spots) if spots else None


def _is_person(page: Specimen, spot: Spot) -> bool:
    label = _label(page, spot)
    return role_of(label) is None and len(label.split()) > 1


# The kinds of damage: labels.


def small_letter(page: Specimen, rng: Random) -> Damaged | None:
    spot = _pick(page, rng, lambda spot: len(_label(page, spot).split()[-1]) > 3)
    if spot is None:
        return None
    label = _label(page, spot)
    *before, name = label.split()
    at = rng.randrange(1, len(name))
    forms = [
        " ".join([*before, name[:at] + name[at].lower() + name[at + 1 :]]),
        " ".join([*before, name.title()]),
        label.title(),
    ]
    changed = rng.choice(forms)
    return _relabel(page, spot, changed) if changed != label else None


def small_letters_throughout(page: Specimen, rng: Random) -> Damaged | None:
    return _throughout(page, str.title)


def _throughout(page: Specimen, change: Callable[[str], str]) -> Damaged | None:
    if not _is_complete(page) or not page.spots:
        return None
    changes = [(spot.start, spot.end, escape(change(_label(page, spot)), quote=False)) for spot in page.spots]
    turns = tuple(
        turn._replace(labels=tuple(change(label) if label else label for label in turn.labels)) for turn in page.turns
    )
    if turns == page.turns:
        return None
    return Damaged(document=_edit(page, *changes), turns=turns, quotes=tuple(turn.labels[0] or "-" for turn in turns))


def _is_complete(page: Specimen) -> bool:
    """Whether the place of every label is known."""
    return len(page.spots) == sum(turn.labels[0] is not None for turn in page.turns)


def bold_off(page: Specimen, rng: Random) -> Damaged | None:
    spot = _pick(page, rng, lambda spot: spot.opening is not None)
    if spot is None:
        return None
    return Damaged(
        document=_edit(page, *_unbold(spot)), turns=page.turns, quotes=_quotes(page, spot, _label(page, spot))
    )


def _unbold(spot: Spot) -> list[tuple[int, int, str]]:
    if spot.opening is None or spot.closing is None:
        return []
    start, end = spot.closing
    return [(*spot.opening, ""), (start, end, "")]


def bold_off_throughout(page: Specimen, rng: Random) -> Damaged | None:
    bold = [spot for spot in page.spots if spot.opening is not None]
    if not bold or not _is_complete(page):
        return None
    document = _edit(page, *(change for spot in bold for change in _unbold(spot)))
    return Damaged(document=document, turns=page.turns, quotes=tuple(_label(page, spot) for spot in bold))


def colon_off(page: Specimen, rng: Random) -> Damaged | None:
    spot = _pick(page, rng, lambda spot: spot.colon >= 0)
    if spot is None:
        return None
    return Damaged(
        document=_edit(page, (spot.colon, spot.colon + 1, " ")),
        turns=page.turns,
        quotes=_quotes(page, spot, _label(page, spot)),
    )


def colon_off_throughout(page: Specimen, rng: Random) -> Damaged | None:
    """On a page whose labels are all bold."""
    if not page.spots or not _is_complete(page) or any(spot.colon < 0 or spot.opening is None for spot in page.spots):
        return None
    document = _edit(page, *((spot.colon, spot.colon + 1, " ") for spot in page.spots))
    return Damaged(document=document, turns=page.turns, quotes=tuple(_label(page, spot) for spot in page.spots))


def bold_and_colon_off_throughout(page: Specimen, rng: Random) -> Damaged | None:
    if not page.spots or not _is_complete(page) or any(spot.colon < 0 for spot in page.spots):
        return None
    changes = [
        change
        for spot in page.spots
        for change in (_unbold_and_colon(page, spot) or [(spot.colon, spot.colon + 1, " ")])
    ]
    quotes = tuple(_label(page, spot) for spot in page.spots)
    return Damaged(document=_edit(page, *changes), turns=page.turns, quotes=quotes)


def bold_and_colon_off(page: Specimen, rng: Random) -> Damaged | None:
    spot = _pick(page, rng, lambda spot: spot.colon >= 0 and spot.opening is not None)
    if spot is None:
        return None
    return Damaged(
        document=_edit(page, *_unbold_and_colon(page, spot)),
        turns=page.turns,
        quotes=_quotes(page, spot, _label(page, spot)),
    )


def _unbold_and_colon(page: Specimen, spot: Spot) -> list[tuple[int, int, str]]:
    opening, closing = spot.opening, spot.closing
    if opening is None or closing is None:
        return []
    if spot.colon < closing[0]:
        return [(*opening, ""), (spot.colon, spot.colon + 1, " "), (*closing, "")]
    return [(*opening, ""), (*closing, " "), (spot.colon, spot.colon + 1, "")]


def other_colon(page: Specimen, rng: Random) -> Damaged | None:
    spot = None if page.bare else _pick(page, rng, lambda spot: spot.colon >= 0)
    if spot is None:
        return None
    return Damaged(
        document=_edit(page, (spot.colon, spot.colon + 1, rng.choice([";", ".", ",", " –", ":-", "::", " :", "："]))),
        turns=page.turns,
        quotes=_quotes(page, spot, _label(page, spot)),
    )


def brackets(page: Specimen, rng: Random) -> Damaged | None:
    spot = _pick(page, rng)
    if spot is None:
        return None
    label = _label(page, spot)
    printed = rng.choice(["({})", "[{}]"]).format(label)
    return _relabel(page, spot, printed, labels=(printed, label))


def aside(page: Specimen, rng: Random) -> Damaged | None:
    spot = _pick(page, rng)
    if spot is None:
        return None
    who = page.turns[spot.turn].who  # the one interviewer may be meant, and another one
    return _relabel(
        page,
        spot,
        f"{_label(page, spot)} {rng.choice(ASIDES)}",
        who=who if role_of(_label(page, spot)) is None else (*who, None),
    )


def typing_error(page: Specimen, rng: Random) -> Damaged | None:
    """A letter lost, doubled, exchanged or wrong, in a word that stays recognisable."""
    spot = _pick(page, rng, lambda spot: any(len(word) >= LEAST_WORD for word in _label(page, spot).split()))
    if spot is None:
        return None
    words = _label(page, spot).split()
    number = rng.choice([n for n, word in enumerate(words) if len(word) >= LEAST_WORD])
    word = words[number]
    at = rng.randrange(1, len(word) - 1)
    other = rng.choice(LETTERS) if word.isupper() else rng.choice(LETTERS).lower()
    wrong = rng.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + other + word[at + 1 :],
        ]
    )
    if wrong == word:
        return None
    changed = " ".join([*words[:number], wrong, *words[number + 1 :]])
    who = page.turns[spot.turn].who
    if who[0] and number == len(words) - 1 and not _is_printed_elsewhere(page, spot, word):
        who = (*who, None, f"{name_words(who[0])[0]} {wrong}")  # nothing but the label prints the family name
    return _relabel(page, spot, changed, who=who)


def _is_printed_elsewhere(page: Specimen, spot: Spot, word: str) -> bool:
    label = _label(page, spot)
    head = " ".join((page.document.title, *page.document.byline))
    again = sum(turn.labels[0] == label for turn in page.turns) > 1
    return again or word.casefold() in f"{head} {page.body[: spot.start]} {page.body[spot.end :]}".casefold()


def space_lost(page: Specimen, rng: Random) -> Damaged | None:
    """Two words as one, or one as two: "MRPRICE", "QUES TION"."""
    spot = _pick(page, rng)
    if spot is None:
        return None
    words = _label(page, spot).split()
    if len(words) > 1 and rng.random() < 0.5:
        at = rng.randrange(1, len(words))
        return _relabel(page, spot, " ".join([*words[: at - 1], words[at - 1] + words[at], *words[at + 1 :]]))
    who = page.turns[spot.turn].who
    long = [n for n, word in enumerate(words) if len(word) > LEAST_WORD]
    if not long:
        return None
    number = rng.choice(long)
    at = rng.randrange(2, len(words[number]) - 1)
    if number == len(words) - 1 and not _is_printed_elsewhere(page, spot, words[number]):
        who = (*who, None)  # nothing but the label prints the family name
    words[number] = f"{words[number][:at]} {words[number][at:]}"
    return _relabel(page, spot, " ".join(words), who=who)


def unseen_sign(page: Specimen, rng: Random) -> Damaged | None:
    spot = None if page.bare else _pick(page, rng)
    if spot is None:
        return None
    label = _label(page, spot)
    signs = ["\u200b", "\u00ad", "\ufeff", "\u200c", "\u200d", "\u2060", "&shy;", "&#8203;", "&zwnj;", "\u202c"]
    at = rng.randrange(len(label) + 1)
    printed = f"{escape(label[:at], quote=False)}{rng.choice(signs)}{escape(label[at:], quote=False)}"
    return _relabel(page, spot, label, markup=printed)


def other_space(page: Specimen, rng: Random) -> Damaged | None:
    spot = None if page.bare else _pick(page, rng, lambda spot: " " in _label(page, spot))
    if spot is None:
        return None
    spaces = ["&nbsp;", "\xa0", "  ", "\t", "\n", "&nbsp; ", "&#8239;", "&#8201;", "&#8195;", "&#12288;"]
    label = _label(page, spot)
    return _relabel(page, spot, label, markup=escape(label, quote=False).replace(" ", rng.choice(spaces), 1))


def look_alike(page: Specimen, rng: Random) -> Damaged | None:
    """A letter of another script: "MR PRIСE" with the Cyrillic one."""
    spot = (
        None
        if page.bare
        else _pick(page, rng, lambda spot: _label(page, spot).translate(LOOK_ALIKE) != _label(page, spot))
    )
    if spot is None:
        return None
    label = _label(page, spot)
    at = rng.choice([n for n, char in enumerate(label) if char.translate(LOOK_ALIKE) != char])
    other = label[at].translate(LOOK_ALIKE)
    printed = label[:at] + other + label[at + 1 :]
    markup = escape(label[:at], quote=False) + f"&#{ord(other)};" + escape(label[at + 1 :], quote=False)
    return _relabel(page, spot, printed, markup=markup, labels=(printed, label))


def long_label(page: Specimen, rng: Random) -> Damaged | None:
    spot = _pick(page, rng, lambda spot: _is_person(page, spot))
    if spot is None:
        return None
    position = rng.choice([POSITION, POSITION.upper(), f"{POSITION}’ Paris office"])
    label = f"{_label(page, spot)}, {position}"
    return _relabel(page, spot, label)


def stray_sign(page: Specimen, rng: Random) -> Damaged | None:
    spot = None if page.bare else _pick(page, rng)
    if spot is None:
        return None
    label = _label(page, spot)
    sign = rng.choice(["*", "`", "- ", "‘", "&gt;&gt; ", "• ", ". ", ", ", "“", "1. ", "_"])
    document = _edit(page, (spot.start, spot.start, sign))
    return Damaged(document=document, turns=page.turns, quotes=_quotes(page, spot, label))


def split_markup(page: Specimen, rng: Random) -> Damaged | None:
    """The label in pieces of markup, as editors and mail clients leave it."""
    spot = None if page.bare else _pick(page, rng, lambda spot: spot.opening is not None)
    if spot is None or spot.opening is None:
        return None
    label = _label(page, spot)
    tag = page.body[spot.opening[0] + 1 : spot.opening[1] - 1].split()[0].rstrip(">")
    at = rng.randrange(1, len(label))
    one, two = escape(label[:at], quote=False), escape(label[at:], quote=False)
    markup = rng.choice(
        [
            f"{one}</{tag}><{tag}>{two}",
            f"<em>{one}</em>{two}",
            f'{one}<span style="color: #333">{two}</span>',
            f'<a name="here"></a>{one}{two}',
            f"{one}<!-- mark -->{two}",
            f"<u>{one}{two}</u>",
            f"{one}<wbr>{two}",
        ]
    )
    return _relabel(page, spot, label, markup=markup)


def stuttered_label(page: Specimen, rng: Random) -> Damaged | None:
    """As in "QUESTION: QUESTION: Why?"."""
    spot = _pick(page, rng, lambda spot: spot.colon >= 0)
    if spot is None:
        return None
    again = f"{page.body[spot.start : spot.end]}: "
    document = _edit(page, (spot.start, spot.start, again))
    return Damaged(document=document, turns=page.turns, quotes=_quotes(page, spot, _label(page, spot)))


def wrong_label(page: Specimen, rng: Random) -> Damaged | None:
    """The label of the turn before is printed again: over an answer, or over somebody's question."""
    spot = _pick(page, rng, lambda spot: _is_question_and_answer(page, spot.turn))
    if spot is None:
        return None
    label = page.turns[spot.turn - 1].labels[0] or ""
    damaged = _relabel(page, spot, label, who=(None,))
    return replace(damaged, quotes=(label, *_quotes(page, spot, label)))


def _is_question_and_answer(page: Specimen, number: int) -> bool:
    if number < 1:
        return False
    one, two = (page.turns[at].labels[0] or "" for at in (number - 1, number))
    press = [role_of(label) == "press" for label in (one, two)]
    enough = len(page.turns[number].words) >= LEAST_ANSWER
    return bool(one) and press[0] != press[1] and (enough or press[1])


# The kinds of damage: lines and paragraphs.


def label_alone(page: Specimen, rng: Random) -> Damaged | None:
    """The label in a paragraph of its own."""
    spot = _pick(page, rng, lambda spot: spot.colon >= 0)
    if spot is None or page.plain:
        return None
    after = max(spot.colon + 1, spot.closing[1] if spot.closing else 0)
    document = _edit(page, (after, after, "</p>\n<p>"))
    return Damaged(document=document, turns=page.turns, quotes=_quotes(page, spot, _label(page, spot)))


def glued_paragraph(page: Specimen, rng: Random) -> Damaged | None:
    """The end of the paragraph before a label is lost."""
    if page.plain:
        return None
    spots = []
    for spot in page.spots:
        start = spot.opening[0] if spot.opening else spot.start
        begin = BETWEEN_PARAGRAPHS.search(page.body, max(0, start - 200), start)
        if spot.turn and spot.opening and begin:
            spots.append((spot, begin))
    if not spots:
        return None
    spot, begin = rng.choice(spots)
    document = _edit(page, (*begin.span(), rng.choice(["", " ", "<br />"])))
    return Damaged(document=document, turns=page.turns, quotes=_quotes(page, spot, _label(page, spot)))


def bold_paragraph(page: Specimen, rng: Random) -> Damaged | None:
    """A paragraph wholly in bold, label and words."""
    spot = _pick(page, rng, lambda spot: spot.opening is not None)
    span = _paragraph(page, spot.start) if spot else None
    if spot is None or span is None or spot.closing is None or "</p>" not in page.body[span[0] : span[1]]:
        return None
    inner = page.body[spot.closing[1] : span[1]]
    if BOLD_TAG.search(inner):
        return None
    end = span[1] - len("</p>")
    closing = page.body[spot.closing[0] : spot.closing[1]]
    document = _edit(page, (*spot.closing, ""), (end, end, closing))
    return Damaged(document=document, turns=page.turns, quotes=_quotes(page, spot, _label(page, spot)))


def _insert(page: Specimen, rng: Random, line: str) -> tuple[Document, int] | None:
    """A paragraph put behind one that begins with a label, and the number of that turn."""
    spot = None if page.plain else _pick(page, rng)
    span = _paragraph(page, spot.start) if spot else None
    if spot is None or span is None:
        return None
    return _edit(page, (span[1], span[1], f"\n<p>{line}</p>\n")), spot.turn


def event_line(page: Specimen, rng: Random) -> Damaged | None:
    line = rng.choice(EVENTS)
    inserted = _insert(page, rng, line)
    return Damaged(document=inserted[0], turns=page.turns, quotes=(line,)) if inserted else None


def no_label(page: Specimen, rng: Random) -> Damaged | None:
    """A sentence with a colon, said by the one who speaks."""
    line = rng.choice(NO_LABELS)
    inserted = _insert(page, rng, line)
    if inserted is None:
        return None
    document, number = inserted
    turns = _said(page, number, line)
    return Damaged(document=document, turns=turns, quotes=(line[:20],)) if turns else None


def _said(page: Specimen, number: int, line: str) -> tuple[Turn, ...] | None:
    """The turns with the line in one of them; None where its place in the turn cannot be told."""
    spot = next(spot for spot in page.spots if spot.turn == number)
    span = _paragraph(page, spot.start)
    assert span is not None
    first = spoken_words(_flat(page.body[spot.end : span[1]])[0])
    words = page.turns[number].words
    if words[: len(first)] != first:
        return None
    return _with_turn(page, number, words=(*first, *spoken_words(line), *words[len(first) :]))


def foot_line(page: Specimen, rng: Random) -> Damaged | None:
    if page.plain or not page.turns:
        return None
    lines = rng.sample(FOOT_LINES, rng.choice([1, 1, 2]))
    added = "".join(f"\n<p>{line}</p>" for line in lines)
    document = replace(page.document, body=page.body.rstrip() + added + "\n")
    return Damaged(document=document, turns=page.turns, quotes=tuple(line[:30] for line in lines))


def server_error(page: Specimen, rng: Random) -> Damaged | None:
    """The server's words between two paragraphs, or at the end. The page is refused; at best they are left out."""
    if page.plain:
        return None
    line = rng.choice(SERVER_LINES)
    places = [match.end() for match in PARAGRAPH_END.finditer(page.body)] or [len(page.body)]
    at = rng.choice([rng.choice(places), places[-1]])
    document = _edit(page, (at, at, f"\n<p>{line}</p>\n"))
    return Damaged(document=document, turns=page.turns, quotes=(unescape(TAG.sub("", line))[:20],))


def cut(page: Specimen, rng: Random) -> Damaged | None:
    """The answer breaks off in the text, as it is or closed by somebody on the way."""
    return Damaged(
        document=page.document, turns=page.turns, whole=_cut, quotes=("unfinished:", "stands below the last turn")
    )


def _cut(whole: bytes, rng: Random) -> bytes:
    ends = [
        b"",
        b"",
        b"</body></html>",
        b"</p></div></body></html>",
        b"<p>There has been a critical error on this website.</p></body></html>",
    ]
    return whole[: rng.randrange(len(whole) // 10, len(whole) * 97 // 100)] + rng.choice(ends)


def doubled_paragraph(page: Specimen, rng: Random) -> Damaged | None:
    """A long paragraph printed twice: right is to have it once, or to tell."""
    spot = None if page.plain else _pick(page, rng, lambda spot: len(page.turns[spot.turn].words) >= LEAST_DOUBLED)
    span = _paragraph(page, spot.start) if spot else None
    if spot is None or span is None:
        return None
    text = page.body[span[0] : span[1]]
    if rng.random() < 0.5:  # without its label
        at = max(spot.colon + 1, spot.end, spot.closing[1] if spot.closing else 0)
        text = f"<p>{page.body[at : span[1]]}"
    words = spoken_words(_flat(text)[0])
    if len(words) < LEAST_DOUBLED or "</p>" not in text:
        return None
    document = _edit(page, (span[1], span[1], f"\n{text}"))
    at = max(spot.colon + 1, spot.end, spot.closing[1] if spot.closing else 0)
    quoted = " ".join(_flat(page.body[at : span[1]])[0].split())
    return Damaged(document=document, turns=page.turns, quotes=(quoted[:20], *_quotes(page, spot, _label(page, spot))))


# The kinds of damage: names.


def _known(page: Specimen, spot: Spot) -> str | None:
    """Who speaks there, where the given name tells a man from a woman."""
    who = page.turns[spot.turn].who[0]
    return who if who and name_words(who)[:1] and name_words(who)[0] in gendered_names() else None


def other_honorific(page: Specimen, rng: Random) -> Damaged | None:
    """MR for MS on all labels of somebody whose given name tells, or on one of several: that is somebody else."""
    spot = _pick(
        page,
        rng,
        lambda spot: _label(page, spot).split()[0] in OTHER_HONORIFIC and page.turns[spot.turn].who != (None,),
    )
    if spot is None:
        return None
    label = _label(page, spot)
    honorific, *name = label.split()
    changed = " ".join([OTHER_HONORIFIC[honorific], *name])
    same = [one for one in page.spots if _label(page, one) == label]
    if len(same) > 1 and rng.random() < 0.5:
        return _relabel(page, spot, changed, who=(None,))
    if not _known(page, spot) or len(same) != sum(turn.labels[0] == label for turn in page.turns):
        return None
    document = _edit(page, *((one.start, one.end, escape(changed, quote=False)) for one in same))
    turns = tuple(
        turn._replace(labels=(changed,), who=(None,)) if turn.labels[0] == label else turn for turn in page.turns
    )
    return Damaged(document=document, turns=turns, quotes=(changed,))


def courtesy_beside_office(page: Specimen, rng: Random) -> Damaged | None:
    """MS HALE once on a page of SECRETARY HALE: two titles are two people."""
    spot = _pick(page, rng, lambda spot: _has_office(page, spot) and _is_again(page, spot) and _is_alone(page, spot))
    if spot is None:
        return None
    name = _label(page, spot).split()[-1]
    return _relabel(page, spot, f"{rng.choice(['MR', 'MS', 'MRS.', 'DR.'])} {name}", who=(None,))


def _has_office(page: Specimen, spot: Spot) -> bool:
    *title, name = _label(page, spot).split()
    offices = any(is_office_word(word) and not is_honorific(word) for word in title)
    return offices and not is_office_word(name) and page.turns[spot.turn].who != (None,)


def _is_alone(page: Specimen, spot: Spot) -> bool:
    """Whether no other label of the page has the family name."""
    family = _label(page, spot).split()[-1].casefold()
    return len({turn.labels for turn in page.turns if family in (turn.labels[0] or "").casefold()}) == 1


def _is_again(page: Specimen, spot: Spot) -> bool:
    return sum(turn.labels == page.turns[spot.turn].labels for turn in page.turns) > 1


def _namesake(page: Specimen, rng: Random) -> tuple[Spot, str, str] | None:
    """A label, a given name that its honorific or its bearer's speaks against, and the family name."""
    spot = _pick(
        page, rng, lambda spot: _is_person(page, spot) and _known(page, spot) is not None and _is_alone(page, spot)
    )
    if spot is None:
        return None
    man = is_addressed("mr", _known(page, spot) or "")
    family = (_known(page, spot) or "").split()[-1]
    return spot, rng.choice(["Helen", "Margaret", "Julia"] if man else ["Robert", "Daniel", "George"]), family


def namesake_in_text(page: Specimen, rng: Random) -> Damaged | None:
    """Somebody else of the speaker's family name and another office is spoken of."""
    found = None if page.plain else _namesake(page, rng)
    if found is None:
        return None
    _, given, family = found
    line = f"I also want to thank Deputy Minister {given} {family}, who came from Valmora, for the lamps."
    if rng.random() < 0.5:
        line = f"Joining us today is {given} {family}, the Deputy Minister of Harbors of Valmora."
    inserted = _insert(page, rng, line)
    turns = _said(page, inserted[1], line) if inserted else None
    return Damaged(document=inserted[0], turns=turns, quotes=(family,)) if inserted and turns else None


def namesake_in_byline(page: Specimen, rng: Random) -> Damaged | None:
    found = _namesake(page, rng)
    if found is None or page.plain or len(page.document.byline) == 0:
        return None
    _, given, family = found
    byline = (*page.document.byline, f"{given} {family}, Deputy Minister of Harbors")
    return Damaged(document=replace(page.document, byline=byline), turns=page.turns, quotes=(family,))


def namesake_speaks(page: Specimen, rng: Random) -> Damaged | None:
    """MS HALE has a turn on a page of Tom Hale; who she is, nothing tells."""
    found = None if page.plain else _namesake(page, rng)
    first = page.spots[0] if page.spots and page.spots[0].turn == 0 else None
    span = _paragraph(page, first.start) if first else None
    if found is None or span is None:
        return None
    spot, _, _ = found
    man = is_addressed("mr", _known(page, spot) or "")
    label = f"{'MS' if man else 'MR'} {_label(page, spot).split()[-1]}"
    line = "We are glad to be here with the lamp makers."
    turns = list(page.turns)
    turns.insert(0, Turn((label,), spoken_words(line), (None,)))
    bold = ("<b>", "</b>") if spot.opening else ("", "")
    text = f"<p>{bold[0]}{escape(label, quote=False)}:{bold[1]} {line}</p>\n"
    document = _edit(page, (span[0], span[0], text))
    return Damaged(document=document, turns=tuple(turns), quotes=(label,))


KINDS: tuple[Kind, ...] = (
    Kind("a small letter in a label", small_letter, True),
    Kind("small letters in all labels", small_letters_throughout, True),
    Kind("a label not bold", bold_off, True),
    Kind("no label bold", bold_off_throughout, True),
    Kind("a label without colon", colon_off, True),
    Kind("no label with a colon", colon_off_throughout, True),
    Kind("neither bold nor colon", bold_and_colon_off, False),
    Kind("neither bold nor colon throughout", bold_and_colon_off_throughout, False),
    Kind("another sign for the colon", other_colon, False),
    Kind("a label in brackets", brackets, True),
    Kind("an aside in a label", aside, True),
    Kind("a typing error", typing_error, True),
    Kind("a space lost or added", space_lost, False),
    Kind("a sign that is not seen", unseen_sign, True),
    Kind("another kind of space", other_space, True),
    Kind("a letter of another script", look_alike, False),
    Kind("a label of 150 characters", long_label, True),
    Kind("a stray sign before a label", stray_sign, True),
    Kind("a label in pieces of markup", split_markup, True),
    Kind("a label printed twice in a line", stuttered_label, True),
    Kind("the label of the turn before", wrong_label, False),
    Kind("a label on its own line", label_alone, True),
    Kind("a line break lost", glued_paragraph, True),
    Kind("a paragraph in bold", bold_paragraph, True),
    Kind("an event line", event_line, True),
    Kind("a sentence with a colon", no_label, True),
    Kind("a foot line", foot_line, True),
    Kind("a server's error", server_error, False),
    Kind("a cut", cut, False),
    Kind("a paragraph doubled", doubled_paragraph, False),
    Kind("an honorific swapped", other_honorific, False),
    Kind("a courtesy title beside an office", courtesy_beside_office, False),
    Kind("a namesake in the text", namesake_in_text, True),
    Kind("a namesake in the byline", namesake_in_byline, True),
    Kind("a namesake speaks", namesake_speaks, True),
)
