"""A template that quietly stops matching is told: field, template, figure, addresses. News of the day is not."""

import json
import random
import re
import sqlite3
from collections import Counter

import pytest
from support import crawl
from test_events import overdue

from crawler.runs.drift import ALPHA, Sample, binomial_up_to, find_drift, lost, part_of, wilson_low
from crawler.runs.figures import samples as figures_of
from crawler.sample import Fault, SampleSite
from crawler.sample.shells import HOSTS
from crawler.web.types import wanted

PAGES = r"^/(?!press-releases|department-press|remarks-secretary|rss|wp-json|sitemap|robots|\w+-sitemap)"
HOST = "2021-2025.state.gov"


def samples(having, field="byline"):
    return [Sample(f"https://www.state.gov/{n}/", {field: has}) for n, has in enumerate(having)]


def drift(having, floor=None):
    return list(find_drift("wordpress_2025", samples(having), {"byline": floor}))


def test_four_pages_without_what_hundreds_had_are_enough():
    (found,) = drift([False] * 4 + [True] * 300)
    assert str(found) == (
        "drift: byline of wordpress_2025 on 0 of 4 pages (before: 200 of 200), e.g. https://www.state.gov/0/, "
        "https://www.state.gov/1/, https://www.state.gov/2/"
    )


@pytest.mark.parametrize("lacking", [1, 2])
def test_fewer_are_news_of_the_day(lacking):
    assert drift([False] * lacking + [True] * 300, floor=0.98) == []


def test_without_a_past_the_floor_tells():
    assert drift([False] * 4, floor=0.9)
    assert drift([False] * 4) == []
    assert drift([False] * 3, floor=0.9) == []


def test_a_field_that_comes_and_goes_may_be_away_for_a_while():
    """Places: telephone briefings in a row have none."""
    usual = [True, True, True, False] * 60
    assert drift([False] * 4 + usual, floor=0.7) == []
    assert drift([False] * 12 + usual, floor=0.7)


def test_a_smaller_share_is_no_renamed_class():
    assert drift([True, True, False] * 20 + [True] * 200, floor=0.9) == []


def test_it_is_over_when_newer_pages_have_it_again():
    assert drift([True] * 5 + [False] * 4 + [True] * 300) == []


@pytest.mark.parametrize("share", [0.995, 0.97, 0.9, 0.7, 0.4])
def test_by_chance_it_hardly_ever_cries_wolf(share):
    """2,000 runs, one page new in each: eleven years of one field."""
    chance = random.Random(f"{share}")
    pages = [chance.random() < share for _ in range(2_300)]
    cries = sum(bool(drift(pages[start : start + 240])) for start in range(2_000))
    assert cries == 0


def test_the_arithmetic():
    assert wilson_low(200, 200) == pytest.approx(0.981, abs=0.001)
    assert wilson_low(90, 100) == pytest.approx(0.826, abs=0.001)
    assert binomial_up_to(1, 3, 0.5) == pytest.approx(0.5)
    assert binomial_up_to(0, 4, 0.9) == pytest.approx(ALPHA)


