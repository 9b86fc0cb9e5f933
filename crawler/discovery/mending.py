"""Step 1: one bad character costs one entry of an index, not the index. Pure; no I/O.

A body that is sound as it stands never comes here. What cannot be decoded, and the control characters that XML and JSON
forbid, become U+FFFD; an entry that still cannot be read is named in words. An index that breaks off stays refused.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import SubElement

from defusedxml.ElementTree import ParseError, fromstring

from crawler.errors import BadIndex
from crawler.web.health import C1_AS_WINDOWS_1252, UTF8_BOM
from crawler.web.markup import BEFORE_XML, fold, read_xml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

#: Stands where a character was that cannot be read.
LOST: Final = "\ufffd"
#: Roots, and what their entries are called.
ENTRIES: Final = {"rss": ("item",), "urlset": ("url",), "sitemapindex": ("sitemap",)}
_OPENED: Final = {name: re.compile(rf"<{name}(?=[\s>])") for names in ENTRIES.values() for name in names}
SHOWN_CHARACTERS: Final = 120
MOST_DECLARED: Final = 300
"""Characters of an XML declaration."""

# <?xml version="1.0" encoding="utf8"?>
_ENCODING = re.compile(r"\sencoding\s{0,9}=\s{0,9}[\"']([\w .:-]{1,40})[\"']")
# What is UTF-8 under whatever spelling; "unicode" and "utf-16" before a body that is none
_UTF_8 = re.compile(r"utf[-_ ]?8(?:[-_ ]?sig)?|unicode|utf[-_ ]?16(?:le|be)?|ucs[-_ ]?2", re.IGNORECASE)
# latin1 and ASCII mean windows-1252, as in browsers
_CP1252 = re.compile(
    r"latin[-_ ]?1|(?:iso[-_ ]?)?8859[-_ ]?1|(?:us[-_ ]?)?ascii|(?:windows|cp|x[-_ ]cp)?[-_ ]?1252|ansi", re.IGNORECASE
)
# What no XML document may hold
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# "&#8217;", "&#x1F;": a character by its number
_NUMBERED = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));")
# <rss version="2.0" xmlns:dc="...">
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)((?:\s[^<>]*)?)>")
_ADDRESS = re.compile(r"<(?:link|loc)>([^<>]*)</")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
# What tears an address apart: half a surrogate pair, a lost character, a control character
_TORN = re.compile("[\ud800-\udfff\ufffd\x00-\x1f\x7f]")
# A control character that is no white space
_RAW = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# A string of JSON, or a lost character between two values
_QUOTED = re.compile(r'"(?:[^"\\]|\\.?)*"?|\ufffd', re.DOTALL)


def read_entries(body: bytes, url: str) -> tuple[Element, tuple[str, ...]]:
    """The root of a feed or sitemap with the entries that can be read, and the others in words.

    Raises BadIndex as read_xml does: where nothing can be read, entities are declared, or the document breaks off.
    """
    text = body.lstrip(BEFORE_XML)
    if UTF8_BOM in body[: len(body) - len(text)] and text.startswith(b"<?xml"):  # the mark counts, not what is declared
        text = text[text.find(b"?>", 0, MOST_DECLARED) + 2 :]
    try:
        return read_xml(text, url), ()
    except BadIndex:
        if (mended := _mended(text)) is None:
            raise
        return mended


def _mended(body: bytes) -> tuple[Element, tuple[str, ...]] | None:
    text, guessed = _decoded(body)
    if text is None:
        return None
    if guessed:  # good enough for a title; an address would be another one
        text = _ADDRESS.sub(lambda match: match[0] if match[0].isascii() else _NOT_ASCII.sub(LOST, match[0]), text)
    text = _NUMBERED.sub(_character, _FORBIDDEN.sub(LOST, text))
    try:
        root: Element = fromstring(text)
    except ParseError:
        return _one_by_one(text)
    except ValueError:  # it declares entities
        return None
    return root, ()


def load_json(body: bytes) -> Any:
    """json.loads, in which a raw control character or a byte that is no UTF-8 costs itself; raises what that raises."""
    text = body.decode(json.detect_encoding(body), "replace").removeprefix("\ufeff")
    if _RAW.search(text):
        text = _QUOTED.sub(lambda match: match[0] if match[0][0] == '"' else " ", _RAW.sub(LOST, text))
    return json.loads(text, strict=False)


def is_torn(address: str) -> bool:
    """Whether characters of the address are lost, or were never any of an address."""
    return _TORN.search(address.strip()) is not None


def readable(text: str | None) -> str | None:
    """None for a text of which characters are lost; windows-1252 that was taken for Latin-1 is put right."""
    return None if text is None or LOST in text else text.translate(C1_AS_WINDOWS_1252)


def _decoded(body: bytes) -> tuple[str | None, bool]:
    """The text without its declaration, and whether its encoding is a guess.

    None for an encoding that is read as it is declared, or not at all.
    """
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark):
            return _without_declaration(body.removeprefix(mark).decode(encoding, "replace"))[0], False
    text, label = _without_declaration(body.decode("utf-8", "replace"))
    windows = _without_declaration(body.decode("cp1252", "replace"))[0]
    if label is None:
        # as on pages: windows-1252 where no character beyond ASCII is sound UTF-8
        guessed = LOST in text and body.decode("utf-8", "ignore").isascii()
        return (windows, True) if guessed else (text, False)
    if _UTF_8.fullmatch(label):
        return text, False
    return (windows, True) if _CP1252.fullmatch(label) else (None, False)


def _without_declaration(text: str) -> tuple[str, str | None]:
    end = text.find("?>", 0, MOST_DECLARED) if text.startswith("<?xml") else -1
    if end < 0:
        return text, None
    named = _ENCODING.search(text, 0, end)
    return text[end + 2 :], named[1] if named else None


def _character(match: re.Match[str]) -> str:
    """As it stands, but for the number of a character that no document may hold."""
    number = int(match[1], 16) if match[1] else int(match[2])
    sound = number <= 0x10FFFF and not _FORBIDDEN.match(chr(number))
    return match[0] if sound else LOST


def _one_by_one(text: str) -> tuple[Element, tuple[str, ...]] | None:
    """Each entry read by itself; None where there is none to be read, or the root has no end."""
    opened = _ROOT.search(text)
    names = ENTRIES.get(opened[1].rpartition(":")[2]) if opened else None
    if opened is None or names is None:
        return None
    start, end = opened[0], f"</{opened[1]}>"
    last = text.rfind(end)
    try:
        root: Element = fromstring(start + text[last:])  # what follows must be whole, too
    except (ParseError, ValueError):
        return None
    parent = SubElement(root, "channel") if names == ENTRIES["rss"] else root
    lost = []
    for number, chunk in enumerate(_chunks(text, opened.end(), last, names[0]), start=1):
        try:
            parent.append(fromstring(start + chunk + end)[0])
        except (ParseError, ValueError, IndexError) as error:
            named = _ADDRESS.search(chunk)
            shown = fold(named[1] if named else chunk)[:SHOWN_CHARACTERS]
            lost.append(f"{names[0]} {number} ({shown!r}) cannot be read: {error}")
    return (root, tuple(lost)) if len(parent) else None


def _chunks(text: str, start: int, end: int, name: str) -> Iterator[str]:
    """Entry after entry, and what lies between two of them where an entry's end is in it."""
    opened = [match.start() for match in _OPENED[name].finditer(text, start, end)]
    closing = f"</{name}>"
    before = start
    for at, following in zip(opened, [*opened[1:], end], strict=False):
        if closing in text[before:at]:
            yield text[before:at]
        closed = text.find(closing, at, following)
        before = closed + len(closing) if closed >= 0 else following
        yield text[at:before]
    if closing in text[before:end]:
        yield text[before:end]
