"""What the archive writes: other programs read it, nothing that came over the net breaks out, no failure spoils it."""

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.writer import Archive, Earlier, Exchange, read_at, read_captures


def records(path):
    """(type, WARC fields, HTTP headers, payload) of every record, as warcio reads them."""
    with path.open("rb") as stream:
        return [
            (
                record.rec_type,
                dict(record.rec_headers.headers),
                record.http_headers.headers if record.http_headers else None,
                record.raw_stream.read(),
            )
            for record in ArchiveIterator(stream)
        ]


def test_other_programs_read_the_files(archive, page, files, warcio_check):
    with archive() as a:
        a.write(page(listed_type="Remarks – to the Press", requested_url="https://www.state.gov/old/"))
        a.write(page(status=404, reason="Not Found", body=b""))
        a.write(page(status=301, response_headers=((b"Location", b"https://www.state.gov/new/"),), body=b""))
        a.write(page(status=304, body=b""))
    (path,) = files()
    printed = warcio_check(path)
    assert printed.count("WARC-Record-ID") == 9
    kinds = [kind for kind, *_ in records(path)]
    assert kinds == ["warcinfo", *["response", "request"] * 3, "revisit", "request"]


def test_a_record_carries_what_warc_tools_expect(archive, page, files):
    with archive(contact="desk@example.org") as a:
        stored = a.write(page(ip="192.0.2.7"))
    (info, response, request) = records(files()[0])
    assert b"software: state-remarks/test\r\noperator: desk@example.org\r\nrobots: obey\r\n" in info[3]
    fields = response[1]
    assert fields["WARC-Target-URI"] == page().url
    assert fields["WARC-Date"] == page().fetched_at
    assert fields["WARC-IP-Address"] == "192.0.2.7"
    assert fields["WARC-Payload-Digest"] == stored.payload_digest
    assert fields["WARC-Block-Digest"].startswith("sha1:")
    assert fields["WARC-Warcinfo-ID"] == info[1]["WARC-Record-ID"]
    assert response[3] == page().body
    assert request[1]["WARC-Concurrent-To"] == fields["WARC-Record-ID"] == stored.record_id
    assert request[2] == [("Host", "www.state.gov"), ("User-Agent", "state-remarks-test")]


def test_offset_is_that_of_the_response(archive, page, files):
    with archive() as a:
        stored = [a.write(page(body=b"x" * size)) for size in (1, 5000, 7)]
    data = files()[0].read_bytes()
    for each in stored:
        assert gzip.decompress(data[each.offset :])[:31] == b"WARC/1.1\r\nWARC-Type: response\r\n"


def test_nothing_fetched_leaves_no_file(archive, files):
    with archive():
        pass
    assert files() == []


def test_two_writers_never_share_a_file(archive, page, files):
    first, second = archive(), archive()
    names = {first.write(page()).file, second.write(page()).file, first.write(page()).file}
    assert len(names) == 2
    assert {path.name for path in files()} == names


def test_a_name_that_is_taken_is_not_written_to(archive, page, files, monkeypatch):
    name = archive().write(page()).file
    whole = files()[0].read_bytes()
    clock = SimpleNamespace(now=lambda _: datetime.strptime(name.split("-")[1] + "Z", "%Y%m%d%H%M%S%z"))
    monkeypatch.setattr("crawler.archive.writer.datetime", clock)
    monkeypatch.setattr("crawler.archive.writer.secrets", SimpleNamespace(token_hex=lambda _: name.split("-")[2][:8]))
    with pytest.raises(FileExistsError):
        archive().write(page())
    assert files()[0].read_bytes() == whole


def test_a_full_file_is_followed_by_another(archive, page, files, warcio_check):
    with archive(max_bytes=3000) as a:
        stored = [a.write(page(body=os.urandom(2000), url=f"https://www.state.gov/{n}/")) for n in range(4)]
    assert len(files()) > 1
    warcio_check(*files())
    assert all(records(path)[0][0] == "warcinfo" for path in files())
    read = {(c.warc_file, c.warc_offset, c.url) for c in read_captures(files(), on_problem=pytest.fail)}
    assert read == {(each.file, each.offset, each.url) for each in stored}


HEADERS = [
    ((b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")),
    ((b"X-Place", "Çeşme".encode()), (b"X-Place", b"\xff\xfe")),
    ((b"X-A", b"1\r\nX-Injected: 2"), (b"X-B\r\nX-C", b"3"), (b"X-D: 4\r\nX-E", b"5")),
    ((b"X-A", b"1\r\n\r\n<html>"), (b"", b""), (b"X-F", b"\n\n")),
]


@pytest.mark.parametrize("headers", HEADERS)
def test_headers_stay_headers(archive, page, files, headers, warcio_check):
    with archive() as a:
        a.write(page(response_headers=headers, request_headers=headers))
    warcio_check(*files())
    _, response, request = records(files()[0])
    assert len(response[2]) == len(headers)
    assert len(request[2]) == len(headers) + 1
    assert response[3] == page().body
    assert request[3] == b""


@given(st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=30)), max_size=5), st.text(max_size=20))
def test_no_bytes_of_a_header_reach_the_body(tmp_path_factory, headers, reason):
    folder = tmp_path_factory.mktemp("warc")
    with Archive(folder, software="test") as a:
        a.write(
            Exchange(
                url="https://www.state.gov/",
                status=200,
                reason=reason,
                response_headers=tuple(headers),
                body=b"the body",
                fetched_at="2026-11-23T10:00:00Z",
            )
        )
    (path,) = folder.iterdir()
    raw = gzip.decompress(path.read_bytes()).split(b"\r\n\r\n")
    head = raw[3]  # warcinfo's head and lines, the response's head
    assert head.count(b"\r\n") == head.count(b"\n") == head.count(b"\r") == len(headers)
    assert raw[4] == b"the body"


