"""Step 6, first half: what a line that begins like a label tells by its own letters. Pure; knows nothing of the page.

choosing.py weighs the lines of a page together, colonless.py reads pages whose labels have no colon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from crawler.data import load

if TYPE_CHECKING:
    from collections.abc import Sequence

# "SECRETARY HALE : Yes", "(As Translated)FOREIGN MINISTER IVO: ", "`MR MARSH: ", "-QUESTION:", "ANNOUNCEMENT*: Please"
# Not "At 10:30 a.m.", not "https://".
# ">> QUESTION: ", "1. QUESTION: ": a stray sign or number before it
# "(INAUDIBLE): ", "QUESTION (CNN: Ortiz): ", "Ivo Marsh, host of “The Morning Tern”: ": in brackets and quotation marks
# anything may stand
OPENING = re.compile(
    r"\A(?P<aside>(?:[(\[][^()\[\]]{1,60}+[)\]]\s{0,4}+)?)"
    r"(?P<stray>(?:\d{1,3}[.)]\s)?+(?:[`'‘’\"“•·*–>».,_|-]|\[(?![^()\[\]\n]{1,80}+\]\s{0,4}+[:：])){0,12}+\s{0,4}+)"
    r"(?P<label>[(\[][^\W\d_][^()\[\]\n]{0,80}+[)\]]|[^\W\d_](?:[^:：\n!?;…—()\[\]“”\"]|"
    r"\([^()\n]{1,80}+\)|\[[^\[\]\n]{1,80}+\]|“[^“”\n]{1,80}+”){0,260}+)\s{0,4}+(?P<colon>[:：]++(?:\s{0,4}+[:：]++)?)(?!/|(?<=\d:)\d)"
)
WORD = re.compile(r"[^\s,]+")
# "MR FENWICK (via video):": the aside is printed with the label and tells nothing of its form
ASIDE = re.compile(r"\([^()]*\)|(?<=.)\[[^\[\]]*\]")
ARTICLES = frozenset({"the", "a", "an"})
# "BRIEFER TWO" speaks; "BRIEFER: Ada Field" stands in a head
NUMBERED = {"briefer": "official"}
ORDINALS = frozenset({"first", "second", "third", "fourth", "fifth", "another"})
# "McKEON", "DeSOTO", "FitzGERALD", "al-THANI", "d’ARCY", "O’DONNELL": lower case before capitals
LOWER_PREFIX = re.compile(r"(?:^|(?<=-))(?:[A-Z][a-z]{1,3}|al-|Al-|el-|El-|[A-Za-z]['’])(?=[A-Z]{2})")
# Longer than a sentence's beginning: such a label is a name and its position, or wholly in capitals.
MOST_WORDS = 12
MOST_CHARACTERS = 98
# "His Excellency Ivo Marsh", "HER MAJESTY QUEEN ADA"
STYLE = re.compile(r"(?:his|her|their) (?:excellency|majesty|royal highness|highness|eminence|holiness)\b", re.I)
# "al-Hale", "d’Arcy", "ʻAkilisi"
BEFORE_NAME = re.compile(r"^(?:(?:al|el|ul|ad|as|an|ar|at|az|bin|ben|d|l)[-’'‘](?=[^\W\d_a-z])|['‘’ʻʼ`“]+)")
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
# "Lt. Gen. Ada de la Cruz Fenwick"
MOST_NAME = 8
# "To Secretary Fenwick:" turns to somebody
TURNING = frozenset({"to", "for", "of", "and", "dear"})
# Letters of other scripts that look like Latin ones, and a letter of these
LOOK_ALIKE = str.maketrans("АВЕКМНОРСТХУІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTXYIJSaeopcyxijsABEZHIKMNOPTYXo")
LATIN = re.compile(r"[A-Za-z]")
# Labels that one interviewer of the title may stand behind.
ASKING = frozenset({"question", "interviewer", "q"})
# A typing error or a plural of a word so long: "QUESION", "PARTICIPANTS"
LEAST_LETTERS = 6


@cache
def _words(group: str) -> frozenset[str]:
    data = load("labels")
    return frozenset(data["words"][group])


@cache
def role_words() -> dict[str, str]:
    """Label in lower case -> role, for the labels that name no person."""
    data = load("labels")
    return {_fold_label(name): role for role, names in data["roles"].items() for name in names}


@dataclass(frozen=True, slots=True)
class Opening:
    """A possible label at the start of a block."""

    label: str
    """As printed, without the colon."""
    start: int
    """Where the label begins in the block's text (after an aside or a stray sign)."""
    end: int
    """Where the speech begins: after the colon and white space."""
    aside: str | None = None
    """Printed before the label: (As Translated)."""


