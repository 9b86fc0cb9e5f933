"""Step 7: what makes two printed names one person's. Pure; labels drop accents, apostrophes, titles and given names.

Names are compared as tuples of plain words: lower case, no accents, hyphens taken apart; of any script.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from rapidfuzz.distance import OSA

from crawler.data import load
from crawler.roster import roster
from crawler.transcript.countries import country_words
from crawler.transcript.plain import plain

# ---- given ----
# Step 7: given names that there are. Pure; those of the roster's people and of names.toml, with their short forms.


@cache
def known_given_names() -> frozenset[str]:
    """Plain words."""
    names = {words[0] for person in roster().people.values() if (words := name_words(person.name))}
    return gendered_names() | frozenset(names | {name for group in nicknames() for name in group})


# Signs that some scripts write letters with; they are no letters for Unicode: "ब्लिंकन", "بِلينكن"
MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0dff\u0e31-\u0e4e"
# "al", "thani"; "Блинкен", "بلينكن", "布林肯"
WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}])*+")
# "J.", "J.D.", "S."
INITIALS = re.compile(r"(?:[A-Z]\.)+|[A-Z]")
# "Mohammed bin Salo", "Lida bint Salo"
PATRONYMS = frozenset({"bin", "ibn", "bint", "ben"})
MADAM = frozenset({"ms", "mrs", "miss", "madam", "sra", "mme", "lady", "dame", "baroness"})
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "obe", "cbe", "mp", "frs"})
# O’DONNELL, Muqata’a, Noura al-‘Amir
APOSTROPHES = re.compile(r"['’‘ʼʻ`]")
# Right-to-left marks, zero-width spaces and control signs: no part of a name
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]+")
# The hyphen that does not break, and its like
HYPHENS = re.compile("[\u2010\u2011]")
# A name is not longer; the longest of the evidence has seven words ("Mohammed bin Abdulrahman bin Jassim Al-Thani").
MOST_WORDS = 8
MOST_CHARACTERS = 80
NAME = re.compile(rf"\A[^\W\d_](?:[^\W\d_]|[ .,'’‘“”\"()·-]|[{MARKS}])*+")
# "Mccaul"
MC = re.compile(r"\b(Mc)([a-z])")
# "Secretary Of State For The Ports"
SMALL = re.compile(r"(?<= )(?:Of|For|The|And|To|In|On|At)(?= )")
# A typing error changes one letter of a word so long, two of a longer one.
ONE_SLIP = 5
TWO_SLIPS = 7


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[str, ...]:
    """The plain words of a name: "Al-Thani, Jr." is al, thani, jr."""
    return tuple(WORD.findall(APOSTROPHES.sub("", plain(text))))


def name_words(name: str) -> tuple[str, ...]:
    """Without suffixes."""
    return tuple(word for word in words(name) if word not in SUFFIXES)


def clean(text: str) -> str:
    """Unseen signs taken out, white space folded, hyphens one kind."""
    return " ".join(UNSEEN.sub(" ", HYPHENS.sub("-", text)).split())


def is_name(text: str) -> bool:
    """Whether it can be a person's full name by its form: two to eight words of letters, the first a capital."""
    parts = text.replace("·", " ").split()  # 安东尼·布林肯
    return (
        2 <= len(parts) <= MOST_WORDS
        and len(parts) - len(set(parts)) < 2  # "Ali Ali" is one, a word over and over is none
        and len(text) <= MOST_CHARACTERS
        and NAME.fullmatch(text) is not None
        and not parts[0][:1].islower()  # some scripts have no capitals
        and bool(name_words(text))
    )


def bears(printed: tuple[str, ...], name: str, *, titled: bool) -> bool:
    """Whether a person of this name is called by the printed words.

    The words stand together in the name, and not only as its given name: "LE DRIAN" in Jean-Yves Le Drian, "SOLANO" in
    Rodolfo Solano Quirós. What stands first counts only behind a title: "FOREIGN MINISTER CHUNG", Chung Eui-yong, whose
    family name is printed first; "KING ABDULLAH", Abdullah II; not "MS ADA".
    """
    own = name_words(name)
    size = len(printed)
    first = 0 if titled or size > 1 else 1
    return bool(printed) and any(own[at : at + size] == printed for at in range(first, len(own) - size + 1))


