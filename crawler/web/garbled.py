"""Step 4: words of a page that were lost or garbled on their way through encodings; told, with an example. Pure.

"wasnâ€™t" is UTF-8 that somebody took for windows-1252 and encoded once more, before the page came to us. What it
was can be guessed, and the guess can be wrong: the words stay as they are printed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.items import Page

LOST: Final = "\ufffd"
# What the bytes 80 to BF, with which a character of UTF-8 goes on, are in windows-1252 and in Latin-1.
_ON: Final = "".join(sorted({bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0)}))
ON: Final = f"[{re.escape(_ON)}\x80-\x9f]"
# "wasnâ€™t", "cafÃ©", "Â©", "now.Â  Next" (the NBSP folded), "Ã la"; not "“LIBERTÉ”", not "« café »"
LATIN: Final = re.compile(rf"â€{ON}?|â{ON}{{2}}|(?<![A-ZÀ-Þ])[ÂÃ]{ON}|(?<![A-ZÀ-Þ])Â(?= )|(?<!\w)Ã(?= )")
# "Ð¿Ñ€Ð¸", "Ø§Ù„Ø³": three characters in a row, as no text in Latin letters has them
OTHER: Final = re.compile(rf"(?:[Â-ß]{ON}|[à-ï]{ON}{{2}}|[ð-ô]{ON}{{3}}){{3,}}")
# "cafй", "hadn抰": one letter of another script in a word, where the bytes were read by the table of another language
_CYRILLIC: Final = "[\u0430-\u044f\u0451]"
MIXED: Final = re.compile(
    f"(?<=[a-z]){_CYRILLIC}|{_CYRILLIC}(?=[a-z])|(?<=[a-z])[\u4e00-\u9fff](?=[a-z ,.])",
)
#: Letters at least one of which a garbled text has; looking for them costs a tenth of the patterns.
SIGNS: Final = {LATIN: "âÂÃ", OTHER: "ÐÑØÙàáâãäåæçèéêëìíîïðñòó"}
EXAMPLE_CHARACTERS: Final = 20


def spoiled_words(page: Page, replaced: int) -> Iterator[str]:
    """Lines for Page.unread; replaced: bytes of the whole page that could not be decoded."""
    texts = [text for text in (page.title, *page.byline, *page.places, *(block.text for block in page.blocks)) if text]
    lost = _found(texts, re.compile(LOST), LOST)
    if replaced or lost:
        told = f"encoding: {replaced} bytes that are not text were replaced"
        words = told if replaced else f"encoding: {len(lost)} characters are lost on the page itself"
        yield words + (f", e.g. {lost[0]!r}" if lost else "")
    for pattern, signs in SIGNS.items():
        if found := _found(texts, pattern, signs):
            yield f"encoding: {len(found)} garbled characters, e.g. {found[0]!r}"
            return
    mixed = _found((text for text in texts if not _is_western(text)), MIXED, None)
    if mixed and (page.language or "en")[:2].lower() not in ("zh", "ja", "ru", "uk", "ko"):
        yield f"encoding: {len(mixed)} words in two scripts, e.g. {mixed[0]!r}"


def _is_western(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _found(texts: Iterable[str], pattern: re.Pattern[str], signs: str | None) -> list[str]:
    """Each place that fits, with what stands around it."""
    found = []
    for text in texts:
        if text.isascii() or (signs is not None and not any(sign in text for sign in signs)):
            continue
        spans = (match.span() for match in pattern.finditer(text))
        found += [text[max(start - EXAMPLE_CHARACTERS, 0) : end + EXAMPLE_CHARACTERS] for start, end in spans]
    return found
