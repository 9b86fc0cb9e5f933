"""Bodies of invented pages as markup, and the steps 5-7 over them."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from crawler.items import Block, Page, Remark
from crawler.transcript.boilerplate import strip
from crawler.transcript.speakers.identify import identify
from crawler.transcript.turns import split
from crawler.web.blocks import read_blocks

FENWICK = "Ada Fenwick, Secretary of State"
HEAD = {
    "url": "https://www.state.gov/opening-of-the-tern-bridge/",
    "template": "wordpress_2025",
    "title": "Opening of the Tern Bridge",
    "type": "Remarks to the Press",
    "date": "2023-11-03",
    "date_printed": "November 3, 2023",
    "byline": (FENWICK,),
    "places": ("Tern Hall", "Port Alder"),
}


def blocks(html: str) -> tuple[Block, ...]:
    container = LexborHTMLParser(f'<div id="body" class="entry-content">{html}</div>').css_first("#body")
    assert container is not None
    return read_blocks(container)


def page(html: str, **head: object) -> Page:
    return Page(**HEAD | head, blocks=blocks(html))


def remark(html: str, **head: object) -> Remark:
    """Furniture taken away, turns split, speakers identified."""
    return identify(split(strip(page(html, **head))))


def turns(found: Remark) -> list[tuple[str | None, str]]:
    return [(u.label, u.text) for u in found.utterances]


def notes(found: Remark) -> list[tuple[int, str, str]]:
    return [(note.after, note.comment.kind, note.comment.text) for note in found.notes]


def said(label: str, *paragraphs: str, tag: str = "b") -> str:
    """A turn as it is mostly printed."""
    first, *rest = paragraphs or ("",)
    return f"<p><{tag}>{label}:</{tag}> {first}</p>" + "".join(f"<p>{text}</p>" for text in rest)


def prose(words: int) -> str:
    """One sentence of so many words."""
    return " ".join(["The", *(f"tern{n}" for n in range(words - 2)), "rest."])
