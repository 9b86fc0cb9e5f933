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
