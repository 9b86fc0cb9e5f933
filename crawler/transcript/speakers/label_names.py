"""Step 7: what a label is made of: title and name. Pure; "EXTERNAL AFFAIRS MINISTER FIELD", "Ivo Marsh, Moderator"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from crawler.transcript.labels import (
    honorific_words,
    is_honorific,
    is_number,
    is_office_word,
    office_words,
    role_of,
    without_aside,
)
from crawler.transcript.names import clean, is_domain, is_name, name_words, words
from crawler.transcript.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

# "MR PRICE": says no more than that it is a person; "DR", "AMBASSADOR", "GENERAL" go with other offices, too
COURTESY = frozenset(
    {
        "mr",
        "ms",
        "mrs",
        "miss",
        "sir",
        "madam",
        "dame",
        "lord",
        "lady",
        "baroness",
        "sr",
        "sra",
        "senor",
        "senora",
        "monsieur",
        "madame",
        "herr",
        "frau",
        "m",
        "mme",
        "mlle",
        "senhor",
        "senhora",
        "г-н",
        "г-жа",
        "господин",
        "госпожа",
        "سيد",
        "سيدة",
    }
)
RANKS = frozenset(
    {
        "dr",
        "prof",
        "professor",
        "ambassador",
        "general",
        "gen",
        "admiral",
        "colonel",
        "col",
        "captain",
        "capt",
        "lieutenant",
        "lt",
        "major",
        "maj",
        "commander",
        "sergeant",
        "judge",
        "rev",
        "reverend",
        "hon",
        "honorable",
        "sheikh",
        "shaikh",
        "rabbi",
        "father",
        "sister",
        "bishop",
        "embajador",
        "embajadora",
        "doctor",
    }
)
# Titles of translations, and short ones, plain: "SECRETARIO BLINKEN", "MINISTRE COLONNA", "AMB. HALE", "A/S HILL"
ENGLISH = {
    "secretario": "secretary", "secretaria": "secretary", "secretaire": "secretary", "subsecretario": "under secretary",
    "subsecretaria": "under secretary", "undersecretary": "under secretary",
    "ministro": "minister", "ministra": "minister", "ministre": "minister",
    "presidente": "president", "presidenta": "president", "embajador": "ambassador", "embajadora": "ambassador",
    "embaixador": "ambassador", "ambassadeur": "ambassador", "portavoz": "spokesperson", "chanceler": "chancellor",
    "amb": "ambassador", "rep": "representative", "sen": "senator", "gen": "general", "adm": "admiral",
    "gov": "governor", "sec": "secretary", "sec'y": "secretary", "sec’y": "secretary", "u/s": "under secretary",
    "a/s": "assistant secretary", "das": "deputy assistant secretary", "pm": "prime minister", "fm": "foreign minister",
    "hrvp": "high representative", "secgen": "secretary general",
    "canciller": "foreign minister", "госсекретарь": "secretary", "секретарь": "secretary", "министр": "minister",
    "президент": "president", "посол": "ambassador",
}  # fmt: skip
# Words that stand between the words of an office: "Deputy Secretary of State for Management"
BETWEEN = frozenset(
    {"of", "for", "the", "and", "to", "at", "large", "state", "de", "del", "designate", "elect", "etat", "estado", "da"}
)
# "THE SECRETARY", "LE SECRÉTAIRE D’ÉTAT BLINKEN", "EL PRESIDENTE PETRO"
ARTICLES = frozenset({"the", "le", "la", "el", "o", "a", "il", "der", "die"})
# An article or preposition at the beginning of a word
GLUED = re.compile(r"^(?:d[’']|ال(?=\w{3}))")
# "... des Affaires", "... de Defensa"
OF = frozenset({"de", "del", "des", "da", "do", "das", "du"})
# "MININSTER", "SECRTARY": one letter of a long word
LEAST_LETTERS = 7
# "MRHALE": a title and a name of so many letters
LEAST_NAME = 4
LEAST_OFFICE = 5
WORD = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class LabelName:
    """A label taken apart."""

    title: str
    """The words before the name, plain ("external affairs minister"); empty where there is none."""
    name: tuple[str, ...]
    """The plain words of the name; empty where the label names only an office ("THE SECRETARY")."""
    printed: str
    """The name as printed."""
    full: str | None = None
    """The full name, where the label itself prints one: "Alexandra de Hoop Scheffer"."""
    after: str | None = None
    """What stands after a comma: "Moderator", "Executive Director of the Harbor Fund"."""

    @property
    def courtesy(self) -> bool:
        """Whether the title tells nothing of an office."""
        return all(word in COURTESY for word in self.title.split())

    @property
    def heads(self) -> frozenset[str]:
        """The words of the title that an office shares: not MR, not AMBASSADOR, which go with any office."""
        return frozenset(self.title.split()) - COURTESY - RANKS - BETWEEN - {"acting", "former", "us"}


@lru_cache(maxsize=8192)
def take_apart(label: str) -> LabelName:
    """Title and name of a label."""
    text = clean(without_aside(label)).strip("[]`*•-– ")
    before, _, after = text.partition(",")
    if after.strip() and _is_title(before):  # "U.S. Deputy Secretary of State, Ambassador Wendy Sherman"
        return take_apart(after.strip())
    parts = WORD.findall(before)
    if len(parts) > 1 and plain(parts[0]) in ARTICLES:
        parts = parts[1:]
    cut = _title_end(parts)
    printed = " ".join(parts[cut:])
    counted = bool(parts) and is_number(parts[-1])  # "BRIEFER TWO"
    return LabelName(
        title=" ".join(ENGLISH.get(word, word) for part in parts[:cut] for word in _title_words(part)),
        name=name_words(printed),
        printed=printed,
        full=printed if is_name(printed) and not counted and (not printed.isupper() or not cut) else None,
        after=after.strip() or None,
    )


def _title_words(part: str) -> list[str]:
    """In plain letters: "SECRETARY-GENERAL" is two; "D’ÉTAT" and "الوزير" without what is glued to them."""
    bare = GLUED.sub("", plain(part).replace(".", ""))
    return [bare] if bare in COURTESY else bare.replace("-", " ").split()


def _title_end(parts: list[str]) -> int:
    """How many words are the title: up to the last word of an office, unless that word is the name itself."""
    cut = 0
    for number, part in enumerate(parts, start=1):
        last = number == len(parts)
        if (_is_title_word(part) and not (last and _is_last_a_name(parts, cut))) or (
            not last and _is_misspelt_title(part)
        ):
            cut = number
    within = False  # "PRESIDENT OF PALAU WHIPPS", "CHIEF OF PROTOCOL MARSHALL"
    while cut and cut < len(parts) - 1:
        begins = plain(parts[cut]) in ("of", "for")
        follows = within and (plain(parts[cut - 1]) in ("of", "for") or is_domain(parts[cut]))
        if not (begins or follows):
            break
        within, cut = True, cut + 1
    return _foreign_end(parts, cut)


def _foreign_end(parts: list[str], cut: int) -> int:
    """The same of "SECRÉTAIRE D’ÉTAT BLINKEN", "MINISTRA DE DEFENSA PLAZA"; "PRESIDENTE DE LA RUA" is named so."""
    while cut and cut < len(parts) - 1:
        if _title_words(parts[cut])[:1] == ["etat"]:
            cut += 1
        elif plain(parts[cut]) in OF and cut < len(parts) - 2 and _is_domain(parts[cut + 1]):
            cut += 2
        else:
            break
    return cut


def _is_domain(word: str) -> bool:
    return is_domain(word) or _title_words(word)[:1] in (["etat"], ["estado"])


def _is_last_a_name(parts: list[str], cut: int) -> bool:
    """Whether the last word is a name, though it is an office's, too: "MS DEAN", "SECRETARY KING", "MR MAJOR"."""
    if not cut:
        return False
    return plain(parts[cut - 1]).strip(".") in COURTESY or (is_honorific(parts[-1]) and not is_honorific(parts[0]))


