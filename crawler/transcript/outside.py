"""Step 6: lines that belong to nobody. Pure; each rule sits under a real form of line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.transcript.comments import brackets_of, is_all_brackets, kind_of
from crawler.transcript.labels import has_verb
from crawler.transcript.names import is_domain
from crawler.transcript.plain import plain

if TYPE_CHECKING:
    from crawler.items import Block, Page

# "(The briefing was concluded at 3:09 p.m.)", "(The interview ended at 12:01)", also without brackets
CONCLUDED = re.compile(
    r"\A[(\[]?(?:the |this )?(?:\w+ )?(?:briefing|interview|conference|event|call|meeting|conversation|session|remarks|"
    r"availability)\b.{0,40}\b(?:concluded|ended|adjourned|concludes)\b(?: at \d.{0,30}|\.?)[)\]]?\.?",
    re.I,
)
# "# # #", "###", "-30-", "[End of Document]", "End text.", "[end of file]", "(end transcript)"
END_SIGN = re.compile(
    r"\A(?:(?:#\s*+){2,}+|-\s*30\s*-|[(\[]?\s*end (?:of )?(?:document|transcript|text|file)\.?\s*[)\]]?)",
    re.I,
)
# "* * *" between the parts of a speech
SEPARATOR = re.compile(r"(?:[*•~_=-]\s*){3,}")
# "- 2 -", "-more-", "Page 2 of 4": where a page of paper ended
PAGE_BREAK = re.compile(r"[(\[–—-]\s*more\s*[)\]–—-]|[–—-]\s*\d{1,3}\s*[–—-]|page \d{1,3}(?: of \d{1,3})?", re.I)
# "(The briefing was concluded at 3:09 p.m.) # # #" in one paragraph
CLOSER_PART = re.compile(r"\n|(?<=[)\].m]) +(?=#)")
# "2:06 p.m. EDT", "(9:25 a.m. EDT)", "1:05 P.M. (EST)", "12:32 p.m. local time", "(1315 Local)"
CLOCK = re.compile(
    r"\(?(?:\d{1,2}(?:[:.]\d{2})?\s*[ap]\.?\s*m\.?,?\s*+(?:\(?(?:[A-Z]{2,5}|local(?: time)?)\)?)?"
    r"|[012]\d:?[0-5]\d\s*(?:hours|hrs|local(?: time)?|[ECMP][SD]T|GMT|UTC|CES?T))\.?\)?",
    re.I,
)
# "As prepared", "(As Prepared)", "As Prepared for Delivery", "Remarks as delivered", "AS DELIVERED:"
PREPARED = re.compile(r"[(\[]?(?:remarks |text )?as (?:prepared|delivered)(?: for delivery)?[)\]]?[.:]?", re.I)
# "Via Teleconference", "Via Translation", "Via Zoom", "(Via Translation)"
VIA = re.compile(r"\(?via [\w -]{3,40}\)?\.?", re.I)
# "2004/946", "PRN: 2016/123"
RELEASE_NUMBER = re.compile(r"(?:PRN:?\s*)?(?:19|20)\d\d/\d{1,4}")
# "Released on September 12, 2006": the last line of pages of 2001-2009
RELEASED_ON = re.compile(r"released on [a-z]+ \d{1,2}, \d{4}\.?", re.I)
# id="post-9001-footnote-1", id="footnote1", id="ftn1", id="_ftn2", id="post-361153-endnote-1", id="1"; not "…-ref-1"
FOOTNOTE_ID = re.compile(r"(?:(?:foot|end)note-?|_?(?:ftn|edn|fn))\d+|\d{1,2}", re.I)
FOOTNOTE_ID_END = re.compile(r"(?:(?:foot|end)note-?|_?(?:ftn|edn|fn))\d+$", re.I)
# "internationally ↑"; a variation selector may follow
BACK_ARROWS = ("↑", "↩", "⤴", "↑\ufe0e", "↩\ufe0e", "⤴\ufe0e")
# "*Ukrainian", "**fully", "Correction: …", "1 internationally"
STARRED = re.compile(r"[*†‡]+\s*\S")
CORRECTION = re.compile(r"(?:correction|clarification|editor[’']s note)\s*:", re.I)
# "Note: This transcript was edited.", "This interview was conducted in Valmoran.", "Watch the full interview here."
EDITORIAL = re.compile(
    r"\[?(?:(?:editor[’']?s |transcriber[’']?s )?note:|"
    r"this (?:interview|transcript|event|conversation) (?:was|has been) "
    r"(?:lightly )?(?:conducted|edited|translated|transcribed|recorded|provided|abridged)\b|"
    r"for (?:more|further) information,? (?:please )?(?:visit|see|go to|click)\b|"
    r"(?:watch|listen to|read|view) the (?:full |entire |complete )?(?:interview|video|remarks|transcript|event) "
    r"(?:here|on|at|online)\b)",
    re.I,
)
# Such a line is the last of the page, or nearly.
LAST_LINES = 3
# What the page says of itself below the speech; whole lines, without a case.
FURNITURE = re.compile(
    r"\A(?:audio|video|listen|photos?|photo gallery|(?:share|print|save|e-?mail)(?: this(?: page)?)?|tags?|"
    r"subscribe|comments?|previous|next|previous \W{0,3} ?next|read more|more information|"
    r"related (?:links?|content|items|documents?)|download(?: (?:the )?(?:pdf|audio|video|transcript))?|"
    r"(?:view|watch|listen to) (?:the )?(?:audio|video|remarks|event)|"
    r"(?:back|return) to (?:the )?top|top|end|the end|\(end\)|"
    r"(?:was this page|did you find this(?: page)?) helpful\b.{0,40}|yes\W{0,3} ?no|"
    r"(?:page )?last (?:updated|modified)\b.{0,40}|"
    r"this (?:page|site|content|document) is (?:archived|no longer updated)\b.{0,60}|copyright \W{0,3}\d{4}\b.{0,80}|"
    r"(?:sign up|subscribe) (?:for|to)\b.{0,80}|(?:stay connected|connect|follow us)\b.{0,80}|"
    r"(?:topics?|tags?|regions?|countries|keywords?|categories|filed under|see also|source):.{0,200}|"
    r"(?:https?://|www\.)\S+|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|disclaimer:.{0,300}|"
    r"transcri(?:pt|bed|ption) (?:by|courtesy|provided|prepared)\b.{0,80}|"
    r"released (?:by|on)\b.{0,120}|for (?:immediate )?release\b.{0,60}|\d{4}/(?:t\d+-)?\d{1,4}|"
    r"(?:(?:for|to) (?:more|further|additional|media|press) (?:information|inquiries|questions|details)|"
    r"(?:media|press) (?:contacts?|inquiries|desk|office)|contacts?|tel(?:ephone)?|phone|fax|e-?mail)\b"
    r"(?=.{0,200}(?:@|\d{3}[ .-]?\d{3,4}|\bcontact\b|\b(?:press|media) office\b|\bvisit\b|https?:|www\.))"
    r".{0,300})\W{0,9}\Z",
    re.I | re.S,
)
# "Bureau of African Affairs", "Office of the Spokesperson": who put the page up
SENDER = re.compile(
    r"\A(?:the )?(?:bureau|office|department|embassy|mission|u\.?s\.? department) (?:of|for|to)\b[^.?!:]{0,100}\Z", re.I
)
# Words with which people begin, answer and part; a line with one of them is spoken, however short.
SAID_SHORT = re.compile(
    r"\b(?:thank|thanks|you|yes|yeah|yep|no|nope|ok|okay|bye|good|right|sure|great|please|welcome|hello|hi|well|fine|exactly|"
    r"absolutely|correct|indeed|sorry|true|never|always|maybe|perhaps|sir|ma[’']am|god|amen|cheers|congratulations|i|we|he|she|"
    r"they|it|me|us|him|them|go|come|let|look|wait|why|what|who|when|where|how)\b",
    re.I,
)
# A line of the site with a sentence's end has more.
LEAST_SITE_WORDS = 3
# A tag or a line of the site has no more words.
MOST_FOOT_WORDS = 8
# "[1] great", "2 internationally", "[iv] more"
NUMBERED = re.compile(r"(?:\[?\d{1,2}[\].]?|\[[ivx]{1,5}\])\s+\w")
# "fully*, and" in a turn
STAR_IN_TEXT = re.compile(r"\w[’”\")]?[*†‡]")
# “(Via interpreter) We have a bilateral relationship …” or (Via interpreter) “We have …”: a clip that is played
CLIP = re.compile(r"\A(?:[“\"]\s*\([^()]{1,40}\)|\([^()]{1,40}\)\s*[“\"]).*[”\"]\.?", re.S)
# "(Begin video clip.)", "[BEGIN VIDEOTAPE]", "(Video clip begins.)", "(Tape plays.)", "BEGIN VIDEO CLIP"; their ends
_THING = (
    r"(?:(?:the|a|of|from|video|audio|film|movie|music|song|news|sound|old) ){0,4}"
    r"(?:video|audio|film|music|song|clip|tape|videotape|audiotape|recording|excerpt|footage|montage)s?"
)
CLIP_BEGINS = re.compile(
    rf"(?:(?:begin|start)(?:s|ning)? {_THING}|"
    rf"{_THING} (?:begins?|starts?|plays?|rolls?|is (?:played|shown)))\b.{{0,60}}",
    re.I,
)
CLIP_ENDS = re.compile(rf"(?:(?:end|stop)s? {_THING}|{_THING} (?:ends?|stops?|concludes?|is over))\b.{{0,60}}", re.I)
STARTS = re.compile(r"\A[(\[]?\s?(?:begin|start)", re.I)
# A clip that is read out has no more lines.
MOST_CLIP_LINES = 40
# "So that is all, thank you." ends a sentence; "Pinfield Hall" and "2:06 p.m. EDT" do not
SENTENCE_END = re.compile(r"[.?!…:;,—–-][”\"’')\]]*$")
# "Washington, D.C.", "Ada Field, Jr.": the period is no sentence's
ABBREVIATION_END = re.compile(r"\b(?:[A-Z]\.){2}$|\b(?:Jr|Sr|St|Ave)\.$")
# the comma and blank of "Washington, D.C."
NOT_WORD = re.compile(r"\W+")
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend", "figcaption"})
MOST_HEADING_WORDS = 14
# "(The delegation walks to the pier and the flags are raised.)"
MOST_EVENT_WORDS = 14
# A heading element that holds a sentence is a wrong element round speech.
LEAST_SENTENCE_WORDS = 6
# No line that ends an event is longer.
MOST_CLOSER = 400


def closer(line: str) -> str | None:
    """`closer` for a line that ends the event; what follows it without a label is foot matter."""
    if len(line) > MOST_CLOSER:
        return None
    parts = [part for part in CLOSER_PART.split(line) if part.strip()]
    ends = all(CONCLUDED.fullmatch(part.strip()) or END_SIGN.fullmatch(part.strip()) for part in parts)
    return "closer" if parts and ends else None


def head_line(line: str, page: Page) -> str | None:
    """The kind of a line of head matter: what the page's head prints, too, or what only a head has."""
    folded = _fold(line)
    if folded in {_fold(known) for known in _known_lines(page)}:
        return "head"
    if CLOCK.fullmatch(line):
        return "clock"
    if PREPARED.fullmatch(line):
        return "prepared"
    if VIA.fullmatch(line) and not kind_of(f"({line.strip('()')})"):
        return "head"
    return None


