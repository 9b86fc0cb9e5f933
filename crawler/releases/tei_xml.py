"""Elements, ids and characters of TEI. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from crawler.exporters.names import slug

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

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