def ends_with(printed: tuple[str, ...], name: str) -> bool:
    return bool(printed) and name_words(name)[-len(printed) :] == printed


def capitalised(printed: str) -> str:
    """A name in capitals as texts print it: "McCAUL" and "MCCAUL" are McCaul; what is not in capitals stays."""
    if not printed.isupper() and not printed.startswith("Mc"):
        return printed
    return MC.sub(lambda match: match[1] + match[2].upper(), printed.title())


def in_small_letters(office: str) -> str:
    """An office printed in capitals, as it is written otherwise: "Secretary of State"."""
    if not office.isupper() or " " not in office:
        return office
    return SMALL.sub(lambda match: match[0].lower(), office.title())


@lru_cache(maxsize=4096)
def same_person(one: str, other: str) -> bool:
    """Whether two full names can be one person's: the same family name, given names that do not speak against it.

    "Antony J. Blinken", "Tony Blinken"; "Hayashi Yoshimasa", "Yoshimasa Hayashi"; not "Lisa Smith", "Julie Smith".
    """
    a, b = name_words(one), name_words(other)
    if not a or not b:
        return False
    if set(a) <= set(b) or set(b) <= set(a):
        return min(len(a), len(b)) > 1 or a == b
    if a[-1] != b[-1] or len(a) < 2 or len(b) < 2:
        return False
    return same_given(a[0], b[0]) or bool(_own(a) & _own(b))


def _own(words: tuple[str, ...]) -> frozenset[str]:
    """What is somebody's own of a name: not the family's, nor the father's behind "bin"."""
    end = next((at for at, word in enumerate(words) if word in PATRONYMS), len(words) - 1)
    return frozenset(word for word in words[:end] if len(word) > 1 and word not in _data()["particles"])


def same_given(one: str, other: str) -> bool:
    """Whether one is a form of the other: "Doug", Douglas; "C.", Cary; "Tony", Antony."""
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and (len(short) == 1 or len(short) > 2):
        return True
    return any(one in group and other in group for group in nicknames())


@cache
def _data() -> dict[str, Any]:
    return load("names")


@cache
def nicknames() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group) for group in _data()["nicknames"])


def gendered_names() -> frozenset[str]:
    """Given names that only men or only women bear, plain."""
    return _given("masculine") | _given("feminine")


@cache
def _given(kind: str) -> frozenset[str]:
    return frozenset(_data()[kind])


def is_addressed(title: str, name: str) -> bool:
    """Whether the given name does not speak against MR or MS."""
    first = next(iter(name_words(name)), "")
    other = {"mr": "feminine", "sr": "feminine"}.get(title) or (title in MADAM and "masculine")
    return not other or first not in _given(other)


@cache
def stop_words() -> frozenset[str]:
    """Capitalised words that begin a sentence or stand in a title, and belong to no name."""
    return frozenset(word for group in _data()["stop"].values() for word in group)


@cache
def _domain() -> frozenset[str]:
    # "Lucía" is a given name, though Saint Lucia is a country
    return frozenset(_data()["portfolio"]) | (country_words() - gendered_names())


def is_domain(word: str) -> bool:
    """Whether it is a word of what an office is for: "Affairs", "Palau", "Triangle"."""
    return plain(word).strip(".,'’") in _domain()


def is_particle(word: str) -> bool:
    return word.islower() and word in _data()["particles"]


def is_misspelt(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one is the other with a typing error: one letter of five or more, two of seven or more.

    Or by a space: "THORNBU RY". "ALBIGHT", "ALBRIGHT"; "BAITTO", "BAIETTO"; "DE MAIO", "DI MAIO"; not "MILLER", "MULLER
    JONES".
    """
    a, b = "".join(one), "".join(other)
    longest = max(len(a), len(b))
    allowed = 2 if longest >= TWO_SLIPS else 1 if longest >= ONE_SLIP else 0
    if a == b:
        return one != other
    return bool(allowed) and a[:1] == b[:1] and OSA.distance(a, b, score_cutoff=allowed) <= allowed
