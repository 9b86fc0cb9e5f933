"""Step 7: who speaks. Pure; evidence weighed, NULL rather than a wrong name, and the evidence in words.

    label_names.py   a label taken apart: title, name       source.py      the remark as evidence; what a sign is
    heads.py         signs of byline, title, label          mentions.py    full names in titles and texts
    texts.py         signs of the text                      addresses.py   "Thank you, Tom"
    holders.py       signs of office and date (roster)      pairs.py       "... with you, Judy and Bernie"
    elsewhere.py     other governments, hosts on the air    interviews.py  who asks in an interview
    weighing.py      signs -> a person, or nobody           roles.py       official, guest, press ...
    facts.py         what relates the turns, once it is known who speaks

The same label has one speaker on a page. Signs are gathered best first, and no further than is needed: who stands in
byline or title, or holds the office on that day, is not looked for in the text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crawler.transcript.countries import HOME
from crawler.transcript.facts import relate
from crawler.transcript.labels import is_asking, part_of, role_of, without_aside
from crawler.transcript.names import (
    MADAM,
    bears,
    is_addressed,
    is_misspelt,
    known_given_names,
    name_words,
    same_given,
    same_person,
)
from crawler.transcript.speakers import elsewhere, heads, holders, mentions, roles, texts
from crawler.transcript.speakers.label_names import BETWEEN, LabelName, same_title, spaced, take_apart, titles
from crawler.transcript.speakers.source import Sign, Source, sign
from crawler.transcript.speakers.weighing import ENOUGH, Weighed, decide, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.items import Remark

# No label is printed and the byline names one person.
ALONE = 0.9
# The title names the one interviewer of a page on which QUESTION asks.
ASKS = 0.95
# Signs so strong need no other.
STRONG = 0.95
# A label with a typing error is another one of the page, or somebody of byline, title or roster.
SLIP = 0.9
# So much less where the page prints the other label.
SLIP_OF_LABEL = 0.95
# MS. HALE and Tom Hale; so little that no number of such signs is enough
OTHER_HONORIFIC = 0.2
# A namesake in another office than the label prints.
OTHER_TITLE = 0.6
# No page has more different labels (the most seen are 40), nor so many characters to look through for each of them (the
# most seen are 2 million); a turn costs as much as so many characters.
MOST_LABELS = 200
MOST_WORK = 20_000_000
WORK_OF_A_TURN = 100
# Of more labels that are alike none is a typing error of another.
MOST_ALIKE = 5
# Words that make no other title of one: "ACTING SECRETARY", "SECRETARY OF STATE"
UNSAID = BETWEEN | {"acting", "former", "us", "then"}


@dataclass(frozen=True, slots=True)
class _Speaker:
    """What a label says."""

    role: str
    found: Weighed | None = None
    weighed: Sequence[Weighed] = ()
    why: str | None = None
    """Why nobody was found."""
    named: bool = False
    """Whether the label names somebody."""
    beside: tuple[str, str | None] | None = None
    """Office and body that the text gives somebody of whom it gives no full name."""


def identify(remark: Remark) -> Remark:
    """The remark with role, person, office and evidence for each utterance, and with what relates its utterances."""
    source = Source(remark)
    turns: dict[str | None, list[str]] = {}
    for turn in remark.utterances:
        turns.setdefault(turn.label, []).append(turn.text)
    work = len(turns) * (sum(len(turn.text) for turn in remark.utterances) + WORK_OF_A_TURN * len(remark.utterances))
    if len(turns) > MOST_LABELS or work > MOST_WORK:
        return _unidentified(remark, len(turns))
    labels = {label: take_apart(label) for label in turns if label is not None}
    speakers: dict[str | None, _Speaker] = {
        label: _speaker(label, turns, labels, source) for label in turns if label is not None
    }
    if None in turns:
        speakers[None] = _unlabelled(source, speakers)
    told = _two_titles(speakers, labels, turns, source)
    fields = {label: _fields(speaker) for label, speaker in speakers.items()}
    doubtful = {turn.doubt: _of_nobody(turn.doubt) for turn in remark.utterances if turn.doubt}
    return relate(
        replace(
            remark,
            problems=(*remark.problems, *told, *_asked_twice(remark, speakers)),
            utterances=tuple(
                replace(turn, **fields[turn.label] | doubtful.get(turn.doubt or "", {})) for turn in remark.utterances
            ),
        )
    )


def _unidentified(remark: Remark, labels: int) -> Remark:
    """Roles alone, by the words of the labels: each label would be looked for in each turn."""
    words = f"nobody was looked for: {labels} different labels in {len(remark.utterances)} turns"
    turns = (replace(turn, role=role_of(turn.label or "") or "unknown", evidence=words) for turn in remark.utterances)
    return relate(replace(remark, problems=(*remark.problems, f"too_many_labels: {words}"), utterances=tuple(turns)))


def _speaker(
    label: str, turns: Mapping[str | None, Sequence[str]], labels: Mapping[str, LabelName], source: Source
) -> _Speaker:
    if part := role_of(label):
        return _part(label, part, labels, source)
    name = labels[label]
    if not name.name:
        return _by_office(name, source, turns[label])
    weighed = _weighed(name, source, label)
    if (found := decide(weighed)) is None or _is_composed(found, name, source):
        slips = _with_slips(label, labels, source) or _respaced(label, source)
        weighed = _agreed(found, slips) if found and slips else slips or weighed
    if decide(weighed) is None:
        weighed = _with_elsewhere(weighed, name, source)
    found = decide(weighed)
    likely = found or next((one for one in weighed[:1] if one.chance > holders.OTHER_OFFICE), None)
    role = roles.role(name, likely, source, turns[label], others=[other for other in labels if other != label])
    beside = None if found else texts.office_beside(name, source)
    if beside and not weighed and (told := roles.of_office(" of ".join(filter(None, beside)))):
        role = told
    return _Speaker(role, found, weighed, None if found else _why(weighed), named=True, beside=beside)


def _two_titles(
    speakers: dict[str | None, _Speaker],
    labels: Mapping[str, LabelName],
    turns: Mapping[str | None, Sequence[str]],
    source: Source,
) -> Iterator[str]:
    """Two titles on one page are two people, unless the page gives one person both: who fits keeps the name.

    MR and MS are two, too: where the given name does not tell, it is the one who speaks more often. The others are
    nobody then, and a problem says so: "MS. BLINKEN" beside "SECRETARY BLINKEN". Changes `speakers`.
    """
    problems, before = [], dict(speakers)
    named = [(label, name) for label, name in labels.items() if name.title and speakers[label].found]
    for label, name in named:
        found = speakers[label].found
        others = [
            other
            for other, another in named
            if found is not None
            and (theirs := before[other].found) is not None
            and same_person(theirs.name, found.name)
            and (
                (_differ(name, another) and _fits_better(another, name, theirs))
                or (_are_man_and_woman(name, another) and len(turns[other]) >= len(turns[label]))
            )
        ]
        if others and found is not None:
            why = f"the page prints {others[0]!r}, too: two titles are two people, and {found.name!r} is the other one"
            speaker = speakers[label]
            role = roles.role(name, None, source, ())
            speakers[label] = replace(speaker, role=role, found=None, weighed=speaker.weighed, why=why)
            problems.append(f"two_titles: {label!r} is given to nobody: {why}")
    return iter(problems)


def _asked_twice(remark: Remark, speakers: Mapping[str | None, _Speaker]) -> Iterator[str]:
    """Where the one who asks in an interview has two turns in a row, one of them may be an answer."""
    noted = {note.after for note in remark.notes}
    for position, (one, two) in enumerate(pairwise(remark.utterances), start=1):
        asks_on = one.label == two.label and role_of(one.label or "") == "press"
        if asks_on and position not in noted and speakers[one.label].found and not (one.doubt or two.doubt):
            yield (
                f"same_label_twice: {one.label!r} is printed at turns {position} and {position + 1}; "
                "one person asks, and a turn between them seems to be missing, or one is an answer"
            )


def _differ(one: LabelName, other: LabelName) -> bool:
    """Whether neither title is a part of the other, but for a typing error."""
    mine, theirs = (frozenset(name.title.split()) - UNSAID for name in (one, other))
    return not (mine <= theirs or theirs <= mine or is_misspelt((one.title,), (other.title,)))


def _are_man_and_woman(one: LabelName, other: LabelName) -> bool:
    """Whether one is called MR, and the other MS."""
    return (one.title == "mr" and other.title in MADAM) or (other.title == "mr" and one.title in MADAM)


def _fits_better(one: LabelName, other: LabelName, found: Weighed) -> bool:
    """Whether the first title is the person's office, and the second is not."""
    mine, theirs = titles(one), titles(other)
    if found.offices:
        return bool(mine & found.offices) and not theirs & found.offices
    return bool(mine) and not theirs


