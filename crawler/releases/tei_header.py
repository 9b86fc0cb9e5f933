"""TEI: where a text comes from, and who speaks in the corpus. Reads only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.releases.tei_xml import NO_NAME, add, language, type_id, when, xml_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element as Element

    from crawler.releases.snapshot import Row, Snapshot

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
