"""Every way in which a host goes wrong, always and now and then: no wrong row, and after recovery no trace.

    python tests/fault_matrix.py [MODE ...]

Runs against the replica of State's hosts (../shared), where it is at hand; test_fault_matrix.py does the same on the
sample site. For each mode and rate: a run meets the fault, the fault ends, the cron line runs again, and what it leaves
is compared with a record that never saw the fault.
"""

import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from kills import content
from replica import replica
from support import crawl

HOST = "2021-2025.state.gov"
MODES = [
    *("block403", "decoy200", "http429", "http500", "http503", "drop", "truncate", "slow", "empty200", "garbage"),
    *("huge", "redirect_loop", "redirect_offsite"),
]
RATES = (1, 0.3)
# A refused page is due at once, and the runs that made up for it lie as close together as the test needs.
AT_ONCE = ["-s", "REMARKS_RETRY_HOURS=0,0,0,0,0,0", "-s", "REMARKS_BACKOFF_SECONDS=0.01", "-s", "REMARKS_RETRIES=1"]
# Copies in the Internet Archive are another matter (test_sources.py).
AT_ONCE += ["-s", "REMARKS_FALLBACK=none"]
MOST_RUNS = 4


def wrong_rows(clean, output):
    """Rows that a record without the fault does not have."""
    if not (output / "remarks.jsonl").exists():
        return set()
    held = content(output)
    parts = ("remarks", "utterances", "comments", "attributions", "revisions", "utterance_versions", "lines")
    return {row for name in parts for row in held[name] - clean[name]}


def recover(environment, output, host=HOST):
    """Runs the cron line until it has nothing to make up for; how often that took."""
    for number in range(1, MOST_RUNS + 1):
        run = crawl(environment, output, *AT_ONCE, since=None, hosts=host)
        if run.status == 0:
            return number
    raise AssertionError(f"not recovered after {MOST_RUNS} runs: {run.out}{run.err}")


def round_of(environment, output, clean, host=HOST):
    """The status of the run that met the fault."""
    run = crawl(environment, output, *AT_ONCE, hosts=host)
    assert "Traceback" not in run.err, run.err
    assert wrong_rows(clean, output) == set()
    return run.status


def main(modes):
    with tempfile.TemporaryDirectory() as folder, replica(Path(folder)) as site:
        environment = SimpleNamespace(environment=site.environment | {"PATH": "/usr/bin:/bin"})
        site.set()
        assert crawl(environment, Path(folder) / "clean", hosts=HOST).status == 0
        clean = content(Path(folder) / "clean")
        for mode in modes:
            for rate in RATES:
                output = Path(folder) / f"{mode}-{rate}"
                site.set(**{HOST: [{"path": "", "mode": mode, "rate": rate}]})
                status = round_of(environment, output, clean)
                site.set()
                runs = recover(environment, output)
                held = content(output)
                assert {name: held[name] ^ rows for name, rows in clean.items() if held[name] != rows} == {}
                print(f"{mode} at {rate}: status {status}, no wrong row; after {runs} runs equal", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or MODES)
