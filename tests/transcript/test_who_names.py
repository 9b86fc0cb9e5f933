"""Step 7: names with particles, ranks, hyphens and in other scripts; every name and event here is invented."""

from dataclasses import replace

import pytest

from crawler.transcript.bylines import people
from crawler.transcript.names import bears, is_name, name_words
from crawler.transcript.speakers.identify import identify
from crawler.transcript.speakers.label_names import take_apart

from .bodies import FENWICK, remark, said

OPENING = said("SECRETARY FENWICK", "Good morning to all of you.")


def speaker(label, text="It is good to be here.", **head):
    return next(u for u in remark(OPENING + said(label, text), **head).utterances if u.label == label)


@pytest.mark.parametrize(
    ("label", "title", "person", "role"),
    [
        # particles, hyphens, apostrophes
        ("FOREIGN MINISTER DE LA VEGA", "Chilean Foreign Minister Ana de la Vega", "Ana de la Vega", "guest"),
        ("FOREIGN MINISTER AL-JARIR", "Saudi Foreign Minister Adel al-Jarir", "Adel al-Jarir", "guest"),
        ("FOREIGN MINISTER AL JARIR", "Saudi Foreign Minister Adel al-Jarir", "Adel al-Jarir", "guest"),
        ("FOREIGN MINISTER ALJARIR", "Saudi Foreign Minister Adel Al-Jarir", "Adel Al-Jarir", "guest"),
        ("FOREIGN MINISTER DIMARIO", "Italian Foreign Minister Ugo Di Mario", "Ugo Di Mario", "guest"),
        ("MR O’BRANNOCK", "Assistant Secretary James O’Brannock on Ports", "James O’Brannock", "official"),
        ("MR. O'BRANNOCK", "Assistant Secretary James O’Brannock on Ports", "James O’Brannock", "official"),
        ("MS ROSS-TERN", "Under Secretary Lida Ross-Tern on the Reed Fund", "Lida Ross-Tern", "official"),
        ("PRESIDENT VAN DER HOLM", "European Commission President Ula van der Holm", "Ula van der Holm", "guest"),
        ("MR. MCTERN", "Assistant Secretary Ian McTern on Ports", "Ian McTern", "official"),
        # suffixes
        ("PRESIDENT MARO", "Philippine President Ferdi R. Maro Jr. Before Their Meeting", "Ferdi R. Maro Jr.", "guest"),
        ("AMBASSADOR HOLM", "Remarks With Ambassador Per Holm, Jr.", "Per Holm, Jr.", "official"),
        # the family name first
        ("SECRETARY GENERAL BAE", "UN Secretary-General Bae Min-ho", "Bae Min-ho", "guest"),
        ("SECRETARY-GENERAL BAE", "UN Secretary-General Bae Min-ho", "Bae Min-ho", "guest"),
        ("FOREIGN MINISTER SOVANN", "Cambodian Foreign Minister Prak Sovann", "Prak Sovann", "guest"),
        ("FOREIGN MINISTER PRAK SOVANN", "Cambodian Foreign Minister Prak Sovann", "Prak Sovann", "guest"),
        ("STATE COUNCILOR YAN", "Chinese State Councilor Yan Qiming", "Yan Qiming", "guest"),
        # two family names, accents, letters that ASCII has not
        ("FOREIGN MINISTER ROJAS PARRA", "Cuban Foreign Minister Bruno Rojas Parra", "Bruno Rojas Parra", "guest"),
        ("FOREIGN MINISTER ŠEFČOV", "Slovak Foreign Minister Ján Šefčov", "Ján Šefčov", "guest"),
        ("FOREIGN MINISTER SEFCOV", "Slovak Foreign Minister Ján Šefčov", "Ján Šefčov", "guest"),
        ("FOREIGN MINISTER ØRSKOV", "Danish Foreign Minister Lars Ørskov", "Lars Ørskov", "guest"),
        ("FOREIGN MINISTER ÞORGEIR", "Icelandic Foreign Minister Katla Þorgeir", "Katla Þorgeir", "guest"),
        ("FOREIGN MINISTER YILDIZLI", "Turkish Foreign Minister Işıl Yıldızlı", "Işıl Yıldızlı", "guest"),
        ("FOREIGN MINISTER SƠN", "Vietnamese Foreign Minister Nguyễn Văn Sơn", "Nguyễn Văn Sơn", "guest"),
        # ranks and degrees
        (
            "GENERAL MARSH",
            "Briefing With General Ole T. Marsh, Commander of U.S. Tern Force",
            "Ole T. Marsh",
            "official",
        ),
        ("GEN. MARSH", "Briefing With General Ole T. Marsh, Commander of U.S. Tern Force", "Ole T. Marsh", "official"),
        ("LT. GEN. MARSH", "Briefing With U.S. Army Lt. Gen. Ole Marsh", "Ole Marsh", "official"),
        ("DR. HOLM", "Dr. Lida Holm, Director General of the World Tern Organization", "Lida Holm", "guest"),
        ("PROFESSOR HOLM", "Remarks With Professor Lida Holm of Tern University", "Lida Holm", "guest"),
        ("SIR OLE MARSH", "Remarks With Sir Ole Marsh, Chairman of the Tern Bank", "Ole Marsh", "guest"),
        ("SIR OLE", "Remarks With Sir Ole Marsh, Chairman of the Tern Bank", "Ole Marsh", "guest"),
        ("DAME HOLM", "Remarks With British Minister Dame Lida Holm", "Lida Holm", "guest"),
        ("BARONESS ASHBY", "EU High Representative Baroness Cath Ashby", "Cath Ashby", "guest"),
        ("HIGH REPRESENTATIVE ASHBY", "EU High Representative Baroness Cath Ashby", "Cath Ashby", "guest"),
        ("LORD ROBB", "NATO Secretary General Lord George Robb", "George Robb", "guest"),
        ("CARDINAL PARO", "Holy See Secretary of State Cardinal Pietro Paro", "Pietro Paro", "guest"),
        # labels that are full names in capitals
        ("OLE MARSH", "Remarks With German Foreign Minister Ole T. Marsh", "Ole T. Marsh", "guest"),
        # houses
        ("PRINCE SAUL", "Saudi Foreign Minister Prince Saul bin Farid", "Saul bin Farid", "guest"),
        ("FOREIGN MINISTER SAUL", "Saudi Foreign Minister Prince Saul bin Farid", "Saul bin Farid", "guest"),
        ("AMIR TAMAR", "Amir of Qatar Sheikh Tamar bin Hamid Al Thari", "Tamar bin Hamid Al Thari", "guest"),
        ("SHEIKH ODED", "UAE Foreign Minister Sheikh Oded bin Zair Al Nahar", "Oded bin Zair Al Nahar", "guest"),
        ("KING ODO", "Jordanian King Odo II Before Their Meeting", "Odo II", "guest"),
        # translations
        ("MINISTRO DE DEFENSA PLAZA", "El ministro de Defensa Juan Plaza", "Juan Plaza", "guest"),
        ("MINISTRE HOLMET", "La ministre des Affaires étrangères Lise Holmet", "Lise Holmet", "guest"),
        ("MINISTRO VIRELA", "O ministro das Relações Exteriores Mauro Virela", "Mauro Virela", "guest"),
    ],
)
def test_a_name_of_the_title(label, title, person, role):
    found = speaker(label, title=f"Secretary Ada Fenwick and {title}")
    assert (found.person, found.role, found.method) == (person, role, "title")
    assert found.label == label


