"""A reader's way through the site in a real headless Chromium, and what axe-core finds on each kind of page."""

import sqlite3
from contextlib import closing, contextmanager
from importlib.resources import files

import pytest

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def kinds(site):
    """The six kinds of page, and two more."""
    with closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as db:
        (changed,) = db.execute("select remark_id from revisions where revision = 2 and change = 'text'").fetchone()
        (person,) = db.execute(
            "select person_id from utterances where person_id is not null group by 1 order by count(*) desc"
        ).fetchone()
        (asked,) = db.execute(
            "select remark_id from utterances where speaker_role = 'press' group by 1 order by count(*) desc"
        ).fetchone()
    return {
        "start": "/",
        "transcript": f"/r/{asked}?q=harbor",
        "search": "/search?q=harbor&sort=date",
        "person": f"/people/{person}",
        "changes": "/changes",
        "charts": "/charts",
        "words": "/charts/words?q=harbor,ferry",
        "cite": f"/cite/{changed}-1",
        "help": "/search",
        "people": "/people",
    }


@contextmanager
def opened(chromium, site, size, **options):
    """A page; when it is left, nothing must have gone wrong in it and nothing been asked of another host."""
    context = chromium.new_context(viewport=SIZES[size], **options)
    page = context.new_page()
    troubles, requests = [], []
    page.on("console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    yield page
    context.close()
    assert troubles == []
    assert requests
    assert [url for url in requests if not url.startswith(site.base)] == []


@pytest.mark.parametrize("size", SIZES)
def test_a_reader_s_way(chromium, site, size):
    with opened(chromium, site, size, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(site.base)
        assert "What the U.S. State Department says in public" in page.inner_text("h1")
        page.get_by_label("Words to look for").fill("tiles")
        page.get_by_role("button", name="Search").first.click()
        page.wait_for_url("**/search?q=tiles")
        assert page.locator(".results mark").first.inner_text() == "tiles"

        page.locator(".results h2 a").first.click()
        page.wait_for_url("**/r/*#*")
        turn = page.locator(".turn:target")
        assert turn.locator("mark").first.inner_text() == "tiles"
        assert turn.bounding_box()["y"] < SIZES[size]["height"]
        assert page.evaluate("window.scrollY") > 0

        turn.get_by_label("Link to turn").click()
        page.wait_for_url("**/r/*#*")
        id_ = page.url.rpartition("#")[2]
        assert page.locator(".turn:target").get_attribute("id") == id_

        page.locator(".turn:target").get_by_label("Cite turn").click()
        page.wait_for_url(f"**/cite/{id_}")
        page.get_by_role("button", name="Copy the APA citation").click()
        page.get_by_text("Copied.").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert (
            copied
            == page.locator("section.citation", has=page.get_by_role("heading", name="APA")).locator("pre").inner_text()
        )
        assert "[Remarks to the Press, transcript; turn " in copied

        page.get_by_role("link", name="People", exact=True).click()
        page.wait_for_url("**/people")
        page.locator("table a").first.click()
        page.wait_for_url("**/people/*")
        bars = page.locator("svg.chart rect")
        assert bars.count() >= 1
        assert bars.last.bounding_box()["height"] > 1

        page.get_by_role("link", name="Changes", exact=True).click()
        page.wait_for_url("**/changes")
        gone, came = page.locator("del", has_text="tails"), page.locator("ins", has_text="tiles")
        colours = [one.first.evaluate("e => getComputedStyle(e).backgroundColor") for one in (gone, came)]
        red, green = ([int(part) for part in colour[4:-1].split(",")] for colour in colours)
        assert red[0] > red[1]
        assert green[1] > green[0]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_its_width(chromium, site, kinds, size):
    with opened(chromium, site, size) as page:
        for name, path in kinds.items():
            page.goto(site.base + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"], name


def test_the_way_is_the_same_without_javascript(chromium, site):
    with opened(chromium, site, "desktop", java_script_enabled=False) as page:
        page.goto(f"{site.base}/search?q=tiles")
        page.locator(".results h2 a").first.click()
        page.locator(".turn:target").get_by_label("Cite turn").click()
        assert "U.S. Department of State" in page.locator("pre").first.inner_text()
        page.goto(f"{site.base}/charts")
        assert page.locator("svg.chart rect").count() > 1


def test_keys_carry_from_hit_to_hit(chromium, site, kinds):
    with opened(chromium, site, "desktop") as page:
        page.goto(site.base + kinds["transcript"])
        hits = page.locator(".turn.hit").count()
        assert hits > 1
        seen = []
        for _ in range(hits):
            page.keyboard.press("n")
            seen.append(page.locator(".turn:target").get_attribute("id"))
        assert len(set(seen)) == hits


def test_the_skip_link_comes_first_and_works(chromium, site):
    with opened(chromium, site, "desktop") as page:
        page.goto(site.base)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_a_printed_transcript_is_the_transcript_alone(chromium, site, kinds):
    with opened(chromium, site, "desktop") as page:
        page.goto(site.base + kinds["transcript"])
        page.emulate_media(media="print")
        assert page.locator("header.top").is_hidden()
        first = page.locator(".turn").first.locator(".tools a")
        assert first.nth(0).is_visible()  # its number, to cite it from paper
        assert first.nth(1).is_hidden()
        assert page.get_by_text("all by them").first.is_hidden()
        assert page.locator(".turn").first.is_visible()


def test_datasette_s_own_pages_work_under_the_policy(chromium, site):
    with opened(chromium, site, "desktop") as page:
        page.goto(f"{site.base}/remarks/utterances")
        page.locator(".dropdown-menu-icon").first.click()
        assert page.get_by_text("Sort ascending").is_visible()
        page.goto(f"{site.base}/remarks?sql=select+1+as+one")
        page.locator(".CodeMirror").wait_for()
        page.get_by_role("button", name="Format SQL").click()
        assert page.locator("td").first.inner_text() == "1"


def test_cells_of_a_table_have_their_names_on_a_phone(chromium, site):
    with opened(chromium, site, "phone") as page:
        for path in ("/remarks/said_about?topic=harbor&person=", "/remarks/people"):
            page.goto(site.base + path)
            names = page.evaluate(
                "[...document.querySelectorAll('.rows-and-columns tbody tr:first-child td')]"
                ".map(cell => getComputedStyle(cell, '::before').content)"
            )
            assert len(names) > 3
            assert all(name not in ("none", '""') for name in names)


@pytest.mark.parametrize("size", SIZES)
def test_axe_core_finds_nothing_serious(chromium, site, kinds, size):
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    with opened(chromium, site, size) as page:
        for name, path in kinds.items():
            page.goto(site.base + path)
            for details in page.locator("details").all():
                details.evaluate("e => { e.open = true; }")
            page.evaluate(axe)
            result = page.evaluate("axe.run()")
            found = [
                f"{name}: {v['id']} ({v['impact']}): {v['nodes'][0]['html']} {v['nodes'][0]['failureSummary']}"
                for v in result["violations"]
            ]
            assert len(result["passes"]) > 10
            assert found == []
