"""Every way in which a host goes wrong, always and in three requests of ten, on the sample site (fault_matrix.py)."""

import pytest
from fault_matrix import HOST, MODES, RATES, recover, round_of
from kills import content
from support import crawl

from crawler.sample import Fault, SampleSite


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    with SampleSite() as site:
        run = crawl(site, tmp_path_factory.mktemp("clean"), hosts=HOST)
    assert (run.status, run.err) == (0, "")
    return content(run.output)


@pytest.mark.parametrize("mode", MODES)
def test_a_fault_leaves_no_wrong_row_and_after_it_no_trace(mode, clean, tmp_path):
    with SampleSite() as site:
        statuses = []
        for rate in RATES:
            site.faults = [Fault(HOST, "", mode, rate=rate, seconds=0.05)]
            statuses.append(round_of(site, tmp_path, clean))
        site.faults = []
        recover(site, tmp_path)
    assert content(tmp_path) == clean
    assert statuses[0] == (0 if mode == "slow" else 1)
