"""The spider, and where its pages come from.

remarks    discovery and pages, live
agenda     which known pages are looked at again
wayback    the Internet Archive's captures (source=wayback)
fallback   the same for a host that refuses
warcs      WARC files of anybody (source=warc:PATTERN)
"""
