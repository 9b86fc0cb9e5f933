"""`python -m benchmarks [--quick] [--folder DIR] [PART ...]`: every part, or those that are named."""

from __future__ import annotations

import argparse
import sys
import tempfile
from importlib import import_module
from pathlib import Path

#: A part is a module of this package with run(quick: bool, folder: Path) -> Iterator[str].
PARTS = ("remark", "crawl", "rows", "reparse", "site")
#: Too long to be run unasked.
BY_NAME = ("scale",)


TOLD = f"of {', '.join(PARTS)}, which are all run without any; or {', '.join(BY_NAME)}, which takes an hour"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Print measured figures.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=TOLD)
    parser.add_argument("--quick", action="store_true", help="small sizes, under a minute in all")
    parser.add_argument("--folder", type=Path, help="keep what is made here, and use it again")
    opts = parser.parse_args()
    if unknown := set(opts.parts) - {*PARTS, *BY_NAME}:
        parser.error(f"no part {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        folder = opts.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for part in opts.parts or PARTS:
            for line in import_module(f"benchmarks.{part}").run(opts.quick, folder):
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
