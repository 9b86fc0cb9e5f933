"""Small pages of six forms, each written with what is right for it before the program read it: right, or told.

unseen_pages.txt holds the pages. A page begins with `=== name | form` and has a head and lines of text:

    title, type, by (one a person), wantby (where it is not `by`), venue, place, date, lang     the head of the page
    printed, head: date-first, wrap: centerblock     how its date is printed, and its form varied
    who: LABEL = roles | person   what is right for a label: roles parted by `/` (`*` any), `-` nobody, `?` maybe
    told: words      a problem must quote these words
    nobody: words    no person may be named for the turn with these words
    refused: words   the page may not be read: its refusal has these words
    quiet: yes       the page is sound: no doubt may be told
    T text           a paragraph that opens a turn; `~` ends its label
    . text           a paragraph that goes on with the turn
    - text           a line that nobody spoke
    B T|text         as T, printed after a <br> in the paragraph before; `G T|text` glued to it
    ! markup         markup between the lines, as it stands; `L label` and `~ text` are right for what stands in it

Text is markup; `**x**` is bold as its form prints it, and what stands in `[[ ]]` leaves no word. A page passes if each
line is where it belongs, or a problem quotes it; and if no name is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import escape, unescape
from pathlib import Path

import pytest

from crawler.errors import Refusal
from crawler.flow import run
from crawler.items import Capture, Remark
from crawler.transcript.validate import severity

HERE = Path(__file__).parent
FORMS = {
    "1997": "https://1997-2001.state.gov/statements/{year}/{name}.html",
    "2001": "https://2001-2009.state.gov/p/rls/rm/{year}/{number}.htm",
    "2009a": "https://2009-2017.state.gov/p/rls/rm/{year}/{number}.htm",
    "2009b": "https://2009-2017.state.gov/p/rls/rm/{year}/{number}.htm",
    "2019": "https://2017-2021.state.gov/{name}/",
    "2021": "https://2021-2025.state.gov/{name}/",
    "2025": "https://www.state.gov/releases/office-of-the-spokesperson/{year}/05/{name}/",
}


@dataclass
class Line:
    kind: str
    """T, . or -"""
    markup: str
    text: str
    """As it must stand in a turn, without its label."""
    label: str | None = None

    @property
    def quotes(self) -> tuple[str, ...]:
        """A problem that has one of these tells of this line."""
        whole = plain(self.markup.replace("~", ""))
        return tuple(quote for quote in (whole[:24], self.text[:24]) if len(quote) > 3 or quote == whole)


@dataclass
class Case:
    name: str
    form: str
    head: dict[str, list[str]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    body: str = ""

    def one(self, key: str) -> str:
        return self.head.get(key, [""])[0]


def plain(markup: str) -> str:
    markup = markup.replace("<br>", " ")
    text = unescape(re.sub(r"<[^>]*>|\*\*", "", re.sub(r"\[\[.*?\]\]", "", markup)))
    return re.sub(r"[\u200b\u00ad\ufeff]", "", re.sub(r"\s+", " ", text)).strip()


def read(source: str) -> list[Case]:
    cases = []
    for part in re.split(r"^=== ", source, flags=re.M)[1:]:
        first, *rest = part.splitlines()
        name, form = first.split(" | ")
        case = Case(name, form)
        paragraphs: list[str] = []
        for row in filter(None, rest):
            if head := re.match(r"([a-z]+): (.*)", row):
                case.head.setdefault(head[1], []).append(head[2])
                continue
            kind, _, markup = row.partition(" ")
            if kind == "!":
                paragraphs.append(markup)
                continue
            if kind in ("L", "~"):  # stands in the markup before it
                case.lines.append(Line("T", markup, "", markup) if kind == "L" else Line(".", markup, plain(markup)))
                continue
            joint = {"B": "<br>\n", "G": ""}.get(kind)
            if joint is not None:
                kind, _, markup = markup.partition("|")
            label, mark, text = markup.partition("~")
            case.lines.append(Line(kind, markup, plain(text if mark else markup)))
            if mark:
                case.lines[-1].label = re.sub(r"\s*(?:[:;：–]|--)$", "", plain(label)) or None
            bold = r"<B>\1</B>" if form == "1997" else r"<b>\1</b>" if form == "2001" else r"<strong>\1</strong>"
            html = re.sub(r"\*\*(.+?)\*\*", bold, re.sub(r"\[\[|\]\]", "", markup.replace("~", "")))
            if joint is not None and paragraphs:
                paragraphs[-1] += joint + html
            elif "footnote-1" in (paragraphs or [""])[-1] and kind == "-":
                continue
            elif "<ul>" in (paragraphs or [""])[-1] or (paragraphs or [""])[-1].startswith("<li>"):
                paragraphs.append(f"<li>{html}</li>")
            else:
                paragraphs.append(f"<p>{html}</p>")
        case.body = "\n".join(paragraphs)
        cases.append(case)
    return cases


def page(case: Case) -> bytes:
    """The page in the markup of its form."""
    title, body = escape(case.one("title"), quote=False), case.body
    day, place, venue = case.one("printed") or case.one("date"), case.one("place"), case.one("venue")
    day = day.replace("none", "")
    by = [escape(entry, quote=False) for entry in case.head.get("by", [])]
    if case.form == "1997":
        where = f"{day}, {place}" if case.one("head") else f"{place}, {day}"
        return f"""<HTML><HEAD><TITLE>{title}</TITLE><base href="//1997-2001.state.gov/statements/"></HEAD>
