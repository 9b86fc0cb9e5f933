"""TEI in the manner of ParlaMint: a corpus file that includes one file a remark, in a folder a year.

Where it differs from ParlaMint: the licence (ParlaMint fixes one that is not ours to give), names in one piece, offices
as categories, written releases as paragraphs. The schema of what is written lies beside it: state-remarks.rng.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from crawler.data import load
from crawler.exporters.sqlite.names import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from lxml.etree import _Element as Element

    from crawler.exporters.corpus.snapshot import Row, Snapshot

# ---- tei xml ----
# Elements, ids and characters of TEI. Pure.


TEI = "http://www.tei-c.org/ns/1.0"
XML = "http://www.w3.org/XML/1998/namespace"
XML_ID, XML_LANG = f"{{{XML}}}id", f"{{{XML}}}lang"

# form feed, vertical tab and their like
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# the parts of "a1b2c3-14" are all name characters; of "ada field" the blank is none
NO_NAME = re.compile(r"[^A-Za-z0-9.-]")
# "en", "es-MX", "zh-Hans"
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
# "2021", "2021-01", "2021-01-26", "2021-01-26T10:00:00Z"
TEMPORAL = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?Z)?)?)?")


def xml_id(prefix: str, id: str) -> str:
    """An id of ours as a name of XML: with a letter before it, any other character as its number."""
    return f"{prefix}-{NO_NAME.sub(lambda match: f'_{ord(match[0]):x}_', id)}"


def type_id(type: str) -> str:
    return xml_id("type", slug(type))


def characters(text: str) -> str:
    """As long as the text; what XML has no place for is U+FFFD."""
    return NO_XML.sub("\ufffd", text)


def add(parent: Element | None, tag: str, text: str | None = None, /, **attributes: str | None) -> Element:
    """A new last child; attributes that are None are left out. `id` and `lang` are XML's own."""
    element = etree.Element(f"{{{TEI}}}{tag}", nsmap={None: TEI})
    for name, value in attributes.items():
        if value is not None:
            element.set({"id": XML_ID, "lang": XML_LANG}.get(name, name), characters(value))
    if text is not None:
        element.text = characters(text)
    if parent is not None:
        parent.append(element)
    return element


def language(tag: str | None) -> str | None:
    """A BCP 47 tag as XML takes it ("en_US" is printed, "en-US" is meant); None for anything else."""
    known = (tag or "").replace("_", "-")
    return known if LANGUAGE.fullmatch(known) else None


def when(value: str | None) -> str | None:
    """A date or moment as TEI takes it; None for anything else."""
    return value if value and TEMPORAL.fullmatch(value) else None


# ---- tei text ----
# TEI: what was said on one page. Pure.
#
# The words stand as printed. A stage direction is an element where it stands, its words in it; so the text of a turn
# is that of its segments, parted by a blank line, without the notes that have a `place` (those are printed elsewhere).


BLANK_LINE = "\n\n"


class Mark(NamedTuple):
    """An element in a turn's text."""

    start: int
    end: int
    """As start where its words are not part of the text."""
    kind: str
    text: str


@cache
def _elements() -> dict[str, dict[str, str]]:
    return load("tei")


def body(remark: Row, turns: Sequence[Row], comments: Iterable[Row], corrections: Iterable[Row]) -> Element:
    """<text> with a <u> a turn, or with the paragraphs of a written release."""
    text = add(None, "text", lang=language(remark["language"]))
    division = add(add(text, "body"), "div", type="debateSection" if turns else "release")
    if not turns:
        for paragraph in remark["text"].split(BLANK_LINE):
            add(division, "p", paragraph)
        return text
    inside, outside = _sorted(comments, corrections)
    for comment in outside.get(0, []):
        division.append(_element(comment["kind"], comment["text"]))
    for turn in turns:
        if turn["label"]:
            add(division, "note", turn["label"], type="speaker")
        division.append(utterance(turn, inside.get(turn["id"], [])))
        for comment in outside.get(turn["position"], []):
            division.append(_element(comment["kind"], comment["text"]))
    return text


