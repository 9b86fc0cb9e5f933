"""The forms of 1997-2017 in the variants that they are known to have: head, turns, and nothing lost."""

import pytest

from crawler import flow

from .old_pages import BRIEFING, FORMS, TURNS, URLS, capture, page_1997, page_2001, page_2009

SAID = [("SECRETARY FENWICK", "Good morning."), ("QUESTION", "Is it open?")]
OFFICIAL = '<span class="officials-name">{}</span><br><span class="officials-title">{}</span><br>'


def read(body, form, **more):
    return flow.run(capture(body, form, **more))


def turns(remark):
    return [(utterance.label, utterance.text) for utterance in remark.utterances]


def notes(remark):
    return [(note.after, note.comment.kind, note.comment.text) for note in remark.notes]


@pytest.mark.parametrize("form", FORMS)
def test_plain_page(form):
    remark = read(FORMS[form](), form)
    page = remark.page
    assert (page.template, page.title, page.type) == (form, "Opening of the Tern Bridge", "Remarks")
    assert page.url == URLS[form]
    assert page.unread == ()
    assert turns(remark) == SAID
    assert remark.problems == ()


# the parts changed -> byline, places, date as printed
HEADS_2009 = {
    "plain": ({}, ["Ada R. Fenwick, Secretary of State"], ["Tern Hall", "Port Alder, Valmora"], "July 28, 2016"),
    "two officials": (
        {"people": OFFICIAL.format("Ada R. Fenwick", "Secretary of State") + OFFICIAL.format("Idris Okoye", "Envoy")},
        ["Ada R. Fenwick, Secretary of State", "Idris Okoye, Envoy"],
        ["Tern Hall", "Port Alder, Valmora"],
        "July 28, 2016",
    ),
    "nobody": ({"people": ""}, [], [], "July 28, 2016"),
    "a weekday": (
        {"date": '<div id="date_long">Thursday, July 28, 2016</div>', "places": ""},
        ["Ada R. Fenwick, Secretary of State"],
        [],
        "Thursday, July 28, 2016",
    ),
    "a press article": (
        {
            "date": '<span id="press_article_date_created">July 28, 2016</span>',
            "open": '<div class="field-items"><div class="field-item even">',
            "close": "</div></div>",
        },
        ["Ada R. Fenwick, Secretary of State"],
        ["Tern Hall", "Port Alder, Valmora"],
        "July 28, 2016",
    ),
    "an older speech": (
        {"date": '<p class="date">July 28, 2016</p>', "open": '<div id="region-content">'},
        ["Ada R. Fenwick, Secretary of State"],
        ["Tern Hall", "Port Alder, Valmora"],
        "July 28, 2016",
    ),
    "one title": (
        {"title": '<div id="doctitle">Opening of<br>the Tern Bridge</div>'},
        ["Ada R. Fenwick, Secretary of State"],
        ["Tern Hall", "Port Alder, Valmora"],
        "July 28, 2016",
    ),
}


@pytest.mark.parametrize(("parts", "byline", "places", "date"), HEADS_2009.values(), ids=HEADS_2009)
def test_heads_of_2009(parts, byline, places, date):
    remark = read(page_2009(**parts), "cms_2009")
    page = remark.page
    assert (list(page.byline), list(page.places), page.date_printed) == (byline, places, date)
    assert (page.title, page.date) == ("Opening of the Tern Bridge", "2016-07-28")
    assert turns(remark) == SAID


def test_a_head_inside_the_body_is_no_speech():
    who = OFFICIAL.format("Ada R. Fenwick", "Secretary of State")
    head = (
        '<h2 id="page-title">Opening</h2><span class="document_type_-_speaker_writer">Interview</span><br>'
        f'{who}Port Alder<br><div id="date_long">July 28, 2016</div>'
    )
    remark = read(page_2009(title="", kind="", people="", places="", date="", text=head + TURNS), "cms_2009")
    assert (remark.page.title, remark.page.type, remark.page.places) == ("Opening", "Interview", ("Port Alder",))
    assert turns(remark) == SAID


def test_a_page_of_2009_without_its_kind_is_what_its_folder_holds():
    url = "https://2009-2017.state.gov/r/pa/prs/dpb/2016/07/900002.htm"
    assert read(page_2009(kind=""), "cms_2009", url=url).page.type == "Daily Press Briefing"


