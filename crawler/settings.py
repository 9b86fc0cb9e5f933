"""Every setting that differs from Scrapy's default, in the order of the data path. Units are in the names.

Nothing here is hard-wired elsewhere: `-s NAME=VALUE` lifts any of it (a test site needs no delay).
"""

import os

BOT_NAME = "state-remarks"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# Everything that is written lies here: remarks.db, remarks.jsonl, warc/, runs/.
REMARKS_OUTPUT = "output"

# Transcripts marked by hand, for `scrapy status --quality`; they are no part of this project.
REMARKS_GOLD = "../shared/gold"

# An honest name. Whoever runs the crawler puts an address here at which State's people can reach a human.
REMARKS_CONTACT = os.environ.get("REMARKS_CONTACT", "")
# {contact} is filled in at start: an address, or "no contact given".
REMARKS_USER_AGENT = "state-remarks/0.1 (archive of public remarks; contact: {contact})"

# 1 discover
# A walk through a listing stops here; items left behind it make the run degraded.
REMARKS_MAX_INDEX_PAGES = 2500
# An empty database starts so far back.
REMARKS_FIRST_DAYS = 30
# A run looks so far behind the last complete one: pages are put up late and listings are re-dated.
REMARKS_OVERLAP_DAYS = 3
# Whether a run asks www.state.gov's REST lists what was edited. Where its edge answers them with a block page (it does
# to cloud addresses), switch it off: then the listing is read further, and second looks find the edits.
REMARKS_REST_ENABLED = True
# A page that is held is looked at again so many hours after publication, the last number again and again. One
# transcript in five changed in its first days, half of those within an hour and a half.
REMARKS_LOOK_HOURS = "1,6,24,72,168,720,8766"
# The same on the archive hosts, which say that they are not updated.
REMARKS_ARCHIVE_LOOK_HOURS = "8766"
# Looks (conditional requests) a run; more are overdue, and come next.
REMARKS_MAX_LOOKS = 20

# 2 fetch: a good guest
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 5.0
DOWNLOAD_DELAY_JITTER = 0.0
DOWNLOAD_TIMEOUT = 90.0
DOWNLOAD_VERIFY_CERTIFICATES = True
# The largest page seen is 1 MB; nothing on these hosts that is text comes near the limit.
REMARKS_MAX_PAGE_BYTES = 20_000_000
# An answer is read in a process of its own, which is killed when it takes longer (too_slow) or needs more memory
# (crashed). A page of real weight takes a fiftieth of a second. 0 seconds: read by the run itself, without limit.
REMARKS_READ_SECONDS = 20.0
REMARKS_READ_MEMORY_BYTES = 2_000_000_000
DOWNLOAD_MAXSIZE = REMARKS_MAX_PAGE_BYTES
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
REMARKS_RETRIES = 3
REMARKS_BACKOFF_SECONDS = 10.0
REMARKS_RETRY_AFTER_MAX_SECONDS = 300.0
# After so many refusals in a row a host is asked nothing more in this run.
REMARKS_BLOCK_AFTER = 3
# Where its pages are then read: wayback (the Internet Archive), or none.
REMARKS_FALLBACK = "wayback"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5",
    "Accept-Language": "en",
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.fetch.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # reads allowed_domains; ours judges redirects
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.fetch.judge.Judge": 545,
    "crawler.fetch.middlewares.BackoffRetryMiddleware": 550,
    "crawler.fetch.network.Network": 560,
    "crawler.fetch.middlewares.ContentEncodingMiddleware": 590,
    "crawler.fetch.judge.Ledger": 640,
    "crawler.fetch.middlewares.OffsiteRedirectMiddleware": 650,
    "crawler.fetch.judge.Gate": 660,
    # Nearest to the network: sees what came over the wire, before it is unpacked, redirected or retried.
    "crawler.fetch.middlewares.ArchiveMiddleware": 950,
}

# A page that was refused is asked for again after so many hours, the n-th number after the n-th refusal.
REMARKS_RETRY_HOURS = "1,6,24,72,168"

# A page that answers 404 or 410 is gone when it does so again so many hours later or more; until then it is missed.
REMARKS_GONE_AFTER_HOURS = 24.0

# Requests are sent by workers on any machine (`scrapy worker`), by way of this Redis; without it, by the run itself.
# Needs the extra `distributed`. Whoever can write to that Redis can do what the run can.
REMARKS_REDIS_URL = os.environ.get("REMARKS_REDIS_URL", "")
# A worker that does not answer is given up after so long, and its host is free again; more than DOWNLOAD_TIMEOUT.
REMARKS_LEASE_SECONDS = 120.0

# 3 archive
REMARKS_WARC_MAX_BYTES = 1_000_000_000

# 4-9
# Another writer of the database (a plugin, a VACUUM) is waited for so long; then the run stops, and loses nothing.
REMARKS_DATABASE_WAIT_SECONDS = 60.0
ITEM_PIPELINES = {"crawler.pipelines.Store": 700}
# 100 tasks a response are started by default; 8 gave a third more pages a second.
CONCURRENT_ITEMS = 8

# A date (2026-05-01): pages fetched before it are not compared with newer ones any more, because State has changed its
# pages for good and somebody has looked at it.
REMARKS_DRIFT_SINCE = ""
# www.state.gov naming nothing new is told once it lasts three times as long as is usual there; past so many days, and
# for a single type of release past twice as many, it makes the run degraded. 0: it never does.
REMARKS_SILENCE_DAYS = 14

# For a dead-man's switch: asked for after each run that went well; told with /fail behind it otherwise.
REMARKS_PING_URL = os.environ.get("REMARKS_PING_URL", "")

EXTENSIONS = {
    "crawler.extensions.account.Account": 10,
    "crawler.extensions.drift.DriftSentinel": 15,
    "crawler.extensions.progress.Progress": 20,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.corestats.CoreStats": 0,
}
# Cron mails what is printed: one line on success, the refusals by name otherwise.
LOG_LEVEL = "ERROR"
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
LOG_FORMAT = "%(levelname)s %(name)s: %(message)s"
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
