"""The sample site for this folder's tests: one for all that only read, one of its own for those that change it."""

import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage, HTTPSConnection
from urllib.parse import urlsplit

import pytest

from crawler.sample import SampleSite


@dataclass(frozen=True)
class Got:
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self):
        return self.body.decode()


def _fetch(site, url, method="GET", **headers):
    parts, proxy = urlsplit(url), urlsplit(site.proxy)
    if parts.scheme == "https":
        trust = ssl.create_default_context(cafile=site.ca_file)
        connection = HTTPSConnection(proxy.hostname, proxy.port, context=trust)
        connection.set_tunnel(parts.hostname)
        target = parts._replace(scheme="", netloc="").geturl()
    else:
        connection = HTTPConnection(proxy.hostname, proxy.port)
        target = url
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, target, headers=sent)
        answer = connection.getresponse()
        return Got(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


@pytest.fixture(scope="session")
def fetch():
    """A function of site, url, method and headers: one request through the proxy, redirects not followed."""
    return _fetch


@pytest.fixture(scope="session")
def shared_site():
    with SampleSite() as site:
        yield site


@pytest.fixture
def site():
    with SampleSite() as site:
        yield site
