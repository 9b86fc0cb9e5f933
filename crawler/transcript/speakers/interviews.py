"""Step 7: who asks in an interview, by its title. Pure; "With Dana Bash of CNN State of the Union"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from crawler.transcript.countries import is_country
from crawler.transcript.labels import is_honorific, is_office_word
from crawler.transcript.names import INITIALS, clean, is_domain, is_particle, known_given_names
from crawler.transcript.plain import plain

# "... on NBC Meet the Press with Chuck Todd", "Interview by Charlie Rose"; the last one tells
WITH = re.compile(r"\b(?:with|by)\s+", re.I)
# "Judy Woodruff of PBS NewsHour", "Barry Schweid and George Gedda of Associated Press", "Wolf Blitzer on CNN"
FROM = re.compile(r"(?<!\s)\s++(?:[Oo]f|[Ff]rom|[Oo]n|[Ff]or|[Aa]t)\s++(?:[Tt]he\s++)?")
# "Hoda Kotb, NBC Today Show"
STATION = re.compile(r",\s+(?=[A-Z]{2,})")
# "Ted Koppel, Nightline", "Lida Holm, The Tern Times"; only where it says "interview"
COMMA = re.compile(r",\s+(?:[Tt]he\s+)?(?=[A-Z])")
# "the BBC's Kim Marsh", "Fox News’ Greta Holm"
OF = re.compile(r"(?:[Tt]he )?(?P<outlet>[A-Z][^,;:]{1,40}?)(?:[’']s|(?<=s)[’']) (?P<names>[A-Z].*)$")
# Who is interviewed together is no interviewer.
SAID = re.compile(r"^(?!.*\bjoint\b).*\binterview", re.I)
# "... of Politico and Jim Vance of Politico"
ANOTHER = re.compile(r"\band (?P<name>[^,]{1,80}?) (?:of|from) ")
# "on CBS Evening News with Norah O’Donnell", "on CNN’s Fareed Zakaria GPS with Fareed Zakaria"
ON = re.compile(r"\b(?:on|for)\s+(?:the\s+)?(?P<outlet>[A-Z][^,;:]{1,80})$", re.I)
AND = re.compile(r",\s*+(?:and\s++)?|(?<!\s)\s++(?:and|&)\s++")
# "With Dana Marsh of Tern TV - Port Alder"
DASH = re.compile(r" [-–|] ")
PLAIN_NAME = re.compile(r"[^\W\d_][\w’'.-]*")
# Words of a programme or station: such a phrase is no person's name ("Kuwait Television", "Good Morning America")
OUTLET_WORDS = frozenset(
    {
        "television",
        "tv",
        "radio",
        "news",
        "times",
        "post",
        "journal",
        "morning",
        "show",
        "today",
        "tonight",
        "press",
        "bbc",
        "cnn",
        "nbc",
        "abc",
        "cbs",
        "pbs",
        "npr",
        "msnbc",
        "fox",
        "sky",
        "al",
        "channel",
        "media",
        "network",
        "magazine",
        "group",
        "world",
        "daily",
        "evening",
        "nightly",
        "students",
        "staff",
        "reporters",
        "journalists",
        "editors",
        "board",
        "print",
        "outlets",
        "traveling",
        "leaders",
        "members",
        "civil",
        "society",
        "youth",
        "state",
        "department",
        "union",
        "university",
        "late",
        "edition",
        "face",
        "nation",
        "meet",
        "week",
        "report",
        "live",
        "espanol",
        "associated",
        "reuters",
        "agence",
    }
)
MOST_NAME_WORDS = 5
# "Remarks With Lida Holm of the Tern Bank": no place for which anybody asks
NO_PRESS = re.compile(
    r"\b(?:bank|university|college|school|council|institut\w+|foundation|fund|chamber|committee|commission|association|"
    r"organi[sz]ation|cent(?:er|re)|church|department|ministry|embassy|senate|congress|parliament|initiative|academy|"
    r"museum|forum|company|inc|corporation|united nations|microsoft|google|facebook|apple|boeing)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Interviewer:
    """One who asks."""

    name: str
    outlet: str | None
    """Station, paper or programme, as printed."""


@lru_cache(maxsize=1024)
def interviewers(title: str | None, *, said: bool = False) -> tuple[Interviewer, ...]:
    """Those whom the title names with the place they ask for, in printed order.

    Without such a place only where the title says that it is an interview, of one who is asked alone, or the page's
    type does (`said`). "With Mexican
    Foreign Secretary Marcelo Ebrard" names no interviewer: an office stands before the name.
    """
    text = clean(title or "")
    found = list(WITH.finditer(text))
    if not found:
        return ()
    asked = DASH.split(text[found[-1].end() :], maxsplit=1)[0].strip(" .")
    said = said or SAID.search(text) is not None
    printed, outlet = _parts(asked, said)
    outlet = outlet or _before(text[: found[-1].start()])
    names = [name.strip() for name in AND.split(printed) if name.strip()]
    if (outlet is None and not said) or not all(is_person(name) for name in names):
        return ()
    if outlet is None:  # "Interview With Young Professionals" names nobody
        known = all(plain(name.split()[0]) in known_given_names() for name in names)
        return tuple(Interviewer(name, None) for name in names) if known else ()
    if is_country(outlet) or NO_PRESS.search(outlet):
        return ()
    names += [more["name"] for more in ANOTHER.finditer(f"{outlet} ")]
    return tuple(Interviewer(name, outlet) for name in names)


def _parts(asked: str, said: bool) -> tuple[str, str | None]:
    """Names, and the place they ask for."""
    for split in (FROM, COMMA, STATION) if said else (FROM, STATION):
        names, *outlet = split.split(asked, maxsplit=1)
        if outlet and (split is not COMMA or (is_person(names) and _is_outlet(outlet[0]))):
            return names, outlet[0].strip()
    match = OF.match(asked) if said else None
    return (match["names"], match["outlet"]) if match else (asked, None)


def _is_outlet(text: str) -> bool:
    """Whether it is a station, paper or programme that stands behind a comma: "Nightline", "Face the Nation, CBS"."""
    words = text.partition(",")[0].split()
    told = any(plain(word).strip(".,") in OUTLET_WORDS or word.isupper() for word in words)
    return told or (len(words) == 1 and not is_country(words[0]))


def _before(text: str) -> str | None:
    match = ON.search(text.strip(" ,"))
    return match["outlet"].strip() if match else None


def is_person(name: str) -> bool:
    """Whether it is a person's name by its words, not a station's or an officer's."""
    words = name.split()
    if not 2 <= len(words) <= MOST_NAME_WORDS or is_particle(words[0]):
        return False
    return all(_is_name_word(word) for word in words) and not is_office_word(words[0]) and not is_honorific(words[0])


def _is_name_word(word: str) -> bool:
    if is_particle(word) or INITIALS.fullmatch(word):
        return True
    bare = plain(word).strip(".’'")
    fits = PLAIN_NAME.fullmatch(word) is not None and word[:1].isupper() and not word.endswith(("’s", "'s"))
    return (
        fits
        and bare not in OUTLET_WORDS
        and not is_domain(word)
        and not is_office_word(word)
        and not (word.isupper() and len(word) > 2)
    )
