"""What one request may take: bytes, memory, turns; how an answer ends; what is told, and in which type."""

import csv
import io
import itertools
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import quote_plus, unquote_plus
from xml.etree import ElementTree

import pytest
from exporters.made import Box, remark
from support import ROOT

from crawler.commands.browse import serve_line
from crawler.exporters.sqlite.store import Store
from crawler.publish.site.limits import MOST_BYTES
from publish.served import free_port, serving

LONG = "The harbor master’s word on grain, " * 14_286  # 500 kB, as long as the longest transcript
COUNT = "with recursive n(x) as (select 1 union all select x + 1 from n limit {}) "
ENDLESS = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
MOST_MEMORY = 800_000_000
"""Attacks below ask for up to 200 GB."""


def made(folder):
    path = folder / "remarks.db"
    with Store(path) as store:
        box = Box(store, folder)
        box.save(remark(), hour=1)
        store.end_run(box.run, verdict="ok")
    return path


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """1,201 releases, a hundred of them as long as any."""
    path = made(tmp_path_factory.mktemp("large"))
    with closing(sqlite3.connect(path)) as db:
        names = [name for _, name, *_ in db.execute("pragma table_info(remarks)")]
        other = {"rowid": "x + 10", "id": "printf('%08x', x)", "work_key": "'key' || x", "url": "url || x"}
        other["text"] = "iif(x <= 100, :text, text)"
        values = ", ".join(other.get(name, name) for name in names)
        db.execute(
            COUNT.format(1200) + f"insert into remarks ({', '.join(names)}) select {values} from remarks, n",
            {"text": LONG},
        )
        db.commit()
    return path


@pytest.fixture(scope="module")
def large(many):
    port = free_port()
    with serving(serve_line(many, port), port, many) as running:
        yield running


@pytest.fixture(scope="module")
def patient(many):
    """The same where time does not count: on a busy machine a limit of time comes before those of bytes."""
    port = free_port()
    line = serve_line(many, port)
    for name in ("sql_time_limit_ms", "facet_time_limit_ms"):
        line[line.index(name) + 1] = "20000"
    with serving(line, port, many) as running:
        yield running


def cells(value, columns=1, rows=2_000):
    return COUNT.format(rows) + f"select {', '.join(f'{value} as c{n}' for n in range(columns))} from n"


def letters(pairs, letter="'x'"):
    return f"replace(hex(zeroblob({pairs})), '0', {letter})"


ATTACKS = {
    "few huge blobs": cells("randomblob(24000000)", rows=60),
    "zeroblobs": cells("zeroblob(900000000)"),
    "many medium blobs": cells("randomblob(200000)"),
    "many small cells": cells("printf('%.*c', 2000, 'x')", columns=60),
    "many columns of one large blob": "select "
    + ", ".join(f"b as c{n}" for n in range(69))
    + " from (select randomblob(1900000) as b)",
    "many columns of large text": cells(letters(900_000, "'x'"), columns=69),
    "one letter that makes four bytes of each": cells(letters(400_000, "'x'") + " || char(128512)"),
    "control characters, six letters each in JSON": cells(letters(50_000, "char(1)")),
    "marks that HTML and CSV write longer": cells(letters(9_000, "'\"<'")),
    "doubling": "with recursive n(x, y) as (select 1, 'xxxx' union all select x + 1, y || y from n limit 60) "
    "select y from n",
    "doubling by replace": "with recursive n(x, y) as (select 1, 'xxxx' union all "
    "select x + 1, replace(y, 'x', 'xx') from n limit 60) select y from n",
    "group_concat": COUNT.format(9999) + "select group_concat(" + letters(90_000) + ") from n",
    "json_group_array": COUNT.format(9999) + "select json_group_array(" + letters(900_000) + ") from n",
    "json_group_object": COUNT.format(9999) + "select json_group_object(x, " + letters(900_000) + ") from n",
    "a name as long as an address": cells("1 as 'x" + "n" * 30_000 + "'"),
    "small blobs, each with a link": cells("x'00'", columns=69) + " /*" + "p" * 2_000 + "*/",
    "queries within queries": "with a0 as (select 1 as x)"
    + "".join(f", a{n} as (select p.x from a{n - 1} p, a{n - 1} q limit 2)" for n in range(1, 25))
    + " select * from a24",
}