def _sorted(comments: Iterable[Row], corrections: Iterable[Row]) -> tuple[dict[str, list[Any]], dict[int, list[Any]]]:
    """The comments of each turn, and the lines after each position that belong to none."""
    inside: dict[str, list[Any]] = {}
    outside: dict[int, list[Any]] = {}
    for comment in comments:
        if comment["utterance_id"] is None:
            outside.setdefault(comment["after"], []).append(comment)
        else:
            inside.setdefault(comment["utterance_id"], []).append(dict(comment))
    for row in corrections:
        end = row["offset"] + len(row["said"] or "")
        note = {"offset": end, "kind": "correction", "text": row["corrected"], "beside": True}
        inside.setdefault(row["utterance_id"], []).append(note)
    return inside, outside


def utterance(turn: Row, comments: Iterable[Mapping[str, Any]]) -> Element:
    """<u> with a <seg> a paragraph."""
    ana = [f"#role-{turn['speaker_role']}", *(["#interpreted"] if turn["interpreted"] else [])]
    if turn["office_id"]:
        ana.append("#" + xml_id("o", turn["office_id"]))
    speech = add(
        None,
        "u",
        "\n",
        id=xml_id("u", turn["id"]),
        who=turn["person_id"] and "#" + xml_id("p", turn["person_id"]),
        ana=" ".join(ana),
        cert=None if turn["confidence"] is None else str(turn["confidence"]),
        lang=language(turn["language"]),
        prev=turn["prev_id"] and "#" + xml_id("u", turn["prev_id"]),
        next=turn["next_id"] and "#" + xml_id("u", turn["next_id"]),
    )
    marks, start = list(_marks(turn["text"], comments)), 0
    paragraphs = turn["text"].split(BLANK_LINE)
    for number, paragraph in enumerate(paragraphs, start=1):
        end = start + len(paragraph)
        last = number == len(paragraphs)
        mine = [mark for mark in marks if start <= mark.start and (last or mark.start < end + len(BLANK_LINE))]
        marks = marks[len(mine) :]
        segment = add(speech, "seg", id=f"{xml_id('u', turn['id'])}.{number}")
        segment.tail = "\n"
        _fill(segment, paragraph, [_within(mark, start, end) for mark in mine])
        start = end + len(BLANK_LINE)
    return speech


def _within(mark: Mark, start: int, end: int) -> Mark:
    """Counted from the paragraph's start; one that goes beyond its end stands beside."""
    return mark._replace(start=mark.start - start, end=(mark.end if mark.end <= end else mark.start) - start)


def _marks(text: str, comments: Iterable[Mapping[str, Any]]) -> Iterator[Mark]:
    """In order and apart: words that do not stand there, or lie in another mark, stand beside."""
    free = 0
    placed = [(len(text) if comment["offset"] is None else comment["offset"], comment) for comment in comments]
    for offset, comment in sorted(placed, key=lambda pair: pair[0]):
        words, at = comment["text"], max(offset, free)
        there = at == offset and not comment.get("beside") and text.startswith(words, at)
        end = at + len(words) if there else at
        yield Mark(at, end, comment["kind"], words)
        free = end


def _fill(segment: Element, text: str, marks: Sequence[Mark]) -> None:
    """The paragraph's words, with the marks among them."""
    text, last, at = characters(text), None, 0
    for mark in (*marks, None):
        piece = text[at : mark.start] if mark else text[at:]
        if last is None:
            segment.text = (segment.text or "") + piece
        else:
            last.tail = (last.tail or "") + piece
        if mark:
            last = _element(mark.kind, mark.text, beside=mark.start == mark.end)
            segment.append(last)
            at = max(at, mark.end)


def _element(kind: str, text: str, *, beside: bool = False) -> Element:
    known = _elements().get(kind)
    if beside or known is None:
        return add(None, "note", text, type=NO_NAME.sub("_", kind), place="beside" if beside else None)
    element = add(None, known["element"], **{name: value for name, value in known.items() if name != "element"})
    add(element, "desc", text)
    return element


# ---- tei header ----
# TEI: where a text comes from, and who speaks in the corpus. Reads only.


