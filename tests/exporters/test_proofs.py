"""What a 304 proves: to what it is credited, what is asked for whole, and any history at a host that follows HTTP."""

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import Unproven
from crawler.exporters.sqlite.store import Store
from crawler.exporters.sqlite.validators import conditions, objection
from crawler.web.exchange import Earlier

from .made import HOST, Box, assert_sound, at, remark, turns

PATH = "/briefing-on-the-harbor-accord/"
URL = f"https://{HOST}{PATH}"
ARCHIVE_COPY = "2021-2025.state.gov"


def said(text, **page):
    """A version of the first document."""
    return remark(turns(("MS FIELD", f"Good afternoon. {text}")), **page)


V1, V2 = said("The accord was signed at noon."), said("The accord was signed at dusk.")
OTHER = remark(turns(("QUESTION", "Is the bridge open?")), wp_id=9002, title="On the Bridge", date="2026-03-05")


def not_modified(box, hour, against, url=URL, **facts):
    """A 304 at the address, as the spider books it."""
    capture = box.capture(V1, hour, url=url, body=b"", status=304, **facts)
    return box.store.confirmed(capture, against)


def newest(box):
    return box.rows("SELECT revision, status FROM remarks JOIN urls ON remark_id = id WHERE urls.url = ?", URL)


# ---- which validators are sent ----


def test_the_validators_of_the_last_sight_are_sent_again_and_prove_it(box):
    saved = box.save(V1, etag='"1"')
    earlier = box.store.proof(URL)
    assert conditions(earlier) == {"If-None-Match": '"1"'}
    assert not_modified(box, 1, earlier.number) == saved.remark_id
    assert box.store.proof(URL) == earlier
    assert box.rows("SELECT outcome, confirms FROM captures ORDER BY id") == [
        ("ok", None),
        ("unchanged", earlier.number),
    ]


def test_a_version_without_validators_is_asked_for_whole_also_after_one_that_had_some(box):
    """v1 with a tag, v2 without, v1 again: the tag of v1 says nothing of v2."""
    box.save(V1, etag='"1"')
    box.save(V2, 1)
    assert conditions(box.store.proof(URL)) == {}
    assert box.store.known(URL).etag is None
    box.save(V1, 2, etag='"1"')
    assert newest(box) == [(3, "live")]
    assert conditions(box.store.proof(URL)) == {"If-None-Match": '"1"'}


def test_a_later_capture_of_the_same_version_lends_its_validators(box):
    box.save(V1)
    number = box.save(V1, 1, etag='"later"') and box.value("SELECT max(id) FROM captures")
    assert box.store.proof(URL).number == number


ASKED_WHOLE = {
    "a refused one": lambda box: box.capture(V2, 1, outcome="broken", etag='"bad"'),
    "a blocked one": lambda box: box.capture(V2, 1, outcome="blocked", etag='"bad"'),
    "a thinner one": lambda box: box.capture(V2, 1, outcome="thinner", etag='"bad"'),
    "one of another type": lambda box: box.capture(V2, 1, outcome="not_remarks", etag='"bad"'),
}


@pytest.mark.parametrize("case", ASKED_WHOLE)
def test_the_validators_of_an_answer_that_was_not_stored_are_never_sent(case, box):
    box.save(V1)
    ASKED_WHOLE[case](box)
    assert box.store.known(URL).etag is None


def test_an_archives_validators_are_never_sent_to_the_host(box):
    box.save(V1, etag='"archive"', via="wayback")
    assert box.store.proof(URL) is None


def test_where_another_document_was_seen_since_its_own_validators_are_sent(box):
    box.save(V1, etag='"1"')
    other = box.save(replace(OTHER, page=replace(OTHER.page, url=URL)), 1)
    assert conditions(box.store.proof(URL)) == {}
    assert box.store.known(URL).remark_id == other.remark_id


def test_where_the_remark_stands_elsewhere_now_the_page_is_asked_for_whole(box):
    box.save(V1, etag='"1"')
    box.save(said("The accord was signed at noon.", path="/accord/"), 1, etag='"2"')
    assert box.store.proof(URL) is None
    assert box.store.proof(f"https://{HOST}/accord/").etag == '"2"'


def test_a_copy_that_differs_from_the_home_is_asked_for_whole(box):
    box.save(V1, etag='"1"')
    copy = said("The accord was signed at dusk.", host=ARCHIVE_COPY)
    box.save(copy, 1, etag='"2"')
    assert box.store.proof(copy.page.url) is None