<BODY BGCOLOR="#FFFFFF"><div id="archivebanner"><a class="lnkwhtreg10px" href="//www.state.gov/archive/">Other State
Department Archive Sites</a></div><P><I>The State Department web site below is a permanent electronic archive of
information released online from January 1, 1997 to January 20, 2001. Please see <A HREF="http://www.state.gov">
www.state.gov</A> for current material from the Department of State. NOTE: External links to other Internet sites should
not be construed as an endorsement of the views contained therein.</I><P>
<BLOCKQUOTE><TABLE><TR><TD WIDTH=95><IMG src="/images/dosthumb.gif" ALT="Department Seal"></TD><TD WIDTH=505>
<B>{"<BR>".join(by)}<BR>
{title}</B><BR>
{where}<BR>
<I>As released by the Office of the Spokesman</I><BR>
<I>U.S. Department of State</I>
</TD></TR></TABLE>
<IMG src="/images/bluebar.gif" WIDTH=600 HEIGHT=5 ALT="Flag Bar" BORDER="0">
{re.sub("</p>", "", body).replace("<p>", "<P>")}
<P><IMG src="/images/bluebar.gif" ALT="Blue Bar"><BR><A HREF="/index.html">Department of State Home Page</A>
</BLOCKQUOTE></BODY></HTML>""".encode("cp1252", "xmlcharrefreplace")
    if case.form == "2001":
        body = re.sub("</p>", "", body)
        body = f'<div id="centerblock">{body}</div>' if case.one("wrap") else body
        return f"""<html><head><title>{title}</title></head><body bgcolor="#ffffff"><table width="770"><tr><td>
<img alt="U.S. Department of State"><a href="http://www.state.gov/archive/">Other State Department Archive Sites</a>
</td></tr></table><table width="770"><tr><td colspan="2">&nbsp;You are in: <a href="/r/">Public Affairs</a> &gt;
<a href="/r/rm/">Remarks</a></td></tr><tr><td class="leftnav"><a class="lftnavbelow" href="index.htm">Remarks</a></td>
<td class="content-font-style"><p><h1>{title}</h1><font size="2"><b>{"<br>".join(by)}</b><br>{place}<br>
<font>{day}</font></font><p>{body}
<p><a href="#top">BACK TO TOP</a></td></tr></table><table width="770"><tr><td>The Office of Electronic Information,
Bureau of Public Affairs, manages this site.</td></tr></table></body></html>""".encode("cp1252", "xmlcharrefreplace")
    if case.form in ("2009a", "2009b"):
        fields = [("document_type_-_speaker_writer", case.one("type"))]
        for entry in by:
            person, _, office = entry.partition(", ")
            fields += [("officials-name", person), ("officials-title", office)]
        if case.form == "2009b":
            fields += [("location_-_speaker_writer", venue), ("location_city", place)]
            meta = "".join(
                f'<div id="templateFields"><span class="{css}">{text}<br></span></div>' for css, text in fields
            )
            middle = f"""<div id="middlecolumn"><h2 id="page-title" class="title left">{title}</h2><div id="top-meta">
