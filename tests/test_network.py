"""Without a network a run says so in one line and is done; a host that is down by itself is another matter."""

import socket
from contextlib import closing
from types import SimpleNamespace

import pytest
from support import crawl

from crawler.sample import SampleSite
from crawler.sample.proxy import _Handler

# Whoever waits before it asks again waits longer than this test.
PATIENT = ["-s", "REMARKS_BACKOFF_SECONDS=600"]


def closed_port():
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def offline(site, **proxies):
    plain = {name: value for name, value in site.environment.items() if not name.endswith("_proxy")}
    return SimpleNamespace(environment=plain | proxies)


@pytest.mark.parametrize(
    ("asked", "more"),
    [
        ({"hosts": "all"}, ["-s", "DOWNLOAD_DELAY=5"]),
        ({"hosts": "www.state.gov"}, ["-s", "ROBOTSTXT_OBEY=False"]),
        ({"hosts": "www.state.gov"}, ["-a", "source=wayback"]),
    ],
)
def test_a_proxy_that_is_not_there(asked, more, site, tmp_path):
    proxy = f"http://127.0.0.1:{closed_port()}"
    run = crawl(offline(site, http_proxy=proxy, https_proxy=proxy), tmp_path, *PATIENT, *more, **asked)
    assert run.status == 1
    (line,) = run.err.splitlines()
    assert line.startswith("remarks: no_network: no connection to ")
    assert "web.archive.org" in line
    assert run.rows("select count(*) from captures") == [(0,)]
    assert run.rows("select verdict from runs") == [("failed",)]


def test_names_that_nobody_knows(site, tmp_path):
    """The proxy is there, and knows no way."""

    class NoWay(SampleSite):
        def __enter__(self):
            super().__enter__()
            self._server.hosts = ()
            return self

    with NoWay() as nowhere:
        run = crawl(nowhere, tmp_path, *PATIENT, hosts="all")
    assert run.status == 1
    (line,) = run.err.splitlines()
    assert line.startswith("remarks: no_network: no connection to ")


def test_a_host_that_is_down_by_itself_is_asked_again(tmp_path, monkeypatch):
    """Its first two connections are refused, the third is not."""
    refused = []
    connect = _Handler.do_CONNECT

    def sometimes(handler):
        if handler.path.startswith("2021-2025") and len(refused) < 2:
            refused.append(handler.path)
            handler.close_connection = True
            handler.send_error(502, "Cannot be reached")
        else:
            connect(handler)

    monkeypatch.setattr(_Handler, "do_CONNECT", sometimes)
    with SampleSite() as site:
        run = crawl(site, tmp_path, hosts="2021-2025.state.gov")
    assert len(refused) == 2
    assert (run.status, run.err) == (0, "")
