"""Pages that are not whole, from the host to the rows: refused, asked for again, no revision, and no silent hole."""

import re

from support import crawl
from test_drift import PAGES
from test_events import overdue
from test_reparse import scrapy

from crawler.sample import Fault, SampleSite

HOST = "2021-2025.state.gov"
ALL = ("-a", "types=all")
AT_ONCE = ("-s", "REMARKS_GONE_AFTER_HOURS=0", "-s", "REMARKS_RETRY_HOURS=0,0,0,0,0,0")
ASKED = "select etag from captures where outcome = 'cut_off'"


def revisions(run):
    return run.rows("select remark_id, revision, digest from revisions order by id")


def test_a_page_that_is_cut_off_later_changes_nothing_and_its_validator_is_never_used(tmp_path):
    with SampleSite() as site:
        first = crawl(site, tmp_path, *ALL, hosts=HOST)
        held = revisions(first)
        overdue(tmp_path)
        site.faults = [Fault(HOST, PAGES, "cut")]
        second = crawl(site, tmp_path, *ALL, *AT_ONCE, since=None, hosts=HOST)
        assert second.status == 3
        assert second.outcomes()["cut_off"] >= 4
        assert revisions(second) == held
        assert all(tag for (tag,) in second.rows(ASKED))
        assert re.search(r"drift: end of wordpress_2019 on 0 of \d+ pages", second.out)
        third = crawl(site, tmp_path, *ALL, *AT_ONCE, since=None, hosts=HOST)  # the same bytes: no 304, no revision
        assert third.outcomes().get("unchanged", 0) == second.outcomes().get("unchanged", 0)
        assert revisions(third) == held
    assert third.rows("select count(*) from remarks where status <> 'live'") == [(0,)]


def test_pages_that_lack_their_end_every_time_are_told_and_another_day_lets_them_in(tmp_path):
    with SampleSite(faults=[Fault(HOST, PAGES, "no_end")]) as site:
        first = crawl(site, tmp_path, *ALL, hosts=HOST)
        assert first.status == 3
        assert first.rows("select count(*) from remarks") == [(0,)]
        told = next(line for line in first.err.splitlines() if "drift: end" in line)
        assert "has the form changed" in told
        pages = first.outcomes()["cut_off"]
        second = crawl(site, tmp_path, *ALL, *AT_ONCE, since=None, hosts=HOST)
    assert second.rows("select count(*) from remarks") == [(pages,)]
    problems = second.rows("select distinct value from remarks, json_each(problems) where value like '%another day%'")
    assert problems == [
        ("unread: end: neither </html> nor </body>; stored because another day showed the same",),
    ]
    assert second.status == 0
    assert scrapy(tmp_path, "--check").returncode == 0
