"""What is typed wrong ends with 2 and a word; output that nobody takes is no crash."""

import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from crawler.commands import COMMANDS, main
from crawler.commands.roster import bring_in
from crawler.roster.register import BadRegister

AKAMAI = """<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>
You don't have permission to access "http://www.state.gov/x/" on this server.<P>Reference #18.2d351ab8
<P>https://errors.edgesuite.net/18.2d351ab8</BODY></HTML>"""


def scrapy(*line, **given):
    command = [sys.executable, "-m", "scrapy", *map(str, line)]
    return subprocess.run(command, cwd=ROOT, text=True, **{"capture_output": True} | given)


# What a person might type where nothing was crawled, in a folder with a file `file` and an empty folder `empty`; and
# what the line that answers it says.
WRONG = {
    "crawl -a hosts=www.state.gvo": "www.state.gvo: not read by this version",
    "crawl -a hosts=https://www.state.gov/": "there are www.state.gov,",
    "crawl -a hosts=": "without a value",
    "crawl -a since=yesterday": "since=yesterday is not a date like",
    "crawl -a since=2026-02-30": "since=2026-02-30 is not a date like",
    "crawl -a until=01/02/2026": "until=01/02/2026 is not a date like",
    "crawl -a since=2999-01-01": "has not come yet",
    "crawl remarks -a sinc=2026-01-01": "unknown argument -a sinc",
    "crawl -a since": "-a NAME=VALUE",
    "crawl -a": "-a: expected one argument",
    "crawl since=2026-01-01": "-a since=2026-01-01",
    "crawl --since 2026-01-01": "not understood: --since",
    "crawl remarks more": "one spider",
    "crawl -a types=Speach": "no such type",
    "crawl -a source=magic": "source=magic",
    "crawl -a source=warc:none*.gz": "no such file",
    "crawl -s DOWNLOAD_DELAY=slow": "DOWNLOAD_DELAY=slow is no number",
    "crawl -s REMARKS_RETRIES=1.5": "no whole number",
    "crawl -s REMARKS_RETRIES=-1": "out of range",
    "crawl -s CONCURRENT_REQUESTS=0": "out of range",
    "crawl -s ROBOTSTXT_OBEY=perhaps": "neither True nor False",
    "crawl -s HTTPPROXY_ENABLED=perhaps": "neither True nor False",
    "crawl -s DOWNLOAD_DLEAY=0": "did you mean DOWNLOAD_DELAY?",
    "status -s REMARKS_OUTPTU=x": "unknown setting REMARKS_OUTPTU",
    "status -s REMARKS_OUTPUT": "-s NAME=VALUE",
    "crawl -L LOUD": "log level LOUD",
    "crawl --logfile nowhere/log": "nowhere/log: No such file",
    "crawl --pidfile nowhere/pid": "nowhere/pid: No such file",
    "crawl -s REMARKS_OUTPUT=file": "is not a folder",
    "crawl -s REMARKS_OUTPUT=file/below": "is not a folder",
    "crwal": "did you mean crawl?",
    "fetch": "there are demo, probe, crawl",
    "-s X=1 status": "the command comes first",
    "status --chnages": "not understood: --chnages",
    "status now": "not understood: now",
    "status --since 2026-01-01": "--since goes with --changes",
    "status --changes --since soon": "--since soon is not a date",
    "status --gold empty": "goes with --quality",
    "status --changes --verify": "at a time",
    "read": "takes one file",
    "read file file": "takes one file",
    "read nowhere.html": "nowhere.html: No such file",
    "read empty": "empty: Is a directory",
    "read file --url nonsense": "no http or https address",
    "read file -s REMARKS_MAX_PAGE_BYTES=big": "no number",
    "export": "--format and -o are needed",
    "export --format xml -o x": "--format xml: choose one of jsonl",
    "export --format csv -o file/x": "is not a folder",
    "export --format csv -o x": "there is no such database",
    "export --format csv -o x --since soon": "not a date",
    "reparse --chek": "not understood: --chek",
    "reparse --workers 0": "0 is not a whole number from 1",
    "reparse --workers two": "two is not a whole number",
    "probe --hosts nowhere": "nowhere: not read by this version",
    "probe --output nowhere/x.zip": "nowhere/x.zip: No such file",
    "probe --bundle nowhere.zip": "nowhere.zip",
    "probe --bogus": "not understood: --bogus",
    "probe -s DOWNLOAD_DELAY=fast": "DOWNLOAD_DELAY=fast",
    "roster --bogus": "not understood: --bogus",
    "roster --import nowhere.csv": "no such file",
    "browse extra": "not understood: extra",
    "browse --port http": "http is not a whole number",
    "browse --port 65536": "65536 is not a whole number",
    "browse --folder file": "is not a folder",
    "demo extra": "not understood: extra",
    "demo --folder file": "is not a folder",
    "worker": "needs the setting REMARKS_REDIS_URL",
}