@pytest.mark.parametrize(("name", "form"), [*zip(ATTACKS, itertools.cycle(("", ".json", ".csv")), strict=False)])
def test_no_answer_is_larger_than_its_limit_and_none_fills_the_memory(large, name, form):
    shape = "&_shape=objects" if form == ".json" else ""
    answer = large.raw(f"/remarks{form}?sql={quote_plus(ATTACKS[name])}{shape}")
    assert len(answer.text) <= MOST_BYTES
    assert answer.status in (200, 400, 413), answer.text[:300]
    if name in ("many medium blobs", "many columns of large text"):
        assert answer.status == 413
        assert "larger than 64 MB" in answer.text or "more memory" in answer.text
    assert memory(large.pid) < MOST_MEMORY


@pytest.mark.parametrize(
    "path", ["/remarks/remarks.json?_size=1&_facet_size=max", "/remarks/remarks?_size=1&_facet_size=max"]
)
def test_facets_count_too(patient, path):
    columns = ("text", "title", "id", "url", "work_key", "first_seen_at", "rowid", "template")
    answer = patient.raw(path + "".join(f"&_facet={name}" for name in columns) + "&_x=" + "p" * 30_000)
    assert answer.status == 413
    assert memory(patient.pid) < MOST_MEMORY


def memory(pid):
    """The most that the server ever had, in bytes."""
    (line,) = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("form", ["", ".json", ".csv"])
def test_a_page_of_the_longest_transcripts_is_answered(patient, form):
    answer = patient.get(f"/remarks/remarks{form}?_size=100&_col=text&_col=title")
    assert answer.status == 200
    if form == ".json":
        assert sum(LONG in row for row in json.loads(answer.text)["rows"]) >= 99
    if form == ".csv":
        assert answer.text.count(LONG) >= 99
    assert LONG[:17] in answer.text


def test_one_long_transcript_is_answered_in_every_form(large):
    for path in ("/remarks/remarks/00000001", "/remarks/remarks/00000001.csv", "/r/00000001"):
        assert LONG[:40] in large.get(path).text, path
    (row,) = json.loads(large.get("/remarks/remarks/00000001.json?_shape=objects").text)["rows"]
    assert row["text"] == LONG


@pytest.mark.parametrize(
    "path", ["/remarks/remarks.csv?_size=max", "/remarks/remarks.csv", "/remarks/remarks.json?_size=9&_shape=array"]
)
def test_a_page_of_a_table_leads_to_the_next(large, path):
    """As a program would follow it."""
    seen, answers = [], 0
    path += "&_col=id" if "?" in path else "?_col=id"
    while path and answers < 30:
        answer = large.get(path)
        rows = json.loads(answer.text) if ".json" in path else list(csv.DictReader(io.StringIO(answer.text)))
        seen += [row["id"] for row in rows]
        onward = answer.headers.get("link", "")
        path = onward.split(">")[0].partition(large.base)[2] if 'rel="next"' in onward else None
        answers += 1
    assert len(set(seen)) == len(seen)
    assert path or len(seen) == 1201