STATE = "U.S. Department of State"
LICENCE = "https://www.usa.gov/government-copyright"
TERMS = (
    "Works of the United States Government are not subject to copyright in the United States (17 U.S.C. 105). "
    "What guests and journalists say stands as the Department published it."
)
ROLES = ("official", "guest", "spokesperson", "moderator", "press", "interpreter", "staff", "audience", "unknown")
PROJECT = "What the U.S. State Department says in public, read from its web hosts by state-remarks."
EDITORIAL = {
    "correction": "Nothing is corrected. What the page itself corrects is a note of type correction beside the words.",
    "normalization": "White space is folded. A character that XML has no place for stands as U+FFFD.",
    "quotation": "Quotation marks stand as printed.",
    "segmentation": "An utterance is a turn, a segment a paragraph. The label, as printed, is a note of type speaker "
    "before the utterance. Stage directions are elements where they stand; notes with a place are printed elsewhere.",
}
TERMS_HELD = """
SELECT t.person_id, t.office_id, o.name, o.organization, t.start_date, t.end_date, t.acting, t.source
FROM terms t JOIN offices o ON o.id = t.office_id WHERE t.person_id = ? ORDER BY t.start_date, t.office_id, t.id
"""
# Offices printed beside the name, which no term tells of.
SEEN = """
SELECT DISTINCT u.person_id, u.office_id, o.name, o.organization, NULL AS start_date, NULL AS end_date, 0 AS acting,
    NULL AS source
FROM utterances u JOIN temp.chosen c ON c.id = u.remark_id JOIN offices o ON o.id = u.office_id
WHERE u.person_id = :person AND NOT EXISTS
    (SELECT 1 FROM terms t WHERE t.person_id = u.person_id AND t.office_id = u.office_id) ORDER BY u.office_id
"""
PEOPLE = "SELECT p.* FROM temp.chosen_people c JOIN people p ON p.id = c.id ORDER BY p.id"
OFFICES = "SELECT o.* FROM temp.chosen_offices c JOIN offices o ON o.id = c.id ORDER BY o.id"
TYPES = """
SELECT DISTINCT r.type FROM temp.chosen c JOIN remarks r ON r.id = c.id WHERE r.type IS NOT NULL ORDER BY r.type
"""


def text_header(remark: Row, revisions: Iterable[Row], as_of: str) -> Element:
    """Of one remark: title, source with address, capture and digest, setting, revisions."""
    header = add(None, "teiHeader")
    file = add(header, "fileDesc")
    title = remark["title"] or remark["url"]
    add(add(file, "titleStmt"), "title", title, type="main")
    add(add(file, "editionStmt"), "edition", f"Revision {remark['revision']}")
    _extent(file, remark["utterance_count"], remark["word_count"])
    _publication(file, as_of, idno=remark["id"])
    source = add(add(file, "sourceDesc"), "bibl")
    add(source, "title", title)
    add(source, "publisher", STATE)
    add(source, "idno", remark["url"], type="URI")
    add(source, "idno", remark["digest"], type="digest")
    if remark["original_url"]:
        add(source, "relatedItem", type="original", target=remark["original_url"])
    if remark["date"]:
        add(source, "date", remark["date_printed"] or remark["date"], type="printed", when=when(remark["date"]))
    add(source, "date", remark["fetched_at"], type="captured", when=when(remark["fetched_at"]))
    _setting(header, remark)
    changes = add(header, "revisionDesc")
    for row in revisions:
        add(changes, "change", f"Revision {row['revision']}: {row['change']}", when=when(row["seen_at"]))
    return header


def _setting(header: Element, remark: Row) -> None:
    profile = add(header, "profileDesc")
    setting = add(add(profile, "settingDesc"), "setting")
    for name, kind in ((remark["place"], "place"), (remark["venue"], "venue")):
        if name:
            add(setting, "name", name, type=kind)
    add(setting, "date", remark["date"] or "undated", when=when(remark["date"]))
    add(add(profile, "langUsage"), "language", ident=language(remark["language"]) or "und")


def _extent(file: Element, turns: int, words: int) -> None:
    extent = add(file, "extent")
    add(extent, "measure", f"{turns} speeches", unit="speeches", quantity=str(turns))
    add(extent, "measure", f"{words} words", unit="words", quantity=str(words))


