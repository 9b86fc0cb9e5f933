"""Addresses: one spelling for every page, and no way to pass another host off as State's."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.templates.stubs import target_of
from crawler.web.sites import HOSTS, SITES, WORDPRESS_HOSTS
from crawler.web.urls import canonical, fetch_address, is_index, is_page, is_state_host, joined, work_path

SLUG = "https://www.state.gov/secretary-ada-field-at-a-press-availability-14/"


@pytest.mark.parametrize(
    "printed",
    [
        SLUG,
        SLUG.removesuffix("/"),
        SLUG.replace("https:", "http:"),
        SLUG.replace("https:", ""),
        SLUG.replace("https://www.state.gov", "HTTPS://WWW.State.GOV"),
        SLUG.replace("www.state.gov", "www.state.gov."),
        SLUG.replace("www.state.gov", "www.state.gov:443"),
        SLUG.replace("https://www.state.gov", "http://www.state.gov:80"),
        SLUG + "index.html",
        SLUG + "?utm_source=govdelivery&utm_medium=email",
        SLUG + "#post-250853-LAKES",
        SLUG.replace(".gov/", ".gov//"),
        SLUG.replace(".gov/", ".gov/./office/../"),
        SLUG.replace("ada", "%61%64a"),
        f"\n  {SLUG}\t",
    ],
)
def test_spellings_of_one_page(printed):
    assert canonical(printed) == SLUG


@pytest.mark.parametrize(
    ("printed", "spelled"),
    [
        ("https://www.state.gov", "https://www.state.gov/"),
        ("https://www.state.gov/index.html", "https://www.state.gov/"),
        # An apostrophe in a slug, as escapes in either case and as itself.
        ("https://www.state.gov/field%e2%80%99s-call", "https://www.state.gov/field%E2%80%99s-call/"),
        ("https://www.state.gov/field\u2019s-call/", "https://www.state.gov/field%E2%80%99s-call/"),
        # Bytes of an old encoding stay what they are; an escaped slash is no slash.
        ("https://www.state.gov/caf%e9%2fbar/", "https://www.state.gov/caf%E9%2Fbar/"),
        ("https://www.state.gov/100%-renewable/", "https://www.state.gov/100%25-renewable/"),
        ("https://www.state.gov/a b/", "https://www.state.gov/a%20b/"),
        # Files keep their name, also on a WordPress host.
        (
            "http://www.state.gov/r/pa/prs/dpb/2018/08/285154.htm",
            "https://www.state.gov/r/pa/prs/dpb/2018/08/285154.htm",
        ),
        ("https://www.state.gov/sitemap_index.xml", "https://www.state.gov/sitemap_index.xml"),
        # The final slash is WordPress's habit only.
        ("//2009-2017.state.gov/secretary/remarks", "https://2009-2017.state.gov/secretary/remarks"),
        ("https://www.state.gov:8443/a/", "https://www.state.gov:8443/a/"),
    ],
)
def test_canonical(printed, spelled):
    assert canonical(printed) == spelled


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "#top",
        "/press-releases/",
        "javascript:void(0)",
        "data:text/html,<p>x</p>",
        "mailto:press@field.example",
        "ftp://www.state.gov/x/",
        "https:///x/",
        "https:www.state.gov/x/",
        "https://www.state.gov@evil.example/",
        "https://www.state.gov:443@evil.example/",
        "https://@www.state.gov/",
        "https://evil.example\\@www.state.gov/",
        "https:\\\\www.state.gov\\x",
        "https://www.state.gov/a\\..\\b/",
        "https://www.state.gov/a\nb/",
        "https://www.sta\tte.gov/",
        "https://www.state.gov/a\x00",
        "https://www.state.gov/a\x85b",
        "https://www%2estate.gov/",
        "https://\uff57\uff57\uff57.state.gov/",
        "https://www.state.gov\uff0fevil.example/",
        "https://www.state.gov:port/",
        "https://www.state.gov:99999/",
        "https://[::1/",
        "https://www..state.gov/",
        "https://www.state.gov/\ud800/",
    ],
)
def test_no_http_address(printed):
    with pytest.raises(ValueError, match=r"."):
        canonical(printed)


ADDRESSES = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(["https://", "http://", "//", "HTTP://", "https:/", "https:\\\\", ""]),
        st.sampled_from(
            [*HOSTS, "www.state.gov@evil.example", "www.state.gov.evil.example", "evil.example", "x.state.gov"]
        ),
        st.sampled_from(["", ":80", ":443", ":8080", ".", "\\", "@", "%2f", "?", "#"]),
        st.sampled_from(["", "/", "//", "/../", "/index.html", "/index.html/", "/%2e%2e/", "/%"]),
        st.text(st.characters(codec="utf-8") | st.sampled_from("/.%?#@\\:%2Ea"), max_size=30),
    ),
)


@settings(max_examples=400, deadline=None)
@given(ADDRESSES)
@example("https://www.state.gov/index.html/index.html")
@example("https://www.state.gov/%%34%31/..")
def test_canonical_is_idempotent(printed):
    try:
        spelled = canonical(printed)
    except ValueError:
        return
    assert canonical(spelled) == spelled
    assert work_path(spelled) == work_path(printed)


@settings(max_examples=400, deadline=None)
@given(ADDRESSES)
def test_no_other_host_becomes_a_state_host(printed):
    """A browser leaves the authority at the first slash, backslash, "?" or "#", and its host follows the last "@"."""
    try:
        host = urlsplit(canonical(printed)).netloc
    except ValueError:
        return
    authority = printed.lower().strip(" \t\n\r\f").partition("//")[2]
    for mark in "/\\?#":
        authority = authority.partition(mark)[0]
    name = authority.rpartition("@")[2].removesuffix(":80").removesuffix(":443").rstrip(":").removesuffix(".")
    if is_state_host(host):
        assert name.removesuffix(".") == host
        assert "@" not in authority


def test_work_path_is_the_same_on_every_host():
    page = "briefings/department-press-briefing-june-4-2031"
    assert {work_path(f"http://{host}/{page}") for host in HOSTS} == {f"/{page}/"}
    assert work_path(f"https://2017-2021.state.gov/{page}/index.html") == f"/{page}/"
    old = "/r/pa/prs/dpb/2015/10/248215.htm"
    assert work_path(f"https://www.state.gov{old}") == work_path(f"https://2009-2017.state.gov{old}") == old


def test_state_hosts_are_the_six():
    assert len(HOSTS) == 6
    assert all(is_state_host(host) for host in HOSTS)
    assert is_state_host("WWW.state.gov")
    others = [
        "state.gov",
        "foia.state.gov",
        "www.state.gov.evil.example",
        "evilwww.state.gov",
        "www.state.gov:8080",
        "",
    ]
    assert not any(is_state_host(host) for host in others)


@pytest.mark.parametrize(
    "url",
    [
        SLUG,
        SLUG + "?preview=true",
        "https://www.state.gov/releases/office-of-the-spokesperson/2026/06/interview-with-lena-ortiz/",
        "https://2021-2025.state.gov/briefings/department-press-briefing-june-4-2024/",
        "https://2017-2021.state.gov/remarks-at-the-lakes-forum/index.html",
        "https://2009-2017.state.gov/secretary/remarks/2016/07/239126.htm",
        "https://2001-2009.state.gov/remarks/36076.htm",
        "https://1997-2001.state.gov/policy_remarks/970524.field.html",
        # Words that are also the names of indexes.
        "https://www.state.gov/feed-the-future-anniversary/",
        "https://www.state.gov/releases/preview-of-the-lakes-forum/",
    ],
)
def test_pages(url):
    assert is_page(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.state.gov/",
        "https://www.state.gov/?page_id=245633",
        "https://www.state.gov/press-releases/",
        "https://www.state.gov/press-releases",
        "https://www.state.gov/press-releases/page/7/",
        "https://www.state.gov/press-releases/?page=7",
        "https://2021-2025.state.gov/remarks-secretary-blinken/",
        "https://www.state.gov/public-schedule/",
        "https://www.state.gov/bureaus-archive/deputy-secretary-of-state__trashed/page/2/",
        "https://www.state.gov/rss-feed/press-releases/feed/",
        "https://www.state.gov/rss-feed/press-releases/",
        "https://www.state.gov/feed/",
        "https://www.state.gov/lakes-forum/feed/atom/",
        "https://www.state.gov/sitemap_index.xml",
        "https://www.state.gov/page-sitemap209.xml",
        "https://www.state.gov/wp-json/wp/v2/state_briefing?page=1",
        "https://www.state.gov/releases/preview/660581/",
        "https://www.state.gov/Releases/Preview/660581",
        "https://www.state.gov/lakes-forum/attachment/photo/",
        "https://www.state.gov/wp-content/uploads/2026/06/report/",
        "https://www.state.gov/report.PDF",
        "https://www.state.gov/robots.txt",
        "https://2009-2017.state.gov/secretary/remarks/2016/07/index.htm",
        "https://2009-2017.state.gov/secretary/remarks/2016/",
        "https://1997-2001.state.gov/briefings/2000_index.html",
        "https://1997-2001.state.gov/statements/index.html",
        "https://2001-2009.state.gov/secretary/rm/2004/c11024.htm",
        "https://www.state.gov:8443/lakes-forum/",
        "https://2009-2017.state.gov:8443/secretary/remarks/2016/07/239126.htm",
        "https://foia.state.gov/lakes-forum/",
        "https://evil.example/lakes-forum/",
        "javascript:void(0)",
    ],
)
def test_no_pages(url):
    assert not is_page(url)


def test_sites_are_written_canonically():
    for host, site in SITES.items():
        assert site.host == host
        for url in (*site.listings, *site.feeds, *filter(None, [site.sitemap]), *site.indexes):
            assert canonical(url) == url.replace("/index.html", "/")
            assert urlsplit(url).netloc == host
            assert not is_page(url)
        if host in WORDPRESS_HOSTS:
            assert work_path(site.listings[0]) == "/press-releases/"
        else:
            assert all(is_index(url) for url in site.indexes)
            assert site.last_year == int(host[5:9])


def test_the_static_mirror_is_asked_for_its_files():
    page = "https://2017-2021.state.gov/lakes-forum/"
    assert fetch_address(page) == f"{page}index.html"
    assert fetch_address(fetch_address(page)) == f"{page}index.html"
    assert canonical(fetch_address(page)) == page
    assert fetch_address("https://www.state.gov/lakes-forum/") == "https://www.state.gov/lakes-forum/"


BASE = "https://www.state.gov/a/b/"
JOINED = {
    "/x/": "https://www.state.gov/x/",
    " x/ ": "https://www.state.gov/a/b/x/",
    "//2021-2025.state.gov/x/": "https://2021-2025.state.gov/x/",
    "https://www.state.gov:443/x/": "https://www.state.gov/x/",
    "https://www.state.gov:8443/x/": "https://www.state.gov:8443/x/",
    "https:/www.state.gov/x/": None,
    "https:x": None,
    "///x.example/": None,
    "//user@www.state.gov/": None,
    "/\\x.example/": None,
    "/x\ty/": None,
    "/x\x1b[31m/": None,
    "ht\ntps://www.state.gov/": None,
    "https://[::1": None,
    "https://www.st\u0430te.gov/": None,
    "https://www.state.gov:99999/": None,
    "javascript:void(0)": None,
}


@pytest.mark.parametrize("printed", JOINED, ids=ascii)
def test_where_a_link_or_redirect_leads(printed):
    if JOINED[printed] is not None:
        assert joined(BASE, printed) == JOINED[printed]
        return
    with pytest.raises(ValueError, match=r"address|IPv6|Port"):
        joined(BASE, printed)


HIDING = [printed for printed, leads in JOINED.items() if leads is None and not {*"\t\n"} & {*printed}]


@pytest.mark.parametrize("printed", HIDING, ids=ascii)
def test_a_meta_refresh_that_hides_where_it_leads_leads_to_no_page(printed):
    tree = LexborHTMLParser(f"<meta http-equiv='refresh' content='0; url={printed}'><p>Moved.")
    assert not is_page(target_of(tree, BASE) or "")
