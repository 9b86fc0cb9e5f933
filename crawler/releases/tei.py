"""TEI in the manner of ParlaMint: a corpus file that includes one file a remark, in a folder a year.

Where it differs from ParlaMint: the licence (ParlaMint fixes one that is not ours to give), names in one piece, offices
as categories, written releases as paragraphs. The schema of what is written lies beside it: state-remarks.rng.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from lxml import etree

from crawler.releases.tei_header import corpus_header, text_header
from crawler.releases.tei_text import body
from crawler.releases.tei_xml import TEI, XML, XML_ID, XML_LANG, add, language, type_id, xml_id

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element as Element

    from crawler.releases.snapshot import Row, Snapshot

ROOT = "state-remarks.xml"
SCHEMA = "state-remarks.rng"
INCLUDE = "http://www.w3.org/2001/XInclude"
REMARKS = """
SELECT r.*, k.digest, k.fetched_at FROM temp.chosen c CROSS JOIN remarks r ON r.id = c.id
LEFT JOIN revisions v ON v.remark_id = r.id AND v.revision = r.revision LEFT JOIN captures k ON k.id = v.capture_id
ORDER BY c.n
"""
TURNS = """
SELECT u.*, a.confidence FROM utterances u LEFT JOIN attributions a ON a.utterance_id = u.id AND a.rank = 1
WHERE u.remark_id = ? ORDER BY u.position
"""
COMMENTS = """SELECT * FROM comments WHERE remark_id = ? ORDER BY "after", "offset", length(id), id"""
CORRECTIONS = """
SELECT x.* FROM utterances u JOIN corrections x ON x.utterance_id = u.id WHERE u.remark_id = ? ORDER BY u.id, x."offset"
"""
REVISIONS = "SELECT revision, change, seen_at FROM revisions WHERE remark_id = ? ORDER BY revision DESC"


def write(snapshot: Snapshot, folder: Path) -> None:
    """The corpus and its schema into an empty folder."""
    as_of = snapshot.as_of
    (folder / SCHEMA).write_bytes(files("crawler.data").joinpath(SCHEMA).read_bytes())
    with etree.xmlfile(str(folder / ROOT), encoding="utf-8") as file:
        file.write_declaration()
        attributes = {XML_ID: "state-remarks", XML_LANG: "en"}
        with file.element(f"{{{TEI}}}teiCorpus", attributes, nsmap={None: TEI, "xi": INCLUDE, "xml": XML}):
            header = corpus_header(snapshot)
            etree.indent(header)
            file.write("\n", header, "\n")
            for remark in snapshot.rows(REMARKS):
                name = place_of(remark)
                write_text(text_of(snapshot, remark, as_of), folder / name)
                file.write(etree.Element(f"{{{INCLUDE}}}include", href=name, nsmap={"xi": INCLUDE}), "\n")


def place_of(remark: Row) -> str:
    """Of a remark's file, from the corpus file: "2022/r-a1b2c3.xml"."""
    return f"{(remark['date'] or 'undated')[:7].split('-')[0]}/{xml_id('r', remark['id'])}.xml"


def text_of(snapshot: Snapshot, remark: Row, as_of: str) -> Element:
    id_ = [remark["id"]]
    whole = add(
        None,
        "TEI",
        id=xml_id("r", remark["id"]),
        lang=language(remark["language"]) or "und",
        ana=remark["type"] and "#" + type_id(remark["type"]),
    )
    header = text_header(remark, snapshot.rows(REVISIONS, id_), as_of)
    etree.indent(header)
    header.tail = "\n"
    turns = list(snapshot.rows(TURNS, id_))
    text = body(remark, turns, snapshot.rows(COMMENTS, id_), snapshot.rows(CORRECTIONS, id_))
    for element in text.iter(*(f"{{{TEI}}}{tag}" for tag in ("body", "div"))):
        element.text = "\n"
        for child in element:
            child.tail = "\n"
    whole.extend((header, text))
    return whole


def write_text(text: Element, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(etree.tostring(text, encoding="utf-8", xml_declaration=True) + b"\n")