def find_opening(text: str) -> Opening | None:
    return _find_opening(text) if ":" in text or "：" in text else None


@lru_cache(maxsize=8192)
def _find_opening(text: str) -> Opening | None:
    match = OPENING.match(text)
    if match is None:
        return None
    label = " ".join(match["label"].split())
    if (len(label) > MOST_CHARACTERS or label.count(" ") >= MOST_WORDS) and not _may_be_long(label):
        return None
    end = match.end()
    while end < len(text) and text[end].isspace():
        end += 1
    return Opening(label, match.start("label"), end, match["aside"].strip() or None)


def _may_be_long(label: str) -> bool:
    return "," in label and (shape(label).appositive or shape(label).caps)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the letters and words of a label tell, without the page."""

    caps: bool
    """Every word in capitals, but for particles and Mc/Mac/Al-."""
    role: bool
    """Names a part in the event ("QUESTION", "Senior State Department Official Two")."""
    titled: bool
    """An honorific or office and a name ("MR PRICE", "Deputy Secretary Sherman")."""
    name_like: bool
    """Capitalised words only, as a name or an outlet has."""
    sentence: bool
    """Holds a word that no label has, or begins like a heading."""
    surname: str
    """The last word of the name, folded, for comparing."""
    appositive: bool = False
    """A name and, after a comma, what it is ("Irma Holm, Executive Director of the Tern Foundation")."""


def _fold_label(label: str) -> str:
    return " ".join(_fold_word(word) for word in WORD.findall(label))


def _fold_word(word: str) -> str:
    return word.strip(".,*'’`()[]").lower()


def is_caps(word: str) -> bool:
    """Whether a word is in capitals, but for Mc, Al- and the like."""
    bare = LOWER_PREFIX.sub("", word)
    letters = [c for c in bare if c.isalpha()]
    return bool(letters) and all(not c.islower() for c in letters)


@lru_cache(maxsize=4096)
def shape(label: str) -> Shape:
    label = one_script(label)
    if label[:1] in "([" and label[-1:] in ")]":
        label = label[1:-1]
    bare = STYLE.sub(" ", ASIDE.sub(" ", label))
    words = WORD.findall(bare)
    while len(words) > 1 and _fold_word(words[-1]) in SUFFIXES:
        words.pop()
    folded = [_fold_word(word) for word in words]
    particles, offices = _words("particles"), _words("offices")
    lettered = [word for word in words if any(c.isalpha() for c in word)]
    weighty = [word for word in lettered if _fold_word(word) not in particles or is_caps(word)]
    # "The FSOT:" begins a sentence; "THE PRESS:" is a label
    if lettered and _fold_word(lettered[0]) in ARTICLES and not lettered[0].isupper():
        weighty = lettered
    # Arabic, Hindi, Chinese have no capitals: there a word is as good as a capitalised one, and no more
    caseless = not any(c.islower() or c.isupper() for c in label)
    caps = (
        bool(weighty)
        and not caseless
        and all(is_caps(word) for word in weighty)
        and any(len(_fold_word(w)) > 1 for w in weighty)
    )
    name_like = _is_name_like(words, caseless=caseless)
    titled = len(words) > 1 and (
        any(is_honorific(word) or is_office_word(word) or word.rstrip("s") in offices for word in folded[:-1])
        or (caps and folded[0] == "the" and folded[-1] in offices)
    )
    appositive = not caps and _is_appositive(bare)
    lower_words = {f for w, f in zip(words, folded, strict=True) if not is_caps(w) or len(f) == 1}
    sentence = not appositive and (
        bool((lower_words - particles) & _words("sentence"))
        # "BRIEFER TWO" is one of several
        or bool(not titled and set(folded) & _words("headings") and not (caps and folded[-1] in _words("numbers")))
        or bool(lower_words and _turns_to(folded))
    )
    return Shape(
        caps,
        _role(folded) is not None or ((caps or _is_long_word(bare)) and _role_in_capitals(folded) is not None),
        appositive or (titled and (name_like or caps)),
        name_like or appositive,
        sentence,
        _surname(bare) if appositive else folded[-1] if folded else "",
        appositive,
    )


def _turns_to(folded: Sequence[str]) -> bool:
    """Whether "to" or "for" stands before title and name: "To Mr. Hale:", "First, for Secretary Hale:"."""
    return folded[0] in TURNING or any(
        one in TURNING and is_title_word(two) for one, two in pairwise(folded) if one != "of"
    )


def is_title_word(word: str) -> bool:
    return is_office_word(word) or is_honorific(word)


def _is_name_like(words: Sequence[str], *, caseless: bool = False) -> bool:
    """Capitalised words only, but for particles."""
    particles = _words("particles")
    initials = [BEFORE_NAME.sub("", word)[:1] for word in words]
    return (
        bool(words)
        and (initials[0].isupper() or caseless)
        and all(
            initial.isupper() or caseless or _fold_word(word) in particles or not word[:1].isalpha()
            for word, initial in zip(words, initials, strict=True)
        )
    )


def _is_appositive(label: str) -> bool:
    """Whether it is a person's name, a comma, and what that person is; no verb and no pronoun."""
    name, comma, position = label.partition(",")
    while comma and _fold_word(position.partition(",")[0].strip()) in SUFFIXES:
        _, comma, position = position.partition(",")
    words = WORD.findall(name)
    if not comma or not 2 <= len(words) <= MOST_NAME or not _is_name_like(words):
        return False
    # "NATO" is no word, but in "DIRECTOR OF THE FUND" all are
    own = [_fold_word(word).strip('“”"') for word in WORD.findall(position) if position.isupper() or not word.isupper()]
    told = any(word in _words("offices") or word in _words("positions") or word in role_words() for word in own)
    return told and not (_words("sentence") - _words("links")).intersection(own)


