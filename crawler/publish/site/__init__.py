"""Step 10: the site for readers, a plugin of Datasette's. It reads one database and imports neither Scrapy nor Twisted.

    plugin.py        what Datasette is given: routes, helpers of the templates, canned queries, descriptions
    headers.py       security headers on every answer
    held.py          the database, its time limit, and what a reader is told when it cannot answer
    limits.py        what one request may take: its turn, bytes, memory;  refusals.py: what is told, in which type
    tables.py        Datasette's own pages, where they would end in silence
    query.py         what is typed into the search box -> FTS5;  endings.py: beginnings of words          pure
    search.py        an address -> what is found, by filters.py and hits.py
    answers.py       the same as page, JSON, CSV, Atom;  feeds.py
    transcript.py    one release;  turn.py: permanent links and citations;  cite.py, marks.py             pure
    people.py        one speaker;  topics.py: the names in questions                                      pure
    changes.py       revisions;  differences.py: word by word                                             pure
    charts.py        figures over time;  words.py: how often words are said;  months.py, svg.py           pure
    start.py         the start page

The templates lie in ../templates, the style sheet and scripts in ../static, queries in ../metadata.yaml.
"""
