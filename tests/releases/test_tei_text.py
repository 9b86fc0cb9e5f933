"""Turns as TEI: nothing lost, whatever stands in them."""

import json
import random
import sqlite3

import pytest
from exporters.made import full_remark, remark, turns
from lxml import etree

from crawler.exporters.corpus.tei import characters, person, utterance, when, xml_id
from crawler.exporters.sqlite.names import slug
from crawler.items import Comment, Utterance

from .asked import write
from .read_back import T, spoken

TURN = {
    "id": "a1-1", "speaker_role": "press", "person_id": None, "office_id": None, "interpreted": 0, "confidence": None,
    "language": None, "prev_id": None, "next_id": None,
}  # fmt: skip


def made(text, *comments):
    """Through bytes and back."""
    return etree.fromstring(etree.tostring(utterance(TURN | {"text": text}, comments), encoding="utf-8"))


def comment(kind, text, offset):
    return {"kind": kind, "text": text, "offset": offset}


def test_a_stage_direction_stands_where_it_stood():
    text = "Good. (Laughter.) Bad.\n\n(Applause.)"
    element = made(text, comment("laughter", "(Laughter.)", 6), comment("applause", "(Applause.)", 24))
    first, second = element.iterfind("t:seg", T)
    assert first.find("t:vocal[@type='laughter']/t:desc", T).text == "(Laughter.)"
    assert second.find("t:kinesic/t:desc", T).text == "(Applause.)"
    assert spoken(element) == text


@pytest.mark.parametrize(
    "comments",
    [
        [comment("footnote", "great", 4)],
        [comment("event", "words that are nowhere", 400)],
        [comment("event", "One\n\ntwo", 0)],
        [comment("event", "at no place", None)],
        [comment("laughter", "One\n", 0), comment("applause", "ne", 1)],
        [comment("laughter", "three", 9), comment("applause", "three", 9)],
    ],
)
def test_what_does_not_stand_there_stands_beside_and_changes_no_word(comments):
    text = "One\n\ntwo three"
    element = made(text, *comments)
    assert spoken(element) == text
    assert element.xpath("count(.//t:note[@place='beside'])", namespaces=T) >= 1
    assert len(element.xpath(".//t:seg/*", namespaces=T)) == len(comments)


def test_any_text_comes_back():
    """Seeded: pieces of every awkward kind in any order."""
    chance = random.Random(7)
    pieces = [
        "\n\n",
        "\n",
        "\r",
        " ",
        "\t",
        "<u>&",
        "]]>",
        "é",
        "\U0001f600",
        "\u2028",
        "\x85",
        "a",
        "(Laughter.)",
        "\n\n\n",
    ]
    for _ in range(300):
        text = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 12)))
        comments = [
            comment("laughter", "(Laughter.)", at) for at in range(len(text)) if text.startswith("(Laughter.)", at)
        ]
        element = made(text, *comments)
        assert spoken(element) == text, repr(text)
        assert len(element.findall(".//t:vocal", T)) == len(comments)


def test_what_xml_has_no_place_for_is_marked_and_moves_nothing():
    assert characters("a\x0bb\ufffe") == "a\ufffdb\ufffd"
    element = made("a\x0b (Laughter.)", comment("laughter", "(Laughter.)", 3))
    assert spoken(element) == "a\ufffd (Laughter.)"


def test_corrections_are_notes_beside_the_words(box, tmp_path):
    box.save(remark(turns(("MS FIELD", "We went to Valmora today."))))
    box.db.execute(
        """insert into corrections (utterance_id, "offset", said, corrected, how)
        select id, 11, 'Valmora', 'Ruritania', 'footnote' from utterances"""
    )
    box.db.conn.commit()
    write(box.store.path, "tei", tmp_path / "tei")
    tree = etree.parse(tmp_path / "tei" / "state-remarks.xml")
    tree.xinclude()
    (speech,) = tree.iterfind(".//t:u", T)
    assert spoken(speech) == "We went to Valmora today."
    note = speech.find(".//t:note", T)
    assert (note.get("type"), note.text, note.tail) == ("correction", "Ruritania", " today.")


def test_everything_that_a_remark_can_have_is_valid(box, tmp_path):
    box.save(full_remark())
    box.save(remark((), path="/statement/", wp_id=7, title=None, date=None, type=None, text="One.\n\nTwo \x0c."))
    box.db.execute("update remarks set original_url = 'https://www.state.gov/a/' where utterance_count = 0")
    shared = Utterance(label="Q\x0b", text="Hm.", comments=(Comment(kind="an odd kind!", text="Hm", offset=0),))
    box.save(remark((shared,), path="/odd/", wp_id=8, type="Q&A / <Other>"))
    box.db.execute(
        "insert into terms (person_id, office_id, start_date, end_date, acting, source) "
        "select p.id, o.id, '2021-01', 'about 2024', 1, 'https://example.org/a' from people p, offices o "
        "where p.roster = 0 and o.roster = 0"
    )
    box.db.execute("update remarks set language = 'en_US' where utterance_count = 1")
    box.db.execute("update remarks set language = 'no language!' where utterance_count = 2")
    box.db.execute("update offices set organization = 'U.S. Department of State'")
    box.db.execute("""update people set other_names = '["A. Field"]', identifiers = '{"wikidata": "Q1"}'""")
    box.db.conn.commit()
    write(box.store.path, "tei", tmp_path / "tei")
    tree = etree.parse(tmp_path / "tei" / "state-remarks.xml")
    tree.xinclude()
    etree.RelaxNG(etree.parse(tmp_path / "tei" / "state-remarks.rng")).assertValid(tree)
    held = tree.find(".//t:affiliation", T)
    assert (held.get("from"), held.get("to"), held.get("role")) == ("2021-01", None, "acting")
    assert held.get("ref") == "#" + tree.find(".//t:org", T).get("{http://www.w3.org/XML/1998/namespace}id")
    assert tree.findtext(".//t:idno[@type='wikidata']", namespaces=T) == "Q1"


def test_ids_are_names_and_never_the_same():
    ids = ["a1b2-1", "1 2", "1_20_2", "ø", slug("Bo Ås"), "a.b"]
    made = [xml_id("u", id_) for id_ in ids]
    assert made[0] == "u-a1b2-1"
    assert len(set(made)) == len(ids)
    assert all(etree.QName(name).localname == name for name in made)


def test_dates_that_tei_does_not_know_are_left_out():
    assert [when(value) for value in ("2021", "2021-01", "2021-01-26", "about 2021", None)] == [
        "2021", "2021-01", "2021-01-26", None, None,
    ]  # fmt: skip


def test_a_person_without_more_is_a_name():
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    row = db.execute("select 'ada' as id, 'Ada' as name, null as other_names, ? as identifiers", [json.dumps({})])
    element = person(row.fetchone(), [])
    db.close()
    assert [child.text for child in element] == ["Ada"]
