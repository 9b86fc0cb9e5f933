"""Step 5: every rule takes what it is for under its own name, and nothing that was said."""

import pytest

from crawler.items import Block, Page
from crawler.transcript.boilerplate import is_furniture, rules, strip

from .bodies import page, prose, remark, said, turns

TURNS = said("QUESTION", "Is it open?") + said("SECRETARY FENWICK", "It is.")
TURN_TEXTS = ["QUESTION: Is it open?", "SECRETARY FENWICK: It is."]
BANNER = "An official website of the United States Government Here’s how you know"

# rule -> (before the turns, after them, the texts that it takes)
EXAMPLES = {
    "breadcrumb": (
        '<nav id="breadcrumb__wrapper"><a>Home</a><span>Ports</span><div>hide</div></nav>',
        "",
        ["HomePorts", "hide"],
    ),
    "caption": (
        "",
        "<figure><figcaption>The Secretary on the pier</figcaption></figure>",
        ["The Secretary on the pier"],
    ),
    "pull_quote": ("", '<div class="wp-block-pullquote"><p>It is open.</p></div>', ["It is open."]),
    "no_video": (
        "",
        "<p>Your browser does not support the video tag.</p>",
        ["Your browser does not support the video tag."],
    ),
    "headline": ('<div><h1 class="featured-content__headline stars-above">Terns</h1></div>', "", ["Terns"]),
    "meta": (
        '<p class="article-meta doctype-meta">Remarks</p><p class="article-meta__location">Port Alder</p>',
        "",
        ["Remarks", "Port Alder"],
    ),
    "hero": ('<div class="wp-block-default-hero-container"><section><p>A tern</p></section></div>', "", ["A tern"]),
    "topic_index": (
        '<div class="wp-block-summary-article-index"><ul><li><a href="#T">QUESTION: terns</a></li></ul></div>',
        "",
        ["QUESTION: terns"],
    ),
    "head_2009": (
        '<h2 id="page-title">Terns</h2><div id="templateFields">Remarks<div id="date_long">May 1</div></div>',
        "",
        ["Terns", "Remarks", "May 1"],
    ),
    "furniture_2009": (
        '<div id="printable-banner">printable banner</div>',
        '<div id="footer"><p>The Office of Terns manages this site.</p></div>',
        ["printable banner", "The Office of Terns manages this site."],
    ),
    "archive_notice_1997": (
        "<P>The State Department web site below is a permanent electronic archive of what it says.",
        "",
        ["The State Department web site below is a permanent electronic archive of what it says."],
    ),
    "archive_team": (
        "<p>To use ArchiveBot, drop by the pier.</p>",
        "",
        ["To use ArchiveBot, drop by the pier."],
    ),
    "index_links_1997": (
        "",
        "<CENTER>Secretary's Page || Department of State Home Page</CENTER>",
        ["Secretary's Page || Department of State Home Page"],
    ),
    "banner_2001": (
        "<p>You are in: Terns &gt; Remarks &gt; 2004</p><p>Share</p>",
        "<p>Other State Department Archive Sites</p>",
        ["You are in: Terns > Remarks > 2004", "Share", "Other State Department Archive Sites"],
    ),
    "video_links_2001": (
        "<p>video: high speed connectionvideo: dial-up speed connectionm3u</p><p>[DSL/Cable] [dial-up] [audio]</p>",
        "",
        ["video: high speed connectionvideo: dial-up speed connectionm3u", "[DSL/Cable] [dial-up] [audio]"],
    ),
    "share": ("", '<div class="share-this-page"><p>Send it on</p></div>', ["Send it on"]),
    "tags": (
        "",
        '<div class="related-tags"><h2>Tags</h2><div class="related-tags__pills"><a>Terns</a></div></div>',
        ["Tags", "Terns"],
    ),
    "related": (
        "",
        '<div class="related-content"><h2>Related</h2><p>QUESTION: what else?</p></div>',
        ["Related", "QUESTION: what else?"],
    ),
    "buttons": (
        "",
        '<div class="wp-block-buttons"><a>All releases</a></div><form><label>Search</label></form>',
        ["All releases", "Search"],
    ),
    "back_to_top": ("", '<div class="report__back-to-top"><a href="#top">Up</a></div>', ["Up"]),
    "cookie_notice": ("", '<div id="cookie-notice"><p>Cookies?</p></div>', ["Cookies?"]),
    "furniture": (
        '<header id="masthead"><p>Department</p></header>',
        "<footer><ul><li>FOIA</li></ul></footer>",
        ["Department", "FOIA"],
    ),
    "government_banner": (f"<p>{BANNER}</p><p>Skip to content</p>", "", [BANNER, "Skip to content"]),
    "archive_notice": (
        "<p>2021-2025 ARCHIVED CONTENT</p><p>You are viewing ARCHIVED CONTENT released online.</p>",
        "",
        ["2021-2025 ARCHIVED CONTENT", "You are viewing ARCHIVED CONTENT released online."],
    ),
    "menu": (
        "<ul><li>Policy Issues</li><li>Countries &amp; Areas</li></ul>",
        "",
        ["Policy Issues", "Countries & Areas"],
    ),
    "copy_link": ("<p>Copy link</p>", "<p>share on facebook</p>", ["Copy link", "share on facebook"]),
    "back_to_top_line": ("", "<p>Back to Top</p>", ["Back to Top"]),
    "translation_notice": (
        "",
        "<p>Véase el contenido original en: https://www.state.gov/terns/</p>"
        "<p>Esta traducción se proporciona como una cortesía, y solo vale el texto en inglés.</p>",
        [
            "Véase el contenido original en: https://www.state.gov/terns/",
            "Esta traducción se proporciona como una cortesía, y solo vale el texto en inglés.",
        ],
    ),
    "translation_release": ("<p>Para su divulgación inmediata</p>", "", ["Para su divulgación inmediata"]),
    "tags_line": ("", "<p>Tags</p><ul><li>Terns</li><li>Ports</li></ul>", ["Tags", "Terns", "Ports"]),
    "cookie_line": (
        "",
        "<p>We use cookies to make our website work better. You may refuse.</p><p>Deny</p>",
        ["We use cookies to make our website work better. You may refuse.", "Deny"],
    ),
    "site_footer": (
        "",
        "<p>U.S. Department of State</p><p>Thirty Years of Terns: 1993</p><p>USA.gov</p>",
        ["U.S. Department of State", "Thirty Years of Terns: 1993", "USA.gov"],
    ),
    "outside_body": (
        "",
        "<div class='promo-box'><p>Sign up for the tern letter</p></div>",
        ["Sign up for the tern letter"],
    ),
}


