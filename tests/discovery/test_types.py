"""Type labels: what holds speech, what does not, and that nothing unknown is passed over."""

import tomllib
from importlib.resources import files

import pytest

from crawler.web.types import holds_speech, unknown_labels, wanted


@pytest.mark.parametrize(
    ("label", "speech"),
    [
        ("Remarks", True),
        ("  remarks\u00a0to the\n PRESS ", True),
        ("On-The-Record Gaggle", True),
        ("Readout", False),
        ("Foreign Military Sales: Congressional Notification", False),
        ("Fireside Chat", None),
        ("Remarks and Readout", None),
        ("", None),
        (None, None),
    ],
)
def test_holds_speech(label, speech):
    assert holds_speech(label) is speech


@pytest.mark.parametrize(
    ("label", "mode", "answer"),
    [
        ("Interview", "speech", True),
        ("Media Note", "speech", False),
        ("Media Note", "all", True),
        ("Media Note", "ALL", True),
        # What cannot be told beforehand is fetched.
        (None, "speech", True),
        (None, "Interview", True),
        ("Fireside Chat", "speech", True),
        # A list means what it says.
        ("Interview", "interview , Readout", True),
        ("Readout", "interview , Readout", True),
        ("Remarks", "interview , Readout", False),
        ("Fireside Chat", "Interview", False),
        ("Fireside Chat", "fireside chat", True),
        ("Readout", "speech,Readout", True),
        ("Media Note", "speech,Readout", False),
    ],
)
def test_wanted(label, mode, answer):
    assert wanted(label, mode) is answer


@pytest.mark.parametrize("mode", ["", " , "])
def test_a_mode_must_ask_for_something(mode):
    with pytest.raises(ValueError, match="no types"):
        wanted("Remarks", mode)


def test_typing_errors_in_a_mode_can_be_named():
    assert unknown_labels("speech, Interveiw,Readout,all") == ("interveiw",)


def test_labels_stand_once_and_say_where_they_are_from():
    data = tomllib.loads(files("crawler.data").joinpath("types.toml").read_text("utf-8"))
    assert set(data) == {"speech", "written"}
    entries = [*data["speech"], *data["written"]]
    labels = [" ".join(entry["label"].split()).casefold() for entry in entries]
    assert len(labels) == len(set(labels)) > 40
    for entry in entries:
        assert set(entry) == {"label", "seen"}
        sources = {part.partition(":")[0].strip() for part in entry["seen"].split(";")}
        assert sources <= {"listing", "2019", "library", "office"}, entry
        # A mode is a comma list of labels.
        assert "," not in entry["label"]
