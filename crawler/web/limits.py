"""Step 3 and 4: what markup the parser may be given. Pure.

The parser is in C and cannot be interrupted. Its time grows by the square of how deep elements stand in one another and
of how many attributes one has, and it opens emphasis again in each paragraph that follows one that did not close it. So
these are counted first. Of real pages the largest has 2,800 tags, nests 40 deep and has 30 attributes in a tag.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from crawler.controls import readable
from crawler.errors import NotText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborNode

# ---- tokens ----
# Step 4, second half: a container -> its tags and texts in page order. Touches the parsed tree and nothing else.
#
# What is read is the container as the parser writes it out again. Broken markup has been mended there: every element
# is closed, attributes are lower case, in double quotes, each once, and a text has no "<". Two regular expressions
# over that take a fifth of the time that a walk from node to node takes (a page has 250 nodes, each several calls into
# the parser).


Token = tuple[str, str, str, str, str]
"""("", "/" of a closing tag, its name, its attributes as written, text); what does not apply is empty."""

# "Mr.\xa0 Secretary"
SPACE = re.compile(r"\s+")
# Elements whose text is written out as it stands, "<" included; nobody reads it.
RAW_TAGS = frozenset({"script", "style", "iframe", "noembed", "noframes"})
# "<xmp>if a < b</xmp>", "<plaintext>": of the first browsers; they are read
PRINTED_RAW = re.compile(r"<(xmp|plaintext)(?=[\s>])[^>]*+(?:>|\Z)(.*?)(?:</\1>|\Z)", re.DOTALL)
_VOID = "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
VOID_TAGS = frozenset(_VOID.split())
# ' class="a b"', ' foo"=""' (of <p foo">): a name may hold anything but what ends it, a value no quotation mark
ATTRIBUTE = r' (=?[^ \t\n\f\r=>/]*)="([^"]*)"'
# "<!-- a > b -->", "<script>if (a<b) …</script>", "</p>", '<p class="a">', "Good morning."
TOKEN = re.compile(
    rf"<!--.*?(?:-->|\Z)|<({'|'.join(sorted(RAW_TAGS))})(?=[\s>]).*?(?:</\1>|\Z)"
    rf"|<(/?)([^ \t\n\f\r/>]++)((?:{ATTRIBUTE.replace('(=', '(?:=').replace('([', '(?:[')})*+)[^>]*+(?:>|\Z)"
    r"|([^<]+|<)",
    re.DOTALL,
)
NAME_AND_VALUE = re.compile(ATTRIBUTE)


def tokens(container: LexborNode) -> list[Token]:
    """All that is in the container but for comments and scripts, without its own tag."""
    markup = container.inner_html or ""
    if "<xmp" in markup or "<plaintext" in markup:
        markup = PRINTED_RAW.sub(lambda found: f"<pre>{escape(found[2], quote=False)}</pre>", markup)
    return TOKEN.findall(markup)


@lru_cache(maxsize=4096)
def attributes(written: str) -> dict[str, str]:
    """Name -> value of the attributes of a tag; not to be changed."""
    return {name: plain(value) for name, value in NAME_AND_VALUE.findall(written)}


def plain(text: str) -> str:
    """The text without the references that the parser writes."""
    if "&" not in text:
        return text
    text = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&")


def folded(written: str) -> str:
    """The text as it is seen: white space of any kind as single spaces, and nothing that takes no place."""
    text = plain(written).replace("\n", " ").replace("\xa0", " ")
    if not text.isprintable():
        text = SPACE.sub(" ", readable(text))
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def end_of(found: Sequence[Token], start: int) -> int:
    """The number of the token that closes the element opened at start; its own for an element without an end."""
    name = found[start][2]
    if name in VOID_TAGS:
        return start
    depth = 0
    for number in range(start, len(found)):
        _, closing, tag, _, _ = found[number]
        if tag == name:
            depth += -1 if closing else 1
            if depth == 0:
                return number
    return len(found) - 1


#: Most "<" of a page.
MOST_TAGS: Final = 30_000
#: Most elements open at once, an end tag that does not fit the last of them not counted: half a second of the parser.
MOST_OPEN: Final = 3_000
#: Most elements that it may make, those of unclosed emphasis counted again for each tag behind it: a second, 200 MB.
MOST_ELEMENTS: Final = 500_000
#: Most attributes of an element: 20 ms.
MOST_ATTRIBUTES: Final = 2_000
#: Below these nothing of it can be exceeded by much, and the tags are not looked at one by one.
FEW_TAGS, FEW_VALUES, FEW_EMPHASES, SHORT_TAG = 5_000, 10_000, 30, 4_000

_EMPHASIS = "b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
# '<font size="2"', '<i class="icon"': only such with attributes pile up; and any long tag
_SUSPECT = re.compile(rf"<(?:(?:{_EMPHASIS})[\s/][^<>]*+|[a-z][^<>]{{{SHORT_TAG}}}+)", re.I)
# "class=a", "checked", "title='a > b'"
_ATTRIBUTE = re.compile(
    r"(?<![\s/])[\s/]*+(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?)?"
)
# "<!-- <b> -->", "</p>", '<p class="a">'
_TAG = re.compile(rf"<!--.*?(?:-->|\Z)|<(/?)([a-z][^\s/>]*+)((?:{_ATTRIBUTE.pattern})*+)", re.I | re.S)
_EMPHASES = frozenset(_EMPHASIS.split("|"))
# What ends which, where it stands right behind it. A paragraph ends another with the emphasis that is left open in it.
_CELLS, _ROWS = {"td", "th", "p"}, {"thead", "tbody", "tfoot"}
_ENDS = {"p": {"p"}, "li": {"li", "p"}, "dd": {"dd", "dt", "p"}, "dt": {"dd", "dt", "p"}, "a": {"a"}}
_ENDS |= {"option": {"option"}, "optgroup": {"option", "optgroup"}, "td": _CELLS, "th": _CELLS, "tr": _CELLS | {"tr"}}
_ENDS |= dict.fromkeys(_ROWS, _CELLS | {"tr"} | _ROWS)
# What is in them is no markup, but where they stand in a drawing or a formula.
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.I)
    for name in ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
}
_FOREIGN = frozenset({"svg", "math"})


def tree_of(text: str, url: str) -> LexborHTMLParser:
    """The parsed page. Raises NotText where the parser would be busy for long with it."""
    if (tags := text.count("<")) > MOST_TAGS:
        raise NotText(url, f"{tags} tags; the most that a page of these hosts has is a few thousand")
    suspects = set(_SUSPECT.findall(text))
    many = tags > FEW_TAGS or text.count("=") > FEW_VALUES or len(suspects) > FEW_EMPHASES
    if many or any(len(tag) > SHORT_TAG for tag in suspects):
        _count(text, url)
    return LexborHTMLParser(text)


def _count(text: str, url: str) -> None:
    opened: list[tuple[str, str]] = []
    emphases: dict[str, int] = {}
    again = elements = foreign = root = at = 0
    while (tag := _TAG.search(text, at)) is not None:
        at = tag.end()
        closing, name, attributes = tag[1], (tag[2] or "").lower(), tag[3]
        if not name:
            continue
        if closing:
            if opened and opened[-1][0] == name:
                _, written = opened.pop()
                foreign -= name in _FOREIGN
                if name in _EMPHASES:
                    emphases[written] -= 1
                    again -= emphases[written] < 3
        elif name in _ENDS:
            _end(opened, name)
        if closing or name in VOID_TAGS:
            elements += again
            continue
        if name in ("html", "body"):  # all such tags of a page are one element
            root += len(_ATTRIBUTE.findall(attributes))
        if root > MOST_ATTRIBUTES or (
            len(attributes) > SHORT_TAG and len(_ATTRIBUTE.findall(attributes)) > MOST_ATTRIBUTES
        ):
            raise NotText(url, f"an element with more than {MOST_ATTRIBUTES} attributes")
        elements += 1 + again
        written = f"{name} {attributes}"
        opened.append((name, written))
        if name in _EMPHASES:  # of equal ones the parser opens three again
            emphases[written] = emphases.get(written, 0) + 1
            again += emphases[written] <= 3
        if len(opened) + again > MOST_OPEN:
            raise NotText(url, f"more than {MOST_OPEN} elements inside one another")
        if elements > MOST_ELEMENTS:
            raise NotText(url, f"more than {MOST_ELEMENTS} elements, most of them emphasis that is never closed")
        foreign += name in _FOREIGN
        if name in _RAW and not foreign:
            end = _RAW[name].search(text, at)
            if end is None:
                return
            at = end.start()
        elif name == "plaintext":
            return


def _end(opened: list[tuple[str, str]], name: str) -> None:
    """Takes away the open elements that such a start tag ends."""
    number = len(opened)
    while name == "p" and number and opened[number - 1][0] in _EMPHASES:
        number -= 1
    if number and opened[number - 1][0] in _ENDS[name]:
        del opened[number - 1 :]
        while opened and opened[-1][0] in _ENDS[name]:
            opened.pop()
