"""Steps 1-2, the other ways in: pages from the Internet Archive (wayback.py) and from WARC files (warcs.py)."""