def _publication(file: Element, as_of: str, idno: str | None = None) -> None:
    statement = add(file, "publicationStmt")
    add(statement, "publisher", "state-remarks")
    if idno:
        add(statement, "idno", idno, type="remark")
    availability = add(statement, "availability", status="free")
    add(availability, "licence", TERMS, target=LICENCE)
    add(statement, "date", as_of, when=when(as_of))


def corpus_header(snapshot: Snapshot) -> Element:
    """Of the whole: extent, categories, organizations, people and the offices that they held."""
    header = add(None, "teiHeader")
    file = add(header, "fileDesc")
    add(add(file, "titleStmt"), "title", "Public remarks of the U.S. Department of State", type="main")
    _extent(file, *snapshot.counts)
    _publication(file, snapshot.as_of)
    source = add(add(file, "sourceDesc"), "bibl")
    add(source, "title", "Remarks, briefings and interviews")
    add(source, "publisher", STATE)
    for row in snapshot.rows("SELECT DISTINCT r.host FROM temp.chosen c JOIN remarks r ON r.id = c.id ORDER BY 1"):
        add(source, "idno", f"https://{row['host']}/", type="URI")
    encoding = add(header, "encodingDesc")
    add(add(encoding, "projectDesc"), "p", PROJECT)
    editorial = add(encoding, "editorialDecl")
    for name, said in EDITORIAL.items():
        add(add(editorial, name), "p", said)
    _categories(encoding, snapshot)
    profile = add(header, "profileDesc")
    _participants(profile, snapshot)
    _languages(profile, snapshot)
    return header


def _categories(encoding: Element, snapshot: Snapshot) -> None:
    """What @ana points to: roles, offices, types of page."""
    declared = add(encoding, "classDecl")
    types = {type_id(row["type"]): row["type"] for row in snapshot.rows(TYPES)}
    offices = {xml_id("o", row["id"]): row["name"] for row in snapshot.rows(OFFICES)}
    taxonomies = {
        "roles": {f"role-{role}": role for role in ROLES} | {"interpreted": "An interpreter speaks for the speaker"},
        "offices": offices,
        "types": types,
    }
    for name, categories in taxonomies.items():
        if categories:
            taxonomy = add(declared, "taxonomy", id=name)
            for id_, said in categories.items():
                add(add(taxonomy, "category", id=id_), "catDesc", said)


def _participants(profile: Element, snapshot: Snapshot) -> None:
    people = list(snapshot.rows(PEOPLE))
    bodies = sorted({row["organization"] for row in snapshot.rows(OFFICES) if row["organization"]})
    if not people and not bodies:
        return
    described = add(profile, "particDesc")
    if bodies:
        listed = add(described, "listOrg")
        for name in bodies:
            add(add(listed, "org", id=xml_id("org", name)), "orgName", name, full="yes")
    if people:
        listed = add(described, "listPerson")
        for row in people:
            listed.append(person(row, [*snapshot.rows(TERMS_HELD, [row["id"]]), *snapshot.rows(SEEN, [row["id"]])]))


def person(row: Row, held: Iterable[Row]) -> Element:
    """<person> with names, identifiers and an <affiliation> an office."""
    element = add(None, "person", id=xml_id("p", row["id"]))
    add(element, "persName", row["name"])
    for name in json.loads(row["other_names"] or "[]"):
        add(element, "persName", name, type="other")
    for office in held:
        affiliation = add(
            element,
            "affiliation",
            role="acting" if office["acting"] else None,
            ana="#" + xml_id("o", office["office_id"]),
            ref=office["organization"] and "#" + xml_id("org", office["organization"]),
            **{"from": when(office["start_date"]), "to": when(office["end_date"])},
        )
        add(affiliation, "roleName", office["name"])
        if office["source"]:
            add(affiliation, "note", office["source"], type="source")
    for scheme, identifier in json.loads(row["identifiers"] or "{}").items():
        add(element, "idno", str(identifier), type=NO_NAME.sub("_", scheme))
    return element


def _languages(profile: Element, snapshot: Snapshot) -> None:
    sql = "SELECT DISTINCT r.language FROM temp.chosen c JOIN remarks r ON r.id = c.id ORDER BY 1"
    usage = add(profile, "langUsage")
    for tag in sorted({language(row[0]) or "und" for row in snapshot.rows(sql)}):
        add(usage, "language", ident=tag)


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
