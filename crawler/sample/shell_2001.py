"""The page round each document of 2001-2009.state.gov: tables, and one `<p>` round the whole text. Pure.

Forms     ""             the page declares no character set
          utf8           header and page declare one that is wrong: the bytes are windows-1252 all the same
          no_breadcrumb  without the line "You are in:"
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from crawler.sample.furniture import piece

if TYPE_CHECKING:
    from crawler.sample.documents import Document

ENCODING = "cp1252"
# What the page declares, by form.
DECLARED = {"utf8": "text/html; charset=UTF-8"}
BREADCRUMB = """<tr><td colspan="3">&nbsp;You are in: <a href="/">Under Secretary for Public Affairs</a> &gt;
<a href="/r/pa/prs/">Press Relations</a> &gt; Transcripts &gt; {year}</td></tr>"""


def page(document: Document) -> tuple[bytes, str]:
    """The page in bytes, and the content type that it declares."""
    declared = DECLARED.get(document.form, "text/html")
    meta = f'<meta http-equiv="Content-Type" content="{declared}">' if document.form in DECLARED else ""
    breadcrumb = BREADCRUMB.format(year=document.published.year) if document.form != "no_breadcrumb" else ""
    people = "".join(f"<b>{escape(entry)}</b><br>" for entry in document.byline)
    places = "".join(f"{escape(place)}<br>" for place in document.places)
    text = f"""<html><head>{meta}<title>{escape(document.title)}</title></head><body bgcolor="#ffffff">
{piece("banner_2001")}
<table width="770" border="0">{breadcrumb}<tr><td class="leftnav" valign="top">
<a class="lftnavbelow" href="index.htm">Transcripts</a></td><td width="10"></td>
<td class="content-font-style" valign="top"><h1>{escape(document.title)}</h1>
<font size="2">{people}{places}<font size="2">{document.date_printed}</font></font>
<p>{document.body}</p>
<p><a href="#top">BACK TO TOP</a></td></tr></table>
{piece("footer_2001")}</body></html>
"""
    return text.encode(ENCODING), declared
