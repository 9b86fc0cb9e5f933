"""Step 7: where a title or text gives the full name behind a label. Pure.

Not every name of the text is looked for, only those that labels print: "FOREIGN MINISTER AL ZAYANI" leads to "...
Foreign Minister Abdullatif Al Zayani". From the place found, the name is read to the left (given names), to the right
(where the family name stands first), and on both sides for an office.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.transcript.countries import country_of, is_country
from crawler.transcript.labels import is_honorific, is_office_word
from crawler.transcript.names import INITIALS, SUFFIXES, is_domain, is_particle, known_given_names, stop_words
from crawler.transcript.plain import plain
from crawler.transcript.speakers.label_names import COURTESY, RANKS

if TYPE_CHECKING:
    from collections.abc import Iterator

# What stands between an office and a name.
TITLES = frozenset(
    {"the", "dr", "honorable", "hon", "right", "sheikh", "his", "her", "excellency", "highness", "majesty", "h.e"}
)
# So far a name and an office are read to either side.
REACH = 160
MOST_GIVEN = 4
MOST_OFFICE = 16
# "Antony", "Eva-Maria", "O’Brien", "McKeon"
CAPITALISED = re.compile(r"[^\W\d_a-z][\w’'.-]*")
# “Benny” inside a name
NICKNAME = re.compile(r"[“\"]\w+[”\"]|\([A-Z][a-z]+\)")
# "I’m", "We’ve", "That’s": capitalised, and no name
SHORTENED = re.compile(r"\A\w++['’](?:m|ve|d|ll|re|s|t)", re.I)
# "Prince Saud bin Farid", "Sheikh Abdallah bin Zayd Al Nahar", "King Faris al-Salo": the label has what stands first
ROYAL = re.compile(r"\b(?:King|Queen|Prince|Princess|Sheikha?|Shaikha?|Sultan|Emir|Amir)$")
PATRONYM = re.compile(r"(?: (?:(?:bin|ibn|bint|al|el|Al|El) [A-Z][\w’'-]+|(?:al|el|Al|El)-[\w’'-]+)){1,4}")
# ", Jr.", " III"
SUFFIX = re.compile(r",? (?:Jr\.?|Sr\.?|I{2,3}|IV)(?!\w)")
NEXT_WORD = re.compile(r" ([^\W\d_][\w’'-]*)")
# a period that ends no sentence
SHORT = re.compile(r"\A(?:(?:[A-Z]\.)+|(?:Dr|St|Mr|Ms)\.)")
# the "of the " of "of the Tern Times"
LED = re.compile(r"^(?:of|from|with)\s+(?:the\s+)?")
NAMED = re.compile(r"[A-Z]\w")
# Of a name in one word: "ALJARIR" is Al-Jarir, "DIMARIO" Di Mario
ARTICLE = re.compile(r"^(al|el|bin|ben|de|di|la|le|van|von)(?=[a-z]{4})")
# Given names that are words of an office, too: "... for Central Asian Affairs Dean Thompson"
GIVEN_TOO = frozenset({"dean", "duke", "earl", "major"})
# Words before a country that is no given name: "the Prime Minister of Georgia"
PLACED = frozenset({"of", "for", "to", "in", "from", "the", "at", "about", "on", "across", "into", "visit", "against"})
# "Good afternoon, I’m Dan Kurtz-Phelan", "My name is", "this is Judy Woodruff"
SELF = re.compile(
    r"(?:\bI[’']m|\bI am|\bmy name(?: is|[’']s)|\b[Tt]his is|\bit[’']s)\s+(?:Dr\.?\s+|Mr\.?\s+|Ms\.?\s+)?$", re.I
)
# "joined by ...", "turn it over to ...", "please welcome ...", "Thank you, ..."
INTRODUCED = re.compile(
    r"\b(?:join(?:ed|ing)?|introduc\w+|welcom\w+|turn(?:ing)?|invit\w+|hear from|over to|pass(?:ing)?|floor|"
    r"hand(?:ing)?|with (?:us|me|you)|here with|accompanied|thank(?:s| you)|presents?|colleagues?|friends?|"
    r"pleasure|honou?r|delighted|pleased|start(?:ed)? (?:off )?with|question from|next|go to|line of|speaker|host)\b",
    re.I,
)
# ", who is our ...", ", the ...", " of the Associated Press", ". I’m the editor of ..."
OFFICE_AFTER = re.compile(
    r"(?:,? (?:Jr|Sr|I{2,3})\b\.?)?(?:"
    r"[.,;–]?\s{0,3}(?:and\s{1,3})?I(?:[’']m| am)\s{1,3}(?:here as\s{1,3})?"
    r"(?:(?:the|an?|your|one of(?: the)?)\b|–)?[\s–]{0,3}"
    r"|\s{0,3}(?:,|–|—)\s{0,3}(?!and\b)(?:who(?: is|[’']s)\s{1,3})?(?:also\s{1,3})?(?:is\s{1,3})?"
    r"(?:(?:as )?you know,? is\s{1,3})?"
    r"(?:(?:our|the|your|my|an?)\b)?\s{0,3}"
    r"|\s{1,3}(?:is|was)\s{1,3}(?:our|the|an?)\s{1,3}"
    r"|\s{1,3}(?=of\b|from\b|with\b))"
    r"(?P<office>[^.;:?!–—()\n]{3,140})"
)
# where the words after a name stop telling of the office
OFFICE_END = re.compile(
    r",?\s{1,3}(?:who|and (?=[a-z]|I\b)|will|to (?!the\b|[A-Z])|is|are|was|has|for (?:joining|being|your|hosting|the)|"
    r"on (?:the|our|a) |here|today|this|at (?:the)? |(?:Before|After|At|During|On|Following)\b)|,\s{1,3}(?![A-Z])"
)


# " is with us today", " joins us", " will begin", behind a name
WILL_SPEAK = re.compile(
    r"\A[^.?!]{0,100}?\b(?:(?:is|are) (?:here|with us|joining|going to)\b|joins? us\b"
    r"|will (?:now )?(?:speak|begin|start|give|make|open|take|deliver|say|kick)\b)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place that gives a full name, or an office with the family name."""

    name: str | None
    """Full name as printed; None where only title and family name stand there."""
    office: str | None
    """Words of an office beside it, as printed."""
    by_self: bool = False
    """"I’m Ada Field"."""
    rank: str = ""
    """The plain word before it: "professor", "governor"; any other word, too."""
    introduced: bool = False
    """Words of an introduction or of thanks stand before it."""
    quote: str
    """The place, for the evidence."""


