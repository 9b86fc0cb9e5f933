"""What a person types into the search box -> what FTS5 is asked. Pure.

Words are looked for in any form (sanction finds sanctions), all of them must be there. "exact order" in quotation
marks, OR between alternatives, NOT or - before what must not be there, * behind the beginning of a word, ( ) to group.
FTS5's own syntax is never passed on: every word is quoted, so nothing typed is an error of SQL or names a column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.publish.site.endings import completions

MOST_CHARACTERS = 500
MOST_WORDS = 40
DEEPEST = 12

# “ and „ are typed by phones and word processors for "
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
# the six parts of: (grain OR "food security") NOT sanction*
_TOKEN = re.compile(r'(?P<paren>[()])|(?P<minus>-)(?=[("\w])|"(?P<phrase>[^"]*)"(?P<open>\*?)|(?P<word>[^\s()"]+)')
_LETTER = re.compile(r"[^\W_]")
_OPERATORS = ("AND", "OR", "NOT")


class BadQuery(ValueError):
    """The query cannot be understood; the message tells a reader what to change."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood."""

    typed: str
    fts: str
    """For MATCH."""
    words: tuple[str, ...]
    """What may be there: no word behind NOT."""
    begun: bool = False
    """Whether a beginning of a word is among what is looked for."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """word, phrase, prefix, (, ), AND, OR or NOT."""
    text: str


def parse(typed: str) -> Query:
    """Raises BadQuery."""
    text = typed.translate(_QUOTES).replace("\0", " ")
    if len(text) > MOST_CHARACTERS:
        raise BadQuery(f"A search may have {MOST_CHARACTERS} characters; this one has {len(text)}.")
    if text.count('"') % 2:
        raise BadQuery('A quotation mark is opened and never closed: put a " behind the last word of the phrase.')
    parser = _Parser(_tokens(text))
    fts = parser.whole()
    return Query(typed, fts, tuple(dict.fromkeys(parser.words)), parser.begun)


def _tokens(text: str) -> list[_Token]:
    tokens = [_token(match) for match in _TOKEN.finditer(text)]
    # a dash or a full stop of its own is no word, and nothing could be found for it
    held = [token for token in tokens if token.kind not in ("word", "phrase", "prefix") or _LETTER.search(token.text)]
    if len(held) > MOST_WORDS:
        raise BadQuery(f"A search may have {MOST_WORDS} words and signs; this one has {len(held)}.")
    return held


def _token(match: re.Match[str]) -> _Token:
    if match["paren"] or match["minus"]:
        return _Token(match["paren"] or "NOT", match[0])
    if match["phrase"] is not None:
        return _Token("prefix" if match["open"] else "phrase", match["phrase"])
    word = match["word"]
    if word in _OPERATORS:
        return _Token(word, word)
    return _Token("prefix", word[:-1]) if word.endswith("*") else _Token("word", word)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'


class _Parser:
    """Recursive descent: alternatives of groups of parts."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.words: list[str] = []
        self.begun = False

    @property
    def next(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else "end"

    def whole(self) -> str:
        if not self.tokens:
            raise BadQuery("There is no word to look for.")
        fts = self.alternatives()
        if self.next == ")":
            raise BadQuery("A bracket is closed that was never opened.")
        return fts

    def alternatives(self) -> str:
        found = [self.group()]
        while self.next == "OR":
            self.at += 1
            found.append(self.group())
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})"

    def group(self) -> str:
        """What must all be there, and what must not."""
        wanted: list[str] = []
        unwanted: list[str] = []
        if self.next in ("AND", "OR", "end", ")"):
            raise BadQuery(self.missing())
        while self.next not in ("OR", ")", "end"):
            if self.next == "AND":
                self.at += 1
                if self.next in ("AND", "OR", ")", "end"):
                    raise BadQuery(self.missing())
            if self.next == "NOT":
                self.at += 1
                kept = list(self.words)
                unwanted.append(self.part())
                self.words = kept
            else:
                wanted.append(self.part())
        if not wanted:
            raise BadQuery("NOT takes something away from what is found: put a word before it that must be there.")
        both = wanted[0] if len(wanted) == 1 else f"({' AND '.join(wanted)})"
        return f"({both} NOT ({' OR '.join(unwanted)}))" if unwanted else both

    def part(self) -> str:
        if self.next in ("AND", "OR", "NOT", ")", "end"):
            raise BadQuery(self.missing())
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "(":
            return self.brackets()
        self.words.append(token.text)
        return self.beginning(token.text) if token.kind == "prefix" else _quoted(token.text)

    def beginning(self, text: str) -> str:
        """And the words that begin so, but are kept under less (endings.py)."""
        self.begun = True
        before, space, last = text.rpartition(" ")
        longer = [_quoted(before + space + word) for word in completions(last)]
        return f"({' OR '.join([f'{_quoted(text)} *', *longer])})" if longer else f"{_quoted(text)} *"

    def brackets(self) -> str:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadQuery(f"Brackets can stand {DEEPEST} deep.")
        inner = self.alternatives()
        if self.next != ")":
            raise BadQuery("A bracket is opened and never closed.")
        self.at += 1
        self.depth -= 1
        return f"({inner})"

    def missing(self) -> str:
        """What a reader is told where a word should stand."""
        before = self.tokens[self.at - 1].text.strip() if self.at else ""
        here = self.tokens[self.at].text.strip() if self.at < len(self.tokens) else ""
        if here in ("AND", "OR") and not before:
            return (
                f"{here} stands between two words: there is none before it. To look for the word, write {here.lower()}."
            )
        if before in _OPERATORS:
            return (
                f"{before} stands before a word: there is none behind it. To look for the word, write {before.lower()}."
            )
        return (
            f"There is no word to look for{f' behind {before}' if before else ''}{f' before {here}' if here else ''}."
        )
