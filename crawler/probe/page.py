"""What stands on a page beside what its template reads: parts that no rule knows, order, foot, label forms. Pure."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from crawler.templates import cms_2001, cms_2009, html_1997, wordpress, wordpress_2019, wordpress_2025
from crawler.transcript.boilerplate import is_furniture, rules
from crawler.transcript.labels import is_honorific
from crawler.web.blocks import BLOCK_TAGS, UNSEEN_CLASSES, UNSEEN_STYLE, UNSEEN_TAGS
from crawler.web.health import decode
from crawler.web.limits import tree_of
from crawler.web.marks import ancestors
from crawler.web.markup import fold
from crawler.web.types import holds_speech

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from crawler.items import Capture, Remark

#: Elements in which a page puts what is no paragraph; in the text a class that no rule knows counts on these.
BOXES: Final = frozenset(
    {"div", "section", "aside", "article", "form", "details", "fieldset", "figure", "ul", "ol", "dl", "table"}
)
#: Their ids mark a place in the text.
ANCHORED: Final = BLOCK_TAGS - BOXES
#: Fewer letters and digits are a bullet or an arrow.
LEAST_CHARACTERS: Final = 2
SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Part:
    """An element with text that no rule knows."""

    name: str
    """Tag with id or classes: `div.newsletter`; where there are none the tags above it: `table > tr > td`."""
    characters: int
    text: str
    """How it begins."""
    inside: str
    """The nearest two elements round it that have a class or id; empty where none has."""


@dataclass(frozen=True, slots=True)
class _Form:
    """Where the text of a form stands, and in which order its parts are printed."""

    bodies: tuple[str, ...]
    order: tuple[tuple[str, ...], ...] = ()
    foot: str = ""
    """A selector; empty where the foot is what stands behind the text."""


_WORDPRESS = _Form(
    (wordpress.BODY,),
    tuple((line,) for line in (wordpress.HEADLINE, *wordpress.LINES)),
    "footer, #colophon, .site-footer",
)
FORMS: Final = {
    wordpress_2019.NAME: _WORDPRESS,
    wordpress_2025.NAME: _WORDPRESS,
    cms_2009.NAME: _Form(cms_2009.BODIES, cms_2009.ORDER, "footer, #footer, #footer-links, .l-footer"),
    cms_2001.NAME: _Form((cms_2001.BODY,)),
    html_1997.NAME: _Form(()),
}


def tree_of_capture(capture: Capture) -> LexborHTMLParser:
    """Raises NotText."""
    return tree_of(decode(capture.body, capture.content_type, url=capture.url)[0], capture.url)


# ---- parts that no rule knows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    marks: frozenset[str]
    text: tuple[str, ...]
    wrappers: frozenset[str]
    lines: tuple[tuple[str, ...], ...]
    """Each in the parts between its stars."""

    def is_text(self, marks: Iterable[str]) -> bool:
        return any(fnmatchcase(mark, pattern) for mark in marks for pattern in self.text)


@cache
def _known() -> _Known:
    data = tomllib.loads(files("crawler.data").joinpath("parts.toml").read_text("utf-8"))["part"]
    named = {
        key: frozenset(mark for part in data for mark in part.get(key, ())) for key in ("marks", "text", "wrappers")
    }
    stripped = {mark for rule in rules() for mark in rule.marks}
    return _Known(
        (named["marks"] | stripped) - named["wrappers"],
        tuple(sorted(named["text"])),
        named["wrappers"],
        tuple(tuple(line.casefold().split("*")) for part in data for line in part.get("lines", ())),
    )


def _is_like(parts: Sequence[str], text: str) -> bool:
    """Whether the text has the parts in order, the first at its beginning and the last at its end."""
    first, *inner = parts
    if not inner:
        return text == first
    last = inner.pop()
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in inner:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


@dataclass(slots=True)
class _Element:
    node: LexborNode
    above: _Element | None
    state: str
    """unseen, known, text (in the body of the form), outside, or unknown."""
    named: str
    """Tag with id and classes; empty where it has none that tell."""
    total: int = 0
    unknown: int = 0
    own: list[str] = field(default_factory=list)
    is_wrapper: bool = False
    """Holds parts that are known one by one."""


def unknown_parts(tree: LexborHTMLParser, template: str) -> list[Part]:
    """In page order; each is the largest element in which nothing is known."""
    if tree.body is None:
        return []
    form = FORMS.get(template)
    bodies = _bodies(tree, form) if form else set()
    everything_is_text = form is None or not form.bodies
    found: dict[int, _Element] = {}
    order: list[_Element] = []
    for node in tree.body.traverse(include_text=True):
        above = found.get(node.parent.mem_id) if node.parent is not None else None
        if node.tag == "-text":
            if above is not None and (text := fold(node.text_content or "")):
                above.own.append(text)
        elif node.tag and node.tag[0] not in "-!_":
            start = "text" if everything_is_text else "outside"
            element = _element(node, above, above.state if above else start, bodies)
            found[node.mem_id] = element
            order.append(element)
    for element in order:
        _count(element)
    for element in reversed(order):
        if element.above is not None:
            element.above.total += element.total
            element.above.unknown += element.unknown
    return list(_largest(order))


def _bodies(tree: LexborHTMLParser, form: _Form) -> set[int]:
    for selector in form.bodies:
        if nodes := [node for node in tree.css(selector) if fold(node.text())]:
            return {node.mem_id for node in nodes}
    return set()


def _element(node: LexborNode, above: _Element | None, outer: str, bodies: set[int]) -> _Element:
    tag, attributes = node.tag or "", node.attributes
    classes, id_ = (attributes.get("class") or "").split(), attributes.get("id")
    if tag in ANCHORED or tag not in BLOCK_TAGS:
        id_ = id_ if outer != "text" else None
    marks = [*(f".{one}" for one in classes), *([f"#{id_}"] if id_ else [])]
    named = tag + "".join(marks) if marks else ""
    known = _known()
    if outer == "unseen" or tag in UNSEEN_TAGS or not UNSEEN_CLASSES.isdisjoint(classes) or _is_hidden(attributes):
        state = "unseen"
    elif node.mem_id in bodies:
        state = "text"
    elif outer == "known" or tag in ("body", "html"):
        state = outer
    elif not known.marks.isdisjoint([tag, *marks]):
        state = "known"
    elif _is_line(node, known):
        state = "unseen"  # known by its words, wherever it stands
    elif known.wrappers.intersection(marks):
        state = "text" if outer in ("text", "outside") else outer
    elif (
        outer == "text"
        and marks
        and not known.is_text(marks)
        and (tag in BLOCK_TAGS or (above is not None and above.is_wrapper))
    ):
        state = "unknown"
    else:
        state = outer
    return _Element(node, above, state, named, is_wrapper=bool(known.wrappers.intersection(marks)))


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    return "hidden" in attributes or UNSEEN_STYLE.search(attributes.get("style") or "") is not None


def _in_head(above: _Element | None) -> bool:
    """Whether it stands right in a head, where every part has a class of its own."""
    return above is not None and above.is_wrapper


def _is_line(node: LexborNode, known: _Known) -> bool:
    if node.tag not in BLOCK_TAGS | {"a"}:
        return False
    text = node.text(deep=True)
    if len(text) > 1000:
        return False
    folded = fold(text).casefold()
    return bool(folded) and (any(_is_like(line, folded) for line in known.lines) or is_furniture(folded))


def _count(element: _Element) -> None:
    if element.state == "unseen":
        return
    size = sum(map(str.isalnum, "".join(element.own)))
    element.total = size
    if element.state in ("outside", "unknown"):
        element.unknown = size


def _largest(order: Sequence[_Element]) -> Iterator[Part]:
    taken: set[int] = set()
    loose: dict[int, list[_Element]] = {}
    for element in order:
        if element.above is not None and element.above.node.mem_id in taken:
            taken.add(element.node.mem_id)
            continue
        is_part = element.unknown == element.total and element.unknown >= LEAST_CHARACTERS
        if not is_part or element.is_wrapper or element.node.tag in ("body", "html"):
            continue
        taken.add(element.node.mem_id)
        above = _named_above(element.node)
        if (name := _name(element)) or not above:
            outer = [str(one.tag) for one in ancestors(element.node) if one.tag in BLOCK_TAGS - {"body"}]
            tags = [str(element.node.tag), *outer]
            yield _part(name or " > ".join(reversed(tags[:3])), [element], above)
        else:
            loose.setdefault(above[0].mem_id, []).append(element)
    for elements in loose.values():
        above = _named_above(elements[0].node)
        yield _part(_named(above[0]), elements, above[1:])


def _part(name: str, elements: Sequence[_Element], above: Sequence[LexborNode]) -> Part:
    """Paragraphs without a class of their own are told as one part, under the name of what they stand in."""
    texts = [fold(element.node.text(separator=" ")) for element in elements]
    return Part(name, sum(map(len, texts)), texts[0][:SHOWN], " in ".join(map(_named, above[:2])))


def _named_above(node: LexborNode) -> list[LexborNode]:
    return [one for one in ancestors(node) if one.tag not in ("body", "html") and _named(one)]


def _name(element: _Element) -> str:
    """Its own name, and that of the element in it that holds all of its text; empty where neither has one."""
    node, names = element.node, [element.named] if element.named else []
    while (inner := _only_child(node)) is not None:
        node = inner
        if named := _named(node):
            names.append(named)
    return " > ".join(dict.fromkeys((names[0], names[-1]))) if names else ""


def _only_child(node: LexborNode) -> LexborNode | None:
    """The element that holds all of a node's text, if one does."""
    if any(fold(text.text_content or "") for text in node.iter(include_text=True) if text.tag == "-text"):
        return None
    holding = [child for child in node.iter() if child.tag not in UNSEEN_TAGS and fold(child.text())]
    return holding[0] if len(holding) == 1 else None


