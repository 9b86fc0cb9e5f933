"""robots.txt: asked first; what it forbids is not asked, nor anything of a host that does not answer for it."""

import asyncio
import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import TextResponse
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler
from support import crawl
from test_faults import HOST

from crawler.fetch.middlewares import Refused
from crawler.fetch.robots import RobotsMiddleware
from crawler.sample import Fault, SampleSite
from crawler.sample.answers import Answer, page, redirect
from crawler.web import robots

WWW = "www.state.gov"
URL = f"https://{WWW}/robots.txt"
ALL = "User-agent: *\nDisallow: /\n"
BLOCK_PAGE = b"""<!DOCTYPE html><html><head><title>Technical Difficulties</title></head>
<body><h1>Technical Difficulties</h1>
<p>We're sorry, this site is currently experiencing technical difficulties. Please try again in a few moments.</p>
<p>Exception: forbidden</p></body></html>"""


def text(words, **more):
    return replace(page(words, content_type="text/plain"), **more)


class Site(SampleSite):
    """`told(asked, nth)` may give another answer; nth counts the requests for that address."""

    def __init__(self, told, **more):
        super().__init__(**more)
        self.told, self.times = told, Counter()

    def answer(self, asked):
        self.times[asked.host, asked.target] += 1
        other = self.told(asked, self.times[asked.host, asked.target])
        return (other, "told") if other is not None else super().answer(asked)

    def asked_of(self, host, since=0):
        return [one.asked.path for one in self.requests[since:] if one.asked.host == host]


def robots_of(host, *answers):
    """The answers for the host's robots.txt, the last one again and again."""

    def told(asked, nth):
        return answers[min(nth, len(answers)) - 1] if (asked.host, asked.path) == (host, robots.PATH) else None

    return told


def told_of(run, host=HOST):
    """What the newest report says of the host's robots.txt."""
    reports = sorted((run.output / "runs").glob("*.json"), key=lambda path: int(path.stem.rpartition("-")[2]))
    words = json.loads(reports[-1].read_text("utf-8"))["robots"][host]
    assert f"  {host}: {words}\n" in reports[-1].with_suffix(".txt").read_text("utf-8")
    return words


# the rules


