"""The hand-kept index pages of 1997-2017, in several layouts, and pages that only lead elsewhere. Pure.

INDEXES names the indexes that each one leads to; besides, an index lists the documents of its own folder. What is
irregular is so on the real hosts: names (`c61403.htm`, `2009appt/index.htm`), protocol-relative links, calendars with
links to videos, dates in link texts.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.sample.documents import Document

BRIEFING_YEARS = tuple(f"/briefings/{year}_index.html" for year in range(1997, 2002))
# By host and path: the indexes that it leads to, as paths.
INDEXES: dict[str, dict[str, tuple[str, ...]]] = {
    "2009-2017.state.gov": {
        "/": (
            "/secretary/remarks/index.htm",
            "/secretary/20092013clinton/rm/index.htm",
            "/r/pa/prs/dpb/index.htm",
            "/r/pa/prs/ps/2012/03/index.htm",
            "/r/pa/prs/appt/2009appt/index.htm",
        ),
        "/secretary/remarks/index.htm": ("/secretary/remarks/2014/c61403.htm",),
        "/secretary/remarks/2014/c61403.htm": ("/secretary/remarks/2014/05/index.htm",),
        "/secretary/remarks/2014/05/index.htm": ("/secretary/remarks/2014/c61403.htm",),
        "/secretary/20092013clinton/rm/index.htm": ("/secretary/20092013clinton/rm/2011/10/index.htm",),
        "/secretary/20092013clinton/rm/2011/10/index.htm": (),
        "/r/pa/prs/dpb/index.htm": ("/r/pa/prs/dpb/2016/02/index.htm",),
        "/r/pa/prs/dpb/2016/02/index.htm": (),
        "/r/pa/prs/ps/2012/03/index.htm": (),
        "/r/pa/prs/appt/2009appt/index.htm": (),
    },
    "2001-2009.state.gov": {
        "/": ("/secretary/rm/index.htm", "/r/pa/prs/dpb/index.htm"),
        "/secretary/rm/index.htm": ("/secretary/rm/2006/index.htm", "/secretary/former/powell/remarks/index.htm"),
        "/secretary/rm/2006/index.htm": (),
        "/secretary/former/powell/remarks/index.htm": ("/secretary/former/powell/remarks/2001/c38444.htm",),
        "/secretary/former/powell/remarks/2001/c38444.htm": ("/secretary/former/powell/remarks/2001/dec/index.htm",),
        "/secretary/former/powell/remarks/2001/dec/index.htm": (),
        "/r/pa/prs/dpb/index.htm": ("/r/pa/prs/dpb/2003/c11024.htm",),
        "/r/pa/prs/dpb/2003/c11024.htm": (),
    },
    "1997-2001.state.gov": {
        "/": ("/statements/index.html", "/policy_remarks/index.html", *BRIEFING_YEARS),
        "/statements/index.html": ("/statements/1999/index.html",),
        "/statements/1999/index.html": (),
        "/policy_remarks/index.html": ("/statements/index.html",),
        **dict.fromkeys(BRIEFING_YEARS, BRIEFING_YEARS),
    },
}
STUBS = {
    "https://2009-2017.state.gov/secretary/rm/2011/10/175374.htm": (
        "https://2009-2017.state.gov/secretary/20092013clinton/rm/2011/10/175374.htm"
    ),
}
VIDEO = "//2009-2017.state.gov/r/pa/prs/dpb/video/2016/02/252402.htm"


def index(documents: Sequence[Document], host: str, path: str) -> str | None:
    """The index of the host at that path; None where there is none. `documents` are all that the host holds."""
    named = path.removesuffix("index.html") if path == "/index.html" else path
    if named not in INDEXES[host]:
        return None
    rows = [(urlsplit(document.address(host)).path, document) for document in documents]
    shown = [(own, document) for own, document in rows if _lists(named, own)]
    return LAYOUTS[host](INDEXES[host][named], shown, host)


def stub(target: str) -> str:
    """A page that is nothing but a meta refresh."""
    return f'<html><head><title>Redirect</title><meta http-equiv="refresh" content="0;URL={target}"></head></html>'


def _lists(path: str, own: str) -> bool:
    """Whether the index lists a page: those beside it, a year's index those of the year's folder."""
    folder, _, name = path.rpartition("/")
    if name[:4].isdigit():  # /briefings/2000_index.html lists /briefings/0004/000426db.html
        return own.startswith(f"{folder}/{name[2:4]}")
    return own.rpartition("/")[0] == folder


def _layout_2009(menu: Sequence[str], shown: Sequence[tuple[str, Document]], host: str) -> str:
    """A menu and a list with protocol-relative links; the daily briefings as a calendar."""
    links = "".join(f'<li><a href="//{host}{path}">{_name(path)}</a></li>\n' for path in menu)
    calendar = any("/dpb/" in path for path, _ in shown)
    rows = "".join(_day(path, one, host) if calendar else _item_2009(path, one, host) for path, one in shown)
    table = f'<table id="dpb-calendar"><tr>{rows}</tr></table>' if calendar else rows
    old = "".join(f'<a href="{_path(url)}">Remarks as first put up</a><br />' for url in _stubs_beside(shown, host))
    return f"""<html><head><title>Releases</title></head><body><h1>Releases</h1>
