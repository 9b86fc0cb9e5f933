"""Step 5: takes away what is page and not speech, and records which rule took what. Deletes whole blocks only.

The rules are data: crawler/data/boilerplate.toml, each with where it was seen.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

from crawler.data import load
from crawler.items import Block, Page, Removal
from crawler.transcript.labels import looks_like_label


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of boilerplate.toml; `lines` are folded and in lower case."""

    name: str
    marks: frozenset[str] = frozenset()
    lines: tuple[str, ...] = ()
    where: str = "any"
    cut: bool = False
    seen: str = ""


WRAPPER = ".classic-block-wrapper"
# Block editor elements that hold text.
TEXT_BLOCKS = frozenset({".wp-block-paragraph", ".wp-block-list", ".wp-block-quote", ".wp-block-footnotes"})
# A cut takes the tags, promotion and menu lines of a footer; none is longer. A longer paragraph is no footer's.
MOST_CUT_WORDS = 40
# A box of furniture ("Subscribe to our updates") is shorter.
MOST_BOX_WORDS = 40
# "Good morning.": prose, where no label tells
SENTENCE = re.compile(r"\w[.?!…][”\"’)\]]*$")
# No furniture line is longer; of a longer one only this much is compared.
COMPARED = 200


def _fold(text: str) -> str:
    return " ".join(text[:COMPARED].split()).casefold()


def _beginning(block: Block) -> str:
    """As _fold() gives it: a block's white space is folded but for its line ends."""
    return block.text[:COMPARED].replace("\n", " ").casefold()


def _words(text: str) -> int:
    """Of a block's text: its white space is folded."""
    return text.count(" ") + text.count("\n") + 1


@cache
def rules() -> tuple[Rule, ...]:
    data = load("boilerplate")
    return tuple(
        Rule(
            **{
                **rule,
                "marks": frozenset(rule.get("marks", ())),
                "lines": tuple(_fold(line) for line in rule.get("lines", ())),
            }
        )
        for rule in data["rule"]
    )


@cache
def _by_mark() -> dict[str, tuple[int, str]]:
    """Mark -> place and name of the first rule that has it."""
    return {mark: (n, rule.name) for n, rule in reversed(list(enumerate(rules()))) for mark in rule.marks}


@cache
def _line_rules() -> tuple[dict[str, Rule], re.Pattern[str], tuple[Rule, ...]]:
    """Whole lines, each with its rule; all patterns as one, a group each, and the rule of each group."""
    pairs = [(line, rule) for rule in reversed(rules()) for line in rule.lines]
    whole = {line: rule for line, rule in pairs if "*" not in line}
    starred = [(line, rule) for line, rule in pairs if "*" in line]
    groups = (f"({_starred(line)})" for line, _ in starred)
    return whole, re.compile(rf"\A(?:{'|'.join(groups)})", re.DOTALL), tuple(rule for _, rule in starred)


def _starred(line: str) -> str:
    """As a pattern: each piece between two stars is looked for once, from left to right; the last one at the end."""
    first, *inner, last = map(re.escape, line.split("*"))
    return first + "".join(f"(?>.*?{piece})" for piece in inner) + f".*{last}"


def _rule_for(folded: str) -> Rule | None:
    whole, patterns, starred = _line_rules()
    if rule := whole.get(folded):
        return rule
    match = patterns.fullmatch(folded)
    return starred[match.lastindex - 1] if match and match.lastindex else None


def strip(page: Page) -> Page:
    """The page without furniture; `removed` names rule and text of each block taken, in page order."""
    kept, marked = _strip_marked(page.blocks)
    kept, outside = _strip_outside(kept)
    kept, lines = _strip_lines(kept)
    return replace(page, blocks=tuple(kept), removed=page.removed + tuple(marked + outside + lines))


