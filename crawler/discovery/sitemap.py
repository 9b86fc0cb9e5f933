"""Step 1: a sitemap or an index of sitemaps (Yoast SEO; `/sitemap_index.xml`). Pure; no I/O.

`lastmod` is the last edit, not the publication. A sitemap names pages of every kind, without type, title or date.
"""

from __future__ import annotations

import zlib
from gzip import GzipFile
from io import BytesIO
from typing import TYPE_CHECKING

from crawler.discovery.dates import utc
from crawler.discovery.markup import local_name, read_xml
from crawler.discovery.urls import canonical, is_page, is_state_host
from crawler.errors import BadIndex
from crawler.items import IndexPage, Link

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

GZIP_MAGIC = b"\x1f\x8b"
# Yoast puts at most 1,000 addresses, some 200 kB, into a file; the protocol allows 50 MB. A tree takes about ten times
# the size of its file.
MAX_BYTES = 10_000_000


def read_sitemap(body: bytes, url: str) -> IndexPage:
    """A sitemap's pages as `links`, an index's sitemaps as `indexes`; a sitemap without pages is sound.

    Raises BadIndex for what is neither, an entry without an address, an index without sitemaps, or a file that is
    larger than MAX_BYTES once unpacked.
    """
    root = read_xml(_unpack(body, url), url)
    kind = local_name(root)
    if kind == "sitemapindex":
        return _read_index(root, url)
    if kind == "urlset":
        return _read_pages(root, url)
    raise BadIndex(url, f"no sitemap: the root element is {kind!r}")


def _unpack(body: bytes, url: str) -> bytes:
    if not body.startswith(GZIP_MAGIC):
        return body
    try:
        plain = GzipFile(fileobj=BytesIO(body)).read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadIndex(url, f"broken gzip: {error}") from None
    if len(plain) > MAX_BYTES:
        raise BadIndex(url, f"more than {MAX_BYTES} bytes once unpacked")
    return plain


def _read_index(root: Element, url: str) -> IndexPage:
    indexes: list[str] = []
    skipped: list[str] = []
    for _, address in _entries(root, "sitemap", url):
        try:
            spelled = canonical(address)
        except ValueError:
            skipped.append(address)
            continue
        (indexes if _is_ours(spelled) else skipped).append(spelled)
    if not indexes:
        raise BadIndex(url, "an index without sitemaps")
    return IndexPage(links=(), indexes=tuple(indexes), skipped=tuple(skipped))


def _is_ours(address: str) -> bool:
    return is_state_host(address.split("/")[2])


def _read_pages(root: Element, url: str) -> IndexPage:
    links, skipped = [], []
    for entry, address in _entries(root, "url", url):
        if is_page(address):
            modified = utc(_child(entry, "lastmod"))
            links.append(Link(url=canonical(address), source="sitemap", modified_at=modified))
        else:
            skipped.append(address)
    return IndexPage(links=tuple(links), skipped=tuple(skipped))


def _entries(root: Element, name: str, url: str) -> list[tuple[Element, str]]:
    entries = [(entry, _child(entry, "loc")) for entry in root if local_name(entry) == name]
    for number, (_, address) in enumerate(entries, start=1):
        if not address:
            raise BadIndex(url, f"entry {number} has no address")
    return entries


def _child(entry: Element, name: str) -> str:
    return next((child.text or "" for child in entry if local_name(child) == name), "").strip()
