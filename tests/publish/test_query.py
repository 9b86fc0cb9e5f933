import contextlib
import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.publish.site.query import BadQuery, parse


@pytest.mark.parametrize(
    ("typed", "fts"),
    [
        ("grain corridor", '("grain" AND "corridor")'),
        ("grain AND corridor", '("grain" AND "corridor")'),
        ('"food security" OR grain', '("food security" OR "grain")'),
        ("“food security”", '"food security"'),
        ("grain -corridor", '("grain" NOT ("corridor"))'),
        ("grain NOT corridor wheat", '(("grain" AND "wheat") NOT ("corridor"))'),
        ("sanct*", '"sanct" *'),
        ("(a OR b) c", '((("a" OR "b")) AND "c")'),
        ("text:x", '"text:x"'),
        ("a NEAR b", '("a" AND "NEAR" AND "b")'),
        ("grain and corridor", '("grain" AND "and" AND "corridor")'),
        ("universi*", '("universi" * OR "universic")'),
        ('"food securit"*', '("food securit" * OR "food security")'),
        ("a - b — c", '("a" AND "b" AND "c")'),
    ],
)
def test_what_is_typed_becomes_quoted_words(typed, fts):
    assert parse(typed).fts == fts


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "no word"),
        ("—", "no word"),
        ('"grain', "never closed"),
        ("(grain", "never closed"),
        ("grain)", "never opened"),
        ("grain AND", "AND stands before a word"),
        ("OR grain", "OR stands between two words"),
        ("NOT grain", "NOT takes something away"),
        ("grain OR", "OR stands before a word"),
        ("grain NOT", "NOT stands before a word"),
        ("()", "no word"),
        ("x" * 501, "500 characters"),
        ("a " * 41, "40 words"),
        ("(" * 14 + "a" + ")" * 14, "12 deep"),
    ],
)
def test_what_cannot_be_understood_is_explained(typed, told):
    with pytest.raises(BadQuery, match=told):
        parse(typed)


@pytest.mark.parametrize(
    ("beginning", "found", "left"),
    [
        ("universi", {"university", "universities"}, {"unit"}),
        ("diplomati", {"diplomatic", "diplomatically"}, {"dip"}),
        ("organiza", {"organization", "organizations"}, {"orbit"}),
        ("happin", {"happiness"}, {"hap"}),
        ("governme", {"government", "governments", "governmental"}, {"gown"}),
        ("terroris", {"terrorism", "terrorist", "terrorists"}, {"tern"}),
        ("russi", {"Russia", "Russians"}, {"Russ", "rust"}),
        ("sanctio", {"sanction", "sanctioned"}, {"sanctum"}),
    ],
)
def test_the_beginning_of_a_word_finds_words_whose_stem_is_shorter(beginning, found, left):
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        db.execute("create virtual table t using fts5(text, tokenize = 'porter unicode61 remove_diacritics 2')")
        db.executemany("insert into t values (?)", [(word,) for word in found | left])
        rows = db.execute("select text from t where t match ?", [parse(f"{beginning}*").fts])
        assert {text for (text,) in rows} == found


def test_words_to_look_for_are_told_without_those_behind_not():
    assert parse('grain "food security" NOT wheat').words == ("grain", "food security")


@pytest.fixture(scope="module")
def index():
    db = sqlite3.connect(":memory:")
    db.execute("create virtual table t using fts5(text, label, tokenize = 'porter unicode61 remove_diacritics 2')")
    db.execute("insert into t values ('the grain corridor of Ruritania', 'MS FIELD')")
    yield db
    db.close()


SIGNS = st.sampled_from([*list("\"()*-_:^{}+,.\\'“”\x00\x02 "), "AND", "OR", "NOT", "NEAR", "grain", " corridor ", "é"])


@given(typed=st.one_of(st.text(), st.lists(SIGNS).map("".join)))
@example(typed='"_" OR grain')
@example(typed="a * b")
@example(typed="grain NOT _")
def test_nothing_that_is_typed_is_an_error_of_the_index(index, typed):
    with contextlib.suppress(BadQuery):
        fts = parse(typed).fts
        found = index.execute("select count(*) from t where t match ?", [f"text : {fts}"]).fetchone()
        assert found in [(0,), (1,)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("grains", 1),
        ('"grain corridor"', 1),
        ('"corridor grain"', 0),
        ("ruri*", 1),
        ("ruri", 0),
        ("wheat OR corridor", 1),
        ("grain NOT corridor", 0),
        ("field", 0),
        ("grain —", 1),
        ("grain _", 1),
    ],
)
def test_the_index_understands_it(index, typed, found):
    sql = "select count(*) from t where t match ?"
    assert index.execute(sql, [f"text : {parse(typed).fts}"]).fetchone() == (found,)
