"""What comes back: the same bytes, in flat memory, past every kind of damage, and from other programs' files."""

import gzip
import subprocess
import sys
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archive.writer import Archive, BrokenRecord, Earlier, Exchange, read_at, read_captures
from crawler.items import Capture


@pytest.fixture
def three(archive, page, files):
    """A file with three pages; its path and where each page lies."""
    with archive() as a:
        stored = [a.write(page(url=f"https://www.state.gov/{n}/", body=b"<p>%d</p>" % n)) for n in range(3)]
    return files()[0], [each.offset for each in stored]


def read(*paths):
    problems = []
    return list(read_captures(paths, on_problem=problems.append)), problems


@given(
    body=st.binary(max_size=300),
    status=st.sampled_from([200, 206, 301, 403, 404, 503]),
    listed_type=st.none() | st.from_regex(r"[A-Za-zéñ–]{1,9}( [a-z]{1,9})?", fullmatch=True),
    requested=st.none() | st.just("https://www.state.gov/old/"),
    via=st.sampled_from(["live", "wayback"]),
    zipped=st.booleans(),
)
@settings(max_examples=50)
def test_what_went_in_comes_out(tmp_path_factory, body, status, listed_type, requested, via, zipped):
    folder = tmp_path_factory.mktemp("warc")
    encoding = ((b"Content-Encoding", b"gzip"),) if zipped else ()
    with Archive(folder, software="test") as a:
        stored = a.write(
            Exchange(
                url="https://www.state.gov/új/?a=b&c",
                status=status,
                response_headers=((b"Content-Type", b"text/plain"), (b"Content-Type", b"text/html"), *encoding),
                body=gzip.compress(body) if zipped else body,
                fetched_at="2026-11-23T10:00:00Z",
                via=via,
                listed_type=listed_type,
                requested_url=requested,
            )
        )
    (capture,), problems = read(folder / stored.file)
    assert not problems
    assert capture == Capture(
        url="https://www.state.gov/új/?a=b&c",
        fetched_at="2026-11-23T10:00:00Z",
        status=status,
        body=body,
        digest=capture.digest,
        content_type="text/html",
        via=via,
        listed_type=listed_type,
        requested_url=requested,
        cut="status 206, a part of the page" if status == 206 else None,
        warc_file=stored.file,
        warc_offset=stored.offset,
    )
    assert read_at(folder / stored.file, stored.offset) == capture


def test_digest_is_over_the_decoded_body(archive, page, files):
    with archive() as a:
        a.write(page(body=b""))
    (capture,), _ = read(*files())
    assert capture.digest == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_read_at_names_a_place_that_holds_no_page(three):
    path, offsets = three
    requests = offsets[1] - 1
    for offset in (0, requests, offsets[0] + 7, path.stat().st_size + 5):
        with pytest.raises(BrokenRecord, match=f"{path.name}, byte {offset:,}"):
            read_at(path, offset)


def test_a_file_cut_off_anywhere_gives_its_whole_records_and_one_report(three, tmp_path):
    path, offsets = three
    data = path.read_bytes()
    torn = tmp_path / "torn.warc.gz"
    for size in range(offsets[2] + 1, len(data)):
        torn.write_bytes(data[:size])
        captures, problems = read(torn)
        assert len(problems) <= 1
        assert [capture.warc_offset for capture in captures][:2] == offsets[:2]
        if len(captures) == 2:
            assert problems[0].offset == offsets[2]
            assert "the file ends in the middle of a record" in problems[0].what
        else:  # the page is whole, its request record is torn, unless the cut is just between them
            assert captures[2].warc_offset == offsets[2]
            assert not problems or problems[0].offset > offsets[2]


def test_a_broken_byte_costs_one_record(three, tmp_path):
    path, offsets = three
    broken = tmp_path / "broken.warc.gz"
    for at in range(offsets[1], offsets[1] + 200, 7):
        data = bytearray(path.read_bytes())
        data[at] ^= 0xFF
        broken.write_bytes(data)
        captures, problems = read(broken)
        assert {offsets[0], offsets[2]} <= {capture.warc_offset for capture in captures}
        assert all(capture.body in (b"<p>0</p>", b"<p>1</p>", b"<p>2</p>") for capture in captures)
        if len(captures) == 2:
            assert [problem.offset for problem in problems] == [offsets[1]]


DAMAGE = [
    (lambda data: data + b"\0" * 5000, 3, "5,000 bytes passed over"),
    (lambda data: data[:-200] + data, 6, "bytes passed over"),
    (lambda data: b"\x1f\x8b\x08garbage" * 30 + data, 3, "300 bytes passed over"),
    (lambda _: b"", 0, "an empty file"),
    (lambda _: b"Not found\n", 0, "no WARC record"),
    (lambda _: gzip.compress(b"Not found\n"), 0, "no WARC record"),
    (lambda _: gzip.compress(b""), 0, "no WARC record"),
]


@pytest.mark.parametrize(("damage", "pages", "what"), DAMAGE)
def test_damage_is_told_and_passed_over(three, tmp_path, damage, pages, what):
    path, _ = three
    bad = tmp_path / "bad.warc.gz"
    bad.write_bytes(damage(path.read_bytes()))
    captures, problems = read(bad, path)
    assert len(captures) == pages + 3
    (problem,) = problems
    assert problem.file == "bad.warc.gz"
    assert what in problem.what