# Right, but there is nothing yet: status 1.
TOO_EARLY = {
    "status": "nothing has been crawled yet",
    "reparse": "no WARC files",
    "reparse --check": "nothing to compare with",
    "browse": "nothing has been crawled yet",
}


@pytest.mark.parametrize("line", [*WRONG, *TOO_EARLY])
def test_what_cannot_be_done_is_one_line(line, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    monkeypatch.delenv("REMARKS_REDIS_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("crawler.commands.worker.Command.requires_crawler_process", False)
    monkeypatch.setattr("crawler.commands.crawl.Command.run", lambda *_: pytest.fail("it would crawl"))
    monkeypatch.setattr(sys, "argv", ["state-remarks", *line.split()])
    Path("file").write_text("MS MARSH: Good morning.\n")
    Path("empty").mkdir()
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capsys.readouterr()
    assert (end.value.code, out, err.count("\n")) == (2 if line in WRONG else 1, "", 1)
    assert (WRONG | TOO_EARLY)[line] in err
    assert {path.name for path in tmp_path.iterdir()} == {"file", "empty"}


@pytest.mark.parametrize(
    ("line", "word"),
    [(["crawl", "remark"], "there is no spider 'remark'"), (["crawl", "-a", "sinse=all"], "unknown argument")],
    ids=["spider", "argument"],
)
def test_under_the_name_of_scrapy_too(line, word):
    done = scrapy(*line)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert word in done.stderr


def test_a_file_that_is_no_register_leaves_the_roster_as_it_is(tmp_path):
    path = tmp_path / "list.csv"
    for text in ("", "name,office\n", "one line\n"):
        path.write_text(text)
        with pytest.raises(BadRegister):
            list(bring_in(path, tmp_path))
    assert [each.name for each in tmp_path.iterdir()] == ["list.csv"]


def test_a_page_is_refused_by_the_names_that_a_run_gives(tmp_path):
    page = tmp_path / "block.html"
    page.write_text(AKAMAI)
    done = scrapy("read", page)
    assert done.returncode == 3
    assert "decoy: " in done.stderr
    page.write_bytes(b"<p>" + b"x" * 3000)
    done = scrapy("read", page, "-s", "REMARKS_MAX_PAGE_BYTES=2000")
    assert done.returncode == 3
    assert "too_large: " in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no /dev/full")
def test_output_that_nobody_takes_is_told_or_nothing_to_tell(tmp_path):
    page = tmp_path / "speech.txt"
    page.write_text("MS MARSH: Good morning.\n\n" * 9000)
    with Path("/dev/full").open("w") as full:
        done = scrapy("read", page, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, "Traceback" in done.stderr, "No space" in done.stderr) == (1, False, True)
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", "read", str(page)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        running.stdout.read(100)
        running.stdout.close()
        errors = running.stderr.read()
        assert (running.wait(), errors) == (0, "")


def test_every_command_is_one_of_state_remarks():
    own = {path.stem for path in (ROOT / "crawler" / "commands").glob("[a-z]*.py")}
    assert set(COMMANDS) == own