def _known_lines(page: Page) -> list[str]:
    byline = [part for line in page.byline for part in (line, *line.split(", ", 1))]
    return [known for known in (page.title, page.type, page.date_printed, *byline, *page.places) if known]


def _fold(line: str) -> str:
    return NOT_WORD.sub(" ", line).strip().casefold()


def between(line: str, block: Block | None) -> str | None:
    """The kind of an unlabelled line between or after turns that nobody spoke; None for speech."""
    if kind := closer(line):
        return kind
    if SEPARATOR.fullmatch(line) or PAGE_BREAK.fullmatch(line):
        return "separator"
    if CLOCK.fullmatch(line):
        return "clock"
    if PREPARED.fullmatch(line):
        return "prepared"
    if RELEASE_NUMBER.fullmatch(line):
        return "release_number"
    if RELEASED_ON.fullmatch(line):
        return "release_date"
    if is_all_brackets(line):
        return _bracket_kind(line)
    if block is not None and is_heading(line, block):
        return "heading"
    return None


def is_furniture(line: str) -> bool:
    """Whether it is a line of the site below a transcript, by its words: "Share", "For more information, contact …"."""
    return FURNITURE.match(line) is not None or RELEASED_ON.fullmatch(line) is not None


def foot_line(line: str, block: Block | None = None) -> str | None:
    """Of the last lines of a page, below the last turn: "foot" for what the page says, "doubt" for what may be that.

    A tag ("Ukraine"), a contact, a button. What is short, has no verb and no sentence's end is doubted, unless it has a
    word that is spoken ("Thank you", "Right").
    """
    words = line.split()
    if is_furniture(line) or SENDER.match(line) or is_link(line, block):
        # "Next." and "The end." may be said
        return "doubt" if len(words) < LEAST_SITE_WORDS and line[-1] in ".?!" else "foot"
    if len(words) > MOST_FOOT_WORDS or SENTENCE_END.search(line) or SAID_SHORT.search(line) or has_verb(line):
        return None
    known = [word for word in words if plain(word).strip(".,;") not in ("and", "of", "the", "&")]
    return "foot" if all(word[:1].isupper() and is_domain(word) for word in known) else "doubt"


