import os
import subprocess
import sys
from collections import Counter
from datetime import UTC
from urllib.parse import urlsplit

import pytest

from crawler.sample import expected, load
from crawler.sample.documents import _parts
from crawler.sample.shells import HOSTS

DOCUMENTS = {document.name: document for document in load()}


def test_addresses_are_canonical_and_stand_once():
    addresses = Counter(address for document in DOCUMENTS.values() for address in document.served)
    assert max(addresses.values()) == 1
    for address in map(urlsplit, addresses):
        assert (address.scheme, address.query) == ("https", "")
        assert address.hostname in HOSTS
        assert address.path.endswith("/")


def test_wordpress_ids_are_unique():
    ids = [document.wp_id for document in DOCUMENTS.values()]
    assert len(set(ids)) == len(ids)


def test_some_documents_stand_on_both_hosts_under_one_path():
    both = [document.served for document in DOCUMENTS.values() if len(document.served) == 2]
    assert len(both) >= 2
    for served in both:
        assert {urlsplit(address).hostname for address in served} == set(HOSTS)
        assert len({urlsplit(address).path for address in served}) == 1


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
]


@pytest.mark.parametrize(("name", "markup"), SHOWN)
def test_the_hard_thing_is_there(name, markup):
    assert markup in DOCUMENTS[name].body


def test_the_first_edition_differs_in_one_document():
    changed = [(first, latest) for first, latest in zip(load("first"), load("latest"), strict=True) if first != latest]
    assert [latest.name for _, latest in changed] == ["joint_availability"]
    first, latest = changed[0]
    assert first.modified < latest.modified
    assert first.served == latest.served
    assert "PRIME MINISTER ŻUROVIČ" in first.body
    assert "PRIME MINISTER ŻUROVIČ" not in latest.body


def test_a_page_without_head_is_refused():
    with pytest.raises(ValueError, match=r"stray\.html: no head"):
        _parts("stray.html", "<p>no head</p>")


def test_data_files_are_found_from_any_folder(tmp_path):
    code = "from crawler.sample import load, expected; print(len(load()), len(expected()))"
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=kept, capture_output=True, text=True)
    assert run.stdout.split() == [str(len(load())), str(len(expected()))], run.stderr