@pytest.mark.parametrize("form", ["csv", "json?_shape=array", "json?_shape=arrayfirst", "json?_shape=array&_nl=on"])
def test_rows_beyond_the_limit_are_never_left_out_in_silence(large, form):
    mark = "&" if "?" in form else "?"
    whole = large.get(f"/remarks.{form}{mark}sql=select+id+from+remarks+limit+1000")
    assert whole.status == 200
    answer = large.get(f"/remarks.{form}{mark}sql=select+id+from+remarks")
    assert answer.status == 413
    assert "more than 1,000 rows" in answer.text
    for told in ("json", "json?_shape=objects"):
        mark = "&" if "?" in told else "?"
        assert json.loads(large.get(f"/remarks.{told}{mark}sql=select+id+from+remarks").text)["truncated"] is True
    assert "more than 1,000 rows" in large.get("/remarks?sql=select+id+from+remarks").text


WIDE = "select " + ", ".join(f"1 as c{n}" for n in range(69)) + " from remarks limit 1000"


@pytest.mark.parametrize(
    "slow",
    [
        "/remarks{}?sql=" + quote_plus(ENDLESS),
        "/remarks/utterances{}?_where=(" + quote_plus(ENDLESS) + ")",
        "/remarks{}?sql=" + quote_plus(WIDE),  # quick to find, slow to write
    ],
    ids=["sql", "where", "wide"],
)
def test_fifty_slow_queries_do_not_hold_the_start_page(large, slow):
    answers = []
    going = threading.Barrier(51)

    def ask(form):
        going.wait()
        answers.append((form, large.get(slow.format(form))))

    forms = [""] * 50 if WIDE in unquote_plus(slow) else ["", ".json", ".csv"] * 16 + ["", ".csv"]
    askers = [threading.Thread(target=ask, args=(form,)) for form in forms]
    for asker in askers:
        asker.start()
    going.wait()
    while not any(answer.status == 503 for _, answer in answers):  # all turns are taken
        askers[0].join(0.01)
    pages = [
        large.get(path).status
        for path in ("/", "/r/00000200", "/search?q=harbor", "/people", "/charts", "/static/site.css")
    ]
    asked = [asker for asker in askers if asker.is_alive()]
    assert pages == [200] * 6
    assert asked, "every slow query was through before the start page was"
    for asker in askers:
        asker.join()
    kinds = {"": "text/html", ".json": "application/json", ".csv": "text/csv"}
    for form, answer in answers:
        assert answer.status in (200, 400, 503)
        assert answer.headers["content-type"].startswith(kinds[form])
        assert answer.status != 503 or int(answer.headers["retry-after"]) > 0
    assert sum(answer.status != 503 for _, answer in answers) >= 2
    assert large.get("/remarks.json?sql=select+1").status == 200  # and the turns come back


SERVER = "threads plugins settings databases versions metadata actor permissions allow-debug messages patterns logout"


FORMS = ("{}", "{}.json", "{}/", "{}.json/", "{}%2Ejson", "%2F{}", "{}?_format=json", "./{}")


@pytest.mark.parametrize("name", [*SERVER.split(), "auth-token", "config", "create-token", "", "Threads"])
def test_nothing_is_told_of_the_server(large, name):
    for form in FORMS:
        answer = large.raw("/-/" + form.format(name), "HEAD" if form == "{}/" else "GET")
        assert answer.status in (403, 404)
        assert ("json" in answer.headers["content-type"]) == form.endswith(".json")
    for path in (f"/%2D/{name}", f"/-%2F{name}", f"/%2d%2f{name}.json"):
        answer = large.raw(path)
        while answer.status == 302:
            answer = large.raw(answer.headers["location"])
        assert answer.status == 404


def test_what_is_not_the_server_s_stays_open(large):
    for path in ("/robots.txt", "/favicon.ico", "/-/static/app.css", "/static/site.css"):
        assert large.raw(path).status == 200
    assert large.get("/-/data").headers["location"] == "/remarks"
    assert "Disallow: /remarks" in large.get("/robots.txt").text