def _named(node: LexborNode) -> str:
    marks = [f".{one}" for one in (node.attributes.get("class") or "").split()]
    id_ = node.attributes.get("id")
    return f"{node.tag}{''.join(marks)}{f'#{id_}' if id_ else ''}" if marks or id_ else ""


# ---- order and foot --------------------------------------------------------------------------------------------------


def disorder(tree: LexborHTMLParser, template: str) -> tuple[str, str] | None:
    """Two parts of the head of which the first should stand behind the second, as selectors; None where none do."""
    form = FORMS.get(template)
    if form is None or not form.order:
        return None
    places = {node.mem_id: number for number, node in enumerate(tree.css("*"))}
    before: tuple[int, str] | None = None
    for selectors in form.order:
        node = next((node for selector in selectors for node in tree.css(selector) if fold(node.text())), None)
        if node is None:
            continue
        place = places[node.mem_id]
        name = next(selector for selector in selectors if node in tree.css(selector))
        if before is not None and place < before[0]:
            return name, before[1]
        before = place, name
    return None


def has_foot(tree: LexborHTMLParser, template: str) -> bool:
    """Whether the foot of the site stands under the text; True for a form that has none of its own."""
    form = FORMS.get(template)
    if form is None or not form.bodies:
        return True  # the form of 1997 is refused without it
    if form.foot:
        return any(fold(node.text()) for node in tree.css(form.foot))
    body = next((node for selector in form.bodies for node in tree.css(selector)), None)
    if body is None or tree.body is None:
        return True
    behind = False
    inside = {body.mem_id}
    for node in tree.body.traverse(include_text=True):
        if node.mem_id == body.mem_id:
            behind = True
        elif behind and node.parent is not None and node.parent.mem_id in inside:
            inside.add(node.mem_id)
        elif behind and node.tag == "-text" and fold(node.text_content or ""):
            return True
    return False


