"""Every page and form of the site, over HTTP, on the sample site."""

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from xml.etree import ElementTree

import pytest
from datasette.utils import parse_metadata

from crawler.commands.browse import PUBLISH
from crawler.publish.site.marks import begun

ATOM = "{http://www.w3.org/2005/Atom}"
# the transcript that was changed
CHANGED = "Joint Press Availability"


@pytest.fixture(scope="module")
def db(site):
    with closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


@pytest.fixture(scope="module")
def changed(db):
    return db.execute("select * from remarks where revision = 2 and title like ?", [f"%{CHANGED}%"]).fetchone()


def test_start_page_tells_what_is_held(site, db):
    page = site.get("/")
    remarks, turns = db.execute("select count(*), sum(utterance_count) from remarks").fetchone()
    assert page.status == 200
    assert f"{turns} turns in {remarks} releases" in page.text
    assert 'class="verdict verdict-ok"' in page.text
    for (title,) in db.execute("select title from remarks order by date desc limit 3"):
        assert title.split(" ")[0] in page.text
    assert "<del>tails" in page.text
    assert "Most heard" in page.text


def test_a_transcript_shows_every_turn_once(site, db, changed):
    page = site.get(f"/r/{changed['id']}").text
    turns = db.execute(
        "select id, label from utterances where remark_id = ? order by position", [changed["id"]]
    ).fetchall()
    assert re.findall(r'<div class="turn[^"]*" id="([^"]+)"', page) == [turn["id"] for turn in turns]
    assert "through an interpreter" in page
    assert "This page" not in page
    assert "Changed after publication: this is revision 2" in page
    assert changed["url"] in page
    assert "sha256:" in page


def test_questions_look_otherwise_than_answers(site, db):
    (id_,) = db.execute("select remark_id from utterances where speaker_role = 'press' limit 1").fetchone()
    page = site.get(f"/r/{id_}").text
    asked = db.execute(
        "select count(*) from utterances where remark_id = ? and speaker_role = 'press'", [id_]
    ).fetchone()
    assert page.count('class="turn asking') == asked[0]


def test_comments_are_set_apart(site, db):
    comment = db.execute(
        "select * from comments where utterance_id is not null and kind = 'laughter' and \"offset\" is not null"
    ).fetchone()
    assert f"<em>{comment['text']}</em>" in site.get(f"/r/{comment['remark_id']}").text


def test_a_written_release_shows_its_text(site, db):
    remark = db.execute("select * from remarks where utterance_count = 0").fetchone()
    page = site.get(f"/r/{remark['id']}").text
    assert remark["text"].split("\n\n")[0].split(".")[0][:40] in page
    assert "<h3" not in page


def test_hits_are_marked_in_the_transcript(site, changed):
    page = site.get(f"/r/{changed['id']}?q=tile").text
    assert "<mark>tiles</mark>" in page
    assert 'class="turn c1 hit"' in page
    assert site.get(f"/r/{changed['id']}?q=tile+AND").status == 200
    assert "AND stands before a word" in site.get(f"/r/{changed['id']}?q=tile+AND").text


def test_a_turn_that_was_changed_after_publication_says_so(site, db, changed):
    page = site.get(f"/r/{changed['id']}").text
    turns = dict(re.findall(r'<div class="turn[^>]*id="([^"]+)">(.*?)</h3>', page, re.S))
    told = {id_ for id_, head in turns.items() if "changed after publication" in head}
    now = dict(db.execute("select id, label from utterances where remark_id = ?", [changed["id"]]).fetchall())
    assert told == {id_ for id_, label in now.items() if "MINISTER ŻUROVIČ" in (label or "")}
    assert told < set(turns) == set(now)
    assert f'href="/changes/{changed["id"]}/2"' in turns[min(told)]


def test_the_beginning_of_a_text_ends_with_a_whole_word():
    assert begun("a harbor", 8) == "a harbor"
    assert begun("a harbor", 7) == "a …"
    assert begun("a harbor of nets", 11) == "a harbor of …"
    assert begun("harbor", 3) == "har …"


def test_search_and_its_forms_say_the_same(site):
    page = site.get("/search?q=harbor").text
    body = json.loads(site.get("/search.json?q=harbor").text)
    rows = list(csv.DictReader(io.StringIO(site.get("/search.csv?q=harbor").text)))
    feed = ElementTree.fromstring(site.get("/search.atom?q=harbor").text)
    assert body["count"] == len(rows) == len(body["rows"]) == len(feed.findall(f"{ATOM}entry")) > 0
    assert f"{body['count']} turns, best match first" in page or f"{body['count']} turn, best" in page
    assert [row["id"] for row in rows] == [row["id"] for row in body["rows"]]
    for row in body["rows"][:20]:
        assert f"#{row['id']}" in page
    assert "<mark>" in page