def _weighed(name: LabelName, source: Source, label: str) -> list[Weighed]:
    signs = [*heads.of_page_head(name, source), *holders.of_roster(name, source), *heads.of_itself(name, source)]
    signs = _addressed(name, signs)
    if not any(one.weight >= ENOUGH for one in signs):
        signs += heads.of_translation(name, source)
    if not any(one.weight >= STRONG for one in signs):
        signs += _addressed(name, texts.of_text(name, source, label))
        signs += _addressed(name, texts.of_spouse(name, source))
        signs += texts.of_outlet(name, source, label)
    if not any(one.weight >= ENOUGH for one in signs):
        signs += _addressed(name, texts.of_address(name, source, label))
    return _by_title(name, weigh(signs))


def _with_elsewhere(weighed: list[Weighed], name: LabelName, source: Source) -> list[Weighed]:
    """With those of other governments and of the air."""
    more = list(elsewhere.of_elsewhere(name, source))
    return weigh([*(own for one in weighed for own in one.signs), *more]) if more else weighed


def _addressed(name: LabelName, signs: Iterable[Sign]) -> list[Sign]:
    """Whose given name speaks against MR or MS is hardly meant."""
    return [
        one if is_addressed(name.title, one.name) else replace(one, weight=one.weight * OTHER_HONORIFIC)
        for one in signs
    ]