def test_header_bytes_are_kept_as_sent(archive, page, files):
    with archive() as a:
        a.write(page(response_headers=HEADERS[0] + HEADERS[1]))
    raw = gzip.decompress(files()[0].read_bytes())
    assert b"\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n" in raw
    assert b"\r\nX-Place: \xc3\x87e\xc5\x9fme\r\nX-Place: \xff\xfe\r\n" in raw


def test_an_address_cannot_add_a_field(archive, page, files):
    with archive() as a:
        a.write(page(url="https://www.state.gov/x\r\nWARC-Injected: 1", listed_type="Remarks\r\nWARC-Injected: 1"))
    assert all("WARC-Injected" not in fields for _, fields, *_ in records(files()[0]))


def test_passwords_stay_out(archive, page, files):
    secret = ((b"Proxy-Authorization", b"Basic c2VjcmV0"), (b"Accept", b"*/*"))
    with archive() as a:
        a.write(page(request_headers=secret))
    raw = gzip.decompress(files()[0].read_bytes())
    assert b"c2VjcmV0" not in raw
    assert b"Accept: */*" in raw


def test_transfer_encoding_is_renamed_as_the_body_is_stored_without(archive, page, files, warcio_check):
    with archive() as a:
        a.write(page(response_headers=((b"Transfer-Encoding", b"chunked"),), body=b"5 loaves"))
    warcio_check(*files())
    assert records(files()[0])[1][2] == [("X-Archive-Orig-Transfer-Encoding", "chunked")]
    assert next(read_captures(files(), on_problem=pytest.fail)).body == b"5 loaves"


REPEATS = [
    # status, whose digest refers_to names, same address; profile
    (200, "same", True, "identical-payload-digest"),
    (200, "same", False, None),
    (200, "other", True, None),
    (200, None, True, None),
    (304, None, True, "server-not-modified"),
]


@pytest.mark.parametrize(("status", "digest", "same_url", "profile"), REPEATS)
def test_what_is_held_already_becomes_a_revisit(archive, page, files, status, digest, same_url, profile, warcio_check):
    with archive() as a:
        first = a.write(page())
        digests = {"same": first.payload_digest, "other": "sha1:" + "A" * 32, None: None}
        url = page().url if same_url else "https://www.state.gov/elsewhere/"
        held = Earlier(url=url, fetched_at="2026-11-22T09:00:00Z", payload_digest=digests[digest])
        a.write(page(status=status, fetched_at="2026-11-23T11:00:00Z"), refers_to=held)
    warcio_check(*files())
    kind, fields, headers, payload = records(files()[0])[3]
    assert headers == [("Content-Type", "text/html; charset=UTF-8")]
    if profile is None:
        assert (kind, payload) == ("response", page().body)
        return
    assert (kind, payload) == ("revisit", b"")
    assert fields["WARC-Profile"].endswith("/1.1/revisit/" + profile)
    assert fields["WARC-Refers-To-Target-URI"] == url
    assert fields["WARC-Refers-To-Date"] == "2026-11-22T09:00:00Z"


def test_a_time_that_is_not_utc_is_refused(archive, page, files):
    with pytest.raises(ValueError, match="fetched_at is not UTC"):
        archive().write(page(fetched_at="2026-11-23T10:00:00+01:00"))
    assert files() == []


@contextmanager
def full_disk(size):
    """Lets no file grow above so many bytes, as a full disk does: part of a write goes in, the rest fails.

    Only round the write: pytest's own output may be a file.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_and_leaves_whole_records(archive, page, files, warcio_check):
    a = archive()
    kept = a.write(page())
    (path,) = files()
    whole = path.read_bytes()
    with full_disk(len(whole) + 500), pytest.raises(OSError, match="too large"):
        a.write(page(body=os.urandom(100_000)))
    assert path.read_bytes() == whole
    warcio_check(path)
    assert a.write(page()).file != kept.file


def test_a_disk_full_from_the_start_leaves_no_file(archive, page, files):
    with full_disk(100), pytest.raises(OSError, match="too large"):
        archive().write(page())
    assert files() == []


def test_what_write_returned_is_there_while_the_file_is_open(archive, page, files):
    a = archive()
    stored = a.write(page())
    assert read_at(files()[0], stored.offset).body == page().body


KILLED = """
import json, os, signal, sys
from contextlib import contextmanager
from pathlib import Path
from crawler.archive.writer import Archive, Exchange
archive = Archive(Path(sys.argv[1]), software="test")
for n in range(20):
    body = os.urandom(3000)
    stored = archive.write(Exchange(url=f"https://www.state.gov/{n}/", status=200, body=body,
                                    fetched_at="2026-11-23T10:00:00Z"))
    print(json.dumps([stored.file, stored.offset, body.hex()]), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_leaves_all_that_write_returned(tmp_path, archive, page, files, warcio_check):
    run = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "warc")], capture_output=True, check=False)
    assert run.returncode == -signal.SIGKILL
    told = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(told) == 20
    for name, offset, body in told:
        assert read_at(tmp_path / "warc" / name, offset).body.hex() == body
    with archive() as a:
        assert a.write(page()).file != told[0][0]
    warcio_check(*files())


def test_warcio_reads_the_payload_of_a_compressed_answer(archive, page, files):
    body = gzip.compress(b"<p>Good afternoon.</p>")
    with archive() as a:
        a.write(page(response_headers=((b"Content-Encoding", b"gzip"),), body=body))
    with files()[0].open("rb") as stream:
        (response,) = [r.content_stream().read() for r in ArchiveIterator(stream) if r.rec_type == "response"]
    assert response == b"<p>Good afternoon.</p>"
