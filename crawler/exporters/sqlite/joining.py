"""Step 9: one row for a person whom pages name in two ways. Inside the caller's transaction.

"Hayashi Yoshimasa" and "Yoshimasa Hayashi", "S. Field" and "Sara Field" are one person where the names can be one
person's (roster/names.py) and pages give both the same office of the same country, within some years. Where a third
name fits one of them and not the other ("Sam Field"), "S. Field" could be either and stays a row of its own. Two people
of the roster are never joined, nor is a name that people_overrides.toml speaks of.

The table namings keeps every name with every post that a page gave it, and under which name it is kept; attributions
keep the name that the page has. So the rows are a function of all that was read, whatever came first, and what was
joined is parted again when a page shows that it was two. The row bears the roster's name, else the fullest; the ids of
the other names lead to it (former_ids.py).
"""

from __future__ import annotations

import json
import re
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from crawler.exporters.sqlite.former_ids import repoint_named, send_on
from crawler.exporters.sqlite.names import Naming, best_spelling, earliest, free_id, id_of, slug
from crawler.roster.model import ELSEWHERE
from crawler.roster.names import fold, fullness, may_be_one
from crawler.transcript.countries import HOME, country_of
from crawler.transcript.labels import is_office_word
from crawler.transcript.names import known_given_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    from sqlite_utils import Database

    from crawler.exporters.sqlite.people_file import Overrides
    from crawler.exporters.sqlite.relations import Named

# Of two names of one office, seen farther apart, the younger may be a son's.
MOST_YEARS = 8
# "Minister of Foreign Affairs and Deputy Prime Minister", "Alternate Prime Minister/Defense Minister"
BETWEEN_POSTS = re.compile(r"(?<!\s)\s++(?:and|&)\s++|[/,;]")
# "Foreign Minister of the State of Israel"; a "Minister of State for Trade" is not the minister
STYLE_OF_STATE = re.compile(r"\b(?:State|Kingdom|Republic|Sultanate|Commonwealth) of (?=[A-Z])")
# Letters that a country and its adjective share: Valmora, Valmoran
ADJECTIVE = 5
IDLE = frozenset(
    {"of", "for", "the", "and", "to", "in", "on", "a", "acting", "affairs", "relations", "designate", "his"}
)
ONE_WORD = {"external": "foreign", "defence": "defense", "vice": "deputy"}


class Post(NamedTuple):
    """An office, in any wording of it, and the country or body that it belongs to; both empty where not known."""

    office: str
    country: str


class Years(NamedTuple):
    """The first and the last date on which pages give somebody a post, or of a term; None where no page has a date."""

    first: str | None
    last: str | None

    def near(self, other: Years) -> bool:
        """Whether they overlap, or nearly. What has no date is near everything."""
        if self.first is None or self.last is None or other.first is None or other.last is None:
            return True
        gap = max(int(self.first[:4]), int(other.first[:4])) - min(int(self.last[:4]), int(other.last[:4]))
        return gap <= MOST_YEARS


NOWHERE = Post("", "")


def posts_of(office: str | None, organization: str | None) -> tuple[Post, ...]:
    """At least one, NOWHERE where nothing is known.

    "Indian External Affairs Minister" and "Minister of External Affairs" of India are one post.
    """
    country = country_of(organization or "") or organization or country_of(office or "")
    if not office or not country:
        return (NOWHERE,)
    parts = BETWEEN_POSTS.split(office)
    whole = all(any(map(is_office_word, part.split())) for part in parts)
    found = (_office(part, country) for part in (parts if whole else [office]))
    return tuple(dict.fromkeys(Post(office, country) for office in found if office)) or (NOWHERE,)


def _office(printed: str, country: str) -> str:
    """Its words in alphabetical order, without those of the country: "valmoran" of Valmora."""
    begun = tuple(word[:ADJECTIVE] for word in fold(country).split() if len(word) >= ADJECTIVE)
    words = [word for word in fold(STYLE_OF_STATE.sub("", printed)).split() if word not in IDLE]
    kept = (word for word in words if word == "state" or not (word.startswith(begun) or country_of(word)))
    return " ".join(sorted({ONE_WORD.get(word, word) for word in kept}))


def ids_of_people(db: Database, people: Iterable[Named], where: Naming, overrides: Overrides) -> dict[str, str]:
    """The id of each name that is not None. The operator's word goes before."""
    kept = [(one.person, overrides.name(one.person, where.url), one) for one in people if one.person is not None]
    new = {slug(name) for _, name, one in kept if _note(db, name, posts_of(one.office, one.organization), where)}
    join(db, new, overrides)
    return {printed: id_of(db, "people", name, where) for printed, name in {one[0]: one[1] for one in kept}.items()}