<!-- TOP-META START -->{meta}<div id="date_long">{day}</div><!-- TOP-META END --></div><hr class="separator"><p></p>
<!-- CENTERBLOCK START --><div id="centerblock">{body}</div><!-- CENTERBLOCK END --></div>"""
        else:
            meta = "".join(f'<span class="{css}">{text}</span><br />' for css, text in fields if text)
            middle = f"""<div id="left-content"><div id="tier2-content"><div id="breadcrumb-trail"><a href="/">Home</a>
</div><div id="tier3-landing-content-wide"><h2 class="tier3-headline" id="page-title">{title}</h2><div id="doctitle">
<span>{title}</span></div><div id="templateFields">{meta}{place}<br /><div id="date_long">{day}</div></div><hr />
<div id="share">Share</div><div id="centerblock">{body}</div><div id="back-to-top">Back to Top</div></div>
</div></div>"""
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<title>{title}</title></head><body><header class="l-archive-header">
<p>You are viewing: Archived Content</p>
<p>Information released online from January 20, 2009 to January 20, 2017.</p></header>
<div class="container">{middle}</div>
<div id="footer"><p>The Office of Website Management, Bureau of Public Affairs, manages this site as a portal for
information from the U.S. State Department.</p></div></body></html>""".encode()
    rows = [("article-meta doctype-meta", case.one("type")), ("article-meta__author-bureau", "<br>".join(by))]
    rows += [("article-meta__audience", venue), ("article-meta__location", place), ("article-meta__publish-date", day)]
    block = case.form == "2025"
    meta = "\n".join(f'<p class="{css}">{text}</p>' for css, text in rows if text or (block and "author" not in css))
    headline = f'<h1 class="featured-content__headline stars-above">{title}</h1><div class="article-meta">{meta}</div>'
    pill = '<a href="/bureaus-offices/office-of-the-spokesperson/" class="button--pill">Office of the Spokesperson</a>'
    pills = f"""<div class="related-tags"><p class="related-tags__label">Tags</p>
<div class="related-tags__pills">{pill}</div></div>"""
    if block:
        paragraphs = re.sub(r"<p>.*?</p>", r'<div class="wp-block-paragraph">\g<0></div>', body, flags=re.S)
        main = f"""<article id="post-9" class="post-9"><div class="row gutenberg-content"><div class="entry-content">
<script>jQuery(".watermark").hide();</script><section class="wp-block-default-hero-container"><div
id="breadcrumb__wrapper"><div id="breadcrumbs"><span class="bc_current">{title}</span><span class="bc_hide">hide</span>
</div></div>{headline}</section>{paragraphs}<div class="wp-block-spacer"></div><div
class="wp-block-tags-block">{pills}</div></div></div></article>"""
    else:
        main = f"""<article id="post-9" class="post-9"><section class="module featured-content page-header"><div
class="featured-content__copy">{headline}</div></section><div class="row"><div class="entry-content">{body}
<p><input type="hidden" data-filter="111001000100" /></p>{pills}</div></div></article>"""
    language = case.one("lang") or "en-US"
    return f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="UTF-8"><title>{title} - United States Department of State</title></head>