@pytest.mark.parametrize(
    ("problems", "has"),
    [
        ([], True),
        (["unread: byline: printed in an unusual way", "empty_turn: 'MS HOLM' is printed after turn 2"], True),
        (["foot_line: 'Valmora' stands below the last turn"], False),
        (["unread: byline", "no_title: the page has no place for it"], False),
    ],
)
def test_notes_are_settled_and_no_drift(problems, has):
    """Of the problems of a page only doubts and faults count."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE captures (id, remark_id, outcome, template, fetched_at, via)")
    db.execute("CREATE TABLE urls (remark_id, wp_id)")
    db.execute("CREATE TABLE utterances (remark_id, label)")
    columns = "template, host, url, title, type, date, byline, place, venue, published_at, modified_at, language"
    db.execute(f"CREATE TABLE remarks (id, utterance_count, word_count, problems, {columns})")
    db.execute("INSERT INTO captures VALUES (1, 1, 'ok', 'wordpress_2025', '2026-01-01', 'live')")
    told = json.dumps(problems) if problems else None
    db.execute(
        "INSERT INTO remarks (id, utterance_count, word_count, problems, template) VALUES (1, 2, 9, ?, 'a')", [told]
    )
    ((sample,),) = figures_of(db).values()
    assert sample.figures["no_doubt"] is has


def test_pages_read_again_are_compared_with_themselves():
    pages = [(str(n), True, n > 5) for n in range(10)]
    (found,) = lost("wordpress_2025", pages, "byline")
    assert (found.having, found.pages) == (4, 10)
    assert list(lost("wordpress_2025", [(str(n), True, n > 2) for n in range(10)], "byline")) == []


@pytest.mark.parametrize(
    ("reason", "part"),
    [
        ("wordpress_2019: .featured-content__headline is missing or empty", ("wordpress_2019", "title")),
        ("wordpress_2025: 0 elements .entry-content, one expected", ("wordpress_2025", "body")),
        ("wordpress_2019: .article-meta__publish-date is missing or empty", ("wordpress_2019", "date")),
        ("wordpress_2019: no byline, but meta lines not understood: ('x: Ada',)", ("wordpress_2019", "byline")),
        ("no template claims the page ('Port')", ("no template", "form")),
    ],
)
def test_the_part_that_a_broken_page_lacks(reason, part):
    assert part_of(reason) == part


@pytest.mark.parametrize(
    ("mode", "field", "template"),
    [
        ("renamed_byline", "byline", "wordpress_2019"),
        ("renamed_headline", "title", "wordpress_2019"),
        ("renamed_body", "body", "wordpress_2019"),
    ],
)
def test_a_renamed_class_ends_the_run_degraded_and_its_line_names_field_and_template(mode, field, template, tmp_path):
    with SampleSite(faults=[Fault(HOST, PAGES, mode)]) as site:
        run = crawl(site, tmp_path, "-a", "types=all", hosts=HOST)
    assert run.status == 3
    (line,) = run.out.splitlines()
    assert re.search(rf"drift: {field} of {template} on \d+ of \d+ pages", line)
    told = next(line for line in run.err.splitlines() if f"drift: {field}" in line)
    assert told.count("https://") == 3
    (report,) = (tmp_path / "runs").glob("*.txt")
    assert told.removeprefix("remarks: ") in report.read_text("utf-8")
    assert "What to do" in report.read_text("utf-8")


def test_a_class_that_is_renamed_between_two_runs_is_told_by_the_pages_themselves(tmp_path):
    with SampleSite() as site:
        assert crawl(site, tmp_path, "-a", "types=all", hosts=HOST).status == 0
        overdue(tmp_path)
        site.faults = [Fault(HOST, PAGES, "renamed_byline")]
        run = crawl(site, tmp_path, "-a", "types=all", since=None, hosts=HOST)
    assert run.status == 3
    assert re.search(r"drift: byline of wordpress_2019 on \d+ of \d+ pages", run.out)


@pytest.mark.parametrize(("mode", "part"), [("renamed_body", "body"), ("no_template", "form")])
def test_a_form_that_loses_its_mark_is_named_by_what_its_pages_were_before(mode, part, tmp_path):
    """Without its body class a page of 2025 looks like one of 2019 that has none."""
    with SampleSite() as site:
        assert crawl(site, tmp_path, "-a", "types=all", hosts="www.state.gov").status == 0
        overdue(tmp_path)
        site.faults = [Fault("www.state.gov", PAGES, mode)]
        run = crawl(site, tmp_path, "-a", "types=all", since=None, hosts="www.state.gov")
    assert run.status == 3
    claimed = {"renamed_body": "claimed by wordpress_2019", "no_template": "no template"}[mode]
    assert re.search(rf"drift: {part} of wordpress_2025 \({claimed}\) on 0 of \d+ pages", run.out)


def test_a_drift_lasts_until_it_is_mended_or_accepted(tmp_path):
    with SampleSite(faults=[Fault(HOST, PAGES, "renamed_byline")]) as site:
        crawl(site, tmp_path, "-a", "types=all", hosts=HOST)
        again = crawl(site, tmp_path, "-a", "types=all", since=None, hosts=HOST)
        assert again.status == 3
        assert "drift: byline of wordpress_2019" in again.out
        tomorrow = ["-s", "REMARKS_DRIFT_SINCE=9999-01-01"]
        assert crawl(site, tmp_path, *tomorrow, "-a", "types=all", since=None, hosts=HOST).status == 0


def test_a_sound_site_does_not_drift(whole):
    (report,) = (whole.output / "runs").glob("*.json")
    assert json.loads(report.read_text("utf-8"))["drift"] == []


def test_three_pages_in_ten_that_are_decoys_degrade_the_run(tmp_path):
    with SampleSite() as site:
        pages = [page for page in sorted(pages_of(site)) if page.startswith("/")]
        site.faults = [Fault(HOST, f"^{path}$", "decoy200") for path in pages[:: len(pages) // 3]]
        run = crawl(site, tmp_path, "-a", "types=all", hosts=HOST)
    assert run.status == 3
    assert re.search(r"refused \(\d+ decoy\)", run.out)
    assert run.rows("select count(*) from remarks where text like '%echnical%difficult%'") == [(0,)]


def test_nothing_but_decoys_fails_the_run_and_leaves_no_row(tmp_path):
    with SampleSite(faults=[Fault(host, "", "decoy200") for host in HOSTS]) as site:
        run = crawl(site, tmp_path, "-s", "REMARKS_FALLBACK=none")
    assert run.status == 1
    assert Counter(run.rows("select count(*) from remarks")) == {(0,): 1}
    assert (tmp_path / "remarks.jsonl").exists() is False or not run.lines


def pages_of(site):
    return {path.removeprefix(f"https://{HOST}") for d in site.library.on(HOST) for path in d.served if HOST in path}


def test_real_pages_in_the_order_of_their_dates_never_drift():
    """Where the marked transcripts are at hand: fields of 263 releases, over every stretch of them."""
    from test_gold import SHARED

    path = SHARED / "corpus" / "documents.jsonl"
    if not path.is_file():
        pytest.skip(f"no real releases: {path} is missing")
    documents = sorted(map(json.loads, path.read_text("utf-8").splitlines()), key=lambda d: d["published"])
    spoken = [
        d for d in reversed(documents) if wanted(d["type"], "speech") and d["type"] != "Department Press Briefing"
    ]
    told = [Sample(d["id"], {"place": bool(d["places"]), "byline": bool(d["authors"])}) for d in spoken]
    for start in range(len(told)):
        assert list(find_drift("all", told[start:], {"place": 0.7, "byline": 0.9})) == []