@pytest.mark.parametrize(
    ("filters", "condition"),
    [
        ("role=press", "u.speaker_role = 'press'"),
        ("type=Interview", "r.type = 'Interview'"),
        ("host=2021-2025.state.gov", "r.host = '2021-2025.state.gov'"),
        ("since=2024-01-01&until=2024-12-31", "r.date between '2024-01-01' and '2024-12-31'"),
        ("speaker=Fenwick", "p.name like '%Fenwick'"),
    ],
)
@pytest.mark.parametrize("order", ["sort=date", "sort=relevance"])
def test_filters_take_what_does_not_fit(site, db, filters, condition, order):
    sql = f"""
        select u.id from utterances_fts f join utterances u on u.rowid = f.rowid
        join remarks r on r.id = u.remark_id left join people p on p.id = u.person_id
        where utterances_fts match 'text : the' and {condition}
    """
    rows = json.loads(site.get(f"/search.json?q=the&size=1000&{filters}&{order}").text)["rows"]
    assert {row["id"] for row in rows} == {row[0] for row in db.execute(sql)} != set()
    if order == "sort=date":
        assert [row["date"] for row in rows] == sorted((row["date"] for row in rows), reverse=True)


def test_filters_alone_are_a_search_too(site, db):
    speaker = json.loads(site.get("/search.json?speaker=Fenwick&size=1000").text)
    (turns,) = db.execute(
        "select count(*) from utterances join people p on p.id = person_id where name like '%Fenwick'"
    ).fetchone()
    assert speaker["count"] == len(speaker["rows"]) == turns
    releases = json.loads(site.get("/search.json?type=Interview").text)
    (held,) = db.execute("select count(*) from remarks where type = 'Interview'").fetchone()
    assert releases["count"] == held
    press = json.loads(site.get("/search.json?role=press&size=1000").text)
    assert press["count"] == db.execute("select count(*) from utterances where speaker_role = 'press'").fetchone()[0]


def test_pages_of_a_search_follow_one_another(site):
    everything = json.loads(site.get("/search.json?q=the&size=1000&sort=date").text)["rows"]
    first = json.loads(site.get("/search.json?q=the&size=3&sort=date").text)
    second = json.loads(site.get(first["next"].removeprefix(site.base)).text)
    assert [row["id"] for row in first["rows"] + second["rows"]] == [row["id"] for row in everything[:6]]
    assert 'rel="next"' in site.get("/search?q=the&size=3").text


def test_whole_releases_can_be_searched(site, db):
    (title,) = db.execute("select title from remarks where utterance_count = 0").fetchone()
    word = max(re.findall(r"[A-Za-z]+", title), key=len)
    assert title.split(" ")[0] in site.get(f"/search?in=remarks&q={word}").text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/search?q=grain+AND", "AND stands before a word"),
        ('/search?q="grain', "never closed"),
        ("/search?q=grain&since=yesterday", "no date"),
        ("/search?q=grain&since=20220501", "no date"),
        ("/search?q=grain&role=king", "no role"),
        ("/search?q=grain&page=0", "number from 1"),
        ("/search?q=grain&size=²", "number from 1"),
        ("/search?q=grain&sort=beauty", "relevance or date"),
        ("/search.json?q=(", "no word"),
        ("/search.csv?q=)", "no word"),
        ("/search.atom?q=NOT+a", "NOT takes"),
        ("/changes?kind=nice", "no kind"),
        ("/changes?page=-1", "number from 1"),
        ("/charts?by=colour", "can be type or speaker"),
        ("/charts/words?q=a,b,c,d,e,f,g", "can be compared"),
        ("/charts/words?q=—", "no word to count"),
    ],
)
def test_what_cannot_be_understood_is_told_in_words(site, path, told):
    page = site.get(path)
    assert page.status == 400
    assert told in page.text


@pytest.mark.parametrize(
    "path",
    ["/r/nothing", "/u/nothing-1", "/cite/nothing", "/people/nobody", "/changes/abc/2", "/nothing", "/r/nothing.json"],
)
def test_what_is_not_held_is_not_found(site, path):
    assert site.get(path).status == 404


def test_an_empty_field_is_taken_out_of_the_address(site):
    answer = site.get("/search?q=harbor&speaker=&role=&since=")
    assert (answer.status, answer.headers["location"]) == (302, "/search?q=harbor")


def test_permanent_links_lead_to_the_turn(site, db):
    (id_,) = db.execute("select id from utterances limit 1").fetchone()
    answer = site.get(f"/u/{id_}")
    assert (answer.status, answer.headers["location"]) == (302, f"/r/{id_.rpartition('-')[0]}#{id_}")


def test_a_citation_names_the_turn_and_the_page(site, db):
    row = db.execute(
        "select u.id, u.position, p.name, r.url, r.title from utterances u join people p on p.id = u.person_id "
        "join remarks r on r.id = u.remark_id where r.title not like '%“%' limit 1"
    ).fetchone()
    page = site.get(f"/cite/{row['id']}").text
    for name in ("Plain", "APA", "Chicago", "BibTeX"):
        assert f">{name}</h2>" in page
    assert page.count(row["url"]) >= 4
    assert page.count(f"turn {row['position']}") >= 4
    entry = site.get(f"/cite/{row['id']}.bib")
    assert entry.headers["content-type"].startswith("text/plain")
    assert f"author = {{{row['name']}}}" in entry.text
    assert site.get(f"/cite/{row['id'].rpartition('-')[0]}").status == 200


