"""Every form is read back by a program that is not ours, and holds the same turns and words as the database."""

import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys

import duckdb
import jsonschema
import pytest
import yaml
from lxml import etree

from crawler.exporters.sqlite.words import count_words

from .asked import write
from .read_back import SCHEMA, T, all_of_tei, main, spoken

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def turns(held):
    return held.rows(
        "select u.id, u.text, u.word_count from utterances u join remarks r on r.id = u.remark_id "
        "order by r.date is null, r.date, r.id, u.position"
    )


def test_json_lines_fit_the_shipped_schema_and_hold_the_newest_revisions(held, exports):
    check = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    lines = [json.loads(line) for line in exports.path("jsonl").read_text("utf-8").splitlines()]
    for line in lines:
        check.validate(line)
    assert [(u["id"], u["text"]) for line in lines for u in line["utterances"]] == [row[:2] for row in turns(held)]
    assert sum(line["word_count"] for line in lines) == held.rows("select sum(word_count) from remarks")[0][0]
    keys = [(line["date"], line["id"], line["revision"]) for line in lines]
    assert keys == held.rows("select date, id, revision from remarks order by 1, 2")
    assert 2 in {line["revision"] for line in lines}


def test_json_lines_tell_address_and_status_as_they_are_now(held, exports, tmp_path):
    database = tmp_path / "remarks.db"
    with sqlite3.connect(held.output / "remarks.db") as source, sqlite3.connect(database) as copy:
        source.backup(copy)
        copy.execute("update lines set line = json_remove(line, '$.original_url')")  # as an older program made it
        copy.execute("update remarks set status = 'gone' where id = (select min(id) from remarks)")
    source.close()
    copy.close()
    write(database, "jsonl", tmp_path / "now.jsonl")
    before, after = (
        {line["id"]: line for line in map(json.loads, path.read_text("utf-8").splitlines())}
        for path in (exports.path("jsonl"), tmp_path / "now.jsonl")
    )
    first = min(before)
    assert after.pop(first) == before.pop(first) | {"status": "gone"}
    assert after == before


def test_csv_is_read_by_duckdb(held, exports):
    path = exports.path("csv")
    read = duckdb.read_csv(str(path), all_varchar=True, max_line_size=10_000_000, quotechar='"', escapechar='"')
    rows = read.select("id", "text", "word_count").fetchall()
    assert [(id_, text, int(words)) for id_, text, words in rows] == turns(held)