def find(printed: tuple[str, ...], text: str, folded: str | None = None, *, title: bool = False) -> Iterator[Mention]:
    """The mentions of the name with these plain words; `folded` is plain(text), `title` whether it is a headline."""
    if not printed:
        return
    for match in _pattern(printed).finditer(plain(text) if folded is None else folded):
        start, end = match.span()
        if any(map(str.isupper, text[start:end])):
            yield _read(text, start, end, title)


def spelling(printed: tuple[str, ...], text: str, folded: str) -> str | None:
    """The name as the text prints it, capitals and accents: "Toloui", "McKeon", "Çavuşoğlu"; None where it does not."""
    for match in _pattern(printed).finditer(folded):
        found = text[match.start() : match.end()]
        if any(map(str.isupper, found)) and not found.isupper():
            return found
    return None


@lru_cache(maxsize=1024)
def _pattern(printed: tuple[str, ...]) -> re.Pattern[str]:
    """Of a name in plain text: "al-zayani", "al zayani" and "alzayani" are one, "o’donnell" and "odonnell"."""
    parts = [_spelt(part) for part in printed]
    return re.compile(rf"(?<![\w-]){'[ -]?'.join(parts)}(?![\w-])")


def _spelt(part: str) -> str:
    """One word of a name as a pattern."""
    return ARTICLE.sub(r"\1[ -]?", part) if ARTICLE.match(part) else f"{part[0]}['’‘]?{part[1:]}"