def stripped(html, **head):
    found = strip(page(html, **head))
    return [block.text for block in found.blocks], [(removal.rule, removal.text) for removal in found.removed]


@pytest.mark.parametrize("rule", [rule.name for rule in rules()])
def test_each_rule_takes_its_example_and_is_named(rule):
    before, after, texts = EXAMPLES[rule]
    wrapped = f'<div class="classic-block-wrapper">{TURNS}</div>' if rule == "outside_body" else TURNS
    assert stripped(before + wrapped + after) == (TURN_TEXTS, [(rule, text) for text in texts])


def test_every_rule_tells_where_it_was_seen_and_no_name_stands_twice():
    names = [rule.name for rule in rules()]
    assert all(rule.seen for rule in rules())
    assert len(names) == len(set(names))
    assert {rule.where for rule in rules()} <= {"head", "foot", "edge", "any"}


@pytest.mark.parametrize(("name", "mark"), [(rule.name, mark) for rule in rules() for mark in sorted(rule.marks)])
def test_each_mark_takes_what_it_encloses(name, mark):
    tag = mark if mark[0] not in ".#" else "div"
    attribute = {".": f'class="x {mark[1:]}"', "#": f'id="{mark[1:]}"'}.get(mark[0], "")
    box = f"<div><{tag} {attribute}>One<p><b>QUESTION:</b> Two?</p></{tag}></div>"
    assert stripped(TURNS + box + TURNS) == (TURN_TEXTS * 2, [(name, "One"), (name, "QUESTION: Two?")])


LINES = [(rule.name, rule.where, line) for rule in rules() for line in rule.lines]


