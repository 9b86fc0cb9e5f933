"""The record of what the U.S. State Department says in public: from its web hosts to SQLite and JSON lines.

The data path, and where each step lives. Steps 4-8 are pure functions from bytes to Remark (flow.py composes them);
they import neither Scrapy nor Twisted. Everything round them is a thin adapter.

    1  discover   discovery/             bytes of listing, feed, sitemap, REST, CDX -> links   spiders/remarks.py
                  spiders/               the Internet Archive, and WARC files, as other ways in
    2  fetch      fetch/                 robots.txt, five seconds a request, retries, refusals
    3  archive    archive/               every answer into WARC before anything looks at it
       judge      web/health.py          is this the page, or a refusal dressed as one         fetch/judge.py
    4  parse      templates/             bytes -> Page: head matter and blocks                 rebuild/reading.py
    5  strip      transcript/boilerplate Page -> Page without furniture
    6  split      transcript/turns       blocks -> utterances, comments, notes
    7  identify   transcript/speakers/   utterances -> person, office, role, evidence
                  roster/, data/roster/  who held which office when
    8  validate   transcript/validate    Remark -> problems
    9  store      exporters/sqlite/      rows, in one transaction a document                   pipelines.py
                  exporters/jsonl/       one line of remarks.jsonl a revision
   10  publish    exporters/corpus/      the whole record as JSON lines, CSV, Parquet, TEI     commands/export.py
                  publish/               the site for readers: Datasette and a plugin          commands/browse.py

The judging, steps 4-8 and the reading of indexes run in a process of their own (rebuild/reader.py), which is killed
where an answer takes too long; so one answer costs no more than itself.

items.py declares what travels, errors.py what can go wrong; rules and rosters are data in data/; web/ knows addresses
and markup before anybody knows a page's form. runs/ keeps the account of one run and its verdict. rebuild/ goes the way
back, from the archive to the rows. commands/ holds what a person types; quality/ measures against transcripts marked by
hand; sample/ is a small site of invented pages for the demo and the tests; distributed/ lets workers on other machines
send a run's requests and read its archive again.

Imports point one way: commands, spiders, fetch, runs, rebuild, exporters, archive, flow, templates, discovery,
transcript, roster, web, errors, items; `make lint` checks it.
"""

__version__ = "0.1.0"
