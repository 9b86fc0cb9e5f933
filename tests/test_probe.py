"""`scrapy probe`: what is as expected is said to be so, and each deliberate difference is shown by its name."""

import gzip
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from support import ROOT

from crawler.archive.writer import Archive
from crawler.probe.asking import discreet
from crawler.probe.bundle import REPORT_NAME, WARC_NAME, BadBundle, read_bundle
from crawler.probe.plan import MOST_REQUESTS, shares
from crawler.probe.report import as_text, report
from crawler.runs.lock import lock
from crawler.sample import SampleSite
from crawler.sample.answers import Answer
from crawler.sample.faults import Fault
from crawler.web.exchange import Exchange
from crawler.web.sites import HOSTS, SITES

CONTACT = "harbor.master@example.org"
QUICK = ["-s", "DOWNLOAD_DELAY=0", "-s", "REMARKS_BACKOFF_SECONDS=0.01"]


def probe(*words, environment=None, cwd=ROOT):
    line = [sys.executable, "-m", "scrapy", "probe", *map(str, words)]
    return subprocess.run(line, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


def live(site, target, *words):
    return probe(*QUICK, "--output", target, *words, environment=site.environment | {"REMARKS_CONTACT": CONTACT})


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A probe of the sample site, in which nothing is wrong."""
    target = tmp_path_factory.mktemp("probe") / "sound.zip"
    with SampleSite() as site:
        done = live(site, target)
        return SimpleNamespace(done=done, path=target, requests=list(site.requests), bundle=read_bundle(target))


def test_the_sample_site_is_as_expected(sound):
    assert (sound.done.returncode, sound.done.stdout.splitlines()[-1]) == (0, "All is as expected.")
    assert "problem" not in sound.done.stdout
    assert " ! " not in sound.done.stdout
    for host in HOSTS:
        assert f"\n{host}\n" in sound.done.stdout
    for name in (
        "template",
        "title",
        "type",
        "date",
        "byline",
        "venue",
        "place",
        "turns",
        "labels",
        "doubts",
        "end seen",
    ):
        assert re.search(rf"^ {{6}}{name} ", sound.done.stdout, re.M), name


def test_a_probe_is_short_and_asks_for_robots_first(sound):
    assert len(sound.requests) <= MOST_REQUESTS
    assert len({request.url for request in sound.requests}) == len(sound.requests)
    for host in HOSTS:
        asked = [request.asked.path for request in sound.requests if request.asked.host == host]
        assert asked[0] == "/robots.txt"
    kinds = {(urlsplit(answer.url).hostname, answer.asked) for answer in sound.bundle.answers}
    for site in SITES.values():
        named = {"listing": site.listings, "feed": site.feeds, "sitemap": site.sitemap, "rest": site.rest_types}
        named["index"] = site.indexes
        assert {kind for host, kind in kinds if host == site.host} == {
            "robots",
            "page",
            *(kind for kind, has in named.items() if has),
        }


def test_a_bundle_shows_what_the_reporter_saw(sound):
    again = probe("--bundle", sound.path)
    assert (again.returncode, again.stdout, again.stderr) == (0, sound.done.stdout, "")
    with zipfile.ZipFile(sound.path) as packed:
        assert sorted(packed.namelist()) == sorted([REPORT_NAME, WARC_NAME])
        assert packed.read(REPORT_NAME).decode() == sound.done.stdout.removesuffix("\n")


def test_nothing_private_is_in_a_bundle(sound, tmp_path):
    with zipfile.ZipFile(sound.path) as packed:
        packed.extractall(tmp_path)
    everything = gzip.decompress((tmp_path / WARC_NAME).read_bytes()) + (tmp_path / REPORT_NAME).read_bytes()
    assert b"state-remarks/0.1" in everything
    for word in (
        CONTACT.encode(),
        str(sound.path.parent).encode(),
        str(ROOT).encode(),
        b"127.0.0.1",
        b"WARC-IP-Address",
    ):
        assert word not in everything


def test_what_tells_who_asked_is_left_out():
    sent = ((b"User-Agent", b"state-remarks/0.1 (contact: a@b.example)"), (b"Cookie", b"id=1"), (b"Accept", b"*/*"))
    received = (
        (b"Set-Cookie", b"visitor=77"),
        (b"X-Forwarded-For", b"198.51.100.7"),
        (b"Location", b"https://login.example/?user=ada&from=198.51.100.7"),
        (b"Content-Type", b"text/html"),
    )
    body = b"<html><title>Access Denied</title><p>Your address is 198.51.100.7 or 2001:db8:1:2:3:4:5:6.</p></html>"
    exchange = Exchange(
        url="https://www.state.gov/",
        request_headers=sent,
        status=403,
        response_headers=received,
        body=body,
        fetched_at="2026-03-01T00:00:00Z",
        ip="203.0.113.9",
    )
    kept = discreet(exchange)
    assert kept.request_headers == ((b"Accept", b"*/*"), (b"User-Agent", b"state-remarks/0.1"))
    assert kept.response_headers == ((b"Location", b"https://login.example/"), (b"Content-Type", b"text/html"))
    assert (kept.ip, b"198.51" in kept.body, b"2001:db8" in kept.body) == (None, False, False)
    assert b"Access Denied" in kept.body


# ---- ten differences -------------------------------------------------------------------------------------------------

BRIEFING = "https://www.state.gov/briefings/department-press-briefing-march-4-2026/"
OLD = "https://2009-2017.state.gov/secretary/remarks/2014/05/225901.htm"
LISTING = "https://www.state.gov/press-releases/"
FEED = "https://www.state.gov/rss-feed/press-releases/feed/"
HERO = '<div class="wp-block-default-hero-container">'


def changed(bundle, url, *pairs, status=None, hops=()):
    """The bundle with another body at that address; each pair is a pattern and what takes its place."""
    answer = next(answer for answer in bundle.answers if answer.url == url)
    before = text = answer.capture.body.decode()
    for old, new in pairs:
        text = re.sub(old, new, text, flags=re.S)
    assert text != before or status or hops
    capture = replace(answer.capture, body=text.encode(), status=status or answer.capture.status)
    if hops:
        capture = replace(capture, url=hops[-1])
    other = replace(answer, capture=capture, hops=hops)
    answers = tuple(other if one is answer else one for one in bundle.answers)
    return replace(bundle, answers=answers, hosts=(urlsplit(url).hostname,))


BOX = r'<div class="tide-alerts"><p>Sign up for word of every tide.</p></div>\g<0>'
DIFFERENCES = {
    "a class renamed": (BRIEFING, [(r"article-meta__author-bureau", "byline__name")], ["byline__name", "byline"]),
    "a class of a place renamed": (BRIEFING, [(r"article-meta__location", "place-line")], ["p.place-line"]),
    "the body renamed": (BRIEFING, [(r"entry-content", "post-body")], [".entry-content", "post-body"]),
    "a field missing": (BRIEFING, [(r'<p class="article-meta__author-bureau">.*?</p>', "")], ["has no byline"]),
    "another order": (
        BRIEFING,
        [(r'(<p class="article-meta doctype-meta">.*?)(<p class="article-meta__publish-date">.*?</p>)', r"\2\1")],
        ["another order", ".article-meta__publish-date stands before"],
    ),
    "an index in another order": (
        LISTING,
        [(r'(<li class="collection-result">.*?</li>)(.*)(</ul>\s*<div class="pagination)', r"\2\1\3")],
        [LISTING, "another order"],
    ),
    "an index empty": (LISTING, [(r'<li class="collection-result">.*</li>', "")], [LISTING, "none shown"]),
    "feed items without type": (FEED, [(r'<p class="article-meta doctype-meta">.*?</p>', "")], [FEED, "name no type"]),
    "a date in another form": (BRIEFING, [(r"(publish-date\">)March 4, 2026", r"\1Mar. 4 2026")], ["Mar. 4 2026"]),
    "an unknown box in the head": (BRIEFING, [(r'<h1 class="featured', BOX)], ["div.tide-alerts", "characters"]),
    "an unknown box under the text": (BRIEFING, [(r"</main>", BOX)], ["div.tide-alerts", "word of every tide"]),
    "a box without a name": (
        BRIEFING,
        [(r"</body>", r"<div>Words under the page.</div>\g<0>")],
        ["knows: div, ", "Words under the page"],
    ),
    "an unknown box in the text": (OLD, [(r"<p>We talked", BOX)], ["div.tide-alerts", "characters"]),
    "the closing footer gone": (BRIEFING, [(r"<footer.*?</footer>", "")], ["foot"]),
    "an old footer gone": (OLD, [(r'<div id="footer">.*?</div>', "")], ["foot"]),
    "the end gone": (BRIEFING, [(r"</body>\s*</html>", "")], ["the end is missing"]),
    "labels of an unknown form": (OLD, [(r"<b>(QUESTION):</b>", r"[\1]")], ["unknown form: '[QUESTION]'"]),
    "labels without their colon": (
        OLD,
        [(r"<b>([A-Z. ]+):</b>", r"<b>\1 -</b>")],
        ["unknown form: 'FOREIGN MINISTER KESTREL -'"],
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_is_shown_by_name(sound, name):
    url, pairs, words = DIFFERENCES[name]
    problems = report(changed(sound.bundle, url, *pairs)).problems
    assert problems, name
    for word in words:
        assert any(word in problem for problem in problems), (word, problems)
    assert all(url in problem for problem in problems)


def test_an_index_that_moved_is_shown_by_its_address(sound):
    gone = report(changed(sound.bundle, FEED, status=404)).problems
    assert any(f"the feed {FEED} is not there (status 404)" in problem for problem in gone)
    elsewhere = "https://www.state.gov/feeds/press/"
    moved = report(changed(sound.bundle, FEED, hops=(elsewhere,))).problems
    assert moved == [f"www.state.gov: the feed {FEED} has moved: it leads to {elsewhere}."]
    index = "https://2009-2017.state.gov/secretary/remarks/index.htm"
    problems = report(changed(sound.bundle, index, status=404)).problems
    assert any(index in problem for problem in problems)  # the home page still leads there
    guess = "https://2009-2017.state.gov/secretary/20092013clinton/rm/index.htm"
    home = r'<li><a href="[^"]*20092013clinton[^<]*</a></li>'
    without = changed(sound.bundle, "https://2009-2017.state.gov/", (home, ""))
    told = report(changed(without, guess, status=404))
    assert not any(guess in problem for problem in told.problems)
    assert any(guess in note for note in told.notes)


# ---- hosts that refuse -----------------------------------------------------------------------------------------------


REFUSALS = {
    "block403": "status 403",
    "decoy200": "technical_difficulties",
    "drop": "the host gives no answer: the connection broke off",
    "http503": "nothing is asked while its robots.txt is not answered",
    "garbage": "NUL bytes",
    "redirect_offsite": "nothing is asked while its robots.txt is not answered",
}


def test_hosts_that_refuse_are_named(tmp_path):
    modes = dict(zip(HOSTS, REFUSALS, strict=True))
    with SampleSite(faults=[Fault(host=host, path=".", mode=mode) for host, mode in modes.items()]) as site:
        done = live(site, tmp_path / "refused.zip")
        assert len(site.requests) <= MOST_REQUESTS
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    told = [line for line in done.stdout.splitlines() if line.startswith("problem: ")]
    assert len(told) == len(HOSTS)
    for line, (host, mode) in zip(told, modes.items(), strict=True):
        assert line.startswith(f"problem: {host}: ")
        assert REFUSALS[mode] in line
    assert probe("--bundle", tmp_path / "refused.zip").stdout == done.stdout


def test_no_answer_at_all(tmp_path):
    environment = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    with SampleSite() as site:
        environment = site.environment | environment
    done = probe(*QUICK, "--output", tmp_path / "none.zip", environment=environment)
    assert done.returncode == 3
    told = [line for line in done.stdout.splitlines() if line.startswith("problem: ")]
    assert told == [f"problem: {host}: the host gives no answer: the connection is refused." for host in HOSTS]
    assert "127.0.0.1" not in done.stdout


class Forbidding(SampleSite):
    """Its robots.txt forbids everything."""

    def answer(self, asked):
        if asked.path == "/robots.txt":
            return Answer(content_type="text/plain", body=b"User-agent: *\nDisallow: /\n"), None
        return super().answer(asked)


def test_hosts_that_forbid_everything_are_left_alone_and_named(tmp_path):
    with Forbidding() as site:
        done = live(site, tmp_path / "forbidden.zip")
        assert {request.asked.path for request in site.requests} == {"/robots.txt"}
    assert done.returncode == 3
    told = [line for line in done.stdout.splitlines() if line.startswith("problem: ")]
    assert told == [f"problem: {host}: nothing of the host could be read: robots.txt forbids it." for host in HOSTS]


def test_no_output_or_lock_is_touched(tmp_path):
    output = tmp_path / "output"
    with SampleSite() as site, lock(output):
        before = sorted(output.rglob("*"))
        done = live(site, tmp_path / "one.zip", "--hosts", "1997-2001.state.gov", "-s", f"REMARKS_OUTPUT={output}")
        assert {request.asked.host for request in site.requests} == {"1997-2001.state.gov"}
    assert done.returncode in (0, 3)
    assert sorted(output.rglob("*")) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.zip", "output"]


# ---- bundles of anybody ----------------------------------------------------------------------------------------------


def repacked(path, target, **members):
    """The bundle with other members; None leaves one out."""
    with zipfile.ZipFile(path) as packed:
        held = {name: packed.read(name) for name in packed.namelist()} | members
    with zipfile.ZipFile(target, "w") as packed:
        for name, data in held.items():
            if data is not None:
                packed.writestr(name, data)
    return target


def warc(folder, *exchanges, notes=()):
    """The bytes of a WARC of those."""
    with Archive(folder, software="x") as archive:
        for exchange in exchanges:
            archive.write(exchange)
        for note in notes:
            archive.note(note)
    return (folder / archive.files[0]).read_bytes()


PROBE = {"probe": {"hosts": ["www.state.gov"], "ended": "finished"}}


def exchange(url="https://www.state.gov/robots.txt", asked="robots"):
    return Exchange(url=url, status=200, body=b"x", fetched_at="2026-03-01T00:00:00Z", asked=asked)


def test_what_is_no_bundle_is_refused_in_one_line(sound, tmp_path):
    whole = sound.path.read_bytes()
    with zipfile.ZipFile(sound.path) as packed:
        records = packed.read(WARC_NAME)
    (tmp_path / "text.zip").write_bytes(b"no bundle at all")
    (tmp_path / "empty.zip").write_bytes(b"")
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "bit.zip").write_bytes(whole[:-5000].replace(records[900:950], bytes(50)) + whole[-5000:])
    make = {
        "half": records[: len(records) // 2],
        "foreign": warc(tmp_path / "a", exchange("https://elsewhere.example/"), notes=[PROBE]),
        "another": warc(tmp_path / "b", exchange(asked="password"), notes=[PROBE]),
        "no end": warc(tmp_path / "c", exchange()),
        "no host": warc(tmp_path / "d", exchange(), notes=[{"probe": {"hosts": ["x"], "ended": "finished"}}]),
        "many": warc(tmp_path / "e", *[exchange()] * 200, notes=[PROBE]),
        "note": warc(tmp_path / "f", exchange(), notes=[{"failure": {"url": 7}}, PROBE]),
        "text": b"GIF89a",
    }
    for name, data in make.items():
        repacked(sound.path, tmp_path / f"warc {name}.zip", **{WARC_NAME: data})
    repacked(sound.path, tmp_path / "more.zip", **{"../../evil": b"x"})
    repacked(sound.path, tmp_path / "less.zip", **{REPORT_NAME: None})
    bundles = sorted(tmp_path.glob("*.zip"))
    assert len(bundles) == len(make) + 6
    for path in bundles:
        with pytest.raises(BadBundle) as raised:
            read_bundle(path)
        assert "\n" not in str(raised.value), path.name
    for path in (bundles[0], tmp_path / "is not there.zip"):
        done = probe("--bundle", path)
        assert (done.returncode, done.stdout) == (2, "")
        assert re.fullmatch(rf"probe: {re.escape(str(path))}: [^\n]+\n", done.stderr)


def test_pages_of_a_hostile_bundle_are_refused_by_name(sound):
    """Whatever stands in an answer, a report comes of it, without control characters."""
    bodies = [b"<div>" * 400_000, b"\x1b[2J\x00" * 50, b"<b>" * 3_500, b"", b"\xff\xfe<\x00", b"{" * 90_000]
    for body in bodies:
        answers = tuple(
            replace(answer, capture=replace(answer.capture, body=body))
            for answer in sound.bundle.answers
            if answer.url.startswith("https://www.state.gov/")
        )
        bundle = replace(sound.bundle, hosts=("www.state.gov",), answers=answers)
        found = report(bundle)
        assert found.problems
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", as_text(bundle, found))


# ---- usage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (["extra"], "not understood: extra"),
        (["--hosts", "www.example.org"], "not read by this version"),
        (["--hosts", ""], "an argument without a value"),
        (["--bundle", "x.zip", "--hosts", "all"], "--bundle goes without"),
        (["--output", "README.md"], "is there already"),
        (["-s", "REMARKS_BOGUS=1"], "unknown setting REMARKS_BOGUS"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else None,
)
def test_what_is_typed_wrong_ends_with_2(line, word):
    done = probe(*line)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert word in done.stdout + done.stderr


def test_shares_never_exceed_the_most():
    for number in range(1, len(HOSTS) + 1):
        for first in range(len(HOSTS) - number + 1):
            sites = [SITES[host] for host in HOSTS[first : first + number]]
            assert sum(shares(sites).values()) <= MOST_REQUESTS
            assert min(shares(sites).values()) >= 9