def test_a_person_has_offices_words_and_statements(site, db):
    row = db.execute(
        "select p.id, p.name, sum(word_count) as words from utterances join people p on p.id = person_id "
        "group by 1 order by 3 desc"
    ).fetchone()
    page = site.get(f"/people/{row['id']}").text
    assert f"<h1>{row['name']}</h1>" in page
    assert f"{row['words']:,} words in" in page
    assert '<svg class="chart"' in page
    assert "Latest statements" in page
    assert row["name"] in site.get("/people").text


def test_changes_show_the_words_that_went_and_came(site, changed):
    for path in ("/changes", f"/changes/{changed['id']}/2"):
        page = site.get(path).text
        assert "<del>tails" in page
        assert "<ins>tiles" in page
        assert "<del>PRIME </del>" in page
        assert "At a Joint" not in re.sub(r"<[^>]+>", "", page.split("<main", 1)[1].split("title</b>")[0])
    assert "tails" in site.get("/changes?kind=text").text
    assert "tails" not in site.get("/changes?kind=label").text


def test_charts_draw_what_is_counted(site, db):
    table = site.get("/charts").text.split("<tbody>", 1)[1]
    length = len(table.split('row">', 1)[1].split("<", 1)[0])  # 7 for months, 4 for years
    sql = f"select substr(date, 1, {length}), sum(word_count) from remarks where type = 'Interview' group by 1"
    for path in ("/charts", "/charts?by=speaker", "/charts?count=remarks", "/charts?by=speaker&count=remarks"):
        assert '<svg class="chart"' in site.get(path).text
    for year, words in db.execute(sql):
        figures = table.split(f">{year}</th>", 1)[1].split("</tr>", 1)[0]
        assert f"<td>{words:,}" in figures


def test_words_over_time_count_every_occurrence(site, db):
    said = 0
    for (text,) in db.execute("select text from utterances"):
        said += len(re.findall(r"\bharbors?\b", text, re.I))
    page = site.get("/charts/words?q=harbor,Harbor+Master").text
    assert f"harbor</a>: said {said} times" in page
    assert page.count("<polyline") >= 1


@pytest.mark.parametrize("path", ["/latest.atom", "/changes.atom", "/search.atom?speaker=Fenwick"])
def test_feeds_are_feeds(site, path):
    answer = site.get(path)
    feed = ElementTree.fromstring(answer.text)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    assert len({entry.find(f"{ATOM}id").text for entry in entries}) == len(entries)
    for entry in entries:
        assert site.get(entry.find(f"{ATOM}link").get("href").removeprefix(site.base)).status in (200, 302)
        assert entry.find(f"{ATOM}updated").text


def test_a_release_as_json_is_its_published_line(site, twice):
    line = twice.lines[-1]
    assert json.loads(site.get(f"/r/{line['id']}.json").text) == line


QUERIES = {
    "said_about": "person=Fenwick&topic=harbor",
    "answers_on_topic": "topic=harbor",
    "questions_to": "person=Fenwick&topic=the",
    "at_the_podium": "since=&until=",
    "changed_after_publication": "",
    "labels_without_a_person": "",
    "coverage_calendar": "",
}


@pytest.mark.parametrize("name", QUERIES)
def test_every_canned_query_is_described_and_finds_something(site, name):
    page = site.get(f"/remarks/{name}?{QUERIES[name]}")
    assert page.status == 200
    shown = json.loads(site.get(f"/remarks/{name}.json?_shape=array&{QUERIES[name]}").text)
    assert shown or name == "questions_to"
    described = parse_metadata((PUBLISH / "metadata.yaml").read_text("utf-8"))["databases"]["remarks"]["queries"]
    assert described[name]["title"] in page.text
    assert set(described) == set(QUERIES)
    assert described[name]["description"]


def test_a_canned_query_with_a_malformed_topic_finds_nothing(site):
    assert json.loads(site.get('/remarks/said_about.json?_shape=array&person=a&topic="x').text) == []


def test_columns_are_described_on_their_tables(site):
    assert "Exactly as printed, without the colon" in site.get("/remarks/utterances").text


def test_without_javascript_nothing_is_missing(site, changed):
    """Scripts are only files of ours, and no page needs one: every address above was read without any."""
    for path in (
        "/",
        "/search?q=harbor",
        f"/r/{changed['id']}",
        "/changes",
        "/charts",
        "/people",
        "/remarks/utterances",
    ):
        for script in re.findall(r"<script([^>]*)>([^<]*)", site.get(path).text):
            assert 'src="/' in script[0], path
            assert not script[1].strip(), path
        assert not re.search(r"<[^>]+\son[a-z]+\s*=", site.get(path).text), path