def is_spoken(line: str) -> bool:
    """Whether it has a word with which people begin, answer and part."""
    return SAID_SHORT.search(line) is not None


def is_link(line: str, block: Block | None) -> bool:
    """A line that is wholly a link to another page, and no sentence: "Read more about the Forum"."""
    if block is None or SENTENCE_END.search(line):
        return False
    linked = sum(end - start for start, end, href in block.links if not href.startswith("#"))
    return linked >= 0.9 * len(block.text)


def has_star(text: str) -> bool:
    """Whether a word of it has a mark of a footnote."""
    return any(sign in text for sign in "*†‡") and STAR_IN_TEXT.search(text) is not None


def is_clip(line: str) -> bool:
    """A played clip printed without a label; only in a turn of one who asks: a guest may quote at length."""
    return CLIP.fullmatch(line) is not None


def clip_sign(line: str) -> str | None:
    """`begins` or `ends` for a line that says so of a played clip."""
    bare = line.strip()
    bracketed = bare[:1] in ("(", "[") and bare[-1:] in (")", "]")
    inner = bare[1:-1].strip() if bracketed else bare
    if not bracketed and not (bare.isupper() and len(bare.split()) <= LEAST_SENTENCE_WORDS):
        return None
    return "begins" if CLIP_BEGINS.fullmatch(inner) else "ends" if CLIP_ENDS.fullmatch(inner) else None


