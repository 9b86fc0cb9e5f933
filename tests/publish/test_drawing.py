"""Pure parts: differences, marks, citations, charts, months."""

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from crawler.publish.site import cite, differences, marks, months, svg
from crawler.publish.site.plugin import web, without_page
from crawler.publish.site.topics import topics

TEXT = st.lists(st.sampled_from(["harbor", "master", "signed", "the", "<b>", "\n\n", "  "])).map(" ".join)


@given(TEXT, TEXT)
def test_a_difference_holds_both_texts(old, new):
    pieces = differences.words(old, new)
    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new


def test_one_word_is_one_difference():
    pieces = differences.words("the tails of your house", "the tiles of your house")
    assert [(p.kind, p.text) for p in pieces] == [
        ("same", "the "),
        ("removed", "tails "),
        ("added", "tiles "),
        ("same", "of your house"),
    ]


def test_long_stretches_are_left_out_of_the_short_form():
    old = " ".join(f"w{n}" for n in range(200))
    short = differences.shorten(differences.words(old, old.replace("w100 ", "x ")))
    assert [p.kind for p in short] == ["skipped", "same", "removed", "added", "same", "skipped"]
    assert "w99 " in short[1].text
    assert "w50 " not in short[1].text


def test_turns_that_come_go_and_change():
    def row(id_, position, text):
        return {"utterance_id": id_, "position": position, "label": "Q", "text": text}

    changes = differences.turns([row("a", 1, "x"), row("b", 2, "y")], [row("a", 1, "z"), row("c", 2, "y")])
    assert [(c.id, c.kind) for c in changes] == [("a", "changed"), ("c", "added"), ("b", "removed")]


@given(st.text(alphabet="ab<>&\n\"'"), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20))))
def test_marked_text_says_the_same_and_is_escaped(text, ends):
    spans = [marks.Span(*sorted(pair), "mark") for pair in ends] + [marks.Span(2, 5, "em")]
    shown = "".join(marks.paragraphs(text, spans))
    bare = Markup(shown.replace("<br>", "\n")).striptags() if shown else ""
    assert "".join(bare.split()) == "".join(text.split())
    for tag in ("mark", "em"):
        assert shown.count(f"<{tag}>") == shown.count(f"</{tag}>")


def test_hits_are_found_in_what_highlight_gave():
    text = "the grain corridor"
    assert marks.hits(text, "the \x02grain\x03 corridor", "\x02", "\x03") == [marks.Span(4, 9, "mark")]
    assert marks.pieces("a \x02b\x03 c", "\x02", "\x03") == [("a ", False), ("b", True), (" c", False)]


SOURCE = cite.Source(
    id="abc-3",
    person="Ada R. Fenwick",
    label="SECRETARY FENWICK",
    title="Remarks on “Tiles” & 5 % of $3",
    type="Remarks to the Press",
    date="2024-10-08",
    place="Aldersee, Valmora",
    url="https://www.state.gov/tiles/",
    turn=3,
    revision=2,
    seen="2024-10-09T12:00:00Z",
)


def test_citations():
    assert cite.plain(SOURCE) == (
        "Ada R. Fenwick, “Remarks on ‘Tiles’ & 5 % of $3”, U.S. Department of State, Aldersee, Valmora, "
        "October 8, 2024, turn 3. https://www.state.gov/tiles/ (read 2024-10-09, revision 2)"
    )
    assert cite.apa(SOURCE) == (
        "Fenwick, A. R. (2024, October 8). Remarks on “Tiles” & 5 % of $3 [Remarks to the Press, transcript; turn 3]. "
        "U.S. Department of State. https://www.state.gov/tiles/"
    )
    assert cite.chicago(SOURCE) == (
        "Ada R. Fenwick, “Remarks on ‘Tiles’ & 5 % of $3,” transcript of remarks to the press, "
        "U.S. Department of State, Aldersee, Valmora, October 8, 2024, turn 3, https://www.state.gov/tiles/."
    )
    assert r"title = {{Remarks on “Tiles” \& 5 \% of \$3}}" in cite.bibtex(SOURCE)
    assert "month = oct" in cite.bibtex(SOURCE)


def read_bibtex(entry):
    """Fields, by BibTeX's own rule: braces are counted, also behind a backslash."""
    depth, fields, start = 0, {}, None
    for at, letter in enumerate(entry):
        if letter == "{":
            depth += 1
            start = at + 1 if depth == 2 else start
        elif letter == "}":
            if depth == 2:
                fields[entry[:start].rpartition("\n")[2].split(" = ")[0].strip()] = entry[start:at]
            depth -= 1
            assert depth >= 0
            assert depth or at == len(entry) - 1
    assert depth == 0
    return fields


def without_tex(text):
    named = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
    return re.sub(r"\\text(\w+)\{\}|\\([&%$#_])", lambda m: named[m[1]] if m[1] else m[2], text)


ODD = st.text(st.sampled_from("ab &%$#_~^\\{}\"'@,=<>|`?/é“”語😀\n\t\u2028"), max_size=25)


