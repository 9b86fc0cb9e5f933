"""The page round each document of 2009-2017.state.gov. Pure.

Forms     ""         body in `#centerblock`, date in `#date_long`
          article    press article: body in `.field-items`, date in `#press_article_date_created`
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from crawler.sample.furniture import piece

if TYPE_CHECKING:
    from crawler.sample.documents import Document


def page(document: Document) -> tuple[bytes, str]:
    """The page in bytes, and the content type that it declares."""
    main = _article(document) if document.form == "article" else _release(document)
    title = escape(document.title)
    text = f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
 "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html lang="en" xml:lang="en"><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
<title>{title}</title><meta name="title" content="{title}" /></head>
<body>{piece("banner_2009")}
{main}
{piece("footer_2009")}</body></html>
"""
    return text.encode(), "text/html; charset=UTF-8"


def _release(document: Document) -> str:
    places = "".join(f"{escape(place)}<br />\n" for place in document.places)
    return f"""<div id="tier3-content"><h2 id="page-title">{escape(document.title)}</h2>
<div id="doctitle"><span>{escape(document.title)}</span></div>
<div id="templateFields"><span class="document_type_-_speaker_writer">{document.type}</span><br />
{_people(document)}{places}<div id="date_long">{document.date_printed}</div></div>
<hr /><div id="share"><a href="#share">Share</a></div>
<div id="centerblock">{document.body}</div>
<div id="back-to-top"><a href="#top">Back to Top</a></div></div>"""


def _article(document: Document) -> str:
    return f"""<div id="region-main"><h2 id="page-title">{escape(document.title)}</h2>
<span class="document_type_-_speaker_writer">{document.type}</span><br />
{_people(document)}<div id="press_article_date_created">{document.date_printed}</div>
<div class="field field-name-body"><div class="field-items">
<div class="field-item even">{document.body}</div></div></div>
<p class="top"><a href="#top">Back to Top</a></p></div>"""


def _people(document: Document) -> str:
    """Name and office of each official on a line of its own."""
    lines: list[str] = []
    for entry in document.byline:
        name, _, office = entry.partition(", ")
        lines.append(f'<span class="officials-name">{escape(name)}</span><br />\n')
        lines += [f'<span class="officials-title">{escape(office)}</span><br />\n'] if office else []
    return "".join(lines)
