"""The hosts: which indexes each has. Facts only; imports nothing of the crawler.

None of these addresses could be asked when this was written: each says where it is known from, and all of them are
first guesses that an answer can prove wrong (a named error, never an empty crawl).
"""

from __future__ import annotations

from dataclasses import dataclass

# One host an era, newest first; together every release since January 1997.
HOSTS = (
    "www.state.gov",
    "2021-2025.state.gov",
    "2017-2021.state.gov",
    "2009-2017.state.gov",
    "2001-2009.state.gov",
    "1997-2001.state.gov",
)
# WordPress serves a page under `/slug/` and redirects `/slug` to it; the older systems name files (`239126.htm`).
WORDPRESS_HOSTS = frozenset(HOSTS[:3])
# Whatever their pages declare: 90 bytes 0x92 on one page of 2001, read as Latin-1 by everybody who believed it.
WINDOWS_1252_HOSTS = frozenset(HOSTS[4:])
# A copy of WordPress made of files: no REST, no search, `/slug/index.html`.
STATIC_HOST = "2017-2021.state.gov"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One host and its indexes, as addresses to ask."""

    host: str
    name: str
    listings: tuple[str, ...] = ()
    """First page of each listing; the first listing is complete, the others are sections of it."""
    feeds: tuple[str, ...] = ()
    """RSS; each holds the newest ten items only."""
    sitemap: str = ""
    """The sitemap index; empty where the host has none."""
    indexes: tuple[str, ...] = ()
    """Where the walk through hand-kept index pages begins (discovery/old_index.py)."""
    rest_types: tuple[str, ...] = ()
    """WordPress post types with a REST list (discovery/rest.py makes the addresses); empty where none is known."""
    templates: tuple[str, ...] = ()
    """Names of the forms (templates/) that its pages have."""
    seen: bool = True
    """Whether these indexes were seen. One that was only guessed and is not there is told, and is a fault only if it
    was there before, or if the host has no other."""
    last_year: int | None = None
    """Nothing of a later year is put up there; None while that is not known."""


# Fourteen feeds were seen 2021-2022 on www; these three carry speech. Not known whether the archive host answers them.
FEEDS = ("press-releases", "department-press-briefings", "secretarys-remarks")


def _wordpress(
    host: str,
    name: str,
    sections: tuple[str, ...],
    rest_types: tuple[str, ...],
    templates: tuple[str, ...],
    *,
    seen: bool = True,
    last_year: int | None = None,
) -> Site:
    return Site(
        host=host,
        name=name,
        listings=tuple(f"https://{host}/{section}/" for section in sections),
        feeds=tuple(f"https://{host}/rss-feed/{feed}/feed/" for feed in FEEDS),
        # robots.txt of both hosts names it (seen 2026); Yoast SEO writes it.
        sitemap=f"https://{host}/sitemap_index.xml",
        rest_types=rest_types,
        templates=templates,
        seen=seen,
        last_year=last_year,
    )


def _indexed(host: str, name: str, indexes: tuple[str, ...], template: str) -> Site:
    last_year = int(host[5:9])  # 2009-2017.state.gov
    addresses = tuple(f"https://{host}/{index}" for index in indexes)
    return Site(host=host, name=name, indexes=addresses, templates=(template,), seen=False, last_year=last_year)


SITES: dict[str, Site] = {
    site.host: site
    for site in (
        _wordpress(
            "www.state.gov",
            "U.S. Department of State",
            # All three seen 2025-2026: 107 pages, 7 pages, and the Secretary's own list.
            ("press-releases", "department-press-briefings", "remarks-secretary-rubio"),
            # Both answered anonymous requests in 2026; `posts` is empty.
            ("state_press_release", "state_briefing"),
            ("wordpress_2025",),
        ),
        _wordpress(
            "2021-2025.state.gov",
            "U.S. Department of State, archive 2021-2025",
            # The first two seen 2025-2026 with 1,111 and 105 pages; the third is the same list as of www until 2025.
            ("press-releases", "department-press-briefings", "remarks-secretary-blinken"),
            # Not known whether REST is open there.
            (),
            # Pages of its last years may have been put into the new form.
            ("wordpress_2019", "wordpress_2025"),
        ),
        _wordpress(
            "2017-2021.state.gov",
            "U.S. Department of State, archive 2017-2021",
            # A static mirror of www as it was in January 2021; the names of its listings are those of www then.
            ("press-releases", "department-press-briefings"),
            (),
            ("wordpress_2019",),
            seen=False,
            last_year=2021,
        ),
        # The home page leads to the folders; the others are where their pages are known to lie, in case it does not.
        _indexed(
            "2009-2017.state.gov",
            "U.S. Department of State, archive 2009-2017",
            ("", "secretary/remarks/index.htm", "secretary/20092013clinton/rm/index.htm", "r/pa/prs/dpb/index.htm"),
            "cms_2009",
        ),
        _indexed(
            "2001-2009.state.gov",
            "U.S. Department of State, archive 2001-2009",
            (
                "",
                "secretary/rm/index.htm",
                "secretary/former/powell/remarks/index.htm",
                "r/pa/prs/dpb/index.htm",
            ),
            "cms_2001",
        ),
        _indexed(
            "1997-2001.state.gov",
            "U.S. Department of State, archive 1997-2001",
            # `/briefings/<year>_index.html` was seen.
            (
                "",
                "statements/index.html",
                "policy_remarks/index.html",
                *(f"briefings/{year}_index.html" for year in range(1997, 2002)),
            ),
            "html_1997",
        ),
    )
}
