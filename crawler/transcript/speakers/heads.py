"""Step 7: signs of the page's head: byline and title; and of a label that is a full name. Pure.

A weight is the chance that such a sign, taken alone, is right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.transcript.bylines import unread
from crawler.transcript.countries import home_of
from crawler.transcript.names import bears, ends_with, is_name, known_given_names, name_words, same_person
from crawler.transcript.plain import plain
from crawler.transcript.speakers import mentions
from crawler.transcript.speakers.interviews import is_person
from crawler.transcript.speakers.label_names import same_title
from crawler.transcript.speakers.source import sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.transcript.speakers.label_names import LabelName
    from crawler.transcript.speakers.source import Sign, Source

BYLINE, BYLINE_INNER = 0.99, 0.95
TITLE, TITLE_BARE = 0.97, 0.9
LABEL, LABEL_ONLY = 0.85, 0.6
TRANSLATED = 0.9
# Words of a label of another language, title and name.
MOST_TITLE = 6
# Chinese and Japanese
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def of_page_head(label: LabelName, source: Source) -> Iterator[Sign]:
    """From byline and title."""
    for person in source.byline:
        if _is_called(label, person.name) and same_title(label, person.office or "") and not _is_spouse(label):
            inner = not ends_with(label.name, person.name)
            words = f"the byline names {person.name!r}"
            country = home_of(person.office or "")
            yield sign(source, person.name, person.office, country, "byline", BYLINE_INNER if inner else BYLINE, words)
    for asker in source.interviewers:
        if bears(label.name, asker.name, titled=False) and not label.heads:
            words = f"the title names {asker.name!r} of {asker.outlet!r} as the one who asks"
            yield sign(source, asker.name, None, asker.outlet, "title", TITLE, words, kind="press")
            return
    lines = [("byline", line) for line in unread(source.remark.page.byline)]
    for method, line in [*lines, ("title", source.title)]:
        for found in _mentioned(label, line):
            if found.name and is_name(found.name) and same_title(label, found.office or ""):
                telling = bool(found.office) or not label.heads
                words = f"the {method} has {found.quote!r}"
                country = home_of(found.office or "")
                yield sign(source, found.name, found.office, country, method, TITLE if telling else TITLE_BARE, words)


def _is_called(label: LabelName, name: str) -> bool:
    """Whether the label prints a part of the name, or all of it but the middle: "COLIN POWELL", Colin L. Powell."""
    whole = label.full is not None and same_person(label.full, name)
    return whole or bears(label.name, name, titled=not label.courtesy)


def _mentioned(label: LabelName, line: str) -> Iterator[mentions.Mention]:
    """The label's name in a headline, or, of a label that is a full name, one with other middle names."""
    yield from mentions.find(label.name, line, title=True)
    if label.full is not None:
        for found in mentions.find(label.name[-1:], line, title=True):
            if found.name and same_person(found.name, label.full):
                yield found


def of_translation(label: LabelName, source: Source) -> Iterator[Sign]:
    """A label whose title no list has, on a page in another language: it has a family name of the byline.

    "NGOẠI TRƯỞNG BLUM", "الوزير بلوم", and where no blanks are written 国务卿布卢姆; one of the byline, or nobody.
    """
    if label.title or len(label.name) > MOST_TITLE or not _is_foreign(label, source):
        return
    found = [person for person in source.byline if _has_family_name(label, person.name)]
    if len(found) == 1:
        words = f"the byline names {found[0].name!r}, and no other of that family name"
        yield sign(source, found[0].name, found[0].office, None, "byline", TRANSLATED, words)


def _is_foreign(label: LabelName, source: Source) -> bool:
    return not (source.remark.page.language or "en").startswith("en") or not plain(label.printed).isascii()


def _has_family_name(label: LabelName, name: str) -> bool:
    family = "".join(name_words(name)[-1:])
    if UNSPACED.search(label.printed):
        return len(family) > 1 and family in label.printed
    return len(label.name) > 1 and label.name[-1] == family


def _is_spouse(label: LabelName) -> bool:
    """State's house style has no MRS for an official."""
    return label.title.split(" ")[0] in ("mrs", "miss")


def of_itself(label: LabelName, source: Source) -> Iterator[Sign]:
    """A label that is a full name. Without a title it may be a paper's ("Agence Boréale"): a known given name tells."""
    name = label.full and (label.full.title() if label.full.isupper() else label.full)
    if not name or not is_person(name):
        return
    known = label.title or label.after or label.name[0] in known_given_names()
    weight = LABEL if known else LABEL_ONLY
    yield sign(source, name, label.after, home_of(label.after or ""), "label", weight, "the label is a full name")