@given(title=ODD, place=ODD, person=ODD, tail=ODD)
@example(title="a { b", place="}", person="Kim and Lee, Ltd.", tail="x_y%20z?a=1&b=2#c~d{e}\\^é")
@settings(max_examples=60)
def test_bibtex_is_whole_whatever_is_printed(title, place, person, tail):
    url = f"https://www.state.gov/{tail}"
    source = replace(SOURCE, title=title, place=place, person=person, url=url)
    fields = read_bibtex(cite.bibtex(source))
    assert not re.search(r"(?<!\\)[%#&_$~^]|\\(?![%#&_$])|[^\x20-\x7e]|[{}\s]", fields["url"])
    plain = without_tex(fields["url"])
    assert unquote(plain) == unquote(url)  # the same address
    if source.title:
        assert without_tex(fields["title"][1:-1]) == " ".join(title.split())
    assert set(fields) >= {"author", "title", "howpublished", "year", "day", "url", "urldate", "note"}
    for form in ("Plain", "APA", "Chicago"):
        assert len(cite.citations(source)[form].splitlines()) == 1 or "\n" in url or "\u2028" in url


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Ada R. Fenwick", "{Ada R. Fenwick}"),
        ("Robert F. Wood, Jr.", "{Wood, Jr., Robert F.}"),
        ("Robert F. Wood III", "{Wood, III, Robert F.}"),
        ("Jan van der Berg, Jr.", "{van der Berg, Jr., Jan}"),
        ("Office of Press and Records", "{{Office of Press and Records}}"),
        ("Ada, Lady Fenwick", "{{Ada, Lady Fenwick}}"),
    ],
)
def test_bibtex_names_one_author(name, author):
    assert f"author = {author}" in cite.bibtex(replace(SOURCE, person=name))


def test_citations_of_what_lacks_everything():
    bare = cite.Source(
        id="abc",
        person=None,
        label=None,
        title=None,
        type=None,
        date=None,
        place=None,
        url="u",
        turn=None,
        revision=1,
        seen="2024-10-09",
    )
    assert cite.apa(bare) == "U.S. Department of State. (n.d.). Remarks [Remarks, transcript]. u"
    assert all("None" not in text for text in cite.citations(bare).values())


@pytest.mark.parametrize(
    ("name", "apa"),
    [
        ("Ada R. Fenwick, Jr.", "Fenwick, A. R., Jr."),
        ("Ursula von der Aue", "von der Aue, U."),
        ("Rosalba", "Rosalba."),
        ("José Manuel Prado", "Prado, J. M."),
    ],
)
def test_family_names(name, apa):
    assert cite.apa(cite.Source(**{f: getattr(SOURCE, f) for f in SOURCE.__slots__} | {"person": name})).startswith(
        f"{apa} ("
    )


def test_charts_are_escaped_and_say_what_they_show():
    chart = svg.columns(
        "<b>", ["2024-01", "2024-02"], [svg.Series('"><img', [1, 2]), svg.Series("b", [None, 3])], unit="words"
    )
    assert "<img" not in chart.svg
    assert "<b>" not in chart.svg
    assert chart.svg.count("<rect") == 3
    assert 'role="img"' in chart.svg
    assert svg.lines("t", ["a", "b", "c"], [svg.Series("x", [1, None, 2])], unit="u").svg.count("<polyline") == 2
    assert "NaN" not in svg.columns("t", [], [], unit="u").svg


@given(st.floats(0, 1e9))
def test_axes_hold_their_values(most):
    ticks = svg.ticks(most)
    assert ticks[0] == 0
    assert ticks[-1] >= most * 0.999999
    assert 2 <= len(ticks) <= 7


def test_months_have_no_gap_and_become_years():
    assert months.months("2021-11", "2022-02") == ["2021-11", "2021-12", "2022-01", "2022-02"]
    assert months.spread({"2021-12": 1, "2022-02": 2}) == (["2021-12", "2022-01", "2022-02"], [1, 0, 2])
    labels, values = months.spread({"2001-01": 1, "2001-02": 2, "2020-12": 4})
    assert (labels[0], labels[-1], values[0], values[-1]) == ("2001", "2020", 3, 4)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        " https://a.b/",
        "data:text/html,x",
        "//a.b",
        "https://",
        "https:///x",
        None,
    ],
)
def test_only_web_addresses_are_linked(address):
    assert web(address) is None
    assert web("https://www.state.gov/x/") == "https://www.state.gov/x/"


def test_the_next_page_takes_the_place_of_this_one():
    assert without_page("q=a&page=2&sort=date") == "q=a&sort=date&"


def test_questions_are_about_the_names_in_them():
    questions = [
        "Secretary Fenwick, on Saudi Arabia: has President Ilmarin replied? And I’m told Teskovia’s envoy was there.",
        "Can you say on Tuesday whether Saudi Arabia and Teskovia agreed?",
        "Teskovia, please, Ada Fenwick. Okay. Follow up on Minister Ilmarin?",
    ]
    assert topics(questions, "Ada R. Fenwick") == [
        {"topic": "Ilmarin", "questions": 2},
        {"topic": "Saudi Arabia", "questions": 2},
        {"topic": "Teskovia", "questions": 2},
    ]
