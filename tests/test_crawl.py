"""End to end: `scrapy crawl remarks` in a process of its own against the sample site."""

import itertools
import subprocess
import sys
from collections import Counter
from urllib.parse import urlsplit

import pytest
from support import ROOT, crawl

from crawler.sample import SampleSite, expected
from crawler.sample.old_indexes import STUBS

SPOKEN = {
    "Remarks", "Remarks to the Press", "Interview", "Department Press Briefing", "Special Briefing",
    "Daily Press Briefing", "Background Briefing",
}  # fmt: skip


def by_path(lines):
    return {urlsplit(line["url"]).path: line for line in lines}


def marks(document):
    return [(turn["label"], "\n\n".join(turn["text"])) for turn in document["turns"]]


def test_everything_is_read_as_its_author_marked_it(whole):
    assert (whole.status, whole.err) == (0, "")
    read = by_path(whole.lines)
    for document in expected():
        line = read[urlsplit(document["url"]).path]
        assert [(u["label"], u["text"]) for u in line["utterances"]] == marks(document), document["name"]
        assert (line["title"], line["date"]) == (document["title"], document["date"])
    assert len(read) == len(expected())


def test_comments_stand_where_they_are_marked(whole):
    read = by_path(whole.lines)
    for document in expected():
        turns = read[urlsplit(document["url"]).path]["utterances"]
        for turn, mark in zip(turns, document["turns"], strict=True):
            assert [(c["kind"], c["text"], c["offset"]) for c in turn["comments"]] == [
                (c["kind"], c["text"], c["offset"]) for c in mark["comments"]
            ]


def test_rows_and_lines_hold_the_same(whole):
    rows = whole.rows("select remark_id, position, id, label, text, speaker_role from utterances order by 1, 2")
    lines = sorted(
        (line["id"], u["position"], u["id"], u["label"], u["text"], u["speaker_role"])
        for line in whole.lines
        for u in line["utterances"]
    )
    assert rows == lines
    assert whole.rows("pragma integrity_check") == [("ok",)]
    assert whole.rows("pragma foreign_key_check") == []


def test_a_work_on_two_hosts_is_one_remark_with_both_addresses(whole):
    twice = whole.rows(
        "select remark_id, count(*), count(distinct substr(url, 1, 18)) as hosts from urls group by 1 having hosts > 1"
    )
    assert len(twice) == 3
    assert all(addresses == hosts == 2 for _, addresses, hosts in twice)


@pytest.mark.parametrize(("stub", "target"), STUBS.items())
def test_a_stub_is_another_address_of_the_page_that_it_leads_to(whole, stub, target):
    addresses = whole.rows("select url from urls where remark_id = (select remark_id from urls where url = ?)", target)
    assert {stub, target} == {address for (address,) in addresses}


def test_a_translation_is_linked_to_its_original(whole):
    rows = whole.rows(
        "select t.language, r.url from translations t join remarks r on r.id = t.original_id "
        "where t.url like '%/spanish/%'"
    )
    original = next(document["url"] for document in expected() if document["name"] == "interview_with_clip")
    assert rows == [("es-ES", original)]


def test_the_default_takes_what_holds_speech(site, tmp_path):
    run = crawl(site, tmp_path)
    assert run.status == 0
    assert {line["type"] for line in run.lines} <= SPOKEN
    assert len(run.lines) == sum(bool(d["turns"]) for d in expected())


def test_a_second_run_writes_nothing_and_downloads_no_page(site, tmp_path):
    first = crawl(site, tmp_path)
    before = (tmp_path / "remarks.jsonl").read_bytes()
    rows = first.rows("select * from remarks"), first.rows("select * from utterances")
    asked = len(site.requests)
    second = crawl(site, tmp_path)
    assert second.status == 0
    assert "nothing new" in second.out
    assert "no page downloaded" in second.out
    assert len(second.out.splitlines()) == 1
    assert (tmp_path / "remarks.jsonl").read_bytes() == before
    assert (second.rows("select * from remarks"), second.rows("select * from utterances")) == rows
    paths = {urlsplit(line["url"]).path for line in first.lines}
    assert not paths & {urlsplit(request.url).path for request in site.requests[asked:]}


def test_a_run_without_news_is_cheap(site, tmp_path):
    crawl(site, tmp_path, hosts="www.state.gov")
    asked = len(site.requests)
    run = crawl(site, tmp_path, since=None, hosts="www.state.gov")
    assert run.status == 0
    assert len(site.requests) - asked <= 6


def test_since_and_until_choose_by_publication_date(site, tmp_path):
    run = crawl(site, tmp_path, "-a", "until=2025-12-31", since="2025-01-01")
    dates = [line["date"] for line in run.lines]
    assert dates
    assert all("2025-01-01" <= date <= "2025-12-31" for date in dates)
    assert len(dates) == sum(bool(d["turns"]) and "2025" in d["date"][:4] for d in expected())