def test_csv_is_rfc_4180(exports):
    data = exports.path("csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    out = io.StringIO(newline="")
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    assert out.getvalue().encode() == data
    assert len({len(row) for row in rows}) == 1


def test_parquet_is_typed_and_read_by_duckdb(held, exports):
    read = duckdb.read_parquet(str(exports.path("parquet")))
    assert read.select("id", "text", "word_count").fetchall() == turns(held)
    types = dict(zip(read.columns, map(str, read.types), strict=True))
    assert types["date"] == "DATE"
    assert types["captured_at"] == types["published_at"] == "TIMESTAMP WITH TIME ZONE"
    assert types["interpreted"] == "BOOLEAN"
    assert types["tags"] == "VARCHAR[]"
    assert "STRUCT" in types["comments"]
    assert types["comments"].endswith("[]")
    sql = "select u.id, c.text from read, (select unnest(comments) as c, id from read) u where u.id = read.id"
    found = duckdb.sql(sql).fetchall()
    assert sorted(found) == sorted(held.rows("select utterance_id, text from comments where utterance_id is not null"))


def test_parquet_tells_what_its_columns_mean(exports):
    import pyarrow.parquet as pq

    schema = pq.read_schema(exports.path("parquet"))
    assert all(field.metadata[b"description"] for field in schema)
    assert str(schema.field("type").type).startswith("dictionary")


@pytest.fixture(scope="session")
def corpus(exports):
    """The corpus file with all texts in it."""
    tree = etree.parse(exports.path("tei") / "state-remarks.xml")
    tree.xinclude()
    return tree


def own_schema(exports):
    return etree.RelaxNG(etree.parse(exports.path("tei") / "state-remarks.rng"))


def test_tei_fits_its_schema_each_file_and_the_whole(exports, corpus):
    schema = own_schema(exports)
    texts = sorted(exports.path("tei").glob("*/*.xml"))
    assert texts
    for path in (exports.path("tei") / "state-remarks.xml", *texts):
        schema.assertValid(etree.parse(path))
    schema.assertValid(corpus)


def test_the_schema_can_refuse(exports, corpus):
    schema = own_schema(exports)
    for change in (
        lambda tree: tree.find(".//t:u", T).attrib.pop("ana"),
        lambda tree: tree.find(".//t:u", T).set(XML_ID, "1-not-a-name"),
        lambda tree: tree.find(".//t:seg", T).append(etree.Element("{http://www.tei-c.org/ns/1.0}hi")),
        lambda tree: tree.find(".//t:sourceDesc//t:date", T).set("when", "yesterday"),
    ):
        broken = etree.ElementTree(etree.fromstring(etree.tostring(corpus)))
        change(broken)
        assert not schema.validate(broken)


@pytest.mark.skipif(all_of_tei() is None, reason="the schema of all of TEI comes with `make test` only")
def test_tei_fits_the_schema_of_all_of_tei(corpus):
    etree.RelaxNG(etree.parse(all_of_tei())).assertValid(corpus)


def test_tei_holds_the_same_turns_and_words(held, corpus):
    read = [(u.get(XML_ID).removeprefix("u-"), spoken(u)) for u in corpus.iterfind(".//t:u", T)]
    assert [(id_, text, count_words(text)) for id_, text in read] == turns(held)
    said = {m.get("unit"): int(m.get("quantity")) for m in corpus.iterfind("t:teiHeader//t:measure", T)}
    counted = held.rows("select sum(utterance_count), sum(word_count) from remarks")[0]
    assert (said["speeches"], said["words"]) == counted
    release = [
        "\n\n".join(p.text for p in div.iterfind("t:p", T)) for div in corpus.iterfind(".//t:div[@type='release']", T)
    ]
    assert sorted(release) == sorted(t for (t,) in held.rows("select text from remarks where utterance_count = 0"))


def test_every_pointer_of_the_tei_leads_somewhere(corpus):
    ids = corpus.xpath("//@xml:id")
    assert len(ids) == len(set(ids))
    pointers = {p for a in ("who", "ana", "prev", "next", "ref") for v in corpus.xpath(f"//@{a}") for p in v.split()}
    assert pointers
    assert {pointer.removeprefix("#") for pointer in pointers} <= set(ids)


def test_labels_and_stage_directions_of_the_tei(held, corpus):
    labels = [note.text for note in corpus.iterfind(".//t:note[@type='speaker']", T)]
    assert sorted(labels) == sorted(t for (t,) in held.rows("select label from utterances where label is not null"))
    for kind, path in (("laughter", "t:vocal"), ("applause", "t:kinesic"), ("inaudible", "t:gap")):
        inside = held.rows("select text from comments where kind = ? and utterance_id is not null", kind)
        assert inside
        words = [e.findtext("t:desc", namespaces=T) for e in corpus.iterfind(f".//t:seg/{path}", T)]
        assert {text for (text,) in inside} <= set(words)


def test_frictionless_takes_the_data_package(held, exports):
    line = [sys.executable, "-m", "frictionless", "validate", "--json", "datapackage.json"]
    done = subprocess.run(line, cwd=exports.path("datapackage"), capture_output=True, text=True, timeout=120)
    report = json.loads(done.stdout)
    assert (done.returncode, report["valid"]) == (0, True), done.stdout
    count = "import frictionless, json, sys; package = frictionless.Package(sys.argv[1])\n"
    count += "print(json.dumps({r.name: len(r.read_rows()) for r in package.resources}))"
    line = [sys.executable, "-c", count, str(exports.path("datapackage") / "datapackage.json")]
    rows = json.loads(subprocess.run(line, capture_output=True, text=True, timeout=120).stdout)
    assert rows["utterances"] == len(turns(held))
    # of the roster only those who speak
    spoken = "(select person_id from utterances union select person_id from attributions)"
    some = {"people": f"where id in {spoken}", "terms": f"where person_id in {spoken}"}
    for table in ("remarks", "comments", "people", "terms", "urls", "revisions", "statuses", "events"):
        assert rows[table] == held.rows(f"select count(*) from {table} {some.get(table, '')}")[0][0], table
    assert 0 < rows["offices"] < held.rows("select count(*) from offices")[0][0]
    assert rows["utterance_versions"] > 0


def test_frictionless_refuses_a_changed_package(exports, tmp_path):
    folder = shutil.copytree(exports.path("datapackage"), tmp_path / "changed")
    table = folder / "data" / "utterances.csv"
    table.write_bytes(table.read_bytes().replace(b"e", b"a", 1))
    line = [sys.executable, "-m", "frictionless", "validate", "--json", "datapackage.json"]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert not json.loads(done.stdout)["valid"]


def test_the_package_s_words_are_the_database_s(held, exports):
    table = duckdb.read_csv(str(exports.path("datapackage") / "data" / "utterances.csv"), all_varchar=True)
    assert sorted(table.select("id", "text").fetchall()) == sorted(row[:2] for row in turns(held))


def test_a_package_is_whole_described_and_to_be_cited(held, exports):
    folder = exports.path("datapackage")
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()} == files
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    undescribed = [
        (resource["name"], field["name"])
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
        if not field["description"] or not resource["description"]
    ]
    assert undescribed == []
    quality = package["quality"]
    assert quality["turns"] == len(turns(held))
    assert quality["turns"] == sum(row["turns"] for row in quality["roles"])
    assert f"{quality['turns']:,} turns" in (folder / "README.md").read_text("utf-8")
    cited = yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert cited["version"] == str(cited["date-released"]) == quality["as_of"][:10]
    assert {"message", "title", "authors"} <= cited.keys()