def _note(db: Database, name: str, posts: Iterable[Post], where: Naming) -> bool:
    """Keeps that a page gives the name these posts; whether that may join it to another, or part them."""
    plain, told = slug(name), False
    lead = db.execute("SELECT lead FROM namings WHERE plain = ?", [plain]).fetchone()
    for post in posts:
        key = [name, *post]
        held = "SELECT first_date, source, last_date FROM namings WHERE name = ? AND office = ? AND country = ?"
        row = db.execute(held, key).fetchone()
        first = earliest(row[:2], (where.date, where.remark_id)) if row else (where.date, where.remark_id)
        last = max(filter(None, (where.date, row and row[2])), default=None)
        if row == (*first, last):
            continue
        sql = "INSERT OR REPLACE INTO namings (plain, name, office, country, first_date, source, last_date, lead) "
        db.execute(f"{sql} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [plain, *key, *first, last, lead[0] if lead else plain])
        told = told or post != NOWHERE
    return told or lead is None


def join(db: Database, names: Iterable[str], overrides: Overrides) -> None:
    """Joins and parts these names, in plain letters, and all that hang together with them."""
    apart = frozenset(map(slug, (*overrides.merged, *overrides.split.values())))
    roster = _of_roster(db)
    done: set[str] = set()
    for plain in sorted(names):
        if plain not in done:
            together = _together(db, plain, roster, apart)
            done |= together.keys()
            _keep(db, _leads(together, roster.posts.keys()), overrides)


def join_all(db: Database, overrides: Overrides) -> None:
    """The same for all names: the roster has changed, or the operator's word."""
    join(db, [plain for (plain,) in db.execute("SELECT DISTINCT plain FROM namings").fetchall()], overrides)


def note_all(db: Database) -> None:
    """What the rows say of who spoke in which post: of a database that was written before names were kept.

    What they do not say, the bodies of further candidates, the next reading of the pages tells.
    """
    sql = """
        SELECT a.name, o.name, u.organization, r.date, r.id FROM attributions a
        JOIN utterances u ON u.id = a.utterance_id JOIN remarks r ON r.id = u.remark_id
        LEFT JOIN offices o ON o.id = a.office_id WHERE a.rank = 1 AND a.name IS NOT NULL ORDER BY r.date, r.id"""
    for name, office, organization, date, remark_id in db.execute(sql).fetchall():
        _note(db, name, posts_of(office, organization), Naming(remark_id, date))


def rename_naming(db: Database, name: str, into: str) -> None:
    """What pages gave to a name, in any spelling, they gave to another: the operator says so."""
    sql = "SELECT office, country, first_date, source, last_date FROM namings WHERE plain = ?"
    for office, country, first, source, last in db.execute(sql, [slug(name)]).fetchall():
        for date in dict.fromkeys((first, last)):
            _note(db, into, [Post(office, country)], Naming(source, date))
    db.execute("DELETE FROM namings WHERE plain = ?", [slug(name)])


class _Roster(NamedTuple):
    posts: Mapping[str, Mapping[Post, Years]]
    """By the name in plain letters."""
    of_word: Mapping[str, Sequence[str]]
    """Names by each of their words."""


_rosters: dict[int, _Roster] = {}
"""By edition; the last one only."""


def _of_roster(db: Database) -> _Roster:
    """The posts of the people of the roster."""
    (edition,) = db.execute("SELECT digest FROM editions WHERE name = 'roster'").fetchone() or (0,)
    if edition not in _rosters:
        posts: dict[str, dict[Post, Years]] = {}
        sql = """
            SELECT p.plain, o.name, o.kind, o.organization, t.start_date, t.end_date, t.ended
            FROM people p LEFT JOIN terms t ON t.person_id = p.id LEFT JOIN offices o ON o.id = t.office_id
            WHERE p.roster = 1"""
        for plain, office, kind, organization, start, end, ended in db.execute(sql):
            held = posts.setdefault(plain, {})
            for post in posts_of(office, organization if kind in ELSEWHERE else HOME):
                known = held.get(post, Years(start, start))
                last = end or (start if ended else "9999")
                held[post] = Years(min(known.first or start, start), max(known.last or last, last)) if start else known
        of_word: dict[str, list[str]] = {}
        for plain in posts:
            for word in set(plain.split("-")):
                of_word.setdefault(word, []).append(plain)
        _rosters.clear()
        _rosters[edition] = _Roster(posts, of_word)
    return _rosters[edition]


def _together(db: Database, plain: str, roster: _Roster, apart: Set[str]) -> dict[str, set[str]]:
    """The names that hang together with one, and with which of them each shares a post."""
    posts = {plain: _posts(db, plain, roster)}
    shared: dict[str, set[str]] = {plain: set()}
    waiting = [plain]
    while waiting:
        name = waiting.pop()
        for other in () if name in apart else _candidates(db, name, posts[name], roster):
            if other == name or other in apart or not may_be_one(_words(name), _words(other)):
                continue
            if other not in posts:
                posts[other] = _posts(db, other, roster)
            if _share(posts[name], posts[other]) and not {name, other} <= roster.posts.keys():
                if other not in shared:
                    waiting.append(other)
                shared.setdefault(other, set()).add(name)
                shared[name].add(other)
    return shared


def _posts(db: Database, plain: str, roster: _Roster) -> dict[Post, Years]:
    sql = "SELECT office, country, min(first_date), max(last_date) FROM namings WHERE plain = ? GROUP BY 1, 2"
    found = {Post(office, country): Years(first, last) for office, country, first, last in db.execute(sql, [plain])}
    found.pop(NOWHERE, None)
    return {**found, **roster.posts.get(plain, {})}


def _candidates(db: Database, name: str, posts: Iterable[Post], roster: _Roster) -> Iterator[str]:
    for post in posts:
        sql = "SELECT DISTINCT plain FROM namings WHERE office = ? AND country = ? ORDER BY 1"
        yield from (plain for (plain,) in db.execute(sql, post).fetchall())
    for word in name.split("-"):
        yield from roster.of_word.get(word, ()) if len(word) > 1 else ()


def _share(mine: Mapping[Post, Years], theirs: Mapping[Post, Years]) -> bool:
    return any(mine[post].near(theirs[post]) for post in mine.keys() & theirs.keys())


def _words(plain: str) -> str:
    return plain.replace("-", " ")


def _leads(shared: Mapping[str, Set[str]], of_roster: Set[str]) -> dict[str, str]:
    """Under which name each is kept: of those that share a post, and fit the same names among all of these."""

    def fits(one: str, other: str) -> bool:
        return one == other or (may_be_one(_words(one), _words(other)) and not {one, other} <= of_roster)

    fitting = {name: frozenset(other for other in shared if fits(name, other)) for name in shared}
    group = {name: {name} for name in shared}
    for one, other in combinations(sorted(shared), 2):
        if other in shared[one] and fitting[one] == fitting[other] and group[one] is not group[other]:
            group[one] |= group[other]
            group.update(dict.fromkeys(group[one], group[one]))
    return {name: max(group[name], key=lambda plain: _leading(plain, of_roster)) for name in shared}


def _leading(plain: str, of_roster: Set[str]) -> tuple[object, ...]:
    return plain in of_roster, fullness(_words(plain)), plain.split("-")[0] in known_given_names(), plain


def _keep(db: Database, leads: Mapping[str, str], overrides: Overrides) -> None:
    """Each of the names under the name that leads it: its turns, and what the rows say of it."""
    sql = "SELECT DISTINCT lead FROM namings WHERE plain = ?"
    before = {plain: lead[0] for plain in leads if (lead := db.execute(sql, [plain]).fetchone())}
    moved = [(plain, old, leads[plain]) for plain, old in before.items() if old != leads[plain]]
    db.conn.executemany("UPDATE namings SET lead = ? WHERE plain = ?", [[new, plain] for plain, _, new in moved])
    for plain, old, new in moved:
        if (row := _row(db, old)) is not None:
            is_meant = partial(_is_kept_as, plain, overrides)
            repoint_named(db, row, _row(db, new) or _made(db, new), is_meant)
    for lead in sorted({lead for _, *both in moved for lead in both}):
        _say(db, lead)
    for plain, _, new in moved:
        taken = db.execute("SELECT 1 FROM people WHERE id = ?", [plain]).fetchone()
        if plain != new and not taken:
            send_on(db, "people", plain, _row(db, new) or _made(db, new))


def _is_kept_as(plain: str, overrides: Overrides, printed: str) -> bool:
    return plain in (slug(printed), slug(overrides.name(printed, "")))


def _row(db: Database, plain: str) -> str | None:
    """The id of the row that bears a name."""
    row = db.execute("SELECT id FROM people WHERE plain = ? ORDER BY roster DESC, id", [plain]).fetchone()
    return str(row[0]) if row else None


def _made(db: Database, plain: str) -> str:
    """A row for the names that are kept under this one; _say() tells what of them."""
    id_ = free_id(db, "people", plain)
    (name, source) = db.execute("SELECT min(name), min(source) FROM namings WHERE plain = ?", [plain]).fetchone()
    db.table("people").insert({"id": id_, "name": name, "plain": plain, "source": source})
    db.execute("DELETE FROM former_ids WHERE kind = 'people' AND old_id = ?", [id_])
    return id_


def _say(db: Database, lead: str) -> None:
    """What the row of a leading name says: best spelling, all others, earliest page; nothing leads to it: it goes."""
    found = db.execute("SELECT plain, name, first_date, source FROM namings WHERE lead = ?", [lead]).fetchall()
    row = db.execute("SELECT id, roster FROM people WHERE plain = ? ORDER BY roster DESC, id", [lead]).fetchone()
    if row is None and not found:
        return
    id_, of_roster = row or (_made(db, lead), 0)
    if of_roster:
        return
    if not found:
        new = db.execute("SELECT lead FROM namings WHERE plain = ?", [lead]).fetchone()
        if new:  # else the roster has let go of somebody whom no page names so
            send_on(db, "people", id_, _row(db, new[0]) or _made(db, new[0]))
            db.execute("DELETE FROM people WHERE id = ?", [id_])
        return
    name = best_spelling("people", [name for plain, name, _, _ in found if plain == lead])
    others = sorted({name for _, name, _, _ in found} - {name})
    first, source = earliest(*((first, source) for _, _, first, source in found))
    kept = json.dumps(others, ensure_ascii=False) if others else None
    sql = "UPDATE people SET name = ?, other_names = ?, first_date = ?, source = ? WHERE id = ?"
    db.execute(sql, [name, kept, first, source, id_])
