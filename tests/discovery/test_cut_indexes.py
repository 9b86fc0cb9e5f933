"""An index that was cut off is refused, wherever that was: what it no longer lists would be missed without a word."""

import pytest

from crawler.discovery.indexes import read_index
from crawler.errors import Refusal
from crawler.sample.answers import Asked
from crawler.sample.routes import Library, answer

INDEXES = {
    "listing": "https://www.state.gov/press-releases/",
    "feed": "https://www.state.gov/rss-feed/press-releases/feed/",
    "sitemap": "https://www.state.gov/state_briefing-sitemap.xml",
    "rest": "https://www.state.gov/wp-json/wp/v2/state_briefing",
    "index": "https://2001-2009.state.gov/secretary/rm/2006/index.htm",
    "cdx": "https://web.archive.org/cdx/search/cdx?url=www.state.gov/*&output=json&matchType=prefix",
}


def served(address):
    _, _, host, target = address.split("/", 3)
    return answer(Asked(scheme="https", host=host, target=f"/{target}"), Library())


def read(source, body, given):
    headers = {name.lower(): value for name, value in (("content-type", given.content_type), *given.headers)}
    return read_index(source, INDEXES[source], body, headers)


@pytest.mark.parametrize("source", INDEXES)
def test_cut_at_any_place_it_is_refused_or_names_the_same(source):
    given = served(INDEXES[source])
    whole = read(source, given.body, given)
    assert whole.links or whole.indexes
    step = max(len(given.body) // 300, 1)
    for at in (*range(0, len(given.body), step), *range(len(given.body) - 40, len(given.body))):
        try:
            found = read(source, given.body[:at], given)
        except Refusal:
            continue
        assert (found.links, found.next_url) == (whole.links, whole.next_url), given.body[at - 60 : at]