def _strip_marked(blocks: tuple[Block, ...]) -> tuple[list[Block], list[Removal]]:
    by_mark = _by_mark()
    kept, removed = [], []
    for block in blocks:
        names = block.marks & by_mark.keys()
        if not names:
            kept.append(block)
        elif block.text:
            removed.append(Removal(rule=min(by_mark[name] for name in names)[1], text=block.text))
    return kept, removed


def _strip_outside(blocks: list[Block]) -> tuple[list[Block], list[Removal]]:
    """Boxes before and after the text that no rule knows yet: a sign-up form, a list of other pages.

    A box is a <div> of a class of its own, or outside the wrapper in which the text stands. Paragraph blocks of the
    editor are text, and so is what is labelled or long.
    """
    common = _common_classes(blocks)
    boxed = [_is_boxed(block, common) for block in blocks]
    inside = [number for number, box in enumerate(boxed) if not box and blocks[number].text]
    if not inside:
        return blocks, []
    kept, removed = [], []
    for number, (block, box) in enumerate(zip(blocks, boxed, strict=True)):
        beside = box and not inside[0] <= number <= inside[-1]
        if beside and block.text and not _may_be_speech(block.text):
            removed.append(Removal(rule="outside_body", text=block.text))
        else:
            kept.append(block)
    return kept, removed


def _common_classes(blocks: list[Block]) -> frozenset[str]:
    """The classes that enclose most of the text, or anything that is labelled or long."""
    counts = Counter(mark for block in blocks if block.text for mark in block.marks if mark.startswith("."))
    most = sum(1 for block in blocks if block.text) / 2
    speech = {mark for block in blocks if _may_be_speech(block.text) for mark in block.marks}
    return frozenset(mark for mark, count in counts.items() if count > most or mark in speech)


def _is_boxed(block: Block, common: frozenset[str]) -> bool:
    if "div" not in block.marks or block.marks & TEXT_BLOCKS:
        return False
    own = any(mark.startswith(".") and mark not in common for mark in block.marks)
    return own or (WRAPPER in common and WRAPPER not in block.marks)


def _may_be_speech(text: str) -> bool:
    return looks_like_label(text) or _words(text) > MOST_BOX_WORDS


def is_furniture(text: str) -> bool:
    """Whether a whole line is one that a rule knows by its wording alone."""
    folded = _fold(text)
    return len(folded.split()) > 2 and _rule_for(folded) is not None


def _strip_lines(blocks: list[Block]) -> tuple[list[Block], list[Removal]]:
    found = [_rule_for(_beginning(block)) if block.text else None for block in blocks]
    head, foot = _zones(blocks, found)
    kept: list[Block] = []
    removed: list[Removal] = []
    cutting: Rule | None = None
    for number, (block, rule) in enumerate(zip(blocks, found, strict=True)):
        if cutting is not None and not _is_prose(block, rule):
            removed += [Removal(rule=cutting.name, text=block.text)] if block.text else []
            continue
        cutting = None
        zones = {"any", *(("head", "edge") if number < head else ()), *(("foot", "edge") if number > foot else ())}
        if rule is None or rule.where not in zones:
            kept.append(block)
            continue
        if rule.cut and number + 1 < len(blocks) and _is_prose(blocks[number + 1], found[number + 1]):
            kept.append(block)  # the word before a sentence is no heading of a footer
            continue
        removed.append(Removal(rule=rule.name, text=block.text))
        cutting = rule if rule.cut else cutting
    return kept, removed


def _is_prose(block: Block, rule: Rule | None) -> bool:
    return rule is None and (SENTENCE.search(block.text) is not None or _words(block.text) > MOST_CUT_WORDS)


def _zones(blocks: list[Block], found: list[Rule | None]) -> tuple[int, int]:
    """The head ends before the first number, the foot begins after the second: first and last label, else prose."""
    inner = [number for number, block in enumerate(blocks) if looks_like_label(block.text)]
    if not inner:
        inner = [n for n, block in enumerate(blocks) if found[n] is None and SENTENCE.search(block.text)]
    return (inner[0], inner[-1]) if inner else (len(blocks), -1)
