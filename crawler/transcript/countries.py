"""Step 7: the country or body of states that an office names. Pure; the words are data: crawler/data/countries.toml."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from crawler.data import load
from crawler.transcript.plain import plain

HOME = "United States"
# Offices that are sent somewhere: the country in them is not the holder's. "Ambassador to Algeria", "Envoy for Haiti"
SENT = re.compile(
    r"\b(?:assistant|under|deputy) secretary\b|"
    r"\A(?>.*?\b(?:envoy|representative|coordinator|ambassador|charg[eé]|advis[eo]r|director|consul(?: general)?)\b)"
    r".* (?:to|for|in)\b|\bbureau\b|\boffice\b|\bembassy\b",
    re.I,
)
# "U.S. Ambassador to Algeria", "American Ambassador", "Secretary of State of the United States"
AT_HOME = re.compile(r"\bu\.?s\.?(?:a\.?)?(?!\w)|\bunited states\b|\bamerican\b")

WORD = re.compile(r"[a-z.]+")


@cache
def _names() -> dict[str, str]:
    """Plain word or phrase -> country, longest first."""
    data = load("countries")
    both = data["countries"] | data["bodies"]
    found = {plain(word): name for name, more in both.items() for word in (name, *more)}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _names()))})(?!\w)")


@cache
def country_words() -> frozenset[str]:
    """Each plain word that is a part of a country's name or adjective."""
    return frozenset(part for name in _names() for part in WORD.findall(name) if len(part) > 2)


@lru_cache(maxsize=4096)
def country_of(phrase: str) -> str | None:
    """The first country that the phrase names, in full, the United States before any; None where it names none."""
    text = plain(phrase)
    if AT_HOME.search(text):
        return HOME
    match = _pattern().search(text)
    return _names()[match[0]] if match else None


@lru_cache(maxsize=512)
def _words_of(body: str) -> re.Pattern[str]:
    words = [plain(body), *(word for word, name in _names().items() if name == body)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


def names_body(body: str, folded: str) -> bool:
    """Whether a plain text has the name or an adjective of a country, a body of states, or any other of that name."""
    return _words_of(body).search(folded) is not None


def is_country(phrase: str) -> bool:
    """Whether it is the name of a country and nothing else."""
    return plain(phrase) in _names()


@lru_cache(maxsize=4096)
def home_of(office: str) -> str | None:
    """The country or body that an office belongs to; None where nothing tells.

    Not the one that its holder is sent to or deals with: "Special Envoy for Haiti"; but "Haitian Envoy".
    """
    country = country_of(office)
    if country in (None, HOME) or not SENT.search(office):
        return country
    return country if country_of(" ".join(office.split()[:2])) == country else None
