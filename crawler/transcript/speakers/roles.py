"""Step 7: what part a speaker has in the event. Pure; the patterns are data: crawler/data/roles.toml.

Told by the label where it names a part (QUESTION), else by the office, the country, the roster; where nothing of that
is known, by the kind of event, and by whether the speaker mostly asks.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from crawler.data import load
from crawler.roster import roster
from crawler.transcript.countries import HOME, home_of
from crawler.transcript.labels import is_office_word, role_of
from crawler.transcript.names import bears
from crawler.transcript.speakers.holders import PODIUM, SPOKESPERSONS, is_daily
from crawler.transcript.speakers.label_names import take_apart
from crawler.web.types import holds_speech

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.roster import Person, Term
    from crawler.transcript.speakers.label_names import LabelName
    from crawler.transcript.speakers.source import Source
    from crawler.transcript.speakers.weighing import Weighed

# "At a Meet and Greet with Embassy Suva Personnel", "Remarks to Mission India Staff": a colleague hosts
OWN_HOUSE = re.compile(r"\b(?:embassy|consulate|(?:tri-)?mission|meet and greet|staff|personnel|employees)\b", re.I)
# "At the Council on Foreign Relations", "At Tern University": who asks there by name is of the house
HOSTED = re.compile(
    r"\b(?:university|college|school|council on|institut\w+|foundation|chamber of|association|academy|forum|"
    r"center for|centre for|club of|town hall)\b",
    re.I,
)
BRIEFING = re.compile(r"\bbriefing\b|\bteleconference\b|\bon-the-record\b|\bbackground\b", re.I)
# "2/8/00 Albright interview on CNN", "... on NBC's Meet the Press", "... with Jim Lehrer of PBS"
ON_AIR = re.compile(
    r"\binterview|\b(?:cnn|bbc|nbc|abc|cbs|pbs|npr|msnbc|fox|sky|c-span|face the nation|meet the press|this week|"
    r"late edition|newshour|nightline|good morning america|today show|radio|television|tv)\b",
    re.I,
)
# Ranks that tell nothing of whom one serves.
PLAIN_RANKS = frozenset({"dr", "doctor", "prof", "professor", "judge", "hon", "honorable", "sheikh", "shaikh"})
# Share of all turns that whoever gives the daily briefing has.
BRIEFS = 0.3
# Turns of a speaker that must be held before his questions are counted, and the share that tells.
LEAST_TURNS = 2
MOSTLY = 0.5


def role(
    label: LabelName, found: Weighed | None, source: Source, turns: Sequence[str], *, others: Sequence[str] = ()
) -> str:
    """The role of whoever speaks these turns; `others` are the other labels of the page."""
    if label.after and (part := role_of(label.after)):
        return part
    # "MODERATOR HALE"; a "CHAIR HALE" holds an office
    if len(label.name) > 1 and not is_office_word(label.name[0]) and (part := role_of(label.name[0])):
        return part
    if found is not None and (told := _of_person(label, found, source)):
        return told
    told = _of_title(label) or _of_event(label, source, turns)
    if found is not None and found.best.method == "byline" and (told == "press" or _is_own(found, source)):
        return "official"  # whom the byline names answers in an interview
    # an official is introduced with his office, which would have told
    introduced = found is not None and found.best.method == "text" and bool(label.title)
    # who takes part beside an official and is none himself is a guest, though nobody knows his name
    another = any(not bears(label.name, person.name, titled=True) for person in source.byline)
    beside = bool(label.name and (label.title or label.full)) and (
        another or any(take_apart(one).heads for one in others)
    )
    return "guest" if told == "unknown" and (introduced or beside) else told


def _is_own(found: Weighed, source: Source) -> bool:
    """Whether State puts up what its own people say: the byline names this one alone, and an office."""
    words = (found.best.office or "").split()
    return len(source.byline) == 1 and any(map(is_office_word, words))


def _of_person(label: LabelName, found: Weighed, source: Source) -> str | None:
    if any(sign.kind == "press" for sign in found.signs):
        return "press"
    if any(sign.kind == "spouse" for sign in found.signs):
        return "guest"
    person = next((sign.person for sign in found.signs if sign.person is not None), None)
    terms = roster_terms(person, source)
    podium = label.courtesy or is_daily(source)
    if any(term.office.kind in SPOKESPERSONS or (term.office.id in PODIUM and podium) for term in terms):
        return "spokesperson"
    if terms:
        return "official" if any(not term.office.elsewhere for term in terms) else "guest"
    if told := _of_namesake(found.name, source):
        return told
    for sign in found.signs:
        if sign.method != "office_date" and sign.office and (told := of_office(sign.office)):
            return told
    return None


def _of_namesake(name: str, source: Source) -> str | None:
    """By that full name, of whoever held an office elsewhere on the day: a host of a programme, a foreign minister."""
    known = roster().person_by_name(name) if source.day is not None else ()
    held = [term.office for person in known for term in roster_terms(person, source) if term.office.elsewhere]
    return ("press" if held[0].kind == "press" else "guest") if held else None


def roster_terms(person: Person | None, source: Source) -> tuple[Term, ...]:
    if person is None or source.day is None:
        return ()
    return roster().offices_of(person, source.day)


@lru_cache(maxsize=4096)
def of_office(office: str) -> str | None:
    """By an office as printed: "German Foreign Minister", "President of Palau", "Acting Assistant Secretary"."""
    return "guest" if home_of(office) not in (None, HOME) else _by_pattern(office, "office")


def _of_title(label: LabelName) -> str | None:
    words = label.title.split()
    if not words or all(word in PLAIN_RANKS for word in words):
        return None
    if label.courtesy:
        return None
    told = _by_pattern(label.title, "label")
    return told or ("guest" if words[-1] in ("president", "chancellor", "minister", "governor") else None)


def _of_event(label: LabelName, source: Source, turns: Sequence[str]) -> str:
    page = source.remark.page
    title = source.title
    asks = sum(text.rstrip('”"’)] ').endswith("?") for text in turns)
    if page.type == "Interview" or source.interviewers or (ON_AIR.search(title) and not BRIEFING.search(title)):
        return "press"
    if len(turns) >= LEAST_TURNS and asks >= MOSTLY * len(turns):
        return "guest" if HOSTED.search(" ".join((title, *page.places))) else "press"
    if is_daily(source) and label.courtesy and len(turns) >= BRIEFS * len(source.remark.utterances):
        return "spokesperson"  # who answers there, though nobody knows his name
    if not label.title:
        return "press" if asks else "unknown"
    if BRIEFING.search(f"{page.type} {title}") and holds_speech(page.type) is not False:
        return "official"
    if OWN_HOUSE.search(" ".join((title, *page.places))):
        return "official"
    return "unknown"


@cache
def _roles() -> tuple[tuple[str, str, tuple[re.Pattern[str], ...]], ...]:
    data = load("roles")
    return tuple(
        (row["name"], row["told_by"], tuple(re.compile(p, re.IGNORECASE) for p in row["patterns"]))
        for row in data["role"]
    )


@lru_cache(maxsize=4096)
def _by_pattern(words: str, told_by: str) -> str | None:
    for name, source, patterns in _roles():
        if source in (told_by, "both") and any(pattern.search(words) for pattern in patterns):
            return name
    return None
