"""A run in a process of its own, for tests that kill it or take its disk away.

    python worker.py FOLDER REVISIONS [LARGEST_FILE_BYTES]

Saves and publishes until the database holds that many revisions, and prints the number after each.
"""

import resource
import sys
from pathlib import Path

from made import Box, remark, turns

from crawler.exporters.jsonl.files import repair
from crawler.exporters.sqlite.store import Store

WORKS = 5


def page(step):
    """Every WORKS steps each work gets a revision in which one turn changes, one is added and one goes."""
    work, revision = step % WORKS, step // WORKS
    said = [("QUESTION", f"Question {n} to work {work}, {'as corrected' * (n == revision)}?") for n in range(9)]
    return remark(
        turns(*said[revision % 3 :], ("MS FIELD", f"Answer {revision}. " * 20)), path=f"/{work}/", wp_id=work + 1
    )


def main(folder, revisions, largest=None):
    if largest:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    with Store(folder / "remarks.db", parser_version="1") as store:
        box = Box(store, folder)
        repair(store, box.jsonl)
        box.publish()
        for step in range(box.value("SELECT count(*) FROM revisions"), revisions):
            box.save(page(step), step % 24)
            box.publish()
            print(step, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