def test_topics_of_a_briefing_are_in_no_turn():
    text = (
        "<p>Index for Today's Briefing</p><p>VALMORA / TESKOVIA<br>1:02 Ferries: Talks With the Ports<br>LAMPS</p>"
        "<p>2:06 p.m. EDT</p><p>MR MARSH: Hello.</p><p>QUESTION: Yes?</p>"
    )
    remark = read(page_2009(text=text), "cms_2009")
    assert turns(remark) == [("MR MARSH", "Hello."), ("QUESTION", "Yes?")]
    assert notes(remark) == [
        (0, "index", "Index for Today's Briefing"),
        (0, "index", "VALMORA / TESKOVIA"),
        (0, "index", "1:02 Ferries: Talks With the Ports"),
        (0, "index", "LAMPS"),
        (0, "clock", "2:06 p.m. EDT"),
    ]


HEADS_2001 = {
    "plain": ({}, ["Secretary Ada R. Fenwick"], ["Tern Hall", "Port Alder"]),
    "name and office in two lines": (
        {"people": "Ada R. Fenwick<br>Secretary of State<br>"},
        ["Ada R. Fenwick, Secretary of State"],
        ["Tern Hall", "Port Alder"],
    ),
    "name and office in one": (
        {"people": "Tobias Marsh, Spokesman<br>", "places": ""},
        ["Tobias Marsh, Spokesman"],
        [],
    ),
    "nobody, nowhere": ({"people": "", "places": ""}, [], []),
    "place and date in one line": (
        {"places": "", "date": "<font>Port Alder, Valmora, July 28, 2006</font>"},
        ["Secretary Ada R. Fenwick"],
        ["Port Alder, Valmora"],
    ),
    "no h1": (
        {"title": "<font size=4><b>Opening of the Tern Bridge</b></font><br>"},
        ["Secretary Ada R. Fenwick"],
        ["Tern Hall", "Port Alder"],
    ),
}


@pytest.mark.parametrize(("parts", "byline", "places"), HEADS_2001.values(), ids=HEADS_2001)
def test_heads_of_2001(parts, byline, places):
    remark = read(page_2001(**parts), "cms_2001")
    page = remark.page
    assert (list(page.byline), list(page.places)) == (byline, places)
    assert (page.title, page.date, page.date_printed) == ("Opening of the Tern Bridge", "2006-07-28", "July 28, 2006")
    assert turns(remark) == SAID
    assert notes(remark) == [
        (0, "clock", "(9:25 a.m. EDT)"),
        (2, "closer", "# # #"),
        (2, "release_number", "2006/946"),
    ]


def test_a_line_of_release_is_in_no_turn():
    remark = read(page_2001(end="<p># # #<p>2006/946<p><i>Released on July 28, 2006</i>"), "cms_2001")
    assert turns(remark) == SAID
    assert notes(remark)[-1] == (2, "release_date", "Released on July 28, 2006")


def test_a_date_without_year_takes_the_one_of_the_address_and_says_so():
    page = read(page_2001(date="<font>July 28</font>"), "cms_2001").page
    assert (page.date, page.date_printed, page.places) == ("2006-07-28", "July 28", ("Tern Hall", "Port Alder"))
    assert page.unread == ("date: 'July 28' has no year, taken as 'July 28, 2006' from the address",)


@pytest.mark.parametrize("outer", ["<p>{}</p>", "<p><p>{}", "<p><font face=x><p>{}</font>", "<div><p>{}</div>"])
def test_paragraphs_in_a_paragraph_are_read_once(outer):
    inner = "<p>SECRETARY FENWICK: Good morning.</p><p>More of it.<p>QUESTION: Is it open?</p>"
    remark = read(page_2001(text=outer.format(inner)), "cms_2001")
    assert turns(remark) == [("SECRETARY FENWICK", "Good morning.\n\nMore of it."), ("QUESTION", "Is it open?")]


HEADS_1997 = {
    "plain": ({}, ["Secretary of State Ada R. Fenwick"], ["Port Alder, Valmora"], "June 11, 1999"),
    "center and font": (
        {
            "head": "<FONT SIZE=+2>Secretary of State Ada R. Fenwick<BR>Opening of the Tern Bridge</FONT><BR>"
            "Port Alder, Valmora<BR>June 11, 1999<BR>"
        },
        ["Secretary of State Ada R. Fenwick"],
        ["Port Alder, Valmora"],
        "June 11, 1999",
    ),
    "h1 and h3": (
        {
            "head": "<H1>Opening of the Tern Bridge</H1><H3>Secretary of State Ada R. Fenwick</H3>"
            "Port Alder, June 11, 1999<P>"
        },
        ["Secretary of State Ada R. Fenwick"],
        ["Port Alder"],
        "June 11, 1999",
    ),
    "center in h1": (
        {"seal": "", "head": "", "text": f"<H1><CENTER>Opening of the Tern Bridge</CENTER></H1>June 11, 1999{TURNS}"},
        [],
        [],
        "June 11, 1999",
    ),
    "no notice": (
        {"notice": ""},
        ["Secretary of State Ada R. Fenwick"],
        ["Port Alder, Valmora"],
        "June 11, 1999",
    ),
}