def test_both_ends_of_a_redirect_ask_with_the_tag_of_the_page(box):
    box.save(said("Noon.", path="/accord/"), requested_url=URL, etag='"1"')
    assert box.store.proof(URL) == box.store.proof(f"https://{HOST}/accord/")


TAGS = {
    '"5f3c"': {"If-None-Match": '"5f3c"'},
    'W/"5f3c"': {"If-None-Match": 'W/"5f3c"'},
    "*": {},
    "": {},
    '""': {},
    "5f3c": {},
    '"a", "b"': {},
    '"a\x1bb"': {},
    '"é"': {},
}


@pytest.mark.parametrize("tag", TAGS)
def test_only_a_tag_that_can_fit_one_page_alone_is_sent(tag):
    stamp = "Sun, 01 Mar 2026 00:00:00 GMT"
    assert conditions(Earlier(url=URL, fetched_at=at(0), number=1, etag=tag, last_modified=stamp)) == TAGS[tag]


DATES = {
    "Tue, 03 Mar 2026 23:58:59 GMT": True,
    "Tue, 03 Mar 2026 23:59:30 GMT": False,  # it may have changed again in the second in which it was captured
    "Wed, 04 Mar 2026 00:00:00 GMT": False,
    "Thu, 05 Mar 2026 00:00:00 GMT": False,
    "Tue, 03 Mar 2026 23:00:00": False,
    "yesterday": False,
    "": False,
}


@pytest.mark.parametrize("date", DATES)
def test_a_date_alone_is_sent_where_it_was_old_enough_when_the_page_was_captured(date):
    sent = conditions(Earlier(url=URL, fetched_at=at(0), number=1, last_modified=date))
    assert sent == ({"If-Modified-Since": date} if DATES[date] else {})


# ---- what a 304 is taken for ----

DATE, OLDER = "Sun, 01 Mar 2026 00:00:00 GMT", "Sun, 22 Feb 2026 00:00:00 GMT"
OBJECTIONS = {
    # validators held, address and validators of the 304; whether it proves what is held
    "no validators of its own": (('"1"', None), (URL, None, None), True),
    "the same tag": (('"1"', None), (URL, '"1"', None), True),
    "the same tag, once weak": (('"1"', None), (URL, 'W/"1"', None), True),
    "another tag": (('"1"', None), (URL, '"2"', None), False),
    "another weak tag": (('W/"1"', None), (URL, 'W/"2"', None), False),
    "from another address": (('"1"', None), (f"https://{HOST}/accord/", '"1"', None), False),
    "the same date": ((None, DATE), (URL, None, DATE), True),
    "no date": ((None, DATE), (URL, None, None), False),
    "an older date: set back to another version": ((None, DATE), (URL, None, OLDER), False),
}


@pytest.mark.parametrize("case", OBJECTIONS)
def test_what_a_304_may_say_of_itself(case, box):
    (etag, modified), (url, own_etag, own_modified), proves = OBJECTIONS[case]
    saved = box.save(V1, etag=etag, last_modified=modified)
    earlier = box.store.proof(URL)
    assert (objection(earlier, url, own_etag, own_modified) is None) == proves
    found = not_modified(
        box,
        1,
        earlier.number,
        url=url,
        requested_url=URL if url != URL else None,
        etag=own_etag,
        last_modified=own_modified,
    )
    if proves:
        assert found == saved.remark_id
        return
    assert isinstance(found, Unproven)
    assert box.rows("SELECT outcome, remark_id, confirms FROM captures ORDER BY id DESC LIMIT 1") == [
        ("unproven", None, None)
    ]
    assert box.value("SELECT last_seen_at FROM remarks") == at(0)


def test_a_304_is_not_credited_to_what_another_answer_of_the_run_has_changed_meanwhile(box):
    box.save(V1, etag='"1"')
    number = box.store.proof(URL).number
    box.save(V2, 1, etag='"2"')
    assert isinstance(not_modified(box, 2, number), Unproven)
    assert not_modified(box, 3, box.store.proof(URL).number) == box.value("SELECT id FROM remarks")


def test_a_304_of_an_older_archive_is_credited_to_what_its_run_asked_with(box):
    box.save(V1, etag='"1"')
    box.save(V2, 1)
    assert isinstance(not_modified(box, 2, None), Unproven)
    box.save(V2, 3, etag='"2"')
    assert not_modified(box, 4, None) == box.value("SELECT id FROM remarks")