def spaced(label: str) -> Iterator[str]:
    """What may be meant: a space between a title and the name that is glued to it, two words as one, another title."""
    parts = label.split()
    for at, part in enumerate(parts):
        begun = [title for title in _glued_titles() if plain(part).startswith(title)]
        for title in begun if at == 0 or any(map(is_office_word, begun)) else ():
            name = part[len(title) :].lstrip(".")
            if len(name) >= LEAST_NAME:
                yield " ".join([*parts[:at], part[: len(title)], name, *parts[at + 1 :]])
    for at, part in enumerate(parts[:-1]):
        yield from (" ".join([*parts[:at], office, *parts[at + 1 :]]) for office in _offices_near(part))
    for at in range(1, len(parts)):
        whole = parts[at - 1] + parts[at]
        if _is_title_word(whole) or not (_is_title_word(parts[at - 1]) or _is_title_word(parts[at])):
            yield " ".join([*parts[: at - 1], whole, *parts[at + 1 :]])


def _offices_near(word: str) -> Iterator[str]:
    """Offices of five letters or more from which it differs by one: "MYAOR"."""
    bare = plain(word)
    if len(bare) < LEAST_OFFICE or _is_title_word(word):
        return
    yield from (office for office in _glued_titles() if len(office) >= LEAST_OFFICE and OSA.distance(bare, office) == 1)


