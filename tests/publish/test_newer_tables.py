"""What the site makes of tables that only newer databases have: exchanges, statuses, former_ids."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from crawler.commands.browse import serve_line
from publish.served import free_port, serving


@pytest.fixture(scope="module")
def newer(twice, tmp_path_factory):
    """A question whose answer does not stand right behind it, and a release that is gone."""
    path = tmp_path_factory.mktemp("newer") / "remarks.db"
    shutil.copy(twice.output / "remarks.db", path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table if not exists exchanges (question_id, remark_id, answer_id, follow_up_of)")
        db.execute(
            "create table if not exists statuses "
            "(id integer primary key, remark_id, status, capture_id, seen_at, reason)"
        )
        db.execute("delete from exchanges")
        question, remark = db.execute(
            "select id, remark_id from utterances where speaker_role = 'press' order by remark_id, position"
        ).fetchone()
        answer, person, name = db.execute(
            "select u.id, p.id, p.name from utterances u join people p on p.id = person_id where remark_id = ? "
            "order by position desc",
            [remark],
        ).fetchone()
        db.execute(
            "insert into exchanges (question_id, remark_id, answer_id) values (?, ?, ?)", [question, remark, answer]
        )
        db.execute(
            "insert into statuses (remark_id, status, capture_id, seen_at, reason) "
            "values (?, 'gone', 1, '2026-03-05T10:00:00Z', 'status 404')",
            [remark],
        )
        db.execute("update remarks set status = 'gone' where id = ?", [remark])
        db.execute("insert into former_ids (kind, old_id, new_id) values ('people', 'once-so', ?)", [person])
        db.commit()
    port = free_port()
    with serving(serve_line(path, port), port, path) as running:
        running.question, running.answer, running.remark, running.person, running.name = (
            question,
            answer,
            remark,
            person,
            name,
        )
        yield running


def test_a_person_who_had_another_id_is_found_by_it(newer):
    answer = newer.get("/people/once-so")
    assert (answer.status, answer.headers["location"]) == (302, f"/people/{newer.person}")


def test_an_answer_is_the_one_that_the_crawler_found(newer):
    with closing(sqlite3.connect(newer.database)) as db:
        (text,) = db.execute("select text from utterances where id = ?", [newer.question]).fetchone()
    word = max((word for word in text.split() if word.isalpha()), key=len)
    rows = json.loads(newer.get(f"/remarks/answers_on_topic.json?_shape=array&topic={word}").text)
    assert [row["utterance_id"] for row in rows] == [newer.answer]
    asked = json.loads(newer.get(f"/remarks/questions_to.json?_shape=array&topic={word}&person={newer.name}").text)
    assert [row["utterance_id"] for row in asked] == [newer.question]
    assert newer.get(f"/people/{newer.person}").status == 200


def test_what_is_gone_is_told_with_its_reason(newer):
    assert "status 404" in newer.get("/changes").text
    assert "This page is gone" in newer.get(f"/r/{newer.remark}").text


def test_figures_follow_the_database(newer):
    """What is counted over the whole record is kept only until something is written."""
    newer.get("/")
    before = newer.get("/").text
    with closing(sqlite3.connect(newer.database)) as db:
        (remarks,) = db.execute("select count(*) from remarks").fetchone()
        db.execute("update remarks set host = 'elsewhere.state.gov' where id = ?", [newer.remark])
        db.commit()
        assert "elsewhere.state.gov" not in before
        assert "elsewhere.state.gov" in newer.get("/").text
    assert f"in {remarks} releases" in newer.get("/").text
