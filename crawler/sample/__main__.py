"""Serves the sample site until it is interrupted or told to end, and prints what leads a shell's programs to it.

python -m crawler.sample [--port N] [--decoy] [--first]
"""

from __future__ import annotations

import argparse
import shlex
import signal
import threading
from typing import TYPE_CHECKING

from crawler.sample.server import SampleSite

if TYPE_CHECKING:
    from crawler.sample.documents import Edition


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m crawler.sample", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the proxy; a free one if left out")
    parser.add_argument("--decoy", action="store_true", help="list an address that answers a decoy")
    parser.add_argument("--first", action="store_true", help="documents as first published")
    options = parser.parse_args(arguments)
    version: Edition = "first" if options.first else "latest"
    with SampleSite(version=version, decoy=options.decoy, port=options.port) as site:
        print("unset no_proxy NO_PROXY all_proxy ALL_PROXY HTTP_PROXY HTTPS_PROXY")
        for name, value in site.variables.items():
            print(f"export {name}={shlex.quote(value)}", flush=True)
        wait_for_interrupt()


def wait_for_interrupt() -> None:
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell lets what it puts into the background ignore SIGINT
        signal.signal(ending, signal.default_int_handler)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