def _read(text: str, start: int, end: int, title: bool) -> Mention:
    left, right = text[max(0, start - REACH) : start], text[end : end + REACH]
    # a label or another line ends the reach
    left, right = left.rpartition("\n")[2], right.partition("\n")[0]
    given, rest = _given(left, title)
    family = text[start:end]
    following, tail = ("", right) if given else _following(right, rest, title)
    suffix = SUFFIX.match(tail)
    whole = given or following or _is_whole(family, rest, title)
    name = " ".join(part for part in (given, family, following) if part) if whole else None
    if suffix and (name or suffix[0].strip(" ,").startswith("I")):  # "King Abdullah II" has no other name
        name = (name or family) + suffix[0]
    office = _office_before(rest)
    if (
        office is None or plain(office).strip(".") in RANKS
    ):  # "Ambassador Lea Marsh, U.S. Permanent Representative to ..."
        after = _office_after(tail)
        told = after is not None and any(is_office_word(word) for word in after.split())
        office = after if office is None or told else office
    return Mention(
        name=name,
        office=office,
        by_self=SELF.search(f"{rest[-60:]} ") is not None,
        rank=plain(rest.rpartition(" ")[2]).strip(".,"),
        introduced=INTRODUCED.search(left[-100:]) is not None or WILL_SPEAK.match(tail) is not None,
        quote=" ".join((_words_of(left[-50:], -1) + family + _words_of(right[:30], 0)).split()),
    )


def _words_of(text: str, side: int) -> str:
    """The piece without the word that is cut in two at its end."""
    return (
        text[text.find(" ") + 1 :]
        if side < 0 and len(text) == 50
        else text.rpartition(" ")[0]
        if side == 0 and len(text) == 30
        else text
    )


def _given(left: str, title: bool) -> tuple[str, str]:
    """Given names before the family name, and what stands before them."""
    words = left.split(" ")
    if words and words[-1] == "":
        words.pop()
    elif left:
        return "", left  # glued to another word
    taken: list[str] = []
    while (
        words
        and len(taken) < MOST_GIVEN + 2
        and _is_given(words[-1], bool(taken), words[-2] if len(words) > 1 else None)
    ):
        taken.insert(0, words.pop())
    while taken and (is_particle(taken[0].rstrip(",")) or NICKNAME.fullmatch(taken[0])):
        words.append(taken.pop(0))  # the "de" of "ministro de España José Manuel Albares"
    taken = _without_office(taken, words, title)
    return " ".join(taken), " ".join(words)


def _is_given(word: str, inner: bool, before: str | None = None) -> bool:
    if INITIALS.fullmatch(word) or NICKNAME.fullmatch(word) or is_particle(word):
        return True
    if not CAPITALISED.fullmatch(word) or word.endswith((".", "-")) or SHORTENED.fullmatch(word):
        return False
    bare = plain(word).strip(".’'")
    if not inner and bare in GIVEN_TOO:
        return before is not None and (is_office_word(before) or is_domain(before))
    if not inner and is_country(word):  # "our guest, Jordan Field"; not "King of Jordan Field"
        previous = plain(before or "").strip(",.")
        return previous not in PLACED and not is_domain(previous)
    return not (
        bare in stop_words()
        or bare in COURTESY
        or bare in RANKS
        or is_honorific(word)
        or is_office_word(word)
        or is_domain(word)
        or bare.removesuffix("s") in ("minister", "secretarie", "president", "ambassador", "representative")
        or bare in ("gentleman", "lady")
        or len(bare) < 2
    )


def _without_office(taken: list[str], before: list[str], title: bool) -> list[str]:
    """Words of an office's object are not given names: "... for the Blue Delta Rosa Nunes" gives Rosa."""
    previous = plain(before[-1]).strip(",.") if before else ""
    doubtful = previous in ("of", "for", "the", "to", "and", "de", "del") or (
        is_domain(previous) and not before[-1].endswith(",")
    )
    ends = not before or (before[-1].endswith((".", "?", "!", "”")) and previous not in (*COURTESY, *RANKS))
    sentence = not title and ends
    plainly = [at for at, word in enumerate(taken) if not INITIALS.fullmatch(word)]
    if len(plainly) > 1 and (doubtful or sentence) and not is_particle(taken[plainly[-1]]):
        cut = next((at for at in plainly if plain(taken[at]) in known_given_names()), plainly[-1])
        while cut > 1 and is_particle(taken[cut - 1]):  # "... of Foreign Affairs Mohammed bin Abdulrahman Al-Thani"
            cut -= 2
        before.extend(taken[:cut])
        return taken[cut:]
    return taken if plainly or taken else []