WRONG = {
    "/search.{}?q=AND+(": 400,
    "/search.{}?q=a&since=yesterday": 400,
    "/search.{}?q=a&size=x&_format=html": 400,
    "/nothing.{}": 404,
    "/nothing/at/all.{}": 404,
    "/r/none.{}": 404,
    "/people/none.{}": 404,
    "/-/threads.{}": 404,
    "/remarks/nothing.{}": 404,
    "/remarks/nothing.{}?_shape=array&_format=csv": 404,
    "/remarks/remarks/none.{}": 404,
    "/_internal.{}": 403,
}
WRONG_SQL = {
    "/remarks.{}?sql=selec": 400,
    "/remarks.{}?sql=select+x&_shape=array": 400,
    "/remarks.{}?sql=delete+from+remarks": 400,
    "/remarks.{}?sql=select+%00": 400,
    "/remarks.{}?sql=select+1&_timelimit=soon": 400,
    "/remarks.{}?sql=" + quote_plus(ENDLESS): 400,
    "/remarks/remarks.{}?_size=x": 400,
    "/remarks/remarks.{}?_size=100000": 400,
    "/remarks/remarks.{}?_sort=x": 400,
    "/remarks/remarks.{}?_where=x(": 400,
    "/remarks/remarks.{}?_col=x": 400,
    "/remarks/remarks.{}?_through={{}}": 400,
    "/remarks/remarks.{}?_stream=on&_shape=x": 400,
    "/remarks/utterances.{}?_search=%22&_searchmode=raw": 400,
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "status"),
    [(path.format(form), status) for path, status in WRONG.items() for form in ("json", "csv", "atom")]
    + [(path.format(form), status) for path, status in WRONG_SQL.items() for form in ("json", "csv")]
    + [("/remarks.csv", 404), ("/remarks/remarks.atom", 404), ("/remarks.json?sql=select+1&_shape=object", 400)],
)
def test_what_goes_wrong_is_told_in_the_type_of_the_address(large, path, status, method):
    answer = large.raw(path, method)
    assert answer.status == status, answer.text
    told_in_its_type(path, answer, method)


def told_in_its_type(path, answer, method="GET"):
    form = path.partition("?")[0].rpartition(".")[2]
    kind = {"json": "application/json", "csv": "text/csv", "atom": "application/atom+xml"}[form]
    assert answer.headers["content-type"].startswith(kind)
    if method == "HEAD":
        assert answer.text == ""
    elif form == "json":
        told = json.loads(answer.text)
        assert told["error"]
        assert told.get("status", answer.status) == answer.status
    elif form == "csv":
        (row,) = csv.DictReader(io.StringIO(answer.text))
        assert row["status"] == str(answer.status)
        assert row["error"]
    else:
        feed = ElementTree.fromstring(answer.text)
        assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
        assert str(answer.status) in feed.findtext("{http://www.w3.org/2005/Atom}title")


@pytest.mark.parametrize("form", ["xml", "xlsx", "html", "txt", "jsonx", "JSON", "db"])
@pytest.mark.parametrize(
    "path", ["/remarks", "/remarks/remarks", "/remarks/remarks/00000001", "/remarks/said_about", "/search"]
)
def test_a_form_that_nobody_writes_is_not_there(large, path, form):
    assert large.raw(f"{path}.{form}").status in (403, 404)


def test_faults_of_ours_are_told_in_their_type_too(tmp_path):
    """The database is damaged while it is served."""
    path = made(tmp_path)
    port = free_port()
    with serving(serve_line(path, port), port, path) as running:
        assert running.get("/").status == 200
        path.write_bytes(path.read_bytes()[:100] + b"\xff" * 40_000)
        for address in ("/search.json?q=grain", "/search.csv?q=grain", "/latest.atom", "/search.atom?q=grain"):
            answer = running.get(address)
            assert answer.status == 500, address
            told_in_its_type(address, answer)
            assert "Traceback" not in answer.text


