"""After step 3: is this answer the page that was asked for? Pure; raises the refusal of errors.py that fits.

A refusal must never be mistaken for an empty page, and a page never for a refusal: a decoy is judged on the page as
a whole (data/decoys.toml), not on words that somebody may have said.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import cache
from gzip import GzipFile
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from crawler.data import load
from crawler.errors import Blocked, Decoy, Empty, Gone, NotText, TooLarge, Unreachable
from crawler.web.limits import tree_of
from crawler.web.sites import WINDOWS_1252_HOSTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Expected = Literal["html", "xml", "json", "text"]

GONE: Final = frozenset({404, 410})
BLOCKED: Final = frozenset({401, 403, 429, 451, 503})

#: Most undecodable characters of a text, and one in how many: text pasted from elsewhere leaves single ones on a
#: sound page, while a page in another encoding has one for each quotation mark and dash, dozens on a transcript.
MAX_UNDECODABLE: Final = 10
UNDECODABLE_ONE_IN: Final = 1000

#: A page with more words than this in its paragraphs is no stub; every max_words of data/decoys.toml is below.
ARTICLE_WORDS: Final = 250
MAX_TITLE_BYTES: Final = 1000
#: Icons have a title too: up to 150 of them on a page; the page's own comes first.
MAX_TITLES: Final = 500

#: A page with more visible words than this does not merely wait to load itself again.
MAX_RELOAD_WORDS: Final = 80

#: What the reason of a refusal begins with where a web page came in place of something else.
HTML_ASKED: Final = "HTML where"

GZIP_MAGIC: Final = b"\x1f\x8b"
UTF8_BOM: Final = b"\xef\xbb\xbf"

#: U+0093 and its like are the bytes of windows-1252 taken for Latin-1 somewhere on the way: a quotation mark, a dash.
C1_AS_WINDOWS_1252: Final = {
    code: char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore"))
}

MAGIC: Final = {
    b"%PDF-": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"PK\x03\x04": "ZIP",
    GZIP_MAGIC: "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xd0\xcf\x11\xe0": "old Office",
}

# "text/html", "application/rss+xml", "application/json": what may hold text
_TEXT_TYPE = re.compile(r"\A(?:text/.+|application/(?:.+\+)?(?:xml|json|javascript|x-javascript))")
# "<?xml version="1.0"?><!-- a --><!DOCTYPE html>", "<HTML lang="en">", "<head><title>"
_HTML = re.compile(
    rb"\A\s*+(?:<\?[^>]*+>\s*+|(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body|title|meta|script|center|div|h1|p)\b",
    re.DOTALL | re.IGNORECASE,
)
# "5; URL='/challenge'": the seconds and the address of a meta refresh
_REFRESH = re.compile(r"\A\s*+[\d.]++\s*+(?:[;,]\s*+(?:url\s*+=\s*+)?['\"]?([^'\"]*+)['\"]?\s*+)?", re.IGNORECASE)
# b"hadn\xc2\x92t": U+0092 as UTF-8
_C1_IN_UTF8 = re.compile(rb"\xc2[\x80-\x9f]")
# "<p>", "</strong>": a tag
_TAG = re.compile(rb"<[^<>]*>")
# "<p class='p1'><b>QUESTION:</b> Why?</p>", "<P>Why?<P>": a paragraph, up to its end or the next one
_PARAGRAPH = re.compile(rb"<p[ >](.*?)(?=</?p[ >])", re.DOTALL)
# "Technical Difficulties - United States Department of State": the site's name behind a title
_SITE_NAME = re.compile(r"(?<!\s)\s++[-–|]\s++[^-–|]*+$")


def judge(url: str, status: int, headers: Mapping[str, str], body: bytes, *, expect: Expected, max_bytes: int) -> None:
    """Passes an answer that can be read as what was asked for; names in headers are lower case.

    Raises Gone, Blocked or Unreachable by status (a 304 has no body to judge: keep it away from here); then TooLarge,
    Empty, NotText and Decoy by the body, whose content encoding has been undone.
    """
    _judge_status(url, status)
    if len(body) > max_bytes:
        raise TooLarge(url, f"more than {max_bytes:,} bytes")
    if not body.removeprefix(UTF8_BOM).strip():
        raise Empty(url, f"{len(body)} bytes, nothing but white space" if body else "0 bytes")
    content_type = headers.get("content-type")
    if expect == "xml" and body.startswith(GZIP_MAGIC):  # a sitemap of the name .xml.gz, under whatever type
        body, content_type = gunzip(url, body, max_bytes), "text/xml"
    _judge_text(url, content_type, body, nul=expect in ("xml", "json"))
    if _wide(body) is not None:
        body = decode(body, content_type, url=url)[0].encode()
    asked = f"{HTML_ASKED} {expect} was asked" if expect != "html" and _looks_html(body) else None
    if (asked or expect == "html") and (decoy := find_decoy(url, body)):
        raise Decoy(url, f"{asked}: {decoy}" if asked else decoy)
    if asked:
        raise NotText(url, asked)


def gunzip(url: str, body: bytes, most_bytes: int) -> bytes:
    """A gzip file's content, also of one packed twice. Raises NotText where it is broken, TooLarge."""
    for _ in range(2):
        if body.startswith(GZIP_MAGIC):
            try:
                body = GzipFile(fileobj=BytesIO(body)).read(most_bytes + 1)
            except (OSError, EOFError, zlib.error) as error:
                raise NotText(url, f"broken gzip: {error}") from None
            if len(body) > most_bytes:
                raise TooLarge(url, f"more than {most_bytes} bytes once unpacked")
    return body


