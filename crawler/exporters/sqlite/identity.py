"""Step 9: which work a page is, and which turn a turn is. Pure; ids are made here and nowhere else.

A remark is one work, whatever host or slug it stands under. Its id is minted when the work is first seen and never
derived again. Which work an incoming page is, `find` decides in this order:

(a) *WordPress id.* www.state.gov, 2021-2025 and 2017-2021 are clones of one installation, so one number is one work,
    provided that a path, the date or the title agrees with what is known of that work (any address, any revision):
    a site that is built anew may give its numbers again. Where the number is known, the work that was seen at the
    page's path with its date and title may be meant, too: pages that change numbers stay who they are. Where several
    works qualify, the one that agrees in most of title and date, then the one with the number.
(b) *Path*, where the page or the stored work has no WordPress id: the work that was seen under the host-independent
    path (crawler.web.urls.work_path). Where several were, the one that agrees in most, then the one that was
    seen there last. Not where both date and title are others.
(c) *Path as named*, where a page calls another address its own: the same, if both title and date agree.
(d) Else it is a new work. So an address that another document takes over (its path, another WordPress id) begins a
    new work; the old one keeps its history and loses the address.

`mint` makes the id: 12 hex digits of the SHA-256 of the work key, "wp:<WordPress id>" or, without one, "path:<path>".
If another work has that id (a number given again, a path taken over, a collision), the date is added to the key, then
a number. All this depends on the captures alone, in the order in which they were fetched: a rebuild mints the same.

The id of a turn is "<remark id>-<number>". In revision 1 the number is the position; a turn that a later revision adds
gets the next number that the remark has not yet used. `align` (alignment.py) says which turns of a new revision are
turns of the old one: those keep their id, also when their label or text was corrected.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import chain, count
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

from crawler.exporters.sqlite.alignment import align
from crawler.exporters.sqlite.words import repeats_itself

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Marks", "Work", "align", "find", "mint", "normalised", "utterance_id", "work_key"]

# the blanks, dash and comma of "Remarks to the Press – Ruritania, Day 2"
# An edited title of the same page: "…press availability-14" and "…-15", one name corrected.
ALIKE = 0.6
# Two titles of 240 letters, the most that there are, have 4,000 pairs of equal ones. Of such as have more the longest
# common sequence is taken, of which any two have more than half.
MOST_PAIRS = 20_000
ALIKE_LONG = 0.8
NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What an incoming page shows of its identity."""

    wp_id: int | None
    paths: frozenset[str]
    """Where it was seen."""
    named: frozenset[str] = frozenset()
    """Other paths that it calls its own."""
    title: str | None
    """Normalised."""
    date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is known of a stored work, over all its addresses and revisions."""

    id: str
    wp_ids: frozenset[int]
    paths: Mapping[str, int] = field(default_factory=dict)
    """Each path where it was seen, and the number of the capture that showed it there last."""
    named: frozenset[str] = frozenset()
    """Other paths that its pages called their own."""
    titles: frozenset[str] = frozenset()
    """Normalised."""
    dates: frozenset[str] = frozenset()


def normalised(title: str | None) -> str | None:
    """The title's letters and digits without case, accents' coding, dashes and blanks; None if none is left."""
    return NOT_WORD.sub("", unicodedata.normalize("NFKC", title or "").casefold()) or None


def alike(title: str, other: str) -> bool:
    """Whether one title may be an edit of the other."""
    one, two = (normalised(each) or "" for each in (title, other))
    return _are_alike(one, two)


def _are_alike(one: str, two: str) -> bool:
    """Of normalised titles."""
    if repeats_itself(one, two, MOST_PAIRS):
        return Indel.normalized_similarity(one, two, score_cutoff=ALIKE_LONG) >= ALIKE_LONG
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= ALIKE


def find(marks: Marks, works: Iterable[Work]) -> str | None:
    """The id of the work that the page is, by the rule above; None if it is a new one."""
    known = list(works)
    numbered = [work for work in known if marks.wp_id in work.wp_ids]
    meant = [work for work in numbered if _is_same(marks, work)]
    if numbered:
        meant += [work for work in known if work not in meant and _is_there(marks, work)]
    if meant:
        return max(meant, key=lambda work: _likeness(marks, work)).id
    open_ = [work for work in known if not (work.wp_ids and marks.wp_id is not None)]
    same = [work for work in open_ if not marks.paths.isdisjoint(work.paths) and not _is_other(marks, work)]
    same = same or [work for work in open_ if _is_named(marks, work)]
    return max(same, key=lambda work: _closeness(marks, work)).id if same else None


def _is_same(marks: Marks, work: Work) -> bool:
    """Path or title agree, or the date does and the titles are alike: many things are said on one day."""
    if not marks.paths.isdisjoint(work.paths) or marks.title in work.titles:
        return True
    return marks.date in work.dates and _has_title_like(work, marks.title)


def _is_there(marks: Marks, work: Work) -> bool:
    """Whether the work was seen at the page's path, with its date and title."""
    return not marks.paths.isdisjoint(work.paths) and marks.date in work.dates and _has_title_like(work, marks.title)


def _is_named(marks: Marks, work: Work) -> bool:
    """Whether one of the two names the other's path, and they agree in title and date."""
    all_ = marks.paths | marks.named
    common = not all_.isdisjoint(work.paths) or not all_.isdisjoint(work.named)
    return common and marks.title in work.titles and marks.date in work.dates


def _is_other(marks: Marks, work: Work) -> bool:
    """Another day and another title: another document stands at the address now. An edit leaves one of the two."""
    if marks.title is None or marks.date is None or not work.titles or not work.dates:
        return False
    return marks.date not in work.dates and not _has_title_like(work, marks.title)


def _has_title_like(work: Work, title: str | None) -> bool:
    return any(_are_alike(title or "", other) for other in work.titles)


def _agreements(marks: Marks, work: Work) -> int:
    path = not marks.paths.isdisjoint(work.paths)
    return path + (marks.title in work.titles) + (marks.date in work.dates)


def _likeness(marks: Marks, work: Work) -> tuple[int, bool, tuple[int, int, str]]:
    told = (marks.title in work.titles) + (marks.date in work.dates)
    return told, marks.wp_id in work.wp_ids, _closeness(marks, work)


def _closeness(marks: Marks, work: Work) -> tuple[int, int, str]:
    seen = max((work.paths[path] for path in marks.paths if path in work.paths), default=0)
    return _agreements(marks, work), seen, work.id


def work_key(wp_id: int | None, path: str) -> str:
    return f"path:{path}" if wp_id is None else f"wp:{wp_id}"


def mint(key: str, date: str | None, taken: Callable[[str], bool]) -> tuple[str, str]:
    """A new remark id, and the key that it was made from; `taken` says whether another work has an id."""
    dated = f"{key}@{date or 'undated'}"
    for full in chain((key, dated), (f"{dated}#{n}" for n in count(2))):
        minted = hashlib.sha256(full.encode()).hexdigest()[:12]
        if not taken(minted):
            break
    return minted, full


def utterance_id(remark_id: str, number: int) -> str:
    return f"{remark_id}-{number}"
