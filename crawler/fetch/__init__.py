"""Step 2: the downloader's side. Scrapy middlewares, thin, in the order in which an answer passes them.

middlewares   writes every answer to the archive (950); no redirect off State's hosts (650); encodings (590)
robots        robots.txt of a host before anything else of it (100)
retry         waits, and asks again (550)
judge         lets nothing through to a host that refuses (660); has each answer read once (545); rows for
redirects and robots.txt, which no callback sees (620)
network       no network at all: the run stops at once
answers       between Scrapy and the run: an answer, or the want of one, as a capture
stop          how a run is stopped, and whether it is stopping
"""