@pytest.mark.parametrize(
    ("lines", "path", "allowed"),
    [
        (b"User-agent: *\nDisallow: /", "/", False),
        (b"User-agent: *\nDisallow:", "/a", True),
        (b"", "/a", True),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r\n", "/a", False),
        (b"user-agent:*\rdisallow:/a\r", "/a", False),
        (b"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        (b"User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", False),
        (b"User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        (b"User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        (b"User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        (b"User-agent: *\nDisallow: /a*z", "/abcz/d", False),
        (b"User-agent: *\nDisallow: /a%3cd", "/a%3Cd", False),
        (b"User-agent: *\nDisallow: /caf%C3%A9", "/caf%c3%a9", False),
        ("User-agent: *\nDisallow: /café".encode(), "/caf%C3%A9", False),
        (b"User-agent: *\nDisallow: /caf\xe9\nDisallow: /b", "/caf%E9", False),
        (b"User-agent: *\nDisallow: /caf\xe9\nDisallow: /b", "/caf/", True),
        (b"User-agent: *\nDisallow: /b\0\n", "/b", False),
        ("User-agent: *\nDisallow: /b\n".encode("utf-16"), "/b", False),
        (b"User-agent: *\nDisallow: /\nUser-agent: state-remarks\nDisallow: /b", "/a", True),
        (b"User-agent: *\nDisallow:\nUser-agent: State-Remarks/9.1 # ours\nDisallow: /b", "/b", False),
        (b"User-agent: other\nUser-agent: state-remarks\nDisallow: /b", "/b", False),
        (b"User-agent: state-remarks\nDisallow: /a\nUser-agent: x\nUser-agent: state-remarks\nDisallow: /c",
         "/a", False),
        (b"User-agent: state\nDisallow: /", "/a", True),
        (b"User-agent: archive\nDisallow: /", "/a", True),
        (b"User-agent: state-remarks-2\nDisallow: /", "/a", True),
        (b"User-agent: *\nNonsense\n: :\nDisallow: /a # not that\n", "/a", False),
        (b"Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", True),
    ],
)  # fmt: skip
def test_rules(lines, path, allowed):
    token = robots.token_of("state-remarks/0.1 (archive of public remarks; contact: desk@other.example)")
    verdict = robots.judge(URL, 200, lines)
    assert (verdict.kind, verdict.refusal) == ("rules", None)
    assert robots.read_rules(lines, token).allow(f"https://{WWW}{path}") is allowed


@pytest.mark.parametrize(
    ("lines", "delay"),
    [
        (b"crawl-delay: 5\nUser-agent: *\nDisallow:\n", 5),
        (b"User-agent: *\nCrawl-delay: 12.5\n", 12.5),
        (b"User-agent: other\nCrawl-delay: 12\n", None),
        (b"Crawl-delay: soon\nUser-agent: *\nCrawl-delay: -3\n", None),
        (b"Crawl-delay: 4 # seconds\r\nUser-agent: state-remarks\r\nCrawl-delay: 9\r\n", 9),
    ],
)
def test_crawl_delay(lines, delay):
    assert robots.read_rules(lines, "state-remarks").crawl_delay == delay


def test_a_long_file_is_read_to_half_a_million_bytes_and_more_and_no_half_line_counts():
    lines = b"User-agent: *\n" + b"# padding\n" * 60_000 + b"Disallow: /late/\n"
    assert 500 * 1024 < len(lines) < robots.MOST_BYTES
    assert not robots.read_rules(lines, "a").allow(f"https://{WWW}/late/")
    fill = robots.MOST_BYTES - len(b"User-agent: *\n#\nDisallow: /l")
    cut = robots.read_rules(b"User-agent: *\n#" + b"x" * fill + b"\nDisallow: /late/\n", "a")
    assert cut.cut
    assert cut.allow(f"https://{WWW}/lamp/")


@pytest.mark.parametrize(
    ("status", "body", "kind", "refused"),
    [
        (200, b"User-agent: *\n", "rules", None),
        (204, b"", "rules", None),
        (404, b"<html>not here</html>", "none", None),
        (410, b"", "none", None),
        (400, b"no", "none", "unreachable"),
        (401, b"no", "none", "blocked"),
        (403, b"<html><body>403 Forbidden</body></html>", "none", "blocked"),
        (429, b"slower", "none", "blocked"),
        (403, BLOCK_PAGE, "unreadable", "blocked"),
        (200, BLOCK_PAGE, "unreadable", "decoy"),
        (200, b"<!doctype html><p>home", "unreadable", "decoy"),
        (200, b"\x1f\x8b\x08\0\0", "unreadable", "not_text"),
        (200, bytes(range(128, 256)) * 99, "unreadable", "not_text"),
        (206, b"User-agent: *\n", "unanswered", "unreachable"),
        (200, b"Service Unavailable", "unanswered", "unreachable"),
        (200, b"\nError 503 Backend fetch failed\n\nXID: 32770\n", "unanswered", "unreachable"),
        (200, b"# Service Unavailable\nUser-agent: *\n", "rules", None),
        (200, b"Service Unavailable\nUser-agent: *\n", "rules", None),
        (200, b"nothing here", "rules", None),
        (304, b"", "unanswered", "unreachable"),
        (500, b"", "unanswered", "unreachable"),
        (503, BLOCK_PAGE, "unanswered", "blocked"),
        (599, b"User-agent: *\nAllow: /", "unanswered", "unreachable"),
    ],
)
def test_what_an_answer_is(status, body, kind, refused):
    verdict = robots.judge(URL, status, body)
    assert (verdict.kind, verdict.refusal and verdict.refusal.outcome) == (kind, refused)


@given(st.binary(max_size=300) | st.text("User-agent:*Dislow/ $%\r\n\0\ufeffé", max_size=99).map(str.encode))
@settings(max_examples=60, deadline=None)
def test_any_bytes(body):
    if robots.judge(URL, 200, body).kind == "rules":
        robots.read_rules(body, "state-remarks").allow(URL.replace("robots.txt", "a/%zz"))


@pytest.mark.parametrize(
    ("priority", "asked", "delay"),
    [("project", 10, 10), ("project", 3, None), ("project", 9999, 300), ("cmdline", 10, None)],
)
def test_a_longer_delay_is_kept_unless_another_was_typed(priority, asked, delay):
    class Slot:
        delay = None

    class Downloader:
        per_slot_settings: dict[str, dict[str, float]] = {}  # noqa: RUF012
        slots = {WWW: Slot()}  # noqa: RUF012

    class Crawler:
        settings = Settings({"ROBOTSTXT_OBEY": True, "USER_AGENT": "a", "REMARKS_RETRY_AFTER_MAX_SECONDS": 300})
        engine = type("Engine", (), {"downloader": Downloader})

    Crawler.settings.set("DOWNLOAD_DELAY", 5, priority)
    rules = robots.read_rules(b"User-agent: *\nCrawl-delay: %d" % asked, "a")
    told = list(RobotsMiddleware(Crawler)._notes(WWW, rules))
    assert Downloader.slots[WWW].delay == delay
    assert Downloader.per_slot_settings == ({WWW: {"delay": delay}} if delay else {})
    assert bool(told) == (asked > 5)


class Engine:
    """Answers each request for a robots.txt after a moment, or raises."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    async def download_async(self, request):
        self.asked.append(request.url)
        await asyncio.sleep(0.01)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return TextResponse(request.url, body=answer.encode(), request=request)


def middleware(*answers):
    crawler = get_crawler(settings_dict={"ROBOTSTXT_OBEY": True, "USER_AGENT": "state-remarks/1"})
    crawler.engine = Engine(*answers)
    return RobotsMiddleware.from_crawler(crawler), crawler.engine


def ask(first, *paths):
    """What becomes of requests that come at once."""

    async def all_of_them():
        asked = [first.process_request(Request(f"https://{WWW}{path}")) for path in paths]
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_five_that_wait_get_one_answer():
    first, engine = middleware("User-agent: *\nDisallow: /b")
    got = ask(first, "/a", "/b/1", "/b/2", "/b/3", "/b/4", "/c")
    assert [type(one).__name__ for one in got] == ["NoneType", *["Refused"] * 4, "NoneType"]
    assert {str(one) for one in got[1:5]} == {
        f"blocked: https://{WWW}/b/{n}: robots.txt forbids it" for n in range(1, 5)
    }
    assert engine.asked == [URL]


def test_one_who_leaves_does_not_take_the_answer_along():
    first, engine = middleware(ALL)

    async def leave():
        tasks = [asyncio.ensure_future(first.process_request(Request(f"https://{WWW}/{n}"))) for n in range(5)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    got = asyncio.run(leave())
    assert [type(one).__name__ for one in got] == ["CancelledError", *["Refused"] * 4]
    assert engine.asked == [URL]


def test_after_a_day_it_is_asked_for_again(monkeypatch):
    monkeypatch.setattr(robots, "FRESH_SECONDS", -1)
    first, engine = middleware("", ALL)

    async def twice():
        await first.process_request(Request(f"https://{WWW}/a"))
        with pytest.raises(Refused):
            await first.process_request(Request(f"https://{WWW}/a"))

    asyncio.run(twice())
    assert len(engine.asked) == 2


@pytest.mark.parametrize(
    "error", [ConnectionError("reset"), TimeoutError(), RuntimeError("whatever"), IgnoreRequest("no")]
)
def test_whatever_goes_wrong_with_it_nothing_is_asked(error):
    first, engine = middleware(error)
    got = ask(first, "/a", "/b", "/c", "/d", "/e")
    assert [type(one.refusal).__name__ for one in got] == ["Waiting"] * 5
    assert engine.asked == [URL]


def test_a_port_and_a_scheme_of_its_own_have_a_robots_file_of_their_own():
    first, engine = middleware("")

    async def both():
        for url in (f"https://{WWW}/a", f"https://{WWW}:8443/a", f"http://{WWW}/a", f"https://{WWW}/b"):
            await first.process_request(Request(url))

    asyncio.run(both())
    assert engine.asked == [URL, URL.replace(WWW, f"{WWW}:8443"), URL.replace("https", "http")]


# a run


def test_all_who_wait_for_one_robots_file_get_its_answer(tmp_path):
    """It comes late, after a 503 and a dropped connection, and forbids everything."""
    forbids = text(ALL, delay_seconds=0.5)
    told = {host: robots_of(host, page("", status=503), Answer(dropped=True), forbids) for host in (WWW, HOST)}
    with Site(lambda asked, nth: told[asked.host](asked, nth) if asked.host in told else None) as site:
        run = crawl(site, tmp_path, hosts=f"{WWW},{HOST}")
    assert {host: site.asked_of(host) for host in told} == {host: [robots.PATH] * 3 for host in told}
    assert run.status == 1
    assert run.outcomes() == {"robots": 2, "retried": 2, "blocked": run.outcomes()["blocked"]}
    assert run.outcomes()["blocked"] >= 5
    assert f"read; {sum(WWW in line for line in run.err.splitlines())} requests were not made" in told_of(run, WWW)


def test_a_redirect_to_another_host_asks_that_host_first(tmp_path):
    """Pages of www lead to the archive host, which forbids them; its robots.txt itself leads elsewhere."""

    def told(asked, nth):
        if (asked.host, asked.path) == (HOST, robots.PATH):
            return redirect(f"https://{HOST}/rules/now.txt", 302)
        if (asked.host, asked.path) == (HOST, "/rules/now.txt"):
            return text("User-agent: *\nDisallow: /briefings/\nDisallow: /remarks")
        if asked.host == WWW and asked.path.startswith(("/briefings/", "/remarks")) and asked.path.count("/") > 2:
            return redirect(f"https://{HOST}{asked.target}", 301)
        return None

    with Site(told) as site:
        run = crawl(site, tmp_path, hosts=WWW)
    assert [path for path in site.asked_of(HOST) if path.startswith(("/briefings/", "/remarks"))] == []
    assert site.asked_of(HOST)[:2] == [robots.PATH, "/rules/now.txt"]
    assert run.status == 3
    assert "robots.txt forbids it" in run.err
    assert run.rows("select count(*) from captures where outcome = 'robots' and url like '%/rules/now.txt'") == [(1,)]


@pytest.mark.parametrize("mode", ["http503", "drop"])
def test_a_host_that_does_not_answer_for_its_robots_file_is_asked_nothing(mode, tmp_path):
    with SampleSite(faults=[Fault(HOST, "^/robots.txt$", mode)]) as site:
        run = crawl(site, tmp_path, hosts=HOST)
        asked = {one.asked.path for one in site.requests if one.asked.host == HOST}
        archive = [one.asked.path for one in site.requests if one.asked.host == "web.archive.org"]
    assert asked == {robots.PATH}
    assert "/cdx/search/cdx" in archive
    assert archive[0] == robots.PATH
    assert run.rows("select distinct via from captures where outcome = 'ok'") == [("wayback",)]
    assert run.status == 3
    assert sum("robots.txt" in line for line in run.err.splitlines()) == 1
    assert "nothing of the host is asked" in told_of(run)


def test_the_last_good_one_of_the_archive_holds_for_thirty_days(tmp_path):
    with Site(robots_of(HOST, text("User-agent: *\nDisallow: /briefings/\n"))) as site:
        first = crawl(site, tmp_path, hosts=HOST)
        assert "robots.txt forbids it" in first.err
        (heard,) = first.rows("select fetched_at from captures where outcome = 'robots'")
        # no sound answer counts as one
        for bad in (Answer(body=BLOCK_PAGE), page("", status=503)):
            since = len(site.requests)
            site.told = robots_of(HOST, bad)
            again = crawl(site, tmp_path, hosts=HOST)
            asked = site.asked_of(HOST, since)
            assert len(asked) > asked.count(robots.PATH)
            assert [path for path in asked if path.startswith("/briefings/")] == []
            assert f"the one of {heard[0]} holds" in told_of(again)
            assert again.status == 3
        since = len(site.requests)
        again.rows("update captures set fetched_at = '2026-01-01T00:00:00Z' where outcome = 'robots'")
        again = crawl(site, tmp_path, hosts=HOST)
        assert set(site.asked_of(HOST, since)) == {robots.PATH}
        assert "nothing of the host is asked" in told_of(again)


@pytest.mark.parametrize(
    ("answer", "words", "status"),
    [
        (page("<p>not here", status=404), "status 404, there is none; nothing is forbidden", 0),
        (redirect(f"https://{HOST}/robots.txt", 302), "more than 5 redirects; nothing is forbidden", 3),
    ],
)
def test_where_there_is_none_nothing_is_forbidden(answer, words, status, tmp_path):
    with Site(robots_of(HOST, answer)) as site:
        run = crawl(site, tmp_path, hosts=HOST)
    assert run.status == status
    assert words in told_of(run)
    assert len(run.lines) > 3
