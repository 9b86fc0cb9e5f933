"""python tests/releases/read_back.py OUTPUT: exports what a crawl has written, reads it back, and prints the figures.

Each form is read by a program that is not ours: jsonschema, duckdb, lxml's RelaxNG, frictionless. Status 1 where one of
them refuses, or counts other turns or words than the database.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import duckdb
import jsonschema
from lxml import etree

import crawler
from crawler.exporters import corpus as releases
from crawler.exporters.corpus.choice import Choice
from crawler.exporters.corpus.snapshot import Snapshot
from crawler.exporters.sqlite.words import count_words

T = {"t": "http://www.tei-c.org/ns/1.0"}
SCHEMA = Path(crawler.__file__).parent / "data" / "remarks.schema.json"


def spoken(utterance):
    """As tei_text.py says: the segments, without notes that are printed elsewhere."""
    words = ".//text()[not(ancestor::t:note[@place])]"
    return "\n\n".join("".join(seg.xpath(words, namespaces=T)) for seg in utterance.iterfind("t:seg", T))


def all_of_tei():
    """The schema of the whole of TEI P5, where the package that brings it is installed."""
    found = find_spec("schemas")
    return Path(found.submodule_search_locations[0]) / "tei_all.rng" if found else None


def jsonl(path):
    check = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    turns = []
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        check.validate(line)
        turns += line["utterances"]
    return len(turns), sum(count_words(turn["text"]) for turn in turns)


def csv(path):
    read = duckdb.read_csv(str(path), all_varchar=True, max_line_size=10_000_000, quotechar='"', escapechar='"')
    return read.aggregate("count(*), sum(word_count::int)").fetchall()[0]


def parquet(path):
    return duckdb.read_parquet(str(path)).aggregate("count(*), sum(word_count)").fetchall()[0]


def tei(path):
    tree = etree.parse(path / "state-remarks.xml")
    tree.xinclude()
    for schema in filter(None, (path / "state-remarks.rng", all_of_tei())):
        etree.RelaxNG(etree.parse(schema)).assertValid(tree)
    texts = [spoken(utterance) for utterance in tree.iterfind(".//t:u", T)]
    return len(texts), sum(map(count_words, texts))


def datapackage(path):
    line = [sys.executable, "-m", "frictionless", "validate", path / "datapackage.json"]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
    return csv(path / "data" / "utterances.csv")


def main(output, folder):
    """Prints a line a form; returns whether all of them hold what the database holds."""
    db = sqlite3.connect(output / "remarks.db")
    held = db.execute("select count(*), sum(word_count) from utterances").fetchone()
    db.close()
    print(f"{'database':12} {held[0]:9,} turns {held[1]:12,} words")
    same = True
    for form, read in (
        ("jsonl", jsonl),
        ("csv", csv),
        ("parquet", parquet),
        ("tei", tei),
        ("datapackage", datapackage),
    ):
        with Snapshot(output / "remarks.db") as snapshot:
            releases.write(form, snapshot, Choice(), folder / form)
        turns, words = map(int, read(folder / form))
        same = same and (turns, words) == held
        print(f"{form:12} {turns:9,} turns {words:12,} words  {'as held' if (turns, words) == held else 'DIFFERS'}")
    return same


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        sys.exit(0 if main(Path(sys.argv[1]), Path(made)) else 1)
