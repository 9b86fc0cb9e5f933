"""Step 7: text without accents and capitals, letter for letter, so that offsets stay. Pure."""

from __future__ import annotations

import re
import unicodedata

# "ı" is no "i" with an accent for Unicode, nor "ł" an "l"
LETTERS = {
    "ı": "i",
    "ł": "l",
    "Ł": "L",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "ħ": "h",
    "ß": "s",
    "æ": "a",
    "ς": "σ",
}
# A letter with an accent, or another that ASCII does not have; quotes and dashes are none.
BEYOND = re.compile(r"[^\x00-\xbf\u2000-\u2bff]")


class _Plain(dict[int, int]):
    """Letter for letter, so that offsets stay: each character's base letter."""

    def __missing__(self, code: int) -> int:
        letter = LETTERS.get(chr(code)) or unicodedata.normalize("NFKD", chr(code))[0]
        self[code] = ord(letter.lower()) if len(letter.lower()) == 1 else code
        return self[code]


_PLAIN = _Plain()


def plain(text: str) -> str:
    """The text in lower case and without accents, as long as it was."""
    return text.translate(_PLAIN) if BEYOND.search(text) else text.lower()