def _by_title(name: LabelName, weighed: list[Weighed]) -> list[Weighed]:
    """Of several people of one name the one whose office has the label's title: AMBASSADOR HALE, not Minister Hale."""
    if len(weighed) < 2 or not (title := titles(name)):
        return weighed
    most = max(len(title & one.offices) for one in weighed)
    fitting = [one for one in weighed if most and len(title & one.offices) == most]
    if len(fitting) == 1:
        for one in weighed:
            if one is not fitting[0]:
                one.signs = [replace(own, weight=own.weight * OTHER_TITLE) for own in one.signs]
    return sorted(weighed, key=lambda one: (one not in fitting, -one.rank, -one.chance)) if fitting else weighed


def _is_composed(found: Weighed, name: LabelName, source: Source) -> bool:
    """Whether the given name was said to the speaker, and nothing but the label prints the family name."""
    if found.best.method != "text":
        return False
    return not any(mentions.spelling(name.name, text, folded) for _, text, folded in source.texts)


def _agreed(composed: Weighed, slips: list[Weighed]) -> list[Weighed]:
    """Of a name that is put together and one that a typing error hides: the latter, or both where they are two."""
    meant = decide(slips)
    said = name_words(composed.name)[0]
    if meant is None or same_given(said, name_words(meant.name)[0]) or said not in known_given_names():
        return slips
    for one in (composed, meant):
        one.signs = [replace(own, weight=own.weight * OTHER_TITLE) for own in one.signs]
    return [composed, meant]


def _with_slips(label: str, labels: Mapping[str, LabelName], source: Source) -> list[Weighed]:
    """Taken for a typing error: another label of the page, or a name of byline, title or roster."""
    name = labels[label]
    others = [
        (other, f"the page's label {printed!r}", printed)
        for printed, other in labels.items()
        if printed != label and is_misspelt(name.name, other.name) and (other.heads == name.heads or not name.heads)
    ]
    others = others if len(others) <= MOST_ALIKE else []
    more = [
        (replace(name, name=words, printed=" ".join(words).upper()), where, label)
        for words, where in holders.of_misspelt(name, source)
    ]
    for other, where, printed in [*others, *more]:
        meant = replace(name, name=other.name, printed=other.printed, full=None)
        weighed = _weighed(meant, source, printed)
        if decide(weighed) is None:
            weighed = _with_elsewhere(weighed, meant, source)
        if decide(weighed) is not None:
            for one in weighed:
                note = f"{' '.join(name.name).upper()!r} taken for a typing error of {where}"
                slip = SLIP if printed == label else SLIP_OF_LABEL
                one.signs = [replace(own, weight=own.weight * slip, words=f"{own.words} ({note})") for own in one.signs]
            return weighed
    return []


def _respaced(label: str, source: Source) -> list[Weighed]:
    """Taken for a label with a space lost or added: "SECRETARYHALE", "SECRE TARY HALE"."""
    own = take_apart(label)
    for printed in spaced(" ".join(without_aside(label).partition(",")[0].split())):
        name = take_apart(printed)
        if (name.title, name.name) == (own.title, own.name):
            continue
        weighed = _weighed(name, source, label)
        if decide(weighed) is None:
            weighed = _with_elsewhere(weighed, name, source)
        if decide(weighed) is not None:
            for one in weighed:
                one.signs = [
                    replace(own, weight=own.weight * SLIP, words=f"{own.words} ({label!r} taken for {printed!r})")
                    for own in one.signs
                ]
            return weighed
    return []


