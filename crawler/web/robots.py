"""Step 2, fetch: what a host's robots.txt asks of us, and what it means that there is none to read. Pure.

The rules are those of RFC 9309, read by Protego. This module decides which answer is a robots.txt at all:

    rules        2xx and text: its rules hold
    none         4xx, or more than five redirects: nothing is forbidden
    unreadable   a block page, HTML, bytes that are no text: the last good one holds, else nothing is forbidden
    unanswered   5xx, no answer, half an answer, a server's words: the last good one holds, else nothing is asked
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from protego import Protego

from crawler.errors import Empty, NotText, Refusal, Unreachable
from crawler.web import health
from crawler.web.whole import server_line

Kind = Literal["rules", "none", "unreadable", "unanswered"]

PATH: Final = "/robots.txt"
#: RFC 9309: at least 500 KiB are to be read. The largest seen on State's hosts had 295 kB.
MOST_BYTES: Final = 1_000 * 1024
#: What a server says in place of a file is short.
MOST_SERVER_BYTES: Final = 4096
#: RFC 9309: at least five redirects are to be followed.
MOST_REDIRECTS: Final = 5
#: RFC 9309: a robots.txt that was read is not to be relied on for longer without asking again ...
FRESH_SECONDS: Final = 24 * 3600.0
#: ... and one that cannot be had any more still counts for so long.
LAST_GOOD_DAYS: Final = 30

#: No such file, which is the common case and no cause for concern.
MISSING: Final = frozenset({404, 410})

# "state-remarks/0.1 (...)": the product token, by which a group of rules names us
_TOKEN = re.compile(r"[A-Za-z_-]+")
# "User-agent: state-remarks/1.0 # ours"
_AGENT = re.compile(r"^([^\S\n]*+user[- ]?agent[^\S\n]*+:)[^\S\n]*+([^#\n]*+)", re.IGNORECASE | re.MULTILINE)
# "crawl-delay: 5": above the first group it is meant for everybody; State's own stands there
_DELAY = re.compile(r"^[^\S\n]*crawl[- ]delay[^\S\n]*:[^\S\n]*(\d{1,9}(?:\.\d{0,9})?)[^\S\n]*(?:#.*)?$", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt asks of one user agent."""

    parsed: Protego
    token: str
    crawl_delay: float | None = None
    """Seconds between two requests."""
    cut: bool = False
    """It was longer than MOST_BYTES."""

    def allow(self, url: str) -> bool:
        return bool(self.parsed.can_fetch(url, self.token))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer for a robots.txt is."""

    kind: Kind
    words: str
    refusal: Refusal | None = None
    """To be told; None where nothing is wrong."""


def token_of(user_agent: str) -> str:
    """`state-remarks` of a whole User-Agent; what has no product token is left as it is."""
    match = _TOKEN.match(user_agent.strip())
    return match[0].lower() if match else user_agent


def judge(url: str, status: int, body: bytes, *, whole: bool = True) -> Verdict:
    """whole: as far as the connection tells."""
    if not whole or status == 206:
        return unanswered(url, "only a part of it came")
    if status in MISSING:
        return Verdict("none", f"status {status}, there is none")
    try:
        _judge(url, status, body)
    except Empty:
        pass  # no rules, which forbids nothing
    except Refusal as refusal:
        return _refused(refusal, status, body)
    return Verdict("rules", "read")


def _refused(refusal: Refusal, status: int, body: bytes) -> Verdict:
    if 400 <= status < 500:
        decoy = health.find_decoy(refusal.url, body)
        kind: Kind = "unreadable" if decoy else "none"
        return Verdict(kind, f"{refusal.reason}{f', a block page ({decoy})' if decoy else ''}", refusal)
    if 200 <= status < 300 and not isinstance(refusal, Unreachable):
        return Verdict("unreadable", f"{refusal.outcome}, {refusal.reason}", refusal)
    return Verdict("unanswered", refusal.reason, refusal)


def _judge(url: str, status: int, body: bytes) -> None:
    """Raises Refusal."""
    if 200 <= status < 300:
        health.judge_robots(body, url=url)
    try:
        health.judge(url, status, {}, body[:MOST_BYTES], expect="text", max_bytes=MOST_BYTES)
    except NotText:
        # single bytes of another encoding, a NUL among the lines: the other lines are rules all the same
        if any(body.startswith(magic) for magic in health.MAGIC) or not _LINE.search(body[:MOST_BYTES]):
            raise
    lines = [] if _LINE.search(body[:MOST_BYTES]) else body[:MOST_SERVER_BYTES].decode("utf-8", "replace").splitlines()
    if (words := next(filter(None, map(server_line, lines)), None)) is not None:
        raise Unreachable(url, f"words of the server stand in its place: {words!r}")


# "Disallow: /private/": a file with such a line is a robots.txt, whatever else is in it
_LINE = re.compile(rb"(?:^|[\r\n])[\t \xef\xbb\xbf]*(?:user-agent|disallow|allow)[\t ]*:", re.IGNORECASE)


def unanswered(url: str, words: str) -> Verdict:
    return Verdict("unanswered", words, Unreachable(url, words))


def too_many_redirects(url: str) -> Verdict:
    words = f"more than {MOST_REDIRECTS} redirects"
    return Verdict("none", words, Unreachable(url, words))


def read_rules(body: bytes, token: str) -> Rules:
    """token: as token_of gives it. What cannot be read as a rule is passed over."""
    cut = len(body) > MOST_BYTES
    if cut:  # half a line could forbid more, or less, than the whole one
        body = body[: MOST_BYTES + 1]
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    text = _text(body)
    first = _AGENT.search(text)
    above = [float(found[1]) for found in _DELAY.finditer(text, 0, first.start() if first else len(text))]
    parsed = Protego.parse(_AGENT.sub(lambda line: f"{line[1]} {_agent(line[2], token)}", text))
    delays = [*above, own] if (own := parsed.crawl_delay(token)) is not None else above
    return Rules(parsed, token, max(delays, default=None), cut)


def _text(body: bytes) -> str:
    """Bytes that are no UTF-8 stand as %XX, so that they match the addresses in which they stand so."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "ignore")
    else:
        text = body.removeprefix(health.UTF8_BOM).decode("utf-8", "surrogateescape")
    text = "".join(f"%{ord(char) - 0xDC00:02X}" if "\udc80" <= char <= "\udcff" else char for char in text)
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _agent(printed: str, token: str) -> str:
    """As Protego is to see it, which takes the beginning of a name for the name: RFC 9309 wants the whole one."""
    if printed.strip() == "*":
        return "*"
    named = _TOKEN.match(printed.strip())
    return token if named and named[0].lower() == token else "somebody-else"