def block(
    http, *, length=None, fields=b"WARC-Target-URI: https://www.state.gov/x/\r\nWARC-Date: 2026-11-23T10:00:00Z\r\n"
):
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n" + fields
    return head + b"Content-Length: %d\r\n\r\n" % (length or len(http)) + http + b"\r\n\r\n"


BAD_RECORDS = [
    (block(b"no answer at all"), "without status, address or date"),
    (block(b"HTTP/1.1 200 OK\r\n\r\nx", fields=b""), "without status, address or date"),
    (block(b"HTTP/1.1 200 OK\r\n\r\nx", length=999), "bytes of the body are missing"),
    (block(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"), "chunks broken at byte 10"),
]


@pytest.mark.parametrize(("record", "what"), BAD_RECORDS)
def test_a_record_that_gives_no_capture_is_told(three, tmp_path, record, what):
    bad = tmp_path / "bad.warc.gz"
    bad.write_bytes(gzip.compress(record) + three[0].read_bytes())
    captures, problems = read(bad)
    assert len(captures) == 3
    assert [problem.offset for problem in problems] == [0]
    assert what in problems[0].what


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
ALREADY = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello world"
ANGLED = b"WARC-Target-URI: <https://www.state.gov/x/>\r\nWARC-Date: 2026-11-23T10:00:00Z\r\n"


@pytest.mark.parametrize("compress", [gzip.compress, bytes])
@pytest.mark.parametrize("record", [block(CHUNKED), block(ALREADY), block(ALREADY, fields=ANGLED)])
def test_other_programs_records(tmp_path, record, compress):
    path = tmp_path / "other.warc"
    path.write_bytes(compress(record) * 2)
    captures, problems = read(path)
    assert not problems
    assert [(c.url, c.body, c.via) for c in captures] == [("https://www.state.gov/x/", b"hello world", "warc")] * 2
    assert read_at(path, captures[1].warc_offset) == captures[1]


WARCIO = """
import sys
from io import BytesIO
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
with open(sys.argv[1], "wb") as stream:
    writer = WARCWriter(stream, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.0")
    url = "https://2021-2025.state.gov/a/"
    for record in (
        writer.create_warcinfo_record("x", {"software": "warcio"}),
        writer.create_warc_record(url, "response", payload=BytesIO(b"<p>a"), http_headers=headers),
        writer.create_warc_record("urn:x", "metadata", payload=BytesIO(b"a: b")),
        writer.create_warc_record(url, "resource", payload=BytesIO(b"no http")),
    ):
        writer.write_record(record)
"""


def test_warcio_files(tmp_path):
    path = tmp_path / "warcio.warc.gz"
    subprocess.run([sys.executable, "-c", WARCIO, str(path)], check=True)
    captures, problems = read(path)
    assert not problems
    assert [(c.url, c.body, c.content_type) for c in captures] == [
        ("https://2021-2025.state.gov/a/", b"<p>a", "text/html")
    ]


def test_revisits_are_told_apart_from_pages(archive, page, files):
    with archive() as a:
        first = a.write(page())
        held = Earlier(url=page().url, fetched_at=page().fetched_at, payload_digest=first.payload_digest)
        again = a.write(page(fetched_at="2026-11-24T10:00:00Z", via="wayback"), refers_to=held)
        a.write(page(status=304, fetched_at="2026-11-25T10:00:00Z", body=b""))
    revisits = []
    captures = list(read_captures(files(), on_problem=pytest.fail, on_revisit=revisits.append))
    assert [capture.warc_offset for capture in captures] == [first.offset]
    assert [(r.status, r.profile, r.fetched_at[:10]) for r in revisits] == [
        (200, "identical-payload-digest", "2026-11-24"),
        (304, "server-not-modified", "2026-11-25"),
    ]
    assert (revisits[0].refers_to_url, revisits[0].refers_to_date) == (held.url, held.fetched_at)
    assert (revisits[0].via, revisits[0].warc_offset) == ("wayback", again.offset)
    with pytest.raises(BrokenRecord, match="no response record"):
        read_at(files()[0], again.offset)


def test_a_body_that_cannot_be_decoded_is_told_and_stays_as_it_came(archive, page, files):
    cut = gzip.compress(b"<p>Good afternoon.</p>" * 50)[:-9]
    with archive() as a:
        a.write(page(response_headers=((b"Content-Encoding", b"gzip"),), body=cut))
    (capture,), (problem,) = read(*files())
    assert capture.body == cut
    assert problem.offset == capture.warc_offset
    assert "'gzip' cannot be undone" in problem.what


def test_memory_stays_flat(archive, page, files):
    with archive() as a:
        for n in range(150):
            a.write(page(body=b"%d" % n * 100_000))
    tracemalloc.start()
    count = sum(1 for _ in read_captures(files(), on_problem=pytest.fail))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 150
    assert peak < 4_000_000


def test_reading_and_judging_load_neither_scrapy_nor_twisted():
    code = (
        "import sys, crawler.archive.writer, crawler.web.health;"
        "print([name for name in ('scrapy', 'twisted') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
