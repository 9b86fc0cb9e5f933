"""Step 4: is the page whole? Pure. A page that was cut off must never become "State deleted the rest".

Four things tell:

- the head of the answer: 206, fewer bytes than its Content-Length says, a connection that was closed early;
- the end of the page. Each form says what it is (End): what closes it, and what its foot is made of;
- whether the element that holds the text is closed at all. What was cut off and then closed by somebody on the way
  (a proxy's `</body></html>`, WordPress's own page of errors behind half a page) ends as a page does, inside its text;
- words of the server where its program broke down in the middle (data/server_lines.toml).

A page whose text is closed and whose end alone is missing may be whole in a form that has changed: such a refusal
carries what was read, and another day that shows the same lets it in (exporters/sqlite/settle.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from crawler.data import load
from crawler.errors import CutOff
from crawler.web.blocks import TooDeep, read_blocks
from crawler.web.exchange import UNTOLD_END
from crawler.web.marks import ancestors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborHTMLParser

    from crawler.errors import Refusal
    from crawler.items import Block, Capture, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What a whole page of a form ends with, besides `</html>` or `</body>`."""

    text: tuple[str, ...] = ()
    """The element that holds the text, by the selectors with which the form looks for it; it must be closed. Empty
    where the text stands loose in the page."""
    foot: bool = False
    """Whether the foot of a hand-made page must be seen: nothing else parts its loose text from what was cut off."""
    unclosed: bool = False
    """Whether pages of the form were seen that close nothing; then their foot is enough."""


#: Put behind the page before it is parsed: the parser lays it into whatever is still open there.
MARK: Final = '<wbr id="remarks-end">'
MARK_ID: Final = "remarks-end"
# "</div>", "\n": what may stand behind the end of a page, besides comments (caches, the Internet Archive) and scripts
CLOSING_TAGS: Final = re.compile(r"(?:\s++|</\w++>)*+")
BEGIN_TAG: Final = re.compile(r"<(?:html|head|body)\b", re.I)
END_TAG: Final = re.compile(r"</(?:html|body)\s*>")
# The end is looked for in so many characters: caches and counters write less behind it.
END_CHARACTERS: Final = 20_000
# What only the foot of the hand-made pages has: those of 1997-2009 often close nothing.
OLD_FOOT: Final = re.compile(
    r"\[\s*end of (?:document|file|text|transcript)\s*\]|\bback to (?:the )?top</a>|\bmanages this site\b|"
    r"\bdepartment of state(?: home page)?</a>|\bhome page</a>|\bcopyright information\b|\bdisclaimers\b",
    re.I,
)
# The bar under the text of 1997: bars part chapters, too, so that it is a foot only on a page that was closed.
BAR: Final = re.compile(r"""<img\b[^<>]{0,300}\balt\s*=\s*["']?(?:blue|flag) (?:bar|line)[^<>]{0,300}>""", re.I)
TAG: Final = re.compile(r"<[^<>]*>?")
# No more words than these stand behind the last of them, on a page that is closed.
MOST_FOOT_WORDS: Final = 12
# So much of an old page's end is looked at: foot and links are no longer.
FOOT_CHARACTERS: Final = 3000
# A text without markup that is whole ends in a sentence, a bracket, a sign or a heading of the site's foot.
TEXT_END: Final = re.compile(r"[.!?…)\]#*”\"’'>\d-]\s*$")
SHORT_LINE_WORDS: Final = 8
# "(The briefing concluded at 12:40 p.m.)", "[End of Document]", "# # #", "(end text)", "END", "NNNN"
CLOSING: Final = re.compile(
    r"\A(?:[\[(][^\])]{0,80}\b(?:concluded|adjourned|ended|end|ends)\b[^\])]{0,60}[\])]\.?"
    r"|(?:the )?(?:\w{1,20} ){0,3}(?:briefing|conference|interview|session) (?:was )?(?:concluded|adjourned|ended)"
    r"(?: at [^.]{1,20}\.?m?)?\.?"
    r"|\(?#(?:\s?#)+\)?|end(?: of)?(?: (?:document|file|text|transcript|briefing|statement))?|-0-|-30-|nnnn"
    r"|(?:\*\s?){3,})\Z",
    re.I,
)
# Such a line stands among so many of the last ones.
CLOSING_LINES: Final = 6
# "<b>Fatal error</b>: Allowed memory size … in <b>/var/www/x.php</b> on line <b>12</b>", tags taken away
PHP: Final = re.compile(
    r"\b(?:(?:Catchable |Recoverable |PHP )?(?:Fatal|Parse|Core|Compile)[ -]error"
    r"|(?:PHP )?(?:Warning|Notice|Deprecated|Strict Standards)): {1,3}\S.{0,400}?"
    r" in (?:/|[A-Z]:[\\/]|phar:|\w[\w/\\.-]{0,200}\.(?:php|inc|phtml)\b)\S{0,300}?"
    r"(?:(?:\(\d+\)(?: : eval\(\)'d code)?)? on line \d+|:\d+)"
)
PHP_SIGN: Final = re.compile(r"\.php|line\s\d")
SERVER_LINES: Final = re.compile(
    r"\A(?:error:? )?(?:" + "|".join(line for server in load("server_lines")["server"] for line in server["line"]) + ")"
)
MOST_LINE_WORDS: Final = 60
MOST_LINE_CHARACTERS: Final = 600
IN_TAG: Final = "it ends inside a tag, a comment or a script"
NO_END: Final = "neither </html> nor </body>"


def check_answer(capture: Capture) -> None:
    """Raises CutOff for an answer whose head says that it is not whole; only the page tells of an end untold there."""
    if capture.cut is not None and capture.cut != UNTOLD_END:
        raise CutOff(capture.url, capture.cut)