@cache
def _glued_titles() -> tuple[str, ...]:
    """The longest first."""
    long = {title for title in COURTESY | office_words() | honorific_words() if len(title) > 1}
    return tuple(sorted(long, key=lambda title: (-len(title), title)))


def _is_title(text: str) -> bool:
    parts = WORD.findall(text)
    return bool(parts) and _title_end(parts) == len(parts)


def _is_title_word(word: str) -> bool:
    bare = plain(word).strip(".'’()")
    return bare in COURTESY or is_honorific(word) or is_office_word(word)


@lru_cache(maxsize=4096)
def _is_misspelt_title(word: str) -> bool:
    """Whether it is a long word of an office but for one letter: "SECRETAR", "MINISTESR"."""
    bare = plain(word).strip(".'’()")
    return len(bare) >= LEAST_LETTERS - 1 and any(
        OSA.distance(bare, office, score_cutoff=1) <= 1 for office in _long_words()
    )


@cache
def _long_words() -> tuple[str, ...]:
    return tuple(word for word in sorted(office_words()) if len(word) >= LEAST_LETTERS)


def same_title(label: LabelName, office: str) -> bool:
    """Whether the office does not speak against the label's title.

    "FOREIGN MINISTER OSMANI" is not Vjosa Osmani, President; "CONGRESSMAN FIELD" is not Ada Field, Deputy Secretary.
    """
    heads = label.heads
    if not heads:
        return True
    own = {word.removesuffix("s") for word in words(office)} | {GLUED.sub("", word) for word in words(office)}
    own |= {english for word in own & ENGLISH.keys() for english in ENGLISH[word].split()}
    if "prime" in heads and "minister" in own:
        return "prime" in own
    if "general" in words(label.title) and "secretary" in heads:  # NATO's
        return {"secretary", "general"} <= own
    return any(_shares(head, own) for head in heads) or not any(is_office_word(word) for word in own - BETWEEN)


def _shares(head: str, own: set[str]) -> bool:
    return head in own or any(
        OSA.distance(head, word, score_cutoff=2) <= 2 for word in own if len(word) >= LEAST_LETTERS
    )


def titles(label: LabelName) -> frozenset[str]:
    """The words of the title that tell an office or a rank: all but MR, "of" and the like."""
    return frozenset(label.title.split()) - COURTESY - BETWEEN - {"acting", "former", "us", "deputy", "vice", "under"}


def names_nobody(label: str | None) -> bool:
    """Whether a label names a part in the event and no person."""
    return label is not None and role_of(label) is not None
