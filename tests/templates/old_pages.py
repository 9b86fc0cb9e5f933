"""Small invented pages in the forms of 1997-2017, built by parts, so that a variant changes one part."""

from __future__ import annotations

from crawler.items import Capture

URLS = {
    "cms_2009": "https://2009-2017.state.gov/secretary/remarks/2016/07/900001.htm",
    "cms_2001": "https://2001-2009.state.gov/secretary/rm/2006/90001.htm",
    "html_1997": "https://1997-2001.state.gov/statements/1999/990611b.html",
    "hard_wrapped": "https://1997-2001.state.gov/briefings/0004/000426db.html",
}
TURNS = "<p><b>SECRETARY FENWICK:</b> Good morning.</p><p><b>QUESTION:</b> Is it open?</p>"


def capture(body: bytes | str, form: str, content_type: str = "text/html", url: str | None = None) -> Capture:
    return Capture(
        url=url or URLS[form],
        fetched_at="2026-02-01T09:00:00Z",
        status=200,
        body=body if isinstance(body, bytes) else body.encode("cp1252"),
        digest="sha256:0",
        content_type=content_type,
    )


def page_2009(**parts: str) -> str:
    p = {
        "title": '<h2 id="page-title">Opening of the Tern Bridge</h2>'
        '<div id="doctitle"><span>Opening of the Tern Bridge</span></div>',
        "kind": '<span class="document_type_-_speaker_writer">Remarks</span><br>',
        "people": '<span class="officials-name">Ada R. Fenwick</span><br>'
        '<span class="officials-title">Secretary of State</span><br>',
        "places": "Tern Hall<br>Port Alder, Valmora<br>",
        "date": '<div id="date_long">July 28, 2016</div>',
        "open": '<div id="centerblock">',
        "text": TURNS,
        "close": "</div>",
        "after": "",
    } | parts
    return f"""<html lang="en"><head><title>Opening of the Tern Bridge</title></head><body>
<div id="printable-banner">printable banner</div><div id="banner"><h1>U.S. Department of State</h1>
<p>Diplomacy in Action</p></div>
<div id="tier3-content">{p["title"]}<div id="templateFields">{p["kind"]}{p["people"]}{p["places"]}{p["date"]}
</div><hr><div id="share">Share</div>{p["open"]}{p["text"]}{p["close"]}{p["after"]}
<div id="back-to-top">Back to Top</div></div>
<div id="footer"><p>External links should not be construed as an endorsement.</p></div></body></html>"""


def page_2001(**parts: str) -> str:
    p = {
        "cell": '<td class="content-font-style">',
        "title": "<h1>Opening of the Tern Bridge</h1>",
        "people": "<b>Secretary Ada R. Fenwick</b><br>",
        "places": "Tern Hall<br>Port Alder<br>",
        "date": "<font>July 28, 2006</font>",
        "text": "<p>(9:25 a.m. EDT)<p><b>SECRETARY FENWICK:</b> Good morning.<p><b>QUESTION:</b> Is it open?",
        "end": "<p># # #<p>2006/946",
        "head": "<title>Opening of the Tern Bridge</title>",
        "beside": "",
    } | parts
    return f"""<html><head>{p["head"]}</head><body bgcolor="#ffffff"><table width="770"><tr><td>
<a href="/archive/">Other State Department Archive Sites</a></td></tr></table><table width="770"><tr><td colspan="2">
You are in: <a href="/secretary/">Secretary</a> &gt; 2006</td></tr><tr><td class="leftnav">
<a class="lftnavbelow" href="index.htm">Remarks</a></td>
{p["cell"]}<p>{p["title"]}<font size="2">{p["people"]}{p["places"]}{p["date"]}</font>{p["text"]}
{p["end"]}<p><a href="#top">BACK TO TOP</a></td>{p["beside"]}</tr></table></body></html>"""


NOTICE = (
    "<P><I>The State Department web site below is a permanent electronic archive of information released online from "
    "January 1, 1997 to January 20, 2001.</I><P>"
)
END = (
    '<P><CENTER><IMG ALT="Blue Bar"><BR>[End of Document]<BR>'
    '<A HREF="/index.html">Department of State Home Page</A></CENTER>'
)


def page_1997(**parts: str) -> str:
    p = {
        "title": "<TITLE>06/11/99 Fenwick remarks at the Tern Bridge</TITLE>",
        "notice": NOTICE,
        "seal": '<IMG ALT="Great Seal">',
        "head": "<H2>Secretary of State Ada R. Fenwick<BR>Opening of the Tern Bridge</H2>"
        "Port Alder, Valmora, June 11, 1999<BR>"
        "<I>As released by the Office of the Spokesman, June 14, 1999<BR>U.S. Department of State</I><BR>",
        "text": "<P><B>SECRETARY FENWICK:</B> Good morning.\n<P><B>QUESTION:</B> Is it open?\n",
        "end": END,
    } | parts
    return (
        f"<HTML><HEAD>{p['title']}</HEAD><BODY BGCOLOR=#FFFFFF>{p['notice']}\n<CENTER>{p['seal']}{p['head']}</CENTER>\n"
        f"{p['text']}{p['end']}</BODY></HTML>"
    )


BRIEFING = """
                          U.S. DEPARTMENT OF STATE
                            DAILY PRESS BRIEFING

                                I N D E X

                       Wednesday, April 26, 2000

                       Briefer:  Tobias Marsh

ANNOUNCEMENTS
1-2     Lighthouses Reopen; Lamps to be Lit at Dusk in the
        Northern Harbors
2       Tern Treaty in Three D's: Dredge, Dock, Defend

VALMORA
3-5     Ferry Workers / Tonnage List / Harbor
        Survey

                       U.S. DEPARTMENT OF STATE
                         DAILY PRESS BRIEFING

                               DPB #38

               WEDNESDAY, APRIL 26, 2000, 12:02 P.M.
               (ON THE RECORD UNLESS OTHERWISE NOTED)

     MR. MARSH:  Good afternoon.  Two lighthouses have
reopened, and the lamps will be lit at dusk.

     QUESTION:  Which ones?

     MR. MARSH:  The northern one, and the one that we call
                               - 2 -

northern too.  That is all I have on lamps.
     Let me turn to the ferries.
     QUESTION:  Yes.

     (The briefing concluded at 12:40 p.m.)
"""


FORMS = {"cms_2009": page_2009, "cms_2001": page_2001, "html_1997": page_1997}
