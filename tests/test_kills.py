"""The short form of kills.py: a crawl killed with SIGKILL at random moments leaves no trace after the next run."""

import kills


def test_kills_at_random_moments_leave_no_trace(tmp_path, site):
    test, done = kills.Kills(site, tmp_path, seed=11), 0
    while done < 5:
        done += test.round(min(kills.MOST_IN_A_ROW, 5 - done))
    assert done == 5
