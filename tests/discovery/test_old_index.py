"""Index pages of the hosts of 1997-2017, in the layouts that they are known to have."""

import pytest

from crawler.discovery.dates import index_day
from crawler.discovery.old_index import read_old_index
from crawler.errors import BadIndex

NEW = "https://2009-2017.state.gov"
MID = "https://2001-2009.state.gov"
OLD = "https://1997-2001.state.gov"

MONTH = """<html><head><title>Remarks: July 2031</title></head><body>
<ul class="menu"><li><a href="//2009-2017.state.gov/secretary/remarks/2016/06/index.htm">June</a></li>
<li><a href="//2009-2017.state.gov/secretary/remarks/2016/07/index.htm">July</a></li>
<li><a href="//2009-2017.state.gov/secretary/remarks/2015/c73595.htm">2015</a></li></ul>
<div id="tier3-landing-content-wide">
<strong><span>07/28/16</span></strong>
<a href="//2009-2017.state.gov/secretary/remarks/2016/07/1001.htm">At the <b>Lakes</b> Forum</a><br>
<a href="/secretary/remarks/2016/07/1002.htm">Press Availability</a> -- 7/1/2016<br>
<a href="1003.htm">On the Anniversary of September 11, 2001</a><br>
<a href="/secretary/remarks/2016/07/1001.htm">At the Lakes Forum (again)</a><br>
<a href="/r/pa/prs/dpb/video/2016/07/1004.htm">Video</a> <a href="mailto:a@example.org">Mail</a> <a href="#top">Top</a>
<a href="http://www.example.org/1.htm">Elsewhere</a> <a href="/documents/organization/1.pdf">Paper</a>
</div></body></html>"""


def test_a_month():
    page = read_old_index(MONTH.encode(), f"{NEW}/secretary/remarks/2016/07/index.htm")
    assert [(link.url, link.title, link.date) for link in page.links] == [
        (f"{NEW}/secretary/remarks/2016/07/1001.htm", "At the Lakes Forum", "2016-07-28"),
        (f"{NEW}/secretary/remarks/2016/07/1002.htm", "Press Availability", "2016-07-01"),
        (f"{NEW}/secretary/remarks/2016/07/1003.htm", "On the Anniversary of September 11, 2001", None),
    ]
    assert {link.source for link in page.links} == {"index"}
    assert page.indexes == (
        f"{NEW}/secretary/remarks/2016/06/index.htm",
        f"{NEW}/secretary/remarks/2015/c73595.htm",
    )
    assert page.skipped == ("https://www.example.org/1.htm",)


def test_a_table_of_2001():
    text = """<table><tr><td class="leftnav"><a class=lftnavbelow href="/secretary/rm/2006/index.htm">2006</a>
    <a class=lftnavbelow href="/secretary/rm/2004/c11024.htm">2004</a></td></tr></table>
    <table><tr><td>12/18/05</td><td><a href="/secretary/rm/2005/58300.htm">Interview With Lena\x92s Table</a></td></tr>
    <tr><td>(date)</td><td><a href="/secretary/rm/2005/58301.htm">Caf\xe9 Remarks</a></td></tr></table>"""
    page = read_old_index(text.encode("latin-1"), f"{MID}/secretary/rm/2005/index.htm", "text/html")
    assert [(link.title, link.date) for link in page.links] == [
        ("Interview With Lena’s Table", "2005-12-18"),
        ("Café Remarks", None),
    ]
    assert page.indexes == (f"{MID}/secretary/rm/2006/index.htm", f"{MID}/secretary/rm/2004/c11024.htm")


def test_links_to_www_as_it_was_are_the_archives_own():
    text = (
        '<a href="http://www.state.gov/secretary/rm/2006/1.htm">a</a><a href="http://www.state.gov/r/index.htm">b</a>'
        '<a href="https://www.state.gov/press-releases/">c</a>'
    )
    page = read_old_index(text.encode(), f"{MID}/secretary/rm/2006/index.htm")
    assert [link.url for link in page.links] == [f"{MID}/secretary/rm/2006/1.htm"]
    assert page.indexes == (f"{MID}/r/index.htm",)
    assert page.skipped == ("https://www.state.gov/press-releases/",)


def test_an_index_keeps_its_printed_name():
    text = '<a href="http://1997-2001.state.gov/statements/1999/index.html?x=1#top">1999</a><a href="2000/">2000</a>'
    page = read_old_index(text.encode(), f"{OLD}/statements/index.html")
    assert page.indexes == (f"{OLD}/statements/1999/index.html", f"{OLD}/statements/2000/")
    assert page.links == ()


@pytest.mark.parametrize("text", ["", "<p>Nothing here.</p>", '<a href="https://www.example.org/">out</a>', "plain"])
def test_an_index_without_links_is_none(text):
    with pytest.raises(BadIndex, match="no link to a page or an index"):
        read_old_index(text.encode(), f"{NEW}/secretary/remarks/index.htm")


def test_a_page_that_nests_without_end():
    with pytest.raises(BadIndex, match="inside one another"):
        read_old_index(b"<div>" * 2000 + b"x", f"{NEW}/secretary/remarks/index.htm")


@pytest.mark.parametrize(
    ("title", "line", "before", "day"),
    [
        ("At the Forum", "07/28/16 At the Forum", "", "2016-07-28"),
        ("At the Forum", "At the Forum (12/7/1999)", "", "1999-12-07"),
        ("At the Forum", "", "1/2/03", "2003-01-02"),
        ("At the Forum", "", "January 2, 2003", "2003-01-02"),
        ("Pubilc Schedule May 6 2012", "", "", "2012-05-06"),
        ("REVISED Public Schedule for Monday, May 7, 2012", "", "", None),
        ("Daily Press Briefing - Tuesday, April 30, 2013", "", "", "2013-04-30"),
        ("May 6 2012 REVISED", "", "", "2012-05-06"),
        # no year, and a date that is what the item is about
        ("April 30  Tuesday", "April 30  Tuesday", "", None),
        ("The Attacks of September 11, 2001", "", "", None),
        ("Interim Report 10/13/15", "Interim Report 10/13/15", "", None),
        ("At the Forum", "13/45/16 At the Forum", "", None),
        ("At the Forum", "07/28/89 At the Forum", "", None),
    ],
)
def test_days(title, line, before, day):
    assert index_day(title, line, before) == day