def test_an_edited_page_is_a_revision_of_the_same_remark(tmp_path):
    with SampleSite(version="first") as site:
        first = crawl(site, tmp_path)
        site.version = "latest"
        second = crawl(site, tmp_path)
    assert second.status == 0
    assert "2 changed" in second.out
    changed = [line for line in second.lines if line["revision"] == 2]
    assert len(changed) == 2
    earlier = [next(line for line in first.lines if line["id"] == now["id"]) for now in changed]
    for then, now in zip(earlier, changed, strict=True):
        assert [u["id"] for u in then["utterances"]] == [u["id"] for u in now["utterances"]]
        assert [u["text"] for u in then["utterances"]] != [u["text"] for u in now["utterances"]]
    assert [
        [u["label"] for u in then["utterances"]] != [u["label"] for u in now["utterances"]]
        for then, now in zip(earlier, changed, strict=True)
    ].count(True) == 1


def test_every_answer_is_archived_and_every_capture_points_into_the_archive(whole):
    from crawler.archive.reader import read_at

    captures = whole.rows("select url, digest, warc_file, warc_offset from captures where status > 0")
    assert captures
    for url, digest, file, offset in captures:
        capture = read_at(whole.output / "warc" / file, offset)
        assert (capture.url, capture.digest) == (url, digest)


def test_the_archive_is_read_by_another_program(whole):
    files = sorted(str(path) for path in (whole.output / "warc").iterdir())
    done = subprocess.run([sys.executable, "-m", "warcio.cli", "check", *files], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_full_text_search_finds_a_turn(whole):
    hits = whole.rows(
        "select u.text from utterances_fts f join utterances u on u.rowid = f.rowid "
        "where utterances_fts match 'umbrella'"
    )
    assert any("umbrella" in text for (text,) in hits)


def test_one_request_at_a_time_and_the_delay_between(tmp_path):
    with SampleSite() as site:
        crawl(site, tmp_path, "-s", "DOWNLOAD_DELAY=0.2", hosts="www.state.gov", since="2026-01-01")
        requests = [request for request in site.requests if "www.state.gov" in request.url]
    assert len(requests) > 5
    starts = [request.began for request in requests]
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    # a lower bound of politeness, not a measure of speed; the middle one, since a busy machine may hold one back
    assert sorted(gaps)[len(gaps) // 2] > 0.15
    assert all(one.ready <= two.began for one, two in itertools.pairwise(requests))


def test_the_user_agent_is_honest_and_names_the_contact(site, tmp_path):
    crawl(site, tmp_path, "-s", "REMARKS_CONTACT=desk@example.org", since="2026-01-01")
    agents = {request.header("User-Agent") for request in site.requests}
    assert len(agents) == 1
    assert agents.pop().startswith("state-remarks/")
    assert "desk@example.org" in site.requests[0].header("User-Agent")
    assert "/robots.txt" in {urlsplit(request.url).path for request in site.requests}


def test_two_runs_at_once_second_is_told_so(site, tmp_path):
    from crawler.runs.lock import lock

    with lock(tmp_path):
        run = crawl(site, tmp_path)
    assert run.status == 4
    assert "another run holds" in run.err
    assert not site.requests


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-a", "hosts=www.example.org"], "hosts=www.example.org"),
        (["-a", "since=yesterday"], "since=yesterday"),
        (["-a", "sinse=all"], "unknown argument"),
        (["-a", "until=2020-01-01", "-a", "since=2021-01-01"], "lies before"),
        (["-a", "types=Remark"], "no such type"),
        (["-a", "source=magic"], "source=magic"),
    ],
)
def test_wrong_usage_is_status_2_and_says_what_is_right(words, said, tmp_path):
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks", "-s", f"REMARKS_OUTPUT={tmp_path / 'x'}", *words]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "x").exists()


def test_an_unknown_type_is_fetched_and_named(site, tmp_path):
    run = crawl(site, tmp_path, "-a", "types=all")
    types = Counter(line["type"] for line in run.lines)
    assert sum(types.values()) == len(expected())


def test_demo_shows_what_it_wrote(tmp_path):
    line = [sys.executable, "-m", "scrapy", "demo", "--folder", str(tmp_path / "demo")]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{len(expected())} remarks with {sum(len(d['turns']) for d in expected())} turns" in done.stdout
    assert done.stdout.count("remarks: up to date: ") == 2
    for told in ("[-tails.-] {+tiles.+}", "[-Thirty.-] {+Thirty-one.+}", "moved: Deputy Secretary"):
        assert told in done.stdout
    assert "scrapy browse" in done.stdout


def test_what_each_rule_removed_is_known(whole):
    rows = whole.rows("select json_each.key, sum(json_each.value) from captures, json_each(removed) group by 1")
    assert {"breadcrumb", "headline", "meta", "share", "tags", "related", "topic_index"} <= {rule for rule, _ in rows}
    assert all(blocks > 0 for _, blocks in rows)


def test_a_people_file_that_cannot_be_meant_is_wrong_usage(site, tmp_path):
    (tmp_path / "people_overrides.toml").write_text("[[merge]]\nnames = ['Ada Field']\n", "utf-8")
    done = crawl(site, tmp_path)
    assert done.status == 2
    assert f"{tmp_path}/people_overrides.toml:1: a merge has into, names, why" in done.err
    assert not done.rows("select * from runs")
