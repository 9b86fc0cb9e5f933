"""Characters that no reader sees, and that part a word or do something to a screen. Pure.

Out of titles, names and the words of a transcript, where a soft hyphen would make another label of one; spelled out in
reports.
"""

from __future__ import annotations

import re
from typing import Final

# ESC and the like, marks that turn the direction of writing, what has no width, and tags
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# controls that end a line or a word
BREAKS: Final = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
# joiners that no Arabic, Indic, Burmese, Khmer or Mongolian letter stands before
STRAY_JOINER: Final = re.compile(
    "(?<![\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufefc])[\u200c\u200d]"
)
# what a terminal or a mail program obeys, and halves of pairs, which no file or database takes
OBEYED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def readable(text: str) -> str:
    """A title, a name or the words of a page without them."""
    if text.isascii() and text.isprintable():
        return text
    return STRAY_JOINER.sub("", UNSEEN.sub("", BREAKS.sub(" ", text)))


def one_line(text: str) -> str:
    r"""The text for a line on a terminal, in a mail or a report: such characters as `\u001b`."""
    return OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def printable(text: str) -> str:
    """The same of several lines; JSON stays JSON."""
    return "\n".join(map(one_line, text.split("\n")))