def translated(label, **head):
    """The first turn of a page on which it and QUESTION take turns."""
    body = (said(label, "1. 2. 3.") + said("QUESTION", "4?")) * 2
    return remark(body, **{"title": "1"} | head).utterances[0]


@pytest.mark.parametrize(
    ("label", "language", "byline"),
    [
        ("СЕКРЕТАРЬ ФЕНВИК", "ru-RU", "Ада Фенвик, государственный секретарь"),
        ("ГОСУДАРСТВЕННЫЙ СЕКРЕТАРЬ ФЕНВИК", "ru-RU", "Ада Фенвик, государственный секретарь"),
        ("ДЕРЖСЕКРЕТАР ФЕНВІК", "uk", "Ада Фенвік"),
        ("الوزيرة فينويك", "ar", "آدا فينويك، وزيرة الخارجية"),
        ("विदेश मंत्री फेनविक", "hi-IN", "एडा फेनविक, विदेश मंत्री"),
        ("NGOẠI TRƯỞNG FENWICK", "vi", "Ada Fenwick"),
        ("MENTERI LUAR NEGERI FENWICK", "id", "Ada Fenwick, Menteri Luar Negeri"),
        ("SECRÉTAIRE D’ÉTAT FENWICK", "fr-FR", "Ada Fenwick, secrétaire d’État"),
        ("LE SECRÉTAIRE D’ÉTAT FENWICK", "fr-FR", "Ada Fenwick, secrétaire d’État"),
        ("SECRETARIA FENWICK", "es-ES", "Ada Fenwick, secretaria de Estado"),
        ("SECRETÁRIA FENWICK", "pt-BR", "Ada Fenwick, secretária de Estado"),
        ("ΥΠΟΥΡΓΟΣ ΦΕΝΓΟΥΙΚΑΣ", "el", "Άντα Φενγουίκας"),
    ],
)
def test_a_translation_names_whom_its_byline_names(label, language, byline):
    found = translated(label, byline=(byline,), language=language)
    (person,) = people((byline,))
    assert (found.label, found.person, found.method) == (label, person.name, "byline")