def test_sql_is_closed_by_one_setting(tmp_path):
    path = made(tmp_path)
    port = free_port()
    line = [*serve_line(path, port), "--setting", "default_allow_sql", "off", "--setting", "base_url", "/x/"]
    with serving(line, port, path) as running:
        for form in ("csv", "json"):
            onward = running.get(f"/x/remarks/utterances.{form}?_size=1").headers["link"]
            onward = onward.partition(">")[0].partition(running.base)[2]
            assert running.get(onward).status == 200
            assert onward.startswith(f"/x/remarks/utterances.{form}")
        assert running.get("/x/-/threads").status == running.get("/-/threads").status == 404
        for address in ("/remarks.json?sql=select+1", "/remarks.csv?sql=select+1"):
            assert running.get(address).status == 403
            told_in_its_type(address, running.get(address))
        assert running.get("/remarks/remarks.csv?_where=1").status == 403
        for address in ("/", "/search?q=grain", "/remarks/said_about?topic=grain", "/remarks/remarks.csv"):
            assert running.get(address).status == 200


# A database in a folder where nothing may be written ---------------------------------------------------------------

#: For root every folder can be written but without that capability.
BOUND = ["setpriv", "--bounding-set", "-dac_override"] if os.geteuid() == 0 else []
bound = pytest.mark.skipif(bool(BOUND) and shutil.which("setpriv") is None, reason="root here, and no setpriv")


@pytest.fixture
def readonly():
    """A folder that the server can read and not write, whoever runs the tests."""
    folder = Path(tempfile.mkdtemp())
    try:
        made(folder)
        for path in folder.glob("*.warc*"):
            path.unlink()
        yield folder
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def closed(folder):
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)


def browse(folder, port):
    line = [sys.executable, "-m", "scrapy", "browse", "--host", "0.0.0.0", "--port", str(port)]
    return [*BOUND, *line, "-s", f"REMARKS_OUTPUT={folder}"]


@bound
def test_a_read_only_folder_is_served_and_follows_what_is_written(readonly):
    path = readonly / "remarks.db"
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma journal_mode").fetchone() == ("wal",)
    assert [one.name for one in readonly.iterdir() if one.name.startswith("remarks.db")] == ["remarks.db"]
    closed(readonly)
    port = free_port()
    environment = {**os.environ, "HOME": "/nonexistent"}
    with serving(browse(readonly, port), port, path, cwd=ROOT, env=environment) as running:
        assert running.get("/").status == 200
        assert not [one for one in readonly.iterdir() if one.name.endswith(("-shm", "-wal"))]
        counted = "/remarks.json?_shape=array&sql=select+count(*)+as+n+from+remarks+where+title+=+'new'"
        assert json.loads(running.get(counted).text) == [{"n": 0}]
        readonly.chmod(0o755)
        path.chmod(0o644)
        with closing(sqlite3.connect(path)) as db:  # a run writes, and has not ended
            db.execute("update remarks set title = 'new'")
            db.commit()
            for beside in readonly.glob("remarks.db-*"):
                beside.chmod(0o644)
            assert json.loads(running.get(counted).text) == [{"n": 1}]
            db.execute("update remarks set title = 'newer'")
            db.commit()
            assert json.loads(running.get(counted).text) == [{"n": 0}]
        db.close()
        assert json.loads(running.get(counted.replace("new", "newer")).text) == [{"n": 1}]
        assert running.get("/").status == 200


@bound
def test_a_log_that_cannot_be_read_is_told_and_not_left_out(readonly):
    """As a machine that failed leaves it, or a copy without remarks.db-shm: the last run is in the log alone."""
    path = readonly / "remarks.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("update remarks set title = 'in the log alone'")
        db.commit()
        shutil.copy(f"{path}-wal", readonly / "kept")
    (readonly / "kept").rename(f"{path}-wal")
    Path(f"{path}-shm").unlink(missing_ok=True)
    closed(readonly)
    port = free_port()
    with (
        pytest.raises(AssertionError, match=r"remarks\.db-wal holds what was written last"),
        serving(browse(readonly, port), port, path, cwd=ROOT),
    ):
        pass
