"""The views of who speaks, and what a revision leaves of exchanges and corrections."""

from dataclasses import replace
from itertools import permutations

import pytest

from crawler.items import Candidate, Correction, Exchange

from .made import full_remark, remark, turns

ASKED = turns(
    ("QUESTION", "Is it open?"),
    ("MS FIELD", "It is opened."),
    ("QUESTION", "But why?"),
    ("MS FIELD", "So."),
    ("MR LOST", "Hm."),
)


def made(*, path="/bridge/", wp_id=7):
    """A remark with everything that step 7 adds."""
    who = {"person": "Ada Field", "office": "Envoy", "organization": "United States", "method": "byline"}
    maybe = Candidate(person="Una Lost", method="text", confidence=0.8, evidence="the text has 'Una Lost'")
    doubt = Candidate(person="Ivo Lost", method="text", confidence=0.6, evidence="the text has 'Ivo Lost'")
    said = []
    for turn in ASKED:
        if turn.label == "MS FIELD":
            turn = replace(turn, **who, role="official", confidence=0.99, evidence="the byline names her")
        if turn.label == "MR LOST":
            turn = replace(turn, method="ambiguous", evidence="may be several people", candidates=(maybe, doubt))
        said.append(turn)
    said[1] = replace(
        said[1], corrections=(Correction(offset=6, said="opened", corrected="open", how="footnote"),), following=4
    )
    said[3] = replace(said[3], previous=2)
    held = remark(tuple(said), path=path, wp_id=wp_id)
    return replace(held, exchanges=(Exchange(question=1, answer=2), Exchange(question=3, answer=4, follow_up_of=1)))


def test_what_is_stored_is_asked_for(box):
    saved = box.save(made())
    rows = list(box.db.query("select person, office, organization, utterance_id from statements order by position"))
    assert [row["utterance_id"] for row in rows] == [f"{saved.remark_id}-2", f"{saved.remark_id}-4"]
    assert rows[0] | {"utterance_id": None} == {
        "person": "Ada Field",
        "office": "Envoy",
        "organization": "United States",
        "utterance_id": None,
    }
    (speaker,) = box.db.query("select person, turns, words, remarks, roles from speakers where person = 'Ada Field'")
    assert speaker == {"person": "Ada Field", "turns": 2, "words": 4, "remarks": 1, "roles": "official"}
    (label,) = box.db.query("select label, turns, pages, why from unresolved_labels")
    assert label == {"label": "MR LOST", "turns": 1, "pages": 1, "why": "may be several people"}


def test_exchanges_links_and_corrections_point_at_turns(box):
    id_ = box.save(made()).remark_id
    asked = list(box.db.query("select question_id, answer_id, follow_up_of from exchanges order by question_id"))
    assert asked == [
        {"question_id": f"{id_}-1", "answer_id": f"{id_}-2", "follow_up_of": None},
        {"question_id": f"{id_}-3", "answer_id": f"{id_}-4", "follow_up_of": f"{id_}-1"},
    ]
    links = list(box.db.query("select prev_id, next_id from utterances where label = 'MS FIELD' order by position"))
    assert links == [{"prev_id": None, "next_id": f"{id_}-4"}, {"prev_id": f"{id_}-2", "next_id": None}]
    (correction,) = box.db.query("select utterance_id, said, corrected, how from corrections")
    assert correction == {"utterance_id": f"{id_}-2", "said": "opened", "corrected": "open", "how": "footnote"}


def test_a_doubtful_candidate_is_told_but_made_no_person(box):
    box.save(made())
    names = {row["name"] for row in box.db.query("select name from people where name like '% Lost'")}
    assert names == {"Una Lost"}
    ranks = list(
        box.db.query(
            "select rank, method from attributions a join utterances u on u.id = a.utterance_id where label = 'MR LOST'"
        )
    )
    assert ranks == [{"rank": 1, "method": "ambiguous"}, {"rank": 2, "method": "text"}]


def test_a_turn_that_goes_takes_its_exchange_along(box):
    box.save(made())
    held = made()
    kept = (held.utterances[0], replace(held.utterances[1], following=None))
    box.save(replace(held, utterances=kept, exchanges=held.exchanges[:1]), 1)
    assert box.db.table("exchanges").count == 1
    assert list(box.db.query("pragma foreign_key_check")) == []


def test_the_same_again_writes_nothing(box):
    box.save(made())
    box.save(full_remark(), 1)
    before = list(box.db.query("select * from attributions order by 1, 2"))
    box.save(made(), 2)
    assert list(box.db.query("select * from attributions order by 1, 2")) == before


def lost_and_found(*, lost_date="2026-03-04", host="www.state.gov", others=(("Una Lost", "2026-03-05", 0.97),)):
    """A page that does not tell who MR LOST is, and pages that do."""
    page = remark(turns(("MR LOST", "Hm.")), path="/lost/", wp_id=1, date=lost_date)
    unknown = replace(page, utterances=(replace(page.utterances[0], method="none", evidence="nobody"),))
    pages = [unknown]
    for number, (name, date, confidence) in enumerate(others, start=2):
        told = {"person": name, "office": "Envoy", "method": "byline", "confidence": confidence, "evidence": "byline"}
        page = remark(turns(("MR LOST", "So.")), host=host, path=f"/told-{number}/", wp_id=number, date=date)
        pages.append(replace(page, utterances=(replace(page.utterances[0], **told),)))
    return pages


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_near_page_suggests_whom_a_label_names_in_any_order_of_fetching(box, order):
    pages = lost_and_found(others=(("Una Lost", "2026-03-05", 0.97), ("Una Lost", "2026-03-02", 0.95)))
    for hour, at in enumerate(order):
        box.save(pages[at], hour)
    (found,) = box.db.query("select label, person, office, method, confidence, days, near_url from near_pages")
    assert found == {
        "label": "MR LOST",
        "person": "Una Lost",
        "office": "Envoy",
        "method": "near_pages",
        "confidence": 0.5,
        "days": 1,
        "near_url": "https://www.state.gov/told-2/",
    }
    assert [row["person_id"] for row in box.db.query("select person_id from utterances where text = 'Hm.'")] == [None]


@pytest.mark.parametrize(
    "case",
    [
        {"others": (("Una Lost", "2026-03-09", 0.97),)},  # too far
        {"others": (("Una Lost", "2026-03-05", 0.8),)},  # not certain
        {"others": (("Una Lost", "2026-03-05", 0.97), ("Ivo Lost", "2026-03-05", 0.97))},
        {"host": "2021-2025.state.gov"},
        {"lost_date": None},
    ],
)
def test_a_page_that_suggests_nobody(box, case):
    for hour, page in enumerate(lost_and_found(**case)):
        box.save(page, hour)
    assert list(box.db.query("select * from near_pages")) == []