def _part(label: str, part: str, labels: Mapping[str, LabelName], source: Source) -> _Speaker:
    """A label that names a part: one who asks by the title, or the one whom another label names with that part."""
    if part == "press" and is_asking(label) and len(source.interviewers) == 1:
        asker = source.interviewers[0]
        named = any(
            other.name and not role_of(text) and bears(other.name, asker.name, titled=False)
            for text, other in labels.items()
        )
        interview = source.remark.page.type == "Interview" or asker.outlet is not None
        asked = [person for person in source.byline if not same_person(person.name, asker.name)]
        if interview and not named and (asked or not source.byline):
            words = f"the title names {asker.name!r} of {asker.outlet!r} as the one who asks"
            asks = Sign(
                name=asker.name,
                office=None,
                organization=asker.outlet,
                method="title",
                weight=ASKS,
                words=words,
                kind="press",
            )
            return _Speaker(part, Weighed([asks]))
    if part == "press" and len(source.interviewers) > 1:
        names = ", ".join(asker.name for asker in source.interviewers)
        return _Speaker(part, why=f"the title names several who ask: {names}")
    asking = [person for person in source.byline if person.office and roles.of_office(person.office) == "press"]
    if part == "press" and is_asking(label) and len(asking) == 1 < len(source.byline):
        words = f"the byline names {asking[0].name!r} alone as one who asks"
        return _Speaker(part, Weighed([sign(source, asking[0].name, asking[0].office, None, "byline", ASKS, words)]))
    folded = part_of(label) or label.strip(".: ").casefold()
    bearers = [
        other for other in labels.values() if other.full and (other.after or "").partition(",")[0].casefold() == folded
    ]
    if len(bearers) == 1:
        return _Speaker(part, decide(weigh(heads.of_itself(bearers[0], source))))
    return _Speaker(part)


def _by_office(name: LabelName, source: Source, turns: Sequence[str]) -> _Speaker:
    """A label without a name, "THE SECRETARY": the one person of the byline who holds such an office."""
    held = [person for person in source.byline if person.office and same_title(name, person.office)]
    if len(held) != 1 or not name.heads:
        if not held and (weighed := weigh(holders.of_office(name, source))):
            found = decide(weighed)
            return _Speaker(roles.role(name, found, source, turns), found, weighed)
        role = roles.role(name, None, source, turns)
        return _Speaker(role, why="the label names no person, and the byline not exactly one of that office")
    words = f"the label names no person; the byline names {held[0].name!r} alone for that office"
    told = sign(source, held[0].name, held[0].office, None, "byline", ASKS, words)
    found = Weighed([told])
    return _Speaker(roles.role(name, found, source, turns), found)


def _unlabelled(source: Source, speakers: Mapping[str | None, _Speaker]) -> _Speaker:
    named = source.byline
    if len(named) != 1:
        return _Speaker("unknown", why=f"no label is printed and the byline names {len(named)} people")
    person = named[0]
    if any(speaker.found and same_person(speaker.found.name, person.name) for speaker in speakers.values()):
        return _Speaker("unknown", why=f"no label is printed, and elsewhere the page labels {person.name!r}")
    words = "no label is printed and the byline names one person"
    found = Weighed([sign(source, person.name, person.office, None, "byline", ALONE, words)])
    return _Speaker(roles.role(take_apart(""), found, source, ()), found)


def _why(weighed: Sequence[Weighed]) -> str:
    if not weighed:
        return "neither byline, title, text nor roster has the name"
    names = "; ".join(f"{one.name} ({one.best.words})" for one in weighed[:3])
    return f"not certain enough: {names}" if len(weighed) == 1 else f"may be several people: {names}"


def _fields(speaker: _Speaker) -> dict[str, Any]:
    """What every utterance under the label gets."""
    found = speaker.found
    if found is None:
        method = None if not speaker.named else "ambiguous" if len(speaker.weighed) > 1 else "none"
        candidates = tuple(one.candidate() for one in speaker.weighed)
        office, organization = speaker.beside or (None, None)
        known = {"office": office, "organization": organization, "evidence": speaker.why, "candidates": candidates}
        return {"role": speaker.role, "method": method, **known}
    told = found.candidate()
    return {
        "role": speaker.role,
        "person": told.person,
        "office": told.office,
        "organization": told.organization or (HOME if speaker.role in ("official", "spokesperson") else None),
        "method": told.method,
        "confidence": told.confidence,
        "evidence": told.evidence,
        "candidates": tuple(one.candidate() for one in speaker.weighed if one is not found),
    }


def _of_nobody(doubt: str) -> dict[str, Any]:
    """What overrides that where the label cannot be right, or none tells: nobody is named; the role stays."""
    nobody = dict.fromkeys(("person", "office", "organization", "confidence"))
    return {**nobody, "method": "none", "evidence": doubt, "candidates": ()}
