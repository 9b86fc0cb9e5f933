import os
import subprocess
import sys
from collections import Counter
from datetime import UTC
from urllib.parse import urlsplit

import pytest

from crawler.sample import expected, load
from crawler.sample.documents import _parts
from crawler.sample.shells import ARCHIVE, CURRENT, HOSTS, OLDER, served

DOCUMENTS = {document.name: document for document in load()}


def test_addresses_are_canonical_and_stand_once():
    addresses = Counter(address for document in DOCUMENTS.values() for address in document.served)
    assert max(addresses.values()) == 1
    for address in map(urlsplit, addresses):
        assert (address.scheme, address.query) == ("https", "")
        assert address.hostname in HOSTS
        assert address.path.endswith((".htm", ".html") if address.hostname in OLDER else "/")


def test_every_host_has_documents():
    assert {urlsplit(address).hostname for document in DOCUMENTS.values() for address in document.served} == set(HOSTS)


def test_wordpress_ids_are_unique():
    ids = [document.wp_id for document in DOCUMENTS.values() if document.wp_id]
    assert len(set(ids)) == len(ids)


def test_some_documents_stand_on_both_hosts_under_one_path():
    both = [document.served for document in DOCUMENTS.values() if len(document.served) == 2]
    assert len(both) >= 2
    for addresses in both:
        assert {urlsplit(address).hostname for address in addresses} == {CURRENT, ARCHIVE}
        assert len({urlsplit(address).path for address in addresses}) == 1


def test_one_document_is_of_another_day_in_utc():
    document = DOCUMENTS["interview"]
    assert document.published.astimezone(UTC).date() != document.published.date()
    assert document.date_printed == "February 11, 2026"


# The markup that each page is there to show.
SHOWN = [
    ("briefing", '<p><strong>Q</strong><a id="post-9001-GRAIN"></a><strong>UESTION: </strong>'),
    ("briefing", '<p><strong><a id="post-9001-VALMORA"></a>QUESTION: </strong>'),
    ("briefing", '<p><a id="post-9001-MARREN"></a><b>QUESTION:</b>'),
    ("briefing", "<p><strong>QUESTION:</strong> Yes.</p>\n<p><strong>QUESTION:</strong> Can I"),
    ("briefing", '<li id="post-9001-footnote-1">'),
    ("interview", "<b>SECRETARY FENWICK</b>:"),
    ("interview_with_clip", '<p><span style="font-weight: 400;">QUESTION:&nbsp; '),
    ("interview_with_clip", '<span style="font-weight: 400;">(Via interpreter)&nbsp; “They'),
    ("joint_availability", "<strong>FOREIGN MINISTER ŻUROVIČ:</strong>"),
    ("statement", "<strong>Supporting Harbors:</strong>"),
    ("telephonic_call", "<b>Ambassador de la Roche: </b>"),
    ("telephonic_call", "<b>Agence Borealis: </b>"),
    ("footnotes", "fully* eighty"),
    ("readout", "The below is attributable to Spokesperson Tobias Marsh:"),
    ("public_schedule", "<strong>10:30 a.m.</strong>"),
    ("background_call", "<strong>SENIOR STATE DEPARTMENT OFFICIAL TWO:&nbsp;&nbsp;</strong>"),
    ("briefing_with_guest", "<strong>MR. HOLLIS:</strong>"),
    ("markup_in_title", "safelinks.protection.outlook.com"),
    ("markup_in_title", 'Thank you.<input type="hidden" data-filter='),
    (
        "ferry_hour_2017",
        "<p>Corwin Thrale</p>\n<p>Secretary of State</p>\n<p>Washington, DC</p>\n<p>August 27, 2017</p>",
    ),
    ("briefing_2019", "<p>AMBASSADOR STANNARD:&nbsp; The sea"),
    ("joint_availability_2014", "<p>Share</p>"),
    ("daily_briefing_2016", "<p><b>MR </b><b>DUNNE:</b>"),
    ("daily_briefing_2016", "number in mind.<br /><br />They are"),
    ("background_article_2012", "<b>SENIOR STATE DEPARTMENT OFFICIAL</b>:"),
    ("harbor_radio_2006", "connection</a><a "),
    ("harbor_radio_2006", "(Laughter.)You can"),
    ("daily_briefing_2003", "1-2 Talks at Tolness/Position of the Buoys<br>"),
    ("lamplight_interview_1999", "<B>SECRETARY HOLM :</B>"),
    ("lamplight_interview_1999", "<B>SECRETARY HOML:</B>"),
    ("dpb_38_2000", "does\n\n                                  - 2 -\n\nthe"),
    ("dpb_38_2000", "Treaty in Three D's:"),
    ("translation_spanish", "<strong>SECRETARIA FENWICK:"),
]


@pytest.mark.parametrize(("name", "markup"), SHOWN)
def test_the_hard_thing_is_there(name, markup):
    assert markup in DOCUMENTS[name].body


def test_pages_of_1997_to_2009_are_windows_1252_whatever_they_declare():
    found = {}
    for document in DOCUMENTS.values():
        host = urlsplit(document.served[0]).hostname
        if host in ("1997-2001.state.gov", "2001-2009.state.gov"):
            body, content_type = served(document, host)
            found[document.name] = (content_type, {byte for byte in body if 0x80 <= byte <= 0x9F})
    assert {content_type for content_type, _ in found.values()} == {
        "text/html",
        "text/html; charset=UTF-8",
        "text/plain",
    }
    assert set().union(*(used for _, used in found.values())) == {0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97}


def test_the_first_edition_differs_in_three_documents():
    changed = {
        latest.name: (first, latest)
        for first, latest in zip(load("first"), load("latest"), strict=True)
        if first != latest
    }
    assert set(changed) == {"joint_availability", "interview", "speech"}
    assert all(first.modified < latest.modified for first, latest in changed.values())
    first, latest = changed["joint_availability"]
    assert first.served == latest.served
    assert "PRIME MINISTER ŻUROVIČ" in first.body
    assert "PRIME MINISTER ŻUROVIČ" not in latest.body
    assert (
        changed["interview"][0].body.replace("Thirty.", "Thirty-one.").replace("ten:", "nine:")
        == changed["interview"][1].body
    )
    moved = changed["speech"]
    assert (moved[0].body, moved[0].title) == (moved[1].body, moved[1].title)
    assert moved[0].served != moved[1].served


def test_a_page_without_head_is_refused():
    with pytest.raises(ValueError, match=r"stray\.html: no head"):
        _parts("stray.html", "<p>no head</p>")


def test_data_files_are_found_from_any_folder(tmp_path):
    code = "from crawler.sample import load, expected; print(len(load()), len(expected()))"
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=kept, capture_output=True, text=True)
    assert run.stdout.split() == [str(len(load())), str(len(expected()))], run.stderr
