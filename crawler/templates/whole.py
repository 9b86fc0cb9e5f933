"""Step 4: is the page whole? Pure. A page that was cut off must never become "State deleted the rest".

Three things tell: the head of the answer (206, fewer bytes than its Content-Length says, a connection that was closed
early), the end of the page, which each form has, and words of the server where its program broke down in the middle.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.errors import CutOff

if TYPE_CHECKING:
    from crawler.items import Block, Capture, Page

# What stands behind the end of a page: comments (caches, the Internet Archive), blanks, scripts, closing tags.
AFTER_END: Final = re.compile(
    r"(?:\s++|<!--(?:(?!-->).)*+-->|<script\b(?:(?!</script).)*+</script\s*+>|</\w++\s*+>)*+", re.S | re.I
)
END_TAG: Final = re.compile(r"</(?:html|body)\s*>", re.I)
# What only the foot of the hand-made pages has: those of 1997-2009 often close nothing.
OLD_FOOT: Final = re.compile(
    r"\[\s*end of (?:document|file|text|transcript)\s*\]|\bback to (?:the )?top\b|\bmanages this site\b|"
    r"\bdepartment of state(?: home page)?</a>|\bhome page</a>",
    re.I,
)
TAG: Final = re.compile(r"<[^<>]*>?")
# No more words than these stand behind the last of them.
MOST_FOOT_WORDS: Final = 40
OLD_FORMS: Final = frozenset({"html_1997", "cms_2001", "hard_wrapped"})
# So much of an old page's end is looked at: foot and links are no longer.
FOOT_CHARACTERS: Final = 3000
# A text without markup that is whole ends in a sentence, a bracket, a sign ("# # #") or a heading of the site's foot.
TEXT_END: Final = re.compile(r"[.!?…)\]#*”\"’'>\d-]\s*$")
SHORT_LINE_WORDS: Final = 8
# "<b>Fatal error</b>: Allowed memory size … in <b>/var/www/x.php</b> on line <b>12</b>", tags taken away
PHP: Final = re.compile(
    r"\b(?:(?:Catchable |Recoverable |PHP )?(?:Fatal|Parse|Core|Compile)[ -]error"
    r"|(?:PHP )?(?:Warning|Notice|Deprecated|Strict Standards)):\s+\S.{0,1500}?"
    r"\bin \S+?(?:\.\w{2,5}|\(\d+\)(?: : eval\(\)'d code)?) on line \d+",
    re.S,
)
# Such a line, whole, is no speech. A speaker who quotes it says more in the same paragraph.
SERVER_LINES: Final = re.compile(
    r"(?:error:?\s+)?(?:"
    r"there has been a critical error on (?:this|your) web ?site\b.*|"
    r"the site is experiencing technical difficulties\b.*|"
    r"error establishing a (?:database|redis) connection\b.*|"
    r"briefly unavailable for scheduled maintenance\b.*|"
    r"allowed memory size of \d+ bytes exhausted\b.*|"
    r"maximum execution time of \d+ seconds? exceeded\b.*|"
    r"uncaught (?:\w+\\?)*(?:error|exception)\b.*|"
    r"(?:5\d\d )?(?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out)|"
    r"(?:the server encountered|an internal error occurred|your request could not be processed|guru meditation)\b.*|"
    r"(?:server error in .{1,60} application\.?|runtime error|object moved|xid: \d+)|"
    r"error (?:code )?5\d\d\b.{0,80}|reference ?#[\da-f.]{8,}|"
    r"(?:microsoft )?(?:ole db|odbc|vbscript|jet database)\b.{0,80}\berror\b.*|"
    r"(?:mysql|mysqli|pg)_\w+\(\).*|you have an error in your sql syntax\b.*|"
    r"the web site you are accessing has experienced an unexpected error\b.*|"
    r"(?:coldfusion|error) (?:occurred while processing request|diagnostic information)\b.*"
    r")",
    re.I | re.S,
)
MOST_LINE_WORDS: Final = 45


def check_answer(capture: Capture) -> None:
    """Raises CutOff for an answer whose head says that it is not whole."""
    if capture.cut is not None:
        raise CutOff(capture.url, capture.cut)


def check_page(page: Page, text: str, capture: Capture) -> None:
    """Raises CutOff for a page without the end of its form, or with words of the server in it; text: its markup."""
    if (words := _words_of_the_server(page.blocks)) is not None:
        raise CutOff(capture.url, f"{page.template}: words of the server stand in the page: {words!r}")
    if (end := _missing_end(page, text)) is not None:
        raise CutOff(capture.url, f"{page.template}: the end is missing: {end}; it ends in {_tail(text)!r}")


def _missing_end(page: Page, text: str) -> str | None:
    """Which end the page should have and has not; None for a whole page."""
    if page.template == "plain_text" or (page.template == "hard_wrapped" and "<" not in text):
        return None if _ends_as_text(text) else "no end of a sentence, no closing line"
    if text.rfind("<") > text.rfind(">"):
        return "it ends inside a tag"
    ends = list(END_TAG.finditer(text))
    if any(AFTER_END.fullmatch(text, end.end()) for end in ends[-2:]):
        return None
    if page.template in OLD_FORMS and _has_old_foot(text[-FOOT_CHARACTERS:]):
        return None
    return "neither </html> nor </body>"


def _has_old_foot(text: str) -> bool:
    ends = [match.end() for match in OLD_FOOT.finditer(text)]
    return bool(ends) and len(TAG.sub(" ", text[ends[-1] :]).split()) <= MOST_FOOT_WORDS


def _ends_as_text(text: str) -> bool:
    *before, last = text.rstrip().splitlines() or [""]
    words = last.split()
    capitals = sum(word[:1].isupper() or word[:1].isdigit() for word in words)
    alone = bool(before) and not before[-1].strip()
    heading = alone and 1 < len(words) <= SHORT_LINE_WORDS and 2 * capitals >= len(words)
    return TEXT_END.search(last) is not None or heading


def _words_of_the_server(blocks: tuple[Block, ...]) -> str | None:
    for block in blocks:
        for line in block.text.split("\n"):
            if (found := PHP.search(line)) is not None:
                return found[0][:120]
            if len(line) < 600 and SERVER_LINES.fullmatch(line.strip()) and len(line.split()) <= MOST_LINE_WORDS:
                return line.strip()[:120]
    return None


def _tail(text: str) -> str:
    return " ".join(text[-80:].split())