def cut_off(url: str, name: str, missing: str, text: str, page: Page | None = None) -> CutOff:
    """The refusal that names the form, what is missing and where the page breaks off."""
    return CutOff(url, f"{name}: the end is missing: {missing}; it ends in {' '.join(text[-80:].split())!r}", page)


def check_page(page: Page, text: str, capture: Capture, missing: str | None) -> Page:
    """The page; raises CutOff with it where its end is missing, and without it where the server speaks in it."""
    if (words := words_of_the_server(page.blocks)) is not None:
        raise CutOff(capture.url, f"{page.template}: words of the server stand in the page: {words!r}")
    missing = missing or capture.cut
    if missing is None:
        return page
    told = (*page.unread, f"end: {missing}; stored because another day showed the same")
    raise cut_off(capture.url, page.template, missing, text, replace(page, unread=told))


def open_at_end(tree: LexborHTMLParser) -> frozenset[int] | None:
    """The elements that are still open where the page ends (mem_id), told by the MARK behind it.

    None where the page ends inside a tag, a comment or a script, which took the MARK in.
    """
    node = tree.body
    while node is not None and node.last_child is not None:
        node = node.last_child
    if node is None or node.attributes.get("id") != MARK_ID:  # laid before a table that is open
        node = tree.css_first(f"#{MARK_ID}")
    if node is None:
        return None
    return frozenset(above.mem_id for above in ancestors(node) if above.tag not in ("body", "html"))


def missing_inside(end: End, tree: LexborHTMLParser) -> str | None:
    """What is missing where the page ends before the element that holds its text does; None where that is closed."""
    unclosed = open_at_end(tree)
    if unclosed is None:
        return IN_TAG if end.text else None
    for selector in end.text if unclosed else ():
        holders = [node for node in tree.css(selector) if node.text(strip=True)]
        if holders:
            return f"{selector} is never closed" if any(node.mem_id in unclosed for node in holders) else None
    return None


def missing_in_markup(end: End, text: str) -> str | None:
    """Which end a page has not that its form has; None for a whole page."""
    tail = text[-END_CHARACTERS:].lower()
    closed = any(_is_last(tail, tag.end()) for tag in list(END_TAG.finditer(tail))[-2:])
    if not closed and text.rfind("<") > text.rfind(">"):
        return IN_TAG
    if not closed:
        return None if end.unclosed and _words_behind_foot(text, OLD_FOOT) == 0 else NO_END
    if end.foot and min(_words_behind_foot(text, foot) for foot in (OLD_FOOT, BAR)) > MOST_FOOT_WORDS:
        return "no foot of the page before </html> or </body>"
    return None


def missing_in_text(text: str, *, briefing: bool) -> str | None:
    """The same for a text without markup; a briefing always has a closing line."""
    lines = [" ".join(line.split()) for line in text.rstrip().splitlines() if line.strip()]
    if any(CLOSING.fullmatch(line) for line in lines[-CLOSING_LINES:]):
        return None
    if briefing:
        return "no closing line"
    return None if _ends_as_text(text) else "no end of a sentence, no closing line"


def words_of_the_server(blocks: Iterable[Block]) -> str | None:
    """The first line that no person wrote; None where there is none."""
    for block in blocks:
        if PHP_SIGN.search(block.text) and (found := PHP.search(" ".join(block.text.split()))) is not None:
            return found[0][:120]
        for line in {block.text, *block.text.split("\n")}:
            if (words := server_line(line)) is not None:
                return words
    return None


def server_line(line: str) -> str | None:
    """The line, white space folded, where the whole of it is one that a server prints."""
    if len(line) > MOST_LINE_CHARACTERS:
        return None
    folded = " ".join(words := line.split())
    return folded[:120] if len(words) <= MOST_LINE_WORDS and SERVER_LINES.fullmatch(folded.lower()) else None


def in_place_of(refusal: Refusal, tree: LexborHTMLParser, text: str, end: End) -> Refusal:
    """The refusal of a page that no form could read, as CutOff where it is no page: the server's words, or a part."""
    try:
        blocks = read_blocks(tree.body) if tree.body is not None else ()
    except TooDeep:
        blocks = ()
    if (words := words_of_the_server(blocks)) is not None:
        return CutOff(refusal.url, f"words of the server stand in place of the page: {words!r}")
    if BEGIN_TAG.search(text) and (missing := missing_in_markup(end, text)) is not None:
        return cut_off(refusal.url, refusal.reason, missing, text)
    return refusal


def _is_last(text: str, at: int) -> bool:
    """Whether nothing stands there that a reader would see; text in small letters."""
    while (at := CLOSING_TAGS.match(text, at).end()) < len(text):  # type: ignore[union-attr]
        opening, closing = ("<!--", "-->") if text.startswith("<!--", at) else ("<script", "</script>")
        if not text.startswith(opening, at) or (end := text.find(closing, at)) < 0:
            return False
        at = end + len(closing)
    return True


def _words_behind_foot(text: str, foot: re.Pattern[str]) -> int:
    """How many words stand behind the last foot of the page; very many where it has none."""
    tail = text[-FOOT_CHARACTERS:]
    ends = [match.end() for match in foot.finditer(tail)]
    return len(TAG.sub(" ", tail[ends[-1] :]).split()) if ends else FOOT_CHARACTERS


def _ends_as_text(text: str) -> bool:
    *before, last = text.rstrip().splitlines() or [""]
    words = last.split()
    capitals = sum(word[:1].isupper() or word[:1].isdigit() for word in words)
    alone = bool(before) and not before[-1].strip()
    heading = alone and 1 < len(words) <= SHORT_LINE_WORDS and 2 * capitals >= len(words)
    return TEXT_END.search(last) is not None or heading
