"""Names as labels, bylines and registers print them, made comparable. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart: RINKĒVIČS folds by itself, ERDOĞAN's ı and Sørensen's ø do not.
LETTERS = str.maketrans({"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE"})
# "O’DONNELL", "O'Donnell", "D`Arcy"
APOSTROPHES = re.compile(r"['’‘`´ʻʼ]")
WORD = re.compile(r"[^\W_]+")
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "2nd", "3rd", "4th", "phd", "md", "esq"})
PARTICLES = frozenset(
    {"al", "af", "av", "bin", "da", "dalla", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "la"}
    | {"le", "los", "san", "st", "ten", "van", "von", "zu"}
)


@lru_cache(maxsize=16384)
def fold(name: str) -> str:
    """In lower case, without accents, apostrophes and full stops, hyphens as blanks: "THOMAS-GREENFIELD"."""
    plain = unicodedata.normalize("NFKD", APOSTROPHES.sub("", name).translate(LETTERS).casefold())
    return " ".join(WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def words_of(name: str) -> tuple[str, ...]:
    """The folded words of a full name without initials and suffixes: "William J. Burns, Jr." is william, burns.

    Initials count where nothing else stands before the surname: "P.J. Crowley".
    """
    words = tuple(word for word in fold(name).split() if word not in SUFFIXES)
    long = tuple(word for word in words if len(word) > 1)
    return long if len(long) > 1 else words


# "Dr. S. Jaishankar", "The Honorable Ada Field"
STYLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "sir", "dame", "honorable", "excellency", "the", "his", "her"})


def may_be_one(name: str, other: str) -> bool:
    """Whether two full names can be one person's: the family name first or last, initials, middle names left out.

    "HAYASHI Yoshimasa" and "Yoshimasa Hayashi", "S. Field" and "Sara Field", "Ada Q. Field, Jr." and "Ada Field"; not
    "Ada Q. Field" and "Ada R. Field". Two people may fit so, too: who asks must know more of them than their names.
    """
    (mine, my_suffixes), (theirs, their_suffixes) = _parts(name), _parts(other)
    if my_suffixes and their_suffixes and my_suffixes != their_suffixes:
        return False
    if "".join(mine) == "".join(theirs):
        return True
    if min(len(mine), len(theirs)) == 1:
        return False
    turned = [(words, theirs) for words in _turned(mine)] + [(mine, words) for words in _turned(theirs)]
    return any(_agree(*pair) for pair in turned)


@lru_cache(maxsize=16384)
def _parts(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The folded words of a name without styles, and the generation behind it; "phd" is no generation."""
    words = fold(name).split()
    while len(words) > 1 and words[0] in STYLES:
        del words[0]
    suffixes = frozenset(words[1:]) & SUFFIXES
    kept = tuple(word for at, word in enumerate(words) if at == 0 or word not in SUFFIXES)
    return kept, suffixes - {"phd", "md", "esq"}


def _turned(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """As they stand, the first one last, the last one first."""
    return words, (*words[1:], words[0]), (words[-1], *words[:-1])


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Given names first: one family name, no given name against another."""
    if one[-1] != other[-1] or len(one[-1]) == 1 or not _short_for(one[0], other[0]):
        return False
    fewer, more = sorted((one[1:-1], other[1:-1]), key=len)
    rest = iter(more)
    return all(any(_short_for(word, word_there) for word_there in rest) for word in fewer)


def _short_for(one: str, other: str) -> bool:
    """The same word, or one is the other's initial."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) == 1 and long.startswith(short))


def fullness(name: str) -> tuple[int, int]:
    """How many words a name has that are no initials, and how many in all."""
    words, _ = _parts(name)
    return sum(len(word) > 1 for word in words), len(words)
