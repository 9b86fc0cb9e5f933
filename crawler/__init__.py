"""The record of what the U.S. State Department says in public: from its web hosts to SQLite and JSON lines.

The data path, and where each step lives. Steps 4-8 are pure functions from bytes to Remark (flow.py composes them);
they import neither Scrapy nor Twisted. Everything round them is a thin adapter.

    1  discover   discovery/, sites.py      listing, feed, sitemap, REST bytes -> links      spiders/remarks.py
                  sources/                  the ways in beside them: Internet Archive, WARC    spiders/remarks.py
    2  fetch      middlewares.py            one at a time, five seconds, retries             Scrapy's downloader
                  robots_first.py           robots.txt before anything else of a host        robots.py
                  network.py                no network: the run stops at once                Scrapy's downloader
    3  archive    archive.py                every answer into WARC before anything looks     middlewares.py
       judge      health.py, sentinel.py    is this the page, or a refusal dressed as one    judging.py
                  limits.py                 too much markup for the parser? counted first
    4  parse      templates/                bytes -> Page: head matter and blocks            pipelines.py, 200
    5  strip      transcript/boilerplate    Page -> Page without furniture                   pipelines.py, 300
    6  split      transcript/turns          blocks -> utterances, comments, notes            pipelines.py, 400
    7  identify   transcript/speakers       utterances -> person, office, role, evidence     pipelines.py, 500
       know       roster/, data/roster/     who held which office when
    8  validate   transcript/validate       Remark -> problems                               pipelines.py, 600
    9  store      exporters/, keeping.py    rows in one transaction a document; JSON lines   pipelines.py, 700
   10  publish    releases/                 the whole record as JSON lines, CSV, Parquet, TEI, a data package
                  publish/                  the site for readers: Datasette, templates, a plugin    commands/browse.py

What travels is declared in items.py, what can go wrong in errors.py and crashes.py, rules and rosters are data in
data/. run.py keeps the account of one run and its verdict, books.py its captures; rebuild/ goes the way back, from the
archive to the rows, and tells what of either is not as it was;
commands/ holds what a person types; probe/ is a short look at the real hosts and what does not fit; sample/ is a small
site of invented pages for the demo and the end-to-end tests; bench/ measures; distributed/ lets workers on other
machines send a run's requests and read its archive again.
"""

__version__ = "0.1.0"