def _surname(label: str) -> str:
    return _fold_word(label.partition(",")[0].split()[-1])


@lru_cache(maxsize=4096)
def role_of(label: str) -> str | None:
    """The role that a label names without naming a person; a number may follow it. None for a person's label."""
    folded = [_fold_word(word) for word in WORD.findall(without_aside(label))]
    misspelt = label.isupper() or _is_long_word(label)
    return _role(folded) or (_role_in_capitals(folded) if misspelt else None)


def _is_long_word(label: str) -> bool:
    """Whether a typing error can be told in it: "Moerator", one word and no plural; "Questions:" is a heading."""
    bare = label.strip(" ()[]")
    return len(bare) > LEAST_LETTERS and bare.isalpha() and bare.istitle() and not bare.endswith("s")


def without_aside(label: str) -> str:
    """Of "MR FENWICK (via video)" and "(MR FENWICK)" what names the speaker, in one script."""
    label = one_script(label)
    return label[1:-1] if label[:1] in "([" and label[-1:] in ")]" else ASIDE.sub(" ", label)


def one_script(label: str) -> str:
    """With Latin letters where a word has some and others that look the same: "MR MАRSH" with a Cyrillic А."""
    if label.isascii():
        return label
    words = (word.translate(LOOK_ALIKE) if LATIN.search(word) else word for word in label.split(" "))
    return " ".join(words)


def is_asking(label: str) -> bool:
    """Whether it is QUESTION or another label of the one who asks in an interview, also with a typing error."""
    core = _core([_fold_word(word) for word in WORD.findall(label.strip("()[] "))])
    return core in ASKING or any(_is_near(core, word) for word in ASKING if len(word) >= LEAST_LETTERS)