@pytest.mark.parametrize(
    ("label", "language"),
    [
        ("Г-Н ХОЛЬМ", "ru-RU"),
        ("СЕКРЕТАРЬ ХОЛЬМ", "ru-RU"),
        ("السيد هولم", "ar"),
        ("श्री होल्म", "hi-IN"),
        ("MR. ХОЛЬМ", "en-US"),
    ],
)
def test_another_name_in_another_script_is_not_the_bylines(label, language):
    """The byline names one person of that office; the label names another, in letters that once were not read."""
    byline = {"ru-RU": "Ада Фенвик, государственный секретарь", "ar": "آدا فينويك، وزيرة الخارجية"}
    found = translated(label, byline=(byline.get(language, "एडा फेनविक, विदेश मंत्री"),), language=language)
    assert (found.label, found.person) == (label, None)


def test_who_holds_an_office_is_found_in_other_scripts():
    found = {
        label: translated(label, byline=(), date="2022-04-05", language=language)
        for label, language in (("ГОССЕКРЕТАРЬ БЛИНКЕН", "ru"), ("Г-Н ПРАЙС", "ru"), ("السيد برايس", "ar"))
    }
    assert [u.person for u in found.values()] == ["Antony J. Blinken", "Ned Price", "Ned Price"]
    assert [u.role for u in found.values()] == ["official", "spokesperson", "spokesperson"]


def test_a_byline_in_another_script_is_the_rosters_person():
    byline = ("أنتوني بلينكن، وزير الخارجية",)
    found = translated("الوزير بلينكن", byline=byline, date="2022-04-05", language="ar")
    assert (found.person, found.office) == ("Antony J. Blinken", "وزير الخارجية")


@pytest.mark.parametrize(
    ("label", "title", "name"),
    [
        ("SECRÉTAIRE D’ÉTAT BLUM", "secretary etat", ("blum",)),
        ("MINISTRA DE DEFENSA PLAZA", "minister de defensa", ("plaza",)),
        ("PRESIDENTE DE LA RUA", "president", ("de", "la", "rua")),
        ("SECRETARY-GENERAL BLUM", "secretary general", ("blum",)),
        ("Г-Н БЛУМ", "г-н", ("блум",)),
        ("EL PRESIDENTE BLUM", "president", ("blum",)),
    ],
)
def test_a_label_taken_apart(label, title, name):
    taken = take_apart(label)
    assert (taken.title, taken.name) == (title, name)


@pytest.mark.parametrize("name", ["Ада Фенвик", "آدا فينويك", "艾达·芬威克", "एडा फेनविक", "Άντα Φενγουίκας"])
def test_a_name_of_any_script(name):
    assert is_name(name)
    assert len(name_words(name)) == 2
    assert bears(name_words(name)[1:], name, titled=True)


@pytest.mark.parametrize(("label", "person"), [("国务卿芬威克", "艾达·芬威克"), ("国务卿霍尔姆", None)])
def test_a_label_without_blanks_has_the_bylines_family_name(label, person):
    page = remark(said("Q", "1?"), byline=("艾达·芬威克，国务卿",), language="zh-CN", title="1")
    (found,) = identify(replace(page, utterances=(replace(page.utterances[0], label=label),))).utterances
    assert found.person == person


def test_nobody_is_called_by_another_name():
    assert not bears(("фенвик",), "Ада Хольм", titled=True)
    assert speaker("FOREIGN MINISTER DE LA VEGA", byline=(FENWICK,)).person is None