<body class="state_briefing-template-default"><main id="main">{main}</main></body></html>""".encode()


def capture(case: Case) -> Capture:
    year = case.one("date")[-4:].replace("none", "2004")
    number = 90000 + sum(map(ord, case.name))
    url = FORMS[case.form].format(year=year, name=case.name, number=number)
    return Capture(url=url, fetched_at="2026-11-20T09:00:00Z", status=200, body=page(case), digest="sha256:0")


@dataclass
class Verdict:
    told: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)


def misplaced(case: Case, remark: Remark) -> list[Line]:
    """The lines that do not stand where they belong."""
    got = [
        (turn.label, number, part, place)
        for number, turn in enumerate(remark.utterances)
        for place, part in enumerate(turn.text.split("\n\n"))
    ]
    wrong, at, turn_now = [], 0, -1
    for line in case.lines:
        text = re.sub(r"\s", "", line.text)
        fits = [k for k in range(at, len(got)) if text and text in re.sub(r"\s", "", got[k][2])]
        same = [k for k in fits if re.sub(r"\s", "", got[k][2]) == text]
        if line.kind == "-":
            wrong += [line] if fits and len(text) > 5 else []
            continue
        if not text:  # a label alone on its line
            label = next((k for k in range(at, len(got)) if got[k][0] == line.label), None)
            if label is None or got[label][1] == turn_now:
                wrong.append(line)
            else:
                turn_now = got[label][1]
            continue
        if not same or same[0] > at + 2:
            wrong.append(line)
            continue
        label, number, _, place = got[same[0]]
        at = same[0] + 1
        new = number != turn_now
        turn_now = number
        opens = new and place == 0
        right = not opens
        if line.kind == "T":
            right = opens and (label or "").rstrip(".") == (line.label or "").rstrip(".")
        wrong += [] if right else [line]
    return wrong


def judge(case: Case) -> Verdict:
    remark = run(capture(case))
    verdict = Verdict()
    problems = [re.sub(r"[\u200b\u00ad\ufeff]", "", re.sub(r"\s+", " ", problem)) for problem in remark.problems]
    doubts = [problem for problem in problems if severity(problem) != "note"]
    for line in misplaced(case, remark):
        quoted = any(quote in problem for quote in line.quotes for problem in problems)
        (verdict.told if quoted else verdict.silent).append(f"{line.kind} {plain(line.markup)[:70]}")
    said = "".join(turn.text for turn in remark.utterances)
    extra = [turn.label for turn in remark.utterances if turn.label not in {line.label for line in case.lines}]
    extra = [label for label in extra if not any(f"{label}" in problem for problem in problems)]
    verdict.silent += [
        f"label {label}" for label in extra if len(remark.utterances) > sum(x.kind == "T" for x in case.lines)
    ]
    if not any(line.kind == "T" for line in case.lines) and said:
        verdict.silent.append("turns where nobody speaks")
    for row in case.head.get("who", []):
        label, right = row.split(" = ")
        roles, _, person = right.partition(" | ")
        for turn in remark.utterances:
            if turn.label != label:
                continue
            hit = turn.role in roles.split("/") or "*" in roles
            named = any(f"{label}" in problem for problem in problems)
            if not hit:
                (verdict.told if named and turn.role == "unknown" else verdict.silent).append(
                    f"role {label}: {turn.role}"
                )
            allowed = {None} if person[:1] in "-?" else set()
            allowed |= {person.lstrip("?")} if person.lstrip("?-") else set()
            if person == "?-":
                continue
            if turn.person not in allowed:
                (verdict.told if named and not turn.person else verdict.silent).append(f"person {label}: {turn.person}")
            break
    for words in case.head.get("told", []):
        if not any(words in doubt for doubt in doubts):
            verdict.silent.append(f"not told: {words}")
    for words in case.head.get("nobody", []):
        verdict.silent += [f"named: {t.person} for {words}" for t in remark.utterances if words in t.text and t.person]
    found = remark.page
    verdict.silent += [f"title {found.title!r}"] if found.title != plain(case.one("title")) else []
    by = case.head.get("wantby") or case.head.get("by", [])
    if len(found.byline) != len(by) or not all(
        a.startswith(b[:12]) or b in a for a, b in zip(found.byline, by, strict=False)
    ):
        verdict.silent.append(f"byline {found.byline}")
    places = [x for x in (case.one("venue"), case.one("place")) if x]
    if list(found.places) != places:
        verdict.silent.append(f"places {found.places}")
    if case.one("venue") and case.form in ("2019", "2021", "2025") and case.one("venue") not in found.venues:
        verdict.silent.append(f"venues {found.venues}")
    if case.one("date") != "none":
        day = datetime.strptime(case.one("date"), "%B %d, %Y").date().isoformat()
        verdict.silent += [f"date {found.date}"] if found.date != day else []
    if case.one("quiet") and doubts:
        verdict.silent += [f"noise {doubt}" for doubt in doubts]
    return verdict


CASES = read((HERE / "unseen_pages.txt").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_is_right_or_told(case: Case) -> None:
    if why := case.one("refused"):
        with pytest.raises(Refusal, match=why):
            run(capture(case))
    else:
        assert judge(case).silent == []


def test_the_pages_are_of_all_forms_and_have_names_of_their_own() -> None:
    assert {case.form for case in CASES} == set(FORMS)
    assert len({case.name for case in CASES}) == len(CASES)
