"""Steps 5 and 6 on random bodies: nothing lost, nothing twice, order kept, whatever stands beside what."""

import itertools
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Page
from crawler.transcript.boilerplate import is_furniture, strip
from crawler.transcript.turns import split

from .bodies import FENWICK, HEAD, blocks

LABELS = [
    "QUESTION",
    "MODERATOR",
    "SECRETARY FENWICK",
    "MR MARSH",
    "MS. O’DONEGAL",
    "FOREIGN MINISTER ÇAVDAROĞLU",
    "Mr. Marsh",
    "Moderator",
    "Agence Borealis",
    "Side Events",
    "VESSEL NAME",
    "ERT",
    "And the second is",
    "To Secretary Fenwick",
    "WHAT",
]
LABEL_FORMS = [
    "<p><b>{0}:</b> {1}</p>",
    "<p><strong>{0}: </strong>{1}</p>",
    "<p>{0}: {1}</p>",
    "<p><b>{0}</b>:&nbsp; {1}</p>",
    "<p><b>{0}:</b></p><p>{1}</p>",
    "<p>(As Translated)<b>{0}:</b> {1}</p>",
    "<p><b>`{0}:</b>{1}</p>",
    "<p><b>{0}</b> {1}</p>",
    "<p><a id='x'></a><b>{0} :</b> {1}</p>",
    "<div>{0}: {1}<br><b>{0}:</b> {1}</div>",
    "<p>{1}.{0}: {1}</p>",
    "<li><b>{0}:</b> {1}</li>",
]
LINES = [
    "<p>{1}.</p>",
    "<p>{1}</p>",
    "<p>{1}: {1}.</p>",
    "<p>{1} (laughter) {1} (USAID) {1}.</p>",
    "<p>(Laughter.)</p>",
    "<p>(Via interpreter) {1}.</p>",
    "<p>(The tern {1} is played.)</p>",
    "<p>“(Via interpreter) {1}.”</p>",
    "<h2>{1}</h2>",
    "<p><b>{1}</b></p>",
    "<p><b>{1}</b> {1}.</p>",
    "<p>{1}<br>{1}<br><br>{1}</p>",
    "<ul><li>{1}<ul><li>{1}.</li></ul>{1}</li></ul>",
    "<hr>",
    "<p># # #</p>",
    "<p>2:06 p.m. EDT</p>",
    "<p>(The briefing was concluded at 2:19 p.m.)</p>",
    "<p>*{1}</p>",
    "<p>{1}* {1}.</p>",
    "<p>{1} ↑</p>",
    "<p id='1'>{1}</p>",
    "<p id='_ftn1'>{1}</p>",
    "<p>Correction: {1}</p>",
    "<p>As prepared</p>",
    "<p>2004/946</p>",
    "<p><a href='#x'>{1}</a></p>",
    "{1}.",
    "<table><tr><td>{1}</td><td>{1}: {1}</td></tr></table>",
    "<p>Opening of the Tern Bridge</p>",
]
BOXES = [
    "<div class='share-this-page'><p>{1}</p></div>",
    "<nav>{1}<ul><li>{1}</li></ul></nav>",
    "<p class='article-meta'>{1}</p>",
    "<div class='related-content'><p><b>QUESTION:</b> {1}?</p></div>",
    "<p>Copy link</p>",
    "<p>Back to Top</p>",
]
TOPS = [
    "<p>Skip to main content</p>",
    "<p>An official website of the United States Government</p>",
    "<p>2021-2025 ARCHIVED CONTENT</p>",
]
FEET = ["<p>Tags</p><p>{1}</p>", "<p>U.S. Department of State</p><p>{1}: {1}</p>", "<p>View preferences</p>"]

part = st.one_of(
    st.tuples(st.sampled_from(LABEL_FORMS), st.sampled_from(LABELS), st.integers(1, 6)),
    st.tuples(st.sampled_from(LABEL_FORMS[:3]), st.sampled_from(LABELS[:5]), st.integers(1, 30)),
    st.tuples(st.sampled_from(LINES), st.just(""), st.integers(1, 70)),
    st.tuples(st.sampled_from(BOXES), st.just(""), st.integers(1, 5)),
)
top = st.tuples(st.sampled_from(TOPS), st.just(""), st.just(1))
foot = st.tuples(st.sampled_from(FEET), st.just(""), st.integers(1, 5))
heads = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Remarks", "Department Press Briefing", "Tern Talk", None]),
        "byline": st.sampled_from([(FENWICK,), (FENWICK, "Ivo Marsh, Envoy")]),
    }
)
WORD = re.compile(r"\w+")


