"""A bare spider behind the project's middlewares, run by test_middlewares.py in a process of its own.

    python middlewares_spider.py '{"urls": [...], "settings": {...}, "file_bytes": 5000}'

Prints what reached its callbacks and errbacks, and the run's stats, as JSON.
"""

import json
import resource
import sys
from dataclasses import asdict

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from crawler.fetch.middlewares import capture_of, refusal_of, stored_of

SETTINGS = {
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
        "crawler.fetch.middlewares.BackoffRetryMiddleware": 550,
        "crawler.fetch.middlewares.ContentEncodingMiddleware": 590,
        "crawler.fetch.middlewares.OffsiteRedirectMiddleware": 650,
        "crawler.fetch.middlewares.ArchiveMiddleware": 950,
    },
    "USER_AGENT": "state-remarks-test",
    "ROBOTSTXT_OBEY": True,
    "COOKIES_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "ERROR",
    "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
    "REMARKS_EXTRA_HOSTS": ["127.0.0.1"],
    "REMARKS_RETRIES": 2,
    "REMARKS_BACKOFF_SECONDS": 0.001,
}


class LoopbackSpider(scrapy.Spider):
    name = "loopback"
    custom_settings = None

    def __init__(self, urls):
        super().__init__()
        self.urls = urls
        self.captures = []
        self.refusals = []

    async def start(self):
        for url in self.urls:
            meta = {"remarks_listed_type": "Remarks"}
            yield scrapy.Request(url, callback=self.parse, errback=self.refused, meta=meta, dont_filter=True)

    def parse(self, response):
        capture = asdict(capture_of(response))
        self.captures.append(capture | {"body": response.body.hex(), "flags": response.flags})

    def refused(self, failure):
        refusal = refusal_of(failure.request, failure.value)
        stored = stored_of(failure.request)
        named = [type(refusal).__name__, refusal.url, refusal.reason] if refusal else None
        self.refusals.append({"url": failure.request.url, "refusal": named, "stored": stored is not None})


def main(job):
    if job.get("file_bytes"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_bytes"], job["file_bytes"]))
    process = AsyncCrawlerProcess(SETTINGS | job["settings"])
    crawler = process.create_crawler(LoopbackSpider)
    process.crawl(crawler, urls=job["urls"])
    process.start()
    spider = crawler.spider
    stats = {key: value for key, value in crawler.stats.get_stats().items() if isinstance(value, (int, str))}
    print(json.dumps({"captures": spider.captures, "refusals": spider.refusals, "stats": stats}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
