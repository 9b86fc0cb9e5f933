"""Step 4, second half: containers -> blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.controls import readable
from crawler.web.blocks import UNSEEN_TAGS, read_blocks
from crawler.web.limits import RAW_TAGS

from .bodies import blocks


def texts(html):
    return [block.text for block in blocks(html)]


# markup -> the texts of its blocks
TEXTS = {
    "label cut by tags": (
        '<p><strong>Q</strong><a id="post-1-X"></a><strong>UESTION: </strong>Is it open?</p>',
        ["QUESTION: Is it open?"],
    ),
    "no space is put in": ("<p>Port<b>s</b> of <i>Al</i>der</p>", ["Ports of Alder"]),
    "no-break space": ("<p><b>MS MARSH:</b>&nbsp;&nbsp; It&#160;is.\u202fNow.</p>", ["MS MARSH: It is. Now."]),
    "white space": ("<p>\n\t One \r\n two\t</p>", ["One two"]),
    "space across tags": ("<p>One <b> two </b> three</p>", ["One two three"]),
    "line break": ("<p>One <br /> two<br>three<br></p>", ["One\ntwo\nthree"]),
    "line break first": ("<p><br><br>One</p>", ["One"]),
    "invisible signs": ("<p>\ufeffSec\u00adre\u200btary\u2060</p>", ["Secretary"]),
    "references": ("<p>Docks &amp; tides &lt;ashore&gt; &#8220;now&#8221;</p>", ["Docks & tides <ashore> “now”"]),
    "footnote mark": ('<p>Fully<sup><a href="#fn1">1</a></sup>, and</p>', ["Fully, and"]),
    "footnote mark in brackets": ('<p>Fully<sup><a href="#fn1">[12]</a></sup>.</p>', ["Fully."]),
    "footnote mark inside its link": ('<p>Fully<a href="#fn1"><sup>1</sup></a>.</p>', ["Fully."]),
    "ordinal": ("<p>the 57<sup>th</sup> Regatta</p>", ["the 57th Regatta"]),
    "linked ordinal": ('<p>the <a href="/r/">57<sup>th</sup></a> Regatta</p>', ["the 57th Regatta"]),
    "power": ("<p>10<sup>2</sup> km</p>", ["102 km"]),
    "for screen readers": (
        '<p>See <a href="/x/">the charts<span class="screen-reader-text"> (opens in a new tab)</span></a>.</p>',
        ["See the charts."],
    ),
    "hidden by style": ('<p>One<span style="color:red; DISPLAY : none">two</span></p>', ["One"]),
    "invisible by style": ('<p style="visibility:hidden">One</p><p>Two</p>', ["Two"]),
    "comments": ("<p>One<!-- [if] --> two</p><!-- three --><p>Four</p>", ["One two", "Four"]),
    "printed as it stands": ("<p>One</p><xmp>if a < b & <c></xmp>", ["One", "if a < b & <c>"]),
    "a stray quotation mark in a tag": ('<p align=center">One</p><p =x>Two</p>', ["One", "Two"]),
    "a tag that swallowed words": ("<p>o<ther too, I\u2019m\xa0 you.\xa0 there>One</p>", ["oOne"]),
    "a tag's end in an attribute": ('<p>One <img alt="a>b <p>"> two</p>', ["One two"]),
    "a reference of a reference": ("<p>AT&amp;amp;T, 1 &amp;lt; 2, &amp;copy</p>", ["AT&amp;T, 1 &lt; 2, &copy"]),
    "scripts and frames": (
        "<p>One<script>x</script><style>y</style><iframe>z</iframe><svg><text>s</text></svg></p><noscript>n</noscript>",
        ["One"],
    ),
    "nested lists": (
        "<ul><li>One<ul><li>Two</li><li>Three <b>bold</b></li></ul>after</li><li>Four</li></ul>",
        ["One", "Two", "Three bold", "after", "Four"],
    ),
    "text beside blocks": ("One<p>Two</p>three <b>four</b><div>Five</div>", ["One", "Two", "three four", "Five"]),
    "table": ("<table><tr><td>One</td><td>Two</td></tr></table>", ["One", "Two"]),
    "rule": ("<p>One</p><hr><p>Two</p>", ["One", "", "Two"]),
    "nothing": ("<p></p><p>&nbsp;</p><div><br></div><p><img alt='a tern'></p>", []),
}


@pytest.mark.parametrize(("html", "expected"), TEXTS.values(), ids=TEXTS)
def test_texts(html, expected):
    assert texts(html) == expected


@pytest.mark.parametrize(
    ("html", "bold"),
    [
        ("<p><b>One</b> two</p>", ["One"]),
        ("<p><strong>O</strong><b>ne:</b> two <b>three</b></p>", ["One:", "three"]),
        ("<p><b>One <i>two</i></b></p>", ["One two"]),
        ("<p><b>One<br>two</b></p>", ["One\ntwo"]),
        ('<p><span style="font-weight: bold">One</span> two</p>', ["One"]),
        ('<p><span style="FONT-WEIGHT:700;">One</span> two</p>', ["One"]),
        ('<p><b><span style="font-weight: 400;">One</span></b> two</p>', []),
        ('<p><b>One <span style="font-weight:normal">two</span></b></p>', ["One "]),
        ("<b><p>One</p></b><p>two</p>", ["One"]),
        ("<h2>One</h2>", ["One"]),
        ("<p><b>&nbsp;</b>One</p>", []),
    ],
)
def test_bold_spans(html, bold):
    found = [block.text[start:end] for block in blocks(html) for start, end in block.bold]
    assert found == bold


def test_links_are_spans_with_their_href():
    (block,) = blocks('<p>See <a href="/charts/">the <b>charts</b></a> and <a href="#top">up</a> <a name="x"></a></p>')
    assert [(block.text[a:b], href) for a, b, href in block.links if b > a] == [
        ("the ", "/charts/"),
        ("charts", "/charts/"),
        ("up", "#top"),
    ]


def test_footnote_marks_are_offsets():
    (block,) = blocks('<p>Fully<sup><a href="#fn1">1</a></sup> and <b>well</b><sup><a href="#fn2">2</a></sup></p>')
    assert block.text == "Fully and well"
    assert [block.text[:n] for n in block.notes] == ["Fully", "Fully and well"]


def test_marks_tell_what_encloses_a_block_up_to_the_container():
    html = '<div class="share x" id="s"><ul><li class="y">One</li></ul></div><p>Two</p>'
    one, two = blocks(html)
    assert one.marks == {".share", ".x", "#s", "div", "ul", "li", ".y"}
    assert two.marks == {"p"}
    assert (one.tag, two.tag) == ("li", "p")


@pytest.mark.parametrize(
    ("html", "anchors"),
    [
        ('<p id="a">One <a name="b">two</a></p>', [("a", "b")]),
        ('<p><a id="a"></a></p><p>One</p>', [("a",)]),
        ('<p>One</p><div id="a"><p id="b">Two</p></div><p>Three</p>', [(), ("a", "b"), ()]),
    ],
)
def test_anchors_belong_to_the_next_words(html, anchors):
    assert [block.anchors for block in blocks(html)] == anchors


BITS = """
< > " ' & </p> <p> <b> </b> <br> <BR/> <hr> <div> </div> <span> </span> <!-- --> <!--a>b--> <script>a<b</script>
&nbsp; &amp;lt; &lt;b&gt; &#147; <p_foo"> <p_=x> <a_b<c> <table><tr><td> </td></tr></table> <li> <svg><path/></svg>
<textarea><b> </textarea> <template><p>t</p></template> <noscript><p>x</p></noscript> <iframe> </iframe> <pre>
</pre> <h2> </h2> <o:p></o:p> <?xml?> <![CDATA[a<b]]> <font_size="+1"> &copy &#0; <a_name=a1> <wbr> Why? said “no”
<select><option>o</option></select>
"""
MARKUP = st.sampled_from([bit.replace("_", " ") for bit in BITS.split()])


@given(st.lists(MARKUP | st.text(max_size=3), max_size=30))
def test_no_markup_loses_a_visible_character_or_adds_one(bits):
    """Held against the parser's own tree, node by node."""
    tree = LexborHTMLParser("<body>" + " ".join(bits))
    seen = [
        node.text_content or ""
        for node in tree.body.traverse(include_text=True)
        if node.is_text_node and not _unseen(node)
    ]
    printed = "".join(block.text for block in read_blocks(tree.body))
    assert "".join(printed.split()) == "".join(readable("".join(seen)).split())


def _unseen(node):
    while (node := node.parent) is not None:
        if node.tag in UNSEEN_TAGS | RAW_TAGS:
            return True
    return False
