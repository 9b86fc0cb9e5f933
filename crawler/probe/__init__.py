"""`scrapy probe`: a short look at the real hosts, and what does not fit what the code expects of them.

    plan.py     what is asked, host by host, one address after the other. Pure
    asking.py   a small spider and the middleware that keeps what came, with nothing private in it
    bundle.py   the one file that is attached to a bug report: a WARC and the report
    page.py     what stands on a page: parts that no rule knows, order, foot, label forms. Pure
    report.py   the answers of a bundle -> rows and problems. Pure

The live run and `--bundle` make their report from the same file by the same function.
"""
