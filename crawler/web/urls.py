"""Step 1: addresses. One spelling for every page, so that two spellings are never two pages. Pure; no I/O."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from crawler.web.sites import HOSTS, SITES, STATIC_HOST, WORDPRESS_HOSTS

# www.state.gov
HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
# the C0 and C1 controls, as in "https://www.state.gov/a\nb"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# the "%" of "/100%-renewable/"
STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# the "%e2", "%80" and "%99" of "/secretary-field%e2%80%99s-call/"
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
# the ".htm" of "/secretary/remarks/2016/07/239126.htm"
EXTENSION = re.compile(r"\.([A-Za-z][A-Za-z0-9]{1,4})$")

UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What RFC 3986 lets stand in a path, and "%" of escapes.
PATH_SAFE = "/%:@!$&'()*+,;=~"
HTML_SPACE = " \t\n\f\r"
DEFAULT_PORTS = (None, 80, 443)
USUAL_PORTS = ("http:80", "https:443")
SCHEME = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]{0,40}:")

# https://www.state.gov/press-releases/page/7/
LISTING_PAGE = re.compile(r"/page/\d+/$")
# https://www.state.gov/rss-feed/press-releases/feed/ and /feed/atom/
FEED = re.compile(r"/feed/(?:[a-z0-9]+/)?$")
# /briefings/2000_index.html, /secretary/remarks/2016/07/index.htm, /secretary/rm/2004/c11024.htm
OLD_INDEX = re.compile(r"/(?:(?:\w+_)?index\.html?|default\.html?|c\d+\.html?)$")
# /releases/preview/660581/ was handed out as a link in 2026 and answers with the block page
NO_PAGES_UNDER = (
    "/releases/preview/",
    "/rss-feed/",
    "/search/",
    "/wp-admin/",
    "/wp-content/",
    "/wp-includes/",
    "/wp-json/",
)
# Listings that the crawl does not read, but that sitemaps name: seen 2024-2026.
OTHER_LISTINGS = frozenset(("/", "/public-schedule/", "/remarks-and-releases-deputy-secretary-of-state/"))


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def canonical(url: str) -> str:
    """The one spelling of a State page: https, no query or fragment, WordPress pages with their final slash.

    Raises ValueError for what is no http(s) address or hides where it leads (user information, backslashes,
    control characters).
    """
    url = _plain(url.strip(HTML_SPACE))
    parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"no http(s) address: {url!r}")
    if "@" in parts.netloc:
        raise ValueError(f"user information in address: {url!r}")
    host = (parts.hostname or "").removesuffix(".")
    if not HOST.fullmatch(host):
        raise ValueError(f"no host in address: {url!r}")
    path = _path(parts.path)
    port = "" if parts.port in DEFAULT_PORTS else f":{parts.port}"
    return f"https://{host}{port}{_with_slash(path) if host in WORDPRESS_HOSTS else path}"


def joined(base: str, printed: str) -> str:
    """The absolute address of a link or redirect as printed, without a port that says nothing.

    Raises ValueError as canonical does, and for "https:/www.state.gov/" and "///www.state.gov/", which programs read
    in two ways.
    """
    printed = printed.strip(HTML_SPACE)
    if printed.startswith("///"):
        raise ValueError(f"no host in address: {printed!r}")
    canonical(printed if SCHEME.match(printed) else urljoin(base, _plain(printed)))
    parts = urlsplit(urljoin(base, printed))
    if parts.port is not None and f"{parts.scheme}:{parts.port}" in USUAL_PORTS:
        parts = parts._replace(netloc=parts.netloc.rpartition(":")[0])
    return urlunsplit(parts)


def fetch_address(url: str) -> str:
    """The address to ask for a page: the static mirror is known to have its pages under `/slug/index.html`."""
    static = urlsplit(url).netloc == STATIC_HOST and url.endswith("/")
    return f"{url}index.html" if static else url


def work_path(url: str) -> str:
    """The path under which a page stands on any of the hosts: archive hosts keep the path that www had.

    Raises ValueError as canonical does.
    """
    return _with_slash(urlsplit(canonical(url)).path)


def is_state_host(host: str) -> bool:
    """Whether this is one of the six hosts; a port makes it another."""
    return host.lower() in HOSTS


def is_page(url: str) -> bool:
    """Whether a State host may hold a release there: no index, feed, file, preview, or address elsewhere."""
    try:
        parts = urlsplit(canonical(url))
    except ValueError:
        return False
    if not is_state_host(parts.netloc):
        return False
    path = parts.path.lower()
    extension = EXTENSION.search(path)
    if extension and extension[1] not in ("htm", "html"):
        return False
    if path.endswith("/") and parts.netloc not in WORDPRESS_HOSTS:
        return False
    return not _is_index(path)


def is_index(url: str) -> bool:
    """Whether a page of indexes may stand there on the hosts of 1997-2017. Raises ValueError as canonical does."""
    parts = urlsplit(canonical(url))
    old = parts.netloc in HOSTS and parts.netloc not in WORDPRESS_HOSTS
    return old and (parts.path.endswith("/") or OLD_INDEX.search(parts.path.lower()) is not None)


def _is_index(path: str) -> bool:
    return (
        path in LISTINGS
        or path.startswith(NO_PAGES_UNDER)
        or "/attachment/" in path
        or any(pattern.search(path) for pattern in (LISTING_PAGE, FEED, OLD_INDEX))
    )


def _plain(url: str) -> str:
    if CONTROL.search(url) or "\\" in url:
        raise ValueError(f"control character or backslash in address: {url!r}")
    return url


def _path(path: str) -> str:
    escaped = ESCAPE.sub(_unescape, quote(STRAY_PERCENT.sub("%25", path), safe=PATH_SAFE))
    parts: list[str] = []
    for part in escaped.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    folder = escaped.endswith(("/", "/.", "/..")) or not parts
    if parts and parts[-1] == "index.html" and not folder:
        parts.pop()
        folder = True
    return "/" + "/".join(parts) + ("/" if parts and folder else "")


def _unescape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in UNRESERVED else match[0].upper()


def _with_slash(path: str) -> str:
    return path if path.endswith("/") or EXTENSION.search(path) else f"{path}/"


LISTINGS = OTHER_LISTINGS | {work_path(url) for site in SITES.values() for url in site.listings}