def test_every_table_is_in_the_package_or_left_out_with_a_reason(held):
    from crawler.exporters.corpus.tables import LEFT_OUT, ROWS

    held_tables = {
        name
        for (name,) in held.rows("select name from sqlite_master where type = 'table'")
        if not name.startswith(("sqlite_", "_sqlite")) and "_fts_" not in name
    }
    assert held_tables == ROWS.keys() | LEFT_OUT.keys()
    assert not ROWS.keys() & LEFT_OUT.keys()


def test_the_package_s_readme_names_what_is_in_it_and_what_is_not(held, exports):
    from crawler.exporters.corpus.tables import LEFT_OUT

    readme = (exports.path("datapackage") / "README.md").read_text("utf-8")
    inside = {path.stem for path in (exports.path("datapackage") / "data").iterdir()}
    assert set(re.findall(r"^\| `data/(\w+)\.csv`", readme, re.M)) == inside
    assert set(re.findall(r"^- `(\w+)`: \w", readme, re.M)) == LEFT_OUT.keys()
    assert "everybody of the roster" not in readme
    assert "1993 to today" not in readme


def test_a_package_leads_from_ids_that_were_another_s(held, tmp_path):
    database = tmp_path / "remarks.db"
    with sqlite3.connect(held.output / "remarks.db") as source, sqlite3.connect(database) as copy:
        source.backup(copy)
        (speaks,) = copy.execute("select person_id from utterances where person_id is not null").fetchone()
        silent = (
            "select id from people where id not in (select person_id from attributions where person_id is not null)"
        )
        (other,) = copy.execute(silent).fetchone()
        copy.execute("delete from former_ids")
        copy.executemany("insert into former_ids values ('people', ?, ?)", [("once", speaks), ("never", other)])
    source.close()
    copy.close()
    write(database, "datapackage", tmp_path / "package")
    rows = (tmp_path / "package" / "data" / "former_ids.csv").read_text("utf-8").splitlines()
    assert rows == ["kind,old_id,new_id", f"people,once,{speaks}"]


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "tei", "datapackage"])
def test_the_same_database_gives_the_same_bytes(form, exports, tmp_path):
    write(exports.output / "remarks.db", form, tmp_path / form)
    one, two = exports.path(form), tmp_path / form
    assert contents(one) == contents(two)


def contents(path):
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    return {"" if file == path else str(file.relative_to(path)): file.read_bytes() for file in files}


def test_the_script_counts_and_can_find_a_difference(held, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("releases.read_back.all_of_tei", lambda: None)
    (tmp_path / "same").mkdir()
    assert main(held.output, tmp_path / "same")
    assert capsys.readouterr().out.count("as held") == 5
    monkeypatch.setattr("releases.read_back.count_words", len)
    (tmp_path / "other").mkdir()
    assert not main(held.output, tmp_path / "other")
    assert capsys.readouterr().out.count("DIFFERS") == 2
