"""How good the record is, measured against transcripts that people marked by hand. `scrapy status --quality` prints it.

    marked.py     the marked transcripts, read              people.py     who is behind a label, in which role
    turns.py      where turns begin, whose words they hold  intervals.py  what chance alone can do to a figure
    report.py     the figures in words
    mutations.py  marked pages, damaged in known ways   __main__.py   what becomes of them: `make quality`

The marked transcripts are no part of this project (REMARKS_GOLD says where they stand): a figure of the parser by data
that it carries with it would say nothing. Damage is another matter: the sample site's own pages serve for it, too.
"""