def _following(right: str, before: str, title: bool) -> tuple[str, str]:
    """What belongs to the name behind the printed words, and the rest."""
    patronym = PATRONYM.match(right) if ROYAL.search(before) else None
    return (patronym[0].strip(), right[patronym.end() :]) if patronym else _family_first(right, before, title)


def _is_whole(words: str, before: str, title: bool) -> bool:
    """Whether the label's own words are a full name: "Sir Ivo Marsh"; a title has "Foreign Minister Prak Sovann"."""
    first, *others = plain(words).replace("-", " ").split()
    if not others or is_particle(first):
        return False
    return first in known_given_names() or (title and _names_office(before.split(" ")[-1]))


def _names_office(word: str) -> bool:
    return is_office_word(word) or is_honorific(word)


def _family_first(right: str, before: str, title: bool) -> tuple[str, str]:
    """Given names after the family name: "Foreign Minister Chung Eui-yong"; only where an office stands before."""
    last = before.split(" ")[-1] if before else ""
    if not (is_office_word(last) or is_honorific(last) or is_domain(last)):
        return "", right
    taken: list[str] = []
    rest = right
    while len(taken) < 2 and (match := NEXT_WORD.match(rest)):
        if not _is_given(match[1], True) or match[1].islower() or plain(match[1]) in SUFFIXES:
            break
        taken.append(match[1])
        rest = rest[match.end() :]
    return " ".join(taken), rest


def _office_before(left: str) -> str | None:
    """The words of an office that end where the name begins: "German Foreign Minister"."""
    words = left.split(" ")
    taken: list[str] = []
    while words and words[-1] and len(taken) < MOST_OFFICE:
        word = words[-1]
        if not _goes_on(word, taken, words):
            break
        taken.insert(0, words.pop())
    while taken and not (taken[0][:1].isupper() or is_office_word(taken[0])):
        taken.pop(0)
    while taken and plain(taken[-1]).strip(".,") in (*COURTESY, *TITLES):
        taken.pop()
    while taken and plain(taken[0]).strip(".,") in stop_words() and not is_office_word(taken[0]):
        taken.pop(0)
    if taken and plain(taken[-1]) == "and":
        return None  # "Secretary of State Ada Field and the Honorable"
    if len(taken) > 1 and taken[0].endswith(",") and taken[0].islower():
        taken.pop(0)  # "our keynote speaker, Foreign Minister"
    phrase = " ".join(taken).strip(" ,")
    return (
        phrase if any(is_office_word(part.strip(",")) or part.strip(".,").lower() == "head" for part in taken) else None
    )


def _goes_on(word: str, taken: list[str], words: list[str]) -> bool:
    bare = plain(word).strip(",.")
    if word.endswith((".", ":", "?", "!", ";", "–", "—")) and not SHORT.fullmatch(word):
        return False
    if word.endswith(",") or bare == "and":
        # "Ada Field and German Foreign Minister" ends here; "Foreign Affairs and Deputy Prime Minister" does not, nor
        # "Special Envoy for Women, Girls, and Human Rights"
        left = words[-2] if len(words) > 1 and bare == "and" else word
        if is_office_word(left.strip(",")) or is_domain(left):
            return bool(taken) or word.endswith(",")
        begins = bool(taken) and (is_office_word(taken[0]) or country_of(taken[0].strip(",")) is not None)
        return bool(taken) and not begins and left.endswith(",") and (bare == "and" or word[:1].isupper())
    if bare in ("of", "for", "the", "to", "large", "at", "a.i", "ad", "interim", "d’affaires", "d'affaires"):
        return bool(taken)
    if bare in stop_words() and not is_office_word(word) and not is_domain(word):
        return bare in TITLES and bool(words)
    return word[:1].isupper() or is_office_word(word) or bare in ("alternate", "former", "then")


def _office_after(right: str) -> str | None:
    match = OFFICE_AFTER.match(right)
    if match is None:
        return None
    phrase = LED.sub("", OFFICE_END.split(match["office"], maxsplit=1)[0].strip(" ,"))
    parts = phrase.split()
    told = any(
        is_office_word(part.strip(","))
        or NAMED.match(part)
        or part in ("editor", "anchor", "host", "correspondent", "reporter", "hosts")
        for part in parts
    )
    return phrase if parts and told and len(parts) <= MOST_OFFICE else None