# The archive's own banner, and the head as a table beside the seal, as the archive's real pages have them.
BANNER = (
    '<P><div id="archivebanner"><table><tr><td><a class="lnkwhtreg10px" href="http://www.state.gov/misc/112234.htm">'
    "Other State Department Archive Sites</a></td></tr><tr><td>The State Department web site below is a permanent "
    "electronic archive of information released online from January 1, 1997 to January 20, 2001.</td></tr></table>"
    "</div>"
)
IN_TABLE = (
    '<BLOCKQUOTE><TABLE><TR><TD WIDTH=95><IMG ALT="Department Seal"></TD><TD WIDTH=505>'
    "<B>Secretary of State Ada R. Fenwick<BR>Opening of the Tern Bridge</B><BR>{}<BR>"
    "<I>As released by the Office of the Spokesman</I><BR><I>U.S. Department of State</I></TD></TR></TABLE>"
    '<IMG ALT="Flag Bar">{}' + TURNS
)
PLACED = {
    "place, date": ("Port Alder, Valmora, June 11, 1999", "Port Alder, Valmora"),
    "date, place": ("June 11, 1999, Port Alder, Valmora", "Port Alder, Valmora"),
    "date, Washington, DC": ("June 11, 1999, Washington, DC", "Washington, DC"),
    "date; place": ("June 11, 1999; Port Alder", "Port Alder"),
    "date - place": ("June 11, 1999 - Port Alder, Valmora", "Port Alder, Valmora"),
    "weekday, date, place": ("Friday, June 11, 1999, Port Alder, Valmora", "Port Alder, Valmora"),
    "date, one word": ("June 11, 1999, Jerusalem", "Jerusalem"),
    "in brackets": ("(June 11, 1999, Port Alder, Valmora)", "Port Alder, Valmora"),
}


@pytest.mark.parametrize("clock", ["", "<P>11:47 A.M.", "<P>(1315 Local)", "<P>(0930 EST)", "<P>As Delivered"])
@pytest.mark.parametrize(("line", "place"), PLACED.values(), ids=PLACED)
def test_date_and_place_in_a_real_head_of_1997(line, place, clock):
    parts = {"notice": BANNER, "seal": "", "head": "", "text": IN_TABLE.format(line, clock)}
    end = '<P><FONT SIZE="1">[end of file]</FONT><P><IMG ALT="Flag Bar">'
    page = (remark := read(page_1997(**parts, end=end), "html_1997")).page
    assert (page.title, page.date, page.date_printed) == ("Opening of the Tern Bridge", "1999-06-11", "June 11, 1999")
    assert (page.byline, page.places) == (("Secretary of State Ada R. Fenwick",), (place,))
    assert turns(remark) == SAID
    assert notes(remark)[-1] == (2, "closer", "[end of file]")
    assert remark.problems == ()


def test_a_title_behind_a_date_is_no_place():
    head = "<H2>Ada R. Fenwick</H2>June 11, 1999, Remarks to the Press<BR>"
    assert read(page_1997(head=head), "html_1997").page.places == ()


@pytest.mark.parametrize(("parts", "byline", "places", "date"), HEADS_1997.values(), ids=HEADS_1997)
def test_heads_of_1997(parts, byline, places, date):
    remark = read(page_1997(**parts), "html_1997")
    page = remark.page
    assert (list(page.byline), list(page.places), page.date_printed) == (byline, places, date)
    assert (page.title, page.date, page.unread) == ("Opening of the Tern Bridge", "1999-06-11", ())
    assert turns(remark) == SAID
    assert notes(remark)[-1] == (2, "closer", "[End of Document]")


HEAD = "<H2>Opening of the Tern Bridge</H2>"
RELEASE = "<I>As released by the Office of the Spokesman, June 14, 1999</I>"
ELSEWHERE = "https://1997-2001.state.gov/statements/bridge.html"


