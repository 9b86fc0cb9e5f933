"""The page round each document of 1997-2001.state.gov: made by hand, in windows-1252, nothing closed. Pure.

Forms     ""      title and speaker in `<CENTER><H2>`
          font    the same in `<CENTER><FONT>`, smaller
          pre     a briefing as hard-wrapped text in `<PRE>`; its body holds the head too
          text    the same as text/plain, without any page round it
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from crawler.sample.furniture import piece

if TYPE_CHECKING:
    from crawler.sample.documents import Document

ENCODING = "cp1252"


def page(document: Document) -> tuple[bytes, str]:
    """The page in bytes, and the content type that it declares."""
    if document.form == "text":
        return document.body.encode(ENCODING), "text/plain"
    return _html(document).encode(ENCODING), "text/html"


def _html(document: Document) -> str:
    inside = f"<PRE>{document.body}</PRE>" if document.form == "pre" else f"{_head(document)}\n{document.body}"
    return f"""<HTML><HEAD><TITLE>{document.published:%m/%d/%y} {escape(document.title)}</TITLE></HEAD>
<BODY BGCOLOR=#FFFFFF>{piece("notice_1997")}
{inside}
{piece("end_1997")}</BODY></HTML>
"""


def _head(document: Document) -> str:
    """The centred block: speaker, title, "place, date", and the day of release, which is a later one."""
    lines = "<BR>\n".join(escape(line) for line in (*document.byline, document.title))
    heading = f"<FONT SIZE=+1><B>{lines}</B></FONT><BR>" if document.form == "font" else f"<H2>{lines}</H2>"
    where = ", ".join((*document.places, document.date_printed))
    released = f"{document.modified:%B} {document.modified.day}, {document.modified.year}"
    return f"""<CENTER><IMG SRC="/images/seal.gif" ALT="Great Seal">
{heading}
{escape(where)}<BR>
<I>As released by the Office of the Spokesman, {released}<BR>
U.S. Department of State</I><BR>
<IMG SRC="/images/blueline.gif" ALT="Blue Line"></CENTER>"""