def part_of(label: str) -> str | None:
    """The part that a label names, in small letters and without a typing error: "moderator" of "(MODERAT OR)"."""
    core = _core([_fold_word(word) for word in WORD.findall(without_aside(label))])
    if core in role_words():
        return core
    return next((word for word in role_words() if len(word) >= LEAST_LETTERS and _is_near(core, word)), None)


def _role(folded: Sequence[str]) -> str | None:
    core = _core(folded)
    return role_words().get(core) or _spaceless().get(core.replace(" ", ""))


@cache
def _spaceless() -> dict[str, str]:
    """For a label with a space too many or too few: "Mod erator"."""
    return {name.replace(" ", ""): role for name, role in role_words().items() if len(name) >= LEAST_LETTERS}


def _core(folded: Sequence[str]) -> str:
    """Without numbers."""
    numbers = _words("numbers")
    return " ".join(
        word for word in folded if word and word not in numbers and not word.isdigit() and not word.startswith("#")
    )


@lru_cache(maxsize=1024)
def _near(core: str) -> str | None:
    """The role of the label that differs by one letter."""
    near = (role for word, role in role_words().items() if _is_near(core, word))
    return next(near, None) if len(core) >= LEAST_LETTERS else None


def _is_near(core: str, word: str) -> bool:
    """Whether they differ by one letter, or by spaces: "quesion", "ques tion"."""
    return OSA.distance(core, word, score_cutoff=1) <= 1 or core.replace(" ", "") == word.replace(" ", "")


def _role_in_capitals(folded: Sequence[str]) -> str | None:
    """Of "THE INTERPRETER", "SECOND STUDENT" and "QUESION"; "The question:", "First question:" begin a sentence."""
    bare = folded[1:] if folded and folded[0] in ARTICLES | ORDINALS else folded
    if (numbered := NUMBERED.get(_core(bare))) and len(bare) > 1:
        return numbered
    return _role(bare) or _role(["the", *bare]) or _near(_core(bare))  # "PRESS"; "Press:" stands before a number


def is_vocative(label: str) -> bool:
    """Whether it names an office and nobody: "Mr. President", "Madam Secretary" are how somebody is addressed."""
    last = _fold_word(WORD.findall(label)[-1])
    return last in _words("offices") or last in _words("honorifics")


def is_particle(word: str) -> bool:
    return _fold_word(word) in _words("particles")


def has_verb(label: str) -> bool:
    """Whether a word of it stands in sentences and not in labels, in whatever letters."""
    return not (_words("sentence") - _words("links")).isdisjoint(map(_fold_word, WORD.findall(label)))


def is_office_word(word: str) -> bool:
    """Also of several: "Governor-General"."""
    folded, offices = _fold_word(word), _words("offices")
    return folded in offices or ("-" in folded and offices.issuperset(folded.split("-")))


def is_honorific(word: str) -> bool:
    return _fold_word(word) in _words("honorifics")


def office_words() -> frozenset[str]:
    return _words("offices")


def honorific_words() -> frozenset[str]:
    return _words("honorifics")


def looks_like_label(text: str) -> bool:
    """Whether a line begins with something that is a label by its own letters, whatever the page."""
    opening = find_opening(text)
    if opening is None:
        return False
    own = shape(opening.label)
    return (own.role and (own.caps or own.name_like)) or (own.titled and not own.sentence and own.caps)


def looks_like_heading(text: str) -> bool:
    """Whether it is a line of an announcement: "WHAT: On-the-record briefing", "BRIEFER: Ada Field"."""
    opening = find_opening(text)
    return (
        opening is not None
        and len(opening.label.split()) <= 3
        and shape(opening.label).caps
        and shape(opening.label).sentence
    )


def is_number(word: str) -> bool:
    """Of those that tell speakers without a name apart: "OFFICIAL TWO"."""
    return word.casefold() in _words("numbers")