@pytest.mark.parametrize(
    ("parts", "url", "date", "word"),
    [
        ({"head": HEAD + RELEASE}, ELSEWHERE, "1999-06-11", "<title>"),
        ({"head": HEAD + RELEASE, "title": "<TITLE>Terns</TITLE>"}, URLS["html_1997"], "1999-06-11", "the address"),
        ({"head": HEAD + RELEASE, "title": "<TITLE>Terns</TITLE>"}, ELSEWHERE, "1999-06-14", "the line of release"),
        ({"head": HEAD, "title": "<TITLE>06/31/99 Terns</TITLE>"}, URLS["html_1997"], "1999-06-11", "the address"),
    ],
)
def test_a_head_of_1997_without_date(parts, url, date, word):
    page = read(page_1997(**parts), "html_1997", url=url).page
    assert (page.date, page.date_printed) == (date, None)
    assert word in page.unread[0]


def test_a_speech_without_labels_is_the_bylines():
    text = "<P>Good morning to you all, and thank you.\n<P>I come from a town with one pier.\n<P>Thank you very much."
    remark = read(page_1997(text=text), "html_1997")
    assert [label for label, _ in turns(remark)] == [None]
    assert remark.utterances[0].text.count("\n\n") == 2
    assert remark.page.byline == ("Secretary of State Ada R. Fenwick",)


def test_bytes_of_windows_1252_are_what_they_print():
    text = "<P><B>SECRETARY FENWICK:</B> It\x92s \x93caf\xe9\x94 \x96 and \x97\x85 &#146;yes&#146;."
    remark = read(page_1997(text=text).encode("latin-1"), "html_1997", content_type="text/html; charset=utf-8")
    assert turns(remark) == [("SECRETARY FENWICK", "It’s “café” – and —… ’yes’.")]


@pytest.mark.parametrize("form", ["text", "pre"])
def test_a_hard_wrapped_briefing(form):
    body = BRIEFING if form == "text" else page_1997(head="", text=f"<PRE>{BRIEFING}</PRE>")
    kind = "text/plain" if form == "text" else "text/html"
    remark = read(body, "hard_wrapped", content_type=kind)
    page = remark.page
    assert (page.title, page.type, page.date) == ("DAILY PRESS BRIEFING", "Daily Press Briefing", "2000-04-26")
    assert page.byline == ("Tobias Marsh",)
    assert turns(remark) == [
        ("MR. MARSH", "Good afternoon. Two lighthouses have reopened, and the lamps will be lit at dusk."),
        ("QUESTION", "Which ones?"),
        (
            "MR. MARSH",
            "The northern one, and the one that we call northern too. That is all I have on lamps.\n\n"
            "Let me turn to the ferries.",
        ),
        ("QUESTION", "Yes."),
    ]
    assert notes(remark)[-1] == (4, "closer", "(The briefing concluded at 12:40 p.m.)")
    taken = [removal.text for removal in page.removed if removal.rule == "topic_index"]
    assert "2 Tern Treaty in Three D's: Dredge, Dock, Defend" in taken
    assert [removal.text for removal in page.removed if removal.rule == "page_number"] == ["- 2 -"]


STATEMENT = """
                 Secretary of State Ada R. Fenwick
                    Opening of the Tern Bridge
                       Port Alder, Valmora
                          June 11, 1999

SECRETARY FENWICK:  Good morning, and thank you for coming all the way
out here on the ferry, which I am told was late.
     The bridge is open.
     It is a short one.
QUESTION:  Is it safe?
"""


@pytest.mark.parametrize("form", ["text", "pre"])
def test_other_hard_wrapped_texts(form):
    head = "<H2>Secretary of State Ada R. Fenwick<BR>Opening of the Tern Bridge</H2>Port Alder, Valmora, June 11, 1999"
    if form == "text":
        # a text of few lines is too short to tell that it is wrapped
        body, kind = (
            STATEMENT + "SECRETARY FENWICK:  Yes, it is as safe as any bridge of its kind ever was.\n" * 5,
            "text/plain",
        )
    else:
        body, kind = page_1997(head=head, text=f"<PRE>{STATEMENT[STATEMENT.index('SECRETARY') :]}</PRE>"), "text/html"
    remark = read(body, "html_1997", content_type=kind)
    page = remark.page
    assert page.template == ("hard_wrapped" if form == "text" else "html_1997")
    assert (page.title, page.date) == ("Opening of the Tern Bridge", "1999-06-11")
    assert (page.byline, page.places) == (("Secretary of State Ada R. Fenwick",), ("Port Alder, Valmora",))
    assert turns(remark)[:2] == [
        (
            "SECRETARY FENWICK",
            "Good morning, and thank you for coming all the way out here on the ferry, which I am told was late.\n\n"
            "The bridge is open.\n\nIt is a short one.",
        ),
        ("QUESTION", "Is it safe?"),
    ]