def _bracket_kind(line: str) -> str | None:
    """The first one's kind; a long bracket of no known kind is an aside of the speaker."""
    kinds = [kind_of(bracket) for bracket in brackets_of(line)]
    unknown = not kinds or None in kinds
    return (kinds[0] if kinds else None) or "event" if not unknown or len(line.split()) <= MOST_EVENT_WORDS else None


def is_heading(line: str, block: Block) -> bool:
    """A heading element, or a short line printed wholly in bold without a sentence's end."""
    if block.tag in HEADING_TAGS:
        return not SENTENCE_END.search(line) or len(line.split()) < LEAST_SENTENCE_WORDS
    return is_wholly_bold(block) and len(line.split()) <= MOST_HEADING_WORDS and not SENTENCE_END.search(line)


def is_wholly_bold(block: Block) -> bool:
    return len(block.bold) == 1 and block.bold[0] == (0, len(block.text))


def is_short(line: str) -> bool:
    """Too short to be told from a heading or a name."""
    return len(line.split(None, LEAST_SENTENCE_WORDS)) < LEAST_SENTENCE_WORDS


def is_short_line(line: str) -> bool:
    """A line of a head: short and no sentence ("Pinfield Hall", "Washington, D.C.")."""
    ends = SENTENCE_END.search(line) and not ABBREVIATION_END.search(line)
    return not ends and len(line.split()) <= MOST_HEADING_WORDS


def is_footnote(line: str, block: Block | None, *, after_rule: bool, near_end: bool, starred: bool) -> bool:
    """A footnote at the foot of the page.

    `after_rule`: an <hr> or the event's end stands before it; `near_end`: it is among the last lines of the page;
    `starred`: a turn has a `*` mark.
    """
    if block is not None and "footnote" in block.marks:
        return True
    if line.rstrip().endswith(BACK_ARROWS) or (after_rule and NUMBERED.match(line)):
        return True
    if (after_rule or near_end) and CORRECTION.match(line):
        return True
    if starred and STARRED.match(line):
        return True
    ids = block.anchors if block is not None else ()
    return any(FOOTNOTE_ID_END.search(i) or (after_rule and FOOTNOTE_ID.fullmatch(i)) for i in ids)


def is_index_line(block: Block | None) -> bool:
    """A line that is wholly a link into this page: a topic index before the first turn."""
    if block is None or not block.links:
        return False
    linked = sum(end - start for start, end, href in block.links if href.startswith("#"))
    return linked >= 0.9 * len(block.text)
