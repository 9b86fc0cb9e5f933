"""`scrapy worker`: sends requests for a run on another machine, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import Plain
from crawler.distributed.switch import check, reach
from crawler.runs import arguments, run

if TYPE_CHECKING:
    import argparse


class Command(Plain, ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "-s REMARKS_REDIS_URL=redis://HOST:PORT/0"

    def short_desc(self) -> str:
        return "Send requests for a run on another machine"

    def long_desc(self) -> str:
        return (
            "Takes requests that a run with the same REMARKS_REDIS_URL has put into Redis, sends them, and returns the "
            "responses. Stores nothing. SIGTERM or Ctrl-C stops it after its current request. Exit status: 0 stopped, "
            "1 Redis cannot be reached, 2 wrong usage, or the extra `distributed` is not installed."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args or not self.settings["REMARKS_REDIS_URL"]:
            raise UsageError("worker takes no argument and needs the setting REMARKS_REDIS_URL", print_help=False)
        try:
            self.exitcode = self.work()
        except arguments.UsageError as error:
            raise UsageError(str(error), print_help=False) from error
        except OSError as error:
            print(f"remarks: worker: {error}", file=sys.stderr)
            self.exitcode = run.FAILED

    def work(self) -> int:
        assert self.settings is not None
        assert self.crawler_process is not None
        check(self.settings)
        reach(self.settings)
        from crawler.distributed.worker import Worker

        crawl = self.crawler_process.create_crawler(Worker)
        self.crawler_process.crawl(crawl)
        self.crawler_process.start()
        trouble = getattr(crawl.spider, "trouble", "it could not start")
        if trouble is not None:
            print(f"remarks: worker: {trouble}", file=sys.stderr)
        return run.FAILED if trouble is not None else run.OK