@pytest.mark.parametrize(("name", "where", "line"), LINES)
def test_each_line_is_taken_in_its_zone_only(name, where, line):
    printed = line.replace("*", " more ").strip().title() if not line.startswith("*") else f"2021-2025 {line[1:]}"
    html = f"<p>{printed}</p>".replace("&", "&amp;")
    for zone, body in {"head": html + TURNS, "foot": TURNS + html, "between": TURNS + html + TURNS}.items():
        removed = (
            [(name, " ".join(printed.split()))]
            if where in ("any", zone) or (where == "edge" and zone != "between")
            else []
        )
        assert stripped(body)[1] == removed, zone


@pytest.mark.parametrize(
    "spoken",
    [
        "I work at the U.S. Department of State, and I like it.",
        "White House terns nest early.",
        "Privacy policy is what we came to speak of, and we have spoken of it.",
        "The White House",
        "Tags on terns tell us where they winter.",
        "Home is where the pier is.",
        "Please share on Facebook what you saw.",
        "Print it.",
        "You will find a .gov website for every port.",
        "Accept it",
    ],
)
@pytest.mark.parametrize("labelled", [True, False])
def test_spoken_sentences_with_words_of_furniture_stay(spoken, labelled):
    body = (TURNS if labelled else "<p>Good morning.</p>") + f"<p>{spoken}</p><p>Thank you.</p>"
    kept, removed = stripped(body)
    assert kept[-2:] == [spoken, "Thank you."]
    assert removed == []


@pytest.mark.parametrize(
    "spoken",
    [
        "A lock (or a bolt) keeps no tern out.",
        "For current information, go to the pier and ask the harbor master, as I did.",
        "Official websites use .gov names, as you know, and so shall the port.",
    ],
)
def test_a_speech_without_labels_keeps_sentences_that_begin_like_a_banner(spoken):
    assert stripped(f"<p>Good morning.</p><p>{spoken}</p><p>Thank you.</p>")[1] == []


@pytest.mark.parametrize("heading", ["Mission", "History", "About", "Leadership"])
def test_a_speech_without_labels_keeps_its_headings(heading):
    body = f"<p>{prose(40)}</p><h2>{heading}</h2><p>{prose(40)}</p>"
    assert stripped(body) == ([prose(40), heading, prose(40)], [])


CUTS = [line for rule in rules() if rule.cut for line in rule.lines]


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize("line", CUTS)
@pytest.mark.parametrize("paragraphs", [[prose(200)], [prose(45)] * 4, [prose(90)]])
def test_a_cut_never_takes_long_prose(line, labelled, paragraphs):
    before = TURNS if labelled else "<p>Good morning.</p>"
    body = f"{before}<p>{line.replace('*', '')}</p>" + "".join(f"<p>{text}</p>" for text in paragraphs)
    kept, removed = stripped(body)
    assert kept[-len(paragraphs) :] == paragraphs
    assert not set(paragraphs) & {text for _, text in removed}


def test_a_removal_always_has_text():
    _, removed = stripped(TURNS + '<div class="related-content"><hr></div><p>Tags</p><hr><p>Terns</p>')
    assert removed == [("tags_line", "Tags"), ("tags_line", "Terns")]


def test_a_page_of_furniture_only_is_empty():
    kept, _ = stripped("<nav>Home</nav><p>Copy link</p><footer>FOIA</footer>")
    assert kept == []


def test_paragraph_blocks_beside_the_wrapper_are_text():
    body = (
        '<div class="wp-block-paragraph"><p>2:06 p.m. EDT</p></div>'
        f'<div class="classic-block-wrapper">{TURNS}</div><div class="wp-block-paragraph"><p>And wide.</p></div>'
    )
    assert turns(remark(body)) == [("QUESTION", "Is it open?"), ("SECRETARY FENWICK", "It is.\n\nAnd wide.")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BANNER, True),
        ("  An OFFICIAL website of the United\u00a0States Government  ", True),
        ("U.S. Department of State", True),
        ("Tags", False),  # a word alone may be somebody's answer
        ("Is it open?", False),
        ("Deny", False),
        ("", False),
    ],
)
def test_furniture_by_wording_alone(text, expected):
    assert is_furniture(text) is expected


def test_what_was_removed_before_is_kept_in_the_record():
    once = strip(page(TURNS + "<p>Copy link</p>"))
    assert strip(once) == once
    assert (
        strip(Page(url="https://www.state.gov/x/", template="plain_text", blocks=(Block(text="Print"),))).blocks == ()
    )