def judge_robots(body: bytes, *, url: str = "/robots.txt") -> None:
    """Raises Decoy where a robots.txt is an HTML page: its rules are then unknown, not absent."""
    if _looks_html(body):
        raise Decoy(url, f"HTML where text was asked: {find_decoy(url, body) or 'no robots.txt'}")


def decode(body: bytes, content_type: str | None, *, url: str = "(address not given)") -> tuple[str, int]:
    """The text, and how many characters stand as U+FFFD in it because they could not be decoded.

    A byte order mark counts first, or the NULs of UTF-16 without one. A body that is sound UTF-8 as a whole is UTF-8,
    whatever is declared: other text is so by chance only where it is a word or two. Else the header's charset counts,
    then one declared in the first 1024 bytes, but neither "utf-8" where no character is sound UTF-8, which is then
    windows-1252. The labels iso-8859-1 and ascii mean windows-1252, as in browsers. The hosts of 1997-2009 are
    windows-1252 where they are not UTF-8. Raises NotText above MAX_UNDECODABLE or UNDECODABLE_ONE_IN.
    """
    encoding = bad = None
    for encoding in _encodings(body, content_type, url):
        text, bad = _decoded(body, encoding)
        if bad <= min(MAX_UNDECODABLE, len(text) // UNDECODABLE_ONE_IN):
            return text, bad
    raise NotText(url, f"{bad} characters that are not {encoding}")


def _decoded(body: bytes, encoding: str) -> tuple[str, int]:
    """The text, and how many characters of it stand for bytes that are none."""
    bad = 0
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
        printed = body.count("\ufffd".encode()) if encoding == "utf-8" else 0  # such a character can be the page's own
        bad = text.count("\ufffd") - printed
    text = text.removeprefix("\ufeff")
    if encoding != "utf-8" or _C1_IN_UTF8.search(body):  # translate costs ten times as much as the parser
        text = text.translate(C1_AS_WINDOWS_1252)
    return text, bad


def find_decoy(url: str, body: bytes) -> str | None:
    """The name of the decoy of data/decoys.toml that an HTML page is, or "reloads_itself"."""
    source = body.lower()
    titles = _titles(source)
    stub = not _has_article(source)
    suspects = [decoy for decoy in _decoys() if decoy.may_be(titles, stub=stub)]
    if not suspects and not stub:
        return None
    text, refresh = _seen(body, url)
    for decoy in suspects:
        if decoy.fits(text, source):
            return decoy.name
    return "reloads_itself" if stub and _reloads(url, text, refresh) else None


def _judge_status(url: str, status: int) -> None:
    if status in GONE:
        raise Gone(url, f"status {status}")
    if status in BLOCKED:
        raise Blocked(url, f"status {status}")
    if not 200 <= status < 300:
        raise Unreachable(url, f"status {status}")


def _judge_text(url: str, content_type: str | None, body: bytes, *, nul: bool = False) -> None:
    """nul: whether NUL bytes are the reader's matter, to whom they cost an entry."""
    media_type = (content_type or "text/html").partition(";")[0].strip().lower()
    for magic, name in MAGIC.items():
        if body.startswith(magic):
            raise NotText(url, f"a {name} file")
    if not _TEXT_TYPE.fullmatch(media_type):
        raise NotText(url, f"content type {media_type!r}")
    if b"\0" in body and not nul and _wide(body) is None:
        raise NotText(url, "NUL bytes")
    decode(body, content_type, url=url)


# "utf-8", "cp1252", "iso8859-15", "euc_jp", "gb18030"; not "rot13", "idna", "unicode_escape", which Python has, too
# nor what ASCII is not part of: UTF-16 has a mark or NULs, and no page is EBCDIC (cp037)
_PAGE_ENCODING = re.compile(
    r"(?:utf[-_]?8|cp(?:125\d|874|866|932|936|949|950)|iso|latin|ascii|koi8|mac|big5|gb|euc|shift|hz)", re.I
)
# "<\0!\0", "\0<\0!": the first two characters of a page
_WIDE = {"utf-16-le": re.compile(rb"(?:[\t-~]\x00){2}"), "utf-16-be": re.compile(rb"(?:\x00[\t-~]){2}")}


def _looks_html(body: bytes) -> bool:
    return _HTML.match(body[:4096].removeprefix(UTF8_BOM)) is not None


def _encodings(body: bytes, content_type: str | None, url: str) -> Iterator[str]:
    """What the text may be in, most telling first; a later one counts only where an earlier one does not fit."""
    if (wide := _wide(body)) is not None:
        yield wide
        return
    if body.startswith(UTF8_BOM) or _is_utf8(body):
        yield "utf-8"
        return
    if urlsplit(url).hostname in WINDOWS_1252_HOSTS:
        yield "cp1252"
        return
    is_other = body.decode("utf-8", "ignore").isascii() and not body.isascii()  # no character is sound UTF-8
    declared = [http_content_type_encoding(content_type), html_body_declared_encoding(body[:1024])]
    for name in declared:
        if name and _PAGE_ENCODING.match(name) and not (is_other and name == "utf-8"):
            yield name
    if is_other:
        yield "cp1252"
    yield "utf-8"


def _wide(body: bytes) -> str | None:
    """UTF-16 or UTF-32, by its mark or its NULs."""
    marked = read_bom(body)[0]
    if marked is not None:
        return marked if marked != "utf-8" else None
    return next((name for name, start in _WIDE.items() if start.match(body)), None)


def _is_utf8(body: bytes) -> bool:
    """Whether the whole is sound UTF-8, with a character in it that ASCII has not."""
    try:
        return not body.decode().isascii()
    except UnicodeDecodeError:
        return False


@dataclass(frozen=True, slots=True)
class _Decoy:
    """An entry of data/decoys.toml; None is a condition that it does not have."""

    name: str
    title: frozenset[str] | None
    text: tuple[str, ...] | None
    markup: tuple[bytes, ...] | None
    max_words: int | None

    def may_be(self, titles: set[str], *, stub: bool) -> bool:
        return (self.title is None or not titles.isdisjoint(self.title)) and (self.max_words is None or stub)

    def fits(self, text: str, source: bytes) -> bool:
        return (
            (self.text is None or any(mark in text for mark in self.text))
            and (self.markup is None or any(mark in source for mark in self.markup))
            and (self.max_words is None or len(text.split()) <= self.max_words)
        )


def _titles(source: bytes) -> set[str]:
    """Titles and first-level headings, with and without the site's name; lower case, white space folded."""
    found: set[str] = set()
    for element in (b"title", b"h1"):
        at = -1
        for _ in range(MAX_TITLES):
            at = source.find(b"<" + element, at + 1)
            if at < 0:
                break
            end = source.find(b"</" + element, at, at + MAX_TITLE_BYTES)
            printed = source[at : end if end >= 0 else at + MAX_TITLE_BYTES]
            title = _fold(unescape(_TAG.sub(b"", printed).decode("utf-8", "replace")))
            found |= {title, _SITE_NAME.sub("", title)}
    return found


def _has_article(source: bytes) -> bool:
    """More words in its paragraphs than any decoy has: seen without parsing the page."""
    words = 0
    for paragraph in _PARAGRAPH.finditer(source):
        words += len(_TAG.sub(b"", paragraph[1]).split())
        if words > ARTICLE_WORDS:
            return True
    return False


def _seen(body: bytes, url: str) -> tuple[str, str | None]:
    """What a visitor reads (lower case, white space folded), and the content of a meta refresh."""
    tree = tree_of(body.decode("utf-8", "replace"), url)
    refresh = [
        node.attributes.get("content")
        for node in tree.css("meta[http-equiv]")
        if (node.attributes.get("http-equiv") or "").strip().lower() == "refresh"
    ]
    tree.strip_tags(["script", "style", "template", "title", "svg"])
    return _fold(tree.root.text(separator=" ")) if tree.root else "", refresh[0] if refresh else None


def _reloads(url: str, text: str, refresh: str | None) -> bool:
    if refresh is None or len(text.split()) > MAX_RELOAD_WORDS:
        return False
    parts = _REFRESH.fullmatch(refresh)
    try:
        target = urljoin(url, str(parts[1] or "") if parts else "")
    except ValueError:  # http://[::1
        return False
    return urldefrag(target).url.rstrip("/") == urldefrag(url).url.rstrip("/")


@cache
def _decoys() -> tuple[_Decoy, ...]:
    data = load("decoys")
    return tuple(_entry(row) for row in data["decoy"])


def _entry(row: dict[str, object]) -> _Decoy:
    title, markup, max_words = _strings(row, "title"), _strings(row, "markup"), row.get("max_words")
    return _Decoy(
        name=str(row["name"]),
        title=frozenset(title) if title else None,
        text=_strings(row, "text"),
        markup=tuple(mark.encode() for mark in markup) if markup else None,
        max_words=max_words if isinstance(max_words, int) else None,
    )


def _strings(row: dict[str, object], key: str) -> tuple[str, ...] | None:
    found = row.get(key)
    return tuple(map(str, found)) if isinstance(found, list) else None


def _fold(text: str) -> str:
    return " ".join(text.lower().split())
