"""What counts as a remark by its address, and which indexes are worth following."""

import tomllib
from importlib.resources import files

import pytest

from crawler.discovery.scope import leads_to_speech, speech_by_address, type_by_address, wants_address
from crawler.web.sites import HOSTS
from crawler.web.types import holds_speech

WWW, NEW, MID, OLD = (f"https://{HOSTS[n]}" for n in (0, 3, 4, 5))


@pytest.mark.parametrize(
    ("url", "speech", "type"),
    [
        (f"{WWW}/briefings/department-press-briefing-march-4-2026/", True, "Department Press Briefing"),
        (f"{WWW}/releases/office-of-the-spokesperson/2026/02/a-call/", None, None),
        (f"{WWW}/translations/spanish/una-llamada/", None, None),
        (f"{NEW}/secretary/remarks/2016/07/239126.htm", None, "Remarks"),
        (f"{NEW}/secretary/20092013clinton/rm/2009a/10/130608.htm", None, "Remarks"),
        (f"{NEW}/r/pa/prs/dpb/2015/10/248215.htm", True, "Daily Press Briefing"),
        # background briefings stand among the statements there, on the older host they do not
        (f"{NEW}/r/pa/prs/ps/2016/05/257185.htm", None, "Press Statement"),
        (f"{MID}/r/pa/prs/ps/2004/36100.htm", False, "Press Statement"),
        (f"{NEW}/r/pa/prs/appt/2016/05/257100.htm", False, "Public Schedule"),
        (f"{MID}/secretary/rm/2006/71651.htm", True, "Remarks"),
        (f"{MID}/secretary/former/powell/remarks/36076.htm", True, "Remarks"),
        (f"{MID}/remarks/2001/dec/6750.htm", True, "Remarks"),
        (f"{MID}/p/eur/rls/rm/2002/10034.htm", True, "Remarks"),
        (f"{MID}/p/nea/rls/91450.htm", None, "Remarks"),
        (f"{MID}/s/d/former/field/remarks/2003/20000.htm", None, "Remarks"),
        (f"{MID}/p/eur/ci/uk/c1234.htm", False, None),
        (f"{OLD}/statements/1999/990611b.html", True, "Remarks"),
        (f"{OLD}/www/policy_remarks/1999/990611.html", True, "Remarks"),
        (f"{OLD}/briefings/9904/990426db.html", True, "Daily Press Briefing"),
        (f"{OLD}/regions/eur/map.html", False, None),
    ],
)
def test_by_address(url, speech, type):
    assert speech_by_address(url) is speech
    assert type_by_address(url) == type


def test_an_address_that_is_none():
    with pytest.raises(ValueError, match="no http"):
        speech_by_address("mailto:ada@example.org")


@pytest.mark.parametrize(
    ("url", "mode", "answer"),
    [
        (f"{NEW}/secretary/remarks/2016/07/239126.htm", "speech", True),
        (f"{NEW}/r/pa/prs/appt/2016/05/257100.htm", "speech", False),
        (f"{NEW}/r/pa/prs/appt/2016/05/257100.htm", "all", True),
        (f"{NEW}/r/pa/prs/appt/2016/05/257100.htm", "Public Schedule", True),
        (f"{NEW}/r/pa/prs/dpb/2015/10/248215.htm", "Public Schedule", False),
        (f"{MID}/p/eur/ci/uk/c1234.htm", "speech", False),
        (f"{MID}/p/eur/ci/uk/c1234.htm", "ALL", True),
        (f"{WWW}/some-release/", "speech", True),
    ],
)
def test_wants_address(url, mode, answer):
    assert wants_address(url, mode) is answer


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        (f"{NEW}/", True),
        (f"{NEW}/secretary/index.htm", True),
        (f"{NEW}/secretary/remarks/2016/c73595.htm", True),
        (f"{NEW}/secretary/trvl/index.htm", False),
        (f"{NEW}/p/eur/rls/rm/index.htm", True),
        (f"{NEW}/p/eur/ci/index.htm", False),
        (f"{NEW}/r/pa/prs/appt/2009appt/index.htm", False),
        (f"{OLD}/briefings/2000_index.html", True),
    ],
)
def test_leads_to_speech(url, answer):
    assert leads_to_speech(url, "speech") is answer


def test_schedules_lead_to_what_was_asked_for():
    assert leads_to_speech(f"{NEW}/r/pa/prs/appt/2009appt/index.htm", "all")


def test_every_entry_says_what_it_must():
    rows = tomllib.loads(files("crawler.data").joinpath("scope.toml").read_text("utf-8"))["folder"]
    assert len({(row["host"], row["folder"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["host"] in (*HOSTS, "*")
        assert row["folder"].startswith("/")
        assert row["folder"].endswith("/")
        assert row["why"]
        if row["holds"] != "mixed":
            assert holds_speech(row["type"]) is (row["holds"] == "speech"), row["folder"]
