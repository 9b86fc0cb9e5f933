"""Compares what the author marked in expected.json with the body of the page, without any code of the data path."""

import re
from copy import deepcopy
from html.parser import HTMLParser

import pytest

from crawler.sample import expected, load

DOCUMENTS = {document.name: document for document in load()}
EXPECTED = {marked["name"]: marked for marked in expected()}
SPOKEN = [name for name, marked in EXPECTED.items() if marked["turns"]]
ROLES = {"official", "spokesperson", "guest", "press", "moderator", "interpreter", "staff", "audience", "unknown"}

BLOCKS = {"p", "div", "li", "ol", "ul", "blockquote", "h2", "hr", "br"}
UNSEEN = {"script", "style"}
# "[1]" in a linked <sup> is a mark, "↑" leads back to it
NOTE_MARK = re.compile(r"(?<=\w)\[\d\]")
# "SECRETARY HOLM :"; the colon is no part of a label
SPACE_BEFORE_COLON = re.compile(r"(?<=[A-Z]) :")


class Reader(HTMLParser):
    """The text that a reader sees, a space where a block begins or ends."""

    def __init__(self):
        super().__init__()
        self.parts, self.unseen = [], 0

    def handle_starttag(self, tag, attrs):
        self.unseen += tag in UNSEEN
        if tag in BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag):
        self.unseen -= tag in UNSEEN
        if tag in BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data):
        if not self.unseen:
            self.parts.append(data)


def words_of(body):
    reader = Reader()
    reader.feed(body)
    return SPACE_BEFORE_COLON.sub(":", NOTE_MARK.sub("", "".join(reader.parts))).split()


def pieces_of(marked):
    """Everything that was marked, as lists of words: one for each turn, quoted clip and outside line."""
    for turn in marked["turns"]:
        label = [] if turn["label"] is None else f"{turn['label']}:".split()
        yield label + " ".join(turn["text"]).split()
    for text in marked["quoted"]:
        yield text.split()
    for line in marked["outside"]:
        yield line["text"].split()


def difference(body, marked):
    """None where the page's words are exactly the marked ones and each turn's stand in order; else what is wrong."""
    page = words_of(body)
    pieces = list(pieces_of(marked))
    left_over = sorted(page)
    for word in (word for piece in pieces for word in piece):
        if word not in left_over:
            return f"marked, but not on the page: {word!r}"
        left_over.remove(word)
    if left_over:
        return f"on the page, but not marked: {left_over}"
    return _out_of_order(page, pieces[: len(marked["turns"])])


def _out_of_order(page, turns):
    """Turns follow one another; a clip or an event may stand inside one."""
    words = iter(page)
    for turn in turns:
        for word in turn:
            if word not in words:  # takes from the iterator up to the word
                return f"out of order: {word!r} of {' '.join(turn)!r}"
    return None


def test_every_document_but_the_decoy_is_marked():
    assert set(EXPECTED) == {name for name, document in DOCUMENTS.items() if not document.decoy}
    assert len(EXPECTED) == len(expected())


@pytest.mark.parametrize("name", EXPECTED)
def test_heads_agree_with_the_marks(name):
    document, marked = DOCUMENTS[name], EXPECTED[name]
    assert (marked["url"], marked["title"]) == (document.served[0], document.title)
    assert marked["date"] == document.published.date().isoformat()
    assert document.published <= document.modified
    assert document.shows
    assert document.type
    assert document.byline


@pytest.mark.parametrize("name", SPOKEN)
def test_every_word_of_the_page_is_marked_once_and_in_order(name):
    assert difference(DOCUMENTS[name].body, EXPECTED[name]) is None


@pytest.mark.parametrize("name", [name for name in EXPECTED if name not in SPOKEN])
def test_written_releases_have_no_turns_and_no_people(name):
    assert EXPECTED[name]["kind"] == "written"
    assert EXPECTED[name]["people"] == EXPECTED[name]["quoted"] == []
    assert words_of(DOCUMENTS[name].body)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda marked: marked["turns"].pop(3),
        lambda marked: marked["turns"].reverse(),
        lambda marked: marked["turns"][4].update(label="ANSWER"),
        lambda marked: marked["turns"][0]["text"].reverse(),
        lambda marked: marked["turns"][0]["text"].append("Nobody said this."),
        lambda marked: marked["outside"].pop(),
    ],
)
def test_a_wrong_mark_is_noticed(spoil):
    marked = deepcopy(EXPECTED["briefing"])
    spoil(marked)
    assert difference(DOCUMENTS["briefing"].body, marked)


@pytest.mark.parametrize("name", SPOKEN)
def test_comments_stand_where_they_are_marked(name):
    for turn in EXPECTED[name]["turns"]:
        text = "\n\n".join(turn["text"])
        for comment in turn["comments"]:
            assert text[comment["offset"] :].startswith(comment["text"])
            assert comment["text"][0] + comment["text"][-1] in ("()", "[]")


@pytest.mark.parametrize("name", SPOKEN)
def test_each_label_has_its_person(name):
    people = EXPECTED[name]["people"]
    assert {person["label"] for person in people} == {turn["label"] for turn in EXPECTED[name]["turns"]}
    assert len({person["label"] for person in people}) == len(people)
    for person in people:
        assert {person["speaker_role"], *person["role_also"]} <= ROLES
        assert (person["person"] is None) == (person["evidence"] == "none")
