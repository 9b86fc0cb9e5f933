"""Step 1: a sitemap or an index of sitemaps (Yoast SEO; `/sitemap_index.xml`). Pure; no I/O.

`lastmod` is the last edit, not the publication. A sitemap names pages of every kind, without type, title or date.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery.dates import utc
from crawler.discovery.mending import is_torn, read_entries
from crawler.errors import BadIndex, Refusal
from crawler.items import IndexPage, Link
from crawler.web.health import GZIP_MAGIC, gunzip
from crawler.web.markup import local_name
from crawler.web.urls import canonical, is_page, is_state_host

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# Yoast puts at most 1,000 addresses, some 200 kB, into a file; the protocol allows 50 MB. A tree takes about ten times
# the size of its file.
MAX_BYTES = 10_000_000


def read_sitemap(body: bytes, url: str) -> IndexPage:
    """A sitemap's pages as `links`, an index's sitemaps as `indexes`; a sitemap without pages is sound.

    Raises BadIndex for what is neither, an entry without an address, an index without sitemaps, or a file that is
    larger than MAX_BYTES once unpacked.
    """
    root, lost = read_entries(_unpack(body, url), url)
    kind = local_name(root)
    if kind == "sitemapindex":
        page = _read_index(root, url)
    elif kind == "urlset":
        page = _read_pages(root, url)
    else:
        raise BadIndex(url, f"no sitemap: the root element is {kind!r}")
    return replace(page, lost=(*lost, *page.lost))


def _unpack(body: bytes, url: str) -> bytes:
    if not body.startswith(GZIP_MAGIC):
        return body
    try:
        return gunzip(url, body, MAX_BYTES)
    except Refusal as refusal:
        raise BadIndex(url, refusal.reason) from None


def _read_index(root: Element, url: str) -> IndexPage:
    indexes: list[str] = []
    skipped: list[str] = []
    lost: list[str] = []
    for number, (_, address) in enumerate(_entries(root, "sitemap", url), start=1):
        if is_torn(address):
            lost.append(_torn(number, address))
            continue
        try:
            spelled = canonical(address)
        except ValueError:
            skipped.append(address)
            continue
        (indexes if _is_ours(spelled) else skipped).append(spelled)
    if not indexes:
        raise BadIndex(url, "an index without sitemaps")
    return IndexPage(links=(), indexes=tuple(indexes), skipped=tuple(skipped), lost=tuple(lost))


def _torn(number: int, address: str) -> str:
    return f"entry {number} has a damaged address: {address!r}"


def _is_ours(address: str) -> bool:
    return is_state_host(address.split("/")[2])


def _read_pages(root: Element, url: str) -> IndexPage:
    links, skipped, lost, unsure = [], [], [], []
    for number, (entry, address) in enumerate(_entries(root, "url", url), start=1):
        if is_torn(address):
            lost.append(_torn(number, address))
        elif is_page(address):
            modified = utc(printed := _child(entry, "lastmod"))
            if modified is None and "T" in printed:  # an edit would go unseen; a bare day tells none
                unsure.append(f"{address}: no time of an edit in {printed!r}")
            links.append(Link(url=canonical(address), source="sitemap", modified_at=modified))
        else:
            skipped.append(address)
    return IndexPage(links=tuple(links), skipped=tuple(skipped), lost=tuple(lost), unsure=tuple(unsure))


def _entries(root: Element, name: str, url: str) -> list[tuple[Element, str]]:
    entries = [(entry, _child(entry, "loc")) for entry in root if local_name(entry) == name]
    for number, (_, address) in enumerate(entries, start=1):
        if not address:
            raise BadIndex(url, f"entry {number} has no address")
    return entries


def _child(entry: Element, name: str) -> str:
    return next((child.text or "" for child in entry if local_name(child) == name), "").strip()
