"""Step 7: the country or body of states that an office names. Pure; the words are data: crawler/data/countries.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from crawler.transcript.plain import plain

HOME = "United States"
# "U.S. Ambassador to Algeria", "American Ambassador", "Secretary of State of the United States"
AT_HOME = re.compile(r"\bu\.?s\.?(?:a\.?)?(?!\w)|\bunited states\b|\bamerican\b")


@cache
def _names() -> dict[str, str]:
    """Plain word or phrase -> country, longest first."""
    data = tomllib.loads(files("crawler.data").joinpath("countries.toml").read_text("utf-8"))
    both = data["countries"] | data["bodies"]
    found = {plain(word): name for name, more in both.items() for word in (name, *more)}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _names()))})(?!\w)")


@cache
def country_words() -> frozenset[str]:
    """Each plain word that is a part of a country's name or adjective."""
    return frozenset(part for name in _names() for part in re.findall(r"[a-z.]+", name) if len(part) > 2)


@lru_cache(maxsize=4096)
def country_of(phrase: str) -> str | None:
    """The first country that the phrase names, in full: "Germany"; "United States"; None where it names none.

    What an officer of the United States is sent to is not his country: "U.S. Ambassador to Algeria".
    """
    text = plain(phrase)
    if AT_HOME.search(text):
        return HOME
    match = _pattern().search(text)
    return _names()[match[0]] if match else None


def is_country(phrase: str) -> bool:
    """Whether it is the name of a country and nothing else."""
    return plain(phrase) in _names()