<ul class="menu">{links}<li><a href="mailto:web@example.org">Write to us</a></li></ul>
<div id="tier3-landing-content-wide">{table}{old}</div></body></html>"""


def _item_2009(path: str, document: Document, host: str) -> str:
    day = "" if document.linked_as else f"<strong><span>{document.published:%m/%d/%y}</span></strong> "
    return f'{day}<a href="//{host}{path}">{_text(document)}</a><br />\n'


def _day(path: str, document: Document, host: str) -> str:
    return f"""<td>{document.published.day}<br /><a href="//{host}{path}">{_text(document)}</a>
<a href="{VIDEO}">Video</a></td>"""


def _layout_2001(menu: Sequence[str], shown: Sequence[tuple[str, Document]], host: str) -> str:
    """Years on the left, a table of days and titles on the right."""
    links = "".join(f'<a class="lftnavbelow" href="{path}">{_name(path)}</a><br>\n' for path in menu)
    rows = "".join(f'<p>{one.published:%m/%d/%y} <a href="{path}">{_text(one)}</a>\n' for path, one in shown)
    return f"""<html><head><title>Transcripts</title></head><body>
<table><tr><td>U.S. Department of State</td></tr></table>
<table><tr><td>You are in: Transcripts</td></tr><tr><td>{links}</td><td></td><td>{rows}</td></tr></table>
</body></html>"""


def _layout_1997(menu: Sequence[str], shown: Sequence[tuple[str, Document]], host: str) -> str:
    """A list under a heading; the last months link one another."""
    rows = "".join(f'<LI>{one.published:%m/%d/%y} <A HREF="{path}">{_text(one)}</A>\n' for path, one in shown)
    links = " || ".join(f'<A HREF="{path}">{_name(path)}</A>' for path in menu)
    return f"""<HTML><HEAD><TITLE>Index</TITLE></HEAD><BODY><CENTER><H2>Index</H2></CENTER>
<UL>{rows}</UL><P><A HREF="/index.html">Home</A> {links}</BODY></HTML>"""


LAYOUTS: dict[str, Callable[[Sequence[str], Sequence[tuple[str, Document]], str], str]] = {
    "2009-2017.state.gov": _layout_2009,
    "2001-2009.state.gov": _layout_2001,
    "1997-2001.state.gov": _layout_1997,
}


def _text(document: Document) -> str:
    return escape(document.linked_as or document.title)


def _name(path: str) -> str:
    return path.strip("/").rpartition("/")[0].rpartition("/")[2] or path.strip("/")


def _path(url: str) -> str:
    return urlsplit(url).path


def _stubs_beside(shown: Sequence[tuple[str, Document]], host: str) -> list[str]:
    """The stubs that lead to one of the documents shown."""
    addresses = {document.address(host) for _, document in shown}
    return [stub for stub, target in STUBS.items() if target in addresses]
