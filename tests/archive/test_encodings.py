"""Content encodings: what Scrapy makes of a sound body, and nothing made of an unsound one."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Request, Response
from scrapy.utils.misc import build_from_crawler
from scrapy.utils.test import get_crawler

from crawler.archive.encodings import undo, zstd

PACK = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}
BIG = 10_000_000
PAGE = b"<p>Good afternoon, everybody.</p>" * 300


def scrapys(body, encodings):
    middleware = build_from_crawler(HttpCompressionMiddleware, get_crawler())
    response = Response("https://www.state.gov/", body=body, headers={"Content-Encoding": encodings})
    return middleware.process_response(Request(response.url), response).body


@given(st.binary(max_size=2000), st.lists(st.sampled_from(sorted(PACK)), min_size=1, max_size=3))
def test_undoes_what_scrapy_undoes(body, names):
    packed = body
    for name in names:
        packed = PACK[name](packed)
    assert undo(packed, names, max_bytes=BIG) == (body, None) == (scrapys(packed, names), None)
    assert undo(packed, [", ".join(names).upper()], max_bytes=BIG) == (body, None)


SOUND = [
    ("deflate", zlib.compress(PAGE, wbits=-15)),
    ("gzip", gzip.compress(PAGE[:700]) + gzip.compress(PAGE[700:])),
    ("gzip", gzip.compress(PAGE) + b"\0" * 20),
    ("zstd", zstd.compress(PAGE[:700]) + zstd.compress(PAGE[700:])),
    ("identity", PAGE),
    ("", PAGE),
]


@pytest.mark.parametrize(("name", "packed"), SOUND)
def test_odd_but_sound(name, packed):
    assert undo(packed, [name], max_bytes=BIG) == (PAGE, None)


@pytest.mark.parametrize("name", sorted(PACK))
def test_a_stream_cut_off_anywhere_is_left_as_it_is(name):
    packed = PACK[name](PAGE)
    for size in range(1, len(packed), max(1, len(packed) // 40)):
        body, trouble = undo(packed[:size], [name], max_bytes=BIG)
        assert body == packed[:size]
        assert f"content encoding {name!r} cannot be undone" in trouble


@pytest.mark.parametrize("name", sorted(PACK))
def test_a_body_that_was_never_encoded_is_left_as_it_is(name):
    body, trouble = undo(PAGE, [name], max_bytes=BIG)
    assert body == PAGE
    assert trouble is not None


@pytest.mark.parametrize("name", sorted(PACK))
@pytest.mark.parametrize("limit", [1, 1000, len(PAGE) - 1])
def test_a_bomb_is_cut_after_the_first_byte_too_many(name, limit):
    body, trouble = undo(PACK[name](PAGE), [name], max_bytes=limit)
    assert body == PAGE[: limit + 1]
    assert "more than" in trouble


@pytest.mark.parametrize("name", sorted(PACK))
def test_nothing_stays_nothing(name):
    assert undo(b"", [name], max_bytes=BIG) == (b"", None)
    assert undo(PACK[name](b""), [name], max_bytes=BIG) == (b"", None)


def test_an_unknown_encoding_is_told():
    assert undo(PAGE, ["aws-chunked"], max_bytes=BIG) == (PAGE, "unknown content encoding 'aws-chunked'")
    packed = gzip.compress(PAGE)
    assert undo(packed, ["dcb", "gzip"], max_bytes=BIG) == (PAGE, "unknown content encoding 'dcb'")