def render(parts):
    """Markup in which every word of a sentence is another one, so that each can be told apart."""
    number = itertools.count()

    def words(count):
        return " ".join(f"w{next(number)}" for _ in range(count))

    html = []
    for form, label, count in parts:
        pieces = form.replace("{0}", label).split("{1}")
        html.append(pieces[0] + "".join(words(count) + piece for piece in pieces[1:]))
    return "".join(html)


@st.composite
def pages(draw):
    parts = [
        *draw(st.lists(top, max_size=2)),
        *draw(st.lists(part, min_size=3, max_size=14)),
        *draw(st.lists(foot, max_size=2)),
    ]
    return Page(**HEAD | draw(heads), blocks=blocks(render(parts)))


def words_of(texts):
    return WORD.findall(" ".join(texts))


def is_subsequence(part_words, whole):
    rest = iter(whole)
    return all(word in rest for word in part_words)


quick = settings(deadline=None, max_examples=150)


@quick
@given(pages())
def test_strip_parts_the_blocks_into_kept_and_removed(page):
    stripped = strip(page)
    kept, removed = [b.text for b in stripped.blocks], [r.text for r in stripped.removed]
    assert sorted(filter(None, kept + removed)) == sorted(block.text for block in page.blocks if block.text)
    assert is_subsequence(map(id, stripped.blocks), map(id, page.blocks))
    assert all(removed)


@quick
@given(pages())
def test_every_word_is_in_exactly_one_place_and_in_order(page):
    stripped = strip(page)
    remark = split(stripped)
    printed = words_of(block.text for block in stripped.blocks)
    spoken = words_of(text for u in remark.utterances for text in (u.label or "", u.text))
    noted = words_of(note.comment.text for note in remark.notes)
    assert sorted(spoken + noted) == sorted(printed)
    assert is_subsequence(spoken, printed)
    assert is_subsequence(noted, printed)
    assert words_of([remark.text]) == printed


@quick
@given(pages())
def test_places_and_offsets_are_valid(page):
    remark = split(strip(page))
    for utterance in remark.utterances:
        offsets = [comment.offset for comment in utterance.comments]
        assert all(utterance.text[c.offset :].startswith(c.text) for c in utterance.comments)
        assert offsets == sorted(set(offsets))
        assert utterance.text == utterance.text.strip()
        assert utterance.label != ""
    after = [note.after for note in remark.notes]
    assert after == sorted(after)
    assert all(0 <= position <= len(remark.utterances) for position in after)
    assert all(note.comment.text and note.comment.kind and note.comment.offset is None for note in remark.notes)
    assert all(": " in problem for problem in remark.problems)


@quick
@given(pages())
def test_no_turn_holds_a_line_of_furniture(page):
    remark = split(strip(page))
    assert not [p for u in remark.utterances for p in u.text.split("\n\n") if is_furniture(p)]


@quick
@given(st.lists(part, min_size=1, max_size=10), heads)
def test_splitting_twice_gives_the_same(parts, head):
    one, two = (split(strip(Page(**HEAD | head, blocks=blocks(render(parts))))) for _ in range(2))
    assert one == two


@quick
@given(
    st.lists(part, min_size=1, max_size=10),
    heads,
    st.sampled_from(["<div class='classic'>{}</div>", "<!-- x -->{}\n<p></p>"]),
)
def test_noise_in_the_markup_changes_nothing(parts, head, noise):
    plain = render(parts)
    noisy = noise.format(
        plain.replace("<b>", "<strong class='x'>").replace("</b>", "</strong>").replace("<p>", "\n<p dir='ltr'>")
    )
    one, two = (split(strip(Page(**HEAD | head, blocks=blocks(html)))) for html in (plain, noisy))
    assert one.utterances == two.utterances
    assert (one.notes, one.problems, one.text) == (two.notes, two.problems, two.text)