# ---- label forms -----------------------------------------------------------------------------------------------------

# "SECRETARY RUBIO —", "[QUESTION]", "Q.", "MR PRICE >>", "<Rubio>": how a paragraph may begin with somebody's name
_OPENING: Final = re.compile(
    r"\A(?:[\[({<«]\s?([^\[\](){}<>«»\n]{1,60}?)\s?[\])}>»]|([^\s:.,;!?–—|>\[(][^:.,;!?–—|>\[(\n]{0,60}?)\s?(?:\s[-–—]+|[–—|>.;]+|\s{2,}|\t))(?=\s|\Z)"
)
# ":", " (via interpreter):", " –": what follows a label
_BEHIND: Final = re.compile(r"\s{0,9}+(?:[(\[][^)\]\n]{0,80}+[)\]]\s{0,9}+)?(:|[^\w\s(]{0,9}+)")
_AROUND: Final = " :.[]()<>—–-|"
#: So often a form must stand on a page.
LEAST_LABELS: Final = 2


def unknown_labels(remark: Remark) -> list[tuple[str, int]]:
    """Beginnings of paragraphs that are labels of another form than State's, with how often each stands there.

    That is what comes again and again in capitals and is no label ("[QUESTION]" before nine paragraphs), and labels
    that were understood although no colon follows them ("SECRETARY FENWICK -").
    """
    if not holds_speech(remark.page.type):
        return []
    counts: Counter[str] = Counter()
    for paragraph in remark.text.split("\n\n"):
        match = _OPENING.match(paragraph)
        name = fold(match[1] or match[2]) if match else ""
        if match and name and _is_like_a_label(name):
            counts[fold(match[0])] += 1
    printed = {fold(utterance.label or "").casefold() for utterance in remark.utterances}
    found = {opening: count for opening, count in counts.items() if opening.strip(_AROUND).casefold() not in printed}
    found |= _without_colon(remark)
    return [(opening, count) for opening, count in Counter(found).most_common() if count >= LEAST_LABELS]


def _without_colon(remark: Remark) -> dict[str, int]:
    """Labels that mostly stand without a colon, as printed with what follows them."""
    labels = sorted({turn.label for turn in remark.utterances if turn.label}, key=len, reverse=True)
    if not labels:
        return {}
    forms: dict[str, Counter[str]] = {}
    for paragraph in remark.text.split("\n\n"):
        label = next((label for label in labels if paragraph.startswith(label)), None)
        if label is not None and (match := _BEHIND.match(paragraph, len(label))):
            forms.setdefault(label, Counter())[match[1]] += 1
    most = {label: counts.most_common(1)[0] for label, counts in forms.items()}
    return {f"{label} {sign}".strip(): count for label, (sign, count) in most.items() if not sign.startswith(":")}


def _is_like_a_label(name: str) -> bool:
    return any(map(str.isalpha, name)) and name == name.upper() and not is_honorific(name.casefold())
