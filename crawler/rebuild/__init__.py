"""The way back: from the WARC files to the database, without network.

    records   WARC records -> events: a run began, an answer came, a request failed, an outcome was noted, a run ended
    reading   an answer -> what steps 4-8 make of it, or the refusal; pure; for a run, too
    reader    the process in which that is done, and its limits; for a run, too
    replay    events in the order of the archive -> the database, by the same functions as a run
    workers   the reading on all cores, the events in order
    recover   at the start of a run: what the last one left in the archive and not in the database
    carry     what a rebuild from nothing takes over from the database that it replaces
    compare   two databases, table by table

`scrapy reparse` (commands/) puts them together.
"""