# ---- any history ----


@dataclass
class Document:
    """What the server has: one document as it is now, with or without validators."""

    name: int
    version: int = 1
    etag: bool = True
    dated: bool = True

    def remark(self, path):
        head = {"wp_id": 9000 + self.name, "title": TITLES[self.name], "date": f"2026-03-0{self.name}"}
        words = f"Of talk {self.name} this is version {self.version}, as it was put up."
        return remark(turns(("MS FIELD", words), ("QUESTION", "Why?")), path=path, **head)

    def facts(self, path):
        weak = "W/" if self.version == 2 else ""
        day = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(days=3 * self.version + self.name)
        # tags are an address's own: what one document has at one address, another one has at the other
        tag = 3 * self.version + (self.name + PATHS.index(path)) % 3
        return {
            "etag": f'{weak}"{tag}"' if self.etag else None,
            "last_modified": format_datetime(day, usegmt=True) if self.dated else None,
        }


TITLES = {1: "Briefing on the Harbor Accord", 2: "Opening of the Lighthouse", 3: "A Toast to the Pilots of Ruritania"}
PATHS = ["/one/", "/two/"]
NAMES = st.sampled_from([1, 2, 3])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.builds(Document, NAMES, NAMES, st.booleans(), st.booleans())),
        st.tuples(st.just("put"), st.sampled_from(PATHS), NAMES | st.none()),
        st.tuples(st.just("swap")),
        st.tuples(st.just("look"), st.sampled_from(PATHS)),
        st.tuples(st.sampled_from(["broken", "blocked", "decoy"]), st.sampled_from(PATHS)),
    ),
    max_size=14,
)


class Server:
    """Two addresses of a host that follows RFC 9110, 13.2.2."""

    def __init__(self, box):
        self.box = box
        self.documents = {name: Document(name) for name in TITLES}
        self.holds = {path: number for number, path in enumerate(PATHS, 1)}
        self.hour = 0

    def look(self, path, outcome=None):
        """One request of the crawl; asked whole at once where the 304 proves nothing, as the spider does."""
        self.hour += 30
        url, box, document = f"https://{HOST}{path}", self.box, self.documents.get(self.holds[path])
        if document is None:
            box.miss(remark(path=path), self.hour)
            return
        if outcome:
            box.capture(document.remark(path), self.hour, outcome=outcome, **document.facts(path))
            return
        known, earlier = box.store.known(url), box.store.proof(url)
        sent = conditions(earlier) if known and known.outcome in ("ok", "unchanged") and earlier else {}
        if is_held(sent, **document.facts(path)):
            capture = box.capture(document.remark(path), self.hour, body=b"", status=304, **document.facts(path))
            if not isinstance(box.store.confirmed(capture, earlier.number), Unproven):
                return
            assert objection(earlier, url, **document.facts(path))
        box.save(document.remark(path), self.hour, **document.facts(path))

    def step(self, kind, *what):
        if kind == "edit":
            self.documents[what[0].name] = what[0]
        elif kind == "put":
            self.holds[what[0]] = what[1]
        elif kind == "swap":
            one, two = PATHS
            self.holds[one], self.holds[two] = self.holds[two], self.holds[one]
        else:
            self.look(*what, outcome=None if kind == "look" else kind)


def is_held(sent, etag, last_modified):
    if tag := sent.get("If-None-Match"):
        return etag is not None and tag.removeprefix("W/") == etag.removeprefix("W/")
    if (since := sent.get("If-Modified-Since")) is None or last_modified is None:
        return False
    return parsedate_to_datetime(last_modified) <= parsedate_to_datetime(since)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_any_history_ends_in_what_the_last_whole_answers_say(steps):
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "a.db", parser_version="1", durable=False) as db:
        box = Box(db, Path(folder))
        server = Server(box)
        for step in steps:
            server.step(*step)
        for _ in range(3):  # with a day between, so that whoever is missed is missed
            for path in PATHS:
                server.look(path)
        for path, name in server.holds.items():
            if name is None:
                continue
            page = server.documents[name].remark(path)
            shown = box.store.known(page.page.url).remark_id
            (row,) = box.rows("SELECT title, text, status FROM remarks WHERE id = ?", shown)
            assert row[:2] == (page.page.title, page.text)
            assert row[2] != "gone"
        assert_sound(box.db)
